//! The life cycle that e-mails, pages, segments, journeys and content settings share: draft → check
//! for errors → going live → live → stopping → stopped (`spec/marketing.md` 6, 7, 21).
//!
//! *Not* the checks. Invariant: Live and Stopped are reached only by asking for Going live and
//! Stopping, and Live only when the check finds no error.

use std::collections::BTreeMap;

use kernel::{Change, Error, Kind, Op, Phrase, Result, Tx};
use serde::Serialize;

pub(crate) const DRAFT: i64 = 192_350_000;
pub(crate) const LIVE: i64 = 192_350_001;
pub(crate) const STOPPED: i64 = 192_350_002;
pub(crate) const LIVE_EDITABLE: i64 = 192_350_003;
pub(crate) const GOING_LIVE: i64 = 192_350_006;
pub(crate) const STOPPING: i64 = 192_350_007;

/// Something that the check for errors found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// Where: a column, a tile, an element.
    pub place: String,
    /// What is wrong and what to do.
    pub text: String,
    /// Whether it only warns.
    pub warning: bool,
    /// The stable word of the text, by which it is said in another language.
    pub code: Option<&'static str>,
    /// What was filled into the text, by name.
    pub arguments: BTreeMap<&'static str, String>,
}

impl Problem {
    pub(crate) fn error(place: impl Into<String>, text: impl Into<Phrase>) -> Self {
        Self::of(place.into(), text.into(), false)
    }
    pub(crate) fn warning(place: impl Into<String>, text: impl Into<Phrase>) -> Self {
        Self::of(place.into(), text.into(), true)
    }
    fn of(place: String, phrase: Phrase, warning: bool) -> Self {
        let Phrase { text, word, arguments } = phrase;
        Problem { place, text, warning, code: word, arguments: arguments.into_iter().collect() }
    }
    fn phrase(&self) -> Phrase {
        let arguments = self.arguments.iter().map(|(name, value)| (*name, value.clone())).collect();
        Phrase { text: self.text.clone(), word: self.code, arguments }
    }
}

/// The numbers that an entity uses for live and stopped, and what its check looks at.
pub(crate) struct States {
    live: i64,
    stopped: i64,
    /// The columns whose change is checked again while the row is live.
    checked: &'static [&'static str],
}

impl States {
    /// The numbers that most entities use.
    pub(crate) const fn usual(checked: &'static [&'static str]) -> Self {
        States { live: LIVE, stopped: STOPPED, checked }
    }
    /// Marketing forms number theirs otherwise (`spec/marketing.md` 8.2).
    pub(crate) const fn form(checked: &'static [&'static str]) -> Self {
        States { live: 1, stopped: 2, checked }
    }
}

/// Carries a change of status through: checks before going live, refuses short cuts.
pub(crate) fn advance(
    tx: &mut Tx<'_>,
    change: &mut Change,
    states: &States,
    check: impl FnOnce(&mut Tx<'_>, &Change) -> Result<Vec<Problem>>,
) -> Result<()> {
    let from = change.old("statuscode").as_int();
    let was_live = from == Some(states.live) || from == Some(LIVE_EDITABLE);
    if was_live && change.touches("statecode") && !change.touches("statuscode") {
        return Err(Error::conflict("statecode", stop_first()));
    }
    if change.op == Op::Update && !change.touches("statuscode") {
        if was_live && states.checked.iter().any(|it| change.touches(it)) {
            refuse(&check(tx, change)?, Phrase::new("not-ready-live", "cannot be changed so while it is live"))?;
        }
        return Ok(());
    }
    let Some(to) = change.values.get("statuscode").as_int() else { return Ok(()) };
    match to {
        GOING_LIVE => {
            refuse(&check(tx, change)?, Phrase::new("not-ready", "cannot go live"))?;
            change.values.set("statuscode", states.live);
        }
        STOPPING => change.values.set("statuscode", if was_live { states.stopped } else { from.unwrap_or(DRAFT) }),
        // What was edited live goes back to live as it once went live.
        it if it == states.live && was_live => refuse(&check(tx, change)?, Phrase::new("not-ready", "cannot go live"))?,
        it if it == states.stopped && was_live => {}
        it if it == states.live || it == states.stopped => {
            return Err(Error::conflict(
                "statuscode",
                Phrase::new("life-cycle", "write {live} to go live and {stop} to stop")
                    .with("live", GOING_LIVE)
                    .with("stop", STOPPING),
            ));
        }
        DRAFT if was_live => {
            return Err(Error::conflict("statuscode", stop_first()));
        }
        LIVE_EDITABLE if !was_live => {
            return Err(Error::conflict(
                "statuscode",
                Phrase::new("edited-live", "only what is live can be edited live"),
            ));
        }
        _ => {}
    }
    Ok(())
}

fn stop_first() -> Phrase {
    Phrase::new("stop-first", "this is live; write {stop} to statuscode to stop it first").with("stop", STOPPING)
}

/// The sentence names all that was found, and the details say each by itself.
fn refuse(problems: &[Problem], mut what: Phrase) -> Result<()> {
    let errors: Vec<&Problem> = problems.iter().filter(|it| !it.warning).collect();
    if errors.is_empty() {
        return Ok(());
    }
    let all: Vec<String> = errors.iter().map(|it| format!("{}: {}", it.place, it.text)).collect();
    what.text = format!("{}: {}", what.text, all.join("; "));
    let details = errors.iter().map(|it| Error::invalid(it.place.as_str(), it.phrase())).collect();
    Err(Error::new(Kind::Invalid, "not-ready", "statuscode", what).with_details(details))
}

/// Rule before a row is deleted: what is live is stopped first.
pub(crate) fn before_delete(_: &mut Tx<'_>, change: &mut Change) -> Result<()> {
    match change.old("statuscode").as_int() {
        Some(1 | LIVE | LIVE_EDITABLE) => Err(Error::conflict(
            change.entity.as_str(),
            Phrase::new("live-deleted", "what is live cannot be deleted; stop it first"),
        )),
        _ => Ok(()),
    }
}

/// Refuses changes of columns that are fixed while the row is in one of these states.
pub(crate) fn locked(change: &Change, states: &[i64], columns: &[&str]) -> Result<()> {
    let now = change.old("statuscode").as_int();
    if change.op != Op::Update || !now.is_some_and(|it| states.contains(&it)) {
        return Ok(());
    }
    match columns.iter().find(|it| change.touches(it)) {
        Some(column) => Err(Error::conflict(
            *column,
            Phrase::new("live-changed", "cannot be changed while this is live; stop it first"),
        )
        .with_code("live")),
        None => Ok(()),
    }
}

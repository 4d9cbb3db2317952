//! The life cycle that e-mails, pages, segments, journeys and content settings share: draft → check
//! for errors → going live → live → stopping → stopped (`spec/marketing.md` 6, 7, 21).
//!
//! *Not* the checks. Invariant: Live and Stopped are reached only by asking for Going live and
//! Stopping, and Live only when the check finds no error.

use kernel::{Change, Error, Kind, Op, Result, Tx};
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
}

impl Problem {
    pub(crate) fn error(place: impl Into<String>, text: impl Into<String>) -> Self {
        Problem { place: place.into(), text: text.into(), warning: false }
    }
    pub(crate) fn warning(place: impl Into<String>, text: impl Into<String>) -> Self {
        Problem { place: place.into(), text: text.into(), warning: true }
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
        return Err(Error::conflict(
            "statecode",
            format!("this is live; write {STOPPING} to statuscode to stop it first"),
        ));
    }
    if change.op == Op::Update && !change.touches("statuscode") {
        if was_live && states.checked.iter().any(|it| change.touches(it)) {
            refuse(check(tx, change)?, "cannot be changed so while it is live")?;
        }
        return Ok(());
    }
    let Some(to) = change.values.get("statuscode").as_int() else { return Ok(()) };
    match to {
        GOING_LIVE => {
            refuse(check(tx, change)?, "cannot go live")?;
            change.values.set("statuscode", states.live);
        }
        STOPPING => change.values.set("statuscode", if was_live { states.stopped } else { from.unwrap_or(DRAFT) }),
        // What was edited live goes back to live as it once went live.
        it if it == states.live && was_live => refuse(check(tx, change)?, "cannot go live")?,
        it if it == states.stopped && was_live => {}
        it if it == states.live || it == states.stopped => {
            return Err(Error::conflict("statuscode", format!("write {GOING_LIVE} to go live and {STOPPING} to stop")));
        }
        DRAFT if was_live => {
            return Err(Error::conflict("statuscode", format!("this is live; write {STOPPING} to stop it first")));
        }
        LIVE_EDITABLE if !was_live => {
            return Err(Error::conflict("statuscode", "only what is live can be edited live"));
        }
        _ => {}
    }
    Ok(())
}

fn refuse(problems: Vec<Problem>, what: &str) -> Result<()> {
    let errors: Vec<String> =
        problems.iter().filter(|it| !it.warning).map(|it| format!("{}: {}", it.place, it.text)).collect();
    if errors.is_empty() {
        return Ok(());
    }
    Err(Error::new(Kind::Invalid, "not-ready", "statuscode", format!("{what}: {}", errors.join("; "))))
}

/// Rule before a row is deleted: what is live is stopped first.
pub(crate) fn before_delete(_: &mut Tx<'_>, change: &mut Change) -> Result<()> {
    match change.old("statuscode").as_int() {
        Some(1 | LIVE | LIVE_EDITABLE) => {
            Err(Error::conflict(change.entity.as_str(), "what is live cannot be deleted; stop it first"))
        }
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
        Some(column) => {
            Err(Error::conflict(*column, "cannot be changed while this is live; stop it first").with_code("live"))
        }
        None => Ok(()),
    }
}

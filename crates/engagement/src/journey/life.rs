//! The life of a journey: the check for errors, what is locked while it is live, its iterations
//! (`spec/marketing.md` 7.2).
//!
//! *Not* the participants. Invariant: the minimum consent of a journey that is live cannot be changed
//! (`spec/marketing.md` 17, C1); after stop → change → go live it holds for those in progress too.

use kernel::{Change, Kind, Phrase, Query, Record, Result, Rx, Tx, Values, jobs, uuid::Uuid};
use privacy::consent::Level;
use serde_json::json;

use super::{CustomerJourney, Definition, tiles};
use crate::lifecycle::{self, GOING_LIVE, LIVE, LIVE_EDITABLE, Problem, STOPPING, States};

const ITERATION: &str = "msdyncrm_customerjourneyiteration";

/// The check for errors.
///
/// # Errors
/// Those of reading.
pub fn check(rx: &Rx<'_>, journey: &CustomerJourney) -> Result<Vec<Problem>> {
    let definition = match Definition::read(&journey.definition) {
        Ok(it) => it,
        Err(error) => return Ok(vec![Problem::error(error.target.clone(), error.phrase())]),
    };
    let mut found = Vec::new();
    if journey.start.zip(journey.end).is_some_and(|(start, end)| end <= start) {
        found.push(Problem::error("msdyncrm_enddatetime", Phrase::new("journey-end-before", "is not after the start")));
    }
    if journey.end.is_some_and(|it| it <= rx.now()) {
        found.push(Problem::error("msdyncrm_enddatetime", Phrase::new("journey-end-passed", "has passed")));
    }
    for tile in definition.tiles() {
        match tiles::of(&tile.kind).and_then(|kind| kind.check(rx, tile, &definition, journey)) {
            Ok(problems) => found.extend(problems),
            // A setting that cannot be read.
            Err(error) if error.kind == Kind::Invalid => found.push(Problem::error(tile.place(), error.phrase())),
            Err(error) => return Err(error),
        }
        let outlets: &[&str] = if tile.kind == "Trigger" { &["yesBranch", "noBranch"] } else { &["default"] };
        for below in definition.tiles().iter().filter(|it| it.parent.as_ref() == Some(&tile.id)) {
            if !outlets.contains(&below.outlet.as_str()) {
                found.push(Problem::error(
                    below.place(),
                    Phrase::new("tile-no-outlet", "{tile} has no outlet {outlet}")
                        .with("tile", tile.place())
                        .with("outlet", &below.outlet),
                ));
            }
            let branches =
                if tile.kind == "Splitter" { tiles::splitter::shares(tile).map_or(0, |it| it.len()) } else { 0 };
            let there = below.branch.map(|it| usize::try_from(it).is_ok_and(|it| it < branches));
            if there.is_some_and(|it| !it) || (there.is_none() && tile.kind == "Splitter") {
                let text = Phrase::new(
                    "tile-no-branch",
                    "its ParentBranchId is not a branch of {tile} (it has {branches}, from 0)",
                )
                .with("tile", tile.place())
                .with("branches", branches);
                found.push(Problem::error(below.place(), text));
            }
        }
    }
    for audience in definition.audiences().filter(|it| definition.next(&it.id, "default").is_none()) {
        found.push(Problem::error(audience.place(), Phrase::new("tile-nothing-follows", "nothing follows it")));
    }
    Ok(found)
}

/// Rule before a journey is stored.
pub(crate) fn before(tx: &mut Tx<'_>, change: &mut Change) -> Result<()> {
    lifecycle::locked(change, &[LIVE, LIVE_EDITABLE, GOING_LIVE, STOPPING], &["msgdpr_requiredconsent"])?;
    lifecycle::locked(
        change,
        &[LIVE],
        &[
            "msdyncrm_name",
            "msdyncrm_startdatetime",
            "msdyncrm_enddatetime",
            "msdyncrm_isrecurring",
            "msdyncrm_recurrencecount",
            "msdyncrm_recurrenceintervaldays",
            "msdyncrm_contentsettingsid",
            "msdyncrm_suppressionsegmentid",
            "msdyncrm_customerjourneytimezone",
            "msdyncrm_workflowdefinition",
        ],
    )?;
    const CHECKED: States = States::usual(&[
        "msdyncrm_workflowdefinition",
        "msdyncrm_startdatetime",
        "msdyncrm_enddatetime",
        "msdyncrm_contentsettingsid",
    ]);
    lifecycle::advance(tx, change, &CHECKED, |tx, change| check(tx, &CustomerJourney::read(&change.after())?))
}

/// Rule after a journey is stored: one that went live begins; one whose minimum consent rose while it
/// was stopped loses those who are below it.
pub(crate) fn after(tx: &mut Tx<'_>, change: &mut Change) -> Result<()> {
    if !change.touches("statuscode") || change.new_value("statuscode").as_int() != Some(LIVE) {
        return Ok(());
    }
    iteration(tx, change.id)?;
    let now = tx.now();
    jobs::enqueue(tx, "journey.start", Some(&format!("journey:{}", change.id)), &json!({ "journey": change.id }), now)?;
    let required = Level::of_value(change.new_value("msgdpr_requiredconsent"))?;
    // Those who are first to be looked at leave at once; the job looks at everybody.
    let first = super::enter::present(change.id).part();
    for row in tx.rows(&first)? {
        below(tx, &row, required)?;
    }
    Ok(())
}

/// Stops a participant who is below the minimum consent; `true` where they were.
pub(super) fn below(tx: &mut Tx<'_>, participant: &Record, required: Level) -> Result<bool> {
    let Some(contact) = participant.get("assent_contactid").as_guid() else { return Ok(false) };
    let Some(refusal) = privacy::consent::gate::takes_part(tx, contact, required)? else { return Ok(false) };
    super::run::stop(tx, participant.id, refusal.reason)?;
    Ok(true)
}

/// The present iteration, if the journey went live before.
pub(super) fn present_iteration(rx: &Rx<'_>, journey: Uuid) -> Result<Option<Uuid>> {
    let query =
        Query::on(ITERATION).eq("msdyncrm_customerjourneyid", journey).order("msdyncrm_iterationnumber desc")?;
    Ok(rx.elevated("journey").first(&query.select(&[]))?.map(|it| it.id))
}

/// The present iteration; the first one is made when there is none.
pub(super) fn iteration(tx: &mut Tx<'_>, journey: Uuid) -> Result<Uuid> {
    if let Some(iteration) = present_iteration(tx, journey)? {
        return Ok(iteration);
    }
    let values = Values::new()
        .with("msdyncrm_name", "Iteration 1")
        .with("msdyncrm_customerjourneyid", journey)
        .with("msdyncrm_iterationnumber", 1)
        .with("msdyncrm_startdate", tx.now());
    tx.as_system("journey", |tx| tx.create(ITERATION, values))
}

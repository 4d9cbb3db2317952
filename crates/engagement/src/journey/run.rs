//! Moving a participant from tile to tile.
//!
//! *Not* what a tile does. Invariant: one step is one transaction: what the tiles wrote, where the
//! participant stands, and when they are looked at again, all or nothing.

use kernel::{Change, Error, Kind, Outcome, Query, Result, Tx, Value, Values, jobs, jobs::Job, uuid::Uuid};
use privacy::consent::{Level, gate};
use serde_json::json;

use super::{
    CustomerJourney, ENTITY, FAILED, FINISHED, IN_PROGRESS, PARTICIPANT, Participant, STOPPED, WAITING,
    tiles::{self, Next, Step},
};

/// A participant passes at most so many tiles in one step.
const TILES_A_STEP: usize = 50;

/// Asks for the next step of a participant.
pub(crate) fn wake(tx: &mut Tx<'_>, participant: Uuid, at: jiff::Timestamp) -> Result<()> {
    jobs::enqueue(tx, "journey.step", Some(&dedupe(participant)), &json!({ "participant": participant }), at)
}

fn dedupe(participant: Uuid) -> String {
    format!("step:{participant}")
}

/// Job: one step of one participant.
pub(crate) fn step_job(tx: &mut Tx<'_>, job: &Job) -> Result<Outcome> {
    let id: Uuid = serde_json::from_value(job.payload.get("participant").cloned().unwrap_or_default())?;
    // Erased or deleted meanwhile: there is nothing left to do.
    let Some(row) = tx.find(PARTICIPANT, id)? else { return Ok(Outcome::Done) };
    let participant = Participant::read(&row)?;
    if !matches!(participant.status, IN_PROGRESS | WAITING) {
        return Ok(Outcome::Done);
    }
    let (Some(journey), Some(contact)) = (participant.journey, participant.contact) else { return Ok(Outcome::Done) };
    let journey = CustomerJourney::get(tx, journey)?;
    let now = tx.now();
    if !journey.runs_at(now) {
        // Stopped or over: participants stay where they are; going live again wakes them.
        return Ok(match journey.start {
            Some(start) if journey.is_live() && start > now => Outcome::Again(start),
            _ => Outcome::Done,
        });
    }
    if let Some(refusal) = gate::takes_part(tx, contact, journey.required()?)? {
        stop(tx, id, refusal.reason)?;
        return Ok(Outcome::Done);
    }
    if journey.suppresses(tx, contact)? {
        stop(tx, id, "Contact joined the suppression segment")?;
        return Ok(Outcome::Done);
    }
    // What the tiles wrote before one that fails does not stay.
    match tx.attempt(|tx| walk(tx, &journey, participant, contact)) {
        Err(error) if matches!(error.kind, Kind::Invalid | Kind::NotFound | Kind::Gone) => {
            let reason: String = error.to_string().chars().take(200).collect();
            tx.update(PARTICIPANT, id, Values::new().with("statuscode", FAILED).with("assent_stopreason", reason))?;
            Ok(Outcome::Done)
        }
        other => other,
    }
}

fn walk(tx: &mut Tx<'_>, journey: &CustomerJourney, mut participant: Participant, contact: Uuid) -> Result<Outcome> {
    let definition = journey.tiles()?;
    let contact = tx.get("contact", contact)?;
    let mut waited = participant.status == WAITING;
    for _ in 0..TILES_A_STEP {
        let now = tx.now();
        let Some(tile) = definition.tile(&participant.tile) else {
            return Err(Error::invalid(participant.tile, "this tile is no longer part of the journey"));
        };
        let kind = tiles::of(&tile.kind)?;
        let step = Step { journey, tile, participant: &participant, contact: &contact };
        let next = if waited { kind.resume(tx, &step)? } else { kind.enter(tx, &step)? };
        waited = false;
        let below = match next {
            Next::Go(outlet) => definition.next(&participant.tile, outlet),
            Next::Branch(branch) => definition.branch(&participant.tile, branch),
            Next::WaitUntil(until) => return wait(tx, &participant, until, None),
            Next::WaitFor { event, until } => return wait(tx, &participant, until, Some(event)),
            Next::Stop(reason) => {
                stop_at(tx, participant.id, place(&participant), reason)?;
                return Ok(Outcome::Done);
            }
        };
        match below {
            Some(below) => {
                participant.tile.clone_from(&below.id);
                participant.tile_entered_on = Some(now);
                participant.due_on = None;
            }
            None => {
                let values = place(&participant).with("statuscode", FINISHED).with("assent_waitingfor", Value::Null);
                tx.update(PARTICIPANT, participant.id, values)?;
                return Ok(Outcome::Done);
            }
        }
    }
    tx.update(PARTICIPANT, participant.id, place(&participant).with("statuscode", IN_PROGRESS))?;
    Ok(Outcome::Again(tx.now()))
}

/// Where a participant stands.
fn place(participant: &Participant) -> Values {
    Values::new()
        .with("assent_tile", participant.tile.as_str())
        .with("assent_tileenteredon", participant.tile_entered_on)
        .with("assent_dueon", participant.due_on)
}

fn wait(tx: &mut Tx<'_>, participant: &Participant, until: jiff::Timestamp, event: Option<String>) -> Result<Outcome> {
    let mut values = place(participant).with("assent_dueon", until).with("statuscode", WAITING);
    match event {
        Some(event) if event.is_empty() => {}
        other => values.set("assent_waitingfor", other),
    }
    tx.update(PARTICIPANT, participant.id, values)?;
    Ok(Outcome::Again(until))
}

/// Stops a participant at their tile, with the reason.
pub(super) fn stop(tx: &mut Tx<'_>, participant: Uuid, reason: &str) -> Result<()> {
    stop_at(tx, participant, Values::new(), reason)
}

fn stop_at(tx: &mut Tx<'_>, participant: Uuid, place: Values, reason: &str) -> Result<()> {
    tx.update(PARTICIPANT, participant, place.with("statuscode", STOPPED).with("assent_stopreason", reason))?;
    jobs::cancel(tx, &dedupe(participant))
}

/// Rule after a contact's consent changed: whoever is below the minimum of a journey now is stopped
/// there, in the transaction of the change (`spec/marketing.md` 5).
pub(crate) fn stop_where_consent_fell(tx: &mut Tx<'_>, change: &mut Change) -> Result<()> {
    let query = Query::on(PARTICIPANT).eq("assent_contactid", change.id).eq("statecode", 0);
    // Most people are in no journey: then this is the only question.
    for participant in tx.rows(&query.select(&["assent_journeyid"]))? {
        let Some(journey) = participant.get("assent_journeyid").as_guid() else { continue };
        let minimum = Query::on(ENTITY).eq("msdyncrm_customerjourneyid", journey).select(&["msgdpr_requiredconsent"]);
        let Some(journey) = tx.first(&minimum)? else { continue };
        let required = Level::of_value(journey.get("msgdpr_requiredconsent"))?;
        if let Some(refusal) = gate::takes_part(tx, change.id, required)? {
            stop(tx, participant.id, refusal.reason)?;
        }
    }
    Ok(())
}

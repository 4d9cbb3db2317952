//! Taking people into a journey: members of its segment, and those who submit its form.
//!
//! *Not* moving them. Invariant: a contact is in an iteration at most once, and never below the minimum
//! consent.

use kernel::{Op, Outcome, Query, Result, Rx, Tx, Values, events::Event, jobs, jobs::Job, uuid::Uuid};
use privacy::consent::gate;
use serde::{Deserialize, Serialize};

use super::{
    CustomerJourney, ENTITY, IN_PROGRESS, PARTICIPANT,
    definition::{Activity, Definition},
    life, run,
};
use crate::{
    lifecycle::{LIVE, LIVE_EDITABLE},
    segment,
};

/// How far the taking in of a journey is; kept in the job.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Place {
    journey: Uuid,
    /// 0: those who take part already; then each audience in its order.
    #[serde(default)]
    stage: usize,
    /// Behind whom to go on.
    #[serde(default)]
    after: Option<String>,
}

/// Job: a journey went live; who waited goes on, or leaves where they are below its minimum now, and the members
/// of its segments enter, a part of them in each transaction. Who joins or leaves a segment meanwhile is seen to
/// by [`follow`].
///
/// # Errors
/// Those of the write path.
pub fn start_job(tx: &mut Tx<'_>, job: &Job) -> Result<Outcome> {
    let place: Place = serde_json::from_value(job.payload.clone())?;
    let Some(row) = tx.find(ENTITY, place.journey)? else { return Ok(Outcome::Done) };
    let journey = CustomerJourney::read(&row)?;
    let now = tx.now();
    if !journey.is_live() {
        return Ok(Outcome::Done);
    }
    // Who is below the minimum leaves whenever it begins.
    if let Some(start) = journey.start.filter(|it| *it > now && place.stage > 0) {
        return Ok(Outcome::Again(start));
    }
    let definition = journey.tiles()?;
    let doors = Doors { journey: &journey, definition: &definition, iteration: life::iteration(tx, journey.id)? };
    let audiences: Vec<&Activity> = definition.audiences().filter(|it| it.kind == "Segment").collect();
    let mut next = Place { after: part(tx, &doors, &audiences, &place)?, ..place };
    if next.after.is_none() {
        next.stage += 1;
    }
    if next.after.is_some() || next.stage <= audiences.len() {
        // Another job and not this one again: going live anew begins from the beginning, and whom both
        // meet enters once.
        jobs::enqueue(tx, "journey.start", None, &serde_json::to_value(&next)?, now)?;
    }
    Ok(Outcome::Done)
}

/// One part of a stage; where to go on in it, none at its end.
fn part(tx: &mut Tx<'_>, doors: &Doors<'_>, audiences: &[&Activity], place: &Place) -> Result<Option<String>> {
    let mut query = match place.stage.checked_sub(1).map(|it| audiences.get(it)) {
        None => present(place.journey),
        Some(Some(audience)) => Query::on(segment::MEMBER)
            .eq("assent_segmentid", audience.reference("ItemId")?)
            .select(&["assent_contactid"]),
        // The definition has fewer audiences than it had.
        Some(None) => return Ok(None),
    };
    if let Some(token) = &place.after {
        query = query.after(token);
    }
    let page = tx.page(&query, jobs::PART as u64)?;
    let now = tx.now();
    for row in page.records {
        match place.stage.checked_sub(1).and_then(|it| audiences.get(it)) {
            None if life::below(tx, &row, doors.journey.required()?)? => {}
            None => run::wake(tx, row.id, row.get("assent_dueon").as_time().unwrap_or(now))?,
            Some(audience) => {
                if let Some(contact) = row.get("assent_contactid").as_guid() {
                    enter(tx, doors, audience, contact)?;
                }
            }
        }
    }
    Ok(page.next)
}

/// Those who take part in a journey now.
pub(super) fn present(journey: Uuid) -> Query {
    let all = Query::on(PARTICIPANT).eq("assent_journeyid", journey).eq("statecode", 0);
    all.select(&["assent_dueon", "assent_contactid"])
}

/// A journey that takes people in.
struct Doors<'j> {
    journey: &'j CustomerJourney,
    definition: &'j Definition,
    iteration: Uuid,
}

/// What keeps a contact out of the iteration of a journey, in words; none when they may enter.
///
/// # Errors
/// `NotFound` when there is no such contact.
pub(super) fn hindrance(
    rx: &Rx<'_>,
    journey: &CustomerJourney,
    iteration: Option<Uuid>,
    contact: Uuid,
) -> Result<Option<&'static str>> {
    if let Some(iteration) = iteration {
        let known = Query::on(PARTICIPANT)
            .eq("assent_contactid", contact)
            .eq("assent_journeyid", journey.id)
            .eq("assent_iterationid", iteration)
            .select(&[]);
        if rx.first(&known)?.is_some() {
            return Ok(Some("Contact took part already"));
        }
    }
    if let Some(refusal) = gate::takes_part(rx, contact, journey.required()?)? {
        return Ok(Some(refusal.reason));
    }
    Ok(journey.suppresses(rx, contact)?.then_some("Contact is in the suppression segment"))
}

/// Takes one contact in; nothing when they are in already, are suppressed, or lack consent.
fn enter(tx: &mut Tx<'_>, doors: &Doors<'_>, audience: &Activity, contact: Uuid) -> Result<()> {
    let Some(first) = doors.definition.next(&audience.id, "default") else { return Ok(()) };
    if hindrance(tx, doors.journey, Some(doors.iteration), contact)?.is_some() {
        return Ok(());
    }
    let now = tx.now();
    let values = Values::new()
        .with("assent_journeyid", doors.journey.id)
        .with("assent_iterationid", doors.iteration)
        .with("assent_contactid", contact)
        .with("assent_tile", first.id.as_str())
        .with("assent_enteredon", now)
        .with("assent_tileenteredon", now)
        .with("statuscode", IN_PROGRESS);
    let participant = tx.create(PARTICIPANT, values)?;
    run::wake(tx, participant, now)
}

/// Consumer: somebody joined a segment, submitted a form, raised consent, opened or clicked.
pub(crate) fn follow(tx: &mut Tx<'_>, event: &Event) -> Result<()> {
    match (event.entity.as_str(), event.op) {
        (segment::MEMBER, Op::Create) => {
            let Some(row) = tx.find(segment::MEMBER, event.record)? else { return Ok(()) };
            let (Some(segment), Some(contact)) =
                (row.get("assent_segmentid").as_guid(), row.get("assent_contactid").as_guid())
            else {
                return Ok(());
            };
            offer(tx, contact, |_, tile| Ok(tile.kind == "Segment" && tile.reference("ItemId")? == segment))
        }
        ("msdyncrm_marketingformsubmission", Op::Update) => {
            let Some(row) = tx.find("msdyncrm_marketingformsubmission", event.record)? else { return Ok(()) };
            let (Some(form), Some(contact)) =
                (row.get("msdyncrm_marketingformid").as_guid(), row.get("msdyncrm_matchedcontactid").as_guid())
            else {
                return Ok(());
            };
            offer(tx, contact, |_, tile| Ok(tile.kind == "MarketingForm" && tile.reference("ItemId")? == form))
        }
        ("contact", Op::Update) if event.columns.iter().any(|it| super::DECIDES.contains(&it.as_str())) => {
            let contact = event.record;
            offer(tx, contact, |tx, tile| {
                if tile.kind != "Segment" {
                    return Ok(false);
                }
                Ok(segment::membership(tx, tile.reference("ItemId")?, contact)?.is_some())
            })
        }
        ("assent_interaction", Op::Create) => {
            let Some(row) = tx.find("assent_interaction", event.record)? else { return Ok(()) };
            let (Some(journey), Some(contact)) =
                (row.get("assent_journeyid").as_guid(), row.get("assent_contactid").as_guid())
            else {
                return Ok(());
            };
            let waiting = Query::on(PARTICIPANT)
                .eq("assent_journeyid", journey)
                .eq("assent_contactid", contact)
                .filter("statuscode eq 2 and assent_waitingfor ne null")?
                .select(&[]);
            let now = tx.now();
            for participant in tx.ids(&waiting)? {
                run::wake(tx, participant, now)?;
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

/// Offers a contact to every running journey with an audience that takes them.
fn offer(tx: &mut Tx<'_>, contact: Uuid, takes: impl Fn(&Tx<'_>, &Activity) -> Result<bool>) -> Result<()> {
    let live = Query::on(ENTITY).filter(&format!("statuscode eq {LIVE} or statuscode eq {LIVE_EDITABLE}"))?;
    for journey in CustomerJourney::rows(tx, &live)? {
        if !journey.runs_at(tx.now()) {
            continue;
        }
        // One that cannot be read takes nobody in, and holds up no other.
        let Ok(definition) = journey.tiles() else { continue };
        for audience in definition.audiences() {
            if takes(tx, audience)? {
                let iteration = life::iteration(tx, journey.id)?;
                let doors = Doors { journey: &journey, definition: &definition, iteration };
                enter(tx, &doors, audience, contact)?;
            }
        }
    }
    Ok(())
}

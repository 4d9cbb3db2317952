//! What must hold after each step, and what once nothing is left to do.

use std::collections::{BTreeMap, BTreeSet};

use engagement::journey::PARTICIPANT;
use kernel::{Query, Record, jobs, uuid::Uuid};
use privacy::consent::{Level, gate};

use super::facts::Facts;
use crate::story::World;

const COLUMNS: &[&str] = &["assent_journeyid", "assent_contactid", "assent_tile", "statuscode", "assent_dueon"];

fn id(row: &Record, column: &str) -> Uuid {
    row.get(column).as_guid().unwrap()
}

fn participants(world: &World) -> Vec<Record> {
    world.read(|rx| rx.rows(&Query::on(PARTICIPANT).select(COLUMNS)))
}

/// Nobody takes part twice, nobody who is gone, and nobody below the minimum is in progress in a live
/// journey.
pub fn after_step(world: &World, facts: &Facts) {
    let mut known = BTreeSet::new();
    for row in participants(world) {
        let (journey, contact) = (id(&row, "assent_journeyid"), id(&row, "assent_contactid"));
        let tour = facts.tour(journey);
        assert!(known.insert((journey, contact)), "{contact} takes part in {} twice", tour.name);
        let person = facts.people.get(&contact).unwrap_or_else(|| panic!("{contact} is gone and in {}", tour.name));
        let running = matches!(row.get("statuscode").as_int(), Some(1 | 2));
        assert!(
            !(running && tour.live) || person.has(tour.minimum),
            "{contact} is at {} of {} with {person:?}",
            row.text("assent_tile"),
            tour.name
        );
    }
}

/// Once nothing is due: nobody who belongs was left out, nobody stands still, no job failed.
pub fn at_rest(world: &World, facts: &Facts) {
    let rows = participants(world);
    let now = world.cx.now();
    let mut inside: BTreeMap<(Uuid, Uuid), &Record> = BTreeMap::new();
    for row in &rows {
        let (journey, contact) = (id(row, "assent_journeyid"), id(row, "assent_contactid"));
        inside.insert((journey, contact), row);
        let tour = facts.tour(journey);
        let status = row.get("statuscode").as_int();
        assert_ne!(status, Some(5), "{contact} failed in {}", tour.name);
        assert!(!tour.live || status != Some(1), "{contact} stands still in {}", tour.name);
        let late = status == Some(2) && row.get("assent_dueon").as_time().is_some_and(|it| it <= now);
        assert!(!tour.live || !late, "{contact} waits in {} beyond the time", tour.name);
    }
    for tour in facts.tours.iter().filter(|it| it.live) {
        for (contact, person) in &facts.people {
            let belongs = match tour.audience {
                "north" => person.north,
                "testers" => person.tester,
                _ => false,
            };
            // A child takes part where their custodian said so, which is not told here.
            let suppressed = person.child || (tour.name == "tour" && person.was_staff);
            if !belongs || suppressed || !person.has(tour.minimum) {
                continue;
            }
            // The gate may know more against it than is told here, but then it says so.
            let gate = world.read(|rx| gate::takes_part(rx, *contact, Level::of_number(tour.minimum)?));
            assert!(
                gate.is_some() || inside.contains_key(&(tour.id, *contact)),
                "{contact} belongs to {} and is not in it: {person:?}",
                tour.name
            );
        }
    }
    let standing = world.read(jobs::standing);
    assert_eq!(standing.failed, Vec::new(), "jobs failed");
}

//! Publishing the draft of a live journey: all of it or nothing.

use engagement::journey;
use kernel::{Kind, Record, Values};
use serde_json::{Value as Json, json};

use crate::story::{World, build};

const LIVE: i64 = 192_350_001;
const STATE: &str = "msdyncrm_customerjourneydesignerstate";
const DEFINITION: &str = "msdyncrm_workflowdefinition";

fn row(world: &World) -> Record {
    let id = world.id("journey", "tour");
    world.read(move |rx| rx.get(journey::ENTITY, id))
}

/// Keeps a draft in which the wait has another length, and tells the version.
fn draft(world: &World, change: impl FnOnce(&mut Json)) -> i64 {
    let mut tiles: Json = serde_json::from_str(row(world).text(DEFINITION)).unwrap();
    change(&mut tiles);
    let state = json!({ "Positions": { "x": 1 }, "Draft": tiles }).to_string();
    let id = world.id("journey", "tour");
    world.write(move |tx| tx.update(journey::ENTITY, id, Values::new().with(STATE, state.as_str())));
    row(world).version
}

#[test]
fn a_draft_is_published_whole_or_not_at_all() {
    let mut world = World::new();
    build(
        &mut world,
        "contact ann consent=4 ; segment s: statecode eq 0 ; journey tour segment=s minimum=3: wait PT1H -> email hello",
    );
    let id = world.id("journey", "tour");
    assert_eq!(row(&world).get("statuscode").as_int(), Some(LIVE));
    let without = world.attempt(move |tx| journey::publish(tx, id, None)).unwrap_err();
    assert_eq!((without.kind, without.target.as_str()), (Kind::Conflict, STATE));

    // What the check refuses leaves the journey as it runs, locked, with its draft.
    let before = row(&world).text(DEFINITION).to_owned();
    draft(&world, |tiles| *tiles = json!([]));
    world.attempt(move |tx| journey::publish(tx, id, None)).unwrap_err();
    let after = row(&world);
    assert_eq!((after.text(DEFINITION), after.get("statuscode").as_int()), (before.as_str(), Some(LIVE)));
    assert!(after.text(STATE).contains("Draft"));

    let version = draft(&world, |_| {});
    let old = world.attempt(move |tx| journey::publish(tx, id, Some(version - 1))).unwrap_err();
    assert_eq!(old.kind, Kind::Stale);
    let longer = before.replace("PT1H", "PT2H");
    assert_ne!(longer, before);
    let version = draft(&world, |tiles| *tiles = serde_json::from_str(&longer).unwrap());
    world.write(move |tx| journey::publish(tx, id, Some(version)));
    let after = row(&world);
    assert_eq!(after.get("statuscode").as_int(), Some(LIVE));
    assert!(after.text(DEFINITION).contains("PT2H"), "{}", after.text(DEFINITION));
    assert_eq!(after.text(STATE), r#"{"Positions":{"x":1}}"#);

    world.write(move |tx| tx.update(journey::ENTITY, id, Values::new().with("statuscode", 192_350_007)));
    assert_eq!(world.attempt(move |tx| journey::publish(tx, id, None)).unwrap_err().target, "statuscode");
}

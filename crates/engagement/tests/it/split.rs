//! The splitter: by percentage, and the same branch for the same person.

use engagement::journey;
use kernel::{Query, Values, uuid::Uuid};
use serde_json::{Value as Json, json};

use crate::story::{World, act, build};

fn tile(id: &str, kind: &str, parent: Option<&str>, branch: Option<i64>, settings: Json) -> Json {
    json!({ "ActivityId": id, "ActivityTypeId": kind, "ParentActivityId": parent, "ParentBranchId": branch,
            "Properties": { "Items": [settings] } })
}

fn tour(world: &World, shares: &Json, below: &[(&str, i64)]) -> kernel::Result<Uuid> {
    let mut tiles = vec![
        tile("who", "Segment", None, None, json!({ "ItemId": world.id("segment", "s") })),
        tile("split", "Splitter", Some("who"), None, json!({ "Branches": shares })),
    ];
    tiles.extend(
        below
            .iter()
            .map(|(id, branch)| tile(id, "CreateCrmActivity", Some("split"), Some(*branch), json!({ "Subject": id }))),
    );
    let values = Values::new()
        .with("msdyncrm_name", "split")
        .with("msdyncrm_workflowdefinition", Json::Array(tiles).to_string())
        .with("statuscode", 192_350_006);
    world.db.write(&world.cx, move |tx| tx.create(journey::ENTITY, values.clone()))
}

#[test]
fn people_are_split_by_percentage_and_end_where_no_tile_hangs() {
    let mut world = World::new();
    for number in 0..200 {
        let email = format!("p{number}@example.org");
        world.write(move |tx| tx.create("contact", Values::new().with("emailaddress1", email.as_str())));
    }
    build(&mut world, "segment s: statecode eq 0");
    let id =
        tour(&world, &json!([{ "Percentage": 70 }, { "Percentage": 20 }, { "Percentage": 10 }]), &[("a", 0), ("b", 1)])
            .unwrap();
    act(&mut world, "worker");
    let standing = world.read(|rx| journey::standing(rx, id));
    let finished: Vec<(&str, usize)> = standing.tiles.iter().map(|it| (it.tile.as_str(), it.finished)).collect();
    let [("who", 0), ("split", rest), ("a", a), ("b", b)] = finished[..] else { panic!("{finished:?}") };
    assert_eq!(rest + a + b, 200);
    assert!((115..=165).contains(&a) && (20..=60).contains(&b) && (5..=40).contains(&rest), "{finished:?}");
}

#[test]
fn a_second_journey_gives_another_split_and_a_repeat_the_same() {
    let mut world = World::new();
    build(
        &mut world,
        "contact ann ; contact bob ; contact cid ; contact dan ; contact eve ; segment s: statecode eq 0",
    );
    let shares = json!([{ "Percentage": 50 }, { "Percentage": 50 }]);
    let first = tour(&world, &shares, &[("a", 0), ("b", 1)]).unwrap();
    act(&mut world, "worker");
    let places = |world: &World| -> Vec<String> {
        let query =
            Query::on(journey::PARTICIPANT).eq("assent_journeyid", first).order("assent_contactid asc").unwrap();
        world.read(|rx| rx.rows(&query)).iter().map(|it| it.text("assent_tile").to_owned()).collect()
    };
    let before = places(&world);
    // Taken out and taken in again, everybody comes to where they were.
    world.write(move |tx| {
        for id in tx.ids(&Query::on(journey::PARTICIPANT))? {
            tx.delete(journey::PARTICIPANT, id)?;
        }
        tx.update(journey::ENTITY, first, Values::new().with("statuscode", 192_350_007))?;
        tx.update(journey::ENTITY, first, Values::new().with("statuscode", 192_350_006)).map(|_| ())
    });
    act(&mut world, "worker");
    assert_eq!(places(&world), before);
    assert_eq!(before.len(), 5);
}

#[test]
fn shares_that_do_not_make_a_whole_and_branches_that_are_none_do_not_go_live() {
    let mut world = World::new();
    build(&mut world, "contact ann ; segment s: statecode eq 0");
    for (shares, below, expected) in [
        (
            json!([{ "Percentage": 70 }, { "Percentage": 20 }]),
            vec![("a", 0)],
            "tile split: the Branches are not percentages that make 100",
        ),
        (
            json!([{ "Percentage": 70 }, { "Share": 30 }]),
            vec![("a", 0)],
            "tile split: the Branches are not percentages",
        ),
        (json!(null), vec![("a", 0)], "tile split: the Branches are not percentages"),
        (
            json!([{ "Percentage": 100 }]),
            vec![("a", 0), ("b", 1)],
            "tile b: its ParentBranchId is not a branch of tile split",
        ),
        (
            json!([{ "Percentage": 100 }]),
            vec![("a", 0), ("b", 0)],
            "another tile hangs on the outlet default of split already",
        ),
    ] {
        let refused = tour(&world, &shares, &below).unwrap_err();
        assert!(refused.to_string().contains(expected), "{refused}");
    }
}

//! The write path: deletes and what refers, keys, versions, only real changes, what follows from
//! other columns, and logs.

use kernel::{Kind, Query, Value, audit::history, uuid::Uuid};

use crate::world::{World, thing, v};

fn audit_rows(world: &World, entity: &str, id: Uuid) -> usize {
    world.read(|rx| history::of_record(rx, entity, id)).unwrap().len()
}

#[test]
fn a_delete_takes_what_belongs_to_the_row_and_unlinks_the_rest() {
    let world = World::new();
    let (a, b) = (world.create("thing", thing("a")).unwrap(), world.create("thing", thing("b")).unwrap());
    let child = world.create("thing", thing("child").with("parent", a).with("about", ("thing", a))).unwrap();
    let part = world.create("part", v().with("thing", a).with("rival", b)).unwrap();
    let other = world.create("part", v().with("thing", b).with("rival", a)).unwrap();
    let version = world.get("part", other).version;
    world.delete("thing", a).unwrap();
    assert!(world.gone("thing", a) && world.gone("part", part));
    let child = world.get("thing", child);
    assert!(child.get("parent").is_null() && child.get("about").is_null());
    let other = world.get("part", other);
    assert!(other.get("rival").is_null());
    assert_eq!(other.get("thing"), &Value::from(("thing", b)));
    assert!(other.version > version);
    assert_eq!(audit_rows(&world, "part", part), 2);
}

#[test]
fn a_lookup_with_several_targets_is_unlinked_only_from_the_right_one() {
    let world = World::new();
    let id = Uuid::from_u128(77);
    world.write(move |tx| tx.create_as("person", id, v().with("name", "P"))).unwrap();
    world.write(move |tx| tx.create_as("thing", id, thing("same identifier"))).unwrap();
    let about = world.create("thing", thing("about the person").with("about", ("person", id))).unwrap();
    world.delete("thing", id).unwrap();
    assert_eq!(world.get("thing", about).get("about"), &Value::from(("person", id)));
    world.delete("person", id).unwrap();
    assert!(world.get("thing", about).get("about").is_null());
}

#[test]
fn a_row_that_went_by_another_relationship_does_not_stop_the_delete() {
    let world = World::new();
    let a = world.create("thing", thing("a")).unwrap();
    let first = world.create("part", v().with("thing", a)).unwrap();
    let second = world.create("part", v().with("thing", a).with("within", first)).unwrap();
    world.create("part", v().with("within", second)).unwrap();
    world.delete("thing", a).unwrap();
    assert_eq!(world.read(|rx| rx.count(&Query::on("part"))).unwrap(), 0);
}

#[test]
fn a_restricting_relationship_refuses_and_nothing_is_lost() {
    let world = World::new();
    let person = world.create("person", v().with("name", "P")).unwrap();
    let part = world.create("part", v().with("holder", person)).unwrap();
    let about = world.create("thing", thing("x").with("about", ("person", person))).unwrap();
    let error = world.delete("person", person).unwrap_err();
    assert_eq!((error.kind, error.code), (Kind::Conflict, "restricted"));
    assert!(error.text.contains("1 rows of part"), "{error}");
    assert!(!world.gone("person", person));
    assert!(!world.get("thing", about).get("about").is_null());
    world.delete("part", part).unwrap();
    world.delete("person", person).unwrap();
}

#[test]
fn alternate_keys_know_no_case_in_any_script() {
    let world = World::new();
    for (one, other) in [
        ("Straße", "STRAßE"),
        ("Ärger", "äRGER"),
        ("ΣΊΣΥΦΟΣ", "σίσυφοσ"),
        ("Ünal", "ünal"),
        ("abc", "ABC"),
        ("ЖУК", "жук"),
    ] {
        world.create("thing", thing("x").with("code", one)).unwrap();
        let error = world.create("thing", thing("x").with("code", other)).unwrap_err();
        assert_eq!(
            (error.kind, error.code, error.target.as_str()),
            (Kind::Conflict, "duplicate", "thing.code"),
            "{one}"
        );
    }
    let free = world.create("thing", thing("x").with("code", "free")).unwrap();
    assert_eq!(world.update("thing", free, v().with("code", "aBc")).unwrap_err().code, "duplicate");
    // Its own key in another case is a change of itself; no value is no key; part of a key is none.
    assert!(world.update("thing", free, v().with("code", "FREE")).unwrap());
    for _ in 0..2 {
        world.create("thing", thing("x").with("mark", Uuid::from_u128(1))).unwrap();
    }
    let day: jiff::civil::Date = "2024-01-01".parse().unwrap();
    world.create("thing", thing("x").with("mark", Uuid::from_u128(1)).with("day", day)).unwrap();
    let error = world.create("thing", thing("x").with("mark", Uuid::from_u128(1)).with("day", day)).unwrap_err();
    assert_eq!(error.target, "thing.place");
    // An identifier is a key too.
    let error = world.write(move |tx| tx.create_as("thing", free, thing("x"))).unwrap_err();
    assert_eq!((error.kind, error.code), (Kind::Conflict, "duplicate"));
}

#[test]
fn a_version_that_is_not_the_present_one_is_stale() {
    let world = World::new();
    let id = world.create("thing", thing("a")).unwrap();
    let first = world.get("thing", id).version;
    assert!(world.write(move |tx| tx.update_version("thing", id, first, thing("b"))).unwrap());
    let error = world.write(move |tx| tx.update_version("thing", id, first, thing("c"))).unwrap_err();
    assert_eq!((error.kind, error.code), (Kind::Stale, "stale"));
    assert_eq!(world.write(move |tx| tx.delete_version("thing", id, first)).unwrap_err().kind, Kind::Stale);
    let second = world.get("thing", id);
    assert_eq!(second.text("name"), "b");
    world.write(move |tx| tx.delete_version("thing", id, second.version)).unwrap();
    assert_eq!(world.delete("thing", id).unwrap_err().kind, Kind::NotFound);
}

#[test]
fn versions_only_grow_also_over_a_failure() {
    let world = World::new();
    let mut last = 0;
    for number in 0..5 {
        let id = world.create("thing", thing("a")).unwrap();
        let version = world.get("thing", id).version;
        assert!(version > last, "{number}");
        last = version;
        world.create("thing", v()).unwrap_err();
    }
}

#[test]
fn only_what_differs_is_written() {
    let world = World::new();
    let id = world.create("thing", thing("a").with("small", 1)).unwrap();
    let before = world.get("thing", id);
    world.clock.advance(1_000);
    assert!(!world.update("thing", id, thing("a").with("small", 1)).unwrap());
    assert_eq!(world.get("thing", id), before);
    assert_eq!(audit_rows(&world, "thing", id), 1);
    assert!(world.update("thing", id, thing("a").with("small", 2)).unwrap());
    let history = world.read(|rx| history::of_record(rx, "thing", id)).unwrap();
    assert_eq!(history[1].columns, ["small"]);
    assert_eq!(serde_json::Value::Object(history[1].values.clone()), serde_json::json!({ "small": [1, 2] }));
    let after = world.get("thing", id);
    assert_eq!(after.get("modifiedon"), &Value::from(world.cx.now()));
    assert_eq!(after.get("createdon"), before.get("createdon"));
}

#[test]
fn composed_columns_follow_their_parts() {
    let world = World::new();
    let id = world.create("thing", thing("a").with("front", " Ada ").with("back", "Byron")).unwrap();
    assert_eq!(world.get("thing", id).text("title"), "Ada Byron");
    world.update("thing", id, v().with("front", Value::Null)).unwrap();
    assert_eq!(world.get("thing", id).text("title"), "Byron");
    world.update("thing", id, v().with("front", "Ägypten und mehr")).unwrap();
    assert_eq!(world.get("thing", id).text("title"), "Ägypten und ");
    world.update("thing", id, v().with("front", Value::Null).with("back", Value::Null)).unwrap();
    assert!(world.get("thing", id).get("title").is_null());
}

#[test]
fn states_follow_statuses_and_statuses_states() {
    let world = World::new();
    let id = world.create("thing", thing("a")).unwrap();
    let standing = |world: &World| {
        let row = world.get("thing", id);
        (row.get("statecode").as_int(), row.get("statuscode").as_int())
    };
    assert_eq!(standing(&world), (Some(0), Some(1)));
    for (values, expected) in [
        (v().with("statuscode", 4), (1, 4)),
        (v().with("statecode", 0), (0, 1)),
        (v().with("statuscode", 3), (0, 3)),
        (v().with("statecode", 1), (1, 2)),
        // Where both are given and do not fit, the status decides.
        (v().with("statecode", 1).with("statuscode", 3), (0, 3)),
    ] {
        world.update("thing", id, values).unwrap();
        assert_eq!(standing(&world), (Some(expected.0), Some(expected.1)));
    }
    assert_eq!(world.update("thing", id, v().with("statecode", 2)).unwrap_err().target, "statecode");
    assert_eq!(world.update("thing", id, v().with("statuscode", 7)).unwrap_err().target, "statuscode");
}

#[test]
fn rows_of_a_log_stay_as_they_are() {
    let world = World::new();
    let person = world.create("person", v().with("name", "P")).unwrap();
    let id = world.create("note", v().with("person", person).with("text", "first")).unwrap();
    let error = world.update("note", id, v().with("text", "second")).unwrap_err();
    assert_eq!((error.kind, error.target.as_str()), (Kind::Conflict, "text"));
    assert!(world.update("note", id, v().with("remark", "mistyped")).unwrap());
    assert_eq!(world.delete("note", id).unwrap_err().kind, Kind::Conflict);
    assert_eq!(world.update("note", id, v().with("statuscode", 2)).unwrap_err().kind, Kind::Conflict);
    // Erasure removes.
    world.write(move |tx| tx.erasing(|tx| tx.delete("note", id))).unwrap();
    assert!(world.gone("note", id));
}

#[test]
fn a_part_that_fails_leaves_the_rest() {
    let world = World::new();
    let kept = world
        .write(|tx| {
            let kept = tx.create("thing", thing("kept").with("code", "k"))?;
            let failed = tx.attempt(|tx| {
                tx.create("thing", thing("gone"))?;
                tx.create("thing", thing("twice").with("code", "K"))
            });
            assert_eq!(failed.unwrap_err().code, "duplicate");
            let tried = tx.rehearse(|tx| tx.create("thing", thing("tried")))?;
            assert!(tx.find("thing", tried)?.is_none());
            tx.update("thing", kept, v().with("small", 1))?;
            Ok(kept)
        })
        .unwrap();
    assert_eq!(world.read(|rx| rx.count(&Query::on("thing"))).unwrap(), 1);
    assert_eq!(world.get("thing", kept).get("small"), &Value::Int(1));
    assert!(world.read(kernel::audit::verify::verify).unwrap().broken.is_none());
}

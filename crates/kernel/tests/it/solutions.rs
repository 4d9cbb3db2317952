//! Layers: live at once, and nothing changed when the definition is wrong.

use kernel::{Kind, Query, Registry, Value, audit::history, solution, uuid::Uuid};

use crate::world::{World, thing, v};

#[test]
fn a_solution_is_live_at_once_and_for_good() {
    let folder = tempfile::tempdir().unwrap();
    let world = World::open(folder.path(), Registry::default());
    let id = world.create("thing", thing("a")).unwrap();
    let error = world.update("thing", id, v().with("extra_weight", 5)).unwrap_err();
    assert_eq!((error.code, error.target.as_str()), ("unknown-column", "extra_weight"));
    assert!(error.text.contains("extra, which is not enabled"), "{error}");
    let weight = Value::Decimal("2.5".parse().unwrap());
    // In the closure that enables it, too.
    let set = weight.clone();
    world
        .write(move |tx| {
            assert!(solution::enable(tx, "extra")?);
            tx.update("thing", id, v().with("extra_weight", set.clone()))
        })
        .unwrap();
    assert_eq!(world.get("thing", id).get("extra_weight"), &weight);
    let heavy = Query::on("thing").filter("extra_weight gt 2").unwrap();
    assert_eq!(world.read(|rx| rx.count(&heavy)).unwrap(), 1);
    assert!(!world.write(|tx| solution::enable(tx, "extra")).unwrap());
    assert_eq!(world.read(|rx| history::of_record(rx, "thing", id)).unwrap().len(), 2);
    drop(world);
    let world = World::open_as(folder.path(), Registry::default(), 2);
    assert_eq!(world.get("thing", id).get("extra_weight"), &weight);
    assert_eq!(world.db.model().entity("thing").unwrap().columns["extra_weight"].solution.as_deref(), Some("extra"));
}

#[test]
fn a_column_of_ones_own_is_live_at_once() {
    let world = World::new();
    let person = world.create("person", v().with("name", "Robin")).unwrap();
    let definition =
        "type = \"text\"\nmax_length = 5\nprivacy = { sensitivity = \"personal\", category = \"user.name\" }";
    world.write(move |tx| solution::add_column(tx, "person", "new_nickname", definition)).unwrap();
    world.update("person", person, v().with("new_nickname", "Rob")).unwrap();
    assert_eq!(world.update("person", person, v().with("new_nickname", "Robbie")).unwrap_err().code, "too-long");
    assert_eq!(world.get("person", person).text("new_nickname"), "Rob");
    let row = &world.read(|rx| history::of_record(rx, "person", person)).unwrap()[1];
    assert_eq!(row.values["new_nickname"][1], "Rob");
}

#[test]
fn a_wrong_definition_changes_nothing() {
    let world = World::new();
    let mut list = String::new();
    for (entity, column, definition) in [
        ("thing", "new_x", "type = \"txet\""),
        ("thing", "new_x", "type = \"text\"\nmax_lenght = 5"),
        ("thing", "new_x", "type = \"choice\""),
        ("thing", "new_x", "type = \"lookup\"\ntarget = [\"nowhere\"]"),
        ("thing", "new_x", "type = \"text\"\nprivacy = { sensitivity = \"personal\", category = \"user.name\" }"),
        ("thing", "new_x", "type = \"decimal\"\nprecision = 9"),
        ("thing", "New_X", "type = \"text\""),
        ("thing", "new_x\" TEXT); --", "type = \"text\""),
        ("thing", "plain", "type = \"text\""),
        ("thing", "extra_weight", "type = "),
        ("person", "new_x", "type = \"text\"\nprivacy = { sensitivity = \"personal\" }"),
        ("nowhere", "new_x", "type = \"text\""),
        ("thing", "name", "type = \"text\""),
    ] {
        let error = world.write(move |tx| solution::add_column(tx, entity, column, definition)).expect_err(definition);
        list.push_str(&format!(
            "{entity}.{column}: {:?} {}\n",
            error.kind,
            error.to_string().trim().replace('\n', " / ")
        ));
        assert!(!world.db.model().entity("thing").unwrap().columns.contains_key(column) || column == "name");
    }
    insta::assert_snapshot!(list);
    assert_eq!(world.write(|tx| solution::enable(tx, "broken").map(|_| ())).unwrap_err().kind, Kind::Invalid);
    assert!(!world.read(|rx| solution::is_enabled(rx, "broken")).unwrap());
    assert_eq!(world.write(|tx| solution::enable(tx, "nothing").map(|_| ())).unwrap_err().kind, Kind::NotFound);
    // A closure that fails later takes its column back.
    world
        .write(|tx| -> kernel::Result<()> {
            solution::add_column(tx, "thing", "new_x", "type = \"text\"")?;
            tx.create("thing", v()).map(|_| ())
        })
        .unwrap_err();
    world
        .write(|tx| {
            tx.rehearse(|tx| solution::add_column(tx, "thing", "new_x", "type = \"text\""))?;
            assert_eq!(tx.create("thing", thing("a").with("new_x", "1")).unwrap_err().code, "unknown-column");
            Ok(())
        })
        .unwrap();
    assert!(world.create("thing", thing("a").with("new_x", "1")).is_err());
    world.create("thing", thing("still works")).unwrap();
    let notes = world.read(|rx| history::of_record(rx, "thing", Uuid::nil())).unwrap();
    assert_eq!(notes.len(), 0, "nothing of it is in the trail");
}

#[test]
fn only_an_administrator_changes_the_model() {
    let world = World::new();
    let keeper = world.user("keeper");
    for error in [
        world.db.write(&keeper, |tx| solution::enable(tx, "extra").map(|_| ())).unwrap_err(),
        world.db.write(&keeper, |tx| solution::add_column(tx, "thing", "new_x", "type = \"text\"")).unwrap_err(),
    ] {
        assert_eq!(error.kind, Kind::Forbidden);
    }
    let administrator = world.user(kernel::access::ADMINISTRATOR);
    world.db.write(&administrator, |tx| solution::enable(tx, "extra")).unwrap();
}

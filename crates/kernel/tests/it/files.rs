//! Files: they come with their column and go with it, and no byte stays behind.

use kernel::{Error, Kind, Result, Tx, Value, blob, solution, uuid::Uuid};

use crate::world::{World, thing, v};

fn world() -> World {
    let world = World::new();
    let definition = "type = \"file\"\nprivacy = { sensitivity = \"personal\", category = \"user.content\" }";
    world.write(move |tx| solution::add_column(tx, "person", "new_doc", definition)).unwrap();
    world.write(|tx| solution::add_column(tx, "thing", "new_doc", "type = \"file\"")).unwrap();
    world
}

fn attach(tx: &mut Tx<'_>, entity: &str, id: Uuid, text: &str) -> Result<Uuid> {
    let file = blob::put(tx, "a.txt", text.as_bytes())?;
    tx.update(entity, id, v().with("new_doc", file))?;
    Ok(file)
}

fn gone(world: &World, file: Uuid) -> bool {
    let looked = world.read(|rx| blob::about(rx, file));
    assert_eq!(looked.is_err(), world.read(|rx| blob::get(rx, file)).is_err());
    looked.is_err_and(|it| it.kind == Kind::NotFound)
}

#[test]
fn a_file_is_read_whole_and_in_parts() {
    let world = world();
    let id = world.create("thing", thing("a")).unwrap();
    let file = world.write(move |tx| attach(tx, "thing", id, "0123456789")).unwrap();
    assert_eq!(world.get("thing", id).get("new_doc"), &Value::Guid(file));
    let about = world.read(|rx| blob::about(rx, file)).unwrap();
    assert_eq!((about.name.as_str(), about.size, about.sha256), ("a.txt", 10, blob::sha256(b"0123456789")));
    for (from, length, expected) in [(0, 3, "012"), (3, 4, "3456"), (8, 9, "89"), (10, 1, ""), (0, 99, "0123456789")] {
        assert_eq!(world.read(|rx| blob::range(rx, file, from, length)).unwrap(), expected.as_bytes());
    }
    let empty = world.write(move |tx| attach(tx, "thing", id, "")).unwrap();
    assert_eq!(world.read(|rx| blob::range(rx, empty, 0, 5)).unwrap(), b"");
    let large = world.write(|tx| blob::put(tx, "a", &vec![0; blob::LIMIT + 1])).unwrap_err();
    assert_eq!(large.code, "file-size");
}

#[test]
fn a_file_goes_with_its_column_and_its_row() {
    let world = world();
    for entity in ["thing", "person"] {
        let id = world.create(entity, v().with("name", "a")).unwrap();
        let put = |text: &'static str| world.write(move |tx| attach(tx, entity, id, text)).unwrap();
        let (first, second) = (put("first"), put("second"));
        assert!(gone(&world, first) && !gone(&world, second), "overwritten");
        world.update(entity, id, v().with("new_doc", Value::Null)).unwrap();
        assert!(gone(&world, second), "cleared");
        let third = put("third");
        world.write(move |tx| tx.rehearse(|tx| tx.delete(entity, id))).unwrap();
        assert!(!gone(&world, third), "what was only tried changes nothing");
        world.delete(entity, id).unwrap();
        assert!(gone(&world, third), "its row deleted");
    }
}

#[test]
fn nothing_of_an_erased_person_is_left() {
    let world = world();
    let delete = world.create("person", v().with("name", "a")).unwrap();
    let blank = world.create("person", v().with("name", "b")).unwrap();
    let files = [delete, blank].map(|id| world.write(move |tx| attach(tx, "person", id, "secret")).unwrap());
    world.write(move |tx| tx.erasing(|tx| tx.delete("person", delete))).unwrap();
    world.write(move |tx| tx.erasing(|tx| tx.update("person", blank, v().with("new_doc", Value::Null)))).unwrap();
    assert!(files.into_iter().all(|it| gone(&world, it)));
}

#[test]
fn a_file_belongs_to_one_cell() {
    let world = world();
    let (a, b) = (world.create("thing", thing("a")).unwrap(), world.create("thing", thing("b")).unwrap());
    let file = world.write(move |tx| attach(tx, "thing", a, "mine")).unwrap();
    for wrong in [file, Uuid::from_u128(9)] {
        let error = world.update("thing", b, v().with("new_doc", wrong)).unwrap_err();
        assert_eq!((error.code, error.target.as_str()), ("wrong-type", "new_doc"));
        assert!(world.create("thing", thing("c").with("new_doc", wrong)).is_err());
    }
    assert!(!world.update("thing", a, v().with("new_doc", file)).unwrap(), "the same value is no change");
    assert!(!gone(&world, file));
    // What no column took does not stay, not even when it was taken in a part that failed.
    let loose = world.write(|tx| blob::put(tx, "a", b"x")).unwrap();
    let tried = world
        .write(move |tx| {
            let file = blob::put(tx, "a", b"x")?;
            let _failed = tx.attempt(|tx| -> Result<()> {
                tx.update("thing", b, v().with("new_doc", file))?;
                Err(Error::invalid("x", "fails"))
            });
            Ok(file)
        })
        .unwrap();
    assert!(gone(&world, loose) && gone(&world, tried) && world.get("thing", b).get("new_doc").is_null());
}

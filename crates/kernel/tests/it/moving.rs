//! A store moved whole: into another folder, to a server and back, begun again half-way.

use std::cell::Cell;

use kernel::{
    Consumer, Db, Error, Registry, Result,
    audit::{history, verify::verify},
    events, solution,
    store::{
        copy::{Place, copy},
        testing,
    },
    uuid::Uuid,
};

use crate::world::{SOURCES, World, context, thing, v};

const FOLLOW: Consumer = Consumer { name: "follow", entities: &["thing"], run: |_, _| Ok(()) };

fn registry() -> Registry {
    Registry::default().with(&[], &[], &[FOLLOW])
}

fn open(place: &Place, seed: u64) -> World {
    let (clock, cx) = context(seed);
    let db = match place {
        Place::Folder(folder) => Db::open(folder, SOURCES, registry(), &cx).unwrap(),
        Place::Server { records, vault } => Db::open_server(records, vault, 2, SOURCES, registry(), &cx).unwrap(),
    };
    World { db, clock, cx }
}

fn moved(from: &Place, to: &Place, stop_at: Option<i64>) -> Result<bool> {
    let (_, cx) = context(9);
    let left = Cell::new(stop_at);
    let copied = copy(&cx, from, to, SOURCES, |table, done, _| match left.get() {
        Some(at) if table == "thing" && done >= at => Err(Error::unavailable("stopped half-way")),
        _ => Ok(()),
    })?;
    assert_eq!(copied.trail.broken, None);
    Ok(copied.resumed)
}

/// Fills a store with every kind of value, moves it along the places, and compares.
fn travel(places: &[Place]) {
    let world = open(&places[0], 1);
    world
        .write(|tx| {
            solution::add_column(tx, "thing", "new_word", "type = \"text\"\nprivacy = { sensitivity = \"none\" }")
        })
        .unwrap();
    let person = world.create("person", v().with("name", "Robin").with("mail", "robin@example.org")).unwrap();
    let things: Vec<Uuid> = world
        .write(|tx| (0..4_500).map(|n| tx.create("thing", thing(&format!("{n}")).with("new_word", "own"))).collect())
        .unwrap();
    events::pump(&world.db, &world.cx).unwrap();
    let before = world.get("thing", things[77]);
    let told = world.read(|rx| history::of_record(rx, "person", person)).unwrap();
    let verdict = world.read(verify).unwrap();
    drop(world);
    for (at, pair) in places.windows(2).enumerate() {
        let [from, to] = pair else { unreachable!() };
        assert_eq!(moved(from, to, Some(2_000)).unwrap_err().text, "stopped half-way");
        assert!(moved(from, to, None).unwrap(), "it goes on where it was");
        assert_eq!(moved(from, to, None).unwrap_err().kind, kernel::Kind::Conflict, "a store is not overwritten");
        let world = open(to, 10 + u64::try_from(at).unwrap());
        assert_eq!(world.get("thing", things[77]), before);
        assert_eq!(world.read(|rx| history::of_record(rx, "person", person)).unwrap(), told);
        assert_eq!(world.read(verify).unwrap(), verdict);
        // Events are numbered behind those that were seen.
        drop(world);
    }
    let world = open(&places[places.len() - 1], 20);
    world.update("thing", things[0], v().with("name", "later")).unwrap();
    assert_eq!(events::pump(&world.db, &world.cx).unwrap(), 1);
    assert!(world.get("thing", things[0]).version > before.version);
}

#[test]
fn from_folder_to_folder() {
    let root = tempfile::tempdir().unwrap();
    travel(&[Place::Folder(root.path().join("a")), Place::Folder(root.path().join("b"))]);
}

#[test]
fn from_a_folder_to_a_server_and_back() {
    let Some([records, vault]) = testing::places().unwrap() else {
        eprintln!("SKIPPED: no database server; run it with: scripts/postgres.sh cargo test");
        return;
    };
    let root = tempfile::tempdir().unwrap();
    travel(&[
        Place::Folder(root.path().join("a")),
        Place::Server { records, vault },
        Place::Folder(root.path().join("b")),
    ]);
}

#[test]
fn a_copy_of_an_earlier_moment_is_not_gone_on_with() {
    let root = tempfile::tempdir().unwrap();
    let (from, to) = (Place::Folder(root.path().join("a")), Place::Folder(root.path().join("b")));
    let world = open(&from, 1);
    let id = world.create("thing", thing("a")).unwrap();
    drop(world);
    moved(&from, &to, Some(0)).unwrap_err();
    // What is not whole is not opened as a store.
    let (_, cx) = context(3);
    let Place::Folder(folder) = &to else { unreachable!() };
    let error = Db::open(folder, SOURCES, registry(), &cx).err().unwrap();
    assert!(error.text.contains("assent copy"), "{error}");
    let world = open(&from, 2);
    world.update("thing", id, v().with("name", "b")).unwrap();
    drop(world);
    let error = moved(&from, &to, None).unwrap_err();
    assert!(error.text.contains("changed since"), "{error}");
    assert_eq!(moved(&Place::Folder(root.path().join("none")), &to, None).unwrap_err().kind, kernel::Kind::NotFound);
}

//! Consumers see each event once and in order, and do not wait for each other.

use std::sync::{
    Mutex,
    atomic::{AtomicBool, Ordering},
};

use kernel::{Consumer, Error, Registry, Result, Tx, events, events::Event};

use crate::world::{World, thing, v};

#[test]
fn each_event_once_and_in_order_for_each_consumer() {
    static SEEN: Mutex<Vec<(&str, i64, String)>> = Mutex::new(Vec::new());
    fn note(who: &'static str, event: &Event) {
        SEEN.lock().unwrap().push((who, event.seq, format!("{:?} {}", event.op, event.entity)));
    }
    let world = World::with(Registry::default().with(
        &[],
        &[],
        &[
            Consumer {
                name: "all",
                entities: &["thing", "part"],
                run: |_, event| {
                    note("all", event);
                    Ok(())
                },
            },
            Consumer {
                name: "parts",
                entities: &["part"],
                run: |_, event| {
                    note("parts", event);
                    Ok(())
                },
            },
        ],
    ));
    let id = world.create("thing", thing("a")).unwrap();
    world.create("person", v().with("name", "nobody follows")).unwrap();
    // Nothing really changes, so nothing happened.
    world.update("thing", id, thing("a")).unwrap();
    world.update("thing", id, thing("b")).unwrap();
    world.create("part", v().with("thing", id)).unwrap();
    world.create("thing", v()).unwrap_err();
    world.delete("thing", id).unwrap();
    assert!(events::pump(&world.db, &world.cx).unwrap() > 0);
    assert_eq!(events::pump(&world.db, &world.cx).unwrap(), 0);
    let seen = SEEN.lock().unwrap().clone();
    let of = |who: &str| -> Vec<String> {
        let mine: Vec<_> = seen.iter().filter(|it| it.0 == who).collect();
        assert!(mine.windows(2).all(|it| it[0].1 < it[1].1));
        mine.into_iter().map(|it| it.2.clone()).collect()
    };
    // The part goes with its thing, and first.
    assert_eq!(of("all"), ["Create thing", "Update thing", "Create part", "Delete part", "Delete thing"]);
    assert_eq!(of("parts"), ["Create part", "Delete part"]);
}

#[test]
fn more_events_than_one_batch() {
    static SEEN: Mutex<Vec<i64>> = Mutex::new(Vec::new());
    let world = World::with(Registry::default().with(
        &[],
        &[],
        &[Consumer {
            name: "all",
            entities: &["thing"],
            run: |_, event| {
                SEEN.lock().unwrap().push(event.seq);
                Ok(())
            },
        }],
    ));
    world.write(|tx| (0..450).try_for_each(|n| tx.create("thing", thing(&format!("t{n}"))).map(|_| ()))).unwrap();
    assert_eq!(events::pump(&world.db, &world.cx).unwrap(), 450);
    let seen = SEEN.lock().unwrap();
    assert!(seen.len() == 450 && seen.windows(2).all(|it| it[0] < it[1]));
}

#[test]
fn a_failing_consumer_is_tried_again_and_stops_nobody() {
    static FAILS: AtomicBool = AtomicBool::new(true);
    fn weak(tx: &mut Tx<'_>, event: &Event) -> Result<()> {
        tx.update("thing", event.record, v().with("memo", "touched"))?;
        if FAILS.load(Ordering::SeqCst) {
            return Err(Error::unavailable("not now"));
        }
        tx.create("person", v().with("group", "weak")).map(|_| ())
    }
    fn strong(tx: &mut Tx<'_>, _: &Event) -> Result<()> {
        tx.create("person", v().with("group", "strong")).map(|_| ())
    }
    let world = World::with(Registry::default().with(
        &[],
        &[],
        &[
            Consumer { name: "weak", entities: &["thing"], run: weak },
            Consumer { name: "strong", entities: &["thing"], run: strong },
        ],
    ));
    let made = |group: &str| world.read(|rx| rx.count(&kernel::Query::on("person").eq("group", group))).unwrap();
    let id = world.create("thing", thing("a")).unwrap();
    for _ in 0..3 {
        assert_eq!(events::pump(&world.db, &world.cx).unwrap_err().to_string(), "not now");
    }
    assert_eq!((made("weak"), made("strong")), (0, 1));
    assert!(world.get("thing", id).get("memo").is_null(), "what a failing consumer wrote does not stay");
    FAILS.store(false, Ordering::SeqCst);
    events::pump(&world.db, &world.cx).unwrap();
    // Its own update was an event too, which each saw once.
    assert_eq!((made("weak"), made("strong")), (2, 2));
    assert_eq!(events::pump(&world.db, &world.cx).unwrap(), 0);
}

#[test]
fn what_everybody_has_seen_is_cleared_also_when_a_consumer_is_no_more() {
    let folder = tempfile::tempdir().unwrap();
    let consumer = |name| Consumer { name, entities: &["thing"], run: |_, _| Ok(()) };
    let left = || -> i64 {
        let connection = rusqlite::Connection::open(folder.path().join("assent.db")).unwrap();
        connection.query_row("SELECT COUNT(*) FROM assent_event", [], |row| row.get(0)).unwrap()
    };
    let world = World::open(folder.path(), Registry::default().with(&[], &[], &[consumer("one"), consumer("two")]));
    world.create("thing", thing("a")).unwrap();
    assert_eq!(left(), 1);
    events::pump(&world.db, &world.cx).unwrap();
    assert_eq!(left(), 0);
    drop(world);
    let world = World::open_as(folder.path(), Registry::default().with(&[], &[], &[consumer("one")]), 2);
    world.create("thing", thing("b")).unwrap();
    assert_eq!(events::pump(&world.db, &world.cx).unwrap(), 1);
    assert_eq!(left(), 0);
}

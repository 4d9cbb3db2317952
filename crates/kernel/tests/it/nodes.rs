//! Several nodes on one database of a server: one order of everything, and nothing twice.

use std::{
    collections::{BTreeSet, HashSet},
    sync::Mutex,
};

use kernel::{
    Consumer, Db, JobKind, Outcome, Query, Registry, Result, Tx,
    audit::{history, verify::verify},
    events, jobs, solution,
    store::{postgres::Server, testing, vault::Erasure},
    subject::{self, Subject},
    uuid::Uuid,
};
use serde_json::json;

use crate::world::{SOURCES, World, context, thing, v};

/// Nodes on a new store; none, said loudly, where the tests have no server.
fn nodes(count: u64, registry: &Registry) -> Option<(Server, Vec<World>)> {
    let Some([records, vault]) = testing::places().unwrap() else {
        eprintln!("SKIPPED: no database server; run it with: scripts/postgres.sh cargo test");
        return None;
    };
    let node = |seed| {
        let (clock, cx) = context(seed);
        let db = Db::open_server(&records, &vault, 4, SOURCES, registry.clone(), &cx).unwrap();
        World { db, clock, cx }
    };
    let all = (1..=count).map(node).collect();
    Some((records, all))
}

fn versions(world: &World) -> Vec<i64> {
    let query = Query::on("thing").order("versionnumber asc").unwrap();
    world.read(|rx| rx.rows(&query)).unwrap().iter().map(|it| it.version).collect()
}

#[test]
fn two_nodes_write_at_once_in_one_order() {
    let Some((_, nodes)) = nodes(2, &Registry::default()) else { return };
    std::thread::scope(|scope| {
        for (at, world) in nodes.iter().enumerate() {
            for caller in 0..4 {
                scope.spawn(move || {
                    for n in 0..25 {
                        world.create_owned(format!("{at}.{caller}.{n}"));
                    }
                });
            }
        }
    });
    for world in &nodes {
        let versions = versions(world);
        assert_eq!(versions.len(), 200);
        assert_eq!(versions.iter().collect::<BTreeSet<_>>().len(), 200, "no version is given twice");
        let verdict = world.read(verify).unwrap();
        assert_eq!(verdict.broken, None);
        assert!(verdict.rows >= 200);
    }
}

#[test]
fn metadata_that_one_node_changes_is_live_on_the_other() {
    let Some((_, nodes)) = nodes(2, &Registry::default()) else { return };
    let [a, b] = nodes.as_slice() else { unreachable!() };
    let id = b.create("thing", thing("before")).unwrap();
    a.write(|tx| {
        solution::add_column(tx, "thing", "new_word", "type = \"text\"\nprivacy = { sensitivity = \"none\" }")
    })
    .unwrap();
    // A write first on one, a read first on the other.
    b.update("thing", id, v().with("new_word", "after")).unwrap();
    assert_eq!(a.get("thing", id).text("new_word"), "after");
    b.write(|tx| {
        solution::add_column(tx, "thing", "new_more", "type = \"text\"\nprivacy = { sensitivity = \"none\" }")
    })
    .unwrap();
    assert_eq!(a.read(|rx| rx.rows(&Query::on("thing").filter("new_more eq null")?)).unwrap().len(), 1);
}

#[test]
fn a_key_that_one_node_destroyed_opens_nothing_on_the_other() {
    let Some((_, nodes)) = nodes(2, &Registry::default()) else { return };
    let [a, b] = nodes.as_slice() else { unreachable!() };
    let id = a.create("person", v().with("name", "Robin")).unwrap();
    let of = |world: &World| world.read(|rx| history::of_record(rx, "person", id)).unwrap();
    // Both hold the key now.
    assert!(of(b).iter().all(|it| !it.unreadable));
    a.write(move |tx| {
        tx.erasing(|tx| tx.delete("person", id))?;
        let person = Subject::new("person", id);
        subject::carried_out(tx, &person)?;
        tx.note_erasure(Erasure { subject: person.to_string(), request: "R1".into(), at: 5, hashes: vec![] });
        Ok(())
    })
    .unwrap();
    assert!(of(b).iter().any(|it| it.unreadable), "the value of the first row");
    assert!(of(b).iter().all(|it| !it.values.contains_key("name")));
    b.write(move |tx| tx.create_as("person", id, v().with("name", "Leftover"))).unwrap();
    assert!(of(a).iter().all(|it| !it.values.contains_key("name")), "nor is a key made again");
}

fn note(tx: &mut Tx<'_>, job: &jobs::Job) -> Result<Outcome> {
    tx.create("thing", thing(job.payload["n"].as_str().unwrap_or_default()))?;
    Ok(Outcome::Done)
}

#[test]
fn jobs_run_once_whoever_takes_them() {
    let registry = Registry::default().with(&[], &[JobKind { name: "test.note", run: note }], &[]);
    let Some((_, nodes)) = nodes(2, &registry) else { return };
    nodes[0]
        .write(|tx| {
            for n in 0..60 {
                jobs::enqueue(tx, "test.note", None, &json!({ "n": n.to_string() }), tx.now())?;
            }
            Ok(())
        })
        .unwrap();
    std::thread::scope(|scope| {
        for world in &nodes {
            scope.spawn(|| while jobs::run_due(&world.db, &world.cx, 7).unwrap() > 0 {});
        }
    });
    let rows = nodes[1].read(|rx| rx.rows(&Query::on("thing"))).unwrap();
    let names: HashSet<_> = rows.iter().map(|it| it.text("name").to_owned()).collect();
    assert_eq!((rows.len(), names.len()), (60, 60));
    assert_eq!(nodes[0].read(jobs::standing).unwrap(), jobs::Standing::default());
}

#[test]
fn events_come_once_and_in_order_whoever_takes_them() {
    static SEEN: Mutex<Vec<i64>> = Mutex::new(Vec::new());
    let follow = Consumer {
        name: "follow",
        entities: &["thing"],
        run: |_, event| {
            SEEN.lock().unwrap().push(event.seq);
            Ok(())
        },
    };
    let Some((_, nodes)) = nodes(2, &Registry::default().with(&[], &[], &[follow])) else { return };
    std::thread::scope(|scope| {
        for world in &nodes {
            scope.spawn(|| {
                for n in 0..30 {
                    world.create_owned(n.to_string());
                    events::pump(&world.db, &world.cx).unwrap();
                }
            });
        }
    });
    while events::pump(&nodes[0].db, &nodes[0].cx).unwrap() > 0 {}
    let seen = SEEN.lock().unwrap();
    assert_eq!(seen.len(), 60);
    assert!(seen.is_sorted_by(|a, b| a < b), "{seen:?}");
}

#[test]
fn a_server_that_was_started_again_is_found_again() {
    let Some((place, nodes)) = nodes(1, &Registry::default()) else { return };
    let world = &nodes[0];
    for round in 0..3 {
        let id = world.create("thing", thing(&round.to_string())).unwrap();
        testing::cut(&place).unwrap();
        assert_eq!(world.get("thing", id).text("name"), round.to_string());
        testing::cut(&place).unwrap();
        world.update("thing", id, v().with("name", "changed")).unwrap();
    }
    // In the middle of a transaction nothing is kept, and who asked is told.
    let cut = place.clone();
    let error = world
        .write(move |tx| {
            tx.create("thing", thing("lost"))?;
            testing::cut(&cut)?;
            tx.create("thing", thing("lost too"))
        })
        .unwrap_err();
    assert_eq!(error.kind, kernel::Kind::Unavailable, "{error}");
    assert_eq!(versions(world).len(), 3);
    world.create("thing", thing("and on")).unwrap();
    assert_eq!(world.read(verify).unwrap().broken, None);
}

impl World {
    fn create_owned(&self, name: String) -> Uuid {
        self.write(move |tx| tx.create("thing", thing(&name))).unwrap()
    }
}

//! Group commit: many callers, one flush; each gets its own answer, and what was answered stays.

use std::{
    sync::{Arc, Barrier, mpsc},
    thread,
};

use kernel::{Error, Kind, Query, Registry, audit::verify::verify};

use crate::world::{BUILT_IN, World, thing, v};

#[test]
fn sixty_four_callers_at_once_and_what_was_acknowledged_is_durable() {
    let folder = tempfile::tempdir().unwrap();
    let world = Arc::new(World::open(folder.path(), Registry::default()));
    let barrier = Arc::new(Barrier::new(64));
    let threads: Vec<_> = (0..64)
        .map(|caller| {
            let (world, barrier) = (Arc::clone(&world), Arc::clone(&barrier));
            thread::spawn(move || {
                barrier.wait();
                (0..5)
                    .map(|n| {
                        let name = format!("{caller} {n}");
                        let write = world.write(move |tx| {
                            let id = tx.create("thing", thing(&name).with("code", name.as_str()))?;
                            match n {
                                1 => Err(Error::conflict("code", "not this one")),
                                3 => panic!("in the middle"),
                                _ => Ok(id),
                            }
                        });
                        match (n, write) {
                            (1, Err(error)) => assert_eq!(error.kind, Kind::Conflict),
                            (3, Err(error)) => assert_eq!(error.kind, Kind::Bug),
                            (_, Ok(id)) => return Some((id, format!("{caller} {n}"))),
                            (_, other) => panic!("{n}: {other:?}"),
                        }
                        None
                    })
                    .collect::<Vec<_>>()
            })
        })
        .collect();
    let kept: Vec<_> = threads.into_iter().flat_map(|it| it.join().unwrap()).flatten().collect();
    assert_eq!(kept.len(), 64 * 3);
    // What lies on the disk at this instant, as after a loss of power.
    let copy = tempfile::tempdir().unwrap();
    for name in ["assent.db", "assent.db-wal", "vault.db"] {
        std::fs::copy(folder.path().join(name), copy.path().join(name)).unwrap();
    }
    let world = World::open_as(copy.path(), Registry::default(), 2);
    for (id, name) in &kept {
        assert_eq!(world.get("thing", *id).text("name"), name);
    }
    assert_eq!(world.read(|rx| rx.count(&Query::on("thing"))).unwrap(), 64 * 3);
    let verdict = world.read(verify).unwrap();
    assert_eq!((verdict.rows, verdict.broken), (64 * 3 + BUILT_IN, None));
    let mut versions: Vec<i64> =
        world.read(|rx| rx.rows(&Query::on("thing"))).unwrap().iter().map(|it| it.version).collect();
    versions.sort_unstable();
    versions.dedup();
    assert_eq!(versions.len(), 64 * 3, "a version is given once");
}

#[test]
fn closures_of_one_group_see_each_other_in_turn() {
    let world = World::new();
    let id = world.create("thing", thing("counter").with("whole", 0)).unwrap();
    let (answers, all) = mpsc::channel();
    for n in 0..300 {
        let answers = answers.clone();
        world.db.write_then(
            &world.cx,
            move |tx| {
                let next = tx.get("thing", id)?.read::<i64>("whole")? + 1;
                tx.update("thing", id, v().with("whole", next))?;
                if n % 3 == 0 { Err(Error::conflict("", "not this one")) } else { Ok(next) }
            },
            move |it| answers.send(it.ok()).unwrap(),
        );
    }
    let mut seen: Vec<i64> = all.iter().take(300).flatten().collect();
    seen.sort_unstable();
    assert_eq!(seen, (1..=200).collect::<Vec<_>>());
    assert_eq!(world.get("thing", id).read::<i64>("whole").unwrap(), 200);
}

#[test]
fn a_panic_takes_nothing_with_it() {
    let world = World::new();
    let error = world
        .write(|tx| -> kernel::Result<()> {
            tx.create("thing", thing("gone"))?;
            tx.attempt(|tx| {
                tx.create("thing", thing("gone too"))?;
                panic!("deep inside")
            })
        })
        .unwrap_err();
    assert_eq!((error.kind, error.code), (Kind::Bug, "bug"));
    assert_eq!(world.read(|rx| rx.count(&Query::on("thing"))).unwrap(), 0);
    world.create("thing", thing("next")).unwrap();
}

#[test]
fn readers_see_a_snapshot_while_others_write() {
    let folder = tempfile::tempdir().unwrap();
    let world = World::open(folder.path(), Registry::default());
    world.create("thing", thing("a")).unwrap();
    let (before, after) = world
        .read(|rx| {
            let before = rx.count(&Query::on("thing"))?;
            world.create("thing", thing("b"))?;
            Ok((before, rx.count(&Query::on("thing"))?))
        })
        .unwrap();
    assert_eq!((before, after), (1, 1));
    assert_eq!(world.read(|rx| rx.count(&Query::on("thing"))).unwrap(), 2);
}

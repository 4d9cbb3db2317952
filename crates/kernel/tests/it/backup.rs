//! Backups: taken while others write, and put back only when whole.

use std::{
    fs,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use kernel::{
    Kind, Query, Registry,
    audit::verify::verify,
    store::{
        backup::{restore, vault_beside},
        vault::Erasure,
    },
    subject,
};

use crate::world::{World, thing, v};

#[test]
fn a_backup_is_one_moment_while_others_write() {
    let folder = tempfile::tempdir().unwrap();
    let world = Arc::new(World::open(&folder.path().join("store"), Registry::default()));
    // Several steps of the copy long.
    world
        .write(|tx| {
            (0..2_000).try_for_each(|n| {
                tx.create("thing", thing(&format!("t{n}")).with("settings", format!("\"{}\"", "x".repeat(8_000))))
                    .map(|_| ())
            })
        })
        .unwrap();
    let stop = Arc::new(AtomicBool::new(false));
    let writer = {
        let (world, stop) = (Arc::clone(&world), Arc::clone(&stop));
        thread::spawn(move || {
            let mut written = 0_u64;
            while !stop.load(Ordering::SeqCst) {
                // Always two at once: a backup with an odd number is not one moment.
                world
                    .write(|tx| (0..2).try_for_each(|_| tx.create("part", v().with("name", "p")).map(|_| ())))
                    .unwrap();
                written += 2;
            }
            written
        })
    };
    let file = folder.path().join("one.backup");
    let steps = std::cell::Cell::new(0);
    let between = Arc::clone(&world);
    let digest = world
        .db
        .backup(&world.cx, &file, |done, all| {
            assert!(done <= all);
            steps.set(steps.get() + 1);
            assert!(steps.get() < 50, "the copy begins again and again");
            between.create("part", v().with("name", "x")).and_then(|it| between.delete("part", it)).unwrap();
        })
        .unwrap();
    stop.store(true, Ordering::SeqCst);
    assert!(writer.join().unwrap() > 0);
    assert!(steps.get() > 1);
    assert_eq!(world.db.backup(&world.cx, &file, |_, _| {}).unwrap_err().kind, Kind::Conflict);
    let note = fs::read_to_string(folder.path().join("one.backup.sha256")).unwrap();
    assert_eq!(note, format!("{digest}  one.backup\n"));

    let place = folder.path().join("restored");
    assert_eq!(restore(&world.cx, &file, &place, false).unwrap(), 0);
    let back = World::open_as(&place, Registry::default(), 2);
    assert_eq!(back.read(|rx| rx.count(&Query::on("thing"))).unwrap(), 2_000);
    assert_eq!(back.read(|rx| rx.count(&Query::on("part").eq("name", "p"))).unwrap() % 2, 0);
    assert_eq!(back.read(verify).unwrap().broken, None);
    back.create("thing", thing("goes on")).unwrap();
}

#[test]
fn what_is_no_whole_backup_is_refused_and_nothing_is_touched() {
    let folder = tempfile::tempdir().unwrap();
    let world = World::open(&folder.path().join("store"), Registry::default());
    world.create("thing", thing("a")).unwrap();
    let file = folder.path().join("one.backup");
    world.db.backup(&world.cx, &file, |_, _| {}).unwrap();
    let good = fs::read(&file).unwrap();
    let place = folder.path().join("place");
    let refused = |bytes: &[u8], with_note: bool| {
        let bad = folder.path().join("bad.backup");
        fs::write(&bad, bytes).unwrap();
        fs::copy(vault_beside(&file), vault_beside(&bad)).unwrap();
        let note = folder.path().join("bad.backup.sha256");
        if with_note {
            fs::copy(folder.path().join("one.backup.sha256"), &note).unwrap();
        } else {
            fs::remove_file(&note).ok();
        }
        let error = restore(&world.cx, &bad, &place, true).unwrap_err();
        assert!(!place.join("assent.db").exists() && !place.join("assent.db.restoring").exists());
        assert_eq!(error.kind, Kind::Invalid);
        error.text
    };
    let mut flipped = good.clone();
    let middle = flipped.len() / 2;
    flipped[middle] ^= 1;
    assert!(refused(&flipped, true).contains(".sha256"));
    assert!(refused(&good[..good.len() / 2], true).contains(".sha256"));
    assert!(
        refused(
            b"not a database at all, but longer than a header of one hundred bytes ..........................",
            false
        )
        .contains("not a backup")
    );
    // Without a note the store's own check finds a torn page.
    let mut torn = good.clone();
    for page in torn.chunks_mut(4_096).skip(1) {
        page[..100].fill(0xff);
    }
    refused(&torn, false);
    assert_eq!(restore(&world.cx, &folder.path().join("missing"), &place, true).unwrap_err().kind, Kind::Invalid);
    // A store that is there is replaced only when told to.
    let store = folder.path().join("other");
    drop(World::open(&store, Registry::default()));
    assert_eq!(restore(&world.cx, &file, &store, false).unwrap_err().kind, Kind::Conflict);
    restore(&world.cx, &file, &store, true).unwrap();
    // Without any vault nobody can say who was erased since.
    fs::remove_file(vault_beside(&file)).unwrap();
    assert_eq!(restore(&world.cx, &file, &folder.path().join("fresh"), false).unwrap_err().kind, Kind::Invalid);
}

#[test]
fn an_erasure_after_the_backup_is_outstanding_after_the_restore() {
    let folder = tempfile::tempdir().unwrap();
    let world = World::open(&folder.path().join("store"), Registry::default());
    let id = world.create("person", v().with("name", "Robin")).unwrap();
    let file = folder.path().join("one.backup");
    world.db.backup(&world.cx, &file, |_, _| {}).unwrap();
    world
        .write(move |tx| {
            tx.erasing(|tx| tx.delete("person", id))?;
            subject::carried_out(tx, &subject::Subject::new("person", id))?;
            tx.note_erasure(Erasure { subject: format!("person:{id}"), request: "R1".into(), at: 1, hashes: vec![] });
            Ok(())
        })
        .unwrap();
    world.db.forget_traces().unwrap();
    let place = folder.path().join("restored");
    assert_eq!(restore(&world.cx, &file, &place, false).unwrap(), 1);
    let back = World::open_as(&place, Registry::default(), 2);
    let left = back.db.outstanding_erasures(&back.cx).unwrap();
    assert_eq!((left.len(), left[0].request.as_str()), (1, "R1"));
    let rows = back.read(|rx| kernel::audit::history::of_record(rx, "person", id)).unwrap();
    assert!(rows[0].unreadable);
}

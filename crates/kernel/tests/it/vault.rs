//! Keys of data subjects: made once, destroyed once, and in step with the mirrors.

use std::fs;

use kernel::{
    Registry,
    audit::{history, verify::verify},
    store::{backup::vault_beside, vault::Erasure},
    subject::{self, Subject},
    uuid::Uuid,
};
use rusqlite::Connection;

use crate::world::{World, v};

fn erase(world: &World, id: Uuid) {
    world
        .write(move |tx| {
            let hash = subject::hash(tx, "mail", "robin@example.org")?;
            tx.erasing(|tx| tx.delete("person", id))?;
            let person = Subject::new("person", id);
            subject::carried_out(tx, &person)?;
            tx.note_erasure(Erasure {
                subject: person.to_string(),
                request: "R1".into(),
                at: 5,
                hashes: vec![("mail".into(), hash)],
            });
            Ok(())
        })
        .unwrap();
}

fn keys_in(file: &std::path::Path, id: Uuid) -> i64 {
    let vault = Connection::open(file).unwrap();
    vault
        .query_row("SELECT COUNT(*) FROM subject_key WHERE subject = ?1", [format!("person:{id}")], |row| row.get(0))
        .unwrap()
}

#[test]
fn an_erased_person_gets_no_key_again() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("store");
    let world = World::open(&store, Registry::default());
    let id = world.create("person", v().with("name", "Robin")).unwrap();
    assert_eq!(keys_in(&store.join("vault.db"), id), 1);
    erase(&world, id);
    assert_eq!(keys_in(&store.join("vault.db"), id), 0);
    // The same identifier once more: the row is there, its values are never sealed again.
    world.write(move |tx| tx.create_as("person", id, v().with("name", "Leftover"))).unwrap();
    assert_eq!(keys_in(&store.join("vault.db"), id), 0);
    let rows = world.read(|rx| history::of_record(rx, "person", id)).unwrap();
    assert_eq!(rows.len(), 3);
    assert!(rows[0].unreadable && rows.iter().all(|it| !it.values.contains_key("name")));
    assert!(rows[2].columns.contains(&"name".to_owned()));
    assert_eq!(world.read(verify).unwrap().broken, None);
    drop(world);
    let world = World::open_as(&store, Registry::default(), 2);
    world.write(move |tx| tx.update("person", id, v().with("name", "Again"))).unwrap();
    assert_eq!(keys_in(&store.join("vault.db"), id), 0);
    assert_eq!(world.read(verify).unwrap().broken, None);
}

#[test]
fn a_reason_is_sealed_with_the_person() {
    let world = World::new();
    let id = world.create("person", v().with("name", "Robin")).unwrap();
    let change = move |tx: &mut kernel::Tx<'_>| {
        let mut cx = tx.cx().clone();
        cx.justification = Some("Robin called".into());
        tx.under(cx, |tx| tx.update("person", id, v().with("name", "Robyn")))
    };
    world.db.write(&world.cx, change).unwrap();
    let last = |world: &World| world.read(|rx| history::of_record(rx, "person", id)).unwrap()[1].clone();
    assert_eq!(last(&world).justification.as_deref(), Some("Robin called"));
    assert_eq!(last(&world).values.len(), 1);
    erase(&world, id);
    assert_eq!((last(&world).justification, last(&world).unreadable), (None, true));
    assert_eq!(world.read(verify).unwrap().broken, None);
}

#[test]
fn hashes_of_erased_identifiers_know_neither_case_nor_outer_space() {
    let world = World::new();
    let id = world.create("person", v().with("name", "Robin")).unwrap();
    assert!(!world.read(|rx| subject::was_erased(rx, "mail", "robin@example.org")).unwrap());
    erase(&world, id);
    assert!(world.read(|rx| subject::was_erased(rx, "mail", " ROBIN@example.org ")).unwrap());
    assert!(!world.read(|rx| subject::was_erased(rx, "phone", "robin@example.org")).unwrap());
    assert!(!world.read(|rx| subject::was_erased(rx, "mail", "robyn@example.org")).unwrap());
}

#[test]
fn a_closure_that_fails_erases_nothing() {
    let world = World::new();
    let id = world.create("person", v().with("name", "Robin")).unwrap();
    let erasure = move || Erasure { subject: format!("person:{id}"), request: "R1".into(), at: 5, hashes: vec![] };
    world
        .write(move |tx| -> kernel::Result<()> {
            tx.note_erasure(erasure());
            Err(kernel::Error::conflict("", "not now"))
        })
        .unwrap_err();
    world
        .write(move |tx| {
            tx.rehearse(|tx| {
                tx.note_erasure(erasure());
                Ok(())
            })?;
            tx.attempt(|tx| -> kernel::Result<()> {
                tx.note_erasure(erasure());
                Err(kernel::Error::conflict("", "not now"))
            })
            .unwrap_err();
            Ok(())
        })
        .unwrap();
    let rows = world.read(|rx| history::of_record(rx, "person", id)).unwrap();
    assert_eq!(rows[0].values["name"][1], "Robin");
    assert_eq!(world.db.outstanding_erasures(&world.cx).unwrap(), vec![]);
}

#[test]
fn a_rehearsal_makes_no_key() {
    let folder = tempfile::tempdir().unwrap();
    let world = World::open(folder.path(), Registry::default());
    let id = Uuid::from_u128(99);
    world.write(move |tx| tx.rehearse(|tx| tx.create_as("person", id, v().with("name", "Robin")))).unwrap();
    assert_eq!(keys_in(&folder.path().join("vault.db"), id), 0);
}

#[test]
fn mirrors_follow_an_erasure_and_missing_ones_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let world = World::open(&folder.path().join("store"), Registry::default());
    let id = world.create("person", v().with("name", "Robin")).unwrap();
    let (here, away) = (folder.path().join("here.backup"), folder.path().join("away/away.backup"));
    fs::create_dir(folder.path().join("away")).unwrap();
    for file in [&here, &away] {
        world.db.backup(&world.cx, file, |_, _| {}).unwrap();
        assert_eq!(keys_in(&vault_beside(file), id), 1);
    }
    fs::remove_dir_all(folder.path().join("away")).unwrap();
    erase(&world, id);
    let missing = world.db.forget_traces().unwrap();
    assert_eq!(missing, [vault_beside(&away).display().to_string()]);
    assert_eq!(keys_in(&vault_beside(&here), id), 0);
}

#[cfg(unix)]
#[test]
fn nobody_else_reads_the_vault() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let _world = World::open(folder.path(), Registry::default());
    assert_eq!(fs::metadata(folder.path().join("vault.db")).unwrap().permissions().mode() & 0o777, 0o600);
}

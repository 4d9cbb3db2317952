//! The audit trail: whole, or the place where it is not; and no personal value outside its seal.

use std::{fs, path::Path};

use kernel::{
    Kind, Registry, Value,
    audit::{
        history,
        verify::{Verdict, verify},
    },
    store::vault::Erasure,
    subject::{self, Subject},
    uuid::Uuid,
};
use rusqlite::Connection;

use crate::world::{BUILT_IN, World, thing, v};

fn fill(world: &World) -> (Uuid, Uuid) {
    let cx = world.user("keeper").because("a reason").in_batch(Uuid::from_u128(5));
    let person = world.db.write(&cx, |tx| tx.create("person", v().with("name", "Robin").with("group", "red"))).unwrap();
    world
        .db
        .write(&cx, move |tx| tx.update("person", person, v().with("name", "Robyn").with("group", "blue")))
        .unwrap();
    let note = world.create("note", v().with("person", person).with("text", "hidden words")).unwrap();
    let id = world.create("thing", thing("a")).unwrap();
    world.delete("thing", id).unwrap();
    (person, note)
}

fn verdict(folder: &Path) -> Verdict {
    World::open(folder, Registry::default()).read(verify).unwrap()
}

/// Changes the store behind the product's back.
fn tamper(folder: &Path, f: impl FnOnce(&Connection)) {
    let connection = Connection::open(folder.join("assent.db")).unwrap();
    f(&connection);
}

#[test]
fn a_whole_chain_verifies_also_after_reopening() {
    let folder = tempfile::tempdir().unwrap();
    fill(&World::open(folder.path(), Registry::default()));
    let first = verdict(folder.path());
    assert_eq!((first.rows, &first.broken), (BUILT_IN + 5, &None));
    assert_eq!(first.head.len(), 64);
    assert_eq!(verdict(folder.path()), first);
}

#[test]
fn any_changed_byte_of_any_column_of_any_row_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let world = World::open(folder.path(), Registry::default());
    fill(&world);
    let columns = [
        "seq",
        "at",
        "actor",
        "reason",
        "batch",
        "operation",
        "entity",
        "record",
        "subject",
        "columns",
        "plain",
        "sealed",
        "prev",
        "hash",
    ];
    let mut tried = 0;
    for seq in 1..=6_i64 {
        for column in columns {
            let path = folder.path();
            let read = format!("SELECT {column} FROM assent_audit WHERE seq = ?1");
            let mut before = rusqlite::types::Value::Null;
            tamper(path, |it| before = it.query_row(&read, [seq], |row| row.get(0)).unwrap());
            use rusqlite::types::Value as Cell;
            let wrong: Vec<Cell> = match &before {
                Cell::Null => vec![Cell::Text("x".into()), Cell::Blob(vec![0])],
                Cell::Integer(it) => vec![Cell::Integer(it ^ 64)],
                Cell::Text(it) => {
                    let mut last = it.clone();
                    last.pop();
                    last.push('~');
                    vec![Cell::Text(format!("{it} ")), Cell::Text(last), Cell::Text(String::new())]
                }
                Cell::Blob(it) => [0, it.len() / 2, it.len() - 1]
                    .into_iter()
                    .map(|at| {
                        let mut bytes = it.clone();
                        bytes[at] ^= 1;
                        Cell::Blob(bytes)
                    })
                    .collect(),
                Cell::Real(_) => unreachable!(),
            };
            for cell in wrong.into_iter().filter(|it| *it != before) {
                let set = format!("UPDATE assent_audit SET {column} = ?1 WHERE seq = ?2");
                let at = if let ("seq", Cell::Integer(moved)) = (column, &cell) { *moved } else { seq };
                tamper(path, |it| assert_eq!(it.execute(&set, rusqlite::params![cell, seq]).unwrap(), 1));
                let broken = world.read(verify).unwrap().broken.unwrap_or_else(|| panic!("{column} of row {seq}"));
                // A row under another number is missed where it was, or found where it is.
                assert!(broken.seq == seq || column == "seq", "{column} of row {seq}: {broken:?}");
                assert!(!broken.what.is_empty());
                let restore = format!("UPDATE assent_audit SET {column} = ?1 WHERE seq = ?2");
                tamper(path, |it| assert_eq!(it.execute(&restore, rusqlite::params![before, at]).unwrap(), 1));
                tried += 1;
            }
        }
    }
    assert!(tried > 150, "{tried}");
    assert_eq!(world.read(verify).unwrap().broken, None);
}

#[test]
fn text_that_is_none_any_more_is_not_taken_for_the_text_that_was() {
    let folder = tempfile::tempdir().unwrap();
    let world = World::open(folder.path(), Registry::default());
    world.create("thing", thing("\u{fffd}")).unwrap();
    tamper(folder.path(), |it| {
        let sql = "UPDATE assent_audit SET plain = CAST(replace(CAST(plain AS BLOB), x'efbfbd', x'ff') AS TEXT) WHERE entity = 'thing'";
        it.execute(sql, []).unwrap();
    });
    assert_eq!(world.read(verify).unwrap().broken.unwrap().seq, BUILT_IN + 1);
}

#[test]
fn a_removed_row_is_found() {
    for seq in 1..=5_i64 {
        let folder = tempfile::tempdir().unwrap();
        fill(&World::open(folder.path(), Registry::default()));
        tamper(folder.path(), |it| {
            it.execute("DELETE FROM assent_audit WHERE seq = ?1", [seq]).unwrap();
        });
        let broken = verdict(folder.path()).broken.unwrap();
        assert_eq!((broken.seq, broken.what), (seq + 1, format!("row {seq} is missing before it")));
    }
    // A cut end leaves a whole chain with another head, which is why the head is noted elsewhere.
    let folder = tempfile::tempdir().unwrap();
    fill(&World::open(folder.path(), Registry::default()));
    let head = verdict(folder.path()).head;
    tamper(folder.path(), |it| {
        it.execute("DELETE FROM assent_audit WHERE seq = 6", []).unwrap();
    });
    assert_ne!(verdict(folder.path()).head, head);
}

#[test]
fn history_says_who_when_why_and_what() {
    let world = World::new();
    let (person, note) = fill(&world);
    let rows = world.read(|rx| history::of_record(rx, "person", person)).unwrap();
    let text: Vec<String> = rows
        .iter()
        .map(|it| {
            format!(
                "{} {} {:?} {} {:?} {}",
                it.operation,
                it.at,
                it.reason,
                it.actor,
                it.columns,
                serde_json::Value::Object(it.values.clone())
            )
        })
        .collect();
    insta::assert_snapshot!(text.join("\n"));
    assert_eq!(world.read(|rx| history::of_batch(rx, Uuid::from_u128(5))).unwrap(), rows);
    let error = world.db.read(&world.user("keeper"), |rx| history::of_batch(rx, Uuid::from_u128(5))).unwrap_err();
    assert_eq!(error.kind, Kind::Forbidden);
    let rows = world.read(|rx| history::of_record(rx, "note", note)).unwrap();
    assert_eq!(rows[0].values["text"][1], "hidden words");
}

#[test]
fn long_values_are_cut_and_secrets_left_out() {
    let world = World::new();
    let id = world
        .create("thing", thing("a").with("settings", format!("\"{}\"", "é".repeat(9_000))).with("token", "hush"))
        .unwrap();
    let row = &world.read(|rx| history::of_record(rx, "thing", id)).unwrap()[0];
    let kept = row.values["settings"][1].as_str().unwrap();
    assert_eq!((kept.chars().count(), &kept[kept.len() - 3..]), (5_003, "..."));
    assert!(row.columns.iter().any(|it| it == "token") && !row.values.contains_key("token"));
}

fn found_in(folder: &Path, needle: &str) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let bytes = fs::read(&path).unwrap();
        if bytes.windows(needle.len()).any(|it| it == needle.as_bytes()) {
            found.push(path.file_name().unwrap().to_string_lossy().into_owned());
        }
    }
    found
}

#[test]
fn an_overwritten_or_erased_value_is_nowhere_on_the_disk() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    let world = World::open(&path, Registry::default());
    // Enough rows of different lengths that pages are split, merged and moved.
    let ids: Vec<Uuid> = world
        .write(|tx| {
            (0..6000_usize)
                .map(|n| {
                    // In no order, so that rows and index entries come between others.
                    let n = n * 7_919 % 6000;
                    let person = tx.create_as(
                        "person",
                        Uuid::from_u128(1_000 + n as u128),
                        v().with("name", format!("Findme{} {n:04}", "x".repeat(n % 60)))
                            .with("mail", format!("findme{n:04}@example.org")),
                    )?;
                    tx.create(
                        "note",
                        v().with("person", person).with("text", format!("Findme {n:04} {}", "words ".repeat(n % 90))),
                    )?;
                    Ok(person)
                })
                .collect()
        })
        .unwrap();
    assert!(found_in(&path, "Findme").contains(&"assent.db-wal".to_owned()));

    for round in 1..4_usize {
        let ids = ids.clone();
        world
            .write(move |tx| {
                for (n, id) in ids.iter().enumerate() {
                    tx.update(
                        "person",
                        *id,
                        v().with("name", format!("Findme{round} {}", "y".repeat((n * 31 + round * 40) % 90)))
                            .with("mail", format!("findme{:04}r{round}@example.org", (n * 37 * round) % 6000)),
                    )?;
                }
                Ok(())
            })
            .unwrap();
    }
    let (changed, erased) = (ids[..3000].to_vec(), ids[3000..].to_vec());
    world
        .write(move |tx| {
            for (n, id) in changed.iter().enumerate() {
                let note = tx.first(&kernel::Query::on("note").eq("person", *id))?.unwrap().id;
                tx.update(
                    "person",
                    *id,
                    v().with("name", "z".repeat(n % 90)).with("mail", format!("other{n}@example.org")),
                )?;
                tx.erasing(|tx| tx.update("note", note, v().with("text", Value::Null)))?;
            }
            for id in &erased {
                let note = tx.first(&kernel::Query::on("note").eq("person", *id))?.unwrap().id;
                tx.erasing(|tx| {
                    tx.delete("note", note)?;
                    tx.delete("person", *id)
                })?;
                let person = Subject::new("person", *id);
                subject::carried_out(tx, &person)?;
                tx.note_erasure(Erasure { subject: person.to_string(), request: "R1".into(), at: 0, hashes: vec![] });
            }
            Ok(())
        })
        .unwrap();
    assert!(world.db.has_traces().unwrap(), "a crash right after the erasure must not lose that a rewrite is due");
    assert_eq!(world.db.forget_traces().unwrap(), Vec::<String>::new());
    assert_eq!(found_in(&path, "Findme"), Vec::<String>::new());
    assert_eq!(found_in(&path, "findme"), Vec::<String>::new());
    assert_eq!(world.read(verify).unwrap().broken, None);
    let rows = world.read(|rx| history::of_record(rx, "person", ids[0])).unwrap();
    assert!(rows[0].values["mail"][1] == "findme0000@example.org", "what was overwritten is still in the sealed trail");
    let rows = world.read(|rx| history::of_record(rx, "person", ids[5999])).unwrap();
    assert!(rows[0].unreadable && !rows[0].values.contains_key("mail"));
}

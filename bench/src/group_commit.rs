//! Durable, audited updates a second: many callers share a commit, or wait for one each.
//!
//! "One each" runs the same pipeline with at most one update under way, so each pays for its own
//! flush to the disk, as with one SQLite transaction per update.

use std::{
    path::Path,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
    time::Duration,
};

use kernel::{Context, Db, Values, uuid::Uuid};

use crate::{
    people, store,
    table::{Table, rate, thousands, times},
};

const PEOPLE: usize = 5_000;

pub fn run(folder: &Path, seconds: u64) -> anyhow::Result<()> {
    let place = store::temporary(folder)?;
    let (db, cx) = store::product(&place.path().join("store"))?;
    let ids: Arc<[Uuid]> = people::fill(&db, &cx, PEOPLE)?.into();
    let plain = plain(place.path(), &db, &ids, seconds)?;
    let mut table =
        Table::new(&["callers", "shared commits/s", "one each/s", "shared : one each", "shared : plain SQLite"]);
    for callers in [1, 16, 256] {
        let alone = updates(&db, &cx, &ids, callers, seconds, true)?;
        let shared = updates(&db, &cx, &ids, callers, seconds, false)?;
        table.row(&[
            callers.to_string(),
            thousands(shared),
            thousands(alone),
            times(shared, alone),
            times(shared, plain),
        ]);
    }
    table.row(&["plain SQLite, no audit, 1 caller".into(), String::new(), thousands(plain)]);
    let verdict = db.read(&cx, kernel::audit::verify::verify)?;
    anyhow::ensure!(verdict.broken.is_none(), "the audit trail is broken: {:?}", verdict.broken);
    table.print(&format!("group-commit: durable updates of a contact, {} rows of audit trail verified", verdict.rows));
    Ok(())
}

/// Updates a second by so many callers.
fn updates(db: &Db, cx: &Context, ids: &Arc<[Uuid]>, callers: usize, seconds: u64, alone: bool) -> anyhow::Result<f64> {
    static ROUND: AtomicU64 = AtomicU64::new(0);
    let round = ROUND.fetch_add(1, Ordering::Relaxed);
    let (stop, done) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    let turn = Arc::new(Mutex::new(()));
    let mut threads = Vec::new();
    let start = store::now();
    for caller in 0..callers {
        let (db, cx, ids) = (db.clone(), cx.clone(), Arc::clone(ids));
        let (stop, done, turn) = (Arc::clone(&stop), Arc::clone(&done), Arc::clone(&turn));
        let work = move || -> kernel::Result<()> {
            let mut number = caller;
            while !stop.load(Ordering::Relaxed) {
                number += callers;
                let Some(id) = ids.get(number % ids.len()).copied() else { break };
                let phone = format!("555-{round}-{number}");
                let title = format!("Tester {}", number % 10);
                let update = move |tx: &mut kernel::Tx<'_>| {
                    let values = Values::new().with("telephone1", phone.as_str()).with("jobtitle", title.as_str());
                    tx.update("contact", id, values)
                };
                let guard = alone.then(|| turn.lock().unwrap_or_else(PoisonError::into_inner));
                db.write(&cx, update)?;
                drop(guard);
                done.fetch_add(1, Ordering::Relaxed);
            }
            Ok(())
        };
        threads.push(thread::Builder::new().stack_size(256 * 1024).spawn(work)?);
    }
    thread::sleep(Duration::from_secs(seconds));
    stop.store(true, Ordering::Relaxed);
    for thread in threads {
        thread.join().map_err(|_| anyhow::anyhow!("a caller stopped in the middle"))??;
    }
    Ok(rate(done.load(Ordering::Relaxed), start.elapsed().as_secs_f64()))
}

/// The same update as one statement in one transaction, without audit, on SQLite alone.
fn plain(folder: &Path, db: &Db, ids: &[Uuid], seconds: u64) -> anyhow::Result<f64> {
    let mut connection = store::plain(folder, db, "contact")?;
    let insert = connection.transaction()?;
    for (number, id) in ids.iter().enumerate() {
        insert
            .prepare_cached("INSERT INTO contact (contactid, fullname, emailaddress1, telephone1, jobtitle) VALUES (?1, ?2, ?3, ?4, ?5)")?
            .execute(rusqlite::params![id.as_bytes().as_slice(), "Alder Sample", format!("person{number}@example.org"), "555", "Tester"])?;
    }
    insert.commit()?;
    let (start, mut done) = (store::now(), 0);
    while start.elapsed() < Duration::from_secs(seconds) {
        for (number, id) in ids.iter().enumerate().take(20) {
            connection
                .prepare_cached("UPDATE contact SET telephone1 = ?2, jobtitle = ?3 WHERE contactid = ?1")?
                .execute(rusqlite::params![
                    id.as_bytes().as_slice(),
                    format!("555-{done}"),
                    format!("Tester {number}")
                ])?;
            done += 1;
        }
    }
    Ok(rate(done, start.elapsed().as_secs_f64()))
}

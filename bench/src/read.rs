//! Reads a second: one whole record by its identifier, and a filtered, ordered page.

use std::{path::Path, sync::Arc, thread, time::Duration};

use kernel::{Context, Db, Query, uuid::Uuid};
use rusqlite::Connection;

use crate::{
    people, store,
    table::{Table, rate, thousands, times},
};

const PEOPLE: usize = 20_000;
const PAGE: u64 = 50;
const COLUMNS: [&str; 4] = ["fullname", "emailaddress1", "address1_city", "createdon"];
const FILTER: &str = "address1_city eq 'easton' and statecode eq 0";

pub fn run(folder: &Path, seconds: u64) -> anyhow::Result<()> {
    let place = store::temporary(folder)?;
    let (db, cx) = store::product(&place.path().join("store"))?;
    let ids: Arc<[Uuid]> = people::fill(&db, &cx, PEOPLE)?.into();
    let file = place.path().join("store/assent.db");
    let both = thread::available_parallelism().map_or(1, usize::from);
    let mut table = Table::new(&["", "readers", "reads/s", "plain SQLite/s", "plain SQLite : this"]);
    for readers in if both > 1 { vec![1, both] } else { vec![1] } {
        let ours = threads(readers, seconds, || point(db.clone(), cx.clone(), Arc::clone(&ids)))?;
        let plain = threads(readers, seconds, || plain_point(&file, Arc::clone(&ids)))?;
        table.row(&["one record".into(), readers.to_string(), thousands(ours), thousands(plain), times(plain, ours)]);
    }
    for readers in if both > 1 { vec![1, both] } else { vec![1] } {
        let ours = threads(readers, seconds, || page(db.clone(), cx.clone()))?;
        let plain = threads(readers, seconds, || plain_page(&file))?;
        table.row(&[
            format!("page of {PAGE}"),
            readers.to_string(),
            thousands(ours),
            thousands(plain),
            times(plain, ours),
        ]);
    }
    table.print(&format!("read: among {PEOPLE} contacts; pages by {FILTER}, newest first"));
    Ok(())
}

type Read = Box<dyn FnMut(usize) -> anyhow::Result<()> + Send>;

/// Reads a second over all threads.
fn threads(readers: usize, seconds: u64, make: impl Fn() -> anyhow::Result<Read>) -> anyhow::Result<f64> {
    let mut threads = Vec::new();
    for reader in 0..readers {
        let mut read = make()?;
        threads.push(thread::spawn(move || -> anyhow::Result<f64> {
            let (start, mut done, mut at) = (store::now(), 0, reader);
            while start.elapsed() < Duration::from_secs(seconds) {
                for _ in 0..10 {
                    at += 7;
                    read(at)?;
                    done += 1;
                }
            }
            Ok(rate(done, start.elapsed().as_secs_f64()))
        }));
    }
    let mut sum = 0.0;
    for thread in threads {
        sum += thread.join().map_err(|_| anyhow::anyhow!("a reader stopped in the middle"))??;
    }
    Ok(sum)
}

fn point(db: Db, cx: Context, ids: Arc<[Uuid]>) -> anyhow::Result<Read> {
    Ok(Box::new(move |at| {
        if let Some(id) = ids.get(at % ids.len()).copied() {
            db.read(&cx, |rx| rx.get("contact", id))?;
        }
        Ok(())
    }))
}

fn page(db: Db, cx: Context) -> anyhow::Result<Read> {
    let query = Query::on("contact").select(&COLUMNS).filter(FILTER)?.order("createdon desc")?;
    Ok(Box::new(move |_| {
        let page = db.read(&cx, |rx| rx.page(&query, PAGE))?;
        anyhow::ensure!(page.records.len() == 50, "the page is not full");
        Ok(())
    }))
}

/// Every cell of every row is taken, as a caller would.
fn take(connection: &Connection, sql: &str, parameter: &dyn rusqlite::ToSql) -> anyhow::Result<usize> {
    connection.execute_batch("BEGIN")?;
    let mut taken = 0;
    {
        let mut statement = connection.prepare_cached(sql)?;
        let width = statement.column_count();
        let mut rows = statement.query([parameter])?;
        while let Some(row) = rows.next()? {
            for at in 0..width {
                std::hint::black_box(row.get::<_, rusqlite::types::Value>(at)?);
            }
            taken += 1;
        }
    }
    connection.execute_batch("ROLLBACK")?;
    Ok(taken)
}

fn plain_point(file: &Path, ids: Arc<[Uuid]>) -> anyhow::Result<Read> {
    let connection = kernel::store::sqlite::open(Some(file))?;
    Ok(Box::new(move |at| {
        if let Some(id) = ids.get(at % ids.len()) {
            take(&connection, "SELECT * FROM contact WHERE contactid = ?1", &id.as_bytes().as_slice())?;
        }
        Ok(())
    }))
}

fn plain_page(file: &Path) -> anyhow::Result<Read> {
    let connection = kernel::store::sqlite::open(Some(file))?;
    let sql = format!(
        "SELECT {}, contactid, versionnumber FROM contact WHERE address1_city = ?1 AND statecode = 0 ORDER BY createdon DESC, contactid LIMIT {}",
        COLUMNS.join(", "),
        PAGE + 1
    );
    Ok(Box::new(move |_| {
        let taken = take(&connection, &sql, &"easton")?;
        anyhow::ensure!(taken == 51, "the page is not full");
        Ok(())
    }))
}

//! A page of a long list, near its head and far down, and how many rows the list has.
//!
//! Beside each, the statement that says the same in plain words, on the same database with the same indexes. *Not*
//! paging by tokens, which costs the same everywhere. Only reading is measured, so all but the first rows are copied by
//! one statement.

use std::path::Path;

use anyhow::Context as _;
use kernel::{
    Context, Db, Registry,
    report::{By, Report},
    store::postgres::Server,
};
use tokio_postgres::{Client, NoTls};

use crate::{
    people, store,
    table::{Table, times},
};

/// Rows of a page.
const SIZE: u64 = 20;
/// People who are made on the write path.
const FIRST: usize = 1_000;
const COLUMNS: [&str; 5] = ["fullname", "emailaddress1", "telephone1", "address1_city", "createdon"];

/// A list as somebody looks at it.
struct List {
    name: &'static str,
    filter: &'static str,
    order: (&'static str, bool),
    /// The same in plain words.
    condition: &'static str,
    by: &'static str,
}

const LISTS: [List; 3] = [
    List {
        name: "the view of active contacts, by name",
        filter: "statecode eq 0",
        order: ("fullname", false),
        condition: "statecode = 0",
        by: "fullname NULLS FIRST, contactid",
    },
    List {
        name: "narrowed to some cities",
        filter: "statecode eq 0 and address1_city ne 'Easton'",
        order: ("fullname", false),
        condition: "statecode = 0 AND (address1_city <> 'Easton' OR address1_city IS NULL)",
        by: "fullname NULLS FIRST, contactid",
    },
    List {
        name: "a personal view: one city, the newest first",
        filter: "address1_city eq 'Westbury'",
        order: ("createdon", true),
        condition: "address1_city = 'Westbury'",
        by: "createdon DESC NULLS LAST, contactid",
    },
];

impl List {
    fn report(&self, page: u64) -> anyhow::Result<Report> {
        let mut report = COLUMNS.iter().fold(Report::on("contact", SIZE), |it, name| it.with(name, name, None));
        report.filter = Some(odata::parse_filter(self.filter)?);
        report.order = vec![(By::Path(self.order.0.into()), self.order.1)];
        report.skip = (page - 1) * SIZE;
        Ok(report)
    }
    fn plain(&self, page: u64) -> String {
        format!(
            "SELECT {}, contactid, versionnumber FROM contact WHERE {} ORDER BY {} LIMIT {} OFFSET {}",
            COLUMNS.join(", "),
            self.condition,
            self.by,
            SIZE + 1,
            (page - 1) * SIZE
        )
    }
}

pub fn run(folder: &Path, database: Option<&str>, rows: usize) -> anyhow::Result<()> {
    let place = store::temporary(folder)?;
    let (db, cx, plain) = match database {
        None => {
            let (db, cx) = store::product(&place.path().join("store"))?;
            let connection = kernel::store::sqlite::open(Some(&place.path().join("store/assent.db")))?;
            (db, cx, Plain::Sqlite(connection))
        }
        Some(url) => on_server(url)?,
    };
    let began = store::now();
    people::fill(&db, &cx, FIRST.min(rows))?;
    plain.copy(rows)?;
    let mut table = Table::new(&["", "ms", "plain ms", "this : plain"]);
    for list in &LISTS {
        let counted = list.report(1)?;
        let count = db.read(&cx, |rx| rx.report_count(&counted))?;
        let sql = format!("SELECT COUNT(*) FROM contact WHERE {}", list.condition);
        row(
            &mut table,
            format!("{}: {count} rows counted", list.name),
            || db.read(&cx, |rx| rx.report_count(&counted)).map(|_| 1),
            || plain.rows(&sql),
        )?;
        let last = count.div_ceil(SIZE);
        for page in [1, 1_000.min(last), last] {
            let (report, sql) = (list.report(page)?, list.plain(page));
            let ours = || db.read(&cx, |rx| rx.report(&report)).map(|it| it.rows.len());
            row(&mut table, format!("  page {page}"), ours, || plain.rows(&sql).map(|it| it.min(20)))?;
        }
    }
    let which = if database.is_some() { "PostgreSQL" } else { "SQLite" };
    table.print(&format!(
        "pages: of {SIZE} among {rows} contacts on {which}, filled in {:.0} s",
        began.elapsed().as_secs_f64()
    ));
    Ok(())
}

/// Measures both, each the median of five or of as many as ten seconds allow, and that both give as many rows.
fn row<E: Into<anyhow::Error>>(
    table: &mut Table,
    name: String,
    ours: impl Fn() -> Result<usize, E>,
    plain: impl Fn() -> anyhow::Result<usize>,
) -> anyhow::Result<()> {
    let (mut one, mut other) = (Vec::new(), Vec::new());
    let began = store::now();
    while one.len() < 5 && (one.is_empty() || began.elapsed().as_secs() < 10) {
        let start = store::now();
        let found = ours().map_err(Into::into)?;
        one.push(start.elapsed().as_secs_f64() * 1_000.0);
        let start = store::now();
        let expected = plain()?;
        other.push(start.elapsed().as_secs_f64() * 1_000.0);
        anyhow::ensure!(found == expected && found > 0, "{name}: {found} rows here and {expected} there");
    }
    let (one, other) = (median(one), median(other));
    table.row(&[name, format!("{one:.1}"), format!("{other:.1}"), times(one, other)]);
    Ok(())
}

fn median(mut all: Vec<f64>) -> f64 {
    all.sort_by(f64::total_cmp);
    all.get(all.len() / 2).copied().unwrap_or_default()
}

fn on_server(url: &str) -> anyhow::Result<(Db, Context, Plain)> {
    let records = Server::new(url, None)?;
    let vault = records.beside(&format!("{}_vault", records.database()));
    records.ensure(&records.beside("postgres"))?;
    anyhow::ensure!(!records.has_store()?, "there is a store in that database; name one without");
    vault.ensure(&records)?;
    let cx = Context::machine(kernel::Actor::System);
    let registry = Registry::default().with(privacy::RULES, &[], &[]);
    let db = Db::open_server(&records, &vault, 2, privacy::metadata::SOURCES, registry, &cx)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let (client, connection) = runtime.block_on(tokio_postgres::connect(url, NoTls))?;
    runtime.spawn(connection);
    Ok((db, cx, Plain::Postgres(runtime, Box::new(client))))
}

/// The database, asked without the product.
enum Plain {
    Sqlite(rusqlite::Connection),
    Postgres(tokio::runtime::Runtime, Box<Client>),
}

impl Plain {
    /// How many rows the answer has; every cell is taken.
    fn rows(&self, sql: &str) -> anyhow::Result<usize> {
        match self {
            Plain::Sqlite(connection) => {
                let mut statement = connection.prepare_cached(sql)?;
                let width = statement.column_count();
                let mut rows = statement.query([])?;
                let mut taken = 0;
                while let Some(row) = rows.next()? {
                    for at in 0..width {
                        std::hint::black_box(row.get::<_, rusqlite::types::Value>(at)?);
                    }
                    taken += 1;
                }
                Ok(taken)
            }
            Plain::Postgres(runtime, client) => Ok(runtime.block_on(client.query(sql, &[]))?.len()),
        }
    }

    /// Copies the people that are there until there are so many: another key, name, address and moment each.
    fn copy(&self, rows: usize) -> anyhow::Result<()> {
        let own = ["contactid", "fullname", "lastname", "emailaddress1", "createdon"];
        let names = self.columns()?;
        let kept: Vec<&str> = names.iter().map(String::as_str).filter(|it| !own.contains(it)).collect();
        let kept = kept.join(", ");
        let (first, last) = (FIRST.min(rows), rows);
        let per = FIRST;
        let (key, moment, numbers) = match self {
            Plain::Sqlite(_) => (
                "unhex(printf('0190000000007000%016x', n.n * 7919 % 1000003 * 1000 + p.n))".to_owned(),
                "p.createdon + n.n * 1000".to_owned(),
                format!("WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < {})", last / per),
            ),
            Plain::Postgres(..) => (
                "('0190000000007000' || lpad(to_hex(n.n * 7919 % 1000003 * 1000 + p.n), 16, '0'))::uuid".to_owned(),
                "p.createdon + n.n * interval '1 second'".to_owned(),
                format!("WITH n(n) AS (SELECT * FROM generate_series(1::bigint, {}))", last / per),
            ),
        };
        let sql = format!(
            "INSERT INTO contact ({}, {kept}) {numbers}, \
             p AS (SELECT *, row_number() OVER (ORDER BY contactid) AS n FROM contact) \
             SELECT {key}, firstname || ' ' || lastname || (n.n * 7919 % 1000003), lastname || (n.n * 7919 % 1000003), \
             n.n || emailaddress1, {moment}, {kept} FROM n CROSS JOIN p LIMIT {}",
            own.join(", "),
            last - first
        );
        match self {
            Plain::Sqlite(connection) => {
                connection.execute_batch(&sql)?;
                connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
            }
            // As its own care would in time.
            Plain::Postgres(runtime, client) => {
                runtime.block_on(client.batch_execute(&sql))?;
                runtime.block_on(client.batch_execute("VACUUM ANALYZE contact"))?;
            }
        }
        Ok(())
    }

    fn columns(&self) -> anyhow::Result<Vec<String>> {
        match self {
            Plain::Sqlite(connection) => {
                let statement = connection.prepare("SELECT * FROM contact LIMIT 0")?;
                Ok(statement.column_names().map(str::to_owned).collect())
            }
            Plain::Postgres(runtime, client) => {
                let statement = runtime.block_on(client.prepare("SELECT * FROM contact LIMIT 0"));
                let statement = statement.context("the table of contacts")?;
                Ok(statement.columns().iter().map(|it| it.name().to_owned()).collect())
            }
        }
    }
}

//! Rows a second of an import: checked, matched, audited and undoable, against the bare inserts.

use std::{fs, path::Path};

use anyhow::Context as _;
use connect::ingest::{self, Limits, Mapping, Options};
use kernel::uuid::Uuid;
use rusqlite::types::Value as Cell;

use crate::{
    people, store,
    table::{Table, rate, thousands, times},
};

const MAPPING: &str = include_str!("../../examples/prospects.toml");
const ROWS: usize = 20_000;

pub fn run(folder: &Path, file: Option<&Path>, mapping: Option<&Path>) -> anyhow::Result<()> {
    let place = store::temporary(folder)?;
    let mapping = match mapping {
        Some(path) => fs::read_to_string(path).with_context(|| path.display().to_string())?,
        None => MAPPING.to_owned(),
    };
    let text = match file {
        Some(path) => fs::read_to_string(path).with_context(|| path.display().to_string())?,
        None => people::file(ROWS),
    };
    let (db, cx) = store::product(&place.path().join("store"))?;
    let parsed = Mapping::parse(&mapping)?;
    let options = || Options { file_name: "bench.csv".into(), limits: Limits::default(), ..Options::default() };
    let mut table = Table::new(&["", "rows", "rows/s", "plain SQLite : this"]);
    let (raw_rows, raw) = plain(place.path(), &db, &mapping, &text)?;
    for what in ["first import", "the same file again"] {
        let start = store::now();
        let report = ingest::run(&db, &cx, text.as_bytes(), &parsed, options(), |_| {})?;
        let rate = rate(report.rows, start.elapsed().as_secs_f64());
        let told =
            format!("{what}: {} created, {} unchanged, {} refused", report.created, report.unchanged, report.refused);
        table.row(&[told, report.rows.to_string(), thousands(rate), times(raw, rate)]);
    }
    table.row(&["plain SQLite, one transaction, no checks, no audit".into(), raw_rows.to_string(), thousands(raw)]);
    table.print("import");
    Ok(())
}

/// The same rows as bare inserts into the same table in one transaction.
fn plain(folder: &Path, db: &kernel::Db, mapping: &str, text: &str) -> anyhow::Result<(u64, f64)> {
    let mapping: toml::Table = mapping.parse()?;
    let entity = mapping.get("entity").and_then(toml::Value::as_str).unwrap_or("contact").to_owned();
    let separator = mapping.get("separator").and_then(toml::Value::as_str).and_then(|it| it.bytes().next());
    let header = mapping.get("header").and_then(toml::Value::as_bool).unwrap_or(true);
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator.unwrap_or(b','))
        .has_headers(header)
        .flexible(true)
        .from_reader(text.as_bytes());
    let names: Vec<String> = match mapping.get("columns").and_then(toml::Value::as_array) {
        Some(names) => names.iter().map(|it| it.as_str().unwrap_or_default().to_owned()).collect(),
        None => reader.headers()?.iter().map(str::to_owned).collect(),
    };
    let model = db.model();
    let definition = model.entity(&entity)?;
    let taken: Vec<(usize, &String)> =
        names.iter().enumerate().filter(|(_, it)| definition.columns.contains_key(*it)).collect();
    let columns: Vec<&str> = taken.iter().map(|(_, it)| it.as_str()).collect();
    let places: Vec<String> = (0..=columns.len()).map(|it| format!("?{}", it + 1)).collect();
    let sql = format!(
        "INSERT INTO \"{entity}\" (\"{}\", \"{}\") VALUES ({})",
        definition.key,
        columns.join("\", \""),
        places.join(", ")
    );
    let mut connection = store::plain(folder, db, &entity)?;
    let start = store::now();
    let insert = connection.transaction()?;
    let mut rows = 0_u64;
    {
        let mut statement = insert.prepare(&sql)?;
        for record in reader.records() {
            let record = record?;
            rows += 1;
            let mut cells = vec![Cell::Blob(Uuid::from_u128(u128::from(rows)).as_bytes().to_vec())];
            cells.extend(taken.iter().map(|(at, _)| match record.get(*at).unwrap_or_default() {
                "" => Cell::Null,
                text => Cell::Text(text.to_owned()),
            }));
            statement.execute(rusqlite::params_from_iter(cells))?;
        }
    }
    insert.commit()?;
    Ok((rows, rate(rows, start.elapsed().as_secs_f64())))
}

//! `assent export`: rows of an entity, as a table or as JSON.
//!
//! *Not* the access package of a data subject (`request`). Invariant: memory holds one page, however
//! many rows there are, and no transaction is open while the output is slow; rows that come or go
//! meanwhile do not shift the pages.

use std::{fs::File, io::BufWriter, io::Write, path::PathBuf};

use clap::{Args, ValueEnum};
use kernel::{Error, Query, Record, Result, Value};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json, json};

use crate::{
    cli,
    engine::Engine,
    out::{Exit, Out},
};

/// Shown below `--help`.
pub const EXAMPLE: &str = "\
Example:
  assent export --entity contact --filter \"statecode eq 0 and contains(lastname,'ito')\" \\
                --select fullname,emailaddress1 --order \"fullname asc\" --out contacts.csv";

/// So many rows are read at once.
const PAGE: u64 = 1_000;

/// What to write where.
#[derive(Debug, Clone, Args, Serialize, Deserialize)]
pub struct Export {
    /// The entity's logical name
    #[arg(long)]
    entity: String,
    /// An OData filter, as $filter of the Web API
    #[arg(long, value_name = "FILTER")]
    filter: Option<String>,
    /// These columns only
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',')]
    select: Vec<String>,
    /// The order, as $orderby of the Web API
    #[arg(long, value_name = "ORDER")]
    order: Option<String>,
    /// csv, or json: an array with one object a line; else csv, with --json json
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// The file to write; it must not exist. Else standard output
    #[arg(long, value_name = "FILE", value_parser = cli::path())]
    out: Option<PathBuf>,
}

/// How rows are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
pub enum Format {
    /// Comma-separated values, RFC 4180.
    Csv,
    /// A JSON array.
    Json,
}

/// Runs the command.
///
/// # Errors
/// `Invalid` naming the unknown entity, column or the mistake in the filter; `Conflict` when the file
/// exists.
pub fn run(engine: &Engine, export: &Export, out: &mut Out) -> Result<Exit> {
    let query = query(engine, export)?;
    let total = engine.db.read(&engine.cx, |rx| rx.count(&query))?;
    let columns = columns(engine, export)?;
    let format = export.format.unwrap_or(if out.is_json() { Format::Json } else { Format::Csv });
    let mut file = export.out.as_deref().map(create).transpose()?;
    let mut write = |out: &mut Out, text: &str| match &mut file {
        Some(file) => file.write_all(text.as_bytes()).map_err(Error::from),
        None => out.text(text),
    };
    write(out, &head(format, &columns)?)?;
    let (mut done, mut token) = (0u64, None::<String>);
    loop {
        let next = match &token {
            Some(token) => query.clone().after(token),
            None => query.clone(),
        };
        let page = engine.db.read(&engine.cx, |rx| rx.page(&next, PAGE))?;
        for record in &page.records {
            write(out, &row(format, &columns, record, done == 0)?)?;
            done += 1;
        }
        out.progress("writing rows", done, total)?;
        token = page.next;
        if token.is_none() {
            break;
        }
    }
    if format == Format::Json {
        write(out, "\n]\n")?;
    }
    if let (Some(file), Some(path)) = (file, &export.out) {
        file.into_inner().map_err(|it| Error::from(it.into_error()))?.sync_all()?;
        out.answer(&json!({ "file": path, "rows": done }), format!("{done} rows in {}", path.display()))?;
    }
    Ok(Exit::Done)
}

fn query(engine: &Engine, export: &Export) -> Result<Query> {
    engine.db.model().entity(&export.entity).map_err(|error| error.at("--entity"))?;
    let mut query = Query::on(&export.entity);
    if let Some(filter) = &export.filter {
        query = query.filter(filter).map_err(|error| error.at("--filter"))?;
    }
    if let Some(order) = &export.order {
        query = query.order(order).map_err(|error| error.at("--order"))?;
    }
    if !export.select.is_empty() {
        let names: Vec<&str> = export.select.iter().map(String::as_str).collect();
        query = query.select(&names);
    }
    Ok(query)
}

fn columns(engine: &Engine, export: &Export) -> Result<Vec<String>> {
    let model = engine.db.model();
    let entity = model.entity(&export.entity)?;
    if export.select.is_empty() {
        return Ok(entity.columns.values().filter(|it| !it.is_secret()).map(|it| it.name.clone()).collect());
    }
    let selected = export.select.iter().map(|name| match entity.columns.get(name.as_str()) {
        Some(it) if !it.is_secret() => Ok(it.name.clone()),
        _ => Err(model.no_column(&entity.name, name)),
    });
    selected.collect()
}

fn create(path: &std::path::Path) -> Result<BufWriter<File>> {
    let file = File::create_new(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => {
            Error::conflict("--out", format!("{} exists; choose another name", path.display()))
        }
        kind => Error::invalid("--out", format!("{} cannot be written: {kind}", path.display())),
    })?;
    Ok(BufWriter::new(file))
}

fn head(format: Format, columns: &[String]) -> Result<String> {
    match format {
        Format::Csv => table_row(columns.iter().map(String::as_str)),
        Format::Json => Ok("[".to_owned()),
    }
}

fn row(format: Format, columns: &[String], record: &Record, first: bool) -> Result<String> {
    match format {
        Format::Csv => {
            let cells: Vec<String> = columns.iter().map(|it| cell(record.get(it))).collect();
            table_row(cells.iter().map(String::as_str))
        }
        Format::Json => {
            let object: Map<String, Json> = columns.iter().map(|it| (it.clone(), record.get(it).to_json())).collect();
            Ok(format!("{}{}", if first { "\n" } else { ",\n" }, serde_json::to_string(&object)?))
        }
    }
}

/// A value as text; the import reads each of these forms.
fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Choices(it) => it.iter().map(i64::to_string).collect::<Vec<_>>().join(","),
        other => match other.to_json() {
            Json::String(text) => text,
            json => json.to_string(),
        },
    }
}

fn table_row<'c>(cells: impl Iterator<Item = &'c str>) -> Result<String> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let bug = || Error::bug("a row could not be written as text");
    writer.write_record(cells).map_err(|_| bug())?;
    String::from_utf8(writer.into_inner().map_err(|_| bug())?).map_err(|_| bug())
}

//! `assent export`: rows of an entity, as CSV, spreadsheet or JSON.
//!
//! *Not* the access package of a data subject (`request`). Invariant: memory holds one page, however
//! many rows there are, and no transaction is open while the output is slow; rows that come or go
//! meanwhile do not shift the pages.

use std::{
    cell::RefCell,
    fs::File,
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

use clap::{Args, ValueEnum};
use connect::table::{self, Guard, Table};
use kernel::{Error, Query, Record, Result, Rx, Value};
use serde::{Deserialize, Serialize};
use serde_json::json;

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
    /// csv, xlsx, or json: an array with one object a line; else csv, with --json json
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
    /// A spreadsheet; needs --out.
    Xlsx,
    /// A JSON array.
    Json,
}

/// Rows that are to be written: what a row becomes, in which form, and where.
pub struct Rows<'r> {
    /// Which rows.
    pub query: Query,
    /// The columns of the table.
    pub columns: Vec<&'r str>,
    /// The form; else CSV, in JSON mode JSON.
    pub format: Option<Format>,
    /// Whether formulas are marked in CSV.
    pub guard: Guard,
    /// The file to make; else standard output.
    pub file: Option<&'r Path>,
}

/// Runs the command.
///
/// # Errors
/// `Invalid` naming the unknown entity, column or the mistake in the filter; `Conflict` when the file
/// exists.
pub fn run(engine: &Engine, export: &Export, out: &mut Out) -> Result<Exit> {
    let columns = columns(engine, export)?;
    let rows = Rows {
        query: query(engine, export)?,
        columns: columns.iter().map(String::as_str).collect(),
        format: export.format,
        guard: Guard::Plain,
        file: export.out.as_deref(),
    };
    let line = |record: &Record| columns.iter().map(|it| record.get(it).clone()).collect();
    write(engine, &rows, out, |_, records| Ok(records.iter().map(line).collect()))
}

/// Writes rows, a page at a time; `lines` has one for each row of it.
///
/// # Errors
/// Those of reading, and of the output.
pub fn write(
    engine: &Engine,
    rows: &Rows<'_>,
    out: &mut Out,
    lines: impl Fn(&Rx<'_>, &[Record]) -> Result<Vec<Vec<Value>>>,
) -> Result<Exit> {
    let total = engine.db.read(&engine.cx, |rx| rx.count(&rows.query))?;
    let format = match rows.format.unwrap_or(if out.is_json() { Format::Json } else { Format::Csv }) {
        Format::Csv => table::Format::Csv,
        Format::Json => table::Format::Json,
        Format::Xlsx if rows.file.is_none() => {
            return Err(Error::invalid("--out", "a spreadsheet needs a file to be written to"));
        }
        Format::Xlsx => table::Format::Xlsx,
    };
    let file = rows.file.map(create).transpose()?;
    let shared = RefCell::new(out);
    let sink: Box<dyn Write> = match &file {
        Some(file) => Box::new(BufWriter::new(file)),
        None => Box::new(Lines { out: &shared, rest: Vec::new() }),
    };
    let mut table = Table::begin(format, rows.guard, &rows.columns, sink)?;
    let (mut done, mut token) = (0u64, None::<String>);
    loop {
        let next = match &token {
            Some(token) => rows.query.clone().after(token),
            None => rows.query.clone(),
        };
        let (page, rest) = engine.db.read(&engine.cx, |rx| {
            let page = rx.page(&next, PAGE)?;
            Ok((lines(rx, &page.records)?, page.next))
        })?;
        for cells in &page {
            table.row(cells)?;
            done += 1;
        }
        token = rest;
        shared.borrow_mut().progress("writing rows", done, total)?;
        if token.is_none() {
            break;
        }
    }
    table.end()?;
    if let (Some(file), Some(path)) = (&file, rows.file) {
        file.sync_all()?;
        shared
            .borrow_mut()
            .answer(&json!({ "file": path, "rows": done }), format!("{done} rows in {}", path.display()))?;
    }
    Ok(Exit::Done)
}

/// Standard output as bytes, handed over in whole lines, since half a letter is no text.
struct Lines<'o> {
    out: &'o RefCell<&'o mut Out>,
    rest: Vec<u8>,
}

impl Write for Lines<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.rest.extend_from_slice(bytes);
        let whole = self.rest.iter().rposition(|it| *it == b'\n').map_or(0, |it| it + 1);
        let lines: Vec<u8> = self.rest.drain(..whole).collect();
        self.out.borrow_mut().text(&String::from_utf8_lossy(&lines)).map_err(io::Error::other)?;
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
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

fn create(path: &Path) -> Result<File> {
    File::create_new(path).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => {
            Error::conflict("--out", format!("{} exists; choose another name", path.display()))
        }
        kind => Error::invalid("--out", format!("{} cannot be written: {kind}", path.display())),
    })
}

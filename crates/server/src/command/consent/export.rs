//! `assent consent export`: the evidence of consent as a file.
//!
//! *Not* what a line holds (`privacy::consent::export`), nor how files are written (`command::export`).
//! Invariant: text that a spreadsheet program would run is marked as text.

use std::path::PathBuf;

use clap::Args;
use connect::table::Guard;
use kernel::{Result, uuid::Uuid};
use privacy::consent::{
    Level,
    export::{self as evidence, Wanted},
};
use serde::{Deserialize, Serialize};

use super::ENTITY;
use crate::{
    cli,
    command::{
        export::{Format, Rows, write},
        named::one,
    },
    engine::Engine,
    out::{Exit, Out},
};

/// Which records, in which form, where to.
#[derive(Debug, Clone, Args, Serialize, Deserialize)]
pub struct Evidence {
    /// Of this contact only, by identifier or mail address
    #[arg(long)]
    contact: Option<String>,
    /// The person acted on this day or later: YYYY-MM-DD (UTC), or an instant
    #[arg(long, value_name = "DAY")]
    from: Option<String>,
    /// The person acted before this day
    #[arg(long, value_name = "DAY")]
    until: Option<String>,
    /// Made by this form only, by identifier or name
    #[arg(long)]
    form: Option<String>,
    /// With this level as the outcome: none to profiling, or 0 to 5
    #[arg(long)]
    level: Option<String>,
    /// csv, xlsx, or json: an array with one object a line; else csv, with --json json
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// The file to write; it must not exist. Else standard output
    #[arg(long, value_name = "FILE", value_parser = cli::path())]
    out: Option<PathBuf>,
}

pub(super) fn run(engine: &Engine, wish: &Evidence, out: &mut Out) -> Result<Exit> {
    let found = |entity: &str, column: &str, text: &Option<String>| -> Result<Option<Uuid>> {
        let Some(text) = text else { return Ok(None) };
        engine.db.read(&engine.cx, |rx| one(rx, entity, column, text)).map(|it| Some(it.id))
    };
    let moment =
        |option: &str, text: &Option<String>| text.as_deref().map(|it| evidence::moment(option, it)).transpose();
    let wanted = Wanted {
        contact: found(ENTITY, "emailaddress1", &wish.contact)?,
        from: moment("--from", &wish.from)?,
        until: moment("--until", &wish.until)?,
        form: found("msdyncrm_marketingform", "msdyncrm_name", &wish.form)?,
        level: wish.level.as_deref().map(Level::of_word).transpose().map_err(|error| error.at("--level"))?,
    };
    let rows = Rows {
        query: evidence::query(&wanted),
        columns: evidence::COLUMNS.to_vec(),
        format: wish.format,
        guard: Guard::Marked,
        file: wish.out.as_deref(),
    };
    write(engine, &rows, out, |rx, records| records.iter().map(|it| evidence::line(rx, it)).collect())
}

//! `assent form`: marketing forms, and what was sent with them.
//!
//! *Not* a way to fill one in. Invariant: what a person decided is applied as they sent it, or not at all.

use std::path::PathBuf;

use clap::Subcommand;
use connect::table::Guard;
use engagement::form::{self, submission};
use kernel::{Result, Value, uuid::Uuid};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    export::{Format, Rows, write},
    named::one,
    status,
};
use crate::{
    cli,
    engine::Engine,
    out::{Exit, Out},
};

/// Shown below `--help`.
pub const EXAMPLE: &str = "\
Example:
  assent form check \"Garden letter\"
  assent form failed
  assent form retry 5f0c7f6e-93a5-4d0f-a4b8-0d6f3c2f8b11
  assent form export \"Garden letter\" > submissions.csv";

const NAME: &str = "msdyncrm_name";

/// What to do with forms.
#[derive(Debug, Clone, Subcommand, Serialize, Deserialize)]
pub enum Form {
    /// Say what keeps a form from going live, and what only warns
    #[command(after_help = "Example:\n  assent form check \"Garden letter\"")]
    Check {
        /// Name or identifier
        form: String,
    },
    /// Let it go live
    #[command(after_help = "Example:\n  assent form live \"Garden letter\"")]
    Live {
        /// Name or identifier
        form: String,
    },
    /// Stop it
    #[command(after_help = "Example:\n  assent form stop \"Garden letter\"")]
    Stop {
        /// Name or identifier
        form: String,
    },
    /// List submissions that could not be applied, with the reason of each
    #[command(after_help = "Example:\n  assent form failed \"Garden letter\" --json")]
    Failed {
        /// Name or identifier of the form; else of all forms
        form: Option<String>,
    },
    /// Apply a failed submission, as it is stored now
    #[command(after_help = "Example:\n  assent form retry 5f0c7f6e-93a5-4d0f-a4b8-0d6f3c2f8b11")]
    Retry {
        /// The submission's identifier
        submission: Uuid,
    },
    /// Write all stored submissions of a form as a table
    #[command(after_help = "Example:\n  assent form export \"Garden letter\" > submissions.csv")]
    Export {
        /// Name or identifier
        form: String,
        /// csv, xlsx, or json: an array with one object a line; else csv, with --json json
        #[arg(long, value_enum)]
        format: Option<Format>,
        /// The file to write; it must not exist. Else standard output
        #[arg(long, value_name = "FILE", value_parser = cli::path())]
        out: Option<PathBuf>,
    },
}

/// Runs the command.
///
/// # Errors
/// `NotFound` for an unknown form or submission, `Conflict` for one that did not fail.
pub fn run(engine: &Engine, command: &Form, out: &mut Out) -> Result<Exit> {
    let find = |text: &str| engine.db.read(&engine.cx, |rx| one(rx, form::ENTITY, NAME, text)).map(|it| it.id);
    match command {
        Form::Check { form } => {
            let id = find(form)?;
            let problems = engine.db.read(&engine.cx, |rx| form::problems(rx, id))?;
            let line = |it: &engagement::Problem| {
                format!("{}: {} {}\n", if it.warning { "warning" } else { "error" }, it.place, it.text)
            };
            let text: String = problems.iter().map(line).collect();
            let text = if text.is_empty() { "nothing stands against it".to_owned() } else { text };
            out.answer(&json!({ "problems": problems }), text)?;
        }
        Form::Live { form } => {
            let id = find(form)?;
            status::ask(engine, form::ENTITY, id, "Going live")?;
            out.answer(&json!({ "id": id, "state": "live" }), "live")?;
        }
        Form::Stop { form } => {
            let id = find(form)?;
            status::ask(engine, form::ENTITY, id, "Stopped")?;
            out.answer(&json!({ "id": id, "state": "stopped" }), "stopped")?;
        }
        Form::Failed { form } => {
            let id = form.as_deref().map(find).transpose()?;
            let all = engine.db.read(&engine.cx, |rx| submission::failed(rx, id))?;
            let (mut text, mut list) = (String::new(), Vec::new());
            for it in &all {
                let (name, why) = (it.text("msdyncrm_formname"), it.text("msdyncrm_failuredescription"));
                let at = it.get("createdon").as_time().map(|it| it.to_string()).unwrap_or_default();
                text.push_str(&format!("{}  {at}  {name}: {why}\n", it.id));
                list.push(json!({ "id": it.id, "at": at, "form": name, "failure": why }));
            }
            let text = if list.is_empty() { "none failed".to_owned() } else { text };
            out.answer(&list.into(), text)?;
        }
        Form::Retry { submission } => {
            let id = *submission;
            let done = engine.db.write(&engine.cx, move |tx| submission::retry(tx, id))?;
            let note = done.note.clone().unwrap_or_default();
            let text = if done.applied { format!("applied {note}") } else { format!("failed again: {note}") };
            out.answer(&json!({ "applied": done.applied, "note": done.note }), text.trim_end())?;
        }
        Form::Export { form, format, out: file } => {
            let id = find(form)?;
            let columns = engine.db.read(&engine.cx, |rx| submission::columns(rx, id))?;
            let rows = Rows {
                query: submission::query(id)?,
                columns: columns.iter().map(String::as_str).collect(),
                format: *format,
                guard: Guard::Marked,
                file: file.as_deref(),
            };
            return write(engine, &rows, out, |rx, records| {
                let lines = submission::lines(rx, &columns, records)?;
                Ok(lines.into_iter().map(|it| it.into_iter().map(Value::from).collect()).collect())
            });
        }
    }
    Ok(Exit::Done)
}

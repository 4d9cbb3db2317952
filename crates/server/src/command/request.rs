//! `assent request`: data subject requests, from receipt to proof.
//!
//! *Not* a shortcut past approval: what runs is what was approved. Invariant: what leaves the store
//! is written to a folder that was named, for this account only, and under its name only once whole.

mod answer;

use std::path::PathBuf;

use clap::{Subcommand, ValueEnum};
use jiff::{Timestamp, civil::Date};
use kernel::{Query, Result, Rx, subject::Subject, uuid::Uuid};
use privacy::request::{self, Channel, DataSubjectRequest, Intake, Partly, Status, Type};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

pub use self::answer::carry_out;
use super::named;
use crate::{
    cli,
    engine::Engine,
    out::{Exit, Out},
};

/// Shown below `--help`.
pub const EXAMPLE: &str = "\
Example:
  assent request open --email ada@example.com --type access
  assent request plan DSR-2026-11-22-1a2b3c4d
  assent request approve DSR-2026-11-22-1a2b3c4d
  assent request run DSR-2026-11-22-1a2b3c4d --out ./answers";

/// What to do with requests.
#[derive(Debug, Clone, Subcommand, Serialize, Deserialize)]
pub enum Request {
    /// Note a request that arrived; prints its identifier
    #[command(after_help = EXAMPLE)]
    Open {
        /// The address that the person gave
        #[arg(long)]
        email: String,
        /// What is asked for
        #[arg(long = "type", value_enum)]
        kind: Kinds,
        /// The name that the person gave
        #[arg(long)]
        name: Option<String>,
        /// What the person wrote
        #[arg(long)]
        text: Option<String>,
        /// How it arrived
        #[arg(long, value_enum, default_value = "email")]
        channel: Channels,
        /// When it arrived, such as 2026-11-22T09:30:00Z; else now
        #[arg(long, value_name = "TIME")]
        received: Option<Timestamp>,
    },
    /// List requests, those that are due first
    #[command(after_help = "Example:\n  assent request list --json")]
    List,
    /// Show a request with its plan
    #[command(after_help = "Example:\n  assent request show DSR-2026-11-22-1a2b3c4d")]
    Show {
        /// Number or identifier
        request: String,
    },
    /// Note that the identity was checked
    #[command(after_help = "Example:\n  assent request identify DSR-2026-11-22-1a2b3c4d --method email")]
    Identify {
        /// Number or identifier
        request: String,
        /// knowledge, email, in-person, document or other
        #[arg(long)]
        method: String,
        /// A note, without copies of documents
        #[arg(long)]
        note: Option<String>,
    },
    /// Find the person's data and make the plan
    #[command(after_help = "Example:\n  assent request plan DSR-2026-11-22-1a2b3c4d")]
    Plan {
        /// Number or identifier
        request: String,
        /// The records that are meant, where several persons share the address, as entity:identifier
        #[arg(long, value_name = "ENTITY:ID")]
        subject: Vec<String>,
    },
    /// Take something out of the plan on a ground, or put it back; the plan waits for approval again
    #[command(
        after_help = "Example:\n  assent request hold DSR-2026-11-22-1a2b3c4d --entity contact --column jobtitle --ground \"…\"\n  assent request hold DSR-2026-11-22-1a2b3c4d --entity contact --column jobtitle --put-back"
    )]
    Hold {
        /// Number or identifier
        request: String,
        /// The kind of record, such as contact; all of the kind without a column or a record
        #[arg(long, value_name = "NAME")]
        entity: String,
        /// One column of all records of the kind
        #[arg(long, value_name = "NAME", conflicts_with = "record")]
        column: Option<String>,
        /// One record with all its columns
        #[arg(long, value_name = "ID")]
        record: Option<Uuid>,
        /// Why it is not given out, or not erased; the person is told it
        #[arg(long, value_name = "TEXT", required_unless_present = "put_back")]
        ground: Option<String>,
        /// Put it back into the plan
        #[arg(long, conflicts_with = "ground")]
        put_back: bool,
    },
    /// Approve the plan; with a reason, to honour the request in part
    #[command(
        after_help = "Example:\n  assent request approve DSR-2026-11-22-1a2b3c4d\n  assent request approve DSR-2026-11-22-1a2b3c4d --reason rights-of-others --text \"…\""
    )]
    Approve {
        /// Number or identifier
        request: String,
        /// Why it is honoured in part: legal-duty, rights-of-others, unfounded-or-excessive, not-identified or
        /// guideline; needed where something was taken out of the plan
        #[arg(long, value_name = "CODE", requires = "text")]
        reason: Option<String>,
        /// The reason in words, for the person
        #[arg(long, requires = "reason")]
        text: Option<String>,
    },
    /// Carry out the approved plan: write the access package, erase and write the proof, or mark
    #[command(after_help = "Example:\n  assent request run DSR-2026-11-22-1a2b3c4d --out ./answers")]
    Run {
        /// Number or identifier
        request: String,
        /// The folder for package or proof, made when it is not there; not for objection and restriction
        #[arg(long, value_name = "DIR", value_parser = cli::path())]
        out: Option<PathBuf>,
    },
    /// Decline the request; prints the answer to the person
    #[command(
        after_help = "Example:\n  assent request decline DSR-2026-11-22-1a2b3c4d --reason not-identified --text \"…\""
    )]
    Decline {
        /// Number or identifier
        request: String,
        /// legal-duty, rights-of-others, unfounded-or-excessive, not-identified or guideline
        #[arg(long)]
        reason: String,
        /// The reasons in words, for the person
        #[arg(long)]
        text: String,
    },
    /// Extend the time to answer
    #[command(
        after_help = "Example:\n  assent request extend DSR-2026-11-22-1a2b3c4d --until 2027-02-22 --reason \"…\""
    )]
    Extend {
        /// Number or identifier
        request: String,
        /// The new last day
        #[arg(long)]
        until: Date,
        /// Why
        #[arg(long)]
        reason: String,
    },
}

/// The types that have a plan.
#[derive(Debug, Clone, Copy, ValueEnum, Serialize, Deserialize)]
pub enum Kinds {
    /// A copy of the data (Art. 15 GDPR).
    Access,
    /// To be forgotten (Art. 17 GDPR).
    Erasure,
    /// That processing is restricted (Art. 18 GDPR).
    Restriction,
    /// That there be no direct marketing (Art. 21 GDPR).
    Objection,
}

/// How a request arrived.
#[derive(Debug, Clone, Copy, ValueEnum, Serialize, Deserialize)]
pub enum Channels {
    /// By mail.
    Email,
    /// By a form.
    Form,
    /// By telephone.
    Phone,
    /// By letter.
    Letter,
}

/// Runs the command.
///
/// # Errors
/// `NotFound` for an unknown request, `Conflict` for a step that is not its turn.
pub fn run(engine: &Engine, command: &Request, out: &mut Out) -> Result<Exit> {
    let change = |request: &str| engine.db.read(&engine.cx, |rx| find(rx, request)).map(|it| it.id);
    match command {
        Request::Open { email, kind, name, text, channel, received } => {
            let intake = Intake {
                kind: match kind {
                    Kinds::Access => Type::Access,
                    Kinds::Erasure => Type::Erasure,
                    Kinds::Restriction => Type::Restriction,
                    Kinds::Objection => Type::Objection,
                },
                email: email.clone(),
                received_on: *received,
                channel: match channel {
                    Channels::Email => Channel::Email,
                    Channels::Form => Channel::Form,
                    Channels::Phone => Channel::Phone,
                    Channels::Letter => Channel::Letter,
                },
                name: name.clone(),
                text: text.clone(),
            };
            let id = open(engine, intake)?;
            let opened = engine.db.read(&engine.cx, |rx| DataSubjectRequest::get(rx, id))?;
            out.answer(&shown(&opened), id.to_string())?;
            if !out.is_json() {
                out.note(&line(&opened))?;
            }
        }
        Request::List => {
            let query = Query::on(request::ENTITY).order("assent_dueon asc")?;
            let all = engine.db.read(&engine.cx, |rx| DataSubjectRequest::rows(rx, &query))?;
            let text: String = all.iter().map(|it| format!("{}\n", line(it))).collect();
            out.answer(&all.iter().map(shown).collect(), text)?;
        }
        Request::Show { request } => show(engine, change(request)?, out)?,
        Request::Identify { request, method, note } => {
            let (id, method, note) = (change(request)?, method.clone(), note.clone());
            engine.db.write(&engine.cx, move |tx| request::identify(tx, id, &method, "confirmed", note.as_deref()))?;
            show(engine, id, out)?;
        }
        Request::Plan { request, subject } => {
            let id = change(request)?;
            plan(engine, id, subject)?;
            show(engine, id, out)?;
        }
        Request::Hold { request, entity, column, record, ground, put_back: _ } => {
            let (id, entity, column, record) = (change(request)?, entity.clone(), column.clone(), *record);
            let ground = ground.clone();
            engine.db.write(&engine.cx, move |tx| {
                request::hold(tx, id, &entity, column.as_deref(), record, ground.as_deref())
            })?;
            show(engine, id, out)?;
        }
        Request::Approve { request, reason, text } => {
            let (id, partly) = (change(request)?, reason.clone().zip(text.clone()));
            engine.db.write(&engine.cx, move |tx| {
                let partly = partly.as_ref().map(|(code, text)| Partly { code, text });
                request::approve(tx, id, partly)
            })?;
            if out.is_json() {
                show(engine, id, out)?;
            } else {
                let approved = engine.db.read(&engine.cx, |rx| DataSubjectRequest::get(rx, id))?;
                out.answer(&shown(&approved), line(&approved))?;
            }
        }
        Request::Run { request, out: folder } => carry_out(engine, change(request)?, folder.as_deref(), out)?,
        Request::Decline { request, reason, text } => {
            let (id, reason, text) = (change(request)?, reason.clone(), text.clone());
            let answer = engine.db.write(&engine.cx, move |tx| request::decline(tx, id, &reason, &text))?;
            out.answer(&json!({ "id": id, "state": "declined", "answer": answer }), answer)?;
        }
        Request::Extend { request, until, reason } => {
            let (id, until, reason) = (change(request)?, *until, reason.clone());
            engine.db.write(&engine.cx, move |tx| request::extend(tx, id, until, &reason))?;
            show(engine, id, out)?;
        }
    }
    Ok(Exit::Done)
}

/// Notes a request.
///
/// # Errors
/// `Invalid` for an address that is not one.
pub fn open(engine: &Engine, intake: Intake) -> Result<Uuid> {
    engine.db.write(&engine.cx, move |tx| request::open(tx, &intake))
}

/// Makes the plan of a request.
///
/// # Errors
/// `Conflict` when several persons share the address.
pub fn plan(engine: &Engine, id: Uuid, subjects: &[String]) -> Result<()> {
    let chosen: Vec<Subject> = subjects.iter().map(|it| Subject::parse(it)).collect::<Result<_>>()?;
    engine.db.write(&engine.cx, move |tx| request::plan(tx, id, &chosen)).map(|_| ())
}

/// Shows a request with its plan.
///
/// # Errors
/// `NotFound` when it is not there.
pub fn show(engine: &Engine, id: Uuid, out: &mut Out) -> Result<()> {
    let (it, items) = engine
        .db
        .read(&engine.cx, |rx| Ok((DataSubjectRequest::get(rx, id)?, request::plan::stored_items(rx, id)?)))?;
    let mut json = shown(&it);
    let mut text = format!("{}\n", line(&it));
    let mut list = Vec::new();
    for item in &items {
        let (action, column) = (request::Action::word(item.action), item.column.as_deref().unwrap_or("-"));
        let ground = item.ground.as_deref().map(|it| format!("  ({it})")).unwrap_or_default();
        // Columns that hold nothing today are decided too, but only the JSON lists them one by one.
        if item.rows > 0 {
            text.push_str(&format!("  {action:<9} {:>5}  {}.{column}{ground}\n", item.rows, item.entity));
        }
        list.push(json!({
            "entity": item.entity, "column": item.column, "rows": item.rows, "action": action,
            "ground": item.ground, "verified": item.verified, "result": item.result,
        }));
    }
    let empty = items.iter().filter(|it| it.rows == 0).count();
    if empty > 0 {
        text.push_str(&format!(
            "  and {empty} columns that hold nothing today, decided likewise (--json lists them)\n"
        ));
    }
    if it.identity != Some(1) && !Status::is_closed(it.status) {
        text.push_str("  identity: not confirmed yet (assent request identify; Art. 12(6) GDPR)\n");
    }
    if let Some(object) = json.as_object_mut() {
        object.insert("identity_confirmed".into(), json!(it.identity == Some(1)));
        object.insert("plan".into(), json!({ "digest": it.plan_digest, "items": list }));
    }
    out.answer(&json, text)
}

/// The request with that number or identifier.
fn find(rx: &Rx<'_>, request: &str) -> Result<DataSubjectRequest> {
    let query = Query::on(request::ENTITY).eq("assent_name", request);
    DataSubjectRequest::read(&named::only(rx, request::ENTITY, &query, request, "request has this number")?)
}

fn word(kind: i64) -> &'static str {
    Type::of_option(kind).map_or("by hand", Type::word)
}

fn shown(it: &DataSubjectRequest) -> Json {
    json!({
        "id": it.id, "number": it.name, "type": word(it.kind), "state": Status::word(it.status),
        "receivedon": it.received_on.to_string(), "dueon": it.due_on.map(|it| it.to_string()),
        "statutoryon": it.statutory_on.map(|it| it.to_string()),
        "thirtydayson": it.thirty_days_on.map(|it| it.to_string()), "result": it.result,
    })
}

fn line(it: &DataSubjectRequest) -> String {
    let due = it.due_on.map(|it| it.to_string()).unwrap_or_else(|| "-".into());
    format!("{}  {}  {:<11} {:<14} due {due}", it.name, it.id, word(it.kind), Status::word(it.status))
}

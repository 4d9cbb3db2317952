//! `assent token`: access for programs.
//!
//! *Not* sign-in of people. Invariant: the token is shown once, here; the store keeps its hash only.

use clap::Subcommand;
use kernel::{Error, Query, Record, Result, Value, Values, access};
use serde::{Deserialize, Serialize};
use serde_json::json;
use web::token::Scope;

use super::named;
use crate::{
    engine::Engine,
    out::{Exit, Out},
};

/// Shown below `--help`.
pub const EXAMPLE: &str = "\
Example:
  assent token create nightly-import --role integrator
  curl -H \"Authorization: Bearer $TOKEN\" http://127.0.0.1:8080/api/data/v9.2/contacts";

const ENTITY: &str = "assent_token";

/// What to do with tokens.
#[derive(Debug, Clone, Subcommand, Serialize, Deserialize)]
pub enum Token {
    /// Make a token and print it, once, alone on standard output
    #[command(after_help = EXAMPLE)]
    Create {
        /// What the token is for
        name: String,
        /// The role that it acts with: system-administrator, privacy-officer, marketer,
        /// sales-person, auditor or integrator
        #[arg(long)]
        role: String,
        /// So many days it is valid; else until it is revoked
        #[arg(long, value_name = "DAYS")]
        days: Option<u32>,
        /// It reads and cannot write, whatever the role may do
        #[arg(long)]
        read_only: bool,
    },
    /// List tokens
    #[command(after_help = "Example:\n  assent token list")]
    List,
    /// End a token
    #[command(after_help = "Example:\n  assent token revoke nightly-import")]
    Revoke {
        /// Its name or identifier
        token: String,
    },
}

/// Runs the command.
///
/// # Errors
/// `Invalid` for an unknown role, `NotFound` for an unknown token or user.
pub fn run(engine: &Engine, token: &Token, out: &mut Out) -> Result<Exit> {
    match token {
        Token::Create { name, role, days, read_only } => {
            let scope = if *read_only { Scope::Read } else { Scope::Write };
            create(engine, name, role, *days, scope, out)?;
        }
        Token::List => list(engine, out)?,
        Token::Revoke { token } => revoke(engine, token, out)?,
    }
    Ok(Exit::Done)
}

fn create(engine: &Engine, name: &str, role: &str, days: Option<u32>, scope: Scope, out: &mut Out) -> Result<()> {
    check_role(role)?;
    let expires = days
        .map(|it| engine.cx.now().checked_add(jiff::SignedDuration::from_hours(i64::from(it) * 24)))
        .transpose()
        .map_err(|_| Error::invalid("--days", "is too far in the future"))?;
    let (for_what, with) = (name.to_owned(), role.to_owned());
    let token =
        engine.db.write(&engine.cx, move |tx| web::token::create_scoped(tx, &for_what, &with, expires, scope))?;
    out.answer(&json!({ "token": token, "name": name, "role": role }), &token)
}

/// Refuses a role that does not exist.
pub fn check_role(role: &str) -> Result<()> {
    let known: Vec<&str> = access::ROLES.iter().copied().filter(|it| *it != "public").collect();
    if known.contains(&role) {
        return Ok(());
    }
    Err(Error::invalid("--role", format!("'{role}' is not a role; the roles are {}", known.join(", "))))
}

fn list(engine: &Engine, out: &mut Out) -> Result<()> {
    let query = Query::on(ENTITY).order("createdon asc")?;
    let tokens = engine.db.read(&engine.cx, |rx| rx.rows(&query))?;
    let now = engine.cx.now();
    let rows: Vec<_> = tokens.iter().map(|it| (it, state(it, now))).collect();
    let json = rows
        .iter()
        .map(|(it, state)| {
            json!({
                "id": it.id, "name": it.text("assent_name"), "role": it.text("assent_role"), "state": state,
                "createdon": it.get("createdon").to_json(), "expireson": it.get("assent_expireson").to_json(),
            })
        })
        .collect();
    let text: String = rows
        .iter()
        .map(|(it, state)| {
            format!("{}  {:<8} {:<22} {}\n", it.id, state, it.text("assent_role"), it.text("assent_name"))
        })
        .collect();
    out.answer(&json, text)
}

fn state(token: &Record, now: jiff::Timestamp) -> &'static str {
    if !token.get("assent_revokedon").is_null() {
        "revoked"
    } else if token.get("assent_expireson").as_time().is_some_and(|it| it <= now) {
        "expired"
    } else {
        "valid"
    }
}

fn revoke(engine: &Engine, token: &str, out: &mut Out) -> Result<()> {
    let query = Query::on(ENTITY).eq("assent_name", token).eq("assent_revokedon", Value::Null);
    let what = format!("token in force has the name {token}");
    let found = engine.db.read(&engine.cx, |rx| named::only(rx, ENTITY, &query, token, &what))?;
    let (id, now) = (found.id, engine.cx.now());
    engine.db.write(&engine.cx, move |tx| {
        tx.update(ENTITY, id, Values::new().with("assent_revokedon", now).with("statuscode", 2))
    })?;
    out.answer(&json!({ "id": id, "state": "revoked" }), format!("revoked {}", found.text("assent_name")))
}

//! `assent user link | invite | password | sessions | sign-out | remove-passkeys`: how a user gets in, and out.
//!
//! *Not* the rules of signing in (`web::signin`). Invariant: a password comes from standard input or
//! the keyboard of the caller, never from the command line, and is never shown.

use std::io::{self, BufRead, IsTerminal};

use kernel::{Error, Query, Result, uuid::Uuid};
use rustix::termios::{self, LocalModes, OptionalActions};
use serde::{Deserialize, Serialize};
use serde_json::json;
use web::signin::{self, credential, link::Purpose, password};

use crate::{engine::Engine, out::Out, settings};

/// A password on its way to the server; never shown.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Secret(String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("(secret)")
    }
}

impl Secret {
    /// Reads one line: of standard input, or from the keyboard without showing it.
    ///
    /// # Errors
    /// `Invalid` when nothing came.
    pub fn read(out: &mut Out) -> Result<Secret> {
        let stdin = io::stdin();
        let is_terminal = stdin.is_terminal();
        let before = if is_terminal { termios::tcgetattr(&stdin).ok() } else { None };
        if let Some(before) = &before {
            out.note("the new password (it is not shown):")?;
            let mut silent = before.clone();
            silent.local_modes.remove(LocalModes::ECHO);
            termios::tcsetattr(&stdin, OptionalActions::Now, &silent).map_err(io::Error::from)?;
        }
        let mut line = String::new();
        let read = stdin.lock().read_line(&mut line);
        if let Some(before) = &before {
            termios::tcsetattr(&stdin, OptionalActions::Now, before).map_err(io::Error::from)?;
        }
        read?;
        let line = line.trim_end_matches(['\r', '\n']);
        if line.is_empty() {
            return Err(Error::invalid("password", "write the new password to standard input, one line"));
        }
        Ok(Secret(line.to_owned()))
    }
}

/// Prints a link for a user, else for the first administrator.
pub fn link(engine: &Engine, user: Option<Uuid>, purpose: Purpose, out: &mut Out) -> Result<()> {
    let base = settings::known_base_url(engine)?;
    let path = engine.db.write(&engine.cx, move |tx| signin::link::make(tx, user, purpose))?;
    let link = format!("{base}{path}");
    out.answer(&json!({ "link": link, "minutes": purpose.life().as_mins() }), &link)
}

/// Gives a user the password that was read.
pub fn set_password(engine: &Engine, user: Uuid, names: &[&str], secret: &Secret, out: &mut Out) -> Result<()> {
    password::check(&secret.0, names).map_err(|it| Error::invalid("password", it.text()))?;
    let cost = settings::signin(&engine.config.signin)?.cost;
    let hash = password::hash(&secret.0, cost, engine.cx.random_bytes::<16>())?;
    engine.db.write(&engine.cx, move |tx| credential::set_password(tx, user, &hash, None))?;
    out.answer(&json!({ "id": user, "password": "set" }), "the password is set; open sessions have ended")
}

/// Lists open sessions, of one user or of all.
pub fn sessions(engine: &Engine, user: Option<Uuid>, out: &mut Out) -> Result<()> {
    let mut query = Query::on("assent_session").order("assent_seenon desc")?;
    if let Some(user) = user {
        query = query.eq("assent_systemuserid", user);
    }
    let (rows, names) = engine.db.read(&engine.cx, |rx| {
        let rows = rx.rows(&query)?;
        let name = |it: &kernel::Record| {
            let user = it.get("assent_systemuserid").as_guid();
            let row = user.map(|it| rx.find(super::ENTITY, it)).transpose()?.flatten();
            Ok(row.map(|it| it.text("fullname").to_owned()).unwrap_or_default())
        };
        let names = rows.iter().map(name).collect::<Result<Vec<_>>>()?;
        Ok((rows, names))
    })?;
    let json = rows.iter().zip(&names).map(|(it, name)| {
        json!({
            "id": it.id, "user": it.get("assent_systemuserid").as_guid(), "fullname": name, "browser": it.text("assent_name"),
            "since": it.get("createdon").to_json(), "seen": it.get("assent_seenon").to_json(), "until": it.get("assent_expireson").to_json(),
        })
    });
    let line = |(it, name): (&kernel::Record, &String)| {
        let seen = it.get("assent_seenon").as_time().map(|it| it.strftime("%Y-%m-%d %H:%M UTC").to_string());
        format!("{}  {}  {name}  {}\n", it.id, seen.unwrap_or_default(), it.text("assent_name"))
    };
    let text: String = rows.iter().zip(&names).map(line).collect();
    out.answer(&json.collect(), if text.is_empty() { "nobody is signed in".to_owned() } else { text })
}

/// Ends the sessions of a user.
pub fn sign_out(engine: &Engine, user: Uuid, out: &mut Out) -> Result<()> {
    let ended = engine.db.write(&engine.cx, move |tx| signin::end_sessions(tx, user))?;
    out.answer(&json!({ "id": user, "ended": ended }), format!("sessions ended: {ended}"))
}

/// Removes the passkeys of a user.
pub fn remove_passkeys(engine: &Engine, user: Uuid, out: &mut Out) -> Result<()> {
    let (removed, ended) = engine.db.write(&engine.cx, move |tx| signin::remove_passkeys(tx, user, None))?;
    let said = format!("passkeys removed: {removed}; sessions ended: {ended}");
    out.answer(&json!({ "id": user, "removed": removed, "ended": ended }), said)
}

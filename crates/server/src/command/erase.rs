//! `assent erase`: an erasure from request to proof in one go.
//!
//! *Not* another way to erase: it notes a request, plans, approves and carries out as `request` does.
//! Invariant: without `--yes` nothing is erased; the plan is shown and waits for approval.

use std::path::PathBuf;

use clap::Args;
use kernel::{Result, uuid::Uuid};
use privacy::request::{self as requests, Channel, Intake, Type};
use serde::{Deserialize, Serialize};

use super::request;
use crate::{
    cli,
    engine::Engine,
    out::{Exit, Out},
};

/// Shown below `--help`.
pub const EXAMPLE: &str = "\
Shows the plan first. With --yes it is approved and carried out; the data is then gone for good, also
from what backups can show.

Example:
  assent erase ada@example.com --out ./answers
  assent erase ada@example.com --out ./answers --yes";

/// Whom.
#[derive(Debug, Clone, Args, Serialize, Deserialize)]
pub struct Erase {
    /// The person's mail address
    email: String,
    /// The folder for the signed proof
    #[arg(long, value_name = "DIR", value_parser = cli::path(), default_value = ".")]
    out: PathBuf,
    /// The records that are meant, where several persons share the address, as entity:identifier
    #[arg(long, value_name = "ENTITY:ID")]
    subject: Vec<String>,
    /// Approve the plan and carry it out
    #[arg(long)]
    yes: bool,
}

/// Runs the command.
///
/// # Errors
/// `Conflict` when several persons share the address.
pub fn run(engine: &Engine, erase: &Erase, out: &mut Out) -> Result<Exit> {
    let id: Uuid = request::open(
        engine,
        Intake {
            kind: Type::Erasure,
            email: erase.email.clone(),
            received_on: None,
            channel: Channel::Email,
            name: None,
            text: None,
        },
    )?;
    request::plan(engine, id, &erase.subject)?;
    if !erase.yes {
        request::show(engine, id, out)?;
        out.note(&format!(
            "nothing was erased; look at the plan, then: assent request approve {id} && assent request run {id} --out DIR"
        ))?;
        return Ok(Exit::Done);
    }
    engine.db.write(&engine.cx, move |tx| requests::approve(tx, id, None))?;
    request::carry_out(engine, id, Some(&erase.out), out)?;
    Ok(Exit::Done)
}

//! `assent audit`: is the trail whole, and what does it say of a record.
//!
//! *Not* a repair: a broken chain is a finding for people. Invariant: `verify` ends with 0 only when
//! every row was walked and none is wrong.

use clap::Subcommand;
use kernel::{
    Result,
    audit::{
        history::{self, Remembered},
        verify,
    },
    uuid::Uuid,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use crate::{
    engine::Engine,
    out::{Exit, Out},
};

/// Shown below `--help`.
pub const EXAMPLE: &str = "\
Example:
  assent audit verify || echo \"the trail is broken\"
  assent audit show contact 0190c6a8-0000-7000-8000-000000000001";

/// What to ask of the trail.
#[derive(Debug, Clone, Subcommand, Serialize, Deserialize)]
pub enum Audit {
    /// Walk the chain of hashes; ends with 0 when it is whole, with 1 when it is broken
    #[command(after_help = "Example:\n  assent audit verify --json")]
    Verify {
        /// The head that an earlier walk named: also find an end that was cut off
        #[arg(long, value_name = "HASH")]
        head: Option<String>,
    },
    /// Show what happened to a record, or in one undertaking
    #[command(after_help = EXAMPLE)]
    Show {
        /// The entity's logical name
        #[arg(required_unless_present = "batch")]
        entity: Option<String>,
        /// The record's identifier
        #[arg(required_unless_present = "batch")]
        id: Option<Uuid>,
        /// Everything of one import or request instead, by its identifier
        #[arg(long, conflicts_with_all = ["entity", "id"])]
        batch: Option<Uuid>,
    },
}

/// Runs the command.
///
/// # Errors
/// Those of the store; a broken chain is a verdict.
pub fn run(engine: &Engine, audit: &Audit, out: &mut Out) -> Result<Exit> {
    match audit {
        Audit::Verify { head } => walk(engine, head.as_deref(), out),
        Audit::Show { entity, id, batch } => {
            let rows = engine.db.read(&engine.cx, |rx| match (entity, id, batch) {
                (Some(entity), Some(id), _) => history::of_record(rx, entity, *id),
                (_, _, batch) => history::of_batch(rx, batch.unwrap_or_default()),
            })?;
            let text: String = rows.iter().map(line).collect();
            out.answer(&rows.iter().map(shown).collect(), text)?;
            Ok(Exit::Done)
        }
    }
}

fn walk(engine: &Engine, expected: Option<&str>, out: &mut Out) -> Result<Exit> {
    out.progress("walking the audit trail", 0, 0)?;
    let verdict = engine.db.read(&engine.cx, verify::verify)?;
    if let Some(broken) = &verdict.broken {
        let json = json!({
            "whole": false, "rows": verdict.rows,
            "broken": { "row": broken.seq, "entity": broken.entity, "what": broken.what },
        });
        let text = format!("BROKEN at row {} ({}): {}", broken.seq, broken.entity, broken.what);
        out.answer(&json, text)?;
        return Ok(Exit::Negative);
    }
    if let Some(expected) = expected.filter(|it| !it.eq_ignore_ascii_case(&verdict.head)) {
        let json = json!({ "whole": false, "rows": verdict.rows, "head": verdict.head, "expected": expected });
        let text = format!(
            "the {} rows follow each other, but the last has the hash {}: rows were added since, or the end was cut off",
            verdict.rows, verdict.head
        );
        out.answer(&json, text)?;
        return Ok(Exit::Negative);
    }
    let json = json!({ "whole": true, "rows": verdict.rows, "head": verdict.head });
    out.answer(&json, format!("whole: {} rows, head {}", verdict.rows, verdict.head))?;
    Ok(Exit::Done)
}

fn operation(number: i64) -> &'static str {
    match number {
        1 => "create",
        2 => "update",
        _ => "delete",
    }
}

fn shown(row: &Remembered) -> Json {
    json!({
        "row": row.seq, "at": row.at.to_string(), "actor": row.actor, "reason": row.reason,
        "operation": operation(row.operation), "entity": row.entity, "record": row.record,
        "columns": row.columns, "values": row.values, "unreadable": row.unreadable,
    })
}

fn line(row: &Remembered) -> String {
    let reason = row.reason.as_deref().map(|it| format!(" ({it})")).unwrap_or_default();
    let mut text = format!(
        "{:>6}  {}  {} {} {} by {}{reason}\n",
        row.seq,
        row.at,
        operation(row.operation),
        row.entity,
        row.record,
        row.actor
    );
    for column in &row.columns {
        let change = match row.values.get(column).and_then(Json::as_array).map(Vec::as_slice) {
            Some([old, new]) => format!("{old} -> {new}"),
            _ if row.unreadable => "erased".to_owned(),
            _ => "not kept".to_owned(),
        };
        text.push_str(&format!("          {column}: {change}\n"));
    }
    text
}

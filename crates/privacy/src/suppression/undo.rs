//! Taking back what was done to many by mistake: a list that was the wrong file, a filter that meant
//! others (`spec/beyond.md` 4, no. 6).
//!
//! *Not* a way to raise consent: what a person has is put back to what the very batch took away, and only
//! where nothing was said since. Invariant: who acted themselves meanwhile, or was changed by anybody,
//! stays as they are, and the answer names them.

use std::collections::BTreeMap;

use kernel::{
    Error, Kind, Op, Phrase, Result, Tx, Value, Values,
    audit::history::{self, Remembered},
    uuid::Uuid,
};
use serde::Serialize;
use serde_json::Value as Json;

use super::ENTITY;
use crate::consent::{Evidence, Source};

/// The columns that lowering writes.
const COLUMNS: [&str; 4] = ["msgdpr_gdprconsent", "assent_withdrawnon", "assent_withdrawnto", "assent_objectedon"];
/// So many who stay as they are get named.
const NAMED: usize = 1_000;

/// A contact who stays as they are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Left {
    /// The contact.
    pub contact: Uuid,
    /// Why.
    pub reason: &'static str,
}

/// What was taken back.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Undone {
    /// Entries of the ledger that ended.
    pub ended: usize,
    /// Entries that were there before and end when they did before.
    pub shortened: usize,
    /// Contacts who have their level of before.
    pub restored: usize,
    /// How many stay as they are.
    pub left: usize,
    /// Those, at most 1,000 of them.
    pub leftovers: Vec<Left>,
    /// Whether nothing was kept.
    pub dry_run: bool,
}

/// Takes a lowering of many, or an imported list, back. Wishes that the lowering ended, and participants
/// of journeys whom it stopped, stay ended and stopped.
///
/// # Errors
/// `Forbidden` without the privilege, `Invalid` without a reason, `NotFound` for a batch that lowered
/// nobody, `Conflict` for an import of records, which has an undo of its own.
pub fn undo(tx: &mut Tx<'_>, batch: Uuid, because: &str, dry_run: bool) -> Result<Undone> {
    kernel::access::require(tx, "prvAssentUndoLowering", "taking a lowering back")?;
    if because.trim().is_empty() {
        return Err(Error::invalid("because", Phrase::new("why-mistake", "say why this was a mistake")));
    }
    if tx.elevated("undo").find("assent_importbatch", batch)?.is_some() {
        return Err(Error::conflict("batch", "this is an import of records; take it back with: assent import undo"));
    }
    let trail = history::of_batch(&tx.elevated("undo"), batch)?;
    let lowered = trail.iter().any(|it| it.entity == ENTITY || it.entity == "contact");
    if !lowered {
        let text = "no list and no lowering of many has this identifier";
        return Err(Error::new(Kind::NotFound, "not-found", "batch", text));
    }
    let mut cx = tx.cx().as_system("undo of a lowering of many");
    cx.justification = Some(because.trim().into());
    let cx = cx.with_fact(Evidence { source: Source::Undo, ..Evidence::default() });
    tx.under(cx, |tx| {
        let mut done = if dry_run { tx.rehearse(|tx| take_back(tx, &trail))? } else { take_back(tx, &trail)? };
        done.dry_run = dry_run;
        Ok(done)
    })
}

fn take_back(tx: &mut Tx<'_>, trail: &[Remembered]) -> Result<Undone> {
    let mut done = Undone::default();
    let now = tx.now();
    for entry in trail.iter().filter(|it| it.entity == ENTITY && it.operation == Op::Create as i64) {
        let Some(row) = tx.find(ENTITY, entry.record)? else { continue };
        if row.get("assent_until").as_time().is_none_or(|it| it > now) {
            tx.update(ENTITY, row.id, Values::new().with("assent_until", now))?;
            done.ended += 1;
        }
    }
    for entry in trail.iter().filter(|it| it.entity == ENTITY && it.operation == Op::Update as i64) {
        done.shortened += usize::from(shorten(tx, entry)?);
    }
    let mut contacts: BTreeMap<Uuid, Vec<&Remembered>> = BTreeMap::new();
    for entry in trail.iter().filter(|it| it.entity == "contact") {
        contacts.entry(entry.record).or_default().push(entry);
    }
    for (contact, entries) in contacts {
        match one(tx, contact, &entries)? {
            None => done.restored += 1,
            Some(reason) => {
                done.left += 1;
                if done.leftovers.len() < NAMED {
                    done.leftovers.push(Left { contact, reason });
                }
            }
        }
    }
    Ok(done)
}

/// Gives an entry that held before the end back that it had, or ends it now where that is over; `false` where it
/// was changed since.
fn shorten(tx: &mut Tx<'_>, entry: &Remembered) -> Result<bool> {
    let Some([old, new]) = entry.values.get("assent_until").and_then(Json::as_array).map(Vec::as_slice) else {
        return Ok(false);
    };
    let (Some(row), Some(end)) = (tx.find(ENTITY, entry.record)?, old.as_str().and_then(|it| it.parse().ok())) else {
        return Ok(false);
    };
    if row.get("assent_until").to_json() != *new {
        return Ok(false);
    }
    let end = tx.now().max(end);
    tx.update(ENTITY, row.id, Values::new().with("assent_until", end))
}

/// Puts one contact back; why not, where it cannot be.
fn one(tx: &mut Tx<'_>, contact: Uuid, entries: &[&Remembered]) -> Result<Option<&'static str>> {
    if entries.iter().any(|it| it.unreadable) {
        return Ok(Some("the person was erased"));
    }
    let Some(row) = tx.find("contact", contact)? else { return Ok(Some("the contact is gone")) };
    let mut values = Values::new();
    for column in COLUMNS {
        let pairs: Vec<&Vec<Json>> = entries.iter().filter_map(|it| it.values.get(column)?.as_array()).collect();
        let (Some(old), Some(new)) = (pairs.first().and_then(|it| it.first()), pairs.last().and_then(|it| it.get(1)))
        else {
            continue;
        };
        if row.get(column).to_json() != *new {
            return Ok(Some("it was changed since"));
        }
        values.set(
            column,
            match old {
                Json::Number(it) => it.as_i64().map_or(Value::Null, Value::Int),
                Json::String(it) => it.parse().map_or(Value::Null, Value::Time),
                _ => Value::Null,
            },
        );
    }
    Ok(if tx.update("contact", contact, values)? { None } else { Some("nothing was taken from it") })
}

//! Which lists were imported and which lowerings of many there were, so that one can be taken back.
//!
//! *Not* the taking back (`undo`), nor an import of records, which has an undo of its own. Invariant: it
//! is read from the audit trail, so none is missing.

use std::collections::BTreeMap;

use jiff::{Timestamp, ToSpan};
use kernel::{Op, Result, Rx, access, audit::history, uuid::Uuid};
use serde::Serialize;

use super::ENTITY;

/// So long back, in days.
const DAYS: i64 = 90;
const MOST: i64 = 200;

/// A list that was imported, or a lowering of many.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Batch {
    /// By which it can be taken back.
    pub batch: Uuid,
    /// When.
    pub on: Timestamp,
    /// The user who did it; none for the system.
    pub by: Option<Uuid>,
    /// Why, as it stands in the audit trail.
    pub because: Option<String>,
    /// New entries of the ledger.
    pub entries: i64,
    /// Contacts that were changed.
    pub contacts: i64,
}

/// The batches of the last 90 days, the newest first.
///
/// # Errors
/// `Forbidden` without the privilege.
pub fn batches(rx: &Rx<'_>) -> Result<Vec<Batch>> {
    access::require(rx, "prvAssentReadLowerings", "lowerings of many")?;
    let rx = rx.elevated("lowerings of many");
    let since = rx.now().checked_sub((DAYS * 24).hours()).unwrap_or(Timestamp::UNIX_EPOCH);
    let mut all: BTreeMap<Uuid, Batch> = BTreeMap::new();
    for (entity, wanted) in [(ENTITY, Op::Create), ("contact", Op::Update)] {
        for it in history::undertakings(&rx, entity, since, MOST)? {
            if it.operation != wanted as i64 || rx.find("assent_importbatch", it.batch)?.is_some() {
                continue;
            }
            let by = it.actor.strip_prefix("user:").and_then(|it| it.parse().ok());
            let (batch, on, because) = (it.batch, it.at, it.reason.clone());
            let found = all.entry(batch).or_insert(Batch { batch, on, by, because, entries: 0, contacts: 0 });
            if entity == ENTITY { found.entries = it.records } else { found.contacts = it.records }
        }
    }
    let mut all: Vec<Batch> = all.into_values().collect();
    all.sort_by_key(|it| std::cmp::Reverse(it.on));
    Ok(all)
}

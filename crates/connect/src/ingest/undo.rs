//! Taking an import back, as far as it still can be.
//!
//! It walks the audit trail of the batch backwards. *Not* a restore: what people did since stays.
//! Invariant: a value is put back only where the imported one still stands, consent is never raised,
//! and erased persons are not touched.

use std::{collections::HashSet, sync::Arc};

use indexmap::IndexMap;
use kernel::{
    Context, Db, Kind, Op, Query, Record, Result, Rx, Tx, Value, Values,
    access::{self, Privilege},
    audit::{
        self,
        history::{self, Remembered},
    },
    metadata::{Column, ColumnType},
};
use privacy::consent::Level;
use serde::Serialize;
use serde_json::Value as Json;
use uuid::Uuid;

use super::{
    batch::{self, Status},
    plan::CONSENT,
    report::LISTED,
};

/// So many records are taken back in one transaction.
const CHUNK: usize = 200;

/// A record that could not be taken back wholly.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Left {
    /// The record.
    pub record: Uuid,
    /// The column; none when it is about the whole record.
    pub column: Option<String>,
    /// Why it stays.
    pub reason: String,
}

/// The outcome of an undo.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Undone {
    /// The import batch.
    pub batch: Uuid,
    /// Records that the import had made and that are gone.
    pub deleted: u64,
    /// Records that have values of before the import again.
    pub restored: u64,
    /// Records of persons who were erased since; they are not touched.
    pub erased: u64,
    /// How many records or columns stay as the import left them.
    pub left: u64,
    /// Those, at most 1,000 of them.
    pub leftovers: Vec<Left>,
}

enum Fate {
    Deleted,
    Restored,
    Same,
    Erased,
}

/// Takes an import back. Whoever ran it may do so, and whoever may delete rows of the entity.
///
/// # Errors
/// `NotFound` for an unknown batch, `Conflict` for one that runs or was undone already, `Forbidden`.
pub fn undo(db: &Db, cx: &Context, batch: Uuid) -> Result<Undone> {
    let system = cx.as_system(&format!("undo of import {batch}"));
    let (entity, trail) = db.read(&system, |rx| {
        let record = rx.get(batch::ENTITY, batch)?;
        batch::may_be_undone(rx, &record)?;
        let entity = record.text("assent_entity").to_owned();
        allowed(rx, cx, &record, &entity)?;
        Ok((entity, history::of_batch(rx, batch)?))
    })?;
    let trail = Arc::new(Trail::new(&entity, trail));
    let mut undone = Undone { batch, ..Undone::default() };
    // The last that was written goes first.
    let records: Vec<Uuid> = trail.records.keys().rev().copied().collect();
    for chunk in records.chunks(CHUNK) {
        let (chunk, trail) = (chunk.to_vec(), Arc::clone(&trail));
        let outcomes = db.write(&system, move |tx| {
            let undo = |id: &Uuid| match tx.attempt(|tx| one(tx, &trail, *id)) {
                // Not a matter of the record: the batch stays as it is and can be undone later.
                Err(error) if error.kind == Kind::Unavailable => Err(error),
                outcome => Ok((*id, outcome)),
            };
            chunk.iter().map(undo).collect::<Result<Vec<_>>>()
        })?;
        for (id, outcome) in outcomes {
            undone.count(id, outcome);
        }
    }
    db.write(&system, move |tx| {
        tx.update(batch::ENTITY, batch, Values::new().with("statuscode", Status::Undone as i64)).map(|_| ())
    })?;
    Ok(undone)
}

impl Undone {
    fn count(&mut self, record: Uuid, outcome: Result<(Fate, Vec<Left>)>) {
        let (fate, leftovers) =
            outcome.unwrap_or_else(|error| (Fate::Same, vec![Left::whole(record, &error.to_string())]));
        match fate {
            Fate::Deleted => self.deleted += 1,
            Fate::Restored => self.restored += 1,
            Fate::Erased => self.erased += 1,
            Fate::Same => {}
        }
        for left in leftovers {
            self.left += 1;
            if self.leftovers.len() < LISTED {
                self.leftovers.push(left);
            }
        }
    }
}

impl Left {
    fn whole(record: Uuid, reason: &str) -> Self {
        Left { record, column: None, reason: reason.to_owned() }
    }
    fn column(record: Uuid, column: &str, reason: &str) -> Self {
        Left { record, column: Some(column.to_owned()), reason: reason.to_owned() }
    }
}

fn allowed(rx: &Rx<'_>, cx: &Context, batch: &Record, entity: &str) -> Result<()> {
    let own = cx.user().is_some() && batch.get("createdby").as_guid() == cx.user();
    if own {
        return Ok(());
    }
    let rx = rx.under(cx.clone());
    access::check_all(&rx, rx.model().entity(entity)?, Privilege::Delete, "undoing the import of somebody else")
}

/// What the batch did, by record.
struct Trail {
    entity: String,
    records: IndexMap<Uuid, Vec<Remembered>>,
    seen: HashSet<i64>,
    created: HashSet<Uuid>,
}

impl Trail {
    fn new(entity: &str, entries: Vec<Remembered>) -> Self {
        let mut trail = Trail {
            entity: entity.to_owned(),
            records: IndexMap::new(),
            seen: entries.iter().map(|it| it.seq).collect(),
            created: entries.iter().filter(|it| it.operation == Op::Create as i64).map(|it| it.record).collect(),
        };
        // What rules wrote beside a row, such as consent change records, goes or stays with the row.
        for entry in entries.into_iter().filter(|it| it.entity == entity) {
            trail.records.entry(entry.record).or_default().push(entry);
        }
        trail
    }
}

fn one(tx: &mut Tx<'_>, trail: &Trail, id: Uuid) -> Result<(Fate, Vec<Left>)> {
    let entries = trail.records.get(&id).map(Vec::as_slice).unwrap_or_default();
    if entries.iter().any(|it| it.unreadable) {
        return Ok((Fate::Erased, Vec::new()));
    }
    let Some(record) = tx.find(&trail.entity, id)? else {
        return Ok((Fate::Same, vec![Left::whole(id, "the record was deleted since")]));
    };
    if trail.created.contains(&id) {
        return match in_the_way(tx, trail, id)? {
            Some(reason) => Ok((Fate::Same, vec![Left::whole(id, reason)])),
            None => tx.delete(&trail.entity, id).map(|()| (Fate::Deleted, Vec::new())),
        };
    }
    restore(tx, trail, entries, &record)
}

/// Why a record that the import made stays.
fn in_the_way(tx: &Tx<'_>, trail: &Trail, id: Uuid) -> Result<Option<&'static str>> {
    if history::of_record(tx, &trail.entity, id)?.iter().any(|it| !trail.seen.contains(&it.seq)) {
        return Ok(Some("the record was changed since"));
    }
    let model = tx.model();
    for reference in model.references(&trail.entity) {
        let rows = tx.ids(&Query::on(&reference.entity).eq(&reference.column, id))?;
        if rows.iter().any(|it| !trail.created.contains(it)) {
            return Ok(Some("other records refer to it since"));
        }
    }
    Ok(None)
}

/// Puts back what the import changed in a record that was there before.
fn restore(tx: &mut Tx<'_>, trail: &Trail, entries: &[Remembered], record: &Record) -> Result<(Fate, Vec<Left>)> {
    let model = tx.model();
    let entity = model.entity(&trail.entity)?;
    let (mut values, mut consent_to, mut left) = (Values::new(), None, Vec::new());
    let pairs = entries.iter().rev().flat_map(|it| it.columns.iter().rev().map(|name| (name, it.values.get(name))));
    for (name, pair) in pairs {
        let column = entity.column(name)?;
        if column.readonly || name == "statecode" {
            // It follows from the others.
            continue;
        }
        let present = if values.has(name) { values.get(name) } else { record.get(name) }.clone();
        let Some((old, new)) = pair.and_then(Json::as_array).and_then(|it| Some((it.first()?, it.get(1)?))) else {
            left.push(Left::column(record.id, name, "the audit trail keeps no value of it"));
            continue;
        };
        if present.to_json() == *old {
            continue;
        }
        if present.to_json() != *new {
            left.push(Left::column(record.id, name, "it was changed since"));
            continue;
        }
        match value_of(column, old) {
            Some(old) => values.set(name, old),
            None => left.push(Left::column(record.id, name, "the audit trail keeps its old value in part only")),
        }
    }
    if let Some(old) = values.remove(CONSENT) {
        let old = Level::of_value(&old)?;
        if old < Level::of_value(record.get(CONSENT))? {
            consent_to = Some(old);
        } else {
            left.push(Left::column(record.id, CONSENT, "consent is never raised by an undo; ask the person"));
        }
    }
    let mut changed = !values.is_empty() && tx.update(&entity.name, record.id, values)?;
    if let Some(level) = consent_to {
        privacy::consent::import(tx, record.id, level, None)?;
        changed = true;
    }
    Ok((if changed { Fate::Restored } else { Fate::Same }, left))
}

/// The value behind the form that the audit trail keeps; none when it was cut.
fn value_of(column: &Column, json: &Json) -> Option<Value> {
    Some(match (column.kind, json) {
        (_, Json::Null) => Value::Null,
        (ColumnType::Text | ColumnType::Memo | ColumnType::Json, Json::String(it)) => {
            if it.chars().count() > audit::LONGEST && it.ends_with("...") {
                return None;
            }
            Value::Text(it.clone())
        }
        (ColumnType::Integer | ColumnType::BigInt | ColumnType::Choice, it) => Value::Int(it.as_i64()?),
        (ColumnType::Decimal | ColumnType::Money, Json::String(it)) => Value::Decimal(it.parse().ok()?),
        (ColumnType::Double, it) => Value::Double(it.as_f64()?),
        (ColumnType::Boolean, it) => Value::Bool(it.as_bool()?),
        (ColumnType::MultiChoice, Json::Array(it)) => {
            Value::Choices(it.iter().map(Json::as_i64).collect::<Option<_>>()?)
        }
        (ColumnType::Date, Json::String(it)) => Value::Date(it.parse().ok()?),
        (ColumnType::DateTime, Json::String(it)) => Value::Time(it.parse().ok()?),
        (ColumnType::Guid | ColumnType::File, Json::String(it)) => Value::Guid(it.parse().ok()?),
        (ColumnType::Lookup, Json::String(it)) => {
            let (entity, id) = it.split_once(':')?;
            Value::Lookup(entity.to_owned(), id.parse().ok()?)
        }
        _ => return None,
    })
}

//! What the switches keep of the trail: the rows of `audit`, as Dataverse has them (`docs/audit.md`).
//!
//! A row says who did what to which record, and names columns; the values stay in the trail, sealed, and are
//! read from there (`history`). *Not* the trail, and no proof. Invariant: a row is written in the transaction
//! of what it tells, with the period for which it is kept, and taking rows away leaves one that says so.

use std::collections::HashSet;

use jiff::ToSpan;
use uuid::Uuid;

use super::{history::Remembered, switches};
use crate::{
    Change, Error, JobKind, Op, Outcome, Phrase, Query, Record, Result, Rx, Tx, Value, Values, access,
    jobs::{self, Job, PART},
    metadata::{Column, Entity},
    pipeline,
};

/// The entity.
pub const ENTITY: &str = "audit";

/// The column that names the columns of a row of the audit.
const COLUMNS: &str = "assent_columns";

/// What is done to rows, by its number. Entity files name others (`[audit]`).
const CREATE: i64 = 1;
const UPDATE: i64 = 2;
const DELETE: i64 = 3;
const ACTIVATE: i64 = 4;
const DEACTIVATE: i64 = 5;
const CASCADE: i64 = 11;
const ASSIGN: i64 = 13;
const ASSOCIATE: i64 = 33;
const DISASSOCIATE: i64 = 34;
const SET_STATE: i64 = 41;

/// What is recorded beside the writing of rows, by its number; always, whatever is switched off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(i64)]
pub(crate) enum Event {
    EntityDeleted = 100,
    ColumnDeleted = 101,
    OrganizationChanged = 104,
    EntityStarted = 105,
    ColumnStarted = 106,
    Enabled = 107,
    EntityStopped = 108,
    ColumnStopped = 109,
    Disabled = 110,
    LogDeleted = 111,
    UserAccessStarted = 112,
    UserAccessStopped = 113,
}

/// How a user came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(i64)]
pub enum Access {
    /// With the application.
    Web = 64,
    /// With a program of their own.
    WebServices = 65,
}

/// The four kinds of operation.
const OF_UPDATE: i64 = 2;
const OF_DELETE: i64 = 3;
const OF_ACCESS: i64 = 4;

/// Keeps what a change says, where its switches are on. `columns` became different, `seq` is the row of the
/// trail.
pub(super) fn keep(tx: &mut Tx<'_>, entity: &Entity, change: &Change, columns: &[&str], seq: i64) -> Result<()> {
    let model = tx.model();
    if !model.auditing.enabled {
        return Ok(());
    }
    let Some((about, id)) = objects(entity, change).into_iter().find(|(of, _)| is_audited(&model, of)) else {
        return Ok(());
    };
    let itself = about == entity.name;
    let columns: Vec<&Column> =
        columns.iter().filter(|_| itself).filter_map(|it| entity.columns.get(*it)).filter(|it| it.audited).collect();
    if itself && change.op == Op::Update && columns.is_empty() {
        return Ok(());
    }
    let values = Values::new()
        .with("action", action(tx, entity, change))
        .with("operation", change.op as i64)
        .with("objectid", Value::Lookup(about.clone(), id))
        .with("objecttypecode", about)
        .with("assent_seq", seq);
    write(tx, named(values, &columns))
}

fn is_audited(model: &crate::metadata::Model, entity: &str) -> bool {
    model.entity(entity).is_ok_and(|it| it.audited)
}

/// The rows that a change may be about, the nearest first.
fn objects(entity: &Entity, change: &Change) -> Vec<(String, Uuid)> {
    let ends = entity.intersect.iter().flat_map(|it| it.ends.iter().map(|it| &it.column));
    let by: Vec<&String> = match &entity.audit.object {
        Some(column) => vec![column],
        None => ends.collect(),
    };
    if by.is_empty() {
        return vec![(entity.name.clone(), change.id)];
    }
    let value = |column: &String| if change.op == Op::Delete { change.old(column) } else { change.new_value(column) };
    let row = |column: &String| match value(column) {
        Value::Lookup(of, id) => Some((of.clone(), *id)),
        _ => None,
    };
    by.into_iter().filter_map(row).collect()
}

fn action(tx: &Tx<'_>, entity: &Entity, change: &Change) -> i64 {
    let (file, linked) = (&entity.audit, entity.intersect.is_some());
    match change.op {
        Op::Create => file.create.unwrap_or(if linked { ASSOCIATE } else { CREATE }),
        Op::Delete => file.delete.unwrap_or(match (linked, tx.cascading) {
            (true, _) => DISASSOCIATE,
            (false, true) => CASCADE,
            (false, false) => DELETE,
        }),
        Op::Update => file.update.unwrap_or_else(|| {
            if change.touches("ownerid") {
                ASSIGN
            } else if change.touches("statecode") {
                // States of one's own have no word among the actions.
                match (entity.states.len(), change.values.get("statecode").as_int()) {
                    (2, Some(0)) => ACTIVATE,
                    (2, Some(1)) => DEACTIVATE,
                    _ => SET_STATE,
                }
            } else if tx.cascading {
                CASCADE
            } else {
                UPDATE
            }
        }),
    }
}

/// Records a change of what is audited, or of what there is.
pub(crate) fn event(tx: &mut Tx<'_>, event: Event, what: Option<(&Entity, Option<&Column>)>) -> Result<()> {
    let operation = match event {
        Event::EntityDeleted | Event::ColumnDeleted | Event::LogDeleted => OF_DELETE,
        _ => OF_UPDATE,
    };
    let mut values = Values::new().with("action", event as i64).with("operation", operation);
    match what {
        None => {
            values.set("objecttypecode", switches::ORGANIZATION);
            values.set("objectid", Value::Lookup(switches::ORGANIZATION.into(), switches::organization_id()));
        }
        Some((entity, column)) => {
            values.set("objecttypecode", entity.name.as_str());
            values = named(values, column.as_slice());
        }
    }
    write(tx, values)
}

/// Records that a user came, where that is switched on.
///
/// # Errors
/// Those of the store.
pub fn access(tx: &mut Tx<'_>, user: Uuid, by: Access) -> Result<()> {
    let switches = tx.model().auditing;
    if !(switches.enabled && switches.user_access) {
        return Ok(());
    }
    let user = Value::Lookup("systemuser".into(), user);
    let values = Values::new()
        .with("action", by as i64)
        .with("operation", OF_ACCESS)
        .with("objectid", user.clone())
        .with("objecttypecode", "systemuser")
        .with("userid", user);
    write(tx, values)
}

fn named(values: Values, columns: &[&Column]) -> Values {
    let numbers: Vec<String> = columns.iter().map(|it| it.number().to_string()).collect();
    let names: Vec<&str> = columns.iter().map(|it| it.name.as_str()).collect();
    values
        .with("attributemask", Some(numbers.join(",")).filter(|it| !it.is_empty()))
        .with(COLUMNS, Some(names.join(",")).filter(|it| !it.is_empty()))
}

fn write(tx: &mut Tx<'_>, mut values: Values) -> Result<()> {
    let model = tx.model();
    if model.entity(ENTITY).is_err() || tx.rehearsing {
        return Ok(());
    }
    if values.get("userid").is_null() {
        values.set("userid", pipeline::acting_user(tx));
    }
    values.set("callinguserid", pipeline::caller(tx));
    values.set("transactionid", Value::Guid(tx.transaction()));
    values.set("useradditionalinfo", tx.cx().reason.as_deref().map(|it| it.chars().take(350).collect::<String>()));
    // The period in force now; a later one does not touch this row.
    let until = model.auditing.days.and_then(|it| tx.now().checked_add((it * 24).hours()).ok());
    values.set("assent_keepuntil", until);
    pipeline::note(tx, ENTITY, values).map(|_| ())
}

/// A row of the audit, with what the trail remembers of it, if it is about values.
#[derive(Debug, Clone)]
pub struct Kept {
    /// The row of the audit.
    pub row: Record,
    /// Old and new values of the columns that the row names, where it is about a record itself.
    pub remembered: Option<Remembered>,
}

/// The audit of a record, the newest first, of one column or of all: so many rows from the given place on, and
/// how many there are.
///
/// # Errors
/// `Forbidden` without the privilege to read the audit of records, or for a record out of reach.
pub fn of_record(
    rx: &Rx<'_>,
    entity: &str,
    id: Uuid,
    column: Option<&str>,
    (from, count): (usize, usize),
) -> Result<(Vec<Kept>, usize)> {
    access::require(rx, "prvReadRecordAuditHistory", "the audit of a record")?;
    super::history::reachable(rx, entity, id)?;
    if let Some(column) = column {
        let definition = rx.model.entity(entity)?;
        access::columns::check(rx, definition, definition.column(column)?, access::columns::Act::Read)?;
    }
    let query = Query::on(ENTITY).eq("objectid", id).eq("objecttypecode", entity);
    let mut rows = rx.elevated("audit").rows(&query.order("createdon desc,assent_seq desc")?)?;
    if let Some(column) = column {
        rows.retain(|it| names(it).any(|it| it == column));
    }
    let all = rows.len();
    let page: Result<Vec<Kept>> = rows.into_iter().skip(from).take(count).map(|it| with_values(rx, it)).collect();
    Ok((page?, all))
}

/// One row of the audit with its values.
///
/// # Errors
/// `NotFound`, `Forbidden` without the privilege to read the audit, or for a record out of reach.
pub fn details(rx: &Rx<'_>, id: Uuid) -> Result<Kept> {
    access::require(rx, "prvReadAuditSummary", "audit")?;
    let row = rx.get(ENTITY, id)?;
    if let (Value::Lookup(entity, record), true) = (row.get("objectid"), row.get("assent_seq").as_int().is_some()) {
        super::history::reachable(rx, entity, *record)?;
    }
    with_values(rx, row)
}

fn names(row: &Record) -> impl Iterator<Item = &str> {
    row.text(COLUMNS).split(',').filter(|it| !it.is_empty())
}

fn with_values(rx: &Rx<'_>, row: Record) -> Result<Kept> {
    let wanted: HashSet<String> = names(&row).map(str::to_owned).collect();
    let seq = row.get("assent_seq").as_int().filter(|_| !wanted.is_empty());
    let remembered = seq.map(|it| super::history::at(rx, it)).transpose()?.flatten().map(|mut it| {
        it.columns.retain(|name| wanted.contains(name));
        it.values.retain(|name, _| wanted.contains(name));
        it
    });
    Ok(Kept { row, remembered })
}

/// Most rows that are taken away at somebody's word in one transaction.
const MOST: u64 = 50_000;

/// Takes away the audit of a record; how many rows.
///
/// # Errors
/// `Forbidden` without the privilege.
pub fn forget_record(tx: &mut Tx<'_>, entity: &str, id: Uuid) -> Result<u64> {
    access::require(tx, "prvDeleteRecordChangeHistory", "deleting the audit of a record")?;
    let query = Query::on(ENTITY).eq("objectid", id).eq("objecttypecode", entity);
    let gone = forget(tx, query.top(MOST))?;
    let mut values = Values::new().with("action", Event::LogDeleted as i64).with("operation", OF_DELETE);
    values.set("objecttypecode", entity);
    values.set("objectid", Value::Lookup(entity.into(), id));
    write(tx, values)?;
    Ok(gone)
}

/// Takes away every row of the audit that was written before a moment; how many.
///
/// # Errors
/// `Forbidden` without the privilege, `Conflict` where there are more than one transaction takes away.
pub fn forget_before(tx: &mut Tx<'_>, moment: jiff::Timestamp) -> Result<u64> {
    access::require(tx, "prvDeleteAuditPartitions", "deleting the audit")?;
    let query = Query::on(ENTITY).compare("createdon", odata::CompareOp::Lt, moment);
    if tx.elevated("audit").count(&query)? > MOST {
        let text = Phrase::new("audit-too-much", "more than {most} rows are older; name an earlier moment first");
        let text = text.with("most", MOST);
        return Err(Error::conflict("EndDate", text));
    }
    let gone = forget(tx, query)?;
    event(tx, Event::LogDeleted, None)?;
    Ok(gone)
}

/// The job that takes away rows whose period is over.
const EXPIRY: &str = "audit.expiry";

/// The jobs of the audit.
pub const JOBS: &[JobKind] = &[JobKind { name: EXPIRY, run: expire_job }];

/// Sees to it that rows whose period is over are taken away each day.
///
/// # Errors
/// Those of the store.
pub fn schedule(tx: &mut Tx<'_>) -> Result<()> {
    jobs::ensure(tx, EXPIRY, EXPIRY)
}

fn expire_job(tx: &mut Tx<'_>, _: &Job) -> Result<Outcome> {
    if expire(tx)? {
        return Ok(Outcome::Again(tx.now()));
    }
    Ok(tx.now().checked_add(24.hours()).map_or(Outcome::Done, Outcome::Again))
}

/// Takes away rows whose period is over; whether there may be more of them.
fn expire(tx: &mut Tx<'_>) -> Result<bool> {
    let over = Query::on(ENTITY).compare("assent_keepuntil", odata::CompareOp::Le, tx.now());
    let gone = forget(tx, over.top(PART as u64))?;
    if gone > 0 {
        event(tx, Event::LogDeleted, None)?;
    }
    Ok(gone == PART as u64)
}

fn forget(tx: &mut Tx<'_>, query: Query) -> Result<u64> {
    let ids = tx.elevated("audit").ids(&query)?;
    for id in &ids {
        pipeline::unnote(tx, ENTITY, *id)?;
    }
    Ok(ids.len() as u64)
}

//! Reading the trail: what happened to a record, or in one undertaking.
//!
//! Values that were sealed are opened where the key still exists, and reported as unreadable where
//! the person was erased. *Not* a query language. Invariant: the caller may read the entity.

use jiff::Timestamp;
use serde_json::{Map, Value as Json};
use uuid::Uuid;

use crate::{
    Kind, Result, Rx, access,
    access::Privilege,
    store::{
        connection::{CellRef, cells},
        vault,
    },
};

/// One change of one record, as remembered.
#[derive(Debug, Clone, PartialEq)]
pub struct Remembered {
    /// The row of the trail.
    pub seq: i64,
    /// When.
    pub at: Timestamp,
    /// Who: `system`, `public` or `user:<id>`.
    pub actor: String,
    /// Why.
    pub reason: Option<String>,
    /// The reason in the words of whoever did it, where they gave one.
    pub justification: Option<String>,
    /// Who asked for the actor, where somebody did: `user:<id>`.
    pub caller: Option<String>,
    /// 1 create, 2 update, 3 delete.
    pub operation: i64,
    /// The entity.
    pub entity: String,
    /// The record.
    pub record: Uuid,
    /// The names of the columns that became different.
    pub columns: Vec<String>,
    /// Old and new value of each column that can be read.
    pub values: Map<String, Json>,
    /// Whether values were sealed under a key that is no more.
    pub unreadable: bool,
    /// The data subject that it is about, as `entity:id`.
    pub subject: Option<String>,
    /// Whether values were left out because the reader does not reach the row.
    pub withheld: bool,
}

/// Which changes are wanted; what is none is not asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Of rows of this entity.
    pub entity: Option<String>,
    /// By this actor, as `user:<id>`, `system` or `public`.
    pub actor: Option<String>,
    /// From this moment on.
    pub from: Option<Timestamp>,
    /// Before this moment.
    pub until: Option<Timestamp>,
    /// Before this row of the trail, which a former page named.
    pub before: Option<i64>,
}

/// So many rows of the trail are looked through for one page; the next page goes on behind them.
const LOOKED: i64 = 100_000;

/// The latest changes of all records, newest first, and the row of the trail to go on before; none at its end.
///
/// # Errors
/// `Forbidden` without the privilege to read the audit trail.
pub fn latest(rx: &Rx<'_>, wanted: &Wanted, count: i64) -> Result<(Vec<Remembered>, Option<i64>)> {
    access::require(rx, "prvReadAuditSummary", "audit")?;
    let head = super::head(rx.connection)?.seq;
    let until = wanted.until.map(|it| first_since(rx, head, it)).transpose()?;
    let from = wanted.from.map_or(Ok(1), |it| first_since(rx, head, it))?;
    let before = [wanted.before, until].into_iter().flatten().min().unwrap_or(head + 1);
    let lowest = from.max(before - LOOKED);
    // An empty text is a condition that is not asked; no row of the trail has one.
    let (entity, actor) = (wanted.entity.clone().unwrap_or_default(), wanted.actor.clone().unwrap_or_default());
    let condition = "seq < ?1 AND seq >= ?2 AND (?3 = '' OR entity = ?3) AND (?4 = '' OR actor = ?4)";
    let mut found = select(rx, condition, "seq DESC LIMIT ?5", cells![before, lowest, entity, actor, count + 1])?;
    let more = i64::try_from(found.len()).is_ok_and(|it| it > count);
    found.truncate(usize::try_from(count).unwrap_or(usize::MAX));
    for change in &mut found {
        if !reaches(rx, change)? {
            change.values.clear();
            change.withheld = !change.columns.is_empty();
        }
    }
    let next = if more { found.last().map(|it| it.seq) } else { Some(lowest).filter(|it| *it > from) };
    Ok((found, next))
}

/// Whether the reader may see the row that was changed.
fn reaches(rx: &Rx<'_>, change: &Remembered) -> Result<bool> {
    let model = rx.model();
    // What is said about the store, or about an entity that is no more, has no reader who may see rows of it.
    let Ok(entity) = model.entity(&change.entity) else { return Ok(false) };
    match reachable(rx, &entity.name, change.record) {
        Ok(()) => Ok(true),
        Err(error) if error.kind == Kind::Forbidden => Ok(false),
        Err(error) => Err(error),
    }
}

/// The first row of the trail that is not older than a moment. Rows follow each other without a gap, and in the
/// order of time, so it is found by halving.
fn first_since(rx: &Rx<'_>, head: i64, moment: Timestamp) -> Result<i64> {
    let (mut low, mut high) = (1, head + 1);
    while low < high {
        let middle = low + (high - low) / 2;
        let sql = "SELECT at FROM assent_audit WHERE seq = ?1";
        let at: Option<i64> = rx.connection.row(sql, cells![middle], |row| row.get(0))?;
        if at.is_some_and(|it| it >= moment.as_millisecond()) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    Ok(low)
}

/// The history of a record, oldest first.
///
/// # Errors
/// `Forbidden` when the actor may not read the entity.
pub fn of_record(rx: &Rx<'_>, entity: &str, id: Uuid) -> Result<Vec<Remembered>> {
    reachable(rx, entity, id)?;
    // Rows of two entities may have the same identifier, where callers choose it.
    select(rx, "record = ?1 AND entity = ?2", "seq", cells![id, entity])
}

/// Refuses whoever does not reach the record, or one that is gone.
pub(super) fn reachable(rx: &Rx<'_>, entity: &str, id: Uuid) -> Result<()> {
    let definition = rx.model.entity(entity)?;
    if rx.exists_row(definition, id)? {
        return access::check_row(rx, definition, id, Privilege::Read);
    }
    access::check_all(rx, definition, Privilege::Read, "the history of a row that is gone")
}

/// What one row of the trail remembers.
pub(super) fn at(rx: &Rx<'_>, seq: i64) -> Result<Option<Remembered>> {
    Ok(select(rx, "seq = ?1", "seq", cells![seq])?.pop())
}

/// Every change of one undertaking, oldest first.
///
/// # Errors
/// `Forbidden` for whoever is not the system.
pub fn of_batch(rx: &Rx<'_>, batch: Uuid) -> Result<Vec<Remembered>> {
    access::require(rx, "prvReadAuditSummary", "audit")?;
    select(rx, "batch = ?1", "seq", cells![batch])
}

/// An undertaking that changed many records together, and how many of one entity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undertaking {
    /// Its identifier.
    pub batch: Uuid,
    /// When it began.
    pub at: Timestamp,
    /// Who: `system`, `public` or `user:<id>`.
    pub actor: String,
    /// Why.
    pub reason: Option<String>,
    /// 1 create, 2 update, 3 delete.
    pub operation: i64,
    /// How many records.
    pub records: i64,
}

/// The undertakings since a moment that touched an entity, the newest first; at most so many.
///
/// # Errors
/// `Forbidden` for whoever may not read the trail.
pub fn undertakings(rx: &Rx<'_>, entity: &str, since: Timestamp, most: i64) -> Result<Vec<Undertaking>> {
    access::require(rx, "prvReadAuditSummary", "audit")?;
    let sql = "SELECT batch, MIN(at) AS began, MIN(actor), MIN(reason), operation, COUNT(DISTINCT record) \
               FROM assent_audit WHERE batch IS NOT NULL AND at >= ?1 AND entity = ?2 \
               GROUP BY batch, operation ORDER BY began DESC LIMIT ?3";
    rx.connection.rows(sql, cells![since.as_millisecond(), entity, most], |row| {
        Ok(Undertaking {
            batch: row.get(0)?,
            at: Timestamp::from_millisecond(row.get(1)?).unwrap_or(Timestamp::UNIX_EPOCH),
            actor: row.get(2)?,
            reason: row.get(3)?,
            operation: row.get(4)?,
            records: row.get(5)?,
        })
    })
}

fn select(rx: &Rx<'_>, condition: &str, order: &str, cells: &[CellRef<'_>]) -> Result<Vec<Remembered>> {
    let sql = format!(
        "SELECT seq, at, actor, reason, operation, entity, record, subject, columns, plain, sealed \
         FROM assent_audit WHERE {condition} ORDER BY {order}"
    );
    rx.connection.rows(&sql, cells, |row| {
        let entity: String = row.get(5)?;
        let subject: Option<String> = row.get(7)?;
        let plain: Option<String> = row.get(9)?;
        let sealed: Option<Vec<u8>> = row.get(10)?;
        let record: Uuid = row.get(6)?;
        let mut values: Map<String, Json> = match plain {
            Some(text) => serde_json::from_str(&text)?,
            None => Map::new(),
        };
        let mut unreadable = false;
        if let (Some(subject), Some(sealed)) = (&subject, sealed) {
            match rx.shared.vault().existing_key(subject)? {
                Some(key) => {
                    let opened = vault::open(&key, &super::place(&entity, record.as_bytes()), &sealed)?;
                    values.extend(serde_json::from_slice::<Map<String, Json>>(&opened)?);
                }
                None => unreadable = true,
            }
        }
        let mut taken = |name: &str| values.remove(name).and_then(|it| it.as_str().map(str::to_owned));
        let (justification, caller) = (taken(super::JUSTIFICATION), taken(super::CALLER));
        let mut columns: Vec<String> = serde_json::from_str(&row.get::<String>(8)?)?;
        if let Ok(definition) = rx.model.entity(&entity) {
            for column in definition.columns.values().filter(|it| it.secured) {
                if !rx.may_read(definition, column)? {
                    values.remove(&column.name);
                    columns.retain(|it| *it != column.name);
                }
            }
        }
        Ok(Remembered {
            seq: row.get(0)?,
            at: Timestamp::from_millisecond(row.get(1)?).unwrap_or(Timestamp::UNIX_EPOCH),
            actor: row.get(2)?,
            reason: row.get(3)?,
            justification,
            caller,
            operation: row.get(4)?,
            columns,
            entity,
            record,
            values,
            unreadable,
            subject,
            withheld: false,
        })
    })
}

//! Reading the trail: what happened to a record, or in one undertaking.
//!
//! Values that were sealed are opened where the key still exists, and reported as unreadable where
//! the person was erased. *Not* a query language. Invariant: the caller may read the entity.

use jiff::Timestamp;
use serde_json::{Map, Value as Json};
use uuid::Uuid;

use crate::{
    Result, Rx, access,
    access::Privilege,
    store::{connection::cells, vault},
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
}

/// The history of a record, oldest first.
///
/// # Errors
/// `Forbidden` when the actor may not read the entity.
pub fn of_record(rx: &Rx<'_>, entity: &str, id: Uuid) -> Result<Vec<Remembered>> {
    let model = rx.model();
    let definition = model.entity(entity)?;
    if rx.exists_row(definition, id)? {
        access::check_row(rx, definition, id, Privilege::Read)?;
    } else {
        access::check_all(rx, definition, Privilege::Read, "the history of a row that is gone")?;
    }
    read(rx, "record = ?1", id)
}

/// Every change of one undertaking, oldest first.
///
/// # Errors
/// `Forbidden` for whoever is not the system.
pub fn of_batch(rx: &Rx<'_>, batch: Uuid) -> Result<Vec<Remembered>> {
    access::require(rx, "prvReadAuditSummary", "audit")?;
    read(rx, "batch = ?1", batch)
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

fn read(rx: &Rx<'_>, condition: &str, id: Uuid) -> Result<Vec<Remembered>> {
    let sql = format!(
        "SELECT seq, at, actor, reason, operation, entity, record, subject, columns, plain, sealed \
         FROM assent_audit WHERE {condition} ORDER BY seq"
    );
    rx.connection.rows(&sql, cells![id], |row| {
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
        if let (Some(subject), Some(sealed)) = (subject, sealed) {
            match rx.shared.vault().existing_key(&subject)? {
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
        })
    })
}

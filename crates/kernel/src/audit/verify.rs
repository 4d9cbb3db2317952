//! Walking the chain: is every row as it was written, and is none missing between two others?
//!
//! *Not* a repair. Invariant: a changed byte in any field of any row is found, and the first row
//! that is wrong is named.

use std::{borrow::Cow, cell::Cell};

use super::Entry;
use crate::{
    Result, Rx,
    store::connection::{CellRef, Connection, cells},
};

/// What the walk found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// Rows walked.
    pub rows: i64,
    /// The hash of the last row, in hexadecimal: note it elsewhere, and a cut end is found too.
    pub head: String,
    /// Where the chain is broken first, and how; none when it is whole.
    pub broken: Option<Break>,
}

/// A place where the chain is broken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Break {
    /// The row.
    pub seq: i64,
    /// The entity it is about.
    pub entity: String,
    /// What is wrong with it.
    pub what: String,
}

/// Walks the whole chain.
///
/// # Errors
/// Those of the store; a broken chain is a verdict, not an error.
pub fn verify(rx: &Rx<'_>) -> Result<Verdict> {
    verify_on(rx.connection)
}

/// As [`verify`], on a database that is not open as a store.
pub(crate) fn verify_on(connection: &Connection) -> Result<Verdict> {
    let sql = "SELECT seq, at, actor, reason, batch, operation, entity, record, subject, columns, plain, sealed, prev, hash \
               FROM assent_audit ORDER BY seq";
    let mut verdict = Verdict { rows: 0, head: String::new(), broken: None };
    let mut prev = vec![0u8; 32];
    connection.each(sql, cells![], |row| {
        let seq: i64 = row.get(0)?;
        // A changed byte may have changed a type too, so texts are read as bytes; what is no text any
        // more must not be taken for one that held replacement characters.
        let garbled = Cell::new(false);
        let text = |at: usize| -> Option<String> {
            let (CellRef::Text(bytes) | CellRef::Blob(bytes)) = row.cell(at).ok()? else { return None };
            let text = String::from_utf8_lossy(bytes);
            garbled.set(garbled.get() || matches!(text, Cow::Owned(_)));
            Some(text.into_owned())
        };
        let bytes = |at: usize| -> Option<Vec<u8>> {
            match row.cell(at).ok()? {
                CellRef::Text(it) | CellRef::Blob(it) => Some(it.to_vec()),
                _ => None,
            }
        };
        let entry = Entry {
            seq,
            at: row.get(1).unwrap_or(i64::MIN),
            actor: text(2).unwrap_or_default(),
            reason: text(3),
            batch: bytes(4),
            operation: row.get(5).unwrap_or(i64::MIN),
            entity: text(6).unwrap_or_default(),
            record: bytes(7).unwrap_or_default(),
            subject: text(8),
            columns: text(9).unwrap_or_default(),
            plain: text(10),
            sealed: bytes(11),
            prev: bytes(12).unwrap_or_default(),
        };
        let hash = bytes(13).unwrap_or_default();
        verdict.rows += 1;
        let what = if seq != verdict.rows {
            Some(format!("row {} is missing before it", verdict.rows))
        } else if entry.prev != prev {
            Some("it does not follow the row before it".to_owned())
        } else if garbled.get() || entry.hash() != hash {
            Some("its content is not what was written".to_owned())
        } else {
            None
        };
        if let Some(what) = what {
            verdict.broken = Some(Break { seq, entity: entry.entity, what });
            return Ok(false);
        }
        prev = hash;
        Ok(true)
    })?;
    if verdict.broken.is_some() {
        return Ok(verdict);
    }
    verdict.head = crate::store::vault::hex(&prev);
    Ok(verdict)
}

//! What became different since a moment: the numbers behind change tracking.
//!
//! Rows that are there are found by their version number, rows that are gone by the audit trail, so
//! nothing is kept for this alone. *Not* the events of the outbox. Invariant: both numbers are read in
//! one snapshot and only grow, so nothing falls between two questions.

use rusqlite::OptionalExtension;
use uuid::Uuid;

use super::uuid_at;
use crate::{Op, Result, Rx, access, access::Privilege};

/// A moment in the life of a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Watermark {
    /// The highest version number of a row.
    pub version: i64,
    /// The last row of the audit trail.
    pub audit: i64,
}

impl Rx<'_> {
    /// The moment of this snapshot.
    ///
    /// # Errors
    /// Those of the store.
    pub fn watermark(&self) -> Result<Watermark> {
        let number = |sql: &str| -> Result<i64> {
            let mut statement = self.connection.prepare_cached(sql)?;
            Ok(statement.query_row([], |row| row.get(0)).optional()?.unwrap_or_default())
        };
        Ok(Watermark {
            version: number("SELECT value FROM assent_sequence WHERE name = 'version'")?,
            audit: number("SELECT seq FROM assent_audit ORDER BY seq DESC LIMIT 1")?,
        })
    }

    /// Rows of the entity that were deleted since, and are not there again.
    ///
    /// # Errors
    /// `Forbidden` for whoever may not read every row of the entity: whose a row was that is gone is not
    /// known any more, and a row that was assigned away would look as if it were still there.
    pub fn deleted_since(&self, entity: &str, since: Watermark) -> Result<Vec<Uuid>> {
        let entity = self.model.entity(entity)?;
        access::check_all(self, entity, Privilege::Read, "following changes")?;
        let sql = format!(
            "SELECT DISTINCT record FROM assent_audit WHERE operation = {} AND entity = ?1 AND seq > ?2 ORDER BY seq",
            Op::Delete as i64
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let mut rows = statement.query(rusqlite::params![entity.name, since.audit])?;
        let mut gone = Vec::new();
        while let Some(row) = rows.next()? {
            let id = uuid_at(row, 0)?;
            if !self.exists_row(entity, id)? {
                gone.push(id);
            }
        }
        Ok(gone)
    }
}

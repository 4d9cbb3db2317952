//! What became different since a moment: the numbers behind change tracking.
//!
//! Rows that are there are found by their version number, rows that are gone by the audit trail, so
//! nothing is kept for this alone. *Not* the events of the outbox. Invariant: both numbers are read in
//! one snapshot and only grow, so nothing falls between two questions.

use uuid::Uuid;

use crate::{Op, Result, Rx, access, access::Privilege, store::connection::cells};

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
            Ok(self.connection.row(sql, cells![], |row| row.get(0))?.unwrap_or_default())
        };
        Ok(Watermark {
            version: number("SELECT value FROM assent_sequence WHERE name = 'version'")?,
            audit: number("SELECT seq FROM assent_audit ORDER BY seq DESC LIMIT 1")?,
        })
    }

    /// Rows of the entity that were deleted since, and are not there again: at most so many, those deleted behind
    /// the place `after` in the trail, each with its own place.
    ///
    /// # Errors
    /// `Forbidden` for whoever may not read every row of the entity: whose a row was that is gone is not
    /// known any more, and a row that was assigned away would look as if it were still there.
    pub fn deleted_since(&self, entity: &str, since: Watermark, after: i64, most: u64) -> Result<Vec<(Uuid, i64)>> {
        let (entity, gone) = self.gone(entity)?;
        let sql =
            format!("SELECT record, MIN(seq) {gone} GROUP BY record HAVING MIN(seq) > ?3 ORDER BY MIN(seq) LIMIT ?4");
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        self.connection.rows(&sql, cells![entity, since.audit, after, most], |row| Ok((row.get(0)?, row.get(1)?)))
    }

    /// How many rows of the entity were deleted since, and are not there again.
    ///
    /// # Errors
    /// As [`Rx::deleted_since`].
    pub fn count_deleted_since(&self, entity: &str, since: Watermark) -> Result<u64> {
        let (entity, gone) = self.gone(entity)?;
        let sql = format!("SELECT COUNT(DISTINCT record) {gone}");
        let count: Option<i64> = self.connection.row(&sql, cells![entity, since.audit], |row| row.get(0))?;
        Ok(count.and_then(|it| u64::try_from(it).ok()).unwrap_or_default())
    }

    /// What the trail says of rows that are gone, as the middle of a statement.
    fn gone<'e>(&self, entity: &'e str) -> Result<(&'e str, String)> {
        let definition = self.model.entity(entity)?;
        access::check_all(self, definition, Privilege::Read, "following changes")?;
        let record = self.connection.dialect().as_identifier("assent_audit.record");
        let sql = format!(
            "FROM assent_audit WHERE operation = {} AND entity = ?1 AND seq > ?2 \
             AND NOT EXISTS (SELECT 1 FROM \"{}\" AS present WHERE present.\"{}\" = {record})",
            Op::Delete as i64,
            definition.name,
            definition.key,
        );
        Ok((entity, sql))
    }
}

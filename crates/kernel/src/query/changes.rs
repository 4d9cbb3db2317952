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

    /// Rows of the entity that were deleted since, and are not there again.
    ///
    /// # Errors
    /// `Forbidden` for whoever may not read every row of the entity: whose a row was that is gone is not
    /// known any more, and a row that was assigned away would look as if it were still there.
    pub fn deleted_since(&self, entity: &str, since: Watermark) -> Result<Vec<Uuid>> {
        let entity = self.model.entity(entity)?;
        access::check_all(self, entity, Privilege::Read, "following changes")?;
        let sql = format!(
            "SELECT record FROM assent_audit WHERE operation = {} AND entity = ?1 AND seq > ?2 \
             GROUP BY record ORDER BY MIN(seq)",
            Op::Delete as i64
        );
        let mut gone = self.connection.rows(&sql, cells![entity.name, since.audit], |row| row.get::<Uuid>(0))?;
        let mut failure = None;
        gone.retain(|id| match self.exists_row(entity, *id) {
            Ok(there) => !there,
            Err(error) => {
                failure = Some(error);
                false
            }
        });
        failure.map_or(Ok(gone), Err)
    }
}

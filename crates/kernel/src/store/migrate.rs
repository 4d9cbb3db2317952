//! The kernel's fixed tables, brought up to date by numbered SQL files.
//!
//! *Not* for entity tables; those are derived (`ddl`). Invariant: a store of a newer product is
//! refused, never guessed at.

use rusqlite::Connection;

use crate::{Error, Result};

const MIGRATIONS: &[&str] = &[include_str!("migrations/0001_kernel.sql"), include_str!("migrations/0002_changes.sql")];

/// Applies what is missing, each file in a transaction of its own.
///
/// # Errors
/// `Unavailable` when the store was written by a newer product.
pub fn run(connection: &Connection) -> Result<()> {
    let present: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let present = usize::try_from(present).unwrap_or(usize::MAX);
    if present > MIGRATIONS.len() {
        return Err(Error::unavailable(format!(
            "the store has schema {present}, this program knows {}; use the newer program",
            MIGRATIONS.len()
        )));
    }
    for (number, sql) in MIGRATIONS.iter().enumerate().skip(present) {
        connection.execute_batch(&format!("BEGIN IMMEDIATE; {sql}; PRAGMA user_version = {}; COMMIT;", number + 1))?;
    }
    Ok(())
}

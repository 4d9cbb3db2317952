//! The kernel's fixed tables, brought up to date by numbered SQL files.
//!
//! *Not* for entity tables; those are derived (`ddl`). Invariant: a store of a newer product is
//! refused, never guessed at.

use super::{
    connection::{Connection, cells},
    dialect::Dialect,
};
use crate::{Error, Result};

const MIGRATIONS: &[&str] = &[
    include_str!("migrations/0001_kernel.sql"),
    include_str!("migrations/0002_changes.sql"),
    include_str!("migrations/0003_nodes.sql"),
];

/// What a database server needs before the first of them: text that compares without regard to case, and a
/// place to note how many were applied.
const SERVER: &str = "CREATE EXTENSION IF NOT EXISTS citext; \
                      CREATE TABLE IF NOT EXISTS assent_schema (applied bigint NOT NULL)";

/// All of them, for a new database.
pub(crate) fn statements(dialect: Dialect) -> Vec<String> {
    let note = format!("INSERT INTO assent_schema VALUES ({})", MIGRATIONS.len());
    let files = MIGRATIONS.iter().map(|it| dialect.fixed(it).trim_end().trim_end_matches(';').to_owned());
    let before = (dialect == Dialect::Postgres).then(|| SERVER.to_owned());
    let after = (dialect == Dialect::Postgres).then_some(note);
    before.into_iter().chain(files).chain(after).collect()
}

/// Applies what is missing, each file in a transaction of its own.
///
/// # Errors
/// `Unavailable` when the store was written by a newer product, or the server's database does not know
/// letters beyond ASCII.
pub(crate) fn run(connection: &Connection) -> Result<()> {
    if connection.dialect() == Dialect::Postgres {
        connection.batch(SERVER)?;
        if !connection.exists("SELECT 1 WHERE '\u{c4}'::citext = '\u{e4}'::citext", cells![])? {
            return Err(Error::unavailable(
                "the database does not know that \u{c4} and \u{e4} are one letter; make it anew with: CREATE DATABASE \u{2026} \
                 TEMPLATE template0 ENCODING 'UTF8' LC_CTYPE 'C.UTF-8'",
            ));
        }
    }
    let present = applied(connection)?;
    let present = usize::try_from(present).unwrap_or(usize::MAX);
    if present > MIGRATIONS.len() {
        return Err(Error::unavailable(format!(
            "the store has schema {present}, this program knows {}; use the newer program",
            MIGRATIONS.len()
        )));
    }
    for (number, sql) in MIGRATIONS.iter().enumerate().skip(present) {
        let sql = connection.dialect().fixed(sql);
        let number = number + 1;
        let note = match connection.dialect() {
            Dialect::Sqlite => format!("PRAGMA user_version = {number}"),
            Dialect::Postgres => format!("DELETE FROM assent_schema; INSERT INTO assent_schema VALUES ({number})"),
        };
        connection.begin()?;
        match connection.batch(&format!("{sql}; {note}")) {
            Ok(()) => connection.commit()?,
            Err(error) => {
                connection.rollback()?;
                return Err(error);
            }
        }
    }
    Ok(())
}

fn applied(connection: &Connection) -> Result<i64> {
    let sql = match connection.dialect() {
        Dialect::Sqlite => "PRAGMA user_version",
        Dialect::Postgres => "SELECT applied FROM assent_schema",
    };
    Ok(connection.row(sql, cells![], |row| row.get(0))?.unwrap_or_default())
}

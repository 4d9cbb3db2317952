//! A session with a database server: statements and transactions.
//!
//! *Not* the reaching of the server. Invariant: a transaction in which a statement failed is never committed,
//! also where the server would answer its COMMIT without an error.

use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
};

use futures_executor::block_on;
use futures_util::{StreamExt, TryStreamExt};
use tokio_postgres::{Client, Error as Answer, SimpleQueryMessage, Statement};

use super::{Server, cell::parameters, lost};
use crate::{
    Error, Result,
    store::connection::{CellRef, Sequences},
};

/// So many statements a session keeps prepared.
const PREPARED: usize = 512;

/// An open session.
pub(crate) struct Session {
    inner: RefCell<Inner>,
    server: Server,
    open: Cell<bool>,
    failed: Cell<bool>,
}

struct Inner {
    client: Client,
    statements: HashMap<String, Statement>,
}

impl Inner {
    async fn prepared(&mut self, sql: &str) -> std::result::Result<Statement, Answer> {
        if let Some(known) = self.statements.get(sql) {
            return Ok(known.clone());
        }
        let statement = self.client.prepare(&numbered(sql)).await?;
        if self.statements.len() >= PREPARED {
            self.statements.clear();
        }
        self.statements.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }
}

impl Session {
    /// A session on a connection that is ready.
    pub(super) fn on(server: Server, client: Client) -> Session {
        Session {
            inner: RefCell::new(Inner { client, statements: HashMap::new() }),
            server,
            open: Cell::default(),
            failed: Cell::default(),
        }
    }

    fn with<T>(&self, f: impl FnOnce(&mut Inner) -> std::result::Result<T, Error>) -> Result<T> {
        let mut inner = self.inner.try_borrow_mut().map_err(|_| Error::bug("a session was asked while it answers"))?;
        if inner.client.is_closed() {
            if self.open.get() {
                return Err(lost());
            }
            *inner = Inner { client: self.server.ready()?, statements: HashMap::new() };
        }
        let result = f(&mut inner);
        if result.is_err() && self.open.get() {
            self.failed.set(true);
        }
        result
    }

    pub(crate) fn execute(&self, sql: &str, cells: &[CellRef<'_>]) -> Result<usize> {
        let touched = self.with(|inner| {
            block_on(async {
                let statement = inner.prepared(sql).await?;
                Ok(inner.client.execute_raw(&statement, parameters(cells)).await?)
            })
        })?;
        Ok(usize::try_from(touched).unwrap_or(usize::MAX))
    }

    pub(crate) fn rows(&self, sql: &str, cells: &[CellRef<'_>]) -> Result<Vec<tokio_postgres::Row>> {
        self.with(|inner| {
            block_on(async {
                let statement = inner.prepared(sql).await?;
                Ok(inner.client.query_raw(&statement, parameters(cells)).await?.try_collect().await?)
            })
        })
    }

    pub(crate) fn each(
        &self,
        sql: &str,
        cells: &[CellRef<'_>],
        mut read: impl FnMut(&tokio_postgres::Row) -> Result<bool>,
    ) -> Result<()> {
        self.with(|inner| {
            let statement = block_on(inner.prepared(sql))?;
            let mut rows = Box::pin(block_on(inner.client.query_raw(&statement, parameters(cells)))?);
            while let Some(row) = block_on(rows.next()) {
                if !read(&row?)? {
                    break;
                }
            }
            Ok(())
        })
    }

    /// Statements without parameters.
    pub(crate) fn batch(&self, sql: &str) -> Result<()> {
        self.with(|inner| Ok(block_on(inner.client.batch_execute(sql))?))
    }

    /// Goes back to a savepoint and forgets it; what failed after it is no failure any more.
    pub(crate) fn undo(&self, savepoint: &str) -> Result<()> {
        self.batch(&format!("ROLLBACK TO SAVEPOINT {savepoint}; RELEASE SAVEPOINT {savepoint}"))?;
        self.failed.set(false);
        Ok(())
    }

    /// Begins a transaction, and reads how the nodes stand, in one way there and back.
    pub(crate) fn begin(&self, how: &str, lock: &str) -> Result<Sequences> {
        let lock = match lock {
            "" => String::new(),
            lock => format!("SELECT 1 FROM assent_sequence WHERE name = 'version' {lock};"),
        };
        let sql = format!("{how}; {lock} SELECT name, value FROM assent_sequence");
        let ask = || {
            self.with(|inner| {
                let mut all = Sequences::default();
                for message in block_on(inner.client.simple_query(&sql))? {
                    if let SimpleQueryMessage::Row(row) = message
                        && let (Ok(Some(name)), Ok(Some(value))) = (row.try_get("name"), row.try_get("value"))
                    {
                        all.note(name, value.parse().unwrap_or_default());
                    }
                }
                Ok(all)
            })
        };
        // An idle session may have been closed at the other end; that shows only when it is used.
        let asked = ask().or_else(|error| if self.is_closed() { ask() } else { Err(error) });
        if asked.is_err() && !self.is_closed() {
            // It may have begun before it failed, and must not stay so.
            self.batch("ROLLBACK")?;
        }
        let all = asked?;
        self.open.set(true);
        self.failed.set(false);
        Ok(all)
    }

    /// Begins a transaction, nothing else.
    pub(crate) fn begin_alone(&self) -> Result<()> {
        self.batch("BEGIN").or_else(|error| if self.is_closed() { self.batch("BEGIN") } else { Err(error) })?;
        self.open.set(true);
        self.failed.set(false);
        Ok(())
    }

    /// Ends a transaction, by `COMMIT` or `ROLLBACK`.
    pub(crate) fn end(&self, how: &str) -> Result<()> {
        if how == "COMMIT" && self.failed.get() {
            // The server would roll back and call it a success.
            self.end("ROLLBACK")?;
            return Err(Error::unavailable("a statement of the transaction failed; nothing of it was kept"));
        }
        let result = self.batch(how);
        self.open.set(false);
        self.failed.set(false);
        result
    }

    pub(crate) fn is_at_rest(&self) -> bool {
        !self.open.get() && !self.is_closed()
    }

    fn is_closed(&self) -> bool {
        self.inner.try_borrow().is_ok_and(|it| it.client.is_closed())
    }
}

/// `?1` as the server writes it: `$1`. Texts in quotes stay as they are.
fn numbered(sql: &str) -> String {
    let mut quote = None;
    sql.chars()
        .map(|it| match (quote, it) {
            (None, '\'' | '"') => {
                quote = Some(it);
                it
            }
            (Some(open), it) if open == it => {
                quote = None;
                it
            }
            (None, '?') => '$',
            _ => it,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::numbered;

    #[test]
    fn places_are_numbered_outside_of_texts() {
        let sql = r#"SELECT '?1', "a?" FROM t WHERE a = ?1 AND b = ?12"#;
        assert_eq!(numbered(sql), r#"SELECT '?1', "a?" FROM t WHERE a = $1 AND b = $12"#);
    }
}

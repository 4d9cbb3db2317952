//! Connections for reading: a pool, or the writer's own for a store in memory.
//!
//! *Not* the writer (`writer`). Invariant: what runs in `with` sees one snapshot, and a pool on a server
//! never has more sessions than it was given.

use std::{
    path::PathBuf,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
};

use super::{
    connection::{Connection, Sequences},
    postgres::Server,
    sqlite,
};
use crate::{Error, Result};

/// Where a pool opens its connections.
pub(crate) enum Source {
    /// A file.
    File(PathBuf),
    /// A server.
    Server(Server),
}

/// Connections for reading.
pub(crate) enum Readers {
    /// A pool.
    Pool(Box<Pool>),
    /// The writer's own.
    Shared(Arc<Mutex<Connection>>),
}

/// Connections that wait for their next reader.
pub(crate) struct Pool {
    source: Source,
    most: usize,
    state: Mutex<State>,
    returned: Condvar,
}

#[derive(Default)]
struct State {
    idle: Vec<Connection>,
    open: usize,
}

impl Readers {
    /// A pool of at most so many connections.
    pub(crate) fn pool(source: Source, most: usize) -> Self {
        Readers::Pool(Box::new(Pool { source, most, state: Mutex::default(), returned: Condvar::new() }))
    }

    /// Moves the write-ahead log into the database and empties it, as far as readers allow.
    pub(crate) fn checkpoint(&self) -> Result<()> {
        if let Readers::Pool(pool) = self
            && let Source::File(file) = &pool.source
        {
            let connection = rusqlite::Connection::open(file)?;
            connection.busy_timeout(std::time::Duration::from_secs(5))?;
            connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        }
        Ok(())
    }

    /// Runs `f` on one snapshot. On a server it is told how the nodes stand.
    pub(crate) fn with<T>(&self, f: impl FnOnce(&Connection, Option<Sequences>) -> Result<T>) -> Result<T> {
        match self {
            Readers::Shared(connection) => f(&connection.lock().unwrap_or_else(PoisonError::into_inner), None),
            Readers::Pool(pool) => {
                let loan = pool.take()?;
                let connection = loan.connection()?;
                let sequences = connection.begin_reading()?;
                let result = f(connection, sequences);
                // What was read is read; one that cannot end is not lent again.
                let _ended = connection.rollback();
                result
            }
        }
    }
}

impl Pool {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(&self) -> Result<Loan<'_>> {
        let mut state = self.state();
        loop {
            if let Some(idle) = state.idle.pop() {
                return Ok(Loan { pool: self, connection: Some(idle) });
            }
            if state.open < self.most {
                break;
            }
            state = self.returned.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.open += 1;
        drop(state);
        // From here on the loan gives the place back, also where opening fails.
        let mut loan = Loan { pool: self, connection: None };
        loan.connection = Some(match &self.source {
            Source::File(file) => Connection::Sqlite(sqlite::reader(file)?),
            Source::Server(server) => Connection::Postgres(server.connect()?),
        });
        Ok(loan)
    }
}

/// A connection that goes back when it is dropped, however its reader ended.
struct Loan<'p> {
    pool: &'p Pool,
    connection: Option<Connection>,
}

impl Loan<'_> {
    fn connection(&self) -> Result<&Connection> {
        self.connection.as_ref().ok_or_else(|| Error::bug("a loan without its connection"))
    }
}

impl Drop for Loan<'_> {
    fn drop(&mut self) {
        let mut state = self.pool.state();
        match self.connection.take().filter(Connection::is_at_rest) {
            Some(connection) => state.idle.push(connection),
            // Never opened, or left in the middle of something: not lent again.
            None => state.open = state.open.saturating_sub(1),
        }
        drop(state);
        self.pool.returned.notify_one();
    }
}

//! One connection to a database, of whichever kind: statements go in, rows come out.
//!
//! *Not* a trait with implementations (law 5): two databases are two variants, and what differs in the
//! text of statements is in `dialect`. Fixed statements are written with `?1`, which both understand
//! here. Invariant: a cell that goes in comes out as the same cell, from either.

use rusqlite::types::ToSqlOutput;
pub(crate) use rusqlite::types::{Value as Cell, ValueRef as CellRef};
use sea_query::SelectStatement;
use uuid::Uuid;

use super::{codec, dialect::Dialect, postgres::Session};
use crate::{Error, Result};

/// A connection.
pub(crate) enum Connection {
    /// To the embedded database.
    Sqlite(rusqlite::Connection),
    /// To a database server.
    Postgres(Box<Session>),
}

/// A row of an answer.
pub(crate) enum Row<'r> {
    /// Of the embedded database.
    Sqlite(&'r rusqlite::Row<'r>),
    /// Of a database server.
    Postgres(&'r tokio_postgres::Row),
}

/// The numbers that the nodes on one database agree by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Sequences {
    /// The highest version of a row.
    pub(crate) version: i64,
    /// How often the metadata changed.
    pub(crate) model: i64,
    /// How many erasures were carried out.
    pub(crate) erased: i64,
}

impl Sequences {
    /// Takes in the number of that name; others are of no concern here.
    pub(crate) fn note(&mut self, name: &str, value: i64) {
        match name {
            "version" => self.version = value,
            "model" => self.model = value,
            "erased" => self.erased = value,
            _ => {}
        }
    }
}

impl Connection {
    /// How statements are written for it.
    pub(crate) fn dialect(&self) -> Dialect {
        match self {
            Connection::Sqlite(_) => Dialect::Sqlite,
            Connection::Postgres(_) => Dialect::Postgres,
        }
    }

    /// Runs a statement; answers how many rows it touched.
    pub(crate) fn execute(&self, sql: &str, cells: &[CellRef<'_>]) -> Result<usize> {
        match self {
            Connection::Sqlite(it) => Ok(it.prepare_cached(sql)?.execute(bound(cells))?),
            Connection::Postgres(it) => it.execute(sql, cells),
        }
    }

    /// Every row of the answer.
    pub(crate) fn rows<T>(
        &self,
        sql: &str,
        cells: &[CellRef<'_>],
        mut read: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        match self {
            Connection::Sqlite(it) => {
                let mut statement = it.prepare_cached(sql)?;
                let mut rows = statement.query(bound(cells))?;
                let mut all = Vec::new();
                while let Some(row) = rows.next()? {
                    all.push(read(&Row::Sqlite(row))?);
                }
                Ok(all)
            }
            Connection::Postgres(it) => it.rows(sql, cells)?.iter().map(|row| read(&Row::Postgres(row))).collect(),
        }
    }

    /// The first row of the answer, if there is one.
    pub(crate) fn row<T>(
        &self,
        sql: &str,
        cells: &[CellRef<'_>],
        read: impl FnOnce(&Row<'_>) -> Result<T>,
    ) -> Result<Option<T>> {
        match self {
            Connection::Sqlite(it) => {
                let mut statement = it.prepare_cached(sql)?;
                let mut rows = statement.query(bound(cells))?;
                rows.next()?.map(|row| read(&Row::Sqlite(row))).transpose()
            }
            Connection::Postgres(it) => it.rows(sql, cells)?.first().map(|row| read(&Row::Postgres(row))).transpose(),
        }
    }

    /// Whether the answer has a row.
    pub(crate) fn exists(&self, sql: &str, cells: &[CellRef<'_>]) -> Result<bool> {
        Ok(self.row(sql, cells, |_| Ok(()))?.is_some())
    }

    /// Row after row without keeping them, until `read` says false. `read` must not ask this connection.
    pub(crate) fn each(
        &self,
        sql: &str,
        cells: &[CellRef<'_>],
        mut read: impl FnMut(&Row<'_>) -> Result<bool>,
    ) -> Result<()> {
        match self {
            Connection::Sqlite(it) => {
                let mut statement = it.prepare_cached(sql)?;
                let mut rows = statement.query(bound(cells))?;
                while let Some(row) = rows.next()? {
                    if !read(&Row::Sqlite(row))? {
                        break;
                    }
                }
                Ok(())
            }
            Connection::Postgres(it) => it.each(sql, cells, |row| read(&Row::Postgres(row))),
        }
    }

    /// The rows of a statement that was built.
    pub(crate) fn select<T>(
        &self,
        statement: &SelectStatement,
        read: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        let (sql, values) = self.dialect().select(statement);
        let cells = codec::bind(values);
        self.rows(&sql, &references(&cells), read)
    }

    /// Runs a statement that was built.
    pub(crate) fn run(&self, (sql, values): (String, sea_query::Values)) -> Result<usize> {
        let cells = codec::bind(values);
        self.execute(&sql, &references(&cells))
    }

    /// Runs statements without parameters, one behind the other.
    pub(crate) fn batch(&self, sql: &str) -> Result<()> {
        match self {
            Connection::Sqlite(it) => Ok(it.execute_batch(sql)?),
            Connection::Postgres(it) => it.batch(sql),
        }
    }

    /// Marks a place to go back to.
    pub(crate) fn savepoint(&self, name: &'static str) -> Result<()> {
        match self {
            Connection::Sqlite(it) => {
                it.prepare_cached(&format!("SAVEPOINT {name}"))?.execute([])?;
                Ok(())
            }
            Connection::Postgres(it) => it.batch(&format!("SAVEPOINT {name}")),
        }
    }

    /// Keeps what happened since the place, in the transaction around it.
    pub(crate) fn release(&self, name: &'static str) -> Result<()> {
        match self {
            Connection::Sqlite(it) => {
                it.prepare_cached(&format!("RELEASE {name}"))?.execute([])?;
                Ok(())
            }
            Connection::Postgres(it) => it.batch(&format!("RELEASE SAVEPOINT {name}")),
        }
    }

    /// Undoes what happened since the place, and forgets the place.
    pub(crate) fn undo(&self, name: &'static str) -> Result<()> {
        match self {
            Connection::Sqlite(it) => {
                it.prepare_cached(&format!("ROLLBACK TO {name}"))?.execute([])?;
                it.prepare_cached(&format!("RELEASE {name}"))?.execute([])?;
                Ok(())
            }
            Connection::Postgres(it) => it.undo(name),
        }
    }

    /// Begins a transaction that only reads, on one snapshot. A server tells how the other nodes stand.
    pub(crate) fn begin_reading(&self) -> Result<Option<Sequences>> {
        match self {
            Connection::Sqlite(it) => {
                it.prepare_cached("BEGIN")?.execute([])?;
                Ok(None)
            }
            Connection::Postgres(it) => it.begin("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", "").map(Some),
        }
    }

    /// Begins the one transaction that writes. On a server it waits for the other nodes and tells how
    /// they left the store.
    pub(crate) fn begin_writing(&self) -> Result<Option<Sequences>> {
        match self {
            Connection::Sqlite(it) => {
                it.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
                Ok(None)
            }
            // Whoever holds these rows writes; what was committed before is seen by the statements after.
            Connection::Postgres(it) => it.begin("BEGIN ISOLATION LEVEL READ COMMITTED", "FOR UPDATE").map(Some),
        }
    }

    /// Begins a transaction on a store that has no sequences, for instance the vault.
    pub(crate) fn begin(&self) -> Result<()> {
        match self {
            Connection::Sqlite(it) => Ok(it.execute_batch("BEGIN IMMEDIATE")?),
            Connection::Postgres(it) => it.begin_alone(),
        }
    }

    /// Keeps what the transaction did.
    pub(crate) fn commit(&self) -> Result<()> {
        match self {
            Connection::Sqlite(it) => {
                it.prepare_cached("COMMIT")?.execute([])?;
                Ok(())
            }
            Connection::Postgres(it) => it.end("COMMIT"),
        }
    }

    /// Throws away what the transaction did.
    pub(crate) fn rollback(&self) -> Result<()> {
        match self {
            Connection::Sqlite(it) => {
                it.prepare_cached("ROLLBACK")?.execute([])?;
                Ok(())
            }
            Connection::Postgres(it) => it.end("ROLLBACK"),
        }
    }

    /// Whether it is open and in no transaction.
    pub(crate) fn is_at_rest(&self) -> bool {
        match self {
            Connection::Sqlite(it) => it.is_autocommit(),
            Connection::Postgres(it) => it.is_at_rest(),
        }
    }

    /// The embedded database, for what only it has.
    pub(crate) fn sqlite(&self) -> Result<&rusqlite::Connection> {
        match self {
            Connection::Sqlite(it) => Ok(it),
            Connection::Postgres(_) => Err(Error::bug("this is for the embedded store only")),
        }
    }
}

impl Row<'_> {
    /// A cell, as it lies in the row.
    pub(crate) fn cell(&self, at: usize) -> Result<CellRef<'_>> {
        match self {
            Row::Sqlite(row) => Ok(row.get_ref(at)?),
            Row::Postgres(row) => super::postgres::cell(row, at),
        }
    }
    /// A cell of a type that is known.
    pub(crate) fn get<T: FromCell>(&self, at: usize) -> Result<T> {
        T::of(self.cell(at)?).ok_or_else(|| Error::bug("the store returned a value of another type"))
    }
}

/// What can be read from a cell.
pub(crate) trait FromCell: Sized {
    /// The value; none when the cell holds something else.
    fn of(cell: CellRef<'_>) -> Option<Self>;
}

impl FromCell for i64 {
    fn of(cell: CellRef<'_>) -> Option<Self> {
        if let CellRef::Integer(it) = cell { Some(it) } else { None }
    }
}
impl FromCell for String {
    fn of(cell: CellRef<'_>) -> Option<Self> {
        if let CellRef::Text(it) = cell { std::str::from_utf8(it).ok().map(str::to_owned) } else { None }
    }
}
impl FromCell for Vec<u8> {
    fn of(cell: CellRef<'_>) -> Option<Self> {
        if let CellRef::Blob(it) = cell { Some(it.to_vec()) } else { None }
    }
}
impl FromCell for Uuid {
    fn of(cell: CellRef<'_>) -> Option<Self> {
        if let CellRef::Blob(it) = cell { Uuid::from_slice(it).ok() } else { None }
    }
}
impl FromCell for Cell {
    fn of(cell: CellRef<'_>) -> Option<Self> {
        Cell::try_from(cell).ok()
    }
}
impl<T: FromCell> FromCell for Option<T> {
    fn of(cell: CellRef<'_>) -> Option<Self> {
        if cell == CellRef::Null { Some(None) } else { T::of(cell).map(Some) }
    }
}

/// What can be a parameter.
pub(crate) trait AsCell {
    /// The cell, borrowed.
    fn cell(&self) -> CellRef<'_>;
}

impl AsCell for i64 {
    fn cell(&self) -> CellRef<'_> {
        CellRef::Integer(*self)
    }
}
impl AsCell for str {
    fn cell(&self) -> CellRef<'_> {
        CellRef::Text(self.as_bytes())
    }
}
impl AsCell for String {
    fn cell(&self) -> CellRef<'_> {
        CellRef::Text(self.as_bytes())
    }
}
impl AsCell for [u8] {
    fn cell(&self) -> CellRef<'_> {
        CellRef::Blob(self)
    }
}
impl AsCell for Vec<u8> {
    fn cell(&self) -> CellRef<'_> {
        CellRef::Blob(self)
    }
}
impl AsCell for Uuid {
    fn cell(&self) -> CellRef<'_> {
        CellRef::Blob(self.as_bytes())
    }
}
impl<T: AsCell + ?Sized> AsCell for &T {
    fn cell(&self) -> CellRef<'_> {
        (**self).cell()
    }
}
impl<T: AsCell> AsCell for Option<T> {
    fn cell(&self) -> CellRef<'_> {
        self.as_ref().map_or(CellRef::Null, AsCell::cell)
    }
}

/// The parameters of a fixed statement, in their order.
macro_rules! cells {
    ($($it:expr),* $(,)?) => { &[$($crate::store::connection::AsCell::cell(&$it)),*] };
}
pub(crate) use cells;

fn references(cells: &[Cell]) -> Vec<CellRef<'_>> {
    cells.iter().map(CellRef::from).collect()
}

fn bound<'c>(cells: &'c [CellRef<'c>]) -> impl rusqlite::Params + 'c {
    rusqlite::params_from_iter(cells.iter().map(|it| ToSqlOutput::Borrowed(*it)))
}

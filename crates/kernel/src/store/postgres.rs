//! Sessions with a database server: connecting, statements, and how cells travel.
//!
//! *Not* a second write path: the same closures run here (law 4). One node writes at a time; it holds a
//! row of `assent_sequence` from the first to the last statement of its transaction, so the audit chain,
//! the versions and the events have one order that every node sees. Invariant: a transaction in which a
//! statement failed is never committed, also where the server would answer its COMMIT without an error.

use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
    path::Path,
    str::FromStr,
    sync::Arc,
};

use bytes::BytesMut;
use futures_executor::block_on;
use futures_util::{StreamExt, TryStreamExt};
use jiff::civil::Date;
use rustls::{ClientConfig, RootCertStore, pki_types::CertificateDer, pki_types::pem::PemObject};
use tokio::runtime::Runtime;
use tokio_postgres::{
    Client, Config, Error as Answer, SimpleQueryMessage, Statement,
    error::SqlState,
    types::{FromSql, IsNull, ToSql, Type, to_sql_checked},
};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::connection::{CellRef, Sequences};
use crate::{Error, Kind, Result};

/// So many statements a session keeps prepared.
const PREPARED: usize = 512;
/// Milliseconds from 1970 to 2000, where the server's instants begin.
const EPOCH_MILLISECONDS: i64 = 946_684_800_000;
/// Days from 1970 to 2000, where the server's dates begin.
const EPOCH_DAYS: i64 = 10_957;

/// A database on a server, and how to reach it.
#[derive(Clone)]
pub struct Server {
    config: Box<Config>,
    tls: MakeRustlsConnect,
    driver: Arc<Driver>,
}

/// The thread that moves bytes between sessions and their server. Whoever asks waits for the answer, in
/// plain synchronous code (law 4).
struct Driver(Option<Runtime>);

impl Driver {
    fn start() -> Result<Driver> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("assent-database")
            .enable_all()
            .build()?;
        Ok(Driver(Some(runtime)))
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            // Sessions end with their sockets; there is nothing to wait for.
            runtime.shutdown_background();
        }
    }
}

impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The configuration may hold a password.
        f.debug_struct("Server").field("database", &self.config.get_dbname()).finish_non_exhaustive()
    }
}

impl Server {
    /// Reads `postgres://user:password@host/database?sslmode=require`. Certificates are checked against
    /// the public authorities, or those in the file `authority` (PEM) alone.
    ///
    /// # Errors
    /// `Invalid` naming what is wrong, never the URL, which may hold a password.
    pub fn new(url: &str, authority: Option<&Path>) -> Result<Server> {
        let wrong = "is not the URL of a database; write it as postgres://user@host/database";
        let mut config = Config::from_str(url).map_err(|_| Error::invalid("store.database", wrong))?;
        if config.get_dbname().is_none() {
            return Err(Error::invalid(
                "store.database",
                "names no database; write it as postgres://user@host/database",
            ));
        }
        if config.get_application_name().is_none() {
            config.application_name("assent");
        }
        config.connect_timeout(std::time::Duration::from_secs(10));
        let mut roots = RootCertStore::empty();
        match authority {
            None => roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned()),
            Some(file) => {
                let unread =
                    || Error::invalid("store.authority", format!("{} holds no certificate (PEM)", file.display()));
                for certificate in CertificateDer::pem_file_iter(file).map_err(|_| unread())? {
                    roots.add(certificate.map_err(|_| unread())?).map_err(|_| unread())?;
                }
                if roots.is_empty() {
                    return Err(unread());
                }
            }
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|_| Error::bug("the cryptography has no protocol version"))?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Server { config: Box::new(config), tls: MakeRustlsConnect::new(tls), driver: Arc::new(Driver::start()?) })
    }

    /// The name of the database.
    pub fn database(&self) -> &str {
        self.config.get_dbname().unwrap_or_default()
    }

    /// The database of another name on the same server.
    #[must_use]
    pub fn beside(&self, database: &str) -> Server {
        let mut config = self.config.clone();
        config.dbname(database);
        Server { config, tls: self.tls.clone(), driver: Arc::clone(&self.driver) }
    }

    /// Whether the database holds a store.
    ///
    /// # Errors
    /// `Unavailable` when the server cannot be reached.
    pub fn has_store(&self) -> Result<bool> {
        let table = self.connect()?.rows("SELECT 1 WHERE to_regclass('assent_sequence') IS NOT NULL", &[])?;
        Ok(!table.is_empty())
    }

    /// Makes the database where it is not there yet; `from` is a database that is there.
    ///
    /// # Errors
    /// `Unavailable` with the command for whoever may make it.
    pub fn ensure(&self, from: &Server) -> Result<()> {
        match self.client()? {
            Ok(_) => return Ok(()),
            Err(error) if error.code() == Some(&SqlState::UNDEFINED_DATABASE) => {}
            Err(error) => return Err(self.unreachable(&error)),
        }
        let name = self.database().replace('"', "\"\"");
        let client = from.client()?.map_err(|error| from.unreachable(&error))?;
        let sql = format!(r#"CREATE DATABASE "{name}" TEMPLATE template0 ENCODING 'UTF8'"#);
        match block_on(client.batch_execute(&sql)) {
            // Another node may have been faster.
            Ok(()) => Ok(()),
            Err(error) if error.code() == Some(&SqlState::DUPLICATE_DATABASE) => Ok(()),
            Err(_) => Err(Error::unavailable(format!(
                r#"there is no database "{name}", and this account may not make it; let its administrator run: CREATE DATABASE "{name}" ENCODING 'UTF8'"#
            ))),
        }
    }

    /// Opens a session.
    ///
    /// # Errors
    /// `Unavailable` saying what the server said, without secrets.
    pub(crate) fn connect(&self) -> Result<Box<Session>> {
        Ok(Box::new(Session {
            inner: RefCell::new(self.inner()?),
            server: self.clone(),
            open: Cell::default(),
            failed: Cell::default(),
        }))
    }

    /// Opens a session; the inner error is what the server said.
    fn client(&self) -> Result<std::result::Result<Client, Answer>> {
        let (config, tls) = (self.config.clone(), self.tls.clone());
        let connecting = async move {
            let (client, connection) = config.connect(tls).await?;
            // Its failures come to whoever asks the client next.
            tokio::spawn(connection);
            Ok(client)
        };
        let driver = self.driver.0.as_ref().ok_or_else(lost)?;
        block_on(driver.spawn(connecting)).map_err(|_| lost())
    }

    fn inner(&self) -> Result<Inner> {
        let client = self.client()?.map_err(|error| self.unreachable(&error))?;
        // A node that hangs in a transaction must not hold up the others for ever.
        block_on(client.batch_execute(
            "SET idle_in_transaction_session_timeout = '60s'; SET client_min_messages = warning; \
             SET TimeZone = 'UTC'; SET jit = off",
        ))?;
        Ok(Inner { client, statements: HashMap::new() })
    }

    fn unreachable(&self, error: &Answer) -> Error {
        let why = match error.code() {
            Some(&SqlState::INVALID_PASSWORD | &SqlState::INVALID_AUTHORIZATION_SPECIFICATION) => {
                "the server refuses this account".to_owned()
            }
            Some(&SqlState::UNDEFINED_DATABASE) => "there is no such database".to_owned(),
            Some(&SqlState::TOO_MANY_CONNECTIONS) => "the server has no connection left".to_owned(),
            Some(code) => format!("the server answers {}", code.code()),
            None => "the server cannot be reached, or its certificate is not trusted".to_owned(),
        };
        Error::unavailable(format!("the database {} cannot be opened: {why}", self.database()))
    }
}

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
    fn with<T>(&self, f: impl FnOnce(&mut Inner) -> std::result::Result<T, Error>) -> Result<T> {
        let mut inner = self.inner.try_borrow_mut().map_err(|_| Error::bug("a session was asked while it answers"))?;
        if inner.client.is_closed() {
            if self.open.get() {
                return Err(lost());
            }
            *inner = self.server.inner()?;
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
        let all = ask().or_else(|error| if self.is_closed() { ask() } else { Err(error) })?;
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

fn lost() -> Error {
    Error::unavailable("the connection to the database was lost; what was not acknowledged may be tried again")
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

fn parameters<'c>(cells: &'c [CellRef<'c>]) -> impl ExactSizeIterator<Item = Parameter<'c>> {
    cells.iter().map(|it| Parameter(*it))
}

/// A cell on its way to the server, which says what type it expects.
#[derive(Debug)]
struct Parameter<'c>(CellRef<'c>);

type Failure = Box<dyn std::error::Error + Sync + Send>;

impl ToSql for Parameter<'_> {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> std::result::Result<IsNull, Failure> {
        let text = |bytes: &[u8]| std::str::from_utf8(bytes).map(str::to_owned);
        match (self.0, ty) {
            (CellRef::Null, _) => return Ok(IsNull::Yes),
            (CellRef::Integer(it), &Type::INT8) => out.extend_from_slice(&it.to_be_bytes()),
            (CellRef::Integer(it), &Type::INT4) => out.extend_from_slice(&i32::try_from(it)?.to_be_bytes()),
            (CellRef::Integer(it), &Type::BOOL) => out.extend_from_slice(&[u8::from(it != 0)]),
            (CellRef::Integer(it), &Type::TIMESTAMPTZ) => {
                let since = it.checked_sub(EPOCH_MILLISECONDS).and_then(|it| it.checked_mul(1_000));
                out.extend_from_slice(&since.ok_or("an instant out of range")?.to_be_bytes());
            }
            (CellRef::Integer(it), &Type::DATE) => {
                out.extend_from_slice(&i32::try_from(it - EPOCH_DAYS)?.to_be_bytes());
            }
            #[expect(clippy::cast_precision_loss, reason = "a number that is compared with a floating one")]
            (CellRef::Integer(it), &Type::FLOAT8) => out.extend_from_slice(&(it as f64).to_be_bytes()),
            (CellRef::Integer(it), _) => out.extend_from_slice(it.to_string().as_bytes()),
            (CellRef::Real(it), &Type::FLOAT8) => out.extend_from_slice(&it.to_be_bytes()),
            (CellRef::Real(it), _) => out.extend_from_slice(it.to_string().as_bytes()),
            (CellRef::Text(it), &Type::DATE) => {
                let days = i32::try_from(days(text(it)?.parse()?) - EPOCH_DAYS)?;
                out.extend_from_slice(&days.to_be_bytes());
            }
            (CellRef::Text(it) | CellRef::Blob(it), _) => out.extend_from_slice(it),
        }
        Ok(IsNull::No)
    }
    fn accepts(_: &Type) -> bool {
        true
    }
    to_sql_checked!();
}

/// A cell on its way from the server, borrowed from the row.
struct Raw<'r>(CellRef<'r>);

impl<'r> FromSql<'r> for Raw<'r> {
    fn from_sql(ty: &Type, raw: &'r [u8]) -> std::result::Result<Self, Failure> {
        Ok(Raw(match *ty {
            Type::INT8 => CellRef::Integer(i64::from_be_bytes(raw.try_into()?)),
            Type::INT4 => CellRef::Integer(i32::from_be_bytes(raw.try_into()?).into()),
            Type::BOOL => CellRef::Integer(i64::from(raw != [0])),
            Type::TIMESTAMPTZ => {
                CellRef::Integer(i64::from_be_bytes(raw.try_into()?).div_euclid(1_000) + EPOCH_MILLISECONDS)
            }
            Type::DATE => CellRef::Integer(i64::from(i32::from_be_bytes(raw.try_into()?)) + EPOCH_DAYS),
            Type::FLOAT8 => CellRef::Real(f64::from_be_bytes(raw.try_into()?)),
            Type::BYTEA | Type::UUID => CellRef::Blob(raw),
            Type::NUMERIC => return Err("a number of a type that is not read here".into()),
            _ => CellRef::Text(raw),
        }))
    }
    fn from_sql_null(_: &Type) -> std::result::Result<Self, Failure> {
        Ok(Raw(CellRef::Null))
    }
    fn accepts(_: &Type) -> bool {
        true
    }
}

/// A cell of a row.
pub(crate) fn cell(row: &tokio_postgres::Row, at: usize) -> Result<CellRef<'_>> {
    Ok(row.try_get::<_, Raw<'_>>(at)?.0)
}

/// Days since 1970.
fn days(date: Date) -> i64 {
    date.since(Date::constant(1970, 1, 1)).map_or(0, |it| i64::from(it.get_days()))
}

impl From<Answer> for Error {
    fn from(error: Answer) -> Self {
        if error.is_closed() {
            return lost();
        }
        // The server's own text may quote a value, so only its code leaves the kernel.
        match error.code() {
            Some(&SqlState::UNIQUE_VIOLATION) => {
                Error::new(Kind::Conflict, "duplicate", "", "A record with matching key values already exists.")
            }
            Some(&SqlState::CHARACTER_NOT_IN_REPERTOIRE | &SqlState::UNTRANSLATABLE_CHARACTER) => {
                Error::invalid("text", "holds a zero character, which the database does not take")
            }
            Some(&SqlState::DISK_FULL) => Error::unavailable("the disk of the store is full"),
            Some(
                &SqlState::T_R_SERIALIZATION_FAILURE | &SqlState::T_R_DEADLOCK_DETECTED | &SqlState::LOCK_NOT_AVAILABLE,
            ) => Error::unavailable("the store is busy"),
            Some(&SqlState::ADMIN_SHUTDOWN | &SqlState::CRASH_SHUTDOWN | &SqlState::CANNOT_CONNECT_NOW) => lost(),
            Some(code) => Error::bug(format!("the store answered {}", code.code())),
            None => Error::bug("the store failed"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Date, days, numbered};

    #[test]
    fn places_are_numbered_outside_of_texts() {
        let sql = r#"SELECT '?1', "a?" FROM t WHERE a = ?1 AND b = ?12"#;
        assert_eq!(numbered(sql), r#"SELECT '?1', "a?" FROM t WHERE a = $1 AND b = $12"#);
    }

    #[test]
    fn days_are_counted_from_1970() {
        for (date, expected) in
            [("1970-01-01", 0), ("2000-01-01", 10_957), ("1969-12-31", -1), ("0001-01-01", -719_162)]
        {
            assert_eq!(days(date.parse::<Date>().unwrap()), expected, "{date}");
        }
    }
}

//! A database on a server, and how to reach it.
//!
//! *Not* a second write path: the same closures run there (law 4). One node writes at a time; it holds a
//! row of `assent_sequence` from the first to the last statement of its transaction, so the audit chain,
//! the versions and the events have one order that every node sees. Invariant: no error
//! text quotes a secret of the URL or a value of a row.

mod cell;
mod session;

use std::{path::Path, str::FromStr, sync::Arc};

use futures_executor::block_on;
use rustls::{ClientConfig, RootCertStore, pki_types::CertificateDer, pki_types::pem::PemObject};
use tokio::runtime::Runtime;
use tokio_postgres::{Client, Config, Error as Answer, config::Host, error::SqlState};
use tokio_postgres_rustls::MakeRustlsConnect;

pub(crate) use self::{cell::cell, session::Session};
use crate::{Error, Kind, Result};

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

    /// Where it is, for telling two apart: hosts, ports and name, without a secret.
    pub fn place(&self) -> String {
        let hosts = self.config.get_hosts().iter().map(|it| match it {
            Host::Tcp(name) => name.clone(),
            Host::Unix(path) => path.display().to_string(),
        });
        let addresses = self.config.get_hostaddrs().iter().map(ToString::to_string);
        let ports = self.config.get_ports().iter().map(u16::to_string);
        let hosts = hosts.chain(addresses).collect::<Vec<_>>().join(",");
        let ports = ports.filter(|it| it != "5432").collect::<Vec<_>>().join(",");
        let port = if ports.is_empty() { ports } else { format!(":{ports}") };
        format!("{hosts}{port}/{}", self.database())
    }

    /// The database of another name on the same server.
    #[must_use]
    pub fn beside(&self, database: &str) -> Server {
        let mut config = self.config.clone();
        config.dbname(database);
        Server { config, tls: self.tls.clone(), driver: Arc::clone(&self.driver) }
    }

    /// Whether the database is there.
    ///
    /// # Errors
    /// `Unavailable` when the server cannot be reached.
    pub(crate) fn is_there(&self) -> Result<bool> {
        match self.client()? {
            Ok(_) => Ok(true),
            Err(error) if error.code() == Some(&SqlState::UNDEFINED_DATABASE) => Ok(false),
            Err(error) => Err(self.unreachable(&error)),
        }
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
        if self.is_there()? {
            return Ok(());
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
        Ok(Box::new(Session::on(self.clone(), self.ready()?)))
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

    /// A connection that is set up as every session is.
    fn ready(&self) -> Result<Client> {
        let client = self.client()?.map_err(|error| self.unreachable(&error))?;
        // A node that hangs in a transaction must not hold up the others for ever.
        block_on(client.batch_execute(
            "SET idle_in_transaction_session_timeout = '60s'; SET client_min_messages = warning; \
             SET TimeZone = 'UTC'; SET jit = off",
        ))?;
        Ok(client)
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

fn lost() -> Error {
    Error::unavailable("the connection to the database was lost; what was not acknowledged may be tried again")
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

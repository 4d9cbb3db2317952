//! Stores for tests.
//!
//! *Not* in a release. Invariant: each store is empty and nobody else's; where `ASSENT_TEST_POSTGRES` names
//! a database on a server, it lies there, in schemas of its own, so that one suite tests both databases. Where
//! `ASSENT_TEST_DISTRIBUTED` is set as well, it has the distributed layout, over stand-ins for the functions of Citus.

use super::{Db, Sources, connection::cells, distributed, postgres::Server};
use crate::{Context, Error, Registry, Result};

#[expect(clippy::disallowed_methods, reason = "tests have no configuration file")]
fn server() -> Option<String> {
    std::env::var("ASSENT_TEST_POSTGRES").ok().filter(|it| !it.is_empty())
}

#[expect(clippy::disallowed_methods, reason = "tests have no configuration file")]
fn is_distributed() -> bool {
    std::env::var("ASSENT_TEST_DISTRIBUTED").is_ok_and(|it| !it.is_empty())
}

impl Db {
    /// An empty store.
    ///
    /// # Errors
    /// Those of opening it.
    pub fn for_test(sources: Sources, registry: Registry, cx: &Context) -> Result<Db> {
        let Some(url) = server() else {
            return Db::in_memory(sources, registry, cx);
        };
        let [records, vault] = schemas(&url)?;
        if is_distributed() {
            stand_in(&records)?;
            distributed::begin(&records)?;
        }
        Db::open_server(&records, &vault, 4, sources, registry, cx)
    }
}

/// Places for one new store on the server that tests have, for its records and its vault; none where they
/// have no server. Each `Db::open_server` on them is a node.
///
/// # Errors
/// Those of making them.
pub fn places() -> Result<Option<[Server; 2]>> {
    server().map(|url| schemas(&url)).transpose()
}

/// Ends every session with the place, as a server does that is started again.
///
/// # Errors
/// Those of the server.
pub fn cut(place: &Server) -> Result<()> {
    let sql = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
               WHERE application_name = current_setting('application_name') AND pid <> pg_backend_pid()";
    place.connect()?.batch(sql)
}

/// Puts functions with the names and signatures of those of Citus into the place. They spread nothing and refuse what
/// Citus refuses.
///
/// # Errors
/// Those of the server.
pub fn stand_in(place: &Server) -> Result<()> {
    run(place, include_str!("testing/citus.sql"))
}

/// Runs statements on the place.
///
/// # Errors
/// Those of the server.
pub fn run(place: &Server, sql: &str) -> Result<()> {
    place.connect()?.batch(sql)
}

/// The first column of an answer, as texts, for what a store does not tell of itself.
///
/// # Errors
/// Those of the server.
pub fn ask(place: &Server, sql: &str) -> Result<Vec<String>> {
    let connection = super::connection::Connection::Postgres(place.connect()?);
    let sql = format!("SELECT CAST(found.it AS text) FROM ({sql}) AS found(it)");
    connection.rows(&sql, cells![], |row| row.get(0))
}

fn schemas(url: &str) -> Result<[Server; 2]> {
    let mut bytes = [0u8; 12];
    getrandom(&mut bytes)?;
    let name = super::vault::hex(&bytes);
    let place = |schema: String| -> Result<Server> {
        Server::new(url, None)?.connect()?.batch(&format!("CREATE SCHEMA {schema}"))?;
        let mark = if url.contains('?') { '&' } else { '?' };
        let options = format!("options=-csearch_path%3D{schema},public&application_name={schema}");
        Server::new(&format!("{url}{mark}{options}"), None)
    };
    Ok([place(format!("t{name}"))?, place(format!("t{name}_vault"))?])
}

#[expect(clippy::disallowed_methods, reason = "the clock and randomness of a test repeat; its store must not")]
fn getrandom(bytes: &mut [u8]) -> Result<()> {
    ::getrandom::fill(bytes).map_err(|_| Error::bug("there is no randomness"))
}

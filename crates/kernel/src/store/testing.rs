//! Stores for tests.
//!
//! *Not* in a release. Invariant: each store is empty and nobody else's; where `ASSENT_TEST_POSTGRES` names
//! a database on a server, it lies there, in schemas of its own, so that one suite tests both databases.

use std::path::Path;

use super::{Db, Sources, postgres::Server};
use crate::{Context, Error, Registry, Result, blob};

#[expect(clippy::disallowed_methods, reason = "tests have no configuration file")]
fn server() -> Option<String> {
    std::env::var("ASSENT_TEST_POSTGRES").ok().filter(|it| !it.is_empty())
}

impl Db {
    /// Whether stores for tests lie on a server.
    pub fn tests_use_a_server() -> bool {
        server().is_some()
    }

    /// An empty store.
    ///
    /// # Errors
    /// Those of opening it.
    pub fn for_test(sources: Sources, registry: Registry, cx: &Context) -> Result<Db> {
        let Some(url) = server() else {
            return Db::in_memory(sources, registry, cx);
        };
        let mut bytes = [0u8; 12];
        getrandom(&mut bytes)?;
        Db::in_schema(&url, &super::vault::hex(&bytes), sources, registry, cx)
    }

    /// The store of a folder, which may be opened again.
    ///
    /// # Errors
    /// Those of opening it.
    pub fn for_test_in(folder: &Path, sources: Sources, registry: Registry, cx: &Context) -> Result<Db> {
        let Some(url) = server() else {
            return Db::open(folder, sources, registry, cx);
        };
        let name = blob::sha256(folder.to_string_lossy().as_bytes());
        Db::in_schema(&url, name.get(..24).unwrap_or_default(), sources, registry, cx)
    }

    fn in_schema(url: &str, name: &str, sources: Sources, registry: Registry, cx: &Context) -> Result<Db> {
        let place = |schema: &str| -> Result<Server> {
            Server::new(url, None)?
                .connect()?
                .batch(&format!("CREATE EXTENSION IF NOT EXISTS citext; CREATE SCHEMA IF NOT EXISTS {schema}"))?;
            let mark = if url.contains('?') { '&' } else { '?' };
            Server::new(&format!("{url}{mark}options=-csearch_path%3D{schema},public"), None)
        };
        Db::open_server(&place(&format!("t{name}"))?, &place(&format!("t{name}_vault"))?, 4, sources, registry, cx)
    }
}

#[expect(clippy::disallowed_methods, reason = "the clock and randomness of a test repeat; its store must not")]
fn getrandom(bytes: &mut [u8]) -> Result<()> {
    ::getrandom::fill(bytes).map_err(|_| Error::bug("there is no randomness"))
}

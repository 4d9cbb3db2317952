//! Where records are kept: the database, embedded or on a server, the vault beside it, and the closures
//! that run on them.
//!
//! *Not* a query language (`query`) and not the write path (`pipeline`). Invariant (law 4): all
//! below runs synchronously inside `read` or `write`; one thread writes, on a server one of all nodes at
//! a time, and what `write` returned is on disk.

pub mod backup;
pub(crate) mod codec;
pub(crate) mod connection;
pub mod copy;
pub mod ddl;
pub mod dialect;
pub mod distributed;
mod migrate;
pub(crate) mod order;
pub mod postgres;
mod readers;
pub mod sqlite;
pub(crate) mod statements;
#[cfg(feature = "testing")]
pub mod testing;
pub mod vault;
mod writer;

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, mpsc},
};

use crate::{
    Context, Error, Registry, Result, Rx, Tx, audit,
    metadata::Model,
    store::{
        connection::{Connection, Sequences, cells},
        postgres::Server,
        readers::{Readers, Source},
        vault::Vault,
    },
};

/// The texts that a model is made of: entity files, their words in further languages, and the solutions that can be
/// switched on.
#[derive(Debug, Clone, Copy)]
pub struct Sources {
    /// File name and text of each entity file.
    pub entities: &'static [(&'static str, &'static str)],
    /// File name, which is the language's tag, and text of the words in each language but English.
    pub labels: &'static [(&'static str, &'static str)],
    /// Name and text of each solution that is off until enabled.
    pub solutions: &'static [(&'static str, &'static str)],
}

/// What the reader threads and the writer thread share.
pub(crate) struct Shared {
    pub(crate) model: RwLock<Arc<Model>>,
    pub(crate) vault: Mutex<Vault>,
    pub(crate) sources: Sources,
    pub(crate) registry: Registry,
    /// The numbers that were last seen; those of other nodes show in them.
    pub(crate) seen: Mutex<Sequences>,
}

impl Shared {
    /// Takes over what other nodes did: metadata that they changed, keys that they destroyed.
    pub(crate) fn follow(&self, connection: &Connection, now: Sequences) -> Result<()> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if now.erased > seen.erased {
            self.vault().let_go();
            seen.erased = now.erased;
        }
        if now.model > seen.model {
            let model = load_model(connection, self.sources)?;
            let model = Arc::new(audit::switches::applied(connection, model)?);
            *self.model.write().unwrap_or_else(PoisonError::into_inner) = model;
            seen.model = now.model;
        }
        Ok(())
    }
    pub(crate) fn model(&self) -> Arc<Model> {
        Arc::clone(&self.model.read().unwrap_or_else(PoisonError::into_inner))
    }
    pub(crate) fn vault(&self) -> MutexGuard<'_, Vault> {
        self.vault.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A store that is open. Cloning gives another handle to the same store.
#[derive(Clone)]
pub struct Db {
    pub(crate) shared: Arc<Shared>,
    readers: Arc<Readers>,
    writing: Arc<Mutex<Connection>>,
    work: mpsc::Sender<writer::Work>,
    folder: Option<PathBuf>,
}

impl Db {
    /// Opens the store in a folder, making it when it is not there.
    ///
    /// # Errors
    /// `Unavailable` when the folder cannot be written or another process holds the store,
    /// `Invalid` when the metadata has mistakes.
    pub fn open(folder: &Path, sources: Sources, registry: Registry, cx: &Context) -> Result<Db> {
        std::fs::create_dir_all(folder).map_err(|error| {
            Error::unavailable(format!("the folder {} cannot be made: {}", folder.display(), error.kind()))
        })?;
        let vault = Vault::open(Some(&folder.join("vault.db")), cx)?;
        let file = folder.join("assent.db");
        let connection = Connection::Sqlite(sqlite::open(Some(&file))?);
        let readers = Readers::pool(Source::File(file), usize::MAX);
        Self::start(connection, Some(readers), vault, Some(folder), sources, registry, cx)
    }

    /// Opens the store in a database on a server, which other nodes may have open too, making its tables
    /// where they are missing. `vault` is a database of its own, so that no backup of the records holds
    /// the keys (law 8); `readers` bounds the sessions that read.
    ///
    /// # Errors
    /// `Unavailable` when a database cannot be reached or made, `Invalid` when the metadata has mistakes.
    pub fn open_server(
        records: &Server,
        vault: &Server,
        readers: usize,
        sources: Sources,
        registry: Registry,
        cx: &Context,
    ) -> Result<Db> {
        let vault = Vault::open_server(vault, cx)?;
        let connection = Connection::Postgres(records.connect()?);
        let readers = Readers::pool(Source::Server(records.clone()), readers.max(1));
        Self::start(connection, Some(readers), vault, None, sources, registry, cx)
    }

    /// Opens an empty store in memory, for tests.
    ///
    /// # Errors
    /// `Invalid` when the metadata has mistakes.
    pub fn in_memory(sources: Sources, registry: Registry, cx: &Context) -> Result<Db> {
        let connection = Connection::Sqlite(sqlite::open(None)?);
        Self::start(connection, None, Vault::open(None, cx)?, None, sources, registry, cx)
    }

    fn start(
        connection: Connection,
        readers: Option<Readers>,
        vault: Vault,
        folder: Option<&Path>,
        sources: Sources,
        registry: Registry,
        cx: &Context,
    ) -> Result<Db> {
        let model = Arc::new(prepare(&connection, sources)?);
        let shared = Arc::new(Shared {
            model: RwLock::new(model),
            vault: Mutex::new(vault),
            sources,
            registry,
            seen: Mutex::default(),
        });
        let connection = Arc::new(Mutex::new(connection));
        let readers = readers.unwrap_or_else(|| Readers::Shared(Arc::clone(&connection)));
        let work = writer::start(Arc::clone(&shared), Arc::clone(&connection))?;
        let db =
            Db { shared, readers: Arc::new(readers), writing: connection, work, folder: folder.map(Path::to_owned) };
        db.write(&cx.as_system("start"), |tx| tx.ensure_built_in_rows())?;
        Ok(db)
    }

    /// Runs `f` on a snapshot.
    ///
    /// # Errors
    /// Those of `f`, and `Unavailable` when no reader can be opened.
    ///
    /// # Panics
    /// Never; but calling it from inside `write` would wait for ever on a store in memory.
    pub fn read<T>(&self, cx: &Context, f: impl FnOnce(&Rx<'_>) -> Result<T>) -> Result<T> {
        self.readers.with(|connection, nodes| {
            if let Some(nodes) = nodes {
                self.shared.follow(connection, nodes)?;
            }
            f(&Rx::new(connection, &self.shared, self.shared.model(), cx.clone()))
        })
    }

    /// Runs `f` in a transaction of its own and returns when its effects are durable. `f` may run
    /// again after a serialization failure, so its effects are its writes.
    ///
    /// # Errors
    /// Those of `f`; nothing of a failed `f` remains.
    pub fn write<T: Send + 'static>(
        &self,
        cx: &Context,
        f: impl Fn(&mut Tx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (answer, result) = mpsc::sync_channel(1);
        self.write_then(cx, f, move |it| {
            // A caller that went away needs no answer.
            let _gone = answer.send(it);
        });
        result.recv().unwrap_or_else(|_| Err(Error::unavailable("the store is closing")))
    }

    /// As [`Db::write`], without waiting: `done` is called on the writer's thread once the effects
    /// are durable or have failed. For callers at the asynchronous edge.
    pub fn write_then<T: Send + 'static>(
        &self,
        cx: &Context,
        f: impl Fn(&mut Tx<'_>) -> Result<T> + Send + 'static,
        done: impl FnOnce(Result<T>) + Send + 'static,
    ) {
        let work = writer::Work::new(cx.clone(), f, done);
        if let Err(mpsc::SendError(work)) = self.work.send(work) {
            work.refuse(Error::unavailable("the store is closing"));
        }
    }

    /// The metadata in force.
    pub fn model(&self) -> Arc<Model> {
        self.shared.model()
    }
    /// The folder of the store; none when it is in memory or on a server.
    pub fn folder(&self) -> Option<&Path> {
        self.folder.as_deref()
    }
    /// The rules, jobs and consumers in force.
    pub fn registry(&self) -> &Registry {
        &self.shared.registry
    }
}

/// Brings the tables up to date with the program; answers with the metadata in force.
fn prepare(connection: &Connection, sources: Sources) -> Result<Model> {
    if copy::is_unfinished(connection)? {
        let text = "a copy into this store has not ended; run the same assent copy again, which goes on where it was";
        return Err(Error::unavailable(text));
    }
    // Two nodes that start at once must not both make the tables.
    let lock = connection.dialect().starting();
    if let Some((lock, _)) = lock {
        connection.execute(lock, cells![])?;
    }
    let model = migrate::run(connection).and_then(|()| load_model(connection, sources)).and_then(|model| {
        ddl::apply(connection, &model)?;
        audit::switches::applied(connection, model)
    });
    if let Some((_, unlock)) = lock {
        connection.execute(unlock, cells![])?;
    }
    model
}

pub(crate) fn load_model(connection: &Connection, sources: Sources) -> Result<Model> {
    let sql = "SELECT solution, text FROM assent_layer ORDER BY since, solution";
    let layers: Vec<(String, String)> = connection.rows(sql, cells![], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let off: Vec<&str> = sources
        .solutions
        .iter()
        .filter(|(name, _)| !layers.iter().any(|(it, _)| it == name))
        .map(|(_, text)| *text)
        .collect();
    let texts: Vec<String> = layers.into_iter().map(|(_, text)| text).collect();
    let mut model = Model::build(sources.entities, sources.labels, &texts, &off)?;
    distributed::settle(connection, &mut model)?;
    Ok(model)
}

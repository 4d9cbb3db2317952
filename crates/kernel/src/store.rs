//! Where records are kept: the embedded database, the vault beside it, and the closures that run on
//! them.
//!
//! *Not* a query language (`query`) and not the write path (`pipeline`). Invariant (law 4): all
//! below runs synchronously inside `read` or `write`; one thread writes, and what `write` returned
//! is on disk.

pub mod backup;
pub mod codec;
pub mod ddl;
pub mod migrate;
pub mod sqlite;
pub(crate) mod statements;
pub mod vault;
mod writer;

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, mpsc},
};

use rusqlite::Connection;

use crate::{
    Context, Error, Registry, Result, Rx, Tx,
    metadata::Model,
    store::{sqlite::Readers, vault::Vault},
};

/// The texts that a model is made of: entity files, and the solutions that can be switched on.
#[derive(Debug, Clone, Copy)]
pub struct Sources {
    /// File name and text of each entity file.
    pub entities: &'static [(&'static str, &'static str)],
    /// Name and text of each solution that is off until enabled.
    pub solutions: &'static [(&'static str, &'static str)],
}

/// What the reader threads and the writer thread share.
pub(crate) struct Shared {
    pub(crate) model: RwLock<Arc<Model>>,
    pub(crate) vault: Mutex<Vault>,
    pub(crate) sources: Sources,
    pub(crate) registry: Registry,
}

impl Shared {
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
        Self::start(Some(folder), vault, sources, registry, cx)
    }

    /// Opens an empty store in memory, for tests.
    ///
    /// # Errors
    /// `Invalid` when the metadata has mistakes.
    pub fn in_memory(sources: Sources, registry: Registry, cx: &Context) -> Result<Db> {
        Self::start(None, Vault::open(None, cx)?, sources, registry, cx)
    }

    fn start(folder: Option<&Path>, vault: Vault, sources: Sources, registry: Registry, cx: &Context) -> Result<Db> {
        let file = folder.map(|it| it.join("assent.db"));
        let connection = sqlite::open(file.as_deref())?;
        migrate::run(&connection)?;
        let model = Arc::new(load_model(&connection, sources)?);
        ddl::apply(&connection, &model)?;
        let shared = Arc::new(Shared { model: RwLock::new(model), vault: Mutex::new(vault), sources, registry });
        let (readers, connection) = match file {
            Some(file) => (Readers::on(file), Arc::new(Mutex::new(connection))),
            None => {
                let connection = Arc::new(Mutex::new(connection));
                (Readers::shared(Arc::clone(&connection)), connection)
            }
        };
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
        self.readers.with(|connection| f(&Rx::new(connection, &self.shared, self.shared.model(), cx.clone())))
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
    /// The folder of the store; none when it is in memory.
    pub fn folder(&self) -> Option<&Path> {
        self.folder.as_deref()
    }
    /// The rules, jobs and consumers in force.
    pub fn registry(&self) -> &Registry {
        &self.shared.registry
    }
}

pub(crate) fn load_model(connection: &Connection, sources: Sources) -> Result<Model> {
    let mut statement = connection.prepare("SELECT solution, text FROM assent_layer ORDER BY since, solution")?;
    let rows = statement.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?;
    let layers: Vec<(String, String)> = rows.collect::<Result<_, _>>()?;
    let off: Vec<&str> = sources
        .solutions
        .iter()
        .filter(|(name, _)| !layers.iter().any(|(it, _)| it == name))
        .map(|(_, text)| *text)
        .collect();
    let texts: Vec<String> = layers.into_iter().map(|(_, text)| text).collect();
    Model::build(sources.entities, &texts, &off)
}

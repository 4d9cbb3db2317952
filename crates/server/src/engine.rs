//! An open store with the circumstances of the one who opened it.
//!
//! *Not* the choice between opening and asking a server (`local`). Invariant: whoever holds an
//! `Engine` holds the store's lock, and no erasure is outstanding.

use std::{
    fs::{File, OpenOptions, TryLockError},
    io::{Seek, Write},
    path::{Path, PathBuf},
    sync::OnceLock,
};

use kernel::{Actor, Context, Db, Error, Kind, Result, Rx, SYSTEM_USER, access::ADMINISTRATOR};

use crate::{command::init, config::Config, registry, settings};

/// The exclusive right to the store in a folder. The operating system takes it back when the process
/// ends, however it ends.
#[derive(Debug)]
pub struct Lock {
    folder: PathBuf,
    _file: File,
}

impl Lock {
    /// Takes the lock; none when another process has it.
    ///
    /// # Errors
    /// `Unavailable` when the folder cannot be written.
    pub fn take(folder: &Path) -> Result<Option<Lock>> {
        let path = folder.join("assent.lock");
        let failed = |error: &std::io::Error| {
            Error::unavailable(format!("the lock {} cannot be taken: {}", path.display(), error.kind()))
        };
        let mut file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(&path)
            .map_err(|error| failed(&error))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok(None),
            Err(TryLockError::Error(error)) => return Err(failed(&error)),
        }
        // For people who look who has it; nothing depends on it.
        file.set_len(0)?;
        file.rewind()?;
        writeln!(file, "{}", std::process::id())?;
        Ok(Some(Lock { folder: folder.to_owned(), _file: file }))
    }
    /// The folder of the store.
    pub fn folder(&self) -> &Path {
        &self.folder
    }
}

/// An open store.
pub struct Engine {
    /// The store.
    pub db: Db,
    /// Who acts: the account that can open the folder is its administrator.
    pub cx: Context,
    /// The configuration in force.
    pub config: Config,
    /// What is served, once it is.
    pub site: OnceLock<web::App>,
    lock: Lock,
}

impl Engine {
    /// Opens the store, making it when it is not there, and carries out erasures that are
    /// outstanding.
    ///
    /// # Errors
    /// `Unavailable` when a file cannot be opened, `Invalid` when the metadata has mistakes.
    pub fn open(lock: Lock, config: Config) -> Result<Engine> {
        Engine::open_if(lock, config, |_| Ok(()))
    }

    /// As [`Engine::open`], where `check` finds nothing against it; it is asked before anything is
    /// written.
    ///
    /// # Errors
    /// Those of `check`.
    pub fn open_if(lock: Lock, config: Config, check: impl FnOnce(&Rx<'_>) -> Result<()>) -> Result<Engine> {
        let cx = command_line();
        let db = match config.store.servers()? {
            None => Db::open(lock.folder(), registry::SOURCES, registry::registry(), &cx)?,
            Some([records, vault]) => {
                let readers = config.store.readers;
                Db::open_server(&records, &vault, readers, registry::SOURCES, registry::registry(), &cx)?
            }
        };
        db.read(&cx, check)?;
        let repeated = privacy::erasure::replay(&db, &cx)?;
        if repeated > 0 {
            tracing::warn!(repeated, "erasures were carried out again on a restored store");
        }
        settings::apply(&db, &cx, &config)?;
        settings::defaults(&db, &cx, &config)?;
        Ok(Engine { db, cx, config, site: OnceLock::new(), lock })
    }
    /// The folder of the store.
    pub fn folder(&self) -> &Path {
        self.lock.folder()
    }
}

/// The circumstances of a command.
pub fn command_line() -> Context {
    Context::machine(Actor::user(SYSTEM_USER, ADMINISTRATOR)).because("command line")
}

/// Whether there is a store where the configuration says.
///
/// # Errors
/// `Unavailable` when a server cannot be reached.
pub fn is_store(config: &Config) -> Result<bool> {
    match config.store.servers()? {
        None => Ok(config.data.join("assent.db").exists()),
        Some([records, _]) => records.has_store(),
    }
}

/// Refuses a place without a store; on a server, a folder for what this node alone has is made.
///
/// # Errors
/// `NotFound` with the command that makes one.
pub fn require_store(config: &Config) -> Result<()> {
    if is_store(config)? {
        return if config.store.is_on_server() { init::make_folder(&config.data) } else { Ok(()) };
    }
    let folder = config.data.display();
    let text = match config.store.servers()? {
        None => format!("there is no store in {folder}; make one with: assent init --data {folder}"),
        Some([records, _]) => format!(
            "there is no store in the database {}; make one with: assent init --data {folder} --database URL",
            records.database()
        ),
    };
    Err(Error::new(Kind::NotFound, "no-store", "--data", text))
}

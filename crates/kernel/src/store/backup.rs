//! A copy of the store while it runs, and the way back.
//!
//! *Not* a copy of the vault's past: beside the backup lies a mirror of the vault that later
//! erasures keep up to date. Invariant: what `restore` puts in place comes up with every erasure of
//! the vault outstanding, so nobody is served before they are carried out again.

use std::{
    path::{Path, PathBuf},
    sync::PoisonError,
};

use super::{
    Db,
    connection::{Connection, cells},
    dialect::Dialect,
    sqlite,
    vault::Vault,
};
use crate::{Context, Error, Result, access, blob, subject};

/// A database up to this size, in bytes, is rewritten right after an erasure.
const REWRITTEN_AT_ONCE: u64 = 256 * 1024 * 1024;

/// The mirror of the vault that belongs to a backup file.
pub fn vault_beside(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".vault");
    PathBuf::from(name)
}

impl Db {
    /// Copies the store to a file while it is in use; returns the SHA-256 of the copy, which is also
    /// written beside it. `progress` is told pages done and pages in all.
    ///
    /// # Errors
    /// `Forbidden` without the privilege, `Conflict` when the file exists, `Unavailable` when it
    /// cannot be written.
    pub fn backup(&self, cx: &Context, file: &Path, progress: impl Fn(i32, i32)) -> Result<String> {
        self.read(cx, |rx| access::require(rx, "prvAssentBackup", "a backup"))?;
        if file.exists() {
            return Err(Error::conflict(file.display().to_string(), "this file exists; choose another name"));
        }
        if self.folder.is_none() {
            let text = "this store is in a database on a server; back that up with its own means, the vault's database apart \
                        from the records', or copy it into a folder with: assent copy";
            return Err(Error::invalid("backup", text));
        }
        let draft = file.with_extension("part");
        self.readers.with(|connection, _| {
            let connection = connection.sqlite()?;
            let mut target = rusqlite::Connection::open(&draft)
                .map_err(|_| Error::unavailable(format!("{} cannot be written", draft.display())))?;
            {
                // The first read takes the snapshot; without one, each step of the copy would see
                // what was written since and begin again, for ever under steady writing.
                connection.query_row("SELECT COUNT(*) FROM assent_sequence", [], |_| Ok(()))?;
                let copy = rusqlite::backup::Backup::new(connection, &mut target)?;
                loop {
                    let step = copy.step(2_000)?;
                    let at = copy.progress();
                    progress(at.pagecount - at.remaining, at.pagecount);
                    if step == rusqlite::backup::StepResult::Done {
                        break;
                    }
                }
            }
            target.pragma_update(None, "journal_mode", "DELETE")?;
            Ok(())
        })?;
        let digest = blob::sha256_of_file(&draft)?;
        std::fs::File::open(&draft)?.sync_all()?;
        // The backup gets its name last: where there is one, its vault is there and learns of erasures.
        self.shared.vault().mirror_to(&vault_beside(file))?;
        let mut note = file.as_os_str().to_owned();
        note.push(".sha256");
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        std::fs::write(note, format!("{digest}  {name}\n"))?;
        std::fs::rename(&draft, file)?;
        Ok(digest)
    }

    /// After an erasure: brings the mirrors of the vault up to date, and rewrites the database so that
    /// no page of it keeps what was deleted. That it is due was noted by `subject::carried_out`, in the
    /// transaction of the erasure, so a crash before this does not lose it. A small store is rewritten at once; a large one waits for
    /// [`Db::rewrite_if_due`], since writers wait as long as it takes. Answers with the mirrors that
    /// could not be reached.
    ///
    /// # Errors
    /// Those of the store.
    pub fn forget_traces(&self) -> Result<Vec<String>> {
        // The mirrors first: they matter most and need no long work.
        let missing = self.refresh_mirrors()?;
        self.shared.vault().rewrite()?;
        if self.size()? <= REWRITTEN_AT_ONCE {
            self.rewrite_if_due()?;
        }
        Ok(missing)
    }

    /// Rewrites the database where an erasure asked for it; tells whether it did.
    ///
    /// # Errors
    /// `Unavailable` when the disk has no room for the copy; then it stays due.
    pub fn rewrite_if_due(&self) -> Result<bool> {
        if !self.has_traces()? {
            return Ok(false);
        }
        let connection = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        match &*connection {
            Connection::Sqlite(connection) => {
                // Secure deletion overwrites what a row leaves behind, but not the copies that stay between
                // the rows of a page when the database moved rows to a neighbouring one.
                connection.pragma_update(None, "temp_store", "FILE")?;
                let rewritten = connection.execute_batch("VACUUM");
                connection.pragma_update(None, "temp_store", "MEMORY")?;
                rewritten?;
            }
            // A server leaves a deleted row where it was until it needs the place.
            Connection::Postgres(_) => {
                let sql = "SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = current_schema() ORDER BY 1";
                for table in connection.rows(sql, cells![], |row| row.get::<String>(0))? {
                    connection.batch(&format!("VACUUM FULL {table}"))?;
                }
            }
        }
        mark_traces(&connection, false)?;
        drop(connection);
        self.readers.checkpoint()?;
        Ok(true)
    }

    /// Whether the database waits to be rewritten after an erasure.
    ///
    /// # Errors
    /// Those of the store.
    pub fn has_traces(&self) -> Result<bool> {
        let connection = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        connection.exists("SELECT 1 FROM assent_sequence WHERE name = 'traces' AND value = 1", cells![])
    }

    /// How many bytes the records take on disk; 0 in memory.
    ///
    /// # Errors
    /// Those of the store.
    pub fn size(&self) -> Result<u64> {
        if let Some(folder) = &self.folder {
            return Ok(std::fs::metadata(folder.join("assent.db"))?.len());
        }
        self.readers.with(|connection, _| match connection.dialect() {
            Dialect::Sqlite => Ok(0),
            Dialect::Postgres => {
                let sql = "SELECT pg_database_size(current_database())";
                let size = connection.row(sql, cells![], |row| row.get::<i64>(0))?;
                Ok(size.and_then(|it| u64::try_from(it).ok()).unwrap_or_default())
            }
        })
    }

    /// Brings the mirrors of the vault up to date; answers with those that could not be reached.
    ///
    /// # Errors
    /// Those of the vault.
    pub fn refresh_mirrors(&self) -> Result<Vec<String>> {
        self.shared.vault().refresh_mirrors()
    }
}

/// Notes whether the database waits to be rewritten.
pub(crate) fn mark_traces(connection: &Connection, left: bool) -> Result<()> {
    let sql =
        "INSERT INTO assent_sequence (name, value) VALUES ('traces', ?1) ON CONFLICT (name) DO UPDATE SET value = ?1";
    connection.execute(sql, cells![i64::from(left)])?;
    Ok(())
}

/// Puts a backup in place of the store in `folder`, which must not be open. The vault of the folder
/// stays, and learns the erasures of the vault beside the backup; where the folder has none, the one
/// beside the backup is taken. Returns how many erasures are to be carried out again.
///
/// # Errors
/// `Invalid` when the file is not a whole backup, `Conflict` when the folder has a store and
/// `replace` is false.
pub fn restore(cx: &Context, file: &Path, folder: &Path, replace: bool) -> Result<usize> {
    let wrong = |what: &str| Error::invalid(file.display().to_string(), what);
    let digest = blob::sha256_of_file(file).map_err(|_| wrong("this file cannot be read"))?;
    if let Ok(note) = std::fs::read_to_string(format!("{}.sha256", file.display()))
        && note.split_whitespace().next() != Some(digest.as_str())
    {
        return Err(wrong("the file is not what its .sha256 says; it is damaged"));
    }
    let target = folder.join("assent.db");
    if target.exists() && !replace {
        return Err(Error::conflict(
            folder.display().to_string(),
            "there is a store here; say --replace to put the backup in its place",
        ));
    }
    std::fs::create_dir_all(folder)?;
    let draft = folder.join("assent.db.restoring");
    std::fs::copy(file, &draft)?;
    let whole: Result<String> = rusqlite::Connection::open(&draft).map_err(Error::from).and_then(|it| {
        // The indexes need the store's own text comparison.
        sqlite::prepare(&it)?;
        Ok(it.query_row("PRAGMA integrity_check", [], |row| row.get(0))?)
    });
    if whole.as_deref() != Ok("ok") {
        let _leftover = std::fs::remove_file(&draft);
        return Err(wrong(if whole.is_ok() { "the backup is damaged" } else { "this file is not a backup" }));
    }
    let (own, beside) = (folder.join("vault.db"), vault_beside(file));
    if own.exists() && beside.exists() {
        let mut vault = Vault::open(Some(&own), cx)?;
        let mirror = Vault::open(Some(&beside), cx)?;
        if vault.is_of_the_same_store(&mirror) {
            for erasure in mirror.erasures()? {
                vault.note(&erasure)?;
            }
            vault.commit()?;
        } else {
            // Another store's backup: its values open with its own vault only. The old one is kept.
            drop(vault);
            std::fs::rename(&own, folder.join("vault.db.before-restore"))?;
            std::fs::copy(&beside, &own)?;
        }
    } else if own.exists() {
        // The mirror was lost; the folder's own vault knows more than it anyway.
    } else if beside.exists() {
        std::fs::copy(&beside, &own)?;
    } else {
        return Err(Error::invalid(
            beside.display().to_string(),
            "neither this vault nor one in the folder exists; without it nobody can say who was erased since",
        ));
    }
    for leftover in ["assent.db-wal", "assent.db-shm"] {
        let path = folder.join(leftover);
        if path.exists() {
            std::fs::remove_file(path)?;
        }
    }
    std::fs::rename(&draft, &target)?;
    let connection = Connection::Sqlite(sqlite::open(Some(&target))?);
    let vault = Vault::open(Some(&own), cx)?;
    let mut outstanding = 0;
    for erasure in vault.erasures()? {
        let done = connection.exists("SELECT 1 FROM assent_erased WHERE subject = ?1", cells![erasure.subject])?;
        outstanding += usize::from(!done);
    }
    Ok(outstanding)
}

impl Db {
    /// Erasures of the vault that this store has not carried out. See [`subject::outstanding`].
    ///
    /// # Errors
    /// Those of the vault.
    pub fn outstanding_erasures(&self, cx: &Context) -> Result<Vec<super::vault::Erasure>> {
        self.read(cx, subject::outstanding)
    }
}

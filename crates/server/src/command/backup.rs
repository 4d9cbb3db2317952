//! `assent backup`: a copy of the store while it is in use.
//!
//! *Not* a copy of its folder: the file is one consistent moment. Invariant: beside the file lies the
//! mirror of the vault, which later erasures keep up to date, so keep the file within reach.

use std::{cell::RefCell, path::PathBuf};

use clap::Args;
use kernel::{Error, Result, store::backup::vault_beside};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    cli,
    engine::Engine,
    out::{Exit, Out},
};

/// Shown below `--help`.
pub const EXAMPLE: &str = "\
Writes FILE, FILE.sha256 and FILE.vault. The last holds the keys and who was erased since; it is
brought up to date by every erasure while it can be reached, so leave it where it is.

Example:
  assent backup /var/backups/assent-2026-11-22.db";

/// Where to.
#[derive(Debug, Clone, Args, Serialize, Deserialize)]
pub struct Backup {
    /// The file to write; it must not exist
    #[arg(value_parser = cli::path())]
    file: PathBuf,
}

/// Runs the command.
///
/// # Errors
/// `Conflict` when the file exists, `Unavailable` when it cannot be written.
pub fn run(engine: &Engine, backup: &Backup, out: &mut Out) -> Result<Exit> {
    let file = &backup.file;
    let folder = file.parent().filter(|it| it.is_dir());
    if folder.is_none() {
        return Err(Error::invalid(
            file.display().to_string(),
            "the folder of this file does not exist; make it first",
        ));
    }
    let shared = RefCell::new(&mut *out);
    let digest = engine.db.backup(&engine.cx, file, |done, of| {
        let (done, of) = (u64::try_from(done).unwrap_or_default(), u64::try_from(of).unwrap_or_default());
        // A copy is worth finishing also when nobody watches.
        let _unseen = shared.borrow_mut().progress("copying pages", done, of);
    })?;
    let bytes = std::fs::metadata(file)?.len();
    let vault = vault_beside(file);
    out.answer(
        &json!({ "file": file, "bytes": bytes, "sha256": digest, "vault": vault }),
        format!("{}: {bytes} bytes, SHA-256 {digest}\nvault: {}", file.display(), vault.display()),
    )?;
    Ok(Exit::Done)
}

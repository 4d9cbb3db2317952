//! Files in the store: bytes with a name and a digest, referred to by file columns.
//!
//! *Not* streamed yet; a blob is held in memory once. Invariant: a blob never changes.

use std::{fs::File, io::Read, path::Path};

use ring::digest;
use rusqlite::OptionalExtension;
use uuid::Uuid;

use crate::{Error, Kind, Result, Rx, Tx, store::vault::hex};

/// The largest blob, in bytes.
pub const LIMIT: usize = 32 * 1024 * 1024;

/// A stored file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blob {
    /// The file name.
    pub name: String,
    /// SHA-256 in hexadecimal.
    pub sha256: String,
    /// The bytes.
    pub data: Vec<u8>,
}

/// SHA-256 of the bytes, in hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    hex(digest::digest(&digest::SHA256, bytes).as_ref())
}

/// SHA-256 of a file of any size, in hexadecimal.
///
/// # Errors
/// Those of reading the file.
pub fn sha256_of_file(path: &Path) -> Result<String> {
    let mut file = File::open(path)?;
    let mut context = digest::Context::new(&digest::SHA256);
    let mut buffer = vec![0; 1 << 20];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(hex(context.finish().as_ref())),
            read => context.update(buffer.get(..read).unwrap_or_default()),
        }
    }
}

/// Keeps bytes; the answer is what a file column holds.
///
/// # Errors
/// `TooMany` above [`LIMIT`].
pub fn put(tx: &mut Tx<'_>, name: &str, data: &[u8]) -> Result<Uuid> {
    if data.len() > LIMIT {
        return Err(Error::new(Kind::TooMany, "too-large", name, format!("a file has at most {LIMIT} bytes")));
    }
    let id = tx.cx().new_id();
    tx.connection
        .prepare_cached("INSERT INTO assent_blob (id, sha256, name, size, data) VALUES (?1, ?2, ?3, ?4, ?5)")?
        .execute(rusqlite::params![
            id.as_bytes().as_slice(),
            sha256(data),
            name,
            i64::try_from(data.len()).unwrap_or(i64::MAX),
            data
        ])?;
    Ok(id)
}

/// The file behind a file column.
///
/// # Errors
/// `NotFound` when there is none.
pub fn get(rx: &Rx<'_>, id: Uuid) -> Result<Blob> {
    rx.connection
        .prepare_cached("SELECT name, sha256, data FROM assent_blob WHERE id = ?1")?
        .query_row([id.as_bytes().as_slice()], |row| {
            Ok(Blob { name: row.get(0)?, sha256: row.get(1)?, data: row.get(2)? })
        })
        .optional()?
        .ok_or_else(|| Error::not_found("file", id))
}

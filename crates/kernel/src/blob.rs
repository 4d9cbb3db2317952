//! Files in the store: bytes with a name and a digest, referred to by file columns.
//!
//! *Not* streamed yet; a blob is held in memory once. Invariant: a blob never changes, belongs to one
//! cell of one row, and goes with it: overwritten, cleared or its row deleted, no byte of it stays
//! (Art. 17 GDPR).

use std::{
    fs::File,
    io::{self, BufReader, Read, Write},
    path::Path,
};

use ring::digest;
use uuid::Uuid;

use crate::{
    Change, Error, Kind, Op, Result, Rx, Tx, Value,
    metadata::{ColumnType, Entity},
    store::{connection::cells, vault::hex},
};

pub use crate::store::vault::unhex;

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

/// What is known of a file without reading it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    /// The file name.
    pub name: String,
    /// SHA-256 in hexadecimal.
    pub sha256: String,
    /// How many bytes it has.
    pub size: usize,
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
    let mut file = BufReader::with_capacity(1 << 20, Digesting::new(File::open(path)?));
    io::copy(&mut file, &mut io::sink())?;
    Ok(file.into_inner().finish().0)
}

/// Passes bytes on, read or written, and keeps their digest and their number.
pub struct Digesting<T> {
    inner: T,
    context: digest::Context,
    length: u64,
}

impl<T> Digesting<T> {
    /// Before the first byte.
    pub fn new(inner: T) -> Self {
        Digesting { inner, context: digest::Context::new(&digest::SHA256), length: 0 }
    }
    /// SHA-256 in hexadecimal and the number of the bytes that passed.
    pub fn finish(self) -> (String, u64) {
        (hex(self.context.finish().as_ref()), self.length)
    }
    fn passed(&mut self, bytes: Option<&[u8]>) {
        let bytes = bytes.unwrap_or_default();
        self.context.update(bytes);
        self.length += bytes.len() as u64;
    }
}

impl<T: Read> Read for Digesting<T> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.passed(buffer.get(..count));
        Ok(count)
    }
}

impl<T: Write> Write for Digesting<T> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.inner.write(bytes)?;
        self.passed(bytes.get(..count));
        Ok(count)
    }
    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// Keeps bytes; the answer is what a file column holds. A column takes it in the same transaction and
/// once: a value copied from another row would open that row's file to readers of this one.
///
/// # Errors
/// `file-size` above [`LIMIT`].
pub fn put(tx: &mut Tx<'_>, name: &str, data: &[u8]) -> Result<Uuid> {
    if data.len() > LIMIT {
        return Err(Error::new(Kind::Invalid, "file-size", name, format!("a file has at most {LIMIT} bytes")));
    }
    let id = tx.cx().new_id();
    tx.connection.execute(
        "INSERT INTO assent_blob (id, sha256, name, size, data) VALUES (?1, ?2, ?3, ?4, ?5)",
        cells![id, sha256(data), name, i64::try_from(data.len()).unwrap_or(i64::MAX), data],
    )?;
    tx.unclaimed.insert(id);
    Ok(id)
}

/// Name, digest and size of the file behind a file column.
///
/// # Errors
/// `NotFound` when there is none.
pub fn about(rx: &Rx<'_>, id: Uuid) -> Result<About> {
    rx.connection
        .row("SELECT name, sha256, size FROM assent_blob WHERE id = ?1", cells![id], |row| {
            let size: i64 = row.get(2)?;
            Ok(About { name: row.get(0)?, sha256: row.get(1)?, size: usize::try_from(size).unwrap_or_default() })
        })?
        .ok_or_else(|| Error::not_found("file", id))
}

/// At most `length` bytes of the file, those from `from` on.
///
/// # Errors
/// `NotFound` when there is none.
pub fn range(rx: &Rx<'_>, id: Uuid, from: usize, length: usize) -> Result<Vec<u8>> {
    let number = |it: usize| i64::from(i32::try_from(it).unwrap_or(i32::MAX - 1));
    // SQL counts from one.
    let (from, length) = (number(from) + 1, number(length));
    let sql = "SELECT substr(data, ?2, ?3) FROM assent_blob WHERE id = ?1";
    // What is cut from nothing is null.
    let part = rx.connection.row(sql, cells![id, from, length], |row| row.get::<Option<Vec<u8>>>(0))?;
    part.map(Option::unwrap_or_default).ok_or_else(|| Error::not_found("file", id))
}

/// Removes what was put and no column took.
pub(crate) fn sweep(tx: &mut Tx<'_>) -> Result<()> {
    for id in std::mem::take(&mut tx.unclaimed) {
        remove(tx, id)?;
    }
    Ok(())
}

fn remove(tx: &Tx<'_>, id: Uuid) -> Result<()> {
    tx.connection.execute("DELETE FROM assent_blob WHERE id = ?1", cells![id])?;
    Ok(())
}

/// Gives new files to the cells that were written, and removes those that they held before.
pub(crate) fn settle(tx: &mut Tx<'_>, entity: &Entity, change: &Change) -> Result<()> {
    for column in entity.columns.values().filter(|it| it.kind == ColumnType::File) {
        let gone = change.op == Op::Delete;
        if !gone && !change.touches(&column.name) {
            continue;
        }
        if let Value::Guid(id) = change.old(&column.name) {
            remove(tx, *id)?;
        }
        if let Value::Guid(id) = change.values.get(&column.name)
            && !gone
        {
            let text = "takes a file that was uploaded to it; an identifier cannot be set or copied";
            if !tx.unclaimed.remove(id) || about(tx, *id).is_err() {
                return Err(Error::invalid(column.name.as_str(), text).with_code("wrong-type"));
            }
        }
    }
    Ok(())
}

/// The file behind a file column.
///
/// # Errors
/// `NotFound` when there is none.
pub fn get(rx: &Rx<'_>, id: Uuid) -> Result<Blob> {
    rx.connection
        .row("SELECT name, sha256, data FROM assent_blob WHERE id = ?1", cells![id], |row| {
            Ok(Blob { name: row.get(0)?, sha256: row.get(1)?, data: row.get(2)? })
        })?
        .ok_or_else(|| Error::not_found("file", id))
}

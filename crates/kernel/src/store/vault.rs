//! The vault: the key of each data subject, the keyed hashes of erased identifiers, and the signing
//! key of proofs, in a file of their own beside the store, or in a database of their own.
//!
//! *Not* part of a backup of the records: a backup holds ciphertext, the vault says what of it may
//! still be read. Each backup has a mirror of the vault beside it that is brought up to date at
//! every erasure, so that a record erased today cannot be read from a backup of last year.
//!
//! Invariant: an erasure is in the vault before the first row is deleted, and a destroyed key is
//! never made again. Values are sealed with AES-256-GCM; the 96-bit nonce is random, so one key may
//! seal 2^32 values (NIST SP 800-38D 8.3), which no data subject reaches.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::OnceLock,
};

use ring::{aead, hkdf, hmac, signature};
use zeroize::Zeroizing;

use super::{
    connection::{CellRef, Connection, cells},
    dialect::Dialect,
    postgres::Server,
};
use crate::{Context, Error, Result};

/// What a closure wants of the vault once it has succeeded.
#[derive(Debug, Clone)]
pub(crate) enum VaultAct {
    /// Note an erasure, and destroy the key of the data subject.
    Erase(Erasure),
}

/// An erasure as the vault remembers it: no personal data, only keyed hashes and record numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Erasure {
    /// The erased data subject: `entity:id`.
    pub subject: String,
    /// The request that it answers.
    pub request: String,
    /// When, in milliseconds since 1970.
    pub at: i64,
    /// Kind and keyed hash of each identifier.
    pub hashes: Vec<(String, String)>,
}

/// The open vault.
pub struct Vault {
    connection: Connection,
    file: Option<PathBuf>,
    master: Zeroizing<[u8; 32]>,
    keys: HashMap<String, Zeroizing<[u8; 32]>>,
    hashing: OnceLock<Zeroizing<[u8; 32]>>,
    wrapping: OnceLock<Zeroizing<[u8; 32]>>,
    open: bool,
}

const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS secret (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS subject_key (subject TEXT PRIMARY KEY, wrapped BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS erasure (subject TEXT PRIMARY KEY, request TEXT NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS erased_hash (hash TEXT NOT NULL, kind TEXT NOT NULL, subject TEXT NOT NULL, PRIMARY KEY (hash, kind, subject)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS mirror (path TEXT PRIMARY KEY) WITHOUT ROWID;
";

impl Vault {
    /// Opens the vault file, making it with a new master key when it is not there; in memory when
    /// there is no file.
    ///
    /// # Errors
    /// `Unavailable` when the file cannot be opened.
    pub fn open(file: Option<&Path>, cx: &Context) -> Result<Vault> {
        let connection = match file {
            Some(file) => rusqlite::Connection::open(file)
                .map_err(|_| Error::unavailable(format!("the vault {} cannot be opened", file.display())))?,
            None => rusqlite::Connection::open_in_memory()?,
        };
        // A rollback journal, overwritten with zeros: a destroyed key must not linger in a log.
        connection.pragma_update(None, "journal_mode", "TRUNCATE")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "secure_delete", "ON")?;
        if let Some(file) = file {
            restrict(file)?;
        }
        Vault::on(Connection::Sqlite(connection), file, cx)
    }

    /// Opens the vault in a database of its own on a server, making its tables and a new master key when
    /// they are not there.
    ///
    /// # Errors
    /// `Unavailable` when the server cannot be reached.
    pub(crate) fn open_server(server: &Server, cx: &Context) -> Result<Vault> {
        Vault::on(Connection::Postgres(server.connect()?), None, cx)
    }

    fn on(connection: Connection, file: Option<&Path>, cx: &Context) -> Result<Vault> {
        connection.batch(&connection.dialect().fixed(SCHEMA))?;
        let fresh = Zeroizing::new(cx.random_bytes::<32>());
        // Where two nodes come first at once, the key of one of them counts.
        connection.execute(
            "INSERT INTO secret (name, value) VALUES ('master', ?1) ON CONFLICT (name) DO NOTHING",
            cells![fresh.as_slice()],
        )?;
        let stored: Option<Vec<u8>> =
            connection.row("SELECT value FROM secret WHERE name = 'master'", cells![], |row| row.get(0))?;
        let master = stored.and_then(|it| <[u8; 32]>::try_from(it).ok());
        let master = master.ok_or_else(|| Error::bug("the master key has another length"))?;
        Ok(Vault {
            connection,
            file: file.map(Path::to_owned),
            master: Zeroizing::new(master),
            keys: HashMap::new(),
            hashing: OnceLock::new(),
            wrapping: OnceLock::new(),
            open: false,
        })
    }

    /// A key derived from the master key for one use, named by `info`.
    pub(crate) fn derive(&self, info: &str) -> Zeroizing<[u8; 32]> {
        let salt = hkdf::Salt::new(hkdf::HKDF_SHA256, b"assent");
        let mut out = Zeroizing::new([0u8; 32]);
        let info = [info.as_bytes()];
        // 32 bytes is within what HKDF-SHA256 can give, so neither step can fail.
        if let Ok(key) = salt.extract(self.master.as_slice()).expand(&info, hkdf::HKDF_SHA256) {
            let _filled = key.fill(out.as_mut_slice());
        }
        out
    }

    /// The key that the keys of data subjects are kept under; derived once, since each new person and
    /// each reader of a history needs it.
    fn wrapping(&self) -> &[u8; 32] {
        self.wrapping.get_or_init(|| self.derive("key-wrapping"))
    }

    /// The keyed hash of a normalised identifier: HMAC-SHA256, in hexadecimal.
    pub(crate) fn hash(&self, kind: &str, identifier: &str) -> String {
        let key = self.hashing.get_or_init(|| self.derive("erasure-ledger"));
        let key = hmac::Key::new(hmac::HMAC_SHA256, key.as_slice());
        hex(hmac::sign(&key, format!("{kind}\n{identifier}").as_bytes()).as_ref())
    }

    /// The key pair that signs proofs.
    pub(crate) fn signer(&self) -> Result<signature::Ed25519KeyPair> {
        signature::Ed25519KeyPair::from_seed_unchecked(self.derive("proof-signing").as_slice())
            .map_err(|_| Error::bug("the signing key cannot be made"))
    }

    /// The key of a data subject, made when it is new; none once it was erased.
    pub(crate) fn key(&mut self, subject: &str, cx: &Context) -> Result<Option<Zeroizing<[u8; 32]>>> {
        if let Some(key) = self.existing_key(subject)? {
            return Ok(Some(key));
        }
        if self.is_erased(subject)? {
            return Ok(None);
        }
        let key = Zeroizing::new(cx.random_bytes::<32>());
        let wrapped = seal(self.wrapping(), subject.as_bytes(), key.as_slice(), cx)?;
        self.begin()?;
        let sql = "INSERT INTO subject_key (subject, wrapped) VALUES (?1, ?2)";
        self.connection.execute(sql, cells![subject, wrapped])?;
        self.keys.insert(subject.to_owned(), key.clone());
        Ok(Some(key))
    }

    /// The key of a data subject, if there is one.
    pub(crate) fn existing_key(&mut self, subject: &str) -> Result<Option<Zeroizing<[u8; 32]>>> {
        if let Some(key) = self.keys.get(subject) {
            return Ok(Some(key.clone()));
        }
        let sql = "SELECT wrapped FROM subject_key WHERE subject = ?1";
        let wrapped: Option<Vec<u8>> = self.connection.row(sql, cells![subject], |row| row.get(0))?;
        let Some(wrapped) = wrapped else {
            return Ok(None);
        };
        let plain = Zeroizing::new(open(self.wrapping(), subject.as_bytes(), &wrapped)?);
        let key = <[u8; 32]>::try_from(plain.as_slice()).map_err(|_| Error::bug("a wrapped key has another length"))?;
        if self.keys.len() >= 100_000 {
            self.keys.clear();
        }
        self.keys.insert(subject.to_owned(), Zeroizing::new(key));
        Ok(Some(Zeroizing::new(key)))
    }

    pub(crate) fn is_erased(&self, subject: &str) -> Result<bool> {
        self.connection.exists("SELECT 1 FROM erasure WHERE subject = ?1", cells![subject])
    }

    /// Whether an identifier of that hash was erased.
    pub(crate) fn knows_hash(&self, kind: &str, hash: &str) -> Result<bool> {
        self.connection.exists("SELECT 1 FROM erased_hash WHERE hash = ?1 AND kind = ?2", cells![hash, kind])
    }

    /// Every erasure, oldest first.
    pub(crate) fn erasures(&self) -> Result<Vec<Erasure>> {
        let sql = "SELECT subject, request, at FROM erasure ORDER BY at, subject";
        let heads: Vec<(String, String, i64)> =
            self.connection.rows(sql, cells![], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        heads
            .into_iter()
            .map(|(subject, request, at)| {
                let sql = "SELECT kind, hash FROM erased_hash WHERE subject = ?1 ORDER BY hash, kind";
                let hashes = self.connection.rows(sql, cells![subject], |row| Ok((row.get(0)?, row.get(1)?)))?;
                Ok(Erasure { hashes, subject, request, at })
            })
            .collect()
    }

    /// Whether both vaults have the same master key.
    pub(crate) fn is_of_the_same_store(&self, other: &Vault) -> bool {
        *self.master == *other.master
    }

    fn begin(&mut self) -> Result<()> {
        if !self.open {
            self.connection.begin()?;
            self.open = true;
        }
        Ok(())
    }

    pub(crate) fn apply(&mut self, acts: Vec<VaultAct>) -> Result<()> {
        for VaultAct::Erase(erasure) in acts {
            self.note(&erasure)?;
        }
        Ok(())
    }

    /// Notes an erasure and destroys the key.
    pub(crate) fn note(&mut self, erasure: &Erasure) -> Result<()> {
        self.begin()?;
        self.connection.execute(
            "INSERT INTO erasure (subject, request, at) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
            cells![erasure.subject, erasure.request, erasure.at],
        )?;
        for (kind, hash) in &erasure.hashes {
            let sql = "INSERT INTO erased_hash (hash, kind, subject) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
            self.connection.execute(sql, cells![hash, kind, erasure.subject])?;
        }
        self.connection.execute("DELETE FROM subject_key WHERE subject = ?1", cells![erasure.subject])?;
        self.keys.remove(&erasure.subject);
        Ok(())
    }

    pub(crate) fn commit(&mut self) -> Result<()> {
        if self.open {
            self.open = false;
            self.connection.commit()?;
        }
        Ok(())
    }

    pub(crate) fn rollback(&mut self) {
        if self.open {
            let _already_over = self.connection.rollback();
            self.open = false;
            self.keys.clear();
        }
    }

    /// Copies the vault to a file, and remembers the file so that later erasures reach it.
    pub(crate) fn mirror_to(&mut self, path: &Path) -> Result<()> {
        let name = std::path::absolute(path)?.to_string_lossy().into_owned();
        self.connection.execute("INSERT INTO mirror (path) VALUES (?1) ON CONFLICT DO NOTHING", cells![name])?;
        self.copy_to(path)
    }

    /// Brings every mirror up to date; answers with those that could not be reached.
    pub(crate) fn refresh_mirrors(&self) -> Result<Vec<String>> {
        let paths: Vec<String> =
            self.connection.rows("SELECT path FROM mirror ORDER BY path", cells![], |row| row.get(0))?;
        Ok(paths.into_iter().filter(|it| self.copy_to(Path::new(it)).is_err()).collect())
    }

    fn copy_to(&self, path: &Path) -> Result<()> {
        let draft = path.with_extension("vault-new");
        {
            let mut target = rusqlite::Connection::open(&draft)?;
            let copy = rusqlite::backup::Backup::new(self.connection.sqlite()?, &mut target)?;
            copy.run_to_completion(1_000, std::time::Duration::ZERO, None)?;
        }
        restrict(&draft)?;
        std::fs::rename(&draft, path)?;
        Ok(())
    }

    /// Copies everything but the mirrors, which are this vault's own, into an empty vault.
    ///
    /// # Errors
    /// `Conflict` when the other holds keys of another store.
    pub(crate) fn copy_into(&self, other: &mut Vault) -> Result<()> {
        let holds_keys = other.connection.exists("SELECT 1 FROM subject_key LIMIT 1", cells![])?;
        if holds_keys && !self.is_of_the_same_store(other) {
            return Err(Error::conflict("vault", "the vault there holds the keys of another store"));
        }
        other.begin()?;
        for (table, columns) in [
            ("secret", "name, value"),
            ("subject_key", "subject, wrapped"),
            ("erasure", "subject, request, at"),
            ("erased_hash", "hash, kind, subject"),
        ] {
            other.connection.execute(&format!("DELETE FROM {table}"), cells![])?;
            let width = columns.split(',').count();
            let places: Vec<String> = (1..=width).map(|it| format!("?{it}")).collect();
            let insert = format!("INSERT INTO {table} ({columns}) VALUES ({})", places.join(","));
            self.connection.each(&format!("SELECT {columns} FROM {table}"), cells![], |row| {
                let row: Vec<CellRef<'_>> = (0..width).map(|at| row.cell(at)).collect::<Result<_>>()?;
                other.connection.execute(&insert, &row)?;
                Ok(true)
            })?;
        }
        other.commit()
    }

    /// Forgets the keys that are held in memory: another node may have destroyed one of them.
    pub(crate) fn let_go(&mut self) {
        self.keys.clear();
    }

    /// Rewrites the table of keys on a server, where a deleted row stays in its page. The embedded vault
    /// overwrites what it deletes.
    pub(crate) fn rewrite(&self) -> Result<()> {
        match self.connection.dialect() {
            Dialect::Sqlite => Ok(()),
            Dialect::Postgres => self.connection.batch("VACUUM FULL subject_key"),
        }
    }

    /// Where the vault lies.
    pub fn file(&self) -> Option<&Path> {
        self.file.as_deref()
    }
}

#[cfg(unix)]
fn restrict(file: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o600))?;
    Ok(())
}
#[cfg(not(unix))]
fn restrict(_file: &Path) -> Result<()> {
    Ok(())
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let digit = |it: u8| char::from_digit(u32::from(it), 16).unwrap_or('0');
    bytes.iter().flat_map(|it| [digit(it >> 4), digit(it & 15)]).collect()
}

/// The bytes of a text in hexadecimal; none for another text.
///
/// ```
/// assert_eq!(kernel::blob::unhex("00ff"), Some(vec![0, 255]));
/// assert_eq!(kernel::blob::unhex("0"), None);
/// ```
pub fn unhex(text: &str) -> Option<Vec<u8>> {
    let pair = |at: usize| text.get(at..at + 2).and_then(|it| u8::from_str_radix(it, 16).ok());
    (0..text.len()).step_by(2).map(pair).collect()
}

fn aead_key(key: &[u8; 32]) -> Result<aead::LessSafeKey> {
    aead::UnboundKey::new(&aead::AES_256_GCM, key)
        .map(aead::LessSafeKey::new)
        .map_err(|_| Error::bug("a key has another length"))
}

/// Seals bytes: nonce, ciphertext and tag in one. `place` is authenticated, not sealed.
pub(crate) fn seal(key: &[u8; 32], place: &[u8], plain: &[u8], cx: &Context) -> Result<Vec<u8>> {
    let nonce = cx.random_bytes::<12>();
    let mut body = plain.to_vec();
    aead_key(key)?
        .seal_in_place_append_tag(aead::Nonce::assume_unique_for_key(nonce), aead::Aad::from(place), &mut body)
        .map_err(|_| Error::bug("sealing failed"))?;
    let mut sealed = nonce.to_vec();
    sealed.append(&mut body);
    Ok(sealed)
}

/// Opens what `seal` made.
pub(crate) fn open(key: &[u8; 32], place: &[u8], sealed: &[u8]) -> Result<Vec<u8>> {
    let wrong = || Error::new(crate::Kind::Gone, "sealed", "", "the sealed value cannot be read with this key");
    let (nonce, body) = sealed.split_at_checked(12).ok_or_else(wrong)?;
    let nonce = aead::Nonce::try_assume_unique_for_key(nonce).map_err(|_| wrong())?;
    let mut body = body.to_vec();
    let plain = aead_key(key)?.open_in_place(nonce, aead::Aad::from(place), &mut body).map_err(|_| wrong())?;
    Ok(plain.to_vec())
}

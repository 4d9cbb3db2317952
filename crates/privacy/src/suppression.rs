//! The suppression ledger: addresses that get no commercial mail, by keyed hash (`spec/beyond.md` 4,
//! no. 4 to 6).
//!
//! *Not* the erasure ledger, which keeps erased persons from coming back. Invariant: it holds no
//! address; the key lies in the vault, so an entry outlives the erasure of the person and tells nothing
//! to who copies the store. An address and its SHA-256 lead to the same entry.

mod batch;
mod list;
mod lookup;
mod objection;
mod release;
mod undo;

pub use batch::{Batch, batches};
pub(crate) use list::keep_honest;
pub use list::{Intake, Lowered, Report, import_list, lower_all};
pub use lookup::{Explanation, explain};
pub(crate) use objection::cap;
pub use objection::{Objected, object, object_for};
pub use release::{Released, release};
pub use undo::{Undone, undo};

use jiff::Timestamp;
use kernel::{Error, Query, Result, Rx, Tx, Values, blob::sha256, subject, uuid::Uuid};
use serde::Serialize;

/// The entity's logical name.
pub const ENTITY: &str = "assent_suppression";

/// Why an address is on the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[repr(i64)]
pub enum Reason {
    /// An objection to direct marketing (Art. 21(2) and (3) GDPR).
    Objection = 1,
    /// The one-click link of a mail (RFC 8058).
    OneClick = 2,
    /// A complaint that came by the mailbox provider.
    Complaint = 3,
    /// Mail came back.
    Bounce = 4,
    /// A list that was brought along.
    List = 5,
}

impl Reason {
    fn of_option(option: Option<i64>) -> Result<Self> {
        [Reason::Objection, Reason::OneClick, Reason::Complaint, Reason::Bounce, Reason::List]
            .into_iter()
            .find(|it| Some(*it as i64) == option)
            .ok_or_else(|| Error::bug("an entry of the suppression ledger has a reason that is none"))
    }
    /// The reason in words.
    pub fn words(self) -> &'static str {
        match self {
            Reason::Objection => "objected to direct marketing",
            Reason::OneClick => "unsubscribed by the one-click link of a mail",
            Reason::Complaint => "complained about a mail",
            Reason::Bounce => "mail came back",
            Reason::List => "is on a list that was imported",
        }
    }
}

/// What the person can take back by confirming from their own mailbox.
pub const OWN: &[Reason] = &[Reason::Objection, Reason::OneClick, Reason::List];

/// One entry about an address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// The record.
    pub id: Uuid,
    /// Why.
    pub reason: Reason,
    /// Where it came from.
    pub source: String,
    /// Since when.
    pub since: Option<Timestamp>,
    /// Until when; for ever when there is no end.
    pub until: Option<Timestamp>,
}

impl Entry {
    fn holds(&self, now: Timestamp) -> bool {
        self.until.is_none_or(|it| it > now)
    }
}

/// The SHA-256 of an address, as lists of other programs hold it: of the address in lower case without
/// outer space.
pub fn digest(address: &str) -> String {
    sha256(address.trim().to_lowercase().as_bytes())
}

fn key(rx: &Rx<'_>, digest: &str) -> Result<String> {
    subject::hash(rx, "suppression", digest)
}

/// The keyed hash under which the ledger knows an address. It can be kept, or put into a link, where the
/// address may not: without the vault it says nothing.
///
/// # Errors
/// Those of the vault.
pub fn key_of(rx: &Rx<'_>, address: &str) -> Result<String> {
    key(rx, &digest(address))
}

fn by_digest(rx: &Rx<'_>, digest: &str) -> Result<Vec<Entry>> {
    by_key(rx, &key(rx, digest)?)
}

fn by_key(rx: &Rx<'_>, key: &str) -> Result<Vec<Entry>> {
    let rows = rx.rows(&Query::on(ENTITY).eq("assent_hash", key).order("assent_reason asc")?)?;
    rows.iter()
        .map(|row| {
            Ok(Entry {
                id: row.id,
                reason: Reason::of_option(row.get("assent_reason").as_int())?,
                source: row.text("assent_source").to_owned(),
                since: row.get("assent_since").as_time(),
                until: row.get("assent_until").as_time(),
            })
        })
        .collect()
}

/// What the ledger holds about an address now; nothing for no address.
///
/// # Errors
/// Those of reading.
pub fn in_force(rx: &Rx<'_>, address: &str) -> Result<Vec<Entry>> {
    if address.trim().is_empty() {
        return Ok(Vec::new());
    }
    let now = rx.now();
    let all = by_digest(&rx.elevated("suppression"), &digest(address))?;
    Ok(all.into_iter().filter(|it| it.holds(now)).collect())
}

/// Puts an address on the ledger; `false` when it was there already, at least as long. A shorter time
/// never replaces a longer one.
///
/// # Errors
/// Those of the write path.
pub fn add(tx: &mut Tx<'_>, address: &str, reason: Reason, source: &str, until: Option<Timestamp>) -> Result<bool> {
    add_digest(tx, &digest(address), reason, source, until)
}

fn add_digest(tx: &mut Tx<'_>, digest: &str, reason: Reason, source: &str, until: Option<Timestamp>) -> Result<bool> {
    let key = key(tx, digest)?;
    add_key(tx, &key, reason, source, until)
}

/// As [`add`], for an address of which only [`key_of`] is left.
///
/// # Errors
/// Those of the write path.
pub fn add_key(tx: &mut Tx<'_>, key: &str, reason: Reason, source: &str, until: Option<Timestamp>) -> Result<bool> {
    tx.as_system("suppression", |tx| {
        let known = by_key(tx, key)?.into_iter().find(|it| it.reason == reason);
        match known {
            Some(entry) => {
                let longer = match (entry.until, until) {
                    (None, _) => false,
                    (Some(_), None) => true,
                    (Some(had), Some(wanted)) => wanted > had,
                };
                if longer {
                    tx.update(ENTITY, entry.id, Values::new().with("assent_until", until))?;
                }
                Ok(longer)
            }
            None => {
                let values = Values::new()
                    .with("assent_hash", key)
                    .with("assent_reason", reason as i64)
                    .with("assent_source", source.chars().take(100).collect::<String>())
                    .with("assent_since", tx.now())
                    .with("assent_until", until);
                tx.create(ENTITY, values)?;
                Ok(true)
            }
        }
    })
}

/// Ends entries about an address, because the person themselves took their no back; returns how many.
///
/// # Errors
/// Those of the write path.
pub fn lift(tx: &mut Tx<'_>, address: &str, reasons: &[Reason]) -> Result<usize> {
    let entries = in_force(tx, address)?;
    end(tx, &entries, reasons, "suppression")
}

fn end(tx: &mut Tx<'_>, entries: &[Entry], reasons: &[Reason], because: &str) -> Result<usize> {
    let mut ended = 0;
    for entry in entries.iter().filter(|it| reasons.contains(&it.reason)) {
        let now = tx.now();
        tx.as_system(because, |tx| tx.update(ENTITY, entry.id, Values::new().with("assent_until", now)))?;
        ended += 1;
    }
    Ok(ended)
}

/// The address of a contact who allows no bulk mail, asked before they save their choices.
///
/// # Errors
/// `NotFound` when there is no such contact.
pub fn closed(rx: &Rx<'_>, contact: Uuid) -> Result<Option<String>> {
    let row = rx.elevated("suppression").get("contact", contact)?;
    Ok(row.get("donotbulkemail").is_true().then(|| row.text("emailaddress1").to_owned()))
}

/// The person saved their choices on a page that only their mailbox leads to: where they allow bulk
/// mail again, the one-click unsubscribing of that mailbox ends, so that what the page shows is what
/// happens; never that of an address which they typed in just now.
///
/// # Errors
/// Those of the write path.
pub fn reopened(tx: &mut Tx<'_>, contact: Uuid, was_closed: Option<&str>) -> Result<()> {
    let open = !tx.elevated("suppression").get("contact", contact)?.get("donotbulkemail").is_true();
    if let Some(address) = was_closed.filter(|_| open) {
        lift(tx, address, &[Reason::OneClick])?;
    }
    Ok(())
}

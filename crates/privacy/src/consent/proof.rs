//! What remains of a consent when the person is erased: a keyed proof for a set time, where the
//! organisation chose that (`spec/marketing.md` 17, C12; Art. 17(3)(e) GDPR).
//!
//! *Not* kept unless the setting says for how many years. Invariant: it holds no address and no name;
//! the key lies in the vault, so only who types the address finds it, and after its time it is gone.

use std::collections::BTreeMap;

use jiff::{Timestamp, ToSpan};
use kernel::{Query, Record, Result, Rx, Tx, Values, setting, subject, uuid::Uuid};
use serde::Serialize;

use super::{ConsentChangeRecord, Level};
use crate::request::Discovery;

/// The setting: years for which the proof of each consent stays after the person was erased. Empty or
/// 0, as at first: none is kept.
pub const YEARS: &str = "consent.proof_years";

/// The entity's logical name.
pub const ENTITY: &str = "assent_consentproof";

/// On which ground it is kept, as the plan of an erasure names it.
pub const GROUND: &str = "A keyed hash of the address with each change of consent, and no other value, stays to establish or defend legal claims (Art. 17(3)(e) GDPR)";

/// One change of consent by somebody who was erased since.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Proof {
    /// The level before, 0 to 5.
    pub from: i64,
    /// The level after.
    pub to: i64,
    /// When the person acted.
    pub on: Option<Timestamp>,
    /// How.
    pub source: String,
    /// The SHA-256 of the text that was shown.
    pub wording_sha256: Option<String>,
    /// When the confirmation was asked for, where there was a double opt-in.
    pub requested_on: Option<Timestamp>,
    /// Until when this is kept.
    pub until: Option<Timestamp>,
}

/// For how many years a proof is kept; none is the rule.
///
/// # Errors
/// Those of reading.
pub fn years(rx: &Rx<'_>) -> Result<Option<i64>> {
    let years = setting::get(rx, YEARS)?.and_then(|it| it.trim().parse::<i64>().ok());
    Ok(years.filter(|it| (1..=100).contains(it)))
}

/// The changes of consent among what an erasure found, whose proof would be kept: none where nothing is.
pub(crate) fn due(rx: &Rx<'_>, discovery: &Discovery) -> Result<usize> {
    if years(rx)?.is_none() {
        return Ok(0);
    }
    Ok(discovery.rows.iter().filter(|it| it.entity == ConsentChangeRecord::ENTITY).count())
}

/// Keeps the proofs of what an erasure is about to remove.
pub(crate) fn keep(tx: &mut Tx<'_>, discovery: &Discovery) -> Result<()> {
    let Some(years) = years(tx)? else { return Ok(()) };
    let zone = crate::request::clock::zone(tx)?;
    let ends = tx.now().to_zoned(zone).checked_add(years.years()).map(|it| it.timestamp()).ok();
    // One person has few addresses and was shown few texts, however often they changed their mind.
    let (mut keys, mut wordings) = (BTreeMap::new(), BTreeMap::new());
    for found in discovery.rows.iter().filter(|it| it.entity == ConsentChangeRecord::ENTITY) {
        let Some(row) = tx.find(&found.entity, found.id)? else { continue };
        let record = ConsentChangeRecord::read(&row)?;
        let Some(key) = record.contact.map(|it| once(&mut keys, it, |it| key(tx, it))).transpose()?.flatten() else {
            continue;
        };
        let wording = record.wording.map(|it| once(&mut wordings, it, |it| hash(tx, it))).transpose()?.flatten();
        let values = Values::new()
            .with("assent_hash", key)
            .with("assent_previousvalue", record.previous)
            .with("assent_value", record.value)
            .with("assent_occurredon", record.occurred_on)
            .with("assent_requestedon", record.requested_on)
            // The word alone: what follows it was typed by somebody.
            .with("assent_source", record.source.split(':').next())
            .with("assent_wordinghash", wording)
            .with("assent_until", ends);
        tx.create(ENTITY, values)?;
    }
    Ok(())
}

/// What was found out about a record before, else what is found now.
fn once(
    known: &mut BTreeMap<Uuid, Option<String>>,
    id: Uuid,
    find: impl FnOnce(Uuid) -> Result<Option<String>>,
) -> Result<Option<String>> {
    if let Some(it) = known.get(&id) {
        return Ok(it.clone());
    }
    let it = find(id)?;
    known.insert(id, it.clone());
    Ok(it)
}

/// The key of a contact's address; without an address nobody could ever ask for it.
fn key(rx: &Rx<'_>, contact: Uuid) -> Result<Option<String>> {
    let row = rx.find("contact", contact)?;
    let address = row.as_ref().map_or("", |it| it.text("emailaddress1")).trim();
    if address.is_empty() {
        return Ok(None);
    }
    subject::hash(rx, "consent proof", address).map(Some)
}

/// The digest of a text that was shown.
fn hash(rx: &Rx<'_>, wording: Uuid) -> Result<Option<String>> {
    Ok(rx.find("assent_wording", wording)?.map(|it| it.text("assent_hash").to_owned()))
}

/// What is kept about an address, oldest first.
///
/// # Errors
/// `Forbidden` for whoever may not read the proofs.
pub fn of_address(rx: &Rx<'_>, address: &str) -> Result<Vec<Proof>> {
    let hash = subject::hash(rx, "consent proof", address)?;
    let query = Query::on(ENTITY).eq("assent_hash", hash).order("assent_occurredon asc")?;
    rx.rows(&query)?.iter().map(proof).collect()
}

fn proof(row: &Record) -> Result<Proof> {
    Ok(Proof {
        from: Level::of_value(row.get("assent_previousvalue"))?.number(),
        to: Level::of_value(row.get("assent_value"))?.number(),
        on: row.get("assent_occurredon").as_time(),
        source: row.text("assent_source").to_owned(),
        wording_sha256: Some(row.text("assent_wordinghash").to_owned()).filter(|it| !it.is_empty()),
        requested_on: row.get("assent_requestedon").as_time(),
        until: row.get("assent_until").as_time(),
    })
}

/// Forgets a part of what has been kept for its time; returns how many.
///
/// # Errors
/// Those of the write path.
pub fn purge(tx: &mut Tx<'_>) -> Result<usize> {
    let over = Query::on(ENTITY).compare("assent_until", odata::CompareOp::Le, tx.now());
    let ids = tx.elevated("consent proof").ids(&over.part())?;
    for id in &ids {
        tx.as_system("the time of a proof is over", |tx| tx.erasing(|tx| tx.delete(ENTITY, *id)))?;
    }
    Ok(ids.len())
}

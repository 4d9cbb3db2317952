//! The erasure ledger: keyed hashes of the identifiers of those who were erased.
//!
//! *Not* a list of persons: without the key of the vault the hashes say nothing, and a hit is counted,
//! never stored (`spec/beyond.md` 4, no. 4). Invariant: no import, connector or program brings an
//! erased person back; the person themselves may come back, on a public page.

use kernel::{Actor, Change, Error, Kind, Phrase, Result, Rx, Tx, Value, Values, access, subject, subject::Subject};

use crate::request::discover::ADDRESS;

/// Kind and keyed hash of each identifier of these records.
///
/// # Errors
/// Those of reading.
pub fn hashes(rx: &Rx<'_>, subjects: &[Subject]) -> Result<Vec<(String, String)>> {
    let model = rx.model();
    let mut all = Vec::new();
    for subject in subjects {
        let Some(row) = rx.find(&subject.entity, subject.id)? else { continue };
        for column in &model.entity(&subject.entity)?.identifiers {
            if let Value::Text(text) = row.get(column) {
                let pair = (column.clone(), subject::hash(rx, column, text)?);
                if !all.contains(&pair) {
                    all.push(pair);
                }
            }
        }
    }
    Ok(all)
}

/// Kind and keyed hash of an address, under each column by which a person's record is known: for a
/// person of whom nothing but the address is known, or whom the request names by another one.
///
/// # Errors
/// Those of the vault.
pub fn address_hashes(rx: &Rx<'_>, address: &str) -> Result<Vec<(String, String)>> {
    let model = rx.model();
    let mut all = Vec::new();
    for entity in model.entities().filter(|it| it.is_subject()) {
        for name in &entity.identifiers {
            if entity.column(name)?.privacy.category == ADDRESS {
                let pair = (name.clone(), subject::hash(rx, name, address)?);
                if !all.contains(&pair) {
                    all.push(pair);
                }
            }
        }
    }
    Ok(all)
}

/// Whether values of a new row belong to a person who was erased; the answer names the column.
///
/// # Errors
/// Those of the vault.
pub fn hit(rx: &Rx<'_>, entity: &str, values: &Values) -> Result<Option<String>> {
    for column in &rx.model().entity(entity)?.identifiers {
        if let Value::Text(text) = values.get(column)
            && subject::was_erased(rx, column, text)?
        {
            return Ok(Some(column.clone()));
        }
    }
    Ok(None)
}

/// Rule before a person's row is made, or gets another identifier: who was erased does not come back by
/// a program. An officer may say otherwise with a justification, for instance where two persons shared
/// the mailbox; an import never may.
pub(crate) fn refuse_erased(tx: &mut Tx<'_>, change: &mut Change) -> Result<()> {
    let cx = tx.cx();
    let officer = match &cx.actor {
        Actor::Public => return Ok(()),
        Actor::User { .. } => access::actor_holds(tx, "prvAssentAdmitErased")?,
        Actor::System | Actor::Instead { .. } => false,
    };
    if officer && cx.justification.is_some() && cx.batch.is_none() {
        return Ok(());
    }
    match hit(tx, &change.entity, &change.values)? {
        None => Ok(()),
        Some(column) => Err(Error::new(
            Kind::Conflict,
            "erased",
            column,
            Phrase::new(
                "erased",
                "this identifies a person who was erased on request (Art. 17 GDPR); the person themselves can come back by a public form, and an officer can say with a justification that this is somebody else",
            ),
        )),
    }
}

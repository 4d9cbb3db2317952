//! One transaction that removes a person as the approved plan says, reads back, and signs a proof.
//!
//! *Not* able to leave a person half erased: any error undoes all of it. Invariant: the proof holds
//! record numbers, counts and hashes, and no personal data.

use std::collections::BTreeMap;

use kernel::{
    Error, Query, Result, Tx, Value, Values, blob,
    metadata::{Column, Entity, OnDelete, OnErasure, column::ColumnErasure},
    store::vault::Erasure,
    subject::{self, Found, Subject},
};
use serde_json::{Value as Json, json};

use super::ledger;
use crate::consent::proof;
use crate::request::{Action, DataSubjectRequest, Discovery, ENTITY, Type, discover, held::Holds, plan};

/// Carries out an approved erasure and returns its signed proof.
pub(crate) fn carry_out(tx: &mut Tx<'_>, request: &DataSubjectRequest, plan: &plan::Plan) -> Result<Json> {
    let reason = format!("erasure {}", request.name);
    tx.as_system(&reason, |tx| {
        let mut addresses = discover::addresses(tx, &plan.discovery.subjects)?;
        let mut hashes = ledger::hashes(tx, &plan.discovery.subjects)?;
        if let Some(email) = &request.email {
            addresses.insert(email.trim().to_lowercase());
            let more = ledger::address_hashes(tx, email)?;
            hashes.extend(more.into_iter().filter(|it| !hashes.contains(it)).collect::<Vec<_>>());
        }
        proof::keep(tx, &plan.discovery)?;
        let counts = remove(tx, &plan.discovery, &plan.holds)?;
        remember(tx, request, &plan.discovery.subjects, &hashes)?;
        prove_gone(tx, &plan.discovery, &addresses.into_iter().collect::<Vec<_>>(), &plan.holds)?;
        prove_kept(tx, plan)?;
        let proof = sign(tx, request, plan, &counts)?;
        let kept = plan.items.iter().filter(|it| it.action == Action::Kept).count();
        let text = format!("Erased and read back. {kept} kinds of value were kept, each with its ground in the plan.");
        plan::close(tx, request.id, found, Values::new().with("assent_result", text))?;
        Ok(proof)
    })
}

/// What the read after an erasure found of a line of the plan.
fn found(action: i64) -> &'static str {
    match action {
        it if it == Action::Deleted as i64 => "a read after the erasure found nothing",
        it if it == Action::Blanked as i64 => "a read after the erasure found no value",
        _ => "kept on the ground named",
    }
}

/// Removes or blanks every found row; the person's own rows last.
pub(super) fn remove(tx: &mut Tx<'_>, discovery: &Discovery, holds: &Holds) -> Result<BTreeMap<String, (i64, i64)>> {
    let mut counts: BTreeMap<String, (i64, i64)> = BTreeMap::new();
    let model = tx.model();
    let (own, related): (Vec<&Found>, Vec<&Found>) =
        discovery.rows.iter().partition(|it| discovery.subjects.contains(&Subject::new(&it.entity, it.id)));
    for found in related.into_iter().chain(own) {
        let entity = model.entity(&found.entity)?;
        if holds.keeps(entity, found.id) {
            detach(tx, discovery, holds, entity, found)?;
            continue;
        }
        // It may have gone already, together with the row it belonged to.
        if tx.find(&found.entity, found.id)?.is_none() {
            counts.entry(found.entity.clone()).or_default().0 += 1;
            continue;
        }
        let count = counts.entry(found.entity.clone()).or_default();
        match entity.on_erasure {
            OnErasure::Delete => {
                count.0 += 1;
                tx.erasing(|tx| tx.delete(&found.entity, found.id))?;
            }
            OnErasure::Anonymise => {
                count.1 += 1;
                let blank = blanked(entity, holds);
                tx.erasing(|tx| tx.update(&found.entity, found.id, blank))?;
            }
            OnErasure::Keep => {}
        }
    }
    Ok(counts)
}

/// Takes the links of a kept row to rows that go away, so that it does not go with them.
fn detach(tx: &mut Tx<'_>, discovery: &Discovery, holds: &Holds, entity: &Entity, found: &Found) -> Result<()> {
    let model = tx.model();
    let Some(row) = tx.find(&found.entity, found.id)? else { return Ok(()) };
    let goes = |column: &&Column| match row.get(&column.name) {
        Value::Lookup(target, id) => {
            let kept = model.entity(target).is_ok_and(|it| holds.keeps(it, *id));
            !kept && discovery.rows.iter().any(|it| it.entity == *target && it.id == *id)
        }
        _ => false,
    };
    let holding = entity.columns.values().filter(|it| it.on_delete != OnDelete::RemoveLink && !it.required);
    let links: Values = holding.filter(goes).map(|it| (it.name.clone(), Value::Null)).collect();
    if !links.is_empty() {
        tx.erasing(|tx| tx.update(&found.entity, found.id, links))?;
    }
    Ok(())
}

fn blanked(entity: &Entity, holds: &Holds) -> Values {
    let blank = |it: &&Column| {
        it.is_personal()
            && it.erasure == ColumnErasure::Blank
            && it.compose.is_empty()
            && holds.column(entity, &it.name, Type::Erasure).is_none()
    };
    entity.columns.values().filter(blank).map(|it| (it.name.clone(), Value::Null)).collect()
}

/// Notes the erasure in the ledger and, through the vault, beyond this database.
fn remember(
    tx: &mut Tx<'_>,
    request: &DataSubjectRequest,
    subjects: &[Subject],
    hashes: &[(String, String)],
) -> Result<()> {
    let now = tx.now();
    for (kind, hash) in hashes {
        let values = Values::new()
            .with("assent_kind", kind.as_str())
            .with("assent_hash", hash.as_str())
            .with("assent_requestid", request.id)
            .with("assent_erasedon", now);
        tx.create("assent_erasureledger", values)?;
    }
    // A person of whom there is no record of their own is remembered by the request.
    let own = [Subject::new(ENTITY, request.id)];
    for subject in if subjects.is_empty() { &own } else { subjects } {
        subject::carried_out(tx, subject)?;
        tx.note_erasure(Erasure {
            subject: subject.to_string(),
            request: request.name.clone(),
            at: now.as_millisecond(),
            hashes: hashes.to_vec(),
        });
    }
    Ok(())
}

/// The read after the write: no row of the person is left but those that stay, and those hold no
/// blanked value (law 12).
pub(super) fn prove_gone(tx: &mut Tx<'_>, before: &Discovery, addresses: &[String], holds: &Holds) -> Result<()> {
    let model = tx.model();
    let mut left = discover::follow(tx, before.subjects.clone())?.rows;
    for address in addresses {
        left.extend(subject::rows_with(tx, discover::ADDRESS, address)?);
    }
    left.extend(before.rows.iter().cloned());
    for found in left {
        if before.others.iter().any(|it| it.entity == found.entity && it.id == found.id) {
            continue;
        }
        let entity = model.entity(&found.entity)?;
        if holds.keeps(entity, found.id) {
            continue;
        }
        let Some(row) = tx.find(&found.entity, found.id)? else { continue };
        let remains = match entity.on_erasure {
            OnErasure::Keep => None,
            OnErasure::Delete => Some("a row"),
            OnErasure::Anonymise => {
                blanked(entity, holds).iter().any(|(name, _)| !row.get(name).is_null()).then_some("a value")
            }
        };
        if let Some(what) = remains {
            return Err(Error::bug(format!(
                "the read after the erasure still found {what} in {}; nothing was changed",
                found.entity
            )));
        }
    }
    Ok(())
}

/// What an officer took out of the plan is still there: it may hang on a record that went.
fn prove_kept(tx: &mut Tx<'_>, plan: &plan::Plan) -> Result<()> {
    let model = tx.model();
    for found in &plan.discovery.rows {
        if plan.holds.keeps(model.entity(&found.entity)?, found.id) && tx.find(&found.entity, found.id)?.is_none() {
            let text =
                "a record that the plan keeps goes together with one that it removes; keep that one too, or neither";
            return Err(Error::conflict(found.entity.as_str(), text).with_code("plan-outdated"));
        }
    }
    Ok(())
}

fn sign(
    tx: &mut Tx<'_>,
    request: &DataSubjectRequest,
    plan: &plan::Plan,
    counts: &BTreeMap<String, (i64, i64)>,
) -> Result<Json> {
    let rows: Vec<Json> = counts
        .iter()
        .map(|(entity, (deleted, blanked))| json!({ "entity": entity, "deleted": deleted, "blanked": blanked }))
        .collect();
    let items: Vec<Json> = plan
        .items
        .iter()
        .map(|it| {
            json!({ "entity": it.entity, "column": it.column, "rows": it.rows, "action": Action::word(it.action as i64), "ground": it.ground })
        })
        .collect();
    let document = json!({
        "format": "assent-erasure-proof/1",
        "request": request.id.to_string(),
        "received": request.received_on.to_string(),
        "erased": tx.now().to_string(),
        "approved_by": request.approved_by.map(|it| it.to_string()),
        "plan_sha256": plan.digest,
        "records": plan.discovery.subjects.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "rows": rows,
        "columns": items,
        "read_back": "no row or value that the plan removes was found",
        "ledger_entries": tx.count(&Query::on("assent_erasureledger").eq("assent_requestid", request.id))?,
    });
    let text = serde_json::to_string(&document)?;
    let (signature, public_key) = subject::sign(tx, text.as_bytes())?;
    let digest = blob::sha256(text.as_bytes());
    let values = Values::new()
        .with("assent_requestid", request.id)
        .with("assent_document", text.as_str())
        .with("assent_digest", digest.as_str())
        .with("assent_signature", signature.as_str())
        .with("assent_publickey", public_key.as_str());
    tx.create("assent_erasureproof", values)?;
    // The document travels as the exact text that was signed.
    Ok(
        json!({ "document": text, "sha256": digest, "signature": signature, "public_key": public_key, "algorithm": "Ed25519" }),
    )
}

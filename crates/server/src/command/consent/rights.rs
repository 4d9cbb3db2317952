//! Objection, restriction, receipts, proofs, lowering many and taking that back.
//!
//! *Not* the rules (`privacy`). Invariant: what lowers many does so to as many as were named, or to
//! nobody.

use std::sync::Arc;

use kernel::{Error, Kind, Query, Result, uuid::Uuid};
use privacy::{
    consent::{self, ConsentChangeRecord, Level, proof, receipt::Form},
    suppression,
};
use serde_json::json;

use super::{ENTITY, Format, Switch, one};
use crate::{engine::Engine, out::Out};

pub(super) fn object(engine: &Engine, address: &str, source: &str, out: &mut Out) -> Result<()> {
    let (address, source) = (address.to_owned(), source.to_owned());
    let done = engine.db.write(&engine.cx, move |tx| suppression::object_for(tx, &address, &source))?;
    let ledger = if done.noted { "noted" } else { "noted before" };
    out.answer(
        &serde_json::to_value(&done)?,
        format!(
            "objection {ledger}\ncontacts with the address: {}, lowered: {}\nleads without bulk mail: {}",
            done.contacts, done.lowered, done.leads
        ),
    )
}

pub(super) fn restrict(engine: &Engine, contact: &str, switch: Switch, because: &str, out: &mut Out) -> Result<()> {
    if because.trim().is_empty() {
        return Err(Error::invalid("--because", "say why"));
    }
    let id = engine.db.read(&engine.cx, |rx| one(rx, ENTITY, "emailaddress1", contact))?.id;
    let on = switch == Switch::On;
    let mut cx = engine.cx.clone();
    cx.justification = Some(Arc::from(because.trim()));
    let changed = engine.db.write(&cx, move |tx| consent::restrict(tx, id, on))?;
    let state = if on { "restricted" } else { "not restricted" };
    out.answer(
        &json!({ "contact": id, "restricted": on, "changed": changed }),
        if changed { state.to_owned() } else { format!("it is {state} already") },
    )
}

pub(super) fn receipt(engine: &Engine, whose: &str, format: Format, out: &mut Out) -> Result<()> {
    let form = match format {
        Format::Iso27560 => Form::Iso27560,
        Format::Kantara => Form::Kantara,
    };
    let receipt = engine.db.read(&engine.cx, |rx| {
        if let Ok(id) = whose.parse::<Uuid>() {
            if rx.find(ConsentChangeRecord::ENTITY, id)?.is_some() {
                return form.of_record(rx, id);
            }
            if rx.find(ENTITY, id)?.is_none() {
                let text = "no consent change record and no contact has this identifier";
                return Err(Error::new(Kind::NotFound, "not-found", "RECORD|CONTACT", text));
            }
        }
        form.of_contact(rx, one(rx, ENTITY, "emailaddress1", whose)?.id)
    })?;
    out.answer(&receipt, serde_json::to_string_pretty(&receipt)?)
}

/// Whom to lower to what.
pub(super) struct Lowering<'a> {
    pub filter: &'a str,
    pub to: Level,
    pub expect: Option<usize>,
    pub because: &'a str,
    pub yes: bool,
}

pub(super) fn lower(engine: &Engine, wish: &Lowering<'_>, out: &mut Out) -> Result<()> {
    let query = Query::on(ENTITY).filter(wish.filter)?;
    let (to, expect, yes, because) = (wish.to, wish.expect, wish.yes, wish.because.to_owned());
    let (contacts, done) = engine.db.write(&engine.cx, move |tx| {
        let contacts = tx.ids(&query)?;
        let expected = expect.unwrap_or(contacts.len());
        let done = if yes {
            suppression::lower_all(tx, &contacts, expected, to, &because)?
        } else {
            tx.rehearse(|tx| suppression::lower_all(tx, &contacts, expected, to, &because))?
        };
        Ok((contacts.len(), done))
    })?;
    let lowered = done.lowered;
    let text = if yes {
        format!(
            "contacts: {contacts}\nlowered to {to}: {lowered}\nto take it back: assent consent undo {} --because …",
            done.batch
        )
    } else {
        format!(
            "dry run: nothing was changed\ncontacts: {contacts}\nwould be lowered to {to}: {lowered}\nto do it, add: --expect {contacts} --yes"
        )
    };
    let batch = yes.then_some(done.batch);
    let json =
        json!({ "contacts": contacts, "lowered": lowered, "to": to.to_string(), "dry_run": !yes, "batch": batch });
    out.answer(&json, text)
}

pub(super) fn undo(engine: &Engine, batch: &str, because: &str, dry_run: bool, out: &mut Out) -> Result<()> {
    let batch: Uuid = batch.parse().map_err(|_| Error::invalid("BATCH", "is the identifier that the act printed"))?;
    let because = because.to_owned();
    let done = engine.db.write(&engine.cx, move |tx| suppression::undo(tx, batch, &because, dry_run))?;
    let mut text = if dry_run { "dry run: nothing was changed\n".to_owned() } else { String::new() };
    text.push_str(&format!(
        "entries of the ledger ended: {}, shortened: {}\nlevels put back: {}\nstay as they are: {}\n",
        done.ended, done.shortened, done.restored, done.left
    ));
    for it in done.leftovers.iter().take(20) {
        text.push_str(&format!("  {}: {}\n", it.contact, it.reason));
    }
    out.answer(&serde_json::to_value(&done)?, text)
}

pub(super) fn proof(engine: &Engine, address: &str, out: &mut Out) -> Result<()> {
    let found = engine.db.read(&engine.cx, |rx| proof::of_address(rx, address))?;
    let mut text = String::new();
    for it in &found {
        let day = |at: Option<jiff::Timestamp>| at.map_or("-".into(), |it| it.strftime("%Y-%m-%d").to_string());
        text.push_str(&format!(
            "{}  level {} to {} ({}), kept until {}\n",
            day(it.on),
            it.from,
            it.to,
            it.source,
            day(it.until)
        ));
    }
    if found.is_empty() {
        text.push_str("nothing is kept about this address\n");
    }
    out.answer(&serde_json::to_value(&found)?, text)
}

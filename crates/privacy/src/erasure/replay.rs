//! Erasures that the vault knows of and this database has not seen: after a restored backup, or a
//! crash between the two files.
//!
//! *Not* a request. Invariant: it runs before anything is served, and running it again changes
//! nothing.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{
    Context, Db, Query, Result, Rx, Tx, Value,
    metadata::Column,
    store::vault::Erasure,
    subject::{self, Subject},
};

use super::carry_out::{prove_gone, remove};
use crate::{
    consent::proof,
    request::{discover, held::Holds},
};

/// Carries out what is outstanding; returns how many persons were erased again.
///
/// # Errors
/// Those of the write path; then nothing may be served.
pub fn replay(db: &Db, cx: &Context) -> Result<usize> {
    let cx = cx.for_actor(kernel::Actor::System);
    let outstanding = db.outstanding_erasures(&cx)?;
    let count = outstanding.len();
    let known = if count > 0 { db.read(&cx, |rx| addresses(rx, &outstanding))? } else { BTreeMap::new() };
    for erasure in outstanding {
        let person = Subject::parse(&erasure.subject)?;
        let behind: BTreeSet<String> = erasure.hashes.iter().filter_map(|it| known.get(it).cloned()).collect();
        let cx = cx.because(&format!("erasure {} again", erasure.request));
        db.write(&cx, move |tx| again(tx, &person, &behind))?;
    }
    // Due also where the process ended between an erasure and this.
    if db.has_traces()? {
        db.forget_traces()?;
    }
    Ok(count)
}

/// The addresses in the store behind the hashes that the vault remembers: rows that hold no more of a
/// person than the address are found again only so.
fn addresses(rx: &Rx<'_>, outstanding: &[Erasure]) -> Result<BTreeMap<(String, String), String>> {
    let wanted: BTreeSet<&(String, String)> = outstanding.iter().flat_map(|it| &it.hashes).collect();
    let kinds: BTreeSet<&String> = wanted.iter().map(|(kind, _)| kind).collect();
    let model = rx.model();
    let (mut known, mut seen) = (BTreeMap::new(), BTreeSet::new());
    for entity in model.entities() {
        let held = |it: &&Column| it.privacy.category == discover::ADDRESS && it.is_personal() && !it.is_secret();
        for column in entity.columns.values().filter(held) {
            let query = Query::on(&entity.name).select(&[&column.name]);
            for row in rx.rows(&query.compare(&column.name, odata::CompareOp::Ne, Value::Null))? {
                let text = row.text(&column.name).trim().to_lowercase();
                if !seen.insert(text.clone()) {
                    continue;
                }
                for kind in &kinds {
                    let pair = ((*kind).clone(), subject::hash(rx, kind, &text)?);
                    if wanted.contains(&pair) {
                        known.insert(pair, text.clone());
                    }
                }
            }
        }
    }
    Ok(known)
}

fn again(tx: &mut Tx<'_>, person: &Subject, behind: &BTreeSet<String>) -> Result<()> {
    let mut discovery = discover::follow(tx, vec![person.clone()])?;
    let mut addresses = discover::addresses(tx, &discovery.subjects)?;
    addresses.extend(behind.iter().cloned());
    for address in &addresses {
        discover::take_in(tx, &mut discovery, subject::rows_with(tx, discover::ADDRESS, address)?)?;
    }
    proof::keep(tx, &discovery)?;
    // What was kept on a ground in a later state of the store is not known here; in doubt it is forgotten.
    let none = Holds::default();
    remove(tx, &discovery, &none)?;
    prove_gone(tx, &discovery, &addresses.into_iter().collect::<Vec<_>>(), &none)?;
    for subject in &discovery.subjects {
        subject::carried_out(tx, subject)?;
    }
    subject::carried_out(tx, person)
}

//! Two records of one person become one (`spec/beyond.md` 4, no. 12).
//!
//! *Not* a search for duplicates. Invariant: no history is lost, the newest act by the person decides
//! about the level, and wherever acts do not tell, the stricter value holds. The losing record stays,
//! inactive, so that links in old mails lead on.

use jiff::Timestamp;
use kernel::{Change, Error, Kind, Phrase, Query, Record, Result, Rx, Tx, Value, Values, metadata, uuid::Uuid};

use crate::consent::{ConsentChangeRecord, Evidence, Level, Source};

const ENTITY: &str = "contact";
const INTO: &str = "assent_mergedinto";

/// A no that either record holds stays.
const NO: &[&str] = &[
    "donotemail",
    "donotbulkemail",
    "donotphone",
    "donotfax",
    "donotpostalmail",
    "donotbulkpostalmail",
    "donotsendmm",
    "msgdpr_donottrack",
    "msgdpr_gdprischild",
    "msdyn_gdproptout",
];

/// Merges a contact into another one. Whoever may change contacts may do so; the same as writing
/// `assent_mergedinto`.
///
/// # Errors
/// `NotFound`, `Forbidden`, `Conflict` when one of them was merged before, `Invalid` for one and the same.
pub fn merge(tx: &mut Tx<'_>, keep: Uuid, lose: Uuid) -> Result<()> {
    tx.update(ENTITY, lose, Values::new().with(INTO, keep)).map(|_| ())
}

/// Merges two rows of an entity: contacts as [`merge`] does; of accounts and leads the one that goes stays
/// inactive, and what it forbids is forbidden on the other too.
///
/// # Errors
/// As [`merge`]; `Invalid` for rows of other entities.
pub fn rows(tx: &mut Tx<'_>, entity: &str, keep: Uuid, lose: Uuid) -> Result<()> {
    if entity == ENTITY {
        return merge(tx, keep, lose);
    }
    if !matches!(entity, "account" | "lead") {
        return Err(Error::invalid(
            "Target",
            format!("rows of {entity} are not merged; contacts, accounts and leads are"),
        ));
    }
    if keep == lose {
        return Err(Error::invalid("Subordinate", Phrase::new("merge-target", "is the target itself")));
    }
    // Whoever may change both may merge them; the rest follows.
    tx.update(entity, lose, Values::new().with("statecode", 1))?;
    let (winner, loser) = (tx.get(entity, keep)?, tx.get(entity, lose)?);
    let mut values = Values::new();
    for column in NO.iter().filter(|it| winner.has(it)) {
        values.set(column, winner.get(column).is_true() || loser.get(column).is_true());
    }
    tx.update(entity, keep, values)?;
    tx.as_system(&format!("merge of {entity}"), |tx| move_rows(tx, entity, lose, keep))
}

/// The contact that stands for this one: itself, or what it was merged into; none when it is gone.
///
/// # Errors
/// Those of reading.
pub fn survivor(rx: &Rx<'_>, contact: Uuid) -> Result<Option<Uuid>> {
    let rx = rx.elevated("merged contact");
    let mut at = contact;
    // Merging moves older links along, so one step is the rule; a few more do no harm.
    for _ in 0..8 {
        match rx.find(ENTITY, at)? {
            None => return Ok(None),
            Some(row) => match row.get(INTO).as_guid() {
                Some(next) => at = next,
                None => return Ok(Some(at)),
            },
        }
    }
    Ok(None)
}

/// Rule before a contact is stored: what a merge needs.
pub(crate) fn before(tx: &mut Tx<'_>, change: &mut Change) -> Result<()> {
    let Some(keep) = change.new_value(INTO).as_guid() else {
        if change.touches(INTO) {
            return Err(Error::conflict(INTO, Phrase::new("merge-stays", "a merge cannot be taken back")));
        }
        return Ok(());
    };
    if !change.touches(INTO) {
        return Ok(());
    }
    if change.before.is_none() {
        return Err(Error::invalid(INTO, "a new contact is not merged; make it first"));
    }
    if keep == change.id {
        return Err(Error::invalid(INTO, Phrase::new("merge-itself", "a contact is merged into another one")));
    }
    let carried = tx.cx().fact::<Evidence>().is_some_and(|it| it.source == Source::Merge);
    if !change.old(INTO).is_null() && !carried {
        return Err(Error::conflict(INTO, Phrase::new("merge-before", "this contact was merged before")));
    }
    let kept = tx.get(ENTITY, keep)?;
    if !kept.get(INTO).is_null() {
        return Err(Error::conflict(
            INTO,
            Phrase::new("merge-of-merged", "the contact to keep was merged itself; name the one it was merged into"),
        ));
    }
    if !carried {
        change.values.set("statecode", 1);
    }
    Ok(())
}

/// Rule after a contact was marked as merged: everything goes to the one that stays.
pub(crate) fn carry_over(tx: &mut Tx<'_>, change: &mut Change) -> Result<()> {
    let Some(keep) = change.new_value(INTO).as_guid() else { return Ok(()) };
    let evidence = Evidence { source: Source::Merge, ..Evidence::default() };
    if !change.old(INTO).is_null() {
        return Ok(());
    }
    let cx = tx.cx().as_system("merge of contacts").with_fact(evidence);
    tx.under(cx, |tx| {
        let (winner, loser) = (tx.get(ENTITY, keep)?, tx.get(ENTITY, change.id)?);
        let values = decided(tx, &winner, &loser)?;
        tx.update(ENTITY, keep, values)?;
        move_rows(tx, ENTITY, change.id, keep)
    })
}

/// When the person themselves acted last, as the change records or the noted withdrawal say.
///
/// # Errors
/// Those of reading.
pub fn last_act(rx: &Rx<'_>, row: &Record) -> Result<Option<Timestamp>> {
    let query = Query::on(ConsentChangeRecord::ENTITY).eq("msgdpr_contactid", row.id);
    let mut last = row.get("assent_withdrawnon").as_time();
    for record in ConsentChangeRecord::rows(rx, &query)? {
        if Source::of_word(&record.source).is_some_and(Source::is_person) {
            last = last.max(record.occurred_on);
        }
    }
    Ok(last)
}

fn decided(rx: &Rx<'_>, winner: &Record, loser: &Record) -> Result<Values> {
    let level = |it: &Record| Level::of_value(it.get("msgdpr_gdprconsent"));
    let (of_winner, of_loser) = (last_act(rx, winner)?, last_act(rx, loser)?);
    let newer = match of_winner.cmp(&of_loser) {
        std::cmp::Ordering::Greater => winner,
        std::cmp::Ordering::Less => loser,
        std::cmp::Ordering::Equal if level(winner)? <= level(loser)? => winner,
        std::cmp::Ordering::Equal => loser,
    };
    let mut values = Values::new();
    for column in ["msgdpr_gdprconsent", "assent_withdrawnon", "assent_withdrawnto", "assent_custodianlevel"] {
        values.set(column, newer.get(column).clone());
    }
    for column in NO.iter().filter(|it| winner.has(it)) {
        values.set(column, winner.get(column).is_true() || loser.get(column).is_true());
    }
    for column in ["assent_objectedon", "assent_restrictedon"] {
        let earliest = [winner, loser].iter().filter_map(|it| it.get(column).as_time()).min();
        values.set(column, earliest);
    }
    if !values.get("assent_objectedon").is_null() {
        let capped = Level::of_value(values.get("msgdpr_gdprconsent"))?.min(Level::Transactional);
        values.set("msgdpr_gdprconsent", capped.option());
    }
    // A custodian who is the very person that stays is none.
    let custodians = [winner, loser].into_iter().filter_map(|it| it.get("msgdpr_gdprparentid").as_guid());
    let custodian = custodians.into_iter().find(|it| *it != winner.id && *it != loser.id);
    values.set("msgdpr_gdprparentid", custodian);
    // What one custodian confirmed is nothing that another one did (Art. 8 GDPR).
    if newer.get("msgdpr_gdprparentid").as_guid() != custodian {
        values.set("assent_custodianlevel", Value::Null);
    }
    if winner.get("birthdate").is_null() {
        values.set("birthdate", loser.get("birthdate").clone());
    }
    Ok(values)
}

/// Every row that names the losing row names the other from now on: histories are united.
fn move_rows(tx: &mut Tx<'_>, of: &str, from: Uuid, to: Uuid) -> Result<()> {
    let model = tx.model();
    for reference in model.references(of) {
        let entity = model.entity(&reference.entity)?;
        for id in tx.ids(&Query::on(&entity.name).eq(&reference.column, from))? {
            if entity.name == of && (id == from || id == to) {
                continue;
            }
            let target = Value::Lookup(of.into(), to);
            let values = Values::new().with(&reference.column, target);
            match tx.attempt(|tx| tx.update(&entity.name, id, values)) {
                Ok(_) => {}
                // The one that stays has such a row, for instance a place on the same list.
                Err(error) if error.kind == Kind::Conflict && entity.kind != metadata::Kind::Log => {
                    tx.delete(&entity.name, id)?;
                }
                Err(error) => return Err(error),
            }
        }
    }
    Ok(())
}

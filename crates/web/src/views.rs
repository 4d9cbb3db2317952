//! The views of the entity files as rows of `savedquery`, which clients list and run.
//!
//! *Not* the running (`api::saved`). Invariant: a managed row says what the metadata in force says; what
//! people add stands beside it and is checked when it is written, so that each view can be run.

use std::collections::BTreeMap;

use kernel::{
    Change, Error, Kind, Op, Query, Record, Result, Rule, Tx, Values,
    metadata::{Entity, file::english},
    uuid::Uuid,
};

use crate::api::{fetch, fixed};

const SAVED: &str = "savedquery";

/// A view that everybody sees is made.
pub const CREATE: Rule = Rule::before(SAVED, Op::Create, &[], check);
/// It is changed.
pub const UPDATE: Rule = Rule::before(SAVED, Op::Update, &[], check);
/// It is removed.
pub const DELETE: Rule = Rule::before(SAVED, Op::Delete, &[], check);
/// A view of one's own is made.
pub const CREATE_OWN: Rule = Rule::before("userquery", Op::Create, &[], check);
/// It is changed.
pub const UPDATE_OWN: Rule = Rule::before("userquery", Op::Update, &["fetchxml", "returnedtypecode"], check);

/// Makes the rows of the views that the metadata has, brings changed ones up to date, and removes those
/// whose view is gone.
///
/// # Errors
/// Those of the write path.
pub fn ensure(tx: &mut Tx<'_>) -> Result<()> {
    let model = tx.model();
    if model.entity(SAVED).is_err() {
        return Ok(());
    }
    tx.as_system("views", |tx| {
        let mut present: BTreeMap<Uuid, Record> = BTreeMap::new();
        for row in tx.rows(&Query::on(SAVED).eq("ismanaged", true))? {
            present.insert(row.id, row);
        }
        for entity in model.entities() {
            for (at, (id, name, text)) in of(entity).into_iter().enumerate() {
                let values = Values::new()
                    .with("name", name)
                    .with("returnedtypecode", entity.name.as_str())
                    .with("fetchxml", text)
                    .with("isdefault", at == 0)
                    .with("ismanaged", true);
                match present.remove(&id) {
                    Some(row) if values.iter().all(|(name, it)| row.get(name) == it) => {}
                    Some(_) => {
                        tx.update(SAVED, id, values)?;
                    }
                    None => {
                        tx.create_as(SAVED, id, values)?;
                    }
                }
            }
        }
        for id in present.into_keys() {
            tx.delete(SAVED, id)?;
        }
        Ok(())
    })
}

/// Removes the rows of an entity's views, before the entity itself goes: they name it, and what is named by a
/// definition is not removed.
///
/// # Errors
/// Those of the write path.
pub fn forget(tx: &mut Tx<'_>, entity: &Entity) -> Result<()> {
    tx.as_system("views", |tx| {
        for id in tx.ids(&Query::on(SAVED).eq("ismanaged", true).eq("returnedtypecode", entity.name.as_str()))? {
            tx.delete(SAVED, id)?;
        }
        Ok(())
    })
}

/// The views of an entity: identifier, name, query. One that has none gets a list of what is active.
fn of(entity: &Entity) -> Vec<(Uuid, String, String)> {
    if entity.intersect.is_some() {
        return Vec::new();
    }
    let id = |view: &str| fixed(&format!("view {}.{view}", entity.name));
    let mut all = Vec::new();
    for (name, view) in &entity.views {
        // The metadata check has read it before.
        let filter = view.filter.as_deref().and_then(|it| odata::parse_filter(it).ok());
        let text = fetch::print(entity, &view.columns, filter.as_ref(), view.order_by.as_deref());
        if let (Some(text), true) = (text, view.filter.is_none() == filter.is_none()) {
            all.push((id(name), english(&view.label).to_owned(), text));
        }
    }
    if all.is_empty() {
        let columns: Vec<String> = entity.primary_name.iter().cloned().chain(["createdon".to_owned()]).collect();
        let filter = odata::parse_filter("statecode eq 0").ok();
        let order = entity.primary_name.as_ref().map(|it| format!("{it} asc"));
        if let Some(text) = fetch::print(entity, &columns, filter.as_ref(), order.as_deref()) {
            all.push((id("active"), format!("Active {}", english(&entity.plural)), text));
        }
    }
    all
}

/// Rule before a view is written: it can be run, and one of the product stays what the metadata says.
fn check(tx: &mut Tx<'_>, change: &mut Change) -> Result<()> {
    let ours = tx.cx().reason.as_deref() == Some("views");
    if change.old("ismanaged").is_true() && !ours {
        let text = "comes with the product and stays as it is; save a copy under another name";
        return Err(Error::conflict("name", text));
    }
    if change.op == Op::Delete {
        return Ok(());
    }
    let entity = change.new_value("returnedtypecode").as_text().unwrap_or_default().to_owned();
    let text = change.new_value("fetchxml").as_text().unwrap_or_default().to_owned();
    let model = tx.model();
    let entity =
        model.entity(&entity).map_err(|error| Error::new(Kind::Invalid, "payload", "returnedtypecode", error.text))?;
    fetch::check(tx, entity, &text).map_err(|error| error.at("fetchxml"))
}

//! The forms of the entity files as rows of `systemform`, which the application lays record pages out by.
//!
//! *Not* the drawing, and no matter of access: who may read a column reads it wherever it stands. Invariant: a row
//! keeps what the entity file says beside what an administrator made of it, so the one can be had back; a layout
//! names columns that there are.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{
    Change, Error, Op, Query, Record, Result, Rule, Tx, Values,
    metadata::{Entity, file::english},
    uuid::Uuid,
};
use serde::{Deserialize, Serialize};

use crate::api::fixed;

const ENTITY: &str = "systemform";
/// The reason under which rows of the product are written.
const OURS: &str = "forms";

/// A form is made.
pub const CREATE: Rule = Rule::before(ENTITY, Op::Create, &[], check);
/// It is changed.
pub const UPDATE: Rule = Rule::before(ENTITY, Op::Update, &[], check);
/// It is removed.
pub const DELETE: Rule = Rule::before(ENTITY, Op::Delete, &[], check);

/// A text in the languages it has.
type Label = BTreeMap<String, String>;

/// A layout: tabs with sections with columns.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Layout {
    tabs: Vec<Tab>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Tab {
    #[serde(default)]
    label: Label,
    sections: Vec<Section>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Section {
    #[serde(default)]
    label: Label,
    columns: Vec<String>,
    /// The roles whose page shows it; none named: everybody's.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    roles: Vec<String>,
}

/// Makes the rows of the entities' forms, brings changed ones up to date, and removes those whose entity is gone.
///
/// # Errors
/// Those of the write path.
pub fn ensure(tx: &mut Tx<'_>) -> Result<()> {
    let model = tx.model();
    if model.entity(ENTITY).is_err() {
        return Ok(());
    }
    tx.as_system(OURS, |tx| {
        let mut present: BTreeMap<Uuid, Record> = BTreeMap::new();
        for row in tx.rows(&Query::on(ENTITY).eq("ismanaged", true))? {
            present.insert(row.id, row);
        }
        for entity in model.entities().filter(|it| it.intersect.is_none()) {
            let id = fixed(&format!("form {}.main", entity.name));
            let text = serde_json::to_string(&of(entity))?;
            match present.remove(&id) {
                Some(row) if row.text("assent_productjson") == text => {}
                Some(_) => {
                    tx.update(ENTITY, id, Values::new().with("assent_productjson", text))?;
                }
                None => {
                    let values = Values::new()
                        .with("name", english(&entity.label))
                        .with("objecttypecode", entity.name.as_str())
                        .with("assent_productjson", text)
                        .with("isdefault", true)
                        .with("ismanaged", true);
                    tx.create_as(ENTITY, id, values)?;
                }
            }
        }
        present.into_keys().try_for_each(|id| tx.delete(ENTITY, id))
    })
}

/// The layout that the entity file says; without a form, everything that people can fill in.
fn of(entity: &Entity) -> Layout {
    let section = |label: Label, columns: Vec<String>| Section { label, columns, roles: Vec::new() };
    let mut sections: Vec<Section> = entity
        .form
        .sections
        .iter()
        .map(|it| section(it.label.clone().into_iter().collect(), it.columns.clone()))
        .collect();
    if sections.is_empty() {
        let open = entity.columns.values().filter(|it| !it.readonly && it.name != entity.key);
        sections.push(section(Label::new(), open.map(|it| it.name.clone()).collect()));
    }
    Layout { tabs: vec![Tab { label: Label::new(), sections }] }
}

/// Rule before a form is written: its layout can be drawn, and one of the product stays, whatever is made of it.
fn check(tx: &mut Tx<'_>, change: &mut Change) -> Result<()> {
    let ours = tx.cx().reason.as_deref() == Some(OURS);
    let managed = change.old("ismanaged").is_true() && !ours;
    if change.op == Op::Delete {
        let text = "comes with the product; empty its formjson to have the product's layout back";
        return if managed { Err(Error::conflict("formid", text)) } else { Ok(()) };
    }
    if managed && change.new_value("objecttypecode") != change.old("objecttypecode") {
        return Err(Error::conflict("objecttypecode", "the form of an entity stays with it"));
    }
    let model = tx.model();
    let name = change.new_value("objecttypecode").as_text().unwrap_or_default().to_owned();
    let entity = model.entity(&name).map_err(|error| Error::invalid("objecttypecode", error.text))?;
    let wrong = |text: String| Error::invalid("formjson", text).with_code("payload");
    let value = change.new_value("formjson");
    let Some(text) = value.as_text().filter(|it| !it.is_empty()) else { return Ok(()) };
    let layout: Layout = serde_json::from_str(text).map_err(|error| wrong(format!("is no layout: {error}")))?;
    let mut seen = BTreeSet::new();
    for column in layout.tabs.iter().flat_map(|it| &it.sections).flat_map(|it| &it.columns) {
        entity.column(column).map_err(|error| wrong(error.text))?;
        if !seen.insert(column) {
            return Err(wrong(format!("the column {column} stands in it twice")));
        }
    }
    Ok(())
}

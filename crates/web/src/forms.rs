//! The layout of record pages: what an entity file says, and what an administrator made of it (`systemform`).
//!
//! *Not* the drawing, and no matter of access: who may read a column reads it wherever it stands. Invariant: a layout
//! names columns that there are; without a row, the page is as the file says, so removing the row brings that back.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{
    Change, Error, Op, Result, Rule, Tx,
    metadata::{Entity, file::Label},
};
use serde::{Deserialize, Serialize};

const ENTITY: &str = "systemform";

/// A form is made.
pub const CREATE: Rule = Rule::before(ENTITY, Op::Create, &[], check);
/// It is changed.
pub const UPDATE: Rule = Rule::before(ENTITY, Op::Update, &[], check);

/// A layout: tabs with sections with columns.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Layout {
    tabs: Vec<Tab>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Tab {
    #[serde(default)]
    label: BTreeMap<String, String>,
    sections: Vec<Section>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Section {
    #[serde(default)]
    label: BTreeMap<String, String>,
    columns: Vec<String>,
    /// The roles whose page shows it; none named: everybody's.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    roles: Vec<String>,
}

/// The layout that the entity file says; without a form, everything that people can fill in.
pub fn of(entity: &Entity) -> Layout {
    let section = |label: &Label, columns: Vec<String>| Section {
        label: label.clone().into_iter().collect(),
        columns,
        roles: Vec::new(),
    };
    let mut sections: Vec<Section> =
        entity.form.sections.iter().map(|it| section(&it.label, it.columns.clone())).collect();
    if sections.is_empty() {
        let open = entity.columns.values().filter(|it| !it.readonly && !it.system && it.name != entity.key);
        sections.push(section(&Label::new(), open.map(|it| it.name.clone()).collect()));
    }
    Layout { tabs: vec![Tab { label: BTreeMap::new(), sections }] }
}

/// Rule before a form is written: its layout can be drawn.
fn check(tx: &mut Tx<'_>, change: &mut Change) -> Result<()> {
    let model = tx.model();
    let name = change.new_value("objecttypecode").as_text().unwrap_or_default().to_owned();
    let entity = model.entity(&name).map_err(|error| Error::invalid("objecttypecode", error.text))?;
    let wrong = |text: String| Error::invalid("formjson", text).with_code("payload");
    let text = change.new_value("formjson").as_text().unwrap_or_default().to_owned();
    let layout: Layout = serde_json::from_str(&text).map_err(|error| wrong(format!("is no layout: {error}")))?;
    let mut seen = BTreeSet::new();
    for column in layout.tabs.iter().flat_map(|it| &it.sections).flat_map(|it| &it.columns) {
        entity.column(column).map_err(|error| wrong(error.text))?;
        if !seen.insert(column) {
            return Err(wrong(format!("the column {column} stands in it twice")));
        }
    }
    Ok(())
}

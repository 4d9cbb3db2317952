//! Changing what a customer added, and the words on what came with the product.
//!
//! *Not* a second way to add. Invariant: a definition changes only so that every row still fits it: texts
//! do not shrink, an option in use stays, and personal values do not lose their classification.

use odata::CompareOp;
use toml::{Table, Value as Toml};

use super::{columns_of, layer_of, layers, parse, reload, table, unlayer, write_layer};
use crate::{
    Error, Query, Result, Tx, Value, access,
    metadata::{Column, ColumnType, Model},
    store::load_model,
};

/// Changes the definition of a column that was added; `edit` gets it as it is written in an entity file.
///
/// # Errors
/// `Conflict` for a column of the product or a change that rows contradict, `Invalid` naming mistakes.
pub fn column(tx: &mut Tx<'_>, entity: &str, column: &str, edit: impl FnOnce(&mut Table) -> Result<()>) -> Result<()> {
    access::require(tx, "prvWriteAttribute", "changing a column")?;
    let before = tx.model().entity(entity)?.column(column)?.clone();
    let (solution, _) = layer_of(tx, entity, column)?.ok_or_else(|| {
        Error::conflict(column, format!("of {entity} comes with the product; only its labels can be changed"))
    })?;
    edited(tx, &solution, |layer| {
        let columns = columns_of(layer, entity).and_then(|it| it.get_mut(column)).and_then(Toml::as_table_mut);
        edit(columns.ok_or_else(|| Error::bug("a layer lost its column"))?)
    })?;
    let model = load_model(tx.connection, tx.shared.sources)?;
    fits(tx, entity, &before, model.entity(entity)?.column(column)?)?;
    reload(tx, &serde_json::json!({ "changed": format!("{entity}.{column}") }))
}

/// Changes labels, and the roles of an entity that was added; `change` has keys as in an entity file.
///
/// # Errors
/// `Conflict` for the roles of an entity of the product.
pub fn entity(tx: &mut Tx<'_>, entity: &str, change: Table) -> Result<()> {
    access::require(tx, "prvWriteEntity", "changing an entity")?;
    if change.contains_key("roles") {
        // Who may do what to its rows is a matter of roles, wherever it is written.
        access::check(tx, tx.model().entity("role")?, access::Privilege::Write)?;
    }
    tx.model().entity(entity)?;
    let solution = format!("customer.{entity}");
    if layers(tx)?.iter().any(|(it, _)| *it == solution) {
        edited(tx, &solution, |layer| {
            let file = layer.get_mut("entities").and_then(|it| it.get_mut(0)).and_then(Toml::as_table_mut);
            file.ok_or_else(|| Error::bug("a layer lost its entity"))?.extend(change);
            Ok(())
        })?;
        return reload(tx, &serde_json::json!({ "changed": entity }));
    }
    if change.contains_key("roles") {
        return Err(Error::conflict(entity, "comes with the product; its roles stay as they are"));
    }
    relabel(tx, entity, None, change)
}

/// Changes the labels of a column or, without one, of an entity that comes with the product: `label`,
/// `plural` and `description` as in an entity file.
///
/// # Errors
/// `NotFound`, `Invalid` for what is no label.
pub fn relabel(tx: &mut Tx<'_>, entity: &str, column: Option<&str>, labels: Table) -> Result<()> {
    access::require(tx, if column.is_some() { "prvWriteAttribute" } else { "prvWriteEntity" }, "changing labels")?;
    let model = tx.model();
    let present = model.entity(entity)?;
    if let Some(column) = column {
        present.column(column)?;
    }
    let solution = format!("customer.labels.{entity}");
    let text = layers(tx)?.into_iter().find(|(it, _)| *it == solution).map(|(_, text)| text);
    let mut layer = match &text {
        Some(text) => parse("layer", text)?,
        None => Table::from_iter([("solution".to_owned(), Toml::String(solution.clone()))]),
    };
    let mut at = descend(descend(&mut layer, "relabel")?, entity)?;
    if let Some(column) = column {
        at = descend(descend(at, "columns")?, column)?;
    }
    at.extend(labels);
    let what = serde_json::json!({ "changed": column.map_or(entity.to_owned(), |it| format!("{entity}.{it}")) });
    if text.is_some() {
        write_layer(tx, &solution, &layer.to_string())?;
        return reload(tx, &what);
    }
    super::install(tx, &solution, &layer.to_string())
}

/// Adds a set of options that columns share.
///
/// # Errors
/// `Conflict` for a name that there is, `Invalid` naming mistakes.
pub fn add_choices(tx: &mut Tx<'_>, name: &str, definition: &str) -> Result<()> {
    access::require(tx, "prvCreateOptionSet", "adding a choice")?;
    super::own(name, "a choice")?;
    if tx.model().choices(name).is_some() {
        return Err(Error::conflict(name, "a choice of this name exists already"));
    }
    let solution = format!("customer.choices.{name}");
    let mut layer = table("choices", table(name, parse(name, definition)?));
    layer.insert("solution".into(), Toml::String(solution.clone()));
    super::install(tx, &solution, &layer.to_string())
}

/// Changes a set of options that was added; `edit` gets it as it is written in an entity file.
///
/// # Errors
/// `Conflict` for a set of the product, or an option in use that would go.
pub fn choices(tx: &mut Tx<'_>, name: &str, edit: impl FnOnce(&mut Table) -> Result<()>) -> Result<()> {
    access::require(tx, "prvWriteOptionSet", "changing a choice")?;
    let before = tx.model();
    let solution = own_choices(tx, name)?;
    edited(tx, &solution, |layer| {
        let set = layer.get_mut("choices").and_then(|it| it.get_mut(name)).and_then(Toml::as_table_mut);
        edit(set.ok_or_else(|| Error::bug("a layer lost its choice"))?)
    })?;
    let model = load_model(tx.connection, tx.shared.sources)?;
    for (entity, column) in users(&before, name) {
        let old = before.entity(&entity)?.column(&column)?;
        fits(tx, &entity, old, model.entity(&entity)?.column(&column)?)?;
    }
    reload(tx, &serde_json::json!({ "changed": name }))
}

/// Removes a set of options that was added.
///
/// # Errors
/// `Conflict` for a set of the product, or one that a column has.
pub fn remove_choices(tx: &mut Tx<'_>, name: &str) -> Result<()> {
    access::require(tx, "prvDeleteOptionSet", "removing a choice")?;
    let solution = own_choices(tx, name)?;
    if let Some((entity, column)) = users(&tx.model(), name).first() {
        let text = format!("is the choice of {entity}.{column}; remove the column first");
        return Err(Error::conflict(name, text).with_code("in-use"));
    }
    unlayer(tx, &solution)?;
    reload(tx, &serde_json::json!({ "removed": name }))
}

fn own_choices(tx: &Tx<'_>, name: &str) -> Result<String> {
    if tx.model().choices(name).is_none() {
        return Err(Error::new(crate::Kind::NotFound, "not-found", "", format!("there is no choice named '{name}'")));
    }
    let solution = format!("customer.choices.{name}");
    if layers(tx)?.iter().any(|(it, _)| *it == solution) {
        return Ok(solution);
    }
    Err(Error::conflict(name, "comes with the product and stays"))
}

fn users(model: &Model, choices: &str) -> Vec<(String, String)> {
    let of = |entity: &crate::metadata::Entity| {
        let name = entity.name.clone();
        let columns = entity.columns.values().filter(|it| it.choice_set.as_deref() == Some(choices));
        columns.map(|it| (name.clone(), it.name.clone())).collect::<Vec<_>>()
    };
    model.entities().flat_map(of).collect()
}

fn edited(tx: &mut Tx<'_>, solution: &str, edit: impl FnOnce(&mut Table) -> Result<()>) -> Result<()> {
    let text = layers(tx)?.into_iter().find(|(it, _)| it == solution).map(|(_, text)| text).unwrap_or_default();
    let mut layer = parse("layer", &text)?;
    edit(&mut layer)?;
    write_layer(tx, solution, &layer.to_string())
}

/// The table of that name inside another, made when it is not there.
fn descend<'t>(table: &'t mut Table, name: &str) -> Result<&'t mut Table> {
    let inner = table.entry(name).or_insert_with(|| Toml::Table(Table::new()));
    inner.as_table_mut().ok_or_else(|| Error::bug("a layer holds something else than labels"))
}

/// Whether every row that fitted the old definition fits the new one.
fn fits(tx: &Tx<'_>, entity: &str, old: &Column, new: &Column) -> Result<()> {
    let refused = |text: String| Err(Error::conflict(new.name.as_str(), text));
    let rx = tx.elevated("change of a column");
    let count = |op: CompareOp, value: Value| rx.count(&Query::on(entity).compare(&old.name, op, value));
    if old.kind != new.kind {
        return refused("keeps its type; add a column of the other type instead".to_owned());
    }
    if old.targets != new.targets || old.choice_set != new.choice_set {
        return refused("keeps the entities or the choice it leads to".to_owned());
    }
    if new.max_length < old.max_length && matches!(old.kind, ColumnType::Text | ColumnType::Memo | ColumnType::Json) {
        return refused(format!("has texts of up to {} characters and can only take longer ones", old.max_length));
    }
    if new.precision != old.precision {
        return refused(format!("keeps its {} decimals", old.precision));
    }
    for option in old.options.iter().filter(|it| new.option(it.value).is_none()) {
        let used = match old.kind {
            ColumnType::MultiChoice => {
                let all =
                    rx.rows(&Query::on(entity).select(&[&old.name]).compare(&old.name, CompareOp::Ne, Value::Null))?;
                all.iter()
                    .filter(|it| matches!(it.get(&old.name), Value::Choices(all) if all.contains(&option.value)))
                    .count() as u64
            }
            _ => count(CompareOp::Eq, Value::Int(option.value))?,
        };
        if used > 0 {
            return refused(format!("the option {} is the value of {used} rows; change those first", option.value));
        }
    }
    if new.required && !old.required {
        let empty = count(CompareOp::Eq, Value::Null)?;
        if empty > 0 {
            return refused(format!("{empty} rows have no value; fill those before it is required"));
        }
    }
    if new.privacy.sensitivity < old.privacy.sensitivity && count(CompareOp::Ne, Value::Null)? > 0 {
        return refused("has values that are classified as personal; empty it before it counts as less".to_owned());
    }
    Ok(())
}

//! Layers above the entity files: solutions that an administrator enables, and columns that a
//! customer adds.
//!
//! *Not* reversible by dropping: a column that was added stays. Invariant: the new model is checked
//! before the first statement runs, and the change of metadata and of tables is one transaction.

use std::sync::Arc;

use uuid::Uuid;

use crate::{
    Error, Kind, Result, Rx, Tx, access, audit,
    store::{ddl, load_model},
};

/// Enables a solution; `false` when it was enabled before.
///
/// # Errors
/// `NotFound` for an unknown name, `Forbidden` for whoever is not an administrator.
pub fn enable(tx: &mut Tx<'_>, name: &str) -> Result<bool> {
    access::require_role(tx.cx(), &[], "enabling a solution")?;
    if is_enabled(tx, name)? {
        return Ok(false);
    }
    let (_, text) = tx.shared.sources.solutions.iter().find(|(it, _)| *it == name).ok_or_else(|| {
        Error::new(Kind::NotFound, "unknown-solution", name, format!("there is no solution '{name}'"))
    })?;
    install(tx, name, text)?;
    Ok(true)
}

/// Whether a solution is enabled.
///
/// # Errors
/// Those of the store.
pub fn is_enabled(rx: &Rx<'_>, name: &str) -> Result<bool> {
    Ok(rx.connection.prepare_cached("SELECT 1 FROM assent_layer WHERE solution = ?1")?.exists([name])?)
}

/// Adds a column to an entity, in the format of an entity file; it is live at once.
///
/// # Errors
/// `Invalid` naming every mistake, among them a personal column on an entity without a path to its
/// data subject; `Conflict` when the column exists.
pub fn add_column(tx: &mut Tx<'_>, entity: &str, column: &str, definition: &str) -> Result<()> {
    access::require_role(tx.cx(), &[], "adding a column")?;
    let model = tx.model();
    if model.entity(entity)?.columns.contains_key(column) {
        return Err(Error::conflict(column, format!("{entity} has this column already")));
    }
    if !column.contains('_') {
        return Err(Error::invalid(column, "a column of your own has a prefix, such as new_"));
    }
    let parsed: toml::Table =
        definition.parse().map_err(|error: toml::de::Error| Error::invalid(column, error.message().to_owned()))?;
    let solution = format!("customer.{entity}.{column}");
    let mut columns = toml::Table::new();
    columns.insert(column.to_owned(), toml::Value::Table(parsed));
    let mut extension = toml::Table::new();
    extension.insert("columns".into(), toml::Value::Table(columns));
    let mut extend = toml::Table::new();
    extend.insert(entity.to_owned(), toml::Value::Table(extension));
    let mut layer = toml::Table::new();
    layer.insert("solution".into(), toml::Value::String(solution.clone()));
    layer.insert("extend".into(), toml::Value::Table(extend));
    install(tx, &solution, &layer.to_string())
}

fn install(tx: &mut Tx<'_>, solution: &str, text: &str) -> Result<()> {
    tx.connection
        .prepare_cached("INSERT INTO assent_layer (solution, text, since) VALUES (?1, ?2, ?3)")?
        .execute(rusqlite::params![solution, text, tx.now().as_millisecond()])?;
    let model = load_model(tx.connection, tx.shared.sources)?;
    ddl::apply(tx.connection, &model)?;
    tx.set_model(Arc::new(model));
    audit::note(tx, "solution", Uuid::nil(), &serde_json::json!({ "enabled": solution }))
}

//! Layers above the entity files: solutions that an administrator enables, the entities, columns and
//! keys that a customer adds, and the customer's own words for options.
//!
//! What was added can be removed again (`remove`). *Not* a second description of the tables: a layer is
//! text like an entity file. Invariant: the new model is checked, and the change of metadata and of
//! tables is one transaction.

pub mod change;
pub mod remove;

use std::{collections::BTreeMap, sync::Arc};

use jiff::Timestamp;
use uuid::Uuid;

use crate::{
    Error, Kind, Result, Rx, Tx, access, audit,
    metadata::{
        Choice, Column,
        file::{Label, LayerFile},
    },
    store::{connection::cells, ddl, load_model},
};

/// Enables a solution; `false` when it was enabled before.
///
/// # Errors
/// `NotFound` for an unknown name, `Forbidden` without the privilege.
pub fn enable(tx: &mut Tx<'_>, name: &str) -> Result<bool> {
    access::require(tx, "prvImportCustomization", "enabling a solution")?;
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
    rx.connection.exists("SELECT 1 FROM assent_layer WHERE solution = ?1", cells![name])
}

/// A solution of the product.
#[derive(Debug, Clone)]
pub struct Shipped {
    /// Its name.
    pub name: &'static str,
    /// What people read.
    pub label: Label,
    /// Since when it is enabled, if it is.
    pub since: Option<Timestamp>,
}

/// The solutions of the product, enabled or not.
///
/// # Errors
/// Those of the store.
pub fn shipped(tx: &Tx<'_>) -> Result<Vec<Shipped>> {
    let sql = "SELECT solution, since FROM assent_layer";
    let enabled: BTreeMap<String, i64> =
        tx.connection.rows(sql, cells![], |row| Ok((row.get(0)?, row.get(1)?)))?.into_iter().collect();
    let all = tx.shared.sources.solutions.iter().map(|(name, text)| {
        let label = toml::from_str::<LayerFile>(text).map(|it| it.label).unwrap_or_default();
        let since = enabled.get(*name).and_then(|it| Timestamp::from_millisecond(*it).ok());
        Shipped { name, label, since }
    });
    Ok(all.collect())
}

/// The alternate keys that a customer added: entity and key.
///
/// # Errors
/// Those of the store.
pub fn own_keys(rx: &Rx<'_>) -> Result<Vec<(String, String)>> {
    let key = |layer: &str| {
        let (entity, key) = layer.strip_prefix("customer.")?.split_once(".key.")?;
        Some((entity.to_owned(), key.to_owned()))
    };
    Ok(layers(rx)?.iter().filter_map(|(name, _)| key(name)).collect())
}

/// Adds a column to an entity, in the format of an entity file; it is live at once.
///
/// # Errors
/// `Invalid` naming every mistake, among them a personal column on an entity without a path to its
/// data subject; `Conflict` when the column exists.
pub fn add_column(tx: &mut Tx<'_>, entity: &str, column: &str, definition: &str) -> Result<()> {
    add_column_with(tx, entity, column, definition, false)
}

/// As [`add_column`]; the column can be a lookup that is also a path to the data subject.
///
/// # Errors
/// As [`add_column`].
pub fn add_column_with(tx: &mut Tx<'_>, entity: &str, column: &str, definition: &str, subject: bool) -> Result<()> {
    access::require(tx, "prvCreateAttribute", "adding a column")?;
    let model = tx.model();
    if model.entity(entity)?.columns.contains_key(column) {
        return Err(Error::conflict(column, format!("{entity} has this column already")));
    }
    own(column, "a column")?;
    let mut extension = table("columns", table(column, parse(column, definition)?));
    if subject {
        extension.insert("subject".into(), toml::Value::Array(vec![column.into()]));
    }
    extend(tx, &format!("customer.{entity}.{column}"), entity, extension)
}

/// Adds an entity, in the format of an entity file; it is live at once.
///
/// # Errors
/// `Invalid` naming every mistake, among them a personal column without a path to its data subject;
/// `Conflict` when the entity exists.
pub fn add_entity(tx: &mut Tx<'_>, definition: &str) -> Result<()> {
    access::require(tx, "prvCreateEntity", "adding an entity")?;
    let parsed = parse("entity", definition)?;
    let name = parsed.get("logical_name").and_then(toml::Value::as_str).unwrap_or_default().to_owned();
    own(&name, "an entity")?;
    if tx.model().entity(&name).is_ok() {
        return Err(Error::conflict(name, "an entity of this name exists already"));
    }
    let solution = format!("customer.{name}");
    let mut layer = toml::Table::new();
    layer.insert("entities".into(), toml::Value::Array(vec![toml::Value::Table(parsed)]));
    layer.insert("solution".into(), toml::Value::String(solution.clone()));
    install(tx, &solution, &layer.to_string())
}

/// Adds an alternate key to an entity: no two rows have the same values in these columns.
///
/// # Errors
/// `Invalid` for a column that there is not, `Conflict` when the key exists or rows contradict it.
pub fn add_key(tx: &mut Tx<'_>, entity: &str, key: &str, columns: &[String]) -> Result<()> {
    access::require(tx, "prvWriteEntity", "adding an alternate key")?;
    let model = tx.model();
    let present = model.entity(entity)?;
    own(key, "a key")?;
    if present.keys.iter().any(|(it, _)| it == key) {
        return Err(Error::conflict(key, format!("{entity} has this key already")));
    }
    for column in columns {
        present.column(column)?;
    }
    if ddl::contradicts(tx.connection, present, columns)? {
        return Err(Error::conflict(key, "rows have the same values in these columns already"));
    }
    let columns = columns.iter().map(|it| toml::Value::String(it.clone())).collect();
    let columns = toml::Table::from_iter([("columns".to_owned(), toml::Value::Array(columns))]);
    extend(tx, &format!("customer.{entity}.key.{key}"), entity, table("keys", table(key, columns)))
}

/// Secures a column, so that only column security profiles open it, or lifts that; `false` when it was so
/// before.
///
/// # Errors
/// `Conflict` for a column that its entity file secures, `Invalid` for one of the kernel itself.
pub fn secure_column(tx: &mut Tx<'_>, entity: &str, column: &str, on: bool) -> Result<bool> {
    access::require(tx, "prvAssentSecureColumn", "securing a column")?;
    let model = tx.model();
    let present = model.entity(entity)?.column(column)?;
    if present.secured == on {
        return Ok(false);
    }
    let solution = format!("customer.{entity}.secured.{column}");
    if on {
        let columns = toml::Value::Array(vec![column.into()]);
        extend(tx, &solution, entity, toml::Table::from_iter([("secured".to_owned(), columns)]))?;
    } else if unlayer(tx, &solution)? {
        reload(tx, &serde_json::json!({ "removed": solution }))?;
    } else {
        return Err(Error::conflict(column, "is secured by its entity file or by what it is made of; that stays"));
    }
    Ok(true)
}

/// Puts a layer that extends an entity in the place of the one of that name, or takes it away.
pub(crate) fn put_extension(tx: &mut Tx<'_>, solution: &str, entity: &str, it: Option<toml::Table>) -> Result<()> {
    unlayer(tx, solution)?;
    match it {
        Some(it) => extend(tx, solution, entity, it),
        None => reload(tx, &serde_json::json!({ "removed": solution })),
    }
}

/// Removes an alternate key that was added; the rows stay as they are.
///
/// # Errors
/// `Conflict` for a key that came with the product.
pub fn remove_key(tx: &mut Tx<'_>, entity: &str, key: &str) -> Result<()> {
    access::require(tx, "prvWriteEntity", "removing an alternate key")?;
    let solution = format!("customer.{entity}.key.{key}");
    if !unlayer(tx, &solution)? {
        return Err(Error::conflict(key, format!("is no key of your own on {entity}; keys of the product stay")));
    }
    ddl::drop_key(tx.connection, entity, key)?;
    reload(tx, &serde_json::json!({ "removed": solution }))
}

/// Gives an option of a named set other words; `false` when it has them already. Its number and its
/// place among the others stay.
///
/// # Errors
/// `NotFound` for an option that there is not, `Forbidden` without the privilege.
pub fn reword(tx: &mut Tx<'_>, set: &str, option: &Choice) -> Result<bool> {
    access::require(tx, "prvWriteOptionSet", "changing the words of an option")?;
    let model = tx.model();
    let of_set = |it: &&Column| it.choice_set.as_deref() == Some(set);
    let mut columns = model.entities().flat_map(|it| it.columns.values());
    let present = columns.find(of_set).and_then(|it| it.option(option.value)).ok_or_else(|| {
        Error::new(Kind::NotFound, "unknown-option", set, format!("{set} has no option {}", option.value))
    })?;
    if present == option {
        return Ok(false);
    }
    let text = |it: &Choice| serde_json::json!({ "label": it.label, "description": it.description, "iri": it.iri });
    let what =
        serde_json::json!({ "choice": set, "value": option.value, "before": text(present), "after": text(option) });
    let solution = format!("customer.choice.{set}.{}", option.value);
    let words =
        toml::Table::from_iter([(set.to_owned(), toml::Value::Array(vec![toml::Value::Table(written(option))]))]);
    let mut layer = table("words", words);
    layer.insert("solution".into(), toml::Value::String(solution.clone()));
    unlayer(tx, &solution)?;
    insert(tx, &solution, &layer.to_string())?;
    reload(tx, &what)?;
    Ok(true)
}

/// An option as a layer holds it.
fn written(option: &Choice) -> toml::Table {
    let words = |it: &Label| {
        toml::Value::Table(it.iter().map(|(tag, text)| (tag.clone(), toml::Value::String(text.clone()))).collect())
    };
    let mut table = toml::Table::from_iter([
        ("value".to_owned(), toml::Value::Integer(option.value)),
        ("label".to_owned(), words(&option.label)),
        ("description".to_owned(), words(&option.description)),
    ]);
    if let Some(iri) = &option.iri {
        table.insert("iri".into(), toml::Value::String(iri.clone()));
    }
    table
}

/// What a customer adds has a prefix of its own, so that it never meets what the product adds later,
/// nor a table of the kernel itself.
fn own(name: &str, what: &str) -> Result<()> {
    let taken = ["assent_", "sqlite_", "pg_"].into_iter().find(|it| name.starts_with(it));
    if let Some(prefix) = taken {
        return Err(Error::invalid(name, format!("the prefix {prefix} is the product's; use one of your own")));
    }
    if name.contains('_') {
        return Ok(());
    }
    Err(Error::invalid(name, format!("{what} of your own has a prefix, such as new_")))
}

fn parse(place: &str, definition: &str) -> Result<toml::Table> {
    definition.parse().map_err(|error: toml::de::Error| Error::invalid(place, error.message().to_owned()))
}

fn table(name: &str, inner: toml::Table) -> toml::Table {
    toml::Table::from_iter([(name.to_owned(), toml::Value::Table(inner))])
}

fn extend(tx: &mut Tx<'_>, solution: &str, entity: &str, extension: toml::Table) -> Result<()> {
    let mut layer = table("extend", table(entity, extension));
    layer.insert("solution".into(), toml::Value::String(solution.to_owned()));
    install(tx, solution, &layer.to_string())
}

fn install(tx: &mut Tx<'_>, solution: &str, text: &str) -> Result<()> {
    insert(tx, solution, text)?;
    reload(tx, &serde_json::json!({ "enabled": solution }))
}

fn insert(tx: &mut Tx<'_>, solution: &str, text: &str) -> Result<()> {
    tx.connection.execute(
        "INSERT INTO assent_layer (solution, text, since) VALUES (?1, ?2, ?3)",
        cells![solution, text, tx.now().as_millisecond()],
    )?;
    Ok(())
}

/// The layers in force: name and text.
fn layers(rx: &Rx<'_>) -> Result<Vec<(String, String)>> {
    let sql = "SELECT solution, text FROM assent_layer ORDER BY since, solution";
    rx.connection.rows(sql, cells![], |row| Ok((row.get(0)?, row.get(1)?)))
}

/// Takes a layer away; `false` when there is none of that name.
fn unlayer(tx: &Tx<'_>, solution: &str) -> Result<bool> {
    Ok(tx.connection.execute("DELETE FROM assent_layer WHERE solution = ?1", cells![solution])? > 0)
}

/// Puts another text in the place of a layer.
fn write_layer(tx: &Tx<'_>, solution: &str, text: &str) -> Result<()> {
    tx.connection.execute("UPDATE assent_layer SET text = ?2 WHERE solution = ?1", cells![solution, text])?;
    Ok(())
}

/// The customer's layer that a column is in, and whether the layer is there for this column alone;
/// none for a column of the product.
fn layer_of(rx: &Rx<'_>, entity: &str, column: &str) -> Result<Option<(String, bool)>> {
    let (own, whole) = (format!("customer.{entity}.{column}"), format!("customer.{entity}"));
    let mut found = None;
    for (name, text) in layers(rx)? {
        if name == own {
            return Ok(Some((name, true)));
        }
        if name == whole && columns_of(&mut parse("layer", &text)?, entity).is_some_and(|it| it.contains_key(column)) {
            found = Some((name, false));
        }
    }
    Ok(found)
}

/// The columns that a layer gives to an entity.
fn columns_of<'l>(layer: &'l mut toml::Table, entity: &str) -> Option<&'l mut toml::Table> {
    if layer.contains_key("extend") {
        return layer.get_mut("extend")?.get_mut(entity)?.get_mut("columns")?.as_table_mut();
    }
    let all = layer.get_mut("entities")?.as_array_mut()?;
    let named = |it: &&mut toml::Value| it.get("logical_name").and_then(toml::Value::as_str) == Some(entity);
    all.iter_mut().find(named)?.get_mut("columns")?.as_table_mut()
}

pub(crate) fn reload(tx: &mut Tx<'_>, what: &serde_json::Value) -> Result<()> {
    let model = load_model(tx.connection, tx.shared.sources)?;
    ddl::apply(tx.connection, &model)?;
    let model = audit::switches::applied(tx.connection, model)?;
    // Other nodes read it anew.
    tx.connection.execute("UPDATE assent_sequence SET value = value + 1 WHERE name = 'model'", cells![])?;
    tx.set_model(Arc::new(model));
    audit::note(tx, "solution", Uuid::nil(), what)
}

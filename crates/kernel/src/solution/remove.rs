//! Removing what a customer added: columns and entities of one's own, with the values in them.
//!
//! *Not* for what comes with the product. Invariant: what something else is built on is not removed,
//! and the values are gone from the store, row by row on the write path, before the table changes; the
//! trail notes which rows lost something, and no copy of the values.

use odata::CompareOp;

use super::{layers, parse, reload, unlayer, write_layer};
use crate::{
    Error, Query, Result, Tx, Value, Values, access,
    audit::kept::{self, Event},
    metadata::{ColumnType, Entity, Reference},
    store::{backup, ddl},
};
/// Most rows that are emptied together with a change of metadata.
const ROWS: usize = 50_000;

/// Removes an entity that was added, with its rows.
///
/// # Errors
/// `Conflict` for an entity of the product, one that others refer to, or one with more rows than one
/// transaction deletes.
pub fn entity(tx: &mut Tx<'_>, name: &str) -> Result<()> {
    access::require(tx, "prvDeleteEntity", "removing an entity")?;
    let model = tx.model();
    let present = model.entity(name)?;
    let solution = format!("customer.{name}");
    let all = layers(tx)?;
    if !all.iter().any(|(it, _)| *it == solution) {
        return Err(Error::conflict(name, "comes with the product and stays"));
    }
    // A lookup that takes rows of every entity, such as that of a share, is built on none of them.
    let closed = |it: &&Reference| {
        model.entity(&it.entity).is_ok_and(|by| by.columns.get(&it.column).is_some_and(|it| !it.open))
    };
    let mut users: Vec<String> = model
        .references(name)
        .iter()
        .filter(|it| it.entity != name)
        .filter(closed)
        .map(|it| format!("{}.{}", it.entity, it.column))
        .collect();
    users.extend(used_in_definitions(tx, name, name)?);
    unused(name, &users)?;
    let ids = few(name, tx.elevated("removed entity").ids(&Query::on(name).top(ROWS as u64 + 1))?)?;
    emptying(tx, |tx| {
        for id in &ids {
            // A row may have gone together with one before it.
            if tx.exists_row(present, *id)? {
                tx.delete(name, *id)?;
            }
        }
        Ok(())
    })?;
    let below = format!("{solution}.");
    for (it, _) in all.iter().filter(|(it, _)| *it == solution || it.starts_with(&below)) {
        unlayer(tx, it)?;
    }
    ddl::drop_table(tx.connection, present)?;
    gone(tx, present.columns.values().any(|it| it.is_personal()))?;
    reload(tx, &serde_json::json!({ "removed": name, "rows": ids.len() }))?;
    kept::event(tx, Event::EntityDeleted, Some((present, None)))
}

/// Removes a column that was added, with its values.
///
/// # Errors
/// `Conflict` for a column of the product, or one that a key, a view, a form, a path to the data
/// subject or a stored definition needs.
pub fn column(tx: &mut Tx<'_>, entity: &str, column: &str) -> Result<()> {
    access::require(tx, "prvDeleteAttribute", "removing a column")?;
    let model = tx.model();
    let present = model.entity(entity)?;
    let definition = present.column(column)?.clone();
    let (solution, whole) = super::layer_of(tx, entity, column)?
        .ok_or_else(|| Error::conflict(column, format!("of {entity} comes with the product and stays")))?;
    unused(column, &users_of(tx, present, column, whole)?)?;
    let filled = Query::on(entity).select(&[]).compare(column, CompareOp::Ne, Value::Null).top(ROWS as u64 + 1);
    let ids = few(column, tx.elevated("removed column").ids(&filled)?)?;
    emptying(tx, |tx| {
        for id in &ids {
            tx.update(entity, *id, Values::new().with(column, Value::Null))?;
        }
        Ok(())
    })?;
    if whole {
        unlayer(tx, &solution)?;
    } else {
        let text = layers(tx)?.into_iter().find(|(it, _)| *it == solution).map(|(_, text)| text).unwrap_or_default();
        let mut layer = parse("layer", &text)?;
        if let Some(columns) = super::columns_of(&mut layer, entity) {
            columns.remove(column);
        }
        write_layer(tx, &solution, &layer.to_string())?;
    }
    ddl::drop_column(tx.connection, entity, &definition)?;
    gone(tx, definition.is_personal())?;
    reload(tx, &serde_json::json!({ "removed": format!("{entity}.{column}"), "rows": ids.len() }))?;
    kept::event(tx, Event::ColumnDeleted, Some((present, Some(&definition))))
}

/// What is built on a column: keys, indexes, views, forms, paths, composed texts and definitions.
fn users_of(tx: &Tx<'_>, entity: &Entity, column: &str, whole: bool) -> Result<Vec<String>> {
    let mut users = Vec::new();
    let mut says = |yes: bool, what: String| {
        if yes {
            users.push(what);
        }
    };
    says(entity.primary_name.as_deref() == Some(column), "the name of its rows".to_owned());
    for (name, columns) in entity.keys.iter().chain(&entity.indexes) {
        says(columns.iter().any(|it| it == column), format!("the key {name}"));
    }
    for (name, view) in &entity.views {
        let named = |text: &Option<String>| text.as_ref().is_some_and(|it| mentions(it, column));
        let shown = view.columns.iter().any(|it| it == column);
        says(shown || named(&view.filter) || named(&view.order_by), format!("the view {name}"));
    }
    says(entity.form.sections.iter().flat_map(|it| &it.columns).any(|it| it == column), "the record form".to_owned());
    for other in entity.columns.values().filter(|it| it.compose.iter().any(|it| it == column)) {
        says(true, format!("the column {}", other.name));
    }
    let joined = entity.intersect.iter().flat_map(|it| &it.ends).any(|it| it.column == column);
    says(joined, "the relationship itself".to_owned());
    for other in tx.model().entities() {
        // A path that came with the column goes with it; what personal columns are left then refuses.
        let with_it = |path: &String| whole && other.name == entity.name && path == column;
        let steps = other.subject.iter().any(|path| !with_it(path) && path.split('/').any(|it| it == column));
        says(steps, format!("the path from {} to its data subject", other.name));
    }
    users.extend(used_in_definitions(tx, &entity.name, column)?);
    Ok(users)
}

/// Rows whose definition, such as a filter or a query, names it. One that names entities at all names
/// the one that is meant. Only columns that are not about people are searched: what people write
/// mentions no logical name.
fn used_in_definitions(tx: &Tx<'_>, of: &str, name: &str) -> Result<Vec<String>> {
    let rx = tx.elevated("where it is used");
    let model = tx.model();
    let means = |text: &str| {
        mentions(text, name) && (mentions(text, of) || !model.entities().any(|it| mentions(text, &it.name)))
    };
    let mut users = Vec::new();
    for entity in model.entities() {
        for column in entity.columns.values() {
            let long = match column.kind {
                ColumnType::Json | ColumnType::Memo => true,
                ColumnType::Text => column.max_length > 500,
                _ => false,
            };
            if !long || column.is_personal() || column.is_secret() {
                continue;
            }
            // A JSON document is no text to search in; there are as many as there are designs.
            let query = Query::on(&entity.name).select(&[&column.name]);
            let query = match column.kind {
                ColumnType::Json => query.compare(&column.name, CompareOp::Ne, Value::Null),
                _ => query.and(holds(&column.name, name)),
            };
            for row in rx.rows(&query)? {
                if row.get(&column.name).as_text().is_some_and(means) {
                    users.push(format!("{} of {} {}", column.name, entity.name, row.id));
                }
            }
        }
    }
    Ok(users)
}

fn holds(column: &str, name: &str) -> odata::Expr {
    odata::Expr::Call {
        function: odata::TextFunction::Contains,
        left: Box::new(odata::Expr::Path(odata::Path(vec![column.to_owned()]))),
        right: Box::new(odata::Expr::Literal(odata::Literal::Text(name.to_owned()))),
    }
}

/// Whether the text names it as a word of its own, also as `_name_value`.
fn mentions(text: &str, name: &str) -> bool {
    let word = |it: char| it.is_alphanumeric() || it == '_';
    text.split(|it| !word(it)).any(|it| it == name || crate::metadata::lookup_column(it) == Some(name))
}

fn unused(name: &str, users: &[String]) -> Result<()> {
    if users.is_empty() {
        return Ok(());
    }
    let shown: Vec<&str> = users.iter().take(5).map(String::as_str).collect();
    let more = users.len().saturating_sub(shown.len());
    let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
    let text = format!("is in use: {}{rest}; change or remove that first", shown.join(", "));
    Err(Error::conflict(name, text).with_code("in-use"))
}

fn few<T>(name: &str, all: Vec<T>) -> Result<Vec<T>> {
    if all.len() <= ROWS {
        return Ok(all);
    }
    let text =
        format!("has more than {ROWS} rows with values; delete or empty them first, for instance with BulkDelete");
    Err(Error::conflict(name, text))
}

/// Runs `f` with the product's own rights, so that rows lose their values whoever may write them, and
/// without a copy of the values in the trail.
fn emptying(tx: &mut Tx<'_>, f: impl FnOnce(&mut Tx<'_>) -> Result<()>) -> Result<()> {
    tx.as_system("removed from the metadata", |tx| tx.erasing(f))
}

fn gone(tx: &Tx<'_>, personal: bool) -> Result<()> {
    if personal { backup::mark_traces(tx.connection, true) } else { Ok(()) }
}

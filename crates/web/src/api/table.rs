//! Lines of a report as JSON rows: values without nulls, with the annotations that were asked for.
//!
//! *Not* rows of one entity (`row.rs`). Invariant: what a column would not show as a row's, it does not
//! show here either.

use kernel::{Result, Rx, Value, metadata::Column, report::Reported};
use serde_json::{Map, Value as Json};

use super::{
    call::Call,
    condition::etag,
    format::{self, Names},
    row::{FORMATTED, LOOKUP_ENTITY, LOOKUP_NAVIGATION},
};

/// The name of a column of the answer.
pub struct Name {
    /// As it is sent.
    pub wire: String,
    /// Whether it is the caller's own name, which has no annotations of a lookup.
    pub plain: bool,
    /// How its numbers are said, where they are no plain ones.
    pub words: Option<Words>,
}

/// From a number to what people read.
pub type Words = fn(i64) -> String;

/// The rows.
///
/// # Errors
/// Those of reading the names behind lookups.
pub fn rows(rx: &Rx<'_>, call: &Call, names: &[Name], reported: &Reported) -> Result<Vec<Map<String, Json>>> {
    let model = rx.model();
    let mut columns = Vec::with_capacity(names.len());
    for source in &reported.sources {
        columns.push(match source {
            Some((entity, column)) => Some(model.entity(entity)?.column(column)?),
            None => None,
        });
    }
    let formatted = call.prefer.wants(FORMATTED);
    let values = reported.rows.iter().filter(|_| formatted).flat_map(|it| &it.values);
    let labels = Names::behind(rx, values)?;
    Ok(reported
        .rows
        .iter()
        .map(|line| {
            let mut row = Map::new();
            if line.id.is_some() {
                row.insert("@odata.etag".to_owned(), Json::from(etag(line.version)));
            }
            for ((name, column), value) in names.iter().zip(&columns).zip(&line.values) {
                if !value.is_null() {
                    put(&mut row, call, name, *column, value, formatted.then_some(&labels));
                }
            }
            row
        })
        .collect())
}

fn put(
    row: &mut Map<String, Json>,
    call: &Call,
    name: &Name,
    column: Option<&Column>,
    value: &Value,
    labels: Option<&Names>,
) {
    let wire = &name.wire;
    if let Some(labels) = labels {
        let text = match (column, value) {
            (_, Value::Int(it)) if name.words.is_some() => name.words.map(|words| words(*it)),
            (_, Value::Lookup(entity, id)) => labels.of(entity, *id).map(str::to_owned),
            (Some(column), value) => format::text(column, value),
            (None, value) => format::number(value),
        };
        if let Some(text) = text {
            row.insert(format!("{wire}@{FORMATTED}"), Json::from(text));
        }
    }
    if let (Value::Lookup(entity, _), Some(column)) = (value, column) {
        let target = column.ways().find(|it| it.entity == *entity);
        if let Some(target) = target.filter(|_| !name.plain && call.prefer.wants(LOOKUP_NAVIGATION)) {
            row.insert(format!("{wire}@{LOOKUP_NAVIGATION}"), Json::from(target.navigation.as_str()));
        }
        if call.prefer.wants(LOOKUP_ENTITY) {
            row.insert(format!("{wire}@{LOOKUP_ENTITY}"), Json::from(entity.as_str()));
        }
    }
    row.insert(wire.clone(), format::json(value));
}

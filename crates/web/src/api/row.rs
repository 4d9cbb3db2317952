//! Records as JSON rows.
//!
//! *Not* the envelope around them (`list.rs`). Invariant: a row begins with its ETag, always holds its
//! primary key, and never a secret column.

use kernel::{
    Record, Result, Rx, Value,
    metadata::{Column, Entity},
};
use serde_json::{Map, Value as Json};

use super::{
    call::Call,
    condition::etag,
    expand,
    format::{self, Names},
    image,
    select::{Shape, wire},
};

/// The annotation of that name.
pub const FORMATTED: &str = "OData.Community.Display.V1.FormattedValue";
/// The annotation of that name.
pub const LOOKUP_ENTITY: &str = "Microsoft.Dynamics.CRM.lookuplogicalname";
/// The annotation of that name.
pub const LOOKUP_NAVIGATION: &str = "Microsoft.Dynamics.CRM.associatednavigationproperty";

/// The rows with their related rows.
///
/// # Errors
/// Those of reading related rows.
pub fn rows(
    rx: &Rx<'_>,
    call: &Call,
    entity: &Entity,
    records: &[Record],
    shape: &Shape,
) -> Result<Vec<Map<String, Json>>> {
    let columns = shown(rx, entity, shape)?;
    let formatted = call.prefer.wants(FORMATTED);
    let names = if formatted { Names::read(rx, entity, records, &columns)? } else { Names::default() };
    let mut rows: Vec<Map<String, Json>> = records
        .iter()
        .map(|record| {
            let mut row = Map::new();
            row.insert("@odata.etag".to_owned(), Json::from(etag(record.version)));
            for column in &columns {
                if image::is(column) {
                    image::put(&mut row, call, entity, record.id, column, record.get(&column.name));
                    continue;
                }
                put(&mut row, call, column, record.get(&column.name), &names, formatted);
            }
            row
        })
        .collect();
    for item in &shape.expand {
        expand::fill(rx, call, entity, records, &mut rows, item)?;
    }
    Ok(rows)
}

fn shown<'e>(rx: &Rx<'_>, entity: &'e Entity, shape: &Shape) -> Result<Vec<&'e Column>> {
    let mut columns: Vec<&Column> = match &shape.columns {
        None => {
            let mut columns = Vec::with_capacity(entity.columns.len());
            for column in entity.columns.values().filter(|it| !it.is_secret()) {
                if rx.may_read(entity, column)? {
                    columns.push(column);
                }
            }
            columns
        }
        Some(names) => names.iter().filter_map(|it| entity.columns.get(it)).collect(),
    };
    if !columns.iter().any(|it| it.name == entity.key) {
        columns.extend(entity.columns.get(&entity.key));
    }
    Ok(columns)
}

fn put(row: &mut Map<String, Json>, call: &Call, column: &Column, value: &Value, names: &Names, formatted: bool) {
    let name = wire(column);
    if let Value::Lookup(entity, id) = value {
        if formatted && let Some(text) = names.of(entity, *id) {
            row.insert(format!("{name}@{FORMATTED}"), Json::from(text));
        }
        let target = column.ways().find(|it| it.entity == *entity);
        if let Some(target) = target.filter(|_| call.prefer.wants(LOOKUP_NAVIGATION)) {
            row.insert(format!("{name}@{LOOKUP_NAVIGATION}"), Json::from(target.navigation.as_str()));
        }
        if call.prefer.wants(LOOKUP_ENTITY) {
            row.insert(format!("{name}@{LOOKUP_ENTITY}"), Json::from(entity.as_str()));
        }
    } else if formatted && let Some(text) = format::text(column, value) {
        row.insert(format!("{name}@{FORMATTED}"), Json::from(text));
    }
    row.insert(name, format::json(value));
}

//! One column of one row: `set(key)/column` with GET, PUT and DELETE, and `/$value`.
//!
//! *Not* for navigation properties, which are linked by `$ref`, nor for the octets of files (`file.rs`). Invariant: the seed's request,
//! `PUT contacts(…)/msdyn_gdproptout {"value": true}`, answers 204.

use kernel::{
    Error, Kind, Record, Result, Rx, Tx, Values,
    access::columns::{self, Act},
    metadata::{ColumnType, Entity, Model},
    uuid::Uuid,
};
use odata::Segment;
use serde_json::{Value as Json, json};

use super::{
    answer::Answer,
    body,
    call::Call,
    file, format, key,
    select::{column, wire},
};
use crate::duplicates;

/// `GET set(key)/column` and `…/$value`.
///
/// # Errors
/// `unknown-segment` for a column that there is not.
pub fn read(
    rx: &Rx<'_>,
    call: &Call,
    entity: &Entity,
    record: &Record,
    name: &str,
    rest: &[Segment],
) -> Result<Answer> {
    let column = column(entity, name).ok_or_else(|| unknown(&rx.model(), entity, name))?;
    columns::check(rx, entity, column, Act::Read)?;
    let value = record.get(&column.name);
    match rest {
        [] if column.kind == ColumnType::File => file::read(rx, call, entity, record, column, false),
        [only] if column.kind == ColumnType::File && only.name == "$value" => {
            file::read(rx, call, entity, record, column, true)
        }
        [] if value.is_null() => Ok(Answer::nothing()),
        [] => {
            let context = format!("{}$metadata#{}({})/{}", call.root, entity.set, record.id, wire(column));
            Ok(Answer::json(&json!({ "@odata.context": context, "value": format::json(value) }))
                .version(record.version))
        }
        [only] if only.name == "$value" && value.is_null() => Ok(Answer::nothing()),
        [only] if only.name == "$value" => {
            let text = match format::json(value) {
                Json::String(it) => it,
                other => other.to_string(),
            };
            Ok(Answer::text("text/plain; charset=utf-8", text))
        }
        [other, ..] => Err(key::unknown(&other.name)),
    }
}

/// `PUT set(key)/column {"value": …}`.
///
/// # Errors
/// `unknown-segment`, `wrong-type`, `not-found`, `stale`.
pub fn put(tx: &mut Tx<'_>, call: &Call, entity: &Entity, id: Uuid, name: &str) -> Result<Answer> {
    let model = tx.model();
    let column = writable(&model, entity, name)?;
    if column.kind == ColumnType::File {
        let text = format!("is a file; send its octets: PATCH {}(<GUID>)/{name}", entity.set);
        return Err(Error::invalid(name, text).with_code("option"));
    }
    let object = body::object(call)?;
    let value = object.get("value").ok_or_else(|| {
        Error::invalid("value", "is missing; the body of this request is {\"value\": …}").with_code("payload")
    })?;
    let value = body::value(column, value)?;
    set(tx, call, entity, id, Values::new().with(name, value))
}

/// `DELETE set(key)/column`: no value any more.
///
/// # Errors
/// As [`put`].
pub fn clear(tx: &mut Tx<'_>, call: &Call, entity: &Entity, id: Uuid, name: &str) -> Result<Answer> {
    writable(&tx.model(), entity, name)?;
    set(tx, call, entity, id, Values::new().with(name, kernel::Value::Null))
}

/// Writes the one column, on the condition of the request.
///
/// # Errors
/// `not-found`, `stale`.
pub fn set(tx: &mut Tx<'_>, call: &Call, entity: &Entity, id: Uuid, values: Values) -> Result<Answer> {
    match call.if_match.version() {
        Some(version) => tx.update_version(&entity.name, id, version, values)?,
        None => tx.update(&entity.name, id, values)?,
    };
    if call.refuse_duplicates {
        duplicates::refuse(tx, entity, id)?;
    }
    Ok(Answer::nothing().written(&format!("{}{}({id})", call.root, entity.set)))
}

/// The column that a request may write.
///
/// # Errors
/// `unknown-segment`, `option` for a navigation property.
pub fn writable<'e>(model: &Model, entity: &'e Entity, name: &str) -> Result<&'e kernel::metadata::Column> {
    let found = column(entity, name);
    let leads = super::select::single(entity, name).is_some() || found.is_some_and(|it| it.kind == ColumnType::Lookup);
    if leads || model.collection(&entity.name, name).is_some() || model.many_to_many(&entity.name, name).is_some() {
        let text = format!("is a navigation property; send PUT {}(<GUID>)/{name}/$ref instead", entity.set);
        return Err(Error::invalid(name, text).with_code("option"));
    }
    found.ok_or_else(|| unknown(model, entity, name))
}

/// A segment that is neither column nor navigation property: 404, with the solution that would add it.
fn unknown(model: &Model, entity: &Entity, name: &str) -> Error {
    let text = model.no_column(&entity.name, name).text;
    let text = format!("Resource not found for the segment '{name}'. {text}");
    Error::new(Kind::NotFound, "unknown-segment", "", text)
}

//! How values are kept in the database, both ways.
//!
//! *Not* how they travel on the wire. Invariant: `decode(encode(v)) == v` for every value that fits
//! its column; the order of encoded values is the order of the values. Exact numbers are whole
//! numbers scaled by the column's precision, instants are milliseconds since 1970 in UTC,
//! identifiers are 16 bytes.

use jiff::{Timestamp, ToSpan, civil::Date};
use rust_decimal::Decimal;
use sea_query::Value as Sql;
use uuid::Uuid;

use super::connection::{Cell, CellRef};
use crate::{
    Error, Result, Value,
    metadata::{Column, ColumnType},
};

/// The database form of a value of this column.
pub fn encode(column: &Column, value: &Value) -> Sql {
    match value {
        Value::Null => match column.kind {
            ColumnType::Guid | ColumnType::Lookup | ColumnType::File => Sql::Bytes(None),
            _ => Sql::String(None),
        },
        Value::Text(it) => Sql::String(Some(it.clone())),
        Value::Int(it) => Sql::BigInt(Some(*it)),
        Value::Decimal(it) => Sql::BigInt(scaled(*it, column.precision)),
        Value::Double(it) => Sql::Double(Some(*it)),
        Value::Bool(it) => Sql::BigInt(Some(i64::from(*it))),
        Value::Choices(it) => Sql::String(Some(choices_text(it))),
        Value::Date(it) => Sql::String(Some(it.to_string())),
        Value::Time(it) => Sql::BigInt(Some(it.as_millisecond())),
        Value::Guid(it) | Value::Lookup(_, it) => Sql::Bytes(Some(it.as_bytes().to_vec())),
    }
}

/// The number as a whole number of the smallest unit; `None` when it does not fit.
pub fn scaled(number: Decimal, precision: u32) -> Option<i64> {
    let unit = Decimal::from(10_i64.checked_pow(precision)?);
    i64::try_from(number.checked_mul(unit)?.round()).ok()
}

fn choices_text(values: &[i64]) -> String {
    let parts: Vec<String> = values.iter().map(i64::to_string).collect();
    format!("[{}]", parts.join(","))
}

/// The value behind a database cell of this column. `entity` is the cell beside a polymorphic
/// lookup.
///
/// # Errors
/// `Bug` when the cell does not hold what its column says.
pub(crate) fn decode(column: &Column, cell: CellRef<'_>, entity: Option<&str>) -> Result<Value> {
    let wrong = || Error::bug(format!("the stored value of {} is not of its type", column.name));
    Ok(match (column.kind, cell) {
        (_, CellRef::Null) => Value::Null,
        (ColumnType::Text | ColumnType::Memo | ColumnType::Json, CellRef::Text(it)) => {
            Value::Text(std::str::from_utf8(it).map_err(|_| wrong())?.to_owned())
        }
        (ColumnType::Integer | ColumnType::BigInt | ColumnType::Choice, CellRef::Integer(it)) => Value::Int(it),
        (ColumnType::Decimal | ColumnType::Money, CellRef::Integer(it)) => {
            Value::Decimal(Decimal::new(it, column.precision).normalize())
        }
        (ColumnType::Double, CellRef::Real(it)) => Value::Double(it),
        (ColumnType::Boolean, CellRef::Integer(it)) => Value::Bool(it != 0),
        (ColumnType::MultiChoice, CellRef::Text(it)) => {
            Value::Choices(serde_json::from_slice(it).map_err(|_| wrong())?)
        }
        (ColumnType::Date, CellRef::Text(it)) => {
            let text = std::str::from_utf8(it).map_err(|_| wrong())?;
            Value::Date(text.parse::<Date>().map_err(|_| wrong())?)
        }
        // A server has a type for dates; they travel as days since 1970.
        (ColumnType::Date, CellRef::Integer(it)) => {
            let date = Date::constant(1970, 1, 1).checked_add(it.days());
            Value::Date(date.map_err(|_| wrong())?)
        }
        (ColumnType::DateTime, CellRef::Integer(it)) => {
            Value::Time(Timestamp::from_millisecond(it).map_err(|_| wrong())?)
        }
        (ColumnType::Guid | ColumnType::File, CellRef::Blob(it)) => {
            Value::Guid(Uuid::from_slice(it).map_err(|_| wrong())?)
        }
        (ColumnType::Lookup, CellRef::Blob(it)) => {
            let id = Uuid::from_slice(it).map_err(|_| wrong())?;
            match entity.or_else(|| column.targets.first().map(|it| it.entity.as_str())) {
                Some(entity) => Value::Lookup(entity.to_owned(), id),
                None => Value::Guid(id),
            }
        }
        _ => return Err(wrong()),
    })
}

/// Binds built values to a statement, in order.
pub(crate) fn bind(values: sea_query::Values) -> Vec<Cell> {
    let cell = |value| match value {
        Sql::String(Some(it)) => Cell::Text(it),
        Sql::BigInt(Some(it)) => Cell::Integer(it),
        Sql::BigUnsigned(Some(it)) => Cell::Integer(i64::try_from(it).unwrap_or(i64::MAX)),
        Sql::Int(Some(it)) => Cell::Integer(it.into()),
        Sql::Bool(Some(it)) => Cell::Integer(it.into()),
        Sql::Double(Some(it)) => Cell::Real(it),
        Sql::Bytes(Some(it)) => Cell::Blob(it),
        _ => Cell::Null,
    };
    values.0.into_iter().map(cell).collect()
}

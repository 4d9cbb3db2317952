//! Types, limits and required columns: what an input must be before rules see it.
//!
//! *Not* a business rule. Invariant: a value that leaves `input` has the variant of its column's
//! type; an error names the column and the fix, and never quotes the value.

use jiff::{Timestamp, civil::Date};
use rust_decimal::Decimal;

use crate::{
    Change, Error, Kind, Phrase, Query, Result, Tx, Value, Values,
    access::columns::{self, Act},
    metadata::{
        Column, ColumnType, Entity,
        column::{Format, Sensitivity},
    },
};

/// Checks and converts what a caller sent.
pub(crate) fn input(tx: &Tx<'_>, entity: &Entity, act: Act, values: Values) -> Result<Values> {
    let mut checked = Values::new();
    for (name, value) in values {
        let column = entity.columns.get(&name).ok_or_else(|| tx.model.no_column(&entity.name, &name))?;
        let by_system = tx.cx().elevated;
        if name == entity.key || (column.is_secret() && !by_system) {
            return Err(Error::invalid(name, Phrase::new("not-written", "this column cannot be written")));
        }
        if column.readonly && !by_system {
            return Err(
                Error::invalid(name, Phrase::new("read-only", "this column is read only")).with_code("read-only")
            );
        }
        columns::check(tx, entity, column, act)?;
        let value = convert(column, value)?;
        if let Value::Lookup(target, id) = &value {
            let target = tx.model.entity(target)?;
            if !tx.exists_row(target, *id)? {
                let text = "{column}: there is no {entity} with this identifier";
                let text = Phrase::new("reference-missing", text).with("column", &name).with("entity", &target.name);
                return Err(Error::invalid(name, text).with_code("not-found"));
            }
        }
        checked.set(&name, value);
    }
    Ok(checked)
}

/// Refuses a row without a required value.
pub(crate) fn required(entity: &Entity, values: &Values) -> Result<()> {
    match entity.columns.values().find(|it| it.required && values.get(&it.name).is_null()) {
        Some(column) => Err(missing(column)),
        None => Ok(()),
    }
}

/// Refuses a change that empties a required column.
pub(crate) fn not_emptied(entity: &Entity, values: &Values) -> Result<()> {
    match values.iter().find(|(name, value)| value.is_null() && entity.columns.get(*name).is_some_and(|it| it.required))
    {
        Some((name, _)) => Err(missing(entity.column(name)?)),
        None => Ok(()),
    }
}

fn missing(column: &Column) -> Error {
    let text = Phrase::new("required", "'{column}' is required; give it a value").with("column", column.text());
    Error::invalid(column.name.as_str(), text).with_code("required")
}

/// Refuses a second row with the same alternate key.
pub(crate) fn unique(tx: &Tx<'_>, entity: &Entity, change: &Change) -> Result<()> {
    for (name, columns) in &entity.keys {
        let wakes = change.before.is_none() || columns.iter().any(|it| change.touches(it));
        if !wakes || columns.iter().any(|it| change.new_value(it).is_null()) {
            continue;
        }
        let query =
            columns.iter().fold(Query::on(&entity.name), |query, it| query.eq(it, change.new_value(it).clone()));
        if tx.elevated("alternate key").ids(&query.top(2))?.iter().any(|it| *it != change.id) {
            return Err(Error::new(
                Kind::Conflict,
                "duplicate",
                format!("{}.{name}", entity.name),
                crate::error::duplicate(),
            ));
        }
    }
    Ok(())
}

/// The value in the form of its column.
///
/// # Errors
/// `Invalid` naming the column and what it takes.
pub fn convert(column: &Column, value: Value) -> Result<Value> {
    let said = |text: Phrase| Error::invalid(column.name.as_str(), text).with_code("wrong-type");
    let wrong = |takes: Takes| said(takes.phrase());
    Ok(match (column.kind, value) {
        (_, Value::Null) => Value::Null,
        (ColumnType::Text | ColumnType::Memo | ColumnType::Json, Value::Text(text)) => {
            return check_text(column, text);
        }
        (ColumnType::Integer | ColumnType::BigInt, Value::Int(number)) => {
            let narrow = column.kind == ColumnType::Integer;
            if narrow && i32::try_from(number).is_err() {
                return Err(wrong(Takes::Narrow));
            }
            within(column, Decimal::from(number))?;
            Value::Int(number)
        }
        (ColumnType::Choice, Value::Int(number)) => {
            if column.option(number).is_none() {
                let known: Vec<String> = column.options.iter().map(|it| it.value.to_string()).collect();
                return Err(said(
                    Phrase::new("takes-one-of", "takes one of {options}").with("options", known.join(", ")),
                ));
            }
            Value::Int(number)
        }
        (ColumnType::MultiChoice, Value::Choices(mut numbers)) => {
            if numbers.iter().any(|it| column.option(*it).is_none()) {
                return Err(wrong(Takes::Options));
            }
            numbers.sort_unstable();
            numbers.dedup();
            Value::Choices(numbers)
        }
        (ColumnType::MultiChoice, Value::Text(text)) => {
            let numbers: Result<Vec<i64>, _> =
                text.split(',').filter(|it| !it.trim().is_empty()).map(|it| it.trim().parse()).collect();
            return convert(column, Value::Choices(numbers.map_err(|_| wrong(Takes::OptionNumbers))?));
        }
        (ColumnType::Decimal | ColumnType::Money, value) => {
            let number = match value {
                Value::Decimal(it) => it,
                Value::Int(it) => Decimal::from(it),
                Value::Double(it) => Decimal::try_from(it).map_err(|_| wrong(Takes::Number))?,
                _ => return Err(wrong(Takes::Number)),
            };
            within(column, number)?;
            let number = number.round_dp(column.precision);
            if crate::store::codec::scaled(number, column.precision).is_none() {
                return Err(wrong(Takes::Digits));
            }
            Value::Decimal(number.normalize())
        }
        (ColumnType::Double, value) => match value {
            Value::Double(it) if it.is_finite() => Value::Double(it),
            #[expect(clippy::cast_precision_loss, reason = "a floating-point column is not exact by its nature")]
            Value::Int(it) => Value::Double(it as f64),
            Value::Decimal(it) => Value::Double(it.try_into().map_err(|_| wrong(Takes::Number))?),
            _ => return Err(wrong(Takes::Number)),
        },
        (ColumnType::Boolean, Value::Bool(it)) => Value::Bool(it),
        // Days are kept as text, whose order is that of the days from the year 0 on.
        (ColumnType::Date, Value::Date(it)) if it.year() < 0 => return Err(wrong(Takes::Date)),
        (ColumnType::Date, Value::Date(it)) => Value::Date(it),
        (ColumnType::Date, Value::Text(text)) => {
            let day = text.get(..10).unwrap_or(&text);
            return convert(column, Value::Date(day.parse::<Date>().map_err(|_| wrong(Takes::Date))?));
        }
        // What the store would not keep of an instant is no difference to it.
        (ColumnType::DateTime, Value::Time(it)) => {
            let kept = Timestamp::from_millisecond(it.as_millisecond());
            Value::Time(kept.map_err(|_| wrong(Takes::Early))?)
        }
        (ColumnType::DateTime, Value::Text(text)) => {
            let time = text.parse::<Timestamp>().map_err(|_| wrong(Takes::Instant))?;
            return convert(column, Value::Time(time));
        }
        (ColumnType::Guid | ColumnType::File, Value::Guid(it)) => Value::Guid(it),
        (ColumnType::Guid | ColumnType::File, Value::Text(text)) => {
            Value::Guid(text.parse().map_err(|_| wrong(Takes::Identifier))?)
        }
        (ColumnType::Lookup, Value::Guid(id)) => match column.targets.as_slice() {
            [only] => Value::Lookup(only.entity.clone(), id),
            // An owner that names no entity is a user.
            [first, ..] if column.name == "ownerid" => Value::Lookup(first.entity.clone(), id),
            _ => return Err(wrong(Takes::NamedReference)),
        },
        (ColumnType::Lookup, Value::Lookup(entity, id)) => {
            if !column.targets.iter().any(|it| it.entity == entity) {
                return Err(said(reference(column)));
            }
            Value::Lookup(entity, id)
        }
        (ColumnType::Integer | ColumnType::BigInt | ColumnType::Choice, _) => {
            return Err(wrong(Takes::Whole));
        }
        (ColumnType::Boolean, _) => return Err(wrong(Takes::Truth)),
        (ColumnType::Lookup, _) => {
            return Err(said(reference(column)));
        }
        (ColumnType::Date, _) => return Err(wrong(Takes::Date)),
        (ColumnType::DateTime, _) => return Err(wrong(Takes::Instant)),
        (ColumnType::Guid | ColumnType::File, _) => return Err(wrong(Takes::Identifier)),
        (ColumnType::MultiChoice, _) => return Err(wrong(Takes::OptionNumbers)),
        (ColumnType::Text | ColumnType::Memo | ColumnType::Json, _) => return Err(wrong(Takes::Text)),
    })
}

/// What a column takes, said of a value that is another thing.
#[derive(Clone, Copy)]
enum Takes {
    Date,
    Digits,
    Early,
    Identifier,
    Instant,
    NamedReference,
    Narrow,
    Number,
    OptionNumbers,
    Options,
    Text,
    Truth,
    Whole,
}

impl Takes {
    fn phrase(self) -> Phrase {
        match self {
            Takes::Date => Phrase::new("takes-date", "takes a date, YYYY-MM-DD"),
            Takes::Digits => Phrase::new("takes-digits", "takes a number of at most 18 digits, decimals included"),
            Takes::Early => Phrase::new("takes-early", "takes an instant before 9999-12-30T22:00:00Z"),
            Takes::Identifier => Phrase::new("takes-identifier", "takes an identifier (GUID)"),
            Takes::Instant => Phrase::new("takes-instant", "takes an instant, YYYY-MM-DDTHH:MM:SSZ"),
            Takes::NamedReference => Phrase::new("takes-named-reference", "takes a reference that names its entity"),
            Takes::Narrow => Phrase::new("takes-narrow", "takes a whole number of 32 bits"),
            Takes::Number => Phrase::new("takes-number", "takes a number"),
            Takes::OptionNumbers => Phrase::new("takes-option-numbers", "takes option numbers separated by commas"),
            Takes::Options => Phrase::new("takes-options", "takes options of its choice"),
            Takes::Text => Phrase::new("takes-text", "takes text"),
            Takes::Truth => Phrase::new("takes-truth", "takes true or false"),
            Takes::Whole => Phrase::new("takes-whole", "takes a whole number"),
        }
    }
}

fn reference(column: &Column) -> Phrase {
    let names: Vec<&str> = column.targets.iter().map(|it| it.entity.as_str()).collect();
    Phrase::new("takes-reference", "takes a reference to {entity}").with("entity", names.join(" or "))
}

fn check_text(column: &Column, text: String) -> Result<Value> {
    let name = column.name.as_str();
    if text.is_empty() {
        return Ok(Value::Null);
    }
    let length = text.chars().count();
    if length > column.max_length {
        let text = Phrase::new("too-long", "has {length} characters; at most {most} fit");
        let text = text.with("length", length).with("most", column.max_length);
        return Err(Error::invalid(name, text).with_code("too-long"));
    }
    if text.contains('\0') {
        return Err(Error::invalid(name, Phrase::new("nul-character", "holds a NUL character; remove it")));
    }
    if column.kind == ColumnType::Json && serde_json::from_str::<serde::de::IgnoredAny>(&text).is_err() {
        return Err(Error::invalid(name, Phrase::new("not-json", "is not a JSON document")));
    }
    if column.kind == ColumnType::Text && column.privacy.sensitivity != Sensitivity::Secret {
        match column.format {
            Some(Format::Email) if !is_address(&text) => {
                let text = Phrase::new("not-an-address", "is not a mail address; write name@domain.example");
                return Err(Error::invalid(name, text).with_code("not-an-address"));
            }
            Some(Format::Url) if !(text.starts_with("https://") || text.starts_with("http://")) => {
                return Err(Error::invalid(
                    name,
                    Phrase::new("not-a-web-address", "is not a web address; write https://…"),
                ));
            }
            _ => {}
        }
    }
    Ok(Value::Text(text))
}

/// Whether mail can be sent to it: one `@`, a local part, and a domain with a dot.
pub fn is_address(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else {
        return false;
    };
    let plain = |it: &str, extra: &str| {
        !it.is_empty()
            && !it.starts_with('.')
            && !it.ends_with('.')
            && !it.contains("..")
            && it.chars().all(|c| c.is_alphanumeric() || extra.contains(c))
    };
    text.len() <= 254
        && local.len() <= 64
        && plain(local, ".!#$%&'*+/=?^_`{|}~-")
        && domain.contains('.')
        && domain.split('.').all(|it| plain(it, "-") && !it.starts_with('-') && !it.ends_with('-'))
}

fn within(column: &Column, number: Decimal) -> Result<()> {
    let below = column.min.is_some_and(|it| number < it);
    let above = column.max.is_some_and(|it| number > it);
    if below || above {
        let bound = |it: Option<Decimal>| it.map_or_else(|| "any".to_owned(), |it| it.to_string());
        let text = Phrase::new("out-of-range", "takes a number from {least} to {most}");
        let text = text.with("least", bound(column.min)).with("most", bound(column.max));
        return Err(Error::invalid(column.name.as_str(), text));
    }
    Ok(())
}

//! From the text of a cell to the value of a column.
//!
//! *Not* the limits of the column (`kernel::pipeline::check` holds those). Invariant: an error names
//! the column and what it takes, and never quotes the cell.

use jiff::{
    Timestamp,
    civil::{Date, DateTime},
    tz::TimeZone,
};
use kernel::{
    Error, Result, Value,
    metadata::{Column, ColumnType},
    pipeline::check::convert,
};
use rust_decimal::Decimal;

use super::mapping::Treatment;

/// Catches a mapping that no cell could satisfy.
///
/// # Errors
/// `Invalid` naming the key of the mapping.
pub(crate) fn check(column: &Column, treatment: &Treatment) -> Result<()> {
    let place = |key: &str| format!("column.{}.{key}", column.name);
    if let Some(format) = treatment.format.as_deref() {
        let dated = matches!(column.kind, ColumnType::Date | ColumnType::DateTime);
        let numeric = matches!(column.kind, ColumnType::Decimal | ColumnType::Money | ColumnType::Double);
        let fits = match format {
            "date" => dated,
            "comma" => numeric,
            pattern => dated && pattern.contains('%'),
        };
        if !fits {
            let text =
                "is \"date\" or a pattern such as \"%d.%m.%Y\" for a date, \"comma\" for a number written 1.234,56";
            return Err(Error::invalid(place("format"), text));
        }
    }
    let texts = treatment.map.iter().flat_map(|it| it.values()).map(|it| ("map", it));
    let texts = texts.chain(treatment.default.iter().map(|it| ("default", it)));
    for (key, text) in texts.chain(treatment.constant.iter().map(|it| ("constant", it))) {
        plain(column, text).map_err(|error| Error::invalid(place(key), error.text))?;
    }
    Ok(())
}

/// The value of a cell of the file; null when it is empty.
///
/// # Errors
/// `Invalid` naming the column.
pub(crate) fn read(column: &Column, treatment: &Treatment, cell: &str) -> Result<Value> {
    let text = tidy(column, treatment, cell);
    if text.is_empty() {
        return Ok(Value::Null);
    }
    if let Some(map) = &treatment.map {
        let known = map.get(text.trim()).or_else(|| map.get("*"));
        let mapped = known.ok_or_else(|| {
            let text = "is not among the values of its map; add it there, or \"*\" for all others";
            Error::invalid(column.name.as_str(), text)
        })?;
        return plain(column, mapped);
    }
    convert(column, parse(column, treatment.format.as_deref(), &text)?)
}

/// The value of a text that the mapping itself gives.
///
/// # Errors
/// `Invalid` naming the column.
pub(crate) fn plain(column: &Column, text: &str) -> Result<Value> {
    if text.is_empty() {
        return Ok(Value::Null);
    }
    convert(column, parse(column, None, text)?)
}

fn tidy(column: &Column, treatment: &Treatment, cell: &str) -> String {
    let cell = if treatment.trim { cell.trim() } else { cell };
    if !treatment.collapse {
        return cell.to_owned();
    }
    // A line break inside a memo is the author's; anywhere else it is an accident of the export.
    let keeps_lines = matches!(column.kind, ColumnType::Memo | ColumnType::Json);
    let mut text = String::with_capacity(cell.len());
    let mut gap = false;
    for letter in cell.chars() {
        let space = letter.is_whitespace() && !(keeps_lines && matches!(letter, '\n' | '\r'));
        if !(space && gap) {
            text.push(if space { ' ' } else { letter });
        }
        gap = space;
    }
    text
}

fn parse(column: &Column, format: Option<&str>, text: &str) -> Result<Value> {
    let wrong = |takes: &str| Error::invalid(column.name.as_str(), format!("takes {takes}")).with_code("wrong-type");
    Ok(match column.kind {
        ColumnType::Text | ColumnType::Memo | ColumnType::Json | ColumnType::MultiChoice => Value::from(text),
        ColumnType::Guid | ColumnType::File => Value::from(text.trim()),
        ColumnType::Integer | ColumnType::BigInt => Value::Int(whole(text).ok_or_else(|| wrong("a whole number"))?),
        ColumnType::Choice => return choice(column, text.trim()),
        ColumnType::Decimal | ColumnType::Money | ColumnType::Double => {
            let takes = if format == Some("comma") { "a number such as 1.234,56" } else { "a number such as 1234.56" };
            Value::Decimal(number(text, format == Some("comma")).ok_or_else(|| wrong(takes))?)
        }
        ColumnType::Boolean => Value::Bool(yes_or_no(text).ok_or_else(|| wrong("yes or no, true or false, 1 or 0"))?),
        ColumnType::Date => Value::Date(date(text, format).ok_or_else(|| match format {
            Some(pattern) if pattern != "date" => wrong(&format!("a date that exists, written {pattern}")),
            _ => wrong("a date that exists, written YYYY-MM-DD, also with a time behind it"),
        })?),
        ColumnType::DateTime => Value::Time(
            instant(text, format)
                .ok_or_else(|| wrong("an instant, written YYYY-MM-DD HH:MM:SS, in UTC where it names no zone"))?,
        ),
        ColumnType::Lookup => reference(text.trim()).ok_or_else(|| wrong("an identifier, or entity:identifier"))?,
    })
}

fn whole(text: &str) -> Option<i64> {
    let text = text.trim();
    text.parse().ok().or_else(|| {
        let number: Decimal = text.parse().ok()?;
        if number.fract().is_zero() { number.trunc().try_into().ok() } else { None }
    })
}

fn number(text: &str, comma: bool) -> Option<Decimal> {
    let text = text.trim();
    if comma { text.replace(['.', ' '], "").replace(',', ".").parse().ok() } else { text.parse().ok() }
}

fn choice(column: &Column, text: &str) -> Result<Value> {
    if let Some(number) = whole(text) {
        return Ok(Value::Int(number));
    }
    let named =
        column.options.iter().find(|it| it.label.values().any(|label| label.to_lowercase() == text.to_lowercase()));
    let takes = || column.options.iter().map(|it| it.value.to_string()).collect::<Vec<_>>().join(", ");
    named.map(|it| Value::Int(it.value)).ok_or_else(|| {
        Error::invalid(
            column.name.as_str(),
            format!("takes one of {}, or its label; add a map for other words", takes()),
        )
    })
}

fn yes_or_no(text: &str) -> Option<bool> {
    match text.trim().to_lowercase().as_str() {
        "1" | "true" | "yes" | "y" | "t" => Some(true),
        "0" | "false" | "no" | "n" | "f" => Some(false),
        _ => None,
    }
}

fn date(text: &str, format: Option<&str>) -> Option<Date> {
    let text = text.trim();
    match format {
        Some(pattern) if pattern.contains('%') => Date::strptime(pattern, text).ok(),
        _ => {
            let (day, rest) = text.split_at_checked(10)?;
            let timed = rest.is_empty() || rest.starts_with(['T', 't', ' ']);
            day.parse().ok().filter(|_| timed && day.as_bytes().get(4) == Some(&b'-'))
        }
    }
}

/// An instant, to the millisecond; UTC where the text names no zone.
pub(crate) fn instant(text: &str, format: Option<&str>) -> Option<Timestamp> {
    let text = text.trim();
    let civil = |it: DateTime| it.to_zoned(TimeZone::UTC).ok().map(|it| it.timestamp());
    let found = match format {
        Some(pattern) if pattern.contains('%') => Timestamp::strptime(pattern, text)
            .ok()
            .or_else(|| DateTime::strptime(pattern, text).ok().and_then(civil))
            .or_else(|| Date::strptime(pattern, text).ok().and_then(|it| civil(it.into()))),
        _ => text
            .parse::<Timestamp>()
            .ok()
            .or_else(|| text.parse::<DateTime>().ok().and_then(civil))
            .or_else(|| text.parse::<Date>().ok().and_then(|it| civil(it.into()))),
    }?;
    Timestamp::from_millisecond(found.as_millisecond()).ok()
}

fn reference(text: &str) -> Option<Value> {
    match text.split_once(':') {
        Some((entity, id)) => Some(Value::Lookup(entity.trim().to_owned(), id.trim().parse().ok()?)),
        None => Some(Value::Guid(text.parse().ok()?)),
    }
}

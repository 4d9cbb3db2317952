//! What a condition of a rule compares: which columns it fits, and the question that it asks.
//!
//! *Not* the asking. Invariant: text is compared without regard to case, as everywhere, and what stands in it is never
//! taken for a pattern.

use jiff::tz::TimeZone;
use kernel::{
    Error, Query, Result, Value,
    metadata::{Column, ColumnType, Entity},
};
use odata::{CompareOp, Expr, Literal, Path, TextFunction};

use super::Condition;

const FIRST: i64 = 1;
const LAST: i64 = 2;
const DATE: i64 = 3;
const DATE_AND_TIME: i64 = 4;

/// Refuses a condition on columns that it cannot compare.
///
/// # Errors
/// `Invalid` naming the column of the condition and what it takes.
pub fn fits(base: &Column, matching: &Column, condition: &Condition) -> Result<()> {
    let group = |it: &Column| match it.kind {
        ColumnType::Text | ColumnType::Memo => 0,
        ColumnType::Date | ColumnType::DateTime => 1,
        ColumnType::Lookup | ColumnType::Guid => 2,
        ColumnType::Integer | ColumnType::BigInt | ColumnType::Choice => 3,
        ColumnType::Decimal | ColumnType::Money | ColumnType::Double => 4,
        _ => 5,
    };
    if group(base) != group(matching) {
        let text = format!("{} and {} are of different types", base.name, matching.name);
        return Err(Error::invalid("matchingattributename", text));
    }
    let needs = match condition.operator {
        FIRST | LAST if condition.characters.is_none() => {
            return Err(Error::invalid("operatorparam", "is missing: how many characters are compared"));
        }
        FIRST | LAST => 0,
        DATE | DATE_AND_TIME => 1,
        _ => return Ok(()),
    };
    if group(base) == needs {
        return Ok(());
    }
    let takes = if needs == 0 { "text" } else { "a date" };
    Err(Error::invalid("operatorcode", format!("compares {takes}, which {} is not", base.name)))
}

/// The query with what the condition asks of a value; none when the value has no duplicate by it.
///
/// # Errors
/// `Invalid` for a date out of range.
pub fn added(query: Query, there: &Entity, value: &Value, condition: &Condition) -> Result<Option<Query>> {
    let column = condition.matching.as_str();
    if value.is_null() || value.as_text() == Some("") {
        return Ok((!condition.blank_matches_nothing).then(|| query.eq(column, Value::Null)));
    }
    let text = value.as_text().unwrap_or_default();
    let count = condition.characters.unwrap_or_default();
    let length = text.chars().count();
    Ok(Some(match condition.operator {
        // One that is shorter has no more than itself to compare.
        FIRST if length >= count => {
            query.and(part(TextFunction::StartsWith, column, text.chars().take(count).collect()))
        }
        LAST if length >= count => {
            query.and(part(TextFunction::EndsWith, column, text.chars().skip(length - count).collect()))
        }
        DATE => {
            let day = match value {
                Value::Time(it) => it.to_zoned(TimeZone::UTC).date(),
                other => other.as_date().unwrap_or_default(),
            };
            if there.columns.get(column).is_some_and(|it| it.kind == ColumnType::Date) {
                query.eq(column, day)
            } else {
                let wrong = |_| Error::invalid(column, "the date is out of range");
                let begin = day.to_zoned(TimeZone::UTC).map_err(wrong)?;
                let end = begin.tomorrow().map_err(wrong)?;
                query.compare(column, CompareOp::Ge, begin.timestamp()).compare(column, CompareOp::Lt, end.timestamp())
            }
        }
        _ => query.eq(column, value.clone()),
    }))
}

/// The text functions take `%`, `_` and `[` for patterns; in brackets they are themselves.
fn part(function: TextFunction, column: &str, text: String) -> Expr {
    let text = text.chars().fold(String::new(), |mut all, it| {
        match it {
            '%' | '_' | '[' => all.extend(['[', it, ']']),
            _ => all.push(it),
        }
        all
    });
    Expr::Call {
        function,
        left: Box::new(Expr::Path(Path(vec![column.to_owned()]))),
        right: Box::new(Expr::Literal(Literal::Text(text))),
    }
}

//! Dataverse's own query functions, `Microsoft.Dynamics.CRM.Name(PropertyName='…',…)`.
//!
//! *Not* all of them yet: what is missing is refused by name. Invariant: relative dates are taken
//! from the context's clock, in UTC.

use std::{borrow::Cow, collections::BTreeSet};

use jiff::{Span, Timestamp, ToSpan, tz::TimeZone};
use odata::{Argument, Expr as Ast, Literal, Path};
use sea_query::{Expr, ExprTrait};

use super::filter::typed;
use crate::{
    Error, Result, Rx,
    metadata::{Column, ColumnType},
    store::codec,
};

/// The column that a function is about.
pub(super) fn property(arguments: &[(String, Argument)]) -> Result<Path> {
    match argument(arguments, "PropertyName")? {
        Argument::Expr(Ast::Literal(Literal::Text(it))) => Ok(Path(it.split('/').map(str::to_owned).collect())),
        Argument::Expr(Ast::Path(it)) => Ok(it.clone()),
        _ => Err(Error::invalid("PropertyName", "takes the name of a column in quotes")),
    }
}

fn argument<'a>(arguments: &'a [(String, Argument)], name: &'static str) -> Result<&'a Argument> {
    arguments
        .iter()
        .find(|(it, _)| it == name)
        .map(|(_, it)| it)
        .ok_or_else(|| Error::invalid(name, "this parameter is missing"))
}

fn values<'a>(arguments: &'a [(String, Argument)], name: &'static str) -> Result<Vec<&'a Literal>> {
    match argument(arguments, name)? {
        Argument::List(list) => Ok(list.iter().collect()),
        Argument::Expr(Ast::Literal(it)) => Ok(vec![it]),
        Argument::Expr(_) => Err(Error::invalid(name, "takes literals")),
    }
}

/// Numbers and truth values come in quotes too, as Dataverse documents them: `["5","2000"]`.
fn unquoted<'a>(column: &Column, literal: &'a Literal) -> Cow<'a, Literal> {
    use ColumnType::{BigInt, Boolean, Choice, Decimal, Double, Integer, Money};
    match literal {
        Literal::Text(text)
            if matches!(column.kind, BigInt | Boolean | Choice | Decimal | Double | Integer | Money) =>
        {
            odata::parse_literal(text).map_or(Cow::Borrowed(literal), Cow::Owned)
        }
        _ => Cow::Borrowed(literal),
    }
}

fn count(arguments: &[(String, Argument)]) -> Result<i64> {
    match values(arguments, "PropertyValue")?.first() {
        Some(Literal::Integer(it)) if (0..=1_000_000).contains(it) => Ok(*it),
        Some(Literal::Text(it)) => it.parse().map_err(|_| Error::invalid("PropertyValue", "takes a whole number")),
        _ => Err(Error::invalid("PropertyValue", "takes a whole number")),
    }
}

pub(super) fn compile(
    rx: &Rx<'_>,
    name: &str,
    arguments: &[(String, Argument)],
    expression: Expr,
    column: &Column,
) -> Result<Expr> {
    let cells = || -> Result<Vec<sea_query::Value>> {
        values(arguments, "PropertyValues")?
            .into_iter()
            .map(|it| Ok(codec::encode(column, &typed(column, &unquoted(column, it))?)))
            .collect()
    };
    let pair = || -> Result<(sea_query::Value, sea_query::Value)> {
        match cells()?.as_slice() {
            [low, high] => Ok((low.clone(), high.clone())),
            _ => Err(Error::invalid("PropertyValues", "takes two values")),
        }
    };
    let window =
        |from: Option<Timestamp>, to: Option<Timestamp>| -> Result<Expr> { within(&expression, column, from, to) };
    let today = || start_of_day(rx.now());
    let on = || match values(arguments, "PropertyValue")?.first() {
        Some(Literal::Date(it)) => it
            .to_zoned(TimeZone::UTC)
            .map(|it| it.timestamp())
            .map_err(|_| Error::invalid("PropertyValue", "the date is out of range")),
        Some(Literal::DateTime(it)) => Ok(start_of_day(*it)),
        Some(Literal::Text(it)) => it
            .get(..10)
            .and_then(|it| it.parse::<jiff::civil::Date>().ok())
            .and_then(|it| it.to_zoned(TimeZone::UTC).ok())
            .map(|it| it.timestamp())
            .ok_or_else(|| Error::invalid("PropertyValue", "takes a date, YYYY-MM-DD")),
        _ => Err(Error::invalid("PropertyValue", "takes a date, YYYY-MM-DD")),
    };
    match name {
        "In" => Ok(expression.is_in(cells()?)),
        "NotIn" => Ok(expression.is_not_in(cells()?)),
        "Between" => pair().map(|(low, high)| expression.between(low, high)),
        "NotBetween" => pair().map(|(low, high)| expression.not_between(low, high)),
        // Not one of Dataverse's: FetchXML's `like`, whose pattern need not begin or end with a wildcard.
        "Like" => {
            let pattern = values(arguments, "PropertyValue")?;
            let (Some(Literal::Text(pattern)), ColumnType::Text | ColumnType::Memo) = (pattern.first(), column.kind)
            else {
                return Err(Error::invalid(column.name.as_str(), "takes a pattern of text, and is a column of text"));
            };
            Ok(rx.connection.dialect().like(expression, pattern))
        }
        "EqualUserId" => Ok(expression.eq(user(rx))),
        "NotEqualUserId" => Ok(expression.ne(user(rx))),
        "ContainValues" | "DoesNotContainValues" if column.kind == ColumnType::MultiChoice => {
            let mut any = Expr::val(0).eq(1);
            let wanted: BTreeSet<String> = values(arguments, "PropertyValues")?
                .into_iter()
                .map(|it| it.to_string().trim_matches('\'').to_owned())
                .collect();
            // What is no option matches nothing; so the condition is as long as the options at most.
            for number in column.options.iter().map(|it| it.value.to_string()).filter(|it| wanted.contains(it)) {
                let found = ["[{}]", "[{},%", "%,{},%", "%,{}]"]
                    .into_iter()
                    .map(|it| expression.clone().like(it.replace("{}", &number)))
                    .fold(Expr::val(0).eq(1), ExprTrait::or);
                any = any.or(found);
            }
            Ok(if name == "ContainValues" { any } else { any.not() })
        }
        "Today" => window(Some(today()), plus(today(), 1.day())),
        "Yesterday" => window(plus(today(), -1.day()), Some(today())),
        "Tomorrow" => window(plus(today(), 1.day()), plus(today(), 2.days())),
        "Last7Days" => window(plus(today(), -7.days()), Some(rx.now())),
        "Next7Days" => window(Some(rx.now()), plus(today(), 8.days())),
        "LastXHours" => window(plus(rx.now(), -count(arguments)?.hours()), Some(rx.now())),
        "NextXHours" => window(Some(rx.now()), plus(rx.now(), count(arguments)?.hours())),
        "LastXDays" => window(plus(today(), -count(arguments)?.days()), Some(rx.now())),
        "NextXDays" => window(Some(rx.now()), plus(today(), (count(arguments)? + 1).days())),
        "OlderThanXHours" => window(None, plus(rx.now(), -count(arguments)?.hours())),
        "OlderThanXDays" => window(None, plus(today(), -count(arguments)?.days())),
        "OlderThanXMonths" => window(None, plus(today(), -count(arguments)?.months())),
        "On" => on().and_then(|it| window(Some(it), plus(it, 1.day()))),
        "OnOrAfter" => on().and_then(|it| window(Some(it), None)),
        "OnOrBefore" => on().and_then(|it| window(None, plus(it, 1.day()))),
        _ => Err(Error::invalid(
            name,
            "this query function is not known here; known are In, NotIn, Between, NotBetween, EqualUserId, ContainValues, \
             Today, Yesterday, Tomorrow, Last7Days, LastXHours, LastXDays, NextXDays, OlderThanXDays, On, OnOrAfter and OnOrBefore",
        )),
    }
}

fn user(rx: &Rx<'_>) -> Vec<u8> {
    rx.cx.user().unwrap_or(crate::tx::SYSTEM_USER).as_bytes().to_vec()
}

fn start_of_day(at: Timestamp) -> Timestamp {
    let day = at.to_zoned(TimeZone::UTC).date();
    day.to_zoned(TimeZone::UTC).map_or(at, |it| it.timestamp())
}

fn plus(at: Timestamp, span: Span) -> Option<Timestamp> {
    at.to_zoned(TimeZone::UTC).checked_add(span).ok().map(|it| it.timestamp())
}

fn within(expression: &Expr, column: &Column, from: Option<Timestamp>, to: Option<Timestamp>) -> Result<Expr> {
    let cell = |at: Timestamp| -> Result<sea_query::Value> {
        match column.kind {
            ColumnType::DateTime => Ok(sea_query::Value::BigInt(Some(at.as_millisecond()))),
            ColumnType::Date => Ok(sea_query::Value::String(Some(at.to_zoned(TimeZone::UTC).date().to_string()))),
            _ => Err(Error::invalid(column.name.as_str(), "is not a date")),
        }
    };
    let mut all = expression.clone().is_not_null();
    if let Some(from) = from {
        all = all.and(expression.clone().gte(cell(from)?));
    }
    if let Some(to) = to {
        all = all.and(expression.clone().lt(cell(to)?));
    }
    Ok(all)
}

//! Dataverse's own query functions, `Microsoft.Dynamics.CRM.Name(PropertyName='…',…)`.
//!
//! *Not* the spans of time (`dates`) nor hierarchies and teams (`among`). Invariant: what is not known is
//! refused by name, and relative dates are taken from the context's clock, in UTC.

mod among;
mod dates;

use std::{borrow::Cow, collections::BTreeSet};

use jiff::{Timestamp, ToSpan, tz::TimeZone};
use odata::{Argument, Expr as Ast, Literal, Path};
use sea_query::{Expr, ExprTrait};

use uuid::Uuid;

use super::filter::typed;
use crate::{
    Error, Result, Rx, Value,
    metadata::{Column, ColumnType},
    store::codec,
};

/// Every function, as its refusal names them.
pub(super) const KNOWN: &[&str] = &[
    "Above",
    "AboveOrEqual",
    "Between",
    "ContainValues",
    "DoesNotContainValues",
    "EqualBusinessId",
    "EqualRoleBusinessId",
    "EqualUserId",
    "EqualUserLanguage",
    "EqualUserOrUserHierarchy",
    "EqualUserOrUserHierarchyAndTeams",
    "EqualUserOrUserTeams",
    "EqualUserTeams",
    "In",
    "InFiscalPeriod",
    "InFiscalPeriodAndYear",
    "InFiscalYear",
    "InOrAfterFiscalPeriodAndYear",
    "InOrBeforeFiscalPeriodAndYear",
    "Last7Days",
    "LastFiscalPeriod",
    "LastFiscalYear",
    "LastMonth",
    "LastWeek",
    "LastXDays",
    "LastXFiscalPeriods",
    "LastXFiscalYears",
    "LastXHours",
    "LastXMonths",
    "LastXWeeks",
    "LastXYears",
    "LastYear",
    "Next7Days",
    "NextFiscalPeriod",
    "NextFiscalYear",
    "NextMonth",
    "NextWeek",
    "NextXDays",
    "NextXFiscalPeriods",
    "NextXFiscalYears",
    "NextXHours",
    "NextXMonths",
    "NextXWeeks",
    "NextXYears",
    "NextYear",
    "NotBetween",
    "NotEqualBusinessId",
    "NotEqualUserId",
    "NotIn",
    "NotOn",
    "NotUnder",
    "OlderThanXDays",
    "OlderThanXHours",
    "OlderThanXMinutes",
    "OlderThanXMonths",
    "OlderThanXWeeks",
    "OlderThanXYears",
    "On",
    "OnOrAfter",
    "OnOrBefore",
    "ThisFiscalPeriod",
    "ThisFiscalYear",
    "ThisMonth",
    "ThisWeek",
    "ThisYear",
    "Today",
    "Tomorrow",
    "Under",
    "UnderOrEqual",
    "Yesterday",
];

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

fn count(arguments: &[(String, Argument)], name: &'static str) -> Result<i64> {
    let number = match values(arguments, name)?.first() {
        Some(Literal::Integer(it)) => Some(*it),
        Some(Literal::Text(it)) => it.trim().parse().ok(),
        _ => None,
    };
    number.filter(|it| (0..=1_000_000).contains(it)).ok_or_else(|| Error::invalid(name, "takes a whole number"))
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
    let on = || match values(arguments, "PropertyValue")?.first() {
        Some(Literal::Date(it)) => Ok(dates::start(*it)),
        Some(Literal::DateTime(it)) => Ok(dates::day(*it)),
        Some(Literal::Text(it)) => {
            let day = it.get(..10).and_then(|it| it.parse::<jiff::civil::Date>().ok());
            day.map(dates::start).ok_or_else(|| Error::invalid("PropertyValue", "takes a date, YYYY-MM-DD"))
        }
        _ => Err(Error::invalid("PropertyValue", "takes a date, YYYY-MM-DD")),
    };
    let after = |at: Option<Timestamp>| at.and_then(|it| it.checked_add(24.hours()).ok());
    let is_among = |all: BTreeSet<Uuid>| {
        expression.clone().is_in(all.into_iter().map(|it| codec::encode(column, &Value::Guid(it))))
    };
    let this = |id: Uuid| BTreeSet::from([id]);
    let user = rx.cx.user().unwrap_or(crate::tx::SYSTEM_USER);
    let line = |way: among::Way, itself: bool| -> Result<Expr> {
        let from = row(arguments)?;
        let mut all = among::hierarchy(rx, column, from, way)?;
        if itself {
            all.insert(from);
        }
        Ok(is_among(all))
    };
    if let Some((from, to)) = dates::window(name, rx.now(), || count(arguments, "PropertyValue"))? {
        return within(&expression, column, from, to);
    }
    let fiscal = || {
        let period = count(arguments, "PropertyValue1")?;
        dates::fiscal(count(arguments, "PropertyValue2")?, Some(period))
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
        "EqualUserId" => Ok(is_among(this(user))),
        "NotEqualUserId" => Ok(is_among(this(user)).not()),
        "EqualUserTeams" => Ok(is_among(among::teams(rx, user)?)),
        "EqualUserOrUserTeams" => Ok(is_among(among::teams(rx, user)?.into_iter().chain([user]).collect())),
        "EqualUserOrUserHierarchy" => Ok(is_among(among::subordinates(rx, user)?.into_iter().chain([user]).collect())),
        "EqualUserOrUserHierarchyAndTeams" => {
            let teams = among::teams(rx, user)?;
            Ok(is_among(among::subordinates(rx, user)?.into_iter().chain(teams).chain([user]).collect()))
        }
        "EqualBusinessId" | "EqualRoleBusinessId" => {
            Ok(is_among(among::business_unit(rx, user)?.into_iter().collect()))
        }
        "NotEqualBusinessId" => Ok(is_among(among::business_unit(rx, user)?.into_iter().collect()).not()),
        // Everybody reads English here.
        "EqualUserLanguage" => Ok(expression.eq(1033)),
        "Above" => line(among::Way::Up, false),
        "AboveOrEqual" => line(among::Way::Up, true),
        "Under" => line(among::Way::Down, false),
        "UnderOrEqual" => line(among::Way::Down, true),
        "NotUnder" => line(among::Way::Down, false).map(ExprTrait::not),
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
        "On" => on().and_then(|it| within(&expression, column, it, after(it))),
        "NotOn" => on().and_then(|it| within(&expression, column, it, after(it))).map(ExprTrait::not),
        "OnOrAfter" => on().and_then(|it| within(&expression, column, it, None)),
        "OnOrBefore" => on().and_then(|it| within(&expression, column, None, after(it))),
        "InFiscalYear" => {
            let (from, to) = dates::fiscal(count(arguments, "PropertyValue")?, None)?;
            within(&expression, column, from, to)
        }
        "InFiscalPeriodAndYear" => fiscal().and_then(|(from, to)| within(&expression, column, from, to)),
        "InOrAfterFiscalPeriodAndYear" => fiscal().and_then(|(from, _)| within(&expression, column, from, None)),
        "InOrBeforeFiscalPeriodAndYear" => fiscal().and_then(|(_, to)| within(&expression, column, None, to)),
        "InFiscalPeriod" => {
            // Of any year within a lifetime.
            let period = Some(count(arguments, "PropertyValue")?);
            let year = i64::from(rx.now().to_zoned(TimeZone::UTC).year());
            let mut any = Expr::val(0).eq(1);
            for year in year - 100..=year + 50 {
                let (from, to) = dates::fiscal(year, period)?;
                any = any.or(within(&expression, column, from, to)?);
            }
            Ok(any)
        }
        _ => {
            Err(Error::invalid(name, format!("this query function is not known here; known are {}", KNOWN.join(", "))))
        }
    }
}

/// The row that a function is about.
fn row(arguments: &[(String, Argument)]) -> Result<Uuid> {
    match values(arguments, "PropertyValue")?.first() {
        Some(Literal::Guid(it)) => Ok(*it),
        Some(Literal::Text(it)) => it
            .trim_matches(['{', '}'])
            .parse()
            .map_err(|_| Error::invalid("PropertyValue", "takes an identifier (GUID)")),
        _ => Err(Error::invalid("PropertyValue", "takes an identifier (GUID)")),
    }
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

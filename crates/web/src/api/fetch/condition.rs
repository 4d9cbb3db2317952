//! `<filter>` and `<condition>` as expressions of the one query language.
//!
//! *Not* the functions of dates (`kernel::query`): an operator such as `last-x-days` is the query
//! function of the same name. Invariant: an operator that is not known is refused by its name.

use kernel::{
    Result,
    metadata::{Column, ColumnType},
};
use odata::{Argument, CompareOp, Expr, Literal, Path, TextFunction};

use super::xml::{Element, refused};

/// Most conditions of a query.
const CONDITIONS: usize = 500;

/// What a filter is read in.
pub trait Around {
    /// The way to a column: the condition's entity alias and column.
    ///
    /// # Errors
    /// `Invalid` for one that is not in sight.
    fn column(&self, alias: Option<&str>, name: &str) -> Result<(Path, Column)>;
    /// The condition that a link-entity inside a filter is.
    ///
    /// # Errors
    /// `Invalid` naming the mistake.
    fn related(&self, link: &Element, count: &mut usize) -> Result<Expr>;
}

/// All filters directly inside an element; `None` when there is no condition.
///
/// # Errors
/// `Invalid` naming operator or value.
pub fn filters(element: &Element, around: &dyn Around, count: &mut usize) -> Result<Option<Expr>> {
    let mut all = None;
    for filter in element.all("filter") {
        if let Some(it) = self::filter(filter, around, count)? {
            all = Some(join(all, it, false));
        }
    }
    Ok(all)
}

fn filter(element: &Element, around: &dyn Around, count: &mut usize) -> Result<Option<Expr>> {
    let or = match element.get("type") {
        None | Some("and") => false,
        Some("or") => true,
        Some(other) => return Err(refused(format!("'{other}' is no type of a filter; it is and or or"))),
    };
    let mut all = None;
    for child in &element.children {
        let part = match child.name.as_str() {
            "condition" => {
                *count += 1;
                if *count > CONDITIONS {
                    let text = format!("at most {CONDITIONS} conditions are allowed");
                    return Err(refused(text).with_code("too-many-conditions"));
                }
                Some(condition(child, around)?)
            }
            "filter" => filter(child, around, count)?,
            "link-entity" => Some(around.related(child, count)?),
            other => return Err(refused(format!("<{other}> is not known inside a filter"))),
        };
        if let Some(part) = part {
            all = Some(join(all, part, or));
        }
    }
    Ok(all)
}

fn join(before: Option<Expr>, it: Expr, or: bool) -> Expr {
    match before {
        None => it,
        Some(before) if or => Expr::Or(Box::new(before), Box::new(it)),
        Some(before) => Expr::And(Box::new(before), Box::new(it)),
    }
}

fn condition(element: &Element, around: &dyn Around) -> Result<Expr> {
    let name = element.need("attribute")?;
    let (path, column) = around.column(element.get("entityname"), name)?;
    let operator = element.get("operator").unwrap_or("eq");
    let listed: Vec<&str> = element.all("value").map(|it| it.text.as_str()).collect();
    let first = element.get("value").or_else(|| listed.first().copied()).unwrap_or_default();
    let this = || Box::new(Expr::Path(path.clone()));
    let literal = |text: &str| literal(&column, text);
    let compare = |op: CompareOp, right: Expr| Expr::Compare { op, left: this(), right: Box::new(right) };
    let text = |function, value: &str| Expr::Call {
        function,
        left: this(),
        right: Box::new(Expr::Literal(Literal::Text(value.to_owned()))),
    };
    let not = |it: Expr| Expr::Not(Box::new(it));
    let relation = match operator {
        "eq" => Some(CompareOp::Eq),
        "ne" | "neq" => Some(CompareOp::Ne),
        "gt" => Some(CompareOp::Gt),
        "ge" => Some(CompareOp::Ge),
        "lt" => Some(CompareOp::Lt),
        "le" => Some(CompareOp::Le),
        _ => None,
    };
    if let Some(op) = relation {
        let right = match element.get("valueof") {
            Some(other) => Expr::Path(match other.split_once('.') {
                Some((entity, other)) => around.column(Some(entity), other)?.0,
                None => around.column(element.get("entityname"), other)?.0,
            }),
            None => Expr::Literal(literal(first)?),
        };
        return Ok(compare(op, right));
    }
    Ok(match operator {
        "null" => compare(CompareOp::Eq, Expr::Literal(Literal::Null)),
        "not-null" => compare(CompareOp::Ne, Expr::Literal(Literal::Null)),
        "like" => call("Like", path, vec![value(Literal::Text(first.to_owned()))]),
        "not-like" => not(call("Like", path, vec![value(Literal::Text(first.to_owned()))])),
        "begins-with" => text(TextFunction::StartsWith, first),
        "not-begin-with" => not(text(TextFunction::StartsWith, first)),
        "ends-with" => text(TextFunction::EndsWith, first),
        "not-end-with" => not(text(TextFunction::EndsWith, first)),
        "in" | "not-in" => {
            // One client writes a single value as an attribute.
            let values = if listed.is_empty() { vec![first] } else { listed };
            let list = values.into_iter().map(|it| literal(it).map(Expr::Literal)).collect::<Result<_>>()?;
            let within = Expr::In { operand: this(), list };
            if operator == "in" { within } else { not(within) }
        }
        "between" | "not-between" => {
            let [low, high] = listed.as_slice() else { return Err(refused("between takes two <value> elements")) };
            let low = compare(CompareOp::Ge, Expr::Literal(literal(low)?));
            let within = Expr::And(Box::new(low), Box::new(compare(CompareOp::Le, Expr::Literal(literal(high)?))));
            if operator == "between" { within } else { not(within) }
        }
        "eq-userid" => call("EqualUserId", path, Vec::new()),
        "ne-userid" => call("NotEqualUserId", path, Vec::new()),
        "contain-values" | "not-contain-values" => {
            let values = if listed.is_empty() { vec![first] } else { listed };
            let list = values.into_iter().map(|it| Literal::Text(it.to_owned())).collect();
            let name = if operator == "contain-values" { "ContainValues" } else { "DoesNotContainValues" };
            call(name, path, vec![("PropertyValues".to_owned(), Argument::List(list))])
        }
        "last-seven-days" => call("Last7Days", path, Vec::new()),
        "next-seven-days" => call("Next7Days", path, Vec::new()),
        other if other.bytes().all(|it| it.is_ascii_lowercase() || it == b'-') => {
            let text = |it: &str| Argument::Expr(Expr::Literal(Literal::Text(it.to_owned())));
            let given = match listed.as_slice() {
                // A fiscal period and its year.
                [one, two] => vec![("PropertyValue1".to_owned(), text(one)), ("PropertyValue2".to_owned(), text(two))],
                _ if first.is_empty() => Vec::new(),
                _ => vec![("PropertyValue".to_owned(), text(first))],
            };
            call(&named(other), path, given)
        }
        other => return Err(refused(format!("the operator '{other}' is not known"))),
    })
}

fn value(it: Literal) -> (String, Argument) {
    ("PropertyValue".to_owned(), Argument::Expr(Expr::Literal(it)))
}

fn call(name: &str, path: Path, mut arguments: Vec<(String, Argument)>) -> Expr {
    arguments.insert(0, ("PropertyName".to_owned(), Argument::Expr(Expr::Path(path))));
    Expr::QueryFunction { name: name.to_owned(), arguments }
}

/// The query function of an operator that has another name than it.
fn named(operator: &str) -> String {
    let name = match operator {
        "eq-userteams" => "EqualUserTeams",
        "eq-useroruserteams" => "EqualUserOrUserTeams",
        "eq-useroruserhierarchy" => "EqualUserOrUserHierarchy",
        "eq-useroruserhierarchyandteams" => "EqualUserOrUserHierarchyAndTeams",
        "eq-businessid" => "EqualBusinessId",
        "ne-businessid" => "NotEqualBusinessId",
        "eq-userlanguage" => "EqualUserLanguage",
        "eq-or-above" => "AboveOrEqual",
        "eq-or-under" => "UnderOrEqual",
        other => return camel(other),
    };
    name.to_owned()
}

/// `last-x-days` as `LastXDays`; the older spelling `olderthan-x-days` too.
fn camel(operator: &str) -> String {
    let operator = operator.replace("olderthan", "older-than");
    let word = |it: &str| {
        let mut letters = it.chars();
        letters.next().map(|it| it.to_ascii_uppercase()).into_iter().chain(letters).collect::<String>()
    };
    operator.split('-').map(word).collect()
}

/// A value of a condition in the type of its column.
///
/// # Errors
/// `Invalid` naming the column and what it takes.
pub fn literal(column: &Column, text: &str) -> Result<Literal> {
    let wrong = |takes: &str| refused(format!("the condition on {} takes {takes}, not '{text}'", column.name));
    Ok(match column.kind {
        ColumnType::Text | ColumnType::Memo | ColumnType::Json | ColumnType::MultiChoice => {
            Literal::Text(text.to_owned())
        }
        ColumnType::Boolean => match text.to_ascii_lowercase().as_str() {
            "1" | "true" => Literal::Bool(true),
            "0" | "false" => Literal::Bool(false),
            _ => return Err(wrong("0, 1, true or false")),
        },
        ColumnType::Guid | ColumnType::Lookup | ColumnType::File => {
            let id = text.trim().trim_matches(['{', '}']).parse();
            Literal::Guid(id.map_err(|_| wrong("an identifier (GUID)"))?)
        }
        ColumnType::Date | ColumnType::DateTime => {
            odata::parse_literal(text.trim()).unwrap_or_else(|_| Literal::Text(text.to_owned()))
        }
        _ => match odata::parse_literal(text.trim()) {
            Ok(it @ (Literal::Integer(_) | Literal::Decimal(_) | Literal::Double(_))) => it,
            _ => return Err(wrong("a number")),
        },
    })
}

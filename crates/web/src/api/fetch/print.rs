//! A view of an entity file as FetchXML, the form in which clients read views.
//!
//! *Not* for every filter: what FetchXML cannot say gives none. Invariant: what is printed here compiles to
//! the same question again.

use kernel::metadata::Entity;
use odata::{Argument, CompareOp, Expr, Literal, OrderTarget, Path, TextFunction};
use quick_xml::escape::escape;

/// The query: these columns, this filter, this order.
pub fn query(entity: &Entity, columns: &[String], filter: Option<&Expr>, order: Option<&str>) -> Option<String> {
    let mut text = format!("<fetch version=\"1.0\" mapping=\"logical\"><entity name=\"{}\">", entity.name);
    for column in columns.iter().chain(std::iter::once(&entity.key)) {
        text.push_str(&format!("<attribute name=\"{column}\"/>"));
    }
    for item in odata::parse_orderby(order.unwrap_or_default()).ok().unwrap_or_default() {
        let OrderTarget::Path(path) = item.path else { return None };
        text.push_str(&format!("<order attribute=\"{}\" descending=\"{}\"/>", path.single()?, item.descending));
    }
    if let Some(filter) = filter {
        let inner = condition(filter)?;
        let is_filter = inner.starts_with("<filter");
        text.push_str(&if is_filter { inner } else { format!("<filter type=\"and\">{inner}</filter>") });
    }
    text.push_str("</entity></fetch>");
    Some(text)
}

fn condition(expr: &Expr) -> Option<String> {
    let joined = |word: &str, a: &Expr, b: &Expr| {
        Some(format!("<filter type=\"{word}\">{}{}</filter>", condition(a)?, condition(b)?))
    };
    match expr {
        Expr::And(a, b) => joined("and", a, b),
        Expr::Or(a, b) => joined("or", a, b),
        Expr::Compare { op, left, right } => {
            let (Expr::Path(path), Expr::Literal(literal)) = (left.as_ref(), right.as_ref()) else { return None };
            Some(match (op, literal) {
                (CompareOp::Eq, Literal::Null) => one(path, "null", None)?,
                (CompareOp::Ne, Literal::Null) => one(path, "not-null", None)?,
                (op, literal) => one(path, op.as_str(), Some(&plain(literal)))?,
            })
        }
        Expr::Call { function, left, right } => {
            let (Expr::Path(path), Expr::Literal(Literal::Text(text))) = (left.as_ref(), right.as_ref()) else {
                return None;
            };
            match function {
                TextFunction::Contains => one(path, "like", Some(&format!("%{text}%"))),
                TextFunction::StartsWith => one(path, "begins-with", Some(text)),
                TextFunction::EndsWith => one(path, "ends-with", Some(text)),
            }
        }
        Expr::QueryFunction { name, arguments } => {
            let of = |wanted: &str| arguments.iter().find(|(it, _)| it == wanted).map(|(_, it)| it);
            let path = match of("PropertyName")? {
                Argument::Expr(Expr::Literal(Literal::Text(it))) => Path::from(it.as_str()),
                Argument::Expr(Expr::Path(it)) => it.clone(),
                _ => return None,
            };
            let value = match of("PropertyValue") {
                None => None,
                Some(Argument::Expr(Expr::Literal(it))) => Some(plain(it)),
                Some(_) => return None,
            };
            (arguments.len() <= 2).then(|| one(&path, &hyphened(name), value.as_deref()))?
        }
        _ => None,
    }
}

fn one(path: &Path, operator: &str, value: Option<&str>) -> Option<String> {
    let value = value.map_or(String::new(), |it| format!(" value=\"{}\"", escape(it)));
    Some(format!("<condition attribute=\"{}\" operator=\"{operator}\"{value}/>", path.single()?))
}

fn plain(literal: &Literal) -> String {
    match literal {
        Literal::Text(it) => it.clone(),
        Literal::Bool(it) => i64::from(*it).to_string(),
        other => other.to_string(),
    }
}

/// `LastXDays` as `last-x-days`.
pub fn hyphened(name: &str) -> String {
    match name {
        "Last7Days" => return "last-seven-days".to_owned(),
        "Next7Days" => return "next-seven-days".to_owned(),
        "EqualUserId" => return "eq-userid".to_owned(),
        "NotEqualUserId" => return "ne-userid".to_owned(),
        _ => {}
    }
    let mut text = String::new();
    for it in name.chars() {
        if it.is_ascii_uppercase() && !text.is_empty() {
            text.push('-');
        }
        text.push(it.to_ascii_lowercase());
    }
    text
}

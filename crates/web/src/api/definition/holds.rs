//! `$filter` on definitions, which are not in the store.
//!
//! *Not* the conditions on rows (`kernel::query`). Invariant: a property that a definition has not is
//! refused by name.

use kernel::{Error, Result};
use odata::{CompareOp, Expr, Literal, TextFunction};
use serde_json::Value as Json;

use crate::api::key;

/// Whether a filter holds for a definition; definitions are few and not in the store.
///
/// # Errors
/// `option` for a property that there is not, `not-built` for other conditions.
pub fn holds(filter: &Expr, row: &Json) -> Result<bool> {
    Ok(match filter {
        Expr::And(a, b) => holds(a, row)? && holds(b, row)?,
        Expr::Or(a, b) => holds(a, row)? || holds(b, row)?,
        Expr::Not(it) => !holds(it, row)?,
        Expr::Compare { op, left, right } => {
            let same = alike(&operand(left, row)?, &operand(right, row)?);
            match op {
                CompareOp::Eq => same,
                CompareOp::Ne => !same,
                _ => {
                    return Err(
                        Error::invalid("$filter", "definitions are compared with eq and ne only").with_code("option")
                    );
                }
            }
        }
        Expr::In { operand: it, list } => {
            let it = operand(it, row)?;
            let mut any = false;
            for other in list {
                any |= alike(&operand(other, row)?, &it);
            }
            any
        }
        Expr::Call { function, left, right } => {
            let (Json::String(text), Json::String(part)) = (operand(left, row)?, operand(right, row)?) else {
                return Ok(false);
            };
            match function {
                TextFunction::Contains => text.contains(&part),
                TextFunction::StartsWith => text.starts_with(&part),
                TextFunction::EndsWith => text.ends_with(&part),
            }
        }
        Expr::Path(_) => operand(filter, row)? == Json::Bool(true),
        _ => return Err(key::not_built("this $filter on definitions")),
    })
}

/// Text compares without regard to case, as it does in rows.
fn alike(one: &Json, other: &Json) -> bool {
    match (one, other) {
        (Json::String(one), Json::String(other)) => one.eq_ignore_ascii_case(other),
        _ => one == other,
    }
}

fn operand(it: &Expr, row: &Json) -> Result<Json> {
    Ok(match it {
        Expr::Path(path) => {
            let mut found = row;
            for name in &path.0 {
                found = found.get(name).ok_or_else(|| {
                    Error::invalid("$filter", format!("Could not find a property named '{path}' on a definition."))
                        .with_code("option")
                })?;
            }
            found.clone()
        }
        Expr::Literal(Literal::Text(it) | Literal::Enum { member: it, .. }) => Json::from(it.as_str()),
        Expr::Literal(Literal::Bool(it)) => Json::from(*it),
        Expr::Literal(Literal::Integer(it)) => Json::from(*it),
        Expr::Literal(Literal::Guid(it)) => Json::from(it.to_string()),
        Expr::Literal(Literal::Null) => Json::Null,
        other => return Err(Error::invalid("$filter", format!("{other} cannot be compared here")).with_code("option")),
    })
}

//! Reading below one row: the row itself, its columns, and what its navigation properties lead to.
//!
//! *Not* writing (`change.rs`, `link.rs`, `property.rs`). Invariant: each step asks for the privilege
//! to read the entity that it reaches.

use kernel::{Error, Query, Result, Rx, Value, metadata::Entity, uuid::Uuid};
use odata::{CompareOp, Expr, Literal, Path, Quantifier, Segment};
use serde_json::{Value as Json, json};

use super::{
    answer::Answer,
    call::Call,
    key, list, operation, property,
    row::rows,
    select::{Navigation, navigation, shape},
};

/// `GET set(key)` and everything below it.
///
/// # Errors
/// `not-found`, `unknown-segment`, and those of lists.
pub fn read(rx: &Rx<'_>, call: &Call, entity: &Entity, id: Uuid, rest: &[Segment]) -> Result<Answer> {
    let Some((segment, rest)) = rest.split_first() else {
        return row(rx, call, entity, id);
    };
    let name = segment.name.as_str();
    if name.starts_with("Microsoft.Dynamics.CRM.") && rest.is_empty() {
        return operation::read(rx, call, segment, Some((&entity.name, id)));
    }
    let record = rx.get(&entity.name, id)?;
    let model = rx.model();
    match (navigation(rx, entity, name), rest) {
        (Some(Navigation::One { column, entity: target }), rest) => {
            let there = match record.get(&column) {
                Value::Lookup(it, id) if *it == target => *id,
                _ => return Ok(Answer::nothing()),
            };
            let target = model.entity(&target)?;
            match rest {
                [only] if only.name == "$ref" => {
                    let address = format!("{}{}({there})", call.root, target.set);
                    Ok(Answer::json(
                        &json!({ "@odata.context": format!("{}$metadata#$ref", call.root), "@odata.id": address }),
                    ))
                }
                rest => read(rx, call, target, there, rest),
            }
        }
        (Some(to_many), rest) => {
            let child = model.entity(to_many.entity())?;
            let within = within(rx, entity, id, &to_many)?;
            match (&segment.key, rest) {
                (None, []) => list::read(rx, call, child, Some(within)),
                (None, [only]) if only.name == "$count" => list::count(rx, call, child, Some(within)),
                (None, [only]) if only.name == "$ref" => list::references(rx, call, child, within),
                (None, [other, ..]) => Err(key::unknown(&other.name)),
                (Some(key), rest) => {
                    let id = key::present(rx, child, key)?;
                    let query = Query::on(&child.name).and(within).eq(&child.key, id);
                    rx.ids(&query)?.first().ok_or_else(|| Error::not_found(&child.name, id))?;
                    read(rx, call, child, id, rest)
                }
            }
        }
        (None, rest) => property::read(rx, call, entity, &record, name, rest),
    }
}

/// The condition on rows at the other side of a collection-valued navigation property of a row.
///
/// # Errors
/// `Bug` when the property leads elsewhere.
pub fn within(rx: &Rx<'_>, parent: &Entity, id: Uuid, navigation: &Navigation) -> Result<Expr> {
    let compare = |path: Vec<String>| Expr::Compare {
        op: CompareOp::Eq,
        left: Box::new(Expr::Path(Path(path))),
        right: Box::new(Expr::Literal(Literal::Guid(id))),
    };
    match navigation {
        Navigation::One { .. } => Err(Error::bug("a single row is no collection")),
        Navigation::Many { entity, column } => {
            let model = rx.model();
            let lookup = model.entity(entity)?.column(column)?;
            let target = lookup.targets.iter().find(|it| it.entity == parent.name);
            let target = target.ok_or_else(|| Error::bug("a relationship leads elsewhere"))?;
            // By way of the navigation property the entity of a lookup with several targets is compared too.
            Ok(compare(if lookup.is_polymorphic() {
                vec![target.navigation.clone(), parent.key.clone()]
            } else {
                vec![column.clone()]
            }))
        }
        Navigation::Through { near, links, .. } => Ok(linked(links, compare(vec![LINK.to_owned(), near.clone()]))),
    }
}

/// The variable that stands for a link in conditions made here.
pub const LINK: &str = "link";

/// That one of the links of a row meets the condition.
pub fn linked(links: &str, condition: Expr) -> Expr {
    Expr::Lambda {
        path: Path(vec![links.to_owned()]),
        quantifier: Quantifier::Any,
        variable: Some(LINK.to_owned()),
        predicate: Some(Box::new(condition)),
    }
}

fn row(rx: &Rx<'_>, call: &Call, entity: &Entity, id: Uuid) -> Result<Answer> {
    let (body, version) = representation(rx, call, entity, id)?;
    let plain = call.options.expand.is_empty() && call.prefer.annotations.is_empty();
    if plain && call.if_none_match.version() == Some(version) {
        return Ok(Answer::unchanged().version(version));
    }
    Ok(Answer::json(&body).version(version).applied(call.prefer.applied(false, true)))
}

/// The row with its context, as `$select` and `$expand` shape it, and its version.
///
/// # Errors
/// `not-found`, `unknown-column`.
pub fn representation(rx: &Rx<'_>, call: &Call, entity: &Entity, id: Uuid) -> Result<(Json, i64)> {
    let options = &call.options;
    let shape = shape(rx, entity, options.select.as_deref().unwrap_or_default(), &options.expand)?;
    let record = rx.get(&entity.name, id)?;
    let version = record.version;
    let mut body = serde_json::Map::new();
    let context = format!("{}$metadata#{}{}/$entity", call.root, entity.set, shape.context(entity));
    body.insert("@odata.context".to_owned(), Json::from(context));
    body.extend(rows(rx, call, entity, &[record], &shape)?.into_iter().flatten());
    Ok((Json::Object(body), version))
}

//! From what stands in brackets behind an entity set to a row: identifier or alternate key.
//!
//! *Not* the parser (`odata`). Invariant: a reference names its row only by set and key; the host in
//! front of it is ignored, since behind a proxy it is not ours to know.

use kernel::{
    Error, Kind, Query, Result, Rx,
    metadata::{Entity, Model, lookup_column},
    uuid::Uuid,
};
use odata::{CompareOp, Expr, Key, Literal, Path};
use serde_json::Value as Json;

/// A row as a request names it.
pub struct Place {
    /// The row, if the key leads to one; an identifier is taken as it is.
    pub id: Option<Uuid>,
    /// The columns of an alternate key with their values, as text of the URL.
    pub alternate: Option<Vec<(String, Literal)>>,
}

/// The entity behind a set.
///
/// # Errors
/// `unknown-segment` naming the segment.
pub fn entity<'m>(model: &'m Model, set: &str) -> Result<&'m Entity> {
    model.by_set(set).ok_or_else(|| unknown(set))
}

/// The error for a segment that is nothing.
pub fn unknown(segment: &str) -> Error {
    let text = format!("Resource not found for the segment '{segment}'.");
    Error::new(Kind::NotFound, "unknown-segment", "", text)
}

/// The error for something that this service does not have yet.
pub fn not_built(what: &str) -> Error {
    Error::new(Kind::Unavailable, "not-built", "", format!("'{what}' is not available in this version of the service."))
}

/// The row that a key names.
///
/// # Errors
/// `key` when the entity has no such key.
pub fn place(rx: &Rx<'_>, entity: &Entity, key: &Key) -> Result<Place> {
    match key {
        Key::Single(literal) => Ok(Place { id: Some(identifier(entity, literal)?), alternate: None }),
        Key::Named(pairs) => match pairs.as_slice() {
            [(name, literal)] if *name == entity.key => {
                Ok(Place { id: Some(identifier(entity, literal)?), alternate: None })
            }
            _ => alternate(rx, entity, pairs),
        },
        Key::Reference(name) => Err(not_built(&format!("{name} outside of a change set"))),
        Key::Arguments(_) => Err(wrong(entity, "the brackets hold no key")),
    }
}

/// The row that must be there.
///
/// # Errors
/// `not-found`, and as [`place`].
pub fn present(rx: &Rx<'_>, entity: &Entity, key: &Key) -> Result<Uuid> {
    place(rx, entity, key)?.id.ok_or_else(|| Error::not_found(&entity.name, "the given key"))
}

fn identifier(entity: &Entity, literal: &Literal) -> Result<Uuid> {
    match literal {
        Literal::Guid(it) => Ok(*it),
        // Generic OData clients quote identifiers.
        Literal::Text(it) => it.parse().map_err(|_| wrong(entity, "a quoted key is no GUID")),
        _ => Err(wrong(entity, "the key of a row is a GUID")),
    }
}

fn alternate(rx: &Rx<'_>, entity: &Entity, pairs: &[(String, Literal)]) -> Result<Place> {
    let pairs: Vec<(String, Literal)> =
        pairs.iter().map(|(name, it)| (lookup_column(name).unwrap_or(name).to_owned(), it.clone())).collect();
    let known = entity.keys.iter().any(|(_, columns)| {
        columns.len() == pairs.len() && columns.iter().all(|column| pairs.iter().any(|(name, _)| name == column))
    });
    if !known {
        let keys: Vec<String> = entity.keys.iter().map(|(_, columns)| columns.join(",")).collect();
        let keys = if keys.is_empty() {
            "it has no alternate key".to_owned()
        } else {
            format!("its keys are {}", keys.join("; "))
        };
        return Err(wrong(entity, &keys));
    }
    let mut query = Query::on(&entity.name).top(1);
    for (name, literal) in &pairs {
        query = query.and(Expr::Compare {
            op: CompareOp::Eq,
            left: Box::new(Expr::Path(Path(vec![name.clone()]))),
            right: Box::new(Expr::Literal(literal.clone())),
        });
    }
    Ok(Place { id: rx.ids(&query)?.first().copied(), alternate: Some(pairs) })
}

fn wrong(entity: &Entity, why: &str) -> Error {
    let text = format!(
        "The key in the request URI is not valid for resource 'Microsoft.Dynamics.CRM.{}'. Use {}(<GUID>) or an alternate key; {why}.",
        entity.name, entity.set
    );
    Error::new(Kind::Invalid, "key", "", text)
}

/// The entity and row behind `/accounts(…)`, `accounts(…)` or an absolute address.
///
/// # Errors
/// `Invalid` naming `field` when it is none.
pub fn reference(rx: &Rx<'_>, field: &str, text: &str) -> Result<(String, Uuid)> {
    let wrong = || Error::invalid(field, "takes a reference to a row, such as /accounts(<GUID>)").with_code("payload");
    let segments = odata::parse_resource_path(below_root(text)).map_err(|_| wrong())?;
    let [segment] = segments.as_slice() else { return Err(wrong()) };
    let model = rx.model();
    let entity =
        entity(&model, &segment.name).map_err(|error| Error::invalid(field, error.text).with_code("payload"))?;
    let key = segment.key.as_ref().ok_or_else(wrong)?;
    let id = place(rx, entity, key)?.id;
    let missing = || Error::invalid(field, format!("{field}: there is no {} with this key", entity.name));
    Ok((entity.name.clone(), id.ok_or_else(|| missing().with_code("not-found"))?))
}

/// The entity and row behind an object: its address in `@odata.id`, or its type and primary key. A user or a team
/// may also be named by `ownerid`.
///
/// # Errors
/// `Invalid` naming `field` when it is none.
pub fn row(rx: &Rx<'_>, field: &str, given: Option<&Json>) -> Result<(String, Uuid)> {
    let wrong = || Error::invalid(field, "takes {\"@odata.id\": \"<set>(<GUID>)\"}, or @odata.type and the key");
    let object = given.and_then(Json::as_object).ok_or_else(wrong)?;
    if let Some(address) = object.get("@odata.id").and_then(Json::as_str) {
        return reference(rx, field, address);
    }
    let kind = object.get("@odata.type").and_then(Json::as_str).ok_or_else(wrong)?;
    let kind = kind.trim_start_matches('#').trim_start_matches("Microsoft.Dynamics.CRM.");
    let key = rx.model().entity(kind)?.key.clone();
    let owner = matches!(kind, "systemuser" | "team").then(|| object.get("ownerid")).flatten();
    let id = object.get(&key).or(owner).and_then(Json::as_str);
    Ok((kind.to_owned(), id.and_then(|it| it.parse().ok()).ok_or_else(wrong)?))
}

/// The part of an address behind the service root, if it begins with one. One client writes
/// `https:/host`, another doubles slashes.
pub fn below_root(text: &str) -> &str {
    let text = text.trim();
    let local = match text.split_once(":/") {
        Some(("http" | "https", rest)) => rest.trim_start_matches('/').split_once('/').map_or("", |(_, path)| path),
        _ => text,
    };
    let local = local.trim_start_matches('/');
    match local.strip_prefix("api/data/") {
        Some(rest) => rest.split_once('/').map_or("", |(_, path)| path.trim_start_matches('/')),
        None => local,
    }
}

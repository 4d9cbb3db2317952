//! `CreateMultiple`, `UpdateMultiple`, `UpsertMultiple` and `DeleteMultiple`, bound to an entity set.
//!
//! *Not* faster rules: each row goes through the one write path. Invariant: all rows or none, and an
//! error names the target that is wrong by its place in the list.

use kernel::{Error, Kind, Query, Result, Tx, Values, metadata::Entity, uuid::Uuid};
use odata::{Key, Literal, Segment};
use serde_json::{Map, Value as Json, json};

use super::{answer::Answer, body, call::Call, change, create, dispatch, key, key::Place, link};

/// The actions that every entity set has, with what they do.
pub const ACTIONS: &[(&str, &str)] = &[
    ("CreateMultiple", "Makes rows, all or none; the answer has their identifiers in the same order."),
    ("UpdateMultiple", "Changes rows that are there, all or none."),
    ("UpsertMultiple", "Changes the rows that are there and makes the others, all or none."),
    ("DeleteMultiple", "Deletes rows, all or none."),
];

/// `POST set/Microsoft.Dynamics.CRM.CreateMultiple` and its like.
///
/// # Errors
/// `payload`, and whatever the write path refuses; then no row is written.
pub fn act(tx: &mut Tx<'_>, call: &Call, entity: &Entity, segment: &Segment) -> Result<Answer> {
    let action = segment.name.strip_prefix("Microsoft.Dynamics.CRM.").unwrap_or_default();
    let each = match action {
        "CreateMultiple" => create,
        "UpdateMultiple" => update,
        "UpsertMultiple" => upsert,
        "DeleteMultiple" => delete,
        _ => return Err(key::unknown(&segment.name)),
    };
    if call.method != "POST" {
        return Err(dispatch::method(call));
    }
    let mut body = body::object(call)?;
    let Some(Json::Array(targets)) = body.remove("Targets") else {
        return Err(refused("Targets", "is missing; it is the list of rows"));
    };
    let mut ids = Vec::with_capacity(targets.len());
    for (at, target) in targets.into_iter().enumerate() {
        let place = format!("Targets[{at}]");
        let Json::Object(target) = target else { return Err(refused(&place, "is not an object")) };
        let done = typed(entity, &target).and_then(|()| each(tx, entity, target));
        ids.push(done.map_err(|error| placed(error, &place))?);
    }
    if action != "CreateMultiple" {
        return Ok(Answer::nothing());
    }
    let context = format!("{}$metadata#Microsoft.Dynamics.CRM.CreateMultipleResponse", call.root);
    Ok(Answer::json(&json!({ "@odata.context": context, "Ids": ids })))
}

/// The same error with its place, also where the text stands alone.
fn placed(mut error: Error, place: &str) -> Error {
    if matches!(error.code, "not-found" | "unknown-column" | "undeclared") {
        error.text = format!("{place}: {}", error.text);
        return error;
    }
    error.at(place)
}

fn refused(target: &str, text: &str) -> Error {
    Error::new(Kind::Invalid, "payload", target, text)
}

/// A target may say of which entity it is; then it must be this one.
fn typed(entity: &Entity, target: &Map<String, Json>) -> Result<()> {
    match target.get("@odata.type").and_then(Json::as_str) {
        Some(it) if it.trim_start_matches('#').trim_start_matches("Microsoft.Dynamics.CRM.") != entity.name => {
            Err(refused("@odata.type", &format!("names another entity than {}", entity.name)))
        }
        _ => Ok(()),
    }
}

/// The row that a target names: by `@odata.id`, by its primary key, or by an alternate key.
fn place(tx: &Tx<'_>, entity: &Entity, target: &mut Map<String, Json>) -> Result<Place> {
    if let Some(address) = target.remove("@odata.id") {
        let text = address.as_str().ok_or_else(|| refused("@odata.id", "takes the address of a row"))?;
        let segments = odata::parse_resource_path(key::below_root(text)).map_err(Error::from)?;
        let [Segment { name, key: Some(key) }] = segments.as_slice() else {
            return Err(refused("@odata.id", "takes the address of a row, such as accounts(<GUID>)"));
        };
        if *name != entity.set {
            return Err(refused("@odata.id", &format!("names a row of {name}, not of {}", entity.set)));
        }
        return key::place(tx, entity, key);
    }
    if let Some(id) = target.remove(&entity.key) {
        let id = id.as_str().and_then(|it| it.trim_matches(['{', '}']).parse::<Uuid>().ok());
        let id = id.ok_or_else(|| refused(&entity.key, "takes an identifier (GUID)"))?;
        return Ok(Place { id: Some(id), alternate: None });
    }
    for (_, columns) in &entity.keys {
        let pairs: Option<Vec<(String, Literal)>> =
            columns.iter().map(|it| Some((it.clone(), literal(target.get(it)?)?))).collect();
        if let Some(pairs) = pairs {
            return key::place(tx, entity, &Key::Named(pairs));
        }
    }
    Err(refused(&entity.key, "is missing; name the row by its key, by @odata.id or by an alternate key"))
}

fn literal(json: &Json) -> Option<Literal> {
    match json {
        Json::String(it) => Some(Literal::Text(it.clone())),
        Json::Number(it) => it.as_i64().map(Literal::Integer),
        Json::Bool(it) => Some(Literal::Bool(*it)),
        _ => None,
    }
}

fn create(tx: &mut Tx<'_>, entity: &Entity, target: Map<String, Json>) -> Result<Uuid> {
    create::make(tx, entity, &target, Values::new(), None, 0)
}

fn update(tx: &mut Tx<'_>, entity: &Entity, mut target: Map<String, Json>) -> Result<Uuid> {
    let place = place(tx, entity, &mut target)?;
    let id = place.id.ok_or_else(|| Error::not_found(&entity.name, "the given key"))?;
    write(tx, entity, id, &place, &target)
}

fn write(tx: &mut Tx<'_>, entity: &Entity, id: Uuid, place: &Place, target: &Map<String, Json>) -> Result<Uuid> {
    let body = body::row(tx, entity, target, false)?;
    let mut values = body.values;
    for (column, _) in place.alternate.iter().flatten() {
        values.remove(column);
    }
    tx.update(&entity.name, id, values)?;
    for (to_many, row) in body.bound {
        link::attach(tx, entity, id, &to_many, row)?;
    }
    Ok(id)
}

fn upsert(tx: &mut Tx<'_>, entity: &Entity, mut target: Map<String, Json>) -> Result<Uuid> {
    let place = place(tx, entity, &mut target)?;
    let present = match place.id {
        Some(id) => tx.ids(&Query::on(&entity.name).eq(&entity.key, id))?.first().copied(),
        None => None,
    };
    match present {
        Some(id) => write(tx, entity, id, &place, &target),
        None => create::make(tx, entity, &target, change::keys(tx, entity, &place)?, place.id, 0),
    }
}

fn delete(tx: &mut Tx<'_>, entity: &Entity, mut target: Map<String, Json>) -> Result<Uuid> {
    let id = place(tx, entity, &mut target)?.id.ok_or_else(|| Error::not_found(&entity.name, "the given key"))?;
    tx.delete(&entity.name, id)?;
    Ok(id)
}

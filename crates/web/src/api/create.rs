//! `POST set`: a row, and the related rows inside its body.
//!
//! *Not* an upsert (`change.rs`). Invariant: all rows of one body are made in one transaction.

use axum::http::{StatusCode, header};
use kernel::{Error, Kind, Result, Tx, Value, Values, metadata::Entity, uuid::Uuid};
use serde_json::{Map, Value as Json};

use super::{
    answer::Answer,
    body,
    call::Call,
    dispatch, key, link,
    navigation::representation,
    select::{Navigation, navigation},
};
use crate::duplicates;

/// How deep rows may be nested in one body.
const DEPTH: usize = 8;

/// `POST set`.
///
/// # Errors
/// `undeclared`, `required`, `duplicate` and whatever else the write path refuses.
pub fn create(tx: &mut Tx<'_>, call: &Call, entity: &Entity) -> Result<Answer> {
    let id = make(tx, entity, &body::object(call)?, Values::new(), None, 0)?;
    made(tx, call, entity, id)
}

/// `POST set(key)/collection`: a row that refers to the one before it.
///
/// # Errors
/// As [`create`].
pub fn below(tx: &mut Tx<'_>, call: &Call, parent: &Entity, id: Uuid, name: &str) -> Result<Answer> {
    let Some(to_many @ (Navigation::Many { .. } | Navigation::Through { .. })) = navigation(tx, parent, name) else {
        return Err(if parent.columns.contains_key(name) { dispatch::method(call) } else { key::unknown(name) });
    };
    let model = tx.model();
    tx.get(&parent.name, id)?;
    let made_id = joined(tx, parent, id, &to_many, &body::object(call)?, 0)?;
    made(tx, call, model.entity(to_many.entity())?, made_id)
}

/// Makes a row at the other side of a collection-valued navigation property of ours.
fn joined(
    tx: &mut Tx<'_>,
    entity: &Entity,
    id: Uuid,
    to_many: &Navigation,
    object: &Map<String, Json>,
    depth: usize,
) -> Result<Uuid> {
    let model = tx.model();
    let there = model.entity(to_many.entity())?;
    match to_many {
        Navigation::Many { column, .. } => {
            let ours = Values::new().with(column, Value::Lookup(entity.name.clone(), id));
            make(tx, there, object, ours, None, depth)
        }
        _ => {
            let made = make(tx, there, object, Values::new(), None, depth)?;
            link::attach(tx, entity, id, to_many, made)?;
            Ok(made)
        }
    }
}

/// The answer for a row that was made.
///
/// # Errors
/// `duplicate-found` where the request wants to know; those of reading it, when the client wants to see it.
pub fn made(tx: &Tx<'_>, call: &Call, entity: &Entity, id: Uuid) -> Result<Answer> {
    if call.refuse_duplicates {
        duplicates::refuse(tx, entity, id)?;
    }
    let address = format!("{}{}({id})", call.root, entity.set);
    if !call.prefer.representation {
        return Ok(Answer::nothing().written(&address).with(header::LOCATION, address));
    }
    let (row, version) = representation(tx, call, entity, id)?;
    let answer = Answer::json(&row).status(StatusCode::CREATED).version(version);
    Ok(answer.written(&address).with(header::LOCATION, address).applied(call.prefer.applied(false, true)))
}

/// Makes a row of a body; `with` are values that win over the body's.
///
/// # Errors
/// As [`create`].
pub fn make(
    tx: &mut Tx<'_>,
    entity: &Entity,
    object: &Map<String, Json>,
    with: Values,
    id: Option<Uuid>,
    depth: usize,
) -> Result<Uuid> {
    if depth > DEPTH {
        return Err(Error::new(Kind::Invalid, "payload", "body", format!("nests rows deeper than {DEPTH}")));
    }
    let model = tx.model();
    let body = body::row(tx, entity, object, true)?;
    let mut values = body.values;
    for (column, target, object) in body.before {
        let made = make(tx, model.entity(&target)?, &object, Values::new(), None, depth + 1)?;
        values.set(&column, Value::Lookup(target, made));
    }
    for (column, value) in with {
        values.set(&column, value);
    }
    let id = match id.or(body.id) {
        Some(id) => tx.create_as(&entity.name, id, values)?,
        None => tx.create(&entity.name, values)?,
    };
    for (to_many, rows) in body.after {
        for row in rows {
            let Json::Object(row) = row else {
                return Err(Error::invalid(to_many.entity(), "takes a list of objects").with_code("payload"));
            };
            joined(tx, entity, id, &to_many, &row, depth + 1)?;
        }
    }
    for (to_many, row) in body.bound {
        link::attach(tx, entity, id, &to_many, row)?;
    }
    Ok(id)
}

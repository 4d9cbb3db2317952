//! `PATCH set(key)`, update or upsert, and `DELETE set(key)`.
//!
//! *Not* the single property (`property.rs`). Invariant: which of the two a PATCH is follows from the
//! row and the conditions exactly as the table of `spec/web-api.md` 3.8 says.

use kernel::{Error, Result, Tx, Value, Values, metadata::Entity, uuid::Uuid};
use odata::{Key, Literal};

use super::{
    answer::Answer,
    body,
    call::Call,
    condition::{self, Condition},
    create, key,
    key::Place,
    link,
    navigation::representation,
};
use crate::duplicates;

/// `PATCH set(key)`.
///
/// # Errors
/// `not-found` and `stale` by If-Match, `duplicate` by If-None-Match.
pub fn patch(tx: &mut Tx<'_>, call: &Call, entity: &Entity, named: &Key) -> Result<Answer> {
    let place = key::place(tx, entity, named)?;
    let present = match place.id {
        Some(id) => tx.find(&entity.name, id)?.map(|it| it.id),
        None => None,
    };
    match present {
        Some(_) if call.if_none_match == Condition::Any => Err(condition::exists(&entity.name)),
        Some(id) => update(tx, call, entity, id, &place),
        None if call.if_match == Condition::Absent => upsert(tx, call, entity, &place),
        None => Err(Error::not_found(
            &entity.name,
            place.id.map_or_else(|| "the given key".to_owned(), |it| it.to_string()),
        )),
    }
}

fn update(tx: &mut Tx<'_>, call: &Call, entity: &Entity, id: Uuid, place: &Place) -> Result<Answer> {
    let body = body::row(tx, entity, &body::object(call)?, false)?;
    let mut values = body.values;
    for (column, _) in place.alternate.iter().flatten() {
        values.remove(column);
    }
    match call.if_match.version() {
        Some(version) => tx.update_version(&entity.name, id, version, values)?,
        None => tx.update(&entity.name, id, values)?,
    };
    for (to_many, row) in body.bound {
        link::attach(tx, entity, id, &to_many, row)?;
    }
    if call.refuse_duplicates {
        duplicates::refuse(tx, entity, id)?;
    }
    let address = address(call, entity, id, place);
    if !call.prefer.representation {
        return Ok(Answer::nothing().written(&address));
    }
    let (row, version) = representation(tx, call, entity, id)?;
    Ok(Answer::json(&row).version(version).written(&address).applied(call.prefer.applied(false, true)))
}

fn upsert(tx: &mut Tx<'_>, call: &Call, entity: &Entity, place: &Place) -> Result<Answer> {
    let keys = keys(tx, entity, place)?;
    let id = create::make(tx, entity, &body::object(call)?, keys, place.id, 0)?;
    let answer = create::made(tx, call, entity, id)?;
    Ok(answer.written(&address(call, entity, id, place)))
}

/// The columns of the alternate key that a new row was named by.
///
/// # Errors
/// Those of reading.
pub fn keys(tx: &Tx<'_>, entity: &Entity, place: &Place) -> Result<Values> {
    let mut keys = Values::new();
    for (name, literal) in place.alternate.iter().flatten() {
        keys.set(name, stored(tx, entity, name, literal)?);
    }
    Ok(keys)
}

/// A key's literal as a value of its column.
fn stored(tx: &Tx<'_>, entity: &Entity, name: &str, literal: &Literal) -> Result<Value> {
    let column = entity.column(name)?;
    Ok(match literal {
        Literal::Null => Value::Null,
        Literal::Bool(it) => Value::Bool(*it),
        Literal::Integer(it) => Value::Int(*it),
        Literal::Decimal(it) => Value::Decimal(*it),
        Literal::Double(it) => Value::Double(*it),
        Literal::Date(it) => Value::Date(*it),
        Literal::DateTime(it) => Value::Time(*it),
        Literal::Text(it) | Literal::Enum { member: it, .. } => Value::Text(it.clone()),
        Literal::Guid(id) => {
            // A lookup with several entities leads to the one that has the row.
            let model = tx.model();
            let mut found = Value::Guid(*id);
            for target in column.targets.iter().filter(|_| column.is_polymorphic()) {
                if tx.elevated("alternate key").find(&model.entity(&target.entity)?.name, *id)?.is_some() {
                    found = Value::Lookup(target.entity.clone(), *id);
                }
            }
            found
        }
    })
}

/// The address of the row in the form of key that the request used.
fn address(call: &Call, entity: &Entity, id: Uuid, place: &Place) -> String {
    match &place.alternate {
        None => format!("{}{}({id})", call.root, entity.set),
        Some(_) => format!("{}{}", call.root, call.raw_path),
    }
}

/// `DELETE set(key)`.
///
/// # Errors
/// `not-found`, `stale`, `restricted`.
pub fn delete(tx: &mut Tx<'_>, call: &Call, entity: &Entity, named: &Key) -> Result<Answer> {
    let id = key::present(tx, entity, named)?;
    match call.if_match.version() {
        Some(version) => tx.delete_version(&entity.name, id, version)?,
        None => tx.delete(&entity.name, id)?,
    }
    Ok(Answer::nothing())
}

//! `$ref`: rows that refer to one another, without their contents.
//!
//! A link is a lookup of one of the two rows, or a row of an intersect entity. Invariant: either is a
//! write of a row, so access, rules and audit see it. *Not* the reading of links (`navigation.rs`).

use kernel::{Error, Query, Result, Tx, Value, Values, metadata::Entity, uuid::Uuid};
use odata::Segment;

use super::{
    answer::Answer,
    body,
    call::Call,
    key,
    select::{Navigation, leads_to, navigation},
};

/// `POST set(key)/collection/$ref` and `PUT set(key)/lookup/$ref`.
///
/// # Errors
/// `payload` for a body that names no row, `wrong-type` for one of another entity.
pub fn add(tx: &mut Tx<'_>, call: &Call, entity: &Entity, id: Uuid, name: &str) -> Result<Answer> {
    let object = body::object(call)?;
    let text = object.get("@odata.id").and_then(|it| it.as_str()).ok_or_else(|| {
        Error::invalid("@odata.id", "is missing; the body is {\"@odata.id\": \"/<set>(<GUID>)\"}").with_code("payload")
    })?;
    let (there, other) = key::reference(tx, "@odata.id", text)?;
    let fits = |wanted: &str| {
        if wanted == there {
            return Ok(());
        }
        Err(Error::invalid("@odata.id", format!("names a row of {there}; {name} leads to {wanted}"))
            .with_code("wrong-type"))
    };
    match navigation(tx, entity, name).ok_or_else(|| key::unknown(name))? {
        Navigation::One { column, entity: target } => {
            if !leads_to(entity, name, &there) {
                fits(&target)?;
            }
            write(tx, call, entity, id, &column, Value::Lookup(there, other))?;
        }
        to_many => {
            fits(to_many.entity())?;
            tx.get(&entity.name, id)?;
            attach(tx, entity, id, &to_many, other)?;
        }
    }
    Ok(Answer::nothing())
}

/// Joins a row at the other side of a collection-valued navigation property to ours.
///
/// # Errors
/// `duplicate` where the two are joined by a many-to-many relationship already.
pub fn attach(tx: &mut Tx<'_>, entity: &Entity, id: Uuid, to_many: &Navigation, other: Uuid) -> Result<()> {
    let ours = Value::Lookup(entity.name.clone(), id);
    match to_many {
        Navigation::One { .. } => return Err(Error::bug("a single row is no collection")),
        Navigation::Many { entity: child, column } => {
            tx.update(child, other, Values::new().with(column, ours))?;
        }
        Navigation::Through { entity: there, intersect, near, far, .. } => {
            let values = Values::new().with(near, ours).with(far, Value::Lookup(there.clone(), other));
            tx.create(intersect, values)?;
        }
    }
    Ok(())
}

/// `DELETE set(key)/lookup/$ref`, `DELETE set(key)/collection(key)/$ref` and `…/$ref?$id=…`.
///
/// # Errors
/// `not-found` for a row that is not linked.
pub fn remove(tx: &mut Tx<'_>, call: &Call, entity: &Entity, id: Uuid, segment: &Segment) -> Result<Answer> {
    let name = segment.name.as_str();
    match navigation(tx, entity, name).ok_or_else(|| key::unknown(name))? {
        Navigation::One { column, entity: target } => {
            let leads_there = matches!(tx.get(&entity.name, id)?.get(&column), Value::Lookup(it, _) if *it == target);
            if leads_there {
                write(tx, call, entity, id, &column, Value::Null)?;
            }
        }
        to_many => {
            let model = tx.model();
            let child = model.entity(to_many.entity())?;
            let other = match (&segment.key, &call.options.id) {
                (Some(key), _) => key::present(tx, child, key)?,
                (None, Some(text)) => key::reference(tx, "$id", text)?.1,
                (None, None) => {
                    let text = format!("is missing; write {name}(<GUID>)/$ref or {name}/$ref?$id=<address>");
                    return Err(Error::invalid("$id", text).with_code("option"));
                }
            };
            let missing = || Error::not_found(&child.name, other);
            match &to_many {
                Navigation::Through { intersect, near, far, .. } => {
                    let link = tx.ids(&Query::on(intersect).eq(near, id).eq(far, other))?;
                    tx.delete(intersect, *link.first().ok_or_else(missing)?)?;
                }
                Navigation::Many { column, .. } => {
                    let linked = super::navigation::within(tx, entity, id, &to_many)?;
                    let query = Query::on(&child.name).and(linked).eq(&child.key, other);
                    tx.ids(&query)?.first().ok_or_else(missing)?;
                    tx.update(&child.name, other, Values::new().with(column, Value::Null))?;
                }
                Navigation::One { .. } => {}
            }
        }
    }
    Ok(Answer::nothing())
}

fn write(tx: &mut Tx<'_>, call: &Call, entity: &Entity, id: Uuid, column: &str, value: Value) -> Result<()> {
    let values = Values::new().with(column, value);
    match call.if_match.version() {
        Some(version) => tx.update_version(&entity.name, id, version, values)?,
        None => tx.update(&entity.name, id, values)?,
    };
    Ok(())
}

//! `$ref`: rows that refer to one another, without their contents.
//!
//! *Not* many-to-many; each link is a lookup of one of the two rows. Invariant: a link is a write of
//! that lookup, so access, rules and audit see it.

use kernel::{Error, Query, Result, Tx, Value, Values, metadata::Entity, uuid::Uuid};
use odata::Segment;

use super::{
    answer::Answer,
    body,
    call::Call,
    key,
    select::{Navigation, navigation},
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
            fits(&target)?;
            write(tx, call, entity, id, &column, Value::Lookup(there, other))?;
        }
        Navigation::Many { entity: child, column } => {
            fits(&child)?;
            tx.get(&entity.name, id)?;
            tx.update(&child, other, Values::new().with(&column, Value::Lookup(entity.name.clone(), id)))?;
        }
    }
    Ok(Answer::nothing())
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
        Navigation::Many { entity: child, column } => {
            let model = tx.model();
            let other = match (&segment.key, &call.options.id) {
                (Some(key), _) => key::present(tx, model.entity(&child)?, key)?,
                (None, Some(text)) => key::reference(tx, "$id", text)?.1,
                (None, None) => {
                    let text = format!("is missing; write {name}(<GUID>)/$ref or {name}/$ref?$id=<address>");
                    return Err(Error::invalid("$id", text).with_code("option"));
                }
            };
            let linked = super::navigation::referring(tx, model.entity(&child)?, &column, entity, id)?;
            let query = Query::on(&child).and(linked).eq(&model.entity(&child)?.key, other);
            tx.ids(&query)?.first().ok_or_else(|| Error::not_found(&child, other))?;
            tx.update(&child, other, Values::new().with(&column, Value::Null))?;
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

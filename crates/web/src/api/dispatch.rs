//! From a path and a verb to the file that answers.
//!
//! *Not* the answering. Invariant: GET reads on a snapshot and changes nothing.

use kernel::{Error, Kind, Result, Rx, Tx, metadata::Model};
use serde_json::json;

use super::{
    answer::Answer, bulk, call::Call, change, choices, create, csdl, definition, file, key, link, list, navigation,
    operation, privilege, property, relationship,
};

const DEFINITIONS: &str = "EntityDefinitions";
const RELATIONSHIPS: &str = "RelationshipDefinitions";

/// Answers a GET.
///
/// # Errors
/// Those of what answers.
pub fn read(rx: &Rx<'_>, call: &Call) -> Result<Answer> {
    let Some((first, rest)) = call.path.split_first() else {
        return Ok(service_document(rx, call));
    };
    let model = rx.model();
    match (first.name.as_str(), rest) {
        ("$metadata", []) => {
            let described = call.options.custom("annotations") == Some("true");
            Ok(Answer::text("application/xml", csdl::document(&model, described).to_xml()))
        }
        (DEFINITIONS, rest) => definition::read(rx, call, first, rest),
        (RELATIONSHIPS, rest) => definition::relationships(rx, call, first, rest),
        (choices::SET, rest) => choices::read(rx, call, first, rest),
        (privilege::SET, rest) => privilege::all(rx, call, first, rest),
        (name, rest) => {
            let Some(entity) = model.by_set(name) else {
                return match rest {
                    [] => operation::read(rx, call, first, None),
                    [other, ..] => Err(key::unknown(&other.name)),
                };
            };
            match (&first.key, rest) {
                (None, []) => list::read(rx, call, entity, None),
                (None, [only]) if only.name == "$count" => list::count(rx, call, entity, None),
                (None, [other, ..]) => Err(key::unknown(&other.name)),
                (Some(key), rest) => {
                    let id = key::present(rx, entity, key)?;
                    if let ("role", [only]) = (entity.name.as_str(), rest)
                        && only.name == privilege::OF_ROLE
                    {
                        return privilege::of_role(rx, call, id);
                    }
                    navigation::read(rx, call, entity, id, rest)
                }
            }
        }
    }
}

/// Answers every other verb.
///
/// # Errors
/// Those of what answers.
pub fn write(tx: &mut Tx<'_>, call: &Call) -> Result<Answer> {
    let Some((first, rest)) = call.path.split_first() else {
        return Err(method(call));
    };
    let model = tx.model();
    if matches!(first.name.as_str(), DEFINITIONS | RELATIONSHIPS | choices::SET) {
        return match first.name.as_str() {
            DEFINITIONS => definition::write(tx, call, first, rest),
            RELATIONSHIPS => relationship::write(tx, call, first, rest),
            _ => choices::write(tx, call, first, rest),
        };
    }
    let Some(entity) = model.by_set(&first.name) else {
        return match rest {
            [] => operation::act(tx, call, first, None),
            [other, ..] => Err(key::unknown(&other.name)),
        };
    };
    let verb = call.method.as_str();
    let Some(key) = &first.key else {
        return match (verb, rest) {
            ("POST", []) => create::create(tx, call, entity),
            (_, []) => Err(method(call)),
            (_, [only]) if only.name.starts_with("Microsoft.Dynamics.CRM.") => bulk::act(tx, call, entity, only),
            (_, [other, ..]) => Err(key::unknown(&other.name)),
        };
    };
    if rest.is_empty() {
        return match verb {
            "PATCH" => change::patch(tx, call, entity, key),
            "DELETE" => change::delete(tx, call, entity, key),
            _ => Err(method(call)),
        };
    }
    let id = key::present(tx, entity, key)?;
    if let [only] = rest
        && only.name.starts_with("Microsoft.Dynamics.CRM.")
    {
        return operation::act(tx, call, only, Some((&entity.name, id)));
    }
    match (verb, rest) {
        ("POST" | "PUT", [name, last]) if last.name == "$ref" => link::add(tx, call, entity, id, &name.name),
        ("DELETE", [name, last]) if last.name == "$ref" => link::remove(tx, call, entity, id, name),
        ("POST", [name]) => create::below(tx, call, entity, id, &name.name),
        ("PUT", [name]) => property::put(tx, call, entity, id, &name.name),
        ("DELETE", [name]) => property::clear(tx, call, entity, id, &name.name),
        ("PATCH", [name]) => file::replace(tx, call, entity, id, &name.name),
        (_, [.., last]) if last.name == "$ref" => Err(method(call)),
        (_, [_]) => Err(method(call)),
        (_, [_, other, ..]) => Err(key::unknown(&other.name)),
        (_, []) => Err(method(call)),
    }
}

fn service_document(rx: &Rx<'_>, call: &Call) -> Answer {
    let model = rx.model();
    let sets: Vec<_> = sets(&model).map(|it| json!({ "name": it, "kind": "EntitySet", "url": it })).collect();
    Answer::json(&json!({ "@odata.context": format!("{}$metadata", call.root), "value": sets }))
}

/// The names of all sets: of entities, and of what follows from them.
fn sets(model: &Model) -> impl Iterator<Item = &str> {
    model.entities().map(|it| it.set.as_str()).chain([privilege::SET])
}

/// The error for a verb that a resource does not have.
pub fn method(call: &Call) -> Error {
    let text = format!("The resource does not support the HTTP method '{}'.", call.method);
    Error::new(Kind::Invalid, "method", "", text)
}

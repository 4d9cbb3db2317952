//! `POST EntityDefinitions`: an entity of the customer's own, and its alternate keys.
//!
//! It becomes an entity file like those of the product, kept as a layer. *Not* the change of tables
//! (`kernel::solution`). Invariant: an entity with personal columns names the path to its data subject
//! (`Assent.Subject`), or it is refused, so no data subject request misses its rows.

use kernel::{Error, Kind, Result, Tx, audit::switches, metadata::Entity, solution, uuid::Uuid};
use serde_json::{Map, Value as Json};
use toml::{Table, Value as Toml};

use super::{answer::Answer, body, call::Call, column, fixed::fixed};
use crate::views;

/// Adds the entity; it is live when the answer arrives.
///
/// # Errors
/// `Invalid` naming the property, `Conflict` for an entity that exists, `Forbidden`.
pub fn create(tx: &mut Tx<'_>, call: &Call) -> Result<Answer> {
    let name = make(tx, &body::object(call)?)?;
    Ok(Answer::nothing().written(&format!("{}EntityDefinitions({})", call.root, fixed(&name))))
}

/// The switch of the audit in a definition.
pub const AUDIT: &str = "IsAuditEnabled";

/// Whether a definition says that changes are audited; it may stand by itself or as a managed property.
pub fn audited(definition: &Map<String, Json>) -> Option<bool> {
    let given = definition.get(AUDIT)?;
    given.as_bool().or_else(|| given.get("Value")?.as_bool())
}

/// `PUT EntityDefinitions(…)`: other labels and the switch of the audit; of an entity of one's own also who may do
/// what.
///
/// # Errors
/// `Conflict` for what stays as it is, `Forbidden`.
pub fn change(tx: &mut Tx<'_>, call: &Call, entity: &Entity) -> Result<Answer> {
    let given = body::object(call)?;
    let present = super::definition::definition(entity);
    let words = [
        ("DisplayName", "label", &entity.label),
        ("DisplayCollectionName", "plural", &entity.plural),
        ("Description", "description", &entity.description),
    ];
    let fixed = |name: &str| name != AUDIT && words.iter().all(|(it, ..)| *it != name);
    for (name, value) in given.iter().filter(|(name, _)| fixed(name)) {
        if present.get(name).is_some_and(|it| it != value) {
            return Err(Error::conflict(name.as_str(), "stays as it is; the labels can be changed"));
        }
    }
    let mut change = Table::new();
    for (from, to, before) in words {
        if let Some(texts) = column::label(&given, from) {
            let before = before.iter().map(|(tag, text)| (tag.clone(), Toml::String(text.clone())));
            change.insert(to.to_owned(), Toml::Table(before.collect()));
            column::put_label(&mut change, to, texts, call.merge_labels);
        }
    }
    if let Some(roles) = roles(&given) {
        change.insert("roles".to_owned(), roles);
    }
    if !change.is_empty() {
        solution::change::entity(tx, &entity.name, change)?;
    }
    if let Some(on) = audited(&given) {
        switches::entity(tx, &entity.name, on)?;
    }
    Ok(Answer::nothing())
}

/// `DELETE EntityDefinitions(…)`: an entity of one's own, with its rows.
///
/// # Errors
/// `Conflict` for one of the product, `in-use`.
pub fn remove(tx: &mut Tx<'_>, entity: &Entity) -> Result<Answer> {
    views::forget(tx, entity)?;
    solution::remove::entity(tx, &entity.name)?;
    Ok(Answer::nothing())
}

fn roles(object: &Map<String, Json>) -> Option<Toml> {
    let roles = object.get("Assent.Roles").or_else(|| object.get("@Assent.Roles")).and_then(Json::as_object)?;
    let roles = roles.iter().filter_map(|(role, it)| Some((role.clone(), Toml::String(it.as_str()?.to_owned()))));
    Some(Toml::Table(roles.collect()))
}

/// Adds an entity of a definition; its name.
///
/// # Errors
/// As [`create`].
pub fn make(tx: &mut Tx<'_>, object: &Map<String, Json>) -> Result<String> {
    let text = |name: &str| object.get(name).and_then(Json::as_str).filter(|it| !it.is_empty());
    let name = text("LogicalName").or(text("SchemaName")).map(str::to_ascii_lowercase);
    let name = name.ok_or_else(|| column::missing("SchemaName", "the name of the table, such as new_item"))?;
    let subject = subject(object)?;
    let mut columns = Table::new();
    let mut primary = text("PrimaryNameAttribute").map(str::to_ascii_lowercase);
    let attributes = object.get("Attributes").and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
    for (at, attribute) in attributes.iter().enumerate() {
        let place = format!("Attributes[{at}]");
        let Json::Object(attribute) = attribute else {
            return Err(Error::invalid(place, "is an object").with_code("payload"));
        };
        let (column, definition) =
            column::definition(&tx.model(), attribute, !subject.is_empty()).map_err(|error| error.at(&place))?;
        if attribute.get("IsPrimaryName") == Some(&Json::Bool(true)) && primary.is_none() {
            primary = Some(column.clone());
        }
        // One of Microsoft's tests lists the primary column twice; the first one counts.
        if !columns.contains_key(&column) {
            columns.insert(column, Toml::Table(definition));
        }
    }
    let primary = primary.filter(|it| columns.contains_key(it)).ok_or_else(|| {
        column::missing("Attributes", "the list of columns, of which one text has \"IsPrimaryName\": true")
    })?;
    let set = text("EntitySetName").or(text("LogicalCollectionName"));
    let set = set.map_or_else(|| plural(&name), str::to_ascii_lowercase);
    column::plain("EntitySetName", &set)?;
    if tx.model().by_set(&set).is_some() {
        return Err(Error::conflict("EntitySetName", format!("the entity set {set} exists already")));
    }
    let mut file = Table::new();
    let label = column::label(object, "DisplayName").unwrap_or_else(|| column::english(&name));
    let plural = column::label(object, "DisplayCollectionName").unwrap_or_else(|| label.clone());
    file.insert("logical_name".to_owned(), Toml::String(name.clone()));
    file.insert("entity_set".to_owned(), Toml::String(set));
    file.insert("label".to_owned(), label);
    file.insert("plural".to_owned(), plural);
    if let Some(it) = column::label(object, "Description") {
        file.insert("description".to_owned(), it);
    }
    let owned = if text("OwnershipType") == Some("OrganizationOwned") { "organization" } else { "user" };
    file.insert("ownership".to_owned(), Toml::String(owned.to_owned()));
    file.insert("primary_name".to_owned(), Toml::String(primary));
    file.insert("subject".to_owned(), Toml::Array(subject.into_iter().map(Toml::String).collect()));
    if let Some(roles) = roles(object) {
        file.insert("roles".to_owned(), roles);
    }
    file.insert("columns".to_owned(), Toml::Table(columns));
    solution::add_entity(tx, &file.to_string())?;
    if audited(object) == Some(true) {
        switches::entity(tx, &name, true)?;
    }
    Ok(name)
}

/// The paths to the data subject: a text or a list of texts; `self` where a row is a person.
fn subject(object: &Map<String, Json>) -> Result<Vec<String>> {
    const NAME: &str = "Assent.Subject";
    let wrong = || Error::invalid(NAME, "takes a path of lookups to a person, or a list of them").with_code("payload");
    match object.get(NAME).or_else(|| object.get("@Assent.Subject")) {
        None | Some(Json::Null) => Ok(Vec::new()),
        Some(Json::String(it)) => Ok(vec![it.clone()]),
        Some(Json::Array(all)) => all.iter().map(|it| it.as_str().map(str::to_owned).ok_or_else(wrong)).collect(),
        Some(_) => Err(wrong()),
    }
}

/// The name of the set, as Dataverse forms it.
fn plural(name: &str) -> String {
    let hisses = ["s", "x", "z", "ch", "sh"].into_iter().any(|it| name.ends_with(it));
    format!("{name}{}", if hisses { "es" } else { "s" })
}

/// `POST EntityDefinitions(…)/Keys`: rows of the entity are told apart by these columns too.
///
/// # Errors
/// `Invalid` for a column that there is not, `Conflict` where rows contradict it.
pub fn add_key(tx: &mut Tx<'_>, call: &Call, entity: &Entity) -> Result<Answer> {
    let object = body::object(call)?;
    let text = |name: &str| object.get(name).and_then(Json::as_str).filter(|it| !it.is_empty());
    let name = text("LogicalName").or(text("SchemaName")).map(str::to_ascii_lowercase);
    let name = name.ok_or_else(|| column::missing("SchemaName", "the name of the key, such as new_bycode"))?;
    let columns: Option<Vec<String>> = object
        .get("KeyAttributes")
        .and_then(Json::as_array)
        .and_then(|all| all.iter().map(|it| it.as_str().map(str::to_ascii_lowercase)).collect::<Option<Vec<String>>>());
    let columns = columns.filter(|it| !it.is_empty());
    let columns = columns.ok_or_else(|| column::missing("KeyAttributes", "the list of the columns of the key"))?;
    solution::add_key(tx, &entity.name, &name, &columns)?;
    let id = key_identifier(&entity.name, &name);
    let address = format!("{}EntityDefinitions({})/Keys({id})", call.root, fixed(&entity.name));
    Ok(Answer::nothing().written(&address))
}

/// `DELETE EntityDefinitions(…)/Keys(…)`.
///
/// # Errors
/// `not-found`, `Conflict` for a key that came with the product.
pub fn remove_key(tx: &mut Tx<'_>, entity: &Entity, named: &odata::Key) -> Result<Answer> {
    let name = super::definition::name_in(named)?;
    let found = entity
        .keys
        .iter()
        .map(|(it, _)| it)
        .find(|it| **it == name || key_identifier(&entity.name, it).to_string() == name);
    let Some(found) = found.cloned() else {
        return Err(Error::new(Kind::NotFound, "not-found", "", format!("{} has no key '{name}'", entity.name)));
    };
    solution::remove_key(tx, &entity.name, &found)?;
    Ok(Answer::nothing())
}

/// The identifier of an alternate key.
pub fn key_identifier(entity: &str, key: &str) -> Uuid {
    fixed(&format!("{entity}.key.{key}"))
}

/// The alternate keys as rows.
pub fn keys(entity: &Entity) -> Vec<Json> {
    let row = |(name, columns): &(String, Vec<String>)| {
        serde_json::json!({
            "@odata.type": "#Microsoft.Dynamics.CRM.EntityKeyMetadata",
            "MetadataId": key_identifier(&entity.name, name),
            "LogicalName": name,
            "SchemaName": name,
            "EntityLogicalName": entity.name,
            "KeyAttributes": columns,
            "EntityKeyIndexStatus": "Active",
            "DisplayName": super::definition::label(name),
        })
    };
    entity.keys.iter().map(row).collect()
}

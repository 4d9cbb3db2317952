//! `RelationshipDefinitions`: relationships as rows, new ones, and their end.
//!
//! One-to-many is a lookup column, many-to-many (`many.rs`) an intersect entity. *Not* a list of its own:
//! a relationship is the lookup that makes it; there is nothing beside the column that could contradict it.

mod many;

use kernel::{
    Error, Kind, Result, Tx,
    metadata::{Entity, Model, OnDelete, column::Target},
    solution,
    uuid::Uuid,
};
use odata::Segment;
use serde_json::{Map, Value as Json, json};
use toml::{Table, Value as Toml};

pub use self::many::{identifier as many_identifier, rows as many_rows};
use super::{answer::Answer, body, call::Call, column, dispatch, fixed::fixed, key::not_built};

const MANY_TO_MANY: &str = "ManyToManyRelationshipMetadata";
const ONE_TO_MANY: &str = "OneToManyRelationshipMetadata";

/// Which relationships are listed.
#[derive(Clone, Copy)]
pub enum Side<'e> {
    /// All.
    Any,
    /// Those whose rows refer to the entity.
    ReferredTo(&'e str),
    /// Those of the entity's own lookups.
    Referring(&'e str),
}

/// The relationships as rows.
pub fn rows(model: &Model, side: Side<'_>) -> Vec<Json> {
    let mut all = Vec::new();
    for entity in model.entities() {
        for column in entity.columns.values().filter(|it| !it.is_secret()) {
            if entity.intersect.iter().flat_map(|it| &it.ends).any(|it| it.column == column.name) {
                continue;
            }
            for target in column.targets.iter().filter(|it| !it.collection.is_empty()) {
                let wanted = match side {
                    Side::Any => true,
                    Side::ReferredTo(name) => target.entity == name,
                    Side::Referring(name) => entity.name == name,
                };
                if wanted {
                    all.push(row(model, entity, column, target));
                }
            }
        }
    }
    all
}

fn row(model: &Model, entity: &Entity, column: &kernel::metadata::Column, target: &Target) -> Json {
    let key = model.entity(&target.entity).map(|it| it.key.clone()).unwrap_or_default();
    let delete = match column.on_delete {
        OnDelete::Cascade => "Cascade",
        OnDelete::RemoveLink => "RemoveLink",
        OnDelete::Restrict => "Restrict",
        OnDelete::Keep => "NoCascade",
    };
    json!({
        "@odata.type": format!("#Microsoft.Dynamics.CRM.{ONE_TO_MANY}"),
        "MetadataId": identifier(&entity.name, &column.name, &target.entity),
        "SchemaName": target.collection,
        "RelationshipType": "OneToManyRelationship",
        "IsCustomRelationship": column.solution.is_some(),
        "ReferencedEntity": target.entity,
        "ReferencedAttribute": key,
        "ReferencingEntity": entity.name,
        "ReferencingAttribute": column.name,
        "ReferencingEntityNavigationPropertyName": target.navigation,
        "ReferencedEntityNavigationPropertyName": target.collection,
        "CascadeConfiguration": {
            "Assign": "NoCascade", "Delete": delete, "Merge": "NoCascade", "Reparent": "NoCascade",
            "Share": "NoCascade", "Unshare": "NoCascade",
        },
    })
}

/// The identifier of the relationship that a lookup makes with one of its targets.
pub fn identifier(entity: &str, column: &str, target: &str) -> Uuid {
    fixed(&format!("{entity}.{column}->{target}"))
}

/// `POST`, `PUT` and `DELETE` on relationships.
///
/// # Errors
/// Those of what answers; `Conflict` for a change of what a relationship is.
pub fn write(tx: &mut Tx<'_>, call: &Call, first: &Segment, rest: &[Segment]) -> Result<Answer> {
    match (call.method.as_str(), &first.key, rest) {
        ("POST", None, []) => create(tx, call),
        ("DELETE", Some(key), []) => remove(tx, key),
        ("PUT", Some(key), []) => change(tx, call, key),
        _ => Err(dispatch::method(call)),
    }
}

/// `POST RelationshipDefinitions`: a lookup from the referencing entity to the referenced one.
///
/// # Errors
/// `Invalid` naming the property, `Conflict` for names that exist, `Forbidden`.
fn create(tx: &mut Tx<'_>, call: &Call) -> Result<Answer> {
    let object = body::object(call)?;
    let class = object.get("@odata.type").and_then(Json::as_str).unwrap_or(ONE_TO_MANY);
    match class.trim_start_matches('#').trim_start_matches("Microsoft.Dynamics.CRM.") {
        ONE_TO_MANY => {}
        MANY_TO_MANY => return many::create(tx, call, &object),
        _ => return Err(not_built(class)),
    }
    let schema = need(&object, "SchemaName", "the name of the relationship")?;
    let referenced = need(&object, "ReferencedEntity", "the logical name of the entity that is referred to")?;
    let referencing = need(&object, "ReferencingEntity", "the logical name of the entity with the lookup")?;
    let lookup = object.get("Lookup").and_then(Json::as_object);
    let lookup = lookup.ok_or_else(|| column::missing("Lookup", "the definition of the lookup column"))?;
    let navigation = need(lookup, "SchemaName", "the name of the lookup, such as new_AccountId")?;
    column::plain("SchemaName", schema)?;
    column::plain("Lookup.SchemaName", navigation)?;
    let name = navigation.to_ascii_lowercase();
    let model = tx.model();
    let (target, entity) = (model.entity(referenced)?, model.entity(referencing)?);
    free(&model, target, "SchemaName", schema)?;
    let on_delete = cascade(&object)?.unwrap_or("remove-link");
    let leads = object.get("Assent.Subject").or_else(|| object.get("@Assent.Subject")) == Some(&Json::Bool(true));
    let personal = leads || !entity.subject.is_empty();
    let mut definition = column::common(lookup, &name, personal)?;
    let pair = |value: &str| Toml::Table(Table::from_iter([(referenced.to_owned(), Toml::String(value.to_owned()))]));
    definition.insert("type".to_owned(), Toml::String("lookup".to_owned()));
    definition.insert("target".to_owned(), Toml::Array(vec![Toml::String(referenced.to_owned())]));
    definition.insert("navigation".to_owned(), pair(navigation));
    definition.insert("collection".to_owned(), pair(schema));
    definition.insert("on_delete".to_owned(), Toml::String(on_delete.to_owned()));
    solution::add_column_with(tx, referencing, &name, &definition.to_string(), leads)?;
    let id = identifier(referencing, &name, referenced);
    Ok(Answer::nothing().written(&format!("{}RelationshipDefinitions({id})", call.root)))
}

/// What deleting the referenced row does, as an entity file says it.
fn cascade(object: &Map<String, Json>) -> Result<Option<&'static str>> {
    let delete = object.get("CascadeConfiguration").and_then(|it| it.get("Delete")).and_then(Json::as_str);
    Ok(Some(match delete {
        None => return Ok(None),
        Some("RemoveLink" | "NoCascade") => "remove-link",
        Some("Cascade") => "cascade",
        Some("Restrict") => "restrict",
        Some(other) => {
            let text = format!("'{other}' is not Cascade, RemoveLink or Restrict");
            return Err(Error::invalid("CascadeConfiguration.Delete", text).with_code("payload"));
        }
    }))
}

/// `PUT RelationshipDefinitions(…)`: what deleting does, for a lookup of one's own; nothing else changes.
fn change(tx: &mut Tx<'_>, call: &Call, named: &odata::Key) -> Result<Answer> {
    let name = super::definition::name_in(named)?;
    let object = body::object(call)?;
    let model = tx.model();
    let text = |row: &Json, name: &str| row.get(name).and_then(Json::as_str).unwrap_or_default().to_owned();
    let mut all = rows(&model, Side::Any).into_iter().chain(many_rows(&model, None));
    let row = all.find(|it| text(it, "SchemaName") == name || text(it, "MetadataId") == name);
    let row = row.ok_or_else(|| missing(&name))?;
    for (property, value) in &object {
        let present =
            row.get(property).filter(|_| !matches!(property.as_str(), "@odata.type" | "CascadeConfiguration"));
        if present.is_some_and(|it| it != value) {
            let text = "stays as it is; remove the relationship and add another one";
            return Err(Error::conflict(property.as_str(), text));
        }
    }
    if let Some(on_delete) = cascade(&object)? {
        let (entity, column) = (text(&row, "ReferencingEntity"), text(&row, "ReferencingAttribute"));
        if entity.is_empty() {
            return Err(Error::conflict("CascadeConfiguration", "links go with either of their rows"));
        }
        solution::change::column(tx, &entity, &column, |definition| {
            definition.insert("on_delete".to_owned(), Toml::String(on_delete.to_owned()));
            Ok(())
        })?;
    }
    Ok(Answer::nothing())
}

fn missing(name: &str) -> Error {
    Error::new(Kind::NotFound, "not-found", "", format!("there is no relationship named '{name}'"))
}

/// Refuses a name that a property of the entity has.
fn free(model: &Model, entity: &Entity, property: &str, name: &str) -> Result<()> {
    let taken = entity.columns.contains_key(name)
        || entity.navigation(name).is_some()
        || model.collection(&entity.name, name).is_some()
        || model.many_to_many(&entity.name, name).is_some();
    if taken {
        return Err(Error::conflict(property, format!("{} has a property {name} already", entity.name)));
    }
    Ok(())
}

/// `DELETE RelationshipDefinitions(…)`: the lookup of one's own goes with its values, or the intersect
/// entity with its links.
///
/// # Errors
/// `not-found`, `Conflict` for a relationship of the product, `in-use`.
fn remove(tx: &mut Tx<'_>, named: &odata::Key) -> Result<Answer> {
    let name = super::definition::name_in(named)?;
    let is =
        |row: &Json| ["SchemaName", "MetadataId"].iter().any(|it| row.get(it).and_then(Json::as_str) == Some(&name));
    let text = |row: &Json, name: &str| row.get(name).and_then(Json::as_str).unwrap_or_default().to_owned();
    let model = tx.model();
    if let Some(row) = many_rows(&model, None).iter().find(|it| is(it)) {
        solution::remove::entity(tx, &text(row, "IntersectEntityName"))?;
    } else if let Some(row) = rows(&model, Side::Any).iter().find(|it| is(it)) {
        solution::remove::column(tx, &text(row, "ReferencingEntity"), &text(row, "ReferencingAttribute"))?;
    } else {
        return Err(missing(&name));
    }
    Ok(Answer::nothing())
}

fn need<'o>(object: &'o Map<String, Json>, name: &str, what: &str) -> Result<&'o str> {
    let found = object.get(name).and_then(Json::as_str).filter(|it| !it.is_empty());
    found.ok_or_else(|| column::missing(name, what))
}

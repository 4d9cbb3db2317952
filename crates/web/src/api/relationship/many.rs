//! Many-to-many relationships as rows, and new ones.
//!
//! *Not* the links (`link.rs`). Invariant: a new one is an entity of its own, made of two lookups; where a
//! side is about people, its links name the path to the data subject, so that no request misses them.

use kernel::{
    Error, Result, Tx,
    metadata::{Entity, Model},
    solution,
    uuid::Uuid,
};
use serde_json::{Map, Value as Json, json};
use toml::{Table, Value as Toml};

use super::{MANY_TO_MANY, free, need};
use crate::api::{answer::Answer, call::Call, column, fixed::fixed};

/// The many-to-many relationships as rows, all or those of one entity.
pub fn rows(model: &Model, of: Option<&str>) -> Vec<Json> {
    let joins = |entity: &&Entity| {
        of.is_none_or(|name| entity.intersect.iter().flat_map(|it| &it.ends).any(|it| it.entity == name))
    };
    model.entities().filter(joins).filter_map(row).collect()
}

fn row(entity: &Entity) -> Option<Json> {
    let intersect = entity.intersect.as_ref()?;
    let [one, two] = &intersect.ends;
    let menu = json!({ "Behavior": "UseCollectionName", "Group": "Details", "Order": 10000, "IsCustomizable": true });
    Some(json!({
        "@odata.type": format!("#Microsoft.Dynamics.CRM.{MANY_TO_MANY}"),
        "MetadataId": identifier(&entity.name),
        "SchemaName": intersect.relationship,
        "RelationshipType": "ManyToManyRelationship",
        "IsCustomRelationship": entity.name.contains('_'),
        "IntersectEntityName": entity.name,
        "Entity1LogicalName": one.entity,
        "Entity1IntersectAttribute": one.column,
        "Entity1NavigationPropertyName": one.navigation,
        "Entity1AssociatedMenuConfiguration": menu,
        "Entity2LogicalName": two.entity,
        "Entity2IntersectAttribute": two.column,
        "Entity2NavigationPropertyName": two.navigation,
        "Entity2AssociatedMenuConfiguration": menu,
    }))
}

/// The identifier of the relationship that an intersect entity makes.
pub fn identifier(intersect: &str) -> Uuid {
    fixed(&format!("{intersect}<->"))
}

/// `POST RelationshipDefinitions` with a `ManyToManyRelationshipMetadata`.
///
/// # Errors
/// `Invalid` naming the property, `Conflict` for names that exist, `Forbidden`.
pub fn create(tx: &mut Tx<'_>, call: &Call, object: &Map<String, Json>) -> Result<Answer> {
    let schema = need(object, "SchemaName", "the name of the relationship")?;
    column::plain("SchemaName", schema)?;
    let one = need(object, "Entity1LogicalName", "the logical name of the first entity")?;
    let two = need(object, "Entity2LogicalName", "the logical name of the second entity")?;
    let name = object.get("IntersectEntityName").and_then(Json::as_str).filter(|it| !it.is_empty());
    let name = name.unwrap_or(schema).to_ascii_lowercase();
    column::plain("IntersectEntityName", &name)?;
    let model = tx.model();
    let given = |property: &str| {
        object.get(property).and_then(Json::as_str).filter(|it| !it.is_empty()).unwrap_or(schema).to_owned()
    };
    let mut ends = [
        (
            model.entity(one)?,
            format!("{one}id"),
            given("Entity1NavigationPropertyName"),
            "Entity1NavigationPropertyName",
        ),
        (
            model.entity(two)?,
            format!("{two}id"),
            given("Entity2NavigationPropertyName"),
            "Entity2NavigationPropertyName",
        ),
    ];
    if one == two {
        let [first, second] = &mut ends;
        (first.1, second.1) = (format!("{one}idone"), format!("{one}idtwo"));
        if first.2 == second.2 {
            let text = "is that of the other side too; rows of one entity need a property for each direction";
            return Err(Error::invalid("Entity2NavigationPropertyName", text).with_code("payload"));
        }
    }
    let (mut columns, mut subject, mut sides) = (Table::new(), Vec::new(), Vec::new());
    for (entity, lookup, navigation, property) in &ends {
        column::plain(property, navigation)?;
        free(&model, entity, property, navigation)?;
        if entity.intersect.is_some() {
            return Err(Error::invalid("EntityLogicalName", format!("{} is itself a relationship", entity.name)));
        }
        columns.insert(lookup.clone(), Toml::Table(end(entity, &name, lookup)));
        subject.extend(entity.subject.iter().map(|path| match path.as_str() {
            "self" => Toml::String(lookup.clone()),
            path => Toml::String(format!("{lookup}/{path}")),
        }));
        let side = [("column", lookup), ("navigation", navigation)];
        let side = side.map(|(name, value)| (name.to_owned(), Toml::String(value.clone())));
        sides.push(Toml::Table(Table::from_iter(side)));
    }
    let mut intersect = Table::new();
    intersect.insert("relationship".to_owned(), Toml::String(schema.to_owned()));
    intersect.insert("ends".to_owned(), Toml::Array(sides));
    let mut file = Table::new();
    file.insert("logical_name".to_owned(), Toml::String(name.clone()));
    file.insert("entity_set".to_owned(), Toml::String(format!("{name}set")));
    file.insert("label".to_owned(), column::english(schema));
    file.insert("subject".to_owned(), Toml::Array(subject));
    file.insert("intersect".to_owned(), Toml::Table(intersect));
    file.insert("columns".to_owned(), Toml::Table(columns));
    solution::add_entity(tx, &file.to_string())?;
    let id = identifier(&name);
    Ok(Answer::nothing().written(&format!("{}RelationshipDefinitions({id})", call.root)))
}

/// The lookup to one side.
fn end(entity: &Entity, intersect: &str, lookup: &str) -> Table {
    let text = |it: &str| Toml::String(it.to_owned());
    let (sensitivity, category) = if entity.subject.is_empty() { ("none", "") } else { ("personal", "user.unique_id") };
    let privacy = [("sensitivity", sensitivity), ("category", category)].map(|(name, it)| (name.to_owned(), text(it)));
    Table::from_iter([
        ("type".to_owned(), text("lookup")),
        ("label".to_owned(), column::english(entity.text())),
        ("target".to_owned(), Toml::Array(vec![text(&entity.name)])),
        ("collection".to_owned(), pair(&entity.name, &format!("{intersect}_{lookup}"))),
        ("privacy".to_owned(), Toml::Table(Table::from_iter(privacy))),
    ])
}

fn pair(name: &str, value: &str) -> Toml {
    Toml::Table(Table::from_iter([(name.to_owned(), Toml::String(value.to_owned()))]))
}

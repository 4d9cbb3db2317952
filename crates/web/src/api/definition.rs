//! `EntityDefinitions`: the metadata as rows, PascalCase as Dataverse writes it.
//!
//! *Not* the making of columns (`column.rs`). Invariant: the identifier of a definition is derived from
//! its name, so it is the same in each store and after each start.

mod attribute;
mod holds;

use kernel::{
    Error, Kind, Result, Rx, Tx,
    audit::switches,
    metadata::{Column, Entity, Model},
};
use odata::{ExpandItem, Key, Literal, Path, Segment};
use serde_json::{Map, Value as Json, json};

pub use self::{attribute::attribute, holds::holds};
use crate::forms;

use super::{
    answer::Answer,
    call::Call,
    column, dispatch, entity,
    fixed::fixed,
    key,
    language::shown,
    relationship::{self, Side},
    select::visible,
};

const ATTRIBUTES: &str = "Attributes";

/// `GET EntityDefinitions…`.
///
/// # Errors
/// `unknown-segment`, `not-found`, `option`.
pub fn read(rx: &Rx<'_>, call: &Call, first: &Segment, rest: &[Segment]) -> Result<Answer> {
    let model = rx.model();
    let Some(key) = &first.key else {
        return match rest {
            [] => list(call, "EntityDefinitions", model.entities().map(|it| (definition(it), Some(it))).collect()),
            [other, ..] => Err(key::unknown(&other.name)),
        };
    };
    let entity = find(&model, key)?;
    match rest {
        [] => one(call, "EntityDefinitions", definition(entity), Some(entity)),
        [attributes, cast @ ..] if attributes.name == ATTRIBUTES => {
            let wanted = match cast {
                [] => None,
                [only] => {
                    Some(only.name.strip_prefix("Microsoft.Dynamics.CRM.").ok_or_else(|| key::unknown(&only.name))?)
                }
                [_, other, ..] => return Err(key::unknown(&other.name)),
            };
            let rows = visible(entity).map(|it| attribute(entity, it));
            let fits =
                |it: &Json| wanted.is_none_or(|wanted| kind_of(it) == format!("#Microsoft.Dynamics.CRM.{wanted}"));
            match &attributes.key {
                None => list(call, ATTRIBUTES, rows.filter(fits).map(|it| (it, None)).collect()),
                Some(key) => {
                    let name = name_in(key)?;
                    let row = rows.filter(fits).find(|it| is_named(it, &name));
                    let row = row.ok_or_else(|| {
                        Error::new(
                            Kind::NotFound,
                            "not-found",
                            &name,
                            format!("{} has no column '{name}'", entity.name),
                        )
                    })?;
                    one(call, ATTRIBUTES, row, None)
                }
            }
        }
        [only] if only.name == "Keys" => rows(call, "EntityKeyMetadata", only, entity::keys(entity)),
        [only] if only.name == "OneToManyRelationships" => {
            rows(call, &only.name, only, relationship::rows(&model, Side::ReferredTo(&entity.name)))
        }
        [only] if only.name == "ManyToOneRelationships" => {
            rows(call, &only.name, only, relationship::rows(&model, Side::Referring(&entity.name)))
        }
        [only] if only.name == "ManyToManyRelationships" => {
            rows(call, &only.name, only, relationship::many_rows(&model, Some(&entity.name)))
        }
        [other, ..] => Err(key::not_built(&format!("EntityDefinitions(…)/{}", other.name))),
    }
}

/// `GET RelationshipDefinitions…`, also with a cast behind it.
///
/// # Errors
/// `not-found`, `unknown-segment`, `option`.
pub fn relationships(rx: &Rx<'_>, call: &Call, first: &Segment, rest: &[Segment]) -> Result<Answer> {
    let (one, many) = match rest {
        [] => (true, true),
        [only] if only.name == "Microsoft.Dynamics.CRM.OneToManyRelationshipMetadata" => (true, false),
        [only] if only.name == "Microsoft.Dynamics.CRM.ManyToManyRelationshipMetadata" => (false, true),
        [other, ..] => return Err(key::unknown(&other.name)),
    };
    let model = rx.model();
    let mut all = if one { relationship::rows(&model, Side::Any) } else { Vec::new() };
    if many {
        all.extend(relationship::many_rows(&model, None));
    }
    rows(call, "RelationshipDefinitions", first, all)
}

/// The rows, or the one that the segment names.
///
/// # Errors
/// `not-found`, `option`.
pub fn rows(call: &Call, context: &str, segment: &Segment, all: Vec<Json>) -> Result<Answer> {
    let Some(key) = &segment.key else {
        return list(call, context, all.into_iter().map(|it| (it, None)).collect());
    };
    let name = name_in(key)?;
    let row = all.into_iter().find(|it| is_named(it, &name));
    let row = row.ok_or_else(|| {
        Error::new(Kind::NotFound, "not-found", "", format!("{} has no row named '{name}'", segment.name))
    })?;
    one(call, context, row, None)
}

/// `POST`, `PUT` and `DELETE` on entities, their columns and their keys.
///
/// # Errors
/// Those of what answers.
pub fn write(tx: &mut Tx<'_>, call: &Call, first: &Segment, rest: &[Segment]) -> Result<Answer> {
    let model = tx.model();
    match (call.method.as_str(), &first.key, rest) {
        ("POST", Some(key), [only]) if only.name == ATTRIBUTES && only.key.is_none() => {
            column::create(tx, call, find(&model, key)?)
        }
        ("POST", None, []) => entity::create(tx, call),
        ("POST", Some(key), [only]) if only.name == "Keys" && only.key.is_none() => {
            entity::add_key(tx, call, find(&model, key)?)
        }
        ("DELETE", Some(key), [only]) if only.name == "Keys" => match &only.key {
            Some(named) => entity::remove_key(tx, find(&model, key)?, named),
            None => Err(dispatch::method(call)),
        },
        ("PUT", Some(key), []) => entity::change(tx, call, find(&model, key)?),
        ("DELETE", Some(key), []) => entity::remove(tx, find(&model, key)?),
        ("PUT" | "DELETE", Some(key), [only, cast @ ..]) if only.name == ATTRIBUTES => {
            if let Some(other) = cast.iter().find(|it| !it.name.starts_with("Microsoft.Dynamics.CRM.")) {
                return Err(key::unknown(&other.name));
            }
            let entity = find(&model, key)?;
            let named = only.key.as_ref().ok_or_else(|| dispatch::method(call))?;
            let column = column_named(entity, named)?;
            if call.method == "PUT" {
                return column::change(tx, call, entity, column);
            }
            kernel::solution::remove::column(tx, &entity.name, &column.name)?;
            Ok(Answer::nothing())
        }
        ("POST" | "PUT" | "DELETE", _, [other, ..]) => Err(key::unknown(&other.name)),
        _ => Err(dispatch::method(call)),
    }
}

fn column_named<'e>(entity: &'e Entity, key: &Key) -> Result<&'e Column> {
    let name = name_in(key)?;
    let is = |it: &&Column| it.name == name || fixed(&format!("{}.{}", entity.name, it.name)).to_string() == name;
    visible(entity).find(is).ok_or_else(|| {
        let text = format!("{} has no column '{name}'", entity.name);
        Error::new(Kind::NotFound, "not-found", &name, text)
    })
}

fn find<'m>(model: &'m Model, key: &Key) -> Result<&'m Entity> {
    let name = name_in(key)?;
    let found = model.entities().find(|it| it.name == name || fixed(&it.name).to_string() == name);
    found.ok_or_else(|| {
        let text = format!("Could not find an entity with name {name}.");
        Error::new(Kind::NotFound, "not-found", "", text)
    })
}

/// The name or identifier that a key holds.
///
/// # Errors
/// `key` for another kind of key.
pub fn name_in(key: &Key) -> Result<String> {
    match key {
        Key::Single(Literal::Guid(it)) => Ok(it.to_string()),
        Key::Named(pairs) => {
            match pairs.as_slice() {
                [(name, Literal::Text(it))] if matches!(name.as_str(), "LogicalName" | "SchemaName" | "Name") => {
                    Ok(it.clone())
                }
                [(name, Literal::Guid(it))] if name == "MetadataId" => Ok(it.to_string()),
                _ => Err(Error::invalid("key", "a definition is named by LogicalName='…' or its MetadataId")
                    .with_code("key")),
            }
        }
        _ => Err(Error::invalid("key", "a definition is named by LogicalName='…' or its MetadataId").with_code("key")),
    }
}

fn is_named(row: &Json, name: &str) -> bool {
    ["LogicalName", "MetadataId", "SchemaName", "Name"]
        .iter()
        .any(|it| row.get(it).and_then(Json::as_str) == Some(name))
}

fn kind_of(row: &Json) -> &str {
    row.get("@odata.type").and_then(Json::as_str).unwrap_or_default()
}

/// A label in English, as Dataverse writes it.
pub fn label(text: &str) -> Json {
    let label = json!({ "Label": text, "LanguageCode": 1033, "IsManaged": false });
    json!({ "LocalizedLabels": [label], "UserLocalizedLabel": label })
}

/// A property that Dataverse lets solutions fix; nobody changes it here.
fn managed(name: &str, value: bool) -> Json {
    json!({ "Value": value, "CanBeChanged": false, "ManagedPropertyLogicalName": name })
}

/// An entity as a row.
pub fn definition(entity: &Entity) -> Json {
    let user_owned = entity.columns.contains_key("ownerid");
    json!({
        "MetadataId": fixed(&entity.name),
        "LogicalName": entity.name,
        "SchemaName": entity.name,
        "EntitySetName": entity.set,
        "LogicalCollectionName": entity.set,
        "PrimaryIdAttribute": entity.key,
        "PrimaryNameAttribute": entity.primary_name,
        "IsPrivate": false,
        "IsCustomEntity": entity.name.contains('_'),
        "IsActivity": entity.key == "activityid",
        "IsIntersect": entity.intersect.is_some(),
        "IsAuditEnabled": attribute::audit_switch(entity.audited, switches::has_switch(entity)),
        "CanCreateAttributes": managed("cancreateattributes", entity.intersect.is_none()),
        "IsCustomizable": managed("iscustomizable", entity.intersect.is_none()),
        "IsDuplicateDetectionEnabled": managed("canmodifyduplicatedetectionsettings", true),
        "ChangeTrackingEnabled": true,
        "OwnershipType": if user_owned { "UserOwned" } else { "OrganizationOwned" },
        "ObjectTypeCode": fixed(&entity.name).as_u128() % 10_000 + 10_000,
        "DisplayName": shown(&entity.label),
        "DisplayCollectionName": shown(&entity.plural),
        "Description": shown(&entity.description),
        // What Dataverse has not: who added it, whose data it is, what erasure does, how its page is laid out, what
        // its views are called.
        "Assent.Solution": entity.solution,
        "Assent.Subject": entity.subject,
        "Assent.OnErasure": format!("{:?}", entity.on_erasure),
        "Assent.Views": entity.views.values().map(|it| shown(&it.label)).collect::<Vec<_>>(),
        "Assent.Layout": serde_json::to_value(forms::of(entity)).unwrap_or_default(),
    })
}

fn list(call: &Call, context: &str, rows: Vec<(Json, Option<&Entity>)>) -> Result<Answer> {
    let filter = call.options.filter.clone().map(|it| it.resolve_aliases(&call.options.aliases)).transpose();
    let filter = filter.map_err(|error| Error::from(error).at("$filter"))?;
    let mut value = Vec::new();
    for (row, entity) in rows {
        if filter.as_ref().map_or(Ok(true), |it| holds(it, &row))? {
            value.push(Json::Object(shaped(call, row, entity)?));
        }
    }
    if let Some(top) = call.options.top {
        value.truncate(usize::try_from(top).unwrap_or(usize::MAX));
    }
    Ok(Answer::json(&json!({ "@odata.context": format!("{}$metadata#{context}", call.root), "value": value })))
}

fn one(call: &Call, context: &str, row: Json, entity: Option<&Entity>) -> Result<Answer> {
    let mut body = Map::new();
    body.insert("@odata.context".to_owned(), Json::from(format!("{}$metadata#{context}/$entity", call.root)));
    body.extend(shaped(call, row, entity)?);
    Ok(Answer::json(&Json::Object(body)))
}

/// The row as `$select` and `$expand=Attributes(…)` want it.
fn shaped(call: &Call, row: Json, entity: Option<&Entity>) -> Result<Map<String, Json>> {
    let mut shaped = picked(row, call.options.select.as_deref().unwrap_or_default());
    for item in &call.options.expand {
        match (item.path.to_string().as_str(), entity) {
            (ATTRIBUTES, Some(entity)) => {
                shaped.insert(ATTRIBUTES.to_owned(), Json::Array(expanded(entity, item)?));
            }
            // Option sets are always inside their column.
            ("OptionSet" | "GlobalOptionSet", None) => {}
            (other, _) => return Err(key::not_built(&format!("$expand={other}"))),
        }
    }
    Ok(shaped)
}

fn expanded(entity: &Entity, item: &ExpandItem) -> Result<Vec<Json>> {
    let mut rows = Vec::new();
    for row in visible(entity).map(|it| attribute(entity, it)) {
        if item.options.filter.as_ref().map_or(Ok(true), |it| holds(it, &row))? {
            rows.push(Json::Object(picked(row, &item.options.select)));
        }
    }
    Ok(rows)
}

fn picked(row: Json, select: &[Path]) -> Map<String, Json> {
    let Json::Object(row) = row else { return Map::new() };
    if select.is_empty() {
        return row;
    }
    let wanted = |name: &str| {
        matches!(name, "@odata.type" | "MetadataId" | "OptionSet")
            || select.iter().any(|it| it.0.first().is_some_and(|it| it == name))
    };
    row.into_iter().filter(|(name, _)| wanted(name)).collect()
}

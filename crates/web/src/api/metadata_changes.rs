//! `RetrieveMetadataChanges`: definitions of several entities with their columns in one answer, as
//! generators of early-bound classes ask for them.
//!
//! *Not* incremental: everything that fits the criteria comes each time. Invariant: a criterion that is
//! not known is refused, never passed over.

use kernel::{Error, Result, Rx};
use serde_json::{Value as Json, json};

use super::{
    definition::{attribute, definition},
    key::not_built,
    operation::Given,
    relationship::{Side, many_rows, rows},
    select::visible,
};

/// `GET RetrieveMetadataChanges(Query=@p)?@p={…}`.
///
/// # Errors
/// `Invalid` for a query that is no JSON; `not-built` for criteria on other properties than the name.
pub fn read(rx: &Rx<'_>, given: &Given) -> Result<Json> {
    let query = given.parameters.get("Query").filter(|it| it.is_object());
    let query = query.ok_or_else(|| Error::invalid("Query", "takes an EntityQueryExpression as JSON"))?;
    let model = rx.model();
    let mut found = Vec::new();
    for entity in model.entities() {
        if !wanted(query.get("Criteria"), &entity.name)? {
            continue;
        }
        let mut row = definition(entity);
        if let Some(row) = row.as_object_mut() {
            row.insert("HasChanged".to_owned(), Json::Null);
            row.insert("Attributes".to_owned(), visible(entity).map(|it| attribute(entity, it)).collect());
            row.insert("OneToManyRelationships".to_owned(), Json::Array(rows(&model, Side::ReferredTo(&entity.name))));
            row.insert("ManyToOneRelationships".to_owned(), Json::Array(rows(&model, Side::Referring(&entity.name))));
            let joins = Json::Array(many_rows(&model, Some(&entity.name)));
            row.insert("ManyToManyRelationships".to_owned(), joins);
        }
        found.push(row);
    }
    Ok(json!({
        "EntityMetadata": found,
        "ServerVersionStamp": rx.watermark()?.version.to_string(),
        "DeletedMetadata": null,
    }))
}

/// Whether an entity of that name meets the criteria.
fn wanted(criteria: Option<&Json>, name: &str) -> Result<bool> {
    let Some(criteria) = criteria.filter(|it| !it.is_null()) else { return Ok(true) };
    let or = criteria.get("FilterOperator").and_then(Json::as_str) == Some("Or");
    let mut all = Vec::new();
    for condition in criteria.get("Conditions").and_then(Json::as_array).into_iter().flatten() {
        let text = |name: &str| condition.get(name).and_then(Json::as_str).unwrap_or_default();
        if text("PropertyName") != "LogicalName" {
            return Err(not_built(&format!("a condition on {}", text("PropertyName"))));
        }
        let value = condition.get("Value").and_then(|it| it.get("Value"));
        let is = match value {
            Some(Json::String(it)) => {
                it == name || it.split(',').any(|it| it.trim_matches(['[', ']', '"', '\'']) == name)
            }
            Some(Json::Array(list)) => list.iter().any(|it| it.as_str() == Some(name)),
            _ => return Err(Error::invalid("Query.Criteria", "a condition on LogicalName takes a name or a list")),
        };
        all.push(match text("ConditionOperator") {
            "Equals" | "In" => is,
            "NotEquals" | "NotIn" => !is,
            other => return Err(not_built(&format!("the operator {other}"))),
        });
    }
    for inner in criteria.get("Filters").and_then(Json::as_array).into_iter().flatten() {
        all.push(wanted(Some(inner), name)?);
    }
    Ok(all.is_empty() || if or { all.contains(&true) } else { !all.contains(&false) })
}

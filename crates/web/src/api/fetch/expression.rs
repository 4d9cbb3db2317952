//! A `QueryExpression` as Dataverse's actions take it, in JSON, as the elements of FetchXML.
//!
//! *Not* run here: it is compiled as FetchXML is. Invariant: what is not known is refused by its name, so a
//! condition is never lost on the way to a deletion.

use kernel::{Error, Result};
use serde_json::Value as Json;

use super::{print::hyphened, xml::Element};

/// Deepest nesting of filters and links.
const DEPTH: usize = 20;

/// The query as a `<fetch>`.
///
/// # Errors
/// `payload` naming the property.
pub fn element(query: &Json) -> Result<Element> {
    let name = need(query, "EntityName")?;
    let entity = inner(Element::new("entity").with("name", name), query, "Criteria", 0)?;
    let attribute = Element::new("no-attrs");
    Ok(Element::new("fetch").holding(entity.holding(attribute)))
}

fn inner(mut element: Element, query: &Json, criteria: &str, depth: usize) -> Result<Element> {
    if depth > DEPTH {
        return Err(refused(criteria, &format!("is nested deeper than {DEPTH}")));
    }
    if let Some(it) = query.get(criteria).filter(|it| !it.is_null()) {
        element = element.holding(filter(it, 0)?);
    }
    for link in list(query, "LinkEntities") {
        let outer = match link.get("JoinOperator").and_then(Json::as_str) {
            None | Some("Inner") => "inner",
            Some("LeftOuter") => "outer",
            Some("Exists") => "exists",
            Some("In") => "in",
            Some("MatchFirstRowUsingCrossApply") => "matchfirstrowusingcrossapply",
            Some(other) => {
                let text = format!("'{other}' is not Inner, LeftOuter, Exists, In or MatchFirstRowUsingCrossApply");
                return Err(refused("JoinOperator", &text));
            }
        };
        let joined = Element::new("link-entity")
            .with("name", need(link, "LinkToEntityName")?)
            .with("from", need(link, "LinkToAttributeName")?)
            .with("to", need(link, "LinkFromAttributeName")?)
            .with("link-type", outer);
        let joined = match link.get("EntityAlias").and_then(Json::as_str).filter(|it| !it.is_empty()) {
            Some(alias) => joined.with("alias", alias),
            None => joined,
        };
        element = element.holding(inner(joined, link, "LinkCriteria", depth + 1)?);
    }
    Ok(element)
}

fn filter(json: &Json, depth: usize) -> Result<Element> {
    if depth > DEPTH {
        return Err(refused("Filters", &format!("is nested deeper than {DEPTH}")));
    }
    let kind = match json.get("FilterOperator").and_then(Json::as_str) {
        None | Some("And") => "and",
        Some("Or") => "or",
        Some(other) => return Err(refused("FilterOperator", &format!("'{other}' is not And or Or"))),
    };
    let mut element = Element::new("filter").with("type", kind);
    for it in list(json, "Conditions") {
        element = element.holding(condition(it)?);
    }
    for it in list(json, "Filters") {
        element = element.holding(filter(it, depth + 1)?);
    }
    Ok(element)
}

fn condition(json: &Json) -> Result<Element> {
    let operator = need(json, "Operator")?;
    let name = match operator {
        "Equal" => "eq",
        "NotEqual" => "ne",
        "GreaterThan" => "gt",
        "GreaterEqual" => "ge",
        "LessThan" => "lt",
        "LessEqual" => "le",
        "DoesNotBeginWith" => "not-begin-with",
        "DoesNotEndWith" => "not-end-with",
        "DoesNotContainValues" => "not-contain-values",
        "Contains" => "like",
        "DoesNotContain" => "not-like",
        _ => "",
    };
    let name = if name.is_empty() { hyphened(operator) } else { name.to_owned() };
    let mut element = Element::new("condition").with("attribute", need(json, "AttributeName")?).with("operator", &name);
    if let Some(alias) = json.get("EntityName").and_then(Json::as_str).filter(|it| !it.is_empty()) {
        element = element.with("entityname", alias);
    }
    for it in list(json, "Values") {
        let value = it.get("Value").unwrap_or(it);
        let text = match value {
            Json::String(it) => it.clone(),
            Json::Number(_) | Json::Bool(_) => value.to_string(),
            _ => return Err(refused("Values", "holds texts, numbers, true and false")),
        };
        let text = if operator.ends_with("Contain") || operator == "Contains" { format!("%{text}%") } else { text };
        element = element.holding(Element::new("value").saying(&text));
    }
    Ok(element)
}

fn list<'j>(json: &'j Json, name: &str) -> impl Iterator<Item = &'j Json> {
    json.get(name).and_then(Json::as_array).into_iter().flatten()
}

fn need<'j>(json: &'j Json, name: &str) -> Result<&'j str> {
    let found = json.get(name).and_then(Json::as_str).filter(|it| !it.is_empty());
    found.ok_or_else(|| refused(name, "is missing in the QueryExpression"))
}

fn refused(name: &str, text: &str) -> Error {
    Error::invalid(name, text).with_code("payload")
}

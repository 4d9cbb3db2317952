//! The OpenAPI document, held against the rules that every tool relies on.

use std::collections::BTreeSet;

use axum::{body::Body, http::Request};
use serde_json::Value as Json;

use crate::site::{Reply, Site};

async fn fetch(site: &Site, token: &str, tag: &str) -> Reply {
    let request = Request::builder().uri("/openapi.json").header("Authorization", format!("Bearer {token}"));
    site.raw(request.header("If-None-Match", tag).body(Body::empty()).unwrap()).await
}

/// Calls `f` with each object and the pointer to it.
fn walk(at: &str, value: &Json, f: &mut dyn FnMut(&str, &serde_json::Map<String, Json>)) {
    match value {
        Json::Object(fields) => {
            f(at, fields);
            for (name, value) in fields {
                walk(&format!("{at}/{}", name.replace('~', "~0").replace('/', "~1")), value, f);
            }
        }
        Json::Array(items) => items.iter().enumerate().for_each(|(n, it)| walk(&format!("{at}/{n}"), it, f)),
        _ => {}
    }
}

/// What is wrong with a document, by the rules of OpenAPI 3.1 that its schema does not see or that matter most here.
fn faults(document: &Json) -> Vec<String> {
    let mut faults = Vec::new();
    if document["openapi"] != "3.1.0" || !document["info"]["version"].is_string() {
        faults.push("openapi or info.version".to_owned());
    }
    walk("", document, &mut |at, fields| {
        if let Some(target) = fields.get("$ref") {
            let pointer = target.as_str().and_then(|it| it.strip_prefix('#')).unwrap_or("nowhere");
            if document.pointer(pointer).is_none() {
                faults.push(format!("{at}: {target} leads nowhere"));
            }
        }
    });
    let tags: BTreeSet<&str> =
        document["tags"].as_array().unwrap().iter().map(|it| it["name"].as_str().unwrap()).collect();
    let mut ids = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        if !path.starts_with('/') {
            faults.push(format!("{path}: a path begins with /"));
        }
        for (verb, operation) in item.as_object().unwrap() {
            let id = operation["operationId"].as_str().unwrap_or_default();
            if id.is_empty() || !ids.insert(id.to_owned()) {
                faults.push(format!("{verb} {path}: operationId {id:?} is missing or taken"));
            }
            if !["get", "put", "post", "patch", "delete"].contains(&verb.as_str()) {
                faults.push(format!("{verb} {path}: no verb"));
            }
            if !operation["tags"].as_array().is_some_and(|it| it.iter().all(|it| tags.contains(it.as_str().unwrap()))) {
                faults.push(format!("{verb} {path}: a tag that is not declared"));
            }
            let responses = operation["responses"].as_object().unwrap();
            if !responses.keys().any(|it| it.starts_with('2')) || !responses.contains_key("default") {
                faults.push(format!("{verb} {path}: responses"));
            }
            let mut declared = BTreeSet::new();
            for parameter in operation["parameters"].as_array().unwrap() {
                let parameter = match parameter["$ref"].as_str() {
                    Some(target) => document.pointer(&target[1..]).unwrap(),
                    None => parameter,
                };
                let (name, place) = (parameter["name"].as_str().unwrap(), parameter["in"].as_str().unwrap());
                if !declared.insert((place.to_owned(), name.to_owned())) || !parameter["schema"].is_object() {
                    faults.push(format!("{verb} {path}: parameter {name}"));
                }
            }
            let in_path: BTreeSet<&str> = declared.iter().filter(|it| it.0 == "path").map(|it| it.1.as_str()).collect();
            let named: BTreeSet<&str> = path.split('{').skip(1).map(|it| it.split_once('}').unwrap().0).collect();
            if in_path != named {
                faults.push(format!("{verb} {path}: {in_path:?} is declared, {named:?} is named"));
            }
        }
    }
    faults
}

#[tokio::test]
async fn the_document_obeys_the_rules() {
    let site = Site::new();
    let reply = fetch(&site, &site.token, "").await.is(200);
    assert_eq!(reply.header("content-type"), "application/json");
    let document = reply.json();
    assert_eq!(faults(&document), Vec::<String>::new());
    // The test can fail.
    let mut broken = document.clone();
    broken["components"]["schemas"].as_object_mut().unwrap().remove("contact.page");
    assert!(!faults(&broken).is_empty());
    let contact = &document["components"]["schemas"]["contact"]["properties"];
    assert_eq!(contact["lastname"]["type"], serde_json::json!(["string", "null"]));
    assert_eq!(contact["createdon"]["readOnly"], true);
    assert!(contact["_parentcustomerid_value"].is_object());
    let written = &document["components"]["schemas"]["contact.write"]["properties"];
    assert!(written["parentcustomerid_account@odata.bind"].is_object() && written["createdon"].is_null());
    assert!(document["paths"]["/RetrieveTotalRecordCount(EntityNames=@EntityNames)"]["get"].is_object());
    assert!(document["paths"]["/assent_EnableSolution"]["post"]["requestBody"].is_object());
    // Rows that only the product writes can only be read.
    assert!(document["paths"]["/msgdpr_gdprconsentchangerecords({id})"]["patch"].is_null());
    // Secret columns are nowhere.
    let token = &document["components"]["schemas"]["assent_token"]["properties"];
    assert!(token["assent_name"].is_object() && token["assent_hash"].is_null());
}

#[tokio::test]
async fn it_is_for_those_with_a_token() {
    let site = Site::new();
    fetch(&site, "wrong", "").await.is(401);
}

#[tokio::test]
async fn its_tag_changes_with_the_metadata_alone() {
    let site = Site::new();
    let first = fetch(&site, &site.token, "").await.is(200);
    let tag = first.header("etag").to_owned();
    site.make("contacts", r#"{"lastname":"Ito"}"#).await;
    assert_eq!(fetch(&site, &site.token, &tag).await.is(304).text, "");
    let column =
        r#"{"@odata.type":"Microsoft.Dynamics.CRM.StringAttributeMetadata","SchemaName":"new_Rank","MaxLength":20}"#;
    site.post("EntityDefinitions(LogicalName='contact')/Attributes", column).await.is(204);
    let second = fetch(&site, &site.token, &tag).await.is(200);
    assert_ne!(second.header("etag"), tag);
    assert_eq!(second.json()["components"]["schemas"]["contact.write"]["properties"]["new_rank"]["maxLength"], 20);
    assert_eq!(faults(&second.json()), Vec::<String>::new());
}

//! `/openapi.json`: the Web API in OpenAPI 3.1, for those who do not speak OData.
//!
//! Made from the metadata, with the entities that were added at run time. *Not* a second contract: where the two
//! disagree, `$metadata` is right. Invariant: the document is made once per state of the metadata, and its `ETag` changes
//! with it alone.

mod path;
mod schema;

use std::sync::{Arc, Mutex, PoisonError};

use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use kernel::metadata::Model;
use serde_json::{Map, Value as Json, json};

use super::caller;
use crate::{App, error};

/// The document of the metadata as it stands, with its `ETag`.
#[derive(Default)]
pub(crate) struct Cache(Mutex<Option<Made>>);

#[derive(Clone)]
struct Made {
    model: Arc<Model>,
    text: Arc<str>,
    tag: HeaderValue,
}

impl Cache {
    fn get(&self, model: Arc<Model>, base: &str) -> Made {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match held.as_ref().filter(|it| Arc::ptr_eq(&it.model, &model)) {
            Some(made) => made.clone(),
            None => held.insert(make(model, base)).clone(),
        }
    }
}

fn make(model: Arc<Model>, base: &str) -> Made {
    let text = document(&model, base).to_string();
    let hex: String = kernel::blob::sha256(text.as_bytes()).chars().take(32).collect();
    let tag = HeaderValue::from_str(&format!("\"{hex}\"")).unwrap_or_else(|_| HeaderValue::from_static("\"\""));
    Made { model, text: Arc::from(text), tag }
}

/// `GET /openapi.json`, with the same bearer token as everything below `/api/data`.
pub async fn answer(State(app): State<App>, headers: HeaderMap) -> Response {
    match caller(&app, &headers).await {
        Err(error) => error::odata(&error),
        Ok(_) => {
            let made = app.openapi.get(app.db.model(), &app.base_url);
            let known = headers.get(header::IF_NONE_MATCH).and_then(|it| it.to_str().ok());
            let same = known.is_some_and(|it| it.split(',').any(|it| it.trim().as_bytes() == made.tag.as_bytes()));
            let (status, body) =
                if same { (StatusCode::NOT_MODIFIED, String::new()) } else { (StatusCode::OK, made.text.to_string()) };
            let mut response = (status, body).into_response();
            let headers = response.headers_mut();
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
            headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
            headers.insert(header::ETAG, made.tag);
            response
        }
    }
}

/// The whole document.
fn document(model: &Model, base: &str) -> Json {
    let tags: Vec<Json> = model
        .entities()
        .map(|it| json!({ "name": it.set, "description": schema::label(&it.plural, &it.name) }))
        .chain([json!({ "name": path::OPERATIONS, "description": "Functions and actions that are bound to no row" })])
        .collect();
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Assent Web API",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "The Dataverse-compatible OData v4 service, made from this server's metadata. OData clients read `$metadata` instead.",
        },
        "servers": [{ "url": format!("{base}/api/data/v9.2") }],
        "security": [{ "bearer": [] }, { "client": [] }],
        "tags": tags,
        "paths": path::all(model),
        "components": {
            "schemas": schema::all(model),
            "parameters": path::parameters(),
            "responses": responses(),
            "securitySchemes": {
                "bearer": { "type": "http", "scheme": "bearer", "description": "An access token" },
                "client": {
                    "type": "oauth2",
                    "description": "An access token's name and text as client_id and client_secret",
                    "flows": { "clientCredentials": { "tokenUrl": format!("{base}/organization/oauth2/v2.0/token"), "scopes": {} } },
                },
            },
        },
    })
}

/// The answers that many operations share.
fn responses() -> Map<String, Json> {
    let error = |text: &str| {
        let content = json!({ "application/json": { "schema": { "$ref": "#/components/schemas/odata.error" } } });
        json!({ "description": text, "content": content })
    };
    let mut all = Map::new();
    let mut put = |name: &str, value: Json| all.insert(name.to_owned(), value);
    put("Invalid", error("The request is wrong; the message names the field"));
    put("Unauthenticated", error("The token is missing, unknown, expired or revoked"));
    put("Forbidden", error("The role of the token does not allow it"));
    put("NotFound", error("There is no such row, set or column"));
    put("Conflict", error("Another row stands against it"));
    put("Stale", error("If-Match or If-None-Match does not hold, or an alternate key is taken"));
    let mut many = error("Too many requests");
    if let Some(it) = many.as_object_mut() {
        let header = json!({ "description": "Seconds to wait", "schema": { "type": "integer" } });
        it.insert("headers".to_owned(), json!({ "Retry-After": header }));
    }
    put("TooMany", many);
    put("Failed", error("Any other failure"));
    let id = json!({ "description": "The address of the row", "schema": { "type": "string", "format": "uri" } });
    put("Done", json!({ "description": "Done", "headers": { "OData-EntityId": id } }));
    all
}

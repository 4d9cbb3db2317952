//! The paths: sets, rows, columns, links, functions and actions.
//!
//! *Not* the routing (`dispatch.rs`). Invariant: each operation has an identifier of its own and says how it fails.

use kernel::metadata::{ColumnType, Entity, Kind, Model, file::Writer};
use serde_json::{Map, Value as Json, json};

use super::{super::csdl, schema};

/// The tag of what is bound to no row.
pub const OPERATIONS: &str = "Operations";
const NAMESPACE: &str = "Microsoft.Dynamics.CRM";

/// Every path with its operations.
pub fn all(model: &Model) -> Map<String, Json> {
    let mut paths = Map::new();
    let described = csdl::document(model, true);
    for entity in model.entities() {
        let set = &entity.set;
        paths.insert(format!("/{set}"), of_set(entity));
        paths.insert(format!("/{set}/$count"), count(entity));
        paths.insert(format!("/{set}({{id}})"), of_row(entity));
        paths.insert(format!("/{set}({{id}})/{{column}}"), of_column(entity));
        if let Some(links) = links(entity) {
            paths.insert(format!("/{set}({{id}})/{{navigation}}/$ref"), links);
        }
        for target in described.entity_types.iter().filter(|it| it.name == entity.name).flat_map(|it| &it.navigations) {
            if let Some(other) = model.entity(&target.target).ok().filter(|_| target.collection) {
                paths.insert(format!("/{set}({{id}})/{}", target.name), related(entity, &target.name, other));
            }
        }
    }
    for (one, by_post) in
        described.functions.iter().map(|it| (it, false)).chain(described.actions.iter().map(|it| (it, true)))
    {
        let bound = one.bound_to.as_deref().and_then(|it| model.entity(it).ok());
        if one.bound_to.is_some() == bound.is_some() {
            let (path, item) = operation(one, bound, by_post);
            paths.insert(path, item);
        }
    }
    paths
}

/// The parameters that many operations share.
pub fn parameters() -> Map<String, Json> {
    let mut all = Map::new();
    let mut put = |key: &str, name: &str, place: &str, schema: Json, text: &str| {
        let it =
            json!({ "name": name, "in": place, "required": place == "path", "schema": schema, "description": text });
        all.insert(key.to_owned(), it);
    };
    let text = || json!({ "type": "string" });
    put("id", "id", "path", text(), "The row's GUID, or an alternate key such as name='value'");
    put("select", "$select", "query", text(), "Columns, separated by commas");
    put("filter", "$filter", "query", text(), "A condition, such as lastname eq 'Ito' and statecode eq 0");
    put("orderby", "$orderby", "query", text(), "Columns, each with asc or desc");
    put("expand", "$expand", "query", text(), "Related rows, such as ownerid($select=fullname)");
    put("top", "$top", "query", json!({ "type": "integer", "minimum": 0 }), "At most so many rows");
    put("count", "$count", "query", json!({ "type": "boolean" }), "Whether the answer says how many rows there are");
    put("apply", "$apply", "query", text(), "Groups and sums, such as groupby((statecode),aggregate($count as n))");
    put("skiptoken", "$skiptoken", "query", text(), "Where a page begins; follow @odata.nextLink instead");
    put("fetchXml", "fetchXml", "query", text(), "A query in FetchXML, instead of the other options");
    put(
        "prefer",
        "Prefer",
        "header",
        text(),
        "odata.maxpagesize=50, return=representation, odata.include-annotations=\"*\"",
    );
    put("ifMatch", "If-Match", "header", text(), "An @odata.etag, or * for rows that are there");
    put("ifNoneMatch", "If-None-Match", "header", text(), "* creates only, null is ignored");
    all
}

fn parameter(name: &str) -> Json {
    json!({ "$ref": format!("#/components/parameters/{name}") })
}

/// An operation's description: who it is, what it takes, what it answers.
fn described(id: String, tag: &str, summary: &str, parameters: &[&str], success: (&str, Json)) -> Json {
    let answer = |name: &str| json!({ "$ref": format!("#/components/responses/{name}") });
    let mut responses = Map::new();
    responses.insert(success.0.to_owned(), success.1);
    for (status, name) in [
        ("400", "Invalid"),
        ("401", "Unauthenticated"),
        ("403", "Forbidden"),
        ("404", "NotFound"),
        ("409", "Conflict"),
        ("412", "Stale"),
        ("429", "TooMany"),
        ("default", "Failed"),
    ] {
        responses.insert(status.to_owned(), answer(name));
    }
    json!({
        "operationId": id,
        "tags": [tag],
        "summary": summary,
        "parameters": parameters.iter().map(|it| parameter(it)).collect::<Vec<_>>(),
        "responses": responses,
    })
}

fn with_body(mut operation: Json, schema: Json, required: bool) -> Json {
    if let Some(it) = operation.as_object_mut() {
        let content = json!({ "application/json": { "schema": schema } });
        it.insert("requestBody".to_owned(), json!({ "required": required, "content": content }));
    }
    operation
}

fn also(mut operation: Json, parameter: Json) -> Json {
    if let Some(list) = operation.get_mut("parameters").and_then(Json::as_array_mut) {
        list.push(parameter);
    }
    operation
}

fn ok(text: &str, schema: Json) -> (&'static str, Json) {
    ("200", json!({ "description": text, "content": { "application/json": { "schema": schema } } }))
}

fn done() -> (&'static str, Json) {
    ("204", json!({ "$ref": "#/components/responses/Done" }))
}

fn named(name: &str) -> Json {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

const LIST: &[&str] =
    &["select", "filter", "orderby", "expand", "top", "count", "apply", "skiptoken", "fetchXml", "prefer"];

fn of_set(entity: &Entity) -> Json {
    let Entity { set, name, .. } = entity;
    let plural = schema::label(&entity.plural, set);
    let page = ok("A page of rows", named(&format!("{name}.page")));
    let mut item = Map::new();
    item.insert("get".to_owned(), described(format!("list.{set}"), set, &format!("Rows of {plural}"), LIST, page));
    if entity.writer != Writer::System {
        let summary = format!("Create a row of {plural}");
        let create = described(format!("create.{set}"), set, &summary, &["prefer"], done());
        item.insert("post".to_owned(), with_body(create, named(&format!("{name}.write")), true));
    }
    Json::Object(item)
}

fn count(entity: &Entity) -> Json {
    let text = json!({ "description": "Digits behind a byte order mark", "content": { "text/plain": { "schema": { "type": "string" } } } });
    let set = &entity.set;
    json!({ "get": described(format!("count.{set}"), set, "How many rows", &["filter"], ("200", text)) })
}

fn of_row(entity: &Entity) -> Json {
    let Entity { set, name, .. } = entity;
    let label = schema::label(&entity.label, name);
    let mut item = Map::new();
    let read = ["id", "select", "expand", "prefer", "ifNoneMatch"];
    let row = ok("The row", named(name));
    item.insert("get".to_owned(), described(format!("read.{set}"), set, &format!("Read a {label}"), &read, row));
    if entity.writer != Writer::System && entity.kind != Kind::Log {
        let parameters = ["id", "ifMatch", "ifNoneMatch", "prefer"];
        let summary = format!("Update a {label}, or create it");
        let update = described(format!("update.{set}"), set, &summary, &parameters, done());
        item.insert("patch".to_owned(), with_body(update, named(&format!("{name}.write")), true));
        let summary = format!("Delete a {label}");
        let delete = described(format!("delete.{set}"), set, &summary, &["id", "ifMatch"], done());
        item.insert("delete".to_owned(), delete);
    }
    Json::Object(item)
}

fn of_column(entity: &Entity) -> Json {
    let set = &entity.set;
    let visible = || entity.columns.values().filter(|it| !it.is_secret() && it.kind != ColumnType::Lookup);
    let column = |names: Vec<&str>| {
        let schema = json!({ "type": "string", "enum": names });
        json!({ "name": "column", "in": "path", "required": true, "schema": schema, "description": "A column" })
    };
    let all: Vec<&str> = visible().map(|it| it.name.as_str()).collect();
    let value = json!({ "type": "object", "required": ["value"], "properties": { "value": true } });
    let mut item = Map::new();
    let read = described(format!("readColumn.{set}"), set, "Read one column", &["id"], ok("The value", value.clone()));
    item.insert("get".to_owned(), also(read, column(all)));
    let free: Vec<&str> = visible()
        .filter(|it| !it.readonly && !it.system && it.compose.is_empty() && it.kind != ColumnType::File)
        .map(|it| it.name.as_str())
        .collect();
    if entity.writer != Writer::System && entity.kind != Kind::Log && !free.is_empty() {
        let put = described(format!("writeColumn.{set}"), set, "Set one column", &["id", "ifMatch"], done());
        item.insert("put".to_owned(), with_body(also(put, column(free.clone())), value, true));
        let clear = described(format!("clearColumn.{set}"), set, "Empty one column", &["id"], done());
        item.insert("delete".to_owned(), also(clear, column(free)));
    }
    Json::Object(item)
}

fn links(entity: &Entity) -> Option<Json> {
    let set = &entity.set;
    let lookups = entity.columns.values().filter(|it| !it.is_secret() && !it.readonly && !it.system);
    let names: Vec<&str> = lookups.flat_map(|it| it.ways()).map(|it| it.navigation.as_str()).collect();
    if names.is_empty() || entity.writer == Writer::System || entity.kind == Kind::Log {
        return None;
    }
    let schema = json!({ "type": "string", "enum": names });
    let name = json!({ "name": "navigation", "in": "path", "required": true, "schema": schema, "description": "A lookup's navigation property" });
    let body = json!({ "type": "object", "required": ["@odata.id"], "properties": { "@odata.id": { "type": "string", "format": "uri-reference" } } });
    let put = described(format!("link.{set}"), set, "Let the row refer to another", &["id"], done());
    let clear = described(format!("unlink.{set}"), set, "Let the row refer to none", &["id"], done());
    Some(json!({ "put": with_body(also(put, name.clone()), body, true), "delete": also(clear, name) }))
}

fn related(entity: &Entity, navigation: &str, other: &Entity) -> Json {
    let set = &entity.set;
    let parameters: Vec<&str> = std::iter::once("id").chain(LIST.iter().copied()).collect();
    let summary = format!("Rows of {} that refer to the row", schema::label(&other.plural, &other.set));
    let page = ok("A page of rows", named(&format!("{}.page", other.name)));
    json!({ "get": described(format!("list.{set}.{navigation}"), set, &summary, &parameters, page) })
}

/// A function or action with its path. Arguments of a function are aliases: `F(A=@A)?@A='x'`.
fn operation(one: &odata::Operation, bound: Option<&Entity>, by_post: bool) -> (String, Json) {
    let (prefix, tag) = match bound {
        Some(entity) => (format!("/{}({{id}})/{NAMESPACE}.", entity.set), entity.set.as_str()),
        None => ("/".to_owned(), OPERATIONS),
    };
    let id = format!("{}.{}", if by_post { "act" } else { "ask" }, one.name);
    let id = bound.map_or(id.clone(), |it| format!("{id}.{}", it.name));
    let parameters: &[&str] = if bound.is_some() { &["id"] } else { &[] };
    let success = match &one.returns {
        Some(_) => ok("The answer", json!({ "type": "object" })),
        None => done(),
    };
    let summary = one.description.as_deref().unwrap_or(&one.name);
    let mut it = described(id, tag, summary, parameters, success);
    if by_post {
        if !one.parameters.is_empty() {
            let properties: Map<String, Json> =
                one.parameters.iter().map(|it| (it.name.clone(), schema::edm(&it.edm_type))).collect();
            it = with_body(it, json!({ "type": "object", "properties": properties }), false);
        }
        return (format!("{prefix}{}", one.name), json!({ "post": it }));
    }
    for argument in &one.parameters {
        let text = format!("{} as an OData literal: text in single quotes", argument.edm_type);
        it = also(
            it,
            json!({ "name": format!("@{}", argument.name), "in": "query", "required": false, "schema": { "type": "string" }, "description": text }),
        );
    }
    let arguments: Vec<String> = one.parameters.iter().map(|it| format!("{0}=@{0}", it.name)).collect();
    (format!("{prefix}{}({})", one.name, arguments.join(",")), json!({ "get": it }))
}

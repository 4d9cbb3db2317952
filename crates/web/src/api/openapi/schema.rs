//! The schemas: what is read of each entity, what is sent to it, and the forms of errors.
//!
//! *Not* the check of values (`kernel::pipeline`). Invariant: what nobody outside writes is not in a schema for writing.

use kernel::metadata::{
    Column, ColumnType, Entity, Model,
    file::{Label, Writer, english},
};
use serde_json::{Map, Value as Json, json};

use super::super::{
    image,
    select::{visible, wire},
};

/// Every schema by its name.
pub fn all(model: &Model) -> Map<String, Json> {
    let mut all = Map::new();
    for entity in model.entities() {
        all.insert(entity.name.clone(), read(entity));
        if entity.writer != Writer::System {
            all.insert(format!("{}.write", entity.name), written(entity));
        }
        all.insert(format!("{}.page", entity.name), page(entity));
    }
    all.insert(
        "odata.error".to_owned(),
        json!({
            "type": "object",
            "required": ["error"],
            "properties": { "error": {
                "type": "object",
                "required": ["code", "message"],
                "properties": {
                    "code": { "type": "string", "description": "Dataverse's number", "examples": ["0x80040217"] },
                    "message": { "type": "string" },
                },
            } },
        }),
    );
    all
}

/// What people read, or the name where there is no text.
pub fn label(label: &Label, name: &str) -> String {
    let text = english(label);
    if text.is_empty() { name.to_owned() } else { text.to_owned() }
}

fn read(entity: &Entity) -> Json {
    let mut properties = Map::new();
    properties
        .insert("@odata.etag".to_owned(), json!({ "type": "string", "description": "For If-Match", "readOnly": true }));
    for column in visible(entity) {
        if image::is(column) {
            let kinds = [("string", "uuid"), ("integer", "int64"), ("string", "uri")];
            for ((name, _), (kind, format)) in image::properties(column).into_iter().zip(kinds) {
                properties.insert(name, json!({ "type": [kind, "null"], "format": format, "readOnly": true }));
            }
            continue;
        }
        properties.insert(wire(column), property(column));
    }
    json!({
        "type": "object",
        "title": label(&entity.label, &entity.name),
        "description": label(&entity.description, &label(&entity.label, &entity.name)),
        "properties": properties,
    })
}

/// Columns that callers may send; lookups are bound by their navigation properties.
fn written(entity: &Entity) -> Json {
    let mut properties = Map::new();
    properties.insert(entity.key.clone(), json!({ "type": "string", "format": "uuid" }));
    for column in visible(entity).filter(|it| !it.readonly && !it.system && it.compose.is_empty()) {
        if column.kind == ColumnType::Lookup {
            for target in column.ways() {
                let text = format!("{}: a row of {}", label(&column.label, &column.name), target.entity);
                properties.insert(
                    format!("{}@odata.bind", target.navigation),
                    json!({ "type": "string", "description": text, "examples": ["/contacts(00000000-0000-0000-0000-000000000001)"] }),
                );
            }
        } else if column.kind != ColumnType::File {
            properties.insert(column.name.clone(), property(column));
        }
    }
    json!({
        "type": "object",
        "title": format!("{} as it is sent", label(&entity.label, &entity.name)),
        "properties": properties,
    })
}

fn page(entity: &Entity) -> Json {
    json!({
        "type": "object",
        "required": ["value"],
        "properties": {
            "@odata.context": { "type": "string" },
            "@odata.count": { "type": "integer", "description": "With $count=true, at most 5000" },
            "@odata.nextLink": { "type": "string", "format": "uri", "description": "The next page" },
            "value": { "type": "array", "items": { "$ref": format!("#/components/schemas/{}", entity.name) } },
        },
    })
}

/// The schema of one column; each may be null.
pub fn property(column: &Column) -> Json {
    let mut schema = Map::new();
    let (kind, format) = match column.kind {
        ColumnType::Text | ColumnType::Memo | ColumnType::Json | ColumnType::MultiChoice => ("string", None),
        ColumnType::Integer | ColumnType::Choice => ("integer", Some("int32")),
        ColumnType::BigInt => ("integer", Some("int64")),
        ColumnType::Decimal | ColumnType::Money | ColumnType::Double => ("number", None),
        ColumnType::Boolean => ("boolean", None),
        ColumnType::Date => ("string", Some("date")),
        ColumnType::DateTime => ("string", Some("date-time")),
        ColumnType::Lookup | ColumnType::Guid | ColumnType::File => ("string", Some("uuid")),
    };
    let mut put = |name: &str, value: Json| schema.insert(name.to_owned(), value);
    put("type", json!([kind, "null"]));
    if let Some(format) = format {
        put("format", Json::from(format));
    }
    put("title", Json::from(label(&column.label, &column.name)));
    let mut text = english(&column.description).to_owned();
    for option in &column.options {
        let mark = if text.is_empty() { "" } else { "; " };
        text.push_str(&format!("{mark}{} {}", option.value, label(&option.label, "")));
    }
    if !text.is_empty() {
        put("description", Json::from(text));
    }
    if column.kind == ColumnType::Choice && !column.options.is_empty() {
        let values = column.options.iter().map(|it| Json::from(it.value)).chain([Json::Null]);
        put("enum", Json::Array(values.collect()));
    }
    if matches!(column.kind, ColumnType::Text | ColumnType::Memo) && column.max_length > 0 {
        put("maxLength", Json::from(column.max_length));
    }
    if column.readonly || column.system || !column.compose.is_empty() {
        put("readOnly", Json::from(true));
    }
    Json::Object(schema)
}

/// The schema of a type of `$metadata`.
pub fn edm(name: &str) -> Json {
    if let Some(inner) = name.strip_prefix("Collection(").and_then(|it| it.strip_suffix(')')) {
        return json!({ "type": "array", "items": edm(inner) });
    }
    match name {
        "Edm.Boolean" => json!({ "type": "boolean" }),
        "Edm.Int32" | "Edm.Int64" => json!({ "type": "integer" }),
        "Edm.Decimal" | "Edm.Double" => json!({ "type": "number" }),
        "Edm.Guid" => json!({ "type": "string", "format": "uuid" }),
        "Edm.Date" => json!({ "type": "string", "format": "date" }),
        "Edm.DateTimeOffset" => json!({ "type": "string", "format": "date-time" }),
        "Edm.String" => json!({ "type": "string" }),
        // A row, or an object of its own.
        _ => json!({ "type": "object" }),
    }
}

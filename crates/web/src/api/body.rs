//! From the JSON of a request to column values.
//!
//! *Not* the check of types and limits (`kernel::pipeline::check`). Invariant: a name that is neither
//! column, navigation property nor annotation is refused, so a typing mistake is never silently lost.

use std::sync::Arc;

use kernel::{
    Error, Kind, Result, Rx, Value, Values,
    metadata::{Column, ColumnType, Entity, lookup_column},
    uuid::Uuid,
};
use rust_decimal::Decimal;
use serde_json::{Map, Value as Json};

use super::{
    call::Call,
    key,
    select::{Navigation, leads_to, navigation},
};

/// The annotation with which a person gives the reason of a change.
const JUSTIFICATION: &str = "@Assent.Justification";

/// What a body says about one row.
#[derive(Default)]
pub struct Body {
    /// The primary key, if the client chose one.
    pub id: Option<Uuid>,
    /// The columns.
    pub values: Values,
    /// Rows to be made first: our lookup, their entity, their body.
    pub before: Vec<(String, String, Map<String, Json>)>,
    /// Rows to be made afterwards and joined to ours: where they are, their bodies.
    pub after: Vec<(Navigation, Vec<Json>)>,
    /// Rows that shall be joined to ours: where they are, the row.
    pub bound: Vec<(Navigation, Uuid)>,
}

impl Body {
    /// Whether it sets columns only, and nothing beside the row.
    pub fn is_plain(&self) -> bool {
        self.id.is_none() && self.before.is_empty() && self.after.is_empty() && self.bound.is_empty()
    }
}

/// The body as an object. One client encodes it twice.
///
/// # Errors
/// `payload` with the place of the mistake.
pub fn object(call: &Call) -> Result<Map<String, Json>> {
    let wrong = |text: String| Error::new(Kind::Invalid, "payload", "body", text);
    if call.body.is_empty() {
        return Err(wrong("is empty; send a JSON object".to_owned()));
    }
    let parse = |bytes: &[u8]| {
        serde_json::from_slice::<Json>(bytes)
            .map_err(|error| wrong(format!("is malformed JSON at line {}, column {}", error.line(), error.column())))
    };
    let body = match parse(&call.body)? {
        Json::String(inner) => parse(inner.as_bytes())?,
        other => other,
    };
    match body {
        Json::Object(it) => Ok(it),
        _ => Err(wrong("must be a JSON object".to_owned())),
    }
}

/// The parameters of an action; one without parameters may come without a body.
///
/// # Errors
/// `payload` with the place of the mistake.
pub fn object_or_nothing(call: &Call) -> Result<Map<String, Json>> {
    if call.body.is_empty() { Ok(Map::new()) } else { object(call) }
}

/// The reason of a change, if the body gives one.
///
/// # Errors
/// `payload` when the body is no object or the reason no text.
pub fn justification(call: &Call) -> Result<Option<Arc<str>>> {
    let needle = JUSTIFICATION.as_bytes();
    if !call.body.windows(needle.len()).any(|it| it == needle) {
        return Ok(None);
    }
    match object(call)?.iter().find(|(name, _)| name.ends_with(JUSTIFICATION)) {
        None | Some((_, Json::Null)) => Ok(None),
        Some((_, Json::String(it))) => Ok(Some(Arc::from(it.as_str()))),
        Some((name, _)) => Err(Error::invalid(name.as_str(), "takes a text").with_code("payload")),
    }
}

/// Reads what a body says about a row of the entity.
///
/// # Errors
/// `undeclared` naming an unknown property, `payload`, `wrong-type`.
pub fn row(rx: &Rx<'_>, entity: &Entity, object: &Map<String, Json>, making: bool) -> Result<Body> {
    let mut body = Body::default();
    for (name, json) in object {
        if let Some((name, annotation)) = name.split_once('@') {
            if annotation == "odata.bind" {
                bind(rx, entity, name, json, &mut body)?;
            }
            // Other annotations are the client's own notes.
        } else if *name == entity.key {
            body.id = identifier(name, json)?.or(body.id);
        } else if let Some(column) =
            entity.columns.get(name).filter(|it| !it.is_secret() && it.kind != ColumnType::Lookup)
        {
            // Generic clients send null for what the server fills in.
            if !(json.is_null() && (column.readonly || column.system)) {
                body.values.set(name, value(column, json)?);
            }
        } else if let Some(navigation) = navigation(rx, entity, name) {
            related(name, json, navigation, making, &mut body)?;
        } else if let Some(lookup) =
            entity.columns.get(lookup_column(name).unwrap_or(name)).filter(|it| !it.is_secret())
        {
            if json.is_null() && lookup_column(name).is_none() {
                unset(&mut body, &lookup.name);
            } else if !json.is_null() {
                let navigation = lookup.targets.first().map_or(name.as_str(), |it| it.navigation.as_str());
                let text = format!("is a lookup; write \"{navigation}@odata.bind\": \"/<set>(<GUID>)\" instead");
                return Err(Error::invalid(name, text).with_code("payload"));
            }
        } else {
            return Err(undeclared(rx, entity, name));
        }
    }
    Ok(body)
}

fn undeclared(rx: &Rx<'_>, entity: &Entity, name: &str) -> Error {
    let text = format!(
        "Error identified in Payload provided by the user for Entity :'{}' ----> InnerException : An undeclared property \
         '{name}' which only has property annotations in the payload but no property value was found in the payload. {}",
        entity.set,
        rx.model().no_column(&entity.name, name).text
    );
    Error::new(Kind::Invalid, "undeclared", name, text)
}

fn identifier(name: &str, json: &Json) -> Result<Option<Uuid>> {
    match json {
        Json::Null => Ok(None),
        Json::String(it) => {
            it.parse().map(Some).map_err(|_| Error::invalid(name, "takes an identifier (GUID)").with_code("wrong-type"))
        }
        _ => Err(Error::invalid(name, "takes an identifier (GUID)").with_code("wrong-type")),
    }
}

fn bind(rx: &Rx<'_>, entity: &Entity, name: &str, json: &Json, body: &mut Body) -> Result<()> {
    let field = format!("{name}@odata.bind");
    let found = navigation(rx, entity, name).ok_or_else(|| undeclared(rx, entity, name))?;
    match (found, json) {
        (Navigation::One { column, .. }, Json::Null) => unset(body, &column),
        (Navigation::One { column, entity: target }, Json::String(text)) => {
            let (there, id) = key::reference(rx, &field, text)?;
            if there != target && !leads_to(entity, name, &there) {
                let text = format!("leads to {target}, and the reference names a row of {there}");
                return Err(Error::invalid(field, text).with_code("wrong-type"));
            }
            body.values.set(&column, Value::Lookup(there, id));
        }
        (Navigation::One { .. }, _) => {
            return Err(Error::invalid(field, "takes a reference in quotes, or null").with_code("payload"));
        }
        (to_many, Json::Array(all)) => {
            let child = to_many.entity();
            for it in all {
                let text = it
                    .as_str()
                    .ok_or_else(|| Error::invalid(&field, "takes a list of references").with_code("payload"))?;
                let (there, id) = key::reference(rx, &field, text)?;
                if there != child {
                    return Err(Error::invalid(field, format!("leads to {child}, not {there}")).with_code("wrong-type"));
                }
                body.bound.push((to_many.clone(), id));
            }
        }
        _ => {
            return Err(Error::invalid(field, "takes a list of references").with_code("payload"));
        }
    }
    Ok(())
}

fn related(name: &str, json: &Json, navigation: Navigation, making: bool, body: &mut Body) -> Result<()> {
    match (navigation, json) {
        (Navigation::One { column, .. }, Json::Null) => unset(body, &column),
        (Navigation::One { column, entity }, Json::Object(it)) if making => {
            body.before.push((column, entity, it.clone()));
        }
        (to_many @ (Navigation::Many { .. } | Navigation::Through { .. }), Json::Array(all)) if making => {
            body.after.push((to_many, all.clone()));
        }
        (_, Json::Object(_) | Json::Array(_)) if !making => {
            let text = "related rows can be made with a new row only; make them by themselves and link them";
            return Err(Error::invalid(name, text).with_code("payload"));
        }
        (Navigation::One { .. }, _) => {
            let text = format!("is a navigation property; write \"{name}@odata.bind\": \"/<set>(<GUID>)\", or null");
            return Err(Error::invalid(name, text).with_code("payload"));
        }
        _ => {
            return Err(Error::invalid(name, "is a collection; it takes a list of rows").with_code("payload"));
        }
    }
    Ok(())
}

/// A null beside a reference to another entity of the same lookup says nothing.
fn unset(body: &mut Body, column: &str) {
    if !body.values.has(column) {
        body.values.set(column, Value::Null);
    }
}

/// One JSON value as a value of a column; the kernel checks its limits.
///
/// # Errors
/// `wrong-type` naming the column.
pub fn value(column: &Column, json: &Json) -> Result<Value> {
    let wrong = |takes: &str| Error::invalid(column.name.as_str(), format!("takes {takes}")).with_code("wrong-type");
    Ok(match json {
        Json::Null => Value::Null,
        Json::Bool(it) => Value::Bool(*it),
        Json::Number(number) => match number.as_i64() {
            Some(it) => Value::Int(it),
            None if matches!(column.kind, ColumnType::Decimal | ColumnType::Money) => {
                let text = number.to_string();
                let exact = text.parse::<Decimal>().or_else(|_| Decimal::from_scientific(&text));
                Value::Decimal(exact.map_err(|_| wrong("a number of at most 18 digits, decimals included"))?)
            }
            None => Value::Double(number.as_f64().ok_or_else(|| wrong("a number"))?),
        },
        // Numbers in quotes are what IEEE754Compatible=true asks for.
        Json::String(it) if matches!(column.kind, ColumnType::Decimal | ColumnType::Money) => {
            Value::Decimal(it.parse().map_err(|_| wrong("a number"))?)
        }
        Json::String(it) if column.kind == ColumnType::BigInt => {
            Value::Int(it.parse().map_err(|_| wrong("a whole number"))?)
        }
        // Its identifier comes back with a row that was read; only the octets of another are sent elsewhere.
        Json::String(it) if column.kind == ColumnType::File && it.parse::<Uuid>().is_err() => {
            return Err(wrong(&format!("its octets by PATCH to …/{} with x-ms-file-name, or null", column.name)));
        }
        Json::String(it) => Value::Text(it.clone()),
        Json::Array(all) if column.kind == ColumnType::MultiChoice => {
            let numbers: Option<Vec<i64>> = all.iter().map(Json::as_i64).collect();
            Value::Choices(numbers.ok_or_else(|| wrong("option numbers"))?)
        }
        Json::Array(_) | Json::Object(_) => return Err(wrong("a single value, not a list or an object")),
    })
}

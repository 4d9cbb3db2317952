//! `$1`: the row that the request with Content-ID 1 of the same change set made.
//!
//! The request is rewritten before it is carried out, so nothing behind knows of it. *Not* a
//! reference across change sets. Invariant: a number that names nothing is refused, never sent on.

use std::{borrow::Cow, collections::HashMap};

use kernel::{Error, Kind, Result, uuid::Uuid};
use odata::{Key, Literal};
use serde_json::{Map, Value as Json};

use super::Call;

/// Entity set and identifier of the rows so far, by Content-ID.
pub type Made = HashMap<String, (String, Uuid)>;

/// The request with its references filled in: in the URL, in `@odata.bind`, `@odata.id` and `$id`.
///
/// # Errors
/// `Invalid` naming a reference that is none.
pub fn filled<'c>(call: &'c Call, made: &Made) -> Result<Cow<'c, Call>> {
    let mut call = Cow::Borrowed(call);
    let first = call.path.first().filter(|it| it.key.is_none()).map(|it| it.name.clone());
    if let Some((set, id)) = first.map(|it| found(&it, made)).transpose()?.flatten() {
        place(call.to_mut(), set, id);
    }
    for at in 0..call.path.len() {
        let Some(Key::Reference(name)) = call.path.get(at).and_then(|it| it.key.clone()) else { continue };
        let (_, id) = found(&name, made)?.ok_or_else(|| unknown(&name))?;
        if let Some(segment) = call.to_mut().path.get_mut(at) {
            segment.key = Some(Key::Single(Literal::Guid(id)));
        }
    }
    if let Some((set, id)) = call.options.id.as_deref().map(|it| found(it, made)).transpose()?.flatten() {
        call.to_mut().options.id = Some(format!("/{set}({id})"));
    }
    if call.body.windows(2).any(|it| it == b"\"$" || it == b"/$")
        && let Ok(mut body) = super::super::body::object(&call)
    {
        let before = body.clone();
        fill(&mut body, made)?;
        if body != before {
            call.to_mut().body = Json::Object(body).to_string().into();
        }
    }
    Ok(call)
}

/// `$1` as the first segment.
fn place(call: &mut Call, set: String, id: Uuid) {
    let rest = call.raw_path.split_once('/').map(|(_, it)| format!("/{it}")).unwrap_or_default();
    call.raw_path = format!("{set}({id}){rest}");
    if let Some(segment) = call.path.first_mut() {
        *segment = odata::Segment { name: set, key: Some(Key::Single(Literal::Guid(id))) };
    }
}

fn found(text: &str, made: &Made) -> Result<Option<(String, Uuid)>> {
    let Some(name) = text.trim().trim_start_matches('/').strip_prefix('$') else { return Ok(None) };
    match made.get(name) {
        Some(it) => Ok(Some(it.clone())),
        None if !name.is_empty() && name.bytes().all(|it| it.is_ascii_digit()) => Err(unknown(&format!("${name}"))),
        None => Ok(None),
    }
}

fn unknown(name: &str) -> Error {
    let text = format!("Content-ID Reference: '{name}' does not exist in the batch context.");
    Error::new(Kind::Invalid, "payload", "", text)
}

fn fill(object: &mut Map<String, Json>, made: &Made) -> Result<()> {
    for (name, value) in object.iter_mut() {
        let reference = name.ends_with("@odata.bind") || name == "@odata.id";
        each(value, reference, made)?;
    }
    Ok(())
}

fn each(value: &mut Json, reference: bool, made: &Made) -> Result<()> {
    match value {
        Json::String(text) if reference => {
            if let Some((set, id)) = found(text, made)? {
                *text = format!("/{set}({id})");
            }
        }
        Json::Array(all) => {
            for it in all {
                each(it, reference, made)?;
            }
        }
        Json::Object(object) => fill(object, made)?,
        _ => {}
    }
    Ok(())
}

//! File columns: `PATCH`, `GET` and `/$value` of `set(key)/column` with the octets of a file
//! (`spec/web-api.md` 3.19).
//!
//! *Not* the pieces of a large one (`file/upload.rs`), nor where the octets stay (`kernel::blob`).
//! Invariant: whoever may read the row may read its files and whoever may write it may replace them;
//! there is no address of a file but its column.

mod upload;

use axum::http::{HeaderMap, HeaderName, Method, StatusCode, header};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use kernel::{
    Error, Kind, Record, Result, Rx, Tx, Value, Values, blob,
    metadata::{Column, ColumnType, Entity, Model},
    uuid::Uuid,
};
use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde_json::json;

pub use self::upload::Uploads;
pub(super) use self::upload::{in_pieces, upload};
use super::{answer::Answer, call::Call, image, key, property};

const NAME: &str = "x-ms-file-name";
/// Longest name of a file, in characters.
const NAME_LIMIT: usize = 255;
/// What a header cannot hold as it is; other than these, a name is sent as it was given.
const UNSENT: &AsciiSet = &CONTROLS.add(b'"').add(b'%').add(b'\\');

/// What the headers of a request say about a file.
#[derive(Debug, Clone, Default)]
pub struct Wish {
    name: Option<String>,
    chunked: bool,
    content_range: Option<String>,
    range: Option<String>,
    json: bool,
}

impl Wish {
    /// Reads the headers; what they mean is decided where a file is meant.
    pub fn read(headers: &HeaderMap) -> Wish {
        let text = |name: &str| headers.get(name).and_then(|it| it.to_str().ok()).map(str::trim);
        Wish {
            name: text(NAME).map(|it| percent_decode_str(it).decode_utf8_lossy().into_owned()),
            chunked: text("x-ms-transfer-mode").is_some_and(|it| it.eq_ignore_ascii_case("chunked")),
            content_range: text("content-range").map(str::to_owned),
            range: text("range").map(str::to_owned),
            json: text("accept").is_some_and(|it| it.to_ascii_lowercase().contains("application/json")),
        }
    }
}

/// Whether the body is a file, or a piece of one.
pub fn is_upload(call: &Call) -> bool {
    call.method == Method::PATCH && call.path.len() == 2
}

/// The largest file that the column takes, in bytes.
pub fn limit(column: &Column) -> usize {
    let wanted = column.max.and_then(|it| usize::try_from(it.trunc().mantissa()).ok());
    wanted.map_or(blob::LIMIT, |it| it.saturating_mul(1024).min(blob::LIMIT))
}

/// `PATCH set(key)/column` with the whole file as its body.
///
/// # Errors
/// `unknown-segment`, `file-size`, `not-found`, `stale`; `payload` for a file without a name.
pub fn replace(tx: &mut Tx<'_>, call: &Call, entity: &Entity, id: Uuid, name: &str) -> Result<Answer> {
    let model = tx.model();
    let column = file_column(&model, entity, name)?;
    if in_pieces(call) {
        let text = "an upload in pieces cannot be part of a change set; send its requests by themselves";
        return Err(Error::new(Kind::Invalid, "payload", name, text));
    }
    let file = file_name(call)?;
    keep(tx, call, entity, id, column, &file, &call.body)
}

/// `GET set(key)/column`, whole or in part; as JSON for a client that asks for JSON, unless `raw`.
///
/// # Errors
/// `range` for one that begins behind the end.
pub fn read(rx: &Rx<'_>, call: &Call, entity: &Entity, record: &Record, column: &Column, raw: bool) -> Result<Answer> {
    let Value::Guid(id) = record.get(&column.name) else { return Ok(Answer::nothing()) };
    let about = blob::about(rx, *id)?;
    let asked = call.file.range.as_deref().and_then(|it| asked(it, about.size));
    let (from, end) = asked.unwrap_or((0, about.size));
    if from > about.size {
        let text = format!("the file has {} bytes, and the range begins behind them", about.size);
        return Err(Error::new(Kind::Invalid, "range", "Range", text));
    }
    let bytes = blob::range(rx, *id, from, end - from)?;
    let place = format!("{}({})/{}", entity.set, record.id, column.name);
    let mut answer = if call.file.json && !raw {
        let context = format!("{}$metadata#{place}", call.root);
        Answer::json(&json!({ "@odata.context": context, "value": STANDARD.encode(bytes) }))
    } else {
        Answer::octets("application/octet-stream", bytes)
    };
    if end - from < about.size {
        let range = if from < end { format!("{from}-{}", end - 1) } else { "*".to_owned() };
        answer = answer
            .status(StatusCode::PARTIAL_CONTENT)
            .with(header::CONTENT_RANGE, format!("bytes {range}/{}", about.size));
    }
    let encoded = utf8_percent_encode(&about.name, UNSENT).to_string();
    let disposition = utf8_percent_encode(&about.name, NON_ALPHANUMERIC);
    Ok(answer
        .version(record.version)
        .with(header::ACCEPT_RANGES, "bytes")
        .with(header::LOCATION, format!("{}{place}?size=full", call.root))
        .with(
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{encoded}\"; filename*=UTF-8''{disposition}"),
        )
        .with(HeaderName::from_static("x-ms-file-size"), about.size.to_string())
        .with(HeaderName::from_static(NAME), encoded))
}

/// Puts the file into its column.
fn keep(
    tx: &mut Tx<'_>,
    call: &Call,
    entity: &Entity,
    id: Uuid,
    column: &Column,
    file: &str,
    data: &[u8],
) -> Result<Answer> {
    fits(column, data.len())?;
    image::check(column, data)?;
    let blob = blob::put(tx, file, data)?;
    property::set(tx, call, entity, id, Values::new().with(&column.name, blob))
}

fn fits(column: &Column, bytes: usize) -> Result<()> {
    let limit = limit(column);
    if bytes <= limit {
        return Ok(());
    }
    let text = format!("takes files of at most {limit} bytes, and this one has {bytes}");
    Err(Error::new(Kind::Invalid, "file-size", column.name.as_str(), text))
}

fn file_column<'e>(model: &Model, entity: &'e Entity, name: &str) -> Result<&'e Column> {
    let column = property::writable(model, entity, name)?;
    if column.kind == ColumnType::File { Ok(column) } else { Err(key::not_built("PATCH of one property")) }
}

/// The name alone, without a path: it stands in headers and in the names of a package.
fn file_name(call: &Call) -> Result<String> {
    let given = call.options.custom(NAME).or(call.file.name.as_deref()).unwrap_or_default();
    let last = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = last.chars().filter(|it| !it.is_control()).take(NAME_LIMIT).collect();
    match name.trim() {
        "" | "." | ".." => {
            Err(Error::new(Kind::Invalid, "payload", NAME, "is missing; give the name of the file, such as a.txt"))
        }
        name => Ok(name.to_owned()),
    }
}

/// From the first byte to the one behind the last. One that is none, or several at once, counts as
/// no wish (RFC 9110, 14.2).
///
/// A range that begins at the end is an empty part and no error: DynamicsWebApi asks for it where the
/// size is a multiple of its pieces.
fn asked(range: &str, size: usize) -> Option<(usize, usize)> {
    let (first, last) = range.strip_prefix("bytes=")?.split_once('-')?;
    let (first, last) = (first.trim(), last.trim());
    if first.is_empty() {
        let count: usize = last.parse().ok()?;
        return Some((size.saturating_sub(count), size));
    }
    let first: usize = first.parse().ok()?;
    let last = if last.is_empty() { usize::MAX } else { last.parse().ok()? };
    (first <= last).then(|| (first, last.saturating_add(1).min(size).max(first)))
}

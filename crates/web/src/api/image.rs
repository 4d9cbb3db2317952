//! Image columns: files that are pictures, and what rows say of them.
//!
//! *Not* thumbnails, and not the octets, which come and go as those of any file (`file.rs`). Invariant: what is kept in
//! an image column is a picture of a kind that cannot run anything; a row says by three properties of its own where the
//! picture is, and never carries it.

use kernel::{
    Error, Result, Value,
    metadata::{Column, ColumnType, Entity, column::Format},
    uuid::Uuid,
};
use serde_json::{Map, Value as Json};

use super::call::Call;

/// Ticks of 100 nanoseconds from the year 1 to 1970, in which clients count.
const EPOCH: u64 = 621_355_968_000_000_000;
/// How files of each kind begin.
const KINDS: &[&[u8]] = &[b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"BM", b"II*\0", b"MM\0*"];

/// Whether the column holds images.
pub fn is(column: &Column) -> bool {
    column.kind == ColumnType::File && column.format == Some(Format::Image)
}

/// Name and Edm type of what rows say of an image: which one, since when, and where.
pub fn properties(column: &Column) -> [(String, &'static str); 3] {
    let name = &column.name;
    [
        (format!("{name}id"), "Edm.Guid"),
        (format!("{name}_timestamp"), "Edm.Int64"),
        (format!("{name}_url"), "Edm.String"),
    ]
}

/// The image column that a property of that name is of.
pub fn behind<'e>(entity: &'e Entity, name: &str) -> Option<&'e Column> {
    entity.columns.values().filter(|it| is(it)).find(|it| properties(it).iter().any(|(it, _)| it == name))
}

/// Puts what a row says of an image into it.
pub fn put(row: &mut Map<String, Json>, call: &Call, entity: &Entity, id: Uuid, column: &Column, value: &Value) {
    let [which, since, place] = properties(column).map(|(name, _)| name);
    let Value::Guid(image) = value else {
        row.extend([(which, Json::Null), (since, Json::Null), (place, Json::Null)]);
        return;
    };
    // The identifier of what is kept says when it was made, so an address changes with the image.
    let ticks = image.get_timestamp().map(|it| {
        let (seconds, nanoseconds) = it.to_unix();
        EPOCH + seconds * 10_000_000 + u64::from(nanoseconds) / 100
    });
    row.insert(which, Json::from(image.to_string()));
    row.insert(since, Json::from(ticks));
    let ticks = ticks.unwrap_or_default();
    let address = format!("{}{}({id})/{}/$value?timestamp={ticks}", call.root, entity.set, column.name);
    row.insert(place, Json::from(address));
}

/// Refuses what is no picture, so that nobody is shown something else as one.
///
/// # Errors
/// `wrong-type` naming the column.
pub fn check(column: &Column, data: &[u8]) -> Result<()> {
    let web = data.starts_with(b"RIFF") && data.get(8..12) == Some(b"WEBP");
    if !is(column) || web || KINDS.iter().any(|it| data.starts_with(it)) {
        return Ok(());
    }
    let text = "takes an image: PNG, JPEG, GIF, WebP, BMP or TIFF, whatever the file is called";
    Err(Error::invalid(column.name.as_str(), text).with_code("wrong-type"))
}

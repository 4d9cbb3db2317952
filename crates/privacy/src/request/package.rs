//! The access package: a zip with a page to read, the data as JSON, a CSV per entity, and a manifest
//! with the SHA-256 of each file (Art. 15 and 20 GDPR); what file columns hold lies under `files/`.
//!
//! *Not* delivered here. Invariant: it is written as a stream, holds only rows that belong to the
//! person, and no secret of the system.

use std::{
    collections::BTreeMap,
    io::{self, Write},
};

use kernel::{
    Error, Phrase, Record, Result, Rx, Tx, Value, Values, access,
    blob::{self, Digesting},
    metadata::{Column, ColumnType, Entity},
    uuid::Uuid,
};
use maud::{DOCTYPE, Markup, html};
use serde_json::{Map, Value as Json, json};
use zip::{ZipWriter, write::SimpleFileOptions};

use super::{Action, DataSubjectRequest, Status, Type, plan::Plan};

/// Where a package is written to.
pub trait Sink: Write {}
impl<W: Write> Sink for W {}

/// What was written.
#[derive(Debug, Clone)]
pub struct Written {
    /// SHA-256 of the whole package.
    pub sha256: String,
    /// How many rows it holds.
    pub rows: usize,
}

fn zipping(error: zip::result::ZipError) -> Error {
    Error::unavailable(format!("the package cannot be written: {error}"))
}

/// Whether a column is given out.
type Open<'f> = dyn Fn(&Entity, &Column) -> bool + 'f;

/// Writes the package of an approved access request.
///
/// # Errors
/// `Unavailable` when the sink fails.
pub(crate) fn write(rx: &Rx<'_>, request: &DataSubjectRequest, plan: &Plan, out: &mut dyn Sink) -> Result<Written> {
    let rx = &rx.elevated("data subject request");
    let model = rx.model();
    let mut by_entity: BTreeMap<&str, Vec<Uuid>> = BTreeMap::new();
    let is_open = |entity: &Entity, column: &Column| {
        !column.is_secret() && plan.holds.column(entity, &column.name, Type::Access).is_none()
    };
    for found in plan.discovery.rows.iter().filter(|it| plan.holds.record(&it.entity, it.id).is_none()) {
        let entity = model.entity(&found.entity)?;
        // A kind of record of which no column is given out has no table.
        if !entity.columns.values().any(|it| !it.system && is_open(entity, it)) {
            continue;
        }
        by_entity.entry(&found.entity).or_default().push(found.id);
    }
    let mut whole = Digesting::new(out);
    let mut manifest = Vec::new();
    {
        let mut zip = ZipWriter::new_stream(&mut whole);
        file(&mut zip, &mut manifest, "index.html", |to| {
            Ok(to.write_all(page(rx, request, plan, &by_entity, &is_open)?.into_string().as_bytes())?)
        })?;
        file(&mut zip, &mut manifest, "data.json", |to| {
            let head = json!({ "request": request.name, "created": rx.now().to_string() });
            write!(to, "{{\"about\":{head},\"data\":{{")?;
            for (n, (name, ids)) in by_entity.iter().enumerate() {
                let entity = model.entity(name)?;
                write!(to, "{}{}:[", if n > 0 { "," } else { "" }, Json::from(entity.set.as_str()))?;
                for (n, id) in ids.iter().enumerate() {
                    let object = shown(entity, &with_files(rx, entity, *id)?, &is_open);
                    write!(to, "{}{}", if n > 0 { "," } else { "" }, Json::Object(object))?;
                }
                write!(to, "]")?;
            }
            Ok(write!(to, "}}}}")?)
        })?;
        for (name, ids) in &by_entity {
            let entity = model.entity(name)?;
            file(&mut zip, &mut manifest, &format!("data/{}.csv", entity.set), |to| {
                let mut table = csv::Writer::from_writer(to);
                let columns: Vec<&str> =
                    entity.columns.values().filter(|it| is_open(entity, it)).map(|it| it.name.as_str()).collect();
                let failed = |_| Error::unavailable("the package cannot be written");
                table.write_record(&columns).map_err(failed)?;
                for id in ids {
                    let row = with_files(rx, entity, *id)?;
                    table.write_record(columns.iter().map(|it| cell(row.get(it)))).map_err(failed)?;
                }
                Ok(table.flush()?)
            })?;
        }
        for (name, ids) in &by_entity {
            let entity = model.entity(name)?;
            let columns = entity.columns.values().filter(|it| it.kind == ColumnType::File && is_open(entity, it));
            for column in columns {
                for id in ids {
                    let row = rx.get(name, *id)?;
                    let Value::Guid(stored) = row.get(&column.name) else { continue };
                    let stored = blob::get(rx, *stored)?;
                    let path = path(entity, *id, &column.name, &stored.name);
                    file(&mut zip, &mut manifest, &path, |to| Ok(to.write_all(&stored.data)?))?;
                }
            }
        }
        let files = Json::Array(manifest);
        zip.start_file("manifest.json", options()).map_err(zipping)?;
        let text =
            serde_json::to_string_pretty(&json!({ "request": request.name, "algorithm": "SHA-256", "files": files }))?;
        zip.write_all(text.as_bytes())?;
        zip.finish().map_err(zipping)?;
    }
    let (sha256, _) = whole.finish();
    Ok(Written { sha256, rows: by_entity.values().map(Vec::len).sum() })
}

fn options() -> SimpleFileOptions {
    SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated)
}

fn file<W: Write + io::Seek>(
    zip: &mut ZipWriter<W>,
    manifest: &mut Vec<Json>,
    name: &str,
    fill: impl FnOnce(&mut dyn Write) -> Result<()>,
) -> Result<()> {
    zip.start_file(name, options().large_file(true)).map_err(zipping)?;
    let mut to = Digesting::new(&mut *zip);
    fill(&mut to)?;
    let (sha256, length) = to.finish();
    manifest.push(json!({ "name": name, "bytes": length, "sha256": sha256 }));
    Ok(())
}

/// Where a file lies in the package. Nothing in its name leads out of the folder it is unpacked to.
fn path(entity: &Entity, id: Uuid, column: &str, name: &str) -> String {
    let plain = |it: char| if it.is_control() || r#"/\:*?"<>|"#.contains(it) { '_' } else { it };
    let name: String = name.chars().map(plain).collect();
    let name = match name.trim_matches(['.', ' ']) {
        "" => "file",
        kept => kept,
    };
    format!("files/{}/{id}/{column}/{name}", entity.set)
}

/// The row, with the place in the package where it has a file.
fn with_files(rx: &Rx<'_>, entity: &Entity, id: Uuid) -> Result<Record> {
    let mut row = rx.get(&entity.name, id)?;
    for column in entity.columns.values().filter(|it| it.kind == ColumnType::File && !it.is_secret()) {
        if let Value::Guid(stored) = row.get(&column.name) {
            let name = blob::about(rx, *stored)?.name;
            row.values.set(&column.name, path(entity, id, &column.name, &name));
        }
    }
    Ok(row)
}

/// The values of a row that are the person's to see, in the order of the entity.
fn shown(entity: &Entity, row: &Record, is_open: &Open<'_>) -> Map<String, Json> {
    let open = entity.columns.values().filter(|it| is_open(entity, it));
    open.map(|it| (it.name.clone(), row.get(&it.name).to_json())).collect()
}

fn cell(value: &Value) -> String {
    match value.to_json() {
        Json::Null => String::new(),
        // A cell that begins like a formula is shown as text by spreadsheets (CSV injection).
        Json::String(text) if text.starts_with(['=', '+', '-', '@', '\t']) => format!("'{text}"),
        Json::String(text) => text,
        other => other.to_string(),
    }
}

fn readable(entity: &Entity, column: &str, value: &Value) -> String {
    let label = value
        .as_int()
        .and_then(|number| entity.columns.get(column)?.option(number))
        .and_then(|it| it.label.get("en").or_else(|| it.label.values().next()));
    match (label, value) {
        (Some(label), _) => label.clone(),
        (None, Value::Bool(yes)) => if *yes { "Yes" } else { "No" }.to_owned(),
        _ => cell(value),
    }
}

fn page(
    rx: &Rx<'_>,
    request: &DataSubjectRequest,
    plan: &Plan,
    by_entity: &BTreeMap<&str, Vec<Uuid>>,
    is_open: &Open<'_>,
) -> Result<Markup> {
    let model = rx.model();
    let mut sections = Vec::new();
    for (name, ids) in by_entity {
        let entity = model.entity(name)?;
        let mut rows = Vec::new();
        for id in ids {
            let row = with_files(rx, entity, *id)?;
            let cells: Vec<(String, String)> = entity
                .columns
                .values()
                .filter(|it| is_open(entity, it) && !row.get(&it.name).is_null())
                .filter(|it| !matches!(it.name.as_str(), "versionnumber" | "createdby" | "modifiedby" | "ownerid"))
                .map(|it| (it.text().to_owned(), readable(entity, &it.name, row.get(&it.name))))
                .collect();
            rows.push(cells);
        }
        let mut categories: Vec<&str> = entity
            .columns
            .values()
            .filter(|it| it.is_personal() && is_open(entity, it))
            .map(|it| it.privacy.category.as_str())
            .collect();
        categories.sort_unstable();
        categories.dedup();
        sections.push((entity, categories.join(", "), rows));
    }
    let mut left_out = Vec::new();
    for item in plan.items.iter().filter(|it| it.held) {
        let entity = model.entity(&item.entity)?;
        let what = match entity.columns.get(&item.column) {
            Some(column) => format!("{}, {}", label(&entity.plural), column.text()),
            None => format!("{}, one record", label(&entity.plural)),
        };
        left_out.push((what, item.ground.clone().unwrap_or_default()));
    }
    Ok(html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { "Your data, request " (request.name) }
                style { "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}table{border-collapse:collapse;width:100%;margin:0 0 1.5rem}th,td{border:1px solid #999;padding:.3rem .5rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}th{width:16rem}" }
            }
            body {
                h1 { "Your data" }
                p { "This is a copy of the personal data kept about you, for your request " strong { (request.name) } ", received on " (request.received_on.strftime("%Y-%m-%d")) ". The same data is in data.json and, one table per kind of record, in the folder data; the files that belong to them are in the folder files; manifest.json holds the SHA-256 of each file." }
                h2 { "Your rights" }
                p { "You may ask for correction, erasure or restriction of this data, object to its use, receive it in a form for another controller, and withdraw a consent at any time without giving up anything else (Art. 7(3), 15 to 22 GDPR). You may lodge a complaint with a supervisory authority (Art. 77 GDPR)." }
                h2 { "What is kept" }
                ul { @for (entity, categories, rows) in &sections {
                    li { a href={ "#" (entity.set) } { (label(&entity.plural)) } ": " (rows.len()) " (" (categories) ")" }
                } }
                @if !plan.discovery.others.is_empty() {
                    p { (plan.discovery.others.len()) " further records hold your address but belong to somebody else; they are not disclosed (Art. 15(4) GDPR)." }
                }
                @if !left_out.is_empty() {
                    h2 { "What is not given out, and why" }
                    ul { @for (what, ground) in &left_out { li { (what) ": " (ground) } } }
                }
                @for (entity, _, rows) in &sections {
                    h2 id=(entity.set) { (label(&entity.plural)) }
                    @for cells in rows { table { tbody { @for (name, value) in cells { tr { th scope="row" { (name) } td { (value) } } } } } }
                }
            }
        }
    })
}

fn label(text: &kernel::metadata::file::Label) -> &str {
    kernel::metadata::file::english(text)
}

/// The package as it would be written now, for the officer to look through before the answer and after it; nothing
/// is noted.
///
/// # Errors
/// `Forbidden`; `Conflict` where there is no plan, or what is in the store is no longer what it covers.
pub fn preview(rx: &Rx<'_>, id: Uuid, out: &mut dyn Sink) -> Result<Written> {
    access::require(rx, "prvAssentExportSubject", "data subject requests")?;
    let request = DataSubjectRequest::get(rx, id)?;
    if request.kind != Type::Access as i64 {
        return Err(Error::invalid(
            "assent_type",
            Phrase::new("package-of-access", "only a request for access has a package"),
        ));
    }
    let with_plan = [Status::Planned, Status::Approved, Status::Completed];
    if !with_plan.iter().any(|it| *it as i64 == request.status) {
        return Err(Error::conflict(request.name, Phrase::new("no-plan-yet", "there is no plan yet; make one first")));
    }
    write(rx, &request, &super::plan::still_planned(rx, &request)?, out)
}

/// Closes the request once the package is whole.
pub(crate) fn close(tx: &mut Tx<'_>, request: Uuid, written: &Written) -> Result<()> {
    let found = |action| if action == Action::GivenOut as i64 { "is in the package" } else { "was not given out" };
    let text = format!("A package with {} rows was written; its SHA-256 is on this request.", written.rows);
    let result = Values::new().with("assent_packagehash", written.sha256.as_str()).with("assent_result", text);
    super::plan::close(tx, request, found, result)
}

#[cfg(test)]
mod tests;

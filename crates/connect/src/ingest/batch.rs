//! The import batch: the record that says what was imported, when, by whom, and how it ended.
//!
//! *Not* the rows; those are tied to it by the audit trail. Invariant: it holds no cell of the file.

use kernel::{Context, Db, Error, Query, Record, Result, Rx, Values};
use uuid::Uuid;

use super::{mapping::Mapping, report::Report};

/// The entity of the batch.
pub(crate) const ENTITY: &str = "assent_importbatch";

/// The status of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(i64)]
pub(crate) enum Status {
    Running = 1,
    Done = 2,
    Undone = 3,
    Failed = 4,
}

/// Makes the batch before the first row is written.
///
/// # Errors
/// Those of writing.
pub(crate) fn begin(db: &Db, cx: &Context, entity: &str, file: &str, mapping: &Mapping) -> Result<Uuid> {
    let cut = |text: &str, longest: usize| text.chars().take(longest).collect::<String>();
    let values = Values::new()
        .with("assent_name", cut(&format!("Import into {entity}: {file}"), 100))
        .with("assent_entity", entity)
        .with("assent_filename", cut(file, 260))
        .with("assent_mapping", mapping.text.as_str())
        .with("statuscode", Status::Running as i64);
    db.write(&cx.as_system("import"), move |tx| tx.create(ENTITY, values.clone()))
}

/// Notes how far the import is, or how it ended.
///
/// # Errors
/// Those of writing.
pub(crate) fn note(db: &Db, cx: &Context, batch: Uuid, status: Status, report: &Report) -> Result<()> {
    let number = |it: u64| i64::try_from(it).unwrap_or(i64::MAX);
    let mut values = Values::new()
        .with("assent_rows", number(report.rows))
        .with("assent_created", number(report.created))
        .with("assent_updated", number(report.updated))
        .with("assent_unchanged", number(report.unchanged))
        .with("assent_refused", number(report.refused))
        .with("assent_suppressed", number(report.suppressed))
        .with("statuscode", status as i64);
    if status != Status::Running {
        values.set("assent_filehash", report.file_hash.as_str());
        values.set("assent_report", report.text()?);
    }
    db.write(&cx.as_system("import"), move |tx| tx.update(ENTITY, batch, values.clone()).map(|_| ()))
}

/// When the same file was imported before, if it was and still stands.
///
/// # Errors
/// Those of reading.
pub(crate) fn earlier(rx: &Rx<'_>, entity: &str, hash: &str) -> Result<Option<Record>> {
    let query = Query::on(ENTITY)
        .select(&["createdon"])
        .eq("assent_filehash", hash)
        .eq("assent_entity", entity)
        .eq("statuscode", Status::Done as i64);
    rx.first(&query.order("createdon desc")?)
}

/// Refuses to undo what is not finished, or was undone already.
///
/// # Errors
/// `Conflict` saying why.
pub(crate) fn may_be_undone(rx: &Rx<'_>, batch: &Record) -> Result<()> {
    // A batch that was not touched for so long lost its process.
    const SILENT_SECONDS: i64 = 15 * 60;
    let status = batch.get("statuscode").as_int();
    if status == Some(Status::Undone as i64) {
        return Err(Error::conflict("batch", "this import was undone already"));
    }
    let touched = batch.get("modifiedon").as_time().map_or(0, jiff::Timestamp::as_second);
    if status == Some(Status::Running as i64) && rx.now().as_second() - touched < SILENT_SECONDS {
        return Err(Error::conflict("batch", "this import is running; undo it when it has ended"));
    }
    Ok(())
}

//! Consent change records with all that proves them, one line each, for an officer's file (Art. 7(1)
//! GDPR; `spec/marketing.md` 3).
//!
//! *Not* the writing of files (`connect::table`). Invariant: a line is read with the rights of whoever
//! asks, except for the texts and forms that belong to the evidence; it shows what was kept, and no
//! column stands for something that was not.

use jiff::Timestamp;
use kernel::{Error, Kind, Query, Record, Result, Rx, Value, metadata::file::english, uuid::Uuid};
use odata::CompareOp;

use super::{ConsentChangeRecord, Level, meaning};

/// Which records.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Of this contact.
    pub contact: Option<Uuid>,
    /// The person acted then or later.
    pub from: Option<Timestamp>,
    /// The person acted before that.
    pub until: Option<Timestamp>,
    /// Made by this form.
    pub form: Option<Uuid>,
    /// With this level as the outcome.
    pub level: Option<Level>,
}

/// The columns, in their order.
pub const COLUMNS: &[&str] = &[
    "record",
    "contact",
    "name",
    "email",
    "previous_level",
    "previous_label",
    "level",
    "label",
    "occurred_on",
    "recorded_on",
    "source",
    "form",
    "form_name",
    "changed_by",
    "changed_by_name",
    "justification",
    "wording",
    "wording_version",
    "wording_sha256",
    "level_wording",
    "level_wording_version",
    "language",
    "double_optin",
    "requested_on",
    "requested_from",
    "requested_with",
    "confirmed_on",
    "acted_from",
    "acted_with",
];

/// The question for the records, oldest first.
pub fn query(wanted: &Wanted) -> Query {
    let mut query = Query::on(ConsentChangeRecord::ENTITY);
    if let Some(contact) = wanted.contact {
        query = query.eq("msgdpr_contactid", contact);
    }
    if let Some(from) = wanted.from {
        query = query.compare("assent_occurredon", CompareOp::Ge, from);
    }
    if let Some(until) = wanted.until {
        query = query.compare("assent_occurredon", CompareOp::Lt, until);
    }
    if let Some(form) = wanted.form {
        query = query.eq("msgdpr_consentchangesourceform", form);
    }
    if let Some(level) = wanted.level {
        query = query.eq("msgdpr_value", level.option());
    }
    query
}

/// The line of a record, one value for each of [`COLUMNS`].
///
/// # Errors
/// Those of reading.
pub fn line(rx: &Rx<'_>, row: &Record) -> Result<Vec<Value>> {
    let record = ConsentChangeRecord::read(row)?;
    let within = rx.elevated("consent evidence");
    let own = |entity: &str, id: Option<Uuid>| -> Result<Option<Record>> {
        match id.map(|id| rx.find(entity, id)) {
            None => Ok(None),
            Some(Ok(it)) => Ok(it),
            // Who may read the evidence but not the person gets the evidence.
            Some(Err(error)) if error.kind == Kind::Forbidden => Ok(None),
            Some(Err(error)) => Err(error),
        }
    };
    let part = |entity: &str, id: Option<Uuid>| -> Result<Option<Record>> {
        id.map_or(Ok(None), |id| within.find(entity, id))
    };
    let contact = own("contact", record.contact)?;
    let user = own("systemuser", record.changed_by)?;
    let form = part("msdyncrm_marketingform", record.form)?;
    let wording = part("assent_wording", record.wording)?;
    let meaning = part("assent_wording", record.meaning)?;
    let text = |from: &Option<Record>, column: &str| from.as_ref().map_or(Value::Null, |it| it.get(column).clone());
    let (before, after) = (Level::of_option(record.previous)?, Level::of_option(record.value)?);
    Ok(vec![
        Value::Guid(row.id),
        record.contact.into(),
        text(&contact, "fullname"),
        text(&contact, "emailaddress1"),
        before.number().into(),
        label(rx, before)?.into(),
        after.number().into(),
        label(rx, after)?.into(),
        record.occurred_on.into(),
        row.get("createdon").clone(),
        record.source.into(),
        record.form.into(),
        text(&form, "msdyncrm_name"),
        record.changed_by.into(),
        text(&user, "fullname"),
        record.justification.into(),
        text(&wording, "assent_text"),
        text(&wording, "assent_version"),
        text(&wording, "assent_hash"),
        text(&meaning, "assent_text"),
        text(&meaning, "assent_version"),
        record.language.into(),
        record.optin.into(),
        record.requested_on.into(),
        record.requested_from.into(),
        record.requested_with.into(),
        record.optin.and(record.occurred_on).into(),
        record.acted_from.into(),
        record.acted_with.into(),
    ])
}

fn label(rx: &Rx<'_>, level: Level) -> Result<String> {
    match level {
        Level::None => Ok("(0) None".to_owned()),
        level => Ok(english(&meaning::of(rx, level)?.label).to_owned()),
    }
}

/// A moment as an officer gives it: a day, which begins at midnight UTC, or an instant.
///
/// # Errors
/// `Invalid` naming the option.
pub fn moment(option: &str, text: &str) -> Result<Timestamp> {
    let day = |it: &str| {
        let day: jiff::civil::Date = it.parse().ok()?;
        Some(day.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp())
    };
    // A whole instant first: the parser of days would leave its time out.
    let read = if text.contains('T') { text.parse().ok() } else { day(text) };
    read.ok_or_else(|| Error::invalid(option, "takes a day, YYYY-MM-DD, or an instant such as 2026-05-03T10:00:00Z"))
}

//! Submissions that are kept: those that failed are mended and tried again, all of a form are put in one table,
//! and what nobody needs is forgotten (`spec/marketing.md` 8.2).
//!
//! *Not* taking them (`submit`). Invariant: a user mends what a person typed, never what they decided: an answer
//! about consent, lists or contact is as it was sent, one whose address was edited asks for nothing, and an older
//! one takes back nothing that the person decided since.

use std::collections::HashMap;

use jiff::{Timestamp, ToSpan};
use kernel::{
    Actor, Change, Error, Outcome, Phrase, Query, Record, Result, Rx, Tx, access,
    jobs::{self, Job},
    report::{By, Measure, Report},
    setting,
    uuid::Uuid,
};
use odata::{CompareOp, Expr, Literal, Path};
use privacy::merge;
use serde::Serialize;

use super::{
    Answers, MarketingForm, Shown, answer, elements, matching,
    submit::{self, FAILURE, FIELDS, PENDING, SUBMISSION, Stored},
    waiting::NOES,
};
use crate::interaction;

/// The job's name, and its dedupe text.
pub const PURGE: &str = "submission.purge";
/// The setting with the days after which failed submissions are forgotten.
pub const FAILED_DAYS: &str = "forms.failed_days";
/// The setting with the days after which every submission is forgotten; empty keeps them.
pub const KEPT_DAYS: &str = "forms.submission_days";
/// What each line of the table begins with.
const FIXED: [&str; 4] = ["submission", "at", "state", "failure"];
/// Most columns of the table.
const MOST_COLUMNS: u64 = 1_000;
/// Of so many submissions the fields are read at once.
const TOGETHER: usize = 500;
/// What became of a submission that was tried again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Retried {
    /// Whether it is applied now.
    pub applied: bool,
    /// Why not, or what of it was left out.
    pub note: Option<String>,
}

/// Tries a failed submission again, as it is stored now. An answer that its form no longer takes fails it again.
///
/// # Errors
/// `Conflict` for a submission that did not fail, `Forbidden`.
pub fn retry(tx: &mut Tx<'_>, submission: Uuid) -> Result<Retried> {
    access::check_row(tx, tx.model().entity(SUBMISSION)?, submission, access::Privilege::Write)?;
    let row = tx.get(SUBMISSION, submission)?;
    if row.get("statuscode").as_int() != Some(FAILURE) {
        return Err(Error::conflict(
            "statuscode",
            Phrase::new("submission-not-failed", "only a submission that failed is tried again"),
        ));
    }
    let form = row.get("msdyncrm_marketingformid").as_guid();
    let form = form.ok_or_else(|| {
        Error::conflict("msdyncrm_marketingformid", Phrase::new("submission-form-gone", "the form is gone"))
    })?;
    let form = MarketingForm::get(&tx.elevated("form submission"), form)?;
    let given = submit::fields(tx, submission)?;
    let readdressed = readdressed(tx, &form, submission)?;
    let page = row.get("msdyncrm_marketingpageid").as_guid();
    let stored = Stored { id: submission, page, at: row.get("createdon").as_time() };
    tx.as_system("submission tried again", |tx| {
        let shown: Vec<Shown> = elements(tx, form.id)?;
        let mut answers = match answer::read(tx, &shown, &given, false, form.language())? {
            Ok(it) => it,
            Err(issues) => {
                let all: Vec<String> = issues.iter().map(|it| format!("{}: {}", it.field, it.text)).collect();
                let note = all.join("; ");
                submit::fail(tx, submission, &Error::invalid("fields", note.clone()))?;
                return Ok(Retried { applied: false, note: Some(note) });
            }
        };
        let mut note = None;
        if readdressed && answers.ask() {
            (answers.level, answers.lists) = (None, Vec::new());
            note = Some("The address was edited, so consent and lists were left out; only the person asks for them.");
        } else if outdated(tx, &form, &mut answers, &stored)? {
            note = Some("The person chose anew after sending it, so what they had asked for by then was left out.");
        }
        match tx.attempt(|tx| submit::apply(tx, &form, &answers, &stored)) {
            Ok(()) => {
                if !form.keep {
                    forget_fields(tx, submission)?;
                }
                Ok(Retried { applied: true, note: note.map(str::to_owned) })
            }
            Err(error) if submit::is_theirs(&error) => {
                submit::fail(tx, submission, &error)?;
                Ok(Retried { applied: false, note: Some(format!("{}: {}", error.target, error.text)) })
            }
            Err(error) => Err(error),
        }
    })
}

/// Whether somebody of ours changed by what the submission finds its person: the address, or what the form
/// matches by.
fn readdressed(rx: &Rx<'_>, form: &MarketingForm, submission: Uuid) -> Result<bool> {
    let rx = rx.elevated("form submission");
    let edited = Query::on(FIELDS).eq("msdyncrm_marketingformsubmissionid", submission).eq("assent_edited", true);
    let columns = matching::columns(&rx, form, "contact")?;
    let names = |it: &str| it == "emailaddress1" || columns.iter().any(|column| column == it);
    Ok(rx.rows(&edited)?.iter().any(|it| names(it.text("msdyncrm_fieldname"))))
}

/// Leaves out what the person decided otherwise after they had sent it: their newest act holds (Art. 7(3) GDPR).
/// Tells whether anything was.
fn outdated(rx: &Rx<'_>, form: &MarketingForm, answers: &mut Answers, stored: &Stored) -> Result<bool> {
    let (Some(row), Some(sent)) = (submit::known(rx, form, answers)?, stored.at) else { return Ok(false) };
    let rx = rx.elevated("form submission");
    let since = |at: Option<Timestamp>| at.is_some_and(|it| it > sent);
    let asked = (answers.level, answers.lists.len());
    if since(row.get("assent_withdrawnon").as_time()) || since(row.get("assent_objectedon").as_time()) {
        (answers.level, answers.lists) = (None, Vec::new());
    }
    if answers.level.is_some() && since(merge::last_act(&rx, &row)?) {
        answers.level = None;
    }
    let mut stay = Vec::new();
    for (list, ticked) in std::mem::take(&mut answers.lists) {
        if !interaction::left_since(&rx, row.id, list, sent)? {
            stay.push((list, ticked));
        }
    }
    answers.lists = stay;
    Ok(asked != (answers.level, answers.lists.len()))
}

/// Every failed submission, of one form or of all, with the reason of each.
///
/// # Errors
/// `Forbidden`.
pub fn failed(rx: &Rx<'_>, form: Option<Uuid>) -> Result<Vec<Record>> {
    let mut query = Query::on(SUBMISSION).eq("statuscode", FAILURE).order("createdon asc")?;
    if let Some(form) = form {
        query = query.eq("msdyncrm_marketingformid", form);
    }
    rx.rows(&query)
}

/// Every submission of a form that is stored, the oldest first.
///
/// # Errors
/// Never, for the order is one.
pub fn query(form: Uuid) -> Result<Query> {
    Query::on(SUBMISSION).eq("msdyncrm_marketingformid", form).order("createdon asc,versionnumber asc")
}

/// The columns of the table of them: what each has, and one for each field that somebody filled in, in the order
/// in which they came.
///
/// # Errors
/// `Forbidden`.
pub fn columns(rx: &Rx<'_>, form: Uuid) -> Result<Vec<String>> {
    let of_form = format!("msdyncrm_marketingformsubmissionid/msdyncrm_marketingformid eq {form}");
    let mut report = Report::on(FIELDS, MOST_COLUMNS).with("name", "msdyncrm_fieldname", None).with(
        "first",
        "versionnumber",
        Some(Measure::Min),
    );
    report.filter = Some(odata::parse_filter(&of_form)?);
    report.grouped = true;
    report.order.push((By::Output("first".to_owned()), false));
    let names = rx.report(&report)?.rows.into_iter().filter_map(|it| it.values.into_iter().next());
    let names = names.filter_map(|it| it.as_text().map(str::to_owned));
    Ok(FIXED.iter().map(|it| (*it).to_owned()).chain(names).collect())
}

/// A line for each of the submissions, with a cell for each of the columns.
///
/// # Errors
/// `Forbidden`.
pub fn lines(rx: &Rx<'_>, columns: &[String], submissions: &[Record]) -> Result<Vec<Vec<String>>> {
    let mut given: HashMap<Uuid, HashMap<String, String>> = HashMap::new();
    for some in submissions.chunks(TOGETHER) {
        let of_these = Expr::In {
            operand: Box::new(Expr::Path(Path::from("msdyncrm_marketingformsubmissionid"))),
            list: some.iter().map(|it| Expr::Literal(Literal::Guid(it.id))).collect(),
        };
        // The last of one name counts.
        for field in rx.rows(&Query::on(FIELDS).and(of_these).order("createdon asc,versionnumber asc")?)? {
            let Some(of) = field.get("msdyncrm_marketingformsubmissionid").as_guid() else { continue };
            let (name, value) = (field.text("msdyncrm_fieldname"), field.text("msdyncrm_fieldvalue"));
            given.entry(of).or_default().insert(name.to_owned(), value.to_owned());
        }
    }
    let model = rx.model();
    let states = model.entity(SUBMISSION)?.column("statuscode")?;
    let mut lines = Vec::with_capacity(submissions.len());
    for row in submissions {
        let state = row.get("statuscode").as_int().and_then(|it| states.option(it));
        let state = state.map_or("", |it| kernel::metadata::file::english(&it.label)).to_owned();
        let at = row.get("createdon").as_time().map(|it| it.to_string()).unwrap_or_default();
        let mut line = vec![row.id.to_string(), at, state, row.text("msdyncrm_failuredescription").to_owned()];
        let mut fields = given.remove(&row.id).unwrap_or_default();
        line.extend(columns.iter().skip(FIXED.len()).map(|it| fields.remove(it).unwrap_or_default()));
        lines.push(line);
    }
    Ok(lines)
}

/// Rule before a value of a submission is changed by a user.
pub(crate) fn before_edit(tx: &mut Tx<'_>, change: &mut Change) -> Result<()> {
    if change.touches("msdyncrm_marketingformsubmissionid") {
        return Err(Error::conflict(
            "msdyncrm_marketingformsubmissionid",
            Phrase::new("submission-value-stays", "a value stays with what it was sent with"),
        ));
    }
    if !change.touches("msdyncrm_fieldvalue") && !change.touches("msdyncrm_fieldname") {
        return Ok(());
    }
    if change.touches("msdyncrm_fieldname") {
        return Err(Error::conflict(
            "msdyncrm_fieldname",
            Phrase::new("submission-field-stays", "stays as it was sent; change the value"),
        ));
    }
    let name = change.old("msdyncrm_fieldname").as_text().unwrap_or_default().to_owned();
    if decides(&name) {
        return Err(Error::conflict(
            "msdyncrm_fieldvalue",
            Phrase::new("submission-decision", "is what the person decided, and stays as they sent it"),
        ));
    }
    let submission = change.old("msdyncrm_marketingformsubmissionid").as_guid();
    let state = match submission {
        Some(id) => tx.elevated("form submission").get(SUBMISSION, id)?.get("statuscode").as_int(),
        None => None,
    };
    if state != Some(FAILURE) {
        return Err(Error::conflict(
            "msdyncrm_fieldvalue",
            Phrase::new("submission-edited", "only a submission that failed is edited"),
        ));
    }
    change.values.set("assent_edited", true);
    Ok(())
}

fn forget_fields(tx: &mut Tx<'_>, submission: Uuid) -> Result<()> {
    for field in tx.ids(&Query::on(FIELDS).eq("msdyncrm_marketingformsubmissionid", submission))? {
        tx.delete(FIELDS, field)?;
    }
    Ok(())
}

/// Whether the answer is a decision of the person, and not a datum about them.
fn decides(name: &str) -> bool {
    name == "msgdpr_gdprconsent" || name.starts_with("list-") || NOES.contains(&name)
}

/// Rule before a user deletes a submission, or a value of one. What is not applied yet may hold a no that nothing else
/// knows of; with it gone, trying again would apply the rest without it.
pub(crate) fn before_delete(tx: &mut Tx<'_>, change: &mut Change) -> Result<()> {
    let by_user = tx.is_asked() && matches!(tx.cx().actor, Actor::User { .. } | Actor::Instead { .. });
    if !by_user {
        return Ok(());
    }
    let rx = tx.elevated("form submission");
    let waits = |state: Option<i64>| matches!(state, Some(PENDING | FAILURE));
    let refused = if change.entity == SUBMISSION {
        waits(change.old("statuscode").as_int())
            && submit::fields(&rx, change.id)?.iter().any(|(name, value)| decides(name) && !value.is_empty())
    } else {
        let submission = change.old("msdyncrm_marketingformsubmissionid").as_guid();
        let submission = submission.map(|it| rx.find(SUBMISSION, it)).transpose()?.flatten();
        submission.is_some_and(|it| waits(it.get("statuscode").as_int()))
    };
    if !refused {
        return Ok(());
    }
    let text = "is not applied yet and holds what the person decided; try it again first, or let it pass with its time";
    Err(Error::conflict("statuscode", Phrase::new("submission-not-applied", text)))
}

/// Job: once a day, what is older than the settings say is forgotten, a part of it in each transaction.
pub(crate) fn purge_job(tx: &mut Tx<'_>, _: &Job) -> Result<Outcome> {
    let days = |tx: &Tx<'_>, name: &str| -> Result<Option<i64>> {
        Ok(setting::get(tx, name)?.and_then(|it| it.trim().parse::<i64>().ok()).filter(|it| *it > 0))
    };
    let before = |tx: &Tx<'_>, days: i64| tx.now().checked_sub((days * 24).hours()).unwrap_or(Timestamp::MIN);
    let failed = before(tx, days(tx, FAILED_DAYS)?.unwrap_or(90));
    let mut old =
        tx.ids(&Query::on(SUBMISSION).eq("statuscode", FAILURE).compare("createdon", CompareOp::Lt, failed).part())?;
    if let Some(days) = days(tx, KEPT_DAYS)? {
        // What waits for its confirmation has its own end (`optin.purge_days`).
        let query = Query::on(SUBMISSION).filter("statuscode ne 192350000")?;
        old.extend(tx.ids(&query.compare("createdon", CompareOp::Lt, before(tx, days)).part())?);
    }
    old.sort();
    old.dedup();
    let more = old.len() >= jobs::PART;
    for submission in old.into_iter().take(jobs::PART) {
        tx.delete(SUBMISSION, submission)?;
    }
    if more {
        return Ok(Outcome::Again(tx.now()));
    }
    Ok(Outcome::Again(tx.now().checked_add(24.hours()).unwrap_or_else(|_| tx.now())))
}

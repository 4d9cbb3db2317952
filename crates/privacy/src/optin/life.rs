//! What becomes of a wish that nobody confirms: it is reminded of, ends, and is forgotten.
//!
//! *Not* the mail of a reminder. Invariant: of a person who never confirmed nothing is left but the
//! contact that was there before; a wish that waits never counts as a consent or a membership.

use jiff::{Timestamp, ToSpan};
use kernel::{Query, Result, Rx, Tx, Values, jobs};
use odata::CompareOp;

use super::{ENTITY, OptInRequest};

fn days_ago(rx: &Rx<'_>, days: i64) -> Timestamp {
    rx.now().checked_sub((days.clamp(0, 36_500) * 24).hours()).unwrap_or(Timestamp::UNIX_EPOCH)
}

fn waiting(rx: &Rx<'_>, days: i64) -> Result<Query> {
    Query::on(ENTITY)
        .eq("statuscode", 1)
        .compare("assent_senton", CompareOp::Le, days_ago(rx, days))
        .compare("assent_expireson", CompareOp::Gt, rx.now())
        .order("assent_senton asc")
}

/// Wishes that have waited so many days, oldest first.
///
/// # Errors
/// Those of reading.
pub fn unconfirmed(rx: &Rx<'_>, days: i64) -> Result<Vec<OptInRequest>> {
    OptInRequest::rows(&rx.elevated("double opt-in"), &waiting(rx, days)?)
}

/// The same with this many reminders at most, a part of them behind a place; and the place to go on from.
///
/// # Errors
/// Those of reading; `Invalid` for a place that is none.
pub fn unreminded(
    rx: &Rx<'_>,
    days: i64,
    reminders: i64,
    place: Option<&str>,
) -> Result<(Vec<OptInRequest>, Option<String>)> {
    let mut query = waiting(rx, days)?;
    if let Some(place) = place {
        query = query.after(place);
    }
    let page = rx.elevated("double opt-in").page(&query, jobs::PART as u64)?;
    let mut found = page.records.iter().map(OptInRequest::read).collect::<Result<Vec<_>>>()?;
    found.retain(|it| it.reminders.unwrap_or(0) <= reminders);
    Ok((found, page.next))
}

/// Marks a part of the wishes whose link has ended; returns how many.
///
/// # Errors
/// Those of the write path.
pub fn expire(tx: &mut Tx<'_>) -> Result<usize> {
    let query = Query::on(ENTITY).eq("statuscode", 1).compare("assent_expireson", CompareOp::Le, tx.now());
    let over = tx.elevated("double opt-in").ids(&query.part())?;
    for id in &over {
        tx.as_system("double opt-in", |tx| tx.update(ENTITY, *id, Values::new().with("statuscode", 4)))?;
    }
    Ok(over.len())
}

/// Deletes a part of the wishes that nobody confirmed for so many days, with the submission that waited and the mails
/// to an address of which nothing else is known; returns how many (Art. 5(1)(e) GDPR).
///
/// # Errors
/// Those of the write path.
pub fn purge(tx: &mut Tx<'_>, days: i64) -> Result<usize> {
    let query =
        Query::on(ENTITY).filter("statuscode ne 2")?.compare("assent_senton", CompareOp::Le, days_ago(tx, days));
    let old = OptInRequest::rows(&tx.elevated("double opt-in"), &query.part())?;
    for request in &old {
        tx.as_system("unconfirmed for too long", |tx| {
            let mails = Query::on("assent_outgoingmail").eq("assent_optinrequestid", request.id);
            for mail in tx.ids(&mails.eq("assent_contactid", kernel::Value::Null))? {
                tx.delete("assent_outgoingmail", mail)?;
            }
            tx.delete(ENTITY, request.id)?;
            forget_submission(tx, request)
        })?;
    }
    Ok(old.len())
}

fn forget_submission(tx: &mut Tx<'_>, request: &OptInRequest) -> Result<()> {
    let Some(submission) = request.submission.filter(|_| request.kind == 3) else { return Ok(()) };
    // Of a submission that was applied nothing waits any more.
    let applied = tx.find("msdyncrm_marketingformsubmission", submission)?;
    if applied.is_some_and(|it| it.get("msdyncrm_matchedcontactid").is_null()) {
        tx.delete("msdyncrm_marketingformsubmission", submission)?;
    }
    Ok(())
}

//! How long the outbox keeps what was only for a moment: test mails, and the content of mails that never left.
//!
//! *Not* mails that reached somebody: what was said to a person, and under which permit, is kept with the person.
//! Invariant: of a mail that was withheld, that and why stays; only what it would have said goes.

use jiff::{Timestamp, ToSpan};
use kernel::{Query, Result, Rx, Tx, Value, Values, setting};
use odata::CompareOp;
use privacy::consent::{Internal, Purpose};

use super::ENTITY;

/// The setting with the days for which test mails are kept; 0 keeps them.
pub const TRIAL_DAYS: &str = "mail.test_days";
/// The setting with the days after which a mail that was blocked or failed loses its content; 0 keeps it.
pub const UNSENT_DAYS: &str = "mail.unsent_days";

/// Before which moment it is over; none where it never is.
fn before(rx: &Rx<'_>, setting: &str, usual: i64) -> Result<Option<Timestamp>> {
    let days = setting::get(rx, setting)?.and_then(|it| it.trim().parse::<i64>().ok()).unwrap_or(usual);
    Ok((days > 0).then(|| rx.now().checked_sub(days.saturating_mul(24).hours()).unwrap_or(Timestamp::MIN)))
}

/// Deletes a part of the test mails whose time is over, whatever became of them; one that is being sent stays until
/// that is known. Returns how many.
///
/// # Errors
/// Those of the write path.
pub fn forget_trials(tx: &mut Tx<'_>) -> Result<usize> {
    let Some(before) = before(tx, TRIAL_DAYS, 7)? else { return Ok(0) };
    let old = Query::on(ENTITY).eq("assent_purpose", Internal::NUMBER).filter("statuscode ne 2")?;
    let old = tx.elevated("retention").ids(&old.compare("createdon", CompareOp::Lt, before).part())?;
    tx.as_system("retention of test mails", |tx| {
        for mail in &old {
            tx.delete(ENTITY, *mail)?;
        }
        Ok(old.len())
    })
}

/// Empties a part of the mails that were blocked or failed long ago; returns how many.
///
/// # Errors
/// Those of the write path.
pub fn blank_unsent(tx: &mut Tx<'_>) -> Result<usize> {
    let Some(before) = before(tx, UNSENT_DAYS, 90)? else { return Ok(0) };
    let full = "statuscode in (5,6) and (assent_html ne null or assent_text ne null or assent_unsubscribeurl ne null)";
    let old = Query::on(ENTITY).filter(full)?.compare("modifiedon", CompareOp::Lt, before);
    let old = tx.elevated("retention").ids(&old.part())?;
    tx.as_system("retention of unsent mails", |tx| {
        let blank = ["assent_html", "assent_text", "assent_links", "assent_unsubscribeurl"];
        for mail in &old {
            let values = blank.iter().fold(Values::new(), |values, it| values.with(it, Value::Null));
            tx.update(ENTITY, *mail, values)?;
        }
        Ok(old.len())
    })
}

//! Once a day: what has no purpose any more is forgotten (Art. 5(1)(e) GDPR): visits of pages, test mails, and the
//! content of mails that never left.
//!
//! *Not* what has an end of its own: wishes, submissions and copies for friends. Invariant: running twice on a day
//! changes nothing more.

use connect::mail;
use jiff::ToSpan;
use kernel::{Outcome, Result, Tx, jobs, jobs::Job};

use crate::interaction;

/// The job's name, and its dedupe text.
pub(crate) const DAILY: &str = "retention.daily";

/// Job: a part of it in each transaction.
pub(crate) fn daily_job(tx: &mut Tx<'_>, _: &Job) -> Result<Outcome> {
    let most = interaction::purge_visits(tx)?.max(mail::forget_trials(tx)?).max(mail::blank_unsent(tx)?);
    if most >= jobs::PART {
        return Ok(Outcome::Again(tx.now()));
    }
    Ok(Outcome::Again(tx.now().checked_add(24.hours()).unwrap_or_else(|_| tx.now())))
}

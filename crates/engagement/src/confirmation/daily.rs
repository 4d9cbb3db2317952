//! Once a day: reminders, wishes whose link ends, forgetting those who never confirmed, and proofs whose
//! time is over.
//!
//! *Not* sending what a person asked for again. Invariant: at most two reminders for a wish, however the
//! settings read; running twice on a day changes nothing more.

use jiff::ToSpan;
use kernel::{Outcome, Result, Rx, Tx, jobs, jobs::Job, setting};
use privacy::{consent::proof, optin};
use serde_json::json;

use super::attempt;

/// The job's name, and its dedupe text.
pub const DAILY: &str = "optin.daily";
/// The setting with the days after which a wish is reminded of, such as `3,10`; empty is never.
pub const REMINDERS: &str = "optin.reminder_days";
/// The setting with the days after which the unconfirmed are forgotten.
pub const PURGE_DAYS: &str = "optin.purge_days";

const MOST: usize = 2;

fn reminder_days(rx: &Rx<'_>) -> Result<Vec<i64>> {
    let text = setting::get(rx, REMINDERS)?.unwrap_or_else(|| "3,10".into());
    Ok(text.split(',').filter_map(|it| it.trim().parse().ok()).filter(|it| *it > 0).take(MOST).collect())
}

/// Asks for the job where it is not waiting.
pub(crate) fn begin(tx: &mut Tx<'_>) -> Result<()> {
    let now = tx.now();
    jobs::enqueue(tx, DAILY, Some(DAILY), &json!({}), now)
}

/// Job: see the module.
pub(crate) fn daily_job(tx: &mut Tx<'_>, _: &Job) -> Result<Outcome> {
    let days = setting::get(tx, PURGE_DAYS)?.and_then(|it| it.trim().parse::<i64>().ok()).filter(|it| *it > 0);
    optin::expire(tx)?;
    optin::purge(tx, days.unwrap_or(30))?;
    proof::purge(tx)?;
    for (before, days) in (0..).zip(reminder_days(tx)?) {
        for request in optin::unconfirmed(tx, days, Some(before))? {
            // A first reminder that is late is not followed by the second on the same day.
            attempt(tx, &request, true)?;
        }
    }
    let next = tx.now().checked_add(24.hours()).unwrap_or_else(|_| tx.now());
    Ok(Outcome::Again(next))
}

//! Once a day: reminders, wishes whose link ends, forgetting those who never confirmed, and proofs whose
//! time is over.
//!
//! *Not* sending what a person asked for again. Invariant: at most two reminders for a wish, however the
//! settings read; running twice on a day changes nothing more.

use jiff::ToSpan;
use kernel::{Outcome, Result, Rx, Tx, jobs, jobs::Job, setting};
use privacy::{consent::proof, optin};
use serde::{Deserialize, Serialize};

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

/// How far the reminders of a day are; kept in the job.
#[derive(Debug, Serialize, Deserialize)]
struct Place {
    /// How many reminders came before.
    before: usize,
    /// Behind which wish to go on.
    #[serde(default)]
    after: Option<String>,
}

/// Job: see the module. Each turn does a part; the reminders of the day are jobs of their own, so that one which
/// cannot be sent holds up no other.
pub(crate) fn daily_job(tx: &mut Tx<'_>, job: &Job) -> Result<Outcome> {
    if let Ok(place) = serde_json::from_value::<Place>(job.payload.clone()) {
        remind(tx, place)?;
        return Ok(Outcome::Done);
    }
    let days = setting::get(tx, PURGE_DAYS)?.and_then(|it| it.trim().parse::<i64>().ok()).filter(|it| *it > 0);
    let most = optin::expire(tx)?.max(optin::purge(tx, days.unwrap_or(30))?).max(proof::purge(tx)?);
    if most >= jobs::PART {
        return Ok(Outcome::Again(tx.now()));
    }
    remind(tx, Place { before: 0, after: None })?;
    let next = tx.now().checked_add(24.hours()).unwrap_or_else(|_| tx.now());
    Ok(Outcome::Again(next))
}

/// Reminds a part of those who have waited, and asks for the rest.
fn remind(tx: &mut Tx<'_>, place: Place) -> Result<()> {
    let Some(days) = reminder_days(tx)?.get(place.before).copied() else { return Ok(()) };
    let before = i64::try_from(place.before).unwrap_or(i64::MAX);
    let (wishes, after) = optin::unreminded(tx, days, before, place.after.as_deref())?;
    for request in wishes {
        // A first reminder that is late is not followed by the second on the same day.
        attempt(tx, &request, true)?;
    }
    let next = match after {
        Some(_) => Place { after, ..place },
        None => Place { before: place.before + 1, after: None },
    };
    if next.before < MOST {
        let now = tx.now();
        jobs::enqueue(tx, DAILY, None, &serde_json::to_value(&next)?, now)?;
    }
    Ok(())
}

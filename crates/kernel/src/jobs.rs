//! Work for later, kept in the same transaction as the data that asked for it.
//!
//! A job is claimed with a lease, run, and finished in the transaction of its effects, so a crash
//! leaves it either done or due again. *Not* for network work: a job decides, `connect` acts.
//! Invariant: payloads hold identifiers only; a job that failed for good stays with its reason.

use std::sync::mpsc;

use jiff::{Timestamp, ToSpan};
use serde_json::Value as Json;
use uuid::Uuid;

use crate::{Context, Db, Error, Outcome, Result, Rx, Tx, store::connection::cells};

/// A job on its way.
#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    /// Its identifier.
    pub id: Uuid,
    /// The name of its kind.
    pub kind: String,
    /// Identifiers that it is about.
    pub payload: Json,
    /// How often it was begun.
    pub attempts: i64,
}

/// So many rows a job changes in one transaction: what is more is for its next turn, and others write in between.
pub const PART: usize = 200;

const LEASE_SECONDS: i64 = 60;
const ATTEMPTS: i64 = 10;

/// Asks for a job. With a `dedupe` text there is at most one waiting job of that text; asking again
/// moves it to the earlier of the two times.
///
/// # Errors
/// `Bug` for a kind that no list has.
pub fn enqueue(tx: &mut Tx<'_>, kind: &str, dedupe: Option<&str>, payload: &Json, due: Timestamp) -> Result<()> {
    tx.registry().job(kind)?;
    let id = tx.cx().new_id();
    tx.connection.execute(
        "INSERT INTO assent_job (id, kind, dedupe, payload, due) VALUES (?1, ?2, ?3, ?4, ?5) \
         ON CONFLICT (dedupe) DO UPDATE SET \
         due = CASE WHEN assent_job.due < excluded.due THEN assent_job.due ELSE excluded.due END, state = 0, \
         attempts = CASE assent_job.state WHEN 2 THEN 0 ELSE assent_job.attempts END",
        cells![id, kind, dedupe, payload.to_string(), due.as_millisecond()],
    )?;
    Ok(())
}

/// Sees to it that a job of that `dedupe` text waits: one that does is left at its time, one that failed for
/// good begins anew now. For work that asks for itself again and again, whoever starts the process.
///
/// # Errors
/// `Bug` for a kind that no list has.
pub fn ensure(tx: &mut Tx<'_>, kind: &str, dedupe: &str) -> Result<()> {
    tx.registry().job(kind)?;
    let (id, now) = (tx.cx().new_id(), tx.now().as_millisecond());
    tx.connection.execute(
        "INSERT INTO assent_job (id, kind, dedupe, payload, due) VALUES (?1, ?2, ?3, '{}', ?4) \
         ON CONFLICT (dedupe) DO UPDATE SET due = excluded.due, state = 0, attempts = 0 WHERE assent_job.state = 2",
        cells![id, kind, dedupe, now],
    )?;
    Ok(())
}

/// Takes a waiting job back, by its `dedupe` text.
///
/// # Errors
/// Those of the store.
pub fn cancel(tx: &mut Tx<'_>, dedupe: &str) -> Result<()> {
    tx.connection.execute("DELETE FROM assent_job WHERE dedupe = ?1", cells![dedupe])?;
    Ok(())
}

/// So many jobs are handed to the writer together, so that they share a commit. More would let the
/// changes of people wait behind them.
const TOGETHER: usize = 32;

/// Runs what is due, at most `limit` jobs; returns how many ran.
///
/// # Errors
/// Those of the store; a failing job is noted, not an error.
pub fn run_due(db: &Db, cx: &Context, limit: usize) -> Result<usize> {
    let claimed = db.write(&cx.as_system("jobs"), move |tx| claim(tx, limit))?;
    for jobs in claimed.chunks(TOGETHER) {
        let (answer, answers) = mpsc::channel();
        for job in jobs {
            let (run, job, answer) = (job.clone(), job.clone(), answer.clone());
            db.write_then(
                &cx.as_system(&format!("job {}", job.kind)),
                move |tx| {
                    if !is_ours(tx, &run)? {
                        return Ok(());
                    }
                    let kind = *tx.registry().job(&run.kind)?;
                    let outcome = (kind.run)(tx, &run)?;
                    finish(tx, &run, &outcome)
                },
                move |result| {
                    // Whoever asked may have gone; the effects are durable all the same.
                    let _gone = answer.send((job, result));
                },
            );
        }
        drop(answer);
        let mut answered = 0;
        for (job, result) in answers {
            answered += 1;
            let Err(error) = result else { continue };
            tracing::warn!(job = job.kind, attempt = job.attempts, %error, "a job failed");
            let outcome = match error.kind {
                crate::Kind::NotFound | crate::Kind::Gone => Outcome::Fail(error.to_string()),
                _ => Outcome::Retry(error.to_string()),
            };
            db.write(&cx.as_system("jobs"), move |tx| match is_ours(tx, &job)? {
                true => finish(tx, &job, &outcome),
                false => Ok(()),
            })?;
        }
        if answered < jobs.len() {
            return Err(Error::unavailable("the store is closing"));
        }
    }
    Ok(claimed.len())
}

fn claim(tx: &mut Tx<'_>, limit: usize) -> Result<Vec<Job>> {
    let now = tx.now().as_millisecond();
    let sql = format!(
        "UPDATE assent_job SET lease = ?2, attempts = attempts + 1 WHERE id IN \
         (SELECT id FROM assent_job WHERE state = 0 AND due <= ?1 AND (lease IS NULL OR lease <= ?1) \
         ORDER BY due, id LIMIT ?3 {}) RETURNING id, kind, payload, attempts",
        tx.connection.dialect().claiming()
    );
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut jobs = tx.connection.rows(&sql, cells![now, now + LEASE_SECONDS * 1_000, limit], |row| {
        let payload = serde_json::from_str(&row.get::<String>(2)?)?;
        Ok(Job { id: row.get(0)?, kind: row.get(1)?, payload, attempts: row.get(3)? })
    })?;
    jobs.sort_by_key(|it| it.id);
    Ok(jobs)
}

/// Whether nobody else took the job. Where the lease ran out meanwhile, another has begun it, or has done
/// it already.
fn is_ours(tx: &Tx<'_>, job: &Job) -> Result<bool> {
    let sql = "SELECT 1 FROM assent_job WHERE id = ?1 AND attempts = ?2 AND state = 0";
    tx.connection.exists(sql, cells![job.id, job.attempts])
}

fn finish(tx: &mut Tx<'_>, job: &Job, outcome: &Outcome) -> Result<()> {
    let now = tx.now();
    let again = |at: Timestamp, failure: Option<&str>| -> Result<usize> {
        let sql = "UPDATE assent_job SET due = ?2, lease = NULL, failure = ?3 WHERE id = ?1";
        tx.connection.execute(sql, cells![job.id, at.as_millisecond(), failure])
    };
    match outcome {
        Outcome::Done => tx.connection.execute("DELETE FROM assent_job WHERE id = ?1", cells![job.id])?,
        Outcome::Again(at) => {
            tx.connection.execute("UPDATE assent_job SET attempts = 0 WHERE id = ?1", cells![job.id])?;
            again(*at, None)?
        }
        Outcome::Retry(reason) if job.attempts < ATTEMPTS => {
            let wait = 2_i64.pow(u32::try_from(job.attempts.clamp(1, 12)).unwrap_or(1));
            again(now.checked_add(wait.seconds()).unwrap_or(now), Some(reason))?
        }
        Outcome::Retry(reason) | Outcome::Fail(reason) => tx.connection.execute(
            "UPDATE assent_job SET state = 2, lease = NULL, failure = ?2 WHERE id = ?1",
            cells![job.id, reason],
        )?,
    };
    Ok(())
}

/// Jobs by state: waiting, and failed with the reason of each.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standing {
    /// Waiting or running.
    pub waiting: i64,
    /// When the next one is due, in milliseconds since 1970.
    pub next_due: Option<i64>,
    /// Kind and reason of those that failed for good.
    pub failed: Vec<(String, String)>,
}

/// How the jobs stand.
///
/// # Errors
/// Those of the store.
pub fn standing(rx: &Rx<'_>) -> Result<Standing> {
    let sql = "SELECT COUNT(*), MIN(due) FROM assent_job WHERE state = 0";
    let counted = rx.connection.row(sql, cells![], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let (waiting, next_due) = counted.unwrap_or((0, None));
    let sql = "SELECT kind, failure FROM assent_job WHERE state = 2 ORDER BY due LIMIT 100";
    let failed = rx
        .connection
        .rows(sql, cells![], |row| Ok((row.get(0)?, row.get::<Option<String>>(1)?.unwrap_or_default())))?;
    Ok(Standing { waiting, next_due, failed })
}

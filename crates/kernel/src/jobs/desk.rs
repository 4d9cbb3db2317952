//! The jobs as whoever looks after them sees them: what waits, what failed and why; to try again, to forget.
//!
//! *Not* the running. Invariant: a payload never leaves, only a job that failed for good is touched, and
//! touching one is in the audit trail.

use jiff::Timestamp;
use serde_json::json;
use uuid::Uuid;

use crate::{Error, Result, Rx, Tx, access::require, audit, store::connection::cells};

/// A job that is not done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// Its identifier.
    pub id: Uuid,
    /// The name of its kind.
    pub kind: String,
    /// When it is due, or was.
    pub due: Timestamp,
    /// How often it was begun.
    pub attempts: i64,
    /// Whether somebody works on it now.
    pub running: bool,
    /// Whether it failed for good.
    pub failed: bool,
    /// Why it failed the last time.
    pub failure: Option<String>,
}

/// When the jobs of a kind last changed something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ran {
    /// The name of the kind.
    pub kind: String,
    /// The moment of the last change.
    pub at: Timestamp,
    /// How many changes there were.
    pub changes: i64,
}

/// So many rows of the audit trail are looked through for what ran last.
const LOOKED: i64 = 20_000;

/// Jobs that are not done: those that failed first, then by when they are due.
///
/// # Errors
/// `Forbidden` without the privilege to read the audit trail.
pub fn held(rx: &Rx<'_>, limit: i64) -> Result<Vec<Held>> {
    require(rx, "prvReadAuditSummary", "jobs")?;
    let now = rx.now().as_millisecond();
    let sql =
        "SELECT id, kind, due, attempts, lease, state, failure FROM assent_job ORDER BY state DESC, due, id LIMIT ?1";
    rx.connection.rows(sql, cells![limit], |row| {
        let failed = row.get::<i64>(5)? == 2;
        Ok(Held {
            id: row.get(0)?,
            kind: row.get(1)?,
            due: moment(row.get(2)?),
            attempts: row.get(3)?,
            running: !failed && row.get::<Option<i64>>(4)?.is_some_and(|it| it > now),
            failed,
            failure: row.get(6)?,
        })
    })
}

/// What ran lately and changed something, the newest first.
///
/// # Errors
/// `Forbidden` without the privilege to read the audit trail.
pub fn lately(rx: &Rx<'_>) -> Result<Vec<Ran>> {
    require(rx, "prvReadAuditSummary", "jobs")?;
    let sql = "SELECT reason, MAX(at), COUNT(*) FROM assent_audit \
               WHERE seq > (SELECT COALESCE(MAX(seq), 0) FROM assent_audit) - ?1 AND reason LIKE 'job %' \
               GROUP BY reason ORDER BY 2 DESC";
    rx.connection.rows(sql, cells![LOOKED], |row| {
        let kind = row.get::<String>(0)?.trim_start_matches("job ").to_owned();
        Ok(Ran { kind, at: moment(row.get(1)?), changes: row.get(2)? })
    })
}

/// Lets a job that failed for good run again, at once.
///
/// # Errors
/// `Forbidden` without the privilege, `NotFound` for one that did not fail or is no more.
pub fn retry(tx: &mut Tx<'_>, id: Uuid) -> Result<()> {
    let sql = "UPDATE assent_job SET state = 0, attempts = 0, due = ?2, lease = NULL WHERE id = ?1 AND state = 2";
    let now = tx.now().as_millisecond();
    act(tx, id, "retried", |tx| tx.connection.execute(sql, cells![id, now]))
}

/// Forgets a job that failed for good: what it was to do stays undone.
///
/// # Errors
/// `Forbidden` without the privilege, `NotFound` for one that did not fail or is no more.
pub fn forget(tx: &mut Tx<'_>, id: Uuid) -> Result<()> {
    let sql = "DELETE FROM assent_job WHERE id = ?1 AND state = 2";
    act(tx, id, "forgotten", |tx| tx.connection.execute(sql, cells![id]))
}

fn act(tx: &mut Tx<'_>, id: Uuid, what: &str, run: impl FnOnce(&Tx<'_>) -> Result<usize>) -> Result<()> {
    require(tx, "prvAssentManageJobs", "deciding about a failed job")?;
    let sql = "SELECT kind FROM assent_job WHERE id = ?1 AND state = 2";
    let kind: Option<String> = tx.connection.row(sql, cells![id], |row| row.get(0))?;
    let kind = kind.ok_or_else(|| Error::not_found("job that failed", id))?;
    run(tx)?;
    audit::note(tx, "assent_job", id, &json!({ "job": kind, "was": what }))
}

fn moment(at: i64) -> Timestamp {
    Timestamp::from_millisecond(at).unwrap_or(Timestamp::UNIX_EPOCH)
}

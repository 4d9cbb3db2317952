//! Wrong passwords make the next try wait, longer each time.
//!
//! *Not* a limit by client address (`limit.rs`). Invariant: an address that no account has is treated
//! as one that an account has, so nobody learns which exist; and a try is counted before the password
//! is looked at, so many at once are not more than one after the other.

use jiff::SignedDuration;
use kernel::{Query, Result, Tx, Values, subject};

const ENTITY: &str = "assent_lockout";
/// So many wrong ones are free.
const FREE: i64 = 5;
/// The wait behind those; it doubles with each further one.
const FIRST: SignedDuration = SignedDuration::from_secs(30);
/// The longest wait.
pub(super) const LONGEST: SignedDuration = SignedDuration::from_mins(15);
/// So long tries are remembered.
const MEMORY: SignedDuration = SignedDuration::from_hours(24);

/// Whether the password may be looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Try {
    /// It may.
    Free,
    /// It may, and if it is wrong the next try waits.
    Last,
    /// It may not yet.
    Locked,
}

/// Counts a try for the address.
///
/// # Errors
/// Those of the store.
pub(super) fn count(tx: &mut Tx<'_>, address: &str) -> Result<Try> {
    let now = tx.now();
    let hash = hash(tx, address)?;
    tx.as_system("sign-in", |tx| {
        let old = tx.ids(&Query::on(ENTITY).compare("assent_laston", odata::CompareOp::Lt, now - MEMORY).top(100))?;
        for id in old {
            tx.delete(ENTITY, id)?;
        }
        let row = tx.first(&Query::on(ENTITY).eq("assent_hash", hash.as_str()))?;
        if row.as_ref().and_then(|it| it.get("assent_until").as_time()).is_some_and(|until| until > now) {
            return Ok(Try::Locked);
        }
        let tries = 1 + row.as_ref().and_then(|it| it.get("assent_tries").as_int()).unwrap_or(0);
        let wait = wait(tries);
        let values = Values::new()
            .with("assent_tries", tries)
            .with("assent_laston", now)
            .with("assent_until", wait.map(|it| now + it));
        match row {
            Some(row) => tx.update(ENTITY, row.id, values).map(drop)?,
            None => tx.create(ENTITY, values.with("assent_hash", hash.as_str())).map(drop)?,
        }
        Ok(if wait.is_some() { Try::Last } else { Try::Free })
    })
}

/// Forgets the tries, since the right password came or a new one was set.
///
/// # Errors
/// Those of the store.
pub(super) fn clear(tx: &mut Tx<'_>, address: &str) -> Result<()> {
    let hash = hash(tx, address)?;
    tx.as_system("sign-in", |tx| match tx.first(&Query::on(ENTITY).eq("assent_hash", hash.as_str()))? {
        Some(row) => tx.delete(ENTITY, row.id),
        None => Ok(()),
    })
}

fn hash(tx: &Tx<'_>, address: &str) -> Result<String> {
    subject::hash(tx, "sign-in address", address)
}

/// How long the next try waits after so many.
fn wait(tries: i64) -> Option<SignedDuration> {
    let beyond = u32::try_from(tries.checked_sub(FREE)?).ok()?;
    let wait = FIRST.checked_mul(1_i32.checked_shl(beyond.min(20)).unwrap_or(i32::MAX)).unwrap_or(LONGEST);
    Some(wait.min(LONGEST))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_wrong_one_waits_longer() {
        let seconds = |tries| wait(tries).map(|it| it.as_secs());
        assert_eq!(seconds(4), None);
        assert_eq!([5, 6, 7, 9, 10, 1_000].map(seconds).map(Option::unwrap), [30, 60, 120, 480, 900, 900]);
    }
}

//! How often somebody may send a form: token buckets in memory.
//!
//! *Not* a defence against a flood, which is the network's. Invariant: a bucket is known by a hash, and is
//! gone when it is full again, so nothing about a visitor is kept.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use jiff::Timestamp;
use kernel::blob::sha256;

/// A named limit.
#[derive(Debug, Clone, Copy)]
pub struct Limit {
    /// Its name, as in the log.
    pub name: &'static str,
    /// So often at once.
    pub burst: f64,
    /// So often in an hour, in the long run.
    pub per_hour: f64,
}

/// Forms that name the same mail address.
pub const FORM_PER_ADDRESS: Limit = Limit { name: "form-per-address", burst: 10.0, per_hour: 10.0 };
/// Forms from the same client.
pub const FORM_PER_CLIENT: Limit = Limit { name: "form-per-client", burst: 60.0, per_hour: 120.0 };
/// Tries to sign in from the same client.
pub const SIGNIN_PER_CLIENT: Limit = Limit { name: "signin-per-client", burst: 20.0, per_hour: 60.0 };
/// Challenges for passkeys to the same client; a sign-in page takes one when it opens.
pub const CHALLENGE_PER_CLIENT: Limit = Limit { name: "challenge-per-client", burst: 60.0, per_hour: 240.0 };
/// Mails for a new password to the same address.
pub const RESET_PER_ADDRESS: Limit = Limit { name: "reset-per-address", burst: 3.0, per_hour: 3.0 };

/// Answers to one question against programs; it is asked of one visitor for a day at most.
pub const ANSWER: Limit = Limit { name: "answer", burst: 1.0, per_hour: 1.0 / 25.0 };

/// More buckets than this are not kept.
const MOST: usize = 50_000;

#[derive(Debug, Clone, Copy)]
struct Bucket {
    left: f64,
    at: i64,
    limit: Limit,
}

impl Bucket {
    fn at(self, now: i64) -> Bucket {
        let hours = std::time::Duration::from_millis(u64::try_from(now - self.at).unwrap_or(0)).as_secs_f64() / 3_600.0;
        Bucket { left: (self.left + hours * self.limit.per_hour).min(self.limit.burst), at: now, ..self }
    }
}

/// All buckets of a process.
#[derive(Debug, Default)]
pub struct Limits(Mutex<HashMap<String, Bucket>>);

impl Limits {
    /// Takes one of what is left; `false` when nothing is.
    pub fn take(&self, now: Timestamp, limit: Limit, who: &str) -> bool {
        let now = now.as_millisecond();
        let key = sha256(format!("{} {}", limit.name, who.trim().to_lowercase()).as_bytes());
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= MOST {
            all.retain(|_, it| it.at(now).left < it.limit.burst);
        }
        if all.len() >= MOST && !all.contains_key(&key) {
            tracing::warn!(limit = limit.name, "so many senders that new ones have to wait");
            return false;
        }
        let bucket = all.entry(key).or_insert(Bucket { left: limit.burst, at: now, limit });
        *bucket = bucket.at(now);
        if bucket.left < 1.0 {
            return false;
        }
        bucket.left -= 1.0;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_empties_and_fills_again() {
        let limits = Limits::default();
        let at = |minutes: i64| Timestamp::from_second(minutes * 60).unwrap();
        for _ in 0..10 {
            assert!(limits.take(at(0), FORM_PER_ADDRESS, "a@example.org"));
        }
        assert!(!limits.take(at(0), FORM_PER_ADDRESS, "A@example.org "));
        assert!(limits.take(at(0), FORM_PER_ADDRESS, "b@example.org"));
        assert!(!limits.take(at(5), FORM_PER_ADDRESS, "a@example.org"));
        assert!(limits.take(at(7), FORM_PER_ADDRESS, "a@example.org"));
        assert!(!limits.take(at(7), FORM_PER_ADDRESS, "a@example.org"));
    }
}

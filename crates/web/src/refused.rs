//! What was refused since the start, counted by address and reason: a wrong input leaves a trace that
//! an administrator sees, and nothing of what was sent.
//!
//! *Not* a log. Invariant: the keys are routes, statuses and code words, so the map stays small and
//! holds no personal data.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

/// The code word of an error, carried on its answer to whoever counts.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Code(pub(crate) &'static str);

/// One reason for which requests were refused.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reason {
    /// The template of the route.
    pub route: String,
    /// The status.
    pub status: u16,
    /// The code word; empty when there is none.
    pub code: &'static str,
}

/// The counts.
#[derive(Debug, Default)]
pub struct Refused(Mutex<BTreeMap<Reason, u64>>);

impl Refused {
    pub(crate) fn add(&self, reason: Reason) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(reason).or_default() += 1;
    }
    /// Every reason with its count, the most frequent first.
    pub fn counts(&self) -> Vec<(Reason, u64)> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut all: Vec<_> = all.iter().map(|(reason, count)| (reason.clone(), *count)).collect();
        all.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        all
    }
}

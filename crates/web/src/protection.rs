//! Service protection: how much one user may ask of the Web API (`spec/web-api.md` 3.21).
//!
//! Requests and the time of their execution in a sliding window, and requests at once; the parts of a batch
//! count one by one. *Not* the limit of public forms (`limit`). Invariant: what is kept is who, how often
//! and how long, never what was asked; a limit of 0 is none.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use axum::{
    http::{HeaderValue, header},
    response::Response,
};
use kernel::{Context, Error, Kind, uuid::Uuid};

use crate::error;

/// The limits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Limits {
    /// The length of the window, in seconds.
    pub window_seconds: u32,
    /// Requests of one user within a window.
    pub requests: u32,
    /// Seconds of execution of one user within a window.
    pub execution_seconds: u32,
    /// Requests of one user at once.
    pub concurrent: u32,
}

impl Limits {
    fn window(self) -> i64 {
        i64::from(self.window_seconds.max(1)) * 1_000
    }
    fn are_off(self) -> bool {
        self.requests == 0 && self.execution_seconds == 0 && self.concurrent == 0
    }
}

/// What one user asked lately: begin of a slice, requests in it, milliseconds of execution in it.
#[derive(Debug, Default)]
struct Usage {
    slices: VecDeque<(i64, u64, i64)>,
    running: u32,
}

impl Usage {
    fn forget(&mut self, before: i64) {
        while self.slices.front().is_some_and(|(at, ..)| *at <= before) {
            self.slices.pop_front();
        }
    }
    fn requests(&self) -> u64 {
        self.slices.iter().map(|(_, it, _)| it).sum()
    }
    fn execution(&self) -> i64 {
        self.slices.iter().map(|(.., it)| it).sum()
    }
    fn slice(&mut self, now: i64, length: i64) -> Option<&mut (i64, u64, i64)> {
        let begin = now - now.rem_euclid(length);
        if self.slices.back().is_none_or(|(at, ..)| *at < begin) {
            self.slices.push_back((begin, 0, 0));
        }
        self.slices.back_mut()
    }
}

/// All users of a process.
#[derive(Debug, Default)]
pub struct Protection {
    limits: Limits,
    users: Mutex<HashMap<Uuid, Usage>>,
}

/// A window is counted in so many slices.
const SLICES: i64 = 60;
/// Users beyond this are forgotten once they asked for nothing in a window.
const MANY: usize = 10_000;

impl Protection {
    /// Protection by these limits.
    pub fn new(limits: Limits) -> Protection {
        Protection { limits, users: Mutex::default() }
    }

    /// Lets a request in, as one; the pass counts its time when the last handle to it is dropped.
    ///
    /// # Errors
    /// The limit that is reached.
    pub(crate) fn enter(self: &Arc<Self>, cx: &Context, user: Option<Uuid>) -> Result<Option<Pass>, Reached> {
        let Some(user) = user.filter(|_| !self.limits.are_off()) else { return Ok(None) };
        let now = cx.now().as_millisecond();
        let mut users = self.users();
        if users.len() > MANY {
            let window = self.limits.window();
            users.retain(|_, it| {
                it.forget(now - window);
                it.running > 0 || !it.slices.is_empty()
            });
        }
        let usage = users.entry(user).or_default();
        if self.limits.concurrent > 0 && usage.running >= self.limits.concurrent {
            return Err(Reached { limits: self.limits, kind: What::Concurrent, after: 1 });
        }
        self.take(usage, now, 1)?;
        usage.running += 1;
        drop(users);
        Ok(Some(Pass(Arc::new(Held { protection: Arc::clone(self), cx: cx.clone(), user, since: now }))))
    }

    fn take(&self, usage: &mut Usage, now: i64, requests: u64) -> Result<(), Reached> {
        let window = self.limits.window();
        usage.forget(now - window);
        let reached = |kind, usage: &Usage| {
            // When the oldest slice leaves the window, there is room again.
            let oldest = usage.slices.front().map_or(now, |(at, ..)| *at);
            let after = u64::try_from(oldest + window - now).unwrap_or_default().div_ceil(1_000);
            Reached { limits: self.limits, kind, after: after.max(1) }
        };
        let asked = usage.requests() + requests;
        if self.limits.requests > 0 && asked > u64::from(self.limits.requests) {
            return Err(reached(What::Requests, usage));
        }
        if self.limits.execution_seconds > 0 && usage.execution() > i64::from(self.limits.execution_seconds) * 1_000 {
            return Err(reached(What::Execution, usage));
        }
        if let Some((_, count, _)) = usage.slice(now, (window / SLICES).max(1)) {
            *count += requests;
        }
        Ok(())
    }

    fn users(&self) -> MutexGuard<'_, HashMap<Uuid, Usage>> {
        self.users.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A request that was let in. Whoever goes on with it after the answer keeps another handle, so that it runs
/// until the last of them is gone.
#[derive(Clone)]
pub(crate) struct Pass(Arc<Held>);

struct Held {
    protection: Arc<Protection>,
    cx: Context,
    user: Uuid,
    since: i64,
}

impl Pass {
    /// Counts further requests that came in the same one.
    ///
    /// # Errors
    /// The limit that is reached.
    pub(crate) fn further(&self, requests: u64) -> Result<(), Reached> {
        let now = self.0.cx.now().as_millisecond();
        let mut users = self.0.protection.users();
        self.0.protection.take(users.entry(self.0.user).or_default(), now, requests)
    }

    /// Says in the answer what is left.
    pub(crate) fn tell(&self, response: &mut Response) {
        let Held { protection, cx, user, since } = &*self.0;
        let limits = protection.limits;
        let users = protection.users();
        let Some(usage) = users.get(user) else { return };
        let requests = u64::from(limits.requests).saturating_sub(usage.requests());
        let spent = usage.execution() + cx.now().as_millisecond() - since;
        let left = (i64::from(limits.execution_seconds) * 1_000 - spent).max(0);
        drop(users);
        let headers = response.headers_mut();
        if limits.requests > 0 {
            headers.insert("x-ms-ratelimit-burst-remaining-xrm-requests", HeaderValue::from(requests));
        }
        if let (true, Ok(left)) =
            (limits.execution_seconds > 0, HeaderValue::from_str(&format!("{}.{:02}", left / 1_000, left % 1_000 / 10)))
        {
            headers.insert("x-ms-ratelimit-time-remaining-xrm-requests", left);
        }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let now = self.cx.now().as_millisecond();
        let length = (self.protection.limits.window() / SLICES).max(1);
        let mut users = self.protection.users();
        let Some(usage) = users.get_mut(&self.user) else { return };
        usage.running = usage.running.saturating_sub(1);
        if let Some((.., spent)) = usage.slice(now, length) {
            *spent += (now - self.since).max(0);
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    Requests,
    Execution,
    Concurrent,
}

/// A limit that is reached.
#[derive(Debug)]
pub(crate) struct Reached {
    limits: Limits,
    kind: What,
    /// Seconds until it makes sense to ask again.
    after: u64,
}

impl Reached {
    /// The answer: 429 with when to come again.
    pub(crate) fn answer(&self) -> Response {
        let Limits { window_seconds, requests, execution_seconds, concurrent } = self.limits;
        let (code, text) = match self.kind {
            What::Requests => (
                "requests",
                format!(
                    "Number of requests exceeded the limit of {requests} over time window of {window_seconds} seconds."
                ),
            ),
            What::Execution => (
                "execution-time",
                format!(
                    "Combined execution time of incoming requests exceeded limit of {} milliseconds over time window of {window_seconds} seconds. Decrease number of concurrent requests or reduce the duration of requests and try again later.",
                    u64::from(execution_seconds) * 1_000
                ),
            ),
            What::Concurrent => {
                ("concurrent", format!("Number of concurrent requests exceeded the limit of {concurrent}."))
            }
        };
        let mut response = error::odata(&Error::new(Kind::TooMany, code, "", text));
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(self.after));
        response
    }
}

//! `If-Match` and `If-None-Match`: what must hold before a request is carried out.
//!
//! *Not* the carrying out. Invariant: the four letters `null` count as an absent header, since two
//! widely used clients send them.

use axum::http::{HeaderMap, HeaderName};
use kernel::{Error, Kind};

/// A condition on the version of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Condition {
    /// No header.
    Absent,
    /// `*`: that there is a row.
    Any,
    /// That the row has this version; one that nothing has when the header is no ETag of ours.
    Version(i64),
}

impl Condition {
    pub(super) fn read(headers: &HeaderMap, name: &HeaderName) -> Condition {
        let Some(text) = headers.get(name).and_then(|it| it.to_str().ok()).map(str::trim) else {
            return Condition::Absent;
        };
        match text {
            "" | "null" | "undefined" => Condition::Absent,
            "*" => Condition::Any,
            _ => {
                let digits = text.strip_prefix("W/").unwrap_or(text).trim_matches('"');
                Condition::Version(digits.parse().unwrap_or(-1))
            }
        }
    }

    /// The version that a write insists on.
    pub fn version(self) -> Option<i64> {
        if let Condition::Version(it) = self { Some(it) } else { None }
    }
}

/// The ETag of a version.
pub fn etag(version: i64) -> String {
    format!("W/\"{version}\"")
}

/// The error for a row that is there although it must not be.
pub fn exists(entity: &str) -> Error {
    Error::new(Kind::Conflict, "duplicate", entity, "A record with matching key values already exists.")
}

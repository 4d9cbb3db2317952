//! The one error type of everything below the edge.
//!
//! It is *not* a transport error: `web/error.rs` alone maps it to HTTP, the command line to exit
//! codes. Invariant: the text is meant for the caller, names the place and the fix, and never holds
//! personal data or a secret.

use std::fmt;

use crate::Phrase;

/// What went wrong, in the words a caller can act on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The record, entity or column does not exist.
    NotFound,
    /// The actor may not do this.
    Forbidden,
    /// The input is wrong; the target names the field.
    Invalid,
    /// The change contradicts the present state (duplicate key, restricted delete, wrong life-cycle step).
    Conflict,
    /// The caller's version is not the present one.
    Stale,
    /// It was here once and is so no more (used link, expired request).
    Gone,
    /// A limit was exceeded; the text names it.
    TooMany,
    /// The store cannot take the work now; trying again may help.
    Unavailable,
    /// Our fault.
    Bug,
}

/// An error with its kind, a stable code, the field or record it is about and a public text.
///
/// ```
/// use kernel::{Error, Kind};
/// let error = Error::invalid("birthdate", "'soon' is not a date; write YYYY-MM-DD");
/// assert_eq!(error.kind, Kind::Invalid);
/// assert_eq!(error.to_string(), "birthdate: 'soon' is not a date; write YYYY-MM-DD");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    /// What kind of failure it is.
    pub kind: Kind,
    /// A stable word for scripts, such as `unknown-column`.
    pub code: &'static str,
    /// The column, option, row or record that the error is about; empty when it is the whole call.
    pub target: String,
    /// A sentence for people: what is wrong and what to do.
    pub text: String,
    said: Option<Box<Said>>,
}

/// What another language needs to say the same.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Said {
    word: Option<&'static str>,
    arguments: Vec<(&'static str, String)>,
    details: Vec<Error>,
}

/// The result of everything below the edge.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// Makes an error of any kind.
    pub fn new(kind: Kind, code: &'static str, target: impl Into<String>, text: impl Into<Phrase>) -> Self {
        let Phrase { text, word, arguments } = text.into();
        let said = word.is_some().then(|| Box::new(Said { word, arguments, details: Vec::new() }));
        Error { kind, code, target: target.into(), text, said }
    }
    /// The word of its sentence: more exact than the code, where the sentence has one.
    pub fn word(&self) -> &'static str {
        self.said.as_ref().and_then(|it| it.word).unwrap_or(self.code)
    }
    /// What was filled into its sentence.
    pub fn arguments(&self) -> &[(&'static str, String)] {
        self.said.as_ref().map_or(&[], |it| &it.arguments)
    }
    /// What it consists of, where that is several things.
    pub fn details(&self) -> &[Error] {
        self.said.as_ref().map_or(&[], |it| &it.details)
    }
    /// The same error with what it consists of.
    #[must_use]
    pub fn with_details(mut self, details: Vec<Error>) -> Self {
        self.said.get_or_insert_default().details = details;
        self
    }
    /// Its sentence, to be said of something else.
    pub fn phrase(&self) -> Phrase {
        let word = self.said.as_ref().and_then(|it| it.word);
        Phrase { text: self.text.clone(), word, arguments: self.arguments().to_vec() }
    }
    /// A wrong input at `target`.
    pub fn invalid(target: impl Into<String>, text: impl Into<Phrase>) -> Self {
        Self::new(Kind::Invalid, "invalid", target, text)
    }
    /// A record that does not exist.
    pub fn not_found(entity: &str, id: impl fmt::Display) -> Self {
        Self::new(
            Kind::NotFound,
            "not-found",
            entity,
            Phrase::new("not-found", "{entity} With Id = {id} Does Not Exist").with("entity", entity).with("id", id),
        )
    }
    /// A column that the entity does not have.
    pub fn unknown_column(entity: &str, column: &str) -> Self {
        Self::new(
            Kind::Invalid,
            "unknown-column",
            column,
            Phrase::new(
                "unknown-column",
                "Could not find a property named '{column}' on type 'Microsoft.Dynamics.CRM.{entity}'.",
            )
            .with("column", column)
            .with("entity", entity),
        )
    }
    /// A change that contradicts the present state.
    pub fn conflict(target: impl Into<String>, text: impl Into<Phrase>) -> Self {
        Self::new(Kind::Conflict, "conflict", target, text)
    }
    /// An act that the actor may not do.
    pub fn forbidden(target: impl Into<String>, text: impl Into<Phrase>) -> Self {
        Self::new(Kind::Forbidden, "forbidden", target, text)
    }
    /// Something that has ended.
    pub fn gone(target: impl Into<String>, text: impl Into<Phrase>) -> Self {
        Self::new(Kind::Gone, "gone", target, text)
    }
    /// A fault of ours.
    pub fn bug(text: impl Into<Phrase>) -> Self {
        Self::new(Kind::Bug, "bug", "", text)
    }
    /// The store or a neighbour cannot take the work now.
    pub fn unavailable(text: impl Into<Phrase>) -> Self {
        Self::new(Kind::Unavailable, "unavailable", "", text)
    }
    /// The same error with another stable code.
    pub fn with_code(mut self, code: &'static str) -> Self {
        self.code = code;
        self
    }
    /// The same error about something inside `place`, for instance a line of a file.
    pub fn at(mut self, place: impl fmt::Display) -> Self {
        self.target = if self.target.is_empty() { place.to_string() } else { format!("{place}: {}", self.target) };
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.target.is_empty() || self.code == "not-found" || self.code == "unknown-column" {
            f.write_str(&self.text)
        } else {
            write!(f, "{}: {}", self.target, self.text)
        }
    }
}

impl std::error::Error for Error {}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        // SQLite's own text may quote a value (constraint failures name columns only, but a type
        // error names data), so only its code leaves the kernel.
        match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::ConstraintViolation) => Error::new(Kind::Conflict, "duplicate", "", duplicate()),
            Some(rusqlite::ErrorCode::DiskFull) => Error::unavailable("the disk of the store is full"),
            Some(rusqlite::ErrorCode::DatabaseBusy | rusqlite::ErrorCode::DatabaseLocked) => {
                Error::unavailable("the store is busy")
            }
            Some(code) => Error::bug(format!("the store answered {code:?}")),
            None => {
                tracing::debug!(%error, "store error without a code");
                Error::bug(match error {
                    rusqlite::Error::QueryReturnedNoRows => "the store returned no row",
                    rusqlite::Error::InvalidColumnType(..) => "the store returned a value of another type",
                    rusqlite::Error::SqlInputError { .. } => "the store refused a statement",
                    _ => "the store failed",
                })
            }
        }
    }
}

/// What is said of a second row with the same key.
pub(crate) fn duplicate() -> Phrase {
    Phrase::new("duplicate", "A record with matching key values already exists.")
}

impl From<odata::ParseError> for Error {
    fn from(error: odata::ParseError) -> Self {
        Error::new(Kind::Invalid, "syntax", "", error.to_string())
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Error::invalid("", format!("malformed JSON at line {}, column {}", error.line(), error.column()))
    }
}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        Error::unavailable(format!("a file operation failed: {}", error.kind()))
    }
}

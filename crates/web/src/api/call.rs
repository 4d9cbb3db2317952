//! One request as the Web API sees it: path, options, preferences, conditions, body.
//!
//! *Not* resolved against the metadata. Invariant: what a client may leave out or write oddly
//! (`spec/web-api.md` 6) is evened out here and nowhere later.

use axum::{
    body::Bytes,
    http::{HeaderMap, Method, header},
};
use kernel::{Error, Kind, Result};
use odata::{Preference, QueryError, QueryOptions, Segment};

use super::{condition::Condition, file::Wish};

/// Most rows of a page.
pub const PAGE: u64 = 5_000;

/// A request.
#[derive(Clone)]
pub struct Call {
    /// The service root of the version that was asked for, with a trailing slash.
    pub root: String,
    /// The verb.
    pub method: Method,
    /// The segments below the service root.
    pub path: Vec<Segment>,
    /// The same, as it was written.
    pub raw_path: String,
    /// The query as it was written.
    pub raw_query: String,
    /// The query.
    pub options: QueryOptions,
    /// What the client would like.
    pub prefer: Prefer,
    /// `If-Match`.
    pub if_match: Condition,
    /// `If-None-Match`.
    pub if_none_match: Condition,
    /// `MSCRM.MergeLabels`: labels in other languages stay.
    pub merge_labels: bool,
    /// The solution that a new definition goes into, and what names it: `MSCRM.SolutionUniqueName`, or the
    /// parameter of that name in the query.
    pub solution: Option<(&'static str, String)>,
    /// `MSCRM.SuppressDuplicateDetection: false`: a row that has a duplicate is not written.
    pub refuse_duplicates: bool,
    /// What the headers say about a file.
    pub file: Wish,
    /// The body.
    pub body: Bytes,
}

impl Call {
    /// Reads a request: its path and query as they were written, still percent-encoded.
    ///
    /// # Errors
    /// `NotFound` for a version that there is not, `Invalid` naming the option or the place.
    pub fn read(
        base: &str,
        method: Method,
        path: &str,
        raw_query: &str,
        headers: &HeaderMap,
        body: Bytes,
    ) -> Result<Call> {
        let below = path.strip_prefix("/api/data/").unwrap_or_default();
        let (version, rest) = below.split_once('/').unwrap_or((below, ""));
        if !is_version(version) {
            return Err(Error::new(
                Kind::NotFound,
                "unknown-segment",
                version,
                "the versions are v8.0 to v9.9, all alike; write v9.2",
            ));
        }
        let options = odata::parse_query(raw_query).map_err(|error| refused(&error))?;
        Ok(Call {
            solution: solution(headers, &options),
            root: format!("{base}/api/data/{version}/"),
            method,
            path: odata::parse_resource_path(rest).map_err(|error| Error::from(error).at("path"))?,
            raw_path: rest.trim_matches('/').to_owned(),
            options,
            raw_query: raw_query.to_owned(),
            prefer: Prefer::read(headers),
            if_match: Condition::read(headers, &header::IF_MATCH),
            if_none_match: Condition::read(headers, &header::IF_NONE_MATCH),
            merge_labels: says(headers, "mscrm.mergelabels", b"true"),
            refuse_duplicates: says(headers, "mscrm.suppressduplicatedetection", b"false"),
            file: Wish::read(headers),
            body,
        })
    }

    /// Whether this is several requests in one.
    pub fn is_batch(&self) -> bool {
        matches!(self.path.as_slice(), [only] if only.name == "$batch")
    }
}

fn says(headers: &HeaderMap, name: &str, word: &[u8]) -> bool {
    headers.get(name).is_some_and(|it| it.as_bytes().eq_ignore_ascii_case(word))
}

fn solution(headers: &HeaderMap, options: &QueryOptions) -> Option<(&'static str, String)> {
    let header = headers.get("mscrm.solutionuniquename").and_then(|it| it.to_str().ok());
    let header = header.map(|it| ("MSCRM.SolutionUniqueName", it.trim().to_owned()));
    let option =
        options.custom("SolutionUniqueName").map(|it| ("SolutionUniqueName", it.trim_matches('\'').to_owned()));
    header.or(option).filter(|(_, name)| !name.is_empty())
}

fn is_version(text: &str) -> bool {
    matches!(text.as_bytes(), [b'v', b'8' | b'9', b'.', digit] if digit.is_ascii_digit())
}

fn refused(error: &QueryError) -> Error {
    let code = match error {
        QueryError::Syntax { error, .. } if error.is_too_many_conditions() => "too-many-conditions",
        QueryError::Syntax { .. } => "syntax",
        _ => "option",
    };
    Error::new(Kind::Invalid, code, "", error.to_string())
}

/// The `Prefer` header.
#[derive(Debug, Clone, Default)]
pub struct Prefer {
    /// `return=representation`
    pub representation: bool,
    /// `odata.maxpagesize`
    pub page_size: Option<u64>,
    /// The annotations that are wanted, with `*` as a wildcard at the end.
    pub annotations: Vec<String>,
    /// `odata.continue-on-error`
    pub continue_on_error: bool,
    /// `odata.track-changes`
    pub track_changes: bool,
    /// `respond-async`
    pub respond_async: bool,
}

impl Prefer {
    /// Reads the header.
    pub fn read(headers: &HeaderMap) -> Prefer {
        let mut prefer = Prefer::default();
        for line in headers.get_all("prefer").iter().filter_map(|it| it.to_str().ok()) {
            // One that is unknown or written wrongly is ignored, as RFC 7240 wants it.
            for wish in odata::preferences(line).flatten() {
                match wish {
                    Preference::Return { representation } => prefer.representation = representation,
                    Preference::MaxPageSize(size) => prefer.page_size = Some(size.min(PAGE)),
                    Preference::IncludeAnnotations(names) => prefer.annotations.extend(names),
                    Preference::ContinueOnError(wanted) => prefer.continue_on_error = wanted,
                    Preference::TrackChanges => prefer.track_changes = true,
                    Preference::RespondAsync => prefer.respond_async = true,
                    Preference::Other(..) => {}
                }
            }
        }
        prefer
    }

    /// Whether the annotation is wanted.
    pub fn wants(&self, annotation: &str) -> bool {
        self.annotations.iter().any(|it| match it.strip_suffix('*') {
            Some(start) => annotation.starts_with(start),
            None => annotation == it,
        })
    }

    /// The header that says which of them were followed.
    pub fn applied(&self, rows: bool, representation: bool) -> Option<String> {
        let mut applied = Vec::new();
        if let Some(size) = self.page_size.filter(|_| rows) {
            applied.push(format!("odata.maxpagesize={size}"));
        }
        if rows && self.track_changes {
            applied.push("odata.track-changes".to_owned());
        }
        if representation && self.representation {
            applied.push("return=representation".to_owned());
        }
        if !self.annotations.is_empty() && (rows || representation) {
            applied.push(format!("odata.include-annotations=\"{}\"", self.annotations.join(",")));
        }
        (!applied.is_empty()).then(|| applied.join(","))
    }
}

//! The `Prefer` header (RFC 7240) as far as OData and Dataverse give it a meaning. It does not decide what is followed.
//!
//! Invariant: one preference that is written wrongly spoils no other, since a server may ignore any of them.

use crate::ParseError;

/// One preference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Preference {
    /// `return=representation`, or with false `return=minimal`
    Return {
        /// Whether the row is wanted in the answer.
        representation: bool,
    },
    /// `odata.maxpagesize=50`
    MaxPageSize(u64),
    /// `odata.include-annotations="*"`: names, some with `*` at the end, `-` in front or a `#qualifier`
    IncludeAnnotations(Vec<String>),
    /// `odata.continue-on-error`, also `=false`
    ContinueOnError(bool),
    /// `odata.track-changes`
    TrackChanges,
    /// `respond-async`
    RespondAsync,
    /// Any other, with its value; RFC 7240 wants unknown ones ignored
    Other(String, Option<String>),
}

/// Reads the value of a `Prefer` header, preference by preference. Parameters behind `;` count as preferences of their
/// own, since clients write `;` for `,`.
///
/// ```
/// use odata::{Preference, preferences};
///
/// let found: Vec<_> = preferences("odata.maxpagesize=0, return=representation").collect();
/// assert_eq!(found[0].as_ref().unwrap_err().message, "maxpagesize is a whole number from 1");
/// assert_eq!(found[1], Ok(Preference::Return { representation: true }));
/// ```
pub fn preferences(header: &str) -> impl Iterator<Item = Result<Preference, ParseError>> {
    outside_quotes(header, &[',', ';']).filter(|(_, it)| !it.trim().is_empty()).map(|(start, text)| {
        let (name, value) = match text.split_once('=') {
            Some((name, value)) => (name, Some((start + name.len() + 1, value))),
            None => (text, None),
        };
        preference(name.trim(), value, start)
    })
}

fn preference(name: &str, value: Option<(usize, &str)>, start: usize) -> Result<Preference, ParseError> {
    let (at, raw) = value.unwrap_or((start, ""));
    let text = raw.trim();
    let text = text.strip_prefix('"').and_then(|it| it.strip_suffix('"')).unwrap_or(text);
    let lower = name.to_ascii_lowercase();
    let wrong = |message: &str| Err(ParseError::at(at, message));
    match lower.strip_prefix("odata.").unwrap_or(&lower) {
        "return" => match text {
            "representation" | "minimal" => Ok(Preference::Return { representation: text == "representation" }),
            _ => wrong("return is representation or minimal"),
        },
        "maxpagesize" => match text.parse() {
            Ok(size) if size > 0 => Ok(Preference::MaxPageSize(size)),
            _ => wrong("maxpagesize is a whole number from 1"),
        },
        "continue-on-error" => match text {
            "" | "true" => Ok(Preference::ContinueOnError(true)),
            "false" => Ok(Preference::ContinueOnError(false)),
            _ => wrong("continue-on-error is true or false"),
        },
        "include-annotations" => {
            let mut names = Vec::new();
            for (from, item) in outside_quotes(text, &[',']) {
                if !is_annotation(item.trim()) {
                    let at = at + raw.find(text).unwrap_or_default() + from;
                    return Err(ParseError::at(at, "an annotation is *, Namespace.* or Namespace.Term"));
                }
                names.push(item.trim().to_owned());
            }
            Ok(Preference::IncludeAnnotations(names))
        }
        "track-changes" => Ok(Preference::TrackChanges),
        "respond-async" => Ok(Preference::RespondAsync),
        _ => Ok(Preference::Other(name.to_owned(), value.map(|_| text.to_owned()))),
    }
}

/// `*`, `Namespace.*`, `Namespace.Term`, each also with `-` in front and `#qualifier` behind.
fn is_annotation(text: &str) -> bool {
    let (name, qualifier) = text.split_once('#').unwrap_or((text, "x"));
    let name = name.strip_prefix('-').unwrap_or(name);
    let parts: Vec<&str> = name.split('.').collect();
    let Some((last, before)) = parts.split_last() else { return false };
    let named = |it: &&str| crate::lexer::name_at_start(it).len() == it.len() && !it.is_empty();
    named(&qualifier) && before.iter().all(named) && (*last == "*" || !before.is_empty() && named(last))
}

/// The pieces between separators outside double quotes, each with the byte where it starts.
fn outside_quotes<'t>(text: &'t str, separators: &'static [char]) -> impl Iterator<Item = (usize, &'t str)> {
    let mut quoted = false;
    let mut start = 0;
    text.split(move |it: char| {
        quoted ^= it == '"';
        !quoted && separators.contains(&it)
    })
    .map(move |piece| {
        let from = start;
        start += piece.len() + 1;
        (from, piece)
    })
}

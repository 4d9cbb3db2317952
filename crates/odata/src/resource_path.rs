//! The path of a request below the service root: segments, keys, function calls. Not routing: no name is looked up,
//! `$ref`, `$count`, `$metadata` and `Microsoft.Dynamics.CRM.Merge` are names like any other.
//!
//! Invariant: the path is split before it is decoded, so that `%2F` never makes a segment, and only outside
//! quotes and brackets, so that `accounts(name='a/b')` is one.

mod split;

use std::fmt;

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};

use crate::lexer::name_at_start;
use crate::{Literal, ParseError, parse_literal};
use split::split;

/// Segments that nothing follows.
const LAST: &[&str] = &["$count", "$ref", "$value", "$metadata", "$batch"];

/// One segment of a resource path.
#[derive(Debug, Clone, PartialEq)]
pub struct Segment {
    /// What stands before the bracket.
    pub name: String,
    /// What stands in the brackets, if there are any.
    pub key: Option<Key>,
}

/// What stands in the brackets of a segment.
#[derive(Debug, Clone, PartialEq)]
pub enum Key {
    /// `contacts(guid)`
    Single(Literal),
    /// `accounts(number='A1',part=2)`, or a function's arguments if all of them are literals
    Named(Vec<(String, Literal)>),
    /// `contacts($1)`: the row that part 1 of the change set made. The text with its `$`.
    Reference(String),
    /// A function's arguments: none (`WhoAmI()`), or with an alias, list or object among them (`F(a=@p1)`).
    /// The decoded text of each.
    Arguments(Vec<(String, String)>),
}

impl Segment {
    /// The named values in the brackets as text, whether all are literals or not; `None` for a key that has no names
    /// and for a segment without brackets.
    ///
    /// ```
    /// let path = odata::parse_resource_path("F(a=1,b='x')")?;
    /// let arguments = path[0].arguments().unwrap();
    /// assert_eq!(arguments, [("a".to_owned(), "1".to_owned()), ("b".to_owned(), "'x'".to_owned())]);
    /// # Ok::<(), odata::ParseError>(())
    /// ```
    #[must_use]
    pub fn arguments(&self) -> Option<Vec<(String, String)>> {
        match self.key.as_ref()? {
            Key::Named(values) => Some(values.iter().map(|(name, it)| (name.clone(), it.to_string())).collect()),
            Key::Arguments(values) => Some(values.clone()),
            Key::Single(_) | Key::Reference(_) => None,
        }
    }
}

/// What would end a path or be read as encoded.
const ENCODED: &AsciiSet = &CONTROLS.add(b'%').add(b'?').add(b'#').add(b' ');

/// Prints the segment as it stands in an address; parsing it gives the segment back.
///
/// ```
/// let path = odata::parse_resource_path("accounts(name='a%2Fb%25',part=2)")?;
/// assert_eq!(path[0].to_string(), "accounts(name='a/b%25',part=2)");
/// # Ok::<(), odata::ParseError>(())
/// ```
impl fmt::Display for Segment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = match &self.key {
            None => return f.write_str(&self.name),
            Some(Key::Single(literal)) => literal.to_string(),
            Some(Key::Reference(name)) => name.clone(),
            Some(Key::Named(_) | Key::Arguments(_)) => {
                let pairs = self.arguments().unwrap_or_default();
                pairs.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(",")
            }
        };
        write!(f, "{}({})", self.name, utf8_percent_encode(&inner, ENCODED))
    }
}

/// Reads the path of a request, still percent-encoded, without the service root and without the query.
/// Empty segments (`//`, a trailing `/`) are ignored; the empty path has no segments.
///
/// # Errors
/// Unbalanced quotes or brackets, a name that is none, a segment behind `$count`, `$ref` or `$value`, text after a closing bracket, a key that is neither literal nor named, text that is
/// not UTF-8. The position counts in `raw` up to the segment, and in the decoded segment from there.
///
/// ```
/// use odata::{Key, Literal, parse_resource_path};
///
/// let path = parse_resource_path("accounts(accountnumber='A%2F1')/primarycontactid/$ref")?;
/// assert_eq!(path[0].key, Some(Key::Named(vec![("accountnumber".into(), Literal::Text("A/1".into()))])));
/// assert_eq!(path[2].name, "$ref");
/// # Ok::<(), odata::ParseError>(())
/// ```
pub fn parse_resource_path(raw: &str) -> Result<Vec<Segment>, ParseError> {
    ParseError::check_length(raw)?;
    let mut segments = Vec::new();
    let mut last: Option<String> = None;
    for (start, piece) in split(raw, b'/', true)? {
        if piece.is_empty() {
            continue;
        }
        if let Some(name) = last {
            return Err(ParseError::at(start.saturating_sub(1), format!("nothing may follow {name}")));
        }
        let text =
            percent_decode_str(piece).decode_utf8().map_err(|_| ParseError::at(start, "this segment is not UTF-8"))?;
        segments.push(segment(&text).map_err(|error| error.shifted(start))?);
        last = LAST.contains(&text.as_ref()).then(|| text.into_owned());
    }
    Ok(segments)
}

fn segment(text: &str) -> Result<Segment, ParseError> {
    let (name, rest) = match text.split_once('(') {
        None => (text, None),
        Some(("", _)) => return Err(ParseError::at(0, "a name is missing before (")),
        Some((name, rest)) => (name, Some(rest)),
    };
    check_name(name)?;
    let Some(rest) = rest else {
        return Ok(Segment { name: name.to_owned(), key: None });
    };
    let Some(inner) = rest.strip_suffix(')') else {
        return Err(ParseError::at(text.len(), "the segment must end with the closing bracket"));
    };
    let key = key(inner).map_err(|error| error.shifted(name.len() + 1))?;
    Ok(Segment { name: name.to_owned(), key: Some(key) })
}

/// A name, possibly with dots or behind a `$`, or `$` and digits.
fn check_name(text: &str) -> Result<(), ParseError> {
    let bare = text.strip_prefix('$').unwrap_or(text);
    let length = name_at_start(bare).len();
    let number = bare.len() < text.len() && !bare.is_empty() && bare.bytes().all(|it| it.is_ascii_digit());
    if number || (length == bare.len() && length > 0) {
        return Ok(());
    }
    let at = text.len() - bare.len() + length;
    Err(ParseError::at(at, "a name begins with a letter or _ and goes on with letters, digits, _ and single dots"))
}

fn key(text: &str) -> Result<Key, ParseError> {
    let reference = text.strip_prefix('$').unwrap_or_default();
    if !reference.is_empty() && reference.bytes().all(|it| it.is_ascii_digit()) {
        return Ok(Key::Reference(text.to_owned()));
    }
    if text.trim().is_empty() {
        return Ok(Key::Arguments(Vec::new()));
    }
    let mut values = Vec::new();
    for (start, piece) in split(text, b',', false)? {
        match named(piece) {
            Some((name, value)) => values.push((start + (piece.len() - value.len()), name, value)),
            None if start == 0 && piece.len() == text.len() => {
                return parse_literal(text).map(Key::Single);
            }
            None => return Err(ParseError::at(start, "expected name=value")),
        }
    }
    if values
        .iter()
        .any(|(_, _, value)| value.trim_start().starts_with(['@', '[', '{']) && parse_literal(value).is_err())
    {
        let texts = values.into_iter().map(|(_, name, value)| (name.to_owned(), value.trim().to_owned()));
        return Ok(Key::Arguments(texts.collect()));
    }
    let literal = |(start, name, value): (usize, &str, &str)| match parse_literal(value) {
        Ok(literal) => Ok((name.to_owned(), literal)),
        Err(error) => Err(error.shifted(start)),
    };
    values.into_iter().map(literal).collect::<Result<_, _>>().map(Key::Named)
}

/// `name=value` with an identifier as name.
fn named(piece: &str) -> Option<(&str, &str)> {
    let (name, value) = piece.split_once('=')?;
    let name = name.trim();
    (!name.is_empty() && name_at_start(name).len() == name.len()).then_some((name, value))
}

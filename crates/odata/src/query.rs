//! The query string of a request: system options, parameter aliases and Dataverse's own options. It does not decide
//! which of them a resource allows.
//!
//! Invariant: an option that starts with `$` is either read or refused by name, never ignored; an empty one counts as absent.

use percent_encoding::percent_decode_str;

use crate::{
    ExpandItem, Expr, MAX_ALIASES, OrderItem, ParseError, Path, Transformation, parse_apply, parse_expand,
    parse_filter, parse_orderby, parse_select,
};

/// System options of OData that Dataverse does not have.
const UNSUPPORTED: &[&str] = &["$skip", "$search", "$format", "$levels", "$compute"];

/// System options with a grammar.
const OWN: &[&str] = &["$select", "$filter", "$orderby", "$top", "$count", "$expand", "$apply"];

/// The options of a request.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct QueryOptions {
    /// `$select`
    pub select: Option<Vec<Path>>,
    /// `$filter`, aliases not resolved
    pub filter: Option<Expr>,
    /// `$orderby`, aliases not resolved
    pub orderby: Vec<OrderItem>,
    /// `$top`
    pub top: Option<u64>,
    /// `$count=true`
    pub count: bool,
    /// `$expand`
    pub expand: Vec<ExpandItem>,
    /// `$apply`, aliases not resolved; empty if there is none
    pub apply: Vec<Transformation>,
    /// `$skiptoken`, decoded text
    pub skiptoken: Option<String>,
    /// `$deltatoken`, decoded text
    pub deltatoken: Option<String>,
    /// `$id` of `DELETE …/$ref?$id=…`, decoded text
    pub id: Option<String>,
    /// `@p1=…`: names without the `@`, values as decoded text
    pub aliases: Vec<(String, String)>,
    /// Options without `$`: `fetchXml`, `savedQuery` and whatever else was sent, in order, decoded
    pub custom: Vec<(String, String)>,
}

impl QueryOptions {
    /// The first value of an option without `$`.
    ///
    /// ```
    /// let options = odata::parse_query("savedQuery=1&x=2").unwrap();
    /// assert_eq!(options.custom("savedQuery"), Some("1"));
    /// ```
    #[must_use]
    pub fn custom(&self, name: &str) -> Option<&str> {
        self.custom.iter().find(|(it, _)| it == name).map(|(_, value)| value.as_str())
    }
}

/// A query string that is refused. Each variant names the option.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
    /// An option of OData that this service does not have.
    #[error("the query option '{option}' is not supported")]
    Unsupported {
        /// The option with its `$`.
        option: String,
    },
    /// An option that starts with `$` and is none of OData's.
    #[error("the query option '{option}' is unknown")]
    Unknown {
        /// The option with its `$`.
        option: String,
    },
    /// A system option or alias that is there twice.
    #[error("the query option '{option}' is given twice")]
    Repeated {
        /// The option with its `$` or `@`.
        option: String,
    },
    /// A value of the wrong kind.
    #[error("the query option '{option}' must be {expected}")]
    Value {
        /// The option with its `$`.
        option: String,
        /// What it must be.
        expected: String,
    },
    /// A value that its grammar does not accept.
    #[error("the query option '{option}': {error}")]
    Syntax {
        /// The option with its `$`.
        option: String,
        /// What is wrong with the decoded value, and where.
        error: ParseError,
    },
    /// The first alias over [`MAX_ALIASES`].
    #[error("the query option '{option}' is one alias too many, {MAX_ALIASES} are allowed")]
    TooManyAliases {
        /// The alias with its `@`.
        option: String,
    },
    /// Percent-encoded bytes that are not UTF-8.
    #[error("the query option '{option}' is not UTF-8")]
    Encoding {
        /// The option as far as it can be shown.
        option: String,
    },
}

impl QueryError {
    /// The option that is refused, with its `$` or `@`.
    #[must_use]
    pub fn option(&self) -> &str {
        match self {
            Self::Unsupported { option }
            | Self::Unknown { option }
            | Self::Repeated { option }
            | Self::Value { option, .. }
            | Self::Syntax { option, .. }
            | Self::TooManyAliases { option }
            | Self::Encoding { option } => option,
        }
    }
}

/// Reads a query string, still percent-encoded, without the `?`. Names may be encoded too, and `+` is a space.
///
/// # Errors
/// See [`QueryError`].
///
/// ```
/// let options = odata::parse_query("%24select=name&$filter=contains(%40p1,'x')&%40p1=name&fetchXml=")?;
/// assert_eq!(options.select.unwrap()[0].to_string(), "name");
/// assert_eq!(options.aliases, [("p1".to_owned(), "name".to_owned())]);
///
/// let error = odata::parse_query("$skip=5").unwrap_err();
/// assert_eq!(error.to_string(), "the query option '$skip' is not supported");
/// # Ok::<(), odata::QueryError>(())
/// ```
pub fn parse_query(raw_query: &str) -> Result<QueryOptions, QueryError> {
    let mut options = QueryOptions::default();
    let mut seen: Vec<String> = Vec::new();
    for pair in raw_query.split('&') {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let valueless = name.len() == pair.len();
        let name = decode(name).ok_or_else(|| QueryError::Encoding { option: name.to_owned() })?;
        let value = decode(value).ok_or_else(|| QueryError::Encoding { option: name.clone() })?;
        if !name.starts_with(['$', '@']) {
            if !name.is_empty() {
                options.custom.push((name, value));
            }
            continue;
        }
        if seen.contains(&name) {
            return Err(QueryError::Repeated { option: name });
        }
        match name.strip_prefix('@') {
            Some(_) if options.aliases.len() >= MAX_ALIASES => {
                return Err(QueryError::TooManyAliases { option: name });
            }
            Some(alias) => options.aliases.push((alias.to_owned(), value)),
            None if valueless && OWN.contains(&name.as_str()) => {
                return Err(QueryError::Value { option: name, expected: "followed by = and a value".to_owned() });
            }
            None => set(&mut options, &name, value)?,
        }
        seen.push(name);
    }
    Ok(options)
}

fn set(options: &mut QueryOptions, name: &str, value: String) -> Result<(), QueryError> {
    let option = || name.to_owned();
    let syntax = |error| QueryError::Syntax { option: option(), error };
    let kind = |expected: &str| QueryError::Value { option: option(), expected: expected.to_owned() };
    if OWN.contains(&name) && value.trim().is_empty() {
        return Ok(());
    }
    match name {
        "$select" => options.select = Some(parse_select(&value).map_err(syntax)?),
        "$filter" => options.filter = Some(parse_filter(&value).map_err(syntax)?),
        "$orderby" => options.orderby = parse_orderby(&value).map_err(syntax)?,
        "$expand" => options.expand = parse_expand(&value).map_err(syntax)?,
        "$top" => options.top = Some(read(&value).ok_or_else(|| kind("a whole number from 0"))?),
        "$count" => options.count = read(&value).ok_or_else(|| kind("true or false"))?,
        "$apply" => options.apply = parse_apply(&value).map_err(syntax)?,
        "$skiptoken" => options.skiptoken = present(value),
        "$deltatoken" => options.deltatoken = present(value),
        "$id" => options.id = present(value),
        _ if UNSUPPORTED.contains(&name) => {
            return Err(QueryError::Unsupported { option: option() });
        }
        _ => return Err(QueryError::Unknown { option: option() }),
    }
    Ok(())
}

fn read<T: std::str::FromStr>(value: &str) -> Option<T> {
    value.trim().parse().ok()
}

fn present(value: String) -> Option<String> {
    (!value.is_empty()).then_some(value)
}

fn decode(text: &str) -> Option<String> {
    let spaced = text.replace('+', " ");
    percent_decode_str(&spaced).decode_utf8().ok().map(|it| it.into_owned())
}

//! A value as it is written in a URL. Not a column's value: a quoted GUID is text here.
//!
//! Invariant: `parse_literal(literal.to_string())` is `literal` (finite numbers, years 0 to 9999).

use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::ParseError;
use crate::lexer::{Kind, Lexer};

/// A primitive literal.
#[derive(Debug, Clone, PartialEq)]
pub enum Literal {
    /// `null`
    Null,
    /// `true`, `false`
    Bool(bool),
    /// A whole number, `-5`
    Integer(i64),
    /// An exact number with a point, `100.50`, or a whole number beyond 64 bits
    Decimal(Decimal),
    /// A number with an exponent, `1.5e3`
    Double(f64),
    /// A bare GUID, in any case, also in `{}`
    Guid(Uuid),
    /// `2020-01-31`
    Date(Date),
    /// `2020-01-31T13:45:00.123+02:00`; the offset is not kept
    DateTime(Timestamp),
    /// `'O''Bryan'`
    Text(String),
    /// `Microsoft.Dynamics.CRM.OwnershipTypes'UserOwned'`
    Enum {
        /// The type as written, with its namespace.
        type_name: String,
        /// What stands between the quotes; several members keep their commas.
        member: String,
    },
}

/// Reads one literal that makes up the whole text; spaces around it are ignored.
///
/// # Errors
/// Anything that is not exactly one literal, with its position.
///
/// ```
/// use odata::{Literal, parse_literal};
///
/// assert_eq!(parse_literal("'O''Bryan'")?, Literal::Text("O'Bryan".into()));
/// assert_eq!(parse_literal("-5")?, Literal::Integer(-5));
/// assert!(parse_literal("name").is_err());
/// # Ok::<(), odata::ParseError>(())
/// ```
pub fn parse_literal(text: &str) -> Result<Literal, ParseError> {
    let mut lexer = Lexer::new(text)?;
    let first = lexer.next()?;
    let Kind::Literal(literal) = first.kind else {
        return Err(first.unexpected("a literal"));
    };
    let end = lexer.next()?;
    if end.kind != Kind::End {
        return Err(end.unexpected("the end"));
    }
    Ok(literal)
}

impl fmt::Display for Literal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool(it) => write!(f, "{it}"),
            Self::Integer(it) => write!(f, "{it}"),
            Self::Decimal(it) if it.scale() == 0 && i64::try_from(*it).is_ok() => {
                write!(f, "{it}.0")
            }
            Self::Decimal(it) => write!(f, "{it}"),
            Self::Double(it) => write!(f, "{it:e}"),
            Self::Guid(it) => write!(f, "{it}"),
            Self::Date(it) => write!(f, "{it}"),
            Self::DateTime(it) => write!(f, "{it}"),
            Self::Text(it) => quote(it, f),
            Self::Enum { type_name, member } => {
                f.write_str(type_name)?;
                quote(member, f)
            }
        }
    }
}

fn quote(text: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    write!(f, "'{}'", text.replace('\'', "''"))
}

//! The value of a parameter alias in a filter: `@p1='x'`, `@p1=["a","b"]`, `@p1=jobtitle`.
//! Aliases of functions in the resource path may also be JSON objects; those are not read here.

use super::Parser;
use crate::lexer::Kind;
use crate::{Literal, ParseError, Path};

/// What an alias may stand for.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum AliasValue {
    Literal(Literal),
    List(Vec<Literal>),
    Path(Path),
}

pub(crate) fn parse_alias_value(text: &str) -> Result<AliasValue, ParseError> {
    Parser::run(text, false, |parser| {
        let literal = match &parser.current.kind {
            Kind::ListOpen => return parser.json_list().map(AliasValue::List),
            Kind::Name(_) => return parser.path("a column").map(AliasValue::Path),
            Kind::Literal(it) => it.clone(),
            Kind::JsonText(it) => Literal::Text(it.clone()),
            _ => return Err(parser.unexpected("a literal, a list or a column")),
        };
        parser.advance()?;
        Ok(AliasValue::Literal(literal))
    })
}

//! `$select`: `a,b/c`, `*`.

use super::Parser;
use crate::lexer::Kind;
use crate::{ParseError, Path};

/// Reads the value of a `$select`, percent-decoded. `*` is a path with the one name `*`.
///
/// # Errors
/// The first place where the text leaves the grammar.
///
/// ```
/// let columns = odata::parse_select("fullname, jobtitle")?;
/// assert_eq!(columns[1].to_string(), "jobtitle");
/// assert!(odata::parse_select("*")?[0].is_wildcard());
/// # Ok::<(), odata::ParseError>(())
/// ```
pub fn parse_select(text: &str) -> Result<Vec<Path>, ParseError> {
    Parser::run(text, true, Parser::select)
}

impl Parser<'_> {
    pub(super) fn select(&mut self) -> Result<Vec<Path>, ParseError> {
        self.list(|it| if it.eat(&Kind::Star)? { Ok(Path::from("*")) } else { it.path("a column") })
    }
}

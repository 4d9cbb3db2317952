//! `$orderby`: `a asc,nav/b desc,@p`.

use super::Parser;
use crate::lexer::Kind;
use crate::{OrderItem, OrderTarget, ParseError};

/// Reads the value of an `$orderby`, percent-decoded.
///
/// # Errors
/// The first place where the text leaves the grammar.
///
/// ```
/// let items = odata::parse_orderby("lastname,createdon desc")?;
/// assert!(!items[0].descending);
/// assert_eq!(items[1].to_string(), "createdon desc");
/// # Ok::<(), odata::ParseError>(())
/// ```
pub fn parse_orderby(text: &str) -> Result<Vec<OrderItem>, ParseError> {
    Parser::run(text, true, Parser::orderby)
}

impl Parser<'_> {
    pub(super) fn orderby(&mut self) -> Result<Vec<OrderItem>, ParseError> {
        self.list(Self::order_item)
    }

    fn order_item(&mut self) -> Result<OrderItem, ParseError> {
        let path = match self.current.kind {
            Kind::Alias(_) => OrderTarget::Alias(self.alias()?),
            _ => OrderTarget::Path(self.path("a column")?),
        };
        let descending = match self.word() {
            Some("asc") => false,
            Some("desc") => true,
            Some(_) => return Err(self.unexpected("asc, desc or a comma")),
            None => {
                return Ok(OrderItem { path, descending: false });
            }
        };
        self.advance()?;
        Ok(OrderItem { path, descending })
    }
}

//! One item of an `$orderby`. It names what to sort by; that lookups sort by the name of their target is the store's affair.

use std::fmt;

use crate::expr::column_of;
use crate::{ParseError, Path};

/// What to sort by and in which direction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderItem {
    /// A column, or an alias that stands for one.
    pub path: OrderTarget,
    /// `desc`
    pub descending: bool,
}

/// A column to sort by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OrderTarget {
    /// A column, possibly of a related row.
    Path(Path),
    /// An alias without its `@`.
    Alias(String),
}

impl OrderItem {
    /// Puts the column in the place of an alias (`$orderby=@p4 asc&@p4=jobtitle`). `aliases` as in
    /// [`crate::Expr::resolve_aliases`].
    ///
    /// # Errors
    /// An alias without a value, or whose value is not a column.
    ///
    /// ```
    /// let item = odata::parse_orderby("@p4 desc")?.remove(0);
    /// let item = item.resolve_aliases(&[("p4".into(), "jobtitle".into())])?;
    /// assert_eq!(item.to_string(), "jobtitle desc");
    /// # Ok::<(), odata::ParseError>(())
    /// ```
    pub fn resolve_aliases(self, aliases: &[(String, String)]) -> Result<Self, ParseError> {
        let OrderTarget::Alias(name) = self.path else {
            return Ok(self);
        };
        let path = column_of(&name, "$orderby", aliases)?;
        Ok(Self { path: OrderTarget::Path(path), descending: self.descending })
    }
}

impl fmt::Display for OrderTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path(it) => write!(f, "{it}"),
            Self::Alias(it) => write!(f, "@{it}"),
        }
    }
}

impl fmt::Display for OrderItem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let direction = if self.descending { " desc" } else { "" };
        write!(f, "{}{direction}", self.path)
    }
}

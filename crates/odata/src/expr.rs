//! The tree of a filter. It says what was asked, with names as written; it does not say whether they exist.
//!
//! Invariant: a tree made by [`crate::parse_filter`] is at most [`crate::MAX_NESTING`] +
//! [`crate::MAX_CONDITIONS`] deep. Only left operands of `and` and `or` go deeper than [`crate::MAX_NESTING`], so
//! walk those in a loop and recurse into the rest. A tree built by hand has no such bound.

mod alias;
mod print;

pub(crate) use alias::column_of;

use crate::{Literal, Path};

/// A filter expression, or one operand of it.
#[derive(Debug, Clone, PartialEq)]
pub enum Expr {
    /// A value.
    Literal(Literal),
    /// A column, possibly of a related row or of a lambda variable.
    Path(Path),
    /// A parameter alias, without its `@`.
    Alias(String),
    /// `not x`
    Not(Box<Expr>),
    /// `x and y`
    And(Box<Expr>, Box<Expr>),
    /// `x or y`
    Or(Box<Expr>, Box<Expr>),
    /// `left op right`; both sides may be columns.
    Compare {
        /// The operator.
        op: CompareOp,
        /// Left operand: a literal, path, alias or count.
        left: Box<Expr>,
        /// Right operand: a literal, path, alias or count.
        right: Box<Expr>,
    },
    /// `operand in (a,b)`
    In {
        /// A literal, path or alias.
        operand: Box<Expr>,
        /// At least one literal or alias.
        list: Vec<Expr>,
    },
    /// `contains(left,right)` and its like.
    Call {
        /// Which test.
        function: TextFunction,
        /// A path or alias.
        left: Box<Expr>,
        /// A literal or alias.
        right: Box<Expr>,
    },
    /// `path/any(variable:predicate)`, `path/all(…)`, `path/any()`
    Lambda {
        /// The collection-valued navigation.
        path: Path,
        /// any or all
        quantifier: Quantifier,
        /// The name that starts the paths of the predicate; may equal the navigation's own name.
        variable: Option<String>,
        /// The condition; `None` (only with any) asks whether there is a row at all.
        predicate: Option<Box<Expr>>,
    },
    /// `path/$count`, `path/$count($filter=…)`: how many related rows there are; an operand, no condition.
    Count {
        /// The collection-valued navigation.
        path: Path,
        /// Which rows count, with paths that start at such a row; `None` counts all.
        filter: Option<Box<Expr>>,
    },
    /// `Microsoft.Dynamics.CRM.Name(PropertyName='x',…)`
    QueryFunction {
        /// The name without the namespace.
        name: String,
        /// Named arguments in the order written.
        arguments: Vec<(String, Argument)>,
    },
}

/// The value of a query function's argument.
#[derive(Debug, Clone, PartialEq)]
pub enum Argument {
    /// A literal, an alias, or (when an alias stood for a column) a path.
    Expr(Expr),
    /// A JSON array.
    List(Vec<Literal>),
}

/// A comparison operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CompareOp {
    /// `eq`
    Eq,
    /// `ne`
    Ne,
    /// `gt`
    Gt,
    /// `ge`
    Ge,
    /// `lt`
    Lt,
    /// `le`
    Le,
}

/// A test of a column's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextFunction {
    /// `contains`
    Contains,
    /// `startswith`
    StartsWith,
    /// `endswith`
    EndsWith,
}

/// How many related rows must match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quantifier {
    /// `any`: at least one
    Any,
    /// `all`: each one, also when there is none
    All,
}

impl CompareOp {
    /// The operator as written.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Eq => "eq",
            Self::Ne => "ne",
            Self::Gt => "gt",
            Self::Ge => "ge",
            Self::Lt => "lt",
            Self::Le => "le",
        }
    }

    pub(crate) fn from_word(word: &str) -> Option<Self> {
        [Self::Eq, Self::Ne, Self::Gt, Self::Ge, Self::Lt, Self::Le].into_iter().find(|op| op.as_str() == word)
    }
}

impl TextFunction {
    /// The function's name as written.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Contains => "contains",
            Self::StartsWith => "startswith",
            Self::EndsWith => "endswith",
        }
    }

    pub(crate) fn from_word(word: &str) -> Option<Self> {
        [Self::Contains, Self::StartsWith, Self::EndsWith].into_iter().find(|it| it.as_str() == word)
    }
}

impl Quantifier {
    /// The quantifier as written.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Any => "any",
            Self::All => "all",
        }
    }

    pub(crate) fn from_word(word: &str) -> Option<Self> {
        [Self::Any, Self::All].into_iter().find(|it| it.as_str() == word)
    }
}

impl Expr {
    /// Whether this is a condition (true or false for a row) and not an operand of one.
    ///
    /// ```
    /// let filter = odata::parse_filter("name eq 'x'")?;
    /// assert!(filter.is_condition());
    /// # Ok::<(), odata::ParseError>(())
    /// ```
    #[must_use]
    pub fn is_condition(&self) -> bool {
        !matches!(self, Self::Literal(_) | Self::Path(_) | Self::Alias(_) | Self::Count { .. })
    }
}

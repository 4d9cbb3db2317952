//! Parameter aliases: `@p1` in an expression, `@p1=…` beside it. Values are read here, not sooner, because
//! only the place of use says whether a list is allowed.
//!
//! Invariant: what [`Expr::resolve_aliases`] returns has no alias left, and is no larger than a text of
//! [`MAX_TEXT`] bytes could make it, however often a long value is used.

use super::{Argument, Expr};
use crate::limit::MAX_TEXT;
use crate::parser::{AliasValue, parse_alias_value};
use crate::{Literal, ParseError};

/// Longest column that an alias may stand for, in bytes.
const MAX_COLUMN: usize = 1024;

impl Expr {
    /// Puts the values in the place of the aliases. One without a value is null; a value is a literal, a JSON
    /// array (as argument of a query function) or a column.
    ///
    /// `aliases` are pairs of name (with or without `@`) and decoded text, as [`crate::QueryOptions::aliases`] has them.
    ///
    /// # Errors
    /// A value that is none of these, or that may not stand where its alias stands, and values that are together
    /// too long. The position counts within the value; the message names the alias.
    ///
    /// ```
    /// let filter = odata::parse_filter("contains(@p1,'x') and @p2 eq @p3")?;
    /// let aliases = [("p1".to_owned(), "name".to_owned()), ("p2".to_owned(), "'y'".to_owned())];
    /// assert_eq!(filter.resolve_aliases(&aliases)?.to_string(), "contains(name,'x') and 'y' eq null");
    /// # Ok::<(), odata::ParseError>(())
    /// ```
    pub fn resolve_aliases(mut self, aliases: &[(String, String)]) -> Result<Self, ParseError> {
        Resolver { aliases, used: 0 }.walk(&mut self)?;
        Ok(self)
    }
}

/// The column that an alias stands for; `place` needs one.
pub(crate) fn column_of(name: &str, place: &str, aliases: &[(String, String)]) -> Result<crate::Path, ParseError> {
    match (Resolver { aliases, used: 0 }).value(name)? {
        AliasValue::Path(path) => Ok(path),
        _ => Err(ParseError::at(0, format!("{place} needs a column, and @{name} is none"))),
    }
}

struct Resolver<'a> {
    aliases: &'a [(String, String)],
    /// Bytes of values put in so far.
    used: usize,
}

impl Resolver<'_> {
    /// Recurses into right operands only, so that a long chain of `and` costs no stack.
    fn walk(&mut self, mut expr: &mut Expr) -> Result<(), ParseError> {
        loop {
            match expr {
                Expr::And(left, right) | Expr::Or(left, right) => {
                    self.walk(right)?;
                    expr = left;
                }
                Expr::Not(it) => expr = it,
                Expr::Lambda { predicate: Some(it), .. } => expr = it,
                leaf => return self.leaf(leaf),
            }
        }
    }

    fn leaf(&mut self, expr: &mut Expr) -> Result<(), ParseError> {
        match expr {
            Expr::Compare { left, right, .. } => {
                self.value_of(left)?;
                self.value_of(right)
            }
            Expr::In { operand, list } => {
                self.value_of(operand)?;
                list.iter_mut().try_for_each(|it| self.constant(it, "in"))
            }
            Expr::Call { function, left, right } => {
                self.column(left, function.as_str())?;
                self.constant(right, function.as_str())
            }
            Expr::QueryFunction { arguments, .. } => {
                arguments.iter_mut().try_for_each(|(_, value)| self.argument(value))
            }
            operand => self.value_of(operand),
        }
    }

    fn argument(&mut self, argument: &mut Argument) -> Result<(), ParseError> {
        if let Argument::Expr(Expr::Alias(name)) = argument {
            *argument = match self.value(name)? {
                AliasValue::Literal(it) => Argument::Expr(Expr::Literal(it)),
                AliasValue::Path(it) => Argument::Expr(Expr::Path(it)),
                AliasValue::List(it) => Argument::List(it),
            };
        }
        Ok(())
    }

    fn value_of(&mut self, expr: &mut Expr) -> Result<(), ParseError> {
        match expr {
            Expr::Alias(name) => *expr = self.single(name)?,
            Expr::Count { filter: Some(it), .. } => self.walk(it)?,
            _ => {}
        }
        Ok(())
    }

    fn column(&mut self, expr: &mut Expr, place: &str) -> Result<(), ParseError> {
        let Expr::Alias(name) = expr else {
            return Ok(());
        };
        let value = self.single(name)?;
        if !matches!(value, Expr::Path(_)) {
            return Err(ParseError::at(0, format!("{place} needs a column, and @{name} is none")));
        }
        *expr = value;
        Ok(())
    }

    fn constant(&mut self, expr: &mut Expr, place: &str) -> Result<(), ParseError> {
        let Expr::Alias(name) = expr else {
            return Ok(());
        };
        let value = self.single(name)?;
        if !matches!(value, Expr::Literal(_)) {
            return Err(ParseError::at(0, format!("{place} needs a literal, and @{name} is a column")));
        }
        *expr = value;
        Ok(())
    }

    fn single(&mut self, name: &str) -> Result<Expr, ParseError> {
        match self.value(name)? {
            AliasValue::Literal(it) => Ok(Expr::Literal(it)),
            AliasValue::Path(it) => Ok(Expr::Path(it)),
            AliasValue::List(_) => Err(ParseError::at(0, format!("@{name} is a list where one value is expected"))),
        }
    }

    fn value(&mut self, name: &str) -> Result<AliasValue, ParseError> {
        let found = self.aliases.iter().find(|(it, _)| it.strip_prefix('@').unwrap_or(it) == name);
        let Some((_, text)) = found else {
            return Ok(AliasValue::Literal(Literal::Null));
        };
        self.used = self.used.saturating_add(text.len());
        if self.used > MAX_TEXT {
            return Err(ParseError::at(0, format!("the values of the aliases are longer than {MAX_TEXT} bytes")));
        }
        let value = parse_alias_value(text)
            .map_err(|error| ParseError::at(error.position, format!("in the value of @{name}: {}", error.message)))?;
        if matches!(value, AliasValue::Path(_)) && text.len() > MAX_COLUMN {
            return Err(ParseError::at(0, format!("the column that @{name} stands for is too long")));
        }
        Ok(value)
    }
}

//! Tokens to trees. This file holds the cursor that all grammars share; each grammar has its own file.
//!
//! Invariant: recursion goes only through [`Parser::descend`], which bounds it.

mod alias;
mod apply;
mod context;
mod expand;
mod filter;
mod operand;
mod orderby;
mod select;

pub(crate) use alias::{AliasValue, parse_alias_value};
pub use apply::parse_apply;
pub use context::parse_context;
pub use expand::parse_expand;
pub use filter::parse_filter;
pub use orderby::parse_orderby;
pub use select::parse_select;

use crate::lexer::{Kind, Lexer, Token};
use crate::limit::{MAX_CONDITIONS, MAX_NESTING, TOO_MANY_CONDITIONS};
use crate::{ParseError, Path};

pub(crate) struct Parser<'a> {
    lexer: Lexer<'a>,
    current: Token,
    depth: usize,
    conditions: usize,
    /// False inside `$expand`, where Dataverse has no aliases.
    aliases: bool,
}

impl<'a> Parser<'a> {
    fn new(text: &'a str, aliases: bool) -> Result<Self, ParseError> {
        let mut lexer = Lexer::new(text)?;
        let current = lexer.next()?;
        Ok(Self { lexer, current, depth: 0, conditions: 0, aliases })
    }

    /// Runs one grammar over a whole text.
    fn run<T>(
        text: &'a str,
        aliases: bool,
        grammar: impl FnOnce(&mut Self) -> Result<T, ParseError>,
    ) -> Result<T, ParseError> {
        let mut parser = Self::new(text, aliases)?;
        let tree = grammar(&mut parser)?;
        if parser.current.kind != Kind::End {
            return Err(parser.unexpected("the end"));
        }
        Ok(tree)
    }

    /// Moves on and returns the token that was current.
    fn advance(&mut self) -> Result<Token, ParseError> {
        let next = self.lexer.next()?;
        Ok(std::mem::replace(&mut self.current, next))
    }

    fn at(&self, kind: &Kind) -> bool {
        self.current.kind == *kind
    }

    /// Moves on if the current token is `kind`.
    fn eat(&mut self, kind: &Kind) -> Result<bool, ParseError> {
        let found = self.at(kind);
        if found {
            self.advance()?;
        }
        Ok(found)
    }

    fn expect(&mut self, kind: &Kind, what: &str) -> Result<(), ParseError> {
        if self.eat(kind)? { Ok(()) } else { Err(self.unexpected(what)) }
    }

    /// The current token if it is a name, not consumed.
    fn word(&self) -> Option<&str> {
        match &self.current.kind {
            Kind::Name(name) => Some(name),
            _ => None,
        }
    }

    fn name(&mut self, what: &str) -> Result<String, ParseError> {
        match self.word() {
            None => Err(self.unexpected(what)),
            Some(name) => {
                let name = name.to_owned();
                self.advance()?;
                Ok(name)
            }
        }
    }

    /// `name/name/…`
    fn path(&mut self, what: &str) -> Result<Path, ParseError> {
        let mut names = vec![self.name(what)?];
        while self.slash()? {
            names.push(self.name("a name after /")?);
        }
        Ok(Path(names))
    }

    /// Moves on if a `/` joins the next name to the last one. No white space may stand around it.
    fn slash(&mut self) -> Result<bool, ParseError> {
        if !self.at(&Kind::Slash) {
            return Ok(false);
        }
        let slash = self.advance()?;
        if slash.spaced || self.current.spaced {
            return Err(ParseError::at(slash.position, "no space may stand around /"));
        }
        Ok(true)
    }

    /// `item,item,…`
    fn list<T>(&mut self, item: impl Fn(&mut Self) -> Result<T, ParseError>) -> Result<Vec<T>, ParseError> {
        let mut items = vec![item(self)?];
        while self.eat(&Kind::Comma)? {
            items.push(item(self)?);
        }
        Ok(items)
    }

    fn unexpected(&self, expected: &str) -> ParseError {
        self.current.unexpected(expected)
    }

    /// Runs a grammar one level deeper.
    fn descend<T>(&mut self, inner: impl FnOnce(&mut Self) -> Result<T, ParseError>) -> Result<T, ParseError> {
        if self.depth >= MAX_NESTING {
            return Err(ParseError::at(self.current.position, format!("nested deeper than {MAX_NESTING} levels")));
        }
        self.depth += 1;
        let result = inner(self);
        self.depth -= 1;
        result
    }

    /// Takes note of one condition that started at `position`.
    fn count_condition(&mut self, position: usize) -> Result<(), ParseError> {
        self.conditions += 1;
        if self.conditions > MAX_CONDITIONS {
            return Err(ParseError::at(position, TOO_MANY_CONDITIONS));
        }
        Ok(())
    }
}

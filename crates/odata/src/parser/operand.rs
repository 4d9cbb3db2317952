//! Operands and calls: literals, columns, aliases, counts, text functions, lambdas, `Microsoft.Dynamics.CRM` functions.

use super::Parser;
use crate::expr::{Argument, Expr, Quantifier, TextFunction};
use crate::lexer::Kind;
use crate::{Literal, ParseError, Path};

const NAMESPACE: &str = "Microsoft.Dynamics.CRM.";

impl Parser<'_> {
    /// A literal, alias, column, or a call that is a condition by itself. `what` names it in an error.
    pub(super) fn operand(&mut self, what: &str) -> Result<Expr, ParseError> {
        let start = self.current.position;
        match &self.current.kind {
            Kind::Literal(_) | Kind::Alias(_) => self.constant(),
            Kind::Name(_) => {
                let name = self.name(what)?;
                if self.at(&Kind::Open) { self.call(&name, start) } else { self.path_or_lambda(name, start) }
            }
            _ => Err(self.unexpected(what)),
        }
    }

    /// An operand of a comparison or of a text function.
    pub(super) fn value(&mut self, what: &str) -> Result<Expr, ParseError> {
        let start = self.current.position;
        let value = self.operand(what)?;
        if value.is_condition() {
            return Err(ParseError::at(start, format!("expected {what}, found a condition")));
        }
        Ok(value)
    }

    /// A literal or alias.
    pub(super) fn constant(&mut self) -> Result<Expr, ParseError> {
        match &self.current.kind {
            Kind::Literal(it) => {
                let literal = it.clone();
                self.advance()?;
                Ok(Expr::Literal(literal))
            }
            Kind::Alias(_) => Ok(Expr::Alias(self.alias()?)),
            _ => Err(self.unexpected("a literal or an alias")),
        }
    }

    pub(super) fn alias(&mut self) -> Result<String, ParseError> {
        let Kind::Alias(name) = &self.current.kind else {
            return Err(self.unexpected("an alias"));
        };
        if !self.aliases {
            return Err(ParseError::at(
                self.current.position,
                format!("the alias @{name} may not stand inside $expand"),
            ));
        }
        let name = name.clone();
        self.advance()?;
        Ok(name)
    }

    fn path_or_lambda(&mut self, first: String, start: usize) -> Result<Expr, ParseError> {
        let mut names = vec![first];
        while self.slash()? {
            if self.at(&Kind::Option("count".to_owned())) {
                return self.related_count(Path(names));
            }
            let name = self.name("a name after /")?;
            if let Some(quantifier) = Quantifier::from_word(&name)
                && self.eat(&Kind::Open)?
            {
                return self.lambda(Path(names), quantifier, start);
            }
            names.push(name);
        }
        Ok(Expr::Path(Path(names)))
    }

    /// After the opening bracket.
    fn lambda(&mut self, path: Path, quantifier: Quantifier, start: usize) -> Result<Expr, ParseError> {
        if quantifier == Quantifier::Any && self.eat(&Kind::Close)? {
            self.count_condition(start)?;
            return Ok(Expr::Lambda { path, quantifier, variable: None, predicate: None });
        }
        let variable = self.name("a lambda variable")?;
        self.expect(&Kind::Colon, ": after the lambda variable")?;
        let predicate = self.descend(Self::condition)?;
        self.expect(&Kind::Close, "and, or, or )")?;
        Ok(Expr::Lambda { path, quantifier, variable: Some(variable), predicate: Some(Box::new(predicate)) })
    }

    /// At the `$count` behind a path; which rows count stands in brackets after it, as OData 4.01 has it.
    fn related_count(&mut self, path: Path) -> Result<Expr, ParseError> {
        self.advance()?;
        if !self.eat(&Kind::Open)? {
            return Ok(Expr::Count { path, filter: None });
        }
        if !self.eat(&Kind::Option("filter".to_owned()))? {
            return Err(self.unexpected("$filter"));
        }
        self.expect(&Kind::Equals, "= after $filter")?;
        let filter = self.descend(Self::condition)?;
        self.expect(&Kind::Close, "and, or, or )")?;
        Ok(Expr::Count { path, filter: Some(Box::new(filter)) })
    }

    /// At the opening bracket after a function's name.
    fn call(&mut self, name: &str, start: usize) -> Result<Expr, ParseError> {
        if let Some(function) = TextFunction::from_word(name) {
            self.count_condition(start)?;
            return self.text_function(function);
        }
        match name.strip_prefix(NAMESPACE) {
            Some(name) if !name.contains('.') => {
                self.count_condition(start)?;
                self.query_function(name)
            }
            _ => Err(ParseError::at(start, format!("{name} is not a function of the filter language"))),
        }
    }

    fn text_function(&mut self, function: TextFunction) -> Result<Expr, ParseError> {
        self.expect(&Kind::Open, "(")?;
        let start = self.current.position;
        let left = self.value("a column")?;
        if matches!(left, Expr::Literal(_) | Expr::Count { .. }) {
            return Err(ParseError::at(start, format!("{} needs a column on its left", function.as_str())));
        }
        self.expect(&Kind::Comma, ",")?;
        let right = self.constant()?;
        self.expect(&Kind::Close, ")")?;
        Ok(Expr::Call { function, left: Box::new(left), right: Box::new(right) })
    }

    fn query_function(&mut self, name: &str) -> Result<Expr, ParseError> {
        self.expect(&Kind::Open, "(")?;
        let mut arguments = Vec::new();
        if !self.eat(&Kind::Close)? {
            arguments = self.list(Self::named_argument)?;
            self.expect(&Kind::Close, ", or ) after the argument")?;
        }
        Ok(Expr::QueryFunction { name: name.to_owned(), arguments })
    }

    fn named_argument(&mut self) -> Result<(String, Argument), ParseError> {
        let name = self.name("the name of an argument")?;
        self.expect(&Kind::Equals, "= after the argument's name")?;
        let value =
            if self.at(&Kind::ListOpen) { Argument::List(self.json_list()?) } else { Argument::Expr(self.constant()?) };
        Ok((name, value))
    }

    /// `["a","b"]`, `['a','b']`, `[1,2]`, `[]`
    pub(super) fn json_list(&mut self) -> Result<Vec<Literal>, ParseError> {
        self.expect(&Kind::ListOpen, "[")?;
        if self.eat(&Kind::ListClose)? {
            return Ok(Vec::new());
        }
        let items = self.list(Self::json_item)?;
        self.expect(&Kind::ListClose, ", or ] in the list")?;
        Ok(items)
    }

    fn json_item(&mut self) -> Result<Literal, ParseError> {
        let item = match &self.current.kind {
            Kind::Literal(it) => it.clone(),
            Kind::JsonText(it) => Literal::Text(it.clone()),
            _ => return Err(self.unexpected("a literal")),
        };
        self.advance()?;
        Ok(item)
    }
}

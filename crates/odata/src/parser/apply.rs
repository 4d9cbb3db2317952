//! `$apply`: `filter(…)/groupby((a,b/c),aggregate(d with sum as e,$count as n))`.

use super::Parser;
use crate::lexer::Kind;
use crate::{Aggregate, AggregateMethod, ParseError, Path, Transformation};

/// Reads the value of a `$apply`, percent-decoded: `filter`, `groupby` and `aggregate`, the transformations that
/// Dataverse has.
///
/// # Errors
/// The first place where the text leaves the grammar, another transformation or method, or a limit of this crate.
///
/// ```
/// let steps = odata::parse_apply("filter(statecode eq 0)/groupby((ownerid),aggregate(revenue with sum as total))")?;
/// assert_eq!(steps[1].to_string(), "groupby((ownerid),aggregate(revenue with sum as total))");
/// let error = odata::parse_apply("topcount(2,revenue)").unwrap_err();
/// assert_eq!(error.message, "the transformation topcount is not supported, only filter, groupby and aggregate are");
/// # Ok::<(), odata::ParseError>(())
/// ```
pub fn parse_apply(text: &str) -> Result<Vec<Transformation>, ParseError> {
    Parser::run(text, true, Parser::transformations)
}

impl Parser<'_> {
    fn transformations(&mut self) -> Result<Vec<Transformation>, ParseError> {
        let mut steps = vec![self.descend(Self::transformation)?];
        while self.slash()? {
            steps.push(self.descend(Self::transformation)?);
        }
        Ok(steps)
    }

    fn transformation(&mut self) -> Result<Transformation, ParseError> {
        let start = self.current.position;
        let name = self.name("a transformation (filter, groupby, aggregate)")?;
        let known = ["filter", "groupby", "aggregate"];
        if !known.contains(&name.as_str()) {
            let text = format!("the transformation {name} is not supported, only filter, groupby and aggregate are");
            return Err(ParseError::at(start, text));
        }
        self.expect(&Kind::Open, "( after the transformation")?;
        let step = match name.as_str() {
            "filter" => Transformation::Filter(self.condition()?),
            "aggregate" => Transformation::Aggregate(self.list(Self::aggregate)?),
            _ => self.groups()?,
        };
        self.expect(&Kind::Close, "a comma or )")?;
        Ok(step)
    }

    fn groups(&mut self) -> Result<Transformation, ParseError> {
        self.expect(&Kind::Open, "( before the columns, as in groupby((statecode))")?;
        let keys = self.list(Self::column)?;
        self.expect(&Kind::Close, "a comma or ) behind the columns")?;
        let then = if self.eat(&Kind::Comma)? { self.transformations()? } else { Vec::new() };
        Ok(Transformation::GroupBy { keys, then })
    }

    /// A path that ends in a column: no type cast stands at its end.
    fn column(&mut self) -> Result<Path, ParseError> {
        let start = self.current.position;
        let path = self.path("a column")?;
        match path.0.last() {
            Some(last) if last.contains('.') => {
                Err(ParseError::at(start, format!("{last} is a type; a column is expected behind it")))
            }
            _ => Ok(path),
        }
    }

    /// `path with method as name`, `$count as name`, `path/$count as name`
    fn aggregate(&mut self) -> Result<Aggregate, ParseError> {
        let mut names = Vec::new();
        let count = loop {
            if self.eat(&Kind::Option("count".to_owned()))? {
                break true;
            }
            names.push(self.name("a column or $count")?);
            if !self.slash()? {
                break false;
            }
        };
        let method = if count { AggregateMethod::Count } else { self.method()? };
        self.keyword("as", "as and the name of the value")?;
        let start = self.current.position;
        let name = self.name("the name of the value")?;
        if name.contains('.') {
            return Err(ParseError::at(start, "the name of a value has no dots"));
        }
        Ok(Aggregate { path: Path(names), method, name })
    }

    fn method(&mut self) -> Result<AggregateMethod, ParseError> {
        self.keyword("with", "with, as in 'revenue with sum as total'")?;
        let word = self.word().unwrap_or_default();
        let found = AggregateMethod::WITH.into_iter().find(|it| it.as_str() == word);
        let method = found.ok_or_else(|| self.unexpected("sum, average, min, max or countdistinct"))?;
        self.advance()?;
        Ok(method)
    }

    fn keyword(&mut self, word: &str, what: &str) -> Result<(), ParseError> {
        if self.word() != Some(word) {
            return Err(self.unexpected(what));
        }
        self.advance().map(|_| ())
    }
}

//! `$expand`: `nav`, `nav/$ref`, `nav($select=a;$filter=b eq 1;$expand=…)`.

use super::Parser;
use crate::lexer::Kind;
use crate::{ExpandItem, ExpandOptions, Literal, ParseError, Path};

/// Reads the value of an `$expand`, percent-decoded. Aliases are refused in it, as in Dataverse.
///
/// # Errors
/// The first place where the text leaves the grammar, an option that is unknown or given twice, or a limit of this crate.
///
/// ```
/// let items = odata::parse_expand("primarycontactid($select=fullname;$top=5),Account_Tasks/$ref")?;
/// assert_eq!(items[0].options.top, Some(5));
/// assert!(items[1].reference);
/// # Ok::<(), odata::ParseError>(())
/// ```
pub fn parse_expand(text: &str) -> Result<Vec<ExpandItem>, ParseError> {
    Parser::run(text, false, Parser::expand)
}

impl Parser<'_> {
    fn expand(&mut self) -> Result<Vec<ExpandItem>, ParseError> {
        self.list(Self::expand_item)
    }

    fn expand_item(&mut self) -> Result<ExpandItem, ParseError> {
        let mut names = vec![self.name("a navigation property")?];
        let mut reference = false;
        while !reference && self.slash()? {
            if self.eat(&Kind::Option("ref".to_owned()))? {
                reference = true;
            } else {
                names.push(self.name("a name or $ref after /")?);
            }
        }
        let mut options = ExpandOptions::default();
        if self.eat(&Kind::Open)? {
            options = self.descend(|it| it.expand_options(reference))?;
        }
        Ok(ExpandItem { path: Path(names), reference, options })
    }

    /// After the opening bracket, through the closing one.
    fn expand_options(&mut self, reference: bool) -> Result<ExpandOptions, ParseError> {
        let mut options = ExpandOptions::default();
        let mut seen = Vec::new();
        loop {
            while self.eat(&Kind::Semicolon)? {}
            if self.eat(&Kind::Close)? {
                return Ok(options);
            }
            let start = self.current.position;
            let Kind::Option(name) = &self.current.kind else {
                return Err(self.unexpected("an option such as $select, or )"));
            };
            let name = name.clone();
            if reference && matches!(name.as_str(), "select" | "expand") {
                return Err(ParseError::at(start, format!("links behind $ref have no ${name}")));
            }
            self.advance()?;
            self.expect(&Kind::Equals, "= after the option's name")?;
            match name.as_str() {
                "select" => options.select = self.select()?,
                "filter" => options.filter = Some(self.condition()?),
                "orderby" => options.orderby = self.orderby()?,
                "top" => options.top = Some(self.top()?),
                "count" => options.count = self.boolean()?,
                "expand" => options.expand = self.expand()?,
                _ => {
                    return Err(ParseError::at(start, format!("the option ${name} is not supported inside $expand")));
                }
            }
            if seen.contains(&name) {
                return Err(ParseError::at(start, format!("the option ${name} is given twice")));
            }
            seen.push(name);
            if !self.at(&Kind::Semicolon) && !self.at(&Kind::Close) {
                return Err(self.unexpected("; or )"));
            }
        }
    }

    fn top(&mut self) -> Result<u64, ParseError> {
        let Kind::Literal(Literal::Integer(number)) = self.current.kind else {
            return Err(self.unexpected("a whole number"));
        };
        let top = u64::try_from(number).map_err(|_| self.unexpected("a number from 0"))?;
        self.advance()?;
        Ok(top)
    }

    fn boolean(&mut self) -> Result<bool, ParseError> {
        let Kind::Literal(Literal::Bool(value)) = self.current.kind else {
            return Err(self.unexpected("true or false"));
        };
        self.advance()?;
        Ok(value)
    }
}

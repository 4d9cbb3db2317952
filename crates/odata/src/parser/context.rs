//! Context URLs: `#contacts(fullname)/$entity`, `#accounts(1)/contacts`, `#Collection(Edm.String)`.

use super::Parser;
use crate::lexer::Kind;
use crate::{Context, Key, Literal, ParseError, Path, Segment, Selected};

const SUFFIXES: [&str; 5] = ["entity", "delta", "link", "deletedEntity", "deletedLink"];

/// Reads a context URL; what stands before the `#` is not looked at.
///
/// # Errors
/// No `#`, or the first place behind it where the text leaves the grammar.
pub fn parse_context(text: &str) -> Result<Context, ParseError> {
    let Some((before, fragment)) = text.split_once('#') else {
        return Err(ParseError::at(text.len(), "a context URL has a #"));
    };
    Parser::run(fragment, false, Parser::context).map_err(|error| error.shifted(before.len() + 1))
}

impl Parser<'_> {
    fn context(&mut self) -> Result<Context, ParseError> {
        let mut context = Context { collection: false, path: Vec::new(), select: None, suffix: None };
        if self.word() == Some("Collection") {
            context.collection = true;
            self.advance()?;
            self.expect(&Kind::Open, "( after Collection")?;
            context.path.push(self.typed()?);
            self.expect(&Kind::Close, ") after the type")?;
            if self.eat(&Kind::Open)? {
                context.select = Some(self.descend(Self::selected_list)?);
            }
            return Ok(context);
        }
        if self.eat(&Kind::Option("ref".to_owned()))? {
            context.path.push(Segment { name: "$ref".to_owned(), key: None });
            return Ok(context);
        }
        loop {
            let name = self.name("a set or a type")?;
            let mut key = None;
            if self.eat(&Kind::Open)? {
                match self.current.kind {
                    Kind::Literal(_) => key = Some(self.context_key()?),
                    _ => context.select = Some(self.descend(Self::selected_list)?),
                }
            }
            context.path.push(Segment { name, key });
            if !self.slash()? {
                return Ok(context);
            }
            if let Kind::Option(name) = &self.current.kind {
                if !SUFFIXES.contains(&name.as_str()) {
                    return Err(self.unexpected("$entity, $delta, $link, $deletedEntity or $deletedLink"));
                }
                context.suffix = Some(format!("${name}"));
                self.advance()?;
                return Ok(context);
            }
            if context.select.is_some() {
                return Err(self.unexpected("$entity or the end behind the columns"));
            }
        }
    }

    fn typed(&mut self) -> Result<Segment, ParseError> {
        let name =
            if self.eat(&Kind::Option("ref".to_owned()))? { "$ref".to_owned() } else { self.name("a type or $ref")? };
        Ok(Segment { name, key: None })
    }

    fn context_key(&mut self) -> Result<Key, ParseError> {
        let literal: Literal = match &self.current.kind {
            Kind::Literal(it) => it.clone(),
            _ => return Err(self.unexpected("a key")),
        };
        self.advance()?;
        self.expect(&Kind::Close, ") after the key")?;
        Ok(Key::Single(literal))
    }

    /// After the opening bracket, through the closing one. Empty brackets are no columns.
    fn selected_list(&mut self) -> Result<Vec<Selected>, ParseError> {
        if self.eat(&Kind::Close)? {
            return Ok(Vec::new());
        }
        let items = self.list(Self::selected)?;
        self.expect(&Kind::Close, "a comma or )")?;
        Ok(items)
    }

    fn selected(&mut self) -> Result<Selected, ParseError> {
        let mut names = vec![self.selected_name()?];
        while self.slash()? {
            names.push(self.selected_name()?);
        }
        let recursive = self.eat(&Kind::Plus)?;
        let nested = if self.eat(&Kind::Open)? { Some(self.descend(Self::selected_list)?) } else { None };
        Ok(Selected { path: Path(names), recursive, nested })
    }

    fn selected_name(&mut self) -> Result<String, ParseError> {
        let name = match &self.current.kind {
            Kind::Star => "*".to_owned(),
            Kind::Name(name) => name.clone(),
            Kind::Alias(name) => format!("@{name}"),
            _ => return Err(self.unexpected("a column or *")),
        };
        self.advance()?;
        if self.eat(&Kind::Hash)? {
            return Ok(format!("{name}#{}", self.name("a qualifier after #")?));
        }
        Ok(name)
    }
}

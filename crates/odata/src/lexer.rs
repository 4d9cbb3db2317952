//! Text to tokens, one at a time, on bytes. It knows literals and names but no grammar: `not`, `and` and `eq` are names here.
//!
//! Invariant: each token costs time in proportion to its length, and nothing here recurses.

mod scalar;
mod text;

use crate::{Literal, ParseError};

/// What a token is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Kind {
    Literal(Literal),
    /// Text in double quotes, legal only within a JSON array.
    JsonText(String),
    /// An identifier, with dots when it is qualified.
    Name(String),
    /// `@name` without the `@`
    Alias(String),
    /// `$name` without the `$`
    Option(String),
    Open,
    Close,
    ListOpen,
    ListClose,
    Comma,
    Slash,
    Colon,
    Semicolon,
    Equals,
    Star,
    /// `+` that begins no number
    Plus,
    Hash,
    End,
}

/// A token and the byte where it starts.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Token {
    pub kind: Kind,
    pub position: usize,
    /// Whether white space stands before it.
    pub spaced: bool,
}

impl Token {
    pub fn unexpected(&self, expected: &str) -> ParseError {
        ParseError::at(self.position, format!("expected {expected}, found {}", self.kind.describe()))
    }
}

impl Kind {
    fn describe(&self) -> String {
        let mark = match self {
            Self::Literal(it) => return shortened(&it.to_string()),
            Self::JsonText(it) => {
                return format!("\"{}\" (text stands in single quotes)", shortened(it));
            }
            Self::Name(it) => return shortened(it),
            Self::Alias(it) => return shortened(&format!("@{it}")),
            Self::Option(it) => return shortened(&format!("${it}")),
            Self::Open => "(",
            Self::Close => ")",
            Self::ListOpen => "[",
            Self::ListClose => "]",
            Self::Comma => ",",
            Self::Slash => "/",
            Self::Colon => ":",
            Self::Semicolon => ";",
            Self::Equals => "=",
            Self::Star => "*",
            Self::Plus => "+",
            Self::Hash => "#",
            Self::End => return "the end".to_owned(),
        };
        mark.to_owned()
    }
}

/// So that a message never repeats a long input.
fn shortened(text: &str) -> String {
    const LONGEST: usize = 40;
    match text.char_indices().nth(LONGEST) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
    }
}

pub(crate) struct Lexer<'a> {
    text: &'a str,
    position: usize,
}

impl<'a> Lexer<'a> {
    pub fn new(text: &'a str) -> Result<Self, ParseError> {
        ParseError::check_length(text)?;
        Ok(Self { text, position: 0 })
    }

    /// The next token; `End` again and again after the last.
    pub fn next(&mut self) -> Result<Token, ParseError> {
        let spaces = self.rest().bytes().take_while(u8::is_ascii_whitespace).count();
        self.position += spaces;
        let position = self.position;
        let (kind, length) = scan(self.rest()).map_err(|error| error.shifted(position))?;
        self.position += length;
        Ok(Token { kind, position, spaced: spaces > 0 })
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.position..).unwrap_or_default()
    }
}

/// The token at the start of `rest` and its length.
fn scan(rest: &str) -> Result<(Kind, usize), ParseError> {
    let Some(first) = rest.bytes().next() else {
        return Ok((Kind::End, 0));
    };
    let mark = match first {
        b'(' => Kind::Open,
        b')' => Kind::Close,
        b'[' => Kind::ListOpen,
        b']' => Kind::ListClose,
        b',' => Kind::Comma,
        b'/' => Kind::Slash,
        b':' => Kind::Colon,
        b';' => Kind::Semicolon,
        b'=' => Kind::Equals,
        b'*' => Kind::Star,
        b'#' => Kind::Hash,
        b'\'' => {
            let (value, length) = text::quoted(rest)?;
            return Ok((Kind::Literal(Literal::Text(value)), length));
        }
        b'"' => {
            let (value, length) = text::json(rest)?;
            return Ok((Kind::JsonText(value), length));
        }
        b'@' => return sigil(rest, "@").map(|(name, length)| (Kind::Alias(name), length)),
        b'$' => return sigil(rest, "$").map(|(name, length)| (Kind::Option(name), length)),
        _ => {
            return match scalar::scan(rest)? {
                Some((literal, length)) => Ok((Kind::Literal(literal), length)),
                None if first == b'+' => Ok((Kind::Plus, 1)),
                None => word(rest),
            };
        }
    };
    Ok((mark, 1))
}

fn sigil(rest: &str, sigil: &str) -> Result<(String, usize), ParseError> {
    let name = rest.strip_prefix(sigil).map(name_at_start).unwrap_or_default();
    if name.is_empty() {
        return Err(ParseError::at(0, format!("a name is missing after {sigil}")));
    }
    Ok((name.to_owned(), sigil.len() + name.len()))
}

/// A name, one of the words `null`, `true`, `false`, or an enum literal.
fn word(rest: &str) -> Result<(Kind, usize), ParseError> {
    let name = name_at_start(rest);
    let after = rest.get(name.len()..).unwrap_or_default();
    if after.starts_with('\'') && !name.is_empty() {
        if !name.contains('.') {
            return Err(ParseError::at(
                name.len(),
                format!("a space is missing between {} and the quote", shortened(name)),
            ));
        }
        let (member, length) = text::quoted(after).map_err(|error| error.shifted(name.len()))?;
        let literal = Literal::Enum { type_name: name.to_owned(), member };
        return Ok((Kind::Literal(literal), name.len() + length));
    }
    let kind = match name {
        "" => {
            let found = rest.chars().next().unwrap_or_default();
            return Err(ParseError::at(0, format!("unexpected character {found:?}")));
        }
        "null" => Kind::Literal(Literal::Null),
        "true" => Kind::Literal(Literal::Bool(true)),
        "false" => Kind::Literal(Literal::Bool(false)),
        _ => Kind::Name(name.to_owned()),
    };
    Ok((kind, name.len()))
}

/// The identifier at the start of a text, empty if there is none. Dots join the parts of a qualified name.
pub(crate) fn name_at_start(text: &str) -> &str {
    let starts = text.chars().next().is_some_and(|it| it == '_' || it.is_alphabetic());
    if !starts {
        return "";
    }
    let end = text.find(|it: char| !(it == '_' || it == '.' || it.is_alphanumeric())).unwrap_or(text.len());
    text.get(..end).unwrap_or_default().trim_end_matches('.')
}

//! The words of a query.
//!
//! *Not* their order (`parse`). Invariant: bounded in number, and every word knows its position.

use kernel::Result;

use super::refused;

/// Most words of a query.
const WORDS: usize = 5_000;

/// A word.
#[derive(Debug, Clone, PartialEq)]
pub enum Word {
    /// A name or key word, as it was written.
    Name(String),
    /// A name in brackets or double quotes, which is no key word.
    Quoted(String),
    /// A text.
    Text(String),
    /// A number, as it was written.
    Number(String),
    /// A sign: `( ) , . * = <> < > <= >= -`.
    Sign(&'static str),
}

const SIGNS: &[&str] = &["<>", "<=", ">=", "!=", "(", ")", ",", ".", "*", "=", "<", ">", "-"];

/// The words with their positions.
///
/// # Errors
/// `syntax` with the position of what is no word.
pub fn words(text: &str) -> Result<Vec<(Word, usize)>> {
    let mut found: Vec<(Word, usize)> = Vec::new();
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|it| !it.is_empty()) {
        let Some(first) = rest.chars().next() else { break };
        if first.is_whitespace() {
            at += first.len_utf8();
            continue;
        }
        if found.len() >= WORDS {
            return Err(refused(format!("has more than {WORDS} words")));
        }
        let unclosed = |what: &str| refused(format!("{what} at position {at} is not closed"));
        let (word, length) = if first == '\'' || rest.starts_with("N'") || rest.starts_with("n'") {
            let from = rest.find('\'').unwrap_or_default() + 1;
            let (text, length) = quoted(rest, from, '\'').ok_or_else(|| unclosed("the text"))?;
            (Word::Text(text), length)
        } else if first == '[' || first == '"' {
            let close = if first == '[' { ']' } else { '"' };
            let (text, length) = quoted(rest, 1, close).ok_or_else(|| unclosed("the name"))?;
            (Word::Quoted(text), length)
        } else if first.is_ascii_digit() {
            let length = rest.find(|it: char| !it.is_ascii_digit() && it != '.').unwrap_or(rest.len());
            (Word::Number(rest.get(..length).unwrap_or_default().to_owned()), length)
        } else if first.is_alphabetic() || first == '_' {
            let length = rest.find(|it: char| !it.is_alphanumeric() && it != '_').unwrap_or(rest.len());
            (Word::Name(rest.get(..length).unwrap_or_default().to_owned()), length)
        } else if let Some(sign) = SIGNS.iter().find(|it| rest.starts_with(**it)) {
            (Word::Sign(if *sign == "!=" { "<>" } else { sign }), sign.len())
        } else {
            return Err(refused(format!("'{first}' at position {at} is not part of a query")));
        };
        found.push((word, at));
        at += length;
    }
    Ok(found)
}

/// The text up to the closing quote, which is doubled inside, and how long it is with its quotes.
fn quoted(rest: &str, from: usize, close: char) -> Option<(String, usize)> {
    let mut text = String::new();
    let mut characters = rest.char_indices().skip_while(|(at, _)| *at < from).peekable();
    while let Some((at, it)) = characters.next() {
        if it != close {
            text.push(it);
        } else if characters.peek().is_some_and(|(_, next)| *next == close) {
            text.push(close);
            characters.next();
        } else {
            return Some((text, at + close.len_utf8()));
        }
    }
    None
}

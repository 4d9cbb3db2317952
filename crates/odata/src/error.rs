//! What is wrong with a text and where. Not an HTTP error: the edge chooses status and code.

use crate::limit::{MAX_TEXT, TOO_MANY_CONDITIONS};

/// Longest message in characters, so that it never repeats a long input.
const LONGEST: usize = 300;

/// A text that the grammar does not accept.
///
/// ```
/// let error = odata::parse_filter("name eq").unwrap_err();
/// assert_eq!(error.position, 7);
/// assert_eq!(error.to_string(), "syntax error at position 7: expected a literal, a column or an alias, found the end");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("syntax error at position {position}: {message}")]
pub struct ParseError {
    /// Byte offset in the text that was given to the parser, counted from 0.
    pub position: usize,
    /// What was expected and what was found, for people.
    pub message: String,
}

impl ParseError {
    /// Whether the text is well-formed so far but has too many conditions, which Dataverse reports with a
    /// code of its own (`0x8004430C`).
    #[must_use]
    pub fn is_too_many_conditions(&self) -> bool {
        self.message == TOO_MANY_CONDITIONS
    }

    pub(crate) fn at(position: usize, message: impl Into<String>) -> Self {
        let mut message = message.into();
        if let Some((end, _)) = message.char_indices().nth(LONGEST) {
            message.truncate(end);
            message.push('…');
        }
        Self { position, message }
    }

    pub(crate) fn shifted(mut self, by: usize) -> Self {
        self.position = self.position.saturating_add(by);
        self
    }

    pub(crate) fn check_length(text: &str) -> Result<(), Self> {
        if text.len() > MAX_TEXT {
            return Err(Self::at(MAX_TEXT, format!("the text is longer than {MAX_TEXT} bytes")));
        }
        Ok(())
    }
}

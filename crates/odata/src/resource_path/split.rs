//! Splitting at a separator outside quotes and brackets. It looks through percent-encoding for quotes and brackets
//! (clients encode them), never for the separator.

use crate::ParseError;

/// The pieces of `text`, each with the byte where it starts. With `encoded`, `%27` counts as a quote and so on.
pub(super) fn split(text: &str, separator: u8, encoded: bool) -> Result<Vec<(usize, &str)>, ParseError> {
    let mut pieces = Vec::new();
    let mut start = 0;
    let mut at = 0;
    let mut quote: Option<(u8, usize)> = None;
    let mut open: Vec<usize> = Vec::new();
    while let Some((byte, length)) = byte_at(text, at, encoded) {
        let end = at + length;
        match (byte, quote) {
            (b'\\', Some((b'"', _))) => {
                at = end + byte_at(text, end, encoded).map_or(0, |(_, length)| length);
                continue;
            }
            (_, Some((mark, _))) if byte == mark => quote = None,
            (_, Some(_)) => {}
            (b'\'' | b'"', None) => quote = Some((byte, at)),
            (b'(' | b'[' | b'{', None) => open.push(at),
            (b')' | b']' | b'}', None) => {
                open.pop().ok_or_else(|| ParseError::at(at, "this bracket closes none"))?;
            }
            _ if byte == separator && length == 1 && open.is_empty() => {
                pieces.push((start, text.get(start..at).unwrap_or_default()));
                start = end;
            }
            _ => {}
        }
        at = end;
    }
    if let Some(at) = quote.map(|(_, at)| at).or(open.pop()) {
        return Err(ParseError::at(at, "this quote or bracket is not closed"));
    }
    pieces.push((start, text.get(start..).unwrap_or_default()));
    Ok(pieces)
}

/// The byte at a place, decoded if it is a percent triplet, and how long it is in the text.
fn byte_at(text: &str, at: usize, encoded: bool) -> Option<(u8, usize)> {
    let byte = *text.as_bytes().get(at)?;
    if encoded && byte == b'%' {
        let digits = text.get(at + 1..at + 3).filter(|it| it.bytes().all(|it| it.is_ascii_hexdigit()));
        if let Some(decoded) = digits.and_then(|it| u8::from_str_radix(it, 16).ok()) {
            return Some((decoded, 3));
        }
    }
    Some((byte, 1))
}

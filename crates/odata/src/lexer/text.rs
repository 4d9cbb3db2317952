//! Quoted text: OData's single quotes (doubled inside) and JSON's double quotes (with `\` escapes).

use crate::ParseError;

const UNCLOSED: &str = "the quote that opens here is not closed";

/// The text between single quotes at the start of `rest`, and the length with the quotes.
pub(super) fn quoted(rest: &str) -> Result<(String, usize), ParseError> {
    let mut value = String::new();
    let mut used = 1;
    loop {
        let open = rest.get(used..).unwrap_or_default();
        let Some((before, after)) = open.split_once('\'') else {
            return Err(ParseError::at(0, UNCLOSED));
        };
        value.push_str(before);
        used += before.len() + 1;
        if !after.starts_with('\'') {
            return Ok((value, used));
        }
        value.push('\'');
        used += 1;
    }
}

/// The text of a JSON string at the start of `rest`, and its length with the quotes.
pub(super) fn json(rest: &str) -> Result<(String, usize), ParseError> {
    let mut value = String::new();
    let mut chars = rest.char_indices().skip(1);
    while let Some((at, it)) = chars.next() {
        match it {
            '"' => return Ok((value, at + 1)),
            '\\' => value.push(escape(&mut chars, at)?),
            _ => value.push(it),
        }
    }
    Err(ParseError::at(0, UNCLOSED))
}

fn escape(chars: &mut impl Iterator<Item = (usize, char)>, at: usize) -> Result<char, ParseError> {
    let wrong = || ParseError::at(at, "this is not a JSON escape");
    Ok(match chars.next().ok_or_else(wrong)?.1 {
        it @ ('"' | '\\' | '/') => it,
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'u' => {
            let high = unit(chars).ok_or_else(wrong)?;
            if !(0xD800..0xDC00).contains(&high) {
                return char::from_u32(high).ok_or_else(wrong);
            }
            let pair = (chars.next(), chars.next());
            if !matches!(pair, (Some((_, '\\')), Some((_, 'u')))) {
                return Err(wrong());
            }
            let low = unit(chars).filter(|it| (0xDC00..0xE000).contains(it)).ok_or_else(wrong)?;
            char::from_u32(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00)).ok_or_else(wrong)?
        }
        _ => return Err(wrong()),
    })
}

/// Four hexadecimal digits.
fn unit(chars: &mut impl Iterator<Item = (usize, char)>) -> Option<u32> {
    let mut value = 0;
    for _ in 0..4 {
        value = value * 16 + chars.next()?.1.to_digit(16)?;
    }
    Some(value)
}

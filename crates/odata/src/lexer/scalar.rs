//! Unquoted literals: GUIDs, dates, date-times and numbers. Which of them it is shows in the first bytes.

use jiff::Timestamp;
use jiff::civil::Date;
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::{Literal, ParseError};

const GUID: &str = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
const DATE: &str = "dddd-dd-dd";

/// The literal at the start of `rest` and its length, or `None` if something else starts here.
pub(super) fn scan(rest: &str) -> Result<Option<(Literal, usize)>, ParseError> {
    if let Some(found) = guid(rest) {
        return Ok(Some(found));
    }
    if looks_like(rest, DATE) {
        return moment(rest).map(Some);
    }
    let signed = rest.strip_prefix('+').unwrap_or(rest);
    if rest.starts_with('-') || signed.starts_with(|it: char| it.is_ascii_digit()) {
        return number(rest).map(Some);
    }
    Ok(None)
}

fn guid(rest: &str) -> Option<(Literal, usize)> {
    let inner = rest.strip_prefix('{');
    let bare = inner.unwrap_or(rest);
    if !looks_like(bare, GUID) {
        return None;
    }
    let guid = Uuid::try_parse(bare.get(..GUID.len())?).ok()?;
    let length = match inner {
        Some(inner) if byte(inner, GUID.len()) == Some(b'}') => GUID.len() + 2,
        Some(_) => return None,
        None => GUID.len(),
    };
    ends(rest, length).then_some((Literal::Guid(guid), length))
}

fn moment(rest: &str) -> Result<(Literal, usize), ParseError> {
    if !matches!(byte(rest, DATE.len()), Some(b'T' | b't')) {
        let text = rest.get(..DATE.len()).unwrap_or_default();
        return match text.parse::<Date>() {
            Ok(date) if ends(rest, DATE.len()) => Ok((Literal::Date(date), DATE.len())),
            _ => Err(ParseError::at(0, "this is not a date (YYYY-MM-DD)")),
        };
    }
    let belongs = |it: &u8| it.is_ascii_digit() || b"TtZz:.+-".contains(it);
    let length = rest.bytes().take_while(belongs).count();
    let text = rest.get(..length).unwrap_or_default();
    match text.parse::<Timestamp>() {
        Ok(moment) if ends(rest, length) => Ok((Literal::DateTime(moment), length)),
        _ => Err(ParseError::at(0, "this is not a date-time with Z or an offset (YYYY-MM-DDThh:mm:ssZ)")),
    }
}

fn number(rest: &str) -> Result<(Literal, usize), ParseError> {
    let sign = usize::from(rest.starts_with(['-', '+']));
    let mut length = sign + digits(rest, sign);
    if length == sign {
        return Err(ParseError::at(0, "a number is missing after -"));
    }
    let mut exact = false;
    if byte(rest, length) == Some(b'.') && digits(rest, length + 1) > 0 {
        exact = true;
        length += 1 + digits(rest, length + 1);
    }
    let mut exponent = false;
    if matches!(byte(rest, length), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(byte(rest, length + 1), Some(b'+' | b'-')));
        let count = digits(rest, length + 1 + sign);
        if count > 0 {
            exponent = true;
            length += 1 + sign + count;
        }
    }
    if !ends(rest, length) {
        return Err(ParseError::at(length, "a space is missing after the number"));
    }
    let text = rest.get(..length).unwrap_or_default();
    let literal = if exponent {
        text.parse().ok().filter(|it: &f64| it.is_finite()).map(Literal::Double)
    } else if exact {
        Decimal::from_str_exact(text).ok().map(Literal::Decimal)
    } else {
        let whole = text.parse().ok().map(Literal::Integer);
        whole.or_else(|| Decimal::from_str_exact(text).ok().map(Literal::Decimal))
    };
    literal.map(|it| (it, length)).ok_or_else(|| ParseError::at(0, "this number has too many digits"))
}

/// Whether `rest` starts like the pattern: `x` a hexadecimal digit, `d` a decimal one, `-` itself.
fn looks_like(rest: &str, pattern: &str) -> bool {
    let fits = |(byte, mark): (u8, u8)| match mark {
        b'x' => byte.is_ascii_hexdigit(),
        b'd' => byte.is_ascii_digit(),
        _ => byte == mark,
    };
    rest.len() >= pattern.len() && rest.bytes().zip(pattern.bytes()).all(fits)
}

/// Whether a literal may end at this byte: what follows must not look like more of it.
fn ends(rest: &str, at: usize) -> bool {
    let next = rest.get(at..).and_then(|it| it.chars().next());
    !next.is_some_and(|it| it == '_' || it == '-' || it == '.' || it == '\'' || it.is_alphanumeric())
}

fn digits(rest: &str, from: usize) -> usize {
    rest.bytes().skip(from).take_while(u8::is_ascii_digit).count()
}

fn byte(rest: &str, at: usize) -> Option<u8> {
    rest.as_bytes().get(at).copied()
}

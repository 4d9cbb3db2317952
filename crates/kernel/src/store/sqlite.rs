//! Connections to the embedded database: pragmas and text comparison.
//!
//! *Not* the pool of readers (`readers`), not the writer (`writer`). Invariant: every connection compares text without regard to case in
//! all scripts, as Dataverse does, so an index built by one is valid for all.

use std::path::Path;

use rusqlite::{Connection, OpenFlags, config::DbConfig, functions::FunctionFlags};

use crate::{Error, Result};

/// The name of the collation of text columns.
pub const COLLATION: &str = "ASSENT_TEXT";
/// The type of text columns.
pub(crate) const TEXT: &str = "TEXT COLLATE ASSENT_TEXT";
/// The name of the function behind contains, startswith and endswith.
pub const LIKE: &str = "assent_like";

/// Opens the database; in memory when there is no file.
///
/// # Errors
/// `Unavailable` when the file cannot be opened.
pub fn open(file: Option<&Path>) -> Result<Connection> {
    let connection = match file {
        Some(file) => {
            let connection = Connection::open(file)
                .map_err(|_| Error::unavailable(format!("the store {} cannot be opened", file.display())))?;
            connection.pragma_update(None, "journal_mode", "WAL")?;
            // Durable at commit: what was acknowledged survives the loss of power.
            connection.pragma_update(None, "synchronous", "FULL")?;
            connection
        }
        None => Connection::open_in_memory()?,
    };
    prepare(&connection)?;
    // Freed pages are overwritten, so an erased value does not linger in the file.
    connection.pragma_update(None, "secure_delete", "ON")?;
    Ok(connection)
}

/// Opens the database once more, to read only.
pub(crate) fn reader(file: &Path) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(file, flags)?;
    prepare(&connection)?;
    connection.pragma_update(None, "query_only", "ON")?;
    Ok(connection)
}

pub(crate) fn prepare(connection: &Connection) -> Result<()> {
    connection.set_prepared_statement_cache_capacity(512);
    // Without this a statement with `LIMIT ?` is parsed and planned again at each execution, for a
    // plan that fits the bound number; that costs more than most of our statements.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.busy_timeout(std::time::Duration::from_secs(10))?;
    connection.pragma_update(None, "cache_size", -32_000)?;
    // What is sorted or may be rolled back to a savepoint holds personal values: it stays in memory and
    // never lies in a file of the system's temporary folder.
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.create_collation(COLLATION, |a, b| {
        if a.is_ascii() && b.is_ascii() {
            a.bytes().map(|it| it.to_ascii_lowercase()).cmp(b.bytes().map(|it| it.to_ascii_lowercase()))
        } else {
            a.chars().flat_map(char::to_lowercase).cmp(b.chars().flat_map(char::to_lowercase))
        }
    })?;
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    connection.create_scalar_function(LIKE, 2, flags, |cx| {
        let (text, pattern): (Option<String>, Option<String>) = (cx.get(0)?, cx.get(1)?);
        Ok(text.zip(pattern).map(|(text, pattern)| like(&text, &pattern)))
    })?;
    Ok(())
}

/// Whether the text matches a LIKE pattern with `%`, `_` and `[a-z]`, without regard to case.
pub(crate) fn like(text: &str, pattern: &str) -> bool {
    let text: Vec<char> = text.chars().flat_map(char::to_lowercase).collect();
    let pattern: Vec<char> = pattern.chars().flat_map(char::to_lowercase).collect();
    // Iterative with one point of return, so a hostile pattern costs at most text × pattern.
    let (mut t, mut p) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    while t < text.len() {
        let step = match pattern.get(p) {
            Some('%') => {
                retry = Some((p, t));
                p += 1;
                continue;
            }
            Some('_') => Some(1),
            Some('[') => set(&pattern, p).and_then(|(matches, width)| matches(*text.get(t)?).then_some(width)),
            Some(expected) => (text.get(t) == Some(expected)).then_some(1),
            None => None,
        };
        if let Some(width) = step {
            t += 1;
            p += width;
        } else if let Some((star, from)) = retry {
            retry = Some((star, from + 1));
            p = star + 1;
            t = from + 1;
        } else {
            return false;
        }
    }
    pattern.get(p..).is_some_and(|rest| rest.iter().all(|it| *it == '%'))
}

/// The pattern as a regular expression, for a database that has those; texts are given to it in small
/// letters.
pub(crate) fn expression(pattern: &str) -> String {
    let pattern: Vec<char> = pattern.chars().flat_map(char::to_lowercase).collect();
    let mut out = String::from("^");
    let mut at = 0;
    while let Some(it) = pattern.get(at) {
        let rest = pattern.get(at + 1..).unwrap_or_default();
        match (it, rest.iter().position(|it| *it == ']')) {
            ('%', _) => out.push_str(".*"),
            ('_', _) => out.push('.'),
            ('[', Some(width)) => {
                let body = rest.get(..width).unwrap_or_default();
                at += width + 1;
                out.push_str(&set_expression(body));
            }
            (it, _) if it.is_alphanumeric() => out.push(*it),
            (it, _) => {
                out.push('\\');
                out.push(*it);
            }
        }
        at += 1;
    }
    out.push('$');
    out
}

/// A set of characters. Each stands as an alternative or a range of its own, so none has a meaning that
/// depends on its place.
fn set_expression(body: &[char]) -> String {
    let (negated, mut rest) = match body.split_first() {
        Some(('^', rest)) => (true, rest),
        _ => (false, body),
    };
    let code = |it: char| format!("\\U{:08x}", u32::from(it));
    let mut inner = String::new();
    while let Some((first, after)) = rest.split_first() {
        rest = match after {
            ['-', to, after @ ..] if first <= to => {
                inner.push_str(&format!("{}-{}", code(*first), code(*to)));
                after
            }
            // An empty range holds nothing.
            ['-', _, after @ ..] => after,
            _ => {
                inner.push_str(&code(*first));
                after
            }
        };
    }
    match (negated, inner.is_empty()) {
        (false, true) => "(?!.).".to_owned(),
        (true, true) => ".".to_owned(),
        (false, false) => format!("[{inner}]"),
        (true, false) => format!("[^{inner}]"),
    }
}

type Matcher<'p> = Box<dyn Fn(char) -> bool + 'p>;

/// The set that starts at `[`, and its width in the pattern; an unclosed one is a plain bracket.
fn set(pattern: &[char], at: usize) -> Option<(Matcher<'_>, usize)> {
    let body = pattern.get(at + 1..)?;
    let Some(close) = body.iter().position(|it| *it == ']') else {
        return Some((Box::new(|it| it == '['), 1));
    };
    let body = body.get(..close)?;
    let (negated, body) = match body.split_first() {
        Some(('^', rest)) => (true, rest),
        _ => (false, body),
    };
    let matches = move |it: char| {
        let (mut rest, mut found) = (body, false);
        // A dash between two characters is a range; first or last it is itself.
        while let Some((first, after)) = rest.split_first() {
            (found, rest) = match after {
                ['-', to, after @ ..] => (found || (*first..=*to).contains(&it), after),
                _ => (found || *first == it, after),
            };
        }
        found != negated
    };
    Some((Box::new(matches), close + 2))
}

#[cfg(test)]
mod tests {
    use super::like;

    #[test]
    fn patterns_match_as_dataverse_does() {
        for (text, pattern, expected) in [
            ("Müller", "mü%", true),
            ("ABC", "%b%", true),
            ("abc", "a_c", true),
            ("abc", "a[a-c]c", true),
            ("abc", "a[^b]c", false),
            ("a-c", "a[a-z]c", false),
            ("a-c", "a[a-z-]c", true),
            ("a-c", "a[-z]c", true),
            ("50%", "50[%]", true),
            ("50x", "50[%]", false),
            ("a[c", "a[c", true),
            ("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "%a%a%a%a%a%a%b", false),
            ("", "%", true),
            ("", "_", false),
        ] {
            assert_eq!(like(text, pattern), expected, "{text} ~ {pattern}");
        }
    }
}

//! "Did you mean …" for a column that does not exist.
//!
//! *Not* a correction: the request stays refused. Invariant: only names of the metadata are
//! suggested, never values.

use kernel::{Error, metadata::Model};

const TYPE: &str = "Microsoft.Dynamics.CRM.";

/// The same error with the nearest column's name, where one is near.
pub fn with_name(model: &Model, mut error: Error) -> Error {
    if !matches!(error.code, "unknown-column" | "undeclared") || error.text.contains("is not enabled here") {
        return error;
    }
    let entity = error.text.split_once(TYPE).and_then(|(_, rest)| rest.split('\'').next());
    let Some(entity) = entity.and_then(|it| model.entity(it).ok()) else {
        return error;
    };
    let names = entity.columns.values().filter(|it| !it.is_secret()).map(|it| it.name.as_str());
    let nearest = names.map(|it| (distance(&error.target, it), it)).min();
    if let Some((far, name)) = nearest
        && far <= 1 + error.target.chars().count() / 4
    {
        error.text.push_str(&format!(" Did you mean '{name}'?"));
    }
    error
}

/// How many letters must be put in, taken out or replaced.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().flat_map(char::to_lowercase).collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, left) in a.chars().flat_map(char::to_lowercase).take(100).enumerate() {
        let mut diagonal = i;
        let mut before = i + 1;
        if let Some(first) = row.first_mut() {
            *first = before;
        }
        for (cell, right) in row.iter_mut().skip(1).zip(&b) {
            let replaced = diagonal + usize::from(left != *right);
            diagonal = *cell;
            *cell = replaced.min(before + 1).min(*cell + 1);
            before = *cell;
        }
    }
    row.last().copied().unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    #[test]
    fn counts_the_letters_that_differ() {
        assert_eq!(super::distance("lastnme", "lastname"), 1);
        assert_eq!(super::distance("", "ab"), 2);
        assert_eq!(super::distance("ab", "ab"), 0);
        assert_eq!(super::distance("ab", "ba"), 2);
    }
}

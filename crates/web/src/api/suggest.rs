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
    let wanted: String = error.target.chars().take(100).flat_map(char::to_lowercase).collect();
    let nearest = names.map(|it| (strsim::damerau_levenshtein(&wanted, it), it)).min();
    if let Some((far, name)) = nearest
        && far <= 1 + wanted.chars().count() / 4
    {
        error.text.push_str(&format!(" Did you mean '{name}'?"));
    }
    error
}

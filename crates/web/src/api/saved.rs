//! `?savedQuery=` and `?userQuery=`: a view, run (`spec/web-api.md` 2, 3.5).
//!
//! *Not* the view itself, which is a row of `savedquery` or `userquery`. Invariant: the query runs with the
//! rights of the caller, and on the entity set in the address only.

use kernel::{Error, Result, Rx, metadata::Entity, uuid::Uuid};

use super::call::Call;

/// The query behind the option, if the request has one.
///
/// # Errors
/// `option` for what is no identifier or a view of another entity, `not-found`.
pub fn query(rx: &Rx<'_>, call: &Call, entity: &Entity) -> Result<Option<String>> {
    for (option, views) in [("savedQuery", "savedquery"), ("userQuery", "userquery")] {
        let Some(text) = call.options.custom(option).filter(|it| !it.is_empty()) else { continue };
        let wrong = |text: String| Error::invalid(option, text).with_code("option");
        let id: Uuid = text
            .trim_matches(['{', '}', '\''])
            .parse()
            .map_err(|_| wrong(format!("takes the identifier (GUID) of a row of {views}")))?;
        let view = rx.get(views, id)?;
        let of = view.text("returnedtypecode");
        if of != entity.name {
            return Err(wrong(format!("is a view of {of}; the address is that of {}", entity.set)));
        }
        return Ok(Some(view.text("fetchxml").to_owned()));
    }
    Ok(None)
}

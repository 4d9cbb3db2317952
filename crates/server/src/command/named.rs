//! One row by what people call it: its identifier, or a text that only it has.
//!
//! *Not* a search. Invariant: where several rows have the text none of them is taken, and the answer gives their
//! identifiers.

use kernel::{Error, Kind, Query, Record, Result, Rx, uuid::Uuid};

/// The only row with that identifier, or with that text in the column.
///
/// # Errors
/// `NotFound` when there is none, `Conflict` naming the rows when there are several.
pub fn one(rx: &Rx<'_>, entity: &str, column: &str, text: &str) -> Result<Record> {
    only(rx, entity, &Query::on(entity).eq(column, text), text, &format!("{entity} has this {column}"))
}

/// As [`one`], where a query finds the rows that have the text; `what` says what was sought, as in `no <what>`.
///
/// # Errors
/// As [`one`].
pub fn only(rx: &Rx<'_>, entity: &str, query: &Query, text: &str, what: &str) -> Result<Record> {
    if let Ok(id) = text.parse::<Uuid>() {
        return rx.get(entity, id);
    }
    let found = rx.rows(&query.clone().top(5))?;
    match found.as_slice() {
        [_] => {}
        [] => return Err(Error::new(Kind::NotFound, "not-found", entity, format!("no {what}"))),
        several => {
            let ids: Vec<String> = several.iter().map(|it| it.id.to_string()).collect();
            let text = format!("more than one {what}; give the identifier: {}", ids.join(", "));
            return Err(Error::conflict(entity, text));
        }
    }
    found.into_iter().next().ok_or_else(|| Error::bug("a row that was found is gone"))
}

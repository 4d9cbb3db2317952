//! `?sql=SELECT …`: the reading part of SQL that Microsoft's client sends (`spec/web-api.md` 3.20).
//!
//! Parsed into a tree (`parse`) and compiled to the kernel's report (`compile`), as FetchXML is. *Not*
//! handed to the database: no text of the caller reaches it. Invariant: what the grammar does not have is
//! refused with its position; there is no statement but one SELECT.

mod compile;
mod lex;
mod parse;

use kernel::{Error, Kind, Result, Rx, metadata::Entity};
use serde_json::{Map, Value as Json};

use super::{
    answer::Answer,
    call::{Call, PAGE},
    list, table,
};

/// Answers the query.
///
/// # Errors
/// `syntax` with the position of the mistake, `Forbidden`.
pub fn read(rx: &Rx<'_>, call: &Call, entity: &Entity, text: &str) -> Result<Answer> {
    let select = parse::parse(text)?;
    let compiled = compile::compile(rx, entity, &select, call.prefer.page_size.unwrap_or(PAGE));
    // A literal that does not fit its column is refused in the words of FetchXML, whose reader it shares.
    let mut compiled = compiled.map_err(|mut error| {
        if error.code == "syntax" {
            "sql".clone_into(&mut error.target);
        }
        error
    })?;
    if let Some(token) = &call.options.skiptoken {
        compiled.report.after = Some(list::token_in(token)?.0);
        compiled.report.skip = 0;
    }
    let reported = rx.report(&compiled.report)?;
    let mut body = Map::new();
    let names: Vec<&str> = compiled.names.iter().map(|it| it.wire.as_str()).collect();
    let context = format!("{}$metadata#{}({})", call.root, entity.set, names.join(","));
    body.insert("@odata.context".to_owned(), Json::from(context));
    let rows = table::rows(rx, call, &compiled.names, &reported)?;
    body.insert("value".to_owned(), Json::Array(rows.into_iter().map(Json::Object).collect()));
    if let (Some(token), false) = (&reported.next, compiled.limited) {
        body.insert("@odata.nextLink".to_owned(), Json::from(list::next_link(call, &list::skip(token, None), None)));
    }
    Ok(Answer::json(&Json::Object(body)).applied(call.prefer.applied(true, false)))
}

/// The error for a mistake in a query.
fn refused(text: impl Into<kernel::Phrase>) -> Error {
    Error::new(Kind::Invalid, "syntax", "sql", text)
}

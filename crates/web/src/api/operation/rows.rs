//! What a list does with all rows of a view at once: count them, change them, delete them.
//!
//! *Not* a second way to the store: a view is FetchXML, read as everywhere, and each row is changed through the write
//! path. Invariant: what was confirmed is what happens: where the view has another size by now, nothing is changed.

use kernel::{
    Context, Error, Kind, Phrase, Result, Rx, Tx,
    access::{self, Privilege},
    uuid::Uuid,
};
use serde_json::{Map, Value as Json, json};

use super::{Given, Operation, Run};
use crate::api::{body, fetch};

/// Rows changed in one transaction.
const CHANGED_ROWS: u64 = 5_000;

/// See the module.
pub const OPERATIONS: &[Operation] = &[
    Operation {
        name: "assent_CountRows",
        bound_to: None,
        parameters: &[("FetchXml", "Edm.String")],
        returns: &[("Count", "Edm.Int64")],
        about: "How many rows a query in FetchXML has, exactly and now.",
        errors: &[("0x80048d19", "the query cannot be read"), ("0x80040220", "the role may not read the entity")],
        source: "docs/web-api.md",
        run: Run::Function(count),
    },
    Operation {
        name: "assent_UpdateRows",
        bound_to: None,
        parameters: &[
            ("FetchXml", "Edm.String"),
            ("Values", "Edm.String"),
            ("Expect", "Edm.Int64"),
            ("Because", "Edm.String"),
        ],
        returns: &[("Changed", "Edm.Int64")],
        about: "Sets the same values, a JSON object, in every row of a query in FetchXML, all or none; Expect is the number of rows that somebody confirmed.",
        errors: &[
            ("0x80040265", "the query has another number of rows by now"),
            ("0x80048d19", "more than 5,000 rows, or values that cannot be set"),
            ("0x80040220", "the role may not change one of the rows"),
        ],
        source: "docs/web-api.md",
        run: Run::Action(update),
    },
    Operation {
        name: "assent_DeleteRows",
        bound_to: None,
        parameters: &[("FetchXml", "Edm.String"), ("Expect", "Edm.Int64"), ("Because", "Edm.String")],
        returns: &[("Deleted", "Edm.Int64")],
        about: "Deletes every row of a query in FetchXML, all or none; Expect is the number of rows that somebody confirmed. Not an erasure.",
        errors: &[
            ("0x80040265", "the query has another number of rows by now"),
            ("0x80048d19", "more than 5,000 rows; BulkDelete takes more, in the background"),
            ("0x80040220", "the role may not delete one of the rows"),
        ],
        source: "docs/web-api.md",
        run: Run::Action(delete),
    },
];

/// `assent_CountRows(FetchXml=@q)`.
fn count(rx: &Rx<'_>, given: &Given) -> Result<Json> {
    let question = fetch::question(rx, given.text("FetchXml")?, 1).map_err(|error| error.at("FetchXml"))?;
    Ok(json!({ "Count": rx.report_count(&question.report)? }))
}

/// `assent_UpdateRows {FetchXml, Values, Expect, Because}`.
fn update(tx: &mut Tx<'_>, given: &Given) -> Result<Json> {
    let (entity, ids) = confirmed(tx, given, Privilege::Write)?;
    let wrong = |text: &str| Error::invalid("Values", text).with_code("payload");
    let no_object = |_| wrong("takes the text of a JSON object of columns and values");
    let values: Map<String, Json> = serde_json::from_str(given.text("Values")?).map_err(no_object)?;
    let model = tx.model();
    let body = body::row(tx, model.entity(&entity)?, &values, false).map_err(|error| error.at("Values"))?;
    if !body.is_plain() {
        return Err(wrong("sets columns and lookups of the rows, not rows related to them"));
    }
    tx.under(because(tx, given)?, |tx| {
        ids.iter().try_for_each(|id| tx.update(&entity, *id, body.values.clone()).map(drop))
    })?;
    Ok(json!({ "Changed": ids.len() }))
}

/// `assent_DeleteRows {FetchXml, Expect, Because}`.
fn delete(tx: &mut Tx<'_>, given: &Given) -> Result<Json> {
    let (entity, ids) = confirmed(tx, given, Privilege::Delete)?;
    tx.under(because(tx, given)?, |tx| ids.iter().try_for_each(|id| tx.delete(&entity, *id)))?;
    Ok(json!({ "Deleted": ids.len() }))
}

/// The rows of the query, if they are as many as somebody confirmed.
fn confirmed(tx: &Tx<'_>, given: &Given, privilege: Privilege) -> Result<(String, Vec<Uuid>)> {
    let wrong = |name: &str, text: &str| Error::invalid(name, text).with_code("payload");
    let expect = given.number("Expect")?.ok_or_else(|| wrong("Expect", "is the number of rows that was confirmed"))?;
    let question = fetch::question(tx, given.text("FetchXml")?, CHANGED_ROWS).map_err(|error| error.at("FetchXml"))?;
    let model = tx.model();
    let entity = model.entity(&question.report.entity)?;
    access::check(tx, entity, privilege)?;
    access::check_writer(tx.cx(), entity)?;
    if question.report.grouped || question.report.distinct {
        return Err(wrong("FetchXml", "asks for groups; ask for rows"));
    }
    let all = tx.report_count(&question.report)?;
    if i64::try_from(all) != Ok(expect) {
        let text = "{confirmed} rows were confirmed, the query has {now} by now; look at them again";
        let text = Phrase::new("state", text).with("confirmed", expect).with("now", all);
        return Err(Error::new(Kind::Conflict, "state", "Expect", text));
    }
    if all > CHANGED_ROWS {
        return Err(wrong("FetchXml", &format!("has {all} rows, {CHANGED_ROWS} are changed at once; narrow it")));
    }
    let ids = tx.report(&question.report)?.rows.iter().filter_map(|it| it.id).collect();
    Ok((question.report.entity, ids))
}

/// The circumstances with the reason that was given.
fn because(tx: &Tx<'_>, given: &Given) -> Result<Context> {
    let mut cx = tx.cx().clone();
    cx.justification = given.optional("Because")?.map(Into::into);
    Ok(cx)
}

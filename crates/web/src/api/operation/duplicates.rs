//! `PublishDuplicateRule`, `UnpublishDuplicateRule` and `RetrieveDuplicates`.
//!
//! *Not* the comparing (`duplicates`). Invariant: what is retrieved is what the caller could have found by asking for
//! it.

use kernel::{Error, Query, Record, Result, Rx, Tx, Values, uuid::Uuid};
use serde_json::{Value as Json, json};

use super::{Given, Operation, Run};
use crate::{
    api::{body, format, key, select},
    duplicates,
};

/// Most rows of an answer.
const ROWS: usize = 5_000;

/// See the module.
pub const OPERATIONS: &[Operation] = &[
    Operation {
        name: "PublishDuplicateRule",
        bound_to: Some("duplicaterule"),
        parameters: &[],
        returns: &[("JobId", "Edm.Guid")],
        about: "The rule is in force when the answer arrives. No job is needed, so JobId is the empty identifier.",
        errors: &[
            ("0x80048d19", "the rule has no condition, or one that cannot be asked"),
            ("0x80040220", "the role may not write rules"),
        ],
        source: "spec/web-api.md 4.6",
        run: Run::Action(publish),
    },
    Operation {
        name: "UnpublishDuplicateRule",
        bound_to: None,
        parameters: &[("DuplicateRuleId", "Edm.Guid")],
        returns: &[],
        about: "The rule is no longer in force, and can be changed.",
        errors: &[("0x80040217", "the rule does not exist"), ("0x80040220", "the role may not write rules")],
        source: "spec/web-api.md 4.6",
        run: Run::Action(unpublish),
    },
    Operation {
        name: "RetrieveDuplicates",
        bound_to: None,
        parameters: &[
            ("BusinessEntity", "crmbaseentity"),
            ("MatchingEntityName", "Edm.String"),
            ("PagingInfo", "crmbaseentity"),
        ],
        returns: &[("", "Collection(crmbaseentity)")],
        about: "The rows of MatchingEntityName that published rules call duplicates of BusinessEntity, a row that is there or is going to be made. PagingInfo takes PageNumber and Count.",
        errors: &[("0x8006088a", "an entity that there is not"), ("0x80040220", "one that the role may not read")],
        source: "spec/web-api.md 4.6",
        run: Run::Function(retrieve),
    },
];

fn publish(tx: &mut Tx<'_>, given: &Given) -> Result<Json> {
    duplicates::publish(tx, given.id)?;
    Ok(json!({ "JobId": Uuid::nil() }))
}

fn unpublish(tx: &mut Tx<'_>, given: &Given) -> Result<Json> {
    duplicates::unpublish(tx, given.guid("DuplicateRuleId")?)?;
    Ok(Json::Null)
}

fn retrieve(rx: &Rx<'_>, given: &Given) -> Result<Json> {
    let model = rx.model();
    let matching = model.entity(given.text("MatchingEntityName")?)?;
    let row = row(rx, given)?;
    let (page, count) = paging(given)?;
    let found = duplicates::of(rx, model.entity(&row.entity)?, &row, matching)?;
    let ids: Vec<_> = found.into_iter().skip(page.saturating_mul(count)).take(count).collect();
    let mut rows = Vec::new();
    for chunk in ids.chunks(format::CHUNK) {
        for record in rx.rows(&Query::on(&matching.name).and(format::one_of(&matching.key, chunk)))? {
            let readable = select::visible(matching).filter(|it| record.values.has(&it.name));
            let columns = readable.map(|it| (select::wire(it), format::json(record.get(&it.name))));
            let mut row: serde_json::Map<String, Json> = columns.collect();
            row.insert("@odata.type".to_owned(), Json::from(format!("#Microsoft.Dynamics.CRM.{}", matching.name)));
            rows.push(Json::Object(row));
        }
    }
    Ok(Json::Array(rows))
}

/// The row that is asked about: one that is there, with what else is said of it, or one that is only described.
fn row(rx: &Rx<'_>, given: &Given) -> Result<Record> {
    let wrong = |text: &str| Error::invalid("BusinessEntity", text).with_code("payload");
    let object = given.parameters.get("BusinessEntity").and_then(Json::as_object);
    let object = object.ok_or_else(|| wrong("takes a row: @odata.type and its columns, or @odata.id"))?;
    let model = rx.model();
    let mut record = match object.get("@odata.id").and_then(Json::as_str) {
        Some(address) => {
            let (entity, id) = key::reference(rx, "BusinessEntity", address)?;
            rx.get(&entity, id)?
        }
        None => {
            let name = object.get("@odata.type").and_then(Json::as_str).unwrap_or_default();
            let name = name.trim_start_matches('#').trim_start_matches("Microsoft.Dynamics.CRM.");
            let entity = model.entity(name).map_err(|_| wrong("names its entity in @odata.type"))?;
            let id = object.get(&entity.key).and_then(Json::as_str).and_then(|it| it.parse().ok());
            Record { entity: entity.name.clone(), id: id.unwrap_or_default(), version: 0, values: Values::new() }
        }
    };
    let body = body::row(rx, model.entity(&record.entity)?, object, false)?;
    for (name, value) in body.values {
        record.values.set(&name, value);
    }
    Ok(record)
}

/// The page from 0, and how many rows it has.
fn paging(given: &Given) -> Result<(usize, usize)> {
    let number = |name: &str, else_: usize| match given.parameters.get("PagingInfo").and_then(|it| it.get(name)) {
        None | Some(Json::Null) => Ok(else_),
        Some(it) => {
            let number = it.as_u64().and_then(|it| usize::try_from(it).ok()).filter(|it| *it > 0);
            number.ok_or_else(|| Error::invalid("PagingInfo", format!("{name} is a number from 1")))
        }
    };
    Ok((number("PageNumber", 1)? - 1, number("Count", ROWS)?.min(ROWS)))
}

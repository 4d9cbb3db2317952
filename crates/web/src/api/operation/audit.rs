//! The audit in Dataverse's words: what became of a record, and its switches.
//!
//! *Not* the sealed trail underneath (`platform`), which no switch turns off. Invariant: what the switches did
//! not keep is in no answer here, and deleting the audit leaves a row that says so.

use kernel::{
    Error, Result, Rx, Tx,
    audit::{
        kept::{self, Kept},
        switches,
    },
    metadata::{Column, ColumnType},
};
use serde_json::{Map, Value as Json, json};

use super::{Given, Operation, Run, dataverse::reference};
use crate::api::{format, row::LOOKUP_ENTITY, select::wire};

const HISTORY: &[(&str, &str)] = &[("AuditDetailCollection", "AuditDetailCollection")];

/// See the module.
pub const OPERATIONS: &[Operation] = &[
    Operation {
        name: "RetrieveRecordChangeHistory",
        bound_to: None,
        parameters: &[("Target", "crmbaseentity"), ("PagingInfo", "Edm.String")],
        returns: HISTORY,
        about: "The audit of a record, the newest first: what auditing was switched on for. PagingInfo is {\"PageNumber\":1,\"Count\":50}.",
        errors: &[
            ("0x80040220", "without the privilege prvReadRecordAuditHistory, or the record is out of reach"),
            ("0x80048d19", "PagingInfo is no object with numbers"),
        ],
        source: "spec/marketing.md 4",
        run: Run::Function(of_record),
    },
    Operation {
        name: "RetrieveAttributeChangeHistory",
        bound_to: None,
        parameters: &[
            ("Target", "crmbaseentity"),
            ("AttributeLogicalName", "Edm.String"),
            ("PagingInfo", "Edm.String"),
        ],
        returns: HISTORY,
        about: "The same of one column: what seed 002 calls Filter on.",
        errors: &[
            ("0x80040220", "without the privilege prvReadRecordAuditHistory, or the record is out of reach"),
            ("0x0", "the entity has no such column"),
        ],
        source: "spec/marketing.md 4",
        run: Run::Function(of_column),
    },
    Operation {
        name: "RetrieveAuditDetails",
        bound_to: Some(kept::ENTITY),
        parameters: &[],
        returns: &[("AuditDetail", "crmbaseentity")],
        about: "One entry of the audit with the old and the new values.",
        errors: &[("0x80040220", "without the privilege prvReadAuditSummary, or the record is out of reach")],
        source: "spec/marketing.md 4",
        run: Run::Function(details),
    },
    Operation {
        name: "DeleteRecordChangeHistory",
        bound_to: None,
        parameters: &[("Target", "crmbaseentity")],
        returns: &[("DeletedEntriesCount", "Edm.Int32")],
        about: "Takes the audit of a record away; that it was taken away stays, and so does the sealed trail.",
        errors: &[("0x80040220", "without the privilege prvDeleteRecordChangeHistory")],
        source: "spec/marketing.md 4",
        run: Run::Action(forget_record),
    },
    Operation {
        name: "DeleteAuditData",
        bound_to: None,
        parameters: &[("EndDate", "Edm.DateTimeOffset")],
        returns: &[("PartitionsDeleted", "Edm.Int32"), ("DeletedEntriesCount", "Edm.Int32")],
        about: "Takes away the audit of before a moment; that it was taken away stays, and so does the sealed trail.",
        errors: &[
            ("0x80040220", "without the privilege prvDeleteAuditPartitions"),
            ("0x80048d19", "EndDate is no instant"),
            ("0x80040203", "more rows are older than one request takes away"),
        ],
        source: "spec/marketing.md 4",
        run: Run::Action(forget_before),
    },
    Operation {
        name: "assent_AuditEntity",
        bound_to: None,
        parameters: &[("Entity", "Edm.String"), ("Column", "Edm.String"), ("On", "Edm.Boolean")],
        returns: &[("On", "Edm.Boolean"), ("Changed", "Edm.Boolean")],
        about: "Switches the audit of an entity on, with all its columns, or off; with Column, that of one column.",
        errors: &[
            ("0x80040220", "without the privilege prvWriteEntity, or for a column prvWriteAttribute"),
            ("0x80040203", "a column of an entity that is not audited"),
        ],
        source: "spec/marketing.md 4",
        run: Run::Action(switch),
    },
];

fn of_record(rx: &Rx<'_>, given: &Given) -> Result<Json> {
    history(rx, given, None)
}

fn of_column(rx: &Rx<'_>, given: &Given) -> Result<Json> {
    history(rx, given, Some(given.text("AttributeLogicalName")?))
}

/// Entries of one page, when nobody says how many, and at most.
const PAGE: (usize, usize) = (500, 5_000);

fn history(rx: &Rx<'_>, given: &Given, column: Option<&str>) -> Result<Json> {
    let (entity, id) = reference(rx, given, "Target")?;
    let (page, count) = paging(given)?;
    let from = (page - 1).saturating_mul(count);
    let (found, all) = kept::of_record(rx, &entity, id, column, (from, count))?;
    let details: Result<Vec<Json>> = found.iter().map(|it| detail(rx, it)).collect();
    Ok(json!({ "AuditDetailCollection": {
        "MoreRecords": from + found.len() < all,
        "PagingCookie": "",
        "TotalRecordCount": all,
        "AuditDetails": details?,
    }}))
}

fn paging(given: &Given) -> Result<(usize, usize)> {
    let wrong = || Error::invalid("PagingInfo", "takes {\"PageNumber\":1,\"Count\":50}").with_code("payload");
    let info = match given.parameters.get("PagingInfo") {
        None | Some(Json::Null) => return Ok((1, PAGE.0)),
        Some(Json::Object(it)) => it,
        Some(_) => return Err(wrong()),
    };
    let number = |name: &str, otherwise: usize| match info.get(name) {
        None | Some(Json::Null) => Ok(otherwise),
        Some(it) => it.as_u64().and_then(|it| usize::try_from(it).ok()).ok_or_else(wrong),
    };
    // Clients send 0 for what they do not care about.
    let count = Some(number("Count", PAGE.0)?).filter(|it| *it > 0).unwrap_or(PAGE.0);
    Ok((number("PageNumber", 1)?.max(1), count.min(PAGE.1)))
}

fn details(rx: &Rx<'_>, given: &Given) -> Result<Json> {
    Ok(json!({ "AuditDetail": detail(rx, &kept::details(rx, given.id)?)? }))
}

/// An entry as Dataverse writes it, with the row of the audit inside.
fn detail(rx: &Rx<'_>, it: &Kept) -> Result<Json> {
    let model = rx.model();
    let audit = model.entity(kept::ENTITY)?;
    let mut record = Map::new();
    for (name, column) in &audit.columns {
        record.insert(wire(column), format::json(it.row.get(name)));
    }
    record.insert("@odata.type".to_owned(), Json::from("#Microsoft.Dynamics.CRM.audit"));
    let Some(remembered) = &it.remembered else {
        return Ok(json!({ "@odata.type": "#Microsoft.Dynamics.CRM.AuditDetail", "AuditRecord": record }));
    };
    let entity = model.entity(&remembered.entity).ok();
    let side = |at: usize| {
        let mut row = Map::new();
        row.insert("@odata.type".to_owned(), Json::from(format!("#Microsoft.Dynamics.CRM.{}", remembered.entity)));
        for (name, pair) in &remembered.values {
            let column = entity.and_then(|it| it.columns.get(name));
            match (column, pair.get(at)) {
                (_, None | Some(Json::Null)) => {}
                (Some(column), Some(value)) => put(&mut row, column, value),
                (None, Some(value)) => {
                    row.insert(name.clone(), value.clone());
                }
            }
        }
        Json::Object(row)
    };
    Ok(json!({
        "@odata.type": "#Microsoft.Dynamics.CRM.AttributeAuditDetail",
        "AuditRecord": record,
        "InvalidNewValueAttributes": [],
        "LocLabelLanguageCode": 0,
        "DeletedAttributes": { "Count": 0, "Keys": [], "Values": [] },
        "OldValue": side(0),
        "NewValue": side(1),
        // What Dataverse has not: the person was erased, so their values cannot be read any more.
        "Assent.Unreadable": remembered.unreadable,
    }))
}

/// A remembered value under its name on the wire.
fn put(row: &mut Map<String, Json>, column: &Column, value: &Json) {
    let name = wire(column);
    match (column.kind, value.as_str().and_then(|it| it.split_once(':'))) {
        (ColumnType::Lookup, Some((entity, id))) => {
            row.insert(format!("{name}@{LOOKUP_ENTITY}"), Json::from(entity));
            row.insert(name, Json::from(id));
        }
        _ => {
            row.insert(name, value.clone());
        }
    }
}

fn forget_record(tx: &mut Tx<'_>, given: &Given) -> Result<Json> {
    let (entity, id) = reference(tx, given, "Target")?;
    Ok(json!({ "DeletedEntriesCount": kept::forget_record(tx, &entity, id)? }))
}

fn forget_before(tx: &mut Tx<'_>, given: &Given) -> Result<Json> {
    let moment = given.text("EndDate")?.parse();
    let moment = moment.map_err(|_| Error::invalid("EndDate", "takes an instant, such as 2026-01-01T00:00:00Z"))?;
    let gone = kept::forget_before(tx, moment)?;
    Ok(json!({ "PartitionsDeleted": u8::from(gone > 0), "DeletedEntriesCount": gone }))
}

fn switch(tx: &mut Tx<'_>, given: &Given) -> Result<Json> {
    let on = given.parameters.get("On").and_then(Json::as_bool);
    let on = on.ok_or_else(|| Error::invalid("On", "takes true or false"))?;
    let entity = given.text("Entity")?.to_owned();
    let changed = match given.optional("Column")? {
        Some(column) => switches::column(tx, &entity, column, on)?,
        None => switches::entity(tx, &entity, on)?,
    };
    Ok(json!({ "On": on, "Changed": changed }))
}

//! What the desk of a privacy officer asks beside the steps of a request: who carries the address, what was
//! found, what is taken out of a plan, what the package would hold; and which columns are personal.
//!
//! *Not* a second procedure: the steps are in `request`, the rules in `privacy`. Invariant: the questions
//! change nothing, and whoever may not work on requests gets no answer.

use base64::{Engine, engine::general_purpose::STANDARD};
use kernel::{Error, Result, Rx, Tx, access, uuid::Uuid};
use privacy::{
    inventory,
    request::{self, DataSubjectRequest, by_hand, discover, found, package},
};
use serde_json::{Value as Json, json, to_value};

use super::{Given, Operation, Run};

const REQUEST: Option<&str> = Some(request::ENTITY);
const READER: (&str, &str) = ("0x80040220", "without the privilege prvAssentReadFindings");
const PLANNER: (&str, &str) = ("0x80040220", "without the privilege prvAssentPlanRequest");
const EXPORTER: (&str, &str) = ("0x80040220", "without the privilege prvAssentExportSubject");
const DECIDER: (&str, &str) = ("0x80040220", "without the privilege prvAssentDecideRequest");
const INVENTORY: (&str, &str) = ("0x80040220", "without the privilege prvAssentReadInventory");
/// So many records are shown in one answer.
const SHOWN: usize = 1_000;

/// See the module.
pub const OPERATIONS: &[Operation] = &[
    Operation {
        name: "assent_RequestCandidates",
        bound_to: REQUEST,
        parameters: &[],
        returns: &[("Candidates", "Collection(Edm.Untyped)")],
        about: "Who carries the address of the request: each record that is a person, its name and how many rows belong to it. Its Subject (contact:GUID) is what assent_PlanRequest takes.",
        errors: &[READER],
        source: "spec/data-subject-requests.md 2.1",
        run: Run::Function(candidates),
    },
    Operation {
        name: "assent_FoundRecords",
        bound_to: REQUEST,
        parameters: &[("Entity", "Edm.String")],
        returns: &[("Records", "Collection(Edm.Untyped)"), ("Total", "Edm.Int64")],
        about: "The records that the plan stands for now, of one entity or of all, at most 1,000: name, the path that led there, the ground where it was taken out.",
        errors: &[READER, ("0x80040265", "the address is shared and nobody said who is meant")],
        source: "spec/data-subject-requests.md 2.1",
        run: Run::Function(records),
    },
    Operation {
        name: "assent_HoldBack",
        bound_to: REQUEST,
        parameters: &[
            ("Entity", "Edm.String"),
            ("Column", "Edm.String"),
            ("Record", "Edm.Guid"),
            ("Ground", "Edm.String"),
        ],
        returns: &[("Items", "Collection(Edm.String)")],
        about: "Takes a column, a kind of record or one record out of the plan, on a ground: it is not given out, or not erased. Without Ground it is put back. The plan waits for approval again.",
        errors: &[
            PLANNER,
            ("0x80040265", "there is no plan, or it was carried out"),
            ("0x80048d19", "it cannot be taken out, or Ground is empty"),
        ],
        source: "spec/data-subject-requests.md 2.1",
        run: Run::Action(hold),
    },
    Operation {
        name: "assent_PreviewPackage",
        bound_to: REQUEST,
        parameters: &[],
        returns: &[("Package", "Edm.String"), ("Rows", "Edm.Int64")],
        about: "The package (zip, base64) of a request for access as it would be written now. Nothing is noted, and its SHA-256 is not that of the answer.",
        errors: &[EXPORTER, ("0x80040265", "there is no plan, or it no longer covers what is in the store")],
        source: "spec/data-subject-requests.md 5.1",
        run: Run::Function(preview),
    },
    Operation {
        name: "assent_CloseRequest",
        bound_to: REQUEST,
        parameters: &[("Outcome", "Edm.String"), ("Result", "Edm.String")],
        returns: &[],
        about: "Closes a request that is worked on by hand (rectification, portability, discovery) as completed, or any as withdrawn by the person. Result says what was done and names nobody.",
        errors: &[
            DECIDER,
            ("0x80040265", "it is closed, or the product carries it out"),
            ("0x80048d19", "Outcome is neither, or Result is empty"),
        ],
        source: "spec/data-subject-requests.md 2.2",
        run: Run::Action(close),
    },
    Operation {
        name: "assent_PersonalData",
        bound_to: None,
        parameters: &[],
        returns: &[("Entities", "Collection(Edm.Untyped)"), ("Columns", "Collection(Edm.Untyped)")],
        about: "The inventory of personal data: each personal column of each entity, whose it is, how many rows there are, what an erasure does.",
        errors: &[INVENTORY],
        source: "spec/data-subject-requests.md 3",
        run: Run::Function(personal),
    },
];

/// `…/assent_RequestCandidates()`.
fn candidates(rx: &Rx<'_>, given: &Given) -> Result<Json> {
    access::require(rx, "prvAssentReadFindings", "data subject requests")?;
    let request = DataSubjectRequest::get(rx, given.id)?;
    let email = request.email.unwrap_or_default();
    if email.is_empty() {
        return Ok(json!({ "Candidates": [] }));
    }
    let all = discover::candidates(rx, &email)?;
    let shown = all.iter().map(|it| {
        json!({
            "Subject": it.subject.to_string(), "Entity": it.subject.entity, "Id": it.subject.id, "Name": it.name,
            "Rows": it.rows,
        })
    });
    Ok(json!({ "Candidates": shown.collect::<Vec<_>>() }))
}

/// `…/assent_FoundRecords(Entity='task')`.
fn records(rx: &Rx<'_>, given: &Given) -> Result<Json> {
    let (shown, total) = found::found(rx, given.id, given.optional("Entity")?, SHOWN)?;
    let records = shown.iter().map(|it| {
        json!({
            "Entity": it.entity, "Id": it.id, "Name": it.name, "Path": it.path, "Ground": it.ground, "Other": it.other,
        })
    });
    Ok(json!({ "Records": records.collect::<Vec<_>>(), "Total": total }))
}

/// `…/assent_HoldBack {Entity, Column, Record, Ground}`.
fn hold(tx: &mut Tx<'_>, given: &Given) -> Result<Json> {
    let record: Option<Uuid> = match given.optional("Record")? {
        Some(it) => Some(it.parse().map_err(|_| Error::invalid("Record", "takes an identifier (GUID)"))?),
        None => None,
    };
    let (entity, column) = (given.text("Entity")?, given.optional("Column")?);
    request::hold(tx, given.id, entity, column, record, given.optional("Ground")?)?;
    super::request::read_plan(tx, given)
}

/// `…/assent_PreviewPackage()`.
fn preview(rx: &Rx<'_>, given: &Given) -> Result<Json> {
    let mut out = Vec::new();
    let written = package::preview(rx, given.id, &mut out)?;
    Ok(json!({ "Package": STANDARD.encode(&out), "Rows": written.rows }))
}

/// `…/assent_CloseRequest {Outcome, Result}`.
fn close(tx: &mut Tx<'_>, given: &Given) -> Result<Json> {
    let outcome = by_hand::Outcome::of_word(given.text("Outcome")?)?;
    by_hand::close(tx, given.id, outcome, given.text("Result")?)?;
    Ok(Json::Null)
}

/// `assent_PersonalData()`.
fn personal(rx: &Rx<'_>, _: &Given) -> Result<Json> {
    let (entities, columns) = inventory::inventory(rx)?;
    Ok(json!({ "Entities": to_value(entities)?, "Columns": to_value(columns)? }))
}

//! What a privacy officer does with a data subject request, for scripts.
//!
//! A request is opened by `POST assent_datasubjectrequests`; both due dates are set by a rule. *Not*
//! the doing (`privacy::request`). Invariant: the same steps in the same order as on the command line.

use base64::{Engine, engine::general_purpose::STANDARD};
use kernel::{Context, Db, Error, Result, Rx, Tx, subject::Subject};
use privacy::request::{self, Action, Answer};
use serde_json::{Value as Json, json};

use super::{Given, Operation, Run};

const REQUEST: Option<&str> = Some(request::ENTITY);

/// See the module.
pub const OPERATIONS: &[Operation] = &[
    Operation {
        name: "assent_IdentifyRequest",
        bound_to: REQUEST,
        parameters: &[("Method", "Edm.String"), ("Note", "Edm.String"), ("Result", "Edm.String")],
        returns: &[],
        about: "Notes how the identity was checked (Art. 12(6) GDPR). Method is knowledge, email, in-person, document or other; Result is confirmed (when it is left out), doubtful or failed.",
        errors: &[
            ("0x80040220", "without the privilege prvAssentIdentifyRequest"),
            ("0x80040265", "the request is at another step"),
        ],
        source: "spec/data-subject-requests.md",
        run: Run::Action(identify),
    },
    Operation {
        name: "assent_PlanRequest",
        bound_to: REQUEST,
        parameters: &[("Subjects", "Collection(Edm.String)")],
        returns: &[("Items", "Collection(Edm.String)")],
        about: "Makes the plan anew. Subjects (contact:GUID) narrow an address that several persons share.",
        errors: &[
            ("0x80040220", "without the privilege prvAssentPlanRequest"),
            ("0x80040265", "the request is at another step"),
        ],
        source: "spec/data-subject-requests.md",
        run: Run::Action(plan),
    },
    Operation {
        name: "assent_ReadPlan",
        bound_to: REQUEST,
        parameters: &[],
        returns: &[("Items", "Collection(Edm.String)")],
        about: "The stored plan, a line for each column of each entity.",
        errors: &[("0x80040220", "the role may not read plans")],
        source: "spec/data-subject-requests.md",
        run: Run::Function(read_plan),
    },
    Operation {
        name: "assent_ApproveRequest",
        bound_to: REQUEST,
        parameters: &[("Reason", "Edm.String"), ("Text", "Edm.String")],
        returns: &[],
        about: "Approves the plan that was made. Reason (a word of assent_DeclineRequest) and Text honour it in part, which they must where something was taken out of the plan.",
        errors: &[
            ("0x80040220", "without the privilege prvAssentDecideRequest"),
            ("0x80040265", "there is no plan to approve"),
            ("0x80048d19", "something was taken out of the plan and nobody says why"),
        ],
        source: "spec/data-subject-requests.md",
        run: Run::Action(approve),
    },
    Operation {
        name: "assent_DeclineRequest",
        bound_to: REQUEST,
        parameters: &[("Reason", "Edm.String"), ("Text", "Edm.String")],
        returns: &[("Answer", "Edm.String")],
        about: "Refuses; answers with the text for the person, which names the remedies (Art. 12(4) GDPR). Reason is legal-duty, rights-of-others, unfounded-or-excessive, not-identified or guideline.",
        errors: &[
            ("0x80040220", "without the privilege prvAssentDecideRequest"),
            ("0x80048d19", "Reason is none of these"),
        ],
        source: "spec/data-subject-requests.md",
        run: Run::Action(decline),
    },
    Operation {
        name: "assent_ExtendRequest",
        bound_to: REQUEST,
        parameters: &[("Until", "Edm.Date"), ("Reason", "Edm.String")],
        returns: &[],
        about: "Extends to a date at most three months after receipt (Art. 12(3) GDPR).",
        errors: &[
            ("0x80040220", "without the privilege prvAssentDecideRequest"),
            ("0x80040265", "the first due date has passed, or the date is too late"),
        ],
        source: "spec/data-subject-requests.md",
        run: Run::Action(extend),
    },
    Operation {
        name: "assent_RunRequest",
        bound_to: REQUEST,
        parameters: &[],
        returns: &[
            ("Package", "Edm.String"),
            ("Sha256", "Edm.String"),
            ("Rows", "Edm.Int64"),
            ("Proof", "Edm.String"),
            ("Result", "Edm.String"),
        ],
        about: "Carries the approved plan out: the package (zip, base64) for access, the signed proof for erasure, else the result. By itself only, since it has transactions of its own.",
        errors: &[
            (
                "0x80040220",
                "without the privilege prvAssentExportSubject, prvAssentEraseSubject, prvAssentRestrictSubject or prvAssentNoteObjection, by the type of the request",
            ),
            ("0x80040265", "the plan is not approved"),
            ("0x80048d19", "it is part of a change set"),
        ],
        source: "spec/data-subject-requests.md",
        run: Run::Errand(run),
    },
];

/// `assent_IdentifyRequest {Method, Note}`: notes how the identity was checked (Art. 12(6) GDPR).
/// Method is one of knowledge, email, in-person, document, other.
fn identify(tx: &mut Tx<'_>, given: &Given) -> Result<Json> {
    let result = given.optional("Result")?.unwrap_or("confirmed");
    request::identify(tx, given.id, given.text("Method")?, result, given.optional("Note")?)?;
    Ok(Json::Null)
}

/// `assent_PlanRequest {Subjects}`: makes the plan anew. Subjects (`contact:GUID`) narrow an address
/// that several persons share.
fn plan(tx: &mut Tx<'_>, given: &Given) -> Result<Json> {
    let mut chosen = Vec::new();
    match given.parameters.get("Subjects") {
        None | Some(Json::Null) => {}
        Some(Json::Array(list)) => {
            for it in list {
                chosen.push(Subject::parse(it.as_str().unwrap_or_default())?);
            }
        }
        Some(_) => return Err(Error::invalid("Subjects", "takes a list of texts such as contact:GUID")),
    }
    request::plan(tx, given.id, &chosen)?;
    read_plan(tx, given)
}

/// `assent_ReadPlan()`: the stored plan, a line for each column of each entity.
pub(super) fn read_plan(rx: &Rx<'_>, given: &Given) -> Result<Json> {
    let items = request::plan::stored_items(rx, given.id)?;
    let lines: Vec<Json> = items
        .iter()
        .map(|it| {
            json!({
                "Entity": it.entity, "Column": it.column, "Rows": it.rows, "Action": Action::word(it.action),
                "Ground": it.ground, "Verified": it.verified, "Result": it.result, "Record": it.record, "Held": it.held,
            })
        })
        .collect();
    Ok(json!({ "Items": lines }))
}

/// `assent_ApproveRequest {Reason, Text}`: approves the plan that was made, in part where a reason is given.
fn approve(tx: &mut Tx<'_>, given: &Given) -> Result<Json> {
    let partly =
        given.optional("Reason")?.map(|code| -> Result<_> { Ok(request::Partly { code, text: given.text("Text")? }) });
    request::approve(tx, given.id, partly.transpose()?)?;
    Ok(Json::Null)
}

/// `assent_DeclineRequest {Reason, Text}`: refuses, also after discovery; answers with the text for the
/// person, which names the complaint and the judicial remedy (Art. 12(4) GDPR). Reason is one of
/// legal-duty, rights-of-others, unfounded-or-excessive, not-identified, guideline.
fn decline(tx: &mut Tx<'_>, given: &Given) -> Result<Json> {
    Ok(json!({ "Answer": request::decline(tx, given.id, given.text("Reason")?, given.text("Text")?)? }))
}

/// `assent_ExtendRequest {Until, Reason}`: extends to a date at most three months after receipt, while
/// the first due date has not passed (Art. 12(3) GDPR).
fn extend(tx: &mut Tx<'_>, given: &Given) -> Result<Json> {
    let until = given.text("Until")?.parse().map_err(|_| Error::invalid("Until", "takes a date, YYYY-MM-DD"))?;
    request::extend(tx, given.id, until, given.text("Reason")?)?;
    Ok(Json::Null)
}

/// `assent_RunRequest`: carries the approved plan out. For access the answer holds the package (zip,
/// base64) and its SHA-256; for erasure the signed proof; for objection and restriction the result.
fn run(db: &Db, cx: &Context, given: &Given) -> Result<Json> {
    let mut package = Vec::new();
    Ok(match request::run(db, cx, given.id, &mut package)? {
        Answer::Package { sha256, rows } => {
            json!({ "Sha256": sha256, "Rows": rows, "Package": STANDARD.encode(&package) })
        }
        Answer::Erased(proof) => json!({ "Proof": proof }),
        Answer::Marked(result) => json!({ "Result": result }),
    })
}

//! What administrators and auditors do: enable a solution, walk the audit chain, read a history.
//!
//! *Not* the doing (`kernel`). Invariant: values of an erased person are reported as unreadable, never
//! left out silently.

use kernel::{
    Error, Result, Rx, Tx, access,
    audit::{
        history::{self, Remembered, Wanted},
        verify,
    },
    solution,
};
use serde_json::{Value as Json, json};

use super::{Given, Operation, Run};

/// See the module.
pub const OPERATIONS: &[Operation] = &[
    Operation {
        name: "assent_EnableSolution",
        bound_to: None,
        parameters: &[("Name", "Edm.String"), ("AcceptPrivacyStatement", "Edm.Boolean")],
        returns: &[("Enabled", "Edm.String"), ("Changed", "Edm.Boolean")],
        about: "Switches a solution on, such as embedded_intelligence; AcceptPrivacyStatement must be true.",
        errors: &[
            ("0x80040220", "without the privilege prvImportCustomization"),
            ("0x80040217", "there is no such solution"),
        ],
        source: "spec/marketing.md 14.1",
        run: Run::Action(enable),
    },
    Operation {
        name: "assent_SecureColumn",
        bound_to: None,
        parameters: &[("Entity", "Edm.String"), ("Column", "Edm.String"), ("Secured", "Edm.Boolean")],
        returns: &[("Secured", "Edm.Boolean"), ("Changed", "Edm.Boolean")],
        about: "Secures a column, so that only column security profiles open it, or lifts that.",
        errors: &[("0x80040220", "without the privilege prvAssentSecureColumn")],
        source: "docs/access.md",
        run: Run::Action(secure),
    },
    Operation {
        name: "assent_VerifyAudit",
        bound_to: None,
        parameters: &[],
        returns: &[("Whole", "Edm.Boolean"), ("Rows", "Edm.Int64"), ("Head", "Edm.String"), ("Broken", "Edm.String")],
        about: "Walks the hash chain of the audit trail from its beginning.",
        errors: &[("0x80040220", "without the privilege prvReadAuditSummary")],
        source: "spec/beyond.md 4",
        run: Run::Function(verify_audit),
    },
    Operation {
        name: "assent_AuditTrail",
        bound_to: None,
        parameters: &[
            ("Entity", "Edm.String"),
            ("Actor", "Edm.String"),
            ("From", "Edm.String"),
            ("Until", "Edm.String"),
            ("Before", "Edm.Int64"),
            ("Top", "Edm.Int32"),
        ],
        returns: &[("Changes", "Collection(Edm.String)"), ("Next", "Edm.Int64")],
        about: "The latest changes over all entities, newest first; Actor is user:<id>, system or public, From and Until are days or instants, Next is the Before of the next page. Values only where the reader reaches the row.",
        errors: &[
            ("0x80040220", "without the privilege prvReadAuditSummary"),
            ("0x80048d19", "From or Until is neither a day nor an instant, or Top is not from 1 to 500"),
        ],
        source: "spec/beyond.md 5",
        run: Run::Function(audit_trail),
    },
    Operation {
        name: "assent_RecordHistory",
        bound_to: None,
        parameters: &[("Entity", "Edm.String"), ("Id", "Edm.Guid")],
        returns: &[("Changes", "Collection(Edm.String)")],
        about: "Every change of a record, oldest first; values of an erased person are reported as unreadable.",
        errors: &[("0x80040220", "without the privilege prvReadAuditSummary")],
        source: "spec/marketing.md 4",
        run: Run::Function(record_history),
    },
];

/// `assent_EnableSolution {Name, AcceptPrivacyStatement}`: switches a solution on, such as
/// `embedded_intelligence` (`spec/marketing.md` 14.1); administrators only.
fn enable(tx: &mut Tx<'_>, given: &Given) -> Result<Json> {
    if given.parameters.get("AcceptPrivacyStatement") != Some(&Json::Bool(true)) {
        return Err(Error::invalid(
            "AcceptPrivacyStatement",
            "enabling a solution means accepting its privacy statement; send true",
        ));
    }
    let name = given.text("Name")?.to_owned();
    Ok(json!({ "Enabled": name, "Changed": solution::enable(tx, &name)? }))
}

/// `assent_SecureColumn {Entity, Column, Secured}`: secures a column, or lifts that; administrators only.
fn secure(tx: &mut Tx<'_>, given: &Given) -> Result<Json> {
    let on = given.parameters.get("Secured").and_then(Json::as_bool);
    let on = on.ok_or_else(|| Error::invalid("Secured", "takes true or false"))?;
    let (entity, column) = (given.text("Entity")?.to_owned(), given.text("Column")?.to_owned());
    Ok(json!({ "Secured": on, "Changed": solution::secure_column(tx, &entity, &column, on)? }))
}

/// `assent_VerifyAudit()`: walks the hash chain; auditors, privacy officers and administrators.
fn verify_audit(rx: &Rx<'_>, _: &Given) -> Result<Json> {
    access::require(rx, "prvReadAuditSummary", "audit")?;
    let verdict = verify::verify(rx)?;
    let broken = verdict.broken.as_ref().map(|it| json!({ "Row": it.seq, "Entity": it.entity, "What": it.what }));
    Ok(json!({ "Whole": verdict.broken.is_none(), "Rows": verdict.rows, "Head": verdict.head, "Broken": broken }))
}

/// `assent_RecordHistory(Entity='contact',Id=guid)`: every change of a record, oldest first.
fn record_history(rx: &Rx<'_>, given: &Given) -> Result<Json> {
    access::require(rx, "prvReadAuditSummary", "audit")?;
    let changes: Vec<Json> =
        history::of_record(rx, given.text("Entity")?, given.guid("Id")?)?.into_iter().map(remembered).collect();
    Ok(json!({ "Changes": changes }))
}

fn remembered(it: Remembered) -> Json {
    json!({
        "Row": it.seq, "At": it.at.to_string(), "Actor": it.actor, "Reason": it.reason, "Caller": it.caller,
        "Justification": it.justification, "Operation": it.operation, "Columns": it.columns, "Values": it.values, "Unreadable": it.unreadable,
    })
}

/// Changes of one page of the trail, when nobody says how many, and at most.
const PAGE: (i64, i64) = (50, 500);

/// `assent_AuditTrail(Entity='contact',Actor='user:…',From='2026-01-01',Until='2026-02-01',Before=4711,Top=50)`.
fn audit_trail(rx: &Rx<'_>, given: &Given) -> Result<Json> {
    let text = |name: &str| -> Result<Option<String>> {
        Ok(given.optional(name)?.map(str::to_owned).filter(|it| !it.is_empty()))
    };
    let moment = |name: &str| text(name)?.map(|it| privacy::consent::export::moment(name, &it)).transpose();
    let wanted = Wanted {
        entity: text("Entity")?,
        actor: text("Actor")?,
        from: moment("From")?,
        until: moment("Until")?,
        before: given.number("Before")?,
    };
    let count = given.number("Top")?.unwrap_or(PAGE.0);
    if !(1..=PAGE.1).contains(&count) {
        return Err(Error::invalid("Top", format!("is from 1 to {}", PAGE.1)).with_code("payload"));
    }
    let (changes, next) = history::latest(rx, &wanted, count)?;
    let changes: Vec<Json> = changes
        .into_iter()
        .map(|it| {
            let more = json!({ "Entity": it.entity, "Id": it.record, "Subject": it.subject, "Withheld": it.withheld });
            match (remembered(it), more) {
                (Json::Object(mut all), Json::Object(more)) => {
                    all.extend(more);
                    Json::Object(all)
                }
                (all, _) => all,
            }
        })
        .collect();
    Ok(json!({ "Changes": changes, "Next": next }))
}

//! Rights of persons: Art. 18 and 21 GDPR, receipts, merging.
//!
//! *Not* a decision: `privacy` has the rules and asks for the role. Invariant: the
//! same acts as on the command line, with the same answers.

use kernel::{Error, Result, Rx, Tx};
use privacy::{
    consent::{self, ConsentChangeRecord, receipt::Form},
    merge, suppression,
};
use serde_json::{Value as Json, json, to_value};

use super::{Given, Operation, Run};

/// See the module.
pub const OPERATIONS: &[Operation] = &[
    Operation {
        name: "assent_ExplainSuppression",
        bound_to: None,
        parameters: &[("Address", "Edm.String")],
        returns: &[
            ("suppressed", "Edm.Boolean"),
            ("entries", "Collection(Edm.String)"),
            ("contacts", "Collection(Edm.String)"),
            ("words", "Edm.String"),
        ],
        about: "Is the address, or the SHA-256 of one, suppressed, and why.",
        errors: &[("0x80040220", "the role may not read suppressions")],
        source: "spec/marketing.md 5",
        run: Run::Function(explain),
    },
    Operation {
        name: "assent_Object",
        bound_to: None,
        parameters: &[("Address", "Edm.String"), ("Source", "Edm.String")],
        returns: &[
            ("contacts", "Edm.Int64"),
            ("lowered", "Edm.Int64"),
            ("leads", "Edm.Int64"),
            ("noted", "Edm.Boolean"),
        ],
        about: "Notes an objection by everybody with the address (Art. 21(2) and (3) GDPR). Source says how it came in and names nobody.",
        errors: &[("0x80040220", "without the privilege prvAssentNoteObjection")],
        source: "spec/data-subject-requests.md",
        run: Run::Action(object),
    },
    Operation {
        name: "assent_Restrict",
        bound_to: Some(CONTACT),
        parameters: &[("On", "Edm.Boolean"), ("Because", "Edm.String")],
        returns: &[("Restricted", "Edm.Boolean"), ("Changed", "Edm.Boolean")],
        about: "Restricts the processing of the contact, or lifts that (Art. 18 GDPR). Because is in the audit trail and names nobody.",
        errors: &[("0x80040220", "without the privilege prvAssentRestrictSubject"), ("0x80048d19", "Because is empty")],
        source: "spec/data-subject-requests.md",
        run: Run::Action(restrict),
    },
    Operation {
        name: "assent_ConsentReceipt",
        bound_to: Some(ConsentChangeRecord::ENTITY),
        parameters: &[("Format", "Edm.String")],
        returns: &[("Receipt", "Edm.String")],
        about: "The receipt of a consent change record, or of the newest one of a contact. Format is iso27560 or kantara.",
        errors: &[("0x80040217", "there is no such record")],
        source: "spec/beyond.md 4",
        run: Run::Function(receipt_of_record),
    },
    Operation {
        name: "assent_ConsentReceipt",
        bound_to: Some(CONTACT),
        parameters: &[("Format", "Edm.String")],
        returns: &[("Receipt", "Edm.String")],
        about: "The receipt of a consent change record, or of the newest one of a contact. Format is iso27560 or kantara.",
        errors: &[("0x80040217", "there is no such record")],
        source: "spec/beyond.md 4",
        run: Run::Function(receipt_of_contact),
    },
    Operation {
        name: "assent_MergeContact",
        bound_to: Some(CONTACT),
        parameters: &[("Lose", "Edm.Guid")],
        returns: &[],
        about: "The other contact goes into this one; it cannot be taken back.",
        errors: &[("0x80040265", "one of them was merged before"), ("0x80040217", "one of them does not exist")],
        source: "spec/beyond.md 4",
        run: Run::Action(merge_contact),
    },
];

const CONTACT: &str = "contact";

/// `assent_ExplainSuppression(Address='…')`: is the address, or the SHA-256 of one, suppressed, and why.
fn explain(rx: &Rx<'_>, given: &Given) -> Result<Json> {
    Ok(to_value(suppression::explain(rx, given.text("Address")?)?)?)
}

/// `assent_Object {Address, Source}`: notes an objection by everybody with the address (Art. 21(2) and
/// (3) GDPR). Source says how it came in and names nobody.
fn object(tx: &mut Tx<'_>, given: &Given) -> Result<Json> {
    let source = given.optional("Source")?.unwrap_or("Web API");
    Ok(to_value(suppression::object_for(tx, given.text("Address")?, source)?)?)
}

/// `assent_Restrict {On, Because}`: restricts the processing of the contact, or lifts that (Art. 18
/// GDPR). Because is in the audit trail and names nobody.
fn restrict(tx: &mut Tx<'_>, given: &Given) -> Result<Json> {
    let on = given.parameters.get("On").and_then(Json::as_bool);
    let on = on.ok_or_else(|| Error::invalid("On", "takes true or false"))?;
    let because = given.text("Because")?.trim();
    if because.is_empty() {
        return Err(Error::invalid("Because", "say why"));
    }
    let mut cx = tx.cx().clone();
    cx.justification = Some(because.into());
    let changed = tx.under(cx, |tx| consent::restrict(tx, given.id, on))?;
    Ok(json!({ "Restricted": on, "Changed": changed }))
}

/// `msgdpr_gdprconsentchangerecords(id)/…assent_ConsentReceipt(Format='iso27560')`, or `kantara`.
fn receipt_of_record(rx: &Rx<'_>, given: &Given) -> Result<Json> {
    Ok(json!({ "Receipt": form(given)?.of_record(rx, given.id)? }))
}

/// `contacts(id)/…assent_ConsentReceipt()`: of the contact's newest consent change record.
fn receipt_of_contact(rx: &Rx<'_>, given: &Given) -> Result<Json> {
    Ok(json!({ "Receipt": form(given)?.of_contact(rx, given.id)? }))
}

fn form(given: &Given) -> Result<Form> {
    given.optional("Format")?.map_or(Ok(Form::Iso27560), Form::of_word).map_err(|error| error.at("Format"))
}

/// `contacts(KEEP)/…assent_MergeContact {Lose}`: the other contact goes into this one; it cannot be
/// taken back.
fn merge_contact(tx: &mut Tx<'_>, given: &Given) -> Result<Json> {
    let lose = given.guid("Lose")?;
    tx.get(CONTACT, lose)?;
    merge::merge(tx, given.id, lose)?;
    Ok(Json::Null)
}

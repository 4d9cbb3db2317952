//! What officers do to the consent of many, the words of the levels, and what remains of erased consent.
//!
//! *Not* a decision: `privacy` has the rules and asks for the role. Invariant: the same acts as on the
//! command line, with the same answers; what changes many changes as many as were confirmed, or nobody.

use kernel::{Error, Query, Result, Rx, Tx};
use privacy::{
    consent::{
        Level,
        meaning::{self, Words},
        proof, trend,
    },
    suppression::{self, Intake, Reason},
};
use serde_json::{Value as Json, json, to_value};

use super::{Given, Operation, Run};

const SUPPRESSOR: (&str, &str) = ("0x80040220", "without the privilege prvAssentWriteSuppressions");
const NUMBER: (&str, &str) = ("0x80040265", "another number of contacts is found than was confirmed");

/// See the module.
pub const OPERATIONS: &[Operation] = &[
    Operation {
        name: "assent_ConsentLevels",
        bound_to: None,
        parameters: &[],
        returns: &[("", "Collection(Edm.Untyped)")],
        about: "Each level of consent above 0 with its label and meaning by language, and its term of a public vocabulary.",
        errors: &[],
        source: "spec/marketing.md 1.1",
        run: Run::Function(levels),
    },
    Operation {
        name: "assent_DescribeConsentLevel",
        bound_to: None,
        parameters: &[
            ("Level", "Edm.String"),
            ("Language", "Edm.String"),
            ("Label", "Edm.String"),
            ("Description", "Edm.String"),
            ("Iri", "Edm.String"),
        ],
        returns: &[("Changed", "Edm.Boolean")],
        about: "Gives a level of consent other words in one language.",
        errors: &[("0x80040220", "without the privilege prvAssentDescribeConsent")],
        source: "spec/marketing.md 1.1",
        run: Run::Action(describe),
    },
    Operation {
        name: "assent_ConsentProof",
        bound_to: None,
        parameters: &[("Address", "Edm.String")],
        returns: &[("Proofs", "Collection(Edm.Untyped)")],
        about: "What is kept of the consent of somebody who was erased, by typing the address.",
        errors: &[("0x80040220", "the role may not read proofs")],
        source: "spec/marketing.md 17, C12",
        run: Run::Function(proven),
    },
    Operation {
        name: "assent_LowerConsent",
        bound_to: None,
        parameters: &[
            ("Filter", "Edm.String"),
            ("To", "Edm.String"),
            ("Expect", "Edm.Int32"),
            ("Because", "Edm.String"),
        ],
        returns: &[
            ("Contacts", "Edm.Int32"),
            ("Lowered", "Edm.Int32"),
            ("DryRun", "Edm.Boolean"),
            ("Batch", "Edm.Guid"),
        ],
        about: "Lowers the consent of the contacts that a filter finds; without Expect it only counts.",
        errors: &[("0x80040220", "without the privilege prvAssentLowerConsent"), NUMBER],
        source: "spec/beyond.md 4, no. 6",
        run: Run::Action(lower),
    },
    Operation {
        name: "assent_ImportSuppressions",
        bound_to: None,
        parameters: &[
            ("List", "Edm.String"),
            ("Reason", "Edm.String"),
            ("Source", "Edm.String"),
            ("DryRun", "Edm.Boolean"),
        ],
        returns: &[("added", "Edm.Int32"), ("lowered", "Edm.Int32"), ("batch", "Edm.Guid")],
        about: "Takes a list of addresses, or of their SHA-256, onto the suppression ledger.",
        errors: &[SUPPRESSOR],
        source: "spec/beyond.md 4, no. 5",
        run: Run::Action(import),
    },
    Operation {
        name: "assent_Lowerings",
        bound_to: None,
        parameters: &[],
        returns: &[("Batches", "Collection(Edm.Untyped)")],
        about: "The lists that were imported and the lowerings of many of the last 90 days, each with the batch by which it can be taken back.",
        errors: &[("0x80040220", "without the privilege prvAssentReadLowerings")],
        source: "spec/beyond.md 4, no. 6",
        run: Run::Function(lowerings),
    },
    Operation {
        name: "assent_LiftSuppression",
        bound_to: None,
        parameters: &[("Address", "Edm.String"), ("Because", "Edm.String")],
        returns: &[("lifted", "Edm.Int32"), ("kept", "Collection(Edm.Untyped)")],
        about: "Ends what holds back mail to an address, but no objection: that only the person ends. Because is in the audit trail and names nobody.",
        errors: &[
            SUPPRESSOR,
            ("0x80040217", "nothing is in force about this address"),
            ("0x80040265", "only an objection is in force"),
        ],
        source: "spec/beyond.md 4, no. 5",
        run: Run::Action(lift),
    },
    Operation {
        name: "assent_ConsentTrend",
        bound_to: None,
        parameters: &[("From", "Edm.Date"), ("Step", "Edm.String")],
        returns: &[
            ("points", "Collection(Edm.Untyped)"),
            ("now", "Collection(Edm.Int64)"),
            ("sources", "Collection(Edm.Untyped)"),
            ("exact", "Edm.Boolean"),
        ],
        about: "How many contacts had which level of consent at the end of each day, week or month since a day, counted back from today's levels along the consent change records.",
        errors: &[
            ("0x80040220", "without the privilege prvAssentReadConsentTrend"),
            ("0x80048d19", "From is no day of the past, or there would be more than 120 points"),
        ],
        source: "spec/marketing.md 3",
        run: Run::Function(over_time),
    },
    Operation {
        name: "assent_UndoLowering",
        bound_to: None,
        parameters: &[("Batch", "Edm.Guid"), ("Because", "Edm.String"), ("DryRun", "Edm.Boolean")],
        returns: &[("ended", "Edm.Int32"), ("restored", "Edm.Int32"), ("left", "Edm.Int32")],
        about: "Takes a lowering of many, or an imported list, back where nobody said more since.",
        errors: &[("0x80040220", "without the privilege prvAssentUndoLowering")],
        source: "spec/beyond.md 4, no. 6",
        run: Run::Action(undo),
    },
];

fn yes(given: &Given, name: &str) -> Result<bool> {
    match given.parameters.get(name) {
        None | Some(Json::Null) => Ok(false),
        Some(Json::Bool(it)) => Ok(*it),
        Some(_) => Err(Error::invalid(name, "takes true or false")),
    }
}

fn level(given: &Given, name: &str) -> Result<Level> {
    Level::of_word(given.text(name)?).map_err(|error| error.at(name))
}

/// `assent_ConsentLevels()`: each level with its label and meaning by language, and its term.
fn levels(rx: &Rx<'_>, _: &Given) -> Result<Json> {
    let all = meaning::all(rx)?.into_iter().map(|(level, it)| {
        json!({ "Level": level.number(), "Value": it.value, "Label": it.label, "Description": it.description, "Iri": it.iri })
    });
    Ok(all.collect())
}

/// `assent_DescribeConsentLevel {Level, Language, Label, Description, Iri}`: gives a level other words.
fn describe(tx: &mut Tx<'_>, given: &Given) -> Result<Json> {
    let text = |name: &str| -> Result<Option<String>> { Ok(given.optional(name)?.map(str::to_owned)) };
    let words = Words {
        language: text("Language")?.unwrap_or_else(|| "en".into()),
        label: text("Label")?,
        description: text("Description")?,
        iri: text("Iri")?,
    };
    Ok(json!({ "Changed": meaning::describe(tx, level(given, "Level")?, &words)? }))
}

/// `assent_ConsentProof(Address='…')`: what is kept of the consent of somebody who was erased.
fn proven(rx: &Rx<'_>, given: &Given) -> Result<Json> {
    Ok(json!({ "Proofs": to_value(proof::of_address(rx, given.text("Address")?)?)? }))
}

/// `assent_LowerConsent {Filter, To, Expect, Because}`: lowers the contacts that a filter finds. Without
/// `Expect` it only counts; with it, another number is refused.
fn lower(tx: &mut Tx<'_>, given: &Given) -> Result<Json> {
    let to = level(given, "To")?;
    let query = Query::on("contact").filter(given.text("Filter")?).map_err(|error| error.at("Filter"))?;
    let contacts = tx.ids(&query)?;
    let because = given.optional("Because")?.unwrap_or("lowered together by a filter");
    let expect = match given.parameters.get("Expect") {
        None | Some(Json::Null) => None,
        Some(it) => {
            let number = it.as_u64().and_then(|it| usize::try_from(it).ok());
            Some(number.ok_or_else(|| Error::invalid("Expect", "takes a number"))?)
        }
    };
    let done = match expect {
        Some(expect) => suppression::lower_all(tx, &contacts, expect, to, because)?,
        None => tx.rehearse(|tx| suppression::lower_all(tx, &contacts, contacts.len(), to, because))?,
    };
    Ok(json!({
        "Contacts": contacts.len(), "Lowered": done.lowered, "DryRun": expect.is_none(),
        "Batch": expect.map(|_| done.batch),
    }))
}

/// `assent_ImportSuppressions {List, Reason, Source, DryRun}`: addresses or their SHA-256, one a line.
fn import(tx: &mut Tx<'_>, given: &Given) -> Result<Json> {
    let reason = match given.optional("Reason")?.unwrap_or("list") {
        "objection" => Reason::Objection,
        "list" => Reason::List,
        _ => return Err(Error::invalid("Reason", "is objection or list")),
    };
    let source = given.optional("Source")?.unwrap_or("list of the Web API").to_owned();
    let intake = Intake { reason, source, lower_to: None, dry_run: yes(given, "DryRun")? };
    Ok(to_value(suppression::import_list(tx, given.text("List")?, &intake)?)?)
}

/// `assent_Lowerings()`.
fn lowerings(rx: &Rx<'_>, _: &Given) -> Result<Json> {
    Ok(json!({ "Batches": to_value(suppression::batches(rx)?)? }))
}

/// `assent_LiftSuppression {Address, Because}`.
fn lift(tx: &mut Tx<'_>, given: &Given) -> Result<Json> {
    Ok(to_value(suppression::release(tx, given.text("Address")?, given.text("Because")?)?)?)
}

/// `assent_ConsentTrend(From=2026-01-01,Step='week')`.
fn over_time(rx: &Rx<'_>, given: &Given) -> Result<Json> {
    let from = given.text("From")?.parse().map_err(|_| Error::invalid("From", "takes a day, YYYY-MM-DD"))?;
    let step = trend::Step::of_word(given.optional("Step")?.unwrap_or("day"))?;
    Ok(to_value(trend::trend(rx, from, step)?)?)
}

/// `assent_UndoLowering {Batch, Because, DryRun}`: takes a lowering of many, or an imported list, back.
fn undo(tx: &mut Tx<'_>, given: &Given) -> Result<Json> {
    let done = suppression::undo(tx, given.guid("Batch")?, given.text("Because")?, yes(given, "DryRun")?)?;
    Ok(to_value(done)?)
}

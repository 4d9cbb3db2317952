//! Questions of marketers: may this person get it, how does a journey stand, what keeps it from going
//! live, how many are in a segment.
//!
//! Going live and stopping need no action of their own: write `statuscode` 192350006 or 192350007.
//! *Not* the answers (`privacy::consent`, `engagement`). Invariant: nothing here changes anything; a test mail goes to
//! whoever asks for it.

use engagement::{
    email::{self, MarketingEmail},
    insights,
    journey::{self, CustomerJourney},
    segment,
    why::why,
};
use kernel::{Context, Db, Error, Result, Rx, Tx};
use privacy::consent::Target;
use serde_json::{Map, Value as Json, json, to_value};

use super::{Given, Operation, Run};

/// See the module.
pub const OPERATIONS: &[Operation] = &[
    Operation {
        name: "assent_ConsentWhy",
        bound_to: Some("contact"),
        parameters: &[("TargetId", "Edm.Guid")],
        returns: &[
            ("allowed", "Edm.Boolean"),
            ("outcome", "Edm.String"),
            ("reason", "Edm.String"),
            ("facts", "Collection(Edm.String)"),
        ],
        about: "May this person get this journey or e-mail, and which fact decides.",
        errors: &[("0x80040217", "contact or target do not exist")],
        source: "spec/marketing.md 5",
        run: Run::Function(consent_why),
    },
    Operation {
        name: "assent_Insights",
        bound_to: Some("contact"),
        parameters: &[("Months", "Edm.Int32")],
        returns: &[
            ("since", "Edm.Date"),
            ("zone", "Edm.String"),
            ("behaviour", "Edm.String"),
            ("conclusions", "Edm.String"),
            ("tracked", "Collection(Edm.String)"),
            ("withheld", "Edm.Int64"),
            ("more", "Edm.Boolean"),
            ("counts", "Collection(Edm.String)"),
            ("hours", "Collection(Edm.Int64)"),
        ],
        about: "What happened with a person, counted by month and kind: 12 months unless Months says otherwise, 36 at most. Opens, clicks and visits are counted only where the person allows it now, and the hours of opening only where they allow profiling; the fact that decides is told.",
        errors: &[
            ("0x80040217", "the contact does not exist"),
            ("0x80040220", "the role may not read interactions"),
            ("0x80060888", "Months is not a number from 1 to 36"),
        ],
        source: "spec/marketing.md 13.4",
        run: Run::Function(insights_of),
    },
    Operation {
        name: "assent_JourneyStanding",
        bound_to: Some(journey::ENTITY),
        parameters: &[],
        returns: &[("value", "Edm.String")],
        about: "How many participants stand at each tile, and why those who left did.",
        errors: &[("0x80040217", "the journey does not exist")],
        source: "spec/marketing.md 9",
        run: Run::Function(standing),
    },
    Operation {
        name: "assent_DryRun",
        bound_to: Some(journey::ENTITY),
        parameters: &[],
        returns: &[
            ("audience", "Edm.Int64"),
            ("would_get", "Edm.Int64"),
            ("would_not", "Edm.String"),
            ("by_tile", "Edm.String"),
        ],
        about: "Who of the audience would get the first mail now; nothing is written.",
        errors: &[("0x80040217", "the journey does not exist")],
        source: "spec/marketing.md 9",
        run: Run::Function(dry_run),
    },
    Operation {
        name: "assent_DryRunPeople",
        bound_to: Some(journey::ENTITY),
        parameters: &[("Outcome", "Edm.String"), ("Top", "Edm.Int32")],
        returns: &[("People", "Collection(Edm.String)")],
        about: "The persons of a dry run: those of one tile or one reason, as its counts name them, or all; 100 unless Top says otherwise, 1,000 at most.",
        errors: &[("0x80040217", "the journey does not exist"), ("0x80060888", "Top is not a number from 1 to 1,000")],
        source: "spec/marketing.md 9",
        run: Run::Function(dry_run_people),
    },
    Operation {
        name: "assent_CheckForErrors",
        bound_to: Some(journey::ENTITY),
        parameters: &[],
        returns: &[("Problems", "Collection(Edm.String)")],
        about: "What keeps it from going live.",
        errors: &[("0x80040217", "it does not exist")],
        source: "spec/marketing.md 9",
        run: Run::Function(check_journey),
    },
    Operation {
        name: "assent_PublishDraft",
        bound_to: Some(journey::ENTITY),
        parameters: &[("Version", "Edm.Int64")],
        returns: &[],
        about: "Puts the draft of a live journey in force, all of it or nothing; with the Version (versionnumber) that was looked at, only if nobody changed the journey since.",
        errors: &[
            ("0x80040217", "the journey does not exist"),
            ("0x80040220", "the role may not change journeys"),
            ("0x80040265", "the journey is not live, or has no draft"),
            ("0x80048d19", "the check for errors found what keeps the draft from running"),
            ("0x80060882", "somebody changed the journey since that version"),
        ],
        source: "spec/marketing.md 7.2",
        run: Run::Action(publish),
    },
    Operation {
        name: "assent_CheckForErrors",
        bound_to: Some(email::ENTITY),
        parameters: &[],
        returns: &[("Problems", "Collection(Edm.String)")],
        about: "What keeps it from going live.",
        errors: &[("0x80040217", "it does not exist")],
        source: "spec/marketing.md 9",
        run: Run::Function(check_email),
    },
    Operation {
        name: "assent_PreviewEmail",
        bound_to: Some(email::ENTITY),
        parameters: &[("Draft", "Edm.String"), ("ContactId", "Edm.Guid")],
        returns: &[
            ("Subject", "Edm.String"),
            ("Html", "Edm.String"),
            ("Text", "Edm.String"),
            ("From", "Edm.String"),
            ("Problems", "Collection(Edm.String)"),
        ],
        about: "The e-mail as somebody would get it, with columns that are not stored yet (Draft, a JSON object), filled in for a contact or with its expressions as they are. Nothing is stored or sent, and personal links lead nowhere.",
        errors: &[
            ("0x80040220", "the role may not write the e-mail, or may not read the contact"),
            ("0x80048d19", "the draft is no JSON object of columns of an e-mail"),
        ],
        source: "spec/marketing.md 13.1",
        run: Run::Errand(preview),
    },
    Operation {
        name: "assent_SendTestMail",
        bound_to: Some(email::ENTITY),
        parameters: &[],
        returns: &[("To", "Edm.String")],
        about: "Sends the e-mail, as it is stored, to the address of the user who asks, filled in with their own name.",
        errors: &[
            ("0x80040220", "the role may not write the e-mail"),
            ("0x80040265", "the user has no address, or it is on the suppression ledger"),
            ("0x80048d19", "the e-mail cannot be filled in"),
        ],
        source: "spec/marketing.md 13.1",
        run: Run::Action(send_test),
    },
    Operation {
        name: "assent_CountSegment",
        bound_to: None,
        parameters: &[("Filter", "Edm.String")],
        returns: &[("Count", "Edm.Int64")],
        about: "How many contacts the filter finds, exactly and now.",
        errors: &[("0x80060888", "the filter cannot be read")],
        source: "spec/marketing.md 6",
        run: Run::Function(count),
    },
    Operation {
        name: "assent_SegmentGrowth",
        bound_to: Some(segment::ENTITY),
        parameters: &[],
        returns: &[("Sizes", "Collection(Edm.String)")],
        about: "How many members it had, time by time: each `at` and `size` that was counted.",
        errors: &[("0x80040217", "the segment does not exist")],
        source: "spec/marketing.md 6",
        run: Run::Function(growth),
    },
];

/// `contacts(id)/…assent_ConsentWhy(TargetId=guid)`: may this person get this journey or e-mail, and
/// which fact decides.
fn consent_why(rx: &Rx<'_>, given: &Given) -> Result<Json> {
    let target = Target::find(rx, given.guid("TargetId")?)?;
    Ok(to_value(why(rx, given.id, target)?)?)
}

/// `contacts(id)/…assent_Insights(Months=12)`: what happened with a person, counted.
fn insights_of(rx: &Rx<'_>, given: &Given) -> Result<Json> {
    let months = given.number("Months")?.unwrap_or(insights::MONTHS);
    if !(1..=36).contains(&months) {
        return Err(Error::invalid("Months", "is a number from 1 to 36").with_code("payload"));
    }
    Ok(to_value(insights::of(rx, given.id, months)?)?)
}

/// `msdyncrm_customerjourneys(id)/…assent_JourneyStanding()`: counts per tile and reason.
fn standing(rx: &Rx<'_>, given: &Given) -> Result<Json> {
    Ok(to_value(journey::standing(rx, given.id)?)?)
}

/// `msdyncrm_customerjourneys(id)/…assent_DryRun()`: who of the audience would get the first mail now.
fn dry_run(rx: &Rx<'_>, given: &Given) -> Result<Json> {
    Ok(to_value(journey::rehearse(rx, given.id)?)?)
}

/// `msdyncrm_customerjourneys(id)/…assent_DryRunPeople(Outcome='…',Top=100)`: its persons by name.
fn dry_run_people(rx: &Rx<'_>, given: &Given) -> Result<Json> {
    let wrong = || Error::invalid("Top", "is a number from 1 to 1,000").with_code("payload");
    let top = match given.number("Top")? {
        None => 100,
        Some(it) => usize::try_from(it).ok().filter(|it| (1..=1_000).contains(it)).ok_or_else(wrong)?,
    };
    let outcome = given.optional("Outcome")?.unwrap_or_default();
    Ok(json!({ "People": to_value(journey::rehearsed(rx, given.id, outcome, top)?)? }))
}

/// `msdyncrm_customerjourneys(id)/…assent_CheckForErrors()`: what keeps the journey from going live.
fn check_journey(rx: &Rx<'_>, given: &Given) -> Result<Json> {
    Ok(json!({ "Problems": to_value(journey::check(rx, &CustomerJourney::get(rx, given.id)?)?)? }))
}

/// `msdyncrm_customerjourneys(id)/…assent_PublishDraft {Version}`: all of the draft or nothing.
fn publish(tx: &mut Tx<'_>, given: &Given) -> Result<Json> {
    journey::publish(tx, given.id, given.number("Version")?)?;
    Ok(Json::Null)
}

/// `msdyncrm_marketingemails(id)/…assent_CheckForErrors()`: what keeps the e-mail from going live.
fn check_email(rx: &Rx<'_>, given: &Given) -> Result<Json> {
    Ok(json!({ "Problems": to_value(email::check(rx, &MarketingEmail::get(rx, given.id)?)?)? }))
}

/// `msdyncrm_marketingemails(id)/…assent_PreviewEmail {Draft, ContactId}`: as somebody would get it; only reads.
fn preview(db: &Db, cx: &Context, given: &Given) -> Result<Json> {
    let draft: Map<String, Json> = match given.optional("Draft")? {
        Some(text) => serde_json::from_str(text)
            .map_err(|_| Error::invalid("Draft", "takes the text of a JSON object of columns and values"))?,
        None => Map::new(),
    };
    let contact = given.optional("ContactId")?.map(|_| given.guid("ContactId")).transpose()?;
    Ok(to_value(db.read(cx, |rx| email::preview(rx, given.id, &draft, contact))?)?)
}

/// `msdyncrm_marketingemails(id)/…assent_SendTestMail`: to the user who asks.
fn send_test(tx: &mut Tx<'_>, given: &Given) -> Result<Json> {
    Ok(json!({ "To": email::send_trial(tx, given.id)? }))
}

/// `assent_CountSegment(Filter='…')`: how many contacts the filter finds, exactly, now.
fn count(rx: &Rx<'_>, given: &Given) -> Result<Json> {
    let filter = given.text("Filter")?;
    if filter.trim().is_empty() {
        return Err(Error::invalid("Filter", "is empty; write a filter over contacts"));
    }
    Ok(json!({ "Count": segment::count(rx, filter)? }))
}

/// `msdyncrm_segments(id)/…assent_SegmentGrowth()`: its sizes, the earliest first.
fn growth(rx: &Rx<'_>, given: &Given) -> Result<Json> {
    Ok(json!({ "Sizes": to_value(segment::growth(rx, given.id)?)? }))
}

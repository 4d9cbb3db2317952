//! A landing page is submitted.
//!
//! *Not* the subscription center (`center`). Invariant: the answer to the visitor is the same whether
//! the address is known here or not (`spec/beyond.md` 4, no. 7); what cannot be applied is kept as failed.

use jiff::Timestamp;
use kernel::{Error, Kind, Query, Record, Result, Rx, Tx, Values, uuid::Uuid};
use privacy::{
    consent::{self, Evidence, Requested, Source},
    optin, subscription,
};

use super::{Answers, Issue, MarketingForm, answer, elements, matching, waiting};
use crate::{confirmation, interaction};

pub(super) const SUBMISSION: &str = "msdyncrm_marketingformsubmission";
/// The values of a submission.
pub(super) const FIELDS: &str = "msdyncrm_marketingfieldsubmission";
pub(super) const PENDING: i64 = 192_350_000;
pub(super) const FAILURE: i64 = 192_350_001;
pub(super) const SUCCESS: i64 = 192_350_002;
/// Kept as it is, for the form updates nobody.
const FINISHED: i64 = 192_350_003;

/// What became of a submission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Submitted {
    /// It was applied.
    Accepted,
    /// A part waits for the button behind the link in a mail.
    ConfirmByEmail,
    /// It was kept and could not be applied; somebody of ours looks after it.
    Failed,
    /// Nothing was applied; what to mend.
    Invalid(Vec<Issue>),
}

/// Where a form was sent from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origin {
    /// Our page with the form.
    pub page: Option<Uuid>,
    /// Its address, or that of the site that embeds it.
    pub url: Option<String>,
}

/// Takes a submission of a landing page.
///
/// # Errors
/// `Gone` when the form is not open, and those of the write path.
pub fn submit(tx: &mut Tx<'_>, form: Uuid, sent: &[(String, String)], origin: &Origin) -> Result<Submitted> {
    let form = MarketingForm::live(tx, form)?;
    if form.kind != 0 {
        return Err(Error::gone("form", "This form opens with the personal link in a mail from us."));
    }
    let shown = elements(tx, form.id)?;
    let answers = match answer::read(tx, &shown, sent, false, form.language())? {
        Ok(it) => it,
        Err(issues) => return Ok(Submitted::Invalid(issues)),
    };
    tx.as_system("form submission", |tx| {
        // The form's own double opt-in beats the organisation's (`spec/marketing.md` 9).
        if form.double_optin && form.updates() != Updates::Nobody {
            return waiting::landing(tx, &form, &answers, sent, origin);
        }
        let submission = store(tx, &form, answers.values.text("emailaddress1"), origin)?;
        let stored = Stored { id: submission, page: origin.page, at: Some(tx.now()) };
        match tx.attempt(|tx| apply(tx, &form, &answers, &stored)) {
            Ok(()) if form.keep => store_fields(tx, submission, sent)?,
            Ok(()) => {}
            Err(error) if is_theirs(&error) => {
                store_fields(tx, submission, sent)?;
                fail(tx, submission, &error)?;
                return Ok(Submitted::Failed);
            }
            Err(error) => return Err(error),
        }
        // Told by what was asked, never by what was found: who has it already reads the same page.
        let confirms = form.updates() != Updates::Nobody && answers.ask() && optin::is_on(tx, Some(form.id))?;
        Ok(if confirms { Submitted::ConfirmByEmail } else { Submitted::Accepted })
    })
}

/// Whom a form makes or changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Updates {
    /// A contact, and a lead of theirs.
    Both,
    /// A contact.
    Contact,
    /// A lead.
    Lead,
    /// Nobody; the submission is kept.
    Nobody,
}

impl Updates {
    /// Whether a contact is made or changed.
    pub fn contact(self) -> bool {
        matches!(self, Updates::Both | Updates::Contact)
    }
    /// Whether a lead is made or changed.
    pub fn lead(self) -> bool {
        matches!(self, Updates::Both | Updates::Lead)
    }
}

/// Whether the submission failed for what it says, and not for something that passes.
pub(super) fn is_theirs(error: &Error) -> bool {
    matches!(error.kind, Kind::Invalid | Kind::Conflict | Kind::NotFound | Kind::Forbidden | Kind::Gone)
}

/// Notes why a submission could not be applied; errors hold no personal data.
pub(super) fn fail(tx: &mut Tx<'_>, submission: Uuid, error: &Error) -> Result<()> {
    let values = Values::new()
        .with("statuscode", FAILURE)
        .with("msdyncrm_failuredescription", format!("{}: {}", error.target, error.text))
        .with("msdyncrm_failuretechnicaldetails", format!("{:?} {}", error.kind, error.code));
    tx.update(SUBMISSION, submission, values).map(|_| ())
}

/// A submission that is stored and to be applied.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stored {
    /// Its record.
    pub id: Uuid,
    /// Our page with the form.
    pub page: Option<Uuid>,
    /// When the person sent it.
    pub at: Option<Timestamp>,
}

/// Makes or changes whom the form says, and carries the wishes out.
pub(super) fn apply(tx: &mut Tx<'_>, form: &MarketingForm, answers: &Answers, stored: &Stored) -> Result<()> {
    if form.updates() == Updates::Nobody {
        return tx.update(SUBMISSION, stored.id, Values::new().with("statuscode", FINISHED)).map(|_| ());
    }
    let contact = if form.updates().contact() {
        let known = matched(tx, form, answers)?;
        let mut values = answers.values.clone();
        if let Some(row) = &known {
            keep_noes(row, &mut values);
        }
        Some(bring_up_to_date(tx, form, values, known.as_ref())?)
    } else {
        None
    };
    let lead = match form.updates().lead() {
        true => Some(lead(tx, form, answers, contact.map(|it| it.0), stored.page)?),
        false => None,
    };
    let done = |made: bool| if made { "Created" } else { "Updated" };
    let values = Values::new()
        .with("msdyncrm_matchedcontactid", contact.map(|it| it.0))
        .with("msdyncrm_contactmatchingresult", contact.map(|it| done(it.1)))
        .with("msdyncrm_matchedleadid", lead.map(|it| it.0))
        .with("msdyncrm_leadmatchingresult", lead.map(|it| done(it.1)))
        .with("msdyncrm_failuredescription", kernel::Value::Null)
        .with("msdyncrm_failuretechnicaldetails", kernel::Value::Null)
        .with("statuscode", SUCCESS);
    tx.update(SUBMISSION, stored.id, values)?;
    let Some((contact, _)) = contact else { return Ok(()) };
    let more = Values::new().with("assent_formid", form.id).with("assent_submissionid", stored.id);
    interaction::record(tx, "FormSubmitted", contact, more)?;
    let evidence = Evidence { occurred_on: stored.at, ..evidence(form, stored.id, Source::LandingPage) };
    wishes(tx, contact, answers, &evidence).map(|_| ())
}

pub(super) fn evidence(form: &MarketingForm, submission: Uuid, source: Source) -> Evidence {
    Evidence {
        source,
        form: Some(form.id),
        submission: (submission != Uuid::nil()).then_some(submission),
        wording: Some(form.wording.clone()).filter(|it| !it.is_empty()),
        language: form.language.clone(),
        ..Evidence::default()
    }
}

/// Carries the wishes for consent and lists out; tells whether one of them waits for confirmation.
pub(super) fn wishes(tx: &mut Tx<'_>, contact: Uuid, answers: &Answers, evidence: &Evidence) -> Result<bool> {
    let mut waits = false;
    let address = tx.get("contact", contact)?.text("emailaddress1").to_owned();
    let not_before = confirmation::not_before(tx, &address)?;
    let mut settle = |tx: &mut Tx<'_>, requested: Requested| -> Result<()> {
        if let Requested::Pending(pending) = requested {
            confirmation::send(tx, &pending, not_before)?;
            waits = true;
        }
        Ok(())
    };
    if let Some(level) = answers.level {
        let requested = consent::request(tx, contact, level, evidence)?;
        settle(tx, requested)?;
    }
    for (list, ticked) in &answers.lists {
        if *ticked {
            let requested = subscription::request(tx, *list, contact, evidence)?;
            if requested == Requested::Applied {
                interaction::of_list(tx, contact, *list, true)?;
            }
            settle(tx, requested)?;
        } else if subscription::leave(tx, *list, contact)? {
            interaction::of_list(tx, contact, *list, false)?;
        }
    }
    Ok(waits)
}

pub(super) fn store(tx: &mut Tx<'_>, form: &MarketingForm, address: &str, origin: &Origin) -> Result<Uuid> {
    let url = origin.url.as_ref().map(|it| it.chars().take(2_000).collect::<String>());
    let values = Values::new()
        .with("msdyncrm_formname", form.name.as_str())
        .with("msdyncrm_marketingformid", form.id)
        .with("msdyncrm_marketingpageid", origin.page)
        .with("msdyncrm_pageurl", url)
        .with("assent_email", Some(address.to_owned()).filter(|it| !it.is_empty()));
    tx.create(SUBMISSION, values)
}

pub(super) fn store_fields(tx: &mut Tx<'_>, submission: Uuid, sent: &[(String, String)]) -> Result<()> {
    for (name, text) in sent {
        let values = Values::new()
            .with("msdyncrm_marketingformsubmissionid", submission)
            .with("msdyncrm_fieldname", name.as_str())
            .with("msdyncrm_fieldvalue", text.as_str());
        tx.create(FIELDS, values)?;
    }
    Ok(())
}

/// What a submission holds, by the names of its fields.
pub(super) fn fields(rx: &Rx<'_>, submission: Uuid) -> Result<Vec<(String, String)>> {
    let query = Query::on(FIELDS).eq("msdyncrm_marketingformsubmissionid", submission);
    let rows = rx.elevated("form submission").rows(&query)?;
    let field = |it: &Record| (it.text("msdyncrm_fieldname").to_owned(), it.text("msdyncrm_fieldvalue").to_owned());
    Ok(rows.iter().map(field).collect())
}

/// The contact that was found, brought up to date, or a new one (`spec/marketing.md` 8.3); whether it was made.
/// Where contacts are matched by something else than their address, nobody who knows it can turn their mail to
/// another mailbox.
pub(super) fn bring_up_to_date(
    tx: &mut Tx<'_>,
    form: &MarketingForm,
    mut values: Values,
    known: Option<&Record>,
) -> Result<(Uuid, bool)> {
    match known {
        Some(row) => {
            if !row.text("emailaddress1").is_empty() {
                values.remove("emailaddress1");
            }
            tx.update("contact", row.id, values)?;
            Ok((row.id, false))
        }
        None => Ok((tx.create("contact", values.with("msdyncrm_marketingformid", form.id))?, true)),
    }
}

/// Leaves out what would take a person's no back: whoever knows an address can submit it, and only the mailbox
/// proves the person.
pub(super) fn keep_noes(row: &Record, values: &mut Values) {
    for column in waiting::NOES.iter().filter(|it| row.get(it).is_true()) {
        values.remove(column);
    }
}

/// The lead that matches, brought up to date, or a new one; always a new one where the form says so.
pub(super) fn lead(
    tx: &mut Tx<'_>,
    form: &MarketingForm,
    answers: &Answers,
    contact: Option<Uuid>,
    page: Option<Uuid>,
) -> Result<(Uuid, bool)> {
    let mut values = answers.lead.clone();
    let page = page.map_or(kernel::Value::Null, |it| kernel::Value::Lookup("msdyncrm_marketingpage".into(), it));
    values.set(matching::PAGE, page);
    let columns = matching::columns(tx, form, "lead")?;
    let found = if form.always_new_lead { None } else { matching::find(tx, "lead", &columns, &values)? };
    if let Some(contact) = contact {
        values.set("parentcontactid", kernel::Value::Lookup("contact".into(), contact));
    }
    match found {
        Some(row) => {
            keep_noes(&row, &mut values);
            tx.update("lead", row.id, values)?;
            Ok((row.id, false))
        }
        None => {
            if values.get("subject").is_null() {
                values.set("subject", form.name.as_str());
            }
            Ok((tx.create("lead", values.with("msdyncrm_marketingformid", form.id))?, true))
        }
    }
}

/// The contact that the answers match.
///
/// # Errors
/// `Invalid` where one by which contacts are matched is missing.
pub(super) fn matched(rx: &Rx<'_>, form: &MarketingForm, answers: &Answers) -> Result<Option<Record>> {
    matching::find(rx, "contact", &matching::columns(rx, form, "contact")?, &answers.values)
}

/// The contact that the answers match; nobody, where one is missing.
pub(super) fn known(rx: &Rx<'_>, form: &MarketingForm, answers: &Answers) -> Result<Option<Record>> {
    match matched(rx, form, answers) {
        Err(error) if error.kind == Kind::Invalid => Ok(None),
        other => other,
    }
}

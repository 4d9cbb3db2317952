//! A landing page is submitted.
//!
//! *Not* the subscription center (`center`). Invariant: the answer to the visitor is the same whether
//! the address is known here or not (`spec/beyond.md` 4, no. 7).

use kernel::{Query, Result, Rx, Tx, Values, uuid::Uuid};
use privacy::{
    consent::{self, Evidence, Level, Requested, Source},
    optin, subscription,
};

use super::{Answers, Issue, MarketingForm, answer, elements, waiting};
use crate::{confirmation, interaction};

pub(super) const SUBMISSION: &str = "msdyncrm_marketingformsubmission";
pub(super) const SUCCESS: i64 = 192_350_002;

/// What became of a submission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Submitted {
    /// It was applied.
    Accepted,
    /// A part waits for the button behind the link in a mail.
    ConfirmByEmail,
    /// Nothing was applied; what to mend.
    Invalid(Vec<Issue>),
}

/// Takes a submission of a landing page.
///
/// # Errors
/// `Gone` when the form is not open, and those of the write path.
pub fn submit(tx: &mut Tx<'_>, form: Uuid, sent: &[(String, String)]) -> Result<Submitted> {
    let form = MarketingForm::live(tx, form)?;
    let shown = elements(tx, form.id)?;
    let answers = match answer::read(tx, &shown, sent, false, form.language())? {
        Ok(it) => it,
        Err(issues) => return Ok(Submitted::Invalid(issues)),
    };
    tx.as_system("form submission", |tx| {
        // The form's own double opt-in beats the organisation's (`spec/marketing.md` 9).
        if form.double_optin && form.update != Some(3) {
            return waiting::landing(tx, &form, &answers, sent);
        }
        let submission = store(tx, &form, answers.values.text("emailaddress1"))?;
        if form.update == Some(3) {
            return Ok(Submitted::Accepted);
        }
        let contact = find_or_create(tx, &form, &unproven(tx, &answers)?)?;
        let values = Values::new().with("msdyncrm_matchedcontactid", contact).with("statuscode", SUCCESS);
        tx.update(SUBMISSION, submission, values)?;
        if form.keep {
            store_fields(tx, submission, sent)?;
        }
        let more = Values::new().with("assent_formid", form.id).with("assent_submissionid", submission);
        interaction::record(tx, "FormSubmitted", contact, more)?;
        let evidence = evidence(&form, submission, Source::LandingPage);
        wishes(tx, contact, &answers, &evidence)?;
        // Told by what was asked, never by what was found: who has it already reads the same page.
        let asks = answers.level.is_some_and(|it| it > Level::None) || answers.lists.iter().any(|(_, ticked)| *ticked);
        let confirms = asks && optin::is_on(tx, Some(form.id))?;
        Ok(if confirms { Submitted::ConfirmByEmail } else { Submitted::Accepted })
    })
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
            settle(tx, requested)?;
        } else {
            subscription::leave(tx, *list, contact)?;
        }
    }
    Ok(waits)
}

pub(super) fn store(tx: &mut Tx<'_>, form: &MarketingForm, address: &str) -> Result<Uuid> {
    let values = Values::new()
        .with("msdyncrm_formname", form.name.as_str())
        .with("msdyncrm_marketingformid", form.id)
        .with("assent_email", Some(address.to_owned()).filter(|it| !it.is_empty()));
    tx.create(SUBMISSION, values)
}

pub(super) fn store_fields(tx: &mut Tx<'_>, submission: Uuid, sent: &[(String, String)]) -> Result<()> {
    for (name, text) in sent {
        let values = Values::new()
            .with("msdyncrm_marketingformsubmissionid", submission)
            .with("msdyncrm_fieldname", name.as_str())
            .with("msdyncrm_fieldvalue", text.as_str());
        tx.create("msdyncrm_marketingfieldsubmission", values)?;
    }
    Ok(())
}

/// The contact with this address, brought up to date, or a new one (`spec/marketing.md` 8.3). Where
/// several have the address, the one that was changed last.
pub(super) fn find_or_create(tx: &mut Tx<'_>, form: &MarketingForm, answers: &Answers) -> Result<Uuid> {
    match find(tx, &answers.values)? {
        Some(contact) => {
            tx.update("contact", contact, answers.values.clone())?;
            Ok(contact)
        }
        None => tx.create("contact", answers.values.clone().with("msdyncrm_marketingformid", form.id)),
    }
}

/// The answers without those that would take a person's no back: whoever knows an address can submit it,
/// and only the mailbox proves the person.
fn unproven(rx: &Rx<'_>, answers: &Answers) -> Result<Answers> {
    let mut kept = answers.clone();
    if let Some(contact) = find(rx, &answers.values)? {
        let row = rx.elevated("form submission").get("contact", contact)?;
        for column in waiting::NOES.iter().filter(|it| row.get(it).is_true()) {
            kept.values.remove(column);
        }
    }
    Ok(kept)
}

/// The contact that these values match.
pub(super) fn find(rx: &Rx<'_>, values: &Values) -> Result<Option<Uuid>> {
    let address = values.get("emailaddress1").clone();
    if address.is_null() {
        return Ok(None);
    }
    let query =
        Query::on("contact").eq("emailaddress1", address).eq("statecode", 0).order("modifiedon desc")?.select(&[]);
    Ok(rx.first(&query)?.map(|it| it.id))
}

//! A submission of a form with its own double opt-in: it waits, whole, until it is confirmed
//! (`spec/marketing.md` 9, "per form").
//!
//! *Not* the mail (`confirmation`). Invariant: before the button is pressed no contact is made or given
//! anything; what takes something away acts at once, for it needs no confirmation.

use kernel::{Error, Query, Result, Rx, Tx, Value, Values, uuid::Uuid};
use privacy::{
    consent::{self, Level, Source},
    optin::{self, OptInRequest},
    subscription, suppression,
};

use super::{Answers, Issue, MarketingForm, Shown, Submitted, answer, elements, submit};
use crate::{
    confirmation, interaction,
    language::{self, TEXTS},
};

/// The boxes by which a person says no.
pub(super) const NOES: &[&str] =
    &["donotemail", "donotbulkemail", "donotphone", "donotpostalmail", "msgdpr_donottrack"];

/// A landing page was sent; the answer is the same whoever it is.
pub(super) fn landing(
    tx: &mut Tx<'_>,
    form: &MarketingForm,
    answers: &Answers,
    sent: &[(String, String)],
    origin: &submit::Origin,
) -> Result<Submitted> {
    let address = answers.values.text("emailaddress1").to_owned();
    if address.is_empty() {
        let text = TEXTS.say(form.language(), "issue-missing");
        return Ok(Submitted::Invalid(vec![Issue { field: "emailaddress1".into(), text }]));
    }
    if let Some(contact) = submit::known(tx, form, answers)? {
        take_away(tx, form, contact.id, answers)?;
    }
    let given: Vec<(String, String)> = sent.iter().filter(|(_, it)| !it.trim().is_empty()).cloned().collect();
    hold(tx, form, None, &address, &given, origin)?;
    Ok(Submitted::ConfirmByEmail)
}

/// A subscription center was saved: what is less acts now, the rest waits. Tells whether anything does.
pub(super) fn center(
    tx: &mut Tx<'_>,
    form: &MarketingForm,
    contact: Uuid,
    answers: &Answers,
    sent: &[(String, String)],
) -> Result<bool> {
    let row = tx.get("contact", contact)?;
    take_away(tx, form, contact, answers)?;
    let mut later = Vec::new();
    let sent_text = |name: &str| sent.iter().find(|(it, _)| it == name).map(|(_, text)| text.clone());
    for (column, value) in answers.values.iter() {
        if value == row.get(column) || value.is_null() || (value.is_true() && NOES.contains(&column)) {
            continue;
        }
        // A box that is not ticked is not sent.
        later.push((column.to_owned(), sent_text(column).unwrap_or_else(|| "off".to_owned())));
    }
    let present = Level::of_value(row.get("msgdpr_gdprconsent"))?;
    if let Some(level) = answers.level.filter(|it| *it > present) {
        later.push(("msgdpr_gdprconsent".to_owned(), level.to_string()));
    }
    for (list, ticked) in &answers.lists {
        if *ticked && !subscription::is_member(tx, *list, contact)? {
            later.push((format!("list-{list}"), "on".to_owned()));
        }
    }
    if !later.is_empty() {
        hold(tx, form, Some(contact), row.text("emailaddress1"), &later, &submit::Origin::default())?;
    }
    Ok(!later.is_empty())
}

/// What a person takes away, or says no to, holds from now on.
fn take_away(tx: &mut Tx<'_>, form: &MarketingForm, contact: Uuid, answers: &Answers) -> Result<()> {
    let complete = form.kind == 1;
    let mut less = Values::new();
    for (column, value) in answers.values.iter() {
        if (complete && value.is_null()) || (value.is_true() && NOES.contains(&column)) {
            less.set(column, value.clone());
        }
    }
    if !less.is_empty() {
        tx.update("contact", contact, less)?;
    }
    let present = Level::of_value(tx.get("contact", contact)?.get("msgdpr_gdprconsent"))?;
    if let Some(level) = answers.level.filter(|it| *it < present) {
        let source = if complete { Source::SubscriptionCenter } else { Source::LandingPage };
        consent::request(tx, contact, level, &submit::evidence(form, Uuid::nil(), source))?;
    }
    for (list, _) in answers.lists.iter().filter(|(_, ticked)| complete && !ticked) {
        if subscription::leave(tx, *list, contact)? {
            interaction::of_list(tx, contact, *list, false)?;
        }
    }
    Ok(())
}

fn hold(
    tx: &mut Tx<'_>,
    form: &MarketingForm,
    contact: Option<Uuid>,
    address: &str,
    given: &[(String, String)],
    origin: &submit::Origin,
) -> Result<()> {
    let not_before = confirmation::not_before(tx, address)?;
    let older = optin::submissions(tx, address, Some(form.id), contact)?;
    for waiting in &older {
        let before = match waiting.submission {
            Some(it) => submit::fields(tx, it)?,
            None => Vec::new(),
        };
        if sorted(&before) == sorted(given) {
            let pending = optin::again(tx, waiting)?;
            return confirmation::send(tx, &pending, not_before).map(|_| ());
        }
    }
    let submission = submit::store(tx, form, address, origin)?;
    submit::store_fields(tx, submission, given)?;
    let source = if form.kind == 1 { Source::SubscriptionCenter } else { Source::LandingPage };
    let evidence = submit::evidence(form, submission, source);
    let pending = optin::ask_submission(tx, contact, address, submission, &evidence)?;
    for submission in older.iter().filter_map(|it| it.submission) {
        tx.delete(submit::SUBMISSION, submission)?;
    }
    confirmation::send(tx, &pending, not_before).map(|_| ())
}

fn sorted(fields: &[(String, String)]) -> Vec<&(String, String)> {
    let mut all: Vec<_> = fields.iter().collect();
    all.sort();
    all
}

/// The answers that wait, as the form reads them today.
fn answers(rx: &Rx<'_>, request: &OptInRequest) -> Result<(MarketingForm, Answers)> {
    let rx = rx.elevated("form submission");
    let changed = || {
        Error::gone("link", TEXTS.say(language::of(request.language.as_deref().unwrap_or_default()), "form-changed"))
            .with_code("form-changed")
    };
    let (Some(form), Some(submission)) = (request.form, request.submission) else { return Err(changed()) };
    let form = MarketingForm::get(&rx, form)?;
    let given = submit::fields(&rx, submission)?;
    let shown: Vec<Shown> =
        elements(&rx, form.id)?.into_iter().filter(|it| given.iter().any(|(name, _)| *name == it.name)).collect();
    match answer::read(&rx, &shown, &given, false, form.language())? {
        Ok(it) => Ok((form, it)),
        Err(_) => Err(changed()),
    }
}

/// What a submission that waits asks for: its lists, and its level.
///
/// # Errors
/// `Gone` when the form no longer takes what was filled in.
pub fn asked(rx: &Rx<'_>, request: &OptInRequest) -> Result<(MarketingForm, Vec<Uuid>, Option<Level>)> {
    let (form, answers) = answers(rx, request)?;
    let lists = answers.lists.iter().filter(|(_, ticked)| *ticked).map(|(list, _)| *list).collect();
    Ok((form, lists, answers.level.filter(|it| *it > Level::None)))
}

/// The person pressed the button: the submission is applied, and with it all wishes at once.
///
/// # Errors
/// `Gone` where the mailbox that confirms is not that of the contact.
pub(crate) fn apply(tx: &mut Tx<'_>, request: &OptInRequest) -> Result<Uuid> {
    let (form, answers) = answers(tx, request)?;
    let submission = request.submission.ok_or_else(|| Error::bug("a submission that waits is gone"))?;
    tx.as_system("confirmed form submission", |tx| {
        let contact = match request.contact {
            Some(contact) => {
                let closed = suppression::closed(tx, contact)?;
                let (mut values, mut address) = (answers.values.clone(), Values::new());
                if let Some(it) = values.remove("emailaddress1") {
                    address.set("emailaddress1", it);
                }
                optin::mailbox::check(tx, request, contact)?;
                tx.update("contact", contact, values)?;
                // What this mailbox confirms is carried out before another one is named.
                wishes(tx, contact, &answers, request)?;
                tx.update("contact", contact, address)?;
                suppression::reopened(tx, contact, closed.as_deref())?;
                contact
            }
            None => {
                let contact = proven(tx, &form, &answers, request)?;
                wishes(tx, contact, &answers, request)?;
                contact
            }
        };
        if form.kind == 0 && form.updates().lead() {
            let page = tx.get(submit::SUBMISSION, submission)?.get("msdyncrm_marketingpageid").as_guid();
            let (lead, _) = submit::lead(tx, &form, &answers, Some(contact), page)?;
            tx.update(submit::SUBMISSION, submission, Values::new().with("msdyncrm_matchedleadid", lead))?;
        }
        optin::close(tx, request, Some(contact))?;
        let kind = if form.kind == 1 { "EmailSubscriptionSubmit" } else { "FormSubmitted" };
        let more = Values::new().with("assent_formid", form.id).with("assent_submissionid", submission);
        interaction::record(tx, kind, contact, more)?;
        finish(tx, &form, submission, contact)?;
        Ok(contact)
    })
}

/// The contact of a landing page's answers. Where they are matched by something else than their address, who
/// knows a name or a number confirms nothing for them: a contact with another mailbox is left alone.
fn proven(tx: &mut Tx<'_>, form: &MarketingForm, answers: &Answers, request: &OptInRequest) -> Result<Uuid> {
    let known = submit::matched(tx, form, answers)?;
    let mut values = answers.values.clone();
    match &known {
        Some(row) if !row.text("emailaddress1").is_empty() => optin::mailbox::check(tx, request, row.id)?,
        // Of somebody without a mailbox it proves none of what they said before.
        Some(row) => submit::keep_noes(row, &mut values),
        None => {}
    }
    Ok(submit::bring_up_to_date(tx, form, values, known.as_ref())?.0)
}

/// The level and the lists that were wished for.
fn wishes(tx: &mut Tx<'_>, contact: Uuid, answers: &Answers, request: &OptInRequest) -> Result<()> {
    optin::mailbox::check(tx, request, contact)?;
    // For a child the wish goes on to the parent or custodian.
    if let Some(level) = answers.level
        && let Some(pending) = optin::raise(tx, contact, level, request)?
    {
        confirmation::send(tx, &pending, None)?;
    }
    for (list, _) in answers.lists.iter().filter(|(_, ticked)| *ticked) {
        if !subscription::is_member(tx, *list, contact)? {
            subscription::join(tx, *list, contact)?;
            interaction::of_list(tx, contact, *list, true)?;
        }
    }
    Ok(())
}

/// The submission is applied: the journeys that wait for it go on, and its fields stay only where the
/// form keeps them.
fn finish(tx: &mut Tx<'_>, form: &MarketingForm, submission: Uuid, contact: Uuid) -> Result<()> {
    let values = Values::new()
        .with("msdyncrm_matchedcontactid", contact)
        .with("statuscode", submit::SUCCESS)
        .with("msdyncrm_originalcontactid", Value::Null);
    tx.update(submit::SUBMISSION, submission, values)?;
    if !form.keep {
        for field in tx.ids(&Query::on(submit::FIELDS).eq("msdyncrm_marketingformsubmissionid", submission))? {
            tx.delete(submit::FIELDS, field)?;
        }
    }
    Ok(())
}

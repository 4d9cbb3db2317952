//! The subscription center: what a person allows, shown and changed by themselves
//! (`spec/marketing.md` 8.5).
//!
//! *Not* reachable without the personal link of a mail. Invariant: what the page shows after saving is
//! what is in the store; less takes effect at once, more waits for its confirmation.

use kernel::{Error, Query, Result, Rx, Tx, Value, Values, setting, uuid::Uuid};
use privacy::{
    consent::{ConsentChangeRecord, Level, Source, receipt::Form},
    optin::OptInRequest,
    subscription,
    suppression::{self, Reason},
};
use serde_json::Value as Json;

use super::{Answers, Issue, MarketingForm, Shown, answer, asked, elements, submit, waiting};
use crate::{
    interaction,
    link::{self, Link},
    page,
};

/// The center of one person.
#[derive(Debug, Clone)]
pub struct Center {
    /// Whose.
    pub contact: Uuid,
    /// The page it is shown on.
    pub page: page::MarketingPage,
    /// The form.
    pub form: MarketingForm,
    /// The elements with the true state as values.
    pub elements: Vec<Shown>,
    /// Wishes that wait for their confirmation.
    pub waiting: Vec<Waiting>,
    /// Changes of consent of which there is a receipt.
    pub receipts: u64,
}

/// A wish that waits for its confirmation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Waiting {
    /// A level of consent.
    Level(Level),
    /// A list, by its name.
    List(String),
}

fn listed(rx: &Rx<'_>, list: Uuid) -> Result<Waiting> {
    Ok(Waiting::List(rx.get("list", list)?.text("listname").to_owned()))
}

/// What became of a post.
#[derive(Debug, Clone)]
pub enum Saved {
    /// It was saved; whether a part waits for confirmation.
    Saved {
        /// Whether a part waits for the button behind the link in a mail.
        waits: bool,
    },
    /// Nothing was saved; what to mend.
    Invalid(Vec<Issue>),
}

fn person(rx: &Rx<'_>, token: &str) -> Result<(Uuid, Uuid)> {
    let (contact, mail) = match Link::read(rx, token)? {
        Link::Center { contact, mail } | Link::Unsubscribe { contact, mail } => (contact, mail),
        _ => return Err(link::unknown()),
    };
    match privacy::merge::survivor(rx, contact)? {
        Some(contact) => Ok((contact, mail)),
        None => Err(Error::gone("link", "There is no data about you here any more.").with_code("no-data")),
    }
}

/// The receipts of every change of consent of the person behind a link, oldest first; ISO/IEC TS 27560,
/// or Kantara 1.1.
///
/// # Errors
/// As [`center`].
pub fn receipts(rx: &Rx<'_>, token: &str, kantara: bool) -> Result<Vec<Json>> {
    let (contact, _) = person(rx, token)?;
    let rx = rx.elevated("receipts of the person");
    let query = Query::on(ConsentChangeRecord::ENTITY).eq("msgdpr_contactid", contact);
    let form = if kantara { Form::Kantara } else { Form::Iso27560 };
    form.of_records(&rx, &rx.ids(&query)?)
}

/// The center behind a personal link.
///
/// # Errors
/// `NotFound` for a link that is not ours, `Gone` when the person was erased.
pub fn center(rx: &Rx<'_>, token: &str) -> Result<Center> {
    let (contact, _) = person(rx, token)?;
    let rx = rx.elevated("subscription center");
    let page = page::subscription_center(&rx)?;
    let form = MarketingForm::live(&rx, page.form.unwrap_or_default())?;
    let row = rx.get("contact", contact)?;
    let mut shown = elements(&rx, form.id)?;
    for element in &mut shown {
        element.value = match (&element.column, element.element.list) {
            (Some(column), _) => shown_value(row.get(column)),
            (None, Some(list)) if subscription::is_member(&rx, list, contact)? => "on".to_owned(),
            _ => String::new(),
        };
    }
    let query = Query::on("assent_optinrequest").eq("assent_contactid", contact).eq("statuscode", 1);
    let mut waiting = Vec::new();
    for wish in OptInRequest::rows(&rx, &query)? {
        match wish.kind {
            3 => {
                // What no longer fits the form cannot be confirmed either.
                let Ok((_, lists, level)) = asked(&rx, &wish) else { continue };
                waiting.extend(level.map(Waiting::Level));
                waiting.extend(lists.into_iter().map(|it| listed(&rx, it)).collect::<Result<Vec<_>>>()?);
            }
            2 => waiting.extend(wish.list.map(|it| listed(&rx, it)).transpose()?),
            _ => waiting.push(Waiting::Level(Level::of_option(wish.value)?)),
        }
    }
    let receipts = rx.count(&Query::on(ConsentChangeRecord::ENTITY).eq("msgdpr_contactid", contact))?;
    Ok(Center { contact, page, form, elements: shown, waiting, receipts })
}

/// A value as an input of a form holds it.
pub(super) fn shown_value(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(yes) => if *yes { "on" } else { "" }.to_owned(),
        Value::Text(text) => text.clone(),
        other => other.to_json().to_string().trim_matches('"').to_owned(),
    }
}

/// Saves what the person sent from their center.
///
/// # Errors
/// As [`center`].
pub fn save(tx: &mut Tx<'_>, token: &str, sent: &[(String, String)]) -> Result<Saved> {
    let center = center(tx, token)?;
    let answers = match answer::read(tx, &center.elements, sent, true, center.form.language())? {
        Ok(it) => it,
        Err(issues) => return Ok(Saved::Invalid(issues)),
    };
    tx.as_system("subscription center", |tx| {
        let closed = suppression::closed(tx, center.contact)?;
        for_address(tx, &center, &answers)?;
        if center.form.double_optin {
            let waits = waiting::center(tx, &center.form, center.contact, &answers, sent)?;
            suppression::reopened(tx, center.contact, closed.as_deref())?;
            if !waits {
                let more = Values::new().with("assent_formid", center.form.id);
                interaction::record(tx, "EmailSubscriptionSubmit", center.contact, more)?;
            }
            return Ok(Saved::Saved { waits });
        }
        tx.update("contact", center.contact, answers.values.clone())?;
        let evidence = submit::evidence(&center.form, Uuid::nil(), Source::SubscriptionCenter);
        let waits = submit::wishes(tx, center.contact, &answers, &evidence)?;
        suppression::reopened(tx, center.contact, closed.as_deref())?;
        let more = Values::new().with("assent_formid", center.form.id);
        interaction::record(tx, "EmailSubscriptionSubmit", center.contact, more)?;
        Ok(Saved::Saved { waits })
    })
}

/// The setting that says `yes` where what a person takes away on their center is taken away for everybody with
/// their address. Else it is theirs alone (`spec/marketing.md` 8.5); one-click and objection hold by address always.
pub const ADDRESS_LEVEL: &str = "center.address_level";

/// Carries what the person takes away by this very act over to whoever shares the address; what they allow is
/// theirs alone.
fn for_address(tx: &mut Tx<'_>, center: &Center, answers: &Answers) -> Result<()> {
    if setting::get(tx, ADDRESS_LEVEL)?.as_deref() != Some("yes") {
        return Ok(());
    }
    let row = tx.get("contact", center.contact)?;
    let address = row.text("emailaddress1").to_owned();
    if address.is_empty() {
        return Ok(());
    }
    let noes = waiting::NOES.iter().filter(|it| answers.values.get(it).is_true() && !row.get(it).is_true());
    let noes = noes.fold(Values::new(), |values, it| values.with(it, true));
    let present = Level::of_value(row.get("msgdpr_gdprconsent"))?;
    let level = answers.level.filter(|it| *it < present);
    let mut left = Vec::new();
    for (list, _) in answers.lists.iter().filter(|(_, ticked)| !ticked) {
        if subscription::is_member(tx, *list, center.contact)? {
            left.push(*list);
        }
    }
    for other in tx.ids(&Query::on("contact").eq("emailaddress1", address))? {
        if other == center.contact {
            continue;
        }
        if !noes.is_empty() {
            tx.update("contact", other, noes.clone())?;
        }
        if let Some(level) = level {
            let evidence = submit::evidence(&center.form, Uuid::nil(), Source::SubscriptionCenter);
            privacy::consent::lower(tx, other, level, evidence)?;
        }
        for list in &left {
            if subscription::leave(tx, *list, other)? {
                interaction::of_list(tx, other, *list, false)?;
            }
        }
    }
    Ok(())
}

/// One-click unsubscribing (RFC 8058): no bulk mail to this address any more, whoever shares it
/// (`spec/beyond.md` 4, no. 11). Doing it again changes nothing.
///
/// # Errors
/// `NotFound` for a link that is not ours. A person who was erased gets no error: there is nothing to
/// send them.
pub fn one_click(tx: &mut Tx<'_>, token: &str) -> Result<()> {
    let (contact, _) = match person(tx, token) {
        Err(error) if error.kind == kernel::Kind::Gone => return Ok(()),
        other => other?,
    };
    tx.as_system("one-click unsubscribe", |tx| {
        let address = tx.get("contact", contact)?.get("emailaddress1").clone();
        let mut everybody = vec![contact];
        if !address.is_null() {
            everybody.extend(tx.ids(&Query::on("contact").eq("emailaddress1", address.clone()))?);
        }
        for person in everybody {
            tx.update("contact", person, Values::new().with("donotbulkemail", true))?;
        }
        if let Some(address) = address.as_text() {
            suppression::add(tx, address, Reason::OneClick, "the one-click link of a mail", None)?;
        }
        Ok(())
    })
}

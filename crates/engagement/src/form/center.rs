//! The subscription center: what a person allows, shown and changed by themselves
//! (`spec/marketing.md` 8.5).
//!
//! *Not* reachable without the personal link of a mail. Invariant: what the page shows after saving is
//! what is in the store; less takes effect at once, more waits for its confirmation.

use kernel::{Error, Query, Result, Rx, Tx, Value, Values, uuid::Uuid};
use privacy::{
    consent::{Level, Source},
    subscription,
};

use super::{Issue, MarketingForm, Shown, answer, elements, submit};
use crate::{interaction, link::Link, page};

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
    /// Wishes that wait for their confirmation, in words.
    pub waiting: Vec<String>,
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
        _ => {
            return Err(Error::new(
                kernel::Kind::NotFound,
                "unknown-link",
                "link",
                "This link is not valid. Use the link in the mail as it is.",
            ));
        }
    };
    match rx.elevated("subscription center").find("contact", contact)? {
        Some(_) => Ok((contact, mail)),
        None => Err(Error::gone("link", "There is no data about you here any more.")),
    }
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
            (Some(column), _) => match row.get(column) {
                Value::Null => String::new(),
                Value::Bool(yes) => if *yes { "on" } else { "" }.to_owned(),
                Value::Text(text) => text.clone(),
                other => other.to_json().to_string().trim_matches('"').to_owned(),
            },
            (None, Some(list)) if subscription::is_member(&rx, list, contact)? => "on".to_owned(),
            _ => String::new(),
        };
    }
    let query = Query::on("assent_optinrequest").eq("assent_contactid", contact).eq("statuscode", 1);
    let mut waiting = Vec::new();
    for wish in rx.rows(&query)? {
        waiting.push(match wish.get("assent_listid").as_guid() {
            Some(list) => format!("the list \"{}\"", rx.get("list", list)?.text("listname")),
            None => format!("consent \"{}\"", Level::of_value(wish.get("assent_value"))?),
        });
    }
    Ok(Center { contact, page, form, elements: shown, waiting })
}

/// Saves what the person sent from their center.
///
/// # Errors
/// As [`center`].
pub fn save(tx: &mut Tx<'_>, token: &str, sent: &[(String, String)]) -> Result<Saved> {
    let center = center(tx, token)?;
    let answers = match answer::read(tx, &center.elements, sent, true)? {
        Ok(it) => it,
        Err(issues) => return Ok(Saved::Invalid(issues)),
    };
    tx.as_system("subscription center", |tx| {
        tx.update("contact", center.contact, answers.values.clone())?;
        let evidence = submit::evidence(&center.form, Uuid::nil(), Source::SubscriptionCenter);
        let waits = submit::wishes(tx, center.contact, &answers, &evidence)?;
        let more = Values::new().with("assent_formid", center.form.id);
        interaction::record(tx, "EmailSubscriptionSubmit", center.contact, more)?;
        Ok(Saved::Saved { waits })
    })
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
            everybody.extend(tx.ids(&Query::on("contact").eq("emailaddress1", address))?);
        }
        for person in everybody {
            tx.update("contact", person, Values::new().with("donotbulkemail", true))?;
        }
        Ok(())
    })
}

//! Forward to a friend: the reader of a mail sends a copy to addresses that they type in
//! (`spec/marketing.md` 10).
//!
//! *Not* a way to make contacts, and not embeddable; only the personal link of a mail leads here. Invariant: what
//! the reader sees is the same whoever the addresses belong to; a copy holds nothing of the reader; what was
//! typed in is deleted after 30 days.

use connect::mail;
use jiff::ToSpan;
use kernel::{Error, Outcome, Query, Result, Rx, Tx, Values, blob::unhex, jobs::Job, pipeline::check::is_address};
use privacy::{
    consent::{Decision, Purpose, Transactional, gate},
    suppression,
};

use super::{FormElement, Input, Issue, MarketingForm, Shown, elements};
use crate::{
    email::{self, MarketingEmail},
    interaction,
    language::TEXTS,
    link::{self, Link},
    page::{self, MarketingPage},
};

/// The job's name, and its dedupe text.
pub const PURGE: &str = "forward.purge";
/// The kind of interaction of who sent a mail on.
const FORWARDED: &str = "EmailForwarded";
/// From one mail so many copies can be asked for.
const MOST_PER_MAIL: i64 = 20;
/// To one address so many copies go in a week, whoever asks.
const MOST_PER_WEEK: usize = 3;
/// The longest name and address.
const LONGEST: usize = 100;

/// The page for one mail.
#[derive(Debug, Clone)]
pub struct Forwarding {
    /// The page it is shown on.
    pub page: MarketingPage,
    /// The form.
    pub form: MarketingForm,
    /// Its elements.
    pub elements: Vec<Shown>,
    /// The subject of the mail, as its reader has it.
    pub subject: String,
    mail: mail::OutgoingMail,
    email: MarketingEmail,
}

/// What became of a post.
#[derive(Debug, Clone)]
pub enum Sent {
    /// It was taken; who does not want it, or had it, gets nothing, and nobody is told.
    Taken,
    /// So many copies of one mail are not sent.
    TooMany,
    /// Nothing was sent; what to mend.
    Invalid(Vec<Issue>),
}

/// The inputs of the element that asks for friends.
pub(super) fn inputs(element: &FormElement, language: &str) -> Vec<Shown> {
    let pairs = element.pairs.unwrap_or(3).clamp(1, 10);
    let mut all = Vec::new();
    for number in 1..=pairs {
        let count = number.to_string();
        let one = |what: &str, html_type, required| Shown {
            name: format!("friend-{number}-{what}"),
            label: TEXTS.fill(language, &format!("friend-{what}"), &[("number", &count)]),
            required,
            input: Input::Line { html_type, max_length: LONGEST },
            value: String::new(),
            column: None,
            lead_column: None,
            element: element.clone(),
        };
        if element.asks_name {
            all.push(one("name", "text", false));
        }
        all.push(one("email", "email", number == 1));
    }
    all
}

/// The page behind the link of a mail.
///
/// # Errors
/// `NotFound` for a link that is not ours and where no such page is live, `Gone` when the mail, or the e-mail that
/// it was made of, is there no longer.
pub fn open(rx: &Rx<'_>, token: &str) -> Result<Forwarding> {
    let Link::Forward { mail } = Link::read(rx, token)? else { return Err(link::unknown()) };
    let rx = rx.elevated("forward to a friend");
    let gone = || Error::gone("link", "This mail can no longer be forwarded here.");
    let row = rx.find(mail::ENTITY, mail)?.ok_or_else(gone)?;
    let mail = mail::OutgoingMail::read(&row)?;
    let page = page::forward(&rx)?;
    let form = MarketingForm::live(&rx, page.form.unwrap_or_default())?;
    let email = match mail.email.map(|it| rx.find(email::ENTITY, it)).transpose()?.flatten() {
        Some(row) => MarketingEmail::read(&row)?,
        None => return Err(gone()),
    };
    // A mail about one's own business is nobody else's.
    let personal = mail.purpose == Transactional::NUMBER || email.is_transactional() || email.is_confirmation();
    if personal || !email.is_live() || mail.contact.is_none() {
        return Err(gone());
    }
    let elements = elements(&rx, form.id)?;
    let subject = mail.subject.clone().unwrap_or_default();
    Ok(Forwarding { page, form, elements, subject, mail, email })
}

/// Sends a copy to each of the addresses that were typed in.
///
/// # Errors
/// As [`open`].
pub fn send(tx: &mut Tx<'_>, token: &str, sent: &[(String, String)]) -> Result<Sent> {
    let it = open(tx, token)?;
    let friends = match read(&it.elements, sent, it.form.language()) {
        Ok(friends) => friends,
        Err(issues) => return Ok(Sent::Invalid(issues)),
    };
    tx.as_system("forward to a friend", |tx| {
        let asked = i64::try_from(friends.len()).unwrap_or(i64::MAX);
        if before(tx, &it)? + asked > MOST_PER_MAIL {
            return Ok(Sent::TooMany);
        }
        for (address, name) in &friends {
            copy(tx, &it, address, name.as_deref())?;
        }
        let Some(contact) = it.mail.contact else { return Ok(Sent::Taken) };
        let more = Values::new()
            .with("assent_journeyid", it.mail.journey)
            .with("assent_activityid", it.mail.tile.clone())
            .with("assent_emailid", it.email.id)
            .with("assent_mailid", it.mail.id)
            .with("assent_formid", it.form.id)
            .with("assent_detail", asked.to_string());
        interaction::record(tx, FORWARDED, contact, more)?;
        Ok(Sent::Taken)
    })
}

/// How many copies of the mail were asked for already.
fn before(rx: &Rx<'_>, it: &Forwarding) -> Result<i64> {
    let query = Query::on(interaction::ENTITY).eq("assent_mailid", it.mail.id).eq("assent_type", FORWARDED);
    let rows = rx.rows(&query)?;
    Ok(rows.iter().filter_map(|it| it.text("assent_detail").parse::<i64>().ok()).sum())
}

/// One copy, unless the gate refuses or the address had it: nobody is told which.
fn copy(tx: &mut Tx<'_>, it: &Forwarding, address: &str, name: Option<&str>) -> Result<()> {
    let Decision::Granted(permit) = gate::ask_forward(tx, address)? else { return Ok(()) };
    let had = mail::forwarded(tx, address)?;
    let week = tx.now().checked_sub((7 * 24).hours()).unwrap_or(jiff::Timestamp::MIN);
    let lately = had.iter().filter(|(_, at)| *at > week).count();
    if had.iter().any(|(email, _)| *email == Some(it.email.id)) || lately >= MOST_PER_WEEK {
        return Ok(());
    }
    let journey = it.mail.journey.map(|id| tx.find(crate::journey::ENTITY, id)).transpose()?.flatten();
    let own = journey.and_then(|it| it.get("msdyncrm_contentsettingsid").as_guid());
    let Some(settings) = email::content_settings(tx, own)? else { return Ok(()) };
    let key = suppression::key_of(tx, address)?;
    let key = unhex(&key).and_then(|it| it.try_into().ok());
    let refuse = Link::Refuse { key: key.ok_or_else(|| Error::bug("a key of the ledger is none"))? };
    let mut message = email::render_copy(tx, &it.email, &settings, refuse, it.form.language())?;
    message.idempotency_key = format!("forward:{}", message.id.unwrap_or_default());
    mail::forward(tx, message, name, permit)?;
    Ok(())
}

/// Address and name of each friend, once each.
type Friends = Vec<(String, Option<String>)>;

fn read(shown: &[Shown], sent: &[(String, String)], language: &str) -> std::result::Result<Friends, Vec<Issue>> {
    let say = |key: &str| TEXTS.say(language, key);
    let mut issues = Vec::new();
    for (at, (name, _)) in sent.iter().enumerate() {
        let known = shown.iter().any(|it| it.name == *name && !name.is_empty());
        let twice = sent.iter().take(at).any(|(other, _)| other == name);
        if !known || twice {
            let text = say(if known { "issue-twice" } else { "issue-unknown" });
            issues.push(Issue { field: name.chars().take(100).collect(), text });
        }
    }
    let given = |name: &str| sent.iter().find(|it| it.0 == name).map(|it| it.1.trim()).filter(|it| !it.is_empty());
    let mut friends: Friends = Vec::new();
    for input in shown.iter().filter(|it| it.name.ends_with("-email")) {
        let beside = input.name.replace("-email", "-name");
        let name = given(&beside);
        let mut issue = |field: &str, text: String| issues.push(Issue { field: field.to_owned(), text });
        if name.is_some_and(|it| it.chars().count() > LONGEST) {
            issue(&beside, TEXTS.fill(language, "issue-long", &[("most", &LONGEST.to_string())]));
        }
        match given(&input.name) {
            None if input.required || name.is_some() => issue(&input.name, say("issue-missing")),
            None => {}
            Some(it) if !is_address(it) || it.chars().count() > LONGEST => issue(&input.name, say("issue-email")),
            Some(it) if friends.iter().any(|(other, _)| other.eq_ignore_ascii_case(it)) => {}
            Some(it) => friends.push((it.to_owned(), name.map(str::to_owned))),
        }
    }
    if issues.is_empty() { Ok(friends) } else { Err(issues) }
}

/// The friend wants no such mails: an objection (Art. 21(2) GDPR) by the key of the ledger, for we may know the
/// address no longer. Doing it again changes nothing.
///
/// # Errors
/// `NotFound` for a link that is not ours.
pub fn refuse(tx: &mut Tx<'_>, token: &str) -> Result<()> {
    let Link::Refuse { key } = Link::read(tx, token)? else { return Err(link::unknown()) };
    let key: String = key.iter().map(|it| format!("{it:02x}")).collect();
    let source = "the link of a forwarded mail";
    tx.as_system(source, |tx| match mail::address_of(tx, &key)? {
        Some(address) => suppression::object(tx, &address, source).map(|_| ()),
        None => suppression::add_key(tx, &key, suppression::Reason::Objection, source, None).map(|_| ()),
    })
}

/// Job: what was typed in about friends goes when its 30 days are over; looked at once a day, and at that moment,
/// which is past as long as more of it is left than one part.
pub(crate) fn purge_job(tx: &mut Tx<'_>, _: &Job) -> Result<Outcome> {
    mail::purge(tx)?;
    let tomorrow = tx.now().checked_add(24.hours()).unwrap_or_else(|_| tx.now());
    let end = mail::next_end(tx)?.map_or(tomorrow, |it| it.min(tomorrow));
    Ok(Outcome::Again(end))
}

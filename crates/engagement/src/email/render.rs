//! One e-mail for one person: expressions filled in, links made personal.
//!
//! Expressions are Handlebars as the documents write them (`spec/marketing.md` 13.1). A template sees
//! the contact, the content settings and the message, and nothing else; its source and its output are
//! bounded. *Not* trusted: a template is written by a user.

use std::{
    collections::HashMap,
    io::{self, Write},
    sync::{Arc, LazyLock, Mutex, PoisonError},
};

use connect::mail::Message;
use handlebars::Handlebars;
use kernel::{Error, Phrase, Record, Result, Rx, Value, Values, pipeline::check::is_address, setting, uuid::Uuid};
use privacy::consent::{Decision, Level, Tracking, gate};
use serde_json::{Map, Value as Json, json};

use super::{MarketingEmail, html, template};
use crate::{language::TEXTS, link::Link, site};

/// The setting that says `no` where openings of copies for friends are not to be counted. They are counted by
/// mail and by nobody's name.
pub const COUNT_COPIES: &str = "forward.count_opens";

/// The largest part that a template may make, in bytes.
const OUTPUT: usize = 1_000_000;

/// A part that went through its template.
struct Bounded {
    bytes: Vec<u8>,
}

impl Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.bytes.len() + bytes.len() > OUTPUT {
            return Err(io::Error::other("too large"));
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Templates that were read, by their source and by whether they escape.
type Ready = HashMap<(String, bool), Arc<Handlebars<'static>>>;
/// A mail goes to many, so its templates are kept.
static READY: LazyLock<Mutex<Ready>> = LazyLock::new(Mutex::default);
/// So many are kept; then they are forgotten together.
const KEPT: usize = 64;

/// The one template of an engine.
const NAME: &str = "part";

fn ready(source: &str, escape: bool) -> Result<Arc<Handlebars<'static>>, Phrase> {
    let key = (source.to_owned(), escape);
    // A cache that a panic left behind is as good as before: entries are put in whole.
    if let Some(engine) = READY.lock().unwrap_or_else(PoisonError::into_inner).get(&key) {
        return Ok(Arc::clone(engine));
    }
    let template = template::read(source)?;
    let mut engine = Handlebars::new();
    engine.set_strict_mode(true);
    engine.register_template(NAME, template);
    if !escape {
        engine.register_escape_fn(handlebars::no_escape);
    }
    let engine = Arc::new(engine);
    let mut all = READY.lock().unwrap_or_else(PoisonError::into_inner);
    if all.len() >= KEPT {
        all.clear();
    }
    all.insert(key, Arc::clone(&engine));
    Ok(engine)
}

fn fill(source: &str, data: &Json, escape: bool, place: &'static str) -> Result<String> {
    // Nothing to fill in, as in most senders.
    if source.len() < 1_000 && !source.contains("{{") && !source.contains('\\') {
        return Ok(source.to_owned());
    }
    let engine = ready(source, escape).map_err(|text| Error::invalid(place, text))?;
    let mut out = Bounded { bytes: Vec::new() };
    engine.render_to_write(NAME, data, &mut out).map_err(|error| {
        let place_in =
            error.line_no.zip(error.column_no).map_or_else(String::new, |(l, c)| format!(" at line {l}, column {c}"));
        Error::invalid(
            place,
            Phrase::new(
                "not-filled-in",
                "cannot be filled in{place}: an expression names something that does not exist, or makes too much",
            )
            .with("place", place_in),
        )
    })?;
    String::from_utf8(out.bytes).map_err(|_| Error::bug("a mail is not text"))
}

/// An address that may be an expression; what it gives is an address, and one only.
fn address(source: &str, data: &Json, place: &'static str) -> Result<String> {
    let address = fill(source, data, false, place)?;
    if !is_address(&address) {
        return Err(Error::invalid(
            place,
            Phrase::new("sender-filled-in", "is not a mail address once it is filled in"),
        ));
    }
    Ok(address)
}

/// What a template sees of a record: every column that is not a secret, empty texts for no value.
fn visible(rx: &Rx<'_>, record: &Record) -> Result<Map<String, Json>> {
    let model = rx.model();
    let entity = model.entity(&record.entity)?;
    let open = entity.columns.values().filter(|it| !it.is_secret() && !it.secured);
    Ok(open
        .map(|it| {
            let value = match record.get(&it.name) {
                Value::Null => Json::from(""),
                Value::Decimal(number) => Json::from(number.to_string()),
                value => value.to_json(),
            };
            (it.name.clone(), value)
        })
        .collect())
}

/// What makes a mail personal besides the contact's own columns.
struct Personal {
    mail: Uuid,
    /// Where the subscription center's expression leads.
    center: String,
    /// Where the expression for forwarding leads; empty where there is no such page.
    forward: String,
    unsubscribe: Option<String>,
    tracked: bool,
}

/// Fills an e-mail in for a person, ready for the outbox; its key and origin are for the caller. Opens and
/// clicks are tracked only where the person allows it at this moment; it is asked again at every click
/// (`spec/marketing.md` 11).
///
/// # Errors
/// `Invalid` naming the part whose expression cannot be filled in.
pub fn render(
    rx: &Rx<'_>,
    email: &MarketingEmail,
    contact: &Record,
    settings: &Record,
    extra: Map<String, Json>,
) -> Result<Message> {
    let mail = rx.cx().new_id();
    let commercial = !email.is_transactional() && !email.is_confirmation();
    let forwards = commercial && !settings.text("msdyncrm_forwardtoafriend").is_empty();
    let unsubscribe = if commercial { Some(Link::Unsubscribe { contact: contact.id, mail }.url(rx)?) } else { None };
    let personal = Personal {
        mail,
        center: Link::Center { contact: contact.id, mail }.url(rx)?,
        forward: if forwards { Link::Forward { mail }.url(rx)? } else { String::new() },
        unsubscribe,
        // A confirmation request is never tracked, and may go to somebody who is no contact yet.
        tracked: !email.is_confirmation()
            && matches!(gate::ask::<Tracking>(rx, contact.id, Level::None)?, Decision::Granted(_)),
    };
    fill_in(rx, email, contact, settings, extra, &personal)
}

/// The e-mail as it looks once it is filled in: its personal links lead nowhere and nothing is counted.
///
/// # Errors
/// As [`render`].
pub(super) fn sample(rx: &Rx<'_>, email: &MarketingEmail, reader: &Record, settings: &Record) -> Result<Message> {
    let nowhere = format!("{}/s/example", site::base_url(rx)?);
    let personal = Personal {
        mail: rx.cx().new_id(),
        center: nowhere.clone(),
        forward: if settings.text("msdyncrm_forwardtoafriend").is_empty() { String::new() } else { nowhere.clone() },
        unsubscribe: None,
        tracked: false,
    };
    let names = ["ConfirmationRedirectURL", "ConfirmationUrl"].map(|it| (it, nowhere.as_str()));
    let texts = [
        ("ConfirmationRequestType", "Form submission"),
        ("ConfirmationObjectName", "…"),
        ("ConfirmationObjectValue", "…"),
        ("ConfirmationObjectDescription", "…"),
        ("SubscriptionListNames", "…"),
        ("FormDoiSubmission", "…"),
    ];
    let extra = names.into_iter().chain(texts).map(|(name, it)| (name.to_owned(), Json::from(it))).collect();
    fill_in(rx, email, reader, settings, extra, &personal)
}

/// A copy for a friend of a reader: nobody's columns, links of its own, and above it why it came. Where a reader
/// finds their choices, the friend finds how to get no more of them (`refuse`).
///
/// # Errors
/// As [`render`].
pub fn render_copy(
    rx: &Rx<'_>,
    email: &MarketingEmail,
    settings: &Record,
    refuse: Link,
    language: &str,
) -> Result<Message> {
    let nobody = Record { entity: "contact".into(), id: Uuid::nil(), version: 0, values: Values::new() };
    let url = refuse.url(rx)?;
    let personal = Personal {
        mail: rx.cx().new_id(),
        center: url.clone(),
        forward: url.clone(),
        unsubscribe: Some(url.clone()),
        tracked: setting::get(rx, COUNT_COPIES)?.is_none_or(|it| it != "no"),
    };
    let mut message = fill_in(rx, email, &nobody, settings, Map::new(), &personal)?;
    let (why, no) = (site::organisation(rx)?, TEXTS.say(language, "friend-refuse"));
    let why = TEXTS.fill(language, "friend-why", &[("organisation", &why)]);
    message.text = format!("{why}\n{no} ({url})\n\n{}", message.text);
    let note = format!("<p>{}<br><a href=\"{}\">{}</a></p>", html::escape(&why), html::escape(&url), html::escape(&no));
    html::insert_first(&mut message.html, &note);
    Ok(message)
}

fn fill_in(
    rx: &Rx<'_>,
    email: &MarketingEmail,
    contact: &Record,
    settings: &Record,
    extra: Map<String, Json>,
    personal: &Personal,
) -> Result<Message> {
    let mut settings = visible(rx, settings)?;
    settings.insert("msdyncrm_subscriptioncenter".into(), Json::from(personal.center.as_str()));
    settings.insert("msdyncrm_forwardtoafriend".into(), Json::from(personal.forward.as_str()));
    let mut message = extra;
    message.entry("ViewAsWebpageURL").or_insert_with(|| Json::from(""));
    let mut data =
        json!({ "contact": visible(rx, contact)?, "msdyncrm_contentsettings": settings, "Message": message });
    // The names that a form's own confirmation request uses stand alone (`spec/marketing.md` 9).
    for name in ["ConfirmationUrl", "SubscriptionListNames", "FormDoiSubmission"] {
        if let (Some(value), Some(all)) = (message_value(&data, name), data.as_object_mut()) {
            all.insert(name.to_owned(), value);
        }
    }

    let subject = fill(&email.subject, &data, false, "msdyncrm_subject")?;
    let body = fill(&email.body, &data, true, "msdyncrm_emailbody")?;
    let text =
        if email.automatic_text { html::to_text(&body) } else { fill(&email.text, &data, false, "msdyncrm_textpart")? };
    let (body, links) = if personal.tracked { personal_links(rx, &body, personal)? } else { (body, Vec::new()) };
    Ok(Message {
        id: Some(personal.mail),
        from: site::mailbox(
            &fill(&email.from_name, &data, false, "msdyncrm_fromname")?,
            &address(&email.from_address, &data, "msdyncrm_fromemail")?,
        ),
        reply_to: match email.reply_to.as_deref().filter(|it| !it.is_empty()) {
            Some(it) => Some(address(it, &data, "msdyncrm_replytoemail")?),
            None => None,
        },
        subject,
        html: body,
        text,
        links,
        unsubscribe_url: personal.unsubscribe.clone(),
        email: Some(email.id).filter(|it| *it != Uuid::nil()),
        tracked: personal.tracked,
        ..Message::default()
    })
}

fn message_value(data: &Json, name: &str) -> Option<Json> {
    data.get("Message")?.get(name).cloned()
}

/// Numbers the links and adds the picture that tells of an opening.
fn personal_links(rx: &Rx<'_>, body: &str, personal: &Personal) -> Result<(String, Vec<String>)> {
    let mail = personal.mail;
    let mut links: Vec<String> = Vec::new();
    let mut failure = None;
    let mut body = html::rewrite_links(body, |address| {
        // The links to the center and to forwarding are personal already, and their use is never tracked.
        if address == personal.center
            || address == personal.forward
            || !(address.starts_with("https://") || address.starts_with("http://"))
        {
            return None;
        }
        let number = links.iter().position(|it| it == address).unwrap_or_else(|| {
            links.push(address.to_owned());
            links.len() - 1
        });
        match u16::try_from(number)
            .map_err(|_| Error::invalid("msdyncrm_emailbody", "has too many links"))
            .and_then(|number| Link::Click { mail, number }.url(rx))
        {
            Ok(url) => Some(url),
            Err(error) => {
                failure = Some(error);
                None
            }
        }
    });
    if let Some(error) = failure {
        return Err(error);
    }
    let beacon = format!(r#"<img src="{}" width="1" height="1" alt="">"#, Link::Open { mail }.url(rx)?);
    match body.rfind("</body>") {
        Some(at) => body.insert_str(at, &beacon),
        None => body.push_str(&beacon),
    }
    Ok((body, links))
}

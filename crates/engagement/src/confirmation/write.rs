//! The words of a confirmation mail: as a marketer designed it, else ours.
//!
//! *Not* the decision to send. Invariant: it is in the language of the wish and says everything that the
//! button will do.

use connect::mail::Message;
use kernel::{Query, Record, Result, Rx, Values, uuid::Uuid};
use privacy::optin::{OptInRequest, Pending, Wish};
use serde_json::{Map, Value as Json};

use super::{Asked, asked};
use crate::{
    email::{self, MarketingEmail, html::escape},
    form::MarketingForm,
    language::{self, TEXTS},
    site,
};

pub(super) fn message(rx: &Rx<'_>, pending: &Pending, reminds: bool) -> Result<Message> {
    let rx = rx.elevated("confirmation");
    let language = language::of(pending.language.as_deref().unwrap_or_default());
    let request = OptInRequest::get(&rx, pending.request)?;
    let things = asked(&rx, &request, language)?;
    let url = format!("{}/confirm/{}", site::base_url(&rx)?, pending.token);
    let (design, settings) = designed(&rx, pending)?;
    // A designed mail speaks to the person; a custodian reads for whom they are asked.
    match (design.filter(|_| pending.custodian.is_none()), email::content_settings(&rx, settings)?) {
        (Some(design), Some(settings)) => {
            let nobody = || Record { entity: "contact".into(), id: Uuid::nil(), version: 0, values: Values::new() };
            let contact = match pending.contact {
                Some(id) => rx.get("contact", id)?,
                None => nobody(),
            };
            Ok(email::render(&rx, &design, &contact, &settings, expressions(pending, &things, &url))?)
        }
        _ => plain(&rx, &things, &url, language, reminds),
    }
}

/// What the expressions of a designed mail stand for.
fn expressions(pending: &Pending, things: &[Asked], url: &str) -> Map<String, Json> {
    let lists: Vec<&str> =
        things.iter().filter_map(|it| if let Asked::List(name) = it { Some(name.as_str()) } else { None }).collect();
    let (kind, name, value) = match pending.wish {
        Wish::Consent(level) => ("Raise consent", "consent", level.to_string()),
        Wish::List(_) => ("Marketing list subscribe", lists.first().copied().unwrap_or_default(), String::new()),
        Wish::Submission(_) => ("Form submission", "", String::new()),
    };
    let form = things.iter().find_map(|it| if let Asked::Form(name) = it { Some(name.as_str()) } else { None });
    let description = things.iter().find_map(|it| match it {
        Asked::Level(_, text) => Some(text.as_str()),
        _ => None,
    });
    let values = [
        ("ConfirmationRequestType", kind),
        ("ConfirmationObjectName", name),
        ("ConfirmationObjectValue", value.as_str()),
        ("ConfirmationObjectDescription", description.unwrap_or_default()),
        ("ConfirmationRedirectURL", url),
        ("ConfirmationUrl", url),
        ("SubscriptionListNames", &lists.join(", ")),
        ("FormDoiSubmission", form.unwrap_or_default()),
    ];
    values.map(|(name, value)| (name.to_owned(), Json::from(value))).into_iter().collect()
}

/// The confirmation e-mail that the form or the default marketing setting names, where it is live, and
/// the content settings that go with it.
fn designed(rx: &Rx<'_>, pending: &Pending) -> Result<(Option<MarketingEmail>, Option<Uuid>)> {
    let setting = rx.first(&Query::on("msdyncrm_defaultmarketingsetting").eq("msdyncrm_default", true))?;
    let named = |column: &str| setting.as_ref().and_then(|it| it.get(column).as_guid());
    let (email, settings) = match (pending.wish, pending.form) {
        (Wish::Consent(_), _) => (named("msdyncrm_consentconfirmationmessage"), None),
        (Wish::List(_), _) => (named("msdyncrm_subscriptionoptinmessage"), None),
        (Wish::Submission(_), Some(form)) => {
            let form = MarketingForm::get(rx, form)?;
            (form.optin_mail, form.optin_settings)
        }
        (Wish::Submission(_), None) => (None, None),
    };
    match email {
        Some(id) => Ok((
            Some(MarketingEmail::get(rx, id)?).filter(|it| it.is_live() && it.is_confirmation()),
            settings.or_else(|| named("msdyncrm_doubleoptincontentsettings")),
        )),
        None => Ok((None, None)),
    }
}

/// The mail that is used until a marketer designs another.
fn plain(rx: &Rx<'_>, things: &[Asked], url: &str, language: &str, reminds: bool) -> Result<Message> {
    let organisation = site::organisation(rx)?;
    let what = words(things, language);
    let of_form = things.iter().any(|it| matches!(it, Asked::Form(_)));
    let key = |name: &str| if reminds { format!("{name}-reminder") } else { name.to_owned() };
    let say = |name: &str| TEXTS.say(language, name);
    let lead = TEXTS.fill(language, &key("mail-lead"), &[("organisation", &organisation), ("what", &what)]);
    // What the level means, in the organisation's words.
    let meanings: Vec<&str> = things
        .iter()
        .filter_map(|it| if let Asked::Level(_, text) = it { Some(text.as_str()) } else { None })
        .filter(|it| !it.is_empty())
        .collect();
    let meaning = meanings.join("\n");
    let kept = if of_form { format!(" {}", say("mail-kept")) } else { String::new() };
    let close = format!("{}{kept}", say("mail-close"));
    Ok(Message {
        from: site::sender(rx)?,
        subject: TEXTS.fill(language, &key("mail-subject"), &[("organisation", &organisation)]),
        text: format!(
            "{lead}{}{meaning}\n\n{}\n{url}\n\n{close}\n",
            if meaning.is_empty() { "" } else { "\n\n" },
            say("mail-open")
        ),
        html: format!(
            "<p>{}</p>{}<p><a href=\"{}\">{}</a></p><p>{}</p>",
            escape(&lead),
            if meaning.is_empty() { String::new() } else { format!("<p>{}</p>", escape(&meaning)) },
            escape(url),
            escape(&say("mail-button")),
            escape(&close)
        ),
        ..Message::default()
    })
}

fn words(things: &[Asked], language: &str) -> String {
    let one = |it: &Asked| match it {
        Asked::List(name) => TEXTS.fill(language, "wish-list", &[("name", name)]),
        Asked::Level(name, _) => TEXTS.fill(language, "wish-level", &[("name", name)]),
        Asked::Form(name) => TEXTS.fill(language, "wish-form", &[("name", name)]),
        Asked::Child(name) => TEXTS.fill(language, "wish-child", &[("name", name)]),
    };
    things
        .iter()
        .map(one)
        .reduce(|a, b| TEXTS.fill(language, "wish-and", &[("first", &a), ("second", &b)]))
        .unwrap_or_default()
}

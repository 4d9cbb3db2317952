//! The mail that asks a person to confirm a wish (`spec/marketing.md` 9).
//!
//! *Not* the wish (`privacy::optin`). Invariant: one mail for each wish, never merged, never tracked;
//! its link opens a page with a button (law 11).

use connect::mail::{self, Message};
use kernel::{Query, Result, Tx, uuid::Uuid};
use privacy::{
    consent::{Confirmation, Decision, Level, gate},
    optin::{Pending, Wish},
};
use serde_json::{Map, Value as Json};

use crate::{
    email::{self, MarketingEmail},
    site,
};

/// Writes the confirmation mail of a wish; `None` where the person allows no mail at all, and so
/// cannot confirm.
///
/// # Errors
/// Those of the write path.
pub fn send(tx: &mut Tx<'_>, pending: &Pending) -> Result<Option<Uuid>> {
    let permit = match gate::ask::<Confirmation>(tx, pending.contact, Level::None)? {
        Decision::Granted(permit) => permit,
        Decision::Refused(_) => return Ok(None),
    };
    let (kind, name, value) = match pending.wish {
        Wish::Consent(level) => ("Raise consent", "consent".to_owned(), level.to_string()),
        Wish::List(list) => {
            let list = tx.elevated("confirmation").get("list", list)?;
            ("Marketing list subscribe", list.text("listname").to_owned(), String::new())
        }
    };
    let url = format!("{}/confirm/{}", site::base_url(tx)?, pending.token);
    let mut message = match designed(tx, pending.wish)? {
        Some(design) => {
            let contact = tx.elevated("confirmation").get("contact", pending.contact)?;
            let extra: Map<String, Json> = [
                ("ConfirmationRequestType", Json::from(kind)),
                ("ConfirmationObjectName", Json::from(name.as_str())),
                ("ConfirmationObjectValue", Json::from(value.as_str())),
                ("ConfirmationObjectDescription", Json::from("")),
                ("ConfirmationRedirectURL", Json::from(url.as_str())),
            ]
            .map(|(name, value)| (name.to_owned(), value))
            .into_iter()
            .collect();
            match email::content_settings(tx, None)? {
                Some(settings) => email::render(tx, &design, &contact, &settings, extra)?.message,
                None => plain(tx, kind, &name, &value, &url)?,
            }
        }
        None => plain(tx, kind, &name, &value, &url)?,
    };
    message.optin = Some(pending.request);
    message.idempotency_key = format!("optin:{}", pending.request);
    mail::enqueue(tx, message, permit).map(Some)
}

/// The confirmation e-mail that the default marketing setting names, where it is live.
fn designed(tx: &Tx<'_>, wish: Wish) -> Result<Option<MarketingEmail>> {
    let rx = tx.elevated("confirmation");
    let column = match wish {
        Wish::Consent(_) => "msdyncrm_consentconfirmationmessage",
        Wish::List(_) => "msdyncrm_subscriptionoptinmessage",
    };
    let setting = rx.first(&Query::on("msdyncrm_defaultmarketingsetting").eq("msdyncrm_default", true))?;
    match setting.and_then(|it| it.get(column).as_guid()) {
        Some(id) => Ok(Some(MarketingEmail::get(&rx, id)?).filter(|it| it.is_live() && it.is_confirmation())),
        None => Ok(None),
    }
}

/// The mail that is used until a marketer designs another.
fn plain(tx: &Tx<'_>, kind: &str, name: &str, value: &str, url: &str) -> Result<Message> {
    let organisation = site::organisation(tx)?;
    let what = if kind == "Raise consent" {
        format!("you agree to messages of the level \"{value}\"")
    } else {
        format!("you want to be on the list \"{name}\"")
    };
    let lead = format!("Somebody, we think you, told {organisation} that {what}.");
    let close =
        "If this was not you, do nothing: nothing changes without the button on that page. The link works for 30 days.";
    let escape = |it: &str| it.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;");
    Ok(Message {
        from: site::sender(tx)?,
        subject: format!("Please confirm: {organisation}"),
        text: format!("{lead}\n\nTo confirm, open this page and press the button:\n{url}\n\n{close}\n"),
        html: format!(
            "<p>{}</p><p><a href=\"{}\">Open the page and press the button to confirm</a></p><p>{close}</p>",
            escape(&lead),
            escape(url)
        ),
        ..Message::default()
    })
}

//! Double opt-in: a wish for more waits until the person confirms it from their own mailbox
//! (`spec/marketing.md` 9).
//!
//! *Not* the mail. Invariant: only the SHA-256 of the link's token is kept; a wish is applied once,
//! by the person pressing a button (law 11), within its life; a newer wish for the same thing ends
//! the older.

use base64::Engine;
use jiff::{Timestamp, ToSpan};
use kernel::{Error, Query, Result, Rx, Tx, Values, blob::sha256, uuid::Uuid};

use crate::{
    consent::{self, Evidence, Level, Source},
    subscription, wording,
};

/// How long the link of a confirmation mail works, in days (`spec/marketing.md` 9).
pub const LIFE_DAYS: i64 = 30;

const ENTITY: &str = "assent_optinrequest";

kernel::typed! {
    /// A wish that waits for its confirmation.
    pub struct OptInRequest as "assent_optinrequest" {
        /// Whose wish.
        pub contact: Option<Uuid> = "assent_contactid",
        /// 1 consent, 2 subscription list.
        pub kind: i64 = "assent_kind",
        /// The wished level, as an option value.
        pub value: Option<i64> = "assent_value",
        /// The wished list.
        pub list: Option<Uuid> = "assent_listid",
        /// The form on which it was wished.
        pub form: Option<Uuid> = "assent_formid",
        /// The submission.
        pub submission: Option<Uuid> = "assent_submissionid",
        /// The text that was shown.
        pub wording: Option<Uuid> = "assent_wordingid",
        /// Its language.
        pub language: Option<String> = "assent_language",
        /// Until when the link works.
        pub expires_on: Option<Timestamp> = "assent_expireson",
        /// 1 pending, 2 confirmed, 3 superseded, 4 expired.
        pub status: i64 = "statuscode",
    }
}

/// What a person wishes for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// A higher level of consent.
    Consent(Level),
    /// To be on a subscription list.
    List(Uuid),
}

/// A wish that waits, with the token of its link. The token is in nobody's hands but the mail's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pending {
    /// The request.
    pub request: Uuid,
    /// Whose wish.
    pub contact: Uuid,
    /// What for.
    pub wish: Wish,
    /// The secret of the link.
    pub token: String,
}

/// Whether wishes for more are confirmed by mail: the form's own switch, else the default marketing
/// setting, else yes.
///
/// # Errors
/// Those of reading.
pub fn is_on(rx: &Rx<'_>, form: Option<Uuid>) -> Result<bool> {
    let rx = rx.elevated("double opt-in");
    if let Some(form) = form
        && rx.find("msdyncrm_marketingform", form)?.is_some_and(|it| it.get("msdyncrm_enabledoubleoptin").is_true())
    {
        return Ok(true);
    }
    let setting = rx.first(&Query::on("msdyncrm_defaultmarketingsetting").eq("msdyncrm_default", true))?;
    Ok(setting.is_none_or(|it| it.get("msdyncrm_enabledoubleoptin").is_true()))
}

/// Notes a wish and makes the token of its link.
///
/// # Errors
/// Those of the write path.
pub fn ask(tx: &mut Tx<'_>, contact: Uuid, wish: Wish, evidence: &Evidence) -> Result<Pending> {
    let list = if let Wish::List(list) = wish { Some(list) } else { None };
    supersede(tx, contact, list)?;
    let token = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(tx.cx().random_bytes::<32>());
    let wording = match &evidence.wording {
        Some(text) => Some(wording::keep(tx, text, evidence.language.as_deref())?),
        None => None,
    };
    let now = tx.now();
    let expires = now.checked_add((LIFE_DAYS * 24).hours()).map_err(|_| Error::bug("a date out of range"))?;
    let values = Values::new()
        .with("assent_contactid", contact)
        .with("assent_kind", if list.is_some() { 2 } else { 1 })
        .with("assent_value", if let Wish::Consent(level) = wish { level.option() } else { None })
        .with("assent_listid", list)
        .with("assent_formid", evidence.form)
        .with("assent_submissionid", evidence.submission)
        .with("assent_wordingid", wording)
        .with("assent_language", evidence.language.clone())
        .with("assent_source", evidence.source.word())
        .with("assent_tokenhash", sha256(token.as_bytes()))
        .with("assent_senton", now)
        .with("assent_expireson", expires);
    let request = tx.as_system("double opt-in", |tx| tx.create(ENTITY, values))?;
    Ok(Pending { request, contact, wish, token })
}

/// Ends what waits for the same thing: the level, or one list.
///
/// # Errors
/// Those of the write path.
pub fn supersede(tx: &mut Tx<'_>, contact: Uuid, list: Option<Uuid>) -> Result<()> {
    let query = Query::on(ENTITY)
        .eq("assent_contactid", contact)
        .eq("statuscode", 1)
        .eq("assent_kind", if list.is_some() { 2 } else { 1 })
        .eq("assent_listid", list);
    for id in tx.elevated("double opt-in").ids(&query)? {
        tx.as_system("double opt-in", |tx| tx.update(ENTITY, id, Values::new().with("statuscode", 3)))?;
    }
    Ok(())
}

/// The waiting wish behind a token.
///
/// # Errors
/// `NotFound` for a token that was never given out, `Gone` for one that was used, replaced or has
/// expired.
pub fn find(rx: &Rx<'_>, token: &str) -> Result<OptInRequest> {
    let query = Query::on(ENTITY).eq("assent_tokenhash", sha256(token.as_bytes()));
    let found = OptInRequest::first(&rx.elevated("double opt-in"), &query)?
        .ok_or_else(|| Error::new(kernel::Kind::NotFound, "unknown-link", "link", "This link is not known here."))?;
    let over = |text: &str| Err(Error::gone("link", text));
    match found.status {
        1 if found.expires_on.is_some_and(|it| it <= rx.now()) => {
            over("This link has expired. Ask for the change again to get a new one.")
        }
        1 => Ok(found),
        2 => over("This was confirmed already."),
        3 => over("A newer wish has taken the place of this one."),
        _ => over("This link has expired. Ask for the change again to get a new one."),
    }
}

/// The person pressed the button: the wish is applied.
///
/// # Errors
/// As [`find`].
pub fn confirm(tx: &mut Tx<'_>, token: &str) -> Result<OptInRequest> {
    let request = find(tx, token)?;
    let no_use = || Error::gone("link", "This link is no longer of use.");
    let contact = request.contact.ok_or_else(no_use)?;
    let list = (request.kind == 2).then(|| request.list.ok_or_else(no_use)).transpose()?;
    let now = tx.now();
    tx.as_system("double opt-in", |tx| {
        tx.update(ENTITY, request.id, Values::new().with("statuscode", 2).with("assent_confirmedon", now))
    })?;
    match list {
        Some(list) => subscription::join(tx, list, contact)?,
        None => {
            let wish = Level::of_option(request.value)?;
            let present = tx.elevated("double opt-in").get("contact", contact)?;
            if Level::of_value(present.get("msgdpr_gdprconsent"))? >= wish {
                // More was given since; this link is about raising and takes nothing away.
                return Ok(request);
            }
            let text = match request.wording {
                Some(id) => Some(tx.elevated("wording").get("assent_wording", id)?.text("assent_text").to_owned()),
                None => None,
            };
            let evidence = Evidence {
                source: Source::DoubleOptIn,
                form: request.form,
                submission: request.submission,
                wording: text,
                language: request.language.clone(),
                optin: Some(request.id),
                ..Evidence::default()
            };
            consent::set(tx, contact, wish, evidence)?;
        }
    }
    Ok(request)
}

//! Outgoing mail: written in the transaction that decided it, sent afterwards, at most once.
//!
//! *Not* able to write to somebody without a [`Permit`] (law of the crate order). Invariant: a mail is
//! claimed in a transaction that asks the consent gate again, so what was withdrawn before the claim
//! is not sent; a mail that may have left is never sent a second time.

mod claim;
mod deliver;
mod forward;
mod retention;
mod transport;

pub use claim::{Claimed, Outcome, claim, recover, settle};
pub use deliver::{Sender, deliver};
pub use forward::{DAYS_KEPT, address_of, forward, forwarded, next_end, purge};
pub use retention::{TRIAL_DAYS, UNSENT_DAYS, blank_unsent, forget_trials};
pub use transport::Transport;

use jiff::Timestamp;
use kernel::{Error, Query, Result, Tx, Values, uuid::Uuid};
use privacy::consent::{Account, Internal, Permit, Purpose};

/// The entity's logical name.
pub const ENTITY: &str = "assent_outgoingmail";

/// Where a mail about an account holds its link. What stands in the outbox is read by more people than may act for
/// the account, so the link comes in as the mail leaves.
pub const SECRET_LINK: &str = "{secret-link}";

kernel::typed! {
    /// A mail that waits, was sent, or was not.
    pub struct OutgoingMail as "assent_outgoingmail" {
        /// The person.
        pub contact: Option<Uuid> = "assent_contactid",
        /// The address.
        pub to: Option<String> = "assent_to",
        /// Sender, with name.
        pub from: Option<String> = "assent_from",
        /// Where answers go.
        pub reply_to: Option<String> = "assent_replyto",
        /// The subject line.
        pub subject: Option<String> = "assent_subject",
        /// The HTML part.
        pub html: Option<String> = "assent_html",
        /// The plain-text part.
        pub text: Option<String> = "assent_text",
        /// The original address of each link, one a line, in the order of their numbers.
        pub links: Option<String> = "assent_links",
        /// The one-click link.
        pub unsubscribe_url: Option<String> = "assent_unsubscribeurl",
        /// The link that is put in where [`SECRET_LINK`] stands.
        pub secret_link: Option<String> = "assent_secretlink",
        /// The purpose it was permitted for.
        pub purpose: i64 = "assent_purpose",
        /// The level of consent it needs.
        pub required: Option<i64> = "assent_requiredlevel",
        /// The journey that sends it.
        pub journey: Option<Uuid> = "assent_journeyid",
        /// The tile of the journey.
        pub tile: Option<String> = "assent_tile",
        /// The marketing e-mail that it is made of.
        pub email: Option<Uuid> = "assent_emailid",
        /// The wish that it asks to confirm.
        pub optin: Option<Uuid> = "assent_optinrequestid",
        /// Whether opens and clicks may be recorded.
        pub tracked: bool = "assent_tracked",
        /// How often sending was begun.
        pub attempts: Option<i64> = "assent_attempts",
        /// When it left.
        pub sent_on: Option<Timestamp> = "assent_senton",
        /// 1 queued, 2 sending, 3 retry, 4 sent, 5 blocked, 6 failed, 7 interrupted, 8 kept in the outbox.
        pub status: i64 = "statuscode",
    }
}

/// A mail to be written.
#[derive(Debug, Clone, Default)]
pub struct Message {
    /// The identifier it gets; its links are made with it.
    pub id: Option<Uuid>,
    /// Sender, with name.
    pub from: String,
    /// Where answers go.
    pub reply_to: Option<String>,
    /// The subject line.
    pub subject: String,
    /// The HTML part.
    pub html: String,
    /// The plain-text part.
    pub text: String,
    /// The original address of each link.
    pub links: Vec<String>,
    /// The one-click link (RFC 8058).
    pub unsubscribe_url: Option<String>,
    /// The user whom it is for, where it is for none of the people whose consent is asked.
    pub user: Option<Uuid>,
    /// What takes the place of [`SECRET_LINK`] as the mail leaves.
    pub secret_link: Option<String>,
    /// The journey, its participant and tile.
    pub journey: Option<(Uuid, Uuid, String)>,
    /// The marketing e-mail.
    pub email: Option<Uuid>,
    /// The wish that it asks to confirm.
    pub optin: Option<Uuid>,
    /// When it may leave at the earliest.
    pub not_before: Option<Timestamp>,
    /// Two mails with the same key are one mail.
    pub idempotency_key: String,
    /// Whether opens and clicks may be recorded.
    pub tracked: bool,
}

/// Writes a mail into the outbox, in the transaction of the caller. A mail with a key that was used
/// is not written again; the answer is the first one.
///
/// # Errors
/// `Invalid` when a part is too long.
pub fn enqueue<P: Purpose>(tx: &mut Tx<'_>, message: Message, permit: Permit<P>) -> Result<Uuid> {
    if !P::MAIL || P::TERMS.address_only {
        return Err(Error::bug("this permit is not for mail of this kind"));
    }
    let to = permit.address().to_owned();
    write(tx, message, &permit, Some(&to))
}

/// Writes a test mail to a user into the outbox.
///
/// # Errors
/// Those of the write path.
pub fn internal(tx: &mut Tx<'_>, message: Message, permit: Permit<Internal>) -> Result<Uuid> {
    let to = permit.address().to_owned();
    write(tx, message, &permit, Some(&to))
}

/// Writes a mail about the account of a user into the outbox.
///
/// # Errors
/// Those of the write path.
pub fn account(tx: &mut Tx<'_>, message: Message, permit: Permit<Account>) -> Result<Uuid> {
    let to = permit.address().to_owned();
    write(tx, message, &permit, Some(&to))
}

fn write<P: Purpose>(tx: &mut Tx<'_>, message: Message, permit: &Permit<P>, to: Option<&str>) -> Result<Uuid> {
    let known = Query::on(ENTITY).eq("assent_idempotencykey", message.idempotency_key.as_str()).select(&[]);
    if let Some(mail) = tx.elevated("outbox").first(&known)? {
        return Ok(mail.id);
    }
    let (journey, participant, tile) = match message.journey {
        Some((journey, participant, tile)) => (Some(journey), Some(participant), Some(tile)),
        None => (None, None, None),
    };
    let subject: String = message.subject.chars().filter(|it| !it.is_control()).take(400).collect();
    let values = Values::new()
        .with("assent_contactid", permit.contact())
        .with("assent_to", to)
        .with("assent_from", message.from)
        .with("assent_replyto", message.reply_to)
        .with("assent_subject", subject)
        .with("assent_html", message.html)
        .with("assent_text", message.text)
        .with("assent_links", message.links.join("\n"))
        .with("assent_unsubscribeurl", message.unsubscribe_url)
        .with("assent_secretlink", message.secret_link)
        .with("assent_systemuserid", message.user.map(|it| ("systemuser", it)))
        .with("assent_basis", P::BASIS)
        .with("assent_permit", permit.facts())
        .with("assent_purpose", P::NUMBER)
        .with("assent_requiredlevel", permit.required().option())
        .with("assent_journeyid", journey)
        .with("assent_participantid", participant)
        .with("assent_tile", tile)
        .with("assent_emailid", message.email)
        .with("assent_optinrequestid", message.optin)
        .with("assent_idempotencykey", message.idempotency_key)
        .with("assent_nextattempton", message.not_before)
        .with("assent_tracked", message.tracked);
    tx.as_system("outbox", |tx| match message.id {
        Some(id) => tx.create_as(ENTITY, id, values),
        None => tx.create(ENTITY, values),
    })
}

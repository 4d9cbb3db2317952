//! Taking mails to send, and noting what became of each.
//!
//! *Not* the sending. Invariant: `Sending` means "may have left": such a mail goes on to Sent, to
//! Retry only when the server surely did not take it, or to Interrupted, and is never claimed again.

use std::collections::BTreeMap;

use jiff::{Timestamp, ToSpan};
use kernel::{Query, Result, Tx, Value, Values, uuid::Uuid};
use odata::CompareOp;
use privacy::consent::{Account, Confirmation, Decision, Forwarded, Internal, Level, Purpose, gate};

use super::{ENTITY, OutgoingMail, SECRET_LINK, forward};

/// Where the minimum of a mail's journey stands.
const JOURNEY: &str = "msdyncrm_customerjourney";
const SENDING: i64 = 2;
const RETRY: i64 = 3;
const SENT: i64 = 4;
const BLOCKED: i64 = 5;
const FAILED: i64 = 6;
const INTERRUPTED: i64 = 7;
const KEPT: i64 = 8;

/// A mail is tried so often when the server asks to come back later.
const ATTEMPTS: i64 = 8;

/// Mails that were claimed, and how many were blocked on the way.
#[derive(Debug, Default)]
pub struct Claimed {
    /// To be sent now.
    pub mails: Vec<OutgoingMail>,
    /// Withheld by the gate.
    pub blocked: usize,
}

/// What became of a mail.
#[derive(Debug, Clone)]
pub enum Outcome {
    /// The server took it, under this Message-ID.
    Sent(String),
    /// There is no mail server: it stays in the outbox and went nowhere.
    Kept,
    /// The server surely did not take it and may do so later.
    Later(String),
    /// The server refused it for good.
    Refused(String),
    /// Nobody can tell whether the server took it.
    Unknown(String),
}

/// Takes what is due, oldest first. Each is asked about at the gate again: consent, preferences and
/// address as they are in this very transaction.
///
/// # Errors
/// Those of the store.
pub fn claim(tx: &mut Tx<'_>, limit: u64) -> Result<Claimed> {
    let now = tx.now();
    let due = Query::on(ENTITY)
        .filter(&format!("statecode eq 0 and statuscode ne {SENDING} and (assent_nextattempton eq null or assent_nextattempton le {now})"))?
        .order("createdon asc,versionnumber asc")?
        .top(limit);
    let mut claimed = Claimed::default();
    let mut minimums = BTreeMap::new();
    for mut mail in OutgoingMail::rows(tx, &due)? {
        let to = mail.to.as_deref().unwrap_or_default();
        let mut refusal = match mail.contact {
            Some(contact) => {
                let needed = needed(tx, &mail, &mut minimums)?;
                gate::ask_again(tx, contact, to, mail.purpose, needed)?.map(|it| it.reason)
            }
            // Whoever is asked to confirm a submission need not be known yet.
            None if mail.purpose == Confirmation::NUMBER && mail.optin.is_some() => match gate::ask_address(tx, to)? {
                Decision::Granted(_) => None,
                Decision::Refused(it) => Some(it.reason),
            },
            None if mail.purpose == Internal::NUMBER => match gate::ask_colleague(tx, to)? {
                Decision::Granted(_) => None,
                Decision::Refused(it) => Some(it.reason),
            },
            None if mail.purpose == Account::NUMBER => match gate::ask_account(tx, to)? {
                Decision::Granted(_) => None,
                Decision::Refused(it) => Some(it.reason),
            },
            // The address of a friend is nowhere else than in what is handed to the mail server.
            None if mail.purpose == Forwarded::NUMBER => match forward::recipient(tx, mail.id)? {
                Ok(to) => {
                    mail.to = Some(to);
                    None
                }
                Err(reason) => Some(reason),
            },
            None => Some("Contact is gone"),
        };
        if refusal.is_none() {
            refusal = overtaken(tx, &mail)?;
        }
        if let Some(reason) = refusal {
            let values = Values::new().with("statuscode", BLOCKED).with("assent_failure", reason);
            tx.update(ENTITY, mail.id, without_link(values))?;
            claimed.blocked += 1;
            continue;
        }
        let values = Values::new()
            .with("statuscode", SENDING)
            .with("assent_claimedon", now)
            .with("assent_attempts", mail.attempts.unwrap_or(0) + 1);
        tx.update(ENTITY, mail.id, values)?;
        put_link_in(&mut mail);
        claimed.mails.push(mail);
    }
    Ok(claimed)
}

/// Puts the link into what is handed to the mail server; what is stored keeps the mark.
fn put_link_in(mail: &mut OutgoingMail) {
    let Some(link) = mail.secret_link.take() else { return };
    for part in [&mut mail.html, &mut mail.text].into_iter().flatten() {
        *part = part.replace(SECRET_LINK, &link);
    }
}

/// A mail that is done with needs its link no more.
fn without_link(values: Values) -> Values {
    values.with("assent_secretlink", Value::Null)
}

/// The level that the mail needs now: that of its permit, or more where its journey was stopped and went
/// live again with a higher minimum. `known` are the minimums that were read in this very transaction.
fn needed(tx: &Tx<'_>, mail: &OutgoingMail, known: &mut BTreeMap<Uuid, Level>) -> Result<Level> {
    let written = Level::of_option(mail.required)?;
    let Some(journey) = mail.journey else { return Ok(written) };
    if let Some(minimum) = known.get(&journey) {
        return Ok(written.max(*minimum));
    }
    let minimum = Query::on(JOURNEY).eq("msdyncrm_customerjourneyid", journey).select(&["msgdpr_requiredconsent"]);
    let minimum = match tx.elevated("outbox").first(&minimum)? {
        Some(row) => Level::of_value(row.get("msgdpr_requiredconsent"))?,
        None => Level::None,
    };
    known.insert(journey, minimum);
    Ok(written.max(minimum))
}

/// A mail that asks to confirm a wish which was confirmed or replaced meanwhile would hold a dead link.
fn overtaken(tx: &Tx<'_>, mail: &OutgoingMail) -> Result<Option<&'static str>> {
    let Some(wish) = mail.optin else { return Ok(None) };
    let row = tx.elevated("outbox").find("assent_optinrequest", wish)?;
    let waits = row.is_some_and(|it| it.get("statuscode").as_int() == Some(1));
    Ok((!waits).then_some("The wish that it asks to confirm waits no longer"))
}

/// Notes what became of a mail. A person who was erased meanwhile leaves nothing to note.
///
/// # Errors
/// Those of the store.
pub fn settle(tx: &mut Tx<'_>, mail: Uuid, outcome: &Outcome) -> Result<()> {
    let Some(row) = tx.find(ENTITY, mail)? else { return Ok(()) };
    let attempts = row.get("assent_attempts").as_int().unwrap_or(1);
    let waits = matches!(outcome, Outcome::Later(_)) && attempts < ATTEMPTS;
    let values = match outcome {
        Outcome::Sent(message_id) => Values::new()
            .with("statuscode", SENT)
            .with("assent_senton", tx.now())
            .with("assent_messageid", message_id.as_str())
            .with("assent_failure", Value::Null),
        Outcome::Kept => Values::new().with("statuscode", KEPT),
        Outcome::Later(reason) if waits => {
            let wait = 30 * 2_i64.pow(u32::try_from(attempts.clamp(0, 10)).unwrap_or(1));
            let next = tx.now().checked_add(wait.seconds()).unwrap_or_else(|_| tx.now());
            Values::new()
                .with("statuscode", RETRY)
                .with("assent_nextattempton", next)
                .with("assent_failure", reason.as_str())
        }
        Outcome::Later(reason) | Outcome::Refused(reason) => {
            Values::new().with("statuscode", FAILED).with("assent_failure", reason.as_str())
        }
        Outcome::Unknown(reason) => {
            Values::new().with("statuscode", INTERRUPTED).with("assent_failure", reason.as_str())
        }
    };
    tx.update(ENTITY, mail, if waits { values } else { without_link(values) })?;
    Ok(())
}

/// Mails that a process had claimed by that moment when it died may have left, so they are marked and not
/// sent again. Returns how many. Where other nodes send too, the moment is so long ago that a living one
/// would have settled them.
///
/// # Errors
/// Those of the store.
pub fn recover(tx: &mut Tx<'_>, claimed_by: Timestamp) -> Result<usize> {
    let claimed = Query::on(ENTITY).eq("statuscode", SENDING).compare("assent_claimedon", CompareOp::Le, claimed_by);
    let ids = tx.ids(&claimed)?;
    for id in &ids {
        let values = Values::new().with("statuscode", INTERRUPTED).with(
            "assent_failure",
            "The process ended while this mail was being sent; it may have left, so it is not sent again",
        );
        tx.update(ENTITY, *id, without_link(values))?;
    }
    Ok(ids.len())
}

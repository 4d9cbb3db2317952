//! What persons did with mails and pages, where they allow it to be recorded
//! (`spec/marketing.md` 11, 13.3).
//!
//! *Not* analytics. Invariant: opens and clicks are recorded only under a tracking permit asked for at
//! that moment, so a mail that was sent before the person said no records nothing after it.

use connect::mail::{ENTITY as MAIL, OutgoingMail};
mod visited;

pub use visited::{KEPT_DAYS, PAGE_VISITED, purge_visits, visited};

use jiff::Timestamp;
use kernel::{Error, Query, Record, Result, Rx, Tx, Values, events::Event, setting, uuid::Uuid};
use odata::CompareOp;
use privacy::consent::{Decision, Forwarded, Level, Purpose, Tracking, gate};

use crate::{
    link::{Link, unknown},
    privacy_control, site,
};

/// The entity's logical name.
pub const ENTITY: &str = "assent_interaction";

/// The type of an interaction that says that a contact left a segment; its detail says why.
pub(crate) const LEFT: &str = "SegmentLeft";

/// Records what operation needs, without asking for tracking: sent, blocked, submitted.
pub(crate) fn record(tx: &mut Tx<'_>, kind: &str, contact: Uuid, more: Values) -> Result<Uuid> {
    let mut values = more;
    values.set("assent_type", kind);
    values.set("assent_contactid", contact);
    values.set("assent_occurredon", tx.now());
    tx.as_system("interaction", |tx| tx.create(ENTITY, values))
}

/// Records that a person joined a subscription list, or left it (`spec/marketing.md` 8.5).
pub(crate) fn of_list(tx: &mut Tx<'_>, contact: Uuid, list: Uuid, joined: bool) -> Result<()> {
    let kind = if joined { "SegmentSubscribed" } else { "SegmentUnsubscribed" };
    record(tx, kind, contact, Values::new().with("assent_listid", list)).map(|_| ())
}

/// Whether a person left a subscription list after that moment.
pub(crate) fn left_since(rx: &Rx<'_>, contact: Uuid, list: Uuid, moment: Timestamp) -> Result<bool> {
    let left = Query::on(ENTITY)
        .eq("assent_contactid", contact)
        .eq("assent_type", "SegmentUnsubscribed")
        .eq("assent_listid", list)
        .compare("assent_occurredon", CompareOp::Gt, moment);
    Ok(rx.first(&left.select(&[]))?.is_some())
}

fn of_mail(mail: &OutgoingMail) -> Values {
    Values::new()
        .with("assent_journeyid", mail.journey)
        .with("assent_activityid", mail.tile.clone())
        .with("assent_emailid", mail.email)
        .with("assent_mailid", mail.id)
}

/// How a picture or a link was asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Visit {
    /// The browser objects to tracking (`Sec-GPC: 1`).
    pub objects: bool,
    /// The browser asks not to be recorded (`DNT: 1`). Some send it without anybody having chosen it, so it holds for
    /// this visit and is no objection.
    pub declines: bool,
    /// A program looked ahead or scanned the mail.
    pub machine: bool,
}

/// What the detail of an interaction says where no person did it.
pub const MACHINE: &str = "machine";
/// A filter for what persons did.
pub const BY_PERSONS: &str = "assent_detail eq null or assent_detail ne 'machine'";
/// The setting with the seconds after sending in which a click is a program's: nobody reads that fast.
/// 0, the default, tells programs by what they say of themselves only.
pub const INSTANT: &str = "tracking.machine_seconds";

/// A mail was opened; recorded where the person allows it now, once per mail.
///
/// # Errors
/// `NotFound` for a token that is not ours.
pub fn opened(tx: &mut Tx<'_>, token: &str, visit: Visit) -> Result<bool> {
    let Link::Open { mail } = Link::read(tx, token)? else { return Err(unknown()) };
    tracked(tx, mail, "EmailOpened", None, visit)
}

/// A link was followed: the address it leads to; recorded where the person allows it now.
///
/// # Errors
/// `NotFound` for a token that is not ours, `Gone` when the mail was erased.
pub fn clicked(tx: &mut Tx<'_>, token: &str, visit: Visit) -> Result<String> {
    let Link::Click { mail, number } = Link::read(tx, token)? else { return Err(unknown()) };
    let row =
        tx.elevated("click").find(MAIL, mail)?.ok_or_else(|| Error::gone("link", "This link is no longer of use."))?;
    let address = row.text("assent_links").lines().nth(usize::from(number)).map(str::to_owned).ok_or_else(unknown)?;
    tracked(tx, mail, "EmailClicked", Some(&address), visit)?;
    if !visit.machine
        && !visit.objects
        && !visit.declines
        && address.starts_with(&format!("{}/p/", site::base_url(tx)?))
    {
        return known(tx, &row, address);
    }
    Ok(address)
}

/// The address of a landing page of ours with a mark that makes the person known who allows that: so their visit can
/// be recorded (`spec/marketing.md` 11), and the page be filled in for whoever wants it (8.6).
fn known(tx: &Tx<'_>, mail: &Record, address: String) -> Result<String> {
    let Some(contact) = mail.get("assent_contactid").as_guid() else { return Ok(address) };
    if !matches!(gate::ask::<Tracking>(tx, contact, Level::None)?, Decision::Granted(_)) {
        return Ok(address);
    }
    let mark = if address.contains('?') { '&' } else { '?' };
    Ok(format!("{address}{mark}v={}", Link::Visit { contact }.token(tx)?))
}

fn tracked(tx: &mut Tx<'_>, mail: Uuid, kind: &str, address: Option<&str>, visit: Visit) -> Result<bool> {
    let Some(row) = tx.elevated("tracking").find(MAIL, mail)? else { return Ok(false) };
    let mail = OutgoingMail::read(&row)?;
    let Some(contact) = mail.contact else { return copy(tx, &mail, &row, address.is_some(), visit) };
    if visit.objects {
        privacy_control::object(tx, contact)?;
        return Ok(false);
    }
    if visit.declines
        || !mail.tracked
        || !matches!(gate::ask::<Tracking>(tx, contact, Level::None)?, Decision::Granted(_))
    {
        return Ok(false);
    }
    let elapsed = mail.sent_on.map(|it| tx.now().as_millisecond() - it.as_millisecond());
    let least = setting::get(tx, INSTANT)?.and_then(|it| it.parse::<i64>().ok()).unwrap_or(0) * 1_000;
    let instant = address.is_some() && elapsed.is_some_and(|it| it < least);
    let detail = (visit.machine || instant).then_some(MACHINE);
    let seen = Query::on(ENTITY)
        .eq("assent_mailid", mail.id)
        .eq("assent_type", kind)
        .eq("assent_linkurl", address)
        .eq("assent_detail", detail);
    if tx.elevated("tracking").first(&seen)?.is_some() {
        return Ok(false);
    }
    record(tx, kind, contact, of_mail(&mail).with("assent_linkurl", address).with("assent_detail", detail))?;
    Ok(true)
}

/// A copy for a friend was opened or clicked in: counted with the copy, for there is nobody to credit, and never
/// with who sent it on (`spec/marketing.md` 10).
fn copy(tx: &mut Tx<'_>, mail: &OutgoingMail, row: &Record, click: bool, visit: Visit) -> Result<bool> {
    if visit.objects || visit.declines || visit.machine || !mail.tracked || mail.purpose != Forwarded::NUMBER {
        return Ok(false);
    }
    let column = if click { "assent_clicks" } else { "assent_opens" };
    let count = row.get(column).as_int().unwrap_or(0) + 1;
    tx.as_system("tracking", |tx| tx.update(MAIL, mail.id, Values::new().with(column, count)))
}

/// Consumer: what became of a mail is an interaction of its person.
pub(crate) fn follow(tx: &mut Tx<'_>, event: &Event) -> Result<()> {
    if event.entity != MAIL || !event.columns.iter().any(|it| it == "statuscode") {
        return Ok(());
    }
    let Some(row) = tx.find(MAIL, event.record)? else { return Ok(()) };
    let mail = OutgoingMail::read(&row)?;
    let Some(contact) = mail.contact else { return Ok(()) };
    let kind = match mail.status {
        4 => "EmailSent",
        5 => "EmailBlocked",
        6 | 7 => "EmailSendingFailed",
        _ => return Ok(()),
    };
    let seen = Query::on(ENTITY).eq("assent_mailid", mail.id).eq("assent_type", kind);
    if tx.first(&seen)?.is_none() {
        let detail = row.get("assent_failure").as_text().map(str::to_owned);
        record(tx, kind, contact, of_mail(&mail).with("assent_detail", detail))?;
    }
    Ok(())
}

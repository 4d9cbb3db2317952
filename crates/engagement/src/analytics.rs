//! Relationship analytics: a few figures about each contact, for those who did not opt out
//! (`spec/marketing.md` 14, 15).
//!
//! It exists only once Embedded Intelligence is enabled. *Not* lead scoring. Invariant: whoever sets the
//! opt-out has no figures from that very transaction on, and none are worked out while it is set.

use kernel::{Change, Query, Result, Rx, Tx, Values, events::Event, uuid::Uuid};
use privacy::consent::{Decision, Level, RelationshipAnalytics, gate};

use crate::interaction;

/// The entity's logical name.
pub const ENTITY: &str = "msdyn_contactkpiitem";
/// The column that says no.
const OPT_OUT: &str = "msdyn_gdproptout";

/// Rule after a contact is stored: an opt-out removes what was worked out before.
pub(crate) fn obey_opt_out(tx: &mut Tx<'_>, change: &mut Change) -> Result<()> {
    if change.new_value(OPT_OUT).is_true()
        && let Some(row) = figures(tx, change.id)?
    {
        tx.delete(ENTITY, row)?;
    }
    Ok(())
}

/// Consumer: something happened with a contact, or they took their opt-out back.
pub(crate) fn follow(tx: &mut Tx<'_>, event: &Event) -> Result<()> {
    let contact = match event.entity.as_str() {
        interaction::ENTITY => match tx.find(interaction::ENTITY, event.record)? {
            Some(row) => row.get("assent_contactid").as_guid(),
            None => None,
        },
        _ if event.columns.iter().any(|it| it == OPT_OUT) => Some(event.record),
        _ => None,
    };
    match contact {
        Some(contact) => work_out(tx, contact),
        None => Ok(()),
    }
}

fn work_out(tx: &mut Tx<'_>, contact: Uuid) -> Result<()> {
    if tx.find("contact", contact)?.is_none() {
        return Ok(());
    }
    let Decision::Granted(_) = gate::ask::<RelationshipAnalytics>(tx, contact, Level::None)? else { return Ok(()) };
    let sent = count(tx, contact, "EmailSent")?;
    let opened = count(tx, contact, "EmailOpened")?;
    let clicked = count(tx, contact, "EmailClicked")?;
    let values = Values::new()
        .with("msdyn_emailssent", sent)
        .with("msdyn_openedemails", opened)
        .with("msdyn_emaillinksclicked", clicked)
        .with("msdyn_relationshiphealthscorevalue", health(sent, opened, clicked))
        .with("msdyn_acilastupdatetimestamp", tx.now());
    match figures(tx, contact)? {
        Some(row) => {
            tx.update(ENTITY, row, values)?;
        }
        None => {
            tx.create(ENTITY, values.with("msdyn_contactid", contact).with("msdyn_name", "Contact KPI item"))?;
        }
    }
    Ok(())
}

/// 0 to 100: answers (an opening counts once, a click twice) to what was sent. Nothing sent is the
/// middle of "fair".
fn health(sent: i64, opened: i64, clicked: i64) -> i64 {
    if sent == 0 {
        return if clicked > 0 { 100 } else { 50 };
    }
    ((opened + 2 * clicked) * 100 / (2 * sent)).clamp(0, 100)
}

fn count(rx: &Rx<'_>, contact: Uuid, kind: &str) -> Result<i64> {
    let query = Query::on(interaction::ENTITY)
        .eq("assent_contactid", contact)
        .eq("assent_type", kind)
        .filter(interaction::BY_PERSONS)?;
    Ok(i64::try_from(rx.count(&query)?).unwrap_or(i64::MAX))
}

fn figures(rx: &Rx<'_>, contact: Uuid) -> Result<Option<Uuid>> {
    Ok(rx.first(&Query::on(ENTITY).eq("msdyn_contactid", contact).select(&[]))?.map(|it| it.id))
}

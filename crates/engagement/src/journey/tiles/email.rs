//! Sends an e-mail: asks the gate, fills the e-mail in, writes it into the outbox, moves on.
//!
//! *Not* the sending. Invariant: at most one mail for a participant at a tile, and none to an address
//! that this tile has served (`spec/marketing.md` 7.3).

use connect::mail;
use jiff::ToSpan;
use kernel::{Error, Phrase, Query, Result, Rx, Tx, Values, uuid::Uuid};
use privacy::consent::{Commercial, Decision, Permit, Purpose, Transactional, gate};
use serde_json::Map;

use super::{Next, Step, Tile};
use crate::{
    email::{self, MarketingEmail},
    interaction,
    journey::{Activity, CustomerJourney, Definition},
    lifecycle::Problem,
};

/// `ItemId`: the marketing e-mail.
pub struct Email;

impl Tile for Email {
    fn kind(&self) -> &'static str {
        "Email"
    }
    fn check(&self, rx: &Rx<'_>, tile: &Activity, _: &Definition, journey: &CustomerJourney) -> Result<Vec<Problem>> {
        let id = tile.reference("ItemId")?;
        let mut found = Vec::new();
        match rx.find(email::ENTITY, id)? {
            None => {
                found
                    .push(Problem::error(tile.place(), Phrase::new("tile-email-missing", "the e-mail does not exist")));
            }
            Some(row) => {
                let email = MarketingEmail::read(&row)?;
                if !email.is_live() {
                    found.push(Problem::error(
                        tile.place(),
                        Phrase::new("tile-email-not-live", "the e-mail is not live; let it go live first"),
                    ));
                }
                if email.is_confirmation() {
                    found.push(Problem::error(
                        tile.place(),
                        Phrase::new("tile-email-confirmation", "a confirmation request cannot be sent by a journey"),
                    ));
                }
            }
        }
        if email::content_settings(rx, journey.settings)?.is_none() {
            found.push(Problem::error(
                tile.place(),
                Phrase::new(
                    "tile-no-settings",
                    "there are no live content settings (postal address, subscription center)",
                ),
            ));
        }
        Ok(found)
    }
    fn enter(&self, tx: &mut Tx<'_>, step: &Step<'_>) -> Result<Next> {
        let email = MarketingEmail::get(tx, step.tile.reference("ItemId")?)?;
        if email.is_transactional() {
            send::<Transactional>(tx, step, &email)
        } else {
            send::<Commercial>(tx, step, &email)
        }
    }
    fn resume(&self, tx: &mut Tx<'_>, step: &Step<'_>) -> Result<Next> {
        self.enter(tx, step)
    }
}

fn send<P: Purpose>(tx: &mut Tx<'_>, step: &Step<'_>, email: &MarketingEmail) -> Result<Next> {
    let settings = email::content_settings(tx, step.journey.settings)?;
    let (true, Some(settings)) = (email.is_live(), settings) else {
        // Stopped meanwhile: the person waits here until it is live again.
        return Ok(Next::WaitUntil(tx.now().checked_add(1.hour()).map_err(|_| Error::bug("a date out of range"))?));
    };
    let permit: Permit<P> = match gate::ask::<P>(tx, step.contact.id, step.journey.required()?)? {
        Decision::Granted(permit) => permit,
        Decision::Refused(refusal) if refusal.stops => return Ok(Next::Stop(refusal.reason)),
        Decision::Refused(refusal) => return blocked(tx, step, email, refusal.reason),
    };
    if served(tx, permit.address(), step.journey.id, step.tile)? {
        return blocked(tx, step, email, SERVED);
    }
    let mut message = email::render(tx, email, step.contact, &settings, Map::new())?;
    message.journey = Some((step.journey.id, step.participant.id, step.tile.id.clone()));
    message.idempotency_key = format!("journey:{}:{}", step.participant.id, step.tile.id);
    mail::enqueue(tx, message, permit)?;
    Ok(Next::Go("default"))
}

/// The reason kept with a mail that was withheld because its address had it already.
pub(crate) const SERVED: &str = "This address was served by this tile already";

/// Whether the tile wrote to the address before. What was withheld or refused has served nobody.
pub(crate) fn served(rx: &Rx<'_>, address: &str, journey: Uuid, tile: &Activity) -> Result<bool> {
    let mails = Query::on(mail::ENTITY)
        .eq("assent_to", address)
        .eq("assent_journeyid", journey)
        .eq("assent_tile", tile.id.as_str())
        .filter("statuscode ne 5 and statuscode ne 6")?;
    Ok(rx.first(&mails.select(&[]))?.is_some())
}

/// The message is withheld; the person goes on (`spec/marketing.md` 5).
fn blocked(tx: &mut Tx<'_>, step: &Step<'_>, email: &MarketingEmail, reason: &'static str) -> Result<Next> {
    let more = Values::new()
        .with("assent_journeyid", step.journey.id)
        .with("assent_activityid", step.tile.id.as_str())
        .with("assent_emailid", email.id)
        .with("assent_detail", reason);
    interaction::record(tx, "EmailBlocked", step.contact.id, more)?;
    Ok(Next::Go("default"))
}

//! Requests of the demo's people, one in each state that an officer meets.
//!
//! *Not* examples of law. Invariant: every state is reached by the acts that reach it in earnest.

use jiff::{ToSpan, tz::TimeZone};
use kernel::{Result, Tx, uuid::Uuid};
use privacy::request::{Channel, Intake, Type, approve, by_hand, decline, extend, identify, open, plan};

/// How far a request of the demo has come.
#[derive(Clone, Copy)]
enum Stage {
    Received,
    Doubtful,
    Identified,
    Planned,
    Approved,
    Extended,
    Declined,
    Withdrawn,
}

/// Type, channel, days since it arrived, stage; the person is the number in the list.
const REQUESTS: &[(Type, Channel, i64, Stage)] = &[
    (Type::Access, Channel::Email, 33, Stage::Received),
    (Type::Access, Channel::Form, 29, Stage::Planned),
    (Type::Erasure, Channel::Email, 27, Stage::Approved),
    (Type::Access, Channel::Letter, 24, Stage::Identified),
    (Type::Erasure, Channel::Phone, 16, Stage::Doubtful),
    (Type::Restriction, Channel::Email, 12, Stage::Identified),
    (Type::Access, Channel::Portal, 20, Stage::Extended),
    (Type::Erasure, Channel::MarketingPage, 9, Stage::Planned),
    (Type::Objection, Channel::Email, 6, Stage::Received),
    (Type::Access, Channel::Email, 3, Stage::Received),
    (Type::Erasure, Channel::Letter, 40, Stage::Declined),
    (Type::Access, Channel::Form, 14, Stage::Withdrawn),
];

/// Makes them, as far as there are people.
///
/// # Errors
/// Those of the acts.
pub(super) fn make(tx: &mut Tx<'_>, people: usize) -> Result<()> {
    for (number, (kind, channel, days, stage)) in REQUESTS.iter().enumerate().take(people) {
        let intake = Intake {
            kind: *kind,
            email: format!("person{number}@example.org"),
            received_on: Some(tx.now() - (days * 24).hours()),
            channel: *channel,
            name: None,
            text: None,
        };
        let id = open(tx, &intake)?;
        advance(tx, id, *stage)?;
    }
    Ok(())
}

fn advance(tx: &mut Tx<'_>, id: Uuid, stage: Stage) -> Result<()> {
    let identified = |tx: &mut Tx<'_>, result: &str| identify(tx, id, "email", result, None);
    match stage {
        Stage::Received => {}
        Stage::Doubtful => identified(tx, "doubtful")?,
        Stage::Identified => identified(tx, "confirmed")?,
        Stage::Planned | Stage::Approved | Stage::Extended => {
            identified(tx, "confirmed")?;
            plan(tx, id, &[])?;
            match stage {
                Stage::Approved => approve(tx, id, None)?,
                Stage::Extended => {
                    let until = tx.now().to_zoned(TimeZone::UTC).date() + 45.days();
                    extend(tx, id, until, "Records of several years have to be looked through.")?;
                }
                _ => {}
            }
        }
        Stage::Declined => {
            identified(tx, "failed")?;
            decline(tx, id, "not-identified", "We could not find out that the request comes from the person.")?;
        }
        Stage::Withdrawn => by_hand::close(tx, id, by_hand::Outcome::Withdrawn, "Taken back by telephone.")?,
    }
    Ok(())
}

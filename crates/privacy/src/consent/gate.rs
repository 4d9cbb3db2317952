//! The gate: may this be done to this person, now?
//!
//! It reads every fact in one snapshot and answers with a [`Permit`], or with the one fact that
//! decides against. *Not* a filter of audiences. Invariant: a `Permit` can be made nowhere else, it
//! is bound to one person and one transaction's view, and it is asked for again right before a mail
//! leaves, so a withdrawal holds from its commit (Art. 7(3) GDPR).

use std::marker::PhantomData;

use kernel::{Error, Record, Result, Rx, pipeline::check::is_address, uuid::Uuid};

use super::{Level, configuration};

mod sealed {
    pub trait Sealed {}
}

/// A kind of processing that needs a permit.
pub trait Purpose: sealed::Sealed {
    /// The word kept with what was done under the permit.
    const BASIS: &'static str;
    /// The number kept with an outgoing mail, so that the same question can be asked again.
    const NUMBER: i64;
    /// Whether `donotbulkemail` speaks against it (`spec/marketing.md` 13.1).
    const BULK: bool;
    /// Whether it is a mail at all.
    const MAIL: bool;
}

macro_rules! purposes {
    ($($(#[$doc:meta])* $name:ident = $number:literal, $basis:literal, bulk: $bulk:literal, mail: $mail:literal;)*) => { $(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub struct $name;
        impl sealed::Sealed for $name {}
        impl Purpose for $name {
            const BASIS: &'static str = $basis;
            const NUMBER: i64 = $number;
            const BULK: bool = $bulk;
            const MAIL: bool = $mail;
        }
    )* };
}
purposes! {
    /// Asking the person to confirm what they just asked for.
    Confirmation = 3, "request", bulk: false, mail: true;
    /// A message about existing business.
    Transactional = 2, "transactional", bulk: false, mail: true;
    /// A marketing message.
    Commercial = 1, "consent", bulk: true, mail: true;
    /// Recording opens, clicks and visits.
    Tracking = 4, "tracking", bulk: false, mail: false;
}

/// The right to do one thing to one person. Only the gate makes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Permit<P: Purpose> {
    contact: Uuid,
    address: String,
    required: Level,
    given: Level,
    purpose: PhantomData<P>,
}

impl<P: Purpose> Permit<P> {
    /// The person.
    pub fn contact(&self) -> Uuid {
        self.contact
    }
    /// The address that it covers.
    pub fn address(&self) -> &str {
        &self.address
    }
    /// The level that was needed.
    pub fn required(&self) -> Level {
        self.required
    }
    /// The facts that it rests on, without personal data.
    pub fn facts(&self) -> String {
        format!("basis {}; consent given {}, needed {}", P::BASIS, self.given, self.required)
    }
}

/// Why not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The column or setting that decides.
    pub fact: &'static str,
    /// The reason in words, as kept with a stopped participant or a blocked mail.
    pub reason: &'static str,
    /// Whether the person leaves the journey, rather than only this message being withheld
    /// (`spec/marketing.md` 5).
    pub stops: bool,
}

/// The reason kept with a participant whose consent fell below the minimum.
pub const LOWERED: &str = "Contact lowered consent below threshold";

/// The gate's answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision<P: Purpose> {
    /// It may be done.
    Granted(Permit<P>),
    /// It may not.
    Refused(Refusal),
}

/// Whether a person may take part in something that needs this level. Level 0 needs nothing; while
/// the feature is off, nothing is needed either.
///
/// # Errors
/// `NotFound` when there is no such contact.
pub fn takes_part(rx: &Rx<'_>, contact: Uuid, required: Level) -> Result<Option<Refusal>> {
    let row = rx.elevated("consent gate").get("contact", contact)?;
    level_refusal(rx, &row, required)
}

fn level_refusal(rx: &Rx<'_>, contact: &Record, required: Level) -> Result<Option<Refusal>> {
    let given = Level::of_value(contact.get("msgdpr_gdprconsent"))?;
    if required == Level::None || !configuration::read(rx)?.enforced {
        return Ok(None);
    }
    if required == Level::Profiling && contact.get("msgdpr_gdprischild").is_true() {
        return Ok(Some(Refusal { fact: "msgdpr_gdprischild", reason: "Children are never profiled", stops: true }));
    }
    Ok((given < required).then_some(Refusal { fact: "msgdpr_gdprconsent", reason: LOWERED, stops: true }))
}

/// Asks for a permit. The order of facts is that of `spec/marketing.md` 5: what blocks the message
/// first, then what stops the person.
///
/// # Errors
/// `NotFound` when there is no such contact.
pub fn ask<P: Purpose>(rx: &Rx<'_>, contact: Uuid, required: Level) -> Result<Decision<P>> {
    let row = rx.elevated("consent gate").get("contact", contact)?;
    let address = row.text("emailaddress1").to_owned();
    let blocked = |fact, reason| Refusal { fact, reason, stops: false };
    let refusal = if row.get("statecode").as_int() != Some(0) {
        Some(blocked("statecode", "Contact is inactive"))
    } else if P::MAIL && !is_address(&address) {
        Some(blocked("emailaddress1", "Contact has no mail address"))
    } else if P::MAIL && row.get("donotemail").is_true() {
        Some(blocked("donotemail", "Contact does not allow e-mail"))
    } else if P::BULK && row.get("donotbulkemail").is_true() {
        Some(blocked("donotbulkemail", "Contact does not allow bulk e-mail"))
    } else if !P::MAIL && row.get("msgdpr_donottrack").is_true() {
        Some(blocked("msgdpr_donottrack", "Contact does not allow tracking"))
    } else {
        level_refusal(rx, &row, required)?
    };
    Ok(match refusal {
        Some(refusal) => Decision::Refused(refusal),
        None => Decision::Granted(Permit {
            contact,
            address,
            required,
            given: Level::of_value(row.get("msgdpr_gdprconsent"))?,
            purpose: PhantomData,
        }),
    })
}

/// Asks again what was asked when a mail was written, right before it leaves.
///
/// # Errors
/// `NotFound` when the contact is gone, `Bug` for a number that no purpose of mail has.
pub fn ask_again(rx: &Rx<'_>, contact: Uuid, purpose: i64, required: Level) -> Result<Option<Refusal>> {
    fn refusal<P: Purpose>(decision: Decision<P>) -> Option<Refusal> {
        if let Decision::Refused(it) = decision { Some(it) } else { None }
    }
    Ok(match purpose {
        Commercial::NUMBER => refusal(ask::<Commercial>(rx, contact, required)?),
        Transactional::NUMBER => refusal(ask::<Transactional>(rx, contact, required)?),
        Confirmation::NUMBER => refusal(ask::<Confirmation>(rx, contact, required)?),
        _ => return Err(Error::bug("a mail has a purpose that is none")),
    })
}

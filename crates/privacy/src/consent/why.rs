//! "Why did, or didn't, this person get it?" in one answer.
//!
//! *Not* another decision: it reads the same [`Facts`]. Invariant: the deciding fact named here is the
//! one the gate decides by, and it is among the facts shown.

use kernel::{Error, Result, Rx, uuid::Uuid};
use serde::Serialize;

use super::{Commercial, Facts, Level, Purpose, Transactional};

/// What the question is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// A customer journey.
    Journey(Uuid),
    /// A marketing e-mail on its own.
    Email(Uuid),
}

/// One fact that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fact {
    /// The column or setting.
    pub fact: String,
    /// Its value, in words.
    pub value: String,
    /// Whether it is the one that decides.
    pub decides: bool,
}

/// The answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Why {
    /// Whether the person may get it.
    pub allowed: bool,
    /// `allowed`, `blocked` (the message is withheld) or `stopped` (the person leaves the journey).
    pub outcome: &'static str,
    /// The reason in words.
    pub reason: String,
    /// Every fact, in the order in which the gate looks.
    pub facts: Vec<Fact>,
}

/// Asks the gate and names the fact that decides.
///
/// # Errors
/// `NotFound` when contact, journey or e-mail does not exist; `Forbidden`.
pub fn why(rx: &Rx<'_>, contact: Uuid, target: Target) -> Result<Why> {
    // Asked with the caller's own rights first: who may not see the contact gets no answer.
    rx.get("contact", contact)?;
    let (required, transactional) = match target {
        Target::Journey(id) => {
            let journey = rx.get("msdyncrm_customerjourney", id)?;
            (Level::of_value(journey.get("msgdpr_requiredconsent"))?, false)
        }
        Target::Email(id) => {
            let email = rx.get("msdyncrm_marketingemail", id)?;
            (Level::None, email.get("msdyncrm_messagedesignation").as_int() == Some(1))
        }
    };
    let terms = if transactional { Transactional::TERMS } else { Commercial::TERMS };
    let asked = Facts::read(rx, contact, required)?;
    let refusal = asked.refusal(&terms);
    let deciding = refusal.as_ref().map_or("", |it| it.fact);
    let facts = asked.in_words(&terms).into_iter();
    let facts = facts.map(|(fact, value)| Fact { decides: fact == deciding, fact: fact.to_owned(), value }).collect();
    Ok(match refusal {
        None => Why { allowed: true, outcome: "allowed", reason: "Nothing speaks against it".into(), facts },
        Some(it) => Why {
            allowed: false,
            outcome: if it.stops { "stopped" } else { "blocked" },
            reason: it.reason.to_owned(),
            facts,
        },
    })
}

impl Target {
    /// The journey or e-mail with this identifier.
    ///
    /// # Errors
    /// `NotFound` when there is neither.
    pub fn find(rx: &Rx<'_>, id: Uuid) -> Result<Target> {
        if rx.find("msdyncrm_customerjourney", id)?.is_some() {
            return Ok(Target::Journey(id));
        }
        match rx.find("msdyncrm_marketingemail", id)? {
            Some(_) => Ok(Target::Email(id)),
            None => Err(Error::not_found("journey or e-mail", id)),
        }
    }
}

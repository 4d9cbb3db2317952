//! The gate: may this be done to this person, now?
//!
//! It reads every fact in one snapshot ([`Facts`]) and answers with a [`Permit`], or with the one fact that
//! decides against. *Not* a filter of audiences. Invariant: a `Permit` can be made nowhere else, it
//! is bound to one person and one transaction's view, and it is asked for again right before a mail
//! leaves, so a withdrawal holds from its commit (Art. 7(3) GDPR).

use std::marker::PhantomData;

use kernel::{Error, Query, Result, Rx, Values, pipeline::check::is_address, uuid::Uuid};

use super::{Account, Commercial, Confirmation, Facts, Forwarded, Internal, Level, PURPOSES, Purpose, Refusal};
use crate::{erasure::ledger, suppression};

/// The right to do one thing to one person. Only the gate makes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Permit<P: Purpose> {
    contact: Option<Uuid>,
    address: String,
    required: Level,
    given: Level,
    purpose: PhantomData<P>,
}

impl<P: Purpose> Permit<P> {
    /// The person; none where only an address is known yet.
    pub fn contact(&self) -> Option<Uuid> {
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
    Facts::against_part(rx, contact, required, &Commercial::TERMS)
}

/// Asks for a permit; the answer is that of [`Facts::refusal`].
///
/// # Errors
/// `NotFound` when there is no such contact.
pub fn ask<P: Purpose>(rx: &Rx<'_>, contact: Uuid, required: Level) -> Result<Decision<P>> {
    let facts = Facts::read(rx, contact, required)?;
    Ok(match facts.refusal(&P::TERMS) {
        Some(refusal) => Decision::Refused(refusal),
        None => Decision::Granted(Permit {
            contact: Some(contact),
            required: facts.needed(&P::TERMS),
            given: facts.given,
            address: facts.address,
            purpose: PhantomData,
        }),
    })
}

/// Asks for a permit to write to an address once so that whoever reads it confirms what was asked for in
/// its name. There need be no contact; where there are some, one that allows no mail at all speaks for
/// the address (`spec/marketing.md` 9).
///
/// # Errors
/// Those of reading.
pub fn ask_address(rx: &Rx<'_>, address: &str) -> Result<Decision<Confirmation>> {
    if !is_address(address) {
        return refused("assent_email", "This is no mail address");
    }
    for entity in ["contact", "lead"] {
        let said_no = Query::on(entity).eq("emailaddress1", address).eq("donotemail", true).select(&[]);
        if rx.elevated("consent gate").first(&said_no)?.is_some() {
            return refused("donotemail", "Contact does not allow e-mail");
        }
    }
    Ok(granted(address))
}

/// What speaks for an address besides the ledger: a contact or a lead with it who said no, or a child.
const SAID_NO: &[(&str, &str)] = &[
    (
        "contact",
        "donotemail eq true or donotbulkemail eq true or msgdpr_gdprischild eq true or assent_objectedon ne null or assent_restrictedon ne null",
    ),
    ("lead", "donotemail eq true or donotbulkemail eq true"),
];

/// Asks for a permit to send one copy of a mail to an address that a reader of the mail typed in: no consent
/// is known, so any no speaks for the address, and an erased person is not written to. The address is
/// not matched to anybody: the answer says yes or no, and nothing of it is kept (`spec/marketing.md` 10).
///
/// # Errors
/// Those of reading.
pub fn ask_forward(rx: &Rx<'_>, address: &str) -> Result<Decision<Forwarded>> {
    if !is_address(address) {
        return refused("assent_email", "This is no mail address");
    }
    if !suppression::in_force(rx, address)?.is_empty() {
        return refused("assent_suppression", "The address is on the suppression ledger");
    }
    let values = Values::new().with("emailaddress1", address);
    for (entity, said_no) in SAID_NO {
        if ledger::hit(rx, entity, &values)?.is_some() {
            return refused("assent_erasureledger", "The person with this address was erased");
        }
        let query = Query::on(entity).eq("emailaddress1", address).filter(said_no)?.select(&[]);
        if rx.elevated("consent gate").first(&query)?.is_some() {
            return refused("donotbulkemail", "Somebody with this address does not allow it");
        }
    }
    Ok(granted(address))
}

/// Asks for a permit to send a user the test mail that they asked for. The address is that of a user who may sign in;
/// consent is not asked, for nobody is addressed but who asked (Art. 6(1)(f) GDPR).
///
/// # Errors
/// Those of reading.
pub fn ask_colleague(rx: &Rx<'_>, address: &str) -> Result<Decision<Internal>> {
    to_user(rx, address)
}

/// Asks for a permit to send a user a mail about their own account. As [`ask_colleague`]: without it whoever has lost a
/// password stays out (Art. 6(1)(f) GDPR).
///
/// # Errors
/// Those of reading.
pub fn ask_account(rx: &Rx<'_>, address: &str) -> Result<Decision<Account>> {
    to_user(rx, address)
}

fn to_user<P: Purpose>(rx: &Rx<'_>, address: &str) -> Result<Decision<P>> {
    if !is_address(address) {
        return refused("internalemailaddress", "The user has no mail address; write one on the user's record");
    }
    let query = Query::on("systemuser").eq("internalemailaddress", address).eq("isdisabled", false).select(&[]);
    if rx.elevated("consent gate").first(&query)?.is_none() {
        return refused("internalemailaddress", "This is not the address of a user who may sign in");
    }
    if !suppression::in_force(rx, address)?.is_empty() {
        return refused("assent_suppression", "The address is on the suppression ledger");
    }
    Ok(granted(address))
}

fn refused<P: Purpose>(fact: &'static str, reason: &'static str) -> Result<Decision<P>> {
    Ok(Decision::Refused(Refusal { fact, reason, stops: false }))
}

fn granted<P: Purpose>(address: &str) -> Decision<P> {
    Decision::Granted(Permit {
        contact: None,
        address: address.to_owned(),
        required: Level::None,
        given: Level::None,
        purpose: PhantomData,
    })
}

/// Asks again what was asked when a mail to `address` was written, right before it leaves. A permit covers
/// one address: a mail to another than the person has now is refused.
///
/// # Errors
/// `NotFound` when the contact is gone, `Bug` for a number that no purpose of mail has.
pub fn ask_again(rx: &Rx<'_>, contact: Uuid, address: &str, purpose: i64, required: Level) -> Result<Option<Refusal>> {
    let mails = PURPOSES.iter().map(|(_, terms)| terms).filter(|it| it.mail);
    let terms = mails.into_iter().find(|it| it.number == purpose);
    let terms = terms.ok_or_else(|| Error::bug("a mail has a purpose that is none"))?;
    let facts = Facts::read(rx, contact, required)?;
    let moved = facts.address.to_lowercase() != address.to_lowercase();
    let other = || Refusal { fact: "emailaddress1", reason: "Contact has another mail address now", stops: false };
    Ok(facts.refusal(terms).or_else(|| moved.then(other)))
}

//! A request arrives.
//!
//! *Not* its assessment. Invariant: date and time of receipt and both due dates are on the record
//! from its first moment (`spec/data-subject-requests.md` 2.3 no. 1).

use jiff::Timestamp;
use kernel::{
    Error, Phrase, Result, Tx, Values,
    access::{self, Privilege},
    pipeline::check::is_address,
    uuid::Uuid,
};

use super::{ENTITY, Type};

/// How a request arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(i64)]
pub enum Channel {
    /// By mail.
    Email = 1,
    /// By a form.
    Form = 2,
    /// By telephone.
    Phone = 3,
    /// By letter.
    Letter = 4,
    /// By the portal.
    Portal = 5,
    /// By a marketing page.
    MarketingPage = 6,
}

/// What is known when a request arrives.
#[derive(Debug, Clone)]
pub struct Intake {
    /// What is asked for.
    pub kind: Type,
    /// The address that the person gave.
    pub email: String,
    /// When it arrived; now when it is not given.
    pub received_on: Option<Timestamp>,
    /// How it arrived.
    pub channel: Channel,
    /// The name that the person gave.
    pub name: Option<String>,
    /// What the person wrote.
    pub text: Option<String>,
}

/// Notes a request.
///
/// # Errors
/// `Invalid` for an address that is not one or a receipt in the future, `Forbidden` for whoever is
/// without the privilege to make one.
pub fn open(tx: &mut Tx<'_>, intake: &Intake) -> Result<Uuid> {
    access::check(tx, tx.model().entity(ENTITY)?, Privilege::Create)?;
    let email = intake.email.trim();
    if !is_address(email) {
        return Err(Error::invalid(
            "email",
            Phrase::new("not-an-address", "is not a mail address; write name@domain.example"),
        ));
    }
    let values = Values::new()
        .with("assent_type", intake.kind as i64)
        .with("assent_channel", intake.channel as i64)
        .with("assent_email", email)
        .with("assent_subjectname", intake.name.clone())
        .with("assent_text", intake.text.clone())
        .with("assent_receivedon", intake.received_on);
    tx.as_system("data subject request", |tx| tx.create(ENTITY, values))
}

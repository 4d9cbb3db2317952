//! Closing what the product does not carry out: requests that are worked on by hand, and those that the
//! person took back.
//!
//! *Not* a way around a plan: a request that has one is completed only by carrying it out (law 12).
//! Invariant: what came of it is on the record in words.

use kernel::{Error, Phrase, Result, Tx, Values, access, uuid::Uuid};

use super::{DataSubjectRequest, ENTITY, Status, Type, decide::request_over};

/// How a request ends by an officer's word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It was answered by hand.
    Completed,
    /// The person took it back.
    Withdrawn,
}

impl Outcome {
    /// The outcome of a word.
    ///
    /// # Errors
    /// `Invalid` for another word.
    pub fn of_word(word: &str) -> Result<Self> {
        match word {
            "completed" => Ok(Outcome::Completed),
            "withdrawn" => Ok(Outcome::Withdrawn),
            _ => Err(Error::invalid("Outcome", "is completed or withdrawn")),
        }
    }
}

/// Closes a request with what came of it.
///
/// # Errors
/// `Conflict` for a closed request, or one that the product carries out; `Invalid` without a result.
pub fn close(tx: &mut Tx<'_>, id: Uuid, outcome: Outcome, result: &str) -> Result<()> {
    access::require(tx, "prvAssentDecideRequest", "data subject requests")?;
    let request = DataSubjectRequest::get(tx, id)?;
    if Status::is_closed(request.status) {
        let text = request_over(request.status);
        return Err(Error::conflict(request.name, text));
    }
    if outcome == Outcome::Completed && Type::of_option(request.kind).is_ok() {
        let text = Phrase::new(
            "completed-by-plan",
            "a request of this type is completed by carrying its plan out, or it is declined",
        );
        return Err(Error::conflict(request.name, text));
    }
    if result.trim().is_empty() {
        return Err(Error::invalid(
            "Result",
            Phrase::new("result-empty", "say what was done; it is what proves the answer (Art. 5(2) GDPR)"),
        ));
    }
    let now = tx.now();
    let mut values = Values::new().with("assent_result", result.trim()).with("assent_answeredon", now);
    match outcome {
        Outcome::Completed => {
            let user = tx.cx().user();
            values = values
                .with("statuscode", Status::Completed as i64)
                .with("assent_decision", 1)
                .with("assent_decidedby", user)
                .with("assent_decidedon", now);
        }
        Outcome::Withdrawn => values.set("statuscode", Status::Withdrawn as i64),
    }
    tx.as_system("data subject request", |tx| tx.update(ENTITY, id, values))?;
    Ok(())
}

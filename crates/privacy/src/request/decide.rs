//! What an officer decides on a request: identity, approval, refusal, extension.
//!
//! *Not* the carrying out. Invariant: each decision is on the record with who and when, and a closed
//! request takes no more of them.

use jiff::civil::Date;
use kernel::{Error, Phrase, Result, Tx, Values, access, uuid::Uuid};

use super::{DataSubjectRequest, ENTITY, Status, held::Holds};

/// How an identity was checked; the numbers of `assent_identitymethod`.
pub const METHODS: &[(&str, i64)] = &[("knowledge", 1), ("email", 2), ("in-person", 3), ("document", 4), ("other", 5)];

/// Why a request is refused; the numbers of `assent_decisioncode`.
pub const REASONS: &[(&str, i64)] = &[
    ("legal-duty", 1),
    ("rights-of-others", 2),
    ("unfounded-or-excessive", 3),
    ("not-identified", 4),
    ("guideline", 5),
];

/// The number behind a word.
///
/// # Errors
/// `Invalid` listing the words.
pub fn number(words: &[(&str, i64)], word: &str, target: &str) -> Result<i64> {
    words.iter().find(|(it, _)| *it == word).map(|(_, number)| *number).ok_or_else(|| {
        let known: Vec<&str> = words.iter().map(|(it, _)| *it).collect();
        Error::invalid(target, format!("is one of {}", known.join(", ")))
    })
}

/// To approve, to decline, to extend.
const DECIDE: &str = "prvAssentDecideRequest";

fn open_request(tx: &Tx<'_>, id: Uuid, privilege: &str) -> Result<DataSubjectRequest> {
    access::require(tx, privilege, "data subject requests")?;
    let request = DataSubjectRequest::get(tx, id)?;
    if Status::is_closed(request.status) {
        return Err(Error::conflict(request.name, request_over(request.status)));
    }
    Ok(request)
}

pub(super) fn request_over(status: i64) -> Phrase {
    Phrase::new("request-over", "the request is {status}; nothing more can be done with it")
        .with("status", Status::word(status))
}

/// What came of a check of the identity; the numbers of `assent_identityresult`.
pub const RESULTS: &[(&str, i64)] = &[("confirmed", 1), ("doubtful", 2), ("failed", 3)];

/// Notes how the identity was checked and what came of it.
///
/// # Errors
/// `Conflict` when the request is closed.
pub fn identify(tx: &mut Tx<'_>, id: Uuid, method: &str, result: &str, note: Option<&str>) -> Result<()> {
    let request = open_request(tx, id, "prvAssentIdentifyRequest")?;
    let result = number(RESULTS, result, "result")?;
    let confirmed = result == 1;
    let mut values = Values::new()
        .with("assent_identitymethod", number(METHODS, method, "method")?)
        .with("assent_identityresult", result)
        .with("assent_identityon", tx.now())
        .with("assent_identitynote", note);
    if request.status <= Status::Assessed as i64 {
        let status = if confirmed { Status::Assessed } else { Status::IdentityCheck };
        values.set("statuscode", status as i64);
    }
    tx.as_system("data subject request", |tx| tx.update(ENTITY, id, values))?;
    Ok(())
}

/// Why a request is honoured in part only.
#[derive(Debug, Clone, Copy)]
pub struct Partly<'a> {
    /// A word of [`REASONS`].
    pub code: &'a str,
    /// In words, for the person.
    pub text: &'a str,
}

/// Approves the plan that was made: the request is honoured, or in part.
///
/// # Errors
/// `Conflict` when there is no plan, or the request is closed; `Invalid` where something was taken out of
/// the plan and nobody says why.
pub fn approve(tx: &mut Tx<'_>, id: Uuid, partly: Option<Partly<'_>>) -> Result<()> {
    let request = open_request(tx, id, DECIDE)?;
    if request.status != Status::Planned as i64 {
        return Err(Error::conflict(
            request.name,
            Phrase::new("no-plan-waits", "there is no plan that waits for approval; make one with `request plan`"),
        ));
    }
    if partly.is_none() && !Holds::of(tx, id)?.is_empty() {
        let text = Phrase::new(
            "reason-in-part",
            "something was taken out of the plan, so the request is honoured in part: name the reason, for the person too (Art. 12(4) GDPR)",
        );
        return Err(Error::invalid("Reason", text));
    }
    let reason = match partly {
        Some(Partly { text, .. }) if text.trim().is_empty() => {
            return Err(Error::invalid(
                "Text",
                Phrase::new("text-in-part", "say why the request is honoured in part (Art. 12(4) GDPR)"),
            ));
        }
        Some(Partly { code, text }) => Some((number(REASONS, code, "Reason")?, text.trim())),
        None => None,
    };
    let now = tx.now();
    let user = tx.cx().user();
    let values = Values::new()
        .with("statuscode", Status::Approved as i64)
        .with("assent_approvedby", user)
        .with("assent_approvedon", now)
        .with("assent_decision", if reason.is_some() { 2 } else { 1 })
        .with("assent_decisioncode", reason.map(|it| it.0))
        .with("assent_decisionreason", reason.map(|it| it.1))
        .with("assent_decidedby", user)
        .with("assent_decidedon", now);
    tx.as_system("data subject request", |tx| tx.update(ENTITY, id, values))?;
    Ok(())
}

/// Refuses the request, also after discovery; no data leaves. The answer names the reasons, the
/// complaint to a supervisory authority and the judicial remedy (Art. 12(4) GDPR).
///
/// # Errors
/// `Invalid` without a reason, `Conflict` when the request is closed.
pub fn decline(tx: &mut Tx<'_>, id: Uuid, code: &str, reason: &str) -> Result<String> {
    let request = open_request(tx, id, DECIDE)?;
    let code = number(REASONS, code, "reason")?;
    if reason.trim().is_empty() {
        return Err(Error::invalid(
            "text",
            Phrase::new("refusal-reasons", "a refusal names its reasons (Art. 12(4) GDPR)"),
        ));
    }
    let answer = format!(
        "Your request {} of {} is declined.\n\nReasons: {}\n\nYou have the right to lodge a complaint with a supervisory authority and to seek a judicial remedy (Art. 12(4) GDPR).\n",
        request.name,
        request.received_on.to_zoned(super::clock::zone(tx)?).date(),
        reason.trim()
    );
    let now = tx.now();
    let values = Values::new()
        .with("statuscode", Status::Declined as i64)
        .with("assent_decision", 3)
        .with("assent_decisioncode", code)
        .with("assent_decisionreason", reason.trim())
        .with("assent_decidedby", tx.cx().user())
        .with("assent_decidedon", now)
        .with("assent_answeredon", now)
        .with(
            "assent_result",
            "Declined. The answer names the reasons, the complaint to a supervisory authority and the judicial remedy.",
        );
    tx.as_system("data subject request", |tx| tx.update(ENTITY, id, values))?;
    Ok(answer)
}

/// Extends the request; allowed until the first due date only.
///
/// # Errors
/// `Invalid` when it is late, too long or without a reason.
pub fn extend(tx: &mut Tx<'_>, id: Uuid, until: Date, reason: &str) -> Result<()> {
    open_request(tx, id, DECIDE)?;
    let values = Values::new().with("assent_extendedon", until).with("assent_extensionreason", reason);
    tx.as_system("data subject request", |tx| tx.update(ENTITY, id, values))?;
    Ok(())
}

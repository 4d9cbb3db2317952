//! Carrying an approved plan out, and proving it.
//!
//! *Not* deciding. Invariant: one transaction; it either ends with a read that found what the plan
//! promised, or nothing of it happened.

use kernel::{Context, Db, Result, access, uuid::Uuid};
use serde_json::Value as Json;

use super::{DataSubjectRequest, Type, mark, package, plan};
use crate::erasure;

/// What came of a request.
#[derive(Debug, Clone)]
pub enum Answer {
    /// A package was written to the given place.
    Package {
        /// Its SHA-256.
        sha256: String,
        /// How many rows it holds.
        rows: usize,
    },
    /// The person was erased; the signed proof.
    Erased(Json),
    /// The records were marked and read back; what came of it, without personal data.
    Marked(String),
}

/// Carries out an approved request. `out` takes the access package; the other types write
/// nothing there.
///
/// # Errors
/// `Conflict` when the plan is not approved or no longer covers what is in the store; `Bug` when the
/// read-back finds something that the plan said would be gone (and then nothing was changed).
pub fn run(db: &Db, cx: &Context, id: Uuid, out: &mut dyn package::Sink) -> Result<Answer> {
    let request = db.read(cx, |rx| {
        let request = DataSubjectRequest::get(rx, id)?;
        access::require(rx, privilege(Type::of_option(request.kind)?), "data subject requests")?;
        Ok(request)
    })?;
    match Type::of_option(request.kind)? {
        Type::Access => {
            let (began, written) = db.read(cx, |rx| {
                let request = DataSubjectRequest::get(rx, id)?;
                let written = package::write(rx, &request, &plan::still_approved(rx, &request)?, out)?;
                Ok((request, written))
            })?;
            let (sha256, rows) = (written.sha256.clone(), written.rows);
            db.write(cx, move |tx| {
                plan::same_approval(&began, &DataSubjectRequest::get(tx, id)?)?;
                tx.as_system("data subject request", |tx| package::close(tx, id, &written))
            })?;
            Ok(Answer::Package { sha256, rows })
        }
        Type::Erasure => {
            let proof = db.write(cx, move |tx| {
                let request = DataSubjectRequest::get(tx, id)?;
                let plan = plan::still_approved(tx, &request)?;
                erasure::carry_out(tx, &request, &plan)
            })?;
            // Nothing of the person may linger in the write-ahead log, nor in mirrors of the vault. The
            // worker and `doctor` go on naming a mirror that could not be reached.
            // The person is gone and proven so: what fails here stays due, and the worker does it.
            if let Err(error) = db.forget_traces() {
                tracing::error!(%error, "the rewrite after an erasure failed; it is due again");
            }
            Ok(Answer::Erased(proof))
        }
        kind @ (Type::Objection | Type::Restriction) => db
            .write(cx, move |tx| {
                let request = DataSubjectRequest::get(tx, id)?;
                let plan = plan::still_approved(tx, &request)?;
                mark::carry_out(tx, &request, &plan, kind)
            })
            .map(Answer::Marked),
    }
}

/// What carrying a request of this type out needs, beside its approval.
fn privilege(kind: Type) -> &'static str {
    match kind {
        Type::Access => "prvAssentExportSubject",
        Type::Erasure => "prvAssentEraseSubject",
        Type::Restriction => "prvAssentRestrictSubject",
        Type::Objection => "prvAssentNoteObjection",
    }
}

//! `Merge`: two rows that are the same person or firm become one.
//!
//! *Not* the merging (`privacy::merge`). Invariant: what a person refused on either row is refused on the
//! one that stays, and nothing that refers to the other row is lost.

use kernel::{Error, Result, Tx};
use serde_json::Value as Json;

use super::{
    Given, Operation, Run,
    dataverse::{content, reference},
};

/// See the module.
pub const OPERATIONS: &[Operation] = &[Operation {
    name: "Merge",
    bound_to: None,
    parameters: &[
        ("Target", "crmbaseentity"),
        ("Subordinate", "crmbaseentity"),
        ("UpdateContent", "crmbaseentity"),
        ("PerformParentingChecks", "Edm.Boolean"),
    ],
    returns: &[],
    about: "The subordinate contact, account or lead goes into the target: rows that refer to it refer to the target, and it stays inactive. UpdateContent is written to the target. Of two contacts the newest act of the person decides about the consent, and a no on either stays.",
    errors: &[
        ("0x80040217", "one of them does not exist"),
        ("0x80040265", "one of them was merged before"),
        ("0x80048d19", "they are of different entities, or of one that is not merged"),
    ],
    source: "spec/web-api.md 3.16",
    run: Run::Action(merge),
}];

fn merge(tx: &mut Tx<'_>, given: &Given) -> Result<Json> {
    let (entity, keep) = reference(tx, given, "Target")?;
    let (other, lose) = reference(tx, given, "Subordinate")?;
    if other != entity {
        return Err(Error::invalid("Subordinate", format!("is a row of {other}; the target is one of {entity}")));
    }
    tx.get(&entity, keep)?;
    tx.get(&entity, lose)?;
    let model = tx.model();
    let values = content(tx, given, "UpdateContent", model.entity(&entity)?)?;
    privacy::merge::rows(tx, &entity, keep, lose)?;
    tx.update(&entity, keep, values)?;
    Ok(Json::Null)
}

//! Putting the draft of a live journey in force.
//!
//! The designer keeps what is not published yet beside the running definition, in a column that no tile reads. *Not* the
//! designer's check of who would be lost. Invariant: the journey is unlocked, changed, checked and locked again in one
//! transaction, so no break leaves it half-way, and what is refused changes nothing.

use kernel::{Error, Phrase, Result, Tx, Values, access, uuid::Uuid};
use serde_json::{Map, Value as Json};

use super::ENTITY;
use crate::lifecycle::{LIVE, LIVE_EDITABLE};

const DEFINITION: &str = "msdyncrm_workflowdefinition";
const STATE: &str = "msdyncrm_customerjourneydesignerstate";
/// Where the designer's state keeps the draft.
const DRAFT: &str = "Draft";

/// Puts the draft of a live journey in force; with a version, only as long as nobody changed the journey since.
///
/// # Errors
/// `Conflict` when it is not live or has no draft, `Stale` when the version differs, `Invalid` naming what keeps the
/// draft from running.
pub fn publish(tx: &mut Tx<'_>, id: Uuid, version: Option<i64>) -> Result<()> {
    let row = tx.get(ENTITY, id)?;
    // Whoever may not change it learns nothing of its draft.
    access::check_row(tx, tx.model().entity(ENTITY)?, id, access::Privilege::Write)?;
    if row.get("statuscode").as_int() != Some(LIVE) {
        let text = "only what is live has a draft to publish; a journey that is not is changed as it stands";
        return Err(Error::conflict("statuscode", Phrase::new("draft-not-live", text)));
    }
    let mut state: Map<String, Json> = serde_json::from_str(row.text(STATE)).unwrap_or_default();
    let draft = state.remove(DRAFT).filter(|it| !it.is_null());
    let draft = draft.ok_or_else(|| {
        let text = "there is no draft to publish; change the journey first";
        Error::conflict(STATE, Phrase::new("draft-none", text))
    })?;
    let unlock = Values::new().with("statuscode", LIVE_EDITABLE);
    match version {
        Some(version) => tx.update_version(ENTITY, id, version, unlock)?,
        None => tx.update(ENTITY, id, unlock)?,
    };
    let put = Values::new()
        .with(DEFINITION, draft.to_string())
        .with(STATE, Json::Object(state).to_string())
        .with("statuscode", LIVE);
    tx.update(ENTITY, id, put)?;
    Ok(())
}

//! Members that somebody picks or takes out by hand.
//!
//! *Not* the members that a filter finds. Invariant: only a static segment is changed by hand; who is in a
//! dynamic one follows from its filter alone.

use kernel::{Change, Error, Op, Result, Tx, Values, jobs, uuid::Uuid};
use serde_json::json;

use super::{ENTITY, EVALUATE, Segment, compound, count_again};
use crate::interaction;

fn segment_of(change: &Change) -> Option<Uuid> {
    change.new_value("assent_segmentid").as_guid()
}

/// Rule before a member is picked or taken out.
pub(crate) fn before_hand(tx: &mut Tx<'_>, change: &mut Change) -> Result<()> {
    let Some(segment) = segment_of(change).filter(|_| tx.is_asked()) else { return Ok(()) };
    let row = tx.elevated("members by hand").find(ENTITY, segment)?;
    match row.as_ref().map(Segment::read).transpose()? {
        Some(it) if !it.is_static() => {
            let text = "the members of a dynamic segment follow from its filter; change the filter, or pick members in a static segment";
            Err(Error::conflict("assent_segmentid", text))
        }
        _ => Ok(()),
    }
}

/// Rule after a member came or went: segments that ask for these members are evaluated again, and what was
/// done by hand is counted and kept.
pub(crate) fn after_hand(tx: &mut Tx<'_>, change: &mut Change) -> Result<()> {
    let Some(segment) = segment_of(change) else { return Ok(()) };
    let now = tx.now();
    if change.op == Op::Delete {
        for it in compound::dependents(&tx.elevated("compound segments"), segment)? {
            jobs::enqueue(tx, EVALUATE, Some(&format!("segment:{it}")), &json!({ "segment": it }), now)?;
        }
    }
    if !tx.is_asked() {
        return Ok(());
    }
    count_again(tx, segment)?;
    let Some(contact) = change.old("assent_contactid").as_guid().filter(|_| change.op == Op::Delete) else {
        return Ok(());
    };
    let more = Values::new().with("assent_segmentid", segment).with("assent_detail", "taken out by hand");
    interaction::record(tx, interaction::LEFT, contact, more).map(|_| ())
}

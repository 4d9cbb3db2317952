//! How many members a segment had, time by time.
//!
//! *Not* kept anew: each change of the size is in the audit trail of the segment's row. Invariant: it says
//! numbers only, so whoever may read the segment may read it.

use jiff::Timestamp;
use kernel::{Result, Rx, audit::history, uuid::Uuid};
use serde::Serialize;

use super::{ENTITY, Segment};

/// The size from a time on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Size {
    /// When it was counted.
    pub at: Timestamp,
    /// The members.
    pub size: i64,
}

/// The sizes that were counted, the earliest first.
///
/// # Errors
/// `NotFound` when there is no such segment; `Forbidden`.
pub fn growth(rx: &Rx<'_>, id: Uuid) -> Result<Vec<Size>> {
    Segment::get(rx, id)?;
    let changes = history::of_record(&rx.elevated("segment growth"), ENTITY, id)?;
    let sizes = changes.into_iter().filter_map(|it| {
        let size = it.values.get("msdyncrm_segmentsize")?.as_array()?.get(1)?.as_i64()?;
        Some(Size { at: it.at, size })
    });
    Ok(sizes.collect())
}

//! The kinds of tile: one file each, one line in the list below.
//!
//! A tile decides, `run` persists. *Not* aware of other tiles. Invariant: `enter` and `resume` have no
//! effect but what they write in the transaction, so a step that fails leaves nothing.

mod audience;
pub(super) mod email;
mod if_then;
pub(super) mod splitter;
mod task;
mod wait;

use jiff::Timestamp;
use kernel::{Error, Record, Result, Rx, Tx};

use super::{Activity, CustomerJourney, Definition, Participant};
use crate::lifecycle::Problem;

/// What a tile wants to happen next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// On to the tile on this outlet; the end when there is none.
    Go(&'static str),
    /// On to the tile on this branch of a splitter, from 0; the end when there is none.
    Branch(i64),
    /// Stay here until then.
    WaitUntil(Timestamp),
    /// Stay here until something happens, at most until then.
    WaitFor {
        /// What is waited for, in words.
        event: String,
        /// When waiting ends.
        until: Timestamp,
    },
    /// The person leaves the journey.
    Stop(&'static str),
}

/// A participant at a tile.
pub struct Step<'s> {
    /// The journey.
    pub journey: &'s CustomerJourney,
    /// The tile.
    pub tile: &'s Activity,
    /// The participant.
    pub participant: &'s Participant,
    /// The person.
    pub contact: &'s Record,
}

/// A kind of tile.
pub trait Tile: Sync {
    /// The name in definitions.
    fn kind(&self) -> &'static str;
    /// What keeps a journey with this tile from going live.
    ///
    /// # Errors
    /// `Invalid` for a setting that cannot be read, which is a problem like the others; those of reading.
    fn check(
        &self,
        rx: &Rx<'_>,
        tile: &Activity,
        definition: &Definition,
        journey: &CustomerJourney,
    ) -> Result<Vec<Problem>>;
    /// A participant comes to the tile.
    ///
    /// # Errors
    /// Those of the write path.
    fn enter(&self, tx: &mut Tx<'_>, step: &Step<'_>) -> Result<Next>;
    /// A participant who waited here is looked at again.
    ///
    /// # Errors
    /// Those of the write path.
    fn resume(&self, _tx: &mut Tx<'_>, _step: &Step<'_>) -> Result<Next> {
        Ok(Next::Go("default"))
    }
}

/// Every kind, by name.
pub const TILES: &[&dyn Tile] = &[
    &task::Task,
    &email::Email,
    &audience::Form,
    &wait::Wait,
    &audience::Segment,
    &splitter::Splitter,
    &if_then::IfThen,
];

/// The kind of that name.
///
/// # Errors
/// `Invalid` listing the kinds.
pub fn of(kind: &str) -> Result<&'static dyn Tile> {
    TILES.iter().find(|it| it.kind() == kind).copied().ok_or_else(|| {
        let known: Vec<&str> = TILES.iter().map(|it| it.kind()).collect();
        Error::invalid("ActivityTypeId", format!("there is no tile '{kind}'; known are {}", known.join(", ")))
    })
}

/// An instant some time later, as in `P2D` or `PT4H`.
pub(crate) fn later(now: Timestamp, duration: &str) -> Option<Timestamp> {
    let span: jiff::Span = duration.parse().ok()?;
    now.to_zoned(jiff::tz::TimeZone::UTC).checked_add(span).ok().map(|it| it.timestamp())
}

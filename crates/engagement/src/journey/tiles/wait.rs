//! Wait for a time, or until an instant.
//!
//! *Not* for events (`if_then`). Invariant: the time is counted from the participant's own arrival.

use kernel::{Error, Phrase, Result, Rx, Tx};

use super::{Next, Step, Tile, later};
use crate::{
    journey::{Activity, CustomerJourney, Definition},
    lifecycle::Problem,
};

/// `Duration` (`P2D`) or `Until` (`2026-12-01T09:00:00Z`).
pub struct Wait;

impl Tile for Wait {
    fn kind(&self) -> &'static str {
        "Scheduler"
    }
    fn check(&self, rx: &Rx<'_>, tile: &Activity, _: &Definition, _: &CustomerJourney) -> Result<Vec<Problem>> {
        until(rx, tile).map(|_| Vec::new())
    }
    fn enter(&self, tx: &mut Tx<'_>, step: &Step<'_>) -> Result<Next> {
        let until = until(tx, step.tile)?;
        Ok(if until <= tx.now() { Next::Go("default") } else { Next::WaitUntil(until) })
    }
    fn resume(&self, tx: &mut Tx<'_>, step: &Step<'_>) -> Result<Next> {
        Ok(match step.participant.due_on {
            Some(due) if due > tx.now() => Next::WaitUntil(due),
            _ => Next::Go("default"),
        })
    }
}

fn until(rx: &Rx<'_>, tile: &Activity) -> Result<jiff::Timestamp> {
    match (tile.text("Duration"), tile.text("Until")) {
        (Some(duration), None) => later(rx.now(), duration).filter(|it| *it >= rx.now()).ok_or_else(|| {
            Error::invalid(
                tile.place(),
                Phrase::new("tile-duration", "the Duration is not one; write P2D for two days or PT4H for four hours"),
            )
        }),
        (None, Some(instant)) => instant.parse().map_err(|_| {
            Error::invalid(
                tile.place(),
                Phrase::new("tile-until", "Until is not an instant; write 2026-12-01T09:00:00Z"),
            )
        }),
        _ => Err(Error::invalid(tile.place(), Phrase::new("tile-wait", "name either a Duration or Until"))),
    }
}

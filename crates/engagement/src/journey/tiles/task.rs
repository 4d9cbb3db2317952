//! Makes a task that is about the person (`spec/marketing.md` 12).
//!
//! *Not* other activities yet. Invariant: one task for each participant who comes here, in the
//! transaction that moves them on.

use kernel::{Phrase, Result, Rx, Tx, Values};

use super::{Next, Step, Tile, later};
use crate::{
    journey::{Activity, CustomerJourney, Definition},
    lifecycle::Problem,
};

/// `Subject`, `Description`, `DueIn` (`P30D`), `Owner` (a systemuser).
pub struct Task;

impl Tile for Task {
    fn kind(&self) -> &'static str {
        "CreateCrmActivity"
    }
    fn check(&self, rx: &Rx<'_>, tile: &Activity, _: &Definition, _: &CustomerJourney) -> Result<Vec<Problem>> {
        let mut found = Vec::new();
        if tile.text("Type").is_some_and(|it| it != "task") {
            found.push(Problem::error(
                tile.place(),
                Phrase::new("tile-task-type", "only tasks can be made here; write \"Type\": \"task\""),
            ));
        }
        if tile.text("Subject").is_none_or(|it| it.trim().is_empty()) {
            found.push(Problem::error(tile.place(), Phrase::new("tile-task-subject", "the Subject is missing")));
        }
        if tile.text("DueIn").is_some_and(|it| later(rx.now(), it).is_none()) {
            found.push(Problem::error(
                tile.place(),
                Phrase::new("tile-task-due", "DueIn is not a duration; write P30D for thirty days"),
            ));
        }
        if tile.setting("Owner").is_some() {
            match tile.reference("Owner") {
                Ok(user) if rx.find("systemuser", user)?.is_some() => {}
                Ok(_) => {
                    found.push(Problem::error(tile.place(), Phrase::new("tile-task-owner", "the Owner is not a user")));
                }
                Err(error) => found.push(Problem::error(tile.place(), error.phrase())),
            }
        }
        Ok(found)
    }
    fn enter(&self, tx: &mut Tx<'_>, step: &Step<'_>) -> Result<Next> {
        let mut values = Values::new()
            .with("subject", step.tile.text("Subject").unwrap_or_default())
            .with("description", step.tile.text("Description"))
            .with("regardingobjectid", ("contact", step.contact.id))
            .with("assent_journeyid", step.journey.id)
            .with("scheduledstart", tx.now())
            .with("scheduledend", step.tile.text("DueIn").and_then(|it| later(tx.now(), it)));
        if step.tile.setting("Owner").is_some() {
            values.set("ownerid", step.tile.reference("Owner")?);
        }
        tx.create("task", values)?;
        Ok(Next::Go("default"))
    }
}

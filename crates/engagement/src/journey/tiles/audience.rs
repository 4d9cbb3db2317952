//! The first tiles: who takes part. Members of a segment, or those who submit a form.
//!
//! *Not* the taking in (`enter`). Invariant: a participant never stands here; they begin at the tile
//! below.

use kernel::{Phrase, Result, Rx, Tx};

use super::{Next, Step, Tile};
use crate::{
    form::MarketingForm,
    journey::{Activity, CustomerJourney, Definition},
    lifecycle::Problem,
    segment,
};

/// Members of a segment, also those who join while the journey is live.
pub struct Segment;

impl Tile for Segment {
    fn kind(&self) -> &'static str {
        "Segment"
    }
    fn check(&self, rx: &Rx<'_>, tile: &Activity, _: &Definition, _: &CustomerJourney) -> Result<Vec<Problem>> {
        let id = tile.reference("ItemId")?;
        Ok(match rx.find(segment::ENTITY, id)? {
            None => {
                vec![Problem::error(tile.place(), Phrase::new("tile-segment-missing", "the segment does not exist"))]
            }
            Some(row) if !segment::Segment::read(&row)?.is_live() => {
                vec![Problem::error(
                    tile.place(),
                    Phrase::new("tile-segment-not-live", "the segment is not live; let it go live first"),
                )]
            }
            Some(_) => Vec::new(),
        })
    }
    fn enter(&self, _: &mut Tx<'_>, _: &Step<'_>) -> Result<Next> {
        Ok(Next::Go("default"))
    }
}

/// Those who submit a form while the journey is live.
pub struct Form;

impl Tile for Form {
    fn kind(&self) -> &'static str {
        "MarketingForm"
    }
    fn check(&self, rx: &Rx<'_>, tile: &Activity, _: &Definition, _: &CustomerJourney) -> Result<Vec<Problem>> {
        let id = tile.reference("ItemId")?;
        let Some(row) = rx.find(crate::form::ENTITY, id)? else {
            return Ok(vec![Problem::error(tile.place(), Phrase::new("tile-form-missing", "the form does not exist"))]);
        };
        let form = MarketingForm::read(&row)?;
        let mut found = Vec::new();
        if !form.is_live() {
            found.push(Problem::error(
                tile.place(),
                Phrase::new("tile-form-not-live", "the form is not live; let it go live first"),
            ));
        }
        if form.update == Some(3) {
            found.push(Problem::error(
                tile.place(),
                Phrase::new("tile-form-updates", "a form that updates nothing cannot begin a journey"),
            ));
        }
        Ok(found)
    }
    fn enter(&self, _: &mut Tx<'_>, _: &Step<'_>) -> Result<Next> {
        Ok(Next::Go("default"))
    }
}

//! How a journey stands: counts per tile, and why people left.
//!
//! *Not* kept; counted when asked for. Invariant: the counts of all tiles together are all participants.

use std::collections::BTreeMap;

use kernel::{Query, Result, Rx, uuid::Uuid};
use serde::Serialize;

use super::{CustomerJourney, PARTICIPANT};
use crate::interaction;

/// What is counted of the mails of a tile.
const MAILS: &[&str] = &["EmailSent", "EmailOpened", "EmailClicked", "EmailSendingFailed"];

/// The counts of one tile.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct TileStanding {
    /// The tile.
    pub tile: String,
    /// What people read.
    pub name: Option<String>,
    /// Its kind.
    pub kind: String,
    /// Standing there, about to move.
    pub in_progress: usize,
    /// Waiting there.
    pub waiting: usize,
    /// Ended there.
    pub finished: usize,
    /// Stopped there, by reason.
    pub stopped: BTreeMap<String, usize>,
    /// What became of the mails of the tile, by the type of interaction.
    pub mails: BTreeMap<&'static str, u64>,
    /// Mails withheld there, by reason.
    pub blocked: BTreeMap<String, usize>,
}

/// The counts of a journey.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Standing {
    /// Its name.
    pub name: String,
    /// Whether it runs.
    pub live: bool,
    /// The minimum consent.
    pub minimum_consent: String,
    /// All participants.
    pub participants: usize,
    /// Tile by tile.
    pub tiles: Vec<TileStanding>,
}

/// Counts where the participants of a journey are.
///
/// # Errors
/// `NotFound` when there is no such journey; `Forbidden`.
pub fn standing(rx: &Rx<'_>, id: Uuid) -> Result<Standing> {
    let journey = CustomerJourney::get(rx, id)?;
    let mut tiles: Vec<TileStanding> = journey.tiles().map_or_else(
        |_| Vec::new(),
        |it| {
            let shown = |it: &super::Activity| TileStanding {
                tile: it.id.clone(),
                name: it.name.clone(),
                kind: it.kind.clone(),
                ..TileStanding::default()
            };
            it.tiles().iter().map(shown).collect()
        },
    );
    let query =
        Query::on(PARTICIPANT).eq("assent_journeyid", id).select(&["assent_tile", "statuscode", "assent_stopreason"]);
    let rows = rx.rows(&query)?;
    for row in &rows {
        let tile = row.text("assent_tile");
        let place = match tiles.iter().position(|it| it.tile == tile) {
            Some(at) => at,
            None => {
                tiles.push(TileStanding { tile: tile.to_owned(), ..TileStanding::default() });
                tiles.len() - 1
            }
        };
        let Some(counts) = tiles.get_mut(place) else { continue };
        match row.get("statuscode").as_int() {
            Some(super::IN_PROGRESS) => counts.in_progress += 1,
            Some(super::WAITING) => counts.waiting += 1,
            Some(super::FINISHED) => counts.finished += 1,
            _ => *counts.stopped.entry(row.text("assent_stopreason").to_owned()).or_default() += 1,
        }
    }
    for tile in tiles.iter_mut().filter(|it| it.kind == "Email") {
        mails(rx, id, tile)?;
    }
    Ok(Standing {
        live: journey.is_live(),
        minimum_consent: journey.required()?.to_string(),
        name: journey.name,
        participants: rows.len(),
        tiles,
    })
}

fn mails(rx: &Rx<'_>, journey: Uuid, tile: &mut TileStanding) -> Result<()> {
    let of_tile = Query::on(interaction::ENTITY)
        .eq("assent_journeyid", journey)
        .eq("assent_activityid", tile.tile.as_str())
        .filter(interaction::BY_PERSONS)?;
    for kind in MAILS {
        tile.mails.insert(kind, rx.count(&of_tile.clone().eq("assent_type", *kind))?);
    }
    for row in rx.rows(&of_tile.eq("assent_type", "EmailBlocked").select(&["assent_detail"]))? {
        *tile.blocked.entry(row.text("assent_detail").to_owned()).or_default() += 1;
    }
    Ok(())
}

//! `assent journey`: how customer journeys stand, and their life.
//!
//! *Not* a designer. Invariant: a journey goes live only when its check finds no error.

use std::path::{Path, PathBuf};

use clap::Subcommand;
use engagement::{
    email, form,
    journey::{self, CustomerJourney},
    segment,
};
use kernel::{Error, Query, Result, Rx, Values, uuid::Uuid};
use privacy::consent::Level;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use super::{named::one, status};
use crate::{
    cli::path,
    engine::Engine,
    out::{Exit, Out},
};

/// Shown below `--help`.
pub const EXAMPLE: &str = "\
Example:
  assent journey create \"Welcome\" --tiles examples/journey.json --minimum-consent marketing --live
  assent journey check \"Welcome\" && assent journey live \"Welcome\"
  assent journey show \"Welcome\"";

/// What to do with journeys.
#[derive(Debug, Clone, Subcommand, Serialize, Deserialize)]
pub enum Journey {
    /// List journeys
    #[command(after_help = "Example:\n  assent journey list --json")]
    List,
    /// Make a journey of a file of tiles; prints its identifier
    #[command(after_help = EXAMPLE)]
    Create {
        /// Its name
        name: String,
        /// A JSON array of activities; an ItemId may be a name
        #[arg(long, value_name = "FILE.json", value_parser = path())]
        tiles: PathBuf,
        /// The level of consent that taking part needs
        #[arg(long, value_name = "LEVEL", default_value = "none")]
        minimum_consent: String,
        /// Let it go live at once
        #[arg(long)]
        live: bool,
    },
    /// Count where the participants are, and why some left
    #[command(after_help = EXAMPLE)]
    Show {
        /// Name or identifier
        journey: String,
    },
    /// Count who of its audience would get the first mail now, and why others would not
    #[command(after_help = "Example:\n  assent journey dry-run \"Welcome\"")]
    DryRun {
        /// Name or identifier
        journey: String,
    },
    /// Look for errors; ends with 1 when there are some
    #[command(after_help = EXAMPLE)]
    Check {
        /// Name or identifier
        journey: String,
    },
    /// Let it go live
    #[command(after_help = EXAMPLE)]
    Live {
        /// Name or identifier
        journey: String,
    },
    /// Stop it
    #[command(after_help = "Example:\n  assent journey stop \"Welcome\"")]
    Stop {
        /// Name or identifier
        journey: String,
    },
}

/// Runs the command.
///
/// # Errors
/// `NotFound` for an unknown journey, `Invalid` with what stands against going live.
pub fn run(engine: &Engine, command: &Journey, out: &mut Out) -> Result<Exit> {
    let find =
        |text: &str| engine.db.read(&engine.cx, |rx| one(rx, journey::ENTITY, "msdyncrm_name", text)).map(|it| it.id);
    match command {
        Journey::List => {
            let query = Query::on(journey::ENTITY).order("msdyncrm_name asc")?;
            let all = engine.db.read(&engine.cx, |rx| CustomerJourney::rows(rx, &query))?;
            let (mut text, mut list) = (String::new(), Vec::new());
            for it in &all {
                let (state, level) = (status::word(engine, journey::ENTITY, it.status), it.required()?.to_string());
                text.push_str(&format!("{}  {state:<14} {level:<14} {}\n", it.id, it.name));
                list.push(json!({ "id": it.id, "name": it.name, "state": state, "minimum_consent": level }));
            }
            out.answer(&list.into(), text)?;
        }
        Journey::Create { name, tiles, minimum_consent, live } => {
            let id = create(engine, name, tiles, minimum_consent)?;
            if *live {
                status::ask(engine, journey::ENTITY, id, "Going live")?;
            }
            out.answer(&json!({ "id": id, "state": if *live { "live" } else { "draft" } }), id.to_string())?;
        }
        Journey::Show { journey } => {
            let id = find(journey)?;
            let standing = engine.db.read(&engine.cx, |rx| journey::standing(rx, id))?;
            let state = if standing.live { "live" } else { "not live" };
            let mut text = format!(
                "{} ({state}), minimum consent {}, {} participants\n",
                standing.name, standing.minimum_consent, standing.participants
            );
            for it in &standing.tiles {
                let name = it.name.as_deref().unwrap_or(&it.tile);
                text.push_str(&format!(
                    "  {:<18} {name:<20} moving {}, waiting {}, finished {}\n",
                    it.kind, it.in_progress, it.waiting, it.finished
                ));
                for (reason, count) in &it.stopped {
                    text.push_str(&format!("      stopped {count}: {reason}\n"));
                }
            }
            out.answer(&serde_json::to_value(&standing)?, text)?;
        }
        Journey::DryRun { journey } => {
            let id = find(journey)?;
            let told = engine.db.read(&engine.cx, |rx| journey::rehearse(rx, id))?;
            let mut text = format!(
                "{} ({}): {} of {} would get the first mail now\n",
                told.name,
                if told.live { "live" } else { "not live" },
                told.would_get,
                told.audience
            );
            for (tile, count) in &told.by_tile {
                text.push_str(&format!("  {count:>8}  get the mail of tile {tile}\n"));
            }
            for (reason, count) in &told.would_not {
                text.push_str(&format!("  {count:>8}  do not: {reason}\n"));
            }
            if told.forms > 0 {
                text.push_str("  those who submit its form are not counted\n");
            }
            out.answer(&serde_json::to_value(&told)?, text)?;
        }
        Journey::Check { journey } => {
            let id = find(journey)?;
            let problems = engine.db.read(&engine.cx, |rx| journey::check(rx, &CustomerJourney::get(rx, id)?))?;
            let errors = problems.iter().filter(|it| !it.warning).count();
            let mut text: String = problems
                .iter()
                .map(|it| format!("{}: {}: {}\n", if it.warning { "warning" } else { "error" }, it.place, it.text))
                .collect();
            if problems.is_empty() {
                text.push_str("no errors\n");
            }
            out.answer(&json!({ "ok": errors == 0, "problems": problems }), text)?;
            if errors > 0 {
                return Ok(Exit::Negative);
            }
        }
        Journey::Live { journey } => {
            let id = find(journey)?;
            status::ask(engine, journey::ENTITY, id, "Going live")?;
            out.answer(&json!({ "id": id, "state": "live" }), "live")?;
        }
        Journey::Stop { journey } => {
            let id = find(journey)?;
            status::ask(engine, journey::ENTITY, id, "Stopping")?;
            out.answer(&json!({ "id": id, "state": "stopped" }), "stopped")?;
        }
    }
    Ok(Exit::Done)
}

fn create(engine: &Engine, name: &str, tiles: &Path, minimum_consent: &str) -> Result<Uuid> {
    let place = tiles.display().to_string();
    let text =
        std::fs::read_to_string(tiles).map_err(|error| Error::invalid(place.as_str(), error.kind().to_string()))?;
    let mut definition: Json = serde_json::from_str(&text).map_err(|error| Error::from(error).at(&place))?;
    let level = Level::of_word(minimum_consent)?;
    engine.db.read(&engine.cx, |rx| resolve_names(rx, &mut definition))?;
    let values = Values::new()
        .with("msdyncrm_name", name)
        .with("msdyncrm_workflowdefinition", definition.to_string())
        .with("msgdpr_requiredconsent", level.option());
    engine.db.write(&engine.cx, move |tx| tx.create(journey::ENTITY, values.clone()))
}

/// People write names where a definition has identifiers.
fn resolve_names(rx: &Rx<'_>, definition: &mut Json) -> Result<()> {
    for tile in definition.as_array_mut().into_iter().flatten() {
        let (entity, column) = match tile.get("ActivityTypeId").and_then(Json::as_str) {
            Some("Segment") => (segment::ENTITY, "msdyncrm_segmentname"),
            Some("MarketingForm") => (form::ENTITY, "msdyncrm_name"),
            Some("Email") => (email::ENTITY, "msdyncrm_name"),
            _ => continue,
        };
        let item = tile.pointer_mut("/Properties/Items/0/ItemId");
        if let Some(item) = item.filter(|it| it.as_str().is_some_and(|it| it.parse::<Uuid>().is_err())) {
            let named = item.as_str().unwrap_or_default().to_owned();
            *item = Json::from(one(rx, entity, column, &named)?.id.to_string());
        }
    }
    Ok(())
}

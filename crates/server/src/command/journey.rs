//! `assent journey`: how customer journeys stand, and their life.
//!
//! *Not* a designer. Invariant: a journey goes live only when its check finds no error.

use clap::Subcommand;
use engagement::journey::{self, CustomerJourney};
use kernel::{Query, Result};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{consent::one, status};
use crate::{
    engine::Engine,
    out::{Exit, Out},
};

/// Shown below `--help`.
pub const EXAMPLE: &str = "\
Example:
  assent journey check \"Welcome\" && assent journey live \"Welcome\"
  assent journey show \"Welcome\"";

/// What to do with journeys.
#[derive(Debug, Clone, Subcommand, Serialize, Deserialize)]
pub enum Journey {
    /// List journeys
    #[command(after_help = "Example:\n  assent journey list --json")]
    List,
    /// Count where the participants are, and why some left
    #[command(after_help = EXAMPLE)]
    Show {
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

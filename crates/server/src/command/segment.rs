//! `assent segment`: who belongs to a segment, and its life.
//!
//! *Not* a permit to write to anybody. Invariant: the numbers are exact at the moment of the answer.

use clap::Subcommand;
use engagement::segment::{self, Segment as Stored};
use kernel::{Query, Result, Values};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{named::one, status};
use crate::{
    engine::Engine,
    out::{Exit, Out},
};

/// Shown below `--help`.
pub const EXAMPLE: &str = "\
Example:
  assent segment count \"address1_city eq 'Northfield' and msgdpr_gdprconsent ge 587030003\"
  assent segment create \"Northfield\" --filter \"address1_city eq 'Northfield'\" --live
  assent segment evaluate \"Northfield\"";

const NAME: &str = "msdyncrm_segmentname";

/// What to do with segments.
#[derive(Debug, Clone, Subcommand, Serialize, Deserialize)]
pub enum Segment {
    /// List segments with their sizes
    #[command(after_help = "Example:\n  assent segment list --json")]
    List,
    /// Count the contacts that a filter finds, without keeping anything
    #[command(after_help = EXAMPLE)]
    Count {
        /// An OData filter over contacts
        filter: String,
    },
    /// Make a segment; prints its identifier
    #[command(after_help = EXAMPLE)]
    Create {
        /// Its name
        name: String,
        /// An OData filter over contacts
        #[arg(long)]
        filter: String,
        /// Let it go live at once
        #[arg(long)]
        live: bool,
    },
    /// Bring the members in line with the filter now
    #[command(after_help = "Example:\n  assent segment evaluate \"Northfield\"")]
    Evaluate {
        /// Name or identifier
        segment: String,
    },
    /// Let it go live
    #[command(after_help = "Example:\n  assent segment live \"Northfield\"")]
    Live {
        /// Name or identifier
        segment: String,
    },
    /// Stop it
    #[command(after_help = "Example:\n  assent segment stop \"Northfield\"")]
    Stop {
        /// Name or identifier
        segment: String,
    },
}

/// Runs the command.
///
/// # Errors
/// `Invalid` naming the mistake in the filter, `NotFound` for an unknown segment.
pub fn run(engine: &Engine, command: &Segment, out: &mut Out) -> Result<Exit> {
    let find = |text: &str| engine.db.read(&engine.cx, |rx| one(rx, segment::ENTITY, NAME, text)).map(|it| it.id);
    match command {
        Segment::List => {
            let query = Query::on(segment::ENTITY).order("msdyncrm_segmentname asc")?;
            let all = engine.db.read(&engine.cx, |rx| Stored::rows(rx, &query))?;
            let (mut text, mut list) = (String::new(), Vec::new());
            for it in &all {
                let state = status::word(engine, segment::ENTITY, it.status);
                let size = it.size.map_or_else(|| "-".to_owned(), |it| it.to_string());
                text.push_str(&format!("{}  {state:<14} {size:>9}  {}\n", it.id, it.name));
                list.push(json!({ "id": it.id, "name": it.name, "state": state, "size": it.size, "filter": it.query }));
            }
            out.answer(&list.into(), text)?;
        }
        Segment::Count { filter } => {
            let count = engine.db.read(&engine.cx, |rx| segment::count(rx, filter))?;
            out.answer(&json!({ "count": count }), count.to_string())?;
        }
        Segment::Create { name, filter, live } => {
            let values = Values::new().with(NAME, name.as_str()).with("msdyncrm_segmentquery", filter.as_str());
            let id = engine.db.write(&engine.cx, move |tx| tx.create(segment::ENTITY, values.clone()))?;
            if *live {
                status::ask(engine, segment::ENTITY, id, "Going live")?;
            }
            out.answer(&json!({ "id": id, "name": name }), id.to_string())?;
        }
        Segment::Evaluate { segment } => {
            let id = find(segment)?;
            let size = engine.db.write(&engine.cx, move |tx| segment::evaluate(tx, id))?;
            out.answer(&json!({ "id": id, "size": size }), size.to_string())?;
        }
        Segment::Live { segment } => {
            let id = find(segment)?;
            status::ask(engine, segment::ENTITY, id, "Going live")?;
            out.answer(&json!({ "id": id, "state": "live" }), "live")?;
        }
        Segment::Stop { segment } => {
            let id = find(segment)?;
            status::ask(engine, segment::ENTITY, id, "Stopping")?;
            out.answer(&json!({ "id": id, "state": "stopped" }), "stopped")?;
        }
    }
    Ok(Exit::Done)
}

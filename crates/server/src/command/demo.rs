//! `assent demo`: a store with a synthetic organisation, served, for a first look.
//!
//! *Not* for real data: it takes only a folder that it made itself. Invariant: nothing leaves the
//! machine, whatever the configuration says.

use std::{net::SocketAddr, sync::Arc};

use clap::Args;
use engagement::demo;
use kernel::{Error, Result, setting};
use serde_json::json;

use super::{init, serve};
use crate::{
    config::Config,
    engine::{self, Engine},
    local::ask,
    out::{Exit, Out},
};

/// Shown below `--help`.
pub const EXAMPLE: &str = "\
Makes the folder when it is not there (./assent-demo, or --data), fills it with people about nobody,
serves it, and prints a link to sign in. Mail stays in the outbox.

Example:
  assent demo --listen 127.0.0.1:8080";

/// The folder where nothing else was said.
pub const FOLDER: &str = "assent-demo";

/// The setting by which a demo's store is known.
const MARK: &str = "demo.seed";

/// How big, and where.
#[derive(Debug, Clone, Args)]
pub struct Demo {
    /// Address and port; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// So many people
    #[arg(long, default_value_t = 500, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    contacts: u32,
    /// Another seed gives other people
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Make the store and end
    #[arg(long)]
    prepare_only: bool,
}

/// Makes and serves the demo.
///
/// # Errors
/// `Conflict` for a folder with a store of somebody's own, `Unavailable` when it is in use.
pub fn run(args: &Demo, mut config: Config, out: &mut Out) -> Result<Exit> {
    if !args.prepare_only {
        serve::start_log(&config.log.level)?;
    }
    config.mail.smtp_url.clear();
    config.organisation.name = demo::ORGANISATION.to_owned();
    config.mail.postal_address = demo::ADDRESS.to_owned();
    let folder = config.data.clone();
    let is_new = !engine::is_store(&config)?;
    if is_new {
        init::make_folder(&folder)?;
    }
    // Before a store of somebody's own is written to, its mark is looked for.
    let engine = Engine::open_if(ask::own(&folder, 1)?, config, |rx| match setting::get(rx, MARK)? {
        None if !is_new => {
            let text = format!("{} holds a store that is not a demo's; choose another --data", folder.display());
            Err(Error::conflict("--data", text))
        }
        _ => Ok(()),
    })?;
    if is_new {
        out.note(&format!("making {} synthetic people", args.contacts))?;
        let (contacts, seed) = (usize::try_from(args.contacts).unwrap_or(usize::MAX), args.seed);
        engine.db.write(&engine.cx.because("demo"), move |tx| {
            setting::set(tx, MARK, &seed.to_string())?;
            demo::load(tx, contacts, seed)
        })?;
    }
    if args.prepare_only {
        let shown = folder.display().to_string();
        out.answer(&json!({ "data": shown, "made": is_new }), format!("the demo's store is in {shown}"))?;
        return Ok(Exit::Done);
    }
    serve::until_stopped(&Arc::new(engine), args.listen, true, out)
}

//! `assent codegen`: source code for programs that use a service, from its `$metadata`.
//!
//! *Not* about the store of this machine: it works with any service that speaks OData. Invariant: the same document gives
//! the same text, so that what is generated can be kept under version control.

mod rust;

use std::path::PathBuf;

use clap::Subcommand;
use kernel::{Error, Result};
use odata::Csdl;
use serde_json::json;

use crate::{
    cli::path,
    out::{Exit, Out},
};

/// Shown below `--help`.
pub const EXAMPLE: &str = "\
Example:
  assent codegen rust --url https://records.example --token-file ./token --entities contact,lead -o tables.rs";

/// Which language.
#[derive(Debug, Clone, Subcommand)]
pub enum Codegen {
    /// Structs for the crate assent-client, one for each entity
    #[command(after_help = EXAMPLE)]
    Rust {
        /// The address of the service, such as https://records.example
        #[arg(long, required_unless_present = "metadata")]
        url: Option<String>,
        /// A file with the token to send; else ASSENT_TOKEN
        #[arg(long, value_name = "FILE", value_parser = path(), conflicts_with = "metadata")]
        token_file: Option<PathBuf>,
        /// The token itself
        #[arg(long, env = "ASSENT_TOKEN", hide_env_values = true, hide = true)]
        token: Option<String>,
        /// A PEM file with authorities to trust beside those of the operating system
        #[arg(long, value_name = "FILE", value_parser = path(), conflicts_with = "metadata")]
        ca: Option<PathBuf>,
        /// A $metadata document that is at hand, instead of a service
        #[arg(long, value_name = "FILE", value_parser = path(), conflicts_with = "url")]
        metadata: Option<PathBuf>,
        /// The entities, by their logical names, separated by commas
        #[arg(long, required = true, value_delimiter = ',', value_name = "NAMES")]
        entities: Vec<String>,
        /// The file to write; else standard output
        #[arg(long, short, value_name = "FILE", value_parser = path())]
        output: Option<PathBuf>,
    },
}

/// Runs the command.
///
/// # Errors
/// `Unavailable` when the service does not answer, `Invalid` for metadata that is none, `NotFound` for an unknown entity.
pub fn run(codegen: &Codegen, out: &mut Out) -> Result<Exit> {
    let Codegen::Rust { url, token_file, token, ca, metadata, entities, output } = codegen;
    let text = match (metadata, url) {
        (Some(file), _) => std::fs::read_to_string(file)?,
        (None, Some(url)) => {
            let kept = token_file.as_ref().map(std::fs::read_to_string).transpose()?;
            let token = kept.as_deref().or(token.as_deref()).map(str::trim);
            fetch(url, token, ca.as_ref().map(std::fs::read).transpose()?.as_deref())?
        }
        (None, None) => return Err(Error::invalid("--url", "name the service, or a document by --metadata")),
    };
    let wrong = |error: odata::ParseError| Error::invalid("$metadata", error.to_string());
    let code = rust::source(&Csdl::from_xml(&text).map_err(wrong)?, entities)?;
    match output {
        None => out.answer(&json!({ "code": code }), &code)?,
        Some(file) => {
            std::fs::write(file, &code)?;
            let text = format!("{} entities in {}", entities.len(), file.display());
            out.answer(&json!({ "file": file.display().to_string(), "entities": entities }), text)?;
        }
    }
    Ok(Exit::Done)
}

fn fetch(url: &str, token: Option<&str>, authorities: Option<&[u8]>) -> Result<String> {
    let root = url.trim_end_matches('/');
    let root = root.split_once("/api/data").map_or(root, |(root, _)| root);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(connect::fetch::text(&format!("{root}/api/data/v9.2/$metadata"), token, authorities))
}

//! `assent optin`: wishes that wait for their confirmation.
//!
//! *Not* a way to confirm for somebody. Invariant: a mail sent again holds the same link, and an address
//! gets at most one round of them in an hour.

use clap::Subcommand;
use engagement::confirmation;
use kernel::{Error, Result};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    engine::Engine,
    out::{Exit, Out},
};

/// Shown below `--help`.
pub const EXAMPLE: &str = "\
Example:
  assent optin list
  assent optin resend ada@example.com
  assent optin resend --all --days 7";

/// What to do with them.
#[derive(Debug, Clone, Subcommand, Serialize, Deserialize)]
pub enum Optin {
    /// List wishes that wait, oldest first
    #[command(after_help = "Example:\n  assent optin list --days 3 --json")]
    List {
        /// Only those that have waited for so many days
        #[arg(long, default_value_t = 0)]
        days: i64,
    },
    /// Send confirmation mails again: to one address, or to all that wait
    #[command(after_help = EXAMPLE)]
    Resend {
        /// The mail address
        #[arg(conflicts_with = "all")]
        address: Option<String>,
        /// To everybody who waits
        #[arg(long)]
        all: bool,
        /// Only what has waited for so many days
        #[arg(long, default_value_t = 0)]
        days: i64,
    },
}

/// Runs the command.
///
/// # Errors
/// `Invalid` without an address and without `--all`.
pub fn run(engine: &Engine, optin: &Optin, out: &mut Out) -> Result<Exit> {
    match optin {
        Optin::List { days } => {
            let all = engine.db.read(&engine.cx, |rx| confirmation::waiting(rx, None, *days))?;
            let (mut text, mut list) = (String::new(), Vec::new());
            for it in &all {
                let kind = match it.kind {
                    1 => "consent",
                    2 => "list",
                    _ => "form",
                };
                let since = it.sent_on.map(|it| it.to_string()).unwrap_or_default();
                let (mails, reminders) = (it.mails.unwrap_or(0), it.reminders.unwrap_or(0));
                text.push_str(&format!("{}  {kind:<8} since {since}  mails {mails}, reminders {reminders}\n", it.id));
                list.push(json!({
                    "id": it.id, "kind": kind, "since": since, "mails": mails, "reminders": reminders,
                    "contact": it.contact, "form": it.form,
                }));
            }
            out.answer(&list.into(), text)?;
        }
        Optin::Resend { address, all, days } => {
            if address.is_none() && !all {
                return Err(Error::invalid("ADDRESS", "name a mail address, or say --all"));
            }
            let (address, days) = (address.clone(), *days);
            let done = engine.db.write(&engine.cx, move |tx| {
                let waiting = confirmation::waiting(tx, address.as_deref(), days)?;
                confirmation::resend(tx, &waiting)
            })?;
            out.answer(
                &json!({ "written": done.written, "too_soon": done.too_soon, "refused": done.refused }),
                format!(
                    "mails written: {}\nwithin an hour of the last one, not sent: {}\nallow no mail: {}",
                    done.written, done.too_soon, done.refused
                ),
            )?;
        }
    }
    Ok(Exit::Done)
}

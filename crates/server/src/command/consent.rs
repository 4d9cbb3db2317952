//! `assent consent`: what a person agreed to, and why a message did or did not reach them.
//!
//! *Not* a way around evidence: a change here is a user's change, with a reason, and leaves its
//! record. Invariant: the answer to "why" is the gate's own.

mod export;
mod levels;
mod rights;

use std::sync::Arc;

use clap::{Subcommand, ValueEnum};
use engagement::why::why;
use kernel::{Kind, Query, Result, Rx, Values, uuid::Uuid};
use privacy::consent::{
    ConsentChangeRecord, Level, Target,
    configuration::{self, Configuration},
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::named::one;
use crate::{
    engine::Engine,
    out::{Exit, Out},
};

/// Shown below `--help`.
pub const EXAMPLE: &str = "\
Example:
  assent consent show ada@example.com
  assent consent set ada@example.com marketing --because \"signed form of 3 May, archive no. 17\"
  assent consent why ada@example.com \"Welcome journey\"";

const ENTITY: &str = "contact";

/// What to ask or change.
#[derive(Debug, Clone, Subcommand, Serialize, Deserialize)]
pub enum Consent {
    /// Show a person's level of consent and how it came about
    #[command(after_help = "Example:\n  assent consent show ada@example.com --json")]
    Show {
        /// The contact, by identifier or mail address
        contact: String,
    },
    /// Set a person's level of consent, as a user's act
    #[command(after_help = EXAMPLE)]
    Set {
        /// The contact, by identifier or mail address
        contact: String,
        /// none, consent, transactional, subscriptions, marketing or profiling, or its number
        level: String,
        /// Why; kept in the consent change record
        #[arg(long, value_name = "TEXT")]
        because: String,
    },
    /// Show or change the two switches of outbound consent; both are off at first
    #[command(after_help = "Example:\n  assent consent settings --enforce on --log on")]
    Settings {
        /// Whether the minimum consent of journeys and models is respected
        #[arg(long, value_enum)]
        enforce: Option<Switch>,
        /// Whether each change of consent writes a change record
        #[arg(long, value_enum)]
        log: Option<Switch>,
    },
    /// Say why a person gets a journey or an e-mail, or does not
    #[command(after_help = "Example:\n  assent consent why ada@example.com \"Welcome journey\"")]
    Why {
        /// The contact, by identifier or mail address
        contact: String,
        /// A customer journey or marketing e-mail, by identifier or name
        #[arg(value_name = "JOURNEY|EMAIL")]
        target: String,
    },
    /// Note an objection to direct marketing by everybody with an address (Art. 21 GDPR)
    #[command(after_help = "Example:\n  assent consent object ada@example.com --source letter")]
    Object {
        /// The mail address
        address: String,
        /// How it came in; name no person
        #[arg(long, value_name = "TEXT", default_value = "command line")]
        source: String,
    },
    /// Restrict the processing of a contact, or lift that (Art. 18 GDPR)
    #[command(
        after_help = "Example:\n  assent consent restrict ada@example.com on --because \"accuracy is contested\""
    )]
    Restrict {
        /// The contact, by identifier or mail address
        contact: String,
        /// Whether processing is restricted
        #[arg(value_enum)]
        switch: Switch,
        /// Why; kept in the audit trail, so name no person
        #[arg(long, value_name = "TEXT")]
        because: String,
    },
    /// Print the receipt of a change of consent
    #[command(after_help = "Example:\n  assent consent receipt ada@example.com --format kantara")]
    Receipt {
        /// A consent change record, or a contact for its newest one: an identifier, or the mail address
        #[arg(value_name = "RECORD|CONTACT")]
        whose: String,
        /// ISO/IEC TS 27560:2023 in JSON-LD, or the consent receipt 1.1.0 of the Kantara Initiative
        #[arg(long, value_enum, default_value = "iso27560")]
        format: Format,
    },
    /// Write consent change records with all that proves them to a file or to standard output
    #[command(after_help = "Example:
  assent consent export --from 2026-01-01 --until 2027-01-01 --format xlsx --out consents-2026.xlsx
  assent consent export --contact ada@example.com --json")]
    Export(export::Evidence),
    /// Say what is kept to prove the consent of somebody who was erased
    #[command(after_help = "Example:\n  assent consent proof ada@example.com --json")]
    Proof {
        /// The mail address that they had
        address: String,
    },
    /// Show what each level means, or give one other words
    #[command(after_help = "Example:
  assent consent levels
  assent consent levels marketing --language de --label \"(4) Werbung\" --description \"Angebote und Neues.\"")]
    Levels(levels::Levels),
    /// Take a lowering of many, or an imported list, back
    #[command(after_help = "Example:\n  assent consent undo 0199… --because \"the wrong file\" --dry-run")]
    Undo {
        /// What the lowering or the import printed
        batch: String,
        /// Why; kept in the consent change records
        #[arg(long, value_name = "TEXT")]
        because: String,
        /// Only count
        #[arg(long)]
        dry_run: bool,
    },
    /// Lower the consent of many contacts; without --yes it only counts
    #[command(after_help = "Example:
  assent consent lower --filter \"address1_city eq 'Northfield'\" --to transactional
  assent consent lower --filter \"address1_city eq 'Northfield'\" --to transactional --expect 120 --yes")]
    Lower {
        /// Which contacts: an OData filter, as $filter of the Web API
        #[arg(long, value_name = "ODATA")]
        filter: String,
        /// The highest level that they keep
        #[arg(long, value_name = "LEVEL")]
        to: String,
        /// So many contacts are meant; another number is refused
        #[arg(long, value_name = "N")]
        expect: Option<usize>,
        /// Why; kept in the consent change records
        #[arg(long, value_name = "TEXT", default_value = "lowered together by a filter")]
        because: String,
        /// Do it
        #[arg(long, requires = "expect")]
        yes: bool,
    },
}

/// The forms of a receipt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
pub enum Format {
    /// ISO/IEC TS 27560:2023.
    Iso27560,
    /// Kantara Initiative, consent receipt 1.1.0.
    Kantara,
}

/// A switch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
pub enum Switch {
    /// It holds.
    On,
    /// It does not.
    Off,
}

/// Runs the command.
///
/// # Errors
/// `NotFound` for an unknown contact, journey or e-mail; `Conflict` for a name that several have.
pub fn run(engine: &Engine, consent: &Consent, out: &mut Out) -> Result<Exit> {
    match consent {
        Consent::Show { contact } => show(engine, contact, out)?,
        Consent::Set { contact, level, because } => {
            let level = Level::of_word(level)?;
            let id = engine.db.read(&engine.cx, |rx| one(rx, ENTITY, "emailaddress1", contact))?.id;
            let mut cx = engine.cx.clone();
            cx.justification = Some(Arc::from(because.as_str()));
            let values = Values::new().with("msgdpr_gdprconsent", level.option());
            let changed = engine.db.write(&cx, move |tx| tx.update(ENTITY, id, values.clone()))?;
            out.answer(
                &json!({ "contact": id, "level": level.to_string(), "changed": changed }),
                if changed { level.to_string() } else { format!("it is {level} already") },
            )?;
        }
        Consent::Settings { enforce, log } => settings(engine, *enforce, *log, out)?,
        Consent::Why { contact, target } => {
            let answer = engine.db.read(&engine.cx, |rx| {
                let contact = one(rx, ENTITY, "emailaddress1", contact)?;
                why(rx, contact.id, find_target(rx, target)?)
            })?;
            let mut text = format!("{}: {}\n", answer.outcome, answer.reason);
            for it in &answer.facts {
                let mark = if it.decides { "  <- decides" } else { "" };
                text.push_str(&format!("  {:<20} {}{mark}\n", it.fact, it.value));
            }
            out.answer(&serde_json::to_value(&answer)?, text)?;
        }
        Consent::Object { address, source } => rights::object(engine, address, source, out)?,
        Consent::Restrict { contact, switch, because } => rights::restrict(engine, contact, *switch, because, out)?,
        Consent::Receipt { whose, format } => rights::receipt(engine, whose, *format, out)?,
        Consent::Proof { address } => rights::proof(engine, address, out)?,
        Consent::Levels(it) => levels::run(engine, it, out)?,
        Consent::Undo { batch, because, dry_run } => rights::undo(engine, batch, because, *dry_run, out)?,
        Consent::Export(it) => return export::run(engine, it, out),
        Consent::Lower { filter, to, expect, because, yes } => {
            let wish = rights::Lowering { filter, to: Level::of_word(to)?, expect: *expect, because, yes: *yes };
            rights::lower(engine, &wish, out)?;
        }
    }
    Ok(Exit::Done)
}

fn show(engine: &Engine, contact: &str, out: &mut Out) -> Result<()> {
    let (contact, changes) = engine.db.read(&engine.cx, |rx| {
        let contact = one(rx, ENTITY, "emailaddress1", contact)?;
        let query =
            Query::on("msgdpr_gdprconsentchangerecord").eq("msgdpr_contactid", contact.id).order("createdon asc")?;
        Ok((contact, ConsentChangeRecord::rows(rx, &query)?))
    })?;
    let level = Level::of_value(contact.get("msgdpr_gdprconsent"))?;
    let (mut text, mut list) = (format!("{level}\n"), Vec::new());
    for it in &changes {
        let (from, to) = (Level::of_option(it.previous)?, Level::of_option(it.value)?);
        let at = it.occurred_on.map(|it| it.to_string());
        let because = it.justification.clone().unwrap_or_default();
        text.push_str(&format!("  {}  {from} -> {to} ({}) {because}\n", at.as_deref().unwrap_or("-"), it.source));
        list.push(json!({
            "at": at, "from": from.to_string(), "to": to.to_string(), "source": it.source,
            "justification": it.justification, "form": it.form, "record": it.id,
        }));
    }
    out.answer(&json!({ "contact": contact.id, "level": level.to_string(), "changes": list }), text)
}

fn settings(engine: &Engine, enforce: Option<Switch>, log: Option<Switch>, out: &mut Out) -> Result<()> {
    let before = engine.db.read(&engine.cx, configuration::read)?;
    let is_on = |switch: Option<Switch>, before: bool| switch.map_or(before, |it| it == Switch::On);
    let now = Configuration { enforced: is_on(enforce, before.enforced), logging: is_on(log, before.logging) };
    if now != before {
        engine.db.write(&engine.cx, move |tx| configuration::save(tx, now))?;
    }
    let word = |on: bool| if on { "on" } else { "off" };
    out.answer(
        &json!({ "enforced": now.enforced, "logging": now.logging }),
        format!("minimum consent is enforced: {}\nchanges are logged: {}", word(now.enforced), word(now.logging)),
    )
}

fn find_target(rx: &Rx<'_>, text: &str) -> Result<Target> {
    if let Ok(id) = text.parse::<Uuid>() {
        return Target::find(rx, id);
    }
    match one(rx, "msdyncrm_customerjourney", "msdyncrm_name", text) {
        Ok(it) => Ok(Target::Journey(it.id)),
        Err(error) if error.kind == Kind::NotFound => {
            one(rx, "msdyncrm_marketingemail", "msdyncrm_name", text).map(|it| Target::Email(it.id))
        }
        Err(error) => Err(error),
    }
}

//! Holds a participant until its rules are true, or its time is up, and splits
//! (`spec/marketing.md` 7.5).
//!
//! *Not* a filter over the contact. Invariant: the true path is taken the moment the rules are true, the
//! false path when the participant's own time is up; only what happened since they entered counts.

use kernel::{Error, Phrase, Query, Result, Rx, Tx};

use super::{Next, Step, Tile, later};
use crate::{
    interaction,
    journey::{Activity, CustomerJourney, Definition},
    lifecycle::Problem,
};

/// `Timeout` (`P3D`), `Operator` (`Or`, `And`), `Rules`: `Source` (an e-mail tile upstream), `Event`
/// (`EmailOpened`, `EmailClicked`), `Link` (an address, for a click on a specific link).
pub struct IfThen;

const EVENTS: &[&str] = &["EmailOpened", "EmailClicked", "EmailSent"];

struct Rule<'t> {
    source: &'t str,
    event: &'t str,
    link: Option<&'t str>,
}

fn rules(tile: &Activity) -> Result<Vec<Rule<'_>>> {
    let wrong = |text: Phrase| Error::invalid(tile.place(), text);
    let list = tile.setting("Rules").and_then(|it| it.as_array()).filter(|it| !it.is_empty());
    let list = list.ok_or_else(|| wrong(Phrase::new("tile-rules", "the Rules are missing")))?;
    list.iter()
        .map(|it| {
            let text = |name: &str| it.get(name).and_then(|it| it.as_str());
            Ok(Rule {
                source: text("Source")
                    .ok_or_else(|| wrong(Phrase::new("tile-rule-source", "a rule names its Source, a tile")))?,
                event: text("Event").filter(|it| EVENTS.contains(it)).ok_or_else(|| {
                    wrong(Phrase::new(
                        "tile-rule-event",
                        "the Event of a rule is EmailOpened, EmailClicked or EmailSent",
                    ))
                })?,
                link: text("Link"),
            })
        })
        .collect()
}

impl Tile for IfThen {
    fn kind(&self) -> &'static str {
        "Trigger"
    }
    fn check(
        &self,
        rx: &Rx<'_>,
        tile: &Activity,
        definition: &Definition,
        _: &CustomerJourney,
    ) -> Result<Vec<Problem>> {
        let mut found = Vec::new();
        if tile.text("Timeout").and_then(|it| later(rx.now(), it)).is_none() {
            found.push(Problem::error(
                tile.place(),
                Phrase::new("tile-timeout", "the Timeout is missing or is not a duration; write P3D for three days"),
            ));
        }
        if tile.text("Operator").is_some_and(|it| !matches!(it, "Or" | "And")) {
            found.push(Problem::error(tile.place(), Phrase::new("tile-operator", "the Operator is Or or And")));
        }
        match rules(tile) {
            Err(error) => found.push(Problem::error(tile.place(), error.phrase())),
            Ok(rules) => {
                for rule in rules.iter().filter(|it| !definition.is_upstream(it.source, &tile.id)) {
                    found.push(Problem::error(
                        tile.place(),
                        Phrase::new("tile-rule-upstream", "the Source {source} is not a tile upstream")
                            .with("source", rule.source),
                    ));
                }
            }
        }
        Ok(found)
    }
    fn enter(&self, tx: &mut Tx<'_>, step: &Step<'_>) -> Result<Next> {
        if holds(tx, step)? {
            return Ok(Next::Go("yesBranch"));
        }
        let timeout = step.tile.text("Timeout").and_then(|it| later(tx.now(), it));
        let until = timeout.ok_or_else(|| Error::invalid(step.tile.place(), "the Timeout is not a duration"))?;
        let events: Vec<&str> = rules(step.tile)?.iter().map(|it| it.event).collect();
        Ok(Next::WaitFor { event: events.join(", "), until })
    }
    fn resume(&self, tx: &mut Tx<'_>, step: &Step<'_>) -> Result<Next> {
        if holds(tx, step)? {
            return Ok(Next::Go("yesBranch"));
        }
        match step.participant.due_on {
            Some(until) if until > tx.now() => Ok(Next::WaitFor { event: String::new(), until }),
            _ => Ok(Next::Go("noBranch")),
        }
    }
}

fn holds(rx: &Rx<'_>, step: &Step<'_>) -> Result<bool> {
    let all = step.tile.text("Operator") == Some("And");
    let since = step.participant.entered_on.unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    let mut any = false;
    for rule in rules(step.tile)? {
        let mut query = Query::on(interaction::ENTITY)
            .eq("assent_contactid", step.contact.id)
            .eq("assent_journeyid", step.journey.id)
            .eq("assent_activityid", rule.source)
            .eq("assent_type", rule.event)
            .filter(interaction::BY_PERSONS)?
            .compare("assent_occurredon", odata::CompareOp::Ge, since)
            .select(&[]);
        if let Some(link) = rule.link {
            query = query.eq("assent_linkurl", link);
        }
        let happened = rx.first(&query)?.is_some();
        if all && !happened {
            return Ok(false);
        }
        any |= happened;
    }
    Ok(any)
}

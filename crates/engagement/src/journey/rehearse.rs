//! What a journey would do with its audience now, person by person, without doing it.
//!
//! *Not* a promise: a person may change their mind before the mail is written, and the gate is asked
//! again. Invariant: it asks the same questions in the same order as taking in and sending, so a person
//! counted as getting the mail would get it if the journey went live at this moment; nothing is written.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{Query, Result, Rx, uuid::Uuid};
use privacy::consent::{Commercial, Decision, Purpose, Transactional, gate};
use serde::Serialize;

use super::{Activity, CustomerJourney, Definition, enter, life, tiles};
use crate::{
    email::{self, MarketingEmail},
    segment::{self, Segment},
};

/// The counts of a dry run.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Rehearsal {
    /// The journey.
    pub name: String,
    /// Whether it runs already; then those who took part count as such.
    pub live: bool,
    /// The persons in its segments, each once.
    pub audience: usize,
    /// Those who would get their first mail.
    pub would_get: usize,
    /// The others, by reason.
    pub would_not: BTreeMap<String, usize>,
    /// Those who would get it, by e-mail tile.
    pub by_tile: BTreeMap<String, usize>,
    /// Forms that begin it; nobody knows who will submit them.
    pub forms: usize,
}

/// One person of the audience.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rehearsed {
    /// The person.
    pub contact: Uuid,
    /// The tile whose mail they would get.
    pub tile: Option<String>,
    /// Why they would get none.
    pub reason: Option<String>,
}

/// Counts who of the audience would get the first mail now, and why the others would not.
///
/// # Errors
/// `NotFound` when there is no such journey, `Invalid` when its definition cannot be read, `Forbidden`.
pub fn rehearse(rx: &Rx<'_>, id: Uuid) -> Result<Rehearsal> {
    each(rx, id, |_| {})
}

/// The persons of a dry run by name: those who would get the mail of a tile, or would not for a reason, as
/// its counts name them; of everybody when `outcome` is empty. At most `top`.
///
/// # Errors
/// As [`rehearse`].
pub fn rehearsed(rx: &Rx<'_>, id: Uuid, outcome: &str, top: usize) -> Result<Vec<Rehearsed>> {
    let mut found = Vec::new();
    each(rx, id, |it: Rehearsed| {
        let is = it.tile.as_deref().or(it.reason.as_deref()).unwrap_or_default();
        if found.len() < top && (outcome.is_empty() || is == outcome) {
            found.push(it);
        }
    })?;
    Ok(found)
}

fn each(rx: &Rx<'_>, id: Uuid, mut told: impl FnMut(Rehearsed)) -> Result<Rehearsal> {
    let journey = CustomerJourney::get(rx, id)?;
    let definition = journey.tiles()?;
    let mut counts = Rehearsal { name: journey.name.clone(), live: journey.is_live(), ..Rehearsal::default() };
    let mut run = Run {
        rx,
        iteration: life::present_iteration(rx, id)?,
        settings: email::content_settings(rx, journey.settings)?.is_some(),
        journey: &journey,
        definition: &definition,
        emails: BTreeMap::new(),
        addresses: BTreeSet::new(),
    };
    let mut seen = BTreeSet::new();
    for audience in definition.audiences() {
        if audience.kind != "Segment" {
            counts.forms += 1;
            continue;
        }
        for contact in people(rx, audience)? {
            if !seen.insert(contact) {
                continue;
            }
            let person = run.person(audience, contact)?;
            told(Rehearsed {
                contact,
                tile: person.as_ref().ok().cloned(),
                reason: person.as_ref().err().map(|it| (*it).to_owned()),
            });
            match person {
                Ok(tile) => {
                    counts.would_get += 1;
                    *counts.by_tile.entry(tile).or_default() += 1;
                }
                Err(reason) => *counts.would_not.entry(reason.to_owned()).or_default() += 1,
            }
        }
    }
    counts.audience = seen.len();
    Ok(counts)
}

/// The members of a live segment; those whom the filter finds when it is not live yet.
fn people(rx: &Rx<'_>, audience: &Activity) -> Result<Vec<Uuid>> {
    let id = audience.reference("ItemId")?;
    let segment = Segment::get(rx, id)?;
    if !segment.is_live() {
        return segment.found(rx);
    }
    let members = Query::on(segment::MEMBER).eq("assent_segmentid", id).select(&["assent_contactid"]);
    Ok(rx.rows(&members)?.iter().filter_map(|it| it.get("assent_contactid").as_guid()).collect())
}

struct Run<'r> {
    rx: &'r Rx<'r>,
    journey: &'r CustomerJourney,
    definition: &'r Definition,
    iteration: Option<Uuid>,
    settings: bool,
    emails: BTreeMap<Uuid, Option<MarketingEmail>>,
    addresses: BTreeSet<(String, String)>,
}

impl Run<'_> {
    /// The tile whose mail the person would get, or why they would get none.
    fn person(&mut self, audience: &Activity, contact: Uuid) -> Result<std::result::Result<String, &'static str>> {
        if let Some(reason) = enter::hindrance(self.rx, self.journey, self.iteration, contact)? {
            return Ok(Err(reason));
        }
        let definition = self.definition;
        let Some(tile) = first_mail(definition, audience, self.journey.id, contact)? else {
            return Ok(Err("No mail on their way"));
        };
        let id = tile.reference("ItemId")?;
        if let std::collections::btree_map::Entry::Vacant(it) = self.emails.entry(id) {
            let row = self.rx.find(email::ENTITY, id)?;
            it.insert(row.as_ref().map(MarketingEmail::read).transpose()?);
        }
        let transactional = match self.emails.get(&id) {
            Some(Some(email)) if email.is_live() && self.settings => email.is_transactional(),
            _ => return Ok(Err("The e-mail or its content settings are not live")),
        };
        if transactional { self.ask::<Transactional>(tile, contact) } else { self.ask::<Commercial>(tile, contact) }
    }

    fn ask<P: Purpose>(&mut self, tile: &Activity, contact: Uuid) -> Result<std::result::Result<String, &'static str>> {
        let permit = match gate::ask::<P>(self.rx, contact, self.journey.required()?)? {
            Decision::Granted(permit) => permit,
            Decision::Refused(refusal) => return Ok(Err(refusal.reason)),
        };
        let elevated = self.rx.elevated("journey dry run");
        let taken = !self.addresses.insert((tile.id.clone(), permit.address().to_lowercase()));
        if taken || tiles::email::served(&elevated, permit.address(), self.journey.id, tile)? {
            return Ok(Err(tiles::email::SERVED));
        }
        Ok(Ok(tile.id.clone()))
    }
}

/// The first e-mail tile on a person's way. A condition waits for what they do, which nobody knows.
fn first_mail<'d>(
    definition: &'d Definition,
    audience: &Activity,
    journey: Uuid,
    contact: Uuid,
) -> Result<Option<&'d Activity>> {
    let mut at = definition.next(&audience.id, "default");
    while let Some(tile) = at {
        at = match tile.kind.as_str() {
            "Email" => return Ok(Some(tile)),
            "Trigger" => return Ok(None),
            "Splitter" => definition.branch(&tile.id, tiles::splitter::branch(tile, journey, contact)?),
            _ => definition.next(&tile.id, "default"),
        };
    }
    Ok(None)
}

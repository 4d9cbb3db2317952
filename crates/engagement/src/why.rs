//! "Why did, or didn't, this person get it?" with everything that a journey asks besides the gate.
//!
//! *Not* another decision: the gate's answer comes from `privacy::consent::why`, the rest from the rows
//! that the journey itself goes by. Invariant: where this says that nothing speaks against it, the person
//! would be taken in, or has been; nothing is written.

use connect::mail;
use kernel::{Error, Kind, Query, Record, Result, Rx, metadata::file::english, uuid::Uuid};
use privacy::consent::{self, Fact, Target, Why};

use crate::{
    interaction,
    journey::{self, CustomerJourney, PARTICIPANT, Participant},
    segment,
};

/// So many mails are told, the newest first.
const MAILS: u64 = 5;

/// Outcome and reason of what decides.
type Refused = (&'static str, String);
/// What was asked, its value, and the refusal where it decides.
type Asked = (&'static str, String, Option<Refused>);

/// Asks for a person and a journey or an e-mail: the fact that decides, every other one, and what became of
/// the mails so far.
///
/// # Errors
/// `NotFound` when contact, journey or e-mail does not exist; `Forbidden`.
pub fn why(rx: &Rx<'_>, contact: Uuid, target: Target) -> Result<Why> {
    let mut answer = consent::why(rx, contact, target)?;
    let (column, id) = match target {
        Target::Journey(id) => ("assent_journeyid", id),
        Target::Email(id) => ("assent_emailid", id),
    };
    if let Target::Journey(id) = target {
        of_journey(rx, contact, id, &mut answer)?;
    }
    answer.facts.extend(mails(&rx.elevated("why"), contact, column, id)?);
    Ok(answer)
}

/// What the journey asks before it asks the gate: each with its value, and the outcome and reason where it
/// decides.
fn of_journey(rx: &Rx<'_>, contact: Uuid, id: Uuid, answer: &mut Why) -> Result<()> {
    let journey = CustomerJourney::get(rx, id)?;
    let within = rx.elevated("why");
    let mut asked: Vec<Asked> = Vec::new();

    let runs = journey.runs_at(rx.now());
    let state = label(rx, journey::ENTITY, journey.status)?;
    let not_now = (!runs).then(|| ("not-running", format!("The journey does not run now ({state})")));
    asked.push(("journey", if runs { "runs".to_owned() } else { format!("does not run now ({state})") }, not_now));

    let part = Query::on(PARTICIPANT).eq("assent_contactid", contact).eq("assent_journeyid", id);
    let part = within.first(&part.order("createdon desc")?)?;
    let took_part = match &part {
        None => {
            asked.push(("participation", "has not taken part".into(), None));
            false
        }
        Some(row) => {
            asked.push(standing(rx, row)?);
            true
        }
    };
    if !took_part {
        let (told, inside) = audiences(&within, &journey, contact)?;
        let outside = (!inside).then(|| ("not-in-audience", "Contact is in no segment that begins the journey".into()));
        asked.push(("audience", told, outside));
    }
    let suppressed = journey.suppresses(rx, contact)?;
    let refused = suppressed.then(|| ("stopped", "Contact is in the suppression segment".to_owned()));
    asked.push(("suppression segment", if suppressed { "is in it" } else { "is not in it" }.into(), refused));

    let decisive = asked.iter().position(|(_, _, refusal)| refusal.is_some());
    if let Some((_, _, Some((outcome, reason)))) = decisive.and_then(|it| asked.get(it)) {
        answer.allowed = false;
        answer.outcome = outcome;
        answer.reason.clone_from(reason);
        for fact in &mut answer.facts {
            fact.decides = false;
        }
    }
    let facts = asked.into_iter().enumerate().map(|(at, (fact, value, _))| Fact {
        fact: fact.to_owned(),
        value,
        decides: decisive == Some(at),
    });
    answer.facts.splice(0..0, facts);
    Ok(())
}

/// How a participant stands; one who is over gets nothing more.
fn standing(rx: &Rx<'_>, row: &Record) -> Result<Asked> {
    let it = Participant::read(row)?;
    let state = label(rx, PARTICIPANT, it.status)?.to_lowercase();
    let reason = row.text("assent_stopreason");
    let told = match reason {
        "" => format!("{state}, at tile {}", it.tile),
        reason => format!("{state}, at tile {}: {reason}", it.tile),
    };
    let over = match it.status {
        journey::STOPPED => Some(("stopped", format!("Contact was stopped: {reason}"))),
        journey::FAILED => Some(("failed", format!("The journey failed for the contact: {reason}"))),
        journey::FINISHED => Some(("finished", "Contact went through the whole journey".to_owned())),
        _ => None,
    };
    Ok(("participation", told, over))
}

/// Through which segments the contact would come in, and whether there is any way.
fn audiences(rx: &Rx<'_>, journey: &CustomerJourney, contact: Uuid) -> Result<(String, bool)> {
    let definition = match journey.tiles() {
        Ok(it) => it,
        // A draft may have none yet, and then nobody comes in.
        Err(error) if error.kind == Kind::Invalid => return Ok(("the journey has none yet".to_owned(), false)),
        Err(error) => return Err(error),
    };
    let (mut told, mut inside) = (Vec::new(), false);
    for audience in definition.audiences() {
        if audience.kind != "Segment" {
            told.push("whoever submits the form".to_owned());
            inside = true;
            continue;
        }
        let id = audience.reference("ItemId")?;
        let name = rx.find(segment::ENTITY, id)?.map(|it| it.text("msdyncrm_segmentname").to_owned());
        let member = segment::membership(rx, id, contact)?.is_some();
        inside |= member;
        let is = if member { "is in segment" } else { "is not in segment" };
        told.push(format!("{is} {}", name.unwrap_or_else(|| id.to_string())));
    }
    Ok((told.join(", "), inside))
}

/// What became of the mails of a journey, or of an e-mail, to the contact, and of those that the gate held
/// back before they were written.
fn mails(rx: &Rx<'_>, contact: Uuid, column: &str, id: Uuid) -> Result<Vec<Fact>> {
    let day = |row: &Record, column: &str| {
        row.get(column).as_time().map_or("?".to_owned(), |it| it.strftime("%Y-%m-%d %H:%M UTC").to_string())
    };
    let mut told: Vec<(String, String)> = Vec::new();
    let written = Query::on(mail::ENTITY).eq("assent_contactid", contact).eq(column, id).order("createdon desc")?;
    for row in rx.rows(&written.top(MAILS))? {
        let state = row.get("statuscode").as_int().unwrap_or_default();
        let state = label(rx, mail::ENTITY, state)?.to_lowercase();
        let at = if row.get("assent_senton").is_null() { "createdon" } else { "assent_senton" };
        let why = row.text("assent_failure");
        let why = if why.is_empty() { String::new() } else { format!(": {why}") };
        told.push((day(&row, at), format!("{state}{why}")));
    }
    let held = Query::on(interaction::ENTITY).eq("assent_contactid", contact).eq(column, id);
    for row in rx.rows(&held.eq("assent_type", "EmailBlocked").order("createdon desc")?.top(MAILS))? {
        told.push((day(&row, "createdon"), format!("blocked: {}", row.text("assent_detail"))));
    }
    told.sort_by(|a, b| b.cmp(a));
    told.dedup();
    let fact = |(day, value): (String, String)| Fact { fact: format!("mail of {day}"), value, decides: false };
    Ok(told.into_iter().take(usize::try_from(MAILS).unwrap_or(usize::MAX)).map(fact).collect())
}

fn label(rx: &Rx<'_>, entity: &str, status: i64) -> Result<String> {
    let model = rx.model();
    let option = model.entity(entity)?.column("statuscode")?.option(status);
    option.map(|it| english(&it.label).to_owned()).ok_or_else(|| Error::bug("a state that the metadata does not know"))
}

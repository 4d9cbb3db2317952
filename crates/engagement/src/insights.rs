//! What the interactions of one person amount to (`spec/marketing.md` 13.4).
//!
//! *Not* a score, and no second record: numbers of what is there. Invariant: what a person did with mails and pages is
//! counted only where they allow it to be recorded now, and conclusions about them are drawn only under a permit for
//! profiling; what is held back is said, with the fact that decides.

use std::collections::BTreeMap;

use jiff::civil::Date;
use kernel::{Error, Query, Result, Rx, uuid::Uuid};
use odata::CompareOp;
use privacy::consent::{Decision, Level, Profiling, Purpose, Tracking, gate};
use serde::Serialize;

use crate::{interaction, zone};

/// What is recorded by tracking alone.
pub const BEHAVIOUR: &[&str] =
    &["EmailOpened", "EmailClicked", "FormVisited", interaction::PAGE_VISITED, "WebsiteClicked", "RedirectLinkClicked"];
/// The months that are shown unless somebody asks for fewer.
pub const MONTHS: i64 = 12;
/// So many interactions are looked at, the newest first.
const MOST: u64 = 20_000;
const HOURS: usize = 24;

/// Whether something is shown, and if not, by which fact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Allowed {
    /// Whether it is.
    pub allowed: bool,
    /// The column or setting that decides against; empty where it is allowed.
    pub fact: &'static str,
    /// The reason in words; empty where it is allowed.
    pub reason: &'static str,
}

/// How often something happened in a month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Count {
    /// The first day of the month, in the person's time zone.
    pub month: Date,
    /// The type of interaction.
    pub kind: String,
    /// How often.
    pub count: u64,
}

/// The answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Insights {
    /// The first day that is counted.
    pub since: Date,
    /// The time zone in which days and hours are told: the person's, else the organisation's.
    pub zone: String,
    /// Whether opens, clicks and visits are counted.
    pub behaviour: Allowed,
    /// Whether conclusions are drawn from them.
    pub conclusions: Allowed,
    /// The types of interaction that this is about: what is recorded by tracking alone.
    pub tracked: &'static [&'static str],
    /// How many interactions are there and not counted.
    pub withheld: u64,
    /// Whether there are more than were looked at.
    pub more: bool,
    /// What happened, month by month.
    pub counts: Vec<Count>,
    /// How many mails were first opened in each hour of the person's day; empty where no conclusions are drawn.
    pub hours: Vec<u64>,
}

/// Counts the interactions of a person, those of this month and the ones before.
///
/// # Errors
/// `NotFound` when there is no such contact; `Forbidden` for whoever may read neither it nor interactions.
pub fn of(rx: &Rx<'_>, contact: Uuid, months: i64) -> Result<Insights> {
    let row = rx.get("contact", contact)?;
    let zone = zone::of(rx, &row)?;
    let today = rx.now().to_zoned(zone.clone()).date();
    let span = jiff::Span::new().try_months(months.saturating_sub(1)).map_err(|_| out_of_range())?;
    let since = today.first_of_month().checked_sub(span).map_err(|_| out_of_range())?;
    let begins = since.to_zoned(zone.clone()).map_err(|_| out_of_range())?.timestamp();

    let behaviour = allowed(gate::ask::<Tracking>(rx, contact, Level::None)?);
    let conclusions = match allowed(gate::ask::<Profiling>(rx, contact, Level::None)?) {
        it if it.allowed => behaviour.clone(),
        it => it,
    };
    let query = Query::on(interaction::ENTITY)
        .eq("assent_contactid", contact)
        .compare("assent_occurredon", CompareOp::Ge, begins)
        .filter(interaction::BY_PERSONS)?
        .select(&["assent_type", "assent_occurredon"])
        .order("assent_occurredon desc")?;
    let rows = rx.rows(&query.top(MOST + 1))?;
    let more = u64::try_from(rows.len()).unwrap_or(u64::MAX) > MOST;

    let mut counts: BTreeMap<(Date, String), u64> = BTreeMap::new();
    let (mut hours, mut withheld) = ([0_u64; HOURS], 0);
    for row in &rows {
        let kind = row.text("assent_type");
        if !behaviour.allowed && BEHAVIOUR.contains(&kind) {
            withheld += 1;
            continue;
        }
        let Some(at) = row.get("assent_occurredon").as_time() else { continue };
        let at = at.to_zoned(zone.clone());
        *counts.entry((at.date().first_of_month(), kind.to_owned())).or_default() += 1;
        let hour = usize::try_from(at.hour()).unwrap_or(HOURS);
        if let Some(it) = hours.get_mut(hour).filter(|_| kind == "EmailOpened") {
            *it += 1;
        }
    }
    Ok(Insights {
        since,
        zone: zone.iana_name().unwrap_or("UTC").to_owned(),
        hours: if conclusions.allowed { hours.to_vec() } else { Vec::new() },
        behaviour,
        conclusions,
        tracked: BEHAVIOUR,
        withheld,
        more,
        counts: counts.into_iter().map(|((month, kind), count)| Count { month, kind, count }).collect(),
    })
}

fn allowed<P: Purpose>(decision: Decision<P>) -> Allowed {
    match decision {
        Decision::Granted(_) => Allowed { allowed: true, fact: "", reason: "" },
        Decision::Refused(it) => Allowed { allowed: false, fact: it.fact, reason: it.reason },
    }
}

fn out_of_range() -> Error {
    Error::invalid("Months", "reaches back too far")
}

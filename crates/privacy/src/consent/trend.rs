//! How many contacts had which level at the end of each day, week or month.
//!
//! *Not* kept anywhere: it is counted back from today's levels along the consent change records.
//! Invariant: it names nobody; where changes left no record, it says that it is not exact.

use std::collections::BTreeMap;

use jiff::{
    ToSpan,
    civil::{Date, Weekday},
    tz::TimeZone,
};
use kernel::{
    Error, Phrase, Query, Result, Rx, Value, access,
    report::{Measure, Report},
};
use odata::Expr;
use serde::Serialize;

use super::{ConsentChangeRecord, Level};

/// So many points are counted at most.
const MOST: usize = 120;
/// So many different sources are told apart, each with what somebody typed.
const SOURCES: u64 = 50_000;

/// What lies between two points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// A day.
    Day,
    /// A week, which begins on Monday.
    Week,
    /// A calendar month.
    Month,
}

impl Step {
    /// The step of a word.
    ///
    /// # Errors
    /// `Invalid` for another word.
    pub fn of_word(word: &str) -> Result<Self> {
        match word {
            "day" => Ok(Step::Day),
            "week" => Ok(Step::Week),
            "month" => Ok(Step::Month),
            _ => Err(Error::invalid("Step", "is day, week or month")),
        }
    }
    fn begin(self, day: Date) -> Date {
        match self {
            Step::Day => day,
            Step::Week => {
                let back = i64::from(day.weekday().since(Weekday::Monday));
                day.checked_sub(back.days()).unwrap_or(day)
            }
            Step::Month => day.first_of_month(),
        }
    }
    fn next(self, day: Date) -> Date {
        let span = match self {
            Step::Day => 1.day(),
            Step::Week => 7.days(),
            Step::Month => 1.month(),
        };
        day.saturating_add(span)
    }
}

/// How many contacts have each level, lowest first.
pub type Levels = [i64; 6];

/// The levels at the end of one step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Point {
    /// Its first day, UTC.
    pub from: String,
    /// Contacts by level at its end, lowest first.
    pub levels: Levels,
    /// Consents that were given or raised in it.
    pub raised: i64,
    /// Consents that were withdrawn or lowered in it.
    pub lowered: i64,
}

/// What one kind of source did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Made {
    /// Its word, such as `SubscriptionCenter`.
    pub source: String,
    /// Consents that it gave or raised.
    pub raised: i64,
    /// Consents that it withdrew or lowered.
    pub lowered: i64,
}

/// The levels over time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Trend {
    /// Oldest first; the last one ends now.
    pub points: Vec<Point>,
    /// Contacts by level now.
    pub now: Levels,
    /// What made the changes since then, by the word of their source.
    pub sources: Vec<Made>,
    /// Whether every change left a record, as far as can be seen.
    pub exact: bool,
}

/// Counts from the step in which `from` lies until now.
///
/// # Errors
/// `Forbidden`; `Invalid` for a day in the future or so long ago that there would be more than 120 points.
pub fn trend(rx: &Rx<'_>, from: Date, step: Step) -> Result<Trend> {
    access::require(rx, "prvAssentReadConsentTrend", "the levels of all contacts")?;
    let rx = rx.elevated("consent over time");
    let today = rx.now().to_zoned(TimeZone::UTC).date();
    let mut begins = vec![step.begin(from)];
    while let Some(next) = begins.last().map(|it| step.next(*it)).filter(|it| *it <= today) {
        begins.push(next);
        if begins.len() > MOST {
            return Err(Error::invalid(
                "From",
                Phrase::new("too-far-back", "lies too far back for this step; take a longer step or a later day"),
            ));
        }
    }
    if from > today {
        return Err(Error::invalid(
            "From",
            Phrase::new("in-the-future", "lies in the future; write a day of the past"),
        ));
    }
    let now = levels_now(&rx)?;
    let (mut levels, mut exact, mut points) = (now, true, Vec::new());
    for begin in begins.iter().rev() {
        let (mut raised, mut lowered, ended) = (0, 0, levels);
        for (before, after, count) in changes(&rx, *begin, step)? {
            shift(&mut levels, after, -count);
            shift(&mut levels, before, count);
            if after > before { raised += count } else { lowered += count }
        }
        shift(&mut levels, Level::None, -created(&rx, *begin, step)?);
        for count in &mut levels {
            exact &= *count >= 0;
            *count = (*count).max(0);
        }
        points.push(Point { from: begin.to_string(), levels: ended, raised, lowered });
    }
    points.reverse();
    let sources = sources(&rx, step.begin(from))?;
    Ok(Trend { points, now, sources, exact })
}

fn shift(levels: &mut Levels, level: Level, by: i64) {
    if let Some(count) = usize::try_from(level.number()).ok().and_then(|it| levels.get_mut(it)) {
        *count += by;
    }
}

/// A filter on a moment within a step.
fn within(column: &str, begin: Date, step: Step) -> Result<Expr> {
    let end = step.next(begin);
    Ok(odata::parse_filter(&format!("{column} ge {begin}T00:00:00Z and {column} lt {end}T00:00:00Z"))?)
}

fn groups(entity: &str, paths: &[&str], filter: Option<Expr>) -> Report {
    let mut report = Report::on(entity, 1_000);
    (report.grouped, report.whole, report.filter) = (true, true, filter);
    for path in paths {
        report = report.with(path, path, None);
    }
    report.with("count", "", Some(Measure::Count))
}

fn levels_now(rx: &Rx<'_>) -> Result<Levels> {
    let mut levels = Levels::default();
    for line in rx.report(&groups("contact", &["msgdpr_gdprconsent"], None))?.rows {
        if let [level, count] = line.values.as_slice() {
            shift(&mut levels, Level::of_value(level)?, count.as_int().unwrap_or_default());
        }
    }
    Ok(levels)
}

fn changes(rx: &Rx<'_>, begin: Date, step: Step) -> Result<Vec<(Level, Level, i64)>> {
    let paths = ["assent_previousvalue", "msgdpr_value"];
    let report = groups(ConsentChangeRecord::ENTITY, &paths, Some(within("assent_occurredon", begin, step)?));
    let mut all = Vec::new();
    for line in rx.report(&report)?.rows {
        if let [before, after, count] = line.values.as_slice() {
            let count = count.as_int().unwrap_or_default();
            all.push((Level::of_value(before)?, Level::of_value(after)?, count));
        }
    }
    Ok(all)
}

/// The changes since a day by the word of their source; what follows it was typed by somebody.
fn sources(rx: &Rx<'_>, since: Date) -> Result<Vec<Made>> {
    let paths = ["msgdpr_consentchangesource", "assent_previousvalue", "msgdpr_value"];
    let filter = odata::parse_filter(&format!("assent_occurredon ge {since}T00:00:00Z"))?;
    let report = Report { size: SOURCES, ..groups(ConsentChangeRecord::ENTITY, &paths, Some(filter)) };
    let mut all: BTreeMap<String, (i64, i64)> = BTreeMap::new();
    for line in rx.report(&report)?.rows {
        let [Value::Text(source), before, after, count] = line.values.as_slice() else { continue };
        let count = count.as_int().unwrap_or_default();
        let word = source.split(':').next().unwrap_or_default().trim().to_owned();
        let made = all.entry(word).or_default();
        if Level::of_value(after)? > Level::of_value(before)? { made.0 += count } else { made.1 += count }
    }
    let mut made: Vec<Made> =
        all.into_iter().map(|(source, (raised, lowered))| Made { source, raised, lowered }).collect();
    made.sort_by_key(|it| std::cmp::Reverse(it.raised + it.lowered));
    Ok(made)
}

fn created(rx: &Rx<'_>, begin: Date, step: Step) -> Result<i64> {
    let query = Query::on("contact").and(within("createdon", begin, step)?);
    Ok(i64::try_from(rx.count(&query)?).unwrap_or(i64::MAX))
}

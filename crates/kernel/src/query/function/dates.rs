//! Relative dates: which span of time a query function means.
//!
//! Days, weeks (from Sunday on, as Dataverse's organisations begin), months and years are those of UTC; the
//! fiscal year is the calendar year and its periods are quarters. *Not* the comparison with a column.
//! Invariant: spans are half open, so no instant is in two neighbouring ones.

use jiff::{Span, Timestamp, ToSpan, civil::Date, tz::TimeZone};

use crate::{Error, Result};

/// From when on, and until when.
pub(super) type Window = (Option<Timestamp>, Option<Timestamp>);

/// The span that a function without a date of its own means; none for another function. `count` gives its
/// number where it has one.
pub(super) fn window(name: &str, now: Timestamp, count: impl Fn() -> Result<i64>) -> Result<Option<Window>> {
    let today = now.to_zoned(TimeZone::UTC).date();
    let week = plus(today, -i64::from(today.weekday().to_sunday_zero_offset()).days());
    let (month, quarter, year) = (today.first_of_month(), quarter_of(today), today.first_of_year());
    let days = |from: Date, to: Date| (start(from), start(to));
    // `n` units from the unit that begins at `first`.
    let unit = |first: Date, span: Span, n: i64| days(times(first, span, n), times(first, span, n + 1));
    let (weeks, months, quarters, years) = (1.week(), 1.month(), 3.months(), 1.year());
    let since = |span: Span| -> Result<Window> { Ok((start(times(today, span, -count()?)), Some(now))) };
    let until = |span: Span| -> Result<Window> { Ok((Some(now), start(plus(times(today, span, count()?), 1.day())))) };
    let before = |span: Span| -> Result<Window> { Ok((None, start(times(today, span, -count()?)))) };
    let clock = |span: Span, n: i64| {
        now.to_zoned(TimeZone::UTC).checked_add(span.checked_mul(n).ok()?).ok().map(|it| it.timestamp())
    };
    let past = |first: Date, span: Span| -> Result<Window> { Ok((start(times(first, span, -count()?)), start(first))) };
    let coming = |first: Date, span: Span| -> Result<Window> {
        Ok((start(times(first, span, 1)), start(times(first, span, count()? + 1))))
    };
    Ok(Some(match name {
        "Today" => unit(today, 1.day(), 0),
        "Yesterday" => unit(today, 1.day(), -1),
        "Tomorrow" => unit(today, 1.day(), 1),
        "Last7Days" => (start(plus(today, -7.days())), Some(now)),
        "Next7Days" => (Some(now), start(plus(today, 8.days()))),
        "LastWeek" => unit(week, weeks, -1),
        "ThisWeek" => unit(week, weeks, 0),
        "NextWeek" => unit(week, weeks, 1),
        "LastMonth" => unit(month, months, -1),
        "ThisMonth" => unit(month, months, 0),
        "NextMonth" => unit(month, months, 1),
        "LastYear" | "LastFiscalYear" => unit(year, years, -1),
        "ThisYear" | "ThisFiscalYear" => unit(year, years, 0),
        "NextYear" | "NextFiscalYear" => unit(year, years, 1),
        "LastFiscalPeriod" => unit(quarter, quarters, -1),
        "ThisFiscalPeriod" => unit(quarter, quarters, 0),
        "NextFiscalPeriod" => unit(quarter, quarters, 1),
        "LastXHours" => (clock(1.hour(), -count()?), Some(now)),
        "NextXHours" => (Some(now), clock(1.hour(), count()?)),
        "LastXDays" => since(1.day())?,
        "NextXDays" => until(1.day())?,
        "LastXWeeks" => since(weeks)?,
        "NextXWeeks" => until(weeks)?,
        "LastXMonths" => since(months)?,
        "NextXMonths" => until(months)?,
        "LastXYears" => since(years)?,
        "NextXYears" => until(years)?,
        "LastXFiscalPeriods" => past(quarter, quarters)?,
        "NextXFiscalPeriods" => coming(quarter, quarters)?,
        "LastXFiscalYears" => past(year, years)?,
        "NextXFiscalYears" => coming(year, years)?,
        "OlderThanXMinutes" => (None, clock(1.minute(), -count()?)),
        "OlderThanXHours" => (None, clock(1.hour(), -count()?)),
        "OlderThanXDays" => before(1.day())?,
        "OlderThanXWeeks" => before(weeks)?,
        "OlderThanXMonths" => before(months)?,
        "OlderThanXYears" => before(years)?,
        _ => return Ok(None),
    }))
}

/// A fiscal year, or one of its four periods.
///
/// # Errors
/// `Invalid` for a period that there is not, or a year out of range.
pub(super) fn fiscal(year: i64, period: Option<i64>) -> Result<Window> {
    let wrong = || Error::invalid("PropertyValue", "takes a year, and a period from 1 to 4");
    let first = i16::try_from(year).ok().and_then(|it| Date::new(it, 1, 1).ok()).ok_or_else(wrong)?;
    Ok(match period {
        None => (start(first), start(plus(first, 1.year()))),
        Some(period @ 1..=4) => (start(times(first, 3.months(), period - 1)), start(times(first, 3.months(), period))),
        Some(_) => return Err(wrong()),
    })
}

/// The day that a text or instant falls on.
pub(super) fn day(at: Timestamp) -> Option<Timestamp> {
    start(at.to_zoned(TimeZone::UTC).date())
}

/// The beginning of a day.
pub(super) fn start(day: Date) -> Option<Timestamp> {
    day.to_zoned(TimeZone::UTC).ok().map(|it| it.timestamp())
}

fn quarter_of(day: Date) -> Date {
    let month = (day.month() - 1) / 3 * 3 + 1;
    Date::new(day.year(), month, 1).unwrap_or(day)
}

/// A day moved by a span; at the end of the calendar it stays.
fn plus(day: Date, span: Span) -> Date {
    day.checked_add(span).unwrap_or(day)
}

fn times(day: Date, span: Span, n: i64) -> Date {
    span.checked_mul(n).map_or(day, |it| plus(day, it))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(name: &str, n: i64) -> String {
        // A Friday in the second week of a month, in the first quarter.
        let now = "2024-03-15T12:00:00Z".parse().unwrap();
        let (from, to) = window(name, now, || Ok(n)).unwrap().unwrap();
        let text = |it: Option<Timestamp>| it.map_or("…".to_owned(), |it| it.to_string().replace("T00:00:00Z", ""));
        format!("{} to {}", text(from), text(to))
    }

    #[test]
    fn spans_of_time() {
        for (name, n, expected) in [
            ("Yesterday", 0, "2024-03-14 to 2024-03-15"),
            ("LastWeek", 0, "2024-03-03 to 2024-03-10"),
            ("ThisWeek", 0, "2024-03-10 to 2024-03-17"),
            ("NextWeek", 0, "2024-03-17 to 2024-03-24"),
            ("LastMonth", 0, "2024-02-01 to 2024-03-01"),
            ("NextMonth", 0, "2024-04-01 to 2024-05-01"),
            ("LastYear", 0, "2023-01-01 to 2024-01-01"),
            ("NextFiscalYear", 0, "2025-01-01 to 2026-01-01"),
            ("LastFiscalPeriod", 0, "2023-10-01 to 2024-01-01"),
            ("NextFiscalPeriod", 0, "2024-04-01 to 2024-07-01"),
            ("LastXHours", 13, "2024-03-14T23:00:00Z to 2024-03-15T12:00:00Z"),
            ("LastXWeeks", 2, "2024-03-01 to 2024-03-15T12:00:00Z"),
            ("LastXMonths", 1, "2024-02-15 to 2024-03-15T12:00:00Z"),
            ("NextXYears", 1, "2024-03-15T12:00:00Z to 2025-03-16"),
            ("NextXWeeks", 1, "2024-03-15T12:00:00Z to 2024-03-23"),
            ("LastXFiscalPeriods", 2, "2023-07-01 to 2024-01-01"),
            ("NextXFiscalPeriods", 2, "2024-04-01 to 2024-10-01"),
            ("LastXFiscalYears", 1, "2023-01-01 to 2024-01-01"),
            ("NextXFiscalYears", 2, "2025-01-01 to 2027-01-01"),
            ("OlderThanXMinutes", 30, "… to 2024-03-15T11:30:00Z"),
            ("OlderThanXWeeks", 1, "… to 2024-03-08"),
            ("OlderThanXYears", 1, "… to 2023-03-15"),
            // Beyond the calendar it stays where it is.
            ("LastXYears", 1_000_000, "2024-03-15 to 2024-03-15T12:00:00Z"),
        ] {
            assert_eq!(shown(name, n), expected, "{name}");
        }
        assert_eq!(window("Nosuch", Timestamp::UNIX_EPOCH, || Ok(1)).unwrap(), None);
        assert!(fiscal(2024, Some(5)).is_err() && fiscal(100_000, None).is_err());
    }
}

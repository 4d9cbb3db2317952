//! The two clocks of a request (`spec/data-subject-requests.md` 2.3, `spec/beyond.md` 1 no. 1 and 2).
//!
//! The law's month (Art. 12(3) GDPR, counted by Regulation 1182/71: the day of receipt is not counted,
//! a missing day becomes the month's last, a last day on a weekend or holiday becomes the next working
//! day) and the thirty days of the documents. The earlier one is due. *Not* legal advice: holidays are
//! a setting, and the rule that was used is printed on the request. Invariant: the dates are set by
//! this rule, never by hand.

use jiff::{
    Timestamp, ToSpan,
    civil::{Date, Weekday},
    tz::TimeZone,
};
use kernel::{Change, Error, Phrase, Result, Rx, Tx, Value, setting};

/// The dates of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dates {
    /// Thirty days after receipt.
    pub thirty_days: Date,
    /// The law's last day.
    pub statutory: Date,
    /// The earlier of the two.
    pub due: Date,
    /// The law's last day after an extension by two months.
    pub extended: Date,
    /// How it was counted.
    pub rule: String,
}

/// Counts both clocks for a request that arrived at `received`, in the zone of the organisation.
///
/// # Errors
/// `Invalid` for an instant at the end of time.
pub fn dates(received: Timestamp, zone: &TimeZone, holidays: &[(i8, i8)]) -> Result<Dates> {
    let day = received.to_zoned(zone.clone()).date();
    let wrong = |_| Error::invalid("assent_receivedon", "the date is out of range");
    let thirty_days = day.checked_add(30.days()).map_err(wrong)?;
    let statutory = working_day(day.checked_add(1.month()).map_err(wrong)?, holidays).map_err(wrong)?;
    let extended = working_day(day.checked_add(3.months()).map_err(wrong)?, holidays).map_err(wrong)?;
    let due = thirty_days.min(statutory);
    let winner = if thirty_days < statutory { "thirty days" } else { "one calendar month" };
    Ok(Dates {
        thirty_days,
        statutory,
        due,
        extended,
        rule: format!(
            "received {day}; thirty days end {thirty_days}; one calendar month (Art. 12(3) GDPR, Regulation 1182/71) ends {statutory}; {winner} ends first"
        ),
    })
}

fn working_day(mut day: Date, holidays: &[(i8, i8)]) -> std::result::Result<Date, jiff::Error> {
    while matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) || holidays.contains(&(day.month(), day.day())) {
        day = day.tomorrow()?;
    }
    Ok(day)
}

/// The setting with the organisation's zone.
pub const ZONE: &str = "organisation.time_zone";
/// The setting with its holidays, as `MM-DD` separated by commas.
pub const HOLIDAYS: &str = "requests.holidays";

/// The organisation's zone; UTC when none is set.
///
/// # Errors
/// `Invalid` when the setting names no zone.
pub fn zone(rx: &Rx<'_>) -> Result<TimeZone> {
    match setting::get(rx, ZONE)? {
        Some(name) => TimeZone::get(&name).map_err(|_| {
            Error::invalid(ZONE, Phrase::new("not-a-zone", "is not a time zone; write one such as Europe/Berlin"))
        }),
        None => Ok(TimeZone::UTC),
    }
}

fn holidays(rx: &Rx<'_>) -> Result<Vec<(i8, i8)>> {
    let text = setting::get(rx, HOLIDAYS)?.unwrap_or_else(|| "01-01,12-25,12-26".into());
    text.split(',')
        .map(str::trim)
        .filter(|it| !it.is_empty())
        .map(|it| {
            let (month, day) = it.split_once('-').unwrap_or((it, ""));
            month
                .parse()
                .ok()
                .zip(day.parse().ok())
                .ok_or_else(|| Error::invalid(HOLIDAYS, Phrase::new("not-holidays", "write holidays as MM-DD,MM-DD")))
        })
        .collect()
}

/// The dates of a request in this organisation.
///
/// # Errors
/// `Invalid` when a setting is malformed.
pub fn dates_here(rx: &Rx<'_>, received: Timestamp) -> Result<Dates> {
    dates(received, &zone(rx)?, &holidays(rx)?)
}

/// Rule before a request is stored: both clocks start with its receipt, also when it comes by the API.
pub(crate) fn set_dates(tx: &mut Tx<'_>, change: &mut Change) -> Result<()> {
    let received = change.values.get("assent_receivedon").as_time().unwrap_or_else(|| tx.now());
    if received > tx.now() {
        return Err(Error::invalid(
            "assent_receivedon",
            Phrase::new("received-future", "lies in the future; write when the request arrived"),
        ));
    }
    let zone = zone(tx)?;
    let dates = dates(received, &zone, &holidays(tx)?)?;
    change.values.set("assent_receivedon", received);
    change.values.set("assent_timezone", zone.iana_name().unwrap_or("UTC"));
    change.values.set("assent_thirtydayson", dates.thirty_days);
    change.values.set("assent_statutoryon", dates.statutory);
    change.values.set("assent_dueon", dates.due);
    change.values.set("assent_clockrule", dates.rule);
    if change.values.get("assent_name").is_null() {
        let id = change.id.simple().to_string();
        let tail: String = id.chars().skip(24).collect();
        change.values.set("assent_name", format!("DSR-{}-{tail}", received.to_zoned(zone).date()));
    }
    Ok(())
}

/// Rule before an extension is stored: at most three months from receipt, with a reason, and only
/// while the first date has not passed (Art. 12(3) GDPR).
pub(crate) fn check_extension(tx: &mut Tx<'_>, change: &mut Change) -> Result<()> {
    let Some(until) = change.new_value("assent_extendedon").as_date() else { return Ok(()) };
    let received = change.new_value("assent_receivedon").as_time().unwrap_or_else(|| tx.now());
    let dates = dates_here(tx, received)?;
    let today = tx.now().to_zoned(zone(tx)?).date();
    if change.new_value("assent_extensionreason").is_null() {
        return Err(Error::invalid(
            "assent_extensionreason",
            Phrase::new("extension-reason", "an extension needs its reason (Art. 12(3) GDPR)"),
        ));
    }
    if today > dates.due {
        return Err(Error::invalid(
            "assent_extensionnoticedon",
            Phrase::new(
                "extension-late",
                "the notice of an extension was due on {day}; today it is late (Art. 12(3) GDPR)",
            )
            .with("day", dates.due),
        ));
    }
    if until > dates.extended {
        return Err(Error::invalid(
            "assent_extendedon",
            Phrase::new("extension-long", "a request can be extended to {day} at most").with("day", dates.extended),
        ));
    }
    if change.new_value("assent_extensionnoticedon").is_null() {
        change.values.set("assent_extensionnoticedon", Value::Time(tx.now()));
    }
    change.values.set("assent_dueon", until);
    Ok(())
}

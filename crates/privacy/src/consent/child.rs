//! Children: who is one, and what a custodian confirmed for them (Art. 8 GDPR; `spec/beyond.md` 1
//! no. 10).
//!
//! Two notions, both kept: `msgdpr_gdprischild` and an age under 18 forbid profiling; an age below that
//! of digital consent, which differs by country, asks for a custodian for every level above 1. *Not* a
//! check of identity. Invariant: where the birthdate is not known, the flag counts as below the age;
//! where the country is not known, the highest age counts.

use std::{collections::BTreeMap, sync::LazyLock};

use jiff::civil::Date;
use kernel::{Error, Phrase, Record, Result, Rx, pipeline::check::is_address, setting, uuid::Uuid};
use serde::Deserialize;

use super::Level;
use crate::request::clock;

/// The setting with the organisation's country, as a code such as `DE`: the country of contacts whose
/// own is not known.
pub const COUNTRY: &str = "organisation.country";

/// From this age on nobody is a child.
const MAJORITY: i16 = 18;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    unknown: i16,
    countries: BTreeMap<String, Country>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Country {
    names: Vec<String>,
    ages: Vec<Since>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Since {
    from: Date,
    age: i16,
}

static TABLE: LazyLock<std::result::Result<Table, String>> =
    LazyLock::new(|| toml::from_str(include_str!("../../data/digital_consent.toml")).map_err(|it| it.to_string()));

/// The age of digital consent in a country, by its code or name, on a day.
///
/// # Errors
/// `Bug` when the embedded table is malformed.
pub fn digital_consent(country: Option<&str>, on: Date) -> Result<i16> {
    let table = TABLE.as_ref().map_err(|it| Error::bug(format!("the table of ages is malformed: {it}")))?;
    let in_force =
        country.and_then(|it| table.country(it)).and_then(|it| it.ages.iter().rev().find(|it| it.from <= on));
    Ok(in_force.map_or(table.unknown, |it| it.age))
}

impl Table {
    fn country(&self, named: &str) -> Option<&Country> {
        let wanted = named.trim().to_lowercase();
        let found = self.countries.iter().find(|(code, country)| {
            code.to_lowercase() == wanted || country.names.iter().any(|it| it.to_lowercase() == wanted)
        });
        found.map(|(_, it)| it)
    }
}

/// The age in years on a day; who was born on 29 February is a year older on 1 March of other years.
pub fn age(born: Date, on: Date) -> i16 {
    let had_birthday = (on.month(), on.day()) >= (born.month(), born.day());
    on.year() - born.year() - i16::from(!had_birthday)
}

fn age_now(rx: &Rx<'_>, contact: &Record) -> Result<Option<(i16, Date)>> {
    let Some(born) = contact.get("birthdate").as_date() else { return Ok(None) };
    let today = rx.now().to_zoned(clock::zone(rx)?).date();
    Ok(Some((age(born, today), today)))
}

/// Whether the birthdate says that the person is under 18.
///
/// # Errors
/// `Invalid` when the organisation's time zone is malformed.
pub fn is_minor(rx: &Rx<'_>, contact: &Record) -> Result<bool> {
    Ok(age_now(rx, contact)?.is_some_and(|(age, _)| age < MAJORITY))
}

/// Up to which level a custodian confirmed; none when the person needs no custodian.
///
/// # Errors
/// `Invalid` when a setting is malformed.
pub fn custodian(rx: &Rx<'_>, contact: &Record) -> Result<Option<Level>> {
    let below = match age_now(rx, contact)? {
        None => contact.get("msgdpr_gdprischild").is_true(),
        // No table says more than 16.
        Some((age, _)) if age >= MAJORITY => false,
        Some((age, today)) => {
            let own = contact.text("address1_country");
            let known = TABLE.as_ref().is_ok_and(|it| it.country(own).is_some());
            let country = if known { Some(own.to_owned()) } else { setting::get(rx, COUNTRY)? };
            age < digital_consent(country.as_deref(), today)?
        }
    };
    if !below {
        return Ok(None);
    }
    Ok(Some(Level::of_value(contact.get("assent_custodianlevel"))?))
}

/// The custodian who can be asked: another contact with an address, active, and no child.
///
/// # Errors
/// `Invalid` naming `msgdpr_gdprparentid` and what is missing.
pub fn custodian_of(rx: &Rx<'_>, child: &Record) -> Result<Uuid> {
    let wrong = |text: Phrase| Err(Error::invalid("msgdpr_gdprparentid", text));
    let Some(id) = child.get("msgdpr_gdprparentid").as_guid() else {
        return wrong(Phrase::new(
            "custodian-missing",
            "this child needs a parent or custodian who confirms (Art. 8 GDPR); name one first",
        ));
    };
    let rx = rx.elevated("custodian");
    let row = rx.get("contact", id)?;
    if !is_address(row.text("emailaddress1")) {
        return wrong(Phrase::new(
            "custodian-no-address",
            "the parent or custodian has no mail address to be asked at",
        ));
    }
    if row.get("statecode").as_int() != Some(0) {
        return wrong(Phrase::new("custodian-inactive", "the parent or custodian is inactive"));
    }
    if row.get("msgdpr_gdprischild").is_true() || is_minor(&rx, &row)? {
        return wrong(Phrase::new("custodian-child", "the parent or custodian is a child"));
    }
    Ok(id)
}

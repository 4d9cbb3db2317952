//! Consent in an import: what a row says about it, and the one call that takes it over.
//!
//! *Not* the decision; `privacy::consent::import` decides. Invariant: an empty cell says nothing, so
//! it neither raises nor lowers, and a raise is asked for only with source, date and wording
//! (Art. 7(1) GDPR: the controller shall be able to demonstrate).

use jiff::Timestamp;
use kernel::{Error, Result, Tx};
use privacy::consent::{Evidence, Imported, Level, Source};
use uuid::Uuid;

use super::{cell, plan::ConsentCells};

/// What a row says about consent.
#[derive(Debug, Clone)]
pub(crate) struct Wish {
    level: Level,
    evidence: Option<Evidence>,
}

/// Reads the cells of one row; none when the row says nothing.
///
/// # Errors
/// `Invalid` naming the key and what it takes.
pub(crate) fn read(places: &ConsentCells, fields: &[String], now: Timestamp) -> Result<Option<Wish>> {
    let text = |at: Option<usize>| at.and_then(|it| fields.get(it)).map(|it| it.trim()).filter(|it| !it.is_empty());
    let Some(level) = text(Some(places.level)) else {
        return Ok(None);
    };
    let level = Level::of_word(level).map_err(|_| {
        Error::invalid("consent.level", "takes 0 to 5, 587030001 to 587030005, or none, consent, transactional, subscriptions, marketing or profiling")
    })?;
    let date = text(places.date).map(|it| {
        let wrong = || Error::invalid("consent.date", "takes a date, YYYY-MM-DD, also with a time");
        let date = cell::instant(it, None).ok_or_else(wrong)?;
        if date > now {
            return Err(Error::invalid("consent.date", "lies in the future; nobody has consented then"));
        }
        Ok(date)
    });
    let language = text(places.language).map(str::to_owned);
    let evidence = match (text(places.source), date.transpose()?, text(places.wording)) {
        (Some(source), Some(date), Some(wording)) => Some(Evidence {
            source: Source::Import,
            detail: Some(source.to_owned()),
            wording: Some(wording.to_owned()),
            language,
            occurred_on: Some(date),
            ..Evidence::default()
        }),
        _ => None,
    };
    Ok(Some(Wish { level, evidence }))
}

/// Takes over what a row says.
///
/// # Errors
/// Those of writing.
pub(crate) fn apply_consent(tx: &mut Tx<'_>, contact: Uuid, wish: &Wish) -> Result<Imported> {
    privacy::consent::import(tx, contact, wish.level, wish.evidence.clone())
}

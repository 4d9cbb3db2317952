//! The time zone in which a person lives, as far as somebody noted it.
//!
//! *Not* guessed: neither from an address nor from a browser, and no form asks for it unseen. It comes from an import,
//! from another program or from a user who was told. Invariant: what is stored is a name that the time zone database
//! knows, in its own spelling, so a moment is never shown or chosen by a zone that silently means another.

use jiff::tz::TimeZone;
use kernel::{Change, Error, Phrase, Record, Result, Rx, Tx};
use privacy::request::clock;

/// The column of the contact.
pub const COLUMN: &str = "assent_timezone";

/// Rule before a contact is stored.
pub(crate) fn before(_: &mut Tx<'_>, change: &mut Change) -> Result<()> {
    let Some(text) = change.values.get(COLUMN).as_text().map(|it| it.trim().to_owned()) else { return Ok(()) };
    if text.is_empty() {
        return Ok(());
    }
    let known = TimeZone::get(&text).ok().filter(|it| !it.is_unknown());
    let name = known.as_ref().and_then(|it| it.iana_name());
    let name = name.ok_or_else(|| {
        Error::invalid(COLUMN, Phrase::new("zone-unknown", "is not a time zone; write one such as Europe/Berlin"))
    })?;
    if change.values.get(COLUMN).as_text() != Some(name) {
        change.values.set(COLUMN, name);
    }
    Ok(())
}

/// The zone of a contact; the organisation's where it is not known.
///
/// # Errors
/// `Invalid` when the organisation's setting names no zone.
pub fn of(rx: &Rx<'_>, contact: &Record) -> Result<TimeZone> {
    match TimeZone::get(contact.text(COLUMN)) {
        Ok(it) if !contact.text(COLUMN).is_empty() => Ok(it),
        _ => clock::zone(rx),
    }
}

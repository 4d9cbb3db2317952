//! "Is this address suppressed, and why?" The ledger cannot be read, so it is asked by typing the
//! address (`spec/beyond.md` 4, no. 5).
//!
//! *Not* a log: asking leaves no trace of the address. Invariant: it needs the privilege to read the
//! ledger.

use kernel::{Error, Phrase, Query, Result, Rx, pipeline::check::is_address};
use serde::Serialize;

use super::{Entry, by_digest, digest, list::is_digest};

/// What the ledger and the contacts say about one address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// Whether commercial mail to the address is withheld now.
    pub suppressed: bool,
    /// Every entry, also those that have ended.
    pub entries: Vec<Entry>,
    /// Contacts with the address; none is told for a SHA-256.
    pub contacts: Option<u64>,
    /// The same in sentences.
    pub words: Vec<String>,
}

/// Looks up an address, or the SHA-256 of one.
///
/// # Errors
/// `Invalid` when it is neither, `Forbidden`.
pub fn explain(rx: &Rx<'_>, typed: &str) -> Result<Explanation> {
    let typed = typed.trim();
    let (digest, contacts) = if is_digest(typed) {
        (typed.to_lowercase(), None)
    } else if is_address(typed) {
        (digest(typed), Some(rx.count(&Query::on("contact").eq("emailaddress1", typed))?))
    } else {
        return Err(Error::invalid(
            "address",
            Phrase::new("address-or-hash", "write one mail address, or the SHA-256 of one in 64 digits"),
        ));
    };
    let now = rx.now();
    let entries = by_digest(rx, &digest)?;
    let mut words: Vec<String> = entries
        .iter()
        .map(|it| {
            let day = |at: Option<jiff::Timestamp>| at.map_or("?".into(), |it| it.strftime("%Y-%m-%d").to_string());
            let end = match it.until {
                None => "with no end".to_owned(),
                Some(_) if it.holds(now) => format!("until {}", day(it.until)),
                Some(_) => format!("ended on {}", day(it.until)),
            };
            format!("{} on {} ({}), {end}", it.reason.words(), day(it.since), it.source)
        })
        .collect();
    let suppressed = entries.iter().any(|it| it.holds(now));
    words.push(match contacts {
        Some(0) => "no contact has this address; an entry stays when a person is erased".to_owned(),
        Some(count) => format!("contacts with this address: {count}"),
        None => "by a SHA-256 no contact can be counted".to_owned(),
    });
    Ok(Explanation { suppressed, entries, contacts, words })
}

//! Lists that come from elsewhere: addresses or their SHA-256, one a line; and lowering many at once
//! (`spec/beyond.md` 4, no. 5 and 6).
//!
//! *Not* able to raise anything. Invariant: a dry run counts by doing it all and keeping nothing; what
//! lowers many works on the very records that were counted.

use std::collections::BTreeSet;

use kernel::{Error, Kind, Phrase, Query, Result, Rx, Tx, Value, pipeline::check::is_address, uuid::Uuid};
use serde::Serialize;

use super::{Reason, add_digest, digest, objection};
use crate::consent::{self, Evidence, Level, Source};

/// What to do with a list.
#[derive(Debug, Clone)]
pub struct Intake {
    /// Why the addresses come on the ledger.
    pub reason: Reason,
    /// Where the list comes from, for people; no personal data.
    pub source: String,
    /// Lower contacts with these addresses to at most this level. An objection lowers to 2 in any case.
    pub lower_to: Option<Level>,
    /// Count only.
    pub dry_run: bool,
}

/// What became of a list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Lines that hold an address or a SHA-256.
    pub lines: usize,
    /// Lines that came twice.
    pub repeated: usize,
    /// Numbers of the lines that hold neither.
    pub malformed: Vec<usize>,
    /// New entries of the ledger, or entries that hold longer now.
    pub added: usize,
    /// Entries that were there.
    pub known: usize,
    /// Contacts with one of the addresses.
    pub contacts: usize,
    /// Those whose level was lowered.
    pub lowered: usize,
    /// Whether nothing was kept.
    pub dry_run: bool,
    /// By which it can be taken back; none where nothing was kept.
    pub batch: Option<Uuid>,
}

pub(super) fn is_digest(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|it| it.is_ascii_hexdigit())
}

/// Takes a list over: addresses, or the SHA-256 of each in lower case, one a line. Empty lines, lines
/// that begin with `#` and one line of headings are passed over. It is one transaction; give long lists
/// in parts.
///
/// # Errors
/// `Forbidden` without the privilege, `Invalid` for a list without a usable line.
pub fn import_list(tx: &mut Tx<'_>, text: &str, intake: &Intake) -> Result<Report> {
    kernel::access::require(tx, "prvAssentWriteSuppressions", "importing a suppression list")?;
    if intake.dry_run {
        return tx.rehearse(|tx| take(tx, text, intake));
    }
    let batch = tx.cx().new_id();
    let report = tx.under(tx.cx().in_batch(batch), |tx| take(tx, text, intake))?;
    Ok(Report { batch: Some(batch), ..report })
}

fn take(tx: &mut Tx<'_>, text: &str, intake: &Intake) -> Result<Report> {
    let (mut report, digests, addresses) = read(text);
    report.dry_run = intake.dry_run;
    if digests.is_empty() {
        return Err(Error::invalid("list", Phrase::new("list-empty", "no line holds a mail address or a SHA-256")));
    }
    for digest in &digests {
        if add_digest(tx, digest, intake.reason, &intake.source, None)? { report.added += 1 } else { report.known += 1 }
    }
    let contacts = contacts(tx, &digests, &addresses)?;
    report.contacts = contacts.len();
    let objects = intake.reason == Reason::Objection;
    let source = if objects { Source::Objection } else { Source::Import };
    let evidence = Evidence { source, detail: Some(intake.source.clone()), ..Evidence::default() };
    tx.as_system("suppression list", |tx| {
        for contact in contacts {
            let mut lowered = objects && objection::mark(tx, contact, &evidence)?;
            if let Some(level) = intake.lower_to {
                lowered |= consent::lower(tx, contact, level, evidence.clone())?;
            }
            report.lowered += usize::from(lowered);
        }
        Ok(())
    })?;
    Ok(report)
}

/// The report of the lines, the digests, and the addresses among them where they are legible.
fn read(text: &str) -> (Report, BTreeSet<String>, BTreeSet<String>) {
    let (mut report, mut digests, mut addresses) = (Report::default(), BTreeSet::new(), BTreeSet::new());
    for (at, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
        let line = line.trim().trim_matches('"').trim();
        let heading = at == 0 && ["email", "e-mail", "address", "emailaddress1", "sha256", "hash"].contains(&line);
        if line.is_empty() || line.starts_with('#') || heading {
            continue;
        }
        let hash = if is_digest(line) {
            line.to_lowercase()
        } else if is_address(line) {
            addresses.insert(line.to_lowercase());
            digest(line)
        } else {
            report.malformed.push(at + 1);
            continue;
        };
        report.lines += 1;
        report.repeated += usize::from(!digests.insert(hash));
    }
    (report, digests, addresses)
}

/// The contacts behind the list. Where it holds hashes only, every address of the store is hashed once.
fn contacts(rx: &Rx<'_>, digests: &BTreeSet<String>, addresses: &BTreeSet<String>) -> Result<BTreeSet<Uuid>> {
    let rx = rx.elevated("suppression list");
    let mut found = BTreeSet::new();
    if addresses.len() == digests.len() {
        for address in addresses {
            found.extend(rx.ids(&Query::on("contact").eq("emailaddress1", address.as_str()))?);
        }
        return Ok(found);
    }
    let all = Query::on("contact").select(&["emailaddress1"]);
    for row in rx.rows(&all.compare("emailaddress1", odata::CompareOp::Ne, Value::Null))? {
        if digests.contains(&digest(row.text("emailaddress1"))) {
            found.insert(row.id);
        }
    }
    Ok(found)
}

/// What became of a lowering of many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Lowered {
    /// Those who were above the level.
    pub lowered: usize,
    /// By which it can be taken back.
    pub batch: Uuid,
}

/// Lowers the consent of exactly these contacts to at most a level; returns how many were above it.
/// `expected` is the number that was shown when it was confirmed: another number is refused, so an act
/// on ten never becomes an act on all.
///
/// # Errors
/// `Conflict` when the number differs, `NotFound` when one of them is gone, `Forbidden`.
pub fn lower_all(tx: &mut Tx<'_>, contacts: &[Uuid], expected: usize, to: Level, because: &str) -> Result<Lowered> {
    kernel::access::require(tx, "prvAssentLowerConsent", "lowering many")?;
    let frozen: BTreeSet<Uuid> = contacts.iter().copied().collect();
    if frozen.len() != expected {
        return Err(Error::new(
            Kind::Conflict,
            "another-number",
            "contacts",
            Phrase::new("another-number", "{given} contacts were given and {confirmed} confirmed; nothing was changed")
                .with("given", frozen.len())
                .with("confirmed", expected),
        ));
    }
    let batch = tx.cx().new_id();
    let mut cx = tx.cx().in_batch(batch);
    cx.justification = Some(because.into());
    let mut lowered = 0;
    tx.under(cx, |tx| {
        for contact in frozen {
            let evidence = Evidence { source: Source::User, ..Evidence::default() };
            lowered += usize::from(tx.as_system("lowering many", |tx| consent::lower(tx, contact, to, evidence))?);
        }
        Ok(Lowered { lowered, batch })
    })
}

/// Rule before an entry is corrected: its end may be set, never moved into the past.
pub(crate) fn keep_honest(tx: &mut Tx<'_>, change: &mut kernel::Change) -> Result<()> {
    // The clock goes on between the act that says "now" and this rule.
    let earliest = tx.now() - jiff::SignedDuration::from_secs(10);
    match change.new_value("assent_until").as_time() {
        Some(until) if until < earliest => Err(Error::invalid(
            "assent_until",
            Phrase::new("entry-ends-later", "an entry ends now or later; what was withheld stays explained"),
        )),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_addresses_or_hashes() {
        let hash = digest("Bob@Example.org ");
        let text =
            format!("email\nann@example.org\n\n# old\nANN@example.org\n{hash}\nnonsense\n\"cara@example.org\"\n");
        let (report, digests, addresses) = read(&text);
        assert_eq!((report.lines, report.repeated, report.malformed), (4, 1, vec![7]));
        assert_eq!((digests.len(), addresses.len()), (3, 2));
    }
}

//! Discovery: every row of one person, over every entity that has a path to a data subject.
//!
//! Found by the person's address in the identifiers of data subjects, then along the paths of the
//! metadata, then by the address in any personal column. *Not* a guess: a row that belongs to
//! somebody else is never taken because it holds a shared address (`spec/beyond.md` 6 no. 2), and an
//! address that several persons share must be told apart by a person.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use kernel::{
    Error, Kind, Phrase, Result, Rx, Value,
    subject::{self, Found, Subject},
    uuid::Uuid,
};

/// The category of columns that hold mail addresses.
pub(crate) const ADDRESS: &str = "user.contact.email";

/// What was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Discovery {
    /// The records that are the person; those that carry the address come first.
    pub subjects: Vec<Subject>,
    /// How many of them carry the address; the others were reached from these.
    pub by_address: usize,
    /// Every row of theirs, sorted.
    pub rows: Vec<Found>,
    /// Rows that hold the address and belong to somebody else; they are left alone.
    pub others: Vec<Found>,
}

/// Finds everything about the person with this address. `chosen` narrows an address that several
/// persons share to the records that are meant.
///
/// # Errors
/// `Conflict` (`several-persons`) listing the records when the address alone does not tell who is
/// meant; `NotFound` when one of `chosen` does not carry the address.
pub fn discover(rx: &Rx<'_>, email: &str, chosen: &[Subject]) -> Result<Discovery> {
    let rx = rx.elevated("data subject request");
    let by_address = subject::rows_with(&rx, ADDRESS, email)?;
    let subjects = select(&rx, persons(&rx, &by_address)?, chosen)?;
    let mut discovery = follow(&rx, subjects)?;
    take_in(&rx, &mut discovery, by_address)?;
    discovery.rows.sort();
    discovery.others.sort();
    Ok(discovery)
}

/// A record that carries the address, with what its paths lead to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The record.
    pub subject: Subject,
    /// Its name, for the officer who tells persons apart.
    pub name: String,
    /// How many rows of which entity belong to it.
    pub rows: BTreeMap<String, u64>,
}

/// Everybody who carries the address.
///
/// # Errors
/// Those of reading.
pub fn candidates(rx: &Rx<'_>, email: &str) -> Result<Vec<Candidate>> {
    let rx = rx.elevated("data subject request");
    let mut all = Vec::new();
    for subject in persons(&rx, &subject::rows_with(&rx, ADDRESS, email)?)? {
        let mut rows: BTreeMap<String, u64> = BTreeMap::new();
        for found in follow(&rx, vec![subject.clone()])?.rows {
            *rows.entry(found.entity).or_default() += 1;
        }
        let primary = rx.model().entity(&subject.entity)?.primary_name.clone().unwrap_or_default();
        let name = rx.get(&subject.entity, subject.id)?.text(&primary).to_owned();
        all.push(Candidate { subject, name, rows });
    }
    Ok(all)
}

/// The records that are persons, behind rows that hold an address.
fn persons(rx: &Rx<'_>, by_address: &[Found]) -> Result<Vec<Subject>> {
    let model = rx.model();
    let mut candidates = Vec::new();
    for found in by_address {
        let entity = model.entity(&found.entity)?;
        let column = found.path.trim_end_matches('=');
        if entity.is_subject() && (entity.identifiers.iter().any(|it| it == column) || found.path.starts_with("email"))
        {
            // A lead of a contact is that contact; other rows are persons of their own.
            let whose = subject::of_row(rx, &found.entity, found.id)?;
            if let Some(whose) = whose.filter(|it| !candidates.contains(it)) {
                candidates.push(whose);
            }
        }
    }
    Ok(candidates)
}

/// Takes in rows that hold an address of the person: those that are theirs, or nobody's; a row of
/// somebody else is left alone.
pub(crate) fn take_in(rx: &Rx<'_>, discovery: &mut Discovery, by_address: Vec<Found>) -> Result<()> {
    let mut known: HashSet<(String, Uuid)> = discovery.rows.iter().map(place).collect();
    for found in by_address {
        if known.contains(&place(&found)) {
            continue;
        }
        match subject::of_row(rx, &found.entity, found.id)? {
            Some(other) if !discovery.subjects.contains(&other) => discovery.others.push(found),
            _ => {
                known.insert(place(&found));
                discovery.rows.push(found);
            }
        }
    }
    Ok(())
}

fn place(found: &Found) -> (String, Uuid) {
    (found.entity.clone(), found.id)
}

/// Everything that the paths of the metadata lead to from these records, including records that are
/// the same person in another role.
///
/// # Errors
/// Those of reading.
pub fn follow(rx: &Rx<'_>, subjects: Vec<Subject>) -> Result<Discovery> {
    let model = rx.model();
    let mut discovery = Discovery { by_address: subjects.len(), subjects, ..Discovery::default() };
    let (mut at, mut known) = (0, HashSet::new());
    while let Some(subject) = discovery.subjects.get(at).cloned() {
        at += 1;
        for found in subject::rows_of(rx, &subject)? {
            let role = Subject::new(&found.entity, found.id);
            if model.entity(&found.entity)?.is_subject() && !discovery.subjects.contains(&role) {
                discovery.subjects.push(role);
            }
            if known.insert(place(&found)) {
                discovery.rows.push(found);
            }
        }
    }
    discovery.rows.sort();
    Ok(discovery)
}

fn select(rx: &Rx<'_>, candidates: Vec<Subject>, chosen: &[Subject]) -> Result<Vec<Subject>> {
    if !chosen.is_empty() {
        if let Some(stranger) = chosen.iter().find(|it| !candidates.contains(it)) {
            return Err(Error::new(
                Kind::NotFound,
                "not-found",
                "subject",
                format!("{stranger} does not carry the address of the request"),
            ));
        }
        return Ok(chosen.to_vec());
    }
    let mut names = BTreeSet::new();
    for candidate in &candidates {
        let row = rx.get(&candidate.entity, candidate.id)?;
        let primary = rx.model().entity(&candidate.entity)?.primary_name.clone().unwrap_or_default();
        let name: String = row.text(&primary).to_lowercase().chars().filter(|it| it.is_alphanumeric()).collect();
        names.insert(name);
    }
    if names.len() > 1 {
        let list: Vec<String> = candidates.iter().map(ToString::to_string).collect();
        return Err(Error::new(
            Kind::Conflict,
            "several-persons",
            "subject",
            Phrase::new(
                "several-persons",
                "{count} records with different names share this address: {records}; say which of them are meant with --subject",
            )
            .with("count", list.len())
            .with("records", list.join(", ")),
        ));
    }
    Ok(candidates)
}

/// The addresses of the person, from every record that is the person.
///
/// # Errors
/// Those of reading.
pub fn addresses(rx: &Rx<'_>, subjects: &[Subject]) -> Result<BTreeSet<String>> {
    let mut all = BTreeSet::new();
    for subject in subjects {
        let Some(row) = rx.find(&subject.entity, subject.id)? else { continue };
        for column in rx.model().entity(&subject.entity)?.columns.values().filter(|it| it.privacy.category == ADDRESS) {
            if let Value::Text(text) = row.get(&column.name) {
                all.insert(text.to_lowercase());
            }
        }
    }
    Ok(all)
}

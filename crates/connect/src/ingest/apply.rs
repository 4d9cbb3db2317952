//! One row into the store: found or made, filled or overwritten.
//!
//! *Not* the reading of the file. Invariant: a row is taken whole or not at all, and a refused row
//! leaves nothing behind for the rows after it.

use std::hash::{DefaultHasher, Hash, Hasher};

use kernel::{Error, Kind, Query, Record, Result, Tx, Value, Values};
use privacy::{consent::Imported, erasure::ledger};

use super::{
    consent,
    mapping::OnMatch,
    plan::{Plan, Prepared},
    report::Refusal,
};

/// What became of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    Created,
    Updated,
    Unchanged,
    Suppressed,
}

/// What a row did.
#[derive(Debug)]
pub(crate) struct Done {
    pub(crate) fate: Fate,
    /// Targets whose value changed.
    pub(crate) changed: Vec<usize>,
    pub(crate) consent: Option<Imported>,
    /// Marks of the record before and after, when they were asked for.
    pub(crate) marks: Vec<u64>,
}

pub(crate) type Outcome = std::result::Result<Done, Refusal>;

/// Applies rows one by one, each on its own savepoint.
///
/// # Errors
/// `Unavailable` when the store cannot go on; everything else refuses the row only.
pub(crate) fn rows(tx: &mut Tx<'_>, plan: &Plan, rows: &[Prepared], marked: bool) -> Result<Vec<Outcome>> {
    rows.iter()
        .map(|row| match tx.attempt(|tx| one(tx, plan, row, marked)) {
            Ok(done) => Ok(Ok(done)),
            Err(error) if error.kind == Kind::Unavailable => Err(error),
            // A rule of the write path may know of an erasure that the row's own cells do not show.
            Err(error) if error.code == "erased" => Ok(Ok(Done::without(Fate::Suppressed))),
            Err(error) => Ok(Err(Refusal::of_error(row.line, &error))),
        })
        .collect()
}

impl Done {
    fn without(fate: Fate) -> Self {
        Done { fate, changed: Vec::new(), consent: None, marks: Vec::new() }
    }
}

fn one(tx: &mut Tx<'_>, plan: &Plan, row: &Prepared, marked: bool) -> Result<Done> {
    let found = find(tx, plan, row)?;
    let mut marks = Vec::new();
    let (id, changed, fate) = match &found {
        // Art. 17 GDPR: the row would bring an erased person back.
        None if ledger::hit(tx, &plan.entity, &values_of(plan, row))?.is_some() => {
            return Ok(Done::without(Fate::Suppressed));
        }
        None => {
            let values = values_of(plan, row);
            let changed = row.cells.iter().map(|it| it.target).collect();
            (tx.create(&plan.entity, values)?, changed, Fate::Created)
        }
        Some(_) if plan.on_match == OnMatch::Skip => return Ok(Done::without(Fate::Unchanged)),
        Some(record) => {
            let (values, changed) = differing(plan, row, record);
            let updated = !values.is_empty() && tx.update(&plan.entity, record.id, values)?;
            if marked {
                marks.extend(plan.marks(record));
            }
            (record.id, changed, if updated { Fate::Updated } else { Fate::Unchanged })
        }
    };
    let consent = row.consent.as_ref().map(|wish| consent::apply_consent(tx, id, wish)).transpose()?;
    let moved = matches!(consent, Some(Imported::Raised | Imported::Lowered));
    let fate = if moved && fate == Fate::Unchanged { Fate::Updated } else { fate };
    if marked && fate != Fate::Unchanged {
        marks.extend(plan.marks(&tx.get(&plan.entity, id)?.values));
    }
    Ok(Done { fate, changed, consent, marks })
}

/// The record that the row is about: by the first list of `match` that finds one.
fn find(tx: &Tx<'_>, plan: &Plan, row: &Prepared) -> Result<Option<Record>> {
    let own = values_of(plan, row);
    for (index, list) in plan.matching.iter().enumerate() {
        if list.iter().any(|it| own.get(it).is_null()) {
            continue;
        }
        let query = list.iter().fold(Query::on(&plan.entity), |query, it| query.eq(it, own.get(it).clone()));
        let mut found = tx.rows(&query.top(10))?;
        // Two members of a family share an address and a name, but not the key of the source.
        let earlier = plan.matching.get(..index).unwrap_or_default();
        found.retain(|record| !earlier.iter().any(|list| contradicts(list, &own, record)));
        if found.len() > 1 {
            let text = "several records match the row; match by more columns, or merge the records first";
            return Err(Error::conflict(list.join(", "), text));
        }
        if let Some(record) = found.pop() {
            return Ok(Some(record));
        }
    }
    Ok(None)
}

fn contradicts(list: &[String], own: &Values, record: &Record) -> bool {
    let given = |values: &Values| list.iter().all(|it| !values.get(it).is_null());
    given(own) && given(record) && mark(list, own) != mark(list, record)
}

fn values_of(plan: &Plan, row: &Prepared) -> Values {
    row.cells.iter().map(|it| (plan.name(it.target).to_owned(), it.value.clone())).collect()
}

fn differing(plan: &Plan, row: &Prepared, record: &Record) -> (Values, Vec<usize>) {
    let (mut values, mut changed) = (Values::new(), Vec::new());
    for cell in &row.cells {
        let name = plan.name(cell.target);
        let present = record.get(name);
        let takes = present.is_null() || (plan.on_match == OnMatch::Overwrite && !cell.supplied);
        if takes && *present != cell.value {
            values.set(name, cell.value.clone());
            changed.push(cell.target);
        }
    }
    (values, changed)
}

impl Plan {
    /// Marks of everything by which a row and a record, or two rows, can meet: rows without a common
    /// mark do not concern each other. Two different values may share a mark.
    pub(crate) fn marks(&self, values: &Values) -> Vec<u64> {
        let lists = self.matching.iter().chain(&self.keys);
        lists.filter(|list| list.iter().all(|it| !values.get(it).is_null())).map(|list| mark(list, values)).collect()
    }

    /// The marks of a row.
    pub(crate) fn marks_of(&self, row: &Prepared) -> Vec<u64> {
        self.marks(&values_of(self, row))
    }

    /// The mark of the first list of `match` that the row has values for.
    pub(crate) fn first_mark(&self, row: &Prepared) -> Option<u64> {
        let own = values_of(self, row);
        self.matching.iter().find(|list| list.iter().all(|it| !own.get(it).is_null())).map(|list| mark(list, &own))
    }
}

/// Texts are compared as the store compares them: without regard to case.
fn mark(list: &[String], values: &Values) -> u64 {
    let mut hasher = DefaultHasher::new();
    for name in list {
        name.hash(&mut hasher);
        match values.get(name) {
            Value::Text(it) => it.chars().flat_map(char::to_lowercase).collect::<String>().hash(&mut hasher),
            other => other.to_json().to_string().hash(&mut hasher),
        }
    }
    hasher.finish()
}

//! A dry run: the same rows on the same path, taken back before anybody can see them.
//!
//! Each chunk is applied and taken back at once, so nobody waits for a whole file. A row that meets an
//! earlier row of the file needs that one to be there: it is applied again first, uncounted. *Not* a
//! second reading of the rules. Invariant: the store is as before, and the numbers are those of the
//! import itself.

use std::{
    collections::{BTreeSet, HashMap},
    mem::size_of,
    sync::Arc,
};

use kernel::{Context, Db, Error, Kind, Result};

use super::{
    apply::{self, Fate, Outcome},
    plan::{Cell, Plan, Prepared},
};

/// So much of the rows that would be written is remembered, in bytes.
const BUDGET: usize = 256 * 1024 * 1024;

/// The rows of a dry run that would have changed something.
#[derive(Default)]
pub(crate) struct Rehearsal {
    kept: Vec<Arc<Prepared>>,
    marks: Vec<Vec<u64>>,
    by_mark: HashMap<u64, Vec<usize>>,
    bytes: usize,
}

impl Rehearsal {
    /// Tries a chunk.
    ///
    /// # Errors
    /// `Unavailable` when the store cannot go on, `TooMany` when the file would change too much for a
    /// dry run.
    pub(crate) fn chunk(
        &mut self,
        db: &Db,
        cx: &Context,
        plan: &Arc<Plan>,
        rows: Vec<Prepared>,
    ) -> Result<Vec<Outcome>> {
        let rows: Arc<[Prepared]> = rows.into();
        let again: Vec<Arc<Prepared>> =
            self.meeting(plan, &rows).into_iter().filter_map(|it| self.kept.get(it).cloned()).collect();
        let (plan_there, rows_there) = (Arc::clone(plan), Arc::clone(&rows));
        let outcomes = db.write(cx, move |tx| {
            tx.rehearse(|tx| {
                for row in &again {
                    apply::rows(tx, &plan_there, std::slice::from_ref(row.as_ref()), false)?;
                }
                apply::rows(tx, &plan_there, &rows_there, true)
            })
        })?;
        for (row, outcome) in rows.iter().zip(&outcomes) {
            if let Ok(done) = outcome
                && matches!(done.fate, Fate::Created | Fate::Updated)
            {
                self.keep(plan, row, &done.marks)?;
            }
        }
        Ok(outcomes)
    }

    /// The earlier rows that these rows meet, and those that they met in turn, in their order.
    fn meeting(&self, plan: &Plan, rows: &[Prepared]) -> BTreeSet<usize> {
        let mut found = BTreeSet::new();
        let mut open: Vec<u64> = rows.iter().flat_map(|it| plan.marks_of(it)).collect();
        while let Some(mark) = open.pop() {
            for row in self.by_mark.get(&mark).into_iter().flatten() {
                if found.insert(*row) {
                    open.extend(self.marks.get(*row).into_iter().flatten());
                }
            }
        }
        found
    }

    fn keep(&mut self, plan: &Plan, row: &Prepared, more: &[u64]) -> Result<()> {
        let mut marks = plan.marks_of(row);
        marks.extend(more);
        marks.sort_unstable();
        marks.dedup();
        if marks.is_empty() {
            // Nothing can meet it.
            return Ok(());
        }
        self.bytes += row.bytes + row.cells.len() * size_of::<Cell>() + marks.len() * 48 + 128;
        if self.bytes > BUDGET {
            let text = format!(
                "a dry run remembers the rows that would be written, at most {} MiB of them; split the file, or import it and undo the batch",
                BUDGET / 1024 / 1024
            );
            return Err(Error::new(Kind::TooMany, "dry-run-too-large", format!("line {}", row.line), text));
        }
        for mark in &marks {
            self.by_mark.entry(*mark).or_default().push(self.kept.len());
        }
        self.kept.push(Arc::new(row.clone()));
        self.marks.push(marks);
        Ok(())
    }
}

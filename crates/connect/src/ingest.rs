//! Importing a delimited file: rows become records, each refused row by itself, all of it undoable.
//!
//! The mapping file says how ([`Mapping`], `docs/import.md`); rows go through the one write path, so
//! rules, audit and access hold as anywhere else. *Not* a way around consent or erasure: a raise
//! needs evidence, and an erased person stays away. Invariant: the file is streamed, so its size
//! does not matter to memory, and every row written is tied to its import batch in the audit trail.

mod apply;
mod batch;
mod cell;
mod consent;
mod mapping;
mod plan;
mod rehearsal;
mod report;
mod rows;
mod undo;

use std::{collections::HashSet, io::Read, sync::Arc};

use kernel::{
    Context, Db, Error, Result,
    access::{self, Privilege},
    blob::Digesting,
};
use privacy::consent::{Imported, configuration as consent_configuration};

use self::{
    apply::{Fate, Outcome},
    batch::Status,
    plan::{Plan, Prepared},
    rehearsal::Rehearsal,
    rows::Rows,
};
pub use self::{
    mapping::Mapping,
    report::{LISTED, Refusal, Report},
    undo::{Left, Undone, undo},
};

/// What a file may be at most; an error names the limit that was passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Rows of a file.
    pub rows: u64,
    /// Bytes of a row.
    pub row_bytes: usize,
    /// Columns of a row.
    pub columns: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { rows: 1_000_000, row_bytes: 64 * 1024, columns: 200 }
    }
}

/// How an import is run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// The entity; may be left to the mapping.
    pub entity: Option<String>,
    /// The name of the file, for the import batch.
    pub file_name: String,
    /// Only try: nothing changes, the report says what would.
    pub dry_run: bool,
    /// The limits.
    pub limits: Limits,
}

/// So many rows are written in one transaction.
const CHUNK: usize = 500;
/// After so many rows the import batch notes how far it is.
const NOTE: u64 = 10_000;

/// Imports a file. `progress` is told after each chunk how many rows are read.
///
/// # Errors
/// `Invalid` for a mapping that does not fit entity or file, `Forbidden` without the privileges,
/// `TooMany` beyond a limit, `Unavailable` when file or store fail. Rows that were written before
/// the failure stay, tied to the batch that the error names.
pub fn run(
    db: &Db,
    cx: &Context,
    input: impl Read,
    mapping: &Mapping,
    options: Options,
    progress: impl FnMut(u64),
) -> Result<Report> {
    let model = db.model();
    let name = entity_name(mapping, &options)?;
    let entity = model.entity(&name)?;
    let needed = [Privilege::Create, Privilege::Read, Privilege::Write];
    db.read(cx, |rx| needed.into_iter().try_for_each(|it| access::check(rx, entity, it)))?;
    let mut rows = Rows::new(Digesting::new(input), mapping, options.limits);
    let header = if mapping.header { Some(header(&mut rows)?) } else { None };
    let plan = Plan::new(&model, &name, mapping, header.as_deref())?;
    let report = Report { entity: name, dry_run: options.dry_run, ..Report::default() };
    let mut import =
        Import { db, base: cx, cx: cx.clone(), report, plan: Arc::new(plan), rehearsal: Rehearsal::default() };
    if options.dry_run {
        // Rules see a batch, as they will; it is never stored.
        import.cx = cx.in_batch(cx.new_id());
        import.read(&mut rows, options.limits, progress)?;
        import.finish(rows)?;
        return Ok(import.report);
    }
    let batch = batch::begin(db, cx, &import.report.entity, &options.file_name, mapping)?;
    import.report.batch = Some(batch);
    import.cx = cx.in_batch(batch);
    let result = import.read(&mut rows, options.limits, progress).and_then(|()| import.finish(rows));
    let status = if result.is_ok() { Status::Done } else { Status::Failed };
    let noted = batch::note(db, cx, batch, status, &import.report);
    if let Err(mut error) = result {
        error.text.push_str(&format!(" (import batch {batch} keeps what was written; it can be undone)"));
        return Err(error);
    }
    noted.map(|()| import.report)
}

fn entity_name(mapping: &Mapping, options: &Options) -> Result<String> {
    match (mapping.entity(), options.entity.as_deref()) {
        (Some(mapped), Some(wanted)) if mapped != wanted => Err(Error::invalid(
            "entity",
            format!("the mapping is for {mapped} and the import is into {wanted}; correct one of them"),
        )),
        (Some(name), _) | (None, Some(name)) => Ok(name.to_owned()),
        (None, None) => {
            Err(Error::invalid("entity", "say which entity: entity = \"contact\" in the mapping, or --entity"))
        }
    }
}

fn header<R: Read>(rows: &mut Rows<R>) -> Result<Vec<String>> {
    let Some(row) = rows.next()? else {
        return Err(Error::invalid("header", "the file is empty; header = true wants a first row with names"));
    };
    row.fields.map_err(|reason| Error::invalid("header", format!("the row {reason}")))
}

/// An import on its way.
struct Import<'a> {
    db: &'a Db,
    base: &'a Context,
    cx: Context,
    plan: Arc<Plan>,
    report: Report,
    rehearsal: Rehearsal,
}

impl Import<'_> {
    fn read<R: Read>(&mut self, rows: &mut Rows<R>, limits: Limits, mut progress: impl FnMut(u64)) -> Result<()> {
        let (mut chunk, mut refused) = (Vec::with_capacity(CHUNK), Vec::new());
        let mut seen: HashSet<u64> = HashSet::new();
        let (mut left_out, mut noted) = (vec![0_u64; self.plan.targets.len()], 0);
        let mut width = None;
        loop {
            let row = rows.next()?;
            let last = row.is_none();
            if let Some(row) = row {
                if self.report.rows >= limits.rows {
                    self.chunk(std::mem::take(&mut chunk), std::mem::take(&mut refused))?;
                    return Err(rows.too_many());
                }
                self.report.rows += 1;
                let prepared = row
                    .fields
                    .map_err(|reason| Refusal::of_row(row.line, reason))
                    .and_then(|fields| self.plan.prepare(row.line, row.bytes, &fields, &mut width, self.cx.now()));
                match prepared {
                    Ok(prepared) => {
                        if self.plan.first_mark(&prepared).is_some_and(|it| !seen.insert(it)) {
                            self.report.repeat(prepared.line);
                        }
                        prepared.left_out.iter().filter_map(|it| left_out.get_mut(*it).map(|n| *n += 1)).count();
                        chunk.push(prepared);
                    }
                    Err(refusal) => refused.push(refusal),
                }
            }
            if last || chunk.len() + refused.len() >= CHUNK {
                self.chunk(std::mem::take(&mut chunk), std::mem::take(&mut refused))?;
                progress(self.report.rows);
                if let Some(batch) = self.report.batch.filter(|_| self.report.rows - noted >= NOTE) {
                    noted = self.report.rows;
                    batch::note(self.db, self.base, batch, Status::Running, &self.report)?;
                }
            }
            if last {
                break;
            }
        }
        for (target, count) in left_out.into_iter().enumerate().filter(|(_, it)| *it > 0) {
            let name = self.plan.name(target);
            self.report.warnings.push(format!("{name}: {count} values that the column does not take were left out"));
        }
        Ok(())
    }

    fn chunk(&mut self, rows: Vec<Prepared>, mut refused: Vec<Refusal>) -> Result<()> {
        let outcomes = if rows.is_empty() {
            Vec::new()
        } else if self.report.dry_run {
            self.rehearsal.chunk(self.db, &self.cx, &self.plan, rows)?
        } else {
            let plan = Arc::clone(&self.plan);
            self.db.write(&self.cx, move |tx| apply::rows(tx, &plan, &rows, false))?
        };
        for outcome in outcomes {
            self.count(outcome, &mut refused);
        }
        refused.sort_by_key(|it| it.line);
        for refusal in refused {
            self.report.refuse(refusal);
        }
        Ok(())
    }

    fn count(&mut self, outcome: Outcome, refused: &mut Vec<Refusal>) {
        let report = &mut self.report;
        let done = match outcome {
            Ok(done) => done,
            Err(refusal) => return refused.push(refusal),
        };
        match done.fate {
            Fate::Created => report.created += 1,
            Fate::Updated => report.updated += 1,
            Fate::Unchanged => report.unchanged += 1,
            Fate::Suppressed => report.suppressed += 1,
        }
        match done.consent {
            Some(Imported::Raised) => report.consent_raised += 1,
            Some(Imported::Lowered) => report.consent_lowered += 1,
            Some(Imported::KeptNoEvidence) => report.consent_kept += 1,
            Some(Imported::Unchanged) | None => {}
        }
        if report.dry_run {
            for target in done.changed {
                *report.would.entry(self.plan.name(target).to_owned()).or_default() += 1;
            }
        }
    }

    fn finish<R: Read>(&mut self, rows: Rows<Digesting<R>>) -> Result<()> {
        self.report.file_hash = rows.into_input().finish().0;
        let (entity, hash) = (self.report.entity.clone(), self.report.file_hash.clone());
        let earlier = self.db.read(&self.cx.as_system("import"), |rx| batch::earlier(rx, &entity, &hash))?;
        if let Some(batch) = earlier {
            self.report.warnings.push(format!("the same file was imported before, as batch {}", batch.id));
        }
        if self.report.repeated > 0 {
            let text = format!(
                "{} rows repeat the key of an earlier row; they were applied to its record",
                self.report.repeated
            );
            self.report.warnings.push(text);
        }
        let moved = self.report.consent_raised + self.report.consent_lowered > 0;
        let system = self.base.as_system("import");
        if moved && !self.db.read(&system, consent_configuration::read)?.logging {
            let text = "consent changes are not logged here, so the evidence in the file is not kept; switch logging on before importing consent";
            self.report.warnings.push(text.to_owned());
        }
        if self.report.consent_kept > 0 {
            let text = "consent was not raised where a row lacks source, date or wording, or the person withdrew later";
            self.report.warnings.push(text.to_owned());
        }
        Ok(())
    }
}

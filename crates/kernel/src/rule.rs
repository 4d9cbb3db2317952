//! The extension points of the kernel: rules of the write path, jobs and event consumers.
//!
//! Each is a plain list that the binary puts together (law 10); there is no other way in. *Not* a
//! plug-in system. Invariant: rules run in the order of the list.

use jiff::Timestamp;

use crate::{Error, Record, Result, Tx, Value, Values, events::Event, jobs::Job};

/// What is done to a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(i64)]
pub enum Op {
    /// A row is made.
    Create = 1,
    /// A row is changed.
    Update = 2,
    /// A row is deleted.
    Delete = 3,
}

/// A change of one row on its way through the pipeline.
pub struct Change {
    /// What is done.
    pub op: Op,
    /// The entity's logical name.
    pub entity: String,
    /// The row.
    pub id: uuid::Uuid,
    /// The row as it was; none when it is made.
    pub before: Option<Record>,
    /// The columns that become different, with their new values.
    pub values: Values,
}

impl Change {
    /// The value before the change.
    pub fn old(&self, column: &str) -> &Value {
        self.before.as_ref().map_or(&Value::Null, |it| it.get(column))
    }
    /// The value after the change.
    pub fn new_value(&self, column: &str) -> &Value {
        if self.values.has(column) { self.values.get(column) } else { self.old(column) }
    }
    /// The row as it is after the change.
    pub fn after(&self) -> Record {
        let (version, mut values) =
            self.before.as_ref().map_or_else(Default::default, |it| (it.version, it.values.clone()));
        for (name, value) in self.values.iter() {
            values.set(name, value.clone());
        }
        Record { entity: self.entity.clone(), id: self.id, version, values }
    }
    /// Whether the column becomes different.
    pub fn touches(&self, column: &str) -> bool {
        self.values.has(column) && self.values.get(column) != self.old(column)
    }
}

/// When a rule runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Before the row is stored; it may change the values or refuse.
    Before,
    /// After the row is stored, audited and announced; it may write other rows or refuse.
    After,
}

/// What a rule does.
pub type RuleFn = fn(&mut Tx<'_>, &mut Change) -> Result<()>;

/// Something that always holds when a row of an entity is written.
#[derive(Clone, Copy)]
pub struct Rule {
    /// The entity's logical name; `*` is every entity.
    pub entity: &'static str,
    /// What is done to the row.
    pub op: Op,
    /// The columns that wake it, for an update; empty is every column.
    pub columns: &'static [&'static str],
    /// When it runs.
    pub phase: Phase,
    /// What it does.
    pub run: RuleFn,
}

impl Rule {
    /// A rule that runs before the row is stored.
    pub const fn before(entity: &'static str, op: Op, columns: &'static [&'static str], run: RuleFn) -> Self {
        Rule { entity, op, columns, phase: Phase::Before, run }
    }
    /// A rule that runs after the row is stored.
    pub const fn after(entity: &'static str, op: Op, columns: &'static [&'static str], run: RuleFn) -> Self {
        Rule { entity, op, columns, phase: Phase::After, run }
    }
    pub(crate) fn wakes(&self, phase: Phase, change: &Change) -> bool {
        self.phase == phase
            && self.op == change.op
            && (self.entity == change.entity || self.entity == "*")
            && (self.op != Op::Update || self.columns.is_empty() || self.columns.iter().any(|it| change.touches(it)))
    }
}

/// How a job ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It is finished.
    Done,
    /// It wants to run again then.
    Again(Timestamp),
    /// It failed and may be tried again; the reason is for people.
    Retry(String),
    /// It failed for good; the reason is for people.
    Fail(String),
}

/// A kind of job. Names are frozen once released.
#[derive(Clone, Copy)]
pub struct JobKind {
    /// The name.
    pub name: &'static str,
    /// What it does; idempotent.
    pub run: fn(&mut Tx<'_>, &Job) -> Result<Outcome>,
}

/// Something that follows what happens, in order, each event once.
#[derive(Clone, Copy)]
pub struct Consumer {
    /// The name of its cursor.
    pub name: &'static str,
    /// The entities it follows.
    pub entities: &'static [&'static str],
    /// What it does.
    pub run: fn(&mut Tx<'_>, &Event) -> Result<()>,
}

/// All rules, jobs and consumers of a program.
#[derive(Clone, Default)]
pub struct Registry {
    /// The rules, in the order they run.
    pub rules: Vec<Rule>,
    /// The kinds of job.
    pub jobs: Vec<JobKind>,
    /// The consumers.
    pub consumers: Vec<Consumer>,
}

impl Registry {
    /// The lists of one crate added.
    #[must_use]
    pub fn with(mut self, rules: &[Rule], jobs: &[JobKind], consumers: &[Consumer]) -> Self {
        self.rules.extend_from_slice(rules);
        self.jobs.extend_from_slice(jobs);
        self.consumers.extend_from_slice(consumers);
        self
    }
    /// The kind of that name.
    ///
    /// # Errors
    /// `Bug` when no list has it.
    pub fn job(&self, name: &str) -> Result<&JobKind> {
        self.jobs
            .iter()
            .find(|it| it.name == name)
            .ok_or_else(|| Error::bug(format!("there is no kind of job '{name}'")))
    }
}

//! Questions whose answer is a table rather than rows of one entity: joined entities, groups, sums.
//!
//! `$apply` and FetchXML are compiled to this; conditions stay `odata` expressions, in which the name
//! of a joined entity stands as the first step of a path. *Not* a way around access: each entity is
//! asked for its privilege to read. Invariant: rows that are not grouped have a total order, so their
//! pages do not shift.

mod build;

use uuid::Uuid;

use crate::{Value, metadata::Entity};

/// A question for a table.
#[derive(Debug, Clone)]
pub struct Report {
    /// The entity that it begins with.
    pub entity: String,
    /// Entities joined to it, each to one before it.
    pub joins: Vec<Join>,
    /// Collections that its conditions may ask `any` and `all` of, though no relationship is called so.
    pub links: Vec<Link>,
    /// What comes out.
    pub outputs: Vec<Output>,
    /// Which rows count.
    pub filter: Option<odata::Expr>,
    /// The order, and whether it is descending.
    pub order: Vec<(By, bool)>,
    /// One row for each combination of the outputs without a measure.
    pub grouped: bool,
    /// Groups of however many rows; for a question of the product's own, that no client words.
    pub whole: bool,
    /// No two equal rows.
    pub distinct: bool,
    /// At most so many rows.
    pub size: u64,
    /// So many rows are passed over; 0 where `after` is given.
    pub skip: u64,
    /// Go on behind the end of a page.
    pub after: Option<String>,
}

/// An entity that is joined.
#[derive(Debug, Clone)]
pub struct Join {
    /// The name under which paths begin with it.
    pub name: String,
    /// The entity.
    pub entity: String,
    /// The name of the join that it is joined to; none is the entity of the report.
    pub parent: Option<String>,
    /// Its own column.
    pub from: String,
    /// The parent's column.
    pub to: String,
    /// Which rows it makes of a parent's.
    pub kind: JoinKind,
    /// Which of its rows are joined.
    pub filter: Option<odata::Expr>,
}

/// Which rows a join makes of a row of its parent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JoinKind {
    /// One for each partner.
    Inner,
    /// One for each partner; one without where there is none.
    Outer,
    /// One with the first of its partners, by identifier.
    First,
}

/// The rows of an entity with a value of ours in one of their columns, under a name of their own. An expression says
/// `NAME/any(…)` for the rows of the report's entity, `JOIN/NAME/any(…)` for those of a joined one.
#[derive(Debug, Clone)]
pub struct Link {
    /// The name that stands for them.
    pub name: String,
    /// The entity.
    pub entity: String,
    /// Its own column.
    pub from: String,
    /// The column of the row whose collection it is.
    pub to: String,
}

/// A column of the answer.
#[derive(Debug, Clone)]
pub struct Output {
    /// Its name.
    pub name: String,
    /// The column, or a way to it; empty for a count of rows.
    pub path: odata::Path,
    /// What is made of the values of a group.
    pub measure: Option<Measure>,
    /// The part of a day or an instant that stands for it.
    pub part: Option<DatePart>,
}

/// A part of a day or of an instant, in UTC, as a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DatePart {
    /// 1 to 31.
    Day,
    /// 1 to 54: the week of 1 January is the first, and weeks begin on Sunday.
    Week,
    /// 1 to 12.
    Month,
    /// 1 to 4.
    Quarter,
    /// Such as 2026.
    Year,
    /// Such as 20264 for the last quarter of 2026.
    QuarterOfYear,
}

/// What is made of the values of a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// How many rows.
    Count,
    /// How many values.
    CountValues,
    /// How many different values.
    CountDistinct,
    /// The sum.
    Sum,
    /// The mean.
    Average,
    /// The smallest.
    Min,
    /// The largest.
    Max,
}

/// What a report is ordered by.
#[derive(Debug, Clone)]
pub enum By {
    /// An output, by its name.
    Output(String),
    /// A column, or a way to it.
    Path(odata::Path),
}

/// The answer.
#[derive(Debug, Clone)]
pub struct Reported {
    /// Entity and column whose type each output has; none for counts and means.
    pub sources: Vec<Option<(String, String)>>,
    /// The rows.
    pub rows: Vec<Line>,
    /// Whether there are more.
    pub more: bool,
    /// Where to go on; none at the end, and none for groups.
    pub next: Option<String>,
}

/// A row of the answer.
#[derive(Debug, Clone)]
pub struct Line {
    /// The row of the report's entity behind it; none for groups.
    pub id: Option<Uuid>,
    /// Its version.
    pub version: i64,
    /// The values in the order of the outputs.
    pub values: Vec<Value>,
}

impl Report {
    /// A report without columns yet.
    pub fn on(entity: &str, size: u64) -> Self {
        Report {
            entity: entity.to_owned(),
            joins: Vec::new(),
            links: Vec::new(),
            outputs: Vec::new(),
            filter: None,
            order: Vec::new(),
            grouped: false,
            whole: false,
            distinct: false,
            size,
            skip: 0,
            after: None,
        }
    }

    /// The report with one more column.
    #[must_use]
    pub fn with(mut self, name: &str, path: &str, measure: Option<Measure>) -> Self {
        let path = if path.is_empty() { odata::Path(Vec::new()) } else { odata::Path::from(path) };
        self.outputs.push(Output { name: name.to_owned(), path, measure, part: None });
        self
    }

    /// Whether lines stand for rows, which have an identity and a total order.
    fn has_rows(&self) -> bool {
        !self.grouped && !self.distinct
    }
}

/// An entity in a report: its name in paths, itself, and the alias of its table.
type Source<'e> = (String, &'e Entity, String);

//! The value of a `$apply`: transformations in the order in which they are carried out. It does not say which orders
//! a service carries out, and no name in it is looked up.

use std::fmt;

use crate::{Expr, Path};

/// One step of a `$apply`.
#[derive(Debug, Clone, PartialEq)]
pub enum Transformation {
    /// `filter(statecode eq 0)`, aliases not resolved
    Filter(Expr),
    /// `aggregate(revenue with sum as total)`: at least one
    Aggregate(Vec<Aggregate>),
    /// `groupby((a,b/c),aggregate(…))`
    GroupBy {
        /// What makes a group: at least one column.
        keys: Vec<Path>,
        /// What is done within each group.
        then: Vec<Transformation>,
    },
}

/// One value of an `aggregate`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Aggregate {
    /// What is aggregated; empty for the `$count` of the rows themselves.
    pub path: Path,
    /// How.
    pub method: AggregateMethod,
    /// What the value is called in the answer.
    pub name: String,
}

/// How values become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AggregateMethod {
    /// `with sum`
    Sum,
    /// `with average`
    Average,
    /// `with min`
    Min,
    /// `with max`
    Max,
    /// `with countdistinct`
    CountDistinct,
    /// `$count`
    Count,
}

impl AggregateMethod {
    /// The methods that stand behind `with`.
    pub(crate) const WITH: [Self; 5] = [Self::Sum, Self::Average, Self::Min, Self::Max, Self::CountDistinct];

    /// The method as written.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sum => "sum",
            Self::Average => "average",
            Self::Min => "min",
            Self::Max => "max",
            Self::CountDistinct => "countdistinct",
            Self::Count => "$count",
        }
    }
}

impl fmt::Display for Transformation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Filter(condition) => write!(f, "filter({condition})"),
            Self::Aggregate(values) => write!(f, "aggregate({})", joined(values, ",")),
            Self::GroupBy { keys, then } => {
                write!(f, "groupby(({})", joined(keys, ","))?;
                if !then.is_empty() {
                    write!(f, ",{}", joined(then, "/"))?;
                }
                f.write_str(")")
            }
        }
    }
}

impl fmt::Display for Aggregate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, method, name } = self;
        match method {
            AggregateMethod::Count if path.0.is_empty() => write!(f, "$count as {name}"),
            AggregateMethod::Count => write!(f, "{path}/$count as {name}"),
            method => write!(f, "{path} with {} as {name}", method.as_str()),
        }
    }
}

fn joined<T: fmt::Display>(items: &[T], between: &str) -> String {
    items.iter().map(T::to_string).collect::<Vec<_>>().join(between)
}

//! One item of an `$expand`: a navigation and what to bring of its rows. It does not bound how many there are.

use std::fmt;

use crate::{Expr, OrderItem, Path};

/// `nav`, `nav/$ref` or `nav($select=…;…)`.
#[derive(Debug, Clone, PartialEq)]
pub struct ExpandItem {
    /// The navigation, possibly behind a complex column or a type cast.
    pub path: Path,
    /// `/$ref`: only links.
    pub reference: bool,
    /// What stands in the brackets.
    pub options: ExpandOptions,
}

/// The options of one expanded navigation.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ExpandOptions {
    /// `$select`; empty means all columns.
    pub select: Vec<Path>,
    /// `$filter`
    pub filter: Option<Expr>,
    /// `$orderby`
    pub orderby: Vec<OrderItem>,
    /// `$top`
    pub top: Option<u64>,
    /// `$expand`
    pub expand: Vec<ExpandItem>,
    /// `$count=true`
    pub count: bool,
}

impl fmt::Display for ExpandItem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.path)?;
        if self.reference {
            f.write_str("/$ref")?;
        }
        let options = self.options.to_string();
        if options.is_empty() { Ok(()) } else { write!(f, "({options})") }
    }
}

/// Prints the options without the brackets, in a fixed order.
impl fmt::Display for ExpandOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut options = Vec::new();
        if !self.select.is_empty() {
            options.push(format!("$select={}", commas(&self.select)));
        }
        if let Some(filter) = &self.filter {
            options.push(format!("$filter={filter}"));
        }
        if !self.orderby.is_empty() {
            options.push(format!("$orderby={}", commas(&self.orderby)));
        }
        if let Some(top) = self.top {
            options.push(format!("$top={top}"));
        }
        if self.count {
            options.push("$count=true".to_owned());
        }
        if !self.expand.is_empty() {
            options.push(format!("$expand={}", commas(&self.expand)));
        }
        f.write_str(&options.join(";"))
    }
}

fn commas<T: fmt::Display>(items: &[T]) -> String {
    items.iter().map(T::to_string).collect::<Vec<_>>().join(",")
}

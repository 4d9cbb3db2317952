//! The indexes by which lists are read in their order.
//!
//! *Not* the indexes for what is sought (`ddl`). Each order that the entity's views name gets one: first the columns of
//! the order and the key, as `query::page` sorts, then the columns that those views filter by. So the way to a page far
//! down, and the counting of rows, goes over the index alone. The filter's columns stand last on purpose: in front, the
//! embedded store would take "is active" for a choice of few rows. Invariant: no question is answered slower for such an
//! index than without it ([`is_detour`]).

use super::statements;
use crate::metadata::{ColumnType, Entity};

/// An index that follows an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ordered {
    /// The columns of the order, and whether each is descending; the key is the last.
    pub(crate) columns: Vec<(String, bool)>,
    /// What rows are chosen by.
    pub(crate) beside: Vec<String>,
}

impl Ordered {
    /// What the index is called by: its order without the key.
    pub(crate) fn name(&self) -> String {
        let last = self.columns.len().saturating_sub(1);
        let part =
            |(name, descending): &(String, bool)| if *descending { format!("{name}_desc") } else { name.clone() };
        self.columns.iter().take(last).map(part).collect::<Vec<_>>().join("_")
    }
}

/// The orders of the entity's views, each once.
pub(crate) fn of(entity: &Entity) -> Vec<Ordered> {
    let mut all: Vec<Ordered> = Vec::new();
    for view in entity.views.values() {
        let Some(mut columns) = view.order_by.as_deref().and_then(|it| own_columns(entity, it)) else { continue };
        columns.push((entity.key.clone(), false));
        let at = match all.iter().position(|it| it.columns == columns) {
            Some(at) => at,
            None => {
                all.push(Ordered { columns, beside: Vec::new() });
                all.len() - 1
            }
        };
        let Some(index) = all.get_mut(at) else { continue };
        for name in view.filter.as_deref().map(|it| filtered(entity, it)).unwrap_or_default() {
            if !index.beside.contains(&name) && !index.columns.iter().any(|(it, _)| *it == name) {
                index.beside.push(name);
            }
        }
    }
    all
}

/// Whether an index follows the first column of an order.
pub(crate) fn is_followed(entity: &Entity, order: &[(odata::Path, bool)]) -> bool {
    indexes(entity, order).next().is_some()
}

/// Whether the embedded store would take a detour over such an index: it knows no figures about the rows, so to spare
/// sorting it follows the index also where each row has to be looked up to see whether it counts. Where few do, that
/// reads the whole table in an order in which it does not lie.
pub(crate) fn is_detour(entity: &Entity, order: &[(odata::Path, bool)], filter: &odata::Expr) -> bool {
    let holds = |index: &Ordered, name: &str| {
        index.columns.iter().any(|(it, _)| it == name) || index.beside.iter().any(|it| it == name)
    };
    let asked = asked(filter);
    let mut indexes = indexes(entity, order).peekable();
    indexes.peek().is_some()
        && !indexes.any(|index| asked.iter().all(|it| it.single().is_some_and(|name| holds(index, name))))
}

fn indexes<'e>(entity: &'e Entity, order: &'e [(odata::Path, bool)]) -> impl Iterator<Item = &'e Ordered> {
    let first = order.first().and_then(|(path, _)| path.single());
    let begins = move |it: &&Ordered| it.columns.first().is_some_and(|(name, _)| Some(name.as_str()) == first);
    statements::of(entity).orders.iter().filter(begins)
}

/// Every path of a condition; an empty one for what is no comparison of columns.
fn asked(filter: &odata::Expr) -> Vec<odata::Path> {
    use odata::Expr;
    let (mut found, mut rest) = (Vec::new(), vec![filter]);
    while let Some(it) = rest.pop() {
        match it {
            Expr::And(left, right)
            | Expr::Or(left, right)
            | Expr::Compare { left, right, .. }
            | Expr::Call { left, right, .. } => rest.extend([left.as_ref(), right.as_ref()]),
            Expr::Not(it) | Expr::In { operand: it, .. } => rest.push(it),
            Expr::Path(path) => found.push(path.clone()),
            Expr::Literal(_) => {}
            _ => found.push(odata::Path(Vec::new())),
        }
    }
    found
}

/// The columns of an order by the entity's own values; none where it follows a lookup or sorts long texts.
fn own_columns(entity: &Entity, order: &str) -> Option<Vec<(String, bool)>> {
    let items = odata::parse_orderby(order).ok()?;
    let column = |item: odata::OrderItem| match item.path {
        odata::OrderTarget::Path(path) => {
            let name = path.single().filter(|it| fits(entity, it))?;
            Some((name.to_owned(), item.descending))
        }
        odata::OrderTarget::Alias(_) => None,
    };
    items.into_iter().map(column).collect::<Option<Vec<_>>>().filter(|it| !it.is_empty())
}

/// Whether an index takes the values: a server keeps no entry longer than a third of a page.
fn fits(entity: &Entity, name: &str) -> bool {
    entity.columns.get(name).is_some_and(|it| match it.kind {
        ColumnType::Text => it.max_length <= 400,
        ColumnType::Memo | ColumnType::Json | ColumnType::MultiChoice | ColumnType::Lookup => false,
        _ => true,
    })
}

/// The entity's own columns that a filter compares.
fn filtered(entity: &Entity, filter: &str) -> Vec<String> {
    use odata::Expr;
    let mut found = Vec::new();
    let Ok(filter) = odata::parse_filter(filter) else { return found };
    let mut rest = vec![&filter];
    while let Some(it) = rest.pop() {
        match it {
            Expr::And(left, right) | Expr::Or(left, right) | Expr::Compare { left, right, .. } => {
                rest.extend([right.as_ref(), left.as_ref()]);
            }
            Expr::Not(it) | Expr::In { operand: it, .. } => rest.push(it),
            Expr::Path(path) => found.extend(path.single().filter(|it| fits(entity, it)).map(str::to_owned)),
            _ => {}
        }
    }
    found
}

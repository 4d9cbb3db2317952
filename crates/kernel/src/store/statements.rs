//! The texts of the statements about one row of an entity, which are the same at each write.
//!
//! And the orders that its indexes follow. *Not* a query (`query`). Invariant: the columns stand in the order of the entity's columns, each
//! polymorphic lookup followed by its entity, as `query::record` reads them.

use super::order::{self, Ordered};
use crate::metadata::Entity;

/// The statements about one row, whose identifier is the one parameter, and the orders of its entity.
#[derive(Debug, Clone)]
pub(crate) struct Statements {
    /// Every column.
    pub(crate) whole: String,
    /// Whether it is there.
    pub(crate) exists: String,
    /// Deletes it.
    pub(crate) delete: String,
    /// The orders that indexes follow.
    pub(crate) orders: Vec<Ordered>,
}

/// The statements of an entity.
pub(crate) fn of(entity: &Entity) -> &Statements {
    entity.statements.get_or_init(|| {
        let mut names = Vec::new();
        for column in entity.columns.values() {
            names.push(format!(r#""{}""#, column.name));
            if column.is_polymorphic() {
                names.push(format!(r#""{}""#, column.entity_column()));
            }
        }
        let place = format!(r#"FROM "{}" WHERE "{}" = ?1"#, entity.name, entity.key);
        Statements {
            whole: format!("SELECT {} {place}", names.join(",")),
            exists: format!("SELECT 1 {place}"),
            delete: format!("DELETE {place}"),
            orders: order::of(entity),
        }
    })
}

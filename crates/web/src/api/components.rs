//! The definitions that were added to the metadata, as components of solutions.
//!
//! *Not* the rows of them (`crate::solutions`). Invariant: a component is named by the `MetadataId` that its
//! definition answers with; the columns that came with an entity of one's own are part of it.

use kernel::{Result, Rx, solution, uuid::Uuid};

use super::{choices, entity, fixed::fixed, relationship};

const ENTITY: i64 = 1;
const COLUMN: i64 = 2;
const CHOICE: i64 = 9;
const RELATIONSHIP: i64 = 10;
const KEY: i64 = 14;

/// A definition that was added.
pub struct Component {
    /// The solution of the product that brought it; none for what a customer added.
    pub solution: Option<String>,
    /// Its `componenttype`.
    pub kind: i64,
    /// Its `MetadataId`.
    pub object: Uuid,
}

/// All of them.
///
/// # Errors
/// Those of the store.
pub fn of(rx: &Rx<'_>) -> Result<Vec<Component>> {
    let model = rx.model();
    let mut all = Vec::new();
    let mut add = |layer: &str, kind: i64, object: Uuid| {
        let solution = (!layer.starts_with("customer.")).then(|| layer.to_owned());
        all.push(Component { solution, kind, object });
    };
    for entity in model.entities() {
        if let Some(layer) = &entity.solution {
            match entity.intersect {
                Some(_) => add(layer, RELATIONSHIP, relationship::many_identifier(&entity.name)),
                None => add(layer, ENTITY, fixed(&entity.name)),
            }
        }
        for column in entity.columns.values() {
            let Some(layer) = &column.solution else { continue };
            add(layer, COLUMN, fixed(&format!("{}.{}", entity.name, column.name)));
            for target in column.targets.iter().filter(|it| !it.collection.is_empty()) {
                add(layer, RELATIONSHIP, relationship::identifier(&entity.name, &column.name, &target.entity));
            }
        }
    }
    for (of, key) in solution::own_keys(rx)? {
        add("customer.", KEY, entity::key_identifier(&of, &key));
    }
    for (name, _) in model.all_choices().filter(|(_, it)| it.own) {
        add("customer.", CHOICE, choices::identifier(name));
    }
    Ok(all)
}

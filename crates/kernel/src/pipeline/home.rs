//! Where a row is at home in the distributed layout: with its data subject.
//!
//! *Not* what the layout is (`store::distributed`). Invariant: after each write the column [`HOME`] of every row that
//! the write concerns names what `subject::of` says. A database that spreads rows refuses to change the column by which
//! it does, so a row that comes to another person is deleted and inserted, in the same transaction.

use uuid::Uuid;

use super::store;
use crate::{
    Change, Op, Result, Tx, Values,
    metadata::Entity,
    store::{connection::cells, distributed::HOME, distributed::Spread},
    subject,
};

/// Where the row is to lie after the change; none where its table is not spread by persons.
pub(super) fn of(tx: &Tx<'_>, entity: &Entity, change: &Change) -> Result<Option<Uuid>> {
    if entity.spread != Spread::Subject {
        return Ok(None);
    }
    Ok(Some(subject::of(tx, entity, change)?.map_or(change.id, |it| it.id)))
}

/// Where the row lies.
pub(super) fn present(tx: &Tx<'_>, entity: &Entity, id: Uuid) -> Result<Option<Uuid>> {
    let sql = format!(r#"SELECT "{HOME}" FROM "{}" WHERE "{}" = ?1"#, entity.name, entity.key);
    tx.connection.row(&sql, cells![id], |row| row.get(0))
}

/// Rows whose path to their data subject leads over the changed row go where it leads now.
pub(super) fn follow(tx: &Tx<'_>, entity: &Entity, change: &Change) -> Result<()> {
    if entity.spread == Spread::Single || change.op != Op::Update {
        return Ok(());
    }
    for other in tx.model.entities().filter(|it| it.spread == Spread::Subject) {
        for path in &other.subject {
            let steps: Vec<&str> = path.split('/').collect();
            for at in 1..steps.len() {
                let Some((before, [step, ..])) = steps.split_at_checked(at) else { continue };
                let passes = change.touches(step)
                    && subject::ends(&tx.model, other, &before.join("/")).iter().any(|it| it.name == entity.name);
                if passes {
                    for id in subject::leading_to(&tx.elevated("whose rows they are"), other, before, change.id)? {
                        settle(tx, other, id)?;
                    }
                }
            }
        }
    }
    Ok(())
}

/// Moves a row that did not change itself, where its data subject is another one now.
fn settle(tx: &Tx<'_>, entity: &Entity, id: Uuid) -> Result<()> {
    let Some(row) = tx.whole(&entity.name, id)? else { return Ok(()) };
    let version = row.version;
    let values = row.values.clone();
    let unchanged =
        Change { op: Op::Update, entity: entity.name.clone(), id, before: Some(row), values: Values::new() };
    let home = of(tx, entity, &unchanged)?;
    if home != present(tx, entity, id)? {
        store::delete(tx, entity, id)?;
        store::insert(tx, entity, id, home, version, &values)?;
    }
    Ok(())
}

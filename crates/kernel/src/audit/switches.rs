//! The switches of the audit: of the organisation, of an entity, of a column (`docs/audit.md`).
//!
//! They decide what [`super::kept`] shows as Dataverse's audit does. *Not* whether the trail is written: it
//! always is (law 8). Invariant: a change of a switch is itself in the audit, also the one that ends it.

use uuid::Uuid;

use super::kept::{self, Event};
use crate::{
    Change, Error, Phrase, Result, Tx, access,
    metadata::{Column, Entity, Model, model::Auditing},
    solution,
    store::connection::{Connection, cells},
};

/// The entity whose one row holds the switches of the organisation.
pub(crate) const ORGANIZATION: &str = "organization";

/// The identifier of that row; the same in each store.
pub fn organization_id() -> Uuid {
    access::fixed_id(ORGANIZATION)
}

/// The columns of the row that are switches.
const SWITCHES: [&str; 4] =
    ["isauditenabled", "isuseraccessauditenabled", "useraccessauditinginterval", "auditretentionperiodv2"];

/// The model with the switches of the organisation; all off before its row is there.
pub(crate) fn applied(connection: &Connection, mut model: Model) -> Result<Model> {
    if model.entity(ORGANIZATION).is_ok() {
        let sql = format!("SELECT {} FROM {ORGANIZATION}", SWITCHES.join(", "));
        let read = connection.row(&sql, cells![], |row| {
            let number = |at: usize| Ok::<_, Error>(row.get::<Option<i64>>(at)?.unwrap_or_default());
            Ok(Auditing {
                enabled: number(0)? != 0,
                user_access: number(1)? != 0,
                interval: number(2)?,
                days: Some(number(3)?).filter(|it| *it >= 0),
            })
        })?;
        model.auditing = read.unwrap_or_default();
    }
    Ok(model)
}

/// Acts on a change of the row of the organisation.
pub(crate) fn follow(tx: &mut Tx<'_>, change: &Change) -> Result<()> {
    if change.entity != ORGANIZATION || !SWITCHES.iter().any(|it| change.touches(it)) {
        return Ok(());
    }
    let before = tx.model().auditing;
    solution::reload(tx, &serde_json::json!({ "changed": "auditing" }))?;
    let now = tx.model().auditing;
    if change.op == crate::Op::Create {
        return Ok(());
    }
    for (was, is, on, off) in [
        (before.enabled, now.enabled, Event::Enabled, Event::Disabled),
        (before.user_access, now.user_access, Event::UserAccessStarted, Event::UserAccessStopped),
    ] {
        if was != is {
            kept::event(tx, if is { on } else { off }, None)?;
        }
    }
    if (before.days, before.interval) != (now.days, now.interval) {
        kept::event(tx, Event::OrganizationChanged, None)?;
    }
    Ok(())
}

/// Switches the audit of an entity on, with all its columns, or off; `false` when it was so before.
///
/// # Errors
/// `Forbidden` without the privilege, `Invalid` for an entity that cannot be audited.
pub fn entity(tx: &mut Tx<'_>, entity: &str, on: bool) -> Result<bool> {
    access::require(tx, "prvWriteEntity", "switching the audit of an entity")?;
    let model = tx.model();
    let present = model.entity(entity)?;
    auditable(present)?;
    if present.audited == on {
        return Ok(false);
    }
    let audited = on.then(|| toml::Table::from_iter([("audited".to_owned(), toml::Value::Boolean(true))]));
    solution::put_extension(tx, &layer(entity), entity, audited)?;
    kept::event(tx, if on { Event::EntityStarted } else { Event::EntityStopped }, Some((present, None)))?;
    Ok(true)
}

/// Switches the audit of one column on or off, where its entity is audited; `false` when it was so before.
///
/// # Errors
/// `Forbidden` without the privilege, `Conflict` where the entity is not audited.
pub fn column(tx: &mut Tx<'_>, entity: &str, column: &str, on: bool) -> Result<bool> {
    access::require(tx, "prvWriteAttribute", "switching the audit of a column")?;
    let model = tx.model();
    let present = model.entity(entity)?;
    let changed = present.column(column)?;
    if changed.audited == on {
        return Ok(false);
    }
    if !column_has_switch(present, changed) {
        return Err(Error::invalid(column, "is in no entry of the audit; it has no switch"));
    }
    if !present.audited {
        let text = "{entity} is not audited, so none of its columns is; switch the entity on first";
        return Err(Error::conflict(column, Phrase::new("audit-entity-off", text).with("entity", entity)));
    }
    let off = present.columns.values().filter(|it| !it.audited && it.name != column).map(|it| it.name.as_str());
    let off = off.chain((!on).then_some(column)).map(toml::Value::from).collect();
    let switches = [("audited", toml::Value::Boolean(true)), ("unaudited", toml::Value::Array(off))];
    let switches = switches.into_iter().map(|(name, it)| (name.to_owned(), it)).collect();
    solution::put_extension(tx, &layer(entity), entity, Some(switches))?;
    kept::event(tx, if on { Event::ColumnStarted } else { Event::ColumnStopped }, Some((present, Some(changed))))?;
    Ok(true)
}

fn layer(entity: &str) -> String {
    format!("customer.{entity}.audit")
}

/// Refuses the audit of the audit.
fn auditable(entity: &Entity) -> Result<()> {
    if has_switch(entity) {
        return Ok(());
    }
    Err(Error::invalid(entity.name.as_str(), "is the audit itself; what is deleted of it is recorded always"))
}

/// Whether an entity can be audited.
pub fn has_switch(entity: &Entity) -> bool {
    entity.name != kept::ENTITY
}

/// Whether a column of an audited entity can be left out.
pub fn column_has_switch(entity: &Entity, column: &Column) -> bool {
    has_switch(entity) && !column.is_secret() && !column.is_bookkeeping()
}

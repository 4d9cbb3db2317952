//! Whose a row is: the owner, and the user, team and business unit that follow from it.
//!
//! *Not* who may change the owner (`access`). Invariant: of the user and the team exactly one is set,
//! and the business unit is that of the owner, also after the owner has moved to another.

use uuid::Uuid;

use super::grants::{owner, unit_of};
use crate::{
    Change, Error, Op, Phrase, Query, Result, Tx, Value, Values,
    metadata::{Entity, file::Ownership},
    tx::ROOT_UNIT,
};

/// The column that names the business unit of a user, a team or a role.
const UNIT: &str = "businessunitid";

/// Fills in what follows from the owner, and the business unit of whoever has none.
pub(crate) fn settle(tx: &Tx<'_>, entity: &Entity, change: &mut Change) -> Result<()> {
    if matches!(entity.name.as_str(), "systemuser" | "team" | "role")
        && entity.columns.contains_key(UNIT)
        && change.new_value(UNIT).is_null()
    {
        change.values.set(UNIT, Value::Lookup("businessunit".into(), ROOT_UNIT));
    }
    super::role::guard(change)?;
    super::gift::guard(tx, change)?;
    if entity.name == "businessunit" && (change.op == Op::Create || change.touches("parentbusinessunitid")) {
        no_circle(tx, change)?;
    }
    if entity.ownership != Ownership::User || !(change.op == Op::Create || change.touches("ownerid")) {
        return Ok(());
    }
    let value = change.new_value("ownerid").clone();
    let Some((kind, id)) = owner(&value) else {
        return Err(Error::invalid("ownerid", Phrase::new("no-owner", "a row has an owner; name a user or a team"))
            .with_code("required"));
    };
    let unit = unit_of(tx, kind, id)?;
    let (user, team) = if kind == "team" { (Value::Null, value) } else { (value, Value::Null) };
    change.values.set("owninguser", user);
    change.values.set("owningteam", team);
    change.values.set("owningbusinessunit", Value::Lookup("businessunit".into(), unit));
    Ok(())
}

/// Rows follow their owner into another business unit.
pub(crate) fn follow(tx: &mut Tx<'_>, change: &Change) -> Result<()> {
    if change.op != Op::Update || !matches!(change.entity.as_str(), "systemuser" | "team") || !change.touches(UNIT) {
        return Ok(());
    }
    let unit = change.new_value(UNIT).clone();
    let model = tx.model();
    tx.as_system("business unit of the owner", |tx| {
        for entity in model.entities().filter(|it| it.ownership == Ownership::User) {
            for row in tx.ids(&Query::on(&entity.name).eq("ownerid", change.id))? {
                tx.update(&entity.name, row, Values::new().with("owningbusinessunit", unit.clone()))?;
            }
        }
        Ok(())
    })
}

/// Refuses to delete an owner, or a business unit, that rows still belong to.
pub(crate) fn unused(tx: &Tx<'_>, entity: &Entity, id: Uuid) -> Result<()> {
    let column = match entity.name.as_str() {
        "systemuser" | "team" => "ownerid",
        "businessunit" => "owningbusinessunit",
        _ => return Ok(()),
    };
    let model = tx.model();
    for owned in model.entities().filter(|it| it.ownership == Ownership::User) {
        if tx.elevated("owner").first(&Query::on(&owned.name).select(&[]).eq(column, id))?.is_some() {
            let text = Phrase::new("owns-rows", "rows of {entity} belong to it; assign them to somebody else first")
                .with("entity", &owned.name);
            return Err(Error::conflict(entity.name.as_str(), text).with_code("restricted"));
        }
    }
    Ok(())
}

fn no_circle(tx: &Tx<'_>, change: &Change) -> Result<()> {
    let above = "parentbusinessunitid";
    let mut at = change.new_value(above).as_guid();
    if at.is_none() && change.id != ROOT_UNIT {
        return Err(
            Error::invalid(above, "every business unit but the first is below another; name it").with_code("required")
        );
    }
    if at.is_some() && change.id == ROOT_UNIT {
        return Err(Error::conflict(above, "the first business unit is below none"));
    }
    while let Some(unit) = at {
        if unit == change.id {
            return Err(Error::conflict(above, Phrase::new("unit-circle", "a business unit cannot be below itself")));
        }
        at = tx.whole("businessunit", unit)?.and_then(|it| it.get(above).as_guid());
    }
    Ok(())
}

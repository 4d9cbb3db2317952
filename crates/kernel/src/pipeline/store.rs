//! The three statements of the write path.
//!
//! *Not* a check: values have passed `check`. Invariant: one statement, one row; a row that comes to lie elsewhere
//! (`home`) takes two.

use sea_query::{Alias, Expr, ExprTrait, Query};
use uuid::Uuid;

use super::home;
use crate::{
    Change, Result, Tx, Value, Values,
    metadata::{Column, Entity},
    store::{codec, connection::cells, distributed::HOME, statements},
};

pub(super) fn insert(
    tx: &Tx<'_>,
    entity: &Entity,
    id: Uuid,
    home: Option<Uuid>,
    version: i64,
    values: &Values,
) -> Result<()> {
    let mut names = Vec::new();
    let mut cells: Vec<Expr> = Vec::new();
    if let Some(home) = home {
        names.push(Alias::new(HOME));
        cells.push(Expr::val(home.as_bytes().to_vec()));
    }
    for column in entity.columns.values() {
        let value = match column.name.as_str() {
            name if name == entity.key => Value::Guid(id),
            "versionnumber" => Value::Int(version),
            name => values.get(name).clone(),
        };
        // A null is written where the table has a default of its own (a column that was added later).
        if value.is_null() && column.default.is_null() {
            continue;
        }
        for (name, cell) in assignments(column, &value) {
            names.push(Alias::new(name));
            cells.push(cell.into());
        }
    }
    let mut statement = Query::insert();
    statement.into_table(Alias::new(&entity.name)).columns(names).values_panic(cells);
    tx.connection.run(tx.connection.dialect().insert(&statement))?;
    Ok(())
}

pub(super) fn update(tx: &Tx<'_>, entity: &Entity, version: i64, change: &Change) -> Result<()> {
    let (id, values) = (change.id, &change.values);
    let home = home::of(tx, entity, change)?;
    if home.is_some() && home != home::present(tx, entity, id)? {
        delete(tx, entity, id)?;
        return insert(tx, entity, id, home, version, &change.after().values);
    }
    let mut statement = Query::update();
    statement.table(Alias::new(&entity.name));
    statement.value(Alias::new("versionnumber"), version);
    for (name, value) in values.iter().filter(|(name, _)| *name != "versionnumber") {
        for (name, cell) in assignments(entity.column(name)?, value) {
            statement.value(Alias::new(name), cell);
        }
    }
    statement.and_where(Expr::col(Alias::new(&entity.key)).eq(id.as_bytes().to_vec()));
    if let Some(home) = home {
        // One machine is asked, not all.
        statement.and_where(Expr::col(Alias::new(HOME)).eq(home.as_bytes().to_vec()));
    }
    tx.connection.run(tx.connection.dialect().update(&statement))?;
    Ok(())
}

pub(super) fn delete(tx: &Tx<'_>, entity: &Entity, id: Uuid) -> Result<()> {
    tx.connection.execute(&statements::of(entity).delete, cells![id])?;
    Ok(())
}

fn assignments(column: &Column, value: &Value) -> Vec<(String, sea_query::Value)> {
    let mut all = vec![(column.name.clone(), codec::encode(column, value))];
    if column.is_polymorphic() {
        let entity = if let Value::Lookup(entity, _) = value { Some(entity.clone()) } else { None };
        all.push((column.entity_column(), sea_query::Value::String(entity)));
    }
    all
}

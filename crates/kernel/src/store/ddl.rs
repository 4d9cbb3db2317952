//! The tables of entities, derived by comparing the metadata with the database (law 5).
//!
//! *Not* a migration tool: deriving only adds tables, columns and indexes, and never drops or rewrites;
//! what is dropped is named one by one (`solution::remove`).
//! Invariant: after `apply`, every column of the model exists, and a column with a default has it in
//! the rows that were there before.

use std::collections::{BTreeMap, BTreeSet};

use sea_query::{Alias, Asterisk, ColumnDef, Expr, ExprTrait, Func, Index, Query, Table};

use super::{
    connection::{Connection, cells},
    dialect::Dialect,
    distributed::{self, Spread},
    order,
};
use crate::{
    Result,
    metadata::{Column, ColumnType, Entity, Model, file::Ownership},
    tx::ROOT_UNIT,
};

/// Adds what the model has and the database has not. May run inside a transaction.
///
/// # Errors
/// Those of the database.
pub(crate) fn apply(connection: &Connection, model: &Model) -> Result<()> {
    let present = present_columns(connection)?;
    let none = BTreeSet::new();
    let mut all = Vec::new();
    for entity in model.entities() {
        all.extend(statements(connection.dialect(), entity, present.get(&entity.name).unwrap_or(&none)));
    }
    // In one go: a server is asked once.
    connection.batch(&all.join(";\n"))?;
    distributed::place(connection, model)
}

/// The statements that bring one table from its present columns to the entity's; all of them when
/// `present` is empty.
pub fn statements(dialect: Dialect, entity: &Entity, present: &BTreeSet<String>) -> Vec<String> {
    let mut all = Vec::new();
    let columns = entity.columns.values().flat_map(|it| definitions(dialect, entity, it));
    if present.is_empty() {
        let mut table = Table::create();
        table.table(Alias::new(&entity.name));
        for (_, definition) in columns {
            table.col(definition);
        }
        if entity.spread == Spread::Subject {
            let mut home = ColumnDef::new(Alias::new(distributed::HOME));
            home.custom(dialect.column_type(ColumnType::Guid)).not_null();
            let mut key = Index::create();
            key.col(Alias::new(&entity.key)).col(Alias::new(distributed::HOME));
            table.col(home).primary_key(&mut key);
        }
        all.push(dialect.create_table(&table));
    } else {
        for (name, mut definition) in columns.filter(|(name, _)| !present.contains(name)) {
            // Rows that are there already read as new rows do (`pipeline` fills defaults in for those).
            if let Some(column) = entity.columns.get(&name).filter(|it| !it.default.is_null()) {
                dialect.default(&mut definition, column);
            }
            // A lookup that gets further targets led to the first of them before.
            let widened = entity.columns.values().find(|it| it.is_polymorphic() && it.entity_column() == name);
            if let Some(first) = widened.and_then(|it| it.targets.first()) {
                definition.default(first.entity.as_str());
            }
            let mut table = Table::alter();
            table.table(Alias::new(&entity.name)).add_column(definition);
            all.push(dialect.alter_table(&table));
            tracing::debug!(entity = entity.name, column = name, "column added to the store");
        }
    }
    if !present.is_empty() && entity.ownership == Ownership::User && !present.contains("owninguser") {
        all.push(owned(dialect, entity));
    }
    for column in entity.columns.values().filter(|it| is_sought(entity, it)) {
        let mut index = Index::create();
        index
            .if_not_exists()
            .name(dialect.name(index_of_column(&entity.name, &column.name)))
            .table(Alias::new(&entity.name))
            .col(Alias::new(&column.name));
        all.push(dialect.create_index(&index));
    }
    let keys = entity.keys.iter().map(|it| (it, true));
    for ((name, columns), key) in keys.chain(entity.indexes.iter().map(|it| (it, false))) {
        let mut index = Index::create();
        let unique = key && distributed::is_unique(entity, columns);
        if unique {
            index.unique();
        }
        let called = if key { index_of_key(&entity.name, name) } else { format!("{}_{name}_index", entity.name) };
        index.if_not_exists().name(dialect.name(called)).table(Alias::new(&entity.name));
        for column in columns {
            index.col(Alias::new(column));
        }
        if let Some(home) = entity.spread.column(entity).filter(|it| unique && !columns.iter().any(|own| own == it)) {
            index.col(Alias::new(home));
        }
        all.push(dialect.create_index(&index));
    }
    for index in order::of(entity) {
        let name = dialect.name(format!("{}_{}_order", entity.name, index.name()));
        all.push(dialect.ordered_index(&name, &entity.name, &index.columns, &index.beside));
    }
    all
}

/// Drops the index of an alternate key that the model no longer has; no row changes.
pub(crate) fn drop_key(connection: &Connection, entity: &str, key: &str) -> Result<()> {
    let mut index = Index::drop();
    index.if_exists().name(connection.dialect().name(index_of_key(entity, key)));
    connection.batch(&connection.dialect().drop_index(&index))
}

/// Whether rows contradict an alternate key that their table's index does not enforce.
pub(crate) fn contradicts(connection: &Connection, entity: &Entity, columns: &[String]) -> Result<bool> {
    if distributed::is_unique(entity, columns) {
        return Ok(false);
    }
    let mut doubled = Query::select();
    doubled.expr(Expr::val(1)).from(Alias::new(&entity.name));
    for column in columns {
        let column = Expr::col(Alias::new(column));
        doubled.and_where(column.clone().is_not_null()).add_group_by([column]);
    }
    doubled.and_having(Expr::from(Func::count(Expr::col(Asterisk))).gt(1)).limit(1);
    Ok(!connection.select(&doubled, |_| Ok(()))?.is_empty())
}

/// Drops the table of an entity that the model no longer has.
pub(crate) fn drop_table(connection: &Connection, entity: &Entity) -> Result<()> {
    let mut table = Table::drop();
    table.if_exists().table(Alias::new(&entity.name));
    connection.batch(&connection.dialect().drop_table(&table))?;
    distributed::forget(connection, entity)
}

/// Drops a column that the model no longer has, with its index.
pub(crate) fn drop_column(connection: &Connection, entity: &str, column: &Column) -> Result<()> {
    let mut index = Index::drop();
    index.if_exists().name(connection.dialect().name(index_of_column(entity, &column.name)));
    connection.batch(&connection.dialect().drop_index(&index))?;
    let other = column.is_polymorphic().then(|| column.entity_column());
    for name in std::iter::once(column.name.clone()).chain(other) {
        let mut table = Table::alter();
        table.table(Alias::new(entity)).drop_column(Alias::new(&name));
        connection.batch(&connection.dialect().alter_table(&table))?;
    }
    Ok(())
}

fn index_of_column(entity: &str, column: &str) -> String {
    format!("{entity}_{column}_ix")
}

fn index_of_key(entity: &str, key: &str) -> String {
    format!("{entity}_{key}_key")
}

/// Rows from before there were teams and business units belong to their user, in the first unit.
fn owned(dialect: Dialect, entity: &Entity) -> String {
    let mut update = Query::update();
    update
        .table(Alias::new(&entity.name))
        .value(Alias::new("owninguser"), Expr::col(Alias::new("ownerid")))
        .value(Alias::new("owningbusinessunit"), dialect.identifier(ROOT_UNIT));
    dialect.text(&update)
}

/// Lookups are followed backwards by deletes and discovery; identifiers and addresses are searched; row
/// security asks for owners.
fn is_sought(entity: &Entity, column: &Column) -> bool {
    if column.system {
        return matches!(column.name.as_str(), "ownerid" | "owningbusinessunit");
    }
    column.kind == ColumnType::Lookup
        || entity.identifiers.contains(&column.name)
        || column.format == Some(crate::metadata::column::Format::Email)
}

fn definitions(dialect: Dialect, entity: &Entity, column: &Column) -> Vec<(String, ColumnDef)> {
    let mut definition = ColumnDef::new(Alias::new(&column.name));
    definition.custom(dialect.column_type(column.kind));
    if column.name == entity.key {
        definition.not_null();
        if entity.spread != Spread::Subject {
            definition.primary_key();
        }
    }
    let mut all = vec![(column.name.clone(), definition)];
    if column.is_polymorphic() {
        let mut definition = ColumnDef::new(Alias::new(column.entity_column()));
        definition.custom(dialect.entity_type());
        all.push((column.entity_column(), definition));
    }
    all
}

/// The columns of every table that is there.
pub(crate) fn present_columns(connection: &Connection) -> Result<BTreeMap<String, BTreeSet<String>>> {
    let sql = match connection.dialect() {
        Dialect::Sqlite => {
            "SELECT it.name, part.name FROM sqlite_master AS it JOIN pragma_table_info(it.name) AS part WHERE it.type = 'table'"
        }
        Dialect::Postgres => {
            "SELECT table_name::text, column_name::text FROM information_schema.columns WHERE table_schema = current_schema()"
        }
    };
    let mut all: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (table, column) in connection.rows(sql, cells![], |row| Ok((row.get(0)?, row.get(1)?)))? {
        all.entry(table).or_default().insert(column);
    }
    Ok(all)
}

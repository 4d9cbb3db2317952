//! The stores that are measured: the product's own, and a plain SQLite database with the same table.

use std::{collections::BTreeSet, path::Path, time::Instant};

use anyhow::Context as _;
use kernel::{Actor, Context, Db, Registry, store};
use rusqlite::Connection;
use tempfile::TempDir;

/// The clock of the measurement.
#[expect(clippy::disallowed_methods, reason = "durations are measured here")]
pub fn now() -> Instant {
    Instant::now()
}

/// A folder that goes away with the measurement.
pub fn temporary(folder: &Path) -> anyhow::Result<TempDir> {
    std::fs::create_dir_all(folder)?;
    tempfile::Builder::new()
        .prefix("bench-")
        .tempdir_in(folder)
        .with_context(|| format!("no folder can be made in {}; name another with --folder", folder.display()))
}

/// The product's store, with the rules that guard it in operation.
pub fn product(folder: &Path) -> kernel::Result<(Db, Context)> {
    opened(folder, Registry::default().with(privacy::RULES, &[], &[]))
}

/// The product's store with all of marketing at work.
pub fn working(folder: &Path) -> kernel::Result<(Db, Context)> {
    let registry = Registry::default().with(privacy::RULES, &[], &[]);
    opened(folder, registry.with(engagement::RULES, engagement::JOBS, engagement::CONSUMERS))
}

fn opened(folder: &Path, registry: Registry) -> kernel::Result<(Db, Context)> {
    let cx = Context::machine(Actor::System);
    Ok((Db::open(folder, privacy::metadata::SOURCES, registry, &cx)?, cx))
}

/// A database with the table and indexes of one entity and nothing else: the same settings, the same
/// text comparison, no pipeline.
pub fn plain(folder: &Path, db: &Db, entity: &str) -> anyhow::Result<Connection> {
    let connection = store::sqlite::open(Some(&folder.join("plain.db")))?;
    for statement in
        store::ddl::statements(store::dialect::Dialect::Sqlite, db.model().entity(entity)?, &BTreeSet::new())
    {
        connection.execute_batch(&statement)?;
    }
    Ok(connection)
}

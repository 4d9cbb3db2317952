//! A store moved whole, rows, audit trail, files and vault, into another database: from a folder to a server,
//! back, or between two of a kind.
//!
//! *Not* an import: versions, identifiers and the chain of the trail stay as they are, so nothing passes the
//! write path. Invariant: the source does not change meanwhile; the target can be opened as a store only when
//! every table has as many rows as its source and the trail verifies to the same head.

use std::path::PathBuf;

use super::{
    Sources, codec,
    connection::{AsCell, Cell, CellRef, Connection, Row, cells},
    ddl,
    dialect::Dialect,
    distributed, migrate,
    postgres::Server,
    prepare, sqlite, vault,
    vault::Vault,
};
use crate::{
    Context, Error, Result,
    audit::{
        self,
        verify::{Verdict, verify_on},
    },
    metadata::{Column, Entity},
};

/// Where a store is.
#[derive(Debug, Clone)]
pub enum Place {
    /// In a folder, which nobody else may have open.
    Folder(PathBuf),
    /// In two databases on a server.
    Server {
        /// The records.
        records: Server,
        /// The vault.
        vault: Server,
    },
}

/// What was copied.
#[derive(Debug, Clone)]
pub struct Copied {
    /// Each table with its rows.
    pub tables: Vec<(String, i64)>,
    /// The trail of the copy.
    pub trail: Verdict,
    /// Whether an earlier copy that had stopped was gone on with.
    pub resumed: bool,
}

/// Rows that are copied in one transaction.
const CHUNK: i64 = 2_000;
/// Files that are, since each may be large.
const FILES: i64 = 8;

/// The kernel's own tables, each with its key.
pub(super) const FIXED: &[(&str, &str)] = &[
    ("assent_sequence", "name"),
    ("assent_layer", "solution"),
    ("assent_audit", "seq"),
    ("assent_event", "seq"),
    ("assent_cursor", "consumer"),
    ("assent_job", "id"),
    ("assent_blob", "id"),
    ("assent_erased", "subject"),
];

/// The table that says how far a copy is; while it is there the target is no store.
const PROGRESS: &str = "CREATE TABLE IF NOT EXISTS assent_copy (name TEXT PRIMARY KEY, last TEXT)";

/// Whether a copy into this database has not ended.
pub(crate) fn is_unfinished(connection: &Connection) -> Result<bool> {
    let sql = match connection.dialect() {
        Dialect::Sqlite => "SELECT 1 FROM sqlite_master WHERE name = 'assent_copy'",
        Dialect::Postgres => "SELECT 1 WHERE to_regclass('assent_copy') IS NOT NULL",
    };
    connection.exists(sql, cells![])
}

/// Copies the store. `progress` is told the table, rows done and rows in all. Begun again after it stopped
/// half-way, it goes on where it was. Whoever can open both databases may do so.
///
/// # Errors
/// `NotFound` when there is no store to copy, `Conflict` when the
/// target holds another store or the source changed since an earlier beginning, `Unavailable` when a database
/// cannot be reached.
pub fn copy(
    cx: &Context,
    from: &Place,
    to: &Place,
    sources: Sources,
    mut progress: impl FnMut(&str, i64, i64) -> Result<()>,
) -> Result<Copied> {
    let (source, target) = (from.open(true)?, to.open(false)?);
    let mut model = prepare(&source, sources)?;
    // Where rows lie is the target's own.
    distributed::gather(&mut model);
    if source.dialect() == Dialect::Postgres {
        // It waits in its transaction for as long as the target needs.
        source.batch("SET idle_in_transaction_session_timeout = 0")?;
    }
    // From here on nobody writes there.
    source.begin_writing()?;
    let head = audit::head(&source)?;
    let mark = format!("{} {}", head.seq, vault::hex(&head.hash));
    let resumed = begin(&target, &mark)?;
    from.vault(cx)?.copy_into(&mut to.vault(cx)?)?;
    let fixed = FIXED.iter().map(|(name, key)| Table::fixed(&source, name, key));
    let tables: Vec<Table<'_>> = fixed.chain(model.entities().map(|it| Ok(Table::of(it)))).collect::<Result<_>>()?;
    let mut counts = Vec::new();
    for table in &tables {
        if table.name == "assent_layer" {
            table.copy(&source, &target, &mut progress)?;
            ddl::apply(&target, &model)?;
        } else {
            table.copy(&source, &target, &mut progress)?;
        }
        let (expected, present) = (table.count(&source)?, table.count(&target)?);
        if expected != present {
            let text =
                format!("{} has {expected} rows there and {present} here; copy again into an empty place", table.name);
            return Err(Error::conflict(table.name.as_str(), text));
        }
        counts.push((table.name.clone(), present));
    }
    go_on_counting(&target)?;
    let trail = verify_on(&target)?;
    if trail.broken.is_some() || trail.head != vault::hex(&head.hash) {
        return Err(Error::conflict("audit trail", "the copy does not verify; nothing of the source was changed"));
    }
    source.rollback()?;
    target.batch("DROP TABLE assent_copy")?;
    Ok(Copied { tables: counts, trail, resumed })
}

impl Place {
    fn open(&self, as_source: bool) -> Result<Connection> {
        match self {
            Place::Folder(folder) => {
                let file = folder.join("assent.db");
                if as_source && !file.exists() {
                    return Err(Error::not_found("store", folder.display()));
                }
                std::fs::create_dir_all(folder)?;
                Ok(Connection::Sqlite(sqlite::open(Some(&file))?))
            }
            Place::Server { records, vault } => {
                if as_source && !records.has_store()? {
                    return Err(Error::not_found("store", records.database()));
                }
                if !as_source {
                    records.ensure(&records.beside("postgres"))?;
                    vault.ensure(records)?;
                }
                Ok(Connection::Postgres(records.connect()?))
            }
        }
    }

    fn vault(&self, cx: &Context) -> Result<Vault> {
        match self {
            Place::Folder(folder) => Vault::open(Some(&folder.join("vault.db")), cx),
            Place::Server { vault, .. } => Vault::open_server(vault, cx),
        }
    }
}

/// Makes the target ready, or finds how far it is; tells whether it was begun before.
fn begin(target: &Connection, mark: &str) -> Result<bool> {
    if distributed::is_distributed(target)? {
        let text = "has the distributed layout, into which a store cannot be copied; copy into an ordinary database";
        return Err(Error::conflict("target", text));
    }
    let resumed = is_unfinished(target)?;
    if !resumed {
        let present = ddl::present_columns(target)?;
        if present.contains_key("assent_sequence") {
            return Err(Error::conflict("target", "there is a store already; copy into an empty place"));
        }
        target.batch(&target.dialect().fixed(PROGRESS))?;
        target.execute("INSERT INTO assent_copy (name, last) VALUES ('source', ?1)", cells![mark])?;
    }
    let begun: Option<String> =
        target.row("SELECT last FROM assent_copy WHERE name = 'source'", cells![], |row| row.get(0))?;
    if begun.as_deref() != Some(mark) {
        let text = "a copy of an earlier moment was begun here; the source changed since, so copy into an empty place";
        return Err(Error::conflict("target", text));
    }
    migrate::run(target)?;
    Ok(resumed)
}

/// New events are numbered behind those that consumers have seen, also where none is left.
fn go_on_counting(target: &Connection) -> Result<()> {
    let last = "SELECT MAX(seq) FROM (SELECT seq FROM assent_event UNION ALL SELECT seq FROM assent_cursor) AS known";
    let last: Option<i64> = target.row(last, cells![], |row| row.get(0))?.flatten();
    let last = last.unwrap_or_default();
    match target.dialect() {
        Dialect::Sqlite => {
            target.execute("DELETE FROM sqlite_sequence WHERE name = 'assent_event'", cells![])?;
            target.execute("INSERT INTO sqlite_sequence (name, seq) VALUES ('assent_event', ?1)", cells![last])?;
        }
        Dialect::Postgres => {
            let next = last.saturating_add(1);
            target.batch(&format!("SELECT setval(pg_get_serial_sequence('assent_event', 'seq'), {next}, false)"))?;
        }
    }
    Ok(())
}

/// A table that is copied.
struct Table<'e> {
    name: String,
    key: String,
    /// Its columns; those of an entity with what they hold.
    columns: Vec<(String, Option<&'e Column>)>,
    chunk: i64,
}

impl<'e> Table<'e> {
    fn of(entity: &'e Entity) -> Self {
        let mut columns = Vec::new();
        for column in entity.columns.values() {
            columns.push((column.name.clone(), Some(column)));
            if column.is_polymorphic() {
                columns.push((column.entity_column(), None));
            }
        }
        Table { name: entity.name.clone(), key: entity.key.clone(), columns, chunk: CHUNK }
    }

    fn fixed(source: &Connection, name: &str, key: &str) -> Result<Self> {
        let mut present = ddl::present_columns(source)?;
        let columns = present.remove(name).unwrap_or_default().into_iter().map(|it| (it, None)).collect();
        let chunk = if name == "assent_blob" { FILES } else { CHUNK };
        Ok(Table { name: name.to_owned(), key: key.to_owned(), columns, chunk })
    }

    fn count(&self, connection: &Connection) -> Result<i64> {
        let sql = format!(r#"SELECT COUNT(*) FROM "{}""#, self.name);
        Ok(connection.row(&sql, cells![], |row| row.get(0))?.unwrap_or_default())
    }

    fn copy(
        &self,
        source: &Connection,
        target: &Connection,
        progress: &mut impl FnMut(&str, i64, i64) -> Result<()>,
    ) -> Result<()> {
        let last = "SELECT last FROM assent_copy WHERE name = ?1";
        let mut last: Option<Cell> =
            target.row(last, cells![self.name], |row| row.get::<String>(0))?.map(|it| read_key(&it)).transpose()?;
        if last.is_none() {
            // What the migrations put there is the source's to say.
            target.execute(&format!(r#"DELETE FROM "{}""#, self.name), cells![])?;
        }
        let all = self.count(source)?;
        let mut done = self.count(target)?;
        let names: Vec<String> = self.columns.iter().map(|(it, _)| format!(r#""{it}""#)).collect();
        let places: Vec<String> = (1..=names.len()).map(|it| format!("?{it}")).collect();
        let insert = format!(r#"INSERT INTO "{}" ({}) VALUES ({})"#, self.name, names.join(","), places.join(","));
        loop {
            progress(&self.name, done, all)?;
            let rows = self.chunk(source, &names, last.as_ref())?;
            let Some((end, _)) = rows.last() else { return Ok(()) };
            let end = end.clone();
            target.begin()?;
            let kept = rows.iter().try_for_each(|(_, row)| {
                let borrowed: Vec<CellRef<'_>> = row.iter().map(CellRef::from).collect();
                target.execute(&insert, &borrowed).map(|_| ())
            });
            let kept = kept.and_then(|()| {
                let sql =
                    "INSERT INTO assent_copy (name, last) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET last = ?2";
                target.execute(sql, cells![self.name, write_key(&end)])
            });
            match kept {
                Ok(_) => target.commit()?,
                Err(error) => {
                    target.rollback()?;
                    return Err(error);
                }
            }
            done += i64::try_from(rows.len()).unwrap_or_default();
            last = Some(end);
        }
    }

    /// The rows behind a key, each with its own key.
    fn chunk(&self, source: &Connection, names: &[String], last: Option<&Cell>) -> Result<Vec<(Cell, Vec<Cell>)>> {
        let behind = if last.is_some() { format!(r#"WHERE "{}" > ?2"#, self.key) } else { String::new() };
        let (columns, name, key) = (names.join(","), &self.name, &self.key);
        let sql = format!(r#"SELECT {columns}, "{key}" FROM "{name}" {behind} ORDER BY "{key}" LIMIT ?1"#);
        let mut given = vec![self.chunk.cell()];
        given.extend(last.map(CellRef::from));
        source.rows(&sql, &given, |row| Ok((row.get(names.len())?, self.values(row)?)))
    }

    /// The cells of a row, in the form of no database in particular.
    fn values(&self, row: &Row<'_>) -> Result<Vec<Cell>> {
        let cell = |at: usize, column: Option<&Column>| -> Result<Cell> {
            let Some(column) = column else { return row.get(at) };
            let value = codec::decode(column, row.cell(at)?, None)?;
            let bound = codec::bind(sea_query::Values(vec![codec::encode(column, &value)]));
            Ok(bound.into_iter().next().unwrap_or(Cell::Null))
        };
        self.columns.iter().enumerate().map(|(at, (_, column))| cell(at, *column)).collect()
    }
}

fn write_key(key: &Cell) -> String {
    match key {
        Cell::Integer(it) => format!("i{it}"),
        Cell::Blob(it) => format!("b{}", vault::hex(it)),
        Cell::Text(it) => format!("t{it}"),
        _ => String::new(),
    }
}

fn read_key(text: &str) -> Result<Cell> {
    let wrong = || Error::bug("the note of how far a copy is cannot be read");
    let (kind, rest) = text.split_at_checked(1).ok_or_else(wrong)?;
    Ok(match kind {
        "i" => Cell::Integer(rest.parse().map_err(|_| wrong())?),
        "t" => Cell::Text(rest.to_owned()),
        "b" => Cell::Blob(vault::unhex(rest).ok_or_else(wrong)?),
        _ => return Err(wrong()),
    })
}

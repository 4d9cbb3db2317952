//! The distributed layout: which rows lie together where a database spreads tables over several machines (Citus).
//!
//! A table whose rows are persons is spread by its own key. A table whose rows belong to persons carries the
//! identifier of its data subject in a column of its own ([`HOME`]), so that the rows of one person lie on one shard.
//! What belongs to nobody, or to users of the product alone, is small or joined with everything and lies whole on
//! every machine. The kernel's own tables are one sequence each and stay on the coordinator.
//!
//! *Not* a third database: statements are those of PostgreSQL, and the write path (`pipeline::home`) keeps the column.
//! Invariants: the layout is chosen before the first table is made and a table keeps the place it was given, which
//! `assent_distributed` notes; every primary key and every unique index of a spread table holds its distribution column.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::{
    Sources,
    connection::{Connection, cells},
    copy, ddl,
    dialect::Dialect,
    migrate,
    postgres::Server,
};
use crate::{
    Error, Result,
    metadata::{Column, Entity, Model},
    subject,
};

/// The column that carries whose row it is: its data subject, or itself where there is none. It belongs to the
/// layout, so the metadata does not know it.
pub const HOME: &str = "assent_home";
/// The entity of those who use the product. Each row names one as its owner, so they lie on every machine.
const USERS: &str = "systemuser";
/// What lies where.
const NOTES: &str = "CREATE TABLE IF NOT EXISTS assent_distributed (name TEXT PRIMARY KEY, spread TEXT NOT NULL)";

/// How the rows of a table are spread over machines.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Spread {
    /// They are not: the ordinary layout.
    #[default]
    Single,
    /// By the key of the row, which is a person.
    Key,
    /// By the person that the row belongs to, else by its own key, in [`HOME`].
    Subject,
    /// Whole on every machine: a reference table.
    Everywhere,
}

impl Spread {
    /// The column by which rows are spread.
    pub(crate) fn column(self, entity: &Entity) -> Option<&str> {
        match self {
            Spread::Single | Spread::Everywhere => None,
            Spread::Key => Some(&entity.key),
            Spread::Subject => Some(HOME),
        }
    }
    fn word(self) -> &'static str {
        match self {
            Spread::Single => "local",
            Spread::Key => "key",
            Spread::Subject => "subject",
            Spread::Everywhere => "everywhere",
        }
    }
    fn read(word: &str) -> Spread {
        let all = [Spread::Key, Spread::Subject, Spread::Everywhere];
        all.into_iter().find(|it| it.word() == word).unwrap_or_default()
    }
}

/// Whether an alternate key is unique in the index itself. Elsewhere the machines cannot see each other's rows: there
/// the write path alone keeps the promise, which it can because one node writes at a time (`pipeline::check`).
pub(crate) fn is_unique(entity: &Entity, columns: &[String]) -> bool {
    match entity.spread {
        Spread::Single | Spread::Everywhere => true,
        Spread::Key => columns.contains(&entity.key),
        Spread::Subject => subject_column(entity).is_some_and(|it| columns.contains(&it.name)),
    }
}

/// The lookup that alone decides where a row is at home while it is filled: the first path, of one step.
fn subject_column(entity: &Entity) -> Option<&Column> {
    entity.subject.first().and_then(|it| entity.columns.get(it))
}

/// Where rows must be at home for which the condition holds, so that one machine is asked and not all.
pub(crate) fn home_in(model: &Model, entity: &Entity, condition: &odata::Expr) -> Option<Uuid> {
    if entity.spread != Spread::Subject {
        return None;
    }
    let column = subject_column(entity)?;
    // A lookup to what may be no person decides nothing.
    if !column.targets.iter().all(|it| model.entity(&it.entity).is_ok_and(Entity::is_subject)) {
        return None;
    }
    let mut rest = vec![condition];
    while let Some(it) = rest.pop() {
        match it {
            odata::Expr::And(left, right) => rest.extend([left.as_ref(), right.as_ref()]),
            odata::Expr::Compare { op: odata::CompareOp::Eq, left, right } => {
                if let (odata::Expr::Path(path), odata::Expr::Literal(odata::Literal::Guid(id))) = (&**left, &**right)
                    && path.single().map(|it| crate::metadata::lookup_column(it).unwrap_or(it)) == Some(&column.name)
                {
                    return Some(*id);
                }
            }
            _ => {}
        }
    }
    None
}

/// Prepares an empty database for the layout; the tables follow when the store is opened. `false` where it has the
/// layout already.
///
/// # Errors
/// `Unavailable` naming the package that is missing, before anything is changed; `Conflict` where a store is in the
/// ordinary layout.
pub fn begin(records: &Server) -> Result<bool> {
    let connection = Connection::Postgres(records.connect()?);
    if is_distributed(&connection)? {
        return Ok(false);
    }
    if records.has_store()? {
        let text =
            "holds a store in the ordinary layout; the layout is chosen when a store is made. Nothing was changed";
        return Err(Error::conflict(records.database(), text));
    }
    extension(&connection)?;
    connection.batch(&Dialect::Postgres.fixed(NOTES))?;
    Ok(true)
}

/// Refuses a server without the extension; the database itself need not be there yet.
///
/// # Errors
/// `Unavailable` naming the package.
pub fn require(records: &Server) -> Result<()> {
    let place = if records.is_there()? { records.clone() } else { records.beside("postgres") };
    let connection = Connection::Postgres(place.connect()?);
    if knows_functions(&connection)? || is_available(&connection)? { Ok(()) } else { Err(missing(&connection)) }
}

fn extension(connection: &Connection) -> Result<()> {
    if knows_functions(connection)? {
        return Ok(());
    }
    if !is_available(connection)? {
        return Err(missing(connection));
    }
    connection.batch("CREATE EXTENSION IF NOT EXISTS citus").map_err(|_| {
        Error::unavailable(
            "the extension citus is installed and cannot be created; set shared_preload_libraries = 'citus' on every \
             machine, start the servers again, and let a superuser run in this database: CREATE EXTENSION citus",
        )
    })
}

fn knows_functions(connection: &Connection) -> Result<bool> {
    let sql = "SELECT 1 FROM pg_proc WHERE proname = 'create_distributed_table' AND pg_function_is_visible(oid)";
    connection.exists(sql, cells![])
}

fn is_available(connection: &Connection) -> Result<bool> {
    connection.exists("SELECT 1 FROM pg_available_extensions WHERE name = 'citus'", cells![])
}

fn missing(connection: &Connection) -> Error {
    let major =
        connection.row("SELECT current_setting('server_version_num')::bigint / 10000", cells![], |it| it.get(0));
    let major: i64 = major.ok().flatten().unwrap_or(15);
    Error::unavailable(format!(
        "the database server has no extension citus; install its package (citus_{major} for Red Hat, \
         postgresql-{major}-citus for Debian, from the repositories of Citus or of PostgreSQL) on every machine, set \
         shared_preload_libraries = 'citus' and start the servers again. Nothing was changed"
    ))
}

/// Whether the database has the layout.
pub(crate) fn is_distributed(connection: &Connection) -> Result<bool> {
    match connection.dialect() {
        Dialect::Sqlite => Ok(false),
        Dialect::Postgres => {
            connection.exists("SELECT 1 WHERE to_regclass('assent_distributed') IS NOT NULL", cells![])
        }
    }
}

/// Says of each entity how its rows are spread: as noted, else as its paths to a data subject say.
pub(crate) fn settle(connection: &Connection, model: &mut Model) -> Result<()> {
    if is_distributed(connection)? {
        let noted = noted(connection)?;
        spread(model, &noted);
    }
    Ok(())
}

fn spread(model: &mut Model, noted: &BTreeMap<String, String>) {
    let of = |it: &Entity| noted.get(&it.name).map_or_else(|| natural(model, it), |word| Spread::read(word));
    let all: Vec<Spread> = model.entities().map(of).collect();
    for (entity, spread) in model.entities_mut().zip(all) {
        entity.spread = spread;
    }
}

fn natural(model: &Model, entity: &Entity) -> Spread {
    if entity.is_subject() && entity.name != USERS {
        return Spread::Key;
    }
    let person = |it: &&Entity| it.is_subject() && it.name != USERS;
    let leads = |path: &String| path != "self" && subject::ends(model, entity, path).iter().any(person);
    if entity.subject.iter().any(leads) { Spread::Subject } else { Spread::Everywhere }
}

/// Forgets the layout, for a copy into a database that has none.
pub(crate) fn gather(model: &mut Model) {
    for entity in model.entities_mut() {
        entity.spread = Spread::Single;
    }
}

fn noted(connection: &Connection) -> Result<BTreeMap<String, String>> {
    let sql = "SELECT name, spread FROM assent_distributed ORDER BY name";
    Ok(connection.rows(sql, cells![], |row| Ok((row.get(0)?, row.get(1)?)))?.into_iter().collect())
}

/// Gives every table that has no place yet its own.
pub(crate) fn place(connection: &Connection, model: &Model) -> Result<()> {
    if model.entities().all(|it| it.spread == Spread::Single) {
        return Ok(());
    }
    for statements in places(model, &noted(connection)?) {
        connection.batch(&statements)?;
    }
    Ok(())
}

/// A dropped table has no place.
pub(crate) fn forget(connection: &Connection, entity: &Entity) -> Result<()> {
    if entity.spread != Spread::Single {
        connection.execute("DELETE FROM assent_distributed WHERE name = ?1", cells![entity.name])?;
    }
    Ok(())
}

/// The statements that place tables, one text a table: persons first, then what lies with them, then what lies
/// everywhere, then what stays on the coordinator.
fn places(model: &Model, noted: &BTreeMap<String, String>) -> Vec<String> {
    // All spread tables lie together, so any of them says where.
    let is_spread = |word: &String| matches!(Spread::read(word), Spread::Key | Spread::Subject);
    let mut with = noted.iter().find(|(_, word)| is_spread(word)).map(|(name, _)| name.clone());
    let mut all = Vec::new();
    // A table whose copies are on all machines is not made while others are worked on in parallel.
    let mut say = |name: &str, word: &str, call: String| {
        all.push(format!(
            "SET LOCAL citus.multi_shard_modify_mode TO 'sequential';\nSELECT {call};\n\
             INSERT INTO assent_distributed (name, spread) VALUES ('{name}', '{word}')"
        ));
    };
    for spread in [Spread::Key, Spread::Subject, Spread::Everywhere] {
        for entity in model.entities().filter(|it| it.spread == spread && !noted.contains_key(&it.name)) {
            let name = &entity.name;
            let call = match spread.column(entity) {
                None => format!(r#"create_reference_table('"{name}"')"#),
                Some(column) => {
                    let beside = with.as_ref().map_or_else(|| "none".to_owned(), |it| format!(r#""{it}""#));
                    with.get_or_insert_with(|| name.clone());
                    format!(r#"create_distributed_table('"{name}"', '{column}', colocate_with => '{beside}')"#)
                }
            };
            say(name, spread.word(), call);
        }
    }
    let own = copy::FIXED.iter().map(|(name, _)| *name).chain(["assent_schema", "assent_distributed"]);
    for name in own.filter(|it| !noted.contains_key(*it)) {
        say(name, Spread::Single.word(), format!("citus_add_local_table_to_metadata('{name}')"));
    }
    all
}

/// Every statement that makes an empty database a store in this layout, in their order, for people.
///
/// # Errors
/// `Invalid` when the metadata has mistakes.
pub fn statements(sources: Sources) -> Result<Vec<String>> {
    let off: Vec<&str> = sources.solutions.iter().map(|(_, text)| *text).collect();
    let mut model = Model::build(sources.entities, sources.labels, &[], &off)?;
    spread(&mut model, &BTreeMap::new());
    let mut all = vec!["CREATE EXTENSION IF NOT EXISTS citus".to_owned(), Dialect::Postgres.fixed(NOTES)];
    all.extend(migrate::statements(Dialect::Postgres));
    for entity in model.entities() {
        all.extend(ddl::statements(Dialect::Postgres, entity, &std::collections::BTreeSet::new()));
    }
    all.extend(places(&model, &BTreeMap::new()).into_iter().map(|it| format!("BEGIN;\n{it};\nCOMMIT")));
    Ok(all)
}

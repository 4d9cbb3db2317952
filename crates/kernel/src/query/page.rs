//! The order of rows, and pages that do not shift when rows come and go between them.
//!
//! *Not* an offset: the token holds the last row's sort values and key. Invariant: the primary key is
//! always the last sort column, so the order is total.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sea_query::{Alias, Expr, ExprTrait, JoinType, Order, SelectStatement};

use super::{Query, filter};
use crate::{
    Error, Record, Result, Rx,
    metadata::Entity,
    store::{
        connection::Cell,
        dialect::{Dialect, order_by},
        order, vault,
    },
};

/// Some rows, and where to go on.
#[derive(Debug, Clone)]
pub struct Page {
    /// The rows.
    pub records: Vec<Record>,
    /// The token of the next page; none at the end.
    pub next: Option<String>,
}

impl Rx<'_> {
    /// At most `size` rows and the token of the rest.
    ///
    /// # Errors
    /// As [`Rx::rows`]; `Invalid` for a token that is not ours.
    pub fn page(&self, query: &Query, size: u64) -> Result<Page> {
        let wanted = query.top.map_or(size, |it| Ord::min(it, size));
        let mut records = self.rows(&query.clone().top(wanted + 1))?;
        let more = u64::try_from(records.len()).unwrap_or(u64::MAX) > wanted;
        if more {
            records.pop();
        }
        let next = match records.last() {
            Some(last) if more && query.top.is_none() => Some(self.token(query, last)?),
            _ => None,
        };
        Ok(Page { records, next })
    }

    /// The token behind a row: its sort values, as the store compares them.
    fn token(&self, query: &Query, last: &Record) -> Result<String> {
        let entity = self.model.entity(&query.entity)?;
        let mut statement = sea_query::Query::select();
        statement.from_as(Alias::new(&entity.name), Alias::new("t0"));
        statement.and_where(key(entity).eq(last.id.as_bytes().to_vec()));
        for (path, _) in &query.order {
            statement.expr(filter::path(self, entity, path)?.0);
        }
        statement.expr(key(entity));
        let width = query.order.len();
        let cells = self
            .connection
            .select(&statement, |row| (0..=width).map(|at| row.get::<Cell>(at)).collect::<Result<Vec<_>>>())?;
        let cells = cells.into_iter().next().ok_or_else(|| Error::bug("a row vanished inside a snapshot"))?;
        self.sealed_token(&query.entity, cells)
    }

    /// A token that holds sort values. They may be personal, and addresses with tokens get stored; so
    /// it is sealed.
    pub(super) fn sealed_token(&self, place: &str, cells: Vec<Cell>) -> Result<String> {
        let parts: Vec<serde_json::Value> = cells.into_iter().map(to_json).collect();
        let key = self.shared.vault().derive(TOKENS);
        let sealed = vault::seal(&key, place.as_bytes(), &serde_json::to_vec(&parts)?, &self.cx)?;
        Ok(URL_SAFE_NO_PAD.encode(sealed))
    }

    /// The sort values in a token that was sealed for the same place.
    pub(super) fn token_cells(&self, place: &str, token: &str) -> Option<Vec<Option<sea_query::Value>>> {
        self.open_token(place, token)?.iter().map(from_json).collect()
    }

    fn open_token(&self, place: &str, token: &str) -> Option<Vec<serde_json::Value>> {
        let sealed = URL_SAFE_NO_PAD.decode(token).ok()?;
        let key = self.shared.vault().derive(TOKENS);
        serde_json::from_slice(&vault::open(&key, place.as_bytes(), &sealed).ok()?).ok()
    }
}

/// What the key of page tokens is derived for.
const TOKENS: &str = "page-tokens";

fn key(entity: &Entity) -> Expr {
    Expr::col((Alias::new("t0"), Alias::new(&entity.key)))
}

pub(super) fn order(rx: &Rx<'_>, entity: &Entity, query: &Query, statement: &mut SelectStatement) -> Result<()> {
    let detour = is_detour(rx, entity, &query.order, query.filter.as_ref())?;
    let sort = sort(rx, entity, query)?;
    for (at, (expression, descending)) in sort.into_iter().enumerate() {
        by(rx, statement, entity, expression, descending, detour && at == 0);
    }
    Ok(())
}

/// The sort columns of a query, its key last.
pub(super) fn sort(rx: &Rx<'_>, entity: &Entity, query: &Query) -> Result<Vec<(Expr, bool)>> {
    let mut all = Vec::with_capacity(query.order.len() + 1);
    for (path, descending) in &query.order {
        all.push((filter::path(rx, entity, path)?.0, *descending));
    }
    all.push((key(entity), false));
    Ok(all)
}

/// Adds a sort column. A key is never null; without a word about nulls the server follows its index.
pub(super) fn by(
    rx: &Rx<'_>,
    statement: &mut SelectStatement,
    entity: &Entity,
    expression: Expr,
    descending: bool,
    sorted: bool,
) {
    if sorted {
        order_by(statement, rx.connection.dialect().sorted(expression), descending);
    } else if expression == key(entity) {
        statement.order_by_expr(expression, if descending { Order::Desc } else { Order::Asc });
    } else {
        order_by(statement, expression, descending);
    }
}

/// Whether an index of an order would be followed for a question that it does not answer alone, so that each row has to
/// be looked up. What row security asks is in none of those indexes.
pub(super) fn is_detour(
    rx: &Rx<'_>,
    entity: &Entity,
    by: &[(odata::Path, bool)],
    filter: Option<&odata::Expr>,
) -> Result<bool> {
    if !order::is_followed(entity, by) {
        return Ok(false);
    }
    let other = || odata::Expr::Path(odata::Path(Vec::new()));
    let limited = filter::readable(rx, entity, "t0")?.is_some().then(other);
    Ok(limited.as_ref().or(filter).is_some_and(|it| order::is_detour(entity, by, it)))
}

/// Among how many rows from the head so many are sought first, where the embedded store would sort all of them; none
/// where they are too many.
pub(super) fn near(rx: &Rx<'_>, detour: bool, rows: u64) -> Option<u64> {
    /// Rows looked at for each that is wanted: a question that keeps fewer is answered by sorting sooner.
    const FOR_EACH: u64 = 64;
    /// Beyond these, looking rows up costs what sorting a million does.
    const MOST: u64 = 80_000;
    let sorts = detour && rx.connection.dialect() == Dialect::Sqlite;
    (sorts && rows <= MOST / 4).then(|| Ord::min(rows.saturating_mul(FOR_EACH), MOST))
}

/// How the way to a page far down is gone.
pub(super) struct Way {
    /// From the last row.
    pub(super) backward: bool,
    /// Rows passed over.
    pub(super) offset: u64,
    /// Rows taken.
    pub(super) limit: u64,
}

impl Way {
    /// An index is followed where at least one of so many rows counts.
    pub(super) const GOOD_PART: u64 = 4;

    /// From so many rows on, a database that looks each row up is asked from the nearer end. The embedded store would
    /// sort all rows before, so it pays for it to count them earlier.
    pub(super) fn far(dialect: Dialect) -> u64 {
        match dialect {
            _ if cfg!(feature = "testing") => 100,
            Dialect::Sqlite => 1_000,
            Dialect::Postgres => 20_000,
        }
    }

    /// From the first row.
    pub(super) fn forward(skip: u64, size: u64) -> Way {
        Way { backward: false, offset: skip, limit: size.saturating_add(1) }
    }

    /// From the nearer end of so many rows.
    pub(super) fn nearer(skip: u64, size: u64, count: u64) -> Way {
        let end = Ord::min(skip.saturating_add(size).saturating_add(1), count);
        if skip <= count / 2 {
            return Way::forward(skip, size);
        }
        Way { backward: true, offset: count - end, limit: end.saturating_sub(skip) }
    }
}

/// That a row is among the first of its order, whatever is asked of it.
pub(super) fn among_first(entity: &Entity, sort: &[(Expr, bool)], rows: u64) -> Expr {
    let mut first = sea_query::Query::select();
    first.expr(key(entity)).from_as(Alias::new(&entity.name), Alias::new("t0")).limit(rows);
    for (expression, descending) in sort {
        order_by(&mut first, expression.clone(), *descending);
    }
    key(entity).in_subquery(first)
}

/// The rows whose keys a statement gives as `place`.
pub(super) fn rows_of(entity: &Entity, keys: SelectStatement) -> SelectStatement {
    let page = Alias::new("page");
    let row = key(entity).eq(Expr::col((page.clone(), Alias::new("place"))));
    let mut statement = sea_query::Query::select();
    statement.from_subquery(keys, page);
    statement.join_as(JoinType::InnerJoin, Alias::new(&entity.name), Alias::new("t0"), row);
    statement
}

/// Rows behind the token: for each sort column, equal in all before it and beyond in it. Null sorts
/// first ascending and last descending.
pub(super) fn resume(
    rx: &Rx<'_>,
    entity: &Entity,
    query: &Query,
    token: &str,
    statement: &mut SelectStatement,
) -> Result<()> {
    let wrong = || Error::invalid("$skiptoken", "is not a token of this list; start again from its first page");
    let cells = rx.open_token(&query.entity, token).ok_or_else(wrong)?;
    if cells.len() != query.order.len() + 1 {
        return Err(wrong());
    }
    let columns = sort(rx, entity, query)?;
    let cells: Option<Vec<_>> = cells.iter().map(from_json).collect();
    statement.and_where(beyond(columns, cells.ok_or_else(wrong)?).ok_or_else(wrong)?);
    Ok(())
}

/// Rows behind the given sort values.
pub(super) fn beyond(columns: Vec<(Expr, bool)>, cells: Vec<Option<sea_query::Value>>) -> Option<Expr> {
    // What the alternatives below have in common, said once more, so that an index begins at the right place.
    let start = match (columns.first(), cells.first()) {
        (Some((first, false)), Some(Some(cell))) if columns.len() > 1 => Some(first.clone().gte(cell.clone())),
        _ => None,
    };
    let mut beyond: Option<Expr> = None;
    let mut equal: Option<Expr> = None;
    for ((expression, descending), cell) in columns.into_iter().zip(cells) {
        let here = match (&cell, descending) {
            (None, false) => Some(expression.clone().is_not_null()),
            (None, true) => None,
            (Some(cell), false) => Some(expression.clone().gt(cell.clone())),
            (Some(cell), true) => Some(expression.clone().lt(cell.clone()).or(expression.clone().is_null())),
        };
        if let Some(here) = here {
            let here = equal.clone().map_or(here.clone(), |equal| equal.and(here));
            beyond = Some(beyond.map_or(here.clone(), |beyond| beyond.or(here)));
        }
        let same = cell.map_or_else(|| expression.clone().is_null(), |cell| expression.clone().eq(cell));
        equal = Some(equal.map_or(same.clone(), |equal| equal.and(same)));
    }
    match (start, beyond) {
        (Some(start), Some(beyond)) => Some(start.and(beyond)),
        (_, beyond) => beyond,
    }
}

fn to_json(cell: Cell) -> serde_json::Value {
    match cell {
        Cell::Null => serde_json::Value::Null,
        Cell::Integer(it) => it.into(),
        // By its bits: a number read from JSON may differ in the last of them.
        Cell::Real(it) => serde_json::json!({ "d": format!("{:016x}", it.to_bits()) }),
        Cell::Text(it) => it.into(),
        Cell::Blob(it) => serde_json::json!({ "b": vault::hex(&it) }),
    }
}

fn from_json(cell: &serde_json::Value) -> Option<Option<sea_query::Value>> {
    use sea_query::Value as Sql;
    Some(match cell {
        serde_json::Value::Null => None,
        serde_json::Value::Number(it) => Some(Sql::BigInt(Some(it.as_i64()?))),
        serde_json::Value::String(it) => Some(Sql::String(Some(it.clone()))),
        serde_json::Value::Object(it) if it.contains_key("d") => {
            let bits = u64::from_str_radix(it.get("d")?.as_str()?, 16).ok()?;
            Some(Sql::Double(Some(f64::from_bits(bits))))
        }
        serde_json::Value::Object(it) => Some(Sql::Bytes(Some(vault::unhex(it.get("b")?.as_str()?)?))),
        _ => return None,
    })
}

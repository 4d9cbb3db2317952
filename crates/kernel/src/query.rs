//! Reading rows: the one query language, from `odata` filter to rows.
//!
//! *Not* a second language for inside: engine code builds the same expressions. Invariant (law 6):
//! whatever asks for rows goes through `Query`, and the privilege to read is asked here.

mod changes;
mod filter;
mod function;
mod page;
pub mod report;

use sea_query::{Alias, Asterisk, Expr, ExprTrait, Func, SelectStatement};
use uuid::Uuid;

pub use self::{changes::Watermark, page::Page};
use crate::{
    Error, Record, Result, Rx, Value, Values, access,
    access::Privilege,
    metadata::{Column, Entity, Reference},
    store::{
        codec,
        connection::{Row, cells},
        distributed, statements,
    },
};

/// A question for rows of one entity.
///
/// ```
/// use kernel::Query;
/// let query = Query::on("account").filter("statecode eq 0 and contains(name,'ito')")?.order("name asc")?.top(10);
/// # let _ = query;
/// # Ok::<(), kernel::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Query {
    pub(crate) entity: String,
    pub(crate) columns: Option<Vec<String>>,
    pub(crate) filter: Option<odata::Expr>,
    pub(crate) order: Vec<(odata::Path, bool)>,
    pub(crate) top: Option<u64>,
    pub(crate) after: Option<String>,
}

impl Query {
    /// All rows of an entity.
    pub fn on(entity: &str) -> Self {
        Query { entity: entity.to_owned(), columns: None, filter: None, order: Vec::new(), top: None, after: None }
    }
    /// Only these columns; the key and the version always come.
    #[must_use]
    pub fn select(mut self, columns: &[&str]) -> Self {
        self.columns = Some(columns.iter().map(|it| (*it).to_owned()).collect());
        self
    }
    /// Rows for which the `odata` filter holds as well.
    ///
    /// # Errors
    /// `Invalid` with the position of the mistake.
    pub fn filter(self, text: &str) -> Result<Self> {
        Ok(self.and(odata::parse_filter(text)?))
    }
    /// Rows for which the expression holds as well.
    #[must_use]
    pub fn and(mut self, expression: odata::Expr) -> Self {
        self.filter = Some(match self.filter.take() {
            Some(before) => odata::Expr::And(Box::new(before), Box::new(expression)),
            None => expression,
        });
        self
    }
    /// Rows whose column has this value (null: has none).
    #[must_use]
    pub fn eq(self, column: &str, value: impl Into<Value>) -> Self {
        self.compare(column, odata::CompareOp::Eq, value)
    }
    /// Rows whose column compares so with the value.
    #[must_use]
    pub fn compare(self, column: &str, op: odata::CompareOp, value: impl Into<Value>) -> Self {
        let left = odata::Expr::Path(odata::Path(column.split('/').map(str::to_owned).collect()));
        let right = odata::Expr::Literal(literal(value.into()));
        self.and(odata::Expr::Compare { op, left: Box::new(left), right: Box::new(right) })
    }
    /// The order, as in `$orderby`.
    ///
    /// # Errors
    /// `Invalid` with the position of the mistake.
    pub fn order(mut self, text: &str) -> Result<Self> {
        for item in odata::parse_orderby(text)? {
            match item.path {
                odata::OrderTarget::Path(path) => self.order.push((path, item.descending)),
                odata::OrderTarget::Alias(name) => {
                    return Err(Error::invalid(name, "an alias has no value here"));
                }
            }
        }
        Ok(self)
    }
    /// The order by one path.
    #[must_use]
    pub fn order_by(mut self, path: odata::Path, descending: bool) -> Self {
        self.order.push((path, descending));
        self
    }
    /// At most so many rows as a job changes in one transaction.
    #[must_use]
    pub fn part(self) -> Self {
        self.top(u64::try_from(crate::jobs::PART).unwrap_or(u64::MAX))
    }
    /// At most so many rows.
    #[must_use]
    pub fn top(mut self, rows: u64) -> Self {
        self.top = Some(rows);
        self
    }
    /// Rows behind the end of a page, by the token that came with it.
    #[must_use]
    pub fn after(mut self, token: &str) -> Self {
        self.after = Some(token.to_owned());
        self
    }
}

fn literal(value: Value) -> odata::Literal {
    use odata::Literal;
    match value {
        Value::Null => Literal::Null,
        Value::Text(it) => Literal::Text(it),
        Value::Int(it) => Literal::Integer(it),
        Value::Decimal(it) => Literal::Decimal(it),
        Value::Double(it) => Literal::Double(it),
        Value::Bool(it) => Literal::Bool(it),
        Value::Choices(it) => Literal::Text(it.iter().map(i64::to_string).collect::<Vec<_>>().join(",")),
        Value::Date(it) => Literal::Date(it),
        Value::Time(it) => Literal::DateTime(it),
        Value::Guid(it) | Value::Lookup(_, it) => Literal::Guid(it),
    }
}

impl Rx<'_> {
    /// The row with every readable column; `NotFound` when it is not there.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`.
    pub fn get(&self, entity: &str, id: Uuid) -> Result<Record> {
        self.find(entity, id)?.ok_or_else(|| Error::not_found(entity, id))
    }
    /// The row with every readable column, if it is there.
    ///
    /// # Errors
    /// `Forbidden`.
    pub fn find(&self, entity: &str, id: Uuid) -> Result<Option<Record>> {
        let entity = self.model.entity(entity)?;
        access::check_row(self, entity, id, Privilege::Read)?;
        let mut found = read_row(self, entity, id)?;
        if let Some(record) = found.as_mut().filter(|_| !self.cx.elevated) {
            for column in entity.columns.values() {
                if !self.may_read(entity, column)? {
                    record.values.remove(&column.name);
                }
            }
        }
        Ok(found)
    }
    /// The rows, at most `top` of them, else all.
    ///
    /// # Errors
    /// `Invalid` naming the unknown column, `Forbidden`.
    pub fn rows(&self, query: &Query) -> Result<Vec<Record>> {
        let entity = self.model.entity(&query.entity)?;
        let columns = self.selected(entity, query)?;
        let mut statement = self.statement(entity, query)?;
        statement.expr(Expr::cust(column_list(&columns)));
        page::order(self, entity, query, &mut statement)?;
        if let Some(token) = &query.after {
            page::resume(self, entity, query, token, &mut statement)?;
        }
        let Some(top) = query.top else { return self.records(entity, &columns, &statement) };
        statement.limit(top);
        if query.after.is_none()
            && let Some(first) =
                page::near(self, page::is_detour(self, entity, &query.order, query.filter.as_ref())?, top)
        {
            let mut near = statement.clone();
            near.and_where(page::among_first(entity, &page::sort(self, entity, query)?, first));
            let found = self.records(entity, &columns, &near)?;
            if u64::try_from(found.len()).is_ok_and(|it| it >= top) {
                return Ok(found);
            }
        }
        self.records(entity, &columns, &statement)
    }
    fn records(&self, entity: &Entity, columns: &[&Column], statement: &SelectStatement) -> Result<Vec<Record>> {
        self.connection.select(statement, |row| record(entity, columns, row))
    }
    /// The identifiers of the rows.
    ///
    /// # Errors
    /// As [`Rx::rows`].
    pub fn ids(&self, query: &Query) -> Result<Vec<Uuid>> {
        let query = Query { columns: Some(Vec::new()), ..query.clone() };
        Ok(self.rows(&query)?.into_iter().map(|it| it.id).collect())
    }
    /// The first row, if there is one.
    ///
    /// # Errors
    /// As [`Rx::rows`].
    pub fn first(&self, query: &Query) -> Result<Option<Record>> {
        Ok(self.rows(&query.clone().top(1))?.into_iter().next())
    }
    /// How many rows there are.
    ///
    /// # Errors
    /// As [`Rx::rows`].
    pub fn count(&self, query: &Query) -> Result<u64> {
        let entity = self.model.entity(&query.entity)?;
        let mut statement = self.statement(entity, query)?;
        statement.expr(Func::count(Expr::col(Asterisk)));
        let counts = self.connection.select(&statement, |row| row.get::<i64>(0))?;
        Ok(counts.first().copied().and_then(|it| u64::try_from(it).ok()).unwrap_or_default())
    }

    /// Whether the row is there.
    pub(crate) fn exists_row(&self, entity: &Entity, id: Uuid) -> Result<bool> {
        self.connection.exists(&statements::of(entity).exists, cells![id])
    }

    /// The rows that refer to a row by one lookup.
    pub(crate) fn referring(&self, reference: &Reference, target: &str, id: Uuid) -> Result<Vec<Uuid>> {
        let entity = self.model.entity(&reference.entity)?;
        let column = entity.column(&reference.column)?;
        let mut statement = sea_query::Query::select();
        statement
            .column((Alias::new("t0"), Alias::new(&entity.key)))
            .from_as(Alias::new(&entity.name), Alias::new("t0"))
            .and_where(Expr::col((Alias::new("t0"), Alias::new(&column.name))).eq(id.as_bytes().to_vec()));
        if column.is_polymorphic() {
            statement.and_where(Expr::col((Alias::new("t0"), Alias::new(column.entity_column()))).eq(target));
        }
        self.connection.select(&statement, |row| row.get(0))
    }

    fn selected<'e>(&self, entity: &'e Entity, query: &Query) -> Result<Vec<&'e Column>> {
        let mut columns: Vec<&Column> = match &query.columns {
            None => {
                let mut columns = Vec::with_capacity(entity.columns.len());
                for column in entity.columns.values() {
                    if self.may_read(entity, column)? {
                        columns.push(column);
                    }
                }
                columns
            }
            Some(names) => {
                let mut columns = Vec::new();
                for name in names {
                    let column = self.column(entity, name)?;
                    if !columns.iter().any(|it: &&Column| it.name == column.name) {
                        columns.push(column);
                    }
                }
                columns
            }
        };
        for name in [entity.key.as_str(), "versionnumber"] {
            if !columns.iter().any(|it| it.name == name) {
                columns.push(entity.column(name)?);
            }
        }
        Ok(columns)
    }

    /// The column behind a name on the wire, where it may be read.
    pub(crate) fn column<'e>(&self, entity: &'e Entity, name: &str) -> Result<&'e Column> {
        let column = entity
            .columns
            .get(name)
            .or_else(|| crate::metadata::lookup_column(name).and_then(|it| entity.columns.get(it)))
            .filter(|it| !it.is_secret() || self.cx.elevated);
        let column = column.ok_or_else(|| self.model.no_column(&entity.name, name))?;
        access::columns::check(self, entity, column, access::columns::Act::Read)?;
        Ok(column)
    }

    /// Whether the actor gets values of the column: it is no secret, and not secured against them.
    ///
    /// # Errors
    /// Those of reading column security profiles.
    pub fn may_read(&self, entity: &Entity, column: &Column) -> Result<bool> {
        if column.is_secret() {
            return Ok(self.cx.elevated);
        }
        access::columns::may(self, entity, column, access::columns::Act::Read)
    }

    /// Refuses a question that the actor could not ask themself, for instance one that is kept and later
    /// asked with the product's own rights.
    ///
    /// # Errors
    /// As [`Rx::rows`].
    pub fn may_ask(&self, query: &Query) -> Result<()> {
        let rx = self.under(self.cx.lowered());
        let entity = rx.model.entity(&query.entity)?;
        rx.selected(entity, query)?;
        let mut statement = rx.statement(entity, query)?;
        page::order(&rx, entity, query, &mut statement)
    }

    /// Asks one machine, where the condition says on which the rows lie.
    fn route(&self, entity: &Entity, condition: &odata::Expr, statement: &mut SelectStatement) {
        if let Some(home) = distributed::home_in(&self.model, entity, condition) {
            let column = Expr::col((Alias::new("t0"), Alias::new(distributed::HOME)));
            statement.and_where(column.eq(home.as_bytes().to_vec()));
        }
    }

    fn statement(&self, entity: &Entity, query: &Query) -> Result<SelectStatement> {
        let mut statement = sea_query::Query::select();
        statement.from_as(Alias::new(&entity.name), Alias::new("t0"));
        if let Some(readable) = filter::readable(self, entity, "t0")? {
            statement.and_where(readable);
        }
        if let Some(expression) = &query.filter {
            statement.and_where(filter::compile(self, entity, expression)?);
            self.route(entity, expression, &mut statement);
        }
        Ok(statement)
    }
}

/// Reads one row whole, without asking for a privilege: for the pipeline and `find`.
pub(crate) fn read_row(rx: &Rx<'_>, entity: &Entity, id: Uuid) -> Result<Option<Record>> {
    let columns: Vec<&Column> = entity.columns.values().collect();
    rx.connection.row(&statements::of(entity).whole, cells![id], |row| record(entity, &columns, row))
}

/// The columns as one text: an entity has many, and an expression for each costs more than the rest of
/// the statement. The names are those of the metadata, which knows no quotes.
fn column_list(columns: &[&Column]) -> String {
    let mut list = String::with_capacity(columns.len() * 24);
    for column in columns {
        if !list.is_empty() {
            list.push_str(", ");
        }
        list.push_str(r#""t0".""#);
        list.push_str(&column.name);
        list.push('"');
        if column.is_polymorphic() {
            list.push_str(r#", "t0".""#);
            list.push_str(&column.entity_column());
            list.push('"');
        }
    }
    list
}

fn record(entity: &Entity, columns: &[&Column], row: &Row<'_>) -> Result<Record> {
    let mut values = Values::with_capacity(columns.len());
    let (mut id, mut version) = (Uuid::nil(), 0);
    let mut at = 0;
    for column in columns {
        let cell = row.cell(at)?;
        at += 1;
        let target: Option<String> = if column.is_polymorphic() {
            at += 1;
            row.get(at - 1)?
        } else {
            None
        };
        let value = codec::decode(column, cell, target.as_deref())?;
        if column.name == entity.key {
            id = value.as_guid().unwrap_or_default();
        } else if column.name == "versionnumber" {
            version = value.as_int().unwrap_or_default();
        }
        values.insert(&column.name, value);
    }
    Ok(Record { entity: entity.name.clone(), id, version, values })
}

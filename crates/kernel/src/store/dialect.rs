//! What differs between the two databases in the text of statements, all of it.
//!
//! *Not* a builder: statements are built once, by `sea-query`, for both. Invariant: the same question
//! has the same answer on both, in the same order: text compares without regard to case, and nothing
//! (null) comes before everything.

use sea_query::{
    Alias, BinOper, ColumnDef, Expr, ExprTrait, Func, IndexCreateStatement, IndexDropStatement, InsertStatement,
    NullOrdering, Order, PostgresQueryBuilder, SelectStatement, SqliteQueryBuilder, TableAlterStatement,
    TableCreateStatement, TableDropStatement, UpdateStatement, Values,
};

use uuid::Uuid;

use super::{codec, sqlite};
use crate::{
    metadata::{Column, ColumnType},
    report::DatePart,
};

/// Which database a statement is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// The embedded one.
    Sqlite,
    /// PostgreSQL 15 or newer.
    Postgres,
}

/// The longest name that PostgreSQL keeps whole, in bytes.
const NAME: usize = 63;

macro_rules! build {
    ($(#[$doc:meta] $name:ident: $statement:ty => $method:ident -> $answer:ty),* $(,)?) => {$(
        #[$doc]
        pub(crate) fn $name(self, statement: &$statement) -> $answer {
            match self {
                Dialect::Sqlite => statement.$method(SqliteQueryBuilder),
                Dialect::Postgres => statement.$method(PostgresQueryBuilder),
            }
        }
    )*};
}

impl Dialect {
    build! {
        /// The text of a query, and its values.
        select: SelectStatement => build -> (String, Values),
        /// The text of an insertion, and its values.
        insert: InsertStatement => build -> (String, Values),
        /// The text of an update, and its values.
        update: UpdateStatement => build -> (String, Values),
        /// The text that makes a table.
        create_table: TableCreateStatement => build -> String,
        /// The text that changes a table.
        alter_table: TableAlterStatement => build -> String,
        /// The text that drops a table.
        drop_table: TableDropStatement => build -> String,
        /// The text that makes an index.
        create_index: IndexCreateStatement => build -> String,
        /// The text that drops an index.
        drop_index: IndexDropStatement => build -> String,
    }

    /// An update as one text, its values in it; for values of our own only.
    pub(crate) fn text(self, statement: &UpdateStatement) -> String {
        match self {
            Dialect::Sqlite => statement.to_string(SqliteQueryBuilder),
            Dialect::Postgres => statement.to_string(PostgresQueryBuilder),
        }
    }

    /// An identifier in the text of a statement.
    pub(crate) fn identifier(self, id: Uuid) -> Expr {
        match self {
            Dialect::Sqlite => Expr::val(id.as_bytes().to_vec()),
            Dialect::Postgres => Expr::cust(format!("'{id}'::uuid")),
        }
    }

    /// Octets in a column of the kernel's own tables as an identifier, to compare with one of an entity.
    pub(crate) fn as_identifier(self, octets: &str) -> String {
        match self {
            Dialect::Sqlite => octets.to_owned(),
            Dialect::Postgres => format!("CAST(encode({octets}, 'hex') AS uuid)"),
        }
    }

    /// The type of a column's cells. On a server they are what another reader of that database expects;
    /// `codec` and `postgres` agree on how a cell travels.
    pub(crate) fn column_type(self, kind: ColumnType) -> &'static str {
        match (self, kind) {
            (Dialect::Sqlite, ColumnType::Text | ColumnType::Memo) => sqlite::TEXT,
            (Dialect::Sqlite, ColumnType::Json | ColumnType::MultiChoice | ColumnType::Date) => "TEXT",
            (Dialect::Sqlite, ColumnType::Double) => "REAL",
            (Dialect::Sqlite, ColumnType::Guid | ColumnType::Lookup | ColumnType::File) => "BLOB",
            (Dialect::Sqlite, _) => "INTEGER",
            // Compares without regard to case and sorts by code point, as the embedded store does.
            (Dialect::Postgres, ColumnType::Text | ColumnType::Memo) => r#"citext COLLATE "C""#,
            (Dialect::Postgres, ColumnType::Json | ColumnType::MultiChoice) => r#"text COLLATE "C""#,
            (Dialect::Postgres, ColumnType::Date) => "date",
            (Dialect::Postgres, ColumnType::Double) => "double precision",
            (Dialect::Postgres, ColumnType::Guid | ColumnType::Lookup | ColumnType::File) => "uuid",
            (Dialect::Postgres, ColumnType::Boolean) => "boolean",
            (Dialect::Postgres, ColumnType::DateTime) => "timestamptz",
            (Dialect::Postgres, _) => "bigint",
        }
    }

    /// The type of the cell beside a lookup that says which entity it leads to.
    pub(crate) fn entity_type(self) -> &'static str {
        match self {
            Dialect::Sqlite => "TEXT",
            Dialect::Postgres => r#"text COLLATE "C""#,
        }
    }

    /// Gives a column the default that its older rows take.
    pub(crate) fn default(self, definition: &mut ColumnDef, column: &Column) {
        let value = codec::encode(column, &column.default);
        match (self, column.kind, &value) {
            (Dialect::Postgres, ColumnType::Boolean, sea_query::Value::BigInt(Some(it))) => {
                definition.default(*it != 0)
            }
            (Dialect::Postgres, ColumnType::DateTime, sea_query::Value::BigInt(Some(it))) => {
                definition.default(Expr::cust(format!("to_timestamp({it} / 1000.0)")))
            }
            _ => definition.default(value),
        };
    }

    /// A sort column that no index is followed for.
    pub(crate) fn sorted(self, column: Expr) -> Expr {
        match self {
            Dialect::Sqlite => Expr::cust_with_expr("+?", column),
            Dialect::Postgres => column,
        }
    }

    /// An index in an order as [`order_by`] sorts, with more columns beside it. The builder knows no place of nulls in
    /// an index, and an index that has them elsewhere is no order to the server. The names are those of the metadata,
    /// which knows no quotes.
    pub(crate) fn ordered_index(self, name: &str, table: &str, order: &[(String, bool)], beside: &[String]) -> String {
        let part = |(column, descending): &(String, bool)| match (self, descending) {
            (Dialect::Sqlite, false) => format!(r#""{column}""#),
            (Dialect::Sqlite, true) => format!(r#""{column}" DESC"#),
            (Dialect::Postgres, false) => format!(r#""{column}" ASC NULLS FIRST"#),
            (Dialect::Postgres, true) => format!(r#""{column}" DESC NULLS LAST"#),
        };
        let (last, order) = order.split_last().map_or((None, order), |(last, order)| (Some(last), order));
        let key = last.map(|(key, _)| format!(r#""{key}""#));
        let beside = beside.iter().map(|it| format!(r#""{it}""#));
        let columns: Vec<String> = order.iter().map(part).chain(key).chain(beside).collect();
        format!(r#"CREATE INDEX IF NOT EXISTS "{name}" ON "{table}" ({})"#, columns.join(", "))
    }

    /// A name that the database keeps whole; a longer one ends in its digest.
    pub(crate) fn name(self, name: String) -> String {
        if self == Dialect::Sqlite || name.len() <= NAME {
            return name;
        }
        let digest = crate::blob::sha256(name.as_bytes());
        let kept: String = name.chars().take(NAME - 9).collect();
        format!("{kept}_{}", digest.get(..8).unwrap_or_default())
    }

    /// Whether the text matches a pattern with `%`, `_` and `[a-z]`, without regard to case.
    pub(crate) fn like(self, text: Expr, pattern: &str) -> Expr {
        // A column sorts by code point, which knows small letters of ASCII only; the database knows all.
        let lower = |it: Expr| Expr::cust_with_expr(r#"lower(CAST($1 AS text) COLLATE "default")"#, it);
        match self {
            Dialect::Sqlite => Func::cust(Alias::new(sqlite::LIKE)).arg(text).arg(pattern).into(),
            Dialect::Postgres if pattern.contains('[') => {
                lower(text).binary(BinOper::Custom("~"), Expr::val(sqlite::expression(pattern)))
            }
            Dialect::Postgres => lower(text).binary(BinOper::Like, lower(Expr::val(pattern.replace('\\', r"\\")))),
        }
    }

    /// The sum of a group, in the type of its column.
    pub(crate) fn sum(self, value: Expr, kind: ColumnType) -> Expr {
        let sum = Expr::from(Func::sum(value));
        match self {
            Dialect::Postgres if kind != ColumnType::Double => sum.cast_as(Alias::new("bigint")),
            _ => sum,
        }
    }

    /// The mean of a group.
    pub(crate) fn average(self, value: Expr) -> Expr {
        let mean = Expr::from(Func::avg(value));
        if self == Dialect::Postgres { mean.cast_as(Alias::new("double precision")) } else { mean }
    }

    /// A part of a day or an instant, in UTC.
    pub(crate) fn date_part(self, value: Expr, kind: ColumnType, part: DatePart) -> Expr {
        let field = |sqlite: &str, postgres: &str| {
            let text = match (self, kind) {
                (Dialect::Sqlite, ColumnType::DateTime) => {
                    format!("CAST(strftime('{sqlite}', ? / 1000.0, 'unixepoch') AS INTEGER)")
                }
                (Dialect::Sqlite, _) => format!("CAST(strftime('{sqlite}', ?) AS INTEGER)"),
                (Dialect::Postgres, ColumnType::DateTime) => {
                    format!("CAST(extract({postgres} FROM $1 AT TIME ZONE 'UTC') AS bigint)")
                }
                (Dialect::Postgres, _) => format!("CAST(extract({postgres} FROM $1) AS bigint)"),
            };
            Expr::cust_with_expr(text, value.clone())
        };
        let of = |sqlite: &'static str, postgres: &'static str, parts: Vec<Expr>| match self {
            Dialect::Sqlite => Expr::cust_with_exprs(sqlite, parts),
            Dialect::Postgres => Expr::cust_with_exprs(postgres, parts),
        };
        match part {
            DatePart::Day => field("%d", "day"),
            DatePart::Month => field("%m", "month"),
            DatePart::Year => field("%Y", "year"),
            DatePart::Quarter => of("(? + 2) / 3", "($1 + 2) / 3", vec![field("%m", "month")]),
            DatePart::QuarterOfYear => {
                of("? * 10 + (? + 2) / 3", "$1 * 10 + ($2 + 2) / 3", vec![field("%Y", "year"), field("%m", "month")])
            }
            // From the days of the year and of the week follows on what day of the week the year began.
            DatePart::Week => {
                let (of_year, of_week) = (field("%j", "doy"), field("%w", "dow"));
                of(
                    "(? - 1 + (? - ? + 372) % 7) / 7 + 1",
                    "($1 - 1 + ($2 - $3 + 372) % 7) / 7 + 1",
                    vec![of_year.clone(), of_week, of_year],
                )
            }
        }
    }

    /// The smallest or largest of a group. A server has none of truth values and identifiers.
    pub(crate) fn extreme(self, value: Expr, kind: ColumnType, largest: bool) -> Expr {
        let of = |it: Expr| if largest { Expr::from(Func::max(it)) } else { Expr::from(Func::min(it)) };
        match (self, kind) {
            (Dialect::Postgres, ColumnType::Boolean) => of(value.cast_as(Alias::new("int"))),
            (Dialect::Postgres, ColumnType::Guid | ColumnType::Lookup | ColumnType::File) => {
                of(value.cast_as(Alias::new("text"))).cast_as(Alias::new("uuid"))
            }
            _ => of(value),
        }
    }

    /// The statements of the kernel's fixed tables, which are written for the embedded store.
    pub(crate) fn fixed(self, sql: &str) -> String {
        match self {
            Dialect::Sqlite => sql.to_owned(),
            Dialect::Postgres => sql
                .replace("INTEGER PRIMARY KEY AUTOINCREMENT", "bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY")
                .replace("TEXT", r#"text COLLATE "C""#)
                .replace("INTEGER", "bigint")
                .replace("BLOB", "bytea")
                .replace(" WITHOUT ROWID", ""),
        }
    }

    /// What is done around the making of tables, so that two nodes do not do it at once.
    pub(crate) fn starting(self) -> Option<(&'static str, &'static str)> {
        let lock = "SELECT pg_advisory_lock(hashtext(current_schema()), 0)";
        (self == Dialect::Postgres).then_some((lock, "SELECT pg_advisory_unlock(hashtext(current_schema()), 0)"))
    }

    /// Keeps a row that is chosen for work from being chosen by another node.
    pub(crate) fn claiming(self) -> &'static str {
        match self {
            Dialect::Sqlite => "",
            Dialect::Postgres => "FOR UPDATE SKIP LOCKED",
        }
    }
}

/// Adds a column to an order: nothing comes first, and last in the other direction.
pub(crate) fn order_by(statement: &mut SelectStatement, expression: Expr, descending: bool) {
    if descending {
        statement.order_by_expr_with_nulls(expression, Order::Desc, NullOrdering::Last);
    } else {
        statement.order_by_expr_with_nulls(expression, Order::Asc, NullOrdering::First);
    }
}

//! From an `odata` filter to a condition of the store.
//!
//! Names are resolved against the metadata and literals typed by the column they meet, so no text of
//! the caller reaches SQL. *Not* an evaluator in memory. Invariant: only columns that the actor may
//! read are compared, so a filter cannot be used to guess what a select would refuse.

mod related;

use odata::{CompareOp, Expr as Ast, Literal, Path, TextFunction};
use sea_query::{Alias, Expr, ExprTrait, SelectStatement, SubQueryStatement};

use crate::{
    Error, Result, Rx, Value, access,
    access::{Privilege, columns::Act},
    metadata::{Column, ColumnType, Entity},
    pipeline::check::convert,
    query::report::Link,
    store::codec,
};

/// Where names are looked up: an entity, the alias of its table, and the variables in sight (of a
/// lambda, or the joined entities of a report).
#[derive(Clone)]
pub(super) struct Scope<'e> {
    pub(super) entity: &'e Entity,
    pub(super) alias: String,
    pub(super) variables: Vec<(String, &'e Entity, String)>,
    /// Collections that a report names beside those of relationships.
    pub(super) links: &'e [Link],
}

impl<'e> Scope<'e> {
    /// An entity under an alias, with nothing else in sight.
    pub(super) fn of(entity: &'e Entity, alias: &str) -> Self {
        Scope { entity, alias: alias.to_owned(), variables: Vec::new(), links: &[] }
    }
}

struct Compiler<'r, 'c> {
    rx: &'r Rx<'c>,
    aliases: std::cell::Cell<usize>,
}

pub(super) fn compile(rx: &Rx<'_>, entity: &Entity, expression: &Ast) -> Result<Expr> {
    compile_in(rx, &Scope::of(entity, "t0"), expression)
}

/// The condition of an expression in a scope with variables.
pub(super) fn compile_in(rx: &Rx<'_>, scope: &Scope<'_>, expression: &Ast) -> Result<Expr> {
    Compiler { rx, aliases: std::cell::Cell::new(0) }.boolean(scope, expression)
}

/// The condition that the rows of a table meet which the actor may read; none when they may read all.
///
/// # Errors
/// `Forbidden` for whoever may read none.
pub(super) fn readable(rx: &Rx<'_>, entity: &Entity, alias: &str) -> Result<Option<Expr>> {
    // It stands beside other conditions in one statement, so its aliases start elsewhere.
    let aliases = || std::cell::Cell::new(5_000);
    let scope = Scope::of(entity, alias);
    let mut all = None;
    if let Some(limit) = access::limit(rx, entity, Privilege::Read)? {
        let rx = rx.elevated("row security");
        all = Some(Compiler { rx: &rx, aliases: aliases() }.boolean(&scope, &limit)?);
    }
    // A link is seen by whoever sees both of its rows; the way to each asks for that.
    for way in access::limited_ends(rx, entity)? {
        let there = Compiler { rx, aliases: aliases() }.path(&scope, &way)?.0.is_not_null();
        all = Some(all.map_or(there.clone(), |it: Expr| it.and(there)));
    }
    Ok(all)
}

/// The expression behind a path in a scope with variables, and its column.
pub(super) fn path_in<'e>(rx: &'e Rx<'_>, scope: &Scope<'e>, path: &Path) -> Result<(Expr, &'e Column)> {
    Compiler { rx, aliases: std::cell::Cell::new(1_000) }.path(scope, path)
}

/// The expression behind a path from a row, and its column.
pub(super) fn path<'e>(rx: &'e Rx<'_>, entity: &'e Entity, path: &Path) -> Result<(Expr, &'e Column)> {
    // Sort keys live beside the filter in one statement, so their aliases start elsewhere.
    let compiler = Compiler { rx, aliases: std::cell::Cell::new(1_000) };
    compiler.path(&Scope::of(entity, "t0"), path)
}

/// The condition under which two rows, one of each table, have the same value in their columns. A lookup with several
/// entities leads to this one only where it says so.
pub(super) fn meet(
    rx: &Rx<'_>,
    (child, alias, from): (&Entity, &str, &str),
    (owner, outer, to): (&Entity, &str, &str),
) -> Result<Expr> {
    let (from, to) = (rx.column(child, from)?, rx.column(owner, to)?);
    if from.kind != to.kind && !(is_identifier(from) && is_identifier(to)) {
        return Err(Error::invalid(from.name.as_str(), format!("and {} are of different types", to.name)));
    }
    let cell = |alias: &str, name: &str| Expr::col((Alias::new(alias), Alias::new(name)));
    let mut all = cell(alias, &from.name).eq(cell(outer, &to.name));
    if to.is_polymorphic() {
        all = all.and(cell(outer, &to.entity_column()).eq(child.name.as_str()));
    }
    if from.is_polymorphic() {
        all = all.and(cell(alias, &from.entity_column()).eq(owner.name.as_str()));
    }
    Ok(all)
}

enum Operand<'e> {
    Column(Expr, &'e Column),
    Literal(&'e Literal),
    Count(Expr),
}

impl<'r> Compiler<'r, '_> {
    fn boolean(&self, scope: &Scope<'_>, expression: &Ast) -> Result<Expr> {
        Ok(match expression {
            Ast::And(..) => self.chain(scope, expression, ExprTrait::and)?,
            Ast::Or(..) => self.chain(scope, expression, ExprTrait::or)?,
            Ast::Not(it) => self.boolean(scope, it)?.not(),
            Ast::Compare { op, left, right } => self.compare(scope, *op, left, right)?,
            Ast::In { operand, list } => {
                let Operand::Column(expression, column) = self.operand(scope, operand)? else {
                    return Err(Error::invalid("$filter", "'in' follows a column"));
                };
                let mut cells = Vec::new();
                for it in list {
                    match it {
                        Ast::Literal(literal) => cells.push(codec::encode(column, &typed(column, literal)?)),
                        _ => return Err(Error::invalid("$filter", "'in' takes literals")),
                    }
                }
                expression.is_in(cells)
            }
            Ast::Call { function, left, right } => self.text(scope, *function, left, right)?,
            Ast::Lambda { path, quantifier, variable, predicate } => {
                self.lambda(scope, path, *quantifier, variable.as_deref(), predicate.as_deref())?
            }
            Ast::QueryFunction { name, arguments } => {
                let property = super::function::property(arguments)?;
                let (expression, column) = self.path(scope, &property)?;
                super::function::compile(self.rx, name, arguments, expression, column)?
            }
            Ast::Path(it) => {
                let (expression, column) = self.path(scope, it)?;
                if column.kind != ColumnType::Boolean {
                    return Err(Error::invalid(it.to_string(), "is not a condition; compare it with something"));
                }
                expression.eq(1)
            }
            Ast::Literal(Literal::Bool(it)) => Expr::val(i64::from(*it)).eq(1),
            Ast::Literal(it) => {
                return Err(Error::invalid("$filter", format!("{it} is not a condition")));
            }
            Ast::Alias(name) => {
                return Err(Error::invalid(format!("@{name}"), "the parameter has no value"));
            }
            Ast::Count { .. } => {
                return Err(Error::invalid("$filter", "a $count is no condition; compare it with a whole number"));
            }
        })
    }

    /// A chain of `and` or of `or` leans to the left and may be hundreds long: it is walked in a loop
    /// and joined as a balanced tree, so neither we nor the store go deep.
    fn chain(&self, scope: &Scope<'_>, expression: &Ast, join: fn(Expr, Expr) -> Expr) -> Result<Expr> {
        let wants_and = matches!(expression, Ast::And(..));
        let mut parts = Vec::new();
        let mut at = expression;
        loop {
            match at {
                Ast::And(left, right) if wants_and => {
                    parts.push(self.boolean(scope, right)?);
                    at = left;
                }
                Ast::Or(left, right) if !wants_and => {
                    parts.push(self.boolean(scope, right)?);
                    at = left;
                }
                other => {
                    parts.push(self.boolean(scope, other)?);
                    break;
                }
            }
        }
        parts.reverse();
        while parts.len() > 1 {
            let mut joined = Vec::with_capacity(parts.len().div_ceil(2));
            let mut rest = parts.into_iter();
            while let Some(first) = rest.next() {
                joined.push(match rest.next() {
                    Some(second) => join(first, second),
                    None => first,
                });
            }
            parts = joined;
        }
        parts.pop().ok_or_else(|| Error::invalid("$filter", "an empty condition"))
    }

    fn operand<'e>(&self, scope: &Scope<'e>, expression: &'e Ast) -> Result<Operand<'e>>
    where
        'r: 'e,
    {
        match expression {
            Ast::Literal(it) => Ok(Operand::Literal(it)),
            Ast::Path(it) => self.path(scope, it).map(|(expression, column)| Operand::Column(expression, column)),
            Ast::Alias(name) => Err(Error::invalid(format!("@{name}"), "the parameter has no value")),
            Ast::Count { path, filter } => self.related_count(scope, path, filter.as_deref()).map(Operand::Count),
            _ => Err(Error::invalid("$filter", "a comparison takes columns and literals")),
        }
    }

    fn compare(&self, scope: &Scope<'_>, op: CompareOp, left: &Ast, right: &Ast) -> Result<Expr> {
        match (self.operand(scope, left)?, self.operand(scope, right)?) {
            (Operand::Column(a, one), Operand::Column(b, other)) => {
                if one.kind != other.kind && !(is_identifier(one) && is_identifier(other)) {
                    return Err(Error::invalid(
                        one.name.as_str(),
                        format!("and {} are of different types", other.name),
                    ));
                }
                Ok(relation(a, op, b))
            }
            (Operand::Column(a, column), Operand::Literal(literal)) => against(a, op, column, literal),
            (Operand::Literal(literal), Operand::Column(a, column)) => against(a, mirrored(op), column, literal),
            (Operand::Count(count), Operand::Literal(Literal::Integer(number))) => {
                Ok(relation(count, op, Expr::val(*number)))
            }
            (Operand::Literal(Literal::Integer(number)), Operand::Count(count)) => {
                Ok(relation(count, mirrored(op), Expr::val(*number)))
            }
            (Operand::Count(_), _) | (_, Operand::Count(_)) => {
                Err(Error::invalid("$filter", "a $count is compared with a whole number, such as 3"))
            }
            (Operand::Literal(_), Operand::Literal(_)) => {
                Err(Error::invalid("$filter", "a comparison needs a column on one side"))
            }
        }
    }

    fn text(&self, scope: &Scope<'_>, function: TextFunction, left: &Ast, right: &Ast) -> Result<Expr> {
        let Operand::Column(expression, column) = self.operand(scope, left)? else {
            return Err(Error::invalid("$filter", "a text function takes a column first"));
        };
        if !matches!(column.kind, ColumnType::Text | ColumnType::Memo) {
            return Err(Error::invalid(column.name.as_str(), "is not text; text functions do not apply to it"));
        }
        let Operand::Literal(Literal::Text(wanted)) = self.operand(scope, right)? else {
            return Err(Error::invalid(column.name.as_str(), "takes a text in quotes"));
        };
        let pattern = match function {
            TextFunction::Contains => format!("%{wanted}%"),
            TextFunction::StartsWith => format!("{wanted}%"),
            TextFunction::EndsWith => format!("%{wanted}"),
        };
        Ok(self.rx.connection.dialect().like(expression, &pattern))
    }

    fn path<'e>(&self, scope: &Scope<'e>, path: &Path) -> Result<(Expr, &'e Column)>
    where
        'r: 'e,
    {
        let steps: Vec<&str> = path.0.iter().map(String::as_str).collect();
        match steps.split_first() {
            None => Err(Error::invalid("$filter", "an empty path")),
            Some((first, rest)) => {
                if let Some((_, entity, alias)) = scope.variables.iter().rev().find(|(name, ..)| name == first)
                    && !rest.is_empty()
                {
                    return self.steps(entity, alias, rest);
                }
                self.steps(scope.entity, &scope.alias, &steps)
            }
        }
    }

    fn steps<'e>(&self, entity: &'e Entity, alias: &str, steps: &[&str]) -> Result<(Expr, &'e Column)>
    where
        'r: 'e,
    {
        match steps {
            [] => Err(Error::invalid("$filter", "an empty path")),
            [name] => {
                // The name of a navigation property alone stands for the lookup itself.
                let by_navigation = || entity.navigation(name).map(|(column, _)| column);
                let column = match self.rx.column(entity, name) {
                    Ok(column) => column,
                    Err(error) => by_navigation().ok_or(error)?,
                };
                access::columns::check(self.rx, entity, column, Act::Read)?;
                Ok((Expr::col((Alias::new(alias), Alias::new(&column.name))), column))
            }
            [navigation, rest @ ..] => {
                let (lookup, target) =
                    entity.navigation(navigation).ok_or_else(|| self.rx.model.no_column(&entity.name, navigation))?;
                access::columns::check(self.rx, entity, lookup, Act::Read)?;
                let target = self.rx.model.entity(&target.entity)?;
                let inner = self.alias();
                let readable = readable(self.rx, target, &inner)?;
                let (expression, column) = self.steps(target, &inner, rest)?;
                let mut select = SelectStatement::new();
                select.expr(expression).from_as(Alias::new(&target.name), Alias::new(&inner)).and_where(
                    Expr::col((Alias::new(&inner), Alias::new(&target.key)))
                        .equals((Alias::new(alias), Alias::new(&lookup.name))),
                );
                if lookup.is_polymorphic() {
                    select.and_where(
                        Expr::col((Alias::new(alias), Alias::new(lookup.entity_column()))).eq(target.name.as_str()),
                    );
                }
                if let Some(readable) = readable {
                    select.and_where(readable);
                }
                Ok((Expr::SubQuery(None, Box::new(SubQueryStatement::SelectStatement(select))), column))
            }
        }
    }

    fn alias(&self) -> String {
        let next = self.aliases.get() + 1;
        self.aliases.set(next);
        format!("t{next}")
    }
}

fn is_identifier(column: &Column) -> bool {
    matches!(column.kind, ColumnType::Guid | ColumnType::Lookup)
}

fn relation(a: Expr, op: CompareOp, b: Expr) -> Expr {
    match op {
        CompareOp::Eq => a.eq(b),
        CompareOp::Ne => a.ne(b),
        CompareOp::Gt => a.gt(b),
        CompareOp::Ge => a.gte(b),
        CompareOp::Lt => a.lt(b),
        CompareOp::Le => a.lte(b),
    }
}

fn mirrored(op: CompareOp) -> CompareOp {
    match op {
        CompareOp::Gt => CompareOp::Lt,
        CompareOp::Ge => CompareOp::Le,
        CompareOp::Lt => CompareOp::Gt,
        CompareOp::Le => CompareOp::Ge,
        same => same,
    }
}

fn against(expression: Expr, op: CompareOp, column: &Column, literal: &Literal) -> Result<Expr> {
    let value = typed(column, literal)?;
    Ok(match (op, value.is_null()) {
        (CompareOp::Eq, true) => expression.is_null(),
        (CompareOp::Ne, true) => expression.is_not_null(),
        (_, true) => {
            return Err(Error::invalid(column.name.as_str(), "null can only be compared with eq and ne"));
        }
        _ => relation(expression, op, codec::encode(column, &value).into()),
    })
}

/// The literal as a value of the column it meets.
pub(super) fn typed(column: &Column, literal: &Literal) -> Result<Value> {
    let value = match literal {
        Literal::Null => Value::Null,
        Literal::Bool(it) => Value::Bool(*it),
        Literal::Integer(it) => Value::Int(*it),
        Literal::Decimal(it) => Value::Decimal(*it),
        Literal::Double(it) => Value::Double(*it),
        Literal::Guid(it) => Value::Guid(*it),
        Literal::Date(it) => Value::Date(*it),
        Literal::DateTime(it) => Value::Time(*it),
        Literal::Text(it) => Value::Text(it.clone()),
        Literal::Enum { member, .. } => Value::Text(member.clone()),
    };
    Ok(match (column.kind, value) {
        // An empty text is stored as no value, so it is asked for as that.
        (ColumnType::Text | ColumnType::Memo, Value::Text(it)) if it.is_empty() => Value::Null,
        (ColumnType::Text | ColumnType::Memo | ColumnType::Json, value @ Value::Text(_)) => value,
        (ColumnType::DateTime, Value::Date(it)) => Value::Time(
            it.to_zoned(jiff::tz::TimeZone::UTC)
                .map_err(|_| Error::invalid(column.name.as_str(), "the date is out of range"))?
                .timestamp(),
        ),
        (ColumnType::Date, Value::Time(it)) => Value::Date(it.to_zoned(jiff::tz::TimeZone::UTC).date()),
        // A choice may be asked for by any number: one that does not exist matches nothing.
        (ColumnType::Choice | ColumnType::Integer | ColumnType::BigInt, value @ Value::Int(_)) => value,
        (ColumnType::Lookup, Value::Guid(it)) => Value::Guid(it),
        (ColumnType::Lookup, Value::Text(it)) => {
            Value::Guid(it.parse().map_err(|_| Error::invalid(column.name.as_str(), "takes an identifier (GUID)"))?)
        }
        (_, value) => convert(column, value)?,
    })
}

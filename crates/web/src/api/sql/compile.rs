//! From the tree of a SELECT to the kernel's report.
//!
//! *Not* the grammar (`parse`). Invariant: every table and column is looked up in the metadata, so a query
//! names only what the caller may see; literals take the type of the column they meet.

use kernel::{
    Result, Rx,
    metadata::{Column, Entity, Model},
    report::{By, Join, JoinKind, Measure, Output, Report},
};
use odata::{Argument, CompareOp, Expr, Literal, Path};

use super::{
    parse::{Condition, Item, Name, Operand, Select},
    refused,
};
use crate::api::{fetch::literal, select::column, table};

/// Most tables that are joined.
const JOINS: usize = 7;
/// Most conditions of a query.
const CONDITIONS: usize = 500;

/// A query ready to run.
pub struct Compiled {
    /// The question.
    pub report: Report,
    /// The names of its columns.
    pub names: Vec<table::Name>,
    /// Whether the caller said how many rows there shall be.
    pub limited: bool,
}

struct Compiler<'m> {
    model: &'m Model,
    /// Tables by alias; the first is that of the report.
    tables: Vec<(String, &'m Entity)>,
    conditions: usize,
}

/// Compiles the query for a set of the entity; `size` is the page that the client prefers.
///
/// # Errors
/// `syntax` naming the mistake, `unknown-column`.
pub fn compile(rx: &Rx<'_>, entity: &Entity, select: &Select, size: u64) -> Result<Compiled> {
    let model = rx.model();
    if select.from.name != entity.name {
        let text = format!("asks for {}; the address is that of {}", select.from.name, entity.set);
        return Err(refused(text));
    }
    if select.joins.len() > JOINS {
        return Err(refused(format!("joins more than {} tables", JOINS + 1)));
    }
    let limit = select.top.or(select.fetch);
    let mut report = Report::on(&entity.name, limit.map_or(size, |it| it.min(size)));
    report.skip = select.offset;
    report.distinct = select.distinct;
    report.grouped = !select.groups.is_empty() || select.items.iter().any(|it| it.measure.is_some());
    let mut compiler = Compiler {
        model: &model,
        tables: vec![(select.from.alias.clone(), model.entity(&entity.name)?)],
        conditions: 0,
    };
    for join in &select.joins {
        let joined = model.entity(&join.table.name).map_err(|error| refused(error.text))?;
        let alias = &join.table.alias;
        if compiler.tables.iter().any(|(it, _)| it.eq_ignore_ascii_case(alias)) {
            return Err(refused(format!("two tables have the name {alias}")));
        }
        let parents = compiler.tables.len();
        compiler.tables.push((alias.clone(), joined));
        let (one, other) = (compiler.find(&join.on.0)?, compiler.find(&join.on.1)?);
        let (own, parent) = match (one.0 == parents, other.0 == parents) {
            (true, false) => (one, other),
            (false, true) => (other, one),
            _ => return Err(refused(format!("ON compares a column of {alias} with one of a table before it"))),
        };
        report.joins.push(Join {
            name: alias.clone(),
            entity: joined.name.clone(),
            parent: (parent.0 > 0).then(|| compiler.tables.get(parent.0).map(|(it, _)| it.clone())).flatten(),
            from: own.1.name.clone(),
            to: parent.1.name.clone(),
            kind: if join.outer { JoinKind::Outer } else { JoinKind::Inner },
            filter: None,
        });
    }
    let mut names = Vec::new();
    for item in &select.items {
        let name = named(item);
        if report.outputs.iter().any(|it| it.name == name) {
            return Err(refused(format!("two columns have the name {name}; give one another by AS")));
        }
        let path = compiler.path_of(item)?;
        if report.grouped && item.measure.is_none() && !item.column.iter().any(|it| compiler.among(&select.groups, it))
        {
            return Err(refused(format!("{name} is neither in GROUP BY nor inside COUNT, SUM, AVG, MIN or MAX")));
        }
        names.push(table::Name { wire: name.clone(), plain: true, words: None });
        report.outputs.push(Output { name, path, measure: item.measure, part: None });
    }
    for group in &select.groups {
        if !select
            .items
            .iter()
            .any(|it| it.measure.is_none() && it.column.as_ref().is_some_and(|it| compiler.same(it, group)))
        {
            return Err(refused(format!("{} is in GROUP BY, so it is selected too", group.column)));
        }
    }
    if let Some(condition) = &select.condition {
        report.filter = Some(compiler.condition(condition)?);
    }
    for (item, descending) in &select.order {
        report.order.push((compiler.order(select, &report, item)?, *descending));
    }
    Ok(Compiled { report, names, limited: limit.is_some() })
}

/// The name of a column of the answer: its alias, else as the column is called.
fn named(item: &Item) -> String {
    match (&item.alias, &item.column, item.measure) {
        (Some(alias), ..) => alias.clone(),
        (None, Some(name), None) => name.column.clone(),
        (None, column, measure) => {
            let function = match measure {
                Some(Measure::Sum) => "sum",
                Some(Measure::Average) => "avg",
                Some(Measure::Min) => "min",
                Some(Measure::Max) => "max",
                _ => "count",
            };
            column.as_ref().map_or_else(|| function.to_owned(), |it| format!("{function}_{}", it.column))
        }
    }
}

impl<'m> Compiler<'m> {
    /// The place of the table, and the column.
    fn find(&self, name: &Name) -> Result<(usize, &'m Column)> {
        let seen = |entity: &'m Entity| column(entity, &name.column);
        if let Some(table) = &name.table {
            let at = self.tables.iter().position(|(it, entity)| {
                it.eq_ignore_ascii_case(table) || (*it == entity.name && entity.name.eq_ignore_ascii_case(table))
            });
            let (at, entity) = at
                .and_then(|at| Some((at, self.tables.get(at)?.1)))
                .ok_or_else(|| refused(format!("no table is called {table}")))?;
            return Ok((at, seen(entity).ok_or_else(|| self.model.no_column(&entity.name, &name.column))?));
        }
        let mut found = self.tables.iter().enumerate().filter_map(|(at, (_, entity))| Some((at, seen(entity)?)));
        let Some(first) = found.next() else {
            let first = self.tables.first().map_or("", |(_, it)| it.name.as_str());
            return Err(self.model.no_column(first, &name.column));
        };
        if found.next().is_some() {
            return Err(refused(format!("{} is a column of two tables; write table.{}", name.column, name.column)));
        }
        Ok(first)
    }

    fn path(&self, name: &Name) -> Result<(Path, &'m Column)> {
        let (at, column) = self.find(name)?;
        let table = self.tables.get(at).filter(|_| at > 0).map(|(it, _)| it.clone());
        Ok((Path(table.into_iter().chain([column.name.clone()]).collect()), column))
    }

    fn path_of(&self, item: &Item) -> Result<Path> {
        item.column.as_ref().map_or(Ok(Path(Vec::new())), |it| self.path(it).map(|(path, _)| path))
    }

    fn same(&self, one: &Name, other: &Name) -> bool {
        matches!((self.path(one), self.path(other)), (Ok((a, _)), Ok((b, _))) if a == b)
    }

    fn among(&self, all: &[Name], name: &Name) -> bool {
        all.iter().any(|it| self.same(it, name))
    }

    fn order(&self, select: &Select, report: &Report, item: &Item) -> Result<By> {
        // An alias of the answer comes before a column of that name, as in SQL.
        if let (Some(Name { table: None, column }), None) = (&item.column, item.measure)
            && let Some(output) =
                select.items.iter().find(|it| it.alias.as_ref().is_some_and(|it| it.eq_ignore_ascii_case(column)))
        {
            return Ok(By::Output(named(output)));
        }
        let path = self.path_of(item)?;
        let output = report.outputs.iter().find(|it| it.path == path && it.measure == item.measure);
        match output {
            Some(it) => Ok(By::Output(it.name.clone())),
            None if report.grouped || report.distinct => Err(refused("ORDER BY names a column of the answer here")),
            None => Ok(By::Path(path)),
        }
    }

    fn condition(&mut self, condition: &Condition) -> Result<Expr> {
        self.conditions += 1;
        if self.conditions > CONDITIONS {
            return Err(
                refused(format!("at most {CONDITIONS} conditions are allowed")).with_code("too-many-conditions")
            );
        }
        let compare = |path: Path, op: CompareOp, right: Expr| Expr::Compare {
            op,
            left: Box::new(Expr::Path(path)),
            right: Box::new(right),
        };
        let unless = |wanted: bool, it: Expr| if wanted { it } else { Expr::Not(Box::new(it)) };
        Ok(match condition {
            Condition::And(a, b) => Expr::And(Box::new(self.condition(a)?), Box::new(self.condition(b)?)),
            Condition::Or(a, b) => Expr::Or(Box::new(self.condition(a)?), Box::new(self.condition(b)?)),
            Condition::Null(name, wanted) => {
                let op = if *wanted { CompareOp::Eq } else { CompareOp::Ne };
                compare(self.path(name)?.0, op, Expr::Literal(Literal::Null))
            }
            Condition::Compare(name, sign, operand) => {
                let (path, column) = self.path(name)?;
                let op = match *sign {
                    "=" => CompareOp::Eq,
                    "<>" => CompareOp::Ne,
                    "<" => CompareOp::Lt,
                    ">" => CompareOp::Gt,
                    "<=" => CompareOp::Le,
                    _ => CompareOp::Ge,
                };
                let right = match operand {
                    Operand::Column(other) => Expr::Path(self.path(other)?.0),
                    Operand::Text(it) | Operand::Number(it) => Expr::Literal(literal(column, it)?),
                };
                compare(path, op, right)
            }
            Condition::Like(name, pattern, wanted) => {
                let (path, _) = self.path(name)?;
                let arguments = [
                    ("PropertyName", Expr::Path(path)),
                    ("PropertyValue", Expr::Literal(Literal::Text(pattern.clone()))),
                ];
                let arguments = arguments.map(|(name, it)| (name.to_owned(), Argument::Expr(it))).into();
                unless(*wanted, Expr::QueryFunction { name: "Like".to_owned(), arguments })
            }
            Condition::In(name, all, wanted) => {
                let (path, column) = self.path(name)?;
                let list = all.iter().map(|it| match it {
                    Operand::Text(it) | Operand::Number(it) => literal(column, it).map(Expr::Literal),
                    Operand::Column(_) => Err(refused("IN takes texts and numbers")),
                });
                let list = list.collect::<Result<_>>()?;
                unless(*wanted, Expr::In { operand: Box::new(Expr::Path(path)), list })
            }
        })
    }
}

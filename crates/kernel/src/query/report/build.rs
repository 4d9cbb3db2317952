//! From a report to a statement of the store, and from its rows to lines.
//!
//! *Not* the conditions (`query::filter`). Invariant: names are resolved against the metadata, and the
//! same question gives the same statement.

use rust_decimal::Decimal;
use sea_query::{Alias, Asterisk, Expr, ExprTrait, Func, JoinType, Query, SelectStatement, SubQueryStatement};

use super::{By, DatePart, Join, JoinKind, Line, Measure, Output, Report, Reported, Source};
use crate::{
    Error, Result, Rx, Value,
    metadata::{Column, ColumnType, Entity},
    query::{filter, page},
    store::{
        codec,
        connection::{Cell, CellRef, Row},
        dialect::{Dialect, order_by},
    },
};

/// Most rows that groups are made of.
const GROUPED: i64 = 50_000;
/// Most entities joined.
const JOINS: usize = 15;

/// An output that was resolved.
struct Resolved<'e> {
    expression: Expr,
    /// The cell with the entity of a polymorphic lookup.
    entity_cell: Option<Expr>,
    column: Option<&'e Column>,
    owner: String,
    measure: Option<Measure>,
    part: Option<DatePart>,
}

#[derive(Clone)]
struct Plan<'e> {
    scope: filter::Scope<'e>,
    statement: SelectStatement,
}

impl Rx<'_> {
    /// The table.
    ///
    /// # Errors
    /// `Invalid` naming the unknown column or a sum over more than 50,000 rows, `Forbidden`.
    pub fn report(&self, report: &Report) -> Result<Reported> {
        let plan = plan(self, report)?;
        if report.grouped && !report.whole {
            few_enough(self, &plan)?;
        }
        let outputs: Vec<Resolved<'_>> =
            report.outputs.iter().map(|it| resolve(self, &plan.scope, it)).collect::<Result<_>>()?;
        let sort = sort(self, report, &plan)?;
        let detour = self.is_detour(report, &plan)?;
        let width = sort.len();
        let ask = |plan: &Plan<'_>| -> Result<Vec<(Line, Vec<Cell>)>> {
            let statement = self.statement_of(report, plan, &outputs, &sort, detour)?;
            self.connection.select(&statement, |row| line(report, &outputs, width, row))
        };
        let is_full = |rows: &[(Line, Vec<Cell>)]| u64::try_from(rows.len()).unwrap_or(u64::MAX) > report.size;
        // What is far down is counted and perhaps reached from the end, which the first rows know nothing of.
        let near = report.after.is_none() && report.skip < page::Way::far(self.connection.dialect());
        let near = near.then(|| page::near(self, detour, report.skip.saturating_add(report.size))).flatten();
        let mut rows = match near {
            Some(first) => {
                let mut near = plan.clone();
                near.statement.and_where(page::among_first(plan.scope.entity, &sort, first));
                let rows = ask(&near)?;
                if is_full(&rows) { rows } else { ask(&plan)? }
            }
            None => ask(&plan)?,
        };
        let more = is_full(&rows);
        if more {
            rows.pop();
        }
        let next = match rows.last() {
            Some((_, cells)) if more && report.has_rows() => Some(self.sealed_token(&place_of(report), cells.clone())?),
            _ => None,
        };
        let sources = outputs.iter().map(Resolved::source).collect();
        Ok(Reported { sources, rows: rows.into_iter().map(|(line, _)| line).collect(), more, next })
    }

    /// The whole statement of a report.
    fn statement_of(
        &self,
        report: &Report,
        plan: &Plan<'_>,
        outputs: &[Resolved<'_>],
        sort: &[(Expr, bool)],
        detour: bool,
    ) -> Result<SelectStatement> {
        let entity = plan.scope.entity;
        let far = report.skip > 0 && report.after.is_none() && report.has_rows() && report.joins.is_empty();
        let (way, detour) = if far { self.way(report, entity, detour)? } else { (None, detour) };
        let sorted = |statement: &mut SelectStatement, backward: bool| {
            for (at, (expression, descending)) in sort.iter().enumerate() {
                let sorted = detour && at == 0;
                page::by(self, statement, entity, expression.clone(), *descending != backward, sorted);
            }
        };
        let mut statement = plan.statement.clone();
        if let Some(way) = way {
            // The way there goes over keys and sort columns alone; only the rows of the page are read whole.
            sorted(&mut statement, way.backward);
            statement.expr_as(key("t0", entity), Alias::new("place"));
            statement.offset(way.offset).limit(way.limit);
            statement = page::rows_of(entity, statement);
        }
        for (at, it) in outputs.iter().enumerate() {
            statement.expr_as(it.expression.clone(), called(at));
            if let Some(cell) = &it.entity_cell {
                statement.expr_as(cell.clone(), Alias::new(format!("e{at}")));
            }
            if report.grouped && it.measure.is_none() {
                // By their names: a server takes two expressions with parameters for different ones.
                statement.add_group_by([Expr::col(called(at))]);
                if it.entity_cell.is_some() {
                    statement.add_group_by([Expr::col(Alias::new(format!("e{at}")))]);
                }
            }
        }
        if report.distinct {
            statement.distinct();
        }
        if report.has_rows() {
            let version = Expr::col((Alias::new("t0"), Alias::new("versionnumber")));
            statement.exprs([key("t0", entity), version].into_iter().chain(sort.iter().map(|(it, _)| it.clone())));
        }
        sorted(&mut statement, false);
        if let Some(token) = report.after.as_ref().filter(|_| report.has_rows()) {
            let wrong = || Error::invalid("paging-cookie", "is none of this list; start again from its first page");
            let cells = self.token_cells(&place_of(report), token).filter(|it| it.len() == sort.len());
            let beyond = cells.and_then(|cells| page::beyond(sort.to_vec(), cells)).ok_or_else(wrong)?;
            statement.and_where(beyond);
        } else if report.skip > 0 && !far {
            statement.offset(report.skip);
        }
        statement.limit(report.size.saturating_add(1));
        Ok(statement)
    }

    /// How a page far down is reached, and whether the index of its order is still a detour for it.
    fn way(&self, report: &Report, entity: &Entity, detour: bool) -> Result<(Option<page::Way>, bool)> {
        let dialect = self.connection.dialect();
        if !detour || report.skip < page::Way::far(dialect) {
            return Ok((Some(page::Way::forward(report.skip, report.size)), detour));
        }
        let count = self.report_count(report)?;
        // The embedded store knows no figures about its rows. Where a good part of them counts, following the index
        // passes few that do not, and sorts nothing.
        let many = dialect == Dialect::Sqlite && {
            let all = self.report_count(&Report { filter: None, ..Report::on(&entity.name, report.size) })?;
            count.saturating_mul(page::Way::GOOD_PART) >= all
        };
        Ok((Some(page::Way::nearer(report.skip, report.size, count)), detour && !many))
    }

    /// Whether an index of the order would be followed that does not answer the question alone.
    fn is_detour(&self, report: &Report, plan: &Plan<'_>) -> Result<bool> {
        match report.order.first() {
            Some((By::Path(path), descending)) if report.has_rows() && report.joins.is_empty() => {
                page::is_detour(self, plan.scope.entity, &[(path.clone(), *descending)], report.filter.as_ref())
            }
            _ => Ok(false),
        }
    }

    /// How many rows a report has that is not grouped.
    ///
    /// # Errors
    /// As [`Rx::report`].
    pub fn report_count(&self, report: &Report) -> Result<u64> {
        let mut statement = plan(self, report)?.statement;
        statement.expr(Func::count(Expr::col(Asterisk)));
        let counts = self.connection.select(&statement, |row| row.get::<i64>(0))?;
        Ok(counts.first().copied().and_then(|it| u64::try_from(it).ok()).unwrap_or_default())
    }
}

impl Resolved<'_> {
    fn source(&self) -> Option<(String, String)> {
        let kept = !matches!(
            self.measure,
            Some(Measure::Count | Measure::CountValues | Measure::CountDistinct | Measure::Average)
        );
        self.column.filter(|_| kept && self.part.is_none()).map(|it| (self.owner.clone(), it.name.clone()))
    }
}

/// What the tokens of a report are sealed for.
fn place_of(report: &Report) -> String {
    format!("report:{}", report.entity)
}

/// The name of an output in the statement.
fn called(at: usize) -> Alias {
    Alias::new(format!("c{at}"))
}

fn key(alias: &str, entity: &Entity) -> Expr {
    Expr::col((Alias::new(alias), Alias::new(&entity.key)))
}

/// From, joins and conditions.
fn plan<'e>(rx: &'e Rx<'_>, report: &'e Report) -> Result<Plan<'e>> {
    let entity = rx.model.entity(&report.entity)?;
    let readable = filter::readable(rx, entity, "t0")?;
    if report.joins.len() + report.links.len() > JOINS {
        return Err(Error::invalid("link-entity", format!("at most {JOINS} entities can be joined")));
    }
    let mut scope = filter::Scope { links: &report.links, ..filter::Scope::of(entity, "t0") };
    let mut statement = Query::select();
    statement.from_as(Alias::new(&entity.name), Alias::new("t0"));
    for (at, join) in report.joins.iter().enumerate() {
        let joined = rx.model.entity(&join.entity)?;
        if scope.variables.iter().any(|(name, ..)| *name == join.name) {
            return Err(Error::invalid(join.name.as_str(), "this alias is used twice"));
        }
        let alias = format!("j{at}");
        let condition = match join.kind {
            JoinKind::First => first(rx, &scope, report, join, joined, &alias)?,
            JoinKind::Inner | JoinKind::Outer => condition(rx, &scope, report, join, joined, &alias)?,
        };
        let kind = if join.kind == JoinKind::Outer { JoinType::LeftJoin } else { JoinType::InnerJoin };
        statement.join_as(kind, Alias::new(&joined.name), Alias::new(&alias), condition);
        scope.variables.push((join.name.clone(), joined, alias));
    }
    if let Some(readable) = readable {
        statement.and_where(readable);
    }
    if let Some(expression) = &report.filter {
        statement.and_where(filter::compile_in(rx, &scope, expression)?);
        rx.route(entity, expression, &mut statement);
    }
    Ok(Plan { scope, statement })
}

/// The condition under which a row of the joined entity is the first partner of its parent's.
fn first(
    rx: &Rx<'_>,
    scope: &filter::Scope<'_>,
    report: &Report,
    join: &Join,
    joined: &Entity,
    alias: &str,
) -> Result<Expr> {
    let inner = format!("{alias}f");
    let mut partner = Query::select();
    partner
        .expr(key(&inner, joined))
        .from_as(Alias::new(&joined.name), Alias::new(&inner))
        .and_where(condition(rx, scope, report, join, joined, &inner)?)
        .limit(1);
    order_by(&mut partner, key(&inner, joined), false);
    Ok(key(alias, joined).eq(Expr::SubQuery(None, Box::new(SubQueryStatement::SelectStatement(partner)))))
}

/// The condition under which a row of the joined entity is a partner of its parent's, and may be read.
fn condition(
    rx: &Rx<'_>,
    scope: &filter::Scope<'_>,
    report: &Report,
    join: &Join,
    joined: &Entity,
    alias: &str,
) -> Result<Expr> {
    let (parent, parent_alias) = match &join.parent {
        None => (scope.entity, scope.alias.as_str()),
        Some(name) => scope
            .variables
            .iter()
            .find(|(it, ..)| it == name)
            .map(|(_, entity, alias)| (*entity, alias.as_str()))
            .ok_or_else(|| Error::invalid(name.as_str(), "no joined entity has this alias"))?,
    };
    let mut all = filter::meet(rx, (joined, alias, &join.from), (parent, parent_alias, &join.to))?;
    if let Some(expression) = &join.filter {
        let inner = filter::Scope { links: &report.links, ..filter::Scope::of(joined, alias) };
        all = all.and(filter::compile_in(rx, &inner, expression)?);
    }
    if let Some(readable) = filter::readable(rx, joined, alias)? {
        all = all.and(readable);
    }
    Ok(all)
}

fn few_enough(rx: &Rx<'_>, plan: &Plan<'_>) -> Result<()> {
    let mut inner = plan.statement.clone();
    inner.expr(key("t0", plan.scope.entity)).limit(u64::try_from(GROUPED).unwrap_or_default() + 1);
    let mut statement = Query::select();
    statement.expr(Func::count(Expr::col(Asterisk))).from_subquery(inner, Alias::new("found"));
    let found = rx.connection.select(&statement, |row| row.get::<i64>(0))?;
    if found.first().is_none_or(|it| *it <= GROUPED) {
        return Ok(());
    }
    let text =
        format!("The maximum record limit of {GROUPED} is exceeded. Reduce the number of records with a filter.");
    Err(Error::invalid("aggregate", text).with_code("aggregate-limit"))
}

fn resolve<'e>(rx: &'e Rx<'_>, scope: &filter::Scope<'e>, output: &Output) -> Result<Resolved<'e>> {
    if output.path.0.is_empty() {
        let expression = Expr::from(Func::count(Expr::col(Asterisk)));
        return Ok(Resolved {
            expression,
            entity_cell: None,
            column: None,
            owner: String::new(),
            measure: Some(Measure::Count),
            part: None,
        });
    }
    let direct: Option<Source<'_>> = match output.path.0.as_slice() {
        [_] => Some((String::new(), scope.entity, scope.alias.clone())),
        [name, _] => scope.variables.iter().find(|(it, ..)| it == name).cloned(),
        _ => None,
    };
    let (value, column) = filter::path_in(rx, scope, &output.path)?;
    let entity_cell = direct
        .as_ref()
        .filter(|_| column.is_polymorphic() && output.measure.is_none())
        .map(|(_, _, alias)| Expr::col((Alias::new(alias), Alias::new(column.entity_column()))));
    let owner = match direct {
        Some((_, entity, _)) => entity.name.clone(),
        None => owner(rx, scope, &output.path)?,
    };
    let numeric = matches!(
        column.kind,
        ColumnType::Integer | ColumnType::BigInt | ColumnType::Decimal | ColumnType::Money | ColumnType::Double
    );
    if matches!(output.measure, Some(Measure::Sum | Measure::Average)) && !numeric {
        return Err(Error::invalid(column.name.as_str(), "is not a number; it has no sum and no average"));
    }
    let dialect = rx.connection.dialect();
    if output.part.is_some() && !matches!(column.kind, ColumnType::Date | ColumnType::DateTime) {
        return Err(Error::invalid(column.name.as_str(), "is neither a day nor an instant; it has no such part"));
    }
    let value = match output.part {
        Some(part) => dialect.date_part(value, column.kind, part),
        None => value,
    };
    let expression = match output.measure {
        None => value,
        Some(Measure::Count | Measure::CountValues) => Func::count(value).into(),
        Some(Measure::CountDistinct) => Func::count_distinct(value).into(),
        Some(Measure::Sum) => dialect.sum(value, column.kind),
        Some(Measure::Average) => dialect.average(value),
        Some(Measure::Min) => dialect.extreme(value, column.kind, false),
        Some(Measure::Max) => dialect.extreme(value, column.kind, true),
    };
    Ok(Resolved { expression, entity_cell, column: Some(column), owner, measure: output.measure, part: output.part })
}

/// The entity that the last step of a path belongs to.
fn owner(rx: &Rx<'_>, scope: &filter::Scope<'_>, path: &odata::Path) -> Result<String> {
    let mut steps = path.0.as_slice();
    let mut at = scope.entity;
    if let Some((first, rest)) = steps.split_first()
        && let Some((_, entity, _)) = scope.variables.iter().find(|(name, ..)| name == first)
    {
        (at, steps) = (entity, rest);
    }
    while let [step, rest @ ..] = steps {
        if rest.is_empty() {
            break;
        }
        let (_, target) = at.navigation(step).ok_or_else(|| rx.model.no_column(&at.name, step))?;
        at = rx.model.entity(&target.entity)?;
        steps = rest;
    }
    Ok(at.name.clone())
}

fn sort(rx: &Rx<'_>, report: &Report, plan: &Plan<'_>) -> Result<Vec<(Expr, bool)>> {
    let mut all = Vec::new();
    for (by, descending) in &report.order {
        let expression = match by {
            By::Path(path) => filter::path_in(rx, &plan.scope, path)?.0,
            By::Output(name) => {
                let found = report.outputs.iter().enumerate().find(|(_, it)| it.name == *name);
                let (at, output) =
                    found.ok_or_else(|| Error::invalid(name.as_str(), "no column of the answer has this alias"))?;
                match report.has_rows() {
                    true => resolve(rx, &plan.scope, output)?.expression,
                    false => Expr::col(called(at)),
                }
            }
        };
        all.push((expression, *descending));
    }
    if report.has_rows() {
        all.push((key("t0", plan.scope.entity), false));
        for (_, entity, alias) in &plan.scope.variables {
            all.push((key(alias, entity), false));
        }
    } else {
        let keys = report.outputs.iter().enumerate().filter(|(_, it)| it.measure.is_none());
        all.extend(keys.map(|(at, _)| (Expr::col(called(at)), false)));
    }
    Ok(all)
}

fn line(report: &Report, outputs: &[Resolved<'_>], width: usize, row: &Row<'_>) -> Result<(Line, Vec<Cell>)> {
    let mut at = 0;
    let mut values = Vec::with_capacity(outputs.len());
    for output in outputs {
        let cell = row.cell(at)?;
        at += 1;
        let entity: Option<String> = if output.entity_cell.is_some() {
            at += 1;
            row.get(at - 1)?
        } else {
            None
        };
        values.push(value(output, cell, entity.as_deref())?);
    }
    if !report.has_rows() {
        return Ok((Line { id: None, version: 0, values }, Vec::new()));
    }
    let id = row.get(at)?;
    let version = row.get(at + 1)?;
    let cells = (at + 2..at + 2 + width).map(|at| row.get::<Cell>(at)).collect::<Result<_>>()?;
    Ok((Line { id: Some(id), version, values }, cells))
}

fn value(output: &Resolved<'_>, cell: CellRef<'_>, entity: Option<&str>) -> Result<Value> {
    let wrong = || Error::bug("a measure is not of its type");
    Ok(match (output.measure, output.column, cell) {
        (_, _, CellRef::Null) => Value::Null,
        (Some(Measure::Count | Measure::CountValues | Measure::CountDistinct), _, CellRef::Integer(it)) => {
            Value::Int(it)
        }
        (None, _, CellRef::Integer(it)) if output.part.is_some() => Value::Int(it),
        (Some(Measure::Average), Some(column), CellRef::Real(it)) => match column.kind {
            ColumnType::Decimal | ColumnType::Money => {
                let unit = Decimal::from(10_i64.checked_pow(column.precision).ok_or_else(wrong)?);
                let mean = Decimal::try_from(it).map_err(|_| wrong())?.checked_div(unit).ok_or_else(wrong)?;
                Value::Decimal(mean.round_dp(column.precision).normalize())
            }
            _ => Value::Double(it),
        },
        // A lookup behind a way of several steps, or the smallest of several, has lost its entity.
        (_, Some(column), CellRef::Blob(it)) if column.is_polymorphic() && entity.is_none() => {
            Value::Guid(uuid::Uuid::from_slice(it).map_err(|_| wrong())?)
        }
        (_, Some(column), cell) => codec::decode(column, cell, entity)?,
        _ => return Err(wrong()),
    })
}

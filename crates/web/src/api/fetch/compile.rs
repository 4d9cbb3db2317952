//! From the elements of a FetchXML query to the kernel's report.
//!
//! *Not* the conditions (`condition.rs`). Invariant: every column is looked up in the metadata, so a
//! query names only what the caller may see.

use std::cell::RefCell;

use kernel::{
    Result, Rx,
    metadata::{Column, ColumnType, Entity, Model},
    report::{By, DatePart, Join, JoinKind, Link, Measure, Output, Report},
};
use odata::{Expr, Path};

use super::{
    condition::{self, Around},
    link,
    xml::{Element, refused},
};
use crate::api::{
    image,
    select::{column, wire},
    table::{self, Name},
};

/// A query ready to run.
pub struct Compiled {
    /// The question.
    pub report: Report,
    /// The names of its columns on the wire.
    pub names: Vec<Name>,
    /// Which page it is, from 1.
    pub page: u64,
    /// Whether there are pages at all.
    pub paged: bool,
    /// Whether all rows are counted.
    pub total: bool,
}

/// What a query is compiled with.
pub struct Compiler<'m> {
    rx: &'m Rx<'m>,
    model: &'m Model,
    entity: &'m Entity,
    aggregate: bool,
    report: Report,
    names: Vec<Name>,
    /// Entities by alias, in the order of their joins.
    joined: Vec<(String, &'m Entity)>,
    links: RefCell<Vec<Link>>,
    conditions: usize,
}

/// Where a filter stands: in the outermost entity, or in one that is linked.
pub struct Place<'c> {
    /// What compiles it.
    pub compiler: &'c Compiler<'c>,
    /// The entity.
    pub entity: &'c Entity,
    /// Its alias.
    pub alias: Option<&'c str>,
    /// Whether the entities of joins are in sight.
    pub whole: bool,
}

impl Around for Place<'_> {
    fn column(&self, alias: Option<&str>, name: &str) -> Result<(Path, Column)> {
        match alias {
            Some(_) if self.whole => self.compiler.find(alias, name),
            Some(other) if self.alias != Some(other) => {
                Err(refused(format!("a condition on {other} stands in the filter of the outermost entity")))
            }
            _ => {
                let column = self.compiler.seen(self.entity, name)?;
                Ok((Path(vec![column.name.clone()]), column.clone()))
            }
        }
    }

    fn related(&self, element: &Element, count: &mut usize) -> Result<Expr> {
        link::within(self, element, count)
    }
}

/// Compiles the query for a set of the entity; `size` is the page that the client prefers.
///
/// # Errors
/// `Invalid` naming the mistake.
pub fn compile(rx: &Rx<'_>, entity: &Entity, fetch: &Element, size: u64) -> Result<Compiled> {
    let model = rx.model();
    let mut roots = fetch.all("entity");
    let (Some(root), None) = (roots.next(), roots.next()) else {
        return Err(refused("<fetch> holds one <entity>"));
    };
    let name = root.need("name")?;
    if name != entity.name {
        return Err(refused(format!("asks for {name}; the address is that of {}", entity.set)));
    }
    let (top, count) = (fetch.number("top")?, fetch.number("count")?);
    let page = fetch.number("page")?.unwrap_or(1).max(1);
    let size = top.or(count).map_or(size, |it| it.min(size).max(u64::from(top.is_none())));
    let mut report = Report::on(&entity.name, size);
    report.grouped = fetch.is("aggregate");
    report.distinct = fetch.is("distinct");
    if top.is_none() {
        report.skip = (page - 1).saturating_mul(size);
    }
    let entity = model.entity(name)?;
    let mut compiler = Compiler {
        rx,
        model: &model,
        entity,
        aggregate: report.grouped,
        report,
        names: Vec::new(),
        joined: Vec::new(),
        links: RefCell::default(),
        conditions: 0,
    };
    compiler.links(root, None)?;
    compiler.columns(root, None, entity)?;
    compiler.orders(root, None, entity)?;
    compiler.linked(root, &mut 0)?;
    let mut count = compiler.conditions;
    let place = Place { compiler: &compiler, entity, alias: None, whole: true };
    let mut filter = condition::filters(root, &place, &mut count)?;
    for link in root.all("link-entity") {
        if link::restricts(link)? {
            filter = and(filter, Some(link::there(&place, link, &mut count)?));
        }
    }
    compiler.report.filter = filter;
    if !compiler.aggregate && !compiler.report.distinct {
        compiler.put(&entity.key, Path(vec![entity.key.clone()]), None, false);
    }
    if compiler.report.outputs.is_empty() {
        return Err(refused("an aggregate or distinct query names its columns"));
    }
    let Compiler { mut report, names, links, .. } = compiler;
    report.links = links.into_inner();
    Ok(Compiled { report, names, page, paged: top.is_none(), total: fetch.is("returntotalrecordcount") })
}

impl<'m> Compiler<'m> {
    /// The joins of all link-entities below, outermost first.
    fn links(&mut self, element: &Element, parent: Option<&str>) -> Result<()> {
        for link in element.all("link-entity") {
            if link::restricts(link)? {
                continue;
            }
            let entity = self.entity_of(link)?;
            let number = self.joined.len() + 1;
            let alias = link.get("alias").map_or_else(|| format!("{}{number}", entity.name), str::to_owned);
            let kind = match link.get("link-type") {
                Some("outer") => JoinKind::Outer,
                Some("matchfirstrowusingcrossapply") => JoinKind::First,
                _ => JoinKind::Inner,
            };
            let mut count = self.conditions;
            let place = Place { compiler: self, entity, alias: Some(&alias), whole: false };
            let mut filter = condition::filters(link, &place, &mut count)?;
            for below in link.all("link-entity") {
                if link::restricts(below)? {
                    filter = and(filter, Some(link::there(&place, below, &mut count)?));
                }
            }
            self.conditions = count;
            self.report.joins.push(Join {
                name: alias.clone(),
                entity: entity.name.clone(),
                parent: parent.map(str::to_owned),
                from: link.need("from")?.to_owned(),
                to: link.need("to")?.to_owned(),
                kind,
                filter,
            });
            self.joined.push((alias.clone(), entity));
            self.links(link, Some(&alias))?;
        }
        Ok(())
    }

    /// Columns and orders of all link-entities below, in the order of the joins.
    fn linked(&mut self, element: &Element, at: &mut usize) -> Result<()> {
        for link in element.all("link-entity") {
            if link::restricts(link)? {
                continue;
            }
            let Some((alias, entity)) = self.joined.get(*at).cloned() else { return Ok(()) };
            *at += 1;
            self.columns(link, Some(&alias), entity)?;
            self.orders(link, Some(&alias), entity)?;
            self.linked(link, at)?;
        }
        Ok(())
    }

    /// The entity that a link leads to.
    ///
    /// # Errors
    /// `Invalid` for one that there is not.
    pub fn entity_of(&self, link: &Element) -> Result<&'m Entity> {
        self.model.entity(link.need("name")?)
    }

    /// Adds a collection, under a name that no column and no alias has.
    ///
    /// # Errors
    /// Those of making it.
    pub fn add_link(&self, make: impl FnOnce(String) -> Result<Link>) -> Result<String> {
        let mut links = self.links.borrow_mut();
        let link = make(format!("link {}", links.len() + 1))?;
        let name = link.name.clone();
        links.push(link);
        Ok(name)
    }

    fn seen(&self, entity: &'m Entity, name: &str) -> Result<&'m Column> {
        column(entity, name).ok_or_else(|| self.model.no_column(&entity.name, name))
    }

    fn find(&self, alias: Option<&str>, name: &str) -> Result<(Path, Column)> {
        let (steps, entity) = match alias {
            None => (Vec::new(), self.entity),
            Some(alias) => match self.joined.iter().find(|(it, _)| it == alias) {
                Some((alias, entity)) => (vec![alias.clone()], *entity),
                None => return Err(refused(format!("no link-entity has the alias '{alias}'"))),
            },
        };
        let column = self.seen(entity, name)?;
        let path = steps.into_iter().chain([column.name.clone()]).collect();
        Ok((Path(path), column.clone()))
    }

    fn columns(&mut self, element: &Element, alias: Option<&str>, entity: &'m Entity) -> Result<()> {
        let path = |name: &str| Path(alias.into_iter().chain([name]).map(str::to_owned).collect());
        let named = |column: &Column| match alias {
            // What is read of an image is which one it is, as in rows.
            None if image::is(column) => format!("{}id", column.name),
            None => wire(column),
            Some(alias) => format!("{alias}.{}", column.name),
        };
        let silent = alias.is_some() || self.aggregate || self.report.distinct;
        let none = element.all("attribute").next().is_none();
        if element.all("all-attributes").next().is_some()
            || (none && !silent && element.all("no-attrs").next().is_none())
        {
            for column in entity.columns.values().filter(|it| !it.is_secret() && it.kind != ColumnType::File) {
                if !self.rx.may_read(entity, column)? {
                    continue;
                }
                self.put(&named(column), path(&column.name), None, alias.is_some());
            }
        }
        for attribute in element.all("attribute") {
            let column = self.seen(entity, attribute.need("name")?)?;
            let given = attribute.get("alias");
            let name = given.map_or_else(|| named(column), str::to_owned);
            let measure = match attribute.get("aggregate") {
                None => None,
                Some(_) if !self.aggregate => {
                    return Err(refused("an attribute with 'aggregate' needs <fetch aggregate=\"true\">"));
                }
                Some("count") => Some(Measure::Count),
                Some("countcolumn") if attribute.is("distinct") => Some(Measure::CountDistinct),
                Some("countcolumn") => Some(Measure::CountValues),
                Some("sum") => Some(Measure::Sum),
                Some("avg") => Some(Measure::Average),
                Some("min") => Some(Measure::Min),
                Some("max") => Some(Measure::Max),
                Some(other) => return Err(refused(format!("'{other}' is no aggregate"))),
            };
            let grouped = attribute.get("dategrouping").map(|it| self.grouped(attribute, it)).transpose()?;
            if self.aggregate && given.is_none() {
                return Err(refused(format!("the attribute {} of an aggregate query needs an alias", column.name)));
            }
            if self.aggregate && measure.is_none() && !attribute.is("groupby") {
                return Err(refused(format!("the attribute {} needs 'aggregate' or groupby=\"true\"", column.name)));
            }
            // A count is one of rows, whatever column it names.
            let path = if measure == Some(Measure::Count) { Path(Vec::new()) } else { path(&column.name) };
            self.put(&name, path, measure, given.is_some() || alias.is_some());
            if let (Some((part, words)), Some(output), Some(name)) =
                (grouped, self.report.outputs.last_mut(), self.names.last_mut())
            {
                (output.part, name.words) = (Some(part), words);
            }
        }
        Ok(())
    }

    /// What `dategrouping` groups by, and how its numbers are said. The fiscal year is the calendar year, and its
    /// periods are quarters.
    fn grouped(&self, attribute: &Element, by: &str) -> Result<(DatePart, Option<table::Words>)> {
        if !self.aggregate || !attribute.is("groupby") {
            return Err(refused("'dategrouping' goes with groupby=\"true\" in an aggregate query"));
        }
        Ok(match by {
            "day" => (DatePart::Day, None),
            "week" => (DatePart::Week, None),
            "month" => (DatePart::Month, None),
            "quarter" => (DatePart::Quarter, None),
            "year" => (DatePart::Year, None),
            "fiscal-period" => (DatePart::QuarterOfYear, Some(|it| format!("Quarter {} FY{}", it % 10, it / 10))),
            "fiscal-year" => (DatePart::Year, Some(|it| format!("FY{it}"))),
            other => {
                return Err(refused(format!(
                    "'{other}' is no dategrouping; there are day, week, month, quarter, year, fiscal-period, fiscal-year"
                )));
            }
        })
    }

    fn put(&mut self, name: &str, path: Path, measure: Option<Measure>, plain: bool) {
        if self.names.iter().all(|it| it.wire != name) {
            self.names.push(Name { wire: name.to_owned(), plain, words: None });
            self.report.outputs.push(Output { name: name.to_owned(), path, measure, part: None });
        }
    }

    fn orders(&mut self, element: &Element, alias: Option<&str>, entity: &'m Entity) -> Result<()> {
        for order in element.all("order") {
            let descending = order.is("descending");
            if let Some(output) = order.get("alias") {
                self.report.order.push((By::Output(output.to_owned()), descending));
                continue;
            }
            let name = order.need("attribute")?;
            let (mut path, column) = match order.get("entityname") {
                Some(other) => self.find(Some(other), name)?,
                None => self.find(alias, name)?,
            };
            // A lookup is ordered by the name of the row that it leads to.
            if let ([target], None, None) = (column.targets.as_slice(), alias, order.get("entityname"))
                && let Some(primary) = &self.model.entity(&target.entity)?.primary_name
                && !self.aggregate
                && !entity.name.is_empty()
            {
                path = Path(vec![target.navigation.clone(), primary.clone()]);
            }
            self.report.order.push((By::Path(path), descending));
        }
        Ok(())
    }
}

/// The condition with one more.
pub fn and(before: Option<Expr>, it: Option<Expr>) -> Option<Expr> {
    match (before, it) {
        (Some(a), Some(b)) => Some(Expr::And(Box::new(a), Box::new(b))),
        (a, b) => a.or(b),
    }
}

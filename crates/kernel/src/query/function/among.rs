//! Which rows a function means that speaks of a hierarchy or of the acting user.
//!
//! A hierarchy is the first lookup of an entity to itself, one that leads nowhere else before the others; teams are what a many-to-many relationship joins
//! users to. *Not* a right to see them: rows are read with the caller's own rights. Invariant: bounded in
//! depth and number, and a circle of rows ends.

use std::collections::BTreeSet;

use odata::{Expr as Ast, Literal, Path};
use uuid::Uuid;

use crate::{Error, Query, Result, Rx, metadata::Column};

const USER: &str = "systemuser";
/// Deepest hierarchy that is followed.
const DEPTH: usize = 100;
/// Most rows of a hierarchy.
const MOST: usize = 10_000;

/// Above or below.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    Up,
    Down,
}

/// The rows above or below one in the hierarchy that the column leads to, without the row itself.
///
/// # Errors
/// `Invalid` for a column without a hierarchy, or too many rows.
pub(super) fn hierarchy(rx: &Rx<'_>, column: &Column, from: Uuid, way: Way) -> Result<BTreeSet<Uuid>> {
    let model = rx.model();
    let entity = match column.targets.first() {
        Some(target) => model.entity(&target.entity)?,
        None => model
            .entities()
            .find(|it| it.key == column.name)
            .ok_or_else(|| Error::invalid(column.name.as_str(), "is no row that stands in a hierarchy"))?,
    };
    let leads = |it: &&Column| it.targets.iter().any(|target| target.entity == entity.name);
    let only = entity.columns.values().filter(|it| it.targets.len() == 1).find(leads);
    let parent = only.or_else(|| entity.columns.values().find(leads));
    let parent = parent.ok_or_else(|| {
        Error::invalid(
            column.name.as_str(),
            format!("{} has no lookup to itself, so there is no hierarchy", entity.name),
        )
    })?;
    follow(rx, &entity.name, &entity.key, &parent.name, from, way)
}

fn follow(rx: &Rx<'_>, entity: &str, key: &str, parent: &str, from: Uuid, way: Way) -> Result<BTreeSet<Uuid>> {
    let mut found = BTreeSet::new();
    let mut at: Vec<Uuid> = vec![from];
    for _ in 0..DEPTH {
        let mut next = Vec::new();
        for chunk in at.chunks(400) {
            let query = Query::on(entity).select(&[parent]);
            next.extend(match way {
                Way::Down => rx.ids(&query.and(one_of(parent, chunk)))?,
                Way::Up => {
                    rx.rows(&query.and(one_of(key, chunk)))?.iter().filter_map(|it| it.get(parent).as_guid()).collect()
                }
            });
        }
        next.retain(|it| *it != from && found.insert(*it));
        if found.len() > MOST {
            return Err(Error::invalid(parent, format!("more than {MOST} rows stand in this hierarchy")));
        }
        if next.is_empty() {
            return Ok(found);
        }
        at = next;
    }
    Ok(found)
}

fn one_of(column: &str, ids: &[Uuid]) -> Ast {
    Ast::In {
        operand: Box::new(Ast::Path(Path(vec![column.to_owned()]))),
        list: ids.iter().map(|it| Ast::Literal(Literal::Guid(*it))).collect(),
    }
}

/// The users below the acting one.
///
/// # Errors
/// Those of reading.
pub(super) fn subordinates(rx: &Rx<'_>, user: Uuid) -> Result<BTreeSet<Uuid>> {
    let model = rx.model();
    let Ok(entity) = model.entity(USER) else { return Ok(BTreeSet::new()) };
    let own = |it: &&Column| !it.system && it.targets.iter().any(|target| target.entity == USER);
    match entity.columns.values().find(own) {
        Some(parent) => follow(&rx.elevated("hierarchy of users"), USER, &entity.key, &parent.name, user, Way::Down),
        None => Ok(BTreeSet::new()),
    }
}

/// The teams of the acting user.
///
/// # Errors
/// Those of reading.
pub(super) fn teams(rx: &Rx<'_>, user: Uuid) -> Result<BTreeSet<Uuid>> {
    let model = rx.model();
    let rx = rx.elevated("teams of the user");
    let mut found = BTreeSet::new();
    for (intersect, near, far) in model.intersects(USER).filter(|(_, _, far)| far.entity == "team") {
        let links = Query::on(&intersect.name).select(&[&far.column]).eq(&near.column, user);
        found.extend(rx.rows(&links)?.iter().filter_map(|it| it.get(&far.column).as_guid()));
    }
    Ok(found)
}

/// The business unit of the acting user.
///
/// # Errors
/// Those of reading.
pub(super) fn business_unit(rx: &Rx<'_>, user: Uuid) -> Result<Option<Uuid>> {
    let row = rx.elevated("business unit of the user").find(USER, user)?;
    Ok(row.and_then(|it| it.get("businessunitid").as_guid()))
}

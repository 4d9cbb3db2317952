//! Related rows inside rows.
//!
//! One question per navigation property and chunk of rows, not one per row; only a limit per row
//! (`$top`) needs the latter. *Not* paged beyond the first page. Invariant: rows are cut only where
//! the answer says so with `@odata.nextLink`.

use std::collections::HashMap;

use kernel::{Error, Kind, Query, Record, Result, Rx, Value, metadata::Entity, uuid::Uuid};
use serde_json::{Map, Value as Json, json};

use super::{
    call::{Call, PAGE},
    format::{CHUNK, one_of},
    list,
    navigation::{LINK, linked},
    row::rows,
    select::{Expanded, Navigation},
};

/// Most related rows that one expanded navigation property brings in one answer.
const RELATED: u64 = 50_000;

type Row = Map<String, Json>;

/// Puts the related rows into the rows.
pub fn fill(
    rx: &Rx<'_>,
    call: &Call,
    entity: &Entity,
    records: &[Record],
    into: &mut [Row],
    item: &Expanded,
) -> Result<()> {
    match &item.navigation {
        Navigation::One { column, entity: target } => one(rx, call, records, into, item, column, target),
        Navigation::Many { entity: child, column } => many(rx, call, entity, records, into, item, child, column),
        Navigation::Through { entity: there, intersect, near, far, links } => {
            through(rx, call, entity, records, into, item, there, &Links { intersect, near, far, links })
        }
    }
}

fn one(
    rx: &Rx<'_>,
    call: &Call,
    records: &[Record],
    into: &mut [Row],
    item: &Expanded,
    column: &str,
    target: &str,
) -> Result<()> {
    let model = rx.model();
    let target = model.entity(target)?;
    let led_to = |record: &Record| match record.get(column) {
        Value::Lookup(entity, id) if *entity == target.name => Some(*id),
        _ => None,
    };
    let mut ids: Vec<Uuid> = records.iter().filter_map(led_to).collect();
    ids.sort_unstable();
    ids.dedup();
    let mut related: HashMap<Uuid, Json> = HashMap::new();
    if item.reference {
        let address = |id: &Uuid| (*id, json!({ "@odata.id": format!("{}{}({id})", call.root, target.set) }));
        related.extend(ids.iter().map(address));
    } else {
        for chunk in ids.chunks(CHUNK) {
            let query = list::selected(Query::on(&target.name), &item.shape).and(one_of(&target.key, chunk));
            let records = rx.rows(&query)?;
            let rows = rows(rx, call, target, &records, &item.shape)?;
            related.extend(records.iter().map(|it| it.id).zip(rows.into_iter().map(Json::Object)));
        }
    }
    for (record, row) in records.iter().zip(into) {
        let found = led_to(record).and_then(|id| related.get(&id)).cloned().unwrap_or(Json::Null);
        row.insert(item.name.clone(), found);
    }
    Ok(())
}

/// The question for the related rows, without the condition that they are related.
fn base(rx: &Rx<'_>, there: &Entity, item: &Expanded, also: Option<&str>) -> Result<Query> {
    let mut query = list::selected(Query::on(&there.name), &item.shape);
    if item.shape.columns.is_some() {
        let mut columns = item.shape.needed().unwrap_or_default();
        columns.extend(also);
        query = query.select(&columns);
    }
    if let Some(filter) = &item.options.filter {
        query = query.and(filter.clone());
    }
    list::ordered(rx, there, query, &item.options.orderby, &[])
}

fn few(item: &Expanded, found: usize) -> Result<()> {
    if u64::try_from(found).unwrap_or(u64::MAX) <= RELATED {
        return Ok(());
    }
    let text = format!("brings more than {RELATED} rows; add $top or a $filter inside its brackets");
    Err(Error::new(Kind::Invalid, "option", format!("$expand={}", item.name), text))
}

/// How a many-to-many relationship is followed.
struct Links<'n> {
    intersect: &'n str,
    near: &'n str,
    far: &'n str,
    links: &'n str,
}

#[expect(clippy::too_many_arguments, reason = "the two ends of a relationship and the two sides of the copy")]
fn through(
    rx: &Rx<'_>,
    call: &Call,
    entity: &Entity,
    records: &[Record],
    into: &mut [Row],
    item: &Expanded,
    there: &str,
    by: &Links<'_>,
) -> Result<()> {
    let model = rx.model();
    let there = model.entity(there)?;
    let base = base(rx, there, item, None)?;
    let near = format!("{LINK}/{}", by.near);
    let mut by_parent: HashMap<Uuid, Vec<Json>> = HashMap::new();
    let mut seen = 0;
    let ids: Vec<Uuid> = records.iter().map(|it| it.id).collect();
    for chunk in ids.chunks(CHUNK) {
        let links = Query::on(by.intersect).select(&[by.near, by.far]).and(one_of(by.near, chunk)).top(RELATED + 1);
        let mut parents: HashMap<Uuid, Vec<Uuid>> = HashMap::new();
        for link in rx.rows(&links)? {
            if let (Some(ours), Some(theirs)) = (link.get(by.near).as_guid(), link.get(by.far).as_guid()) {
                parents.entry(theirs).or_default().push(ours);
            }
        }
        seen += parents.values().map(Vec::len).sum::<usize>();
        few(item, seen)?;
        let found = rx.rows(&base.clone().and(linked(by.links, one_of(&near, chunk))).top(RELATED + 1))?;
        let rows = rows(rx, call, there, &found, &item.shape)?;
        for (record, row) in found.iter().zip(rows) {
            for parent in parents.get(&record.id).into_iter().flatten() {
                by_parent.entry(*parent).or_default().push(Json::Object(row.clone()));
            }
        }
    }
    put(call, entity, records, into, item, by_parent);
    Ok(())
}

#[expect(clippy::too_many_arguments, reason = "the two ends of a relationship and the two sides of the copy")]
fn many(
    rx: &Rx<'_>,
    call: &Call,
    entity: &Entity,
    records: &[Record],
    into: &mut [Row],
    item: &Expanded,
    child: &str,
    lookup: &str,
) -> Result<()> {
    let model = rx.model();
    let child = model.entity(child)?;
    let base = base(rx, child, item, Some(lookup))?;
    let limit = item.options.top.unwrap_or(PAGE).min(PAGE);
    let mut found: Vec<Record> = Vec::new();
    if item.options.top.is_some() {
        for record in records {
            found.extend(rx.rows(&base.clone().and(one_of(lookup, &[record.id])).top(limit))?);
        }
    } else {
        let ids: Vec<Uuid> = records.iter().map(|it| it.id).collect();
        for chunk in ids.chunks(CHUNK) {
            found.extend(rx.rows(&base.clone().and(one_of(lookup, chunk)).top(RELATED + 1))?);
            few(item, found.len())?;
        }
    }
    // A lookup with several targets may hold the identifier of a row of another entity.
    found.retain(|it| matches!(it.get(lookup), Value::Lookup(target, _) if *target == entity.name));
    let rows = rows(rx, call, child, &found, &item.shape)?;
    let mut by_parent: HashMap<Uuid, Vec<Json>> = HashMap::new();
    for (record, row) in found.iter().zip(rows) {
        if let Some(parent) = record.get(lookup).as_guid() {
            by_parent.entry(parent).or_default().push(Json::Object(row));
        }
    }
    put(call, entity, records, into, item, by_parent);
    Ok(())
}

/// Puts the related rows of each row into it, a page of them at most.
fn put(
    call: &Call,
    entity: &Entity,
    records: &[Record],
    into: &mut [Row],
    item: &Expanded,
    mut by_parent: HashMap<Uuid, Vec<Json>>,
) {
    let limit = item.options.top.unwrap_or(PAGE).min(PAGE);
    for (record, row) in records.iter().zip(into) {
        let mut related = by_parent.remove(&record.id).unwrap_or_default();
        if item.options.count {
            row.insert(format!("{}@odata.count", item.name), Json::from(related.len()));
        }
        let more = item.options.top.is_none() && u64::try_from(related.len()).unwrap_or(u64::MAX) > limit;
        related.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        row.insert(item.name.clone(), Json::Array(related));
        if more {
            // The whole collection is paged there.
            let link = format!("{}{}({})/{}", call.root, entity.set, record.id, item.name);
            row.insert(format!("{}@odata.nextLink", item.name), Json::from(link));
        }
    }
}

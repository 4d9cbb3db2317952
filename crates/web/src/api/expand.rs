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
    let mut base = list::selected(Query::on(&child.name), &item.shape);
    if item.shape.columns.is_some() {
        let mut columns = item.shape.needed().unwrap_or_default();
        columns.push(lookup);
        base = base.select(&columns);
    }
    if let Some(filter) = &item.options.filter {
        base = base.and(filter.clone());
    }
    base = list::ordered(rx, child, base, &item.options.orderby, &[])?;
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
            if u64::try_from(found.len()).unwrap_or(u64::MAX) > RELATED {
                let text = format!("brings more than {RELATED} rows; add $top or a $filter inside its brackets");
                return Err(Error::new(Kind::Invalid, "option", format!("$expand={}", item.name), text));
            }
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
    Ok(())
}

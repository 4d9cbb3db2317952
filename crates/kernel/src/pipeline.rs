//! The one write path (law 2): access → types and required → rules before → store → audit → event →
//! rules after, in one transaction.
//!
//! *Not* aware of what the columns mean. Invariant: there is no other code that changes a row of an
//! entity, so what holds here holds for the Web API, jobs, imports and data subject requests alike.

pub mod check;
mod home;
mod store;

use uuid::Uuid;

use crate::{
    Change, Error, Kind, Op, Phase, Phrase, Record, Result, Tx, Value, Values, access,
    access::{Privilege, columns::Act},
    metadata::{Entity, Kind as Life, OnDelete},
    tx::SYSTEM_USER,
};

/// Rules that write may wake rules that write; deeper than this is a circle.
const DEPTH: u32 = 16;

pub(crate) fn create(tx: &mut Tx<'_>, entity: &str, id: Option<Uuid>, values: Values) -> Result<Uuid> {
    let model = tx.model();
    let entity = model.entity(entity)?;
    access::check(tx, entity, Privilege::Create)?;
    access::check_writer(tx.cx(), entity)?;
    if let Some(id) = id
        && tx.exists_row(entity, id)?
    {
        return Err(Error::new(Kind::Conflict, "duplicate", entity.name.as_str(), crate::error::duplicate()));
    }
    let id = id.unwrap_or_else(|| tx.cx().new_id());
    let values = check::input(tx, entity, Act::Create, values)?;
    let mut change = Change { op: Op::Create, entity: entity.name.clone(), id, before: None, values };
    defaults(tx, entity, &mut change.values);
    let given = lookups(entity, &change);
    rules(tx, Phase::Before, &mut change)?;
    finish(tx, entity, &mut change)?;
    check::required(entity, &change.values)?;
    check::unique(tx, entity, &change)?;
    let version = tx.next_version();
    let home = home::of(tx, entity, &change)?;
    store::insert(tx, entity, id, home, version, &change.values)?;
    // A row that is not stored yet has no owner to ask by.
    access::check_row(tx, entity, id, Privilege::Create)?;
    appended(tx, entity, id, &given)?;
    settle(tx, entity, &mut change)?;
    Ok(id)
}

pub(crate) fn update(tx: &mut Tx<'_>, entity: &str, id: Uuid, version: Option<i64>, values: Values) -> Result<bool> {
    let model = tx.model();
    let entity = model.entity(entity)?;
    access::check_row(tx, entity, id, Privilege::Write)?;
    let before = present(tx, entity, id, version)?;
    let values = check::input(tx, entity, Act::Update, values)?;
    append_only(tx, entity, &values)?;
    if !values.iter().all(|(name, _)| entity.columns.get(name).is_some_and(|it| it.correctable)) {
        access::check_writer(tx.cx(), entity)?;
    }
    let mut change = Change {
        op: Op::Update,
        entity: entity.name.clone(),
        id,
        values: different(values, &before),
        before: Some(before),
    };
    if change.values.is_empty() {
        return Ok(false);
    }
    if change.touches("ownerid") {
        access::check_row(tx, entity, id, Privilege::Assign)?;
    }
    appended(tx, entity, id, &lookups(entity, &change))?;
    rules(tx, Phase::Before, &mut change)?;
    finish(tx, entity, &mut change)?;
    if let Some(before) = &change.before {
        change.values = different(std::mem::take(&mut change.values), before);
    }
    if change.values.is_empty() {
        return Ok(false);
    }
    if !tx.erasing {
        check::not_emptied(entity, &change.values)?;
    }
    check::unique(tx, entity, &change)?;
    change.values.set("modifiedon", tx.now());
    change.values.set("modifiedby", acting_user(tx));
    if change.old("modifiedonbehalfby") != &caller(tx) {
        change.values.set("modifiedonbehalfby", caller(tx));
    }
    let version = tx.next_version();
    store::update(tx, entity, version, &change)?;
    home::follow(tx, entity, &change)?;
    settle(tx, entity, &mut change)?;
    Ok(true)
}

pub(crate) fn delete(tx: &mut Tx<'_>, entity: &str, id: Uuid, version: Option<i64>) -> Result<()> {
    let model = tx.model();
    let entity = model.entity(entity)?;
    access::check_row(tx, entity, id, Privilege::Delete)?;
    access::check_writer(tx.cx(), entity)?;
    if entity.kind == Life::Log && !tx.erasing && tx.depth == 0 {
        return Err(Error::conflict(
            entity.name.as_str(),
            Phrase::new("log-stays", "rows of a log are removed by erasure and retention only"),
        ));
    }
    let before = present(tx, entity, id, version)?;
    let mut change =
        Change { op: Op::Delete, entity: entity.name.clone(), id, before: Some(before), values: Values::new() };
    if let Some(links) = entity.intersect.as_ref().filter(|_| !tx.cx().elevated) {
        let ends: Vec<(String, Uuid)> =
            links.ends.iter().filter_map(|it| Some((it.entity.clone(), change.old(&it.column).as_guid()?))).collect();
        appended(tx, entity, id, &ends)?;
    }
    rules(tx, Phase::Before, &mut change)?;
    access::role::guard(&change)?;
    access::owner::unused(tx, entity, id)?;
    detach(tx, entity, id)?;
    store::delete(tx, entity, id)?;
    settle(tx, entity, &mut change)
}

/// Makes a row of the kernel's own record: no rule, no event and no row of the trail tells of it.
pub(crate) fn note(tx: &mut Tx<'_>, entity: &str, mut values: Values) -> Result<Uuid> {
    let model = tx.model();
    let entity = model.entity(entity)?;
    defaults(tx, entity, &mut values);
    let (id, version) = (tx.cx().new_id(), tx.next_version());
    let change = Change { op: Op::Create, entity: entity.name.clone(), id, before: None, values };
    let home = home::of(tx, entity, &change)?;
    store::insert(tx, entity, id, home, version, &change.values)?;
    Ok(id)
}

/// Takes such a row away.
pub(crate) fn unnote(tx: &Tx<'_>, entity: &str, id: Uuid) -> Result<()> {
    store::delete(tx, tx.model().entity(entity)?, id)
}

fn settle(tx: &mut Tx<'_>, entity: &Entity, change: &mut Change) -> Result<()> {
    tx.forget_grants(&entity.name);
    access::owner::follow(tx, change)?;
    crate::blob::settle(tx, entity, change)?;
    crate::audit::record(tx, entity, change)?;
    crate::audit::switches::follow(tx, change)?;
    crate::events::announce(tx, change)?;
    rules(tx, Phase::After, change)
}

fn rules(tx: &mut Tx<'_>, phase: Phase, change: &mut Change) -> Result<()> {
    if tx.depth >= DEPTH {
        return Err(Error::bug(format!("rules on {} wake each other without end", change.entity)));
    }
    for rule in &tx.registry().rules {
        // Asked one by one: what a rule changes may wake one behind it.
        if !rule.wakes(phase, change) {
            continue;
        }
        let asked = tx.depth == 0 && !tx.cx().elevated;
        let before = std::mem::replace(&mut tx.asked, asked);
        tx.depth += 1;
        // Rules have the product's own rights; who began and why stays visible.
        let cx = tx.cx().as_system(tx.cx().reason.as_deref().unwrap_or("rule"));
        let result = tx.under(cx, |tx| (rule.run)(tx, change));
        tx.depth -= 1;
        tx.asked = before;
        result?;
    }
    Ok(())
}

fn present(tx: &Tx<'_>, entity: &Entity, id: Uuid, version: Option<i64>) -> Result<Record> {
    let before = tx.whole(&entity.name, id)?.ok_or_else(|| Error::not_found(&entity.name, id))?;
    match version {
        Some(version) if version != before.version => Err(Error::new(
            Kind::Stale,
            "stale",
            entity.name.as_str(),
            Phrase::new("stale", "The version of the existing record doesn't match the RowVersion property provided."),
        )),
        _ => Ok(before),
    }
}

/// Only what really differs is written, audited and announced.
fn different(values: Values, before: &Record) -> Values {
    values.into_iter().filter(|(column, value)| before.get(column) != value).collect()
}

fn append_only(tx: &Tx<'_>, entity: &Entity, values: &Values) -> Result<()> {
    if entity.kind != Life::Log || tx.erasing || tx.depth > 0 {
        return Ok(());
    }
    match values.iter().find(|(name, _)| entity.columns.get(*name).is_none_or(|it| !it.correctable)) {
        Some((name, _)) => {
            let text = Phrase::new("append-only", "{entity} is append-only; this column cannot be changed");
            Err(Error::conflict(name, text.with("entity", &entity.name)))
        }
        None => Ok(()),
    }
}

fn defaults(tx: &Tx<'_>, entity: &Entity, values: &mut Values) {
    for column in entity.columns.values() {
        if !column.default.is_null() && !values.has(&column.name) {
            values.set(&column.name, column.default.clone());
        }
    }
    let (now, user) = (tx.now(), acting_user(tx));
    if !values.has("createdon") {
        values.set("createdon", now);
    }
    values.set("createdby", user.clone());
    values.set("modifiedon", now);
    values.set("modifiedby", user.clone());
    values.set("createdonbehalfby", caller(tx));
    values.set("modifiedonbehalfby", caller(tx));
    if entity.columns.contains_key("ownerid") && values.get("ownerid").is_null() {
        values.set("ownerid", user);
    }
}

pub(crate) fn acting_user(tx: &Tx<'_>) -> Value {
    Value::Lookup("systemuser".into(), tx.cx().user().unwrap_or(SYSTEM_USER))
}

/// Whoever asks for the acting user.
pub(crate) fn caller(tx: &Tx<'_>) -> Value {
    tx.cx().actor.caller_id().map_or(Value::Null, |it| Value::Lookup("systemuser".into(), it))
}

/// The rows that a change refers to anew, where that attaches the row to them.
fn lookups(entity: &Entity, change: &Change) -> Vec<(String, Uuid)> {
    let anew = |name: &str| change.touches(name) && entity.columns.get(name).is_some_and(|it| !it.system);
    change
        .values
        .iter()
        .filter(|(name, _)| anew(name))
        .filter_map(|(_, value)| match value {
            Value::Lookup(target, id) => Some((target.clone(), *id)),
            _ => None,
        })
        .collect()
}

/// Attaching a row to another needs the privilege on both sides.
fn appended(tx: &Tx<'_>, entity: &Entity, id: Uuid, targets: &[(String, Uuid)]) -> Result<()> {
    if targets.is_empty() || tx.cx().elevated {
        return Ok(());
    }
    let model = tx.model();
    if entity.intersect.is_some()
        && let [one, other] = targets
    {
        return joined(tx, one, other).or_else(|_| joined(tx, other, one));
    }
    access::check_row(tx, entity, id, Privilege::Append)?;
    targets.iter().try_for_each(|(target, id)| access::check_row(tx, model.entity(target)?, *id, Privilege::AppendTo))
}

/// A link of a many-to-many relationship attaches one of its rows to the other.
fn joined(tx: &Tx<'_>, (one, id): &(String, Uuid), (other, to): &(String, Uuid)) -> Result<()> {
    let model = tx.model();
    access::check_row(tx, model.entity(one)?, *id, Privilege::Append)?;
    access::check_row(tx, model.entity(other)?, *to, Privilege::AppendTo)
}

/// Values that follow from others: composed texts, the state of a status, and whose the row is.
fn finish(tx: &Tx<'_>, entity: &Entity, change: &mut Change) -> Result<()> {
    access::owner::settle(tx, entity, change)?;
    for column in entity.columns.values().filter(|it| !it.compose.is_empty()) {
        let parts: Vec<String> = column
            .compose
            .iter()
            .filter_map(|it| {
                change.new_value(it).as_text().map(str::trim).filter(|it| !it.is_empty()).map(str::to_owned)
            })
            .collect();
        let text: String = parts.join(" ").chars().take(column.max_length).collect();
        change.values.set(&column.name, if text.is_empty() { Value::Null } else { Value::Text(text) });
    }
    let status_given = change.op == Op::Create || change.touches("statuscode");
    if change.values.has("statecode") && change.touches("statecode") && !change.touches("statuscode") {
        let state = change.values.get("statecode").as_int();
        let first = entity.states.iter().find(|(it, _)| Some(*it) == state).and_then(|(_, all)| all.first());
        change.values.set("statuscode", first.copied());
    } else if status_given {
        let status = change.new_value("statuscode").as_int();
        let state = status.and_then(|it| entity.state_of(it));
        change.values.set(
            "statecode",
            state.ok_or_else(|| {
                Error::invalid("statuscode", Phrase::new("unknown-status", "this status does not exist"))
            })?,
        );
    }
    Ok(())
}

fn detach(tx: &mut Tx<'_>, entity: &Entity, id: Uuid) -> Result<()> {
    let model = tx.model();
    for reference in model.references(&entity.name).iter().filter(|it| it.on_delete != OnDelete::Keep) {
        let ids = tx.referring(reference, &entity.name, id)?;
        if ids.is_empty() {
            continue;
        }
        if reference.on_delete == OnDelete::Restrict && !tx.erasing {
            let text = Phrase::new("restricted", "{rows} rows of {entity} refer to this row and forbid its deletion")
                .with("rows", ids.len())
                .with("entity", &reference.entity);
            return Err(Error::conflict(entity.name.as_str(), text).with_code("restricted"));
        }
        if tx.depth >= DEPTH {
            return Err(Error::conflict(entity.name.as_str(), "the rows that refer to this row are nested too deeply"));
        }
        let cx = tx.cx().as_system(tx.cx().reason.clone().as_deref().unwrap_or("relationship"));
        tx.depth += 1;
        let outer = std::mem::replace(&mut tx.cascading, true);
        let result = tx.under(cx, |tx| {
            let referring = model.entity(&reference.entity)?;
            for row in ids {
                // It may have gone together with a row before it, by another relationship.
                if !tx.exists_row(referring, row)? {
                    continue;
                }
                match reference.on_delete {
                    OnDelete::Cascade => delete(tx, &reference.entity, row, None)?,
                    _ => {
                        update(tx, &reference.entity, row, None, Values::new().with(&reference.column, Value::Null))?;
                    }
                }
            }
            Ok(())
        });
        tx.depth -= 1;
        tx.cascading = outer;
        result?;
    }
    Ok(())
}

//! The metadata check: what the compiler is to code, this is to entity files.
//!
//! *Not* a check of records. Invariant (law 7): an entity with a personal column names the path to
//! its data subject, and every lookup, view, key, form and path names things that exist.

use super::{Column, ColumnType, Entity, Model, OnErasure, column::ColumnErasure, file::Ownership};
use crate::access::{ADMINISTRATOR, Depth, Privilege, ROLES};

/// Every mistake in the model, one sentence each, in the order of the entities.
pub fn problems(model: &Model) -> Vec<String> {
    let mut found = acts(model);
    for entity in model.entities() {
        let mut say = |place: &str, text: String| found.push(format!("{}.{place}: {text}", entity.name));
        columns(model, entity, &mut say);
        subject(model, entity, &mut say);
        intersect(model, entity, &mut say);
        for (role, privileges) in entity.roles.iter().filter(|_| entity.ownership == Ownership::Organization) {
            if let Some(it) = Privilege::ALL
                .into_iter()
                .find(|it| !matches!(privileges.depth(*it), Depth::None | Depth::Organization))
            {
                let text = format!("rows have no owner, so {} has the depth organization", it.word());
                say(&format!("roles.{role}"), text);
            }
        }
        for (key, columns) in entity.keys.iter().chain(&entity.indexes) {
            for column in columns.iter().filter(|it| !entity.columns.contains_key(*it)) {
                say(&format!("keys.{key}"), format!("there is no column {column}"));
            }
        }
        for (name, view) in &entity.views {
            for column in view.columns.iter().filter(|it| !entity.columns.contains_key(*it)) {
                say(&format!("views.{name}"), format!("there is no column {column}"));
            }
            if let Some(Err(error)) = view.filter.as_deref().map(odata::parse_filter) {
                say(&format!("views.{name}.filter"), error.to_string());
            }
            if let Some(Err(error)) = view.order_by.as_deref().map(odata::parse_orderby) {
                say(&format!("views.{name}.order_by"), error.to_string());
            }
        }
        for column in
            entity.form.sections.iter().flat_map(|it| &it.columns).filter(|it| !entity.columns.contains_key(*it))
        {
            say("form", format!("there is no column {column}"));
        }
        let about = entity.audit.object.as_ref().map(|it| (it, entity.columns.get(it)));
        if let Some((column, _)) = about.filter(|(_, it)| it.is_none_or(|it| it.kind != ColumnType::Lookup)) {
            say("audit.object", format!("{column} is no lookup of this entity"));
        }
        if let Some(column) = entity.primary_name.as_ref().filter(|it| !entity.columns.contains_key(*it)) {
            say("primary_name", format!("there is no column {column}"));
        }
    }
    found
}

/// A privilege about no entity begins as Dataverse's do, is said once, and goes to roles that there are.
fn acts(model: &Model) -> Vec<String> {
    let mut found = Vec::new();
    let all: Vec<_> = model.acts().collect();
    for (at, (name, roles)) in all.iter().enumerate() {
        if !name.starts_with("prv") {
            found.push(format!("acts.{name}: the name of a privilege begins with prv"));
        }
        if all.iter().take(at).any(|(it, _)| it.eq_ignore_ascii_case(name)) {
            found.push(format!("acts.{name}: there is this privilege already"));
        }
        for role in roles.iter().filter(|it| !ROLES.contains(it) || matches!(**it, "public" | ADMINISTRATOR)) {
            found.push(format!("acts.{name}: {role} is no role of the product that gets privileges"));
        }
    }
    found
}

fn columns(model: &Model, entity: &Entity, say: &mut impl FnMut(&str, String)) {
    for column in entity.columns.values() {
        let place = format!("columns.{}", column.name);
        if !is_name(&column.name) {
            say(&place, "a logical name is made of a-z, 0-9 and _".into());
        }
        if column.kind == ColumnType::Lookup && column.targets.is_empty() {
            say(&place, "a lookup names at least one target".into());
        }
        if matches!(column.kind, ColumnType::Choice | ColumnType::MultiChoice) && column.options.is_empty() {
            say(&place, "a choice names its options or its choice set".into());
        }
        if column.kind == ColumnType::Decimal && column.precision > 7 {
            say(&place, "a decimal keeps at most 7 decimals".into());
        }
        if column.secured && (column.system || column.name == entity.key) {
            say(&place, "a column of the kernel itself cannot be secured".into());
        }
        for target in column.targets.iter().filter(|it| model.entity(&it.entity).is_err()) {
            say(&place, format!("there is no entity {}", target.entity));
        }
        if entity.columns.values().any(|it| it.name < column.name && it.number() == column.number()) {
            say(&place, "another column has the same number; give it another name".into());
        }
        for part in column.compose.iter().filter(|it| !entity.columns.contains_key(*it)) {
            say(&place, format!("it is made of {part}, which does not exist"));
        }
        if column.is_personal() && column.privacy.category.is_empty() {
            say(&place, "a personal column names its category".into());
        }
        if keeps(entity, column) && column.ground.is_none() {
            say(&place, "a personal column that erasure keeps names its ground".into());
        }
    }
}

fn keeps(entity: &Entity, column: &Column) -> bool {
    entity.on_erasure == OnErasure::Anonymise && column.is_personal() && column.erasure == ColumnErasure::Keep
}

fn subject(model: &Model, entity: &Entity, say: &mut impl FnMut(&str, String)) {
    if entity.subject.is_empty() {
        if let Some(column) = entity.columns.values().find(|it| it.is_personal()) {
            say("subject", format!("{} is personal, so the entity names the path to its data subject", column.name));
        }
        return;
    }
    if entity.on_erasure != OnErasure::Delete && entity.ground.is_none() {
        say("ground", "rows that stay after an erasure name their ground".into());
    }
    if entity.is_subject() && entity.identifiers.is_empty() {
        say("identifiers", "a data subject names the columns that identify it".into());
    }
    for column in entity.identifiers.iter().filter(|it| !entity.columns.contains_key(*it)) {
        say("identifiers", format!("there is no column {column}"));
    }
    for path in entity.subject.iter().filter(|it| *it != "self") {
        let mut at = vec![entity];
        for step in path.split('/') {
            let mut next = Vec::new();
            for it in &at {
                match it.columns.get(step) {
                    Some(column) if column.kind == ColumnType::Lookup => {
                        next.extend(column.targets.iter().filter_map(|target| model.entity(&target.entity).ok()));
                    }
                    _ => say("subject", format!("{step} of the path {path} is not a lookup of {}", it.name)),
                }
            }
            at = next;
        }
        if !at.iter().any(|it| it.is_subject()) {
            say("subject", format!("the path {path} ends at no data subject"));
        }
    }
}

/// A link to a person is about the person (law 7), and a navigation property has one meaning.
fn intersect(model: &Model, entity: &Entity, say: &mut impl FnMut(&str, String)) {
    for end in entity.intersect.iter().flat_map(|it| &it.ends) {
        let Ok(there) = model.entity(&end.entity) else { continue };
        let path = if there.is_subject() { end.column.clone() } else { format!("{}/", end.column) };
        let named = entity.subject.iter().any(|it| *it == path || (path.ends_with('/') && it.starts_with(&path)));
        if !named && !there.subject.is_empty() {
            say("subject", format!("rows of {} are about people, so the path by {} is named", there.name, end.column));
        }
        let taken = there.columns.contains_key(&end.navigation)
            || there.navigation(&end.navigation).is_some()
            || model.collection(&there.name, &end.navigation).is_some();
        if taken || model.intersects(&there.name).filter(|(_, near, _)| near.navigation == end.navigation).count() > 1 {
            say("intersect", format!("{} has a property {} already", there.name, end.navigation));
        }
    }
}

fn is_name(name: &str) -> bool {
    name.starts_with(|it: char| it.is_ascii_lowercase())
        && name.chars().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '_')
}

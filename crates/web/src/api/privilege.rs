//! `privileges` and `roles(key)/roleprivileges_association`: what a role may be given, and what one was.
//!
//! *Not* stored, and not the giving (`operation::access`): they follow from the entities. Invariant: whoever reads roles
//! reads what they have.

use kernel::{
    Error, Result, Rx,
    access::role::{self, Named},
    uuid::Uuid,
};
use odata::{Path, Segment};
use serde_json::{Value as Json, json};

use super::{answer::Answer, call::Call, definition::holds, fixed::fixed, key, list};

/// The set of all privileges.
pub const SET: &str = "privileges";
/// The entity of its rows.
pub const ENTITY: &str = "privilege";
/// Their key.
pub const KEY: &str = "privilegeid";
/// The navigation property of a role that leads to its own.
pub const OF_ROLE: &str = "roleprivileges_association";

/// The identifier of a privilege, the same in each store.
pub fn identifier(named: &Named) -> Uuid {
    fixed(&format!("privilege:{}", named.text()))
}

/// `GET privileges`.
///
/// # Errors
/// `unknown-segment`, `unknown-column`, `option`.
pub fn all(rx: &Rx<'_>, call: &Call, first: &Segment, rest: &[Segment]) -> Result<Answer> {
    match (&first.key, rest) {
        (None, []) => list(call, &role::all(&rx.model())),
        (None, [only]) if only.name == "$count" => Ok(list::counted(rows(call, &role::all(&rx.model()))?.len() as u64)),
        (Some(_), _) => Err(key::not_built("one row of privileges; ask for it with $filter=privilegeid eq …")),
        (None, [other, ..]) => Err(key::unknown(&other.name)),
    }
}

/// `GET roles(key)/roleprivileges_association`.
///
/// # Errors
/// `not-found`, `Forbidden`, and as [`all`].
pub fn of_role(rx: &Rx<'_>, call: &Call, id: Uuid) -> Result<Answer> {
    let held: Vec<Named> = role::privileges(rx, id)?.into_iter().map(|(named, _)| named).collect();
    list(call, &held)
}

fn list(call: &Call, all: &[Named]) -> Result<Answer> {
    let mut rows = rows(call, all)?;
    if let Some(top) = call.options.top {
        rows.truncate(usize::try_from(top).unwrap_or(usize::MAX));
    }
    Ok(Answer::json(&json!({ "@odata.context": format!("{}$metadata#{SET}", call.root), "value": rows })))
}

fn rows(call: &Call, all: &[Named]) -> Result<Vec<Json>> {
    let known = |it: &&Path| !it.is_wildcard() && !matches!(it.to_string().as_str(), KEY | "name");
    if let Some(other) = call.options.select.iter().flatten().find(known) {
        return Err(Error::unknown_column(ENTITY, &other.to_string()));
    }
    let filter = call.options.filter.clone().map(|it| it.resolve_aliases(&call.options.aliases)).transpose();
    let filter = filter.map_err(|error| Error::from(error).at("$filter"))?;
    let mut rows = Vec::new();
    for named in all {
        let row = json!({ KEY: identifier(named).to_string(), "name": named.text() });
        if filter.as_ref().map_or(Ok(true), |it| holds(it, &row))? {
            rows.push(row);
        }
    }
    Ok(rows)
}

//! Who may do what to which rows: privileges by role and entity, each with a depth.
//!
//! *Not* sign-in (`web`) and not what a person agreed to (`privacy`). Which rows a depth below the
//! organization means is an `odata` expression over the owner columns (law 6), and-ed into every query
//! and asked of every row that is written. Invariant: the pipeline and the query ask before they read
//! or write, so there is no path around this file; the depth of the organization asks nothing.

pub mod columns;
pub mod gift;
mod grants;
pub mod matrix;
pub(crate) mod owner;
mod privileges;
pub mod role;
pub mod share;

use std::collections::BTreeSet;

use odata::{Expr, Literal, Path};
use uuid::Uuid;

use self::grants::Reach;
pub use self::grants::of_role;
pub(crate) use self::grants::{ENTITIES, Grants};
pub use self::privileges::{Depth, Privilege, Privileges};
use crate::{
    Actor, Context, Error, Kind, Phrase, Query, Result, Rx,
    audit::kept,
    metadata::{
        Entity, Kind as Life,
        file::{Ownership, Writer},
    },
};

/// The role that may do everything.
pub const ADMINISTRATOR: &str = "system-administrator";

/// Privileges about no entity that the kernel itself asks for, and the roles of the product that hold each
/// beside the administrator. Those of the product stand in its file of acts ([`crate::metadata::Model::acts`]).
pub(crate) const ACTS: &[(&str, &[&str])] = &[
    ("prvReadAuditSummary", &["auditor", "privacy-officer"]),
    ("prvReadRecordAuditHistory", &["auditor", "privacy-officer"]),
    ("prvDeleteAuditPartitions", &[]),
    ("prvDeleteRecordChangeHistory", &[]),
    ("prvActOnBehalfOfAnotherUser", &[]),
    ("prvExportToExcel", &["auditor", "integrator", "marketer", "privacy-officer"]),
    ("prvCreateEntity", &[]),
    ("prvWriteEntity", &[]),
    ("prvDeleteEntity", &[]),
    ("prvCreateAttribute", &[]),
    ("prvWriteAttribute", &[]),
    ("prvDeleteAttribute", &[]),
    ("prvCreateOptionSet", &[]),
    ("prvWriteOptionSet", &[]),
    ("prvDeleteOptionSet", &[]),
    ("prvImportCustomization", &[]),
    ("prvAssentSecureColumn", &[]),
    ("prvAssentManageJobs", &[]),
    ("prvAssentBackup", &[]),
];

/// The roles that come with the product.
pub const ROLES: &[&str] =
    &[ADMINISTRATOR, "privacy-officer", "marketer", "sales-person", "auditor", "integrator", "public"];

/// The identifier of a role that comes with the product; the same in each store.
pub fn role_id(name: &str) -> Uuid {
    fixed_id(&format!("role:{name}"))
}

/// An identifier that follows from a name, so that it is the same in each store and after each start.
pub fn fixed_id(name: &str) -> Uuid {
    let digest = ring::digest::digest(&ring::digest::SHA256, name.as_bytes());
    let bytes: [u8; 16] = digest.as_ref().first_chunk().copied().unwrap_or_default();
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

/// What the actor sees, and what whoever asks for them sees, where somebody does.
pub(crate) fn parties<'c>(rx: &Rx<'c>) -> Option<[Rx<'c>; 2]> {
    match &rx.cx.actor {
        Actor::Instead { user, caller } if !rx.cx.elevated => {
            Some([user, caller].map(|it| rx.under(rx.cx.for_actor(Actor::clone(it)))))
        }
        _ => None,
    }
}

fn reach(rx: &Rx<'_>, entity: &Entity, privilege: Privilege) -> Result<Reach> {
    if rx.cx.elevated {
        return Ok(Reach::Everything);
    }
    match &rx.cx.actor {
        Actor::System => Ok(Reach::Everything),
        Actor::Public => Ok(Reach::Nothing),
        Actor::Instead { .. } => {
            let mut all = Vec::new();
            for party in parties(rx).into_iter().flatten() {
                all.push(reach(&party, entity, privilege)?);
            }
            // Which rows both reach is a condition (`limit`).
            Ok(match all.as_slice() {
                [Reach::Nothing, _] | [_, Reach::Nothing] => Reach::Nothing,
                [Reach::Everything, Reach::Everything] => Reach::Everything,
                _ => Reach::Rows(BTreeSet::new()),
            })
        }
        Actor::User { roles, .. } => {
            // Whoever may read the summary of the audit reads its rows.
            let audit = entity.name == kept::ENTITY && privilege == Privilege::Read;
            if audit && require(rx, "prvReadAuditSummary", "audit").is_ok() {
                return Ok(Reach::Everything);
            }
            let signed_in = roles.iter().map(|it| grants::depth(entity, it, privilege)).max().unwrap_or_default();
            if signed_in == Depth::Organization {
                return Ok(Reach::Everything);
            }
            Ok(match rx.grants()?.reach(rx, entity, privilege)? {
                // Rows without an owner are of the organization, whatever the depth.
                Reach::Rows(_) if entity.ownership == Ownership::Organization => Reach::Everything,
                other => other,
            })
        }
    }
}

/// Whether the actor may do this to rows of the entity, be it only to their own.
///
/// # Errors
/// Those of reading roles and teams.
pub fn allows(rx: &Rx<'_>, entity: &Entity, privilege: Privilege) -> Result<bool> {
    Ok(!matches!(reach(rx, entity, privilege)?, Reach::Nothing))
}

/// Refuses what the actor may do to no row of the entity.
///
/// # Errors
/// `Forbidden` naming the entity and the privilege.
pub fn check(rx: &Rx<'_>, entity: &Entity, privilege: Privilege) -> Result<()> {
    limit(rx, entity, privilege).map(|_| ())
}

/// The condition that the rows meet which the privilege reaches; none when it reaches all.
///
/// # Errors
/// `Forbidden` where it reaches no row at all.
pub(crate) fn limit(rx: &Rx<'_>, entity: &Entity, privilege: Privilege) -> Result<Option<Expr>> {
    if let Some([user, caller]) = parties(rx) {
        return Ok(match (limit(&user, entity, privilege)?, limit(&caller, entity, privilege)?) {
            (Some(one), Some(other)) => Some(Expr::And(Box::new(one), Box::new(other))),
            (one, other) => one.or(other),
        });
    }
    match reach(rx, entity, privilege)? {
        Reach::Everything => Ok(None),
        Reach::Rows(units) => {
            let grants = rx.grants()?;
            let own = one_of("ownerid", grants.owners.iter().copied());
            let reached = if units.is_empty() { own } else { either(own, one_of("owningbusinessunit", units)) };
            let shared = share::condition(entity, privilege, &grants.owners);
            Ok(Some(match shared {
                Some(shared) if grants.has_shares(rx)? => either(reached, shared),
                _ => reached,
            }))
        }
        Reach::Nothing => Err(Error::new(
            Kind::Forbidden,
            "privilege",
            entity.name.as_str(),
            Phrase::new("privilege", "the role in force has no privilege {privilege} on {entity}")
                .with("privilege", format!("{privilege:?}"))
                .with("entity", &entity.name),
        )),
    }
}

/// Refuses what the actor may not do to this row. A row that is not there is no matter of access.
///
/// # Errors
/// `Forbidden` naming the entity: `privilege` without the privilege, `row-access` where it does not
/// reach the row.
pub fn check_row(rx: &Rx<'_>, entity: &Entity, id: Uuid, privilege: Privilege) -> Result<()> {
    if entity.intersect.is_some() && privilege == Privilege::Read && !limited_ends(rx, entity)?.is_empty() {
        let seen = rx.first(&Query::on(&entity.name).select(&[]).eq(&entity.key, id))?.is_some();
        return if seen || !rx.exists_row(entity, id)? { Ok(()) } else { Err(out_of_reach(entity, privilege)) };
    }
    let Some(limit) = limit(rx, entity, privilege)? else { return Ok(()) };
    let query = Query::on(&entity.name).select(&[]).eq(&entity.key, id);
    let rx = rx.elevated("row access");
    if rx.first(&query.and(limit))?.is_some() || !rx.exists_row(entity, id)? {
        return Ok(());
    }
    Err(out_of_reach(entity, privilege))
}

fn out_of_reach(entity: &Entity, privilege: Privilege) -> Error {
    let text = "the roles in force do not reach this row of {entity} with the privilege {privilege}";
    let text = Phrase::new("row-access", text).with("entity", &entity.name).with("privilege", format!("{privilege:?}"));
    Error::new(Kind::Forbidden, "row-access", entity.name.as_str(), text)
}

/// Refuses whoever has the privilege to some rows only, where an answer is about all of them.
///
/// # Errors
/// `Forbidden` naming the entity.
pub fn check_all(rx: &Rx<'_>, entity: &Entity, privilege: Privilege, act: &str) -> Result<()> {
    if limit(rx, entity, privilege)?.is_none() {
        return Ok(());
    }
    let text =
        Phrase::new("privilege-on-all", "{act} needs the privilege {privilege} at the depth of the organization")
            .with("act", act)
            .with("privilege", format!("{privilege:?}"))
            .with("entity", &entity.name);
    Err(Error::new(Kind::Forbidden, "privilege", entity.name.as_str(), text))
}

/// The ways from a link of a many-to-many relationship to the keys of those of its rows of which the
/// actor reads some only.
pub(crate) fn limited_ends(rx: &Rx<'_>, entity: &Entity) -> Result<Vec<Path>> {
    let mut ways = Vec::new();
    for end in entity.intersect.iter().flat_map(|it| &it.ends) {
        let there = rx.model.entity(&end.entity)?;
        if !matches!(reach(rx, there, Privilege::Read)?, Reach::Everything) {
            ways.push(Path(vec![end.column.clone(), there.key.clone()]));
        }
    }
    Ok(ways)
}

fn one_of(column: &str, ids: impl IntoIterator<Item = Uuid>) -> Expr {
    Expr::In {
        operand: Box::new(Expr::Path(Path(vec![column.to_owned()]))),
        list: ids.into_iter().map(|it| Expr::Literal(Literal::Guid(it))).collect(),
    }
}

fn either(one: Expr, other: Expr) -> Expr {
    Expr::Or(Box::new(one), Box::new(other))
}

/// Refuses everybody but the product itself, where only the product writes rows.
///
/// # Errors
/// `Forbidden` naming the entity.
pub fn check_writer(cx: &Context, entity: &Entity) -> Result<()> {
    if entity.writer == Writer::Anyone || cx.elevated || cx.actor == Actor::System {
        return Ok(());
    }
    let text = "rows of {entity} are written by the product only; use the act that they record";
    let text = Phrase::new("product-writes", text).with("entity", &entity.name);
    Err(Error::new(Kind::Forbidden, "privilege", entity.name.as_str(), text))
}

/// Whether anybody can make use of a privilege: rows that the product alone writes are read, and where a column may be
/// corrected, changed; those of a log stay.
pub fn has_use(entity: &Entity, privilege: Privilege) -> bool {
    let (closed, log) = (entity.writer == Writer::System, entity.kind == Life::Log);
    match privilege {
        Privilege::Read => true,
        Privilege::Write => !(closed || log) || entity.columns.values().any(|it| it.correctable),
        Privilege::Delete => !(closed || log),
        _ => !closed,
    }
}

/// Refuses whoever does not hold the privilege of an act.
///
/// # Errors
/// `Forbidden` naming the privilege.
pub fn require(rx: &Rx<'_>, privilege: &str, act: &str) -> Result<()> {
    if let Some(parties) = parties(rx) {
        return parties.iter().try_for_each(|it| require(it, privilege, act));
    }
    let held = rx.cx.elevated || actor_holds(rx, privilege)?;
    if held { Ok(()) } else { Err(needs(act, privilege)) }
}

fn needs(act: &str, privilege: &str) -> Error {
    let text = Phrase::new("act-privilege", "this needs the privilege {privilege}").with("privilege", privilege);
    Error::forbidden(act, text)
}

/// Whether whoever acts holds the privilege of an act, also where a rule runs with the product's rights.
///
/// # Errors
/// Those of reading roles and teams.
pub fn actor_holds(rx: &Rx<'_>, privilege: &str) -> Result<bool> {
    match &rx.cx.actor {
        Actor::System => Ok(true),
        Actor::Public | Actor::Instead { .. } => Ok(false),
        // Whoever holds it by the role they signed in with needs no team and no unit read.
        Actor::User { roles, .. } => Ok(role::of_product(rx, privilege, roles.iter().map(String::as_str))
            || role::holds(rx, privilege, rx.grants()?.roles())?),
    }
}

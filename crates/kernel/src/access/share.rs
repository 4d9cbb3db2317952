//! Sharing: one row opened to a user or a team beside its owner.
//!
//! A share gives no privilege: whoever has none for the entity gets none by it. *Not* a change of owner.
//! Invariant: nobody shares what they may not do themselves, and a share goes with its row.

use odata::{CompareOp, Expr, Literal, Path, Quantifier};
use uuid::Uuid;

use super::{Privilege, check_row, one_of};
use crate::{Error, Query, Record, Result, Rx, Tx, Value, Values, metadata::Entity};

/// The entity of shares.
pub(crate) const ENTITY: &str = "principalobjectaccess";

/// What can be shared, with Dataverse's bit and our column.
const RIGHTS: [(Privilege, i64, &str); 7] = [
    (Privilege::Read, 1, "assent_read"),
    (Privilege::Write, 2, "assent_write"),
    (Privilege::Append, 4, "assent_append"),
    (Privilege::AppendTo, 16, "assent_appendto"),
    (Privilege::Delete, 65_536, "assent_delete"),
    (Privilege::Share, 262_144, "assent_share"),
    (Privilege::Assign, 524_288, "assent_assign"),
];

/// A user or a team, and what they may do to a row by a share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shared {
    /// `systemuser` or `team`.
    pub kind: String,
    /// Which.
    pub principal: Uuid,
    /// What they may do.
    pub rights: Vec<Privilege>,
}

/// How a share that is there already meets a new one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meeting {
    /// What was open stays so.
    Add,
    /// Only the new rights are open.
    Replace,
}

/// The rows that are shared with one of the owners for that privilege, as a condition.
pub(super) fn condition(entity: &Entity, privilege: Privilege, owners: &[Uuid]) -> Option<Expr> {
    let (_, _, column) = RIGHTS.into_iter().find(|(it, ..)| *it == privilege)?;
    let of = |name: &str| Path(vec!["s".to_owned(), name.to_owned()]);
    let open = Expr::Compare {
        op: CompareOp::Eq,
        left: Box::new(Expr::Path(of(column))),
        right: Box::new(Expr::Literal(Literal::Bool(true))),
    };
    let mine = Expr::In {
        operand: Box::new(Expr::Path(of("principalid"))),
        list: owners.iter().map(|it| Expr::Literal(Literal::Guid(*it))).collect(),
    };
    Some(Expr::Lambda {
        path: Path(vec![format!("{ENTITY}_objectid_{}", entity.name)]),
        quantifier: Quantifier::Any,
        variable: Some("s".to_owned()),
        predicate: Some(Box::new(Expr::And(Box::new(mine), Box::new(open)))),
    })
}

/// Whether anything is shared with one of the owners.
pub(super) fn any(rx: &Rx<'_>, owners: &[Uuid]) -> Result<bool> {
    if rx.model.entity(ENTITY).is_err() {
        return Ok(false);
    }
    let query = Query::on(ENTITY).select(&[]).and(one_of("principalid", owners.iter().copied()));
    Ok(rx.elevated("access").first(&query)?.is_some())
}

/// Opens a row to a user or a team.
///
/// # Errors
/// `Forbidden` for whoever may not share the row, or may not themselves do what they share; `Invalid`
/// for rights that cannot be shared.
pub fn open(tx: &mut Tx<'_>, entity: &str, id: Uuid, to: &Shared, meeting: Meeting) -> Result<()> {
    let model = tx.model();
    let definition = model.entity(entity)?;
    tx.get(entity, id)?;
    check_row(tx, definition, id, Privilege::Share)?;
    tx.elevated("share").get(&to.kind, to.principal)?;
    let present = row(tx, entity, id, to.principal)?;
    let before = present.as_ref().map(rights).unwrap_or_default();
    for right in to.rights.iter().filter(|it| !before.contains(it)) {
        if !RIGHTS.iter().any(|(it, ..)| it == right) {
            return Err(Error::invalid("AccessMask", "creating is not done to a row; it cannot be shared"));
        }
        check_row(tx, definition, id, *right)?;
    }
    let wanted = |it: &Privilege| to.rights.contains(it) || (meeting == Meeting::Add && before.contains(it));
    let mut values = Values::new();
    let mut mask = 0;
    for (privilege, bit, column) in RIGHTS {
        values.set(column, wanted(&privilege));
        mask |= if wanted(&privilege) { bit } else { 0 };
    }
    values.set("accessrightsmask", mask);
    let (object, principal) = (Value::Lookup(entity.to_owned(), id), Value::Lookup(to.kind.clone(), to.principal));
    tx.as_system("share", |tx| match &present {
        Some(row) => tx.update(ENTITY, row.id, values.clone()).map(|_| ()),
        None => tx.create(ENTITY, values.clone().with("objectid", object).with("principalid", principal)).map(|_| ()),
    })
}

/// Closes a row to a user or a team again; their own rights stay.
///
/// # Errors
/// `Forbidden` for whoever may not share the row.
pub fn close(tx: &mut Tx<'_>, entity: &str, id: Uuid, principal: Uuid) -> Result<()> {
    tx.get(entity, id)?;
    check_row(tx, tx.model().entity(entity)?, id, Privilege::Share)?;
    match row(tx, entity, id, principal)? {
        Some(row) => tx.as_system("share", |tx| tx.delete(ENTITY, row.id)),
        None => Ok(()),
    }
}

/// With whom a row is shared.
///
/// # Errors
/// As [`Rx::get`].
pub fn of_row(rx: &Rx<'_>, entity: &str, id: Uuid) -> Result<Vec<Shared>> {
    rx.get(entity, id)?;
    let query = Query::on(ENTITY).eq("objectid", id).order("createdon asc")?;
    let rows = rx.elevated("shares").rows(&query)?;
    let shared = |row: &Record| match row.get("principalid") {
        Value::Lookup(kind, principal) => {
            Some(Shared { kind: kind.clone(), principal: *principal, rights: rights(row) })
        }
        _ => None,
    };
    Ok(rows.iter().filter_map(shared).collect())
}

fn row(tx: &Tx<'_>, entity: &str, id: Uuid, principal: Uuid) -> Result<Option<Record>> {
    let found = tx.elevated("share").rows(&Query::on(ENTITY).eq("objectid", id).eq("principalid", principal))?;
    Ok(found.into_iter().find(|it| matches!(it.get("objectid"), Value::Lookup(of, _) if of == entity)))
}

fn rights(row: &Record) -> Vec<Privilege> {
    RIGHTS.into_iter().filter(|(_, _, column)| row.get(column).is_true()).map(|(it, ..)| it).collect()
}

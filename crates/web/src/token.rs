//! Bearer tokens: rows of `assent_token`, of which only a hash is stored.
//!
//! *Not* a cache: a token is looked up for each request, so revoking it acts at once. Invariant: the
//! text of a token exists only in the answer of [`create`].

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::Timestamp;
use kernel::{Actor, Error, Kind, Query, Record, Result, Rx, Tx, Value, Values, access::ROLES, uuid::Uuid};

use crate::signin;

const ENTITY: &str = "assent_token";

/// What a program may do with a token, within what its role may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(i64)]
pub enum Scope {
    /// Read and write.
    Write = 1,
    /// Read only.
    Read = 2,
}

/// Who a token acts as, and how far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// As whom.
    pub actor: Actor,
    /// How far.
    pub scope: Scope,
}

/// Makes a token that acts with a role, and the user it acts as when there is none of that name.
///
/// # Errors
/// `Invalid` for a role that does not exist, `Forbidden` for whoever may not make tokens.
pub fn create(tx: &mut Tx<'_>, name: &str, role: &str, expires: Option<Timestamp>) -> Result<String> {
    create_scoped(tx, name, role, expires, Scope::Write)
}

/// As [`create`], with a scope.
///
/// # Errors
/// As [`create`].
pub fn create_scoped(
    tx: &mut Tx<'_>,
    name: &str,
    role: &str,
    expires: Option<Timestamp>,
    scope: Scope,
) -> Result<String> {
    if !kernel::access::role::exists(tx, role)? {
        return Err(Error::invalid("role", format!("'{role}' is no role; known are {}", ROLES.join(", "))));
    }
    kernel::access::require(tx, signin::MANAGE, "making an access token")?;
    kernel::access::gift::roles(tx, &[role.to_owned()])?;
    let user = user(tx, name, role)?;
    insert(tx, user, name, scope, Values::new().with("assent_role", role).with("assent_expireson", expires))
}

/// Makes a token of a user's own: it acts with whatever role the user has.
///
/// # Errors
/// Those of the store.
pub(crate) fn create_own(tx: &mut Tx<'_>, user: Uuid, name: &str, scope: Scope, expires: Timestamp) -> Result<String> {
    insert(tx, user, name, scope, Values::new().with("assent_expireson", expires))
}

fn insert(tx: &mut Tx<'_>, user: Uuid, name: &str, scope: Scope, values: Values) -> Result<String> {
    let text = format!("ast_{}", URL_SAFE_NO_PAD.encode(tx.cx().random_bytes::<32>()));
    let values = values
        .with("assent_name", name)
        .with("assent_hash", hash(&text))
        .with("assent_scope", scope as i64)
        .with("assent_systemuserid", ("systemuser", user));
    // The hash is a secret column, which nobody but the product writes.
    tx.as_system("access token", |tx| tx.create(ENTITY, values))?;
    Ok(text)
}

/// A user's own tokens, without those that were revoked.
///
/// # Errors
/// Those of the store.
pub(crate) fn own(rx: &Rx<'_>, user: Uuid) -> Result<Vec<Record>> {
    let query = Query::on(ENTITY).eq("assent_systemuserid", user).eq("assent_role", Value::Null);
    let query = query.eq("assent_revokedon", Value::Null).order("createdon desc")?;
    rx.elevated("tokens of the user").rows(&query)
}

/// Ends a user's own token; `false` when the user has none with this identifier.
///
/// # Errors
/// Those of the store.
pub(crate) fn revoke_own(tx: &mut Tx<'_>, user: Uuid, id: Uuid) -> Result<bool> {
    if !own(tx, user)?.iter().any(|it| it.id == id) {
        return Ok(false);
    }
    let values = Values::new().with("assent_revokedon", tx.now()).with("statuscode", 2);
    tx.as_system("access token", |tx| tx.update(ENTITY, id, values))
}

/// The user of that name, made when there is none.
///
/// # Errors
/// Those of the store.
pub fn user(tx: &mut Tx<'_>, name: &str, role: &str) -> Result<Uuid> {
    let query = Query::on("systemuser").eq("fullname", name).eq("assent_role", role).eq("isdisabled", false);
    if let Some(id) = tx.elevated("access token").ids(&query.top(1))?.first() {
        return Ok(*id);
    }
    let values = Values::new().with("lastname", name).with("assent_role", role).with("accessmode", 4);
    tx.as_system("access token", |tx| tx.create("systemuser", values.clone()))
}

/// Who a token acts as.
///
/// # Errors
/// `unauthenticated` for a token that is unknown, expired, revoked, or of a closed account. The text
/// does not say which.
pub fn authenticate(rx: &Rx<'_>, token: &str) -> Result<Caller> {
    let rx = rx.elevated("sign-in");
    caller(&rx, &row(&rx, token)?)
}

/// The row of a token, in force or not.
pub(crate) fn row(rx: &Rx<'_>, token: &str) -> Result<Record> {
    rx.first(&Query::on(ENTITY).eq("assent_hash", hash(token)))?.ok_or_else(refused)
}

/// Who the token of a row acts as, if it is in force.
pub(crate) fn caller(rx: &Rx<'_>, row: &Record) -> Result<Caller> {
    let expired = row.get("assent_expireson").as_time().is_some_and(|it| it <= rx.now());
    let id = row.get("assent_systemuserid").as_guid().ok_or_else(refused)?;
    if expired || !row.get("assent_revokedon").is_null() {
        return Err(refused());
    }
    let scope = if row.get("assent_scope").as_int() == Some(Scope::Read as i64) { Scope::Read } else { Scope::Write };
    let role = row.text("assent_role");
    if role.is_empty() {
        let actor = signin::actor(rx, id)?.ok_or_else(refused)?;
        return Ok(Caller { actor, scope });
    }
    let user = rx.find("systemuser", id)?.ok_or_else(refused)?;
    if user.get("isdisabled").is_true() || !kernel::access::role::exists(rx, role)? {
        return Err(refused());
    }
    Ok(Caller { actor: Actor::user(id, role), scope })
}

/// The error for a request without a token that is in force.
pub fn refused() -> Error {
    Error::new(
        Kind::Forbidden,
        "unauthenticated",
        "",
        "A valid access token is needed: send the header 'Authorization: Bearer <token>'.",
    )
}

/// What is stored of a token.
pub(crate) fn hash(text: &str) -> String {
    kernel::blob::sha256(text.as_bytes())
}

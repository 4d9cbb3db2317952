//! What users sign in with: rows of `assent_credential`.
//!
//! *Not* how each is checked. Invariant: a credential is found by the hash of what identifies it, and
//! its secret is read by the product alone.

use kernel::{Error, Query, Record, Result, Rx, Tx, Values, uuid::Uuid};

use super::{
    event::{self, Event, Method},
    lockout, session, user,
};
use crate::token;

pub(super) const ENTITY: &str = "assent_credential";

/// The credential with this identifier.
///
/// # Errors
/// Those of the store.
pub(super) fn find(rx: &Rx<'_>, identifier: &str) -> Result<Option<Record>> {
    rx.elevated("sign-in").first(&Query::on(ENTITY).eq("assent_identifier", token::hash(identifier)))
}

/// The identifier of a user's password; there is one.
pub(super) fn password_of(user: Uuid) -> String {
    format!("password {user}")
}

/// Gives a user a password, by its hash. Sessions of the user end but one, since whoever had the old
/// password may have begun them.
///
/// # Errors
/// `NotFound` for an account that is closed or has no role.
pub fn set_password(tx: &mut Tx<'_>, user: Uuid, hash: &str, but: Option<Uuid>) -> Result<()> {
    let account = user::open(tx, user)?.ok_or_else(|| Error::not_found(user::ENTITY, user))?;
    let there = find(tx, &password_of(user))?;
    let event = if there.is_some() { Event::CredentialChanged } else { Event::CredentialAdded };
    match there {
        Some(row) => tx.as_system("password", |tx| {
            tx.update(ENTITY, row.id, Values::new().with("assent_secret", hash)).map(drop)
        })?,
        None => add(tx, user, Method::Password, &password_of(user), "", hash).map(drop)?,
    }
    event::note(tx, event, Some(Method::Password), Some(user))?;
    lockout::clear(tx, &account.address)?;
    session::end_all(tx, user, but, Event::EndedByChange).map(drop)
}

/// The credentials of a user that are of a kind, the oldest first.
///
/// # Errors
/// Those of the store.
pub(super) fn of_user(rx: &Rx<'_>, user: Uuid, method: Method) -> Result<Vec<Record>> {
    let query = Query::on(ENTITY).eq("assent_systemuserid", user).eq("assent_kind", method as i64);
    rx.elevated("credentials of the user").rows(&query.order("createdon asc,assent_credentialid asc")?)
}

/// One credential of a user that is of a kind; `None` when the user has none with this identifier.
///
/// # Errors
/// Those of the store.
pub(super) fn one_of(rx: &Rx<'_>, user: Uuid, method: Method, id: Uuid) -> Result<Option<Record>> {
    Ok(of_user(rx, user, method)?.into_iter().find(|it| it.id == id))
}

/// Gives a credential of a user another name; `false` when the user has none with this identifier.
///
/// # Errors
/// Those of the store.
pub(super) fn rename(tx: &mut Tx<'_>, user: Uuid, method: Method, id: Uuid, name: &str) -> Result<bool> {
    let Some(row) = one_of(tx, user, method, id)? else { return Ok(false) };
    let values = Values::new().with("assent_name", name);
    if tx.as_system("credential", |tx| tx.update(ENTITY, row.id, values))? {
        event::note(tx, Event::CredentialChanged, Some(method), Some(user))?;
    }
    Ok(true)
}

/// Takes credentials away. Sessions of the user end but one, since whoever holds what was taken away may have begun
/// them. Says how many ended.
///
/// # Errors
/// Those of the store.
pub(super) fn remove(
    tx: &mut Tx<'_>,
    user: Uuid,
    method: Method,
    ids: &[Uuid],
    but: Option<Uuid>,
    ended: Event,
) -> Result<usize> {
    for id in ids {
        tx.as_system("credential", |tx| tx.delete(ENTITY, *id))?;
        event::note(tx, Event::CredentialRemoved, Some(method), Some(user))?;
    }
    if ids.is_empty() { Ok(0) } else { session::end_all(tx, user, but, ended) }
}

/// Adds a credential.
///
/// # Errors
/// `Conflict` for an identifier that is there.
pub(super) fn add(
    tx: &mut Tx<'_>,
    user: Uuid,
    method: Method,
    identifier: &str,
    name: &str,
    secret: &str,
) -> Result<Uuid> {
    let values = Values::new()
        .with("assent_kind", method as i64)
        .with("assent_identifier", token::hash(identifier))
        .with("assent_name", name)
        .with("assent_secret", secret)
        .with("assent_systemuserid", ("systemuser", user));
    tx.as_system("credential", |tx| tx.create(ENTITY, values))
}

/// Notes that a credential was used; `secret` takes the place of what was stored.
///
/// # Errors
/// Those of the store.
pub(super) fn used(tx: &mut Tx<'_>, id: Uuid, secret: Option<&str>) -> Result<()> {
    let mut values = Values::new().with("assent_usedon", tx.now());
    if let Some(secret) = secret {
        values.set("assent_secret", secret);
    }
    tx.as_system("sign-in", |tx| tx.update(ENTITY, id, values)).map(drop)
}

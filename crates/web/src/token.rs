//! Bearer tokens: rows of `assent_token`, of which only a hash is stored.
//!
//! *Not* a cache: a token is looked up for each request, so revoking it acts at once. Invariant: the
//! text of a token exists only in the answer of [`create`].

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::Timestamp;
use kernel::{Actor, Error, Kind, Query, Record, Result, Rx, Tx, Values, access::ROLES, uuid::Uuid};

/// Makes a token that acts with a role, and the user it acts as when there is none of that name.
///
/// # Errors
/// `Invalid` for a role that does not exist, `Forbidden` for whoever may not make tokens.
pub fn create(tx: &mut Tx<'_>, name: &str, role: &str, expires: Option<Timestamp>) -> Result<String> {
    if !ROLES.contains(&role) {
        return Err(Error::invalid("role", format!("'{role}' is no role; known are {}", ROLES.join(", "))));
    }
    kernel::access::require_role(tx, &[], "making an access token")?;
    let text = format!("ast_{}", URL_SAFE_NO_PAD.encode(tx.cx().random_bytes::<32>()));
    let user = user(tx, name, role)?;
    let values = Values::new()
        .with("assent_name", name)
        .with("assent_hash", hash(&text))
        .with("assent_role", role)
        .with("assent_systemuserid", ("systemuser", user))
        .with("assent_expireson", expires);
    // The hash is a secret column, which nobody but the product writes.
    tx.as_system("access token", |tx| tx.create("assent_token", values.clone()))?;
    Ok(text)
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
pub fn authenticate(rx: &Rx<'_>, token: &str) -> Result<Actor> {
    let rx = rx.elevated("sign-in");
    actor(&rx, &row(&rx, token)?)
}

/// The row of a token, in force or not.
pub(crate) fn row(rx: &Rx<'_>, token: &str) -> Result<Record> {
    rx.first(&Query::on("assent_token").eq("assent_hash", hash(token)))?.ok_or_else(refused)
}

/// Who the token of a row acts as, if it is in force.
pub(crate) fn actor(rx: &Rx<'_>, row: &Record) -> Result<Actor> {
    let expired = row.get("assent_expireson").as_time().is_some_and(|it| it <= rx.now());
    let role = row.text("assent_role");
    if expired || !row.get("assent_revokedon").is_null() || !ROLES.contains(&role) {
        return Err(refused());
    }
    let id = row.get("assent_systemuserid").as_guid().ok_or_else(refused)?;
    let user = rx.find("systemuser", id)?.ok_or_else(refused)?;
    if user.get("isdisabled").is_true() { Err(refused()) } else { Ok(Actor::user(id, role)) }
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
    let digest = ring::digest::digest(&ring::digest::SHA256, text.as_bytes());
    digest.as_ref().iter().map(|it| format!("{it:02x}")).collect()
}

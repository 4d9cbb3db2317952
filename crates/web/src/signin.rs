//! Signing in: who somebody at a browser is.
//!
//! Passwords, passkeys, links that work once, and the sessions that follow; `/account` is the user's own page.
//! *Not* the access tokens of programs (`token.rs`) and not privileges (`kernel::access`). Invariant: of a
//! secret only a hash is stored; GET changes nothing; and every sign-in, refusal and sign-out leaves a
//! row of `assent_useraccess`.

mod account;
mod cookie;
pub mod credential;
mod enter;
mod event;
pub mod link;
mod lockout;
pub mod oidc;
mod own_token;
mod passkey;
pub mod password;
mod reset;
mod session;
pub mod user;

use std::sync::Arc;

use axum::{
    Router,
    routing::{get, post},
};
use jiff::SignedDuration;
use kernel::{Actor, Error, Query, Result, Rx, Tx, uuid::Uuid};
use tokio::sync::Semaphore;

pub(crate) use self::account::stamp;
use self::event::Event;
pub use self::{
    event::Method,
    session::{Session, current},
    user::RULES,
};
use crate::App;

/// So many passwords are looked at at once; each takes memory and a processor.
const AT_ONCE: usize = 4;

/// What an administrator decides about signing in.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// A session ends when it was not used for so long.
    pub idle: SignedDuration,
    /// A session ends after so long, used or not.
    pub life: SignedDuration,
    /// What a password costs to look at.
    pub cost: password::Cost,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            idle: SignedDuration::from_hours(8),
            life: SignedDuration::from_hours(24),
            cost: password::Cost::default(),
        }
    }
}

/// Signing in, as a part of the application.
#[derive(Debug)]
pub struct SignIn {
    /// What was decided.
    pub settings: Settings,
    /// An identity provider, where one is configured.
    pub provider: Option<oidc::Provider>,
    hashing: Semaphore,
}

impl SignIn {
    /// Signing in with these settings.
    pub fn new(settings: Settings, provider: Option<oidc::Provider>) -> Arc<Self> {
        Arc::new(SignIn { settings, provider, hashing: Semaphore::new(AT_ONCE) })
    }
}

/// The routes of signing in and out.
pub fn router() -> Router<App> {
    Router::new()
        .route("/signin", get(enter::show).post(enter::press))
        .route("/signin/provider", get(oidc::go))
        .route("/signin/provider/return", get(oidc::back))
        .route("/signin/passkey", post(passkey::enter::press))
        .route("/signin/passkey/options", post(passkey::enter::options))
        .route("/signin/forgot", get(reset::show).post(reset::press))
        .route("/signin/{link}", get(link::show).post(link::press))
        .route("/signout", post(account::end))
        .route("/account", get(account::show))
        .route("/account/password", post(account::password))
        .route("/account/passkeys", post(passkey::own::create))
        .route("/account/passkeys/options", post(passkey::own::options))
        .route("/account/passkeys/rename", post(passkey::own::rename))
        .route("/account/passkeys/remove", post(passkey::own::remove))
        .route("/assets/passkey.js", get(passkey::script))
        .route("/account/tokens", post(own_token::create))
        .route("/account/tokens/revoke", post(own_token::revoke))
        .route("/account/sessions/end", post(account::end))
        .route("/account/sessions/end-all", post(account::end_all))
}

/// As whom a user acts who is not closed.
///
/// # Errors
/// Those of the store.
pub(crate) fn actor(rx: &Rx<'_>, user: Uuid) -> Result<Option<Actor>> {
    Ok(user::open(rx, user)?.map(|it| it.actor))
}

/// To act on the sign-in of others: links, tokens, sessions.
pub(crate) const MANAGE: &str = "prvAssentManageSignIn";

/// Ends all sessions of a user, and says how many there were; for administrators.
///
/// # Errors
/// `Forbidden` without the privilege.
pub fn end_sessions(tx: &mut Tx<'_>, user: Uuid) -> Result<usize> {
    kernel::access::require(tx, MANAGE, "ending the sessions of others")?;
    session::end_all(tx, user, None, Event::EndedByAdministrator)
}

/// Takes a passkey from a user, or all of them, and ends the user's sessions; for administrators. Says how many
/// passkeys went and how many sessions ended.
///
/// # Errors
/// `Forbidden` without the privilege, `NotFound` for a passkey that the user does not have.
pub fn remove_passkeys(tx: &mut Tx<'_>, user: Uuid, one: Option<Uuid>) -> Result<(usize, usize)> {
    kernel::access::require(tx, MANAGE, "removing the passkeys of others")?;
    let mut ids: Vec<Uuid> = credential::of_user(tx, user, Method::Passkey)?.iter().map(|it| it.id).collect();
    if let Some(one) = one {
        ids.retain(|it| *it == one);
        ids.first().ok_or_else(|| Error::not_found("passkey", one))?;
    }
    let ended = credential::remove(tx, user, Method::Passkey, &ids, None, Event::EndedByAdministrator)?;
    Ok((ids.len(), ended))
}

/// Ends all sessions and links, since a backup that was restored brings back those that had ended.
///
/// # Errors
/// Those of the store.
pub fn after_restore(tx: &mut Tx<'_>) -> Result<()> {
    for entity in [session::ENTITY, link::ENTITY] {
        let ids = tx.elevated("restore").ids(&Query::on(entity))?;
        tx.as_system("restore", |tx| ids.iter().try_for_each(|id| tx.delete(entity, *id)))?;
    }
    Ok(())
}

/// What is stored of a new password, computed off the asynchronous threads.
async fn hashed(app: &App, text: String) -> Result<String> {
    let (cost, salt) = (app.signin.settings.cost, app.cx.random_bytes::<16>());
    apart(app, move || password::hash(&text, cost, salt)).await
}

/// Whether it is the password, and whether the stored hash is of today's cost.
async fn verified(app: &App, text: String, stored: Option<String>) -> Result<(bool, bool)> {
    let cost = app.signin.settings.cost;
    apart(app, move || password::verify(&text, stored.as_deref(), cost)).await
}

async fn apart<T: Send + 'static>(app: &App, work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    let stopped = || Error::bug("an operation stopped in the middle");
    let _turn = app.signin.hashing.acquire().await.map_err(|_| stopped())?;
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|_| Err(stopped()))
}

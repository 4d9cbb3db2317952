//! The edge: the Web API, sign-in and the pages for administrators.
//!
//! It translates between HTTP and the crates below, nothing else; *not* a place for rules.
//! Invariant: no transaction is open across an `await`; whatever touches the store runs in
//! [`App::read`] or [`App::write`].

pub mod admin;
pub mod api;
mod application;
mod download;
mod duplicates;
mod edge;
pub mod error;
mod forms;
pub mod limit;
mod page;
mod preview;
mod protection;
pub mod public;
pub mod refused;
pub mod signin;
pub mod solutions;
pub mod token;
pub mod views;

use std::sync::Arc;

use axum::{Router, routing::get};
use kernel::{Actor, Context, Db, Error, Kind, Result, Rx, Tx};

pub use self::{
    api::{JOBS, RULES},
    protection::{Limits, Protection},
};

/// The largest request body, in bytes.
pub const BODY_LIMIT: usize = 10 * 1024 * 1024;

/// What every handler works with. Cloning gives another handle to the same application.
#[derive(Clone)]
pub struct App {
    /// The store.
    pub db: Db,
    /// The clock and the randomness; each operation puts its own actor in.
    pub cx: Context,
    /// Where the application is reached, without a trailing slash; links in answers begin with it.
    pub base_url: String,
    /// Whether this server encrypts its connections itself.
    pub encrypted: bool,
    /// Whether mail leaves the machine; else it stays in the outbox.
    pub mail_leaves: bool,
    /// When this server began.
    pub since: jiff::Timestamp,
    /// How far this handle to the application reaches.
    scope: token::Scope,
    /// Signing in.
    pub signin: Arc<signin::SignIn>,
    pub(crate) limits: Arc<limit::Limits>,
    pub(crate) uploads: Arc<api::Uploads>,
    pub(crate) background: Arc<api::Background>,
    pub(crate) imports: Arc<api::Imports>,
    pub(crate) seen: Arc<api::Seen>,
    /// How much one user may ask of the Web API.
    pub protection: Arc<Protection>,
    pub(crate) openapi: Arc<api::OpenApi>,
    /// What was refused since the start.
    pub refused: Arc<refused::Refused>,
}

impl App {
    /// An application on a store.
    pub fn new(db: Db, cx: Context, base_url: &str) -> Self {
        let base_url = base_url.trim_end_matches('/').to_owned();
        let signin = signin::SignIn::new(signin::Settings::default(), None);
        let (limits, uploads, openapi) = (Arc::default(), Arc::default(), Arc::default());
        let (background, protection) = (Arc::default(), Arc::default());
        let since = cx.now();
        App {
            db,
            cx,
            base_url,
            encrypted: false,
            mail_leaves: false,
            since,
            scope: token::Scope::Write,
            signin,
            limits,
            uploads,
            background,
            imports: Arc::default(),
            seen: Arc::default(),
            protection,
            openapi,
            refused: Arc::default(),
        }
    }

    /// A handle that reaches as far as a token does.
    pub(crate) fn within(&self, scope: token::Scope) -> App {
        App { scope, ..self.clone() }
    }

    /// Refuses a handle that only reads.
    ///
    /// # Errors
    /// `Forbidden`.
    pub(crate) fn may_write(&self) -> Result<()> {
        match self.scope {
            token::Scope::Write => Ok(()),
            token::Scope::Read => Err(Error::forbidden("scope", "this access token is for reading only")),
        }
    }

    /// Whether people reach it by https, here or at a proxy.
    pub(crate) fn is_https(&self) -> bool {
        self.base_url.starts_with("https://")
    }

    /// Reads on a snapshot, off the asynchronous threads.
    ///
    /// # Errors
    /// Those of `f`.
    pub async fn read<T, F>(&self, actor: Actor, f: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&Rx<'_>) -> Result<T> + Send + 'static,
    {
        let (db, cx) = (self.db.clone(), self.cx.for_actor(actor));
        let done = tokio::task::spawn_blocking(move || db.read(&cx, f)).await;
        done.unwrap_or_else(|_| Err(Error::bug("an operation stopped in the middle")))
    }

    /// Writes in a transaction of its own; returns when the effects are durable.
    ///
    /// # Errors
    /// Those of `f`; nothing of a failed `f` remains.
    pub async fn write<T, F>(&self, actor: Actor, f: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&mut Tx<'_>) -> Result<T> + Send + 'static,
    {
        self.may_write()?;
        let (answer, result) = tokio::sync::oneshot::channel();
        self.db.write_then(&self.cx.for_actor(actor), f, move |it| {
            // A caller that went away needs no answer.
            let _gone = answer.send(it);
        });
        result.await.unwrap_or_else(|_| Err(Error::unavailable("the store is closing")))
    }
}

/// All routes with the circumstances that hold for each of them.
pub fn router(app: App) -> Router {
    let routes = Router::new()
        .route("/healthz", get(|| async { "ok" }))
        .merge(api::router())
        .merge(signin::router())
        .merge(admin::router())
        .merge(application::router())
        .merge(preview::router())
        .merge(public::router())
        .fallback(|| async {
            error::problem(&Error::new(Kind::NotFound, "unknown-page", "", "there is nothing at this address"))
        });
    edge::around(routes, &app).with_state(app)
}

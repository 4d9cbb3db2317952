//! Signing in with a one-time link, and the sessions that follow.
//!
//! *Not* the tokens of programs (`token.rs`) and not yet an identity provider. Invariant: links and
//! sessions are kept in memory as hashes only, and a link opens nothing by being looked at: its page
//! has a button.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use axum::{
    Router,
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::{SignedDuration, Timestamp};
use kernel::{Actor, access::ADMINISTRATOR};
use maud::html;

use crate::{
    App,
    page::{failure, page},
    token,
};

const COOKIE: &str = "assent_session";
const LINK_LIFE: SignedDuration = SignedDuration::from_mins(15);
const IDLE: SignedDuration = SignedDuration::from_hours(8);
/// The user that a sign-in link signs in.
const USER: &str = "Administrator";

/// Links that wait and sessions that are open, by the hash of their secret.
#[derive(Default)]
pub struct Sessions(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    links: HashMap<String, Timestamp>,
    open: HashMap<String, (Actor, Timestamp)>,
}

impl Sessions {
    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The routes of signing in and out.
pub fn router() -> Router<App> {
    Router::new().route("/signin/{link}", get(ask).post(sign_in)).route("/signout", post(sign_out))
}

/// A link that signs its first user in as administrator; it lives 15 minutes.
pub fn link(app: &App) -> String {
    let secret = secret(app);
    let now = app.cx.now();
    let mut state = app.sessions.lock();
    state.links.retain(|_, until| *until > now);
    state.links.insert(token::hash(&secret), now + LINK_LIFE);
    format!("{}/signin/{secret}", app.base_url)
}

/// Who is signed in, by the session cookie.
pub fn actor(app: &App, headers: &HeaderMap) -> Option<Actor> {
    let secret = cookie(headers)?;
    let now = app.cx.now();
    let mut state = app.sessions.lock();
    state.open.retain(|_, (_, seen)| *seen + IDLE > now);
    let (actor, seen) = state.open.get_mut(&token::hash(secret))?;
    *seen = now;
    Some(actor.clone())
}

fn secret(app: &App) -> String {
    URL_SAFE_NO_PAD.encode(app.cx.random_bytes::<32>())
}

fn cookie(headers: &HeaderMap) -> Option<&str> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|it| it.to_str().ok());
    lines.flat_map(|it| it.split(';')).find_map(|it| it.trim().strip_prefix(COOKIE)?.strip_prefix('='))
}

async fn ask(State(app): State<App>, Path(link): Path<String>) -> Response {
    let now = app.cx.now();
    if app.sessions.lock().links.get(&token::hash(&link)).is_none_or(|until| *until <= now) {
        return used();
    }
    page(
        "Sign in",
        false,
        &html! {
            p { "You are about to sign in as administrator." }
            form method="post" { button type="submit" { "Sign in" } }
        },
    )
}

async fn sign_in(State(app): State<App>, Path(link): Path<String>) -> Response {
    let until = app.sessions.lock().links.remove(&token::hash(&link));
    if until.is_none_or(|until| until <= app.cx.now()) {
        return used();
    }
    let user = match app.write(Actor::System, |tx| token::user(tx, USER, ADMINISTRATOR)).await {
        Ok(it) => it,
        Err(error) => return crate::error::problem(&error),
    };
    let secret = secret(&app);
    let session = (Actor::user(user, ADMINISTRATOR), app.cx.now());
    app.sessions.lock().open.insert(token::hash(&secret), session);
    with_cookie(&app, &format!("{COOKIE}={secret}"), Redirect::to("/").into_response())
}

async fn sign_out(State(app): State<App>, headers: HeaderMap) -> Response {
    if let Some(secret) = cookie(&headers) {
        app.sessions.lock().open.remove(&token::hash(secret));
    }
    with_cookie(&app, &format!("{COOKIE}=; Max-Age=0"), Redirect::to("/").into_response())
}

fn with_cookie(app: &App, value: &str, mut response: Response) -> Response {
    let secure = if app.base_url.starts_with("https://") { "; Secure" } else { "" };
    if let Ok(value) = HeaderValue::from_str(&format!("{value}; Path=/; HttpOnly; SameSite=Strict{secure}")) {
        response.headers_mut().insert(header::SET_COOKIE, value);
    }
    response
}

fn used() -> Response {
    failure(
        StatusCode::GONE,
        "This link is used up",
        "A sign-in link works once, for 15 minutes. Make a new one on the server.",
    )
}

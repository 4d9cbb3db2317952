//! Pages for signed-in administrators.
//!
//! *Not* the Web API; they read through the same kernel with the same rights. Invariant: without a
//! session every page but the home page answers with the way to sign in.

mod compliance;
mod evidence;
mod home;
mod outbox;

use axum::{
    Router,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};

use crate::{
    App,
    error::problem,
    page::failure,
    signin::{self, Session},
};

/// The routes of the administrators' pages.
pub fn router() -> Router<App> {
    let aliases = compliance::ALIASES.iter();
    aliases
        .fold(Router::new(), |router, place| router.route(place, get(compliance::alias)))
        .route(compliance::PLACE, get(compliance::show).post(compliance::save))
        .route("/", get(home::show))
        .route("/outbox", get(outbox::list))
        .route("/outbox/{id}", get(outbox::one))
        .route("/consent/records", get(evidence::records))
        .route("/assets/assent.css", get(stylesheet))
}

async fn stylesheet() -> Response {
    let mut response = include_str!("admin/assent.css").into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/css; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=3600"));
    response
}

/// Who is signed in, else the answer to whoever is not.
async fn session(app: &App, headers: &HeaderMap) -> Result<Session, Response> {
    match signin::current(app, headers).await {
        Ok(Some(session)) => Ok(session),
        Ok(None) => Err(failure(
            StatusCode::UNAUTHORIZED,
            "Sign in first",
            "This page is for people who work here. The way to sign in is at the top.",
        )),
        Err(error) => Err(problem(&error)),
    }
}

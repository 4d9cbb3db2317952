//! The front page, and the pages for signed-in people that are no places of the application.
//!
//! *Not* the Web API; they read through the same kernel with the same rights. Invariant: without a
//! session every page but the front page answers with the way to sign in.

mod compliance;
mod evidence;
mod front;
mod suppression;

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
        .route("/suppression", get(suppression::show).post(suppression::ask))
        .route("/", get(front::show))
        .route("/consent", get(evidence::show))
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

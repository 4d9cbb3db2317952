//! The front page, and addresses of before the application, which lead into it.
//!
//! *Not* the Web API. Invariant: nothing about a person is shown without a session or a token.

mod compliance;
mod evidence;
mod front;

use axum::{
    Router,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
    routing::get,
};

use crate::App;

/// The routes of the administrators' pages.
pub fn router() -> Router<App> {
    let aliases = compliance::ALIASES.iter();
    aliases
        .fold(Router::new(), |router, place| router.route(place, get(compliance::alias)))
        .route("/", get(front::show))
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

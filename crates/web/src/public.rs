//! The pages that anybody may open: landing pages, the subscription center, confirmations,
//! unsubscribing, and the addresses in mails.
//!
//! They translate, nothing else. Invariant (law 11): opening a link changes nothing of what a person
//! allows; that takes the button, or the one-click POST of RFC 8058.

mod confirm;
mod form;
mod frame;
mod tracking;
mod unsubscribe;

use axum::{
    Router,
    http::StatusCode,
    response::Response,
    routing::{get, post},
};
use kernel::{Error, Kind};
use maud::html;

use crate::App;

pub(crate) fn router() -> Router<App> {
    Router::new()
        .route("/p/{page}", get(form::landing))
        .route("/f/{form}", post(form::submit))
        .route("/s/{token}", get(form::center).post(form::save))
        .route("/confirm/{token}", get(confirm::show).post(confirm::press))
        .route("/u/{token}", get(unsubscribe::show).post(unsubscribe::press))
        .route("/o/{token}", get(tracking::opened))
        .route("/l/{token}", get(tracking::clicked))
}

/// What a visitor reads when something did not work: never a code, never somebody's data.
pub(crate) fn trouble(error: &Error) -> Response {
    let (status, title) = match error.kind {
        Kind::NotFound => (StatusCode::NOT_FOUND, "Not found"),
        Kind::Gone => (StatusCode::GONE, "No longer available"),
        Kind::Invalid => (StatusCode::BAD_REQUEST, "That did not work"),
        _ => {
            tracing::error!(code = error.code, text = error.text, "a public page failed");
            let text =
                html! { p role="alert" { "Something went wrong on our side. Nothing was changed. Please try again." } };
            return frame::page(StatusCode::INTERNAL_SERVER_ERROR, "en", "That did not work", &text);
        }
    };
    frame::page(status, "en", title, &html! { p role="alert" { (error.text) } })
}

//! The pages that anybody may open: landing pages, the subscription center, confirmations,
//! unsubscribing, and the addresses and pictures in mails.
//!
//! They translate, nothing else. Invariant (law 11): opening a link changes nothing of what a person
//! allows; that takes the button, or the one-click POST of RFC 8058.

mod brand;
mod center;
mod confirm;
pub(crate) mod example;
mod fields;
mod form;
mod forward;
pub(crate) mod frame;
mod gpc;
mod guard;
mod media;
mod receipt;
pub(crate) mod say;
mod tracking;
mod unsubscribe;
pub(crate) mod visit;

use axum::{
    Router,
    http::StatusCode,
    response::Response,
    routing::{get, post},
};
use kernel::{Error, Kind};
use maud::html;

use self::say::Tongue;
use crate::{App, refused::Code};

pub(crate) fn router() -> Router<App> {
    Router::new()
        .route("/p/{page}", get(form::landing))
        .route("/f/{form}", post(form::submit))
        .route("/e/{form}", get(form::embedded))
        .route("/embed/{file}", get(form::script))
        .route("/assets/embedded.js", get(form::height))
        .route("/assets/brand.css", get(brand::style))
        .route("/assets/logo", get(brand::logo))
        .route("/media/{file}", get(media::show))
        .route("/s/{token}", get(center::show).post(center::save))
        .route("/s/{token}/receipts", get(receipt::download))
        .route("/confirm/{token}", get(confirm::show).post(confirm::press))
        .route("/u/{token}", get(unsubscribe::show).post(unsubscribe::press))
        .route("/w/{token}", get(forward::show).post(forward::send))
        .route("/n/{token}", get(forward::refusing).post(forward::refuse))
        .route("/o/{token}", get(tracking::opened))
        .route("/l/{token}", get(tracking::clicked))
        .route("/.well-known/gpc.json", get(gpc::support))
}

/// What a visitor reads when something did not work: never a code, never somebody's data.
pub(crate) fn trouble(error: &Error, tongue: Tongue) -> Response {
    let (status, title) = match error.kind {
        Kind::NotFound => (StatusCode::NOT_FOUND, "trouble-missing"),
        Kind::Gone => (StatusCode::GONE, "trouble-gone"),
        Kind::Invalid => (StatusCode::BAD_REQUEST, "trouble-invalid"),
        Kind::Forbidden => (StatusCode::FORBIDDEN, "trouble-invalid"),
        Kind::TooMany => (StatusCode::TOO_MANY_REQUESTS, "trouble-many"),
        _ => {
            tracing::error!(code = error.code, text = error.text, "a public page failed");
            (StatusCode::INTERNAL_SERVER_ERROR, "trouble-invalid")
        }
    };
    let text = match (error.kind, error.code) {
        (_, "unknown-link") => "trouble-link",
        (_, "signin-link") => "trouble-signin-link",
        (_, "signed-out") => "trouble-signed-out",
        (_, "session-old") => "trouble-session-old",
        (_, "passkey") => "trouble-passkey",
        (_, "personal-page") => "trouble-personal",
        (_, "form-changed") => "trouble-form-changed",
        (_, "no-data") => "trouble-no-data",
        (Kind::NotFound, _) => "trouble-page",
        (Kind::Gone, _) if error.target == "form" => "trouble-not-open",
        (Kind::Gone, _) => "trouble-over",
        (Kind::TooMany, _) => "form-too-many",
        (Kind::Invalid, _) => "trouble-input",
        _ => "trouble-ours",
    };
    let mut response =
        frame::page(status, tongue, &tongue.say(title), &html! { p role="alert" { (tongue.say(text)) } });
    response.extensions_mut().insert(Code(error.code));
    response
}

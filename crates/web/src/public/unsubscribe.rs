//! One-click unsubscribing (RFC 8058) and its page for people.
//!
//! *Not* the subscription center, to which the page links. Invariant: the POST needs no cookie, no
//! session and no redirect, and may be repeated.

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use engagement::{form, link::Link};
use kernel::Actor;
use maud::html;

use super::{frame, trouble};
use crate::App;

/// `GET /u/{token}`
pub(super) async fn show(State(app): State<App>, Path(token): Path<String>) -> Response {
    let key = token.clone();
    match app.read(Actor::Public, move |rx| Link::read(rx, &key)).await {
        Ok(Link::Unsubscribe { .. }) => {
            let body = html! {
                p { "Press the button and we send no bulk mail to your address any more." }
                form method="post" action={ "/u/" (token) } { p { button type="submit" { "Unsubscribe" } } }
                p { a href={ "/s/" (token) } { "Choose in detail what we may do" } }
            };
            frame::page(StatusCode::OK, "en", "Unsubscribe", &body)
        }
        Ok(_) => frame::page(StatusCode::NOT_FOUND, "en", "Not found", &html! { p { "This link is not valid." } }),
        Err(error) => trouble(&error),
    }
}

/// `POST /u/{token}`
pub(super) async fn press(State(app): State<App>, Path(token): Path<String>) -> Response {
    match app.write(Actor::Public, move |tx| form::one_click(tx, &token)).await {
        Ok(()) => {
            let body = html! { p { "You are unsubscribed. No bulk mail goes to your address any more." } };
            frame::page(StatusCode::OK, "en", "Unsubscribed", &body)
        }
        Err(error) => trouble(&error),
    }
}

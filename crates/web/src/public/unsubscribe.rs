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

use super::{frame, gpc, say::Tongue, trouble, visit::Visitor};
use crate::App;

/// `GET /u/{token}`
pub(super) async fn show(State(app): State<App>, Path(token): Path<String>, visitor: Visitor) -> Response {
    let (key, tongue) = (token.clone(), Tongue::of(&visitor.headers));
    match app.read(Actor::Public, move |rx| Link::read(rx, &key)).await {
        Ok(Link::Unsubscribe { .. }) => {
            gpc::heed_link(&app, &visitor, &token).await;
            let body = html! {
                p { (tongue.say("unsubscribe-text")) }
                form method="post" action={ "/u/" (token) } { p { button type="submit" { (tongue.say("unsubscribe-button")) } } }
                p { a href={ "/s/" (token) } { (tongue.say("unsubscribe-detail")) } }
            };
            frame::page(StatusCode::OK, tongue, &tongue.say("unsubscribe-title"), &body)
        }
        Ok(_) => {
            let body = html! { p role="alert" { (tongue.say("trouble-link")) } };
            frame::page(StatusCode::NOT_FOUND, tongue, &tongue.say("trouble-missing"), &body)
        }
        Err(error) => trouble(&error, tongue),
    }
}

/// `POST /u/{token}`
pub(super) async fn press(State(app): State<App>, Path(token): Path<String>, visitor: Visitor) -> Response {
    let (key, tongue) = (token.clone(), Tongue::of(&visitor.headers));
    match visitor.at(&app).write(Actor::Public, move |tx| form::one_click(tx, &key)).await {
        Ok(()) => {
            gpc::heed_link(&app, &visitor, &token).await;
            let body = html! { p { (tongue.say("unsubscribed-text")) } };
            frame::page(StatusCode::OK, tongue, &tongue.say("unsubscribed-title"), &body)
        }
        Err(error) => trouble(&error, tongue),
    }
}

//! The page behind the link of a confirmation mail: a button, and what pressing it does.
//!
//! *Not* applied by opening it; mail scanners open links. Invariant: only POST confirms, and the page names
//! everything that the button does.

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use engagement::{
    confirmation::{self, Asked},
    privacy_control,
};
use kernel::Actor;
use maud::{Markup, html};

use super::{frame, gpc, say::Tongue, trouble, visit::Visitor};
use crate::App;

fn list(tongue: Tongue, things: &[Asked]) -> Markup {
    html! { ul { @for it in tongue.asked(things) { li { (it) } } } }
}

/// `GET /confirm/{token}`
pub(super) async fn show(State(app): State<App>, Path(token): Path<String>, visitor: Visitor) -> Response {
    let (key, headers) = (token.clone(), visitor.headers.clone());
    let found = app.read(Actor::Public, move |rx| {
        let request = confirmation::open(rx, &key)?;
        let tongue = Tongue::or(request.language.as_deref(), &headers);
        let things = confirmation::asked(rx, &request, tongue.0)?;
        let leads = confirmation::thanks(rx, &request)?;
        Ok((things, tongue, request, leads))
    });
    match found.await {
        Ok((things, tongue, request, leads)) => {
            gpc::heed(&app, &visitor, move |tx| privacy_control::object_by_wish(tx, &request)).await;
            let body = html! {
                p { (tongue.say("confirm-lead")) }
                (list(tongue, &things))
                form method="post" action={ "/confirm/" (token) } { p { button type="submit" { (tongue.say("confirm-button")) } } }
                p { (tongue.say("confirm-otherwise")) }
            };
            let response = frame::page(StatusCode::OK, tongue, &tongue.say("confirm-title"), &body);
            frame::allow(response, &[], leads.as_deref(), "")
        }
        Err(error) => trouble(&error, Tongue::of(&visitor.headers)),
    }
}

/// `POST /confirm/{token}`
pub(super) async fn press(State(app): State<App>, Path(token): Path<String>, visitor: Visitor) -> Response {
    // What it is about is read first: of a submission that is applied the fields may be gone.
    let (key, headers) = (token.clone(), visitor.headers.clone());
    let found = app.read(Actor::Public, move |rx| {
        let request = confirmation::open(rx, &key)?;
        let tongue = Tongue::or(request.language.as_deref(), &headers);
        Ok((confirmation::asked(rx, &request, tongue.0)?, tongue, confirmation::thanks(rx, &request)?))
    });
    let done = match found.await {
        Ok(found) => {
            let confirmed = visitor.at(&app).write(Actor::Public, move |tx| confirmation::confirm(tx, &token)).await;
            confirmed.map(|_| found)
        }
        Err(error) => Err(error),
    };
    match done {
        Ok((_, _, Some(leads))) => frame::lead_to(&leads),
        Ok((things, tongue, None)) => {
            let body = html! {
                p { (tongue.say("confirmed-lead")) }
                (list(tongue, &things))
                p { (tongue.say("confirmed-change")) }
            };
            frame::page(StatusCode::OK, tongue, &tongue.say("confirmed-title"), &body)
        }
        Err(error) => trouble(&error, Tongue::of(&visitor.headers)),
    }
}

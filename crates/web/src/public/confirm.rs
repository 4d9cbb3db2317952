//! The page behind the link of a confirmation mail: a button, and what pressing it does.
//!
//! *Not* applied by opening it; mail scanners open links. Invariant: only POST confirms.

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use kernel::{Actor, Result, Rx};
use maud::html;
use privacy::{
    consent::Level,
    optin::{self, OptInRequest},
};

use super::{frame, trouble};
use crate::App;

fn words(rx: &Rx<'_>, request: &OptInRequest) -> Result<String> {
    Ok(match request.list {
        Some(list) => format!(
            "you want to be on the list \"{}\"",
            rx.elevated("confirmation").get("list", list)?.text("listname")
        ),
        None => {
            let model = rx.model();
            let column = model.entity("contact")?.column("msgdpr_gdprconsent")?;
            let option = request.value.and_then(|it| column.option(it));
            let label = option.map(|it| kernel::metadata::file::english(&it.label).to_owned());
            let label = label.unwrap_or(Level::of_option(request.value)?.to_string());
            match option.map(|it| kernel::metadata::file::english(&it.description)).filter(|it| !it.is_empty()) {
                Some(text) => format!("you agree to \"{label}\": {text}"),
                None => format!("you agree to \"{label}\""),
            }
        }
    })
}

/// `GET /confirm/{token}`
pub(super) async fn show(State(app): State<App>, Path(token): Path<String>) -> Response {
    let key = token.clone();
    match app.read(Actor::Public, move |rx| optin::find(rx, &key).and_then(|it| words(rx, &it))).await {
        Ok(words) => {
            let body = html! {
                p { "Please confirm that " (words) "." }
                form method="post" action={ "/confirm/" (token) } { p { button type="submit" { "Yes, I confirm" } } }
                p { "If you did not ask for this, close this page: nothing changes." }
            };
            frame::page(StatusCode::OK, "en", "Please confirm", &body)
        }
        Err(error) => trouble(&error),
    }
}

/// `POST /confirm/{token}`
pub(super) async fn press(State(app): State<App>, Path(token): Path<String>) -> Response {
    let done = app.write(Actor::Public, move |tx| optin::confirm(tx, &token).and_then(|it| words(tx, &it))).await;
    match done {
        Ok(words) => {
            let body = html! { p { "Thank you. It is noted that " (words) ". You can change this at any time by the link in every mail." } };
            frame::page(StatusCode::OK, "en", "Confirmed", &body)
        }
        Err(error) => trouble(&error),
    }
}

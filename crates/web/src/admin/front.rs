//! The front page: into the application for whoever is signed in, else what this is and the way to sign in.
//!
//! *Not* a report. Invariant: nothing about a person is on it.

use axum::{
    extract::State,
    http::HeaderMap,
    response::{IntoResponse, Redirect, Response},
};
use maud::html;

use crate::{App, error::problem, page::page, signin};

/// `GET /`
pub async fn show(State(app): State<App>, headers: HeaderMap) -> Response {
    match signin::current(&app, &headers).await {
        Ok(Some(_)) => Redirect::to("/app/").into_response(),
        Ok(None) => page(
            "Assent",
            None,
            &html! {
                p { "Assent keeps customer records and obeys each person's consent. It answers data subject requests over everything it holds." }
                p { "Programs use the Web API at " code { (app.base_url) "/api/data/v9.2/" } " with an access token." }
                p { a href="/signin" { "Sign in" } " with your account, or with a one-time link that an administrator made on the server." }
            },
        ),
        Err(error) => problem(&error),
    }
}

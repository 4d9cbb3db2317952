//! Global Privacy Control at the edge: the site says that it obeys, and takes the word of browsers.
//!
//! *Not* what it means for a person (`engagement::privacy_control`). Invariant: what a page answers does not
//! depend on whether the objection could be noted.

use axum::{
    http::header,
    response::{IntoResponse, Response},
};
use engagement::privacy_control;
use kernel::{Actor, Result, Tx};

use super::visit::Visitor;
use crate::App;

/// `GET /.well-known/gpc.json`
pub(super) async fn support() -> Response {
    ([(header::CONTENT_TYPE, "application/json")], r#"{"gpc":true,"lastUpdate":"2026-11-22"}"#).into_response()
}

/// Notes the objection of the person whom the request knows, where the browser objects; tells whether it
/// was noted now.
pub(super) async fn heed<F>(app: &App, visitor: &Visitor, note: F) -> bool
where
    F: Fn(&mut Tx<'_>) -> Result<bool> + Send + 'static,
{
    if !visitor.visit.objects {
        return false;
    }
    match app.write(Actor::Public, note).await {
        Ok(noted) => noted,
        Err(error) => {
            tracing::debug!(code = error.code, "an objection was not noted");
            false
        }
    }
}

/// As [`heed`], for a personal link.
pub(super) async fn heed_link(app: &App, visitor: &Visitor, token: &str) -> bool {
    let key = token.to_owned();
    heed(app, visitor, move |tx| privacy_control::object_by_link(tx, &key)).await
}

//! `GET /api/standing/v9.2`: how this server stands, which no row says.
//!
//! *Not* a measurement. Invariant: it counts and names routes and code words, nobody and nothing that was sent.

use axum::{
    Json, Router,
    extract::State,
    http::HeaderMap,
    response::{IntoResponse, Response},
    routing::get,
};
use kernel::{Result, access};
use serde_json::{Value, json};

use crate::{App, error};

/// The routes.
pub fn router() -> Router<App> {
    Router::new().route("/api/standing/{version}", get(answer))
}

async fn answer(State(app): State<App>, headers: HeaderMap) -> Response {
    match standing(&app, &headers).await {
        Ok(it) => Json(it).into_response(),
        Err(error) => error::odata(&error),
    }
}

async fn standing(app: &App, headers: &HeaderMap) -> Result<Value> {
    let actor = super::caller(app, headers).await?.actor;
    app.read(actor, |rx| access::require(rx, "prvReadAuditSummary", "standing")).await?;
    let refused: Vec<Value> = app
        .refused
        .counts()
        .into_iter()
        .map(|(reason, times)| {
            json!({ "Route": reason.route, "Status": reason.status, "Code": reason.code, "Times": times })
        })
        .collect();
    Ok(json!({
        "Version": env!("CARGO_PKG_VERSION"), "BaseUrl": app.base_url, "Since": app.since.to_string(),
        "MailLeaves": app.mail_leaves, "Refused": refused,
    }))
}

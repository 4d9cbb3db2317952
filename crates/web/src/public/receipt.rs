//! The receipts of a person's own consent, behind the personal link of a mail (ISO/IEC TS 27560,
//! Kantara 1.1).
//!
//! *Not* for whoever knows an address. Invariant: the link says whose they are, and nothing of anybody
//! else is in them.

use axum::{
    extract::{Path, Query as Params, State},
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use engagement::form;
use kernel::Actor;
use serde::Deserialize;

use super::{say::Tongue, trouble, visit::Visitor};
use crate::App;

/// In which form.
#[derive(Debug, Deserialize)]
pub(super) struct Wish {
    #[serde(default)]
    format: String,
}

/// `GET /s/{token}/receipts`
pub(super) async fn download(
    State(app): State<App>,
    Path(token): Path<String>,
    Params(wish): Params<Wish>,
    visitor: Visitor,
) -> Response {
    let kantara = wish.format == "kantara";
    match app.read(Actor::Public, move |rx| form::receipts(rx, &token, kantara)).await {
        Ok(receipts) => {
            let text = serde_json::to_string_pretty(&receipts).unwrap_or_default();
            let mut response = text.into_response();
            let headers = response.headers_mut();
            let kind = if kantara { "application/json" } else { "application/ld+json" };
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
            headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
            let name = if kantara { "consent-receipts-kantara.json" } else { "consent-receipts.jsonld" };
            if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
                headers.insert(header::CONTENT_DISPOSITION, value);
            }
            response
        }
        Err(error) => trouble(&error, Tongue::of(&visitor.headers)),
    }
}

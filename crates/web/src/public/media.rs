//! The pictures of mails and pages, for everybody who has the address.
//!
//! *Not* tracking: nothing is noted, no cookie is set, and every reader has the same address. Invariant: what stands
//! behind an address never changes, and a browser takes it for nothing but a picture.

use axum::{
    extract::{Path, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use engagement::picture::{self, PATH};
use kernel::{Actor, blob};

use crate::App;

/// A year, as long as caches keep anything.
const FOREVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

/// `GET /media/{file}`
pub(super) async fn show(State(app): State<App>, Path(file): Path<String>, headers: HeaderMap) -> Response {
    let known = headers.get(header::IF_NONE_MATCH).cloned();
    let found = app.read(Actor::Public, move |rx| {
        let Some(picture) = picture::at(rx, &format!("{PATH}{file}"))? else { return Ok(None) };
        let Some(id) = picture.file else { return Ok(None) };
        let tag = HeaderValue::from_str(&format!("\"{}\"", blob::about(rx, id)?.sha256)).ok();
        let data = if tag.is_some() && tag == known { None } else { Some(blob::get(rx, id)?.data) };
        Ok(Some((picture.content_type, tag, data)))
    });
    let (kind, tag, data) = match found.await {
        Ok(Some(it)) => it,
        Ok(None) => return StatusCode::NOT_FOUND.into_response(),
        Err(error) => {
            tracing::error!(code = error.code, text = error.text, "a picture could not be shown");
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        }
    };
    let mut response = match data {
        Some(data) => data.into_response(),
        None => StatusCode::NOT_MODIFIED.into_response(),
    };
    let headers = response.headers_mut();
    let mut set = |name: HeaderName, value: HeaderValue| headers.insert(name, value);
    set(header::CACHE_CONTROL, FOREVER);
    set(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox"));
    // Mail in a browser is a page of another site.
    set(HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("cross-origin"));
    if let Ok(kind) = HeaderValue::from_str(&kind) {
        set(header::CONTENT_TYPE, kind);
    }
    if let Some(tag) = tag {
        set(header::ETAG, tag);
    }
    response
}

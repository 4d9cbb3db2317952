//! The page in a frame that shows what somebody designs: a mail, a form.
//!
//! *Not* a preview by itself: it is empty and shows what the application hands to it. Invariant: it has no origin, so it
//! reaches neither the session nor the application; no script runs in it but its own, and nothing in it leads away.

use axum::{
    Router,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
    routing::get,
};

use crate::App;

/// Mails style themselves inside their parts, and their pictures are on the web.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
    img-src 'self' data: https: http:; sandbox allow-scripts; frame-ancestors 'self'; form-action 'none'; base-uri 'none'";
const PAGE: &str = "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Preview</title>\
    <script src=\"/assets/preview.js\"></script></head><body></body></html>";

/// The routes of the frame.
pub fn router() -> Router<App> {
    Router::new().route("/preview", get(page)).route("/assets/preview.js", get(script))
}

async fn page() -> Response {
    let mut response = PAGE.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    response
}

async fn script() -> Response {
    let mut response = include_str!("preview.js").into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/javascript; charset=utf-8"));
    response
}

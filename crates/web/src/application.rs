//! The application in the browser: its files, which `npm` makes in `ui/` and the binary carries.
//!
//! *Not* what it shows: it asks the Web API like any other program. Invariant: nothing about anybody is in these
//! files, so they need no session; a page is served with a fresh nonce, so no style and no script but its own runs.

use axum::{
    Router,
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use rust_embed::RustEmbed;

use crate::{App, page::failure};

/// What stands in the page where the nonce of an answer goes.
const NONCE: &str = "__NONCE__";
/// The encodings that the build made beside each file, best first.
const ENCODINGS: [(&str, &str); 2] = [("br", ".br"), ("gzip", ".gz")];

#[derive(RustEmbed)]
#[folder = "../../ui/dist"]
#[allow_missing = true]
struct Files;

/// The routes of the application.
pub fn router() -> Router<App> {
    Router::new()
        .route("/app", get(page))
        .route("/app/", get(page))
        .route("/app/{*place}", get(page))
        .route("/assets/app/{*file}", get(file))
}

/// Every place of the application is one page; the page knows where it is.
async fn page(State(app): State<App>) -> Response {
    let Some(text) = Files::get("index.html").and_then(|it| String::from_utf8(it.data.into_owned()).ok()) else {
        let text = "This binary was built without the application; `make build` builds both.";
        return failure(StatusCode::NOT_FOUND, "The application is not here", text);
    };
    let nonce = URL_SAFE_NO_PAD.encode(app.cx.random_bytes::<16>());
    let policy = format!(
        "default-src 'self'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data: blob:; \
         frame-src 'self' blob:; object-src 'none'; frame-ancestors 'none'; form-action 'self'; base-uri 'none'"
    );
    let mut response = text.replace(NONCE, &nonce).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

/// A file, in the best encoding that the browser takes. Its name changes with its content, so it is kept for good.
async fn file(Path(name): Path<String>, asked: HeaderMap) -> Response {
    let accepted = asked.get(header::ACCEPT_ENCODING).and_then(|it| it.to_str().ok()).unwrap_or_default();
    let takes = |word: &str| accepted.split(',').any(|it| it.trim().split(';').next() == Some(word));
    let encoded = ENCODINGS
        .iter()
        .filter(|(word, _)| takes(word))
        .find_map(|(word, ending)| Some((Some(*word), Files::get(&format!("{name}{ending}"))?)));
    let Some((encoding, found)) = encoded.or_else(|| Some((None, Files::get(&name)?))) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let mut response = found.data.into_owned().into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type(&name)));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Some(encoding) = encoding {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    response
}

/// The media types of what the build makes.
fn media_type(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("json" | "map") => "application/json",
        _ => "application/octet-stream",
    }
}

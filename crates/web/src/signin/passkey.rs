//! Passkeys: signing in with a key that a device keeps and proves (Web Authentication, Level 3).
//!
//! *Not* the arithmetic of it, which is `webauthn-rs`; nor a second factor beside a password: the device
//! verifies its user, so a passkey is enough. Invariant: a key counts for the host of the public address
//! alone, a challenge counts once, in the browser that it was made for, within ten minutes; and of a
//! passkey only its public half and its counter are stored, where no request reads them.

mod challenge;
pub(super) mod enter;
pub(super) mod own;
mod party;

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use kernel::{Error, Kind};
use serde_json::{Value as Json, json};

use crate::public::say::Tongue;

/// Whether passkeys can be used at this address at all.
pub(super) fn offered(base_url: &str) -> bool {
    party::of(base_url).is_ok()
}

/// What a passkey is found by.
fn identifier(credential: &[u8]) -> String {
    format!("passkey {}", URL_SAFE_NO_PAD.encode(credential))
}

/// An answer that does not count; `why` is for the log and the caller.
fn refused(why: &'static str) -> Error {
    Error::new(Kind::Forbidden, "passkey", "credential", why)
}

/// What the script is told, with the challenge or in words that the person reads.
fn told(status: StatusCode, body: &Json) -> Response {
    let mut response = (status, body.to_string()).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn said(status: StatusCode, tongue: Tongue, key: &str) -> Response {
    told(status, &json!({ "error": tongue.say(key) }))
}

/// `GET /assets/passkey.js`
pub(super) async fn script() -> Response {
    let mut response = include_str!("passkey/passkey.js").into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/javascript; charset=utf-8"));
    response
}

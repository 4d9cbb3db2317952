//! The picture and the links of tracked mails, and the pages that these lead to.
//!
//! *Not* a decision; whether something is recorded is asked at this moment
//! (`engagement::interaction`). Invariant: picture, redirect and page are answered the same
//! whether it was recorded or not.

use axum::{
    extract::{Path, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use engagement::interaction;
use kernel::Actor;

use super::{say::Tongue, trouble, visit::Visitor};
use crate::App;

/// A transparent picture of one pixel.
const PIXEL: &[u8] = &[
    0x47, 0x49, 0x46, 0x38, 0x39, 0x61, 0x01, 0x00, 0x01, 0x00, 0x80, 0x00, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff,
    0x21, 0xf9, 0x04, 0x01, 0x00, 0x00, 0x00, 0x00, 0x2c, 0x00, 0x00, 0x00, 0x00, 0x01, 0x00, 0x01, 0x00, 0x00, 0x02,
    0x02, 0x44, 0x01, 0x00, 0x3b,
];

/// `GET /o/{token}`
pub(super) async fn opened(State(app): State<App>, Path(token): Path<String>, visitor: Visitor) -> Response {
    let visit = visitor.visit;
    let token = token.trim_end_matches(".gif").to_owned();
    if let Err(error) = app.write(Actor::Public, move |tx| interaction::opened(tx, &token, visit)).await {
        tracing::debug!(code = error.code, "an opening was not recorded");
    }
    let mut response = PIXEL.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("image/gif"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store, private"));
    response
}

/// A landing page was opened by a personal link.
pub(super) async fn visited(app: &App, visitor: &Visitor, token: &str, partial_url: &str) {
    let (visit, token, partial_url) = (visitor.visit, token.to_owned(), partial_url.to_owned());
    let noted = app.write(Actor::Public, move |tx| interaction::visited(tx, &token, &partial_url, visit));
    if let Err(error) = noted.await {
        tracing::debug!(code = error.code, "a visit was not recorded");
    }
}

/// `GET /l/{token}`
pub(super) async fn clicked(State(app): State<App>, Path(token): Path<String>, visitor: Visitor) -> Response {
    let visit = visitor.visit;
    match app.write(Actor::Public, move |tx| interaction::clicked(tx, &token, visit)).await {
        Ok(address) => match HeaderValue::from_str(&address) {
            Ok(value) => {
                let mut response = StatusCode::FOUND.into_response();
                response.headers_mut().insert(header::LOCATION, value);
                response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store, private"));
                response
            }
            Err(_) => StatusCode::NOT_FOUND.into_response(),
        },
        Err(error) => trouble(&error, Tongue::of(&visitor.headers)),
    }
}

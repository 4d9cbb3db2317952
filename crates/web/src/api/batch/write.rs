//! The answer to a batch, as the strictest reader of each line wants it (`spec/web-api.md` 3.15).
//!
//! *Not* the carrying out. Invariant: the body begins with its boundary, lines end in CRLF, and a
//! header is a name, a colon and one space.

use axum::{
    body::to_bytes,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use kernel::{Context, Error, Result};

/// The answer to one item.
pub enum Written {
    /// To a request by itself, or the error of a change set.
    One(Option<String>, String),
    /// To each request of a change set.
    Set(Vec<(Option<String>, String)>),
}

/// Headers of a part's answer in the spelling of the clients' own parsers.
const HEADERS: &[(&str, &str)] = &[
    ("content-type", "Content-Type"),
    ("odata-version", "OData-Version"),
    ("preference-applied", "Preference-Applied"),
    ("etag", "ETag"),
    ("retry-after", "Retry-After"),
    ("location", "Location"),
    ("odata-entityid", "OData-EntityId"),
];

/// An answer as text.
///
/// # Errors
/// `Bug` when its body breaks off.
pub async fn part(response: Response) -> Result<String> {
    let (head, body) = response.into_parts();
    let body = to_bytes(body, usize::MAX).await.map_err(|_| Error::bug("an answer broke off"))?;
    let reason = head.status.canonical_reason().unwrap_or("Unknown");
    let mut text = format!("HTTP/1.1 {} {reason}\r\n", head.status.as_u16());
    for (name, spelling) in HEADERS {
        if let Some(value) = head.headers.get(*name).and_then(|it| it.to_str().ok()) {
            text.push_str(&format!("{spelling}: {value}\r\n"));
        }
    }
    text.push_str("\r\n");
    text.push_str(&String::from_utf8_lossy(&body));
    Ok(text)
}

/// The whole answer.
pub fn response(cx: &Context, status: StatusCode, written: &[Written], continued: bool) -> Response {
    let boundary = format!("batchresponse_{}", cx.new_id());
    let mut text = String::new();
    for item in written {
        text.push_str(&format!("--{boundary}\r\n"));
        match item {
            Written::One(id, answer) => one(&mut text, id.as_deref(), answer),
            Written::Set(answers) => {
                let inner = format!("changesetresponse_{}", cx.new_id());
                text.push_str(&format!("Content-Type: multipart/mixed; boundary={inner}\r\n\r\n"));
                for (id, answer) in answers {
                    text.push_str(&format!("--{inner}\r\n"));
                    one(&mut text, id.as_deref(), answer);
                }
                text.push_str(&format!("--{inner}--\r\n"));
            }
        }
    }
    text.push_str(&format!("--{boundary}--\r\n"));
    let mut response = (status, text).into_response();
    let headers = response.headers_mut();
    headers.insert("odata-version", HeaderValue::from_static("4.0"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Ok(kind) = HeaderValue::from_str(&format!("multipart/mixed; boundary={boundary}")) {
        headers.insert(header::CONTENT_TYPE, kind);
    }
    if continued {
        headers.insert("preference-applied", HeaderValue::from_static("odata.continue-on-error"));
    }
    response
}

fn one(text: &mut String, id: Option<&str>, answer: &str) {
    text.push_str("Content-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n");
    if let Some(id) = id {
        text.push_str(&format!("Content-ID: {id}\r\n"));
    }
    text.push_str(&format!("\r\n{answer}\r\n"));
}

//! The one map from [`kernel::Error`] to HTTP.
//!
//! *Not* a second error type. Invariant: the status follows from the error's code word where the Web
//! API's contract names one, else from its kind; the text goes out unchanged.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use kernel::{Error, Kind};
use serde_json::{Map, Value as Json, json};

use crate::refused::Code;

/// The page that explains Dataverse's numbers of errors, which ours are.
const HELP: &str = "https://learn.microsoft.com/power-apps/developer/data-platform/reference/web-service-error-codes";

/// The status of an error.
pub fn status(error: &Error) -> StatusCode {
    match error.code {
        "unauthenticated" => StatusCode::UNAUTHORIZED,
        "method" => StatusCode::METHOD_NOT_ALLOWED,
        "not-built" => StatusCode::NOT_IMPLEMENTED,
        "range" => StatusCode::RANGE_NOT_SATISFIABLE,
        "too-large" => StatusCode::PAYLOAD_TOO_LARGE,
        "uri-too-long" => StatusCode::URI_TOO_LONG,
        "unknown-segment" => StatusCode::NOT_FOUND,
        "duplicate" | "duplicate-found" | "stale" => StatusCode::PRECONDITION_FAILED,
        "restricted" => StatusCode::BAD_REQUEST,
        _ => match error.kind {
            Kind::NotFound => StatusCode::NOT_FOUND,
            Kind::Forbidden => StatusCode::FORBIDDEN,
            Kind::Invalid => StatusCode::BAD_REQUEST,
            Kind::Conflict => StatusCode::CONFLICT,
            Kind::Stale => StatusCode::PRECONDITION_FAILED,
            Kind::Gone => StatusCode::GONE,
            Kind::TooMany => StatusCode::TOO_MANY_REQUESTS,
            Kind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Kind::Bug => StatusCode::INTERNAL_SERVER_ERROR,
        },
    }
}

/// Dataverse's number for an error, `spec/web-api.md` 3.21.
fn number(error: &Error) -> &'static str {
    match error.code {
        "not-found" => "0x80040217",
        "duplicate" => "0x80040237",
        "duplicate-found" => "0x80040333",
        "stale" => "0x80060882",
        "privilege" | "forbidden" => "0x80040220",
        "row-access" => "0x80048306",
        "unauthenticated" => "0x80072560",
        "unknown-column" => "0x0",
        "undeclared" | "wrong-type" | "payload" => "0x80048d19",
        "too-long" => "0x80044331",
        "file-size" => "0x80044a02",
        "required" => "0x80040203",
        "restricted" => "0x80040227",
        "read-only" => "0x80040216",
        "aggregate-limit" => "0x8004E023",
        "too-many-conditions" => "0x8004430C",
        "syntax" | "option" | "key" => "0x80060888",
        "unknown-segment" | "unknown-entity" => "0x8006088a",
        "method" | "not-built" => "0x80060889",
        "conflict" => "0x80040265",
        "execution-time" => "0x80072321",
        "concurrent" => "0x80072326",
        _ => match error.kind {
            Kind::TooMany => "0x80072322",
            Kind::Invalid => "0x80048d19",
            Kind::Forbidden => "0x80040220",
            Kind::NotFound => "0x80040217",
            _ => "0x80040216",
        },
    }
}

/// The error in the Web API's form.
pub fn odata(error: &Error) -> Response {
    annotated(error, |_| false)
}

/// The error in the Web API's form, with the annotations that are wanted. They say what the message says, in the
/// places where some clients look for it: there is no trace of ours for others to see.
pub fn annotated(error: &Error, wanted: impl Fn(&str) -> bool) -> Response {
    note(error);
    // The text of an undeclared property names it already, in the words that clients look for.
    let message = if error.code == "undeclared" { error.text.clone() } else { error.to_string() };
    let mut body = json!({ "code": number(error), "message": message });
    said(error, &mut body);
    if let Some(body) = body.as_object_mut() {
        let details: Vec<Json> = error.details().iter().map(detail).collect();
        if !details.is_empty() {
            body.insert("details".to_owned(), Json::Array(details));
        }
        let told = [("HelpLink", HELP), ("TraceText", message.as_str()), ("InnerError.Message", message.as_str())];
        for (name, text) in told.map(|(name, text)| (format!("Microsoft.PowerApps.CDS.{name}"), text)) {
            if wanted(&name) {
                body.insert(format!("@{name}"), Json::from(text));
            }
        }
    }
    let body = json!({ "error": body });
    let mut response = (status(error), body.to_string()).into_response();
    response.extensions_mut().insert(Code(error.code));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json; odata.metadata=minimal"));
    headers.insert("odata-version", HeaderValue::from_static("4.0"));
    if error.kind == Kind::TooMany {
        headers.insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
    }
    response
}

/// One of several things that an error consists of, as OData has it.
fn detail(error: &Error) -> Json {
    let mut body = json!({ "code": number(error), "target": error.target, "message": error.text });
    said(error, &mut body);
    body
}

/// What another language needs to say the same: the word of the sentence, what was filled in, and what it is about.
/// Annotations, so that the contract's own code and English message stay what they are.
fn said(error: &Error, body: &mut Json) {
    let Some(body) = body.as_object_mut() else { return };
    let arguments: Map<String, Json> =
        error.arguments().iter().map(|(name, value)| ((*name).to_owned(), Json::from(value.as_str()))).collect();
    body.insert("@Assent.Code".to_owned(), Json::from(error.word()));
    body.insert("@Assent.Arguments".to_owned(), Json::Object(arguments));
    body.insert("@Assent.Target".to_owned(), Json::from(error.target.as_str()));
}

/// The error as RFC 9457 has it, for everything that is not the Web API.
pub fn problem(error: &Error) -> Response {
    note(error);
    let status = status(error);
    let mut body = json!({
        "type": format!("about:blank#{}", error.code),
        "title": status.canonical_reason().unwrap_or("Error"),
        "status": status.as_u16(),
        "detail": error.to_string(),
    });
    said(error, &mut body);
    let mut response = (status, body.to_string()).into_response();
    response.extensions_mut().insert(Code(error.code));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    response
}

/// Faults of ours are logged once, here; the caller's are the caller's.
fn note(error: &Error) {
    if matches!(error.kind, Kind::Bug | Kind::Unavailable) {
        tracing::error!(code = error.code, text = error.text, "a request failed");
    }
}

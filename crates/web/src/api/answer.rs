//! What the Web API answers when nothing went wrong.
//!
//! *Not* an error (`error.rs`). Invariant: `OData-Version: 4.0` is always there, and an answer without
//! a body has no content type.

use axum::{
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::Value as Json;

use super::condition::etag;

/// An answer.
pub struct Answer {
    status: StatusCode,
    headers: Vec<(HeaderName, String)>,
    body: Option<(&'static str, Vec<u8>)>,
}

impl Answer {
    /// 200 with JSON.
    pub fn json(body: &Json) -> Answer {
        let kind = "application/json; odata.metadata=minimal";
        Answer { status: StatusCode::OK, headers: Vec::new(), body: Some((kind, body.to_string().into_bytes())) }
    }
    /// 200 with text.
    pub fn text(kind: &'static str, body: String) -> Answer {
        Answer::octets(kind, body.into_bytes())
    }
    /// 200 with octets.
    pub fn octets(kind: &'static str, body: Vec<u8>) -> Answer {
        Answer { status: StatusCode::OK, headers: Vec::new(), body: Some((kind, body)) }
    }
    /// 204.
    pub fn nothing() -> Answer {
        Answer { status: StatusCode::NO_CONTENT, headers: Vec::new(), body: None }
    }
    /// 304.
    pub fn unchanged() -> Answer {
        Answer { status: StatusCode::NOT_MODIFIED, headers: Vec::new(), body: None }
    }
    /// The same with another status.
    pub fn status(mut self, status: StatusCode) -> Answer {
        self.status = status;
        self
    }
    /// The same with a header.
    pub fn with(mut self, name: HeaderName, value: impl Into<String>) -> Answer {
        self.headers.push((name, value.into()));
        self
    }
    /// The same with the version of the row.
    pub fn version(self, version: i64) -> Answer {
        self.with(header::ETAG, etag(version))
    }
    /// The same with the address of the row that was written.
    pub fn written(mut self, address: &str) -> Answer {
        self.headers.retain(|(name, _)| name != "odata-entityid");
        self.with(HeaderName::from_static("odata-entityid"), address)
    }
    /// The address of the row that was written, if one was.
    pub fn address(&self) -> Option<&str> {
        self.headers.iter().find(|(name, _)| name == "odata-entityid").map(|(_, it)| it.as_str())
    }
    /// The same with the preferences that were followed.
    pub fn applied(self, preferences: Option<String>) -> Answer {
        match preferences {
            Some(it) => self.with(HeaderName::from_static("preference-applied"), it),
            None => self,
        }
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let mut headers = HeaderMap::new();
        headers.insert("odata-version", HeaderValue::from_static("4.0"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        for (name, value) in self.headers {
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.insert(name, value);
            }
        }
        match self.body {
            None => (self.status, headers).into_response(),
            Some((kind, body)) => {
                headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
                (self.status, headers, body).into_response()
            }
        }
    }
}

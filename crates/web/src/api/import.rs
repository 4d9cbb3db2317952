//! `POST /api/import/v9.2`: a file with its mapping, tried or imported; the answer tells how far it is.
//!
//! *Not* the import (`connect::ingest`). Invariant: a file that did not arrive whole is not begun, and nothing of
//! it is kept but what the import writes.

use std::{convert::Infallible, ops::Range, sync::Arc};

use axum::{
    Router,
    body::{Body, Bytes, to_bytes},
    extract::{Query as Params, Request, State},
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
    routing::post,
};
use connect::ingest::{self, Limits, Mapping, Options, Report};
use kernel::{Error, Kind, Result};
use serde::Deserialize;
use serde_json::json;
use tokio::sync::{
    Semaphore,
    mpsc::{Receiver, channel},
};

use crate::{App, error};

/// The largest file with its mapping, in bytes. The command line takes larger ones.
const LIMIT: usize = 64 * 1024 * 1024;
/// So many files are held and read at once.
const AT_ONCE: usize = 2;
/// Messages that wait for a slow reader; later ones about progress are left out.
const WAITING: usize = 16;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Asked {
    #[serde(default)]
    entity: String,
    #[serde(default)]
    dry_run: bool,
}

/// What is told while it goes on.
enum Told {
    Rows(u64),
    Done(Result<Box<Report>>),
}

/// Room for the files that are read at once.
pub struct Desk(Arc<Semaphore>);

impl Default for Desk {
    fn default() -> Self {
        Desk(Arc::new(Semaphore::new(AT_ONCE)))
    }
}

/// The routes.
pub fn router() -> Router<App> {
    Router::new().route("/api/import/{version}", post(answer))
}

async fn answer(State(app): State<App>, Params(asked): Params<Asked>, request: Request) -> Response {
    match begin(&app, asked, request).await {
        Ok(response) => response,
        Err(error) => error::odata(&error),
    }
}

async fn begin(app: &App, asked: Asked, request: Request) -> Result<Response> {
    let (head, body) = request.into_parts();
    let caller = super::caller(app, &head.headers).await?;
    app.within(caller.scope).may_write()?;
    let full = || Error::new(Kind::TooMany, "requests", "", "other files are being read; try again in a minute");
    let room = Arc::clone(&app.imports.0).try_acquire_owned().map_err(|_| full())?;
    let kind = head.headers.get(header::CONTENT_TYPE).and_then(|it| it.to_str().ok()).unwrap_or_default();
    let boundary = boundary(kind)?;
    let body = to_bytes(body, LIMIT).await.map_err(|_| {
        let text = format!("is larger than {LIMIT} bytes, or did not arrive whole; `assent import` takes larger files");
        Error::new(Kind::Invalid, "too-large", "body", text)
    })?;
    let parts = parts(&body, &boundary)?;
    let part = |name: &str| {
        let missing = || Error::invalid(name, "this part of the form is missing").with_code("payload");
        parts.iter().find(|it| it.name == name).ok_or_else(missing)
    };
    let (mapping, file) = (part("mapping")?, part("file")?);
    let text = std::str::from_utf8(body.get(mapping.content.clone()).unwrap_or_default());
    let text = text.map_err(|_| Error::invalid("mapping", "is not UTF-8"))?;
    let mapping = Mapping::parse(text).map_err(|error| error.at("mapping"))?;
    let options = Options {
        entity: Some(asked.entity).filter(|it| !it.is_empty()),
        file_name: file.file_name.clone(),
        dry_run: asked.dry_run,
        limits: Limits::default(),
    };
    let content = body.slice(file.content.clone());
    let (db, cx) = (app.db.clone(), app.cx.for_actor(caller.actor));
    let (tell, mut told) = channel(WAITING);
    // An import is worth finishing also when nobody listens any more.
    tokio::task::spawn_blocking(move || {
        let done = ingest::run(&db, &cx, content.as_ref(), &mapping, options, |rows| {
            let _unheard = tell.try_send(Told::Rows(rows));
        });
        drop(room);
        let _unheard = tell.blocking_send(Told::Done(done.map(Box::new)));
    });
    // What is refused before the first row is a refusal with its status.
    match told.recv().await {
        Some(Told::Done(Err(error))) => Err(error),
        Some(first) => Ok(telling(first, told)),
        None => Err(Error::bug("an operation stopped in the middle")),
    }
}

/// One JSON object a line: `rows` while it goes on, then `report` or `error`.
fn telling(first: Told, told: Receiver<Told>) -> Response {
    let stream = futures_util::stream::unfold((Some(first), told), |(first, mut told)| async {
        let next = match first {
            Some(it) => it,
            None => told.recv().await?,
        };
        Some((Ok::<Bytes, Infallible>(line(&next)), (None, told)))
    });
    let mut response = Body::from_stream(stream).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/x-ndjson"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn line(told: &Told) -> Bytes {
    let it = match told {
        Told::Rows(rows) => json!({ "rows": rows }),
        Told::Done(Ok(report)) => json!({ "report": report }),
        Told::Done(Err(error)) => json!({ "error": { "message": error.to_string() } }),
    };
    Bytes::from(format!("{it}\n"))
}

/// A part of a form, where it lies in the body.
#[derive(Debug, PartialEq, Eq)]
struct Part {
    name: String,
    file_name: String,
    content: Range<usize>,
}

fn wrong(text: &str) -> Error {
    Error::invalid("body", text).with_code("payload")
}

fn boundary(kind: &str) -> Result<String> {
    let rest = kind.strip_prefix("multipart/form-data").and_then(|it| it.split("boundary=").nth(1));
    let boundary = rest.map(|it| it.split(';').next().unwrap_or_default().trim().trim_matches('"'));
    let found = boundary.filter(|it| !it.is_empty()).map(str::to_owned);
    found.ok_or_else(|| wrong("takes multipart/form-data with the parts mapping and file"))
}

/// The parts of a form (RFC 7578); nothing is copied.
fn parts(body: &[u8], boundary: &str) -> Result<Vec<Part>> {
    let mark = format!("--{boundary}");
    let mut found = Vec::new();
    let broken = || wrong("the form breaks off; send it again");
    let mut at = find(body, mark.as_bytes(), 0).ok_or_else(broken)? + mark.len();
    let next = format!("\r\n{mark}");
    while !body.get(at..).unwrap_or_default().starts_with(b"--") {
        let head_ends = find(body, b"\r\n\r\n", at).ok_or_else(broken)?;
        let begins = head_ends + 4;
        // An empty part ends where its head does.
        let ends = find(body, next.as_bytes(), begins - 2).ok_or_else(broken)?;
        let head = String::from_utf8_lossy(body.get(at..head_ends).unwrap_or_default());
        let of = |name: &str| {
            let mark = format!("; {name}=\"");
            head.split(mark.as_str()).nth(1).and_then(|it| it.split('"').next()).unwrap_or_default().to_owned()
        };
        found.push(Part { name: of("name"), file_name: of("filename"), content: begins.min(ends)..ends });
        at = ends + next.len();
    }
    Ok(found)
}

fn find(body: &[u8], what: &[u8], from: usize) -> Option<usize> {
    let (first, rest) = what.split_first()?;
    let mut at = from;
    loop {
        at += body.get(at..)?.iter().position(|it| it == first)?;
        if body.get(at + 1..)?.starts_with(rest) {
            return Some(at);
        }
        at += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_taken_apart_where_it_lies() {
        let body = b"--b\r\nContent-Disposition: form-data; name=\"mapping\"\r\n\r\nx = 1\r\n--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\nContent-Type: text/csv\r\n\r\na,b\r\n--c\r\n\r\n--b--\r\n";
        let found = parts(body, "b").unwrap();
        let text = |at: usize| std::str::from_utf8(&body[found[at].content.clone()]).unwrap();
        assert_eq!((found[0].name.as_str(), text(0)), ("mapping", "x = 1"));
        assert_eq!((found[1].name.as_str(), found[1].file_name.as_str(), text(1)), ("file", "a.csv", "a,b\r\n--c\r\n"));
        assert_eq!(boundary("multipart/form-data; boundary=\"b\"").unwrap(), "b");
        assert!(parts(b"--b\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\na", "b").is_err());
        let empty = parts(b"--b\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\n\r\n--b--", "b").unwrap();
        assert!(empty[0].content.is_empty());
    }
}

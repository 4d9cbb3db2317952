//! The text of a batch taken apart (`spec/web-api.md` 3.15, the table of clients).
//!
//! *Not* strict MIME: lines may end in LF alone, blank lines may be missing or too many, URLs may hold
//! spaces. Invariant: a body that does not end with its boundary was cut off on the way and is refused
//! whole, so that no half of a batch is carried out.

use axum::{
    body::Bytes,
    http::{HeaderMap, HeaderName, HeaderValue, Method},
};
use kernel::{Error, Kind, Result};

/// What stands in a batch.
pub enum Item {
    /// A request by itself.
    One(Part),
    /// A change set.
    Set(Vec<Part>),
}

impl Item {
    /// How many requests it holds.
    pub fn parts(&self) -> usize {
        match self {
            Item::One(_) => 1,
            Item::Set(parts) => parts.len(),
        }
    }
}

/// A request inside a batch.
pub struct Part {
    /// `Content-ID`, from the MIME or from the HTTP headers.
    pub id: Option<String>,
    /// The verb.
    pub method: Method,
    /// The URL as written.
    pub url: String,
    /// The HTTP headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

impl Part {
    /// Path and query. A relative URL is below the service root; the host of an absolute one is
    /// ignored, and one client writes `https:/host`.
    pub fn address(&self, root: &str) -> (String, String) {
        let url = self.url.replace(' ', "%20");
        let local = match url.split_once(":/") {
            Some(("http" | "https", rest)) => rest.trim_start_matches('/').split_once('/').map_or("", |(_, it)| it),
            _ => url.as_str(),
        };
        let (path, query) = local.split_once('?').unwrap_or((local, ""));
        let path = path.trim_start_matches('/');
        let path = if path.starts_with("api/data/") {
            format!("/{path}")
        } else {
            let below = root.find("/api/data/").and_then(|at| root.get(at..)).unwrap_or_default();
            format!("{below}{path}")
        };
        (path, query.to_owned())
    }
}

/// Takes the body apart.
///
/// # Errors
/// `payload` naming the part.
pub fn items(kind: &str, body: &[u8]) -> Result<Vec<Item>> {
    let boundary = boundary(kind).ok_or_else(|| {
        refused("Content-Type", "of a batch is multipart/mixed; boundary=… (a batch in JSON is not supported)")
    })?;
    let body = std::str::from_utf8(body).map_err(|_| refused("$batch", "is not UTF-8 text"))?;
    let lines: Vec<&str> = body.split('\n').map(|it| it.strip_suffix('\r').unwrap_or(it)).collect();
    let mut items = Vec::new();
    for (number, lines) in sections(&lines, &boundary)?.into_iter().enumerate() {
        let place = format!("part {}", number + 1);
        items.push(item(lines).map_err(|error| error.at(place))?);
    }
    Ok(items)
}

fn refused(target: &str, text: impl Into<kernel::Phrase>) -> Error {
    Error::new(Kind::Invalid, "payload", target, text)
}

/// The boundary of a multipart type, which may be quoted.
fn boundary(kind: &str) -> Option<String> {
    let (kind, parameters) = kind.split_once(';')?;
    if !kind.trim().eq_ignore_ascii_case("multipart/mixed") {
        return None;
    }
    parameters.split(';').find_map(|it| {
        let (name, value) = it.split_once('=')?;
        let value = value.trim().trim_matches('"');
        (name.trim().eq_ignore_ascii_case("boundary") && !value.is_empty()).then(|| value.to_owned())
    })
}

/// The lines between boundaries; what stands before the first and behind the last is ignored.
fn sections<'l, 't>(lines: &'l [&'t str], boundary: &str) -> Result<Vec<&'l [&'t str]>> {
    let open = format!("--{boundary}");
    let close = format!("--{boundary}--");
    let mut all = Vec::new();
    let mut from = None;
    for (at, line) in lines.iter().enumerate() {
        // One client leaves a space behind each boundary.
        let line = line.trim_end();
        if line != open && line != close {
            continue;
        }
        if let Some(section) = from.and_then(|from| lines.get(from..at)) {
            all.push(section);
        }
        if line == close {
            return Ok(all);
        }
        from = Some(at + 1);
    }
    let text = match from {
        None => format!("does not hold the boundary '{boundary}' that its Content-Type names"),
        Some(_) => format!("does not end with its boundary '{close}'; it was cut off"),
    };
    Err(refused("$batch", text))
}

fn item(lines: &[&str]) -> Result<Item> {
    let (mime, rest) = headers(lines);
    let kind = mime.get("content-type").and_then(|it| it.to_str().ok()).unwrap_or("application/http");
    if let Some(boundary) = boundary(kind) {
        let mut parts = Vec::new();
        for (number, lines) in sections(rest, &boundary)?.into_iter().enumerate() {
            let place = format!("request {}", number + 1);
            let (mime, rest) = headers(lines);
            parts.push(part(&mime, rest).map_err(|error| error.at(place))?);
        }
        return Ok(Item::Set(parts));
    }
    if !kind.trim_start().to_ascii_lowercase().starts_with("application/http") {
        return Err(refused("Content-Type", format!("'{kind}' is not application/http or multipart/mixed")));
    }
    Ok(Item::One(part(&mime, rest)?))
}

/// The headers up to a blank line, and what follows. Blank lines in front are skipped.
fn headers<'l, 't>(lines: &'l [&'t str]) -> (HeaderMap, &'l [&'t str]) {
    let mut headers = HeaderMap::new();
    let mut rest = skip_blank(lines);
    while let Some((line, after)) = rest.split_first() {
        if line.trim().is_empty() {
            return (headers, after);
        }
        // The space behind the colon is optional; a line that is no header is ignored.
        if let Some((name, value)) = line.split_once(':')
            && let (Ok(name), Ok(value)) =
                (HeaderName::from_bytes(name.trim().as_bytes()), HeaderValue::from_str(value.trim()))
        {
            headers.append(name, value);
        }
        rest = after;
    }
    (headers, rest)
}

fn skip_blank<'l, 't>(lines: &'l [&'t str]) -> &'l [&'t str] {
    let first = lines.iter().position(|it| !it.trim().is_empty()).unwrap_or(lines.len());
    lines.get(first..).unwrap_or_default()
}

fn part(mime: &HeaderMap, lines: &[&str]) -> Result<Part> {
    let lines = skip_blank(lines);
    let (line, rest) = lines.split_first().ok_or_else(|| refused("$batch", "holds no request"))?;
    let wrong = || refused("$batch", "begins with no request line such as 'GET accounts HTTP/1.1'");
    let (method, url) = line.trim().split_once(char::is_whitespace).ok_or_else(wrong)?;
    // Between the verb and the version all is the URL, spaces too.
    let url = match url.rsplit_once(char::is_whitespace) {
        Some((url, version)) if version.starts_with("HTTP/") => url,
        _ => url,
    };
    let method = Method::from_bytes(method.to_ascii_uppercase().as_bytes()).map_err(|_| wrong())?;
    // A blank line ends the headers, also when there are none.
    let (headers, rest) =
        if rest.first().is_none_or(|it| it.trim().is_empty()) { (HeaderMap::new(), rest) } else { headers(rest) };
    let id = mime.get("content-id").or_else(|| headers.get("content-id"));
    let id = id.and_then(|it| it.to_str().ok()).filter(|it| !it.is_empty()).map(str::to_owned);
    let body = rest.join("\n").trim().to_owned();
    Ok(Part { id, method, url: url.trim().to_owned(), headers, body: Bytes::from(body) })
}

//! Who visits: a person whose browser objects to tracking, a program, a client of some address.
//!
//! *Not* stored. Invariant: nothing of it is kept but the one word `machine` (`spec/beyond.md` 4,
//! no. 21), and with an act of consent, where a setting says so, where it came from.

use std::{convert::Infallible, net::SocketAddr, sync::Arc};

use axum::{
    extract::{ConnectInfo, FromRequestParts},
    http::{HeaderMap, Method, request::Parts},
};
use engagement::interaction::Visit;
use kernel::Origin;

use crate::App;

/// Words in the names of programs that fetch links of mails before, or instead of, a person.
const SCANNERS: &[&str] = &[
    "bot",
    "crawl",
    "spider",
    "scanner",
    "barracuda",
    "mimecast",
    "proofpoint",
    "safelinks",
    "symantec",
    "trendmicro",
    "fireeye",
    "sophos",
    "zscaler",
    "facebookexternalhit",
];

/// What a request says about the visit.
#[derive(Debug, Clone)]
pub(crate) struct Visitor {
    /// As the crates below understand it.
    pub(crate) visit: Visit,
    /// The network address, where it is known.
    pub(crate) client: Option<String>,
    /// The headers, for the language.
    pub(crate) headers: HeaderMap,
}

impl Visitor {
    /// The application as this visitor reaches it: what they do carries where it came from, which is kept
    /// only by a setting (`privacy::consent::KEEP_ORIGIN`).
    pub(crate) fn at(&self, app: &App) -> App {
        let agent = Some(text(&self.headers, "user-agent").to_owned()).filter(|it| !it.is_empty());
        let mut app = app.clone();
        app.cx.origin = Some(Arc::new(Origin { address: self.client.clone(), agent }));
        app
    }
}

impl<S: Sync> FromRequestParts<S> for Visitor {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Visitor, Infallible> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|it| it.0);
        Ok(Visitor {
            visit: Visit {
                objects: objects(&parts.headers),
                declines: text(&parts.headers, "dnt") == "1",
                machine: is_machine(&parts.method, &parts.headers),
            },
            client: client(peer, &parts.headers),
            headers: parts.headers.clone(),
        })
    }
}

impl Visitor {
    /// The site whose page led here, as browsers tell it.
    pub(crate) fn comes_from(&self) -> Option<String> {
        let (scheme, rest) = text(&self.headers, "referer").split_once("://")?;
        let host = rest.split(['/', '?', '#']).next().filter(|it| !it.is_empty())?;
        Some(format!("{scheme}://{host}"))
    }
}

fn text<'h>(headers: &'h HeaderMap, name: &str) -> &'h str {
    headers.get(name).and_then(|it| it.to_str().ok()).unwrap_or_default().trim()
}

/// Global Privacy Control.
fn objects(headers: &HeaderMap) -> bool {
    text(headers, "sec-gpc") == "1"
}

fn is_machine(method: &Method, headers: &HeaderMap) -> bool {
    let ahead = ["sec-purpose", "purpose", "x-purpose", "x-moz"].into_iter().any(|it| {
        let text = text(headers, it).to_lowercase();
        text.contains("prefetch") || text.contains("prerender") || text.contains("preview")
    });
    let agent = text(headers, "user-agent").to_lowercase();
    method == Method::HEAD || ahead || SCANNERS.iter().any(|it| agent.contains(it))
}

/// The client's address. A proxy on this very machine may tell whom it speaks for; nobody else may.
fn client(peer: Option<SocketAddr>, headers: &HeaderMap) -> Option<String> {
    let peer = peer?.ip();
    if peer.is_loopback() {
        // A proxy that tells nothing speaks for everybody, so nothing is known of the client.
        let told = text(headers, "x-forwarded-for").rsplit(',').next().unwrap_or_default().trim();
        return (!told.is_empty()).then(|| told.to_owned());
    }
    Some(peer.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_are_told_from_persons() {
        let case = |method: Method, name: &'static str, value: &'static str| {
            let headers = HeaderMap::from_iter([(name.parse().unwrap(), value.parse().unwrap())]);
            is_machine(&method, &headers)
        };
        assert!(case(Method::HEAD, "user-agent", "Mozilla/5.0"));
        assert!(case(Method::GET, "sec-purpose", "prefetch;prerender"));
        assert!(case(Method::GET, "purpose", "prefetch"));
        assert!(case(Method::GET, "user-agent", "Mozilla/5.0 (compatible; LinkScanner/2)"));
        assert!(!case(
            Method::GET,
            "user-agent",
            "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
        ));
        assert!(!case(Method::GET, "user-agent", "Mozilla/4.0 (compatible; ms-office; MSOffice 16)"));
    }

    #[test]
    fn only_a_proxy_on_this_machine_tells_whom_it_speaks_for() {
        let headers =
            HeaderMap::from_iter([("x-forwarded-for".parse().unwrap(), "203.0.113.9, 198.51.100.7".parse().unwrap())]);
        let peer = |text: &str| Some(text.parse().unwrap());
        assert_eq!(client(peer("127.0.0.1:4"), &headers).unwrap(), "198.51.100.7");
        assert_eq!(client(peer("192.0.2.1:4"), &headers).unwrap(), "192.0.2.1");
        assert_eq!(client(None, &headers), None);
    }
}

//! The frame of a public page.
//!
//! *Not* the administrators' frame. Invariant: it works without a script, sets no cookie, and tells no
//! other site where the visitor came from; only the sites that a form names may embed it.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use maud::{DOCTYPE, Markup, PreEscaped, html};
use ring::digest;

use super::say::Tongue;

/// What a page is like besides its words.
#[derive(Debug, Clone, Default)]
pub(super) struct Dress {
    /// Inside of another site's page; it tells its height to it.
    pub(super) framed: bool,
    /// A style sheet; it holds nothing that somebody wrote.
    pub(super) style: String,
    /// The first heading is in the body.
    pub(super) headed: bool,
}

pub(crate) fn page(status: StatusCode, tongue: Tongue, title: &str, body: &Markup) -> Response {
    whole(status, tongue, title, body, &Dress::default())
}

/// A page with a style sheet of its own; [`allow`] lets it through.
pub(super) fn dressed(status: StatusCode, tongue: Tongue, title: &str, body: &Markup, dress: &Dress) -> Response {
    whole(status, tongue, title, body, dress)
}

/// A page inside of another site's; it tells its height to it.
pub(super) fn framed(status: StatusCode, tongue: Tongue, title: &str, body: &Markup) -> Response {
    whole(status, tongue, title, body, &Dress { framed: true, ..Dress::default() })
}

fn whole(status: StatusCode, tongue: Tongue, title: &str, body: &Markup, dress: &Dress) -> Response {
    let markup = markup(tongue, title, body, dress);
    let mut response = (status, markup.into_string()).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(tongue.0));
    response
}

/// The page itself.
pub(super) fn markup(tongue: Tongue, title: &str, body: &Markup, dress: &Dress) -> Markup {
    html! {
        (DOCTYPE)
        html lang=(tongue.0) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="robots" content="noindex";
                title { (title) }
                link rel="stylesheet" href="/assets/assent.css";
                link rel="stylesheet" href="/assets/brand.css";
                @if !dress.style.is_empty() { style { (PreEscaped(&dress.style)) } }
                @if dress.framed { script src="/assets/embedded.js" defer {} }
            }
            body class="public" { main id="main" {
                    @if !dress.framed { div class="brand" {} }
                    @if !dress.headed { h1 { (title) } }
                    (body)
                } }
        }
    }
}

/// Lets these sites embed the page, the form on it lead to the site of that address, and the style sheet hold that is in
/// the page.
pub(super) fn allow(mut response: Response, sites: &[String], leads: Option<&str>, style: &str) -> Response {
    let ancestors = if sites.is_empty() { "'none'".to_owned() } else { sites.join(" ") };
    let leads = leads.and_then(site_of).unwrap_or_default();
    let style = if style.is_empty() {
        String::new()
    } else {
        let digest = STANDARD.encode(digest::digest(&digest::SHA256, style.as_bytes()));
        format!("style-src 'self' 'sha256-{digest}'; ")
    };
    let policy = format!(
        "default-src 'self'; {style}img-src 'self' data:; frame-ancestors {ancestors}; form-action 'self' {leads}; base-uri 'none'"
    );
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

/// The scheme, host and port of an address.
fn site_of(address: &str) -> Option<String> {
    let (scheme, rest) = address.split_once("://")?;
    let host = rest.split(['/', '?', '#']).next().filter(|it| !it.is_empty())?;
    let plain = |it: char| it.is_ascii_alphanumeric() || matches!(it, '-' | '.' | ':');
    host.chars().all(plain).then(|| format!("{scheme}://{host}"))
}

/// Sends the visitor on after a form.
pub(super) fn lead_to(address: &str) -> Response {
    let Ok(to) = HeaderValue::from_str(address) else { return StatusCode::NO_CONTENT.into_response() };
    let mut response = StatusCode::SEE_OTHER.into_response();
    response.headers_mut().insert(header::LOCATION, to);
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

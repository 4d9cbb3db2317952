//! The frame around every HTML page of ours.
//!
//! *Not* for marketing pages, which bring their own. Invariant: no script and no inline style, so the
//! content security policy can stay closed.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use maud::{DOCTYPE, Markup, html};

use crate::signin::{Session, stamp};

/// A page with a heading.
pub fn page(title: &str, session: Option<&Session>, body: &Markup) -> Response {
    let markup = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="robots" content="noindex";
                title { (title) " – Assent" }
                link rel="stylesheet" href="/assets/assent.css";
            }
            body {
                a class="skip" href="#main" { "Skip to content" }
                header {
                    nav aria-label="Main" {
                        a href="/" { "Assent" }
                        @if let Some(session) = session {
                            a href="/app/outbox" { "Outbox" }
                            a href="/account" { (session.name) }
                            form method="post" action="/signout" { (stamp(session)) button type="submit" { "Sign out" } }
                        } @else {
                            a href="/signin" { "Sign in" }
                        }
                    }
                }
                main id="main" { h1 { (title) } (body) }
            }
        }
    };
    let mut response = markup.into_string().into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// A page that says why something did not work.
pub fn failure(status: StatusCode, title: &str, text: &str) -> Response {
    let mut response = page(title, None, &html! { p role="alert" { (text) } });
    *response.status_mut() = status;
    response
}

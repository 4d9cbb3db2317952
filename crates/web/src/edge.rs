//! What holds for every request: identifiers, security headers, limits, the log line.
//!
//! *Not* authentication. Invariant: the log names the route's template and never a path, a query or
//! a body, so no personal data gets into it.

use std::{any::Any, time::Duration};

use axum::{
    Router,
    body::Body,
    extract::{DefaultBodyLimit, MatchedPath, Request, State},
    http::{HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse, Response},
};
use kernel::Error;
use tower_http::{catch_panic::CatchPanicLayer, timeout::TimeoutLayer};

use crate::{
    App, BODY_LIMIT,
    api::OUR_PAGE,
    error,
    refused::{Code, Reason},
};

const TIMEOUT: Duration = Duration::from_secs(120);
const POLICY: &str = "default-src 'self'; frame-ancestors 'none'; form-action 'self'; base-uri 'none'";

pub(crate) fn around(routes: Router<App>, app: &App) -> Router<App> {
    routes
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, TIMEOUT))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn_with_state(app.clone(), each))
}

async fn each(State(app): State<App>, request: Request, next: Next) -> Response {
    let id = app.cx.new_id().to_string();
    let began = app.cx.now().as_millisecond();
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().map_or("-", |it| it.as_str()).to_owned();
    let insists = app.encrypted && !is_trial(&request);
    let mut response = if is_foreign_post(&app, &request) {
        error::problem(&Error::forbidden("Origin", "this form was sent from another site; open the page again here"))
    } else {
        next.run(request).await
    };
    let ms = app.cx.now().as_millisecond() - began;
    let status = response.status().as_u16();
    tracing::info!(%method, route, status, ms, id, "request");
    if status >= 400 {
        let code = response.extensions().get::<Code>().map_or("", |it| it.0);
        app.refused.add(Reason { route, status, code });
    }
    let headers = response.headers_mut();
    let mut set = |name: HeaderName, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.entry(name).or_insert(value);
        }
    };
    set(HeaderName::from_static("x-ms-service-request-id"), &id);
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::REFERRER_POLICY, "same-origin");
    set(header::CONTENT_SECURITY_POLICY, POLICY);
    if insists {
        set(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    }
    response
}

/// Whether the server is reached as `localhost`, where browsers that insist on https (RFC 6797) would
/// insist for every other port of the machine too.
fn is_trial(request: &Request) -> bool {
    let host = request.headers().get(header::HOST).and_then(|it| it.to_str().ok()).unwrap_or_default();
    host.split(':').next() == Some("localhost")
}

/// A browser names the site whose page sent a form. The Web API takes a cookie from our own page only, which
/// says that it is.
fn is_foreign_post(app: &App, request: &Request<Body>) -> bool {
    let program = request.uri().path().starts_with("/api/") && !request.headers().contains_key(OUR_PAGE);
    if matches!(*request.method(), Method::GET | Method::HEAD) || program {
        return false;
    }
    let text = |name| request.headers().get(name).and_then(|it: &HeaderValue| it.to_str().ok());
    let Some(origin) = text(header::ORIGIN) else {
        return text(HeaderName::from_static("sec-fetch-site")) == Some("cross-site");
    };
    let authority = origin.split_once("://").map(|(_, it)| it);
    let ours = app.base_url.eq_ignore_ascii_case(origin) || (authority.is_some() && authority == text(header::HOST));
    // Mail programs post one-click unsubscribes without a cookie; a foreign form is dangerous where there
    // is one, or where it would get one: signing a visitor in as somebody else.
    !ours && (request.headers().contains_key(header::COOKIE) || request.uri().path().starts_with("/signin"))
}

fn panicked(_: Box<dyn Any + Send + 'static>) -> Response {
    tracing::error!("a handler stopped in the middle");
    error::problem(&Error::bug("an operation stopped in the middle")).into_response()
}

//! Signing in at an identity provider: OpenID Connect's authorization code flow with PKCE.
//!
//! *Not* a provider ourselves. Invariant: what comes back belongs to a sign-in that this very browser
//! began less than ten minutes ago (state, nonce and verifier in a signed cookie), and a code is
//! exchanged by us, over our own connection.

mod person;
mod provider;
mod token;

use axum::{
    extract::{Query as Params, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use kernel::{Actor, Error, Kind, Result, Rx, subject::link_code};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;

pub use self::provider::Provider;
pub(super) use self::provider::form;
use self::{person::Person, provider::Way};
use super::{
    Method,
    cookie::Cookie,
    enter::{self, Next},
    event::{self, Event},
    session::{self, Beginning},
};
use crate::{
    App,
    public::{say::Tongue, trouble, visit::Visitor},
};

/// The cookie of a sign-in on its way.
const COOKIE: Cookie = Cookie("assent-provider");
/// So many seconds a sign-in at the provider may take.
const LIFE: i64 = 600;
/// Where the provider sends the visitor back.
const RETURN: &str = "/signin/provider/return";

/// What the cookie of a sign-in on its way holds.
#[derive(Serialize, Deserialize)]
struct Begun {
    state: String,
    nonce: String,
    verifier: String,
    next: String,
    until: i64,
}

/// What the provider sends back.
#[derive(Deserialize)]
pub(super) struct Back {
    #[serde(default)]
    code: String,
    #[serde(default)]
    state: String,
}

fn none() -> Error {
    Error::new(Kind::NotFound, "unknown-page", "", "no identity provider is configured")
}

/// `GET /signin/provider`: sends the visitor there.
pub(super) async fn go(State(app): State<App>, Params(next): Params<Next>, visitor: Visitor) -> Response {
    match began(&app, &next).await {
        Ok((address, cookie)) => COOKIE.set(&app, &cookie, LIFE, Redirect::to(&address).into_response()),
        Err(error) => {
            tracing::warn!(%error, "the identity provider cannot be used");
            trouble(&error, Tongue::of(&visitor.headers))
        }
    }
}

async fn began(app: &App, next: &Next) -> Result<(String, String)> {
    let provider = app.signin.provider.as_ref().ok_or_else(none)?;
    let now = app.cx.now();
    let known = provider.known(now, false).await?;
    let random = || URL_SAFE_NO_PAD.encode(app.cx.random_bytes::<32>());
    let (state, nonce, verifier) = (random(), random(), random());
    let challenge = URL_SAFE_NO_PAD.encode(ring::digest::digest(&ring::digest::SHA256, verifier.as_bytes()));
    let query = form(&[
        ("response_type", "code"),
        ("client_id", &provider.client),
        ("redirect_uri", &format!("{}{RETURN}", app.base_url)),
        ("scope", &provider.scopes),
        ("state", &state),
        ("nonce", &nonce),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
    ]);
    let place = &known.about.authorization_endpoint;
    let joint = if place.contains('?') { '&' } else { '?' };
    let begun = Begun { state, nonce, verifier, next: next.path().to_owned(), until: now.as_second() + LIFE };
    let body = URL_SAFE_NO_PAD.encode(serde_json::to_vec(&begun)?);
    let signed = body.clone();
    let code = app.read(Actor::Public, move |rx| sign(rx, &signed)).await?;
    Ok((format!("{place}{joint}{query}"), format!("{body}.{code}")))
}

fn sign(rx: &Rx<'_>, body: &str) -> Result<String> {
    link_code(rx, &format!("provider sign-in\n{body}"))
}

/// `GET /signin/provider/return`: the visitor comes back. A GET that signs in, since the protocol has it
/// so; the cookie makes sure that it was asked for here.
pub(super) async fn back(State(app): State<App>, Params(back): Params<Back>, visitor: Visitor) -> Response {
    let tongue = Tongue::of(&visitor.headers);
    let again = |status, next: &Next| enter::page(&app, status, tongue, next, Some("signin-provider-refused"));
    let response = match come_back(&app, &back, &visitor).await {
        Ok(Some((cookie, next))) => {
            session::with_cookie(&app, Some(&cookie), Redirect::to(next.path()).into_response())
        }
        Ok(None) => again(StatusCode::FORBIDDEN, &Next::default()),
        Err(error) if error.kind == Kind::Forbidden => {
            tracing::warn!(%error, "a sign-in at the identity provider does not count");
            again(StatusCode::FORBIDDEN, &Next::default())
        }
        Err(error) => trouble(&error, tongue),
    };
    COOKIE.set(&app, "", 0, response)
}

async fn come_back(app: &App, back: &Back, visitor: &Visitor) -> Result<Option<(String, Next)>> {
    let provider = app.signin.provider.as_ref().ok_or_else(none)?;
    let foreign = || Error::forbidden("state", "this browser did not begin it, or too long ago");
    let (body, code) =
        COOKIE.read(app.is_https(), &visitor.headers).and_then(|it| it.split_once('.')).ok_or_else(foreign)?;
    let signed = body.to_owned();
    let expected = app.read(Actor::Public, move |rx| sign(rx, &signed)).await?;
    let begun: Option<Begun> = URL_SAFE_NO_PAD.decode(body).ok().and_then(|it| serde_json::from_slice(&it).ok());
    let begun = begun.filter(|_| bool::from(expected.as_bytes().ct_eq(code.as_bytes()))).ok_or_else(foreign)?;
    let now = app.cx.now();
    if begun.until <= now.as_second() || !bool::from(begun.state.as_bytes().ct_eq(back.state.as_bytes())) {
        return Err(foreign());
    }
    let refused = move |tx: &mut kernel::Tx<'_>| event::note(tx, Event::Refused, Some(Method::Provider), None);
    if back.code.is_empty() {
        app.write(Actor::Public, refused).await?;
        return Ok(None);
    }
    let return_to = format!("{}{RETURN}", app.base_url);
    let way = Way { code: &back.code, verifier: &begun.verifier, nonce: &begun.nonce, return_to: &return_to };
    let claims = match provider.claims(&way, now).await {
        Ok(it) => it,
        Err(error) => {
            app.write(Actor::Public, refused).await?;
            return Err(error);
        }
    };
    let person = Person::of(&claims, provider);
    let (signin, headers, https) = (app.signin.clone(), visitor.headers.clone(), app.is_https());
    let settle = move |tx: &mut kernel::Tx<'_>| match person.settle(tx)? {
        Some(user) => {
            let beginning = Beginning { user, method: Method::Provider, headers: &headers, https };
            session::begin(tx, &signin, &beginning).map(Some)
        }
        None => event::note(tx, Event::Refused, Some(Method::Provider), None).map(|()| None),
    };
    Ok(app.write(Actor::Public, settle).await?.map(|cookie| (cookie, Next { next: begun.next })))
}

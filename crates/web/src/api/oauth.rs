//! Client credentials for programs that get their token the OAuth 2.0 way (`spec/web-api.md` 3.2).
//!
//! The client is an access token of ours: its name is the `client_id`, its text the `client_secret`.
//! *Not* an identity provider: nobody signs in here. Invariant: what is handed out is signed, lives an
//! hour and stands for its access token, so revoking that ends it at once.

use axum::{
    Json, Router,
    body::Bytes,
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use kernel::{Actor, Query, Result, Rx, subject::link_code, uuid::Uuid};
use percent_encoding::percent_decode_str;
use serde_json::json;
use subtle::ConstantTimeEq;

use crate::{
    App,
    token::{self, Caller},
};

/// How long what is handed out lives, in seconds.
const LIFE: i64 = 3_600;
const PREFIX: &str = "aso_";

/// The routes; the tenant in front may be anything, since there is one.
pub fn router() -> Router<App> {
    Router::new()
        .route("/{tenant}/v2.0/.well-known/openid-configuration", get(configuration))
        .route("/{tenant}/oauth2/v2.0/token", post(hand_out))
        .route("/{tenant}/discovery/v2.0/keys", get(async || Json(json!({ "keys": [] }))))
}

async fn configuration(State(app): State<App>, Path(tenant): Path<String>) -> Response {
    let root = format!("{}/{}", app.base_url, percent_encoding::utf8_percent_encode(&tenant, TENANT));
    Json(json!({
        "issuer": format!("{root}/v2.0"),
        "authorization_endpoint": format!("{root}/oauth2/v2.0/authorize"),
        "token_endpoint": format!("{root}/oauth2/v2.0/token"),
        "jwks_uri": format!("{root}/discovery/v2.0/keys"),
        "grant_types_supported": ["client_credentials"],
        "response_types_supported": ["token"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
    }))
    .into_response()
}

const TENANT: &percent_encoding::AsciiSet =
    &percent_encoding::NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

async fn hand_out(State(app): State<App>, headers: HeaderMap, body: Bytes) -> Response {
    let form = fields(&body);
    let field = |name: &str| form.iter().find(|(it, _)| it == name).map(|(_, it)| it.clone()).unwrap_or_default();
    let grant = field("grant_type");
    if grant != "client_credentials" {
        let text = format!("grant_type '{grant}' is not supported; send client_credentials");
        return refused(StatusCode::BAD_REQUEST, "unsupported_grant_type", &text);
    }
    let (client, secret) = basic(&headers).unwrap_or_else(|| (field("client_id"), field("client_secret")));
    let outcome = app
        .read(Actor::Public, move |rx| {
            let rx = rx.elevated("client credentials");
            let row = token::row(&rx, &secret)?;
            if row.text("assent_name") != client {
                return Err(token::refused());
            }
            token::caller(&rx, &row)?;
            let until = rx.now().as_second() + LIFE;
            let signed = format!("{}.{until}", row.id.simple());
            Ok(format!("{PREFIX}{signed}.{}", link_code(&rx, &place(&signed))?))
        })
        .await;
    match outcome {
        Ok(text) => {
            let body = json!({ "token_type": "Bearer", "expires_in": LIFE - 1, "ext_expires_in": LIFE - 1, "access_token": text });
            uncached(Json(body).into_response())
        }
        Err(error) if error.code == "unauthenticated" => {
            let text = "the client or its secret is unknown, expired or revoked";
            refused(StatusCode::UNAUTHORIZED, "invalid_client", text)
        }
        Err(error) => crate::error::problem(&error),
    }
}

/// Who a bearer token acts as: an access token of ours, or what was handed out for one.
///
/// # Errors
/// As [`token::authenticate`].
pub fn authenticate(rx: &Rx<'_>, text: &str) -> Result<Caller> {
    let Some(rest) = text.strip_prefix(PREFIX) else { return token::authenticate(rx, text) };
    let (signed, code) = rest.rsplit_once('.').ok_or_else(token::refused)?;
    let expected = link_code(rx, &place(signed))?;
    if !bool::from(expected.as_bytes().ct_eq(code.as_bytes())) {
        return Err(token::refused());
    }
    let (id, until) = signed.split_once('.').ok_or_else(token::refused)?;
    let id: Uuid = id.parse().map_err(|_| token::refused())?;
    let until: i64 = until.parse().map_err(|_| token::refused())?;
    let rx = rx.elevated("sign-in");
    if until <= rx.now().as_second() {
        return Err(token::refused());
    }
    let row = rx.first(&Query::on("assent_token").eq("assent_tokenid", id))?.ok_or_else(token::refused)?;
    token::caller(&rx, &row)
}

/// What is signed, told apart from the personal links that are signed with the same key.
fn place(signed: &str) -> String {
    format!("client credentials\n{signed}")
}

fn basic(headers: &HeaderMap) -> Option<(String, String)> {
    let (scheme, text) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let text = String::from_utf8(STANDARD.decode(text.trim()).ok()?).ok()?;
    let (client, secret) = text.split_once(':')?;
    // RFC 6749 2.3.1: both are form-encoded before they are joined.
    Some((decoded(client)?, decoded(secret)?))
}

fn fields(body: &[u8]) -> Vec<(String, String)> {
    let text = String::from_utf8_lossy(body);
    let pair = |it: &str| {
        let (name, value) = it.split_once('=')?;
        Some((decoded(name)?, decoded(value)?))
    };
    text.split('&').filter_map(pair).collect()
}

fn decoded(text: &str) -> Option<String> {
    percent_decode_str(&text.replace('+', " ")).decode_utf8().ok().map(|it| it.trim().to_owned())
}

fn refused(status: StatusCode, code: &str, text: &str) -> Response {
    let mut response = (status, Json(json!({ "error": code, "error_description": text }))).into_response();
    if status == StatusCode::UNAUTHORIZED {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Basic"));
    }
    uncached(response)
}

/// RFC 6749 5.1: an answer with a token is kept nowhere.
fn uncached(mut response: Response) -> Response {
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

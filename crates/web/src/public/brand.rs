//! How public pages look: colours, fonts and a logo of the organisation, over the style sheet of the product.
//!
//! *Not* free text: the settings take colours, names of fonts and a picture (`engagement::page::configuration`).
//! Invariant: nothing is loaded from another site.

use axum::{
    extract::State,
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use engagement::page::configuration::{self, Configuration};
use kernel::{Actor, blob};

use crate::App;

/// `GET /assets/brand.css`
pub(super) async fn style(State(app): State<App>) -> Response {
    let settings = app.read(Actor::Public, configuration::read).await;
    answer(settings.map(|it| css(&it)).unwrap_or_default().into_bytes(), "text/css; charset=utf-8")
}

fn css(settings: &Configuration) -> String {
    let mut text = String::new();
    let coloured = [&settings.text, &settings.ground, &settings.accent].iter().any(|it| !it.is_empty());
    if coloured {
        let scheme = if configuration::is_dark(&settings.ground) { "dark" } else { "light" };
        let or = |own: &str, usual: &str| if own.is_empty() { usual.to_owned() } else { own.to_owned() };
        let ground = or(&settings.ground, configuration::WHITE);
        text.push_str(&format!(
            ":root {{ color-scheme: {scheme}; --accent: {}; }}\nbody.public {{ color: {}; background: {ground}; }}\nbody.public form button {{ color: {ground}; }}\n",
            or(&settings.accent, configuration::BLUE),
            or(&settings.text, configuration::BLACK),
        ));
    }
    if !settings.fonts.is_empty() {
        text.push_str(&format!("body.public {{ font-family: {}, system-ui, sans-serif; }}\n", settings.fonts));
    }
    if settings.logo.is_some() {
        let words: String =
            settings.logo_text.chars().filter(|it| !it.is_control() && !matches!(it, '"' | '\\')).collect();
        text.push_str(&format!(
            ".brand::before {{ content: url(\"/assets/logo\") / \"{words}\"; display: block; max-height: 6rem; overflow: hidden; }}\n"
        ));
    }
    text
}

/// `GET /assets/logo`
pub(super) async fn logo(State(app): State<App>) -> Response {
    let file =
        app.read(Actor::Public, |rx| configuration::read(rx)?.logo.map(|it| blob::get(rx, it)).transpose()).await;
    let Ok(Some(file)) = file else { return StatusCode::NOT_FOUND.into_response() };
    let Some(kind) = picture(&file.data) else { return StatusCode::NOT_FOUND.into_response() };
    let mut response = answer(file.data, kind);
    // A drawing may hold a script; opened by itself it is nothing but a picture.
    let policy = HeaderValue::from_static("default-src 'none'; style-src 'unsafe-inline'; sandbox");
    response.headers_mut().insert(HeaderName::from_static("content-security-policy"), policy);
    response
}

fn picture(data: &[u8]) -> Option<&'static str> {
    Some(match data {
        [0x89, b'P', b'N', b'G', ..] => "image/png",
        [0xff, 0xd8, 0xff, ..] => "image/jpeg",
        [b'G', b'I', b'F', b'8', ..] => "image/gif",
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => "image/webp",
        _ if data.get(..data.len().min(1_000))?.windows(4).any(|it| it == b"<svg") => "image/svg+xml",
        _ => return None,
    })
}

fn answer(body: Vec<u8>, kind: &'static str) -> Response {
    let mut response = body.into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"));
    response
}

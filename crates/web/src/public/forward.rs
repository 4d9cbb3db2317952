//! Forward to a friend: the reader's page, and the page by which a friend says no.
//!
//! *Not* embeddable, and *not* its rules (`engagement::form::forward`). Invariant: the answer is the same whoever the
//! addresses belong to.

use axum::{
    Form,
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use engagement::{
    form::{
        Issue,
        forward::{self, Sent},
    },
    link::Link,
};
use kernel::Actor;
use maud::html;

use super::{
    fields::{fields, filled},
    form::Fields,
    frame,
    guard::Guard,
    say::Tongue,
    trouble,
    visit::Visitor,
};
use crate::{App, limit};

/// `GET /w/{token}`
pub(super) async fn show(State(app): State<App>, Path(token): Path<String>, visitor: Visitor) -> Response {
    show_again(app, token, &visitor, &[], &[]).await
}

async fn show_again(
    app: App,
    token: String,
    visitor: &Visitor,
    issues: &[Issue],
    sent: &[(String, String)],
) -> Response {
    let key = token.clone();
    match app.read(Actor::Public, move |rx| forward::open(rx, &key)).await {
        Ok(it) => {
            let tongue = Tongue::of_form(&it.form, &visitor.headers);
            let elements = if sent.is_empty() { it.elements } else { filled(it.elements, sent) };
            let body = html! {
                @if !it.page.content.is_empty() { p { (it.page.content) } }
                p { (tongue.with("forward-mail", "subject", &it.subject)) }
                p { (tongue.say("forward-what")) }
                (fields(&format!("/w/{token}"), &elements, issues, &Guard::none(), tongue))
            };
            let status = if issues.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
            frame::page(status, tongue, &it.page.name, &body)
        }
        Err(error) => trouble(&error, Tongue::of(&visitor.headers)),
    }
}

/// `POST /w/{token}`
pub(super) async fn send(
    State(app): State<App>,
    Path(token): Path<String>,
    visitor: Visitor,
    Form(sent): Fields,
) -> Response {
    let (key, answers) = (token.clone(), sent.clone());
    let may = visitor.client.as_deref().is_none_or(|it| app.limits.take(app.cx.now(), limit::FORM_PER_CLIENT, it));
    let done = match app.read(Actor::Public, move |rx| forward::open(rx, &key)).await {
        Ok(it) if !may => Ok((it.form, Sent::TooMany)),
        Ok(it) => {
            let key = token.clone();
            let sent = app.write(Actor::Public, move |tx| forward::send(tx, &key, &answers)).await;
            sent.map(|sent| (it.form, sent))
        }
        Err(error) => Err(error),
    };
    match done {
        Ok((_, Sent::Invalid(issues))) => show_again(app, token, &visitor, &issues, &sent).await,
        Ok((form, Sent::TooMany)) => {
            let tongue = Tongue::of_form(&form, &visitor.headers);
            let text = form.limit_message.filter(|it| !it.is_empty()).unwrap_or_else(|| tongue.say("form-too-many"));
            let body = html! { p role="alert" { (text) } };
            frame::page(StatusCode::TOO_MANY_REQUESTS, tongue, &tongue.say("trouble-many"), &body)
        }
        Ok((form, Sent::Taken)) => {
            let tongue = Tongue::of_form(&form, &visitor.headers);
            let thanks = if form.thanks.is_empty() { tongue.say("thanks-text") } else { form.thanks };
            let body = html! { p { (thanks) } p { (tongue.say("forward-done")) } };
            frame::page(StatusCode::OK, tongue, &tongue.say("thanks-title"), &body)
        }
        Err(error) => trouble(&error, Tongue::of(&visitor.headers)),
    }
}

/// `GET /n/{token}`
pub(super) async fn refusing(State(app): State<App>, Path(token): Path<String>, visitor: Visitor) -> Response {
    let (key, tongue) = (token.clone(), Tongue::of(&visitor.headers));
    match app.read(Actor::Public, move |rx| Link::read(rx, &key)).await {
        Ok(Link::Refuse { .. }) => {
            let body = html! {
                p { (tongue.say("refuse-text")) }
                form method="post" action={ "/n/" (token) } { p { button type="submit" { (tongue.say("refuse-button")) } } }
                p { (tongue.say("refuse-detail")) }
            };
            frame::page(StatusCode::OK, tongue, &tongue.say("refuse-title"), &body)
        }
        Ok(_) => {
            let body = html! { p role="alert" { (tongue.say("trouble-link")) } };
            frame::page(StatusCode::NOT_FOUND, tongue, &tongue.say("trouble-missing"), &body)
        }
        Err(error) => trouble(&error, tongue),
    }
}

/// `POST /n/{token}`, also the one-click link of the copy (RFC 8058)
pub(super) async fn refuse(State(app): State<App>, Path(token): Path<String>, visitor: Visitor) -> Response {
    let tongue = Tongue::of(&visitor.headers);
    match app.write(Actor::Public, move |tx| forward::refuse(tx, &token)).await {
        Ok(()) => {
            let body = html! { p { (tongue.say("refused-text")) } };
            frame::page(StatusCode::OK, tongue, &tongue.say("refused-title"), &body)
        }
        Err(error) => trouble(&error, tongue),
    }
}

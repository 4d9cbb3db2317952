//! A forgotten password: a mail with a link that sets a new one.
//!
//! *Not* the link, which is one like the others (`link.rs`). Invariant: whoever asks learns nothing about
//! accounts, neither by the answer nor by how long it takes, since it goes out before anybody looks;
//! and the link is in the mail alone, not in the outbox, which more people read.

use axum::{Form, extract::State, http::StatusCode, response::Response};
use connect::mail::{self, Message, SECRET_LINK};
use engagement::site;
use kernel::{Actor, Result, Rx, Tx, uuid::Uuid};
use maud::html;
use privacy::consent::{Decision, gate};
use serde::Deserialize;

use super::{
    Method, credential,
    enter::ADDRESS,
    event::{self, Event},
    link::{self, Purpose},
    user,
};
use crate::{
    App,
    limit::{RESET_PER_ADDRESS, SIGNIN_PER_CLIENT},
    public::{frame, say::Tongue, visit::Visitor},
};

/// `GET /signin/forgot`
pub(super) async fn show(State(app): State<App>, visitor: Visitor) -> Response {
    page(&app, StatusCode::OK, Tongue::of(&visitor.headers), None)
}

fn page(app: &App, status: StatusCode, tongue: Tongue, issue: Option<&str>) -> Response {
    let body = html! {
        @if let Some(issue) = issue { p role="alert" class="issues" { (tongue.say(issue)) } }
        @if app.mail_leaves {
            p { (tongue.say("forgot-text")) }
            form method="post" action="/signin/forgot" {
                p {
                    label for="address" { (tongue.say("signin-address")) }
                    input id="address" name="address" type="email" autocomplete="username" required maxlength=(ADDRESS) autofocus;
                }
                p { button type="submit" { (tongue.say("forgot-button")) } }
            }
        } @else {
            p class="note" { (tongue.say("forgot-no-mail")) }
        }
        p { a href="/signin" { (tongue.say("forgot-back")) } }
    };
    frame::page(status, tongue, &tongue.say("forgot-title"), &body)
}

/// What the form sends.
#[derive(Deserialize)]
pub(super) struct Given {
    #[serde(default)]
    address: String,
}

/// `POST /signin/forgot`
pub(super) async fn press(State(app): State<App>, visitor: Visitor, Form(given): Form<Given>) -> Response {
    let tongue = Tongue::of(&visitor.headers);
    let now = app.cx.now();
    if let Some(client) = &visitor.client
        && !app.limits.take(now, SIGNIN_PER_CLIENT, client)
    {
        return page(&app, StatusCode::TOO_MANY_REQUESTS, tongue, Some("signin-too-many"));
    }
    if !app.mail_leaves {
        return page(&app, StatusCode::OK, tongue, None);
    }
    let address: String = given.address.trim().chars().take(ADDRESS).collect();
    if address.is_empty() {
        return page(&app, StatusCode::BAD_REQUEST, tongue, Some("forgot-missing"));
    }
    // Beyond the limit nothing is sent and nothing said: the owner of the address has the mails already.
    if app.limits.take(now, RESET_PER_ADDRESS, &address) {
        let base_url = app.base_url.clone();
        let ask = move |tx: &mut Tx<'_>| ask(tx, &address, &base_url, tongue);
        app.db.write_then(&app.cx.for_actor(Actor::Public), ask, |done| {
            if let Err(error) = done {
                tracing::error!(%error, "a mail for a new password was not written");
            }
        });
    }
    let body = html! {
        p role="status" { (tongue.say("forgot-done")) }
        p { a href="/signin" { (tongue.say("forgot-back")) } }
    };
    frame::page(StatusCode::OK, tongue, &tongue.say("forgot-title"), &body)
}

/// Writes the mail for whoever has this address, if somebody has.
fn ask(tx: &mut Tx<'_>, address: &str, base_url: &str, tongue: Tongue) -> Result<()> {
    let found = user::by_address(tx, address)?;
    event::note(tx, Event::ResetAsked, None, found.as_ref().map(|it| it.0))?;
    let Some((user, account)) = found else { return Ok(()) };
    if !has_passwords(tx, user)? {
        return Ok(());
    }
    let rx = tx.elevated("new password");
    let Decision::Granted(permit) = gate::ask_account(&rx, &account.address)? else { return Ok(()) };
    let mut message = written(&rx, &account.name, tongue)?;
    let path = link::write(tx, user, Purpose::ResetPassword)?;
    message.user = Some(user);
    message.secret_link = Some(format!("{base_url}{path}"));
    message.idempotency_key = format!("password:{}", tx.cx().new_id());
    mail::account(tx, message, permit).map(drop)
}

/// Whoever signs in at an identity provider alone gets no password by a mail: it would be a way around what the
/// provider asks for.
fn has_passwords(rx: &Rx<'_>, user: Uuid) -> Result<bool> {
    Ok(credential::find(rx, &credential::password_of(user))?.is_some()
        || credential::of_user(rx, user, Method::Provider)?.is_empty())
}

fn written(rx: &Rx<'_>, name: &str, tongue: Tongue) -> Result<Message> {
    let organisation = site::organisation(rx)?;
    let hello = tongue.with("reset-mail-hello", "name", name);
    let (why, once, otherwise) =
        (tongue.say("reset-mail-why"), tongue.say("reset-mail-once"), tongue.say("reset-mail-otherwise"));
    let html = html! {
        (maud::DOCTYPE)
        html lang=(tongue.0) {
            head { meta charset="utf-8"; title { (tongue.say("reset-mail-subject")) } }
            body {
                p { (hello) }
                p { (why) }
                p { a href=(SECRET_LINK) { (tongue.say("reset-mail-button")) } }
                p { (once) }
                p { (otherwise) }
                p { (organisation) }
            }
        }
    };
    Ok(Message {
        from: site::sender(rx)?,
        subject: tongue.say("reset-mail-subject"),
        html: html.into_string(),
        text: format!("{hello}\n\n{why}\n\n{SECRET_LINK}\n\n{once}\n\n{otherwise}\n\n{organisation}\n"),
        ..Message::default()
    })
}

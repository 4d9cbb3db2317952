//! Access tokens that users make for their own programs, on `/account`.
//!
//! *Not* those that an administrator makes with a role of their own (`token.rs` has both). Invariant: a
//! token of one's own can do what the user can and no more, ends within a year, and is shown once.

use axum::{Form, extract::State, http::StatusCode, response::Response};
use jiff::SignedDuration;
use kernel::{Error, Record, Result};
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    account::{self, Plain, behind, stamp, time, young},
    event::{self, Event},
    session::Session,
};
use crate::{
    App,
    public::{say::Tongue, trouble, visit::Visitor},
    token::{self, Scope},
};

/// The longest life, in days.
const DAYS: i64 = 365;
/// The longest name.
const NAME: usize = 100;

/// The part of the page.
pub(super) fn section(session: &Session, tokens: &[Record], tongue: Tongue) -> Markup {
    html! {
        h2 { (tongue.say("account-tokens")) }
        p { (tongue.say("account-tokens-text")) }
        ul class="rows" {
            @for row in tokens {
                li {
                    form method="post" action="/account/tokens/revoke" {
                        (stamp(session))
                        input type="hidden" name="id" value=(row.id);
                        strong { (row.text("assent_name")) } ", "
                        (tongue.say(if row.get("assent_scope").as_int() == Some(Scope::Read as i64) { "token-read" } else { "token-write" })) ", "
                        (tongue.with("token-until", "time", &time(row.get("assent_expireson").as_time()))) " "
                        button type="submit" { (tongue.say("token-revoke")) }
                    }
                }
            }
        }
        form method="post" action="/account/tokens" {
            (stamp(session))
            p {
                label for="token-name" { (tongue.say("token-name")) }
                input id="token-name" name="name" type="text" required maxlength=(NAME) autocomplete="off";
            }
            p {
                label for="token-days" { (tongue.say("token-days")) }
                input id="token-days" name="days" type="number" required min="1" max=(DAYS) value="90";
            }
            fieldset {
                legend { (tongue.say("token-scope")) }
                p { input id="token-r" type="radio" name="scope" value="read" checked; label for="token-r" { (tongue.say("token-read")) } }
                p { input id="token-w" type="radio" name="scope" value="write"; label for="token-w" { (tongue.say("token-write")) } }
            }
            p { button type="submit" { (tongue.say("token-create")) } }
        }
    }
}

/// What the form sends.
#[derive(Deserialize)]
pub(super) struct Wanted {
    #[serde(default)]
    stamp: String,
    name: String,
    days: i64,
    scope: String,
}

/// `POST /account/tokens`
pub(super) async fn create(State(app): State<App>, visitor: Visitor, Form(wanted): Form<Wanted>) -> Response {
    let tongue = Tongue::of(&visitor.headers);
    let session = match behind(&app, &visitor, &wanted.stamp).await {
        Ok(it) => it,
        Err(error) => return trouble(&error, tongue),
    };
    match made(&app, &session, wanted).await {
        Ok(text) => {
            let said = html! {
                p { (tongue.say("token-made")) }
                p { code id="token" { (text) } }
            };
            account::page_with(&app, &session, tongue, StatusCode::OK, Some(said)).await
        }
        Err(error) => trouble(&error, tongue),
    }
}

async fn made(app: &App, session: &Session, wanted: Wanted) -> Result<String> {
    young(app, session)?;
    let name: String = wanted.name.trim().chars().take(NAME).collect();
    if name.is_empty() || !(1..=DAYS).contains(&wanted.days) {
        return Err(Error::invalid("name", "a token has a name and a life from 1 to 365 days"));
    }
    let scope = match wanted.scope.as_str() {
        "read" => Scope::Read,
        "write" => Scope::Write,
        _ => return Err(Error::invalid("scope", "is read or write")),
    };
    let (user, life) = (session.user, SignedDuration::from_hours(wanted.days * 24));
    let create = move |tx: &mut kernel::Tx<'_>| {
        event::note(tx, Event::CredentialAdded, None, Some(user))?;
        let until = tx.now() + life;
        token::create_own(tx, user, &name, scope, until)
    };
    app.write(session.actor.clone(), create).await
}

/// `POST /account/tokens/revoke`
pub(super) async fn revoke(State(app): State<App>, visitor: Visitor, Form(given): Form<Plain>) -> Response {
    let tongue = Tongue::of(&visitor.headers);
    let session = match behind(&app, &visitor, &given.stamp).await {
        Ok(it) => it,
        Err(error) => return trouble(&error, tongue),
    };
    let (user, id) = (session.user, given.id.unwrap_or_default());
    let revoke = move |tx: &mut kernel::Tx<'_>| {
        let ended = token::revoke_own(tx, user, id)?;
        if ended {
            event::note(tx, Event::CredentialRemoved, None, Some(user))?;
        }
        Ok(ended)
    };
    match app.write(session.actor.clone(), revoke).await {
        Ok(ended) => account::page(&app, &session, tongue, StatusCode::OK, ended.then_some("token-revoked")).await,
        Err(error) => trouble(&error, tongue),
    }
}

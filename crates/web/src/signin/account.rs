//! `/account`: what a user sees and changes of the own account.
//!
//! *Not* the accounts of others, which administrators change. Invariant: every form carries the stamp
//! of its session, and a change of what signs in needs the present password or a session that is young.

use axum::{
    Form,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use jiff::{SignedDuration, Timestamp};
use kernel::{Error, Record, Result, Rx, uuid::Uuid};
use maud::{Markup, html};
use serde::Deserialize;
use subtle::ConstantTimeEq;

use super::{
    Method, credential,
    event::Event,
    hashed, link,
    lockout::{self, Try},
    own_token, passkey,
    session::{self, Session},
    user, verified,
};
use crate::{
    App,
    public::{frame, say::Tongue, trouble, visit::Visitor},
    token,
};

/// So long after signing in a user may change what signs in without giving the password again.
const YOUNG: SignedDuration = SignedDuration::from_hours(1);

/// A form of which only the stamp and one row matter.
#[derive(Deserialize)]
pub(super) struct Plain {
    #[serde(default)]
    pub stamp: String,
    #[serde(default)]
    pub id: Option<Uuid>,
}

/// The session behind a form.
///
/// # Errors
/// `Forbidden` without a session, or when the form was not made for it.
pub(crate) async fn behind(app: &App, visitor: &Visitor, stamp: &str) -> Result<Session> {
    let session = session::current(app, &visitor.headers).await?.ok_or_else(nobody)?;
    if bool::from(session.stamp.as_bytes().ct_eq(stamp.as_bytes())) { Ok(session) } else { Err(nobody()) }
}

fn nobody() -> Error {
    Error::new(kernel::Kind::Forbidden, "signed-out", "", "sign in, and send the form from its page")
}

/// Refuses what only somebody who has just signed in may do.
///
/// # Errors
/// `Forbidden` for a session that is older.
pub(super) fn young(app: &App, session: &Session) -> Result<()> {
    if session.began + YOUNG > app.cx.now() {
        return Ok(());
    }
    Err(Error::new(kernel::Kind::Forbidden, "session-old", "", "sign out and in again first"))
}

/// What the page shows.
struct Shown {
    address: String,
    has_password: bool,
    sessions: Vec<Record>,
    tokens: Vec<Record>,
    passkeys: Vec<Record>,
}

fn shown(rx: &Rx<'_>, user: Uuid) -> Result<Shown> {
    let address = user::open(rx, user)?.map(|it| it.address).unwrap_or_default();
    let has_password = credential::find(rx, &credential::password_of(user))?.is_some();
    let passkeys = credential::of_user(rx, user, Method::Passkey)?;
    Ok(Shown { address, has_password, sessions: session::of_user(rx, user)?, tokens: token::own(rx, user)?, passkeys })
}

/// `GET /account`
pub(super) async fn show(State(app): State<App>, visitor: Visitor) -> Response {
    let tongue = Tongue::of(&visitor.headers);
    match session::current(&app, &visitor.headers).await {
        Ok(Some(session)) => page(&app, &session, tongue, StatusCode::OK, None).await,
        Ok(None) => Redirect::to("/signin?next=/account").into_response(),
        Err(error) => trouble(&error, tongue),
    }
}

/// The page, with what became of the form before.
pub(super) async fn page(
    app: &App,
    session: &Session,
    tongue: Tongue,
    status: StatusCode,
    said: Option<&str>,
) -> Response {
    let said = said.map(|it| html! { (tongue.say(it)) });
    page_with(app, session, tongue, status, said).await
}

/// The page, with something to read above it.
pub(super) async fn page_with(
    app: &App,
    session: &Session,
    tongue: Tongue,
    status: StatusCode,
    said: Option<Markup>,
) -> Response {
    let user = session.user;
    let read = app.read(session.actor.clone(), move |rx| shown(rx, user)).await;
    let shown = match read {
        Ok(it) => it,
        Err(error) => return trouble(&error, tongue),
    };
    let body = html! {
        p { a href="/" { (tongue.say("account-home")) } }
        @if let Some(said) = said {
            p role=(if status.is_success() { "status" } else { "alert" }) class="issues" { (said) }
        }
        p { (session.name) @if !shown.address.is_empty() { " – " (shown.address) } }
        h2 { (tongue.say("account-password")) }
        form method="post" action="/account/password" {
            (stamp(session))
            input type="hidden" name="username" autocomplete="username" value=(shown.address);
            @if shown.has_password {
                p {
                    label for="current" { (tongue.say("password-current")) }
                    input id="current" name="current" type="password" autocomplete="current-password" required;
                }
            }
            (link::new_password(tongue))
            p { button type="submit" { (tongue.say("account-password-button")) } }
        }
        (passkey::own::section(&app.base_url, session, &shown.passkeys, tongue))
        (own_token::section(session, &shown.tokens, tongue))
        h2 { (tongue.say("account-sessions")) }
        (sessions(session, &shown.sessions, tongue))
        form method="post" action="/account/sessions/end-all" {
            (stamp(session))
            p { button type="submit" { (tongue.say("account-end-all")) } }
        }
    };
    frame::page(status, tongue, &tongue.say("account-title"), &body)
}

/// The field that ties a form to its session.
pub(crate) fn stamp(session: &Session) -> Markup {
    html! { input type="hidden" name="stamp" value=(session.stamp); }
}

fn sessions(session: &Session, rows: &[Record], tongue: Tongue) -> Markup {
    html! {
        ul class="rows" {
            @for row in rows {
                li {
                    form method="post" action="/account/sessions/end" {
                        (stamp(session))
                        input type="hidden" name="id" value=(row.id);
                        strong { @if row.text("assent_name").is_empty() { (tongue.say("session-unknown")) } @else { (row.text("assent_name")) } }
                        @if row.id == session.id { " (" (tongue.say("session-this")) ")" }
                        br;
                        (tongue.with("session-since", "time", &time(row.get("createdon").as_time()))) ", "
                        (tongue.with("session-seen", "time", &time(row.get("assent_seenon").as_time()))) " "
                        button type="submit" { (tongue.say("session-end")) }
                    }
                }
            }
        }
    }
}

pub(super) fn time(at: Option<Timestamp>) -> String {
    at.map(|it| it.strftime("%Y-%m-%d %H:%M UTC").to_string()).unwrap_or_default()
}

/// What the form for a password sends.
#[derive(Deserialize)]
pub(super) struct Change {
    #[serde(default)]
    stamp: String,
    #[serde(default)]
    current: String,
    password: String,
    again: String,
}

/// `POST /account/password`
pub(super) async fn password(State(app): State<App>, visitor: Visitor, Form(given): Form<Change>) -> Response {
    let tongue = Tongue::of(&visitor.headers);
    let session = match behind(&app, &visitor, &given.stamp).await {
        Ok(it) => it,
        Err(error) => return trouble(&error, tongue),
    };
    match change(&app, &session, given).await {
        Ok(Ok(cookie)) => {
            let done = page(&app, &session, tongue, StatusCode::OK, Some("account-password-done")).await;
            session::with_cookie(&app, Some(&cookie), done)
        }
        Ok(Err(issue)) => page(&app, &session, tongue, StatusCode::BAD_REQUEST, Some(issue)).await,
        Err(error) => trouble(&error, tongue),
    }
}

/// Changes the password and gives the session another cookie, or says what is wrong.
async fn change(app: &App, session: &Session, given: Change) -> Result<Result<String, &'static str>> {
    let user = session.user;
    let (account, stored) = app
        .read(session.actor.clone(), move |rx| {
            let row = credential::find(rx, &credential::password_of(user))?;
            let stored = row.map(|it| it.text("assent_secret").to_owned());
            Ok((user::open(rx, user)?.ok_or_else(nobody)?, stored))
        })
        .await?;
    match stored {
        None => young(app, session)?,
        Some(stored) => {
            let address = account.address.clone();
            let tried = app.write(session.actor.clone(), move |tx| lockout::count(tx, &address)).await?;
            let stored = Some(stored).filter(|_| tried != Try::Locked);
            if !verified(app, given.current, stored).await?.0 {
                return Ok(Err("password-wrong"));
            }
        }
    }
    if let Some(issue) = link::issue(&given.password, &given.again, &[&account.name, &account.address]) {
        return Ok(Err(issue));
    }
    let hash = hashed(app, given.password).await?;
    let id = session.id;
    let change = move |tx: &mut kernel::Tx<'_>| {
        credential::set_password(tx, user, &hash, Some(id))?;
        session::rotate(tx, id)
    };
    app.write(session.actor.clone(), change).await.map(Ok)
}

/// `POST /account/sessions/end`
pub(super) async fn end(State(app): State<App>, visitor: Visitor, Form(given): Form<Plain>) -> Response {
    let tongue = Tongue::of(&visitor.headers);
    let session = match behind(&app, &visitor, &given.stamp).await {
        Ok(it) => it,
        Err(error) => return trouble(&error, tongue),
    };
    let (user, id) = (session.user, given.id.unwrap_or(session.id));
    match app.write(session.actor.clone(), move |tx| session::end(tx, user, id)).await {
        Ok(_) if id == session.id => session::with_cookie(&app, None, Redirect::to("/").into_response()),
        Ok(ended) => page(&app, &session, tongue, StatusCode::OK, ended.then_some("session-ended")).await,
        Err(error) => trouble(&error, tongue),
    }
}

/// `POST /account/sessions/end-all`
pub(super) async fn end_all(State(app): State<App>, visitor: Visitor, Form(given): Form<Plain>) -> Response {
    let tongue = Tongue::of(&visitor.headers);
    let done = match behind(&app, &visitor, &given.stamp).await {
        Ok(session) => {
            let user = session.user;
            let end = move |tx: &mut kernel::Tx<'_>| session::end_all(tx, user, None, Event::SignedOutEverywhere);
            app.write(session.actor, end).await
        }
        Err(error) => Err(error),
    };
    match done {
        Ok(_) => session::with_cookie(&app, None, Redirect::to("/").into_response()),
        Err(error) => trouble(&error, tongue),
    }
}

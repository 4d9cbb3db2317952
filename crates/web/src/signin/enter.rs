//! The sign-in page, and signing in with a password.
//!
//! *Not* the other ways, which have their files. Invariant: whether an account exists, is closed, has
//! no password or is locked, the answer is the same, and so is the work behind it.

use axum::{
    Form,
    extract::{Query as Params, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use kernel::{Actor, Result, Rx, uuid::Uuid};
use maud::html;
use serde::Deserialize;

use super::{
    Method, credential, event,
    event::Event,
    hashed,
    lockout::{self, Try},
    oidc::form,
    passkey,
    session::{self, Beginning},
    user, verified,
};
use crate::{
    App,
    limit::SIGNIN_PER_CLIENT,
    public::{frame, say::Tongue, trouble, visit::Visitor},
};

/// The longest mail address that is looked up.
pub(super) const ADDRESS: usize = 320;

/// Where to go after signing in.
#[derive(Deserialize, Default)]
pub(super) struct Next {
    #[serde(default)]
    pub next: String,
}

impl Next {
    /// A path of this site, never an address elsewhere.
    pub(super) fn path(&self) -> &str {
        let path = self.next.as_str();
        let is_ours = path.starts_with('/')
            && !path.starts_with("//")
            && path.len() < 2_000
            && !path.contains(|it: char| it == '\\' || it.is_control() || it.is_whitespace());
        if is_ours { path } else { "/" }
    }
}

/// What the form sends.
#[derive(Deserialize)]
pub(super) struct Given {
    address: String,
    password: String,
    #[serde(default)]
    next: String,
}

/// `GET /signin`
pub(super) async fn show(State(app): State<App>, Params(next): Params<Next>, visitor: Visitor) -> Response {
    let tongue = Tongue::of(&visitor.headers);
    match session::current(&app, &visitor.headers).await {
        Ok(Some(_)) => Redirect::to(next.path()).into_response(),
        Ok(None) => page(&app, StatusCode::OK, tongue, &next, None),
        Err(error) => trouble(&error, tongue),
    }
}

/// The page, with what went wrong.
pub(super) fn page(app: &App, status: StatusCode, tongue: Tongue, next: &Next, issue: Option<&str>) -> Response {
    let passkeys = passkey::offered(&app.base_url);
    let body = html! {
        @if let Some(issue) = issue { p role="alert" class="issues" { (tongue.say(issue)) } }
        form method="post" action="/signin" {
            input type="hidden" name="next" value=(next.path());
            p {
                label for="address" { (tongue.say("signin-address")) }
                input id="address" name="address" type="email" autocomplete=(if passkeys { "username webauthn" } else { "username" }) required maxlength=(ADDRESS) autofocus;
            }
            p {
                label for="password" { (tongue.say("signin-password")) }
                input id="password" name="password" type="password" autocomplete="current-password" required;
            }
            p { button type="submit" { (tongue.say("signin-button")) } }
        }
        @if app.mail_leaves { p { a href="/signin/forgot" { (tongue.say("signin-forgot")) } } }
        @if passkeys { (passkey::enter::form(next, issue != Some("passkey-refused"), tongue)) }
        @if let Some(provider) = &app.signin.provider {
            p { a href={ "/signin/provider?" (form(&[("next", next.path())])) } { (tongue.with("signin-provider", "name", &provider.label)) } }
        }
        p { (tongue.say(if app.mail_leaves { "signin-new" } else { "signin-none" })) }
    };
    frame::page(status, tongue, &tongue.say("signin-title"), &body)
}

/// `POST /signin`
pub(super) async fn press(State(app): State<App>, visitor: Visitor, Form(given): Form<Given>) -> Response {
    let tongue = Tongue::of(&visitor.headers);
    let next = Next { next: given.next.clone() };
    if let Some(client) = &visitor.client
        && !app.limits.take(app.cx.now(), SIGNIN_PER_CLIENT, client)
    {
        return page(&app, StatusCode::TOO_MANY_REQUESTS, tongue, &next, Some("signin-too-many"));
    }
    match enter(&app, &visitor, given).await {
        Ok(Some(cookie)) => session::with_cookie(&app, Some(&cookie), Redirect::to(next.path()).into_response()),
        Ok(None) => page(&app, StatusCode::FORBIDDEN, tongue, &next, Some("signin-refused")),
        Err(error) => trouble(&error, tongue),
    }
}

/// An account with a password.
#[derive(Clone)]
struct Candidate {
    user: Uuid,
    actor: Actor,
    password: Option<(Uuid, String)>,
}

async fn enter(app: &App, visitor: &Visitor, given: Given) -> Result<Option<String>> {
    let address: String = given.address.trim().chars().take(ADDRESS).collect();
    let asked = address.clone();
    let count = move |tx: &mut kernel::Tx<'_>| Ok((lockout::count(tx, &asked)?, candidate(tx, &asked)?));
    let (tried, found) = app.write(Actor::Public, count).await?;
    let stored = found.as_ref().and_then(|it| it.password.clone()).filter(|_| tried != Try::Locked);
    let (right, is_current) = verified(app, given.password.clone(), stored.as_ref().map(|it| it.1.clone())).await?;
    let user = found.as_ref().map(|it| it.user);
    let (Some(found), Some((credential, _)), true) = (found, stored, right) else {
        let event = if tried == Try::Last { Event::LockedOut } else { Event::Refused };
        app.write(Actor::Public, move |tx| event::note(tx, event, Some(Method::Password), user)).await?;
        return Ok(None);
    };
    // Stored at the cost of earlier days: now is the one moment when it can be made anew.
    let renewed = if is_current { None } else { Some(hashed(app, given.password).await?) };
    let (signin, headers, https) = (app.signin.clone(), visitor.headers.clone(), app.is_https());
    let begin = move |tx: &mut kernel::Tx<'_>| {
        lockout::clear(tx, &address)?;
        credential::used(tx, credential, renewed.as_deref())?;
        let beginning = Beginning { user: found.user, method: Method::Password, headers: &headers, https };
        session::begin(tx, &signin, &beginning)
    };
    app.write(found.actor.clone(), begin).await.map(Some)
}

fn candidate(rx: &Rx<'_>, address: &str) -> Result<Option<Candidate>> {
    let Some((user, account)) = user::by_address(rx, address)? else { return Ok(None) };
    let row = credential::find(rx, &credential::password_of(user))?;
    let password = row.map(|it| (it.id, it.text("assent_secret").to_owned()));
    Ok(Some(Candidate { user, actor: account.actor, password }))
}

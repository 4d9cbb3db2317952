//! Links that work once: to sign in, or to set a password (an invitation, a reset).
//!
//! *Not* sent by mail from here, which `reset.rs` does; whoever made another one hands it over. Invariant: a link does nothing by
//! being looked at, its page has a button; only its hash is stored, and its use deletes it.

use axum::{
    Form,
    extract::{Path, State, rejection::FormRejection},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::SignedDuration;
use kernel::{Actor, Error, Kind, Query, Result, Rx, Tx, Values, uuid::Uuid};
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    Method, credential, event,
    event::Event,
    hashed, password,
    session::{self, Beginning},
    user,
};
use crate::{
    App,
    public::{frame, say::Tongue, trouble, visit::Visitor},
    token,
};

pub(super) const ENTITY: &str = "assent_signinlink";

/// What a link does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(i64)]
pub enum Purpose {
    /// It signs in; for 15 minutes.
    SignIn = 1,
    /// It lets the user set a password; for three days.
    SetPassword = 2,
    /// It lets a user who asked for it by mail set a new password; for half an hour.
    ResetPassword = 3,
}

impl Purpose {
    /// So long it works.
    pub fn life(self) -> SignedDuration {
        match self {
            Purpose::SignIn => SignedDuration::from_mins(15),
            Purpose::SetPassword => SignedDuration::from_hours(72),
            Purpose::ResetPassword => SignedDuration::from_mins(30),
        }
    }
}

/// Makes a link for a user, else for the first administrator, and gives its path. An earlier one of
/// the same purpose ends.
///
/// # Errors
/// `NotFound` for an account that is closed or has no role, `Forbidden` without the privilege, or
/// for a user who may more than whoever makes it.
pub fn make(tx: &mut Tx<'_>, user: Option<Uuid>, purpose: Purpose) -> Result<String> {
    kernel::access::require(tx, super::MANAGE, "making a sign-in link")?;
    let user = match user {
        Some(it) => it,
        None => user::first(tx)?,
    };
    let account = user::open(tx, user)?.ok_or_else(|| Error::not_found(user::ENTITY, user))?;
    // Whoever holds the link is that user.
    kernel::access::gift::standing_in(tx, &account.actor)?;
    let path = write(tx, user, purpose)?;
    event::note(tx, Event::LinkMade, None, Some(user))?;
    Ok(path)
}

/// Writes a link down and gives its path; whether somebody may have it is asked before.
pub(super) fn write(tx: &mut Tx<'_>, user: Uuid, purpose: Purpose) -> Result<String> {
    let secret = URL_SAFE_NO_PAD.encode(tx.cx().random_bytes::<32>());
    let values = Values::new()
        .with("assent_hash", token::hash(&secret))
        .with("assent_systemuserid", ("systemuser", user))
        .with("assent_purpose", purpose as i64)
        .with("assent_expireson", tx.now() + purpose.life());
    let over = Query::on(ENTITY).compare("assent_expireson", odata::CompareOp::Le, tx.now());
    let same = Query::on(ENTITY).eq("assent_systemuserid", user).eq("assent_purpose", purpose as i64);
    tx.as_system("sign-in link", |tx| {
        for query in [over, same] {
            for id in tx.ids(&query)? {
                tx.delete(ENTITY, id)?;
            }
        }
        tx.create(ENTITY, values)
    })?;
    Ok(format!("/signin/{secret}"))
}

/// A link that can still be used.
#[derive(Debug, Clone)]
struct Waiting {
    id: Uuid,
    user: Uuid,
    actor: Actor,
    name: String,
    address: String,
    purpose: Purpose,
}

fn look(rx: &Rx<'_>, secret: &str) -> Result<Waiting> {
    let used = || Error::new(Kind::Gone, "signin-link", "", "this link is used up");
    let rx = rx.elevated("sign-in link");
    let row = rx.first(&Query::on(ENTITY).eq("assent_hash", token::hash(secret)))?.ok_or_else(used)?;
    if row.get("assent_expireson").as_time().is_none_or(|until| until <= rx.now()) {
        return Err(used());
    }
    let user = row.get("assent_systemuserid").as_guid().ok_or_else(used)?;
    let account = user::open(&rx, user)?.ok_or_else(used)?;
    let purpose = match row.get("assent_purpose").as_int() {
        Some(1) => Purpose::SignIn,
        Some(3) => Purpose::ResetPassword,
        _ => Purpose::SetPassword,
    };
    let (actor, name, address) = (account.actor, account.name, account.address);
    Ok(Waiting { id: row.id, user, actor, name, address, purpose })
}

/// What the form of an invitation sends; that of a sign-in link sends nothing.
#[derive(Deserialize, Default)]
pub(super) struct Given {
    #[serde(default)]
    password: String,
    #[serde(default)]
    again: String,
}

/// `GET /signin/{link}`
pub(super) async fn show(State(app): State<App>, Path(link): Path<String>, visitor: Visitor) -> Response {
    let tongue = Tongue::of(&visitor.headers);
    match app.read(Actor::Public, move |rx| look(rx, &link)).await {
        Ok(waiting) => page(&waiting, tongue, None),
        Err(error) => trouble(&error, tongue),
    }
}

fn page(waiting: &Waiting, tongue: Tongue, issue: Option<&str>) -> Response {
    let (title, body) = match waiting.purpose {
        Purpose::SignIn => (
            "signin-title",
            html! {
                p { (tongue.with("link-as", "name", &waiting.name)) }
                form method="post" { p { button type="submit" { (tongue.say("signin-button")) } } }
            },
        ),
        Purpose::SetPassword | Purpose::ResetPassword => (
            "link-password-title",
            html! {
                p { (tongue.with("link-password-text", "name", &waiting.name)) }
                @if let Some(issue) = issue { p role="alert" class="issues" { (tongue.say(issue)) } }
                form method="post" {
                    // For password managers, which store a password under a name.
                    input type="hidden" name="username" autocomplete="username" value=(waiting.address);
                    (new_password(tongue))
                    p { button type="submit" { (tongue.say("link-password-button")) } }
                }
            },
        ),
    };
    let status = if issue.is_some() { StatusCode::BAD_REQUEST } else { StatusCode::OK };
    frame::page(status, tongue, &tongue.say(title), &body)
}

/// The fields for a new password.
pub(super) fn new_password(tongue: Tongue) -> Markup {
    html! {
        p {
            label for="password" { (tongue.say("password-new")) }
            input id="password" name="password" type="password" autocomplete="new-password" required
                minlength=(password::LEAST) maxlength=(password::MOST) aria-describedby="password-rule";
            small id="password-rule" { (tongue.say("password-rule")) }
        }
        p {
            label for="again" { (tongue.say("password-again")) }
            input id="again" name="again" type="password" autocomplete="new-password" required;
        }
    }
}

/// What is wrong with a new password that was given twice, as the key of a text.
pub(super) fn issue(new: &str, again: &str, own: &[&str]) -> Option<&'static str> {
    if new != again {
        return Some("password-differs");
    }
    password::check(new, own).err().map(password::Weak::key)
}

/// `POST /signin/{link}`
pub(super) async fn press(
    State(app): State<App>,
    Path(link): Path<String>,
    visitor: Visitor,
    given: Result<Form<Given>, FormRejection>,
) -> Response {
    let tongue = Tongue::of(&visitor.headers);
    // The form of a sign-in link has no fields, and programs then name no type either.
    let given = given.map(|Form(it)| it).unwrap_or_default();
    match used(&app, link, &visitor, given, tongue).await {
        Ok(response) => response,
        Err(error) => trouble(&error, tongue),
    }
}

async fn used(app: &App, link: String, visitor: &Visitor, given: Given, tongue: Tongue) -> Result<Response> {
    let secret = link.clone();
    let waiting = app.read(Actor::Public, move |rx| look(rx, &secret)).await?;
    let hash = match waiting.purpose {
        Purpose::SignIn => None,
        Purpose::SetPassword | Purpose::ResetPassword => {
            if let Some(issue) = issue(&given.password, &given.again, &[&waiting.name, &waiting.address]) {
                return Ok(page(&waiting, tongue, Some(issue)));
            }
            Some(hashed(app, given.password).await?)
        }
    };
    let (signin, headers, actor) = (app.signin.clone(), visitor.headers.clone(), waiting.actor.clone());
    let https = app.is_https();
    let cookie = app
        .write(actor, move |tx| {
            // Looked at again: of two that press at once, one comes too late.
            let waiting = look(tx, &link)?;
            tx.as_system("sign-in link", |tx| tx.delete(ENTITY, waiting.id))?;
            if let Some(hash) = &hash {
                credential::set_password(tx, waiting.user, hash, None)?;
            }
            let beginning = Beginning { user: waiting.user, method: Method::Link, headers: &headers, https };
            session::begin(tx, &signin, &beginning)
        })
        .await?;
    Ok(session::with_cookie(app, Some(&cookie), Redirect::to("/").into_response()))
}

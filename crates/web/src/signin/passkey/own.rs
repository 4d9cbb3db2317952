//! Passkeys on the user's own page: adding, naming and removing them.
//!
//! *Not* those of others, which administrators remove. Invariant: adding and removing need a session that is young,
//! and removing one ends the other sessions of the user.

use axum::{Form, extract::State, http::StatusCode, response::Response};
use kernel::{Error, Kind, Record, Result, Tx, uuid::Uuid};
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::{Value as Json, json};
use webauthn_rs::prelude::{Passkey, PasskeyRegistration, RegisterPublicKeyCredential};

use super::{challenge, identifier, party, refused, said, told};
use crate::{
    App,
    public::{say::Tongue, trouble, visit::Visitor},
    signin::{
        Method,
        account::{self, Plain, behind, stamp, time, young},
        credential,
        event::{self, Event},
        session::{self, Session},
        user,
    },
};

/// The longest name.
const NAME: usize = 100;
/// The most passkeys of one user.
const MOST: usize = 20;

/// The part of the page.
pub(in crate::signin) fn section(base_url: &str, session: &Session, rows: &[Record], tongue: Tongue) -> Markup {
    html! {
        h2 id="passkeys" { (tongue.say("account-passkeys")) }
        p { (tongue.say("account-passkeys-text")) }
        @if rows.is_empty() { p { (tongue.say("account-passkeys-none")) } }
        ul class="rows" { @for row in rows { li { (one(session, row, tongue)) } } }
        @match party::of(base_url) {
            Err(why) => p class="note" { (tongue.with(why, "address", base_url)) },
            Ok(_) if rows.len() >= MOST => p class="note" { (tongue.say("passkey-most")) },
            Ok(_) => (adding(session, tongue)),
        }
    }
}

fn one(session: &Session, row: &Record, tongue: Tongue) -> Markup {
    let (name, used) = (row.text("assent_name"), row.get("assent_usedon").as_time());
    let field = format!("passkey-{}", row.id);
    html! {
        strong { (name) } br;
        (tongue.with("passkey-since", "time", &time(row.get("createdon").as_time()))) ", "
        @if used.is_some() { (tongue.with("passkey-used", "time", &time(used))) } @else { (tongue.say("passkey-unused")) }
        details {
            summary { (tongue.with("passkey-change", "name", name)) }
            form method="post" action="/account/passkeys/rename" {
                (stamp(session))
                input type="hidden" name="id" value=(row.id);
                p {
                    label for=(field) { (tongue.say("passkey-name")) }
                    input id=(field) name="name" type="text" required maxlength=(NAME) autocomplete="off" value=(name);
                }
                p { button type="submit" class="quiet" { (tongue.say("passkey-rename")) } }
            }
            form method="post" action="/account/passkeys/remove" {
                (stamp(session))
                input type="hidden" name="id" value=(row.id);
                p { (tongue.say("passkey-remove-text")) }
                p { button type="submit" { (tongue.with("passkey-remove", "name", name)) } }
            }
        }
    }
}

fn adding(session: &Session, tongue: Tongue) -> Markup {
    html! {
        p id="passkey-without" { (tongue.say("passkey-without")) }
        form id="passkey-new" method="post" action="/account/passkeys" hidden
            data-options="/account/passkeys/options"
            data-failed=(tongue.say("passkey-new-failed")) data-known=(tongue.say("passkey-known"))
        {
            (stamp(session))
            input type="hidden" name="state";
            input type="hidden" name="credential";
            p {
                label for="passkey-name" { (tongue.say("passkey-new-name")) }
                input id="passkey-name" name="name" type="text" maxlength=(NAME) autocomplete="off" aria-describedby="passkey-name-hint";
                small id="passkey-name-hint" { (tongue.say("passkey-name-hint")) }
            }
            p { button type="submit" { (tongue.say("passkey-new")) } }
            p role="alert" hidden {}
        }
        script src="/assets/passkey.js" defer {}
    }
}

fn bound_to(session: &Session) -> String {
    format!("session {}", session.id)
}

/// `POST /account/passkeys/options`: what a device is asked for to make a passkey.
pub(in crate::signin) async fn options(State(app): State<App>, visitor: Visitor, Form(given): Form<Plain>) -> Response {
    let tongue = Tongue::of(&visitor.headers);
    match asked(&app, &visitor, &given).await {
        Ok(body) => told(StatusCode::OK, &body),
        Err(error) => {
            let (status, key) = match (error.kind, error.code) {
                (_, "signed-out") => (StatusCode::FORBIDDEN, "trouble-signed-out"),
                (_, "session-old") => (StatusCode::FORBIDDEN, "trouble-session-old"),
                (Kind::Conflict, _) => (StatusCode::CONFLICT, "passkey-most"),
                (Kind::NotFound, _) => (StatusCode::NOT_FOUND, "trouble-page"),
                _ => {
                    tracing::error!(%error, "a passkey cannot be asked for");
                    (StatusCode::INTERNAL_SERVER_ERROR, "trouble-ours")
                }
            };
            said(status, tongue, key)
        }
    }
}

async fn asked(app: &App, visitor: &Visitor, given: &Plain) -> Result<Json> {
    let session = behind(app, visitor, &given.stamp).await?;
    young(app, &session)?;
    let none = |_| Error::new(Kind::NotFound, "unknown-page", "", "passkeys cannot be used at this address");
    let party = party::of(&app.base_url).map_err(none)?;
    let user = session.user;
    let (address, rows) = app
        .read(session.actor.clone(), move |rx| {
            let address = user::open(rx, user)?.map(|it| it.address).unwrap_or_default();
            Ok((address, credential::of_user(rx, user, Method::Passkey)?))
        })
        .await?;
    if rows.len() >= MOST {
        return Err(Error::conflict("passkey", "a user has at most 20 passkeys; remove one first"));
    }
    let known = rows.iter().filter_map(|it| serde_json::from_str::<Passkey>(it.text("assent_secret")).ok());
    let known = known.map(|it| it.cred_id().clone()).collect();
    // What devices show beside the name of the site; they refuse an empty one.
    let named = [address.as_str(), session.name.as_str(), "Assent"].into_iter().find(|it| !it.is_empty());
    let named = named.unwrap_or_default();
    let shown = if session.name.is_empty() { named } else { &session.name };
    let begun = party.start_passkey_registration(user, named, shown, Some(known));
    let (asked, state) = begun.map_err(|_| Error::bug("a passkey cannot be asked for"))?;
    let mut options = serde_json::to_value(asked.public_key)?;
    // The device keeps the key with the account's handle, so that nobody has to type an address to use it.
    if let Some(Json::Object(wanted)) = options.get_mut("authenticatorSelection") {
        wanted.insert("residentKey".into(), "required".into());
        wanted.insert("requireResidentKey".into(), true.into());
    }
    let bound_to = bound_to(&session);
    let state = app.read(session.actor.clone(), move |rx| challenge::seal(rx, &bound_to, &state)).await?;
    Ok(json!({ "options": options, "state": state }))
}

/// What the script sends.
#[derive(Deserialize)]
pub(in crate::signin) struct Made {
    #[serde(default)]
    stamp: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    state: String,
    #[serde(default)]
    credential: String,
}

/// `POST /account/passkeys`
pub(in crate::signin) async fn create(State(app): State<App>, visitor: Visitor, Form(given): Form<Made>) -> Response {
    let tongue = Tongue::of(&visitor.headers);
    let session = match behind(&app, &visitor, &given.stamp).await {
        Ok(it) => it,
        Err(error) => return trouble(&error, tongue),
    };
    let (status, said) = match made(&app, &session, &visitor, given).await {
        Ok(()) => (StatusCode::OK, "passkey-added"),
        Err(error) if error.code == "passkey" => {
            tracing::info!(%error, "a new passkey does not count");
            (StatusCode::BAD_REQUEST, "passkey-new-failed")
        }
        Err(error) if error.kind == Kind::Conflict => (StatusCode::CONFLICT, "passkey-known"),
        Err(error) => return trouble(&error, tongue),
    };
    account::page(&app, &session, tongue, status, Some(said)).await
}

async fn made(app: &App, session: &Session, visitor: &Visitor, given: Made) -> Result<()> {
    young(app, session)?;
    let party = party::of(&app.base_url).map_err(refused)?;
    let answer: RegisterPublicKeyCredential =
        serde_json::from_str(&given.credential).map_err(|_| refused("the answer cannot be read"))?;
    let (bound_to, text) = (bound_to(session), given.state);
    let spend = move |tx: &mut Tx<'_>| challenge::spend::<PasskeyRegistration>(tx, &bound_to, &text);
    let state = app.write(session.actor.clone(), spend).await?;
    let passkey = party.finish_passkey_registration(&answer, &state);
    let passkey = passkey.map_err(|_| refused("the device's answer does not fit what was asked"))?;
    let name = match clean(&given.name) {
        Some(it) => it,
        None => clean(&session::browser(&visitor.headers)).unwrap_or_else(|| "Passkey".to_owned()),
    };
    let (user, identifier, secret) = (session.user, identifier(passkey.cred_id()), serde_json::to_string(&passkey)?);
    let add = move |tx: &mut Tx<'_>| {
        if credential::find(tx, &identifier)?.is_some() {
            return Err(Error::conflict("passkey", "this passkey is known here already"));
        }
        credential::add(tx, user, Method::Passkey, &identifier, &name, &secret)?;
        event::note(tx, Event::CredentialAdded, Some(Method::Passkey), Some(user))
    };
    app.write(session.actor.clone(), add).await
}

fn clean(name: &str) -> Option<String> {
    let name: String = name.trim().chars().filter(|it| !it.is_control()).take(NAME).collect();
    Some(name).filter(|it| !it.is_empty())
}

/// A form that names a passkey.
#[derive(Deserialize)]
pub(in crate::signin) struct Name {
    #[serde(default)]
    stamp: String,
    id: Uuid,
    #[serde(default)]
    name: String,
}

/// `POST /account/passkeys/rename`
pub(in crate::signin) async fn rename(State(app): State<App>, visitor: Visitor, Form(given): Form<Name>) -> Response {
    let tongue = Tongue::of(&visitor.headers);
    let session = match behind(&app, &visitor, &given.stamp).await {
        Ok(it) => it,
        Err(error) => return trouble(&error, tongue),
    };
    let Some(name) = clean(&given.name) else {
        return account::page(&app, &session, tongue, StatusCode::BAD_REQUEST, Some("passkey-nameless")).await;
    };
    let (user, id) = (session.user, given.id);
    let change = move |tx: &mut Tx<'_>| credential::rename(tx, user, Method::Passkey, id, &name);
    match app.write(session.actor.clone(), change).await {
        Ok(renamed) => {
            account::page(&app, &session, tongue, StatusCode::OK, renamed.then_some("passkey-renamed")).await
        }
        Err(error) => trouble(&error, tongue),
    }
}

/// `POST /account/passkeys/remove`
pub(in crate::signin) async fn remove(State(app): State<App>, visitor: Visitor, Form(given): Form<Plain>) -> Response {
    let tongue = Tongue::of(&visitor.headers);
    let done = match behind(&app, &visitor, &given.stamp).await.and_then(|it| young(&app, &it).map(|()| it)) {
        Ok(session) => removed(&app, &session, given.id.unwrap_or_default()).await.map(|it| (session, it)),
        Err(error) => Err(error),
    };
    match done {
        Ok((session, removed)) => {
            account::page(&app, &session, tongue, StatusCode::OK, removed.then_some("passkey-removed")).await
        }
        Err(error) => trouble(&error, tongue),
    }
}

async fn removed(app: &App, session: &Session, id: Uuid) -> Result<bool> {
    let (user, this) = (session.user, session.id);
    let remove = move |tx: &mut Tx<'_>| {
        let Some(row) = credential::one_of(tx, user, Method::Passkey, id)? else { return Ok(false) };
        credential::remove(tx, user, Method::Passkey, &[row.id], Some(this), Event::EndedByChange).map(|_| true)
    };
    app.write(session.actor.clone(), remove).await
}

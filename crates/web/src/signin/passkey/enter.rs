//! Signing in with a passkey, from the sign-in page.
//!
//! *Not* without a script, which alone reaches the device; the other ways on the page need none. Invariant:
//! nobody says who they are before the device does, and whatever does not count gets one answer.

use axum::{
    Form,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use kernel::{Actor, Error, Kind, Result, Tx, uuid::Uuid};
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::{Value as Json, json};
use webauthn_rs::prelude::{DiscoverableAuthentication, Passkey, PublicKeyCredential, WebauthnError};

use super::{challenge, identifier, party, refused, said, told};
use crate::{
    App,
    limit::{CHALLENGE_PER_CLIENT, SIGNIN_PER_CLIENT},
    public::{say::Tongue, trouble, visit::Visitor},
    signin::{
        Method,
        cookie::Cookie,
        credential,
        enter::{self, Next},
        event::{self, Event},
        lockout::{self, Try},
        session::{self, Beginning},
        user,
    },
};

/// What ties a challenge to the browser that it was made for.
const COOKIE: Cookie = Cookie("assent-passkey");
/// So many seconds the tie lasts; sign-in pages in several tabs share it.
const LIFE: i64 = 24 * 60 * 60;

/// The part of the sign-in page; hidden until the script has found that the browser knows passkeys. Whether they are
/// suggested without being asked for: not right after one was refused, which would be offered again.
pub(in crate::signin) fn form(next: &Next, suggest: bool, tongue: Tongue) -> Markup {
    html! {
        form id="passkey" method="post" action="/signin/passkey" hidden
            data-options="/signin/passkey/options" data-suggest=[suggest.then_some("")] data-failed=(tongue.say("passkey-failed"))
        {
            input type="hidden" name="next" value=(next.path());
            input type="hidden" name="state";
            input type="hidden" name="credential";
            p { button type="submit" class="quiet" { (tongue.say("passkey-button")) } }
            p role="alert" hidden {}
        }
        script src="/assets/passkey.js" defer {}
    }
}

fn none() -> Error {
    Error::new(Kind::NotFound, "unknown-page", "", "passkeys cannot be used at this address")
}

fn bound_to(cookie: &str) -> String {
    format!("sign-in {cookie}")
}

/// `POST /signin/passkey/options`: a challenge for whoever holds a passkey. A POST, so that no page of another
/// site gets one.
pub(in crate::signin) async fn options(State(app): State<App>, visitor: Visitor) -> Response {
    let tongue = Tongue::of(&visitor.headers);
    if let Some(client) = &visitor.client
        && !app.limits.take(app.cx.now(), CHALLENGE_PER_CLIENT, client)
    {
        return said(StatusCode::TOO_MANY_REQUESTS, tongue, "signin-too-many");
    }
    match asked(&app, &visitor).await {
        Ok((body, cookie)) => COOKIE.set(&app, &cookie, LIFE, told(StatusCode::OK, &body)),
        Err(error) if error.kind == Kind::NotFound => said(StatusCode::NOT_FOUND, tongue, "trouble-page"),
        Err(error) => {
            tracing::error!(%error, "no challenge for a passkey can be made");
            said(StatusCode::INTERNAL_SERVER_ERROR, tongue, "trouble-ours")
        }
    }
}

async fn asked(app: &App, visitor: &Visitor) -> Result<(Json, String)> {
    let party = party::of(&app.base_url).map_err(|_| none())?;
    let begun = party.start_discoverable_authentication();
    let (asked, state) = begun.map_err(|_| Error::bug("a passkey cannot be asked for"))?;
    let cookie = match COOKIE.read(app.is_https(), &visitor.headers) {
        Some(it) => it.to_owned(),
        None => URL_SAFE_NO_PAD.encode(app.cx.random_bytes::<32>()),
    };
    let bound_to = bound_to(&cookie);
    let state = app.read(Actor::Public, move |rx| challenge::seal(rx, &bound_to, &state)).await?;
    Ok((json!({ "options": asked.public_key, "state": state }), cookie))
}

/// What the script sends.
#[derive(Deserialize)]
pub(in crate::signin) struct Given {
    #[serde(default)]
    next: String,
    state: String,
    credential: String,
}

/// `POST /signin/passkey`
pub(in crate::signin) async fn press(State(app): State<App>, visitor: Visitor, Form(given): Form<Given>) -> Response {
    let tongue = Tongue::of(&visitor.headers);
    let next = Next { next: given.next.clone() };
    let again = |status, issue| enter::page(&app, status, tongue, &next, Some(issue));
    if let Some(client) = &visitor.client
        && !app.limits.take(app.cx.now(), SIGNIN_PER_CLIENT, client)
    {
        return again(StatusCode::TOO_MANY_REQUESTS, "signin-too-many");
    }
    match enter(&app, &visitor, &given).await {
        Ok(Some(cookie)) => session::with_cookie(&app, Some(&cookie), Redirect::to(next.path()).into_response()),
        Ok(None) => again(StatusCode::FORBIDDEN, "passkey-refused"),
        Err(error) if error.kind == Kind::Forbidden => {
            tracing::info!(%error, "an answer of a passkey does not count");
            again(StatusCode::FORBIDDEN, "passkey-refused")
        }
        Err(error) => trouble(&error, tongue),
    }
}

/// A passkey that is stored, and whose it is.
#[derive(Clone)]
struct Candidate {
    row: Uuid,
    user: Uuid,
    actor: Actor,
    stored: String,
}

async fn enter(app: &App, visitor: &Visitor, given: &Given) -> Result<Option<String>> {
    let party = party::of(&app.base_url).map_err(|_| none())?;
    let answer: PublicKeyCredential =
        serde_json::from_str(&given.credential).map_err(|_| refused("the answer cannot be read"))?;
    let cookie = COOKIE.read(app.is_https(), &visitor.headers).ok_or_else(|| refused("the cookie is missing"))?;
    let (bound_to, text) = (bound_to(cookie), given.state.clone());
    // In a transaction of its own: what becomes of the answer does not bring the challenge back.
    let spend = move |tx: &mut Tx<'_>| challenge::spend::<DiscoverableAuthentication>(tx, &bound_to, &text);
    let state = app.write(Actor::Public, spend).await?;
    let named = party.identify_discoverable_authentication(&answer);
    let (user, credential) = named.map_err(|_| refused("the answer names nobody"))?;
    let key = identifier(credential);
    let found = key.clone();
    let (tried, found) = app.write(Actor::Public, move |tx| candidate(tx, &found, user)).await?;
    let known = found.as_ref().map(|it| it.user);
    let passkey: Option<Passkey> = found.as_ref().and_then(|it| serde_json::from_str(&it.stored).ok());
    let proved = match (&passkey, tried) {
        (Some(passkey), Try::Free | Try::Last) => {
            Some(party.finish_discoverable_authentication_v2(&answer, state, passkey))
        }
        _ => None,
    };
    let (Some(found), Some(mut passkey), Some(Ok(proof))) = (found, passkey, proved.as_ref()) else {
        let event = match proved {
            Some(Err(WebauthnError::CredentialPossibleCompromise)) => Event::PasskeyCopied,
            _ if tried == Try::Last => Event::LockedOut,
            _ => Event::Refused,
        };
        app.write(Actor::Public, move |tx| event::note(tx, event, Some(Method::Passkey), known)).await?;
        return Ok(None);
    };
    passkey.update_credential(proof);
    let secret = serde_json::to_string(&passkey)?;
    let (signin, headers, https) = (app.signin.clone(), visitor.headers.clone(), app.is_https());
    let begin = move |tx: &mut Tx<'_>| {
        // Removed meanwhile is removed.
        credential::one_of(tx, found.user, Method::Passkey, found.row)?.ok_or_else(|| refused("it was removed"))?;
        lockout::clear(tx, &key)?;
        credential::used(tx, found.row, Some(&secret))?;
        let beginning = Beginning { user: found.user, method: Method::Passkey, headers: &headers, https };
        session::begin(tx, &signin, &beginning)
    };
    app.write(found.actor.clone(), begin).await.map(Some)
}

/// The passkey with this identifier, where it is this user's. A try is counted by the passkey and not by the
/// address: whoever guesses passwords does not keep a passkey's holder out.
fn candidate(tx: &mut Tx<'_>, key: &str, user: Uuid) -> Result<(Try, Option<Candidate>)> {
    let row = credential::find(tx, key)?.filter(|it| it.get("assent_systemuserid").as_guid() == Some(user));
    let Some(row) = row else { return Ok((Try::Free, None)) };
    let Some(account) = user::open(tx, user)?.filter(|it| !it.is_program) else { return Ok((Try::Free, None)) };
    let tried = lockout::count(tx, key)?;
    let stored = row.text("assent_secret").to_owned();
    Ok((tried, Some(Candidate { row: row.id, user, actor: account.actor, stored })))
}

//! Sessions of people in browsers: rows of `assent_session`, known by the hash of a cookie.
//!
//! *Not* the tokens of programs. Invariant: the text of a cookie exists only in the answer that sets
//! it; a session ends by itself when it was not used for a while or has lasted long enough; and the
//! account is looked at for each request, so closing it or changing its role acts at once.

use axum::{
    http::{HeaderMap, header},
    response::Response,
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::{SignedDuration, Timestamp};
use kernel::{Actor, Query, Record, Result, Rx, Tx, Values, subject::link_code, uuid::Uuid};
use odata::CompareOp;

use super::{
    SignIn,
    cookie::Cookie,
    event::{self, Event, Method},
    user,
};
use crate::{App, token};

pub(super) const ENTITY: &str = "assent_session";
const COOKIE: Cookie = Cookie("assent");
/// Expired sessions that go when one begins.
const SWEPT: u64 = 100;

/// Who is signed in.
#[derive(Debug, Clone)]
pub struct Session {
    /// The row.
    pub id: Uuid,
    /// The user.
    pub user: Uuid,
    /// As whom the store sees the user.
    pub actor: Actor,
    /// The user's name.
    pub name: String,
    /// When it began.
    pub began: Timestamp,
    /// What a form of this session carries, so that no other site can send it.
    pub stamp: String,
}

/// The session of a request.
///
/// # Errors
/// Those of the store.
pub async fn current(app: &App, headers: &HeaderMap) -> Result<Option<Session>> {
    let Some(secret) = COOKIE.read(app.is_https(), headers) else { return Ok(None) };
    let (hash, idle) = (token::hash(secret), app.signin.settings.idle);
    let found = app.read(Actor::Public, move |rx| find(&rx.elevated("sign-in"), &hash, idle)).await?;
    let Some((session, seen)) = found else { return Ok(None) };
    let now = app.cx.now();
    if seen + step(idle) <= now {
        let id = session.id;
        let touch = move |tx: &mut Tx<'_>| {
            // Ended meanwhile is ended.
            let there = tx.elevated("sign-in").find(ENTITY, id)?.is_some();
            tx.as_system("session", |tx| match there {
                true => tx.update(ENTITY, id, Values::new().with("assent_seenon", now)).map(drop),
                false => Ok(()),
            })
        };
        app.write(session.actor.clone(), touch).await?;
    }
    Ok(Some(session))
}

/// Being seen is written down this often: what is lost of the idle time is a tenth.
fn step(idle: SignedDuration) -> SignedDuration {
    (idle / 10).min(SignedDuration::from_mins(10))
}

fn find(rx: &Rx<'_>, hash: &str, idle: SignedDuration) -> Result<Option<(Session, Timestamp)>> {
    let Some(row) = rx.first(&Query::on(ENTITY).eq("assent_hash", hash))? else { return Ok(None) };
    let now = rx.now();
    let (Some(until), Some(seen), Some(user)) =
        (row.get("assent_expireson").as_time(), row.get("assent_seenon").as_time(), holder(&row))
    else {
        return Ok(None);
    };
    if until <= now || seen + idle <= now {
        return Ok(None);
    }
    let Some(account) = user::open(rx, user)? else { return Ok(None) };
    let stamp = link_code(rx, &format!("session form\n{hash}"))?;
    let began = row.get("createdon").as_time().unwrap_or(seen);
    let session = Session { id: row.id, user, actor: account.actor, name: account.name, began, stamp };
    Ok(Some((session, seen)))
}

fn holder(row: &Record) -> Option<Uuid> {
    row.get("assent_systemuserid").as_guid()
}

/// A session that begins.
pub(super) struct Beginning<'a> {
    /// Whose.
    pub user: Uuid,
    /// By what.
    pub method: Method,
    /// The request's headers: the browser, and the session that this one takes the place of.
    pub headers: &'a HeaderMap,
    /// Whether it came by https.
    pub https: bool,
}

/// Begins a session, ends the one that the browser had, and gives the text of the cookie.
///
/// # Errors
/// Those of the store.
pub(super) fn begin(tx: &mut Tx<'_>, signin: &SignIn, beginning: &Beginning<'_>) -> Result<String> {
    let secret = URL_SAFE_NO_PAD.encode(tx.cx().random_bytes::<32>());
    let now = tx.now();
    let values = Values::new()
        .with("assent_name", browser(beginning.headers))
        .with("assent_hash", token::hash(&secret))
        .with("assent_systemuserid", ("systemuser", beginning.user))
        .with("assent_method", beginning.method as i64)
        .with("assent_seenon", now)
        .with("assent_expireson", now + signin.settings.life);
    let old = COOKIE.read(beginning.https, beginning.headers).map(token::hash);
    tx.as_system("sign-in", |tx| {
        let idle = now - signin.settings.idle;
        for over in [
            Query::on(ENTITY).compare("assent_expireson", CompareOp::Le, now),
            Query::on(ENTITY).compare("assent_seenon", CompareOp::Le, idle),
        ] {
            for id in tx.ids(&over.top(SWEPT))? {
                tx.delete(ENTITY, id)?;
            }
        }
        if let Some(old) = &old
            && let Some(row) = tx.first(&Query::on(ENTITY).eq("assent_hash", old.as_str()))?
        {
            tx.delete(ENTITY, row.id)?;
        }
        tx.create(ENTITY, values)
    })?;
    event::note(tx, Event::SignedIn, Some(beginning.method), Some(beginning.user))?;
    Ok(secret)
}

/// Gives a session another cookie: whoever may know the old one is out.
///
/// # Errors
/// `NotFound` when it has ended.
pub(super) fn rotate(tx: &mut Tx<'_>, id: Uuid) -> Result<String> {
    let secret = URL_SAFE_NO_PAD.encode(tx.cx().random_bytes::<32>());
    let values = Values::new().with("assent_hash", token::hash(&secret)).with("assent_seenon", tx.now());
    tx.as_system("session", |tx| tx.update(ENTITY, id, values))?;
    Ok(secret)
}

/// The open sessions of a user, the one seen last first.
///
/// # Errors
/// Those of the store.
pub(super) fn of_user(rx: &Rx<'_>, user: Uuid) -> Result<Vec<Record>> {
    let query = Query::on(ENTITY).eq("assent_systemuserid", user).compare("assent_expireson", CompareOp::Gt, rx.now());
    rx.elevated("sessions of the user").rows(&query.order("assent_seenon desc")?)
}

/// Ends one session of a user; `false` when the user has none with this identifier.
///
/// # Errors
/// Those of the store.
pub(super) fn end(tx: &mut Tx<'_>, user: Uuid, id: Uuid) -> Result<bool> {
    let row = tx.elevated("session").find(ENTITY, id)?;
    if row.as_ref().and_then(holder) != Some(user) {
        return Ok(false);
    }
    tx.as_system("session", |tx| tx.delete(ENTITY, id))?;
    event::note(tx, Event::SignedOut, None, Some(user))?;
    Ok(true)
}

/// Ends all sessions of a user but one, and says how many.
///
/// # Errors
/// Those of the store.
pub(super) fn end_all(tx: &mut Tx<'_>, user: Uuid, but: Option<Uuid>, event: Event) -> Result<usize> {
    let query = Query::on(ENTITY).eq("assent_systemuserid", user);
    let mut ids = tx.elevated("session").ids(&query)?;
    ids.retain(|it| Some(*it) != but);
    tx.as_system("session", |tx| ids.iter().try_for_each(|id| tx.delete(ENTITY, *id)))?;
    if !ids.is_empty() {
        event::note(tx, event, None, Some(user))?;
    }
    Ok(ids.len())
}

/// The answer with the cookie of a session, or with the order to forget it.
pub(super) fn with_cookie(app: &App, secret: Option<&str>, response: Response) -> Response {
    let (secret, life) = secret.map_or(("", 0), |it| (it, app.signin.settings.life.as_secs()));
    COOKIE.set(app, secret, life, response)
}

/// The kind of browser and system, so that a person knows a session again; nothing that tells one
/// browser from the next.
pub(super) fn browser(headers: &HeaderMap) -> String {
    let agent = headers.get(header::USER_AGENT).and_then(|it| it.to_str().ok()).unwrap_or_default();
    let named = |list: &[(&str, &'static str)]| list.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, it)| *it);
    // The order matters: most browsers name others too.
    let program = named(&[
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ]);
    let system = named(&[
        ("iPhone", "iOS"),
        ("iPad", "iOS"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("Linux", "Linux"),
    ]);
    [program, system].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn a_browser_is_named_by_kind_alone() {
        let named = |agent: &'static str| {
            browser(&HeaderMap::from_iter([(header::USER_AGENT, HeaderValue::from_static(agent))]))
        };
        let chrome =
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36";
        assert_eq!(named(chrome), "Chrome, Linux");
        assert_eq!(
            named("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"),
            "Firefox, Windows"
        );
        assert_eq!(named("curl/8"), "");
    }
}

//! The Web API: OData v4 in Dataverse's dialect, `/api/data/v9.2/` (`spec/web-api.md`).
//!
//! Every entity works from the metadata alone. *Not* here: what the contract has and this service has
//! not; that answers 501 by name. Invariant: one request is one closure on the store, and a failed one
//! leaves nothing.

mod answer;
mod apply;
mod background;
mod batch;
mod body;
mod bulk;
mod call;
mod change;
mod changes;
mod choices;
mod column;
pub(crate) mod components;
mod condition;
mod create;
mod csdl;
mod definition;
mod dispatch;
mod entity;
mod expand;
mod export;
pub(crate) mod fetch;
mod file;
mod fixed;
mod format;
mod image;
mod import;
mod key;
mod language;
mod link;
mod list;
mod metadata_changes;
mod navigation;
mod oauth;
mod openapi;
mod operation;
mod privilege;
mod property;
mod relationship;
mod row;
mod saved;
mod search;
mod seen;
mod select;
mod sql;
mod standing;
mod suggest;
mod table;

use std::sync::Arc;

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, Method, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
    routing::{any, get},
};
use kernel::{Actor, Error, JobKind, Kind, Query, Result, Rule, Tx, access, audit::kept::Access, uuid::Uuid};

use self::{answer::Answer, call::Call};
pub(crate) use self::{
    background::Background, file::Uploads, fixed::fixed, import::Desk as Imports, openapi::Cache as OpenApi, seen::Seen,
};
use crate::{
    App, BODY_LIMIT, duplicates, error, forms,
    protection::Pass,
    signin, solutions,
    token::{self, Caller},
    views,
};

/// The rules of what the Web API keeps: views, forms, solutions and system jobs.
pub const RULES: &[Rule] = &[
    views::CREATE,
    views::UPDATE,
    views::DELETE,
    views::CREATE_OWN,
    views::UPDATE_OWN,
    forms::CREATE,
    forms::UPDATE,
    solutions::CREATE,
    solutions::UPDATE,
    solutions::DELETE,
    duplicates::CREATE,
    duplicates::UPDATE,
    duplicates::CREATE_CONDITION,
    duplicates::UPDATE_CONDITION,
    operation::bulk_delete::RULE,
];

/// The kinds of job that the Web API asks for.
pub const JOBS: &[JobKind] = &[operation::bulk_delete::KIND];

/// Longest path and query of a request, in bytes.
const URI_LIMIT: usize = 32 * 1024;

/// The header of requests that our own page sends with a session's cookie. A page of another site cannot add
/// it: its browser would ask us first (CORS), and we never say yes.
pub(crate) const OUR_PAGE: &str = "x-assent-page";

/// The routes of the Web API.
pub fn router() -> Router<App> {
    Router::new()
        .route("/api/data/{version}", any(handle))
        .route("/api/data/{version}/", any(handle))
        .route("/api/data/{version}/{*path}", any(handle))
        .route("/openapi.json", get(openapi::answer))
        .merge(oauth::router())
        .merge(background::router())
        .merge(export::router())
        .merge(import::router())
        .merge(standing::router())
        .merge(search::router())
}

/// How many requests the text of a batch holds; none where it is refused. For those who try to break the parser (`fuzz/`).
pub fn parts_of_batch(content_type: &str, body: &[u8]) -> Option<usize> {
    let items = batch::read::items(content_type, body).ok()?;
    Some(items.iter().map(batch::read::Item::parts).sum())
}

/// How many elements a FetchXML text holds; none where it is refused. For those who try to break the parser (`fuzz/`).
pub fn elements_of_fetchxml(text: &str) -> Option<usize> {
    fetch::xml::parse(text).ok().map(|it| it.size())
}

async fn handle(State(app): State<App>, request: Request) -> Response {
    match answer(&app, request).await {
        Ok(answer) => answer,
        Err(error) => {
            let mut response = error::odata(&error);
            if response.status() == StatusCode::UNAUTHORIZED {
                let base = &app.base_url;
                let text = format!("Bearer authorization_uri={base}/common/oauth2/authorize, resource_id={base}/");
                if let Ok(value) = text.parse() {
                    response.headers_mut().insert(header::WWW_AUTHENTICATE, value);
                }
            }
            response
        }
    }
}

async fn answer(app: &App, request: Request) -> Result<Response> {
    let uri = request.uri();
    too_long(uri.path_and_query().map_or(0, |it| it.as_str().len()), URI_LIMIT)?;
    let (head, body) = request.into_parts();
    let caller = caller(app, &head.headers).await?;
    // A session has none, so a part of its batch that brings one is refused.
    let token = bearer(&head.headers).unwrap_or_default();
    let (app, actor) = (&app.within(caller.scope), caller.actor);
    let prefer = call::Prefer::read(&head.headers);
    let pass = match app.protection.enter(&app.cx, actor.caller_id().or(actor.user_id())) {
        Ok(pass) => pass,
        Err(reached) => return Ok(reached.answer()),
    };
    let mut response = match within(app, actor, &token, head, body, pass.as_ref()).await {
        Ok(response) => response,
        Err(error) => error::annotated(&error, |name| prefer.wants(name)),
    };
    if let Some(pass) = pass {
        pass.tell(&mut response);
    }
    Ok(response)
}

/// Answers a request that was let in.
async fn within(
    app: &App,
    actor: Actor,
    token: &str,
    head: Parts,
    body: Body,
    pass: Option<&Pass>,
) -> Result<Response> {
    let too_large = || {
        Error::new(
            Kind::Invalid,
            "too-large",
            "body",
            format!("is larger than {BODY_LIMIT} bytes, the limit of a request"),
        )
    };
    let announced = head.headers.get(header::CONTENT_LENGTH).and_then(|it| it.to_str().ok()?.parse::<usize>().ok());
    if announced.is_some_and(|it| it > BODY_LIMIT) {
        return Err(too_large());
    }
    let body = to_bytes(body, BODY_LIMIT).await.map_err(|_| too_large())?;
    let (path, query) = (head.uri.path(), head.uri.query().unwrap_or_default());
    let call = Call::read(&app.base_url, head.method, path, query, &head.headers, body)?;
    if call.is_batch() {
        return batch::answer(app, &actor, token, &call, &head.headers, pass).await;
    }
    if background::is_wanted(&call) {
        return Ok(background::begin(app, actor, call, pass.cloned())?.into_response());
    }
    Ok(carry_out(app, actor, call).await?.into_response())
}

/// Carries out one request in a closure of its own.
async fn carry_out(app: &App, actor: Actor, call: Call) -> Result<Answer> {
    let model = app.db.model();
    let (call, errand) = if call.method == Method::POST && call.path.len() == 2 {
        app.read(actor.clone(), move |rx| {
            let errand = operation::errand(rx, &call)?;
            Ok((call, errand))
        })
        .await?
    } else {
        (call, None)
    };
    let outcome = if let Some((operation, given)) = errand {
        app.may_write()?;
        let (db, cx) = (app.db.clone(), app.cx.for_actor(actor));
        let done = tokio::task::spawn_blocking(move || operation::run_errand(&db, &cx, &call, operation, &given)).await;
        done.unwrap_or_else(|_| Err(Error::bug("an operation stopped in the middle")))
    } else if file::in_pieces(&call) {
        file::upload(app, actor, call).await
    } else if call.method == Method::GET {
        app.read(actor, move |rx| dispatch::read(rx, &call)).await
    } else {
        app.write(actor, move |tx| write(tx, &call)).await
    };
    outcome.map_err(|error| suggest::with_name(&model, error))
}

/// Carries out one request that writes, with the reason that its body gives. Whatever changed the metadata, its
/// views and the components of solutions follow.
fn write(tx: &mut Tx<'_>, call: &Call) -> Result<Answer> {
    let mut cx = tx.cx().clone();
    // The octets of a file are no JSON, whatever words they hold.
    cx.justification = if file::is_upload(call) { None } else { body::justification(call)? };
    let before = tx.model();
    let answer = tx.under(cx, |tx| dispatch::write(tx, call))?;
    if !Arc::ptr_eq(&before, &tx.model()) {
        views::ensure(tx)?;
        let named = call.solution.as_ref().filter(|_| call.method == Method::POST);
        solutions::record(tx, named.map(|(place, name)| (*place, name.as_str())))?;
    }
    Ok(answer)
}

fn too_long(bytes: usize, limit: usize) -> Result<()> {
    if bytes <= limit {
        return Ok(());
    }
    let text = format!("is longer than {limit} bytes; send fewer columns or conditions");
    Err(Error::new(Kind::Invalid, "uri-too-long", "URL", text))
}

/// The header that names the user for whom one asks by their identifier in the directory, or else by their own.
const BY_DIRECTORY: &str = "callerobjectid";
/// The headers that name the user for whom one asks.
const INSTEAD: [&str; 2] = [BY_DIRECTORY, "mscrmcallerid"];

/// A part of a batch acts as the batch does: left out silently, the audit would name the wrong user.
fn as_the_batch(headers: &HeaderMap) -> Result<()> {
    match INSTEAD.into_iter().find(|it| headers.contains_key(*it)) {
        Some(name) => Err(key::not_built(&format!("the header {name} in a part of a batch; send it with the batch"))),
        None => Ok(()),
    }
}

/// The actor when somebody asks for another user (`spec/web-api.md` 4.4): only what both may do is done.
///
/// # Errors
/// `option` for what is no identifier; `Forbidden` for a user whom there is not, and for whoever may not ask so.
async fn instead(app: &App, caller: Actor, headers: &HeaderMap) -> Result<Actor> {
    let Some(name) = INSTEAD.into_iter().find(|it| headers.contains_key(*it)) else { return Ok(caller) };
    let text = headers.get(name).and_then(|it| it.to_str().ok()).unwrap_or_default();
    let no_identifier = || {
        Error::invalid(
            name,
            "takes the identifier (GUID) of a systemuser, or CallerObjectId the one in azureactivedirectoryobjectid",
        )
        .with_code("option")
    };
    let id: Uuid = text.trim().parse().map_err(|_| no_identifier())?;
    app.read(caller.clone(), move |rx| {
        access::require(rx, "prvActOnBehalfOfAnotherUser", name)?;
        let own = rx.elevated("impersonation");
        let listed = Query::on("systemuser").eq("azureactivedirectoryobjectid", id);
        let listed = if name == BY_DIRECTORY { own.first(&listed)? } else { None };
        let user = signin::actor(&own, listed.map_or(id, |it| it.id))?;
        let user = user.ok_or_else(|| Error::forbidden(name, "names no user whose account is open"))?;
        if user.user_id() == caller.user_id() {
            return Ok(caller);
        }
        Ok(Actor::Instead { user: Arc::new(user), caller: Arc::new(caller) })
    })
    .await
}

/// Who a request acts as: the holder of its access token, or who is signed in where our own page asks.
///
/// # Errors
/// `unauthenticated` without a token or a session that is in force.
pub(crate) async fn caller(app: &App, headers: &HeaderMap) -> Result<Caller> {
    if headers.contains_key(OUR_PAGE) && !headers.contains_key(header::AUTHORIZATION) {
        let session = signin::current(app, headers).await?.ok_or_else(token::refused)?;
        seen::note(app, &session.actor, Access::Web).await?;
        return Ok(Caller { actor: session.actor, scope: token::Scope::Write });
    }
    let token = bearer(headers)?;
    let Caller { actor, scope } = app.read(Actor::Public, move |rx| oauth::authenticate(rx, &token)).await?;
    seen::note(app, &actor, Access::WebServices).await?;
    Ok(Caller { actor: instead(app, actor, headers).await?, scope })
}

fn bearer(headers: &HeaderMap) -> Result<String> {
    let header = headers.get(header::AUTHORIZATION).and_then(|it| it.to_str().ok());
    header
        .and_then(|it| it.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token.trim().to_owned())
        .ok_or_else(token::refused)
}

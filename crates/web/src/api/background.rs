//! `Prefer: respond-async`: an action that is carried out after the answer (`spec/web-api.md` 4.7).
//!
//! *Not* kept over a restart: what an action was given may be personal, so it is held in memory, and what
//! must survive is a system job (`operation::bulk_delete`). Invariant: only whoever asked sees how it stands.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use axum::{
    Router,
    body::to_bytes,
    extract::{Path, State},
    http::{HeaderMap, HeaderName, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use kernel::{Actor, Error, Kind, Result, uuid::Uuid};
use serde_json::{Map, Value as Json, json};

use super::{answer::Answer, call::Call, carry_out};
use crate::{App, error};

/// Most operations that are remembered.
const MOST: usize = 1_000;
/// What is over is remembered for so long, in milliseconds.
const KEPT: i64 = 60 * 60 * 1_000;
const IN_PROGRESS: (i64, i64) = (2, 20);
const SUCCEEDED: (i64, i64) = (3, 30);
const FAILED: (i64, i64) = (3, 31);

struct Entry {
    user: Option<Uuid>,
    status: (i64, i64),
    /// What came of it.
    output: Map<String, Json>,
    ended: Option<i64>,
}

/// All operations in the background.
#[derive(Default)]
pub struct Background(Mutex<HashMap<Uuid, Entry>>);

impl Background {
    fn all(&self) -> MutexGuard<'_, HashMap<Uuid, Entry>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The addresses under which clients ask how it stands.
pub fn router() -> Router<App> {
    Router::new().route("/api/backgroundoperation/{id}", get(look).delete(forget))
}

/// Whether the request wants to be carried out later and can be: it is an action.
pub fn is_wanted(call: &Call) -> bool {
    let action = call.path.last().is_some_and(|it| it.name != "$ref");
    let named = match call.path.as_slice() {
        [only] => super::operation::is_action(&only.name),
        [_, last] => last.name.starts_with("Microsoft.Dynamics.CRM."),
        _ => false,
    };
    call.prefer.respond_async && call.method == "POST" && action && named
}

/// Begins to carry the request out, and answers at once.
///
/// # Errors
/// `TooMany` while too many are under way.
pub fn begin(app: &App, actor: Actor, call: Call) -> Result<Answer> {
    let id = app.cx.new_id();
    let now = app.cx.now().as_millisecond();
    let user = match &actor {
        Actor::User { id, .. } => Some(*id),
        _ => None,
    };
    let mut all = app.background.all();
    all.retain(|_, it| it.ended.is_none_or(|at| at + KEPT > now));
    if all.len() >= MOST {
        let text = "so many operations are in the background that none can be added now";
        return Err(Error::new(Kind::TooMany, "requests", "", text));
    }
    all.insert(id, Entry { user, status: IN_PROGRESS, output: Map::new(), ended: None });
    drop(all);
    let address = format!("{}/api/backgroundoperation/{id}", app.base_url);
    let app = app.clone();
    tokio::spawn(async move {
        let (status, output) = match carry_out(&app, actor, call).await {
            Ok(answer) => (SUCCEEDED, output(answer.into_response()).await),
            Err(error) => (FAILED, output(error::odata(&error)).await),
        };
        if let Some(entry) = app.background.all().get_mut(&id) {
            (entry.status, entry.output, entry.ended) = (status, output, Some(app.cx.now().as_millisecond()));
        }
    });
    Ok(Answer::nothing()
        .status(StatusCode::ACCEPTED)
        .with(header::LOCATION, address)
        .with(HeaderName::from_static("x-ms-dyn-backgroundoperationid"), id.to_string())
        .applied(Some("respond-async".to_owned())))
}

/// What an answer says, for whoever asks later.
async fn output(response: Response) -> Map<String, Json> {
    let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap_or_default();
    let Ok(Json::Object(mut body)) = serde_json::from_slice(&bytes) else { return Map::new() };
    let Some(error) = body.remove("error") else {
        body.remove("@odata.context");
        return body;
    };
    Map::from_iter([
        ("backgroundOperationErrorCode".to_owned(), error.get("code").cloned().unwrap_or_default()),
        ("backgroundOperationErrorMessage".to_owned(), error.get("message").cloned().unwrap_or_default()),
    ])
}

async fn look(State(app): State<App>, Path(id): Path<String>, headers: HeaderMap) -> Response {
    asked(&app, &id, &headers, false).await.map_or_else(|error| error::odata(&error), IntoResponse::into_response)
}

async fn forget(State(app): State<App>, Path(id): Path<String>, headers: HeaderMap) -> Response {
    asked(&app, &id, &headers, true).await.map_or_else(|error| error::odata(&error), IntoResponse::into_response)
}

async fn asked(app: &App, id: &str, headers: &HeaderMap, forget: bool) -> Result<Answer> {
    let caller = super::caller(app, headers).await?;
    let user = match caller.actor {
        Actor::User { id, .. } => Some(id),
        _ => None,
    };
    let missing = || Error::new(Kind::NotFound, "not-found", "", format!("there is no background operation {id}"));
    let id: Uuid = id.parse().map_err(|_| missing())?;
    let mut all = app.background.all();
    let entry = all.get(&id).filter(|it| it.user == user).ok_or_else(missing)?;
    let (state, status) = entry.status;
    let mut body = entry.output.clone();
    body.insert("backgroundOperationStateCode".to_owned(), json!(state));
    body.insert("backgroundOperationStatusCode".to_owned(), json!(status));
    if forget {
        if entry.ended.is_none() {
            let text = "is being carried out in one transaction and cannot be stopped in between";
            return Err(Error::conflict("backgroundoperation", text));
        }
        all.remove(&id);
    }
    Ok(Answer::json(&Json::Object(body)))
}

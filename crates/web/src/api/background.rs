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
use crate::{App, error, protection::Pass};

/// Most operations that are remembered.
const MOST: usize = 1_000;
/// Most of one user that are under way, and most that are over and remembered.
const OF_ONE: usize = 50;
/// Most bytes that one user's hold which are under way, and as many that those hold which are over.
const BYTES_OF_ONE: usize = 16 * 1024 * 1024;
/// Most bytes that all hold which are over.
const BYTES: usize = 128 * 1024 * 1024;
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
    /// How much it holds: what was given, later what came of it.
    bytes: usize,
    ended: Option<i64>,
}

type Entries = HashMap<Uuid, Entry>;

/// All operations in the background.
#[derive(Default)]
pub struct Background(Mutex<Entries>);

impl Background {
    fn all(&self) -> MutexGuard<'_, Entries> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes one that begins.
    fn begin(&self, id: Uuid, user: Option<Uuid>, bytes: usize, now: i64) -> Result<()> {
        let mut all = self.all();
        all.retain(|_, it| it.ended.is_none_or(|at| at + KEPT > now));
        let running = all.values().filter(|it| it.user == user && it.ended.is_none());
        let (count, held) = running.fold((0, 0), |(count, held), it| (count + 1, held + it.bytes));
        let room = count < OF_ONE && held + bytes <= BYTES_OF_ONE;
        if !room || !forget_oldest(&mut all, |_| true, MOST - 1, usize::MAX) {
            let text = "so many operations are in the background that none can be added now; wait until one has ended";
            return Err(Error::new(Kind::TooMany, "requests", "", text));
        }
        all.insert(id, Entry { user, status: IN_PROGRESS, output: Map::new(), bytes, ended: None });
        Ok(())
    }

    /// Notes what came of one. The newest is kept, older ones make room for it.
    fn settle(&self, id: Uuid, status: (i64, i64), (output, bytes): (Map<String, Json>, usize), now: i64) {
        let mut all = self.all();
        let Some(entry) = all.get_mut(&id) else { return };
        (entry.status, entry.output, entry.bytes, entry.ended) = (status, output, bytes, Some(now));
        let user = entry.user;
        forget_oldest(&mut all, |it| it.user == user && it.ended.is_some(), OF_ONE, BYTES_OF_ONE);
        forget_oldest(&mut all, |it| it.ended.is_some(), MOST, BYTES);
    }
}

/// Forgets the oldest that are over, until no more than so many are left of those counted; whether that is so.
fn forget_oldest(all: &mut Entries, counted: impl Fn(&Entry) -> bool, most: usize, bytes: usize) -> bool {
    loop {
        let (count, held) =
            all.values().filter(|it| counted(it)).fold((0, 0), |(count, held), it| (count + 1, held + it.bytes));
        if count <= most && held <= bytes {
            return true;
        }
        let over = all.iter().filter(|(_, it)| counted(it) && it.ended.is_some());
        // Identifiers are ordered by time.
        let Some(id) = over.min_by_key(|(id, it)| (it.ended, **id)).map(|(id, _)| *id) else { return false };
        all.remove(&id);
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

/// Begins to carry the request out, and answers at once. What is under way counts as a request of its user
/// until it ends.
///
/// # Errors
/// `TooMany` while too many are under way, of the user or of all.
pub fn begin(app: &App, actor: Actor, call: Call, pass: Option<Pass>) -> Result<Answer> {
    let id = app.cx.new_id();
    app.background.begin(id, actor.user_id(), call.body.len(), app.cx.now().as_millisecond())?;
    let address = format!("{}/api/backgroundoperation/{id}", app.base_url);
    let app = app.clone();
    tokio::spawn(async move {
        let (status, output) = match carry_out(&app, actor, call).await {
            Ok(answer) => (SUCCEEDED, output(answer.into_response()).await),
            Err(error) => (FAILED, output(error::odata(&error)).await),
        };
        drop(pass);
        app.background.settle(id, status, output, app.cx.now().as_millisecond());
    });
    Ok(Answer::nothing()
        .status(StatusCode::ACCEPTED)
        .with(header::LOCATION, address)
        .with(HeaderName::from_static("x-ms-dyn-backgroundoperationid"), id.to_string())
        .applied(Some("respond-async".to_owned())))
}

/// What an answer says, for whoever asks later, and how much it is.
async fn output(response: Response) -> (Map<String, Json>, usize) {
    let message = |text: Json| ("backgroundOperationErrorMessage".to_owned(), text);
    let Ok(bytes) = to_bytes(response.into_body(), BYTES_OF_ONE).await else {
        let text = "what came of it is too much to be kept; ask without respond-async where the answer matters";
        return (Map::from_iter([message(text.into())]), 0);
    };
    let Ok(Json::Object(mut body)) = serde_json::from_slice(&bytes) else { return (Map::new(), 0) };
    let Some(error) = body.remove("error") else {
        body.remove("@odata.context");
        return (body, bytes.len());
    };
    let code = ("backgroundOperationErrorCode".to_owned(), error.get("code").cloned().unwrap_or_default());
    (Map::from_iter([code, message(error.get("message").cloned().unwrap_or_default())]), bytes.len())
}

async fn look(State(app): State<App>, Path(id): Path<String>, headers: HeaderMap) -> Response {
    asked(&app, &id, &headers, false).await.map_or_else(|error| error::odata(&error), IntoResponse::into_response)
}

async fn forget(State(app): State<App>, Path(id): Path<String>, headers: HeaderMap) -> Response {
    asked(&app, &id, &headers, true).await.map_or_else(|error| error::odata(&error), IntoResponse::into_response)
}

async fn asked(app: &App, id: &str, headers: &HeaderMap, forget: bool) -> Result<Answer> {
    let caller = super::caller(app, headers).await?;
    let user = caller.actor.user_id();
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

#[cfg(test)]
mod tests {
    use super::*;

    /// The identifiers that are remembered, in the order of their beginning.
    fn left(background: &Background) -> Vec<u128> {
        let mut all: Vec<u128> = background.all().keys().map(|it| it.as_u128()).collect();
        all.sort_unstable();
        all
    }

    #[test]
    fn what_is_over_makes_room() {
        let background = Background::default();
        let (ann, ben) = (Some(Uuid::from_u128(1_001)), Some(Uuid::from_u128(1_002)));
        let run = |id: u128, user, bytes: usize| {
            let now = i64::try_from(id).unwrap();
            background.begin(Uuid::from_u128(id), user, 0, now).unwrap();
            background.settle(Uuid::from_u128(id), SUCCEEDED, (Map::new(), bytes), now);
        };
        run(1, ben, BYTES_OF_ONE);
        run(2, ann, BYTES_OF_ONE / 2);
        run(3, ann, BYTES_OF_ONE / 2);
        assert_eq!(left(&background), [1, 2, 3]);
        run(4, ann, 1);
        assert_eq!(left(&background), [1, 3, 4], "by bytes, and nobody else's");
        for id in 5..=100 {
            run(id, ann, 0);
        }
        let of_ann: Vec<u128> = (51..=100).collect();
        assert_eq!(left(&background), [vec![1], of_ann].concat(), "by number");
        // All together.
        for user in 0..20u128 {
            run(200 + user, Some(Uuid::from_u128(user)), BYTES_OF_ONE);
        }
        assert_eq!(left(&background), (212..220).collect::<Vec<_>>());
    }

    #[test]
    fn one_user_leaves_room_for_others() {
        let background = Background::default();
        let (ann, ben) = (Some(Uuid::from_u128(1)), Some(Uuid::from_u128(2)));
        let begin = |id: u128, user, bytes: usize| background.begin(Uuid::from_u128(id), user, bytes, 0).is_ok();
        assert!(begin(1, ben, BYTES_OF_ONE) && !begin(2, ben, 1), "by bytes");
        let let_in = (100..200).filter(|id| begin(*id, ann, 0)).count();
        assert_eq!((let_in, begin(3, Some(Uuid::from_u128(3)), 0)), (OF_ONE, true));
        // Nobody gets in where everything is under way.
        let others = (10..40).map(|it| Some(Uuid::from_u128(it)));
        let let_in = others.enumerate().map(|(at, user)| {
            (0..OF_ONE).filter(|it| begin(1_000 + u128::try_from(at * 100 + it).unwrap(), user, 0)).count()
        });
        assert_eq!(let_in.sum::<usize>(), MOST - OF_ONE - 2);
    }
}

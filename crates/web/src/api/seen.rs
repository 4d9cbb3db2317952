//! Who came lately, so that the audit of user access notes each user once in a while and not with each request.
//!
//! *Not* a session. Invariant: nothing is kept of a user but that they came, and nothing when the audit of user
//! access is off.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use jiff::Timestamp;
use kernel::{Actor, Result, audit::kept, uuid::Uuid};

use crate::App;

/// The last time that each user was noted, by the way in which they came.
#[derive(Debug, Default)]
pub struct Seen(Mutex<HashMap<(Uuid, i64), Timestamp>>);

/// Notes that a user came, where that is audited and was not done lately.
///
/// # Errors
/// Those of the store: access that cannot be noted is not given.
pub async fn note(app: &App, actor: &Actor, by: kept::Access) -> Result<()> {
    let switches = app.db.model().auditing;
    let Some(user) = actor.user_id().filter(|_| switches.enabled && switches.user_access) else { return Ok(()) };
    let now = app.cx.now();
    let late = |last: &Timestamp| now.as_second() - last.as_second() >= switches.interval * 3_600;
    {
        let mut seen = app.seen.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !seen.get(&(user, by as i64)).is_none_or(late) {
            return Ok(());
        }
        seen.retain(|_, last| !late(last));
        seen.insert((user, by as i64), now);
    }
    let noted = app.write(actor.clone(), move |tx| kept::access(tx, user, by)).await;
    if noted.is_err() {
        app.seen.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&(user, by as i64));
    }
    noted
}

//! The one thread that writes, and its group commit (law 4).
//!
//! It takes as many closures as are waiting into one database transaction, each in a savepoint, and
//! answers them after the commit: one flush to disk serves all of them. *Not* a queue of jobs.
//! Invariant: a closure is answered only when its effects are durable, or gone.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex, PoisonError, mpsc},
};

use rusqlite::Connection;

use super::Shared;
use crate::{Context, Error, Result, Tx, metadata::Model, tx::Draft};

/// So many closures share a commit at most; a bound on how long the first of them waits.
const GROUP: usize = 512;

type Acknowledge = Box<dyn FnOnce(Result<()>) + Send>;
type Run = Box<dyn FnOnce(&mut Tx<'_>) -> std::result::Result<Acknowledge, Acknowledge> + Send>;

/// A closure with its circumstances and the answer to its caller.
pub(crate) struct Work {
    cx: Context,
    run: Run,
}

impl Work {
    pub(crate) fn new<T: Send + 'static>(
        cx: Context,
        f: impl Fn(&mut Tx<'_>) -> Result<T> + Send + 'static,
        done: impl FnOnce(Result<T>) + Send + 'static,
    ) -> Self {
        let run: Run = Box::new(move |tx| {
            let outcome = catch_unwind(AssertUnwindSafe(|| f(tx)))
                .unwrap_or_else(|_| Err(Error::bug("an operation stopped in the middle; nothing of it was kept")));
            match outcome {
                Ok(value) => Ok(Box::new(move |committed| done(committed.map(|()| value)))),
                Err(error) => Err(Box::new(move |_| done(Err(error)))),
            }
        });
        Work { cx, run }
    }
    /// Answers with an error without running.
    pub(crate) fn refuse(self, error: Error) {
        tracing::warn!(%error, "work refused");
        drop(self.run);
    }
}

/// Starts the writer; it ends when every handle to the store is gone.
pub(crate) fn start(shared: Arc<Shared>, connection: Arc<Mutex<Connection>>) -> Result<mpsc::Sender<Work>> {
    let (work, queue) = mpsc::channel::<Work>();
    let mut version: i64 = connection.lock().unwrap_or_else(PoisonError::into_inner).query_row(
        "SELECT value FROM assent_sequence WHERE name = 'version'",
        [],
        |row| row.get(0),
    )?;
    std::thread::Builder::new()
        .name("assent-writer".into())
        .spawn(move || {
            while let Ok(first) = queue.recv() {
                let connection = connection.lock().unwrap_or_else(PoisonError::into_inner);
                group(&shared, &connection, first, &queue, &mut version);
            }
        })
        .map_err(|_| Error::unavailable("the writer's thread cannot be started"))?;
    Ok(work)
}

fn group(shared: &Shared, connection: &Connection, first: Work, queue: &mpsc::Receiver<Work>, version: &mut i64) {
    let mut answers: Vec<Acknowledge> = Vec::new();
    let before = *version;
    let mut model = shared.model();
    let result = (|| -> Result<()> {
        connection.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
        let mut next = Some(first);
        while let Some(work) = next.take() {
            one(shared, connection, work, version, &mut model, &mut answers)?;
            if answers.len() < GROUP {
                next = queue.try_recv().ok();
            }
        }
        if *version != before {
            connection
                .prepare_cached("UPDATE assent_sequence SET value = ?1 WHERE name = 'version'")?
                .execute([*version])?;
        }
        // The vault first: a key without a record does no harm, a record without its key would.
        shared.vault().commit()?;
        connection.prepare_cached("COMMIT")?.execute([])?;
        Ok(())
    })();
    match &result {
        Ok(()) => *shared.model.write().unwrap_or_else(PoisonError::into_inner) = model,
        Err(error) => {
            tracing::error!(%error, "a commit failed; its callers are told");
            let _already_over = connection.execute_batch("ROLLBACK");
            shared.vault().rollback();
            *version = before;
        }
    }
    for answer in answers {
        answer(result.clone());
    }
}

fn one(
    shared: &Shared,
    connection: &Connection,
    work: Work,
    version: &mut i64,
    model: &mut Arc<Model>,
    answers: &mut Vec<Acknowledge>,
) -> Result<()> {
    connection.prepare_cached("SAVEPOINT work")?.execute([])?;
    let mut draft = Draft::at(*version);
    let mut tx = Tx::new(connection, shared, Arc::clone(model), work.cx, &mut draft);
    match (work.run)(&mut tx) {
        Ok(answer) => {
            crate::blob::sweep(&mut tx)?;
            let changed = tx.changed_model();
            let vault = tx.vault_acts();
            connection.prepare_cached("RELEASE work")?.execute([])?;
            shared.vault().apply(vault)?;
            if let Some(changed) = changed {
                *model = changed;
            }
            *version = draft.version();
            answers.push(answer);
        }
        Err(answer) => {
            drop(tx);
            connection.prepare_cached("ROLLBACK TO work")?.execute([])?;
            connection.prepare_cached("RELEASE work")?.execute([])?;
            // An error needs no commit.
            answer(Ok(()));
        }
    }
    Ok(())
}

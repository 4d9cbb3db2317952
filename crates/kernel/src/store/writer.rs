//! The one thread that writes, and its group commit (law 4).
//!
//! It takes as many closures as are waiting into one database transaction, each in a savepoint, and
//! answers them after the commit: one flush to disk serves all of them. *Not* a queue of jobs.
//! Invariant: a closure is answered only when its effects are durable, or gone.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex, PoisonError, mpsc},
};

use super::{
    Shared,
    connection::{Connection, cells},
};
use crate::{
    Context, Error, Result, Tx,
    audit::{self, Head},
    metadata::Model,
    tx::Draft,
};

/// So many closures share a commit at most; a bound on how long the first of them waits.
const GROUP: usize = 512;

type Acknowledge = Box<dyn FnOnce(Result<()>) + Send>;
/// Runs in a transaction, or is told why there is none.
type Run = Box<dyn FnOnce(Result<&mut Tx<'_>>) -> std::result::Result<Acknowledge, Acknowledge> + Send>;

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
            let outcome = tx.and_then(|tx| {
                catch_unwind(AssertUnwindSafe(|| f(tx)))
                    .unwrap_or_else(|_| Err(Error::bug("an operation stopped in the middle; nothing of it was kept")))
            });
            match outcome {
                Ok(value) => Ok(Box::new(move |committed| done(committed.map(|()| value)))),
                Err(error) => Err(Box::new(move |_| done(Err(error)))),
            }
        });
        Work { cx, run }
    }
    /// Answers with an error without running.
    pub(crate) fn refuse(self, error: Error) {
        if let Err(answer) = (self.run)(Err(error)) {
            answer(Ok(()));
        }
    }
}

/// Starts the writer; it ends when every handle to the store is gone.
pub(crate) fn start(shared: Arc<Shared>, connection: Arc<Mutex<Connection>>) -> Result<mpsc::Sender<Work>> {
    let (work, queue) = mpsc::channel::<Work>();
    let mut end = End::read(&connection.lock().unwrap_or_else(PoisonError::into_inner))?;
    std::thread::Builder::new()
        .name("assent-writer".into())
        .spawn(move || {
            while let Ok(first) = queue.recv() {
                let connection = connection.lock().unwrap_or_else(PoisonError::into_inner);
                group(&shared, &connection, first, &queue, &mut end);
            }
        })
        .map_err(|_| Error::unavailable("the writer's thread cannot be started"))?;
    Ok(work)
}

/// Where the store ends: the highest version, and the last row of the audit trail.
#[derive(Clone)]
struct End {
    version: i64,
    head: Head,
}

impl End {
    fn read(connection: &Connection) -> Result<End> {
        let sql = "SELECT value FROM assent_sequence WHERE name = 'version'";
        let version = connection.row(sql, cells![], |row| row.get(0))?;
        let version = version.ok_or_else(|| Error::bug("the store has lost its version"))?;
        Ok(End { version, head: audit::head(connection)? })
    }
}

fn group(shared: &Shared, connection: &Connection, first: Work, queue: &mpsc::Receiver<Work>, end: &mut End) {
    let mut answers: Vec<Acknowledge> = Vec::new();
    let mut before = end.clone();
    let mut first = Some(first);
    let result = (|| -> Result<Arc<Model>> {
        if let Some(nodes) = connection.begin_writing()? {
            shared.follow(connection, nodes)?;
            *end = End { version: nodes.version, head: audit::head(connection)? };
            before = end.clone();
        }
        let mut model = shared.model();
        let mut next = first.take();
        while let Some(work) = next.take() {
            one(shared, connection, work, end, &mut model, &mut answers)?;
            if answers.len() < GROUP {
                next = queue.try_recv().ok();
            }
        }
        if end.version != before.version {
            let sql = "UPDATE assent_sequence SET value = ?1 WHERE name = 'version'";
            connection.execute(sql, cells![end.version])?;
        }
        // The vault first: a key without a record does no harm, a record without its key would.
        shared.vault().commit()?;
        connection.commit()?;
        Ok(model)
    })();
    let result = match result {
        Ok(model) => {
            *shared.model.write().unwrap_or_else(PoisonError::into_inner) = model;
            Ok(())
        }
        Err(error) => {
            tracing::error!(%error, "a commit failed; its callers are told");
            let _already_over = connection.rollback();
            shared.vault().rollback();
            *end = before;
            Err(error)
        }
    };
    if let (Some(never_begun), Err(error)) = (first, &result) {
        never_begun.refuse(error.clone());
    }
    for answer in answers {
        answer(result.clone());
    }
}

fn one(
    shared: &Shared,
    connection: &Connection,
    work: Work,
    end: &mut End,
    model: &mut Arc<Model>,
    answers: &mut Vec<Acknowledge>,
) -> Result<()> {
    if let Err(error) = connection.savepoint("work") {
        work.refuse(error.clone());
        return Err(error);
    }
    let mut draft = Draft::at(end.version, end.head.clone());
    let mut tx = Tx::new(connection, shared, Arc::clone(model), work.cx, &mut draft);
    match (work.run)(Ok(&mut tx)) {
        Ok(answer) => {
            crate::blob::sweep(&mut tx)?;
            let changed = tx.changed_model();
            let vault = tx.vault_acts();
            connection.release("work")?;
            shared.vault().apply(vault)?;
            if let Some(changed) = changed {
                *model = changed;
            }
            let (version, head) = draft.end();
            *end = End { version, head };
            answers.push(answer);
        }
        Err(answer) => {
            drop(tx);
            let undone = connection.undo("work");
            // An error needs no commit.
            answer(Ok(()));
            undone?;
        }
    }
    Ok(())
}

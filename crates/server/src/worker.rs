//! What goes on in the background while a store is served: events, jobs, the vault's mirrors, mail.
//!
//! *Not* the work itself; each is a list in `registry`. Mail has a loop of its own, so that a slow
//! mail server holds up nothing else. Invariant: every round is safe to end in the middle, so a stop
//! loses nothing, and a failure holds up neither the other kinds nor the next round.

use std::{
    sync::{
        Arc,
        mpsc::{self, RecvTimeoutError},
    },
    thread::JoinHandle,
    time::Duration,
};

use connect::mail::{self, Sender, Transport};
use jiff::{SignedDuration, Timestamp};
use kernel::{Actor, Context, Result, events, jobs};
use tokio::sync::watch;

use crate::engine::Engine;

/// The pause between two rounds when nothing is to be done.
const PAUSE: Duration = Duration::from_millis(250);
/// So many jobs run in one round, so that events and mail get their turn.
const JOBS: usize = 100;
/// The mirrors are refreshed every so many milliseconds.
const MIRRORS: i64 = 10 * 60 * 1_000;

/// So long after it took a mail a node is taken for dead: longer than any mail is on its way.
const LOST: SignedDuration = SignedDuration::from_mins(15);
/// The hours (UTC) in which a large store may be rewritten after an erasure, while writers wait.
const NIGHT: std::ops::Range<i8> = 1..4;

/// The background work of a store; dropping it stops after the present step.
pub struct Worker {
    stop: Option<mpsc::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Worker {
    /// Starts the work.
    ///
    /// # Errors
    /// `Unavailable` when no thread can be started.
    pub fn start(engine: &Arc<Engine>) -> Result<Worker> {
        let engine = Arc::clone(engine);
        let (stop, stopped) = mpsc::channel();
        let thread = std::thread::Builder::new().name("assent-worker".into()).spawn(move || run(&engine, &stopped))?;
        Ok(Worker { stop: Some(stop), thread: Some(thread) })
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.stop.take();
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the worker stopped in the middle; its work is due again at the next start");
        }
    }
}

fn run(engine: &Engine, stopped: &mpsc::Receiver<()>) {
    let cx = engine.cx.for_actor(Actor::System).because("worker");
    let mut failing = Failing::default();
    let mut mirrored = i64::MIN;
    loop {
        let mut done = failing.watch("events", events::pump(&engine.db, &cx));
        done += failing.watch("jobs", jobs::run_due(&engine.db, &cx, JOBS));
        if cx.now().as_millisecond() >= mirrored.saturating_add(MIRRORS) {
            mirrored = cx.now().as_millisecond();
            failing.watch("vault mirrors", mirrors(engine, &cx));
            if engine.config.store.is_on_server() {
                // What a node left undone that died in the middle is done by another.
                failing.watch("mails of lost nodes", recover(engine, &cx));
                failing.watch("erasures of lost nodes", privacy::erasure::replay(&engine.db, &cx));
            }
            if NIGHT.contains(&cx.now().to_zoned(jiff::tz::TimeZone::UTC).hour()) {
                failing.watch("rewriting after an erasure", engine.db.rewrite_if_due().map(usize::from));
            }
        }
        let pause = if done > 0 { Duration::ZERO } else { PAUSE };
        match stopped.recv_timeout(pause) {
            Err(RecvTimeoutError::Timeout) => {}
            _ => return,
        }
    }
}

/// Sends mail until told to stop; a mail on its way then has `grace` to arrive.
///
/// # Errors
/// `Invalid` for an address of a mail server that is not one.
pub fn sending(
    engine: &Engine,
    mut stopping: watch::Receiver<bool>,
    grace: Duration,
) -> Result<impl Future<Output = ()> + Send + use<>> {
    let cx = engine.cx.for_actor(Actor::System).because("outbox");
    recover(engine, &cx)?;
    let transport = Transport::of_url(Some(&engine.config.mail.smtp_url))?;
    let sender = Sender { db: engine.db.clone(), cx, transport };
    Ok(async move {
        let mut failing = Failing::default();
        while !*stopping.borrow() {
            tokio::select! {
                biased;
                sent = mail::deliver(&sender) => { failing.watch("mail", sent); }
                () = long_after(stopping.clone(), grace) => return,
            }
            // Either the pause is over or it is time to stop, which the loop looks at.
            let _either = tokio::time::timeout(PAUSE, stopping.changed()).await;
        }
    })
}

/// Marks mails that were on their way when a process ended. In a folder that process was this one's
/// forerunner; on a server it may have been another node, of which only time tells that it is gone.
fn recover(engine: &Engine, cx: &Context) -> Result<usize> {
    let patience = if engine.config.store.is_on_server() { LOST } else { SignedDuration::ZERO };
    let moment = cx.now().checked_sub(patience).unwrap_or(Timestamp::MIN);
    let interrupted = engine.db.write(cx, move |tx| mail::recover(tx, moment))?;
    if interrupted > 0 {
        tracing::warn!(interrupted, "mails were on their way when their process ended; they are not sent again");
    }
    Ok(interrupted)
}

async fn long_after(mut stopping: watch::Receiver<bool>, grace: Duration) {
    // A sender that is gone is a stop too.
    drop(stopping.wait_for(|it| *it).await);
    tokio::time::sleep(grace).await;
}

fn mirrors(engine: &Engine, _cx: &Context) -> Result<usize> {
    for path in engine.db.refresh_mirrors()? {
        tracing::warn!(path, "a mirror of the vault cannot be reached; erasures do not get there");
    }
    Ok(0)
}

/// What failed in the last round: a failure is logged when it begins and when it ends, not each time.
#[derive(Default)]
struct Failing(Vec<(&'static str, String)>);

impl Failing {
    fn watch(&mut self, what: &'static str, result: Result<usize>) -> usize {
        let before = self.0.iter().position(|(it, _)| *it == what).map(|at| self.0.swap_remove(at).1);
        match result {
            Ok(done) => {
                if before.is_some() {
                    tracing::info!(what, "works again");
                }
                done
            }
            Err(error) => {
                let text = error.to_string();
                if before.as_ref() != Some(&text) {
                    tracing::error!(what, %error, "background work fails");
                }
                self.0.push((what, text));
                0
            }
        }
    }
}

//! The loop body that empties the outbox.
//!
//! *Not* inside a transaction (law 4): claim, send, settle are three steps. Invariant: few mails are
//! claimed at a time, so the step between claim and sending is short.

use kernel::{Context, Db, Error, Result};

use super::{Transport, claim, settle};

/// Mails claimed at a time.
const BATCH: u64 = 10;

/// Who sends, and through what.
#[derive(Clone)]
pub struct Sender {
    /// The store.
    pub db: Db,
    /// The circumstances.
    pub cx: Context,
    /// The way out.
    pub transport: Transport,
}

/// Sends what is due now, until nothing is; returns how many were sent or blocked.
///
/// # Errors
/// Those of the store; a mail that cannot be sent is noted on it, not an error.
pub async fn deliver(sender: &Sender) -> Result<usize> {
    let mut handled = 0;
    loop {
        let claimed = write(sender, "outbox", |tx| claim(tx, BATCH)).await?;
        if claimed.mails.is_empty() && claimed.blocked == 0 {
            return Ok(handled);
        }
        handled += claimed.mails.len() + claimed.blocked;
        let mut noted = Ok(());
        for mail in claimed.mails {
            let outcome = sender.transport.send(&mail, sender.cx.now()).await;
            // What cannot be noted of one mail must not leave the others claimed and never tried.
            noted = noted.and(write(sender, "outbox", move |tx| settle(tx, mail.id, &outcome)).await);
        }
        noted?;
    }
}

async fn write<T: Send + 'static>(
    sender: &Sender,
    reason: &str,
    f: impl Fn(&mut kernel::Tx<'_>) -> Result<T> + Send + 'static,
) -> Result<T> {
    let (answer, result) = tokio::sync::oneshot::channel();
    sender.db.write_then(&sender.cx.for_actor(kernel::Actor::System).because(reason), f, move |it| {
        let _gone = answer.send(it);
    });
    result.await.unwrap_or_else(|_| Err(Error::unavailable("the store is closing")))
}

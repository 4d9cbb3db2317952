//! The command's end: find out who holds the store, and relay what the server answers.
//!
//! *Not* the running of commands. Invariant: while another short command holds the store, this one
//! waits for it instead of failing.

use std::{
    io::{BufRead, BufReader, Write},
    os::unix::net::UnixStream,
    path::Path,
    time::Duration,
};

use kernel::{Error, Result};

use super::{Ask, Frame, SOCKET, VERSION, socket};
use crate::{
    cli::StoreCommand,
    engine::Lock,
    out::{Exit, Out},
};

/// The way to a store.
pub enum Way {
    /// Nobody has it; it can be opened here.
    Lock(Lock),
    /// A server has it.
    Server(UnixStream),
}

const PAUSE: Duration = Duration::from_millis(50);
/// So long a command waits for another command: 30 seconds.
const TRIES: u32 = 600;

/// Takes the lock, or connects to the server that has it.
///
/// # Errors
/// `Unavailable` when another command keeps the store.
pub fn reach(folder: &Path) -> Result<Way> {
    for _ in 0..TRIES {
        if let Some(lock) = Lock::take(folder)? {
            return Ok(Way::Lock(lock));
        }
        // The holder may be a server that does not listen yet, or another command: both change.
        let (path, _open) = socket(folder, SOCKET)?;
        if let Ok(stream) = UnixStream::connect(&path) {
            return Ok(Way::Server(stream));
        }
        std::thread::sleep(PAUSE);
    }
    Err(held(folder))
}

/// Takes the lock; for what cannot run inside a server.
///
/// # Errors
/// `Unavailable` when a server or another command keeps the store.
pub fn own(folder: &Path, tries: u32) -> Result<Lock> {
    for attempt in 0..tries.max(1) {
        if attempt > 0 {
            std::thread::sleep(PAUSE);
        }
        if let Some(lock) = Lock::take(folder)? {
            return Ok(lock);
        }
    }
    Err(held(folder))
}

fn held(folder: &Path) -> Error {
    let holder = std::fs::read_to_string(folder.join("assent.lock")).unwrap_or_default();
    let holder = match holder.trim() {
        "" => "another process".to_owned(),
        id => format!("process {id}"),
    };
    Error::unavailable(format!(
        "the store in {} is in use by {holder}; stop it first, or wait until it has ended",
        folder.display()
    ))
    .with_code("store-in-use")
}

/// Has the server run the command, and shows what it answers; `store` is the database on a server that the
/// command means.
///
/// # Errors
/// `Unavailable` when the connection breaks.
pub fn relay(mut stream: UnixStream, store: Option<String>, command: StoreCommand, out: &mut Out) -> Result<Exit> {
    let broken = || Error::unavailable("the server that holds the store ended before the command did");
    let ask = Ask { version: VERSION.to_owned(), json: out.is_json(), store, command };
    let mut line = serde_json::to_vec(&ask)?;
    line.push(b'\n');
    stream.write_all(&line).map_err(|_| broken())?;
    let mut answers = BufReader::new(stream);
    loop {
        let mut line = String::new();
        if answers.read_line(&mut line).map_err(|_| broken())? == 0 {
            return Err(broken());
        }
        match serde_json::from_str(&line)? {
            Frame::Out(text) => out.text(&text)?,
            Frame::Err(text) => out.note(&text)?,
            Frame::Progress { what, done, of } => out.progress(&what, done, of)?,
            Frame::Exit(code) => return Ok(Exit::Code(code)),
        }
    }
}

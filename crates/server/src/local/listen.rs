//! The server's end: take commands from the socket and run them.
//!
//! *Not* reachable by others: the socket and its folder belong to one account. Invariant: a socket
//! file left by a crash is replaced, since only the holder of the lock comes here.

use std::{
    io::{BufRead, BufReader, Read},
    os::unix::{fs::PermissionsExt, net::UnixStream},
    path::{Path, PathBuf},
    sync::Arc,
};

use kernel::{Error, Result};
use tokio::{net::UnixListener, task::JoinSet};

use super::{Ask, SOCKET, VERSION, socket};
use crate::{command, engine::Engine, out::Out};

/// The longest command, in bytes.
const LONGEST: u64 = 1024 * 1024;

/// The socket, open.
pub struct Local {
    listener: UnixListener,
    file: PathBuf,
}

impl Local {
    /// Opens the socket in the folder of the store.
    ///
    /// # Errors
    /// `Unavailable` when it cannot be made.
    pub fn open(folder: &Path) -> Result<Local> {
        let failed = |error: std::io::Error| {
            Error::unavailable(format!("the socket {} cannot be made: {}", folder.join(SOCKET).display(), error.kind()))
        };
        // Under another name first, so that it has its rights before anybody finds it.
        let (draft, _open) = socket(folder, "assent.sock.new").map_err(failed)?;
        let _none_left = std::fs::remove_file(&draft);
        let listener = UnixListener::bind(&draft).map_err(failed)?;
        std::fs::set_permissions(&draft, std::fs::Permissions::from_mode(0o600)).map_err(failed)?;
        let file = folder.join(SOCKET);
        std::fs::rename(&draft, &file).map_err(failed)?;
        Ok(Local { listener, file })
    }

    /// Runs commands until `stop`, then waits for those that are running.
    pub async fn serve(self, engine: Arc<Engine>, stop: impl Future<Output = ()>) {
        let mut running = JoinSet::new();
        tokio::pin!(stop);
        loop {
            tokio::select! {
                () = &mut stop => break,
                accepted = self.listener.accept() => match accepted.and_then(|(stream, _)| stream.into_std()) {
                    Ok(stream) => {
                        let engine = Arc::clone(&engine);
                        running.spawn_blocking(move || run(&engine, stream));
                    }
                    Err(error) => {
                        tracing::warn!(%error, "a local connection failed");
                        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
                    }
                },
                Some(_) = running.join_next() => {}
            }
        }
        let _already_gone = std::fs::remove_file(&self.file);
        while running.join_next().await.is_some() {}
    }
}

fn run(engine: &Engine, stream: UnixStream) {
    let mut asked = String::new();
    let read = stream
        .set_nonblocking(false)
        .and_then(|()| stream.try_clone())
        .and_then(|it| BufReader::new(it.take(LONGEST)).read_line(&mut asked));
    if let Err(error) = read {
        tracing::warn!(%error, "a local command could not be read");
        return;
    }
    let ask = parse(&asked);
    let mut out = Out::socket(stream, ask.as_ref().is_ok_and(|it| it.json));
    let result = ask.and_then(|ask| {
        same_store(engine, ask.store.as_deref())?;
        command::run(engine, &ask.command, &mut out)
    });
    if let Err(error) = &result {
        tracing::debug!(%error, "a local command failed");
    }
    out.finish(result);
}

/// Refuses a command that means another store than the one that is open here.
fn same_store(engine: &Engine, asked: Option<&str>) -> Result<()> {
    let here = engine.config.store.place()?;
    if here.as_deref() == asked {
        return Ok(());
    }
    let named = |it: Option<&str>| it.map_or("the one in the folder".to_owned(), |it| format!("the database {it}"));
    let text = format!(
        "the server that runs on {} has another store: {}, and this command means {}; name another --data for that",
        engine.folder().display(),
        named(here.as_deref()),
        named(asked)
    );
    Err(Error::conflict("--database", text))
}

fn parse(line: &str) -> Result<Ask> {
    let ask: serde_json::Value = serde_json::from_str(line)?;
    let version = ask.get("version").and_then(|it| it.as_str()).unwrap_or_default();
    if version != VERSION {
        return Err(Error::unavailable(format!(
            "the server that holds the store has version {VERSION}, this command {version}; use the same"
        )));
    }
    Ok(serde_json::from_value(ask)?)
}

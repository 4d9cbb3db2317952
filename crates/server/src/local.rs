//! The way from a command to the server that holds the store: a socket in the store's folder, for
//! the account that owns it.
//!
//! *Not* a second interface: what travels is the parsed command, and the server runs the function
//! that the command would have run itself. Invariant: one line of JSON goes there, then frames come
//! back until `Exit`; a connection that ends without `Exit` is a failure.

pub mod ask;
pub mod listen;

use std::{
    fs::File,
    io::{self, Write},
    os::{fd::AsRawFd, unix::net::UnixStream},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use crate::cli::StoreCommand;

/// The version of the program; both ends must have the same.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// What a command asks for.
#[derive(Debug, Serialize, Deserialize)]
pub struct Ask {
    /// The version of the program that asks.
    pub version: String,
    /// Whether the answer is wanted in JSON.
    pub json: bool,
    /// Which database on a server it means; none is the folder's own.
    #[serde(default)]
    pub store: Option<String>,
    /// The command, its paths absolute.
    pub command: StoreCommand,
}

/// A piece of the answer.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Frame {
    /// Text for standard output.
    Out(String),
    /// A remark for standard error.
    Err(String),
    /// How far the work is.
    Progress {
        /// What is being done.
        what: String,
        /// So much of it.
        done: u64,
        /// All of it; 0 when unknown.
        of: u64,
    },
    /// The end, with the exit code.
    Exit(u8),
}

impl Frame {
    /// Sends the frame as one line.
    ///
    /// # Errors
    /// Those of the connection.
    pub fn send(&self, stream: &mut UnixStream) -> io::Result<()> {
        let mut line = serde_json::to_vec(self)?;
        line.push(b'\n');
        stream.write_all(&line)
    }
}

/// The path of the socket, short enough for the operating system (108 bytes): a long one goes by the
/// folder's open file, which must live as long as the path is used.
fn socket(folder: &Path, name: &str) -> io::Result<(PathBuf, Option<File>)> {
    let path = folder.join(name);
    if path.as_os_str().len() < 100 {
        return Ok((path, None));
    }
    let open = File::open(folder)?;
    Ok((PathBuf::from(format!("/proc/self/fd/{}", open.as_raw_fd())).join(name), Some(open)))
}

/// The name of the socket in the folder of the store.
const SOCKET: &str = "assent.sock";

//! What a command says: its answer on standard output, remarks and progress on standard error.
//!
//! The same command functions run in the command's own process and inside a server, so they write
//! here and never to the process's streams. *Not* the log. Invariant: in JSON mode standard output
//! holds JSON only, and an answer that cannot be delivered ends the command.

use std::{
    io::{IsTerminal, Write},
    os::unix::net::UnixStream,
};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use kernel::{Error, Kind, Result};
use serde_json::{Value as Json, json};

use crate::local::Frame;

/// How a command that ran to its end ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// It did what it was asked.
    Done,
    /// It did, and the verdict is negative.
    Negative,
    /// The code that a server sent.
    Code(u8),
}

enum Sink {
    Terminal { bar: Option<ProgressBar> },
    Socket { stream: UnixStream, percent: Option<u64> },
}

/// Standard output and error of a command.
pub struct Out {
    sink: Sink,
    json: bool,
    waiting: String,
}

/// Text is handed over in pieces of this size.
const PIECE: usize = 32 * 1024;
/// The code of an answer that nobody takes any more, such as behind `| head`.
const CLOSED: &str = "output-closed";

impl Out {
    /// The process's own streams.
    pub fn terminal(json: bool) -> Self {
        Out { sink: Sink::Terminal { bar: None }, json, waiting: String::new() }
    }
    /// The streams of the command at the other end of a connection.
    pub fn socket(stream: UnixStream, json: bool) -> Self {
        Out { sink: Sink::Socket { stream, percent: None }, json, waiting: String::new() }
    }
    /// Whether JSON is wanted.
    pub fn is_json(&self) -> bool {
        self.json
    }

    /// The answer: the JSON where that is wanted, else the text.
    ///
    /// # Errors
    /// When nobody takes it.
    pub fn answer(&mut self, json: &Json, text: impl AsRef<str>) -> Result<()> {
        if self.json {
            let mut shown = serde_json::to_string_pretty(json)?;
            shown.push('\n');
            return self.text(&shown);
        }
        let text = text.as_ref();
        self.text(text)?;
        if text.is_empty() || text.ends_with('\n') { Ok(()) } else { self.text("\n") }
    }
    /// Text on standard output, as it is.
    ///
    /// # Errors
    /// When nobody takes it.
    pub fn text(&mut self, text: &str) -> Result<()> {
        self.waiting.push_str(text);
        if self.waiting.len() >= PIECE { self.flush() } else { Ok(()) }
    }
    /// A remark on standard error.
    ///
    /// # Errors
    /// When nobody takes it.
    pub fn note(&mut self, text: &str) -> Result<()> {
        self.flush()?;
        match &mut self.sink {
            Sink::Terminal { bar } => {
                if let Some(bar) = bar.take() {
                    bar.finish_and_clear();
                }
                writeln!(std::io::stderr(), "{text}").map_err(|_| closed())
            }
            Sink::Socket { stream, .. } => Frame::Err(text.to_owned()).send(stream).map_err(|_| closed()),
        }
    }
    /// How far long work is: a bar where standard error is a terminal, else nothing.
    ///
    /// # Errors
    /// When nobody waits for the command any more.
    pub fn progress(&mut self, what: &str, done: u64, of: u64) -> Result<()> {
        match &mut self.sink {
            Sink::Terminal { bar } => {
                if !std::io::stderr().is_terminal() {
                    return Ok(());
                }
                let bar = bar.get_or_insert_with(|| new_bar(of));
                bar.set_length(of.max(done));
                bar.set_message(what.to_owned());
                bar.set_position(done);
                Ok(())
            }
            Sink::Socket { stream, percent } => {
                // One frame a percent is enough for a bar; without a total, one in a hundred steps.
                let now = done.saturating_mul(100).checked_div(of).unwrap_or(done / 100);
                if *percent == Some(now) {
                    return Ok(());
                }
                *percent = Some(now);
                Frame::Progress { what: what.to_owned(), done, of }.send(stream).map_err(|_| closed())
            }
        }
    }

    fn flush(&mut self) -> Result<()> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        let text = std::mem::take(&mut self.waiting);
        match &mut self.sink {
            Sink::Terminal { bar } => {
                let write = || {
                    let mut stdout = std::io::stdout().lock();
                    stdout.write_all(text.as_bytes())?;
                    stdout.flush()
                };
                match bar {
                    Some(bar) => bar.suspend(write),
                    None => write(),
                }
                .map_err(|_| closed())
            }
            Sink::Socket { stream, .. } => Frame::Out(text).send(stream).map_err(|_| closed()),
        }
    }

    /// Shows how the command ended and answers with the exit code.
    pub fn finish(&mut self, result: Result<Exit>) -> u8 {
        let result = result.and_then(|exit| self.flush().map(|()| exit));
        let code = match &result {
            Ok(Exit::Done) => 0,
            Ok(Exit::Negative) => 1,
            Ok(Exit::Code(code)) => *code,
            Err(error) => code_of(error.kind),
        };
        if let Err(error) = &result
            && error.code != CLOSED
        {
            let shown = if self.json {
                json!({ "error": { "code": error.code, "target": error.target, "message": error.text } }).to_string()
            } else {
                format!("error: {error}")
            };
            // Where the error cannot be shown, the code still tells.
            let _unseen = self.note(&shown);
        }
        match &mut self.sink {
            Sink::Terminal { bar } => {
                if let Some(bar) = bar.take() {
                    bar.finish_and_clear();
                }
            }
            Sink::Socket { stream, .. } => {
                let _gone = Frame::Exit(code).send(stream);
            }
        }
        code
    }
}

fn new_bar(of: u64) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(of), ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template("{msg} {wide_bar} {human_pos}/{human_len} {eta}") {
        bar.set_style(style);
    }
    bar
}

fn closed() -> Error {
    Error::unavailable("nobody takes the output any more").with_code(CLOSED)
}

/// The exit code of a failure. The list is part of the interface: `docs/cli.md`.
fn code_of(kind: Kind) -> u8 {
    match kind {
        Kind::Invalid | Kind::TooMany => 2,
        Kind::NotFound => 3,
        Kind::Forbidden | Kind::Conflict | Kind::Stale | Kind::Gone => 4,
        Kind::Unavailable => 5,
        Kind::Bug => 70,
    }
}

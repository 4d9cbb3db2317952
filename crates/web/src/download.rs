//! Tables that are sent while they are read.
//!
//! *Not* the choice of rows or columns. Invariant: memory holds one page of rows, no transaction is
//! open while the client is slow, and an answer that cannot be finished breaks off instead of ending as
//! if it were whole.

use std::io::{self, Write};

use axum::{
    body::{Body, Bytes},
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use connect::table::{Format, Guard, Table};
use kernel::{Actor, Error, Page, Query, Record, Result, Rx, Value};
use tokio::sync::mpsc::{Sender, channel};

use crate::App;

/// So many rows are read at once.
const PAGE: u64 = 1_000;
/// Pieces that wait for a slow client.
const WAITING: usize = 4;
/// Bytes of a piece.
const PIECE: usize = 32 * 1024;

/// What makes the cells of a row.
pub(crate) type Line = fn(&Rx<'_>, &Record) -> Result<Vec<Value>>;

/// Rows, and what becomes of each.
type Read = (Page, Vec<Vec<Value>>);

/// The rows of a query as a file of this name, without its ending.
///
/// # Errors
/// Those of reading the first page, so that a refusal is one.
pub(crate) async fn table(
    app: &App,
    actor: Actor,
    format: Format,
    name: &str,
    columns: &'static [&'static str],
    query: Query,
    line: Line,
) -> Result<Response> {
    let (db, cx) = (app.db.clone(), app.cx.for_actor(actor.clone()));
    let read = move |query: &Query| -> Result<Read> {
        db.read(&cx, |rx| {
            let page = rx.page(query, PAGE)?;
            let lines = page.records.iter().map(|it| line(rx, it)).collect::<Result<_>>()?;
            Ok((page, lines))
        })
    };
    let (pieces, mut taken) = channel::<io::Result<Bytes>>(WAITING);
    let (began, begins) = tokio::sync::oneshot::channel();
    tokio::task::spawn_blocking(move || {
        let first = match read(&query) {
            Ok(it) => it,
            Err(error) => {
                let _gone = began.send(Err(error));
                return;
            }
        };
        let _gone = began.send(Ok(()));
        if let Err(error) = send(format, columns, &query, first, &read, &pieces) {
            tracing::warn!(code = error.code, "a download broke off");
            let _gone = pieces.blocking_send(Err(io::Error::other("the download broke off")));
        }
    });
    begins.await.unwrap_or_else(|_| Err(Error::bug("an operation stopped in the middle")))?;
    let stream = futures_util::stream::poll_fn(move |context| taken.poll_recv(context));
    let mut response = Body::from_stream(stream).into_response();
    let ending = match format {
        Format::Csv => "csv",
        Format::Xlsx => "xlsx",
        Format::Json => "json",
    };
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(format.media_type()));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"{name}.{ending}\"")) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    Ok(response)
}

fn send(
    format: Format,
    columns: &[&str],
    query: &Query,
    first: Read,
    read: &impl Fn(&Query) -> Result<Read>,
    pieces: &Sender<io::Result<Bytes>>,
) -> Result<()> {
    let out = io::BufWriter::with_capacity(PIECE, Pieces(pieces));
    let mut table = Table::begin(format, Guard::Marked, columns, out)?;
    let (mut page, mut lines) = first;
    loop {
        for line in &lines {
            table.row(line)?;
        }
        match &page.next {
            Some(token) => (page, lines) = read(&query.clone().after(token))?,
            None => return table.end().map(|_| ()),
        }
    }
}

struct Pieces<'s>(&'s Sender<io::Result<Bytes>>);

impl Write for Pieces<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let gone = |_| io::Error::from(io::ErrorKind::BrokenPipe);
        self.0.blocking_send(Ok(Bytes::copy_from_slice(bytes))).map_err(gone)?;
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

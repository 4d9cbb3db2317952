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
use kernel::{Actor, Error, Query, Record, Result, Rx, Value};
use tokio::sync::mpsc::{Sender, channel};

use crate::App;

/// So many rows are read at once.
pub(crate) const PAGE: u64 = 1_000;
/// Pieces that wait for a slow client.
const WAITING: usize = 4;
/// Bytes of a piece.
const PIECE: usize = 32 * 1024;

/// Lines of cells, and where to go on.
pub(crate) type Read = (Vec<Vec<Value>>, Option<String>);

/// What reads the lines behind a place; off the asynchronous threads, a snapshot each.
pub(crate) trait Source: Fn(Option<&str>) -> Result<Read> + Send + 'static {}

impl<F: Fn(Option<&str>) -> Result<Read> + Send + 'static> Source for F {}

/// The lines of a query, each made from a row.
pub(crate) fn rows(
    app: &App,
    actor: Actor,
    query: Query,
    line: impl Fn(&Rx<'_>, &Record) -> Result<Vec<Value>> + Send + 'static,
) -> impl Source {
    let (db, cx) = (app.db.clone(), app.cx.for_actor(actor));
    move |after| {
        let query = after.map_or_else(|| query.clone(), |it| query.clone().after(it));
        db.read(&cx, |rx| {
            let page = rx.page(&query, PAGE)?;
            Ok((page.records.iter().map(|it| line(rx, it)).collect::<Result<_>>()?, page.next))
        })
    }
}

/// The lines as a file of this name, without its ending.
///
/// # Errors
/// Those of reading the first lines, so that a refusal is one.
pub(crate) async fn table(format: Format, name: &str, columns: Vec<String>, read: impl Source) -> Result<Response> {
    let (pieces, mut taken) = channel::<io::Result<Bytes>>(WAITING);
    let (began, begins) = tokio::sync::oneshot::channel();
    tokio::task::spawn_blocking(move || {
        let first = match read(None) {
            Ok(it) => it,
            Err(error) => {
                let _gone = began.send(Err(error));
                return;
            }
        };
        let _gone = began.send(Ok(()));
        if let Err(error) = send(format, &columns, first, &read, &pieces) {
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
    columns: &[String],
    first: Read,
    read: &impl Source,
    pieces: &Sender<io::Result<Bytes>>,
) -> Result<()> {
    let out = io::BufWriter::with_capacity(PIECE, Pieces(pieces));
    let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
    let mut table = Table::begin(format, Guard::Marked, &columns, out)?;
    let (mut lines, mut next) = first;
    loop {
        for line in &lines {
            table.row(line)?;
        }
        match &next {
            Some(token) => (lines, next) = read(Some(token))?,
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

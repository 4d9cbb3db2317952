//! A file that comes in pieces: the request that announces it, and the pieces.
//!
//! What has arrived waits in memory. *Not* kept over a restart; the client begins again. Invariant:
//! only who began an upload goes on with it, the pieces follow each other without a gap, and the row
//! changes with the last of them or not at all.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use axum::http::{HeaderName, Method, StatusCode, header};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::{SignedDuration, Timestamp};
use kernel::{
    Actor, Error, Kind, Result, Rx,
    access::{self, Privilege},
    uuid::Uuid,
};

use super::{file_column, file_name, fits, keep};
use crate::{
    App,
    api::{answer::Answer, call::Call, condition::Condition, key},
    token,
};

/// The largest piece, in bytes.
const PIECE: usize = 4 * 1024 * 1024;
/// Most uploads at once: each may hold a whole file in memory.
const MOST: usize = 16;
/// Most uploads of one caller at once, so that nobody takes the places of all others.
const MOST_OF_ONE: usize = 8;
/// An upload that nothing is heard of for so long is given up.
const IDLE: SignedDuration = SignedDuration::from_mins(10);

/// The column that a file goes to.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Place {
    entity: String,
    id: Uuid,
    column: String,
}

struct Upload {
    actor: Actor,
    place: Place,
    file: String,
    if_match: Condition,
    data: Vec<u8>,
    /// The row has it; the octets are no longer here.
    finished: bool,
    seen: Timestamp,
}

/// What a piece says about itself: where it begins, how long it is, and the size of the whole.
struct Piece {
    from: usize,
    length: usize,
    total: usize,
}

/// What a piece led to.
enum Arrived {
    Part,
    Whole { file: String, data: Vec<u8>, if_match: Condition },
    Already,
}

/// The uploads that are under way, by the hash of their token.
#[derive(Default)]
pub struct Uploads(Mutex<HashMap<String, Upload>>);

impl Uploads {
    fn lock(&self, now: Timestamp) -> MutexGuard<'_, HashMap<String, Upload>> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|_, it| it.seen + IDLE > now);
        all
    }

    fn begin(&self, token: &str, upload: Upload) -> Result<()> {
        let mut all = self.lock(upload.seen);
        let under_way = all.values().filter(|it| !it.finished);
        let (mut of_all, mut of_one) = (0, 0);
        for it in under_way {
            of_all += 1;
            of_one += usize::from(it.actor == upload.actor);
        }
        if of_all >= MOST || of_one >= MOST_OF_ONE {
            let text = "too many uploads are under way; finish one, or wait until one that was left is given up";
            return Err(Error::new(Kind::TooMany, "uploads", "x-ms-transfer-mode", text));
        }
        if all.len() >= 2 * MOST {
            all.retain(|_, it| !it.finished);
        }
        all.insert(token::hash(token), upload);
        Ok(())
    }

    fn add(
        &self,
        token: &str,
        actor: &Actor,
        place: &Place,
        piece: &Piece,
        bytes: &[u8],
        now: Timestamp,
    ) -> Result<Arrived> {
        let mut all = self.lock(now);
        let upload = all
            .get_mut(&token::hash(token))
            .filter(|it| it.actor == *actor && it.place == *place)
            .ok_or_else(|| {
                let text = "names no upload of yours that is under way here; begin it again";
                Error::new(Kind::NotFound, "not-found", "sessiontoken", text)
            })?;
        upload.seen = now;
        // DynamicsWebApi sends an empty piece more where the size is a multiple of its pieces.
        if upload.finished && piece.length == 0 && piece.from == piece.total {
            return Ok(Arrived::Already);
        }
        if upload.finished || piece.from != upload.data.len() {
            let text = format!("does not follow what has arrived; go on with byte {}", upload.data.len());
            let text = if upload.finished { "comes after the last piece; the file is there".to_owned() } else { text };
            return Err(range(text));
        }
        upload.data.extend_from_slice(bytes);
        if upload.data.len() < piece.total {
            return Ok(Arrived::Part);
        }
        upload.finished = true;
        let (file, data) = (upload.file.clone(), std::mem::take(&mut upload.data));
        Ok(Arrived::Whole { file, data, if_match: upload.if_match })
    }

    fn forget(&self, token: &str, now: Timestamp) {
        self.lock(now).remove(&token::hash(token));
    }
}

/// Whether the request belongs to an upload in pieces.
pub fn in_pieces(call: &Call) -> bool {
    let column = call.method == Method::PATCH && call.path.len() == 2;
    column && (call.options.custom("sessiontoken").is_some() || call.file.chunked)
}

/// Begins an upload, or takes a piece of it. Pieces may repeat that they are some, so the token
/// decides.
///
/// # Errors
/// `file-size`, `not-found`, `TooMany`; `payload` naming the header; `Forbidden` for a token that only reads.
pub async fn upload(app: &App, actor: Actor, call: Call) -> Result<Answer> {
    app.may_write()?;
    match call.options.custom("sessiontoken").map(str::to_owned) {
        Some(token) => add(app, actor, call, &token).await,
        None => begin(app, actor, &call).await,
    }
}

async fn begin(app: &App, actor: Actor, call: &Call) -> Result<Answer> {
    if !call.body.is_empty() {
        let text = "is not empty; the request that begins an upload has no body, the pieces follow";
        return Err(Error::new(Kind::Invalid, "payload", "body", text));
    }
    let file = file_name(call)?;
    let asked = call.clone();
    let (place, set) = app.read(actor.clone(), move |rx| place(rx, &asked, 0)).await?;
    let location = format!("{}{set}({})/{}", call.root, place.id, place.column);
    let token = URL_SAFE_NO_PAD.encode(app.cx.random_bytes::<32>());
    let seen = app.cx.now();
    let upload = Upload { actor, place, file, if_match: call.if_match, data: Vec::new(), finished: false, seen };
    app.uploads.begin(&token, upload)?;
    Ok(Answer::nothing()
        .status(StatusCode::OK)
        .with(header::LOCATION, format!("{location}?sessiontoken={token}"))
        .with(HeaderName::from_static("x-ms-chunk-size"), PIECE.to_string()))
}

async fn add(app: &App, actor: Actor, mut call: Call, token: &str) -> Result<Answer> {
    let piece = piece(&call)?;
    let (asked, total) = (call.clone(), piece.total);
    let (place, _) = app.read(actor.clone(), move |rx| place(rx, &asked, total)).await?;
    let now = app.cx.now();
    let (file, data) = match app.uploads.add(token, &actor, &place, &piece, &call.body, now)? {
        Arrived::Part => return Ok(Answer::nothing().status(StatusCode::PARTIAL_CONTENT)),
        Arrived::Already => return Ok(Answer::nothing()),
        Arrived::Whole { file, data, if_match } => {
            // What the upload was begun on the condition of still has to hold at its end.
            call.if_match = if_match;
            (file, data)
        }
    };
    let stored = app.write(actor, move |tx| {
        let model = tx.model();
        let entity = model.entity(&place.entity)?;
        let column = file_column(&model, entity, &place.column)?;
        keep(tx, &call, entity, place.id, column, &file, &data)
    });
    let stored = stored.await;
    if stored.is_err() {
        app.uploads.forget(token, now);
    }
    stored
}

/// Where the file goes, for somebody who may write there a file of that size; and the entity's set.
fn place(rx: &Rx<'_>, call: &Call, total: usize) -> Result<(Place, String)> {
    let model = rx.model();
    let [row, column] = call.path.as_slice() else { return Err(key::unknown(&call.raw_path)) };
    let entity = key::entity(&model, &row.name)?;
    let key = row.key.as_ref().ok_or_else(|| key::unknown(&column.name))?;
    access::check_writer(rx.cx(), entity)?;
    let id = rx.get(&entity.name, key::present(rx, entity, key)?)?.id;
    access::check_row(rx, entity, id, Privilege::Write)?;
    let column = file_column(&model, entity, &column.name)?;
    if column.readonly {
        return Err(Error::invalid(column.name.as_str(), "this column is read only").with_code("read-only"));
    }
    fits(column, total)?;
    Ok((Place { entity: entity.name.clone(), id, column: column.name.clone() }, entity.set.clone()))
}

/// Reads `bytes a-b/total` and compares it with the body. An empty piece ends before it begins.
fn piece(call: &Call) -> Result<Piece> {
    let form = || range("is bytes <first>-<last>/<size>, as of the whole file, in each piece".to_owned());
    let text = call.file.content_range.as_deref().ok_or_else(form)?;
    let (span, total) = text.strip_prefix("bytes ").and_then(|it| it.split_once('/')).ok_or_else(form)?;
    let (from, last) = span.trim().split_once('-').ok_or_else(form)?;
    let from: usize = from.trim().parse().map_err(|_| form())?;
    let last: i64 = last.trim().parse().map_err(|_| form())?;
    let total: usize = total.trim().parse().map_err(|_| form())?;
    let end = usize::try_from(last.saturating_add(1)).map_err(|_| form())?;
    let length = end.checked_sub(from).filter(|_| end <= total).ok_or_else(form)?;
    if length == 0 && from != total {
        return Err(form());
    }
    if length != call.body.len() {
        return Err(range(format!("says {length} bytes, and the body has {}", call.body.len())));
    }
    if length > PIECE {
        return Err(range(format!("says {length} bytes; a piece has at most {PIECE}")));
    }
    Ok(Piece { from, length, total })
}

fn range(text: String) -> Error {
    Error::new(Kind::Invalid, "payload", "Content-Range", text)
}

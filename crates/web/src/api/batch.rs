//! `$batch`: several requests in one, in order; a change set among them is one transaction.
//!
//! Each part goes the way of a single request. *Not* the text on the wire (`batch/read.rs`,
//! `batch/write.rs`). Invariant: of a change set that fails nothing remains, and one error answers for
//! it; without `odata.continue-on-error` nothing behind the first failure is carried out.

pub(super) mod read;
mod refer;
mod write;

use axum::{
    http::{HeaderMap, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use kernel::{Actor, Error, Kind, Result};

use self::{
    read::{Item, Part},
    refer::Made,
    write::Written,
};
use super::{
    answer::Answer,
    call::{Call, Prefer},
    carry_out, dispatch, key, suggest,
};
use crate::{App, error, protection::Pass, token};

/// Most requests in one batch.
const PARTS: usize = 1_000;
/// Longest URL of a part, in bytes.
const URL_LIMIT: usize = 64 * 1024;

/// Carries out the parts; the answer has theirs in the same order.
///
/// # Errors
/// `Invalid` for a body that is no batch; what a part meets is in its own answer.
pub async fn answer(
    app: &App,
    actor: &Actor,
    token: &str,
    call: &Call,
    headers: &HeaderMap,
    pass: Option<&Pass>,
) -> Result<Response> {
    if call.method != Method::POST {
        return Err(dispatch::method(call));
    }
    let kind = headers.get(header::CONTENT_TYPE).and_then(|it| it.to_str().ok()).unwrap_or_default();
    let items = read::items(kind, &call.body)?;
    let parts: usize = items.iter().map(Item::parts).sum();
    if parts > PARTS {
        let text = format!("holds {parts} requests; at most {PARTS} are allowed, send the rest in another batch");
        return Err(Error::new(Kind::Invalid, "payload", "$batch", text));
    }
    // The batch itself was let in as one request.
    let further = u64::try_from(parts.saturating_sub(1)).unwrap_or(u64::MAX);
    if let Some(Err(reached)) = pass.map(|it| it.further(further)) {
        return Ok(reached.answer());
    }
    let outer = Outer { app, actor, token, root: &call.root };
    let (mut status, mut written) = (StatusCode::OK, Vec::new());
    for item in items {
        let (answer, failed) = outer.item(item).await?;
        written.push(answer);
        if let Some(failed) = failed.filter(|_| !call.prefer.continue_on_error) {
            status = failed;
            break;
        }
    }
    Ok(write::response(&app.cx, status, &written, call.prefer.continue_on_error))
}

/// What holds for every part.
struct Outer<'a> {
    app: &'a App,
    actor: &'a Actor,
    token: &'a str,
    root: &'a str,
}

impl Outer<'_> {
    /// Carries out one item; the status when it failed.
    async fn item(&self, item: Item) -> Result<(Written, Option<StatusCode>)> {
        match item {
            Item::One(part) => {
                let id = part.id.clone();
                let prefer = Prefer::read(&part.headers);
                let response = match self.one(part).await {
                    Ok(answer) => answer.into_response(),
                    Err(error) => error::annotated(&error, |name| prefer.wants(name)),
                };
                let status = response.status();
                let failed = (status.is_client_error() || status.is_server_error()).then_some(status);
                Ok((Written::One(id, write::part(response).await?), failed))
            }
            Item::Set(parts) => match self.set(parts).await {
                Ok(answers) => {
                    let mut all = Vec::with_capacity(answers.len());
                    for (id, answer) in answers {
                        all.push((id, write::part(answer.into_response()).await?));
                    }
                    Ok((Written::Set(all), None))
                }
                Err(error) => {
                    let failed = error::status(&error);
                    Ok((Written::One(None, write::part(error::odata(&error)).await?), Some(failed)))
                }
            },
        }
    }

    async fn one(&self, part: Part) -> Result<Answer> {
        let call = self.call(part)?;
        let call = refer::filled(&call, &Made::default())?.into_owned();
        carry_out(self.app, self.actor.clone(), call).await
    }

    async fn set(&self, parts: Vec<Part>) -> Result<Vec<(Option<String>, Answer)>> {
        let mut calls = Vec::with_capacity(parts.len());
        for part in parts {
            if part.method == Method::GET {
                let text = "GET is not allowed inside a change set; put it beside the change set";
                return Err(Error::new(Kind::Invalid, "payload", "$batch", text));
            }
            calls.push((part.id.clone(), self.call(part)?));
        }
        let model = self.app.db.model();
        let outcome = self.app.write(self.actor.clone(), move |tx| {
            let mut made = Made::default();
            let mut answers = Vec::with_capacity(calls.len());
            for (id, call) in &calls {
                let answer = super::write(tx, refer::filled(call, &made)?.as_ref())?;
                if let (Some(id), Some(address)) = (id, answer.address()) {
                    let (entity, row) = key::reference(tx, "Content-ID", address)?;
                    made.insert(id.clone(), (tx.model().entity(&entity)?.set.clone(), row));
                }
                answers.push((id.clone(), answer));
            }
            Ok(answers)
        });
        outcome.await.map_err(|error| suggest::with_name(&model, error))
    }

    fn call(&self, part: Part) -> Result<Call> {
        super::too_long(part.url.len(), URL_LIMIT)?;
        // o.js and @odata/client repeat the token in each part.
        if part.headers.contains_key(header::AUTHORIZATION) && super::bearer(&part.headers)? != self.token {
            return Err(token::refused());
        }
        super::as_the_batch(&part.headers)?;
        let (path, query) = part.address(self.root);
        let body = if part.method == Method::GET { bytes::Bytes::new() } else { part.body };
        let call = Call::read(&self.app.base_url, part.method, &path, &query, &part.headers, body)?;
        if call.is_batch() {
            return Err(Error::new(Kind::Invalid, "payload", "$batch", "cannot be inside another batch"));
        }
        Ok(call)
    }
}

//! "Is this address suppressed, and why?" on a page (`spec/beyond.md` 4, no. 5).
//!
//! *Not* a list: the ledger holds keyed hashes, so it answers only to whoever types an address.
//! Invariant: the address travels in the body of a POST, never in an address that gets logged, and
//! asking leaves no trace of it.

use axum::{Form, extract::State, http::HeaderMap, response::Response};
use kernel::{Kind, Query};
use maud::{Markup, html};
use privacy::suppression::{self, Explanation};
use serde::Deserialize;

use super::session;
use crate::{
    App,
    error::problem,
    page::page,
    public::visit::Visitor,
    signin::{Session, behind, stamp},
};

/// What was typed.
#[derive(Debug, Deserialize)]
pub struct Typed {
    #[serde(default)]
    address: String,
    #[serde(default)]
    stamp: String,
}

/// `GET /suppression`
pub async fn show(State(app): State<App>, headers: HeaderMap) -> Response {
    let session = match session(&app, &headers).await {
        Ok(it) => it,
        Err(answer) => return answer,
    };
    match app.read(session.actor.clone(), |rx| rx.count(&Query::on(suppression::ENTITY))).await {
        Ok(entries) => page("Suppression ledger", Some(&session), &body(entries, &session, &html! {})),
        Err(error) => problem(&error),
    }
}

/// `POST /suppression`: asks; changes nothing.
pub async fn ask(State(app): State<App>, visitor: Visitor, Form(typed): Form<Typed>) -> Response {
    let session = match behind(&app, &visitor, &typed.stamp).await {
        Ok(it) => it,
        Err(error) => return problem(&error),
    };
    let read = app.read(session.actor.clone(), move |rx| {
        let entries = rx.count(&Query::on(suppression::ENTITY))?;
        match suppression::explain(rx, &typed.address) {
            Ok(it) => Ok((entries, explained(&it))),
            Err(error) if error.kind == Kind::Invalid => {
                Ok((entries, html! { p role="alert" { (error.to_string()) } }))
            }
            Err(error) => Err(error),
        }
    });
    match read.await {
        Ok((entries, answer)) => page("Suppression ledger", Some(&session), &body(entries, &session, &answer)),
        Err(error) => problem(&error),
    }
}

fn explained(it: &Explanation) -> Markup {
    html! {
        div role="status" {
            h2 { @if it.suppressed { "Commercial mail to this address is withheld" } @else { "Nothing holds mail to this address back" } }
            ul { @for line in &it.words { li { (line) } } }
        }
    }
}

fn body(entries: u64, session: &Session, answer: &Markup) -> Markup {
    html! {
        p { "The ledger has " (entries) " entries. It holds no addresses, only codes made from them with a key, so it stays when a person is erased and tells nothing to who copies it. That is why it cannot be listed: type the address that somebody asks about." }
        form method="post" action="/suppression" {
            (stamp(session))
            p {
                label for="address" { "Mail address, or the SHA-256 of one" }
                input id="address" name="address" type="text" autocomplete="off" required;
            }
            p { button type="submit" { "Ask" } }
        }
        (answer)
        h2 { "Why an address is there" }
        ul {
            li { "Somebody objected to direct marketing (Art. 21 GDPR). Only they end that, by confirming a new wish from their own mailbox." }
            li { "Somebody pressed the one-click link of a mail, or complained at their mailbox provider." }
            li { "Mail came back; such an entry ends by itself." }
            li { "A list was imported." }
        }
        p { "All but an objection an officer ends with a reason: " code { "assent suppression lift ADDRESS --because …" } }
    }
}

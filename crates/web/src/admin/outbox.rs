//! The outbox: every mail, when and why it was sent or not, and what is in it.
//!
//! *Not* a mail program; nothing is sent from here. Invariant: a mail's HTML is shown in a sandbox
//! without scripts, forms or our origin.

use axum::{
    extract::{Path, Query as Params, State},
    http::{HeaderMap, HeaderValue, header},
    response::Response,
};
use kernel::{Page, Query, Record, metadata::file::english, uuid::Uuid};
use maud::{Markup, html};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;

use super::session;
use crate::{App, error::problem, page::page};

const ENTITY: &str = "assent_outgoingmail";
const PAGE: u64 = 50;
/// Mails style themselves inside their parts; scripts stay impossible.
const POLICY: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'";

/// Where in the list to go on.
#[derive(Deserialize)]
pub struct Place {
    after: Option<String>,
}

/// `GET /outbox`
pub async fn list(State(app): State<App>, Params(place): Params<Place>, headers: HeaderMap) -> Response {
    let session = match session(&app, &headers).await {
        Ok(it) => it,
        Err(answer) => return answer,
    };
    let read = app.read(session.actor.clone(), move |rx| {
        let mut query = Query::on(ENTITY)
            .select(&["createdon", "assent_to", "assent_subject", "statuscode", "assent_failure", "assent_basis"])
            .order("createdon desc")?;
        if let Some(token) = &place.after {
            query = query.after(token);
        }
        let page = rx.page(&query, PAGE)?;
        let model = rx.model();
        let states = page.records.iter().map(|it| state(model.entity(ENTITY).ok(), it)).collect();
        Ok((page, states))
    });
    match read.await {
        Ok((rows, states)) => page("Outbox", Some(&session), &table(&rows, &states)),
        Err(error) => problem(&error),
    }
}

fn state(entity: Option<&kernel::metadata::Entity>, record: &Record) -> String {
    let option = entity.and_then(|it| it.columns.get("statuscode")?.option(record.get("statuscode").as_int()?));
    option.map(|it| english(&it.label).to_owned()).unwrap_or_default()
}

fn time(record: &Record, column: &str) -> String {
    record.get(column).as_time().map(|it| it.strftime("%Y-%m-%d %H:%M:%S UTC").to_string()).unwrap_or_default()
}

fn table(rows: &Page, states: &Vec<String>) -> Markup {
    html! {
        @if rows.records.is_empty() { p { "There is no mail here." } }
        table {
            caption { "Newest first" }
            thead {
                tr { th scope="col" { "Time" } th scope="col" { "To" } th scope="col" { "Subject" } th scope="col" { "State" } th scope="col" { "Reason" } }
            }
            tbody {
                @for (mail, state) in rows.records.iter().zip(states) {
                    tr {
                        td { (time(mail, "createdon")) }
                        td { (or(mail.text("assent_to"), "(a friend, not shown)")) }
                        td { a href={ "/outbox/" (mail.id) } { (or(mail.text("assent_subject"), "(no subject)")) } }
                        td { (state) }
                        td { (or(mail.text("assent_failure"), mail.text("assent_basis"))) }
                    }
                }
            }
        }
        @if let Some(token) = &rows.next {
            p { a href={ "/outbox?after=" (utf8_percent_encode(token, NON_ALPHANUMERIC)) } { "Older mail" } }
        }
    }
}

fn or<'a>(text: &'a str, other: &'a str) -> &'a str {
    if text.is_empty() { other } else { text }
}

/// `GET /outbox/{id}`
pub async fn one(State(app): State<App>, Path(id): Path<Uuid>, headers: HeaderMap) -> Response {
    let session = match session(&app, &headers).await {
        Ok(it) => it,
        Err(answer) => return answer,
    };
    let read = app.read(session.actor.clone(), move |rx| {
        let mail = rx.get(ENTITY, id)?;
        let model = rx.model();
        let state = state(model.entity(ENTITY).ok(), &mail);
        Ok((mail, state))
    });
    match read.await {
        Ok((mail, state)) => {
            let mut response =
                page(or(mail.text("assent_subject"), "(no subject)"), Some(&session), &shown(&mail, &state));
            response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
            response
        }
        Err(error) => problem(&error),
    }
}

fn shown(mail: &Record, state: &str) -> Markup {
    let facts = [
        ("To", mail.text("assent_to").to_owned()),
        ("From", mail.text("assent_from").to_owned()),
        ("Reply to", mail.text("assent_replyto").to_owned()),
        ("State", state.to_owned()),
        ("Reason", mail.text("assent_failure").to_owned()),
        ("Lawful basis", mail.text("assent_basis").to_owned()),
        ("Created", time(mail, "createdon")),
        ("Sent", time(mail, "assent_senton")),
        ("Message id", mail.text("assent_messageid").to_owned()),
    ];
    let links = links(mail.text("assent_html"), mail.text("assent_text"));
    html! {
        table {
            tbody {
                @for (name, value) in facts.iter().filter(|(_, it)| !it.is_empty()) {
                    tr { th scope="row" { (name) } td { (value) } }
                }
            }
        }
        h2 { "Links" }
        @if links.is_empty() { p { "There are none." } }
        ul { @for link in &links { li { a href=(link) rel="noreferrer" { (link) } } } }
        h2 { "HTML" }
        @if mail.text("assent_html").is_empty() { p { "There is no HTML part." } } @else {
            iframe sandbox="" title="The mail as HTML" srcdoc=(mail.text("assent_html")) {}
        }
        h2 { "Text" }
        pre { (mail.text("assent_text")) }
    }
}

/// The web addresses in both parts, each once, in their order.
fn links(html: &str, text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let quoted = html.split("href=").skip(1).filter_map(|it| {
        let quote = it.chars().next().filter(|it| matches!(it, '"' | '\''))?;
        it.get(1..)?.split(quote).next()
    });
    let words = text.split(|it: char| it.is_whitespace() || matches!(it, '<' | '>' | '(' | ')'));
    for link in quoted.chain(words) {
        let link = link.replace("&amp;", "&");
        if (link.starts_with("https://") || link.starts_with("http://")) && !found.contains(&link) {
            found.push(link);
        }
    }
    found
}

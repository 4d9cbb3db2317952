//! The subscription center behind the personal link of a mail: how it is shown and taken.
//!
//! *Not* its rules (`engagement::form`). Invariant: what is shown after saving is what is in the store.

use axum::{
    Form,
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use engagement::{
    form::{self, Issue, Saved, Waiting},
    language,
    page::configuration,
};
use kernel::Actor;
use maud::html;

use super::{
    fields::{fields, filled},
    form::{Fields, notice},
    frame, gpc,
    guard::Guard,
    say::Tongue,
    trouble,
    visit::Visitor,
};
use crate::App;

/// `GET /s/{token}`
pub(super) async fn show(State(app): State<App>, Path(token): Path<String>, visitor: Visitor) -> Response {
    let objected = gpc::heed_link(&app, &visitor, &token).await;
    let note = if objected { vec!["center-objected"] } else { Vec::new() };
    page(app, token, &visitor, &note, None).await
}

/// `POST /s/{token}`
pub(super) async fn save(
    State(app): State<App>,
    Path(token): Path<String>,
    visitor: Visitor,
    Form(sent): Fields,
) -> Response {
    let (key, answers) = (token.clone(), sent.clone());
    match visitor.at(&app).write(Actor::Public, move |tx| form::save(tx, &key, &answers)).await {
        Ok(Saved::Saved { waits }) => {
            let note = if waits { "center-waits" } else { "center-saved" };
            page(app, token, &visitor, &[note], None).await
        }
        Ok(Saved::Invalid(issues)) => page(app, token, &visitor, &[], Some((issues, sent))).await,
        Err(error) => trouble(&error, Tongue::of(&visitor.headers)),
    }
}

/// What is wrong with what was sent, and what that was.
type Refused = (Vec<Issue>, Vec<(String, String)>);

/// The center as it is in the store, or with what could not be saved and why.
async fn page(app: App, token: String, visitor: &Visitor, notes: &[&str], refused: Option<Refused>) -> Response {
    let (key, headers) = (token.clone(), visitor.headers.clone());
    let found = app.read(Actor::Public, move |rx| {
        let center = form::center(rx, &key)?;
        let tongue = Tongue::of_form(&center.form, &headers);
        let model = rx.model();
        let column = model.entity("contact")?.column("msgdpr_gdprconsent")?;
        let word = |it: &Waiting| match it {
            Waiting::List(name) => tongue.with("waiting-list", "name", name),
            Waiting::Level(level) => {
                let label =
                    level.option().and_then(|it| column.option(it)).map(|it| language::label(&it.label, tongue.0));
                tongue.with("waiting-level", "name", label.unwrap_or(&level.to_string()))
            }
        };
        let waiting = center.waiting.iter().map(word).collect::<Vec<_>>().join(", ");
        let settings = configuration::read(rx)?;
        let notice = notice(&settings.notice, settings.notice_url.as_deref());
        let sites = center.form.sites(rx)?;
        Ok((center, tongue, waiting, notice, sites))
    });
    match found.await {
        Ok((mut center, tongue, waiting, notice, sites)) => {
            let (issues, status) = match refused {
                Some((issues, sent)) => {
                    center.elements = filled(center.elements, &sent);
                    (issues, StatusCode::UNPROCESSABLE_ENTITY)
                }
                None => (Vec::new(), StatusCode::OK),
            };
            let body = html! {
                @for note in notes { p role="status" class="note" { (tongue.say(note)) } }
                @if !waiting.is_empty() { p { (tongue.with("center-waiting", "what", &waiting)) } }
                (fields(&format!("/s/{token}"), &center.elements, &issues, &Guard::none(), tongue))
                @if center.receipts > 0 {
                    p {
                        (tongue.say("center-receipts")) " "
                        a href={ "/s/" (token) "/receipts" } { "ISO/IEC TS 27560 (JSON-LD)" } ", "
                        a href={ "/s/" (token) "/receipts?format=kantara" } { "Kantara 1.1 (JSON)" }
                    }
                }
                (notice)
            };
            frame::allow(frame::page(status, tongue, &center.page.content, &body), &sites, None, "")
        }
        Err(error) => trouble(&error, Tongue::of(&visitor.headers)),
    }
}

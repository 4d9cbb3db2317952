//! Consent change records as a file, for officers and for scripts.
//!
//! *Not* the page where they are chosen (`ui`), nor what a line holds (`privacy::consent::export`). Invariant: whoever
//! may not read the records gets none of them, signed in or with a token alike.

use axum::{
    extract::{Query as Params, State},
    http::HeaderMap,
    response::Response,
};
use connect::table::Format;
use kernel::{Actor, Error, Result, uuid::Uuid};
use privacy::consent::{
    Level,
    export::{self, Wanted},
};
use serde::Deserialize;

use crate::{App, api, download, error::problem, signin};

/// Which records, in which form; an empty one is not asked.
#[derive(Debug, Deserialize)]
pub struct Choice {
    #[serde(default)]
    format: String,
    #[serde(default)]
    contact: String,
    #[serde(default)]
    from: String,
    #[serde(default)]
    until: String,
    #[serde(default)]
    form: String,
    #[serde(default)]
    level: String,
}

impl Choice {
    fn read(&self) -> Result<(Format, Wanted)> {
        let given = |text: &str| Some(text.trim().to_owned()).filter(|it| !it.is_empty());
        let id = |name: &str, text: &str| -> Result<Option<Uuid>> {
            let wrong = |_| Error::invalid(name, "is the identifier of a record, a GUID");
            given(text).map(|it| it.parse().map_err(wrong)).transpose()
        };
        let moment = |name: &str, text: &str| given(text).map(|it| export::moment(name, &it)).transpose();
        let level = given(&self.level).map(|it| Level::of_word(&it).map_err(|error| error.at("level")));
        Ok((
            Format::of_word(&given(&self.format).unwrap_or_else(|| "csv".into()))?,
            Wanted {
                contact: id("contact", &self.contact)?,
                from: moment("from", &self.from)?,
                until: moment("until", &self.until)?,
                form: id("form", &self.form)?,
                level: level.transpose()?,
            },
        ))
    }
}

/// `GET /consent/records`, with a session or an access token.
pub async fn records(State(app): State<App>, Params(choice): Params<Choice>, headers: HeaderMap) -> Response {
    match answer(&app, &choice, &headers).await {
        Ok(response) => response,
        Err(error) => problem(&error),
    }
}

async fn answer(app: &App, choice: &Choice, headers: &HeaderMap) -> Result<Response> {
    let actor: Actor = match signin::current(app, headers).await? {
        Some(session) => session.actor,
        None => api::caller(app, headers).await?.actor,
    };
    let (format, wanted) = choice.read()?;
    let query = export::query(&wanted);
    let columns = export::COLUMNS.iter().map(|it| (*it).to_owned()).collect();
    download::table(format, "consent-change-records", columns, download::rows(app, actor, query, export::line)).await
}

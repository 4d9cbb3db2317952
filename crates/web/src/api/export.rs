//! `GET /api/export/v9.2?fetchXml=…&format=csv`: the rows of a view as a file.
//!
//! Columns are headed and options, lookups and answers written as people read them; numbers, days and instants
//! stay what they are. *Not* a package of a data subject request. Invariant: a file holds what the same query shows.

use axum::{
    Router,
    extract::{Query as Params, State},
    http::HeaderMap,
    response::Response,
    routing::get,
};
use connect::table::Format;
use kernel::{
    Result, Rx, Value, access,
    metadata::{Column, Model, file::english},
};
use serde::Deserialize;

use super::{fetch, format, table::Name};
use crate::{App, download, error};

#[derive(Deserialize)]
struct Asked {
    #[serde(rename = "fetchXml")]
    fetch_xml: String,
    #[serde(default)]
    format: String,
}

/// The routes.
pub fn router() -> Router<App> {
    Router::new().route("/api/export/{version}", get(answer))
}

async fn answer(State(app): State<App>, Params(asked): Params<Asked>, headers: HeaderMap) -> Response {
    match rows(&app, asked, &headers).await {
        Ok(response) => response,
        Err(error) => error::odata(&error),
    }
}

async fn rows(app: &App, asked: Asked, headers: &HeaderMap) -> Result<Response> {
    let actor = super::caller(app, headers).await?.actor;
    let format = if asked.format.is_empty() { Format::Csv } else { Format::of_word(&asked.format)? };
    let text = asked.fetch_xml.clone();
    let (name, heads) = app.read(actor.clone(), move |rx| heads(rx, &text)).await?;
    let (db, cx) = (app.db.clone(), app.cx.for_actor(actor));
    let lines = move |after: Option<&str>| db.read(&cx, |rx| lines(rx, &asked.fetch_xml, after));
    download::table(format, &name, heads, lines).await
}

/// The identifier is in every answer, and read by nobody.
fn is_shown(key: &str, name: &Name) -> bool {
    name.wire != key
}

fn heads(rx: &Rx<'_>, text: &str) -> Result<(String, Vec<String>)> {
    access::require(rx, "prvExportToExcel", "export")?;
    let question = fetch::question(rx, text, 1).map_err(|error| error.at("fetchXml"))?;
    let (model, reported) = (rx.model(), rx.report(&question.report)?);
    let entity = model.entity(&question.report.entity)?;
    let columns = reported.sources.iter().map(|it| column(&model, it.as_ref()));
    let named = question.names.iter().zip(columns).filter(|(name, _)| is_shown(&entity.key, name));
    let heads = named.map(|(name, column)| match column.map(|it| english(&it.label)) {
        Some(label) if !label.is_empty() && !name.plain => label.to_owned(),
        _ => name.wire.clone(),
    });
    Ok((entity.set.clone(), heads.collect()))
}

fn lines(rx: &Rx<'_>, text: &str, after: Option<&str>) -> Result<download::Read> {
    let mut question = fetch::question(rx, text, download::PAGE)?;
    let (model, after) = (rx.model(), after.unwrap_or_default());
    match after.strip_prefix("skip ").and_then(|it| it.parse().ok()) {
        Some(skip) => question.report.skip = skip,
        None => question.report.after = Some(after.to_owned()).filter(|it| !it.is_empty()),
    }
    let key = &model.entity(&question.report.entity)?.key;
    let reported = rx.report(&question.report)?;
    let names = format::Names::behind(rx, reported.rows.iter().flat_map(|it| &it.values))?;
    let columns: Vec<Option<&Column>> = reported.sources.iter().map(|it| column(&model, it.as_ref())).collect();
    let line = |values: &[Value]| {
        let cells = question.names.iter().zip(&columns).zip(values).filter(|((name, _), _)| is_shown(key, name));
        cells.map(|((_, column), value)| cell(*column, value, &names)).collect()
    };
    // Groups have no place to go on from, so their pages are counted.
    let next = reported.next.or_else(|| Some(format!("skip {}", question.report.skip + download::PAGE)));
    Ok((reported.rows.iter().map(|it| line(&it.values)).collect(), next.filter(|_| reported.more)))
}

fn column<'m>(model: &'m Model, source: Option<&(String, String)>) -> Option<&'m Column> {
    let (entity, column) = source?;
    model.entity(entity).ok()?.columns.get(column)
}

fn cell(column: Option<&Column>, value: &Value, names: &format::Names) -> Value {
    let is_option = match (column, value) {
        (Some(column), Value::Int(it)) => column.option(*it).is_some(),
        (Some(_), Value::Choices(_) | Value::Bool(_)) => true,
        _ => false,
    };
    let text = match (column, value) {
        (_, Value::Lookup(entity, id)) => names.of(entity, *id).map(str::to_owned),
        (Some(column), value) if is_option => format::text(column, value),
        _ => None,
    };
    text.map_or_else(|| value.clone(), Value::Text)
}

//! The search API: `POST /api/search/v2.0/query`, `suggest` and `autocomplete` (`spec/web-api.md` 4.7).
//!
//! Words are sought in the text columns of entities, with the rights of whoever asks. *Not* an index beside
//! the store: what is found is what is there now, and an erased person is found nowhere. Invariant: only
//! rows and columns that a list would show are found, and only texts of people's own words are compared.

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{Path, Request, State},
    response::{IntoResponse, Response},
    routing::post,
};
use kernel::{
    Actor, Error, Kind, Query, Record, Result, Rx,
    access::{self, Privilege},
    metadata::{ColumnType, Entity},
};
use odata::{Expr, Literal, Path as Way, TextFunction};
use serde_json::{Map, Value as Json, json};

use super::{answer::Answer, format, select::wire};
use crate::{App, BODY_LIMIT, error};

/// Most rows of an answer.
const MOST: usize = 100;
/// Most words of a search.
const WORDS: usize = 10;
/// Most entities that a request names, and most columns of each.
const PLACES: usize = 50;
/// Columns that are searched of one entity where the request names none.
const COLUMNS: usize = 12;

/// The addresses of the search.
pub fn router() -> Router<App> {
    Router::new().route("/api/search/{version}/{what}", post(handle))
}

async fn handle(State(app): State<App>, Path((_, what)): Path<(String, String)>, request: Request) -> Response {
    enter(&app, what, request).await.unwrap_or_else(|error| error::odata(&error))
}

/// Lets the request in as one of the Web API's: a search takes more than most of them.
async fn enter(app: &App, what: String, request: Request) -> Result<Response> {
    let (head, body) = request.into_parts();
    let actor = super::caller(app, &head.headers).await?.actor;
    let pass = match app.protection.enter(&app.cx, actor.caller_id().or(actor.user_id())) {
        Ok(pass) => pass,
        Err(reached) => return Ok(reached.answer()),
    };
    let mut response = match answer(app, actor, what, body).await {
        Ok(answer) => answer.into_response(),
        Err(error) => error::odata(&error),
    };
    if let Some(pass) = pass {
        pass.tell(&mut response);
    }
    Ok(response)
}

async fn answer(app: &App, actor: Actor, what: String, body: Body) -> Result<Answer> {
    let body = to_bytes(body, BODY_LIMIT).await.map_err(|_| wrong("body", "is larger than a request may be"))?;
    let asked: Json = serde_json::from_slice(&body).map_err(|error| Error::from(error).at("body"))?;
    let value = app.read(actor, move |rx| find(rx, &what, &asked)).await?;
    // The answer is a text that holds JSON, as the API has it.
    Ok(Answer::json(&json!({ "response": value.to_string() })))
}

fn wrong(name: &str, text: &str) -> Error {
    Error::new(Kind::Invalid, "payload", name, text)
}

fn find(rx: &Rx<'_>, what: &str, asked: &Json) -> Result<Json> {
    let text = asked.get("search").and_then(Json::as_str).map(str::trim).filter(|it| !it.is_empty());
    let text = text.ok_or_else(|| wrong("search", "is missing; it is the text that is sought"))?;
    let words: Vec<String> =
        text.split_whitespace().map(|it| it.trim_matches(['*', '"', '+']).to_lowercase()).collect();
    let words: Vec<String> = words.into_iter().filter(|it| !it.is_empty()).collect();
    if words.is_empty() || words.len() > WORDS {
        return Err(wrong("search", &format!("takes one to {WORDS} words")));
    }
    let number = |name: &str| asked.get(name).and_then(Json::as_u64).and_then(|it| usize::try_from(it).ok());
    let (top, skip) = (number("top").unwrap_or(50).min(MOST), number("skip").unwrap_or(0).min(1_000));
    let mut found = Vec::new();
    for place in places(rx, asked)? {
        found.extend(matching(rx, &place, &words, top + skip)?);
    }
    found.sort_by(|a, b| b.score.cmp(&a.score).then_with(|| a.record.id.cmp(&b.record.id)));
    let count = found.len();
    let shown: Vec<&Match> = found.iter().skip(skip).take(top).collect();
    match what {
        "query" => {
            let rows: Vec<Json> = shown.iter().map(|it| it.row()).collect();
            let counted = asked.get("count") == Some(&Json::Bool(true));
            Ok(json!({
                "Error": null, "Value": rows, "Facets": {}, "QueryContext": null,
                "Count": if counted { i64::try_from(count).unwrap_or(-1) } else { -1 },
            }))
        }
        "suggest" => {
            let rows: Vec<Json> =
                shown.iter().map(|it| json!({ "Text": it.name, "Document": it.document() })).collect();
            Ok(json!({ "Error": null, "Value": rows, "QueryContext": null }))
        }
        "autocomplete" => {
            let last = words.last().map_or("", String::as_str);
            let complete =
                shown.iter().flat_map(|it| it.name.split_whitespace()).find(|it| it.to_lowercase().starts_with(last));
            let before = words.split_last().map_or(String::new(), |(_, rest)| rest.join(" "));
            let text = complete.map_or(String::new(), |it| format!("{before} {it}").trim().to_lowercase());
            Ok(json!({ "Error": null, "Value": text, "QueryContext": null }))
        }
        other => Err(Error::new(
            Kind::NotFound,
            "unknown-segment",
            "",
            format!("Resource not found for the segment '{other}'."),
        )),
    }
}

/// Where is sought: an entity, the columns that are compared, those that are shown, and a filter.
struct Place {
    entity: String,
    searched: Vec<String>,
    shown: Vec<String>,
    filter: Option<Expr>,
}

/// The places that a request names, else every entity with a name whose rows may be read.
fn places(rx: &Rx<'_>, asked: &Json) -> Result<Vec<Place>> {
    let model = rx.model();
    let named = match asked.get("entities") {
        Some(Json::String(text)) if !text.is_empty() => {
            serde_json::from_str(text).map_err(|error| Error::from(error).at("entities"))?
        }
        Some(Json::Array(list)) => list.clone(),
        _ => Vec::new(),
    };
    if named.len() > PLACES {
        return Err(wrong("entities", &format!("takes at most {PLACES} entities")));
    }
    let mut all: Vec<Place> = Vec::new();
    for (at, it) in named.iter().enumerate() {
        // The same once more finds nothing more.
        if named.iter().take(at).any(|before| before == it) {
            continue;
        }
        let place = place(rx, it)?;
        if all.iter().any(|it| it.entity == place.entity) {
            return Err(wrong("entities", &format!("names {} twice, each time in another way", place.entity)));
        }
        all.push(place);
    }
    if named.is_empty() {
        for entity in model.entities().filter(|it| it.primary_name.is_some() && it.intersect.is_none()) {
            if access::allows(rx, entity, Privilege::Read)? {
                all.push(default(rx, entity)?);
            }
        }
    }
    Ok(all)
}

/// A place that a request names: an entity's name, or an object with its columns and a filter.
fn place(rx: &Rx<'_>, it: &Json) -> Result<Place> {
    let model = rx.model();
    let name =
        it.as_str().or_else(|| it.get("name")?.as_str()).ok_or_else(|| wrong("entities", "names an entity each"))?;
    let entity = model.entity(name).map_err(|error| wrong("entities", &error.text))?;
    let columns = |property: &str| -> Result<Option<Vec<String>>> {
        let names = it.get(property).or_else(|| it.get(property.to_lowercase())).and_then(Json::as_array);
        let Some(names) = names else { return Ok(None) };
        let mut all: Vec<String> = Vec::new();
        for name in names.iter().filter_map(Json::as_str) {
            let column = super::select::column(entity, name).ok_or_else(|| model.no_column(&entity.name, name))?;
            if !all.contains(&column.name) {
                all.push(column.name.clone());
            }
            // Each is a condition, and a condition lies as deep as there are columns before it.
            if all.len() > PLACES {
                return Err(wrong(property, &format!("takes at most {PLACES} columns")));
            }
        }
        Ok(Some(all))
    };
    let filter = it.get("filter").and_then(Json::as_str).filter(|it| !it.is_empty());
    let filter =
        filter.map(odata::parse_filter).transpose().map_err(|error| Error::from(error).at("entities.filter"))?;
    access::check(rx, entity, Privilege::Read)?;
    let mut place = default(rx, entity)?;
    place.searched = columns("searchColumns")?.unwrap_or(place.searched);
    place.shown = columns("selectColumns")?.unwrap_or(place.shown);
    place.filter = filter;
    Ok(place)
}

/// An entity by itself: its first texts that the caller may read.
fn default(rx: &Rx<'_>, entity: &Entity) -> Result<Place> {
    let mut searched = Vec::new();
    for column in entity.columns.values().filter(|it| it.kind == ColumnType::Text && !it.system) {
        if searched.len() < COLUMNS && rx.may_read(entity, column)? {
            searched.push(column.name.clone());
        }
    }
    Ok(Place { entity: entity.name.clone(), shown: searched.clone(), searched, filter: None })
}

/// A row that was found.
struct Match {
    entity: String,
    name: String,
    record: Record,
    shown: Map<String, Json>,
    highlights: Map<String, Json>,
    score: u32,
}

fn matching(rx: &Rx<'_>, place: &Place, words: &[String], most: usize) -> Result<Vec<Match>> {
    let model = rx.model();
    let entity = model.entity(&place.entity)?;
    let mut query = Query::on(&entity.name).top(u64::try_from(most).unwrap_or(100));
    for word in words {
        let any = place
            .searched
            .iter()
            .map(|column| contains(column, word))
            .reduce(|a, b| Expr::Or(Box::new(a), Box::new(b)));
        let Some(any) = any else { return Ok(Vec::new()) };
        query = query.and(any);
    }
    if let Some(filter) = &place.filter {
        query = query.and(filter.clone());
    }
    let name = entity.primary_name.as_deref().unwrap_or(&entity.key);
    let mut columns: Vec<&str> = place.searched.iter().chain(&place.shown).map(String::as_str).collect();
    // A row whose name is secured is found by its other texts, and has none.
    if entity.columns.get(name).map_or(Ok(false), |it| rx.may_read(entity, it))? {
        columns.push(name);
    }
    let mut found = Vec::new();
    for record in rx.rows(&query.select(&columns))? {
        let title = record.text(name).to_owned();
        let begins =
            |it: &str| words.iter().any(|word| it.to_lowercase().split_whitespace().any(|it| it.starts_with(word)));
        let mut score = u32::from(begins(&title)) * 4;
        let mut highlights = Map::new();
        for column in &place.searched {
            let text = record.text(column);
            if words.iter().any(|word| text.to_lowercase().contains(word.as_str())) {
                score += 1;
                highlights.insert(column.clone(), json!([text]));
            }
        }
        let mut shown = Map::new();
        for column in &place.shown {
            if let Some(column) = super::select::column(entity, column) {
                shown.insert(wire(column), format::json(record.get(&column.name)));
            }
        }
        found.push(Match { entity: entity.name.clone(), name: title, record, shown, highlights, score });
    }
    Ok(found)
}

/// What a person writes is no pattern.
fn contains(column: &str, word: &str) -> Expr {
    let plain: String =
        word.chars().map(|it| if matches!(it, '%' | '_' | '[') { format!("[{it}]") } else { it.to_string() }).collect();
    Expr::Call {
        function: TextFunction::Contains,
        left: Box::new(Expr::Path(Way(vec![column.to_owned()]))),
        right: Box::new(Expr::Literal(Literal::Text(plain))),
    }
}

impl Match {
    fn row(&self) -> Json {
        json!({
            "Id": self.record.id, "EntityName": self.entity, "ObjectTypeCode": 0, "Attributes": self.shown,
            "Highlights": self.highlights, "Score": self.score,
        })
    }
    fn document(&self) -> Json {
        let mut document = self.shown.clone();
        document.insert("@search.objectid".to_owned(), json!(self.record.id));
        document.insert("@search.entityname".to_owned(), json!(self.entity));
        Json::Object(document)
    }
}

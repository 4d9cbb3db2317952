//! Landing pages and embedded forms: how a form is shown and taken.
//!
//! *Not* its rules (`engagement::form`), and not the subscription center (`center`). Invariant: the answer after a submission is the same for known
//! and unknown addresses.

use axum::{
    Form,
    extract::{Path, Query, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use engagement::{
    form::{self, Issue, MarketingForm, Origin, Shown, Submitted},
    page::{self, MarketingPage, PageParts, configuration},
};
use kernel::{Actor, Error, Kind, Result, Rx, uuid::Uuid};
use maud::{Markup, PreEscaped, html};
use serde::Deserialize;

use super::{
    fields::{fields, filled},
    frame::{self, Dress},
    guard::{self, Guard},
    say::Tongue,
    tracking, trouble,
    visit::Visitor,
};
use crate::{App, limit};

pub(super) type Fields = Form<Vec<(String, String)>>;

/// Where a form is shown, and to whom.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct Place {
    /// Our page that it is on.
    page: Option<String>,
    /// The site that embeds it.
    from: Option<String>,
    /// A link that makes the visitor known.
    v: Option<String>,
}

/// A form with all that stands around it.
pub(super) struct Shell {
    form: MarketingForm,
    elements: Vec<Shown>,
    guard: Guard,
    /// The sites that may embed it.
    sites: Vec<String>,
    notice: Markup,
}

impl Shell {
    fn read(rx: &Rx<'_>, form: MarketingForm) -> Result<Shell> {
        let elements = form::elements(rx, form.id)?;
        let settings = configuration::read(rx)?;
        let guard = Guard::read(rx, form.id, guard::asks(&elements, &settings))?;
        let notice = notice(&settings.notice, settings.notice_url.as_deref());
        Ok(Shell { sites: form.sites(rx)?, elements, guard, notice, form })
    }
    /// With the defaults, and what is known of a visitor.
    pub(super) fn fresh(rx: &Rx<'_>, form: MarketingForm, known: Option<&str>) -> Result<Shell> {
        let mut shell = Shell::read(rx, form)?;
        for element in &mut shell.elements {
            element.value = element.element.default.clone().unwrap_or_default();
        }
        if let Some(token) = known {
            // A link of no use is no reason to refuse the page.
            let _none = form::prefill(rx, &shell.form, &mut shell.elements, token);
        }
        Ok(shell)
    }
    pub(super) fn body(&self, action: &str, issues: &[Issue], tongue: Tongue) -> Markup {
        html! { (fields(action, &self.elements, issues, &self.guard, tongue)) (self.notice) }
    }
    /// The page may be embedded where the form says, and may lead where it says.
    fn allow(&self, response: Response) -> Response {
        frame::allow(response, &self.sites, self.form.redirect.as_deref(), "")
    }
}

/// What stands below every form (Art. 13 GDPR).
pub(super) fn notice(text: &str, url: Option<&str>) -> Markup {
    html! {
        @if !text.is_empty() {
            p class="notice" {
                @match url { Some(url) => { a href=(url) target="_blank" rel="noopener" { (text) } } None => { (text) } }
            }
        }
    }
}

fn action(form: Uuid, place: &Place) -> String {
    let plain = |it: &str| it.chars().all(|it| it.is_ascii_alphanumeric() || matches!(it, '-' | '_' | ':' | '/' | '.'));
    let named = [("page", &place.page), ("from", &place.from)];
    let all =
        named.iter().filter_map(|(name, it)| it.as_deref().filter(|it| plain(it)).map(|it| format!("{name}={it}")));
    let query = all.collect::<Vec<_>>().join("&");
    if query.is_empty() { format!("/f/{form}") } else { format!("/f/{form}?{query}") }
}

/// `GET /p/{page}`
pub(super) async fn landing(
    State(app): State<App>,
    Path(partial): Path<String>,
    Query(mut place): Query<Place>,
    visitor: Visitor,
) -> Response {
    place.page = Some(partial.clone());
    let (known, address) = (place.v.clone(), partial.clone());
    let found = app
        .read(Actor::Public, move |rx| {
            let page = page::live(rx, &partial)?;
            if page.kind != 0 {
                return Err(personal());
            }
            let form = page.form.map(|it| MarketingForm::live(rx, it)).transpose()?;
            let shell = form.map(|it| Shell::fresh(rx, it, known.as_deref())).transpose()?;
            let parts = page.parts(rx)?;
            Ok((page, shell, parts))
        })
        .await;
    if let (Ok(_), Some(token)) = (&found, &place.v) {
        tracking::visited(&app, &visitor, token, &address).await;
    }
    match found {
        Ok((page, shell, parts)) => {
            let tongue = match &shell {
                Some(shell) => Tongue::of_form(&shell.form, &visitor.headers),
                None => Tongue::of(&visitor.headers),
            };
            let form = shell.as_ref().map(|it| it.body(&action(it.form.id, &place), &[], tongue));
            let (body, dress) = around(&page, parts, form);
            let leads = shell.as_ref().and_then(|it| it.form.redirect.as_deref());
            frame::allow(frame::dressed(StatusCode::OK, tongue, &page.name, &body, &dress), &[], leads, &dress.style)
        }
        Err(error) => trouble(&error, Tongue::of(&visitor.headers)),
    }
}

/// What a landing page says, with its form where its blocks place it, else at the end.
pub(super) fn around(page: &MarketingPage, parts: Option<PageParts>, form: Option<Markup>) -> (Markup, Dress) {
    let form = form.unwrap_or_default();
    let Some(parts) = parts else {
        let body = html! { @if !page.content.is_empty() { p { (page.content) } } (form) };
        return (body, Dress::default());
    };
    // Whole elements on both sides of the cut; texts in them are escaped (`engagement::page`).
    let body = html! { (PreEscaped(parts.before)) (form) (PreEscaped(parts.after)) };
    (body, Dress { style: parts.style, headed: parts.headed, ..Dress::default() })
}

fn personal() -> Error {
    Error::new(Kind::NotFound, "personal-page", "page", "This page opens with the personal link in a mail from us.")
}

/// `GET /e/{form}`: the form alone, for the frame of a site that may embed it.
pub(super) async fn embedded(State(app): State<App>, Path(id): Path<Uuid>, visitor: Visitor) -> Response {
    let found = app.read(Actor::Public, move |rx| {
        let form = MarketingForm::live(rx, id)?;
        if form.kind != 0 {
            return Err(personal());
        }
        Shell::fresh(rx, form, None)
    });
    match found.await {
        Ok(shell) => {
            let tongue = Tongue::of_form(&shell.form, &visitor.headers);
            let from = visitor.comes_from().filter(|it| shell.sites.contains(it));
            let place = Place { from: Some(from.unwrap_or_else(|| "frame".into())), ..Place::default() };
            let body = shell.body(&action(id, &place), &[], tongue);
            shell.allow(frame::framed(StatusCode::OK, tongue, &shell.form.name, &body))
        }
        Err(error) => trouble(&error, Tongue::of(&visitor.headers)),
    }
}

/// What became of a post, besides what the form says.
enum Taken {
    Form(Submitted),
    Program,
    TooFast { ours: bool },
    WrongAnswer,
}

/// `POST /f/{form}`
pub(super) async fn submit(
    State(app): State<App>,
    Path(id): Path<Uuid>,
    Query(place): Query<Place>,
    visitor: Visitor,
    Form(sent): Fields,
) -> Response {
    let (guarded, sent) = guard::apart(sent);
    if !within_limits(&app, &visitor, &sent) {
        return too_many(&app, id, &visitor).await;
    }
    // What is only read is no work for the writer, where everybody's changes wait for it.
    let (given, whence) = (guarded.clone(), place.clone());
    let looked = app.read(Actor::Public, move |rx| {
        let shell = Shell::read(rx, MarketingForm::live(rx, id)?)?;
        let found = guard::look(rx, id, &given)?;
        let reply = if shell.guard.asks() { guard::reply(rx, id, &given)? } else { None };
        let origin = origin(rx, &shell, &whence)?;
        Ok((shell, found, reply, origin, blocks(rx, id, &whence)?))
    });
    let (mut shell, found, reply, origin, blocks) = match looked.await {
        Ok(it) => it,
        Err(error) => return trouble(&error, Tongue::of(&visitor.headers)),
    };
    let taken = match found {
        guard::Found::Program => Taken::Program,
        guard::Found::TooFast { ours } => Taken::TooFast { ours },
        guard::Found::Person if shell.guard.asks() && !answered(&app, reply) => Taken::WrongAnswer,
        guard::Found::Person => {
            let answers = sent.clone();
            let done = visitor.at(&app).write(Actor::Public, move |tx| form::submit(tx, id, &answers, &origin)).await;
            match done {
                Ok(it) => Taken::Form(it),
                Err(error) => return trouble(&error, Tongue::of(&visitor.headers)),
            }
        }
    };
    let tongue = Tongue::of_form(&shell.form, &visitor.headers);
    let in_frame = place.from.is_some();
    let page = |status, title: &str, body: &Markup| {
        if in_frame { frame::framed(status, tongue, title, body) } else { frame::page(status, tongue, title, body) }
    };
    let again = |shell: &mut Shell, issues: &[Issue], note: Option<String>| {
        shell.elements = filled(std::mem::take(&mut shell.elements), &sent);
        let body = html! {
            @if let Some(note) = note { p role="status" class="note" { (note) } }
            (shell.body(&action(id, &place), issues, tongue))
        };
        const STATUS: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;
        match &blocks {
            // Whoever made a mistake is still on the page where they made it.
            Some((page, parts)) if !in_frame => {
                let (body, dress) = around(page, Some(parts.clone()), Some(body));
                let response = frame::dressed(STATUS, tongue, &page.name, &body, &dress);
                frame::allow(response, &[], shell.form.redirect.as_deref(), &dress.style)
            }
            _ => shell.allow(page(STATUS, &shell.form.name, &body)),
        }
    };
    match taken {
        // A program reads what a person reads, and nothing was done.
        Taken::Form(Submitted::Accepted) | Taken::Program => {
            let leads = shell.form.redirect.clone().filter(|it| !it.is_empty());
            if let (Some(to), false) = (&leads, in_frame) {
                return frame::lead_to(to);
            }
            let thanks =
                if shell.form.thanks.is_empty() { tongue.say("thanks-text") } else { shell.form.thanks.clone() };
            let body = html! {
                p role="status" { (thanks) }
                @if let Some(to) = leads { p { a href=(to) target="_top" { (tongue.say("thanks-on")) } } }
            };
            shell.allow(page(StatusCode::OK, &tongue.say("thanks-title"), &body))
        }
        Taken::Form(Submitted::ConfirmByEmail) => {
            let body = html! { p role="status" { (tongue.say("inbox-text")) } };
            shell.allow(page(StatusCode::OK, &tongue.say("inbox-title"), &body))
        }
        Taken::Form(Submitted::Failed) => {
            let own = shell.form.error_message.clone().filter(|it| !it.is_empty());
            let body = html! { p role="alert" { (own.unwrap_or_else(|| tongue.say("form-failed"))) } };
            shell.allow(page(StatusCode::ACCEPTED, &tongue.say("form-failed-title"), &body))
        }
        Taken::Form(Submitted::Invalid(issues)) => {
            shell.guard.keep(&guarded);
            again(&mut shell, &issues, None)
        }
        Taken::TooFast { ours } => {
            if ours {
                shell.guard.keep(&guarded);
            }
            again(&mut shell, &[], Some(tongue.say("form-too-fast")))
        }
        Taken::WrongAnswer => {
            let text = tongue.say("question-wrong");
            again(&mut shell, &[Issue { field: guard::ANSWER.into(), text }], None)
        }
    }
}

/// Whether the question was answered, and for the first time: an answer cannot be used again and again. What we
/// never asked is not noted, so that nobody fills the notes with questions of their own.
fn answered(app: &App, reply: Option<guard::Reply>) -> bool {
    reply.is_some_and(|it| app.limits.take(app.cx.now(), limit::ANSWER, &it.question) && it.right)
}

/// The page of blocks that the form was sent from.
fn blocks(rx: &Rx<'_>, form: Uuid, place: &Place) -> Result<Option<(MarketingPage, PageParts)>> {
    let Some(Ok(page)) = place.page.as_deref().map(|it| page::live(rx, it)) else { return Ok(None) };
    let parts = if page.kind == 0 && page.form == Some(form) { page.parts(rx)? } else { None };
    Ok(parts.map(|it| (page, it)))
}

/// Where the form was sent from: our page, or a site that may embed it.
fn origin(rx: &Rx<'_>, shell: &Shell, place: &Place) -> Result<Origin> {
    if let Some(from) = place.from.as_ref().filter(|it| shell.sites.contains(it)) {
        return Ok(Origin { page: None, url: Some(from.clone()) });
    }
    match place.page.as_deref().map(|it| page::live(rx, it)) {
        Some(Ok(page)) if page.form == Some(shell.form.id) => {
            let url = format!("{}/p/{}", engagement::site::base_url(rx)?, page.partial_url);
            Ok(Origin { page: Some(page.id), url: Some(url) })
        }
        _ => Ok(Origin::default()),
    }
}

fn within_limits(app: &App, visitor: &Visitor, sent: &[(String, String)]) -> bool {
    let now = app.cx.now();
    let client = visitor.client.as_deref();
    let address = sent.iter().find(|(name, _)| name == "emailaddress1").map(|(_, text)| text.as_str());
    client.is_none_or(|it| app.limits.take(now, limit::FORM_PER_CLIENT, it))
        && address.is_none_or(|it| app.limits.take(now, limit::FORM_PER_ADDRESS, it))
}

async fn too_many(app: &App, id: Uuid, visitor: &Visitor) -> Response {
    match app.read(Actor::Public, move |rx| MarketingForm::live(rx, id)).await {
        Ok(form) => {
            let tongue = Tongue::of_form(&form, &visitor.headers);
            let text = form.limit_message.filter(|it| !it.is_empty()).unwrap_or_else(|| tongue.say("form-too-many"));
            let body = html! { p role="alert" { (text) } };
            frame::page(StatusCode::TOO_MANY_REQUESTS, tongue, &tongue.say("trouble-many"), &body)
        }
        Err(error) => trouble(&error, Tongue::of(&visitor.headers)),
    }
}

/// `GET /embed/{form}.js`: puts the form into the page that it is written in.
pub(super) async fn script(State(app): State<App>, Path(file): Path<String>) -> Response {
    let Some(id) = file.strip_suffix(".js").and_then(|it| it.parse::<Uuid>().ok()) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let open = app.read(Actor::Public, move |rx| {
        let form = MarketingForm::live(rx, id)?;
        Ok(form.kind == 0 && !form.sites(rx)?.is_empty())
    });
    if !open.await.unwrap_or(false) {
        return StatusCode::NOT_FOUND.into_response();
    }
    let text = include_str!("embed.js").replace("FORM", &id.to_string());
    let mut response = text.into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/javascript; charset=utf-8"));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"));
    response
}

/// `GET /assets/embedded.js`: tells the page around how high the form is.
pub(super) async fn height() -> Response {
    let mut response = include_str!("embedded.js").into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/javascript; charset=utf-8"));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=3600"));
    response
}

//! Landing pages and the subscription center: one way to show a form, two ways to take it.
//!
//! *Not* its rules (`engagement::form`). Invariant: the answer after a submission is the same for known
//! and unknown addresses.

use axum::{
    Form,
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use engagement::{
    form::{self, Input, Issue, MarketingForm, Saved, Shown, Submitted, Waiting},
    language, page,
};
use kernel::{Actor, Error, Kind, uuid::Uuid};
use maud::{Markup, html};

use super::{frame, gpc, guard, say::Tongue, trouble, visit::Visitor};
use crate::{App, limit};

type Fields = Form<Vec<(String, String)>>;

/// `GET /p/{page}`
pub(super) async fn landing(State(app): State<App>, Path(partial): Path<String>, visitor: Visitor) -> Response {
    let found = app
        .read(Actor::Public, move |rx| {
            let page = page::live(rx, &partial)?;
            if page.kind != 0 {
                return Err(Error::new(
                    Kind::NotFound,
                    "personal-page",
                    "page",
                    "This page opens with the personal link in a mail from us.",
                ));
            }
            let form = MarketingForm::live(rx, page.form.unwrap_or_default())?;
            let mut elements = form::elements(rx, form.id)?;
            for element in &mut elements {
                element.value = element.element.default.clone().unwrap_or_default();
            }
            let stamp = guard::stamp(rx, form.id)?;
            Ok((page, form, elements, stamp))
        })
        .await;
    match found {
        Ok((page, form, elements, stamp)) => {
            let tongue = Tongue::of_form(&form, &visitor.headers);
            let guard = guard::fields(&stamp, tongue);
            let body = html! {
                @if !page.content.is_empty() { p { (page.content) } }
                (fields(&format!("/f/{}", form.id), &elements, &[], &guard, tongue))
            };
            frame::page(StatusCode::OK, tongue, &page.name, &body)
        }
        Err(error) => trouble(&error, Tongue::of(&visitor.headers)),
    }
}

/// What became of a post, besides what the form says.
enum Taken {
    Form(Submitted),
    Program,
    TooFast(String),
}

/// `POST /f/{form}`
pub(super) async fn submit(
    State(app): State<App>,
    Path(id): Path<Uuid>,
    visitor: Visitor,
    Form(sent): Fields,
) -> Response {
    let (guarded, sent) = guard::apart(sent);
    if !within_limits(&app, &visitor, &sent) {
        return too_many(&app, id, &visitor).await;
    }
    let (answers, given) = (sent.clone(), guarded.clone());
    let done = visitor
        .at(&app)
        .write(Actor::Public, move |tx| {
            let form = MarketingForm::live(tx, id)?;
            let taken = match guard::look(tx, id, &given)? {
                guard::Found::Person => Taken::Form(form::submit(tx, id, &answers)?),
                guard::Found::Program => Taken::Program,
                guard::Found::TooFast(stamp) => Taken::TooFast(stamp),
            };
            Ok((taken, form.clone(), form::elements(tx, form.id)?))
        })
        .await;
    let (taken, form, elements) = match done {
        Ok(it) => it,
        Err(error) => return trouble(&error, Tongue::of(&visitor.headers)),
    };
    let tongue = Tongue::of_form(&form, &visitor.headers);
    let again = |issues: &[Issue], stamp: &str, note: Option<String>| {
        let guard = guard::fields(stamp, tongue);
        let body = html! {
            @if let Some(note) = note { p role="status" class="note" { (note) } }
            (fields(&format!("/f/{}", form.id), &filled(elements, &sent), issues, &guard, tongue))
        };
        frame::page(StatusCode::UNPROCESSABLE_ENTITY, tongue, &form.name, &body)
    };
    match taken {
        // A program reads what a person reads, and nothing was done.
        Taken::Form(Submitted::Accepted) | Taken::Program => {
            let thanks = if form.thanks.is_empty() { tongue.say("thanks-text") } else { form.thanks };
            frame::page(StatusCode::OK, tongue, &tongue.say("thanks-title"), &html! { p { (thanks) } })
        }
        Taken::Form(Submitted::ConfirmByEmail) => {
            let body = html! { p { (tongue.say("inbox-text")) } };
            frame::page(StatusCode::OK, tongue, &tongue.say("inbox-title"), &body)
        }
        Taken::Form(Submitted::Invalid(issues)) => again(&issues, &guarded.shown, None),
        Taken::TooFast(stamp) => again(&[], &stamp, Some(tongue.say("form-too-fast"))),
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

/// `GET /s/{token}`
pub(super) async fn center(State(app): State<App>, Path(token): Path<String>, visitor: Visitor) -> Response {
    let objected = gpc::heed_link(&app, &visitor, &token).await;
    let note = if objected { vec!["center-objected"] } else { Vec::new() };
    show_center(app, token, &visitor, &note, None).await
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
            show_center(app, token, &visitor, &[note], None).await
        }
        Ok(Saved::Invalid(issues)) => show_center(app, token, &visitor, &[], Some((issues, sent))).await,
        Err(error) => trouble(&error, Tongue::of(&visitor.headers)),
    }
}

/// What is wrong with what was sent, and what that was.
type Refused = (Vec<Issue>, Vec<(String, String)>);

/// The center as it is in the store, or with what could not be saved and why.
async fn show_center(app: App, token: String, visitor: &Visitor, notes: &[&str], refused: Option<Refused>) -> Response {
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
        Ok((center, tongue, waiting))
    });
    match found.await {
        Ok((mut center, tongue, waiting)) => {
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
                (fields(&format!("/s/{token}"), &center.elements, &issues, &html! {}, tongue))
                @if center.receipts > 0 {
                    p {
                        (tongue.say("center-receipts")) " "
                        a href={ "/s/" (token) "/receipts" } { "ISO/IEC TS 27560 (JSON-LD)" } ", "
                        a href={ "/s/" (token) "/receipts?format=kantara" } { "Kantara 1.1 (JSON)" }
                    }
                }
            };
            frame::page(status, tongue, &center.page.content, &body)
        }
        Err(error) => trouble(&error, Tongue::of(&visitor.headers)),
    }
}

/// What the visitor typed, put back into the form, so nothing is lost by a mistake. A box that is not ticked
/// is not sent.
pub(super) fn filled(mut elements: Vec<Shown>, sent: &[(String, String)]) -> Vec<Shown> {
    for element in &mut elements {
        match sent.iter().find(|(name, _)| *name == element.name && !name.is_empty()) {
            Some((_, text)) => element.value.clone_from(text),
            None if element.input == Input::Check => element.value.clear(),
            None => {}
        }
    }
    elements
}

pub(super) fn fields(action: &str, elements: &[Shown], issues: &[Issue], guard: &Markup, tongue: Tongue) -> Markup {
    let known = |field: &str| elements.iter().any(|it| it.name == field);
    html! {
        @if !issues.is_empty() {
            div role="alert" class="issues" {
                p { (tongue.say("form-mend")) }
                ul {
                    @for issue in issues {
                        @let label = elements.iter().find(|it| it.name == issue.field).map_or(issue.field.as_str(), |it| it.label.as_str());
                        li { @if known(&issue.field) { a href={ "#f-" (issue.field) } { (label) } } @else { (label) } ": " (issue.text) }
                    }
                }
            }
        }
        form method="post" action=(action) novalidate[!issues.is_empty()] {
            @for element in elements {
                @let problem = issues.iter().find(|it| it.field == element.name && !element.name.is_empty());
                (field(element, problem, tongue))
            }
            (guard)
        }
    }
}

fn field(element: &Shown, problem: Option<&Issue>, tongue: Tongue) -> Markup {
    let id = format!("f-{}", element.name);
    let hint = format!("{id}-problem");
    let described = problem.map(|_| hint.as_str());
    let required = element.required;
    html! {
        @match &element.input {
            Input::Text => { p class="wording" { (element.element.text) } }
            Input::Submit => { p { button type="submit" { (element.label) } } }
            Input::Reset => { p { button type="reset" class="quiet" { (element.label) } } }
            Input::Check => {
                p class="check" {
                    input type="checkbox" id=(id) name=(element.name) value="on" checked[!matches!(element.value.as_str(), "" | "false")] required[required] aria-describedby=[described];
                    label for=(id) { (element.label) }
                }
            }
            Input::Choice { options } if options.iter().any(|it| !it.description.is_empty()) => {
                fieldset aria-describedby=[described] {
                    legend { (element.label) @if required { " " (tongue.say("form-required")) } }
                    p {
                        input type="radio" id=(id) name=(element.name) value="" checked[element.value.is_empty()];
                        label for=(id) { (tongue.say("form-nothing")) }
                    }
                    @for option in options {
                        @let one = format!("{id}-{}", option.value);
                        p {
                            input type="radio" id=(one) name=(element.name) value=(option.value) checked[option.value == element.value] aria-describedby={ (one) "-text" };
                            label for=(one) { (option.label) }
                            small id={ (one) "-text" } { (option.description) }
                        }
                    }
                }
            }
            Input::Choice { options } => {
                p {
                    label for=(id) { (element.label) @if required { " " (tongue.say("form-required")) } }
                    select id=(id) name=(element.name) required[required] aria-describedby=[described] {
                        option value="" selected[element.value.is_empty()] { (tongue.say("form-nothing")) }
                        @for option in options { option value=(option.value) selected[option.value == element.value] { (option.label) } }
                    }
                }
            }
            Input::Lines { max_length } => {
                p {
                    label for=(id) { (element.label) @if required { " " (tongue.say("form-required")) } }
                    textarea id=(id) name=(element.name) maxlength=(max_length) rows="4" required[required] aria-describedby=[described] { (element.value) }
                }
            }
            Input::Line { html_type, max_length } => {
                p {
                    label for=(id) { (element.label) @if required { " " (tongue.say("form-required")) } }
                    input id=(id) name=(element.name) type=(html_type) maxlength=(max_length) value=(element.value) required[required] autocomplete=[complete(&element.name)] aria-invalid=[problem.map(|_| "true")] aria-describedby=[described];
                }
            }
        }
        @if let Some(problem) = problem { p id=(hint) class="issue" { (problem.text) } }
    }
}

/// The words by which browsers fill in what they know (WCAG 2.2, 1.3.5).
fn complete(name: &str) -> Option<&'static str> {
    Some(match name {
        "firstname" => "given-name",
        "lastname" => "family-name",
        "emailaddress1" => "email",
        "telephone1" | "mobilephone" => "tel",
        "address1_city" => "address-level2",
        "address1_postalcode" => "postal-code",
        _ => return None,
    })
}

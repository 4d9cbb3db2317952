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
    form::{self, Input, Issue, MarketingForm, Saved, Shown, Submitted},
    page,
};
use kernel::{Actor, Error, Kind, uuid::Uuid};
use maud::{Markup, html};

use super::{frame, trouble};
use crate::App;

type Fields = Form<Vec<(String, String)>>;

/// `GET /p/{page}`
pub(super) async fn landing(State(app): State<App>, Path(partial): Path<String>) -> Response {
    let found = app
        .read(Actor::Public, move |rx| {
            let page = page::live(rx, &partial)?;
            if page.kind == 1 {
                return Err(Error::new(
                    Kind::NotFound,
                    "unknown-page",
                    "page",
                    "This page opens with the personal link in a mail from us.",
                ));
            }
            let form = MarketingForm::live(rx, page.form.unwrap_or_default())?;
            let elements = form::elements(rx, form.id)?;
            Ok((page, form, elements))
        })
        .await;
    match found {
        Ok((page, form, elements)) => {
            let body = html! { @if !page.content.is_empty() { p { (page.content) } } (fields(&format!("/f/{}", form.id), &elements, &[])) };
            frame::page(StatusCode::OK, language(&form), &page.name, &body)
        }
        Err(error) => trouble(&error),
    }
}

/// `POST /f/{form}`
pub(super) async fn submit(State(app): State<App>, Path(id): Path<Uuid>, Form(sent): Fields) -> Response {
    let answers = sent.clone();
    let done = app
        .write(Actor::Public, move |tx| {
            let submitted = form::submit(tx, id, &answers)?;
            let form = MarketingForm::live(tx, id)?;
            Ok((submitted, form.clone(), form::elements(tx, form.id)?))
        })
        .await;
    match done {
        Ok((Submitted::Accepted, form, _)) => {
            let thanks = if form.thanks.is_empty() { "Thank you." } else { &form.thanks };
            frame::page(StatusCode::OK, language(&form), "Thank you", &html! { p { (thanks) } })
        }
        Ok((Submitted::ConfirmByEmail, form, _)) => {
            let text = "Please look into your mailbox. What you asked for begins when you open the link in our mail and press the button there.";
            frame::page(StatusCode::OK, language(&form), "Please check your inbox", &html! { p { (text) } })
        }
        Ok((Submitted::Invalid(issues), form, elements)) => {
            let body = fields(&format!("/f/{}", form.id), &filled(elements, &sent), &issues);
            frame::page(StatusCode::UNPROCESSABLE_ENTITY, language(&form), &form.name, &body)
        }
        Err(error) => trouble(&error),
    }
}

/// `GET /s/{token}`
pub(super) async fn center(State(app): State<App>, Path(token): Path<String>) -> Response {
    show_center(app, token, None, StatusCode::OK).await
}

/// `POST /s/{token}`
pub(super) async fn save(State(app): State<App>, Path(token): Path<String>, Form(sent): Fields) -> Response {
    let (key, answers) = (token.clone(), sent);
    match app.write(Actor::Public, move |tx| form::save(tx, &key, &answers)).await {
        Ok(Saved::Saved { waits }) => {
            let note = if waits {
                "Saved. What you newly allow begins when you open the link in the mail that we have just sent and press the button there."
            } else {
                "Your choices are saved. This is what is stored now:"
            };
            show_center(app, token, Some((note.to_owned(), Vec::new())), StatusCode::OK).await
        }
        Ok(Saved::Invalid(issues)) => {
            show_center(app, token, Some((String::new(), issues)), StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(error) => trouble(&error),
    }
}

async fn show_center(app: App, token: String, after: Option<(String, Vec<Issue>)>, status: StatusCode) -> Response {
    let key = token.clone();
    match app.read(Actor::Public, move |rx| form::center(rx, &key)).await {
        Ok(center) => {
            let (note, issues) = after.unwrap_or_default();
            let body = html! {
                @if !note.is_empty() { p role="status" class="note" { (note) } }
                @if !center.waiting.is_empty() {
                    p { "Waiting for your confirmation by mail: " (center.waiting.join(", ")) "." }
                }
                (fields(&format!("/s/{token}"), &center.elements, &issues))
            };
            frame::page(status, language(&center.form), &center.page.content, &body)
        }
        Err(error) => trouble(&error),
    }
}

fn language(form: &MarketingForm) -> &str {
    form.language.as_deref().filter(|it| !it.is_empty()).unwrap_or("en")
}

/// What the visitor typed, put back into the form, so nothing is lost by a mistake.
fn filled(mut elements: Vec<Shown>, sent: &[(String, String)]) -> Vec<Shown> {
    for element in &mut elements {
        if let Some((_, text)) = sent.iter().find(|(name, _)| *name == element.name && !name.is_empty()) {
            element.value.clone_from(text);
        }
    }
    elements
}

fn fields(action: &str, elements: &[Shown], issues: &[Issue]) -> Markup {
    let known = |field: &str| elements.iter().any(|it| it.name == field);
    html! {
        @if !issues.is_empty() {
            div role="alert" class="issues" {
                p { "Please mend this; nothing was saved yet." }
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
                (field(element, problem))
            }
        }
    }
}

fn field(element: &Shown, problem: Option<&Issue>) -> Markup {
    let id = format!("f-{}", element.name);
    let hint = format!("{id}-problem");
    let described = problem.map(|_| hint.as_str());
    let required = element.required;
    html! {
        @match &element.input {
            Input::Text => { p class="wording" { (element.element.text) } }
            Input::Submit => { p { button type="submit" { (element.label) } } }
            Input::Check => {
                p class="check" {
                    input type="checkbox" id=(id) name=(element.name) value="on" checked[!matches!(element.value.as_str(), "" | "false")] required[required] aria-describedby=[described];
                    label for=(id) { (element.label) }
                }
            }
            Input::Choice { options } if options.iter().any(|it| !it.description.is_empty()) => {
                fieldset aria-describedby=[described] {
                    legend { (element.label) @if required { " (required)" } }
                    p {
                        input type="radio" id=(id) name=(element.name) value="" checked[element.value.is_empty()];
                        label for=(id) { "Nothing" }
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
                    label for=(id) { (element.label) @if required { " (required)" } }
                    select id=(id) name=(element.name) required[required] aria-describedby=[described] {
                        option value="" selected[element.value.is_empty()] { "Nothing" }
                        @for option in options { option value=(option.value) selected[option.value == element.value] { (option.label) } }
                    }
                }
            }
            Input::Lines { max_length } => {
                p {
                    label for=(id) { (element.label) @if required { " (required)" } }
                    textarea id=(id) name=(element.name) maxlength=(max_length) rows="4" required[required] aria-describedby=[described] { (element.value) }
                }
            }
            Input::Line { html_type, max_length } => {
                p {
                    label for=(id) { (element.label) @if required { " (required)" } }
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

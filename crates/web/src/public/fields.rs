//! A form as HTML.
//!
//! *Not* its rules (`engagement::form`). Invariant: it works without a script and with the keyboard alone; each
//! input has a label, and what is wrong is said beside it (WCAG 2.2).

use engagement::form::{Input, Issue, Shown};
use maud::{Markup, html};

use super::{guard::Guard, say::Tongue};

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

pub(super) fn fields(action: &str, elements: &[Shown], issues: &[Issue], guard: &Guard, tongue: Tongue) -> Markup {
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
            @let placed = elements.iter().any(|it| it.input == Input::Captcha);
            @for element in elements {
                @let problem = issues.iter().find(|it| it.field == element.name && !element.name.is_empty());
                @if element.input == Input::Captcha || (!placed && element.input == Input::Submit) { (guard.question(tongue)) }
                (field(element, problem, tongue))
            }
            (guard.fields(tongue))
        }
    }
}

fn field(element: &Shown, problem: Option<&Issue>, tongue: Tongue) -> Markup {
    let id = format!("f-{}", element.name);
    let hint = format!("{id}-problem");
    let described = problem.map(|_| hint.as_str());
    let required = element.required;
    let placeholder = element.element.placeholder.as_deref().filter(|it| !it.is_empty());
    let longest =
        |of_column: &usize| element.element.max_length.and_then(|it| usize::try_from(it).ok()).unwrap_or(*of_column);
    if element.element.hidden && !element.name.is_empty() {
        return html! { input type="hidden" name=(element.name) value=(element.value); };
    }
    html! {
        @match &element.input {
            Input::Captcha => {}
            Input::Divider => { hr; }
            Input::Image => { p { img src=(element.element.text.trim()) alt=(element.label); } }
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
                    textarea id=(id) name=(element.name) maxlength=(longest(max_length)) placeholder=[placeholder] rows="4" required[required] aria-describedby=[described] { (element.value) }
                }
            }
            Input::Line { html_type, max_length } => {
                p {
                    label for=(id) { (element.label) @if required { " " (tongue.say("form-required")) } }
                    input id=(id) name=(element.name) type=(html_type) maxlength=(longest(max_length)) placeholder=[placeholder] value=(element.value) required[required] autocomplete=[complete(&element.name)] aria-invalid=[problem.map(|_| "true")] aria-describedby=[described];
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

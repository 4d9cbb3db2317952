//! A form or a page as visitors would see it, for whoever is making it.
//!
//! *Not* a public page: it is read with the user's own rights, live or not. Invariant: it is made by the code that
//! makes the public one, and it is about nobody.

use engagement::{form::MarketingForm, language, page::MarketingPage};
use kernel::{Result, Rx, uuid::Uuid};

use super::{
    form::{Shell, around},
    frame::{self, Dress},
    say::Tongue,
};

/// The form alone.
///
/// # Errors
/// `NotFound`, `Forbidden`.
pub(crate) fn form(rx: &Rx<'_>, id: Uuid, language: Option<&str>) -> Result<String> {
    let form = MarketingForm::get(rx, id)?;
    let tongue = tongue(Some(&form), language);
    let title = form.name.clone();
    let shell = Shell::fresh(rx, form, None)?;
    Ok(frame::markup(tongue, &title, &shell.body("", &[], tongue), &Dress::default()).into_string())
}

/// A page with its form.
///
/// # Errors
/// `NotFound`, `Forbidden`.
pub(crate) fn page(rx: &Rx<'_>, id: Uuid, language: Option<&str>) -> Result<String> {
    let page = MarketingPage::get(rx, id)?;
    let form = page.form.map(|it| MarketingForm::get(rx, it)).transpose()?;
    let tongue = tongue(form.as_ref(), language);
    // On a subscription center the text of the page is its heading.
    let title = if page.kind == 1 && !page.content.is_empty() { &page.content } else { &page.name };
    let shell = form.map(|it| Shell::fresh(rx, it, None)).transpose()?;
    let form = shell.as_ref().map(|it| it.body("", &[], tongue));
    let (body, dress) = match page.kind {
        0 => around(&page, page.parts(rx)?, form),
        _ => (form.unwrap_or_default(), Dress::default()),
    };
    Ok(frame::markup(tongue, title, &body, &dress).into_string())
}

fn tongue(form: Option<&MarketingForm>, language: Option<&str>) -> Tongue {
    let own = form.and_then(|it| it.language.as_deref());
    Tongue(language::of(language.or(own).unwrap_or_default()))
}

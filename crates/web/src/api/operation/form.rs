//! Forms, pages and their submissions: how one looks, what keeps it from going live, all that was sent, and what failed
//! once more.
//!
//! *Not* the rules (`engagement::form`). Invariant: the person's own decisions are never among what is tried anew
//! with another address.

use engagement::{
    form::{self, submission},
    page::{self, MarketingPage},
};
use kernel::{Result, Rx, Tx};
use serde_json::{Value as Json, json, to_value};

use super::{Given, Operation, Run};
use crate::public::example;

/// Rows of one answer.
const PAGE: u64 = 1_000;

/// See the module.
pub const OPERATIONS: &[Operation] = &[
    Operation {
        name: "assent_CheckForErrors",
        bound_to: Some(form::ENTITY),
        parameters: &[],
        returns: &[("Problems", "Collection(Edm.String)")],
        about: "What keeps the form from going live.",
        errors: &[("0x80040220", "the role may not read forms")],
        source: "spec/marketing.md 8",
        run: Run::Function(check),
    },
    Operation {
        name: "assent_CheckForErrors",
        bound_to: Some(page::ENTITY),
        parameters: &[],
        returns: &[("Problems", "Collection(Edm.String)")],
        about: "What keeps the page from going live.",
        errors: &[("0x80040220", "the role may not read pages")],
        source: "spec/marketing.md 8",
        run: Run::Function(check_page),
    },
    Operation {
        name: "assent_Preview",
        bound_to: Some(form::ENTITY),
        parameters: &[("Language", "Edm.String")],
        returns: &[("Html", "Edm.String")],
        about: "The form as visitors see it, live or not, in a language (en, de, fr).",
        errors: &[("0x80040220", "the role may not read forms")],
        source: "spec/marketing.md 8",
        run: Run::Function(preview_form),
    },
    Operation {
        name: "assent_Preview",
        bound_to: Some(page::ENTITY),
        parameters: &[("Language", "Edm.String")],
        returns: &[("Html", "Edm.String")],
        about: "The page as visitors see it, live or not, in a language (en, de, fr).",
        errors: &[("0x80040220", "the role may not read pages")],
        source: "spec/marketing.md 8",
        run: Run::Function(preview_page),
    },
    Operation {
        name: "assent_Submissions",
        bound_to: Some(form::ENTITY),
        parameters: &[("Token", "Edm.String")],
        returns: &[("Columns", "Collection(Edm.String)"), ("Rows", "Collection(Edm.String)"), ("Next", "Edm.String")],
        about: "What is stored of the submissions of the form, as a table, the oldest first: 1,000 rows, and as Next the Token of those behind them, or null.",
        errors: &[("0x80040220", "the role may not read submissions")],
        source: "spec/marketing.md 8",
        run: Run::Function(submissions),
    },
    Operation {
        name: "assent_RetrySubmission",
        bound_to: Some("msdyncrm_marketingformsubmission"),
        parameters: &[],
        returns: &[("", "Edm.String")],
        about: "Applies a submission that failed once more, as it is stored now.",
        errors: &[("0x80040220", "the role may not change submissions"), ("0x80040216", "it did not fail")],
        source: "spec/marketing.md 8",
        run: Run::Action(retry),
    },
];

/// `msdyncrm_marketingforms(id)/…assent_CheckForErrors()`: what keeps the form from going live.
fn check(rx: &Rx<'_>, given: &Given) -> Result<Json> {
    Ok(json!({ "Problems": to_value(form::problems(rx, given.id)?)? }))
}

/// `msdyncrm_marketingpages(id)/…assent_CheckForErrors()`: what keeps the page from going live.
fn check_page(rx: &Rx<'_>, given: &Given) -> Result<Json> {
    Ok(json!({ "Problems": to_value(page::check(rx, &MarketingPage::get(rx, given.id)?)?)? }))
}

/// `msdyncrm_marketingforms(id)/…assent_Preview(Language='de')`: as visitors see it.
fn preview_form(rx: &Rx<'_>, given: &Given) -> Result<Json> {
    Ok(json!({ "Html": example::form(rx, given.id, given.optional("Language")?)? }))
}

/// `msdyncrm_marketingpages(id)/…assent_Preview(Language='de')`: as visitors see it.
fn preview_page(rx: &Rx<'_>, given: &Given) -> Result<Json> {
    Ok(json!({ "Html": example::page(rx, given.id, given.optional("Language")?)? }))
}

/// `msdyncrm_marketingforms(id)/…assent_Submissions()`: what is stored of them, as a table.
fn submissions(rx: &Rx<'_>, given: &Given) -> Result<Json> {
    let mut query = submission::query(given.id)?;
    if let Some(token) = given.optional("Token")? {
        query = query.after(token);
    }
    let page = rx.page(&query, PAGE).map_err(|error| error.at("Token"))?;
    let columns = submission::columns(rx, given.id)?;
    let rows = submission::lines(rx, &columns, &page.records)?;
    Ok(json!({ "Columns": columns, "Rows": rows, "Next": page.next }))
}

/// `msdyncrm_marketingformsubmissions(id)/…assent_RetrySubmission`: a failed one is applied, as it is stored now.
fn retry(tx: &mut Tx<'_>, given: &Given) -> Result<Json> {
    Ok(to_value(submission::retry(tx, given.id)?)?)
}

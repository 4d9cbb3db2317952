//! The check for errors of a form (`spec/marketing.md` 8.2).
//!
//! *Not* the check of an answer. Invariant: a live form has what its type requires and maps no column
//! twice; a form that asks for consent shows the text by which it asks.

use kernel::{Change, Result, Rx, uuid::Uuid};

use super::elements;
use crate::lifecycle::Problem;

/// What keeps the form from going live.
///
/// # Errors
/// Those of reading.
pub fn check(rx: &Rx<'_>, form: Uuid, kind: Option<i64>, change: &Change) -> Result<Vec<Problem>> {
    let shown = elements(rx, form)?;
    let mut found = Vec::new();
    let count = |kind: i64| shown.iter().filter(|it| it.element.kind == kind).count();
    if count(4) != 1 {
        found.push(Problem::error("elements", "a form has exactly one submit button"));
    }
    if kind == Some(1) && count(3) != 1 {
        found.push(Problem::error("elements", "a subscription center has exactly one do-not-bulk-email box"));
    }
    if kind == Some(0) && !shown.iter().any(|it| it.column.as_deref() == Some("emailaddress1")) {
        found.push(Problem::error(
            "elements",
            "a landing page asks for the e-mail address, by which contacts are matched",
        ));
    }
    for (at, element) in shown.iter().enumerate().filter(|(_, it)| !it.name.is_empty()) {
        if shown.iter().take(at).any(|it| it.name == element.name) {
            found.push(Problem::error(element.name.as_str(), "is on the form twice"));
        }
    }
    let asks = shown.iter().any(|it| it.column.as_deref() == Some("msgdpr_gdprconsent") || it.element.kind == 2);
    if asks && change.new_value("assent_wording").is_null() {
        found.push(Problem::error(
            "assent_wording",
            "a form that asks for consent shows the text by which it asks (Art. 4(11) and 7 GDPR)",
        ));
    }
    Ok(found)
}

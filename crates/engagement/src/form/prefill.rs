//! A landing page that is filled in for whom a link of a mail makes known (`spec/marketing.md` 8.6).
//!
//! *Not* by a cookie: none is set. Invariant: the field, the form and the person have each said yes, and what a
//! person allows is never filled in.

use kernel::{Result, Rx};

use super::{MarketingForm, Shown, center::shown_value};
use crate::link::{self, Link};

/// Fills in what may be filled in for the person of a link.
///
/// # Errors
/// `NotFound` for a link that is not ours.
pub fn prefill(rx: &Rx<'_>, form: &MarketingForm, shown: &mut [Shown], token: &str) -> Result<()> {
    let Link::Visit { contact } = Link::read(rx, token)? else { return Err(link::unknown()) };
    let rx = rx.elevated("prefill");
    let Some(contact) = privacy::merge::survivor(&rx, contact)? else { return Ok(()) };
    let row = rx.get("contact", contact)?;
    if !form.prefills || !row.get("msdyncrm_rememberme").is_true() {
        return Ok(());
    }
    for element in shown.iter_mut().filter(|it| it.element.prefill && it.element.kind == 1) {
        // What a person allows is chosen anew each time, and nothing is chosen beforehand.
        if let Some(column) = element.column.as_deref().filter(|it| *it != "msgdpr_gdprconsent") {
            element.value = shown_value(row.get(column));
        }
    }
    Ok(())
}

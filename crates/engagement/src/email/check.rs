//! The check for errors of an e-mail (`spec/marketing.md` 13.1).
//!
//! *Not* a spam score. Invariant: a commercial e-mail without a way to the subscription center, and any
//! e-mail without a postal address, in HTML or in plain text, does not go live.

use kernel::{Result, Rx, pipeline::check::is_address};

use super::{
    MarketingEmail,
    design::{self, Design},
    html, template,
};
use crate::lifecycle::Problem;

const CENTER: &str = "msdyncrm_contentsettings.msdyncrm_subscriptioncenter";
const ADDRESS: &str = "msdyncrm_contentsettings.msdyncrm_addressmain";
const CONFIRMATION: &str = "Message.ConfirmationRedirectURL";
const FORM_CONFIRMATION: &str = "ConfirmationUrl";
const FORM_LISTS: &str = "SubscriptionListNames";
/// A permit covers this address and no other.
const TO: &str = "{{contact.emailaddress1}}";
/// Above this, some mail programs cut the message.
const LARGE: usize = 128 * 1024;

/// What keeps the e-mail from going live, and what only warns.
///
/// # Errors
/// Those of reading the metadata.
pub fn check(rx: &Rx<'_>, email: &MarketingEmail) -> Result<Vec<Problem>> {
    let mut found = Vec::new();
    let mut error = |place: &str, text: String| found.push(Problem::error(place, text));
    if email.subject.trim().is_empty() {
        error("msdyncrm_subject", "is empty; write a subject line".into());
    }
    if email.from_name.trim().is_empty() {
        error("msdyncrm_fromname", "is empty; name the sender".into());
    }
    if !is_address(&email.from_address) && !email.from_address.contains("{{") {
        error("msdyncrm_fromemail", "is not a mail address".into());
    }
    let to: Option<String> = email.to.as_deref().map(|it| it.split_whitespace().collect());
    if to.as_deref().is_some_and(|it| !it.contains("{{")) {
        error("msdyncrm_to", "is a fixed address; write {{contact.emailaddress1}}".into());
    } else if to.as_deref().is_some_and(|it| it != TO) {
        error("msdyncrm_to", format!("names another address than the one that consent is asked about; write {TO}"));
    }
    if email.body.trim().is_empty() {
        error("msdyncrm_emailbody", "is empty; write the HTML part".into());
    }
    let text = if email.automatic_text { html::to_text(&email.body) } else { email.text.clone() };
    if text.trim().is_empty() {
        error("msdyncrm_textpart", "is empty; write the plain-text part or let it be made from the HTML".into());
    }
    for (place, part) in [("msdyncrm_emailbody", email.body.as_str()), ("msdyncrm_textpart", text.as_str())] {
        if !email.is_transactional() && !email.is_confirmation() && !holds(part, CENTER) {
            error(place, format!("a commercial e-mail holds the link to the subscription center: {{{{{CENTER}}}}}"));
        }
        if !holds(part, ADDRESS) {
            error(place, format!("every e-mail holds the postal address: {{{{{ADDRESS}}}}}"));
        }
        let of_form = holds(part, FORM_CONFIRMATION) && holds(part, FORM_LISTS);
        if email.is_confirmation() && !holds(part, CONFIRMATION) && !of_form {
            error(
                place,
                format!(
                    "a confirmation request holds its link: {{{{{CONFIRMATION}}}}}; that of a form {{{{{FORM_CONFIRMATION}}}}} and {{{{{FORM_LISTS}}}}}"
                ),
            );
        }
    }
    let reply_to = email.reply_to.clone().unwrap_or_default();
    // What is wrong inside of a block is said of the block, not once more of what was made of it.
    let in_blocks = match email.design.as_deref().filter(|it| !it.is_empty()) {
        Some(it) => design::problems(rx, &Design::read(it)?)?,
        None => Vec::new(),
    };
    let designed = in_blocks.iter().any(|it| !it.warning);
    let none = String::new();
    for (place, source) in [
        ("msdyncrm_subject", &email.subject),
        ("msdyncrm_emailbody", if designed { &none } else { &email.body }),
        ("msdyncrm_textpart", if designed && email.automatic_text { &none } else { &text }),
        ("msdyncrm_fromname", &email.from_name),
        ("msdyncrm_fromemail", &email.from_address),
        ("msdyncrm_replytoemail", &reply_to),
    ] {
        if let Err(problem) = template::read(source) {
            error(place, problem);
        }
        for name in unknown(rx, source)? {
            error(place, format!("names {name}, which does not exist"));
        }
    }
    found.extend(in_blocks);
    if email.body.len() > LARGE {
        found.push(Problem::warning("msdyncrm_emailbody", "is larger than 128 KB; some mail programs will cut it"));
    }
    Ok(found)
}

/// The columns that the expressions of a part name and that no mail is filled in with.
pub(super) fn unknown(rx: &Rx<'_>, source: &str) -> Result<Vec<String>> {
    let model = rx.model();
    let mut found = Vec::new();
    for (entity, column) in named(source) {
        if model.entity(entity)?.columns.get(column).is_none_or(|it| it.is_secret() || it.secured) {
            found.push(format!("{entity}.{column}"));
        }
    }
    Ok(found)
}

/// The columns that the expressions of a part name, as entity and column.
fn named(source: &str) -> Vec<(&'static str, &str)> {
    let expressions = source.split("{{").skip(1).filter_map(|it| it.split("}}").next());
    let words = expressions.flat_map(|it| it.split(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.'))));
    words
        .filter_map(|it| {
            let (root, column) = it.split_once('.')?;
            let entity = ["contact", super::SETTINGS].into_iter().find(|it| *it == root)?;
            Some((entity, column))
        })
        .collect()
}

/// Whether the part has the expression, with or without spaces inside the braces.
fn holds(part: &str, name: &str) -> bool {
    part.match_indices(name).any(|(at, _)| {
        part.get(..at).is_some_and(|it| it.trim_end().ends_with("{{"))
            && part.get(at + name.len()..).is_some_and(|it| it.trim_start().starts_with("}}"))
    })
}

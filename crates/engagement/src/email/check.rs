//! The check for errors of an e-mail (`spec/marketing.md` 13.1).
//!
//! *Not* a spam score. Invariant: a commercial e-mail without a way to the subscription center, and any
//! e-mail without a postal address, in HTML or in plain text, does not go live.

use kernel::{Phrase, Result, Rx, pipeline::check::is_address};

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
    let mut error = |place: &str, text: Phrase| found.push(Problem::error(place, text));
    if email.subject.trim().is_empty() {
        error("msdyncrm_subject", Phrase::new("subject-empty", "is empty; write a subject line"));
    }
    if email.from_name.trim().is_empty() {
        error("msdyncrm_fromname", Phrase::new("sender-empty", "is empty; name the sender"));
    }
    if !is_address(&email.from_address) && !email.from_address.contains("{{") {
        error("msdyncrm_fromemail", Phrase::new("sender-address", "is not a mail address"));
    }
    let to: Option<String> = email.to.as_deref().map(|it| it.split_whitespace().collect());
    if to.as_deref().is_some_and(|it| !it.contains("{{")) {
        error("msdyncrm_to", Phrase::new("to-fixed", "is a fixed address; write {expression}").with("expression", TO));
    } else if to.as_deref().is_some_and(|it| it != TO) {
        error(
            "msdyncrm_to",
            Phrase::new(
                "to-other",
                "names another address than the one that consent is asked about; write {expression}",
            )
            .with("expression", TO),
        );
    }
    if email.body.trim().is_empty() {
        error("msdyncrm_emailbody", Phrase::new("body-empty", "is empty; write the HTML part"));
    }
    let text = if email.automatic_text { html::to_text(&email.body) } else { email.text.clone() };
    if text.trim().is_empty() {
        error(
            "msdyncrm_textpart",
            Phrase::new("text-empty", "is empty; write the plain-text part or let it be made from the HTML"),
        );
    }
    for (place, part) in [("msdyncrm_emailbody", email.body.as_str()), ("msdyncrm_textpart", text.as_str())] {
        if !email.is_transactional() && !email.is_confirmation() && !holds(part, CENTER) {
            error(
                place,
                Phrase::new(
                    "email-center",
                    "a commercial e-mail holds the link to the subscription center: {expression}",
                )
                .with("expression", braced(CENTER)),
            );
        }
        if !holds(part, ADDRESS) {
            error(
                place,
                Phrase::new("email-address", "every e-mail holds the postal address: {expression}")
                    .with("expression", braced(ADDRESS)),
            );
        }
        let of_form = holds(part, FORM_CONFIRMATION) && holds(part, FORM_LISTS);
        if email.is_confirmation() && !holds(part, CONFIRMATION) && !of_form {
            error(
                place,
                Phrase::new(
                    "email-confirmation",
                    "a confirmation request holds its link: {expression}; that of a form {ofform} and {lists}",
                )
                .with("expression", braced(CONFIRMATION))
                .with("ofform", braced(FORM_CONFIRMATION))
                .with("lists", braced(FORM_LISTS)),
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
            error(place, Phrase::new("names-unknown", "names {name}, which does not exist").with("name", name));
        }
    }
    found.extend(in_blocks);
    if email.body.len() > LARGE {
        found.push(Problem::warning(
            "msdyncrm_emailbody",
            Phrase::new("email-large", "is larger than 128 KB; some mail programs will cut it"),
        ));
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

/// As an expression is written.
fn braced(name: &str) -> String {
    format!("{{{{{name}}}}}")
}

/// Whether the part has the expression, with or without spaces inside the braces.
fn holds(part: &str, name: &str) -> bool {
    part.match_indices(name).any(|(at, _)| {
        part.get(..at).is_some_and(|it| it.trim_end().ends_with("{{"))
            && part.get(at + name.len()..).is_some_and(|it| it.trim_start().starts_with("}}"))
    })
}

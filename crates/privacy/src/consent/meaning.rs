//! What each level means, in the words of the organisation (`spec/marketing.md` 1.1).
//!
//! *Not* the order of the levels, which nobody changes. Invariant: the words are metadata, so forms,
//! mails, receipts and the Web API read the same ones from the commit of a change on; what a person was
//! shown before stays with their change record.

use kernel::{
    Error, Result, Rx, Tx,
    metadata::{Choice, file::of_language},
    solution,
};

use super::Level;

/// The set of options that the levels are.
pub const CHOICE: &str = "msgdpr_gdpr_consent_option_set";

const LABEL_LIMIT: usize = 100;
const DESCRIPTION_LIMIT: usize = 2_000;

/// A change of the words of one level in one language; what is not given stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Words {
    /// The language, as a tag such as `de`.
    pub language: String,
    /// The name of the level.
    pub label: Option<String>,
    /// What it means, as forms and confirmation mails show it; empty is none in this language.
    pub description: Option<String>,
    /// The term of a public vocabulary for what the level allows, an IRI; the same in every language.
    pub iri: Option<String>,
}

/// Each level above 0 with its words.
///
/// # Errors
/// `Bug` when the metadata lacks a level.
pub fn all(rx: &Rx<'_>) -> Result<Vec<(Level, Choice)>> {
    Level::ALL.into_iter().filter(|it| *it > Level::None).map(|level| Ok((level, of(rx, level)?))).collect()
}

/// The words of a level.
///
/// # Errors
/// `Bug` when the metadata lacks the level, as it does 0.
pub fn of(rx: &Rx<'_>, level: Level) -> Result<Choice> {
    let model = rx.model();
    let column = model.entity("contact")?.column("msgdpr_gdprconsent")?;
    let option = level.option().and_then(|it| column.option(it)).cloned();
    option.ok_or_else(|| Error::bug(format!("the metadata has no level {level}")))
}

/// Gives a level other words; `false` when it has them already.
///
/// # Errors
/// `Forbidden` without the privilege; `Invalid` naming the word and what it takes.
pub fn describe(tx: &mut Tx<'_>, level: Level, words: &Words) -> Result<bool> {
    kernel::access::require(tx, "prvAssentDescribeConsent", "describing a level of consent")?;
    if level == Level::None {
        return Err(Error::invalid("level", "level 0 is the absence of consent; it has no words of its own"));
    }
    let language = words.language.trim().to_lowercase();
    if !(2..=3).contains(&language.len()) || !language.chars().all(|it| it.is_ascii_lowercase()) {
        return Err(Error::invalid("language", "takes a language of two or three letters, such as de"));
    }
    let mut option = of(tx, level)?;
    if let Some(label) = words.label.as_deref().map(str::trim) {
        if label.is_empty() || label.chars().count() > LABEL_LIMIT {
            return Err(Error::invalid("label", format!("takes 1 to {LABEL_LIMIT} characters")));
        }
        option.label.insert(language.clone(), label.to_owned());
    }
    if let Some(text) = words.description.as_deref().map(str::trim) {
        if text.chars().count() > DESCRIPTION_LIMIT {
            return Err(Error::invalid("description", format!("takes at most {DESCRIPTION_LIMIT} characters")));
        }
        if text.is_empty() {
            option.description.shift_remove(&language);
        } else {
            option.description.insert(language, text.to_owned());
        }
    }
    if let Some(iri) = words.iri.as_deref().map(str::trim) {
        if !iri.starts_with("https://") && !iri.starts_with("http://") {
            return Err(Error::invalid("iri", "takes the address of a term, such as https://w3id.org/dpv#Marketing"));
        }
        option.iri = Some(iri.to_owned());
    }
    tx.as_system("words of a level of consent", |tx| solution::reword(tx, CHOICE, &option))
}

/// The words in a language, else in English: the label, and what it means.
pub(crate) fn shown(option: &Choice, language: &str) -> String {
    match (of_language(&option.label, language), of_language(&option.description, language)) {
        (label, "") => label.to_owned(),
        (label, text) => format!("{label}: {text}"),
    }
}

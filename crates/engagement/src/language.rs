//! What people read, in their language: plain files, one for each language.
//!
//! *Not* the labels of columns and options, which are metadata. Invariant: every language has the same
//! keys (a test holds it), and a language that is not there is read in English.

use std::{borrow::Cow, sync::LazyLock};

use fluent_bundle::{FluentArgs, FluentResource, concurrent::FluentBundle};
use kernel::metadata::file::{Label, of_language};
use unic_langid::LanguageIdentifier;

/// The languages, English first.
pub const LANGUAGES: [&str; 3] = ["en", "de", "fr"];

/// The texts of this crate: confirmation mails and what is wrong with an answer.
pub static TEXTS: LazyLock<Texts> = LazyLock::new(|| {
    Texts::read([
        include_str!("../locales/en.ftl"),
        include_str!("../locales/de.ftl"),
        include_str!("../locales/fr.ftl"),
    ])
});

/// Texts by key, in every language.
pub struct Texts(Vec<FluentBundle<FluentResource>>);

impl Texts {
    /// The texts of these files, in the order of [`LANGUAGES`]. A line that cannot be read is left out.
    pub fn read(files: [&str; 3]) -> Texts {
        let read = |(language, file): (&str, &str)| {
            let tag: LanguageIdentifier = language.parse().unwrap_or_default();
            let mut bundle = FluentBundle::new_concurrent(vec![tag]);
            // The marks would be seen in plain-text mails.
            bundle.set_use_isolating(false);
            let resource = FluentResource::try_new(file.to_owned()).unwrap_or_else(|(it, _)| it);
            bundle.add_resource_overriding(resource);
            bundle
        };
        Texts(LANGUAGES.into_iter().zip(files).map(read).collect())
    }
    /// The text of a key.
    pub fn say(&self, language: &str, key: &str) -> String {
        self.fill(language, key, &[])
    }
    /// The text of a key with values filled in.
    pub fn fill(&self, language: &str, key: &str, values: &[(&str, &str)]) -> String {
        let at = LANGUAGES.iter().position(|it| *it == of(language)).unwrap_or(0);
        let mut args = FluentArgs::new();
        for (name, value) in values {
            args.set((*name).to_owned(), *value);
        }
        for bundle in [self.0.get(at), self.0.first()].into_iter().flatten() {
            if let Some(pattern) = bundle.get_message(key).and_then(|it| it.value()) {
                let mut problems = Vec::new();
                let text: Cow<'_, str> = bundle.format_pattern(pattern, Some(&args), &mut problems);
                return text.into_owned();
            }
        }
        key.to_owned()
    }
}

/// The language of ours that a tag such as `de-AT` stands for; English for others.
pub fn of(tag: &str) -> &'static str {
    known(tag).unwrap_or("en")
}

fn known(tag: &str) -> Option<&'static str> {
    let main = tag.trim().split(['-', '_']).next().unwrap_or_default();
    LANGUAGES.into_iter().find(|it| it.eq_ignore_ascii_case(main))
}

/// The language of a page: its own, else the first that the visitor's browser asks for.
pub fn choose(own: Option<&str>, accept: &str) -> &'static str {
    if let Some(own) = own.and_then(known) {
        return own;
    }
    let weight = |part: &str| -> f32 {
        part.split(';').find_map(|it| it.trim().strip_prefix("q=")?.parse().ok()).unwrap_or(1.0)
    };
    let mut wanted: Vec<(&str, f32)> = accept
        .split(',')
        .take(20)
        .map(|part| (part.split(';').next().unwrap_or_default(), weight(part)))
        .filter(|(_, weight)| *weight > 0.0)
        .collect();
    wanted.sort_by(|a, b| b.1.total_cmp(&a.1));
    wanted.into_iter().find_map(|(tag, _)| known(tag)).unwrap_or("en")
}

/// A label of the metadata in this language, where it has one.
pub fn label<'l>(label: &'l Label, language: &str) -> &'l str {
    of_language(label, of(language))
}

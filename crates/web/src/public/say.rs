//! What visitors read, in their language.
//!
//! *Not* what marketers write, which is in the records. Invariant: no text of a public page is in the
//! code; `locales/` holds one plain file for each language, all with the same keys.

use std::sync::LazyLock;

use axum::http::{HeaderMap, header};
use engagement::{
    confirmation::Asked,
    form::MarketingForm,
    language::{self, Texts},
};

static TEXTS: LazyLock<Texts> = LazyLock::new(|| {
    Texts::read([
        include_str!("../../locales/en.ftl"),
        include_str!("../../locales/de.ftl"),
        include_str!("../../locales/fr.ftl"),
    ])
});

/// The language in which a visitor is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tongue(pub(crate) &'static str);

impl Tongue {
    /// The language that the visitor's browser asks for.
    pub(crate) fn of(headers: &HeaderMap) -> Tongue {
        Tongue(language::choose(None, accepted(headers)))
    }
    /// The form's language, else the visitor's.
    pub(crate) fn of_form(form: &MarketingForm, headers: &HeaderMap) -> Tongue {
        Tongue(language::choose(form.language.as_deref(), accepted(headers)))
    }
    /// A given language, else the visitor's.
    pub(crate) fn or(given: Option<&str>, headers: &HeaderMap) -> Tongue {
        Tongue(language::choose(given, accepted(headers)))
    }
    /// The text of a key.
    pub(crate) fn say(self, key: &str) -> String {
        TEXTS.say(self.0, key)
    }
    /// The text of a key with one value.
    pub(crate) fn with(self, key: &str, name: &str, value: &str) -> String {
        TEXTS.fill(self.0, key, &[(name, value)])
    }
    /// The text of a key with two values.
    pub(crate) fn two(self, key: &str, first: &str, second: &str) -> String {
        TEXTS.fill(self.0, key, &[("first", first), ("second", second)])
    }
    /// What a wish is about, in a sentence's part for each.
    pub(crate) fn asked(self, things: &[Asked]) -> Vec<String> {
        let one = |it: &Asked| match it {
            Asked::List(name) => self.with("wish-list", "name", name),
            Asked::Form(name) => self.with("wish-form", "name", name),
            Asked::Child(name) => self.with("wish-child", "name", name),
            Asked::Level(name, text) if text.is_empty() => self.with("wish-level", "name", name),
            Asked::Level(name, text) => TEXTS.fill(self.0, "wish-level-meaning", &[("name", name), ("meaning", text)]),
        };
        things.iter().map(one).collect()
    }
}

fn accepted(headers: &HeaderMap) -> &str {
    headers.get(header::ACCEPT_LANGUAGE).and_then(|it| it.to_str().ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    /// The keys of a file with the values that each takes.
    fn keys(file: &str) -> BTreeMap<&str, Vec<&str>> {
        let lines = file.lines().filter(|it| !it.starts_with('#') && !it.trim().is_empty());
        lines
            .map(|line| {
                let (key, text) = line.split_once(" = ").unwrap_or_else(|| panic!("one line, one text: {line}"));
                assert!(!text.trim().is_empty(), "{key}");
                let mut values: Vec<&str> = text.split("{ $").skip(1).map(|it| it.split(' ').next().unwrap()).collect();
                values.sort_unstable();
                (key, values)
            })
            .collect()
    }

    #[test]
    fn every_language_has_the_same_texts() {
        let ours = [
            include_str!("../../locales/en.ftl"),
            include_str!("../../locales/de.ftl"),
            include_str!("../../locales/fr.ftl"),
        ];
        let below = [
            include_str!("../../../engagement/locales/en.ftl"),
            include_str!("../../../engagement/locales/de.ftl"),
            include_str!("../../../engagement/locales/fr.ftl"),
        ];
        for [en, de, fr] in [ours, below] {
            assert_eq!(keys(en), keys(de));
            assert_eq!(keys(en), keys(fr));
        }
        // Every text is one that the program can say.
        for (language, file) in engagement::language::LANGUAGES.into_iter().zip(ours) {
            for key in keys(file).keys() {
                let line = file.lines().find(|it| it.starts_with(&format!("{key} = "))).unwrap();
                let said = super::Tongue(language).say(key);
                assert_ne!(said, *key);
                if !line.contains('{') {
                    assert_eq!(line, format!("{key} = {said}"), "{language}");
                }
            }
        }
    }
}

//! A sentence for people that a program can say in another language: a stable word, and what was filled in.
//!
//! *Not* a translation: who shows it has the texts, by the word (`ui/src/said`). Invariant: the English sentence
//! is the template filled in, so both say the same; nothing is filled in that the sentence may not hold.

/// The sentence. One without a word is said as it is.
///
/// ```
/// use kernel::Phrase;
/// let phrase = Phrase::new("list-missing", "the list {name} does not exist").with("name", "Readers");
/// assert_eq!(phrase.text, "the list Readers does not exist");
/// assert_eq!(phrase.word, Some("list-missing"));
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Phrase {
    /// In English.
    pub text: String,
    /// Its stable word, the same for each sentence of the template.
    pub word: Option<&'static str>,
    /// What was filled in, by name.
    pub arguments: Vec<(&'static str, String)>,
}

impl Phrase {
    /// A sentence from a template with `{name}` where something is filled in.
    pub fn new(word: &'static str, template: &str) -> Phrase {
        Phrase { text: template.to_owned(), word: Some(word), arguments: Vec::new() }
    }
    /// Fills something in.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl ToString) -> Phrase {
        let value = value.to_string();
        self.text = self.text.replace(&format!("{{{name}}}"), &value);
        self.arguments.push((name, value));
        self
    }
}

impl From<&str> for Phrase {
    fn from(text: &str) -> Self {
        Phrase { text: text.to_owned(), ..Phrase::default() }
    }
}

impl From<&String> for Phrase {
    fn from(text: &String) -> Self {
        text.as_str().into()
    }
}

impl From<String> for Phrase {
    fn from(text: String) -> Self {
        Phrase { text, ..Phrase::default() }
    }
}

//! A designed mail or page: sections of columns of blocks, kept as JSON and turned into the HTML that is sent or shown.
//!
//! *Not* the editor (`ui`), nor the filling in (`render`): what stands in two braces goes through as it is. Invariant:
//! what is kept is bounded, its texts are escaped, and a link or a picture leads to the web, to a mailbox or to
//! our own site; so no design makes HTML that its author could not have written with the blocks.

mod lint;
mod mjml;
pub(crate) mod page;

pub(crate) use lint::problems;

use kernel::{Error, Phrase, Result};
use serde::Deserialize;
use serde_json::Value as Json;

/// The column.
pub(crate) const COLUMN: &str = "assent_design";
const VERSION: u8 = 1;
/// Sections, columns in one, and blocks in all.
const SECTIONS: usize = 60;
const COLUMNS: usize = 3;
const BLOCKS: usize = 200;
/// Letters in one text, and pieces of text in all.
const TEXT: usize = 20_000;
const RUNS: usize = 4_000;

/// A design.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Design {
    version: u8,
    #[serde(default)]
    look: Look,
    sections: Vec<Section>,
}

/// What all blocks have in common.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Look {
    width: u16,
    page: Colour,
    surface: Colour,
    text: Colour,
    accent: Colour,
    font: Font,
}

impl Default for Look {
    fn default() -> Self {
        let colour = |it: &str| Colour(it.into());
        Look {
            width: 600,
            page: colour("#f3f3f3"),
            surface: colour("#ffffff"),
            text: colour("#242424"),
            accent: colour("#0f548c"),
            font: Font::Sans,
        }
    }
}

/// `#rrggbb`, and nothing else.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "String")]
struct Colour(String);

impl TryFrom<String> for Colour {
    type Error = String;
    fn try_from(text: String) -> std::result::Result<Self, String> {
        let digits = text.strip_prefix('#').unwrap_or_default();
        if digits.len() == 6 && digits.bytes().all(|it| it.is_ascii_hexdigit()) {
            return Ok(Colour(text));
        }
        Err("a colour is written as #1d5fa8".into())
    }
}

/// Letters that mail programs have; none is fetched from anywhere.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Font {
    Sans,
    Serif,
    Mono,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Section {
    #[serde(default)]
    background: Option<Colour>,
    columns: Vec<Column>,
}

#[derive(Debug, Clone, Deserialize)]
struct Column {
    blocks: Vec<Block>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Block {
    id: String,
    #[serde(flatten)]
    content: Content,
    /// Only for whom this is so.
    #[serde(default)]
    only_if: Option<Condition>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "lowercase", tag = "kind")]
enum Content {
    Heading {
        text: String,
        level: u8,
        #[serde(default)]
        align: Align,
    },
    Text {
        paragraphs: Vec<Paragraph>,
        #[serde(default)]
        align: Align,
    },
    Button {
        text: String,
        link: String,
        #[serde(default)]
        align: Align,
    },
    Image {
        source: String,
        #[serde(default)]
        alt: String,
        #[serde(default)]
        decorative: bool,
        #[serde(default)]
        link: String,
        #[serde(default)]
        width: Option<u16>,
        #[serde(default)]
        align: Align,
    },
    Divider {},
    Spacer {
        height: u16,
    },
    Footer {
        #[serde(default)]
        text: String,
        #[serde(default)]
        center: String,
        #[serde(default)]
        forward: String,
        #[serde(default)]
        align: Align,
    },
    /// Where the form of a page stands.
    Form {},
}

#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Align {
    #[default]
    Left,
    Center,
    Right,
}

/// One paragraph, or one item of a list.
#[derive(Debug, Clone, Deserialize)]
struct Paragraph {
    #[serde(default)]
    list: Option<List>,
    runs: Vec<Run>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum List {
    Bullet,
    Number,
}

/// A piece of text in one style.
#[derive(Debug, Clone, Deserialize)]
struct Run {
    text: String,
    #[serde(default)]
    bold: bool,
    #[serde(default)]
    italic: bool,
    #[serde(default)]
    link: Option<String>,
}

/// What is asked of the reader's data.
#[derive(Debug, Clone, Deserialize)]
struct Condition {
    /// `contact.firstname`.
    column: String,
    is: Is,
    #[serde(default)]
    value: Json,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Is {
    Filled,
    Empty,
    Equal,
    Unequal,
}

/// What of the e-mail besides its design is in the HTML.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Around<'a> {
    /// The subject, which is the title.
    pub(crate) subject: &'a str,
    /// What mail programs show beside the subject.
    pub(crate) preview: &'a str,
    /// Who writes.
    pub(crate) sender: &'a str,
    /// The word of the language, `de`; empty when it is not said.
    pub(crate) language: &'a str,
    /// Where our site is, without a slash at its end.
    pub(crate) site: &'a str,
}

impl Design {
    /// Reads what is kept in the column.
    ///
    /// # Errors
    /// `Invalid` saying what of it cannot be.
    pub(crate) fn read(text: &str) -> Result<Design> {
        let wrong = |text: Phrase| Error::invalid(COLUMN, text);
        let design: Design = serde_json::from_str(text).map_err(|error| {
            wrong(Phrase::new("design-unreadable", "is no design: {mistake}").with("mistake", error))
        })?;
        if design.version != VERSION {
            return Err(wrong(
                Phrase::new("design-version", "is of version {version}; this one is {own}")
                    .with("version", design.version)
                    .with("own", VERSION),
            ));
        }
        let most = |text: Phrase, most: usize| wrong(text.with("most", most));
        if design.sections.len() > SECTIONS {
            return Err(most(
                Phrase::new("design-sections", "has more than {most} sections; take some away"),
                SECTIONS,
            ));
        }
        if let Some(at) = design.sections.iter().position(|it| it.columns.is_empty() || it.columns.len() > COLUMNS) {
            return Err(wrong(
                Phrase::new("design-columns", "section {section}: takes 1 to {most} columns")
                    .with("section", at + 1)
                    .with("most", COLUMNS),
            ));
        }
        if design.blocks().count() > BLOCKS {
            return Err(most(Phrase::new("design-blocks", "has more than {most} blocks; take some away"), BLOCKS));
        }
        if design.runs().count() > RUNS {
            return Err(most(Phrase::new("design-runs", "has more than {most} pieces of text; take some away"), RUNS));
        }
        if design.blocks().flat_map(texts).any(|it| it.len() > TEXT) {
            return Err(wrong(
                Phrase::new("design-text", "has a text that is longer than {most} bytes").with("most", TEXT),
            ));
        }
        Ok(design)
    }

    /// The HTML, with expressions as they were written.
    ///
    /// # Errors
    /// `Invalid` when it becomes more than a mail can hold.
    pub(crate) fn html(&self, around: Around<'_>) -> Result<String> {
        mjml::html(self, around)
    }

    fn blocks(&self) -> impl Iterator<Item = &Block> {
        self.sections.iter().flat_map(|it| &it.columns).flat_map(|it| &it.blocks)
    }

    fn runs(&self) -> impl Iterator<Item = &Run> {
        self.blocks()
            .flat_map(|it| match &it.content {
                Content::Text { paragraphs, .. } => paragraphs.as_slice(),
                _ => &[],
            })
            .flat_map(|it| &it.runs)
    }
}

/// Every text of a block that somebody wrote.
fn texts(block: &Block) -> Vec<&str> {
    match &block.content {
        Content::Heading { text, .. } => vec![text],
        Content::Text { paragraphs, .. } => paragraphs
            .iter()
            .flat_map(|it| &it.runs)
            .flat_map(|it| [Some(it.text.as_str()), it.link.as_deref()])
            .flatten()
            .collect(),
        Content::Button { text, link, .. } => vec![text, link],
        Content::Image { source, alt, link, .. } => vec![source, alt, link],
        Content::Footer { text, center, forward, .. } => vec![text, center, forward],
        Content::Divider {} | Content::Spacer { .. } | Content::Form {} => Vec::new(),
    }
}

/// Where a link may lead: the web, a mailbox, a page of ours, or what an expression of the product stands for. The
/// answer is the address as it stands in the mail.
fn link(text: &str, site: &str) -> Option<String> {
    const OURS: &[&str] = &["{{msdyncrm_contentsettings.", "{{Message.", "{{ConfirmationUrl}}"];
    let text = text.trim();
    if text.len() > 2_000 || text.chars().any(|it| it.is_control() || matches!(it, '<' | '>' | '"' | '\\')) {
        return None;
    }
    if text.starts_with('/') && !text.starts_with("//") {
        return Some(format!("{site}{text}"));
    }
    let lower = text.to_ascii_lowercase();
    let web = ["https://", "http://", "mailto:"].iter().any(|it| lower.len() > it.len() && lower.starts_with(it));
    (web || OURS.iter().any(|it| text.starts_with(it))).then(|| text.to_owned())
}

/// Where a picture may come from; nothing of a person is in its address.
fn picture(text: &str, site: &str) -> Option<String> {
    link(text, site).filter(|it| it.starts_with("http") && !it.contains("{{"))
}

#[cfg(test)]
mod tests;

//! What a design lacks, said of the block that lacks it.
//!
//! *Not* what every e-mail must hold (`email::check`). Invariant: the place of a problem is the column, and behind `#`
//! the block.

use kernel::{Phrase, Result, Rx};

use super::{Block, COLUMN, Content, Design, Paragraph, link, mjml::condition, picture, texts};
use crate::{
    email::{check::unknown, template},
    lifecycle::Problem,
    page::configuration::{LEAST_CONTRAST, contrast},
    picture::is_missing,
    site,
};

/// What keeps a mail with the design from going live, and what only warns.
///
/// # Errors
/// Those of reading the metadata.
pub(crate) fn problems(rx: &Rx<'_>, design: &Design) -> Result<Vec<Problem>> {
    let ours = site::base_url(rx)?;
    let mut found = Vec::new();
    colours(design, &mut found);
    for block in design.blocks() {
        let place = format!("{COLUMN}#{}", block.id);
        let mut error = |text: Phrase| found.push(Problem::error(place.as_str(), text));
        for text in texts(block) {
            if text.contains("{{{") {
                error(Phrase::new(
                    "three-braces",
                    "has three braces, which would let in what a person wrote as HTML; write two",
                ));
            } else if let Err(problem) = template::read(text) {
                error(problem);
            }
            for name in unknown(rx, text)? {
                error(Phrase::new("names-unknown", "names {name}, which does not exist").with("name", name));
            }
        }
        if let Some(it) = &block.only_if {
            match condition(it) {
                None => error(Phrase::new(
                    "condition-unasked",
                    "has a condition that cannot be asked; choose a column and a plain value",
                )),
                Some((open, _)) => {
                    for name in unknown(rx, &open)? {
                        error(Phrase::new("asks-unknown", "asks for {name}, which does not exist").with("name", name));
                    }
                }
            }
        }
        if matches!(block.content, Content::Form {}) {
            let text = "is a form, which mail programs do not show; put a button here that leads to a page with it";
            found.push(Problem::error(place.as_str(), text));
        }
        content(rx, block, &ours, &place, &mut found)?;
    }
    Ok(found)
}

/// What a block lacks, in a mail and on a page.
pub(super) fn content(rx: &Rx<'_>, block: &Block, ours: &str, place: &str, found: &mut Vec<Problem>) -> Result<()> {
    let leads = |to: &str| link(to, ours).is_some();
    let mut error = |text: Phrase| found.push(Problem::error(place, text));
    match &block.content {
        Content::Button { text, link, .. } => {
            if text.trim().is_empty() {
                error(Phrase::new("button-words", "has no words; say what the button does"));
            }
            if !leads(link) {
                error(Phrase::new(
                    "leads-nowhere",
                    "leads nowhere; write an address such as https://www.example.org, mailto: or /p/page",
                ));
            }
        }
        Content::Image { source, alt, decorative, link, .. } => {
            match picture(source, ours) {
                None => error(Phrase::new("picture-none", "shows no picture; write its address as https://… or /…")),
                Some(it) if !it.starts_with(&format!("{ours}/")) => found.push(Problem::warning(
                    place,
                    Phrase::new("picture-foreign", "is fetched from another site, which learns who opens the mail; better put the picture on your own"),
                )),
                Some(_) => {}
            }
            let mut error = |text: Phrase| found.push(Problem::error(place, text));
            if is_missing(rx, source)? {
                error(Phrase::new("picture-missing", "shows a picture that is not in the library; choose another"));
            }
            if alt.trim().is_empty() && !decorative {
                error(Phrase::new(
                    "picture-words",
                    "has no words for who does not see it; write some, or say that it is decoration (WCAG 2.2, 1.1.1)",
                ));
            }
            if !link.trim().is_empty() && !leads(link) {
                error(Phrase::new(
                    "picture-leads-nowhere",
                    "leads nowhere; write an address such as https://www.example.org, or none",
                ));
            }
        }
        Content::Heading { text, .. } => {
            if text.trim().is_empty() {
                found.push(Problem::warning(place, Phrase::new("block-empty", "is empty")));
            }
        }
        Content::Text { paragraphs, .. } => {
            let to = |it: &Paragraph| it.runs.iter().filter_map(|run| run.link.clone()).collect::<Vec<_>>();
            if paragraphs.iter().flat_map(to).any(|it| !leads(&it)) {
                error(Phrase::new(
                    "link-nowhere",
                    "has a link that leads nowhere; write an address such as https://www.example.org",
                ));
            }
            if paragraphs.iter().flat_map(|it| &it.runs).all(|run| run.text.trim().is_empty()) {
                found.push(Problem::warning(place, Phrase::new("block-empty", "is empty")));
            }
        }
        Content::Divider {} | Content::Spacer { .. } | Content::Footer { .. } | Content::Form {} => {}
    }
    Ok(())
}

pub(super) fn colours(design: &Design, found: &mut Vec<Problem>) {
    let look = &design.look;
    let grounds = design.sections.iter().filter_map(|it| it.background.as_ref()).chain([&look.surface]);
    let mut told = Vec::new();
    for ground in grounds {
        for (what, colour) in [("text", &look.text), ("links", &look.accent)] {
            let least = contrast(&colour.0, &ground.0).unwrap_or(1.0);
            if least < LEAST_CONTRAST && !told.contains(&(what, &ground.0)) {
                told.push((what, &ground.0));
                let text = if what == "text" {
                    Phrase::new(
                        "contrast-text",
                        "the colour of text has a contrast of {contrast} to {ground}; people need {least} or more (WCAG 2.2, 1.4.3)",
                    )
                } else {
                    Phrase::new(
                        "contrast-links",
                        "the colour of links has a contrast of {contrast} to {ground}; people need {least} or more (WCAG 2.2, 1.4.3)",
                    )
                };
                let text = text
                    .with("contrast", format!("{least:.1}"))
                    .with("ground", &ground.0)
                    .with("least", LEAST_CONTRAST);
                found.push(Problem::error(COLUMN, text));
            }
        }
    }
}

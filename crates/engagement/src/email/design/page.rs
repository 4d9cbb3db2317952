//! A design as a public page: the same blocks, for a browser and for everybody.
//!
//! *Not* a mail: no expressions, no conditions, no footer; a page knows nobody. Invariant: every text is escaped, and the
//! style sheet is made of colours, numbers and our own words, so that the page's policy can name it by its digest.

use std::fmt::Write;

use kernel::{Phrase, Result, Rx};

use super::{Align, Block, COLUMN, Content, Design, Font, List, Paragraph, link, lint, mjml::on, picture, texts};
use crate::{email::html::escape, lifecycle::Problem, picture::PATH, site};

/// A page in its parts; where the form stands, the first ends and the second goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageParts {
    /// The HTML before the form.
    pub before: String,
    /// The HTML behind it.
    pub after: String,
    /// The style sheet.
    pub style: String,
    /// Whether a heading of the first rank is in it, which then is the page's.
    pub headed: bool,
}

/// Stands for the form until the page is cut in two; no text of anybody gets through `escape` with it.
const FORM: &str = "<form>";

impl Design {
    /// The page; a form that no block places comes at the end.
    pub(crate) fn page(&self, site: &str) -> PageParts {
        let mut out = String::from("<div class=\"design\">");
        for (at, section) in self.sections.iter().enumerate() {
            let _ = write!(out, "<section class=\"s{at}\"><div class=\"row\">");
            for column in &section.columns {
                out.push_str("<div class=\"column\">");
                column.blocks.iter().for_each(|it| block(&mut out, it, site));
                out.push_str("</div>");
            }
            out.push_str("</div></section>");
        }
        out.push_str("</div>");
        let (before, after) = out.split_once(FORM).unwrap_or((&out, ""));
        let first = |it: &Block| matches!(it.content, Content::Heading { level: 1, .. });
        PageParts {
            before: before.to_owned(),
            after: after.replace(FORM, ""),
            style: style(self),
            headed: self.blocks().any(first),
        }
    }
}

/// What keeps a page with the design from going live, and what only warns.
///
/// # Errors
/// Those of reading.
pub(crate) fn problems(rx: &Rx<'_>, design: &Design, has_form: bool) -> Result<Vec<Problem>> {
    let ours = site::base_url(rx)?;
    let mut found = Vec::new();
    lint::colours(design, &mut found);
    let mut forms = 0;
    for block in design.blocks() {
        let place = format!("{COLUMN}#{}", block.id);
        let mut error = |text: Phrase| found.push(Problem::error(place.as_str(), text));
        if texts(block).iter().any(|it| it.contains("{{")) {
            error(Phrase::new(
                "page-block-expression",
                "has an expression; a page is the same for everybody, so write words instead",
            ));
        }
        if block.only_if.is_some() {
            error(Phrase::new(
                "page-block-condition",
                "is for some people only; a page is the same for everybody, so take the condition away",
            ));
        }
        match &block.content {
            Content::Footer { .. } => error(Phrase::new(
                "page-block-footer",
                "belongs to mails; take it away, forms say by themselves who asks",
            )),
            Content::Form {} => {
                forms += 1;
                if !has_form {
                    error(Phrase::new(
                        "page-block-no-form",
                        "has no form to show; choose the form of the page, or take the block away",
                    ));
                } else if forms > 1 {
                    error(Phrase::new("page-block-second-form", "stands a second time; a page has one form"));
                }
            }
            Content::Image { source, .. } if picture(source, &ours).is_some_and(|it| !is_ours(&it, &ours)) => {
                error(Phrase::new(
                    "page-block-picture",
                    "is on another site, which would learn who visits; choose a picture of the library",
                ));
            }
            _ => {}
        }
        lint::content(rx, block, &ours, &place, &mut found)?;
    }
    Ok(found)
}

fn is_ours(address: &str, ours: &str) -> bool {
    address.strip_prefix(ours).is_some_and(|it| it.starts_with(PATH))
}

fn block(out: &mut String, block: &Block, site: &str) {
    let _ = match &block.content {
        Content::Heading { text, level, align } => {
            let level = level.clamp(&1, &3);
            write!(out, "<h{level}{}>{}</h{level}>", class(*align), lines(text))
        }
        Content::Text { paragraphs, align } => {
            write!(out, "<div{}>{}</div>", class(*align), rich(paragraphs, site))
        }
        Content::Button { text, link: to, align } => {
            let to = escape(&link(to, site).unwrap_or_default());
            write!(out, "<p{}><a class=\"button\" href=\"{to}\">{}</a></p>", class(*align), lines(text))
        }
        Content::Image { source, alt, decorative, link: to, width, align } => {
            let Some(source) = picture(source, site).filter(|it| is_ours(it, site)) else { return };
            let alt = if *decorative { "" } else { alt.as_str() };
            let width = width.map(|it| format!(" width=\"{}\"", it.clamp(1, 900))).unwrap_or_default();
            let src = source.strip_prefix(site).unwrap_or(&source);
            let image = format!("<img src=\"{}\" alt=\"{}\"{width}>", escape(src), escape(alt));
            match link(to, site) {
                Some(to) => write!(out, "<p{}><a href=\"{}\">{image}</a></p>", class(*align), escape(&to)),
                None => write!(out, "<p{}>{image}</p>", class(*align)),
            }
        }
        Content::Divider {} => write!(out, "<hr>"),
        Content::Spacer { height } => write!(out, "<div class=\"h{}\"></div>", height.clamp(&1, &400)),
        Content::Form {} => write!(out, "{FORM}"),
        Content::Footer { .. } => Ok(()),
    };
}

const fn class(align: Align) -> &'static str {
    match align {
        Align::Left => "",
        Align::Center => " class=\"center\"",
        Align::Right => " class=\"right\"",
    }
}

fn rich(paragraphs: &[Paragraph], site: &str) -> String {
    let (mut out, mut open) = (String::new(), None);
    let tag = |it: List| if it == List::Bullet { "ul" } else { "ol" };
    for paragraph in paragraphs {
        if open != paragraph.list {
            out.push_str(&open.map(|it| format!("</{}>", tag(it))).unwrap_or_default());
            out.push_str(&paragraph.list.map(|it| format!("<{}>", tag(it))).unwrap_or_default());
            open = paragraph.list;
        }
        let element = if open.is_some() { "li" } else { "p" };
        let _ = write!(out, "<{element}>");
        for run in &paragraph.runs {
            let mut text = broken(&run.text);
            if run.bold {
                text = format!("<strong>{text}</strong>");
            }
            if run.italic {
                text = format!("<em>{text}</em>");
            }
            if let Some(to) = run.link.as_deref().and_then(|it| link(it, site)) {
                text = format!("<a href=\"{}\">{text}</a>", escape(&to));
            }
            out.push_str(&text);
        }
        let _ = write!(out, "</{element}>");
    }
    out.push_str(&open.map(|it| format!("</{}>", tag(it))).unwrap_or_default());
    out
}

fn lines(text: &str) -> String {
    broken(text.trim_end())
}

/// A piece of a text, whose space at its end keeps it apart from the next one.
fn broken(text: &str) -> String {
    escape(text).replace("\r\n", "\n").replace('\n', "<br>")
}

fn style(design: &Design) -> String {
    let look = &design.look;
    let font = match look.font {
        Font::Sans => "system-ui, sans-serif",
        Font::Serif => "Georgia, serif",
        Font::Mono => "Consolas, monospace",
    };
    let (width, page, ink, accent, on) =
        (look.width.clamp(320, 900), &look.page.0, &look.text.0, &look.accent.0, on(&look.accent.0));
    let mut out = format!(
        ":root{{color-scheme:light;--accent:{accent}}}\
         body.public{{background:{page};color:{ink};font-family:{font}}}\
         body.public main{{max-width:{width}px}}\
         .design section{{padding:.5rem 1.5rem}}\
         .design .row{{display:flex;flex-wrap:wrap;gap:1.5rem}}\
         .design .column{{flex:1 1 14rem;min-width:0}}\
         .design a{{color:{accent}}}\
         .design .button,body.public form button{{background:{accent};color:{on}}}\
         .design .button{{display:inline-block;padding:.7rem 1.5rem;border-radius:.3rem;text-decoration:none;font-weight:600}}\
         .design .center{{text-align:center}}.design .right{{text-align:right}}\
         .design h1,.design h2,.design h3{{line-height:1.3}}\
         body.public form button.quiet{{background:transparent;color:inherit}}"
    );
    for (at, section) in design.sections.iter().enumerate() {
        let ground = section.background.as_ref().unwrap_or(&look.surface);
        let _ = write!(out, ".design .s{at}{{background:{}}}", ground.0);
    }
    let mut heights: Vec<u16> = design
        .blocks()
        .filter_map(|it| match it.content {
            Content::Spacer { height } => Some(height.clamp(1, 400)),
            _ => None,
        })
        .collect();
    heights.sort_unstable();
    heights.dedup();
    for height in heights {
        let _ = write!(out, ".design .h{height}{{height:{height}px}}");
    }
    out
}

//! A design as MJML, and that as HTML.
//!
//! *Not* a check (`lint`). Invariant: everything from outside passes `escape` or is a colour, a number or one of our
//! words; fonts, styles and pictures of other sites are not fetched for the layout.

use std::{collections::HashMap, fmt::Write};

use kernel::{Error, Result};
use mrml::prelude::{parser::ParserOptions, render::RenderOptions};
use serde_json::Value as Json;

use super::{
    Align, Around, Block, COLUMN, Condition, Content, Design, Font, Is, List, Paragraph, Section, link, picture,
};

const CENTER: &str = "{{msdyncrm_contentsettings.msdyncrm_subscriptioncenter}}";
const FORWARD: &str = "msdyncrm_contentsettings.msdyncrm_forwardtoafriend";
const ADDRESS: &str = "{{msdyncrm_contentsettings.msdyncrm_addressmain}}";

/// What readers with a dark screen see: the colours of a design are for a light one.
const DARK: &str = "@media (prefers-color-scheme: dark) { \
    .page, .page > div { background: #1b1b1b !important; } \
    .surface, .surface > table { background: #262626 !important; } \
    .surface div, .surface td, .surface p, .surface li, .surface h1, .surface h2, .surface h3 { color: #f2f2f2 !important; } \
    .surface .ink a { color: #9cc9f0 !important; } }";

pub(super) fn html(design: &Design, around: Around<'_>) -> Result<String> {
    let failed = |text: String| Error::invalid(COLUMN, format!("cannot be made into a mail: {text}"));
    let mjml = mjml(design, around);
    let parsed = mrml::parse_with_options(&mjml, &ParserOptions::default()).map_err(|it| failed(it.to_string()))?;
    let options = RenderOptions { fonts: HashMap::new(), ..RenderOptions::default() };
    parsed.element.render(&options).map_err(|it| failed(it.to_string()))
}

fn mjml(design: &Design, around: Around<'_>) -> String {
    let look = &design.look;
    let mut out = String::from("<mjml");
    if !around.language.is_empty() {
        let _ = write!(out, " lang=\"{}\"", attribute(around.language));
    }
    let font = match look.font {
        Font::Sans => "Segoe UI, Helvetica, Arial, sans-serif",
        Font::Serif => "Georgia, Times New Roman, serif",
        Font::Mono => "Consolas, Courier New, monospace",
    };
    let _ = write!(
        out,
        "><mj-head><mj-title>{}</mj-title><mj-preview>{}</mj-preview><mj-attributes><mj-all font-family=\"{font}\" />\
         <mj-text color=\"{text}\" font-size=\"16px\" line-height=\"1.5\" padding=\"8px 24px\" />\
         <mj-button background-color=\"{accent}\" color=\"{on}\" font-size=\"16px\" inner-padding=\"12px 24px\" border-radius=\"4px\" padding=\"12px 24px\" />\
         <mj-image padding=\"8px 24px\" /><mj-divider border-width=\"1px\" border-color=\"#8a8a8a\" padding=\"12px 24px\" />\
         <mj-section padding=\"8px 0\" /></mj-attributes><mj-style>{DARK}</mj-style>\
         <mj-raw><meta name=\"color-scheme\" content=\"light dark\" /></mj-raw></mj-head>\
         <mj-body width=\"{width}px\" background-color=\"{page}\" css-class=\"page\">",
        escape(around.subject),
        escape(around.preview),
        text = look.text.0,
        accent = look.accent.0,
        on = on(&look.accent.0),
        width = look.width.clamp(320, 900),
        page = look.page.0,
    );
    for it in &design.sections {
        section(&mut out, it, design, around);
    }
    out.push_str("</mj-body></mjml>");
    out
}

/// Black or white, whichever can be read on a colour.
pub(super) fn on(colour: &str) -> &'static str {
    if crate::page::configuration::contrast(colour, "#ffffff").is_some_and(|it| it < 4.5) {
        "#000000"
    } else {
        "#ffffff"
    }
}

fn section(out: &mut String, section: &Section, design: &Design, around: Around<'_>) {
    let ground = section.background.as_ref().unwrap_or(&design.look.surface);
    let _ = write!(out, "<mj-section background-color=\"{}\" css-class=\"surface\">", ground.0);
    for column in &section.columns {
        out.push_str("<mj-column>");
        for it in &column.blocks {
            match it.only_if.as_ref().and_then(condition) {
                Some((open, close)) => {
                    let _ = write!(out, "<mj-raw>{open}</mj-raw>");
                    block(out, it, design, around);
                    let _ = write!(out, "<mj-raw>{close}</mj-raw>");
                }
                None => block(out, it, design, around),
            }
        }
        out.push_str("</mj-column>");
    }
    out.push_str("</mj-section>");
}

fn block(out: &mut String, block: &Block, design: &Design, around: Around<'_>) {
    let accent = &design.look.accent.0;
    let _ = match &block.content {
        Content::Heading { text, level, align } => {
            let (level, size) = match level {
                1 => (1, 28),
                2 => (2, 22),
                _ => (3, 18),
            };
            write!(
                out,
                "<mj-text align=\"{}\"><h{level} style=\"margin:0;font-size:{size}px;line-height:1.3\">{}</h{level}></mj-text>",
                word(*align),
                lines(text)
            )
        }
        Content::Text { paragraphs, align } => {
            write!(
                out,
                "<mj-text align=\"{}\" css-class=\"ink\">{}</mj-text>",
                word(*align),
                rich(paragraphs, accent, around)
            )
        }
        Content::Button { text, link: to, align } => {
            let to = link(to, around.site).unwrap_or_default();
            write!(out, "<mj-button align=\"{}\" href=\"{}\">{}</mj-button>", word(*align), attribute(&to), lines(text))
        }
        Content::Image { source, alt, decorative, link: to, width, align } => {
            let Some(source) = picture(source, around.site) else { return };
            let alt = if *decorative { "" } else { alt.as_str() };
            let mut more = String::new();
            if let Some(width) = width {
                let _ = write!(more, " width=\"{}px\"", width.clamp(&1, &900));
            }
            if let Some(to) = link(to, around.site) {
                let _ = write!(more, " href=\"{}\"", attribute(&to));
            }
            write!(
                out,
                "<mj-image align=\"{}\" src=\"{}\" alt=\"{}\"{more} />",
                word(*align),
                attribute(&source),
                attribute(alt)
            )
        }
        Content::Divider {} => write!(out, "<mj-divider />"),
        Content::Form {} => Ok(()),
        Content::Spacer { height } => write!(out, "<mj-spacer height=\"{}px\" />", height.clamp(&1, &400)),
        Content::Footer { text, center, forward, align } => {
            let mut inside = String::new();
            if !text.trim().is_empty() {
                let _ = write!(inside, "<p style=\"margin:0 0 8px\">{}</p>", lines(text));
            }
            let _ = write!(inside, "<p style=\"margin:0 0 8px\">{}<br />{ADDRESS}</p>", escape(around.sender));
            let a = |to: &str, text: &str| format!("<a href=\"{to}\" style=\"color:{accent}\">{}</a>", escape(text));
            if !center.trim().is_empty() {
                let _ = write!(inside, "<p style=\"margin:0 0 8px\">{}</p>", a(CENTER, center));
            }
            if !forward.trim().is_empty() {
                let to = a(&format!("{{{{{FORWARD}}}}}"), forward);
                let _ = write!(inside, "{{{{#if {FORWARD}}}}}<p style=\"margin:0 0 8px\">{to}</p>{{{{/if}}}}");
            }
            write!(out, "<mj-text align=\"{}\" font-size=\"13px\" css-class=\"ink\">{inside}</mj-text>", word(*align))
        }
    };
}

const fn word(align: Align) -> &'static str {
    match align {
        Align::Left => "left",
        Align::Center => "center",
        Align::Right => "right",
    }
}

fn rich(paragraphs: &[Paragraph], accent: &str, around: Around<'_>) -> String {
    let mut out = String::new();
    let mut open: Option<List> = None;
    for paragraph in paragraphs {
        if open != paragraph.list {
            out.push_str(open.map_or("", |it| tag(it, true)));
            out.push_str(paragraph.list.map_or("", |it| tag(it, false)));
            open = paragraph.list;
        }
        let (before, after) =
            if open.is_some() { ("<li>", "</li>") } else { ("<p style=\"margin:0 0 12px\">", "</p>") };
        out.push_str(before);
        for run in &paragraph.runs {
            let mut text = broken(&run.text);
            if run.bold {
                text = format!("<b>{text}</b>");
            }
            if run.italic {
                text = format!("<i>{text}</i>");
            }
            if let Some(to) = run.link.as_deref().and_then(|it| link(it, around.site)) {
                text = format!("<a href=\"{}\" style=\"color:{accent}\">{text}</a>", attribute(&to));
            }
            out.push_str(&text);
        }
        out.push_str(after);
    }
    out.push_str(open.map_or("", |it| tag(it, true)));
    out
}

const fn tag(list: List, close: bool) -> &'static str {
    match (list, close) {
        (List::Bullet, false) => "<ul style=\"margin:0 0 12px;padding-left:24px\">",
        (List::Bullet, true) => "</ul>",
        (List::Number, false) => "<ol style=\"margin:0 0 12px;padding-left:24px\">",
        (List::Number, true) => "</ol>",
    }
}

/// The two expressions around what only some get; none for a condition that cannot be said in one.
pub(super) fn condition(it: &Condition) -> Option<(String, &'static str)> {
    let plain = |it: char| it.is_ascii_alphanumeric() || it == '_';
    let (root, column) = it.column.split_once('.')?;
    if !["contact", "msdyncrm_contentsettings"].contains(&root) || column.is_empty() || !column.chars().all(plain) {
        return None;
    }
    let value = match &it.value {
        Json::String(text) if !text.chars().any(|it| it.is_control() || "\"\\{}<>&".contains(it)) => {
            format!("\"{text}\"")
        }
        Json::Number(number) => number.to_string(),
        Json::Bool(yes) => yes.to_string(),
        _ if matches!(it.is, Is::Filled | Is::Empty) => String::new(),
        _ => return None,
    };
    let name = format!("{root}.{column}");
    Some(match it.is {
        Is::Filled => (format!("{{{{#if {name}}}}}"), "{{/if}}"),
        Is::Empty => (format!("{{{{#unless {name}}}}}"), "{{/unless}}"),
        Is::Equal => (format!("{{{{#if (eq {name} {value})}}}}"), "{{/if}}"),
        Is::Unequal => (format!("{{{{#if (ne {name} {value})}}}}"), "{{/if}}"),
    })
}

/// A text with its line breaks.
fn lines(text: &str) -> String {
    broken(text.trim_end())
}

/// A piece of a text, whose space at its end keeps it apart from the next one.
fn broken(text: &str) -> String {
    escape(text).replace("\r\n", "\n").replace('\n', "<br />")
}

/// A text as it stands in XML. Expressions in two braces stay, where they hold nothing that XML would take for its own;
/// three braces, which would let HTML of a person's data in, become letters.
fn escape(text: &str) -> String {
    escaped(text, &['<', '>', '&'])
}

/// A text as it stands in an attribute, where an expression has no double quote either.
fn attribute(text: &str) -> String {
    escaped(text, &['<', '>', '&', '"'])
}

fn escaped(text: &str, refused: &[char]) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let mut rest = text;
    while let Some(at) = rest.find("{{") {
        let (before, from) = rest.split_at(at);
        push(&mut out, before);
        let inside = from.get(2..).unwrap_or_default();
        match inside.find("}}") {
            Some(end) if !inside.starts_with('{') && !inside.get(..end).unwrap_or_default().contains(refused) => {
                out.push_str(from.get(..end + 4).unwrap_or_default());
                rest = inside.get(end + 2..).unwrap_or_default();
            }
            _ => {
                out.push_str("&#123;&#123;");
                rest = inside.trim_start_matches('{');
                out.push_str(&"&#123;".repeat(inside.len() - rest.len()));
            }
        }
    }
    push(&mut out, rest);
    out
}

fn push(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' | '\r' | '\t' => out.push(c),
            it if it.is_control() => {}
            it => out.push(it),
        }
    }
}

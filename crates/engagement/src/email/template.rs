//! What a template of a mail may be: bounded before it is parsed, and again by its tree.
//!
//! A template is written by a user and is parsed and filled in by recursion, on the thread that writes;
//! so what could exhaust the stack or the clock is refused first, by plain counting. *Not* the filling in
//! (`render`). Invariant: a template that `read` accepts parses within a small stack, holds no loop in a
//! loop (`spec/marketing.md` 13.1) and no partial or decorator, so it ends soon.

use handlebars::{
    Template,
    template::{HelperTemplate, Parameter, TemplateElement},
};
use kernel::Phrase;

/// The longest source of a part, in bytes.
const SOURCE: usize = 500_000;
/// Blocks (`{{#…}}`, `{{else}}`) and expressions in a part.
const BLOCKS: usize = 250;
const EXPRESSIONS: usize = 10_000;
/// The longest expression, in bytes, and the brackets in it.
const EXPRESSION: usize = 2_000;
const BRACKETS: usize = 16;
/// Conditions may be nested so deep.
const NESTING: usize = 32;
/// The helpers that mails have; `log` is not among them, for it would write personal data.
const HELPERS: &[&str] =
    &["if", "unless", "each", "with", "lookup", "eq", "ne", "gt", "gte", "lt", "lte", "and", "or", "not", "len"];

/// Reads a source that can be filled in; the error is for the author.
pub(crate) fn read(source: &str) -> Result<Template, Phrase> {
    bounds(source)?;
    let template = Template::compile(source).map_err(|error| {
        let place = error.pos().map_or_else(String::new, |(line, column)| format!(" at line {line}, column {column}"));
        Phrase::new("template-unreadable", "has an expression that cannot be read{place}: {mistake}")
            .with("place", place)
            .with("mistake", error.reason())
    })?;
    elements(&template.elements, 0, false)?;
    Ok(template)
}

/// Counts without parsing. Every `{{` is looked at, also in comments and escapes, so nothing hides.
fn bounds(source: &str) -> Result<(), Phrase> {
    if source.len() > SOURCE {
        return Err(Phrase::new("template-long", "is longer than {most} bytes").with("most", SOURCE));
    }
    if source.contains("{{{{") {
        return Err(
            Phrase::new("template-raw", "has a raw block ({braces}), which mails cannot do").with("braces", "{{{{")
        );
    }
    let (mut blocks, mut expressions) = (0, 0);
    for (at, _) in source.match_indices("{{") {
        expressions += 1;
        let inside = source.get(at + 2..).unwrap_or_default();
        let head = inside.trim_start_matches(|it: char| it == '~' || it.is_whitespace());
        blocks += usize::from(head.starts_with(['#', '^']) || head.starts_with("else"));
        if blocks > BLOCKS || expressions > EXPRESSIONS {
            return Err(Phrase::new("template-many", "has more than {blocks} blocks or {expressions} expressions")
                .with("blocks", BLOCKS)
                .with("expressions", EXPRESSIONS));
        }
        if !head.starts_with('!') {
            expression(inside)?;
        }
    }
    Ok(())
}

/// One expression up to its end outside of a text in quotes.
fn expression(inside: &str) -> Result<(), Phrase> {
    let (mut quote, mut escaped, mut brackets) = (None, false, 0);
    for (at, c) in inside.char_indices() {
        match quote {
            Some(_) if escaped => escaped = false,
            Some(_) if c == '\\' => escaped = true,
            Some(open) if c == open => quote = None,
            Some(_) => {}
            None if c == '"' || c == '\'' => quote = Some(c),
            None if c == '[' => {
                return Err(Phrase::new("template-bracket", "has a [ in an expression, which mails cannot do"));
            }
            None if c == '}' => return Ok(()),
            None => {}
        }
        brackets += usize::from(c == '(' || c == '{');
        if brackets > BRACKETS || at > EXPRESSION {
            return Err(Phrase::new(
                "template-expression",
                "has an expression that is longer than {most} bytes, or with more than {brackets} brackets",
            )
            .with("most", EXPRESSION)
            .with("brackets", BRACKETS));
        }
    }
    Ok(())
}

fn elements(all: &[TemplateElement], depth: usize, in_loop: bool) -> Result<(), Phrase> {
    if depth > NESTING {
        return Err(
            Phrase::new("template-nested", "has blocks that are nested deeper than {most}").with("most", NESTING)
        );
    }
    for element in all {
        match element {
            TemplateElement::RawString(_) | TemplateElement::Comment(_) => {}
            TemplateElement::Expression(it) | TemplateElement::HtmlExpression(it) => names(it)?,
            TemplateElement::HelperBlock(it) => {
                names(it)?;
                let each = it.name.as_name() == Some("each");
                if each && in_loop {
                    return Err(Phrase::new("template-loops", "has a loop in a loop, which mails cannot do"));
                }
                for part in [&it.template, &it.inverse].into_iter().flatten() {
                    elements(&part.elements, depth + 1, in_loop || each)?;
                }
            }
            // Partials, decorators, and whatever else there may be one day.
            _ => {
                return Err(Phrase::new(
                    "template-includes",
                    "includes or defines other templates, which mails cannot do",
                ));
            }
        }
    }
    Ok(())
}

/// A name with parameters, or of a block, is a helper; it is one of those that mails have.
fn names(it: &HelperTemplate) -> Result<(), Phrase> {
    let known = it.name.as_name().is_some_and(|name| HELPERS.contains(&name));
    if !known && (it.block || !it.params.is_empty() || !it.hash.is_empty() || it.name.as_name() == Some("log")) {
        return Err(Phrase::new("template-helper", "uses a helper that mails do not have; they have {helpers}")
            .with("helpers", HELPERS.join(", ")));
    }
    it.params.iter().chain(it.hash.values()).chain([&it.name]).try_for_each(parameter)
}

fn parameter(it: &Parameter) -> Result<(), Phrase> {
    match it {
        Parameter::Subexpression(it) => elements(std::slice::from_ref(it.as_element()), 0, false),
        _ => Ok(()),
    }
}

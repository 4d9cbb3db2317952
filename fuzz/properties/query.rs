//! What holds for the parsers of `odata`, whatever the text: no panic, an error's position within the text, and what is
//! accepted prints to a text that gives the same tree.

#![allow(dead_code, reason = "each fuzz target uses one")]

use odata::ParseError;

/// The place of an error is a place in the text.
fn within(text: &str, error: &ParseError) {
    assert!(error.position <= text.len(), "{error} is behind the end of {text:?}");
    assert!(error.message.len() < 1_000, "the message repeats the text: {error}");
}

/// `$filter`, and resolving aliases.
pub fn filter(text: &str) {
    match odata::parse_filter(text) {
        Err(error) => within(text, &error),
        Ok(tree) => {
            let printed = tree.to_string();
            assert_eq!(odata::parse_filter(&printed).as_ref(), Ok(&tree), "{text:?} prints as {printed:?}");
            let aliases = [("p".to_owned(), text.to_owned()), ("a".to_owned(), "'x'".to_owned())];
            let _ = tree.resolve_aliases(&aliases);
        }
    }
}

/// Resource paths.
pub fn path(text: &str) {
    match odata::parse_resource_path(text) {
        Err(error) => within(text, &error),
        Ok(segments) => {
            let printed = segments.iter().map(ToString::to_string).collect::<Vec<_>>().join("/");
            assert_eq!(odata::parse_resource_path(&printed).as_ref(), Ok(&segments), "{text:?} prints as {printed:?}");
        }
    }
}

/// `$expand`, `$select`, `$orderby`, literals, context URLs, `Prefer` and whole query strings.
pub fn options(text: &str) {
    match odata::parse_expand(text) {
        Err(error) => within(text, &error),
        Ok(items) => {
            let printed = items.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
            assert_eq!(odata::parse_expand(&printed).as_ref(), Ok(&items), "{text:?} prints as {printed:?}");
        }
    }
    match odata::parse_select(text) {
        Err(error) => within(text, &error),
        Ok(paths) => {
            let printed = paths.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
            assert_eq!(odata::parse_select(&printed).as_ref(), Ok(&paths), "{text:?} prints as {printed:?}");
        }
    }
    match odata::parse_orderby(text) {
        Err(error) => within(text, &error),
        Ok(items) => {
            let printed = items.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
            assert_eq!(odata::parse_orderby(&printed).as_ref(), Ok(&items), "{text:?} prints as {printed:?}");
        }
    }
    match odata::parse_literal(text) {
        Err(error) => within(text, &error),
        Ok(literal) => {
            let printed = literal.to_string();
            assert_eq!(odata::parse_literal(&printed).as_ref(), Ok(&literal), "{text:?} prints as {printed:?}");
        }
    }
    match odata::parse_context(text) {
        Err(error) => within(text, &error),
        Ok(context) => {
            let printed = format!("#{context}");
            assert_eq!(odata::parse_context(&printed).as_ref(), Ok(&context), "{text:?} prints as {printed:?}");
        }
    }
    for error in odata::preferences(text).filter_map(Result::err) {
        within(text, &error);
    }
    let _ = odata::parse_query(text);
}

/// `$apply`.
pub fn apply(text: &str) {
    match odata::parse_apply(text) {
        Err(error) => within(text, &error),
        Ok(steps) => {
            let printed = steps.iter().map(ToString::to_string).collect::<Vec<_>>().join("/");
            assert_eq!(odata::parse_apply(&printed).as_ref(), Ok(&steps), "{text:?} prints as {printed:?}");
        }
    }
}

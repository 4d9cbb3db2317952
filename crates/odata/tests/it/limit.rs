//! The limits hold exactly where they say.

use odata::{MAX_CONDITIONS, MAX_NESTING, MAX_TEXT, parse_expand, parse_filter};

#[test]
fn nesting() {
    let brackets = |count: usize| format!("{}a eq 1{}", "(".repeat(count), ")".repeat(count));
    assert!(parse_filter(&brackets(MAX_NESTING)).is_ok());
    assert_eq!(
        parse_filter(&brackets(MAX_NESTING + 1)).unwrap_err().to_string(),
        "syntax error at position 101: nested deeper than 100 levels"
    );
    let nots = |count: usize| format!("{}a eq 1", "not ".repeat(count));
    assert!(parse_filter(&nots(MAX_NESTING)).is_ok());
    assert!(parse_filter(&nots(MAX_NESTING + 1)).is_err());
    let expands = |count: usize| format!("{}a{}", "a($expand=".repeat(count), ")".repeat(count));
    assert!(parse_expand(&expands(MAX_NESTING)).is_ok());
    assert!(parse_expand(&expands(MAX_NESTING + 1)).is_err());
}

#[test]
fn conditions() {
    let conditions = |each: &str, count: usize| vec![each; count].join(" or ");
    let each = [
        "a eq 1",
        "contains(a,'x')",
        "a in (1)",
        "a/any()",
        "a/any(b:b/c eq 1)",
        "Microsoft.Dynamics.CRM.Today(PropertyName='a')",
    ];
    for each in each {
        assert!(parse_filter(&conditions(each, MAX_CONDITIONS)).is_ok(), "{each}");
        let error = parse_filter(&conditions(each, MAX_CONDITIONS + 1)).unwrap_err();
        assert!(error.is_too_many_conditions(), "{each}: {error}");
        assert!(error.message.contains(&MAX_CONDITIONS.to_string()));
    }
}

#[test]
fn length() {
    let text = |length: usize| format!("a eq '{}'", "x".repeat(length - 7));
    assert!(parse_filter(&text(MAX_TEXT)).is_ok());
    assert_eq!(parse_filter(&text(MAX_TEXT + 1)).unwrap_err().position, MAX_TEXT);
}

//! Aliases and their values.

use odata::{parse_filter, parse_orderby};

use crate::tree::tree;

fn check(input: &str, aliases: &[(&str, &str)], expected: &str) {
    let aliases: Vec<_> = aliases.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
    let shown = match parse_filter(input).unwrap().resolve_aliases(&aliases) {
        Ok(it) => tree(&it),
        Err(error) => error.to_string(),
    };
    assert_eq!(shown, expected, "{input}");
}

#[test]
fn values() {
    check("a eq @p", &[("p", "'x'")], "(eq a text:'x')");
    check("a eq @p", &[("@p", " 5 ")], "(eq a int:5)");
    check("a eq @p", &[("p", "\"x\"")], "(eq a text:'x')");
    check("a eq @p", &[], "(eq a null:null)");
    check("a eq @p", &[("P", "1")], "(eq a null:null)");
    check("@p eq 1", &[("p", "a/b")], "(eq a/b int:1)");
    check("@p in (@q,2)", &[("p", "a"), ("q", "1")], "(in a int:1 int:2)");
    check("not (a/any(b:b/c eq @p) or x eq 1)", &[("p", "2")], "(not (or (any a b (eq b/c int:2)) (eq x int:1)))");
    check(
        "contains(@p1,'(sample)') and @p2 eq @p3",
        &[("p1", "name")],
        "(and (contains name text:'(sample)') (eq null:null null:null))",
    );
}

#[test]
fn lists_are_for_query_functions() {
    let text = "Microsoft.Dynamics.CRM.In(PropertyName=@p,PropertyValues=@v)";
    check(
        text,
        &[("p", "'telephone1'"), ("v", "['1','2']")],
        "(In PropertyName=text:'telephone1' PropertyValues=[text:'1' text:'2'])",
    );
    check(
        text,
        &[("p", "telephone1"), ("v", "[\"1\", 2]")],
        "(In PropertyName=telephone1 PropertyValues=[text:'1' int:2])",
    );
    check("a eq @v", &[("v", "[1]")], "syntax error at position 0: @v is a list where one value is expected");
}

#[test]
fn refused() {
    check("contains(@p,'x')", &[("p", "'a'")], "syntax error at position 0: contains needs a column, and @p is none");
    check("contains(@p,'x')", &[], "syntax error at position 0: contains needs a column, and @p is none");
    check("contains(a,@p)", &[("p", "b")], "syntax error at position 0: contains needs a literal, and @p is a column");
    check("a in (@p)", &[("p", "b")], "syntax error at position 0: in needs a literal, and @p is a column");
    check(
        "a eq @p",
        &[("p", "@q")],
        "syntax error at position 0: in the value of @p: expected a literal, a list or a column, found @q",
    );
    check(
        "a eq @p",
        &[("p", "1 or b eq 2")],
        "syntax error at position 2: in the value of @p: expected the end, found or",
    );
    check(
        "a eq @p",
        &[("p", "")],
        "syntax error at position 0: in the value of @p: expected a literal, a list or a column, found the end",
    );
}

#[test]
fn orderby() {
    let item = |text: &str| parse_orderby(text).unwrap().remove(0);
    let aliases = [("p4".to_owned(), "jobtitle".to_owned()), ("n".to_owned(), "1".to_owned())];
    assert_eq!(item("@p4 asc").resolve_aliases(&aliases).unwrap().to_string(), "jobtitle");
    assert_eq!(item("a/b desc").resolve_aliases(&aliases).unwrap().to_string(), "a/b desc");
    assert_eq!(item("@n").resolve_aliases(&aliases).unwrap_err().message, "$orderby needs a column, and @n is none");
    assert!(item("@missing").resolve_aliases(&aliases).is_err());
}

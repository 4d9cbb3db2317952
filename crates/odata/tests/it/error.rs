//! What is refused, where, and in which words.

use odata::ParseError;

fn check<T: std::fmt::Debug>(parse: fn(&str) -> Result<T, ParseError>, input: &str, position: usize, message: &str) {
    let error = parse(input).expect_err(input);
    assert_eq!((error.position, error.message.as_str()), (position, message), "{input}");
}

#[test]
fn filters() {
    let check = |input: &str, position, message: &str| check(odata::parse_filter, input, position, message);
    let operator = "a comparison operator (eq, ne, gt, ge, lt, le, in)";
    check("", 0, "expected a condition, found the end");
    check("not", 3, "expected a condition, found the end");
    check("name eq", 7, "expected a literal, a column or an alias, found the end");
    check("eq 1", 3, &format!("expected {operator}, found 1"));
    check("name eq 'x' and", 15, "expected a condition, found the end");
    check("(name eq 'x'", 12, "expected and, or, or ), found the end");
    check("name eq 'x')", 11, "expected the end, found )");
    check("name eq 'x' name eq 'y'", 12, "expected the end, found name");
    check("nameeq'x'", 6, "a space is missing between nameeq and the quote");
    check("name eq 'O'Bryan'", 16, "a space is missing between Bryan and the quote");
    check("name eq 'x", 8, "the quote that opens here is not closed");
    check("name = 'x'", 5, &format!("expected {operator}, found ="));
    check("name eq \"x\"", 8, "expected a literal, a column or an alias, found \"x\" (text stands in single quotes)");
    check("name AND 1", 5, &format!("expected {operator}, found AND"));
    check("name", 4, &format!("expected {operator}, found the end"));
    check("true", 4, &format!("expected {operator}, found the end"));
    check("(name) eq 'x'", 5, &format!("expected {operator}, found )"));
    check("a eq 1 eq 2", 7, "expected and, or, or the end of the condition, found eq");
    check("a eq (b eq 1)", 5, "expected a literal, a column or an alias, found (");
    check("a eq contains(b,'x')", 5, "expected a literal, a column or an alias, found a condition");
    check("a add 1 eq 2", 2, &format!("expected {operator}, found add"));
    check("a/ eq 1", 1, "no space may stand around /");
    check("a /b eq 1", 2, "no space may stand around /");
    check("a//b eq 1", 2, "expected a name after /, found /");
    check("a eq 'x' & b", 9, "unexpected character '&'");
    check("a eq @", 5, "a name is missing after @");
    check("a eq 東京 and", 15, "expected a condition, found the end");
}

#[test]
fn calls_and_lists() {
    let check = |input: &str, position, message: &str| check(odata::parse_filter, input, position, message);
    check("contains(name,'x'", 17, "expected ), found the end");
    check("contains('x',name)", 9, "contains needs a column on its left");
    check("contains(name,name)", 14, "expected a literal or an alias, found name");
    check("tolower(name) eq 'x'", 0, "tolower is not a function of the filter language");
    check("Microsoft.Dynamics.X(a=1)", 0, "Microsoft.Dynamics.X is not a function of the filter language");
    check("Account_Tasks/all()", 18, "expected a lambda variable, found )");
    check("a/any(b/c eq 1)", 7, "expected : after the lambda variable, found /");
    check("a in ()", 6, "expected a literal or an alias, found )");
    check("a in 'x'", 5, "expected ( after in, found 'x'");
    check("a in (b)", 6, "expected a literal or an alias, found b");
    check("Microsoft.Dynamics.CRM.In('x')", 26, "expected the name of an argument, found 'x'");
    check("Microsoft.Dynamics.CRM.In(a=[[1]])", 29, "expected a literal, found [");
    check("Microsoft.Dynamics.CRM.In(a=[\"\\x\"])", 30, "this is not a JSON escape");
    check("Microsoft.Dynamics.CRM.In(a=[\"\\ud800\"])", 30, "this is not a JSON escape");
}

#[test]
fn not_before_a_query_function_has_the_documented_message() {
    let message = "Not operator along with the Custom Named Condition operators is not allowed";
    check(odata::parse_filter, "not Microsoft.Dynamics.CRM.Today(PropertyName='a')", 0, message);
    // PY's `~col.in_()`, which Dataverse refuses as well
    check(
        odata::parse_filter,
        "a eq 1 and not (Microsoft.Dynamics.CRM.In(PropertyName='a',PropertyValues=['1']))",
        11,
        message,
    );
}

#[test]
fn select_orderby_expand() {
    check(odata::parse_select, "a,", 2, "expected a column, found the end");
    check(odata::parse_select, "a b", 2, "expected the end, found b");
    check(odata::parse_orderby, "a up", 2, "expected asc, desc or a comma, found up");
    check(odata::parse_orderby, "a DESC", 2, "expected asc, desc or a comma, found DESC");
    check(odata::parse_expand, "a($select=b", 11, "expected ; or ), found the end");
    check(odata::parse_expand, "a($levels=2)", 2, "the option $levels is not supported inside $expand");
    check(odata::parse_expand, "a($top=1;$top=2)", 9, "the option $top is given twice");
    check(odata::parse_expand, "a($top=-1)", 7, "expected a number from 0, found -1");
    check(odata::parse_expand, "a($count=1)", 9, "expected true or false, found 1");
    check(odata::parse_expand, "a($filter=b eq @p)", 15, "the alias @p may not stand inside $expand");
    check(odata::parse_expand, "a(b)", 2, "expected an option such as $select, or ), found b");
    check(odata::parse_expand, "a/$ref/b", 6, "expected the end, found /");
    check(odata::parse_expand, "*", 0, "expected a navigation property, found *");
}

//! `$apply`, as its printer writes it back, and what is refused.

fn check(input: &str, expected: &str) {
    let shown = match odata::parse_apply(input) {
        Ok(steps) => {
            let text = steps.iter().map(ToString::to_string).collect::<Vec<_>>().join("/");
            assert_eq!(odata::parse_apply(&text).unwrap(), steps, "{input}");
            text
        }
        Err(error) => error.to_string(),
    };
    assert_eq!(shown, expected, "{input}");
}

#[test]
fn transformations() {
    let same = |text: &str| check(text, text);
    same("groupby((statecode))");
    same("groupby((a,b/c),aggregate(d with sum as e,$count as n,f with countdistinct as g))");
    same("filter(a eq @p and contains(b,'/)'))/filter(c eq 1)/aggregate(d with average as e)");
    same("aggregate(nav/$count as n)");
    same("groupby((a),filter(b eq 1)/aggregate($count as n))");
    check("groupby( ( a , b ), aggregate( $count as n ) )", "groupby((a,b),aggregate($count as n))");
}

#[test]
fn refused() {
    let check = |input: &str, position: usize, text: &str| {
        check(input, &format!("syntax error at position {position}: {text}"));
    };
    check("", 0, "expected a transformation (filter, groupby, aggregate), found the end");
    check("groupby((a),top(1))", 12, "the transformation top is not supported, only filter, groupby and aggregate are");
    check("aggregate()", 10, "expected a column or $count, found )");
    check("aggregate(a with median as b)", 17, "expected sum, average, min, max or countdistinct, found median");
    check("aggregate(a with sum as b.c)", 24, "the name of a value has no dots");
    check("groupby((a/Model.B))", 9, "Model.B is a type; a column is expected behind it");
    check("filter(a)", 8, "expected a comparison operator (eq, ne, gt, ge, lt, le, in), found )");
    let deep = format!("{}a", "groupby((a),".repeat(200));
    check(&deep, 1200, "nested deeper than 100 levels");
}

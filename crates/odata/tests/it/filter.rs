//! What filters mean: who binds what, which literal is which.

use crate::tree::tree;

fn check(input: &str, expected: &str) {
    let parsed = odata::parse_filter(input).unwrap_or_else(|error| panic!("{input}: {error}"));
    assert_eq!(tree(&parsed), expected, "{input}");
}

#[test]
fn and_binds_tighter_than_or() {
    check("a eq 1 or b eq 2 and c eq 3", "(or (eq a int:1) (and (eq b int:2) (eq c int:3)))");
    check("a eq 1 and b eq 2 or c eq 3", "(or (and (eq a int:1) (eq b int:2)) (eq c int:3))");
    check("(a eq 1 or b eq 2) and c eq 3", "(and (or (eq a int:1) (eq b int:2)) (eq c int:3))");
    check("a eq 1 and b eq 2 and c eq 3", "(and (and (eq a int:1) (eq b int:2)) (eq c int:3))");
    check("a eq 1 or (b eq 2 or c eq 3)", "(or (eq a int:1) (or (eq b int:2) (eq c int:3)))");
}

#[test]
fn not_takes_the_next_condition_only() {
    check("not a eq 1", "(not (eq a int:1))");
    check("not (a eq 1)", "(not (eq a int:1))");
    check("not a eq 1 and b eq 2", "(and (not (eq a int:1)) (eq b int:2))");
    check("not (a eq 1 and b eq 2)", "(not (and (eq a int:1) (eq b int:2)))");
    check("not contains(a,'x') or b eq 2", "(or (not (contains a text:'x')) (eq b int:2))");
    check("not not a eq 1", "(not (not (eq a int:1)))");
    check("not a in (1)", "(not (in a int:1))");
    check("not a/any(x:x/b eq 1)", "(not (any a x (eq x/b int:1)))");
}

#[test]
fn comparisons() {
    for op in ["eq", "ne", "gt", "ge", "lt", "le"] {
        check(&format!("a {op} 1"), &format!("({op} a int:1)"));
    }
    check("firstname eq lastname", "(eq firstname lastname)");
    check("1 eq a", "(eq int:1 a)");
    check("primarycontactid/createdby/fullname eq 'x'", "(eq primarycontactid/createdby/fullname text:'x')");
    check("@p2 eq @p3", "(eq @p2 @p3)");
}

#[test]
fn words_of_the_grammar_are_names_where_no_operator_can_stand() {
    check("and eq or and in eq contains", "(and (eq and or) (eq in contains))");
    check("x/any eq 1", "(eq x/any int:1)");
    check("all/all(all:all/all eq 1)", "(all all all (eq all/all int:1))");
}

#[test]
fn text_functions() {
    check("contains(name,'(sample)')", "(contains name text:'(sample)')");
    check("startswith(a/b,'x') and endswith(c,@p)", "(and (startswith a/b text:'x') (endswith c @p))");
    check("contains(@p1,'x')", "(contains @p1 text:'x')");
    check("contains(name,null)", "(contains name null:null)");
}

#[test]
fn lambdas() {
    check("Account_Tasks/any()", "(any Account_Tasks - -)");
    check("Account_Tasks/all(t:t/statecode eq 1)", "(all Account_Tasks t (eq t/statecode int:1))");
    check("a/b/any(c:c/d/any(e:e/f eq c/g))", "(any a/b c (any c/d e (eq e/f c/g)))");
    check(
        "a/any(c:c/x eq 1 or c/y eq 2) and b eq 3",
        "(and (any a c (or (eq c/x int:1) (eq c/y int:2))) (eq b int:3))",
    );
}

#[test]
fn counts_of_related_rows() {
    check("Account_Tasks/$count ge 3", "(ge (count Account_Tasks -) int:3)");
    check("3 le a/b/$count and c eq 1", "(and (le int:3 (count a/b -)) (eq c int:1))");
    check(
        "Account_Tasks/$count($filter=statecode eq 0 or x/any(y:y/z eq 1)) lt 2",
        "(lt (count Account_Tasks (or (eq statecode int:0) (any x y (eq y/z int:1)))) int:2)",
    );
    check("a/$count( $filter = b/$count gt 1 ) eq 0", "(eq (count a (gt (count b -) int:1)) int:0)");
}

#[test]
fn query_functions() {
    let crm = "Microsoft.Dynamics.CRM.";
    check(&format!("{crm}Today(PropertyName='createdon')"), "(Today PropertyName=text:'createdon')");
    check(&format!("{crm}In(PropertyName=@p1,PropertyValues=@p2)"), "(In PropertyName=@p1 PropertyValues=@p2)");
    check(
        &format!("{crm}Between(PropertyName='n',PropertyValues=[\"5\",\"2000\"])"),
        "(Between PropertyName=text:'n' PropertyValues=[text:'5' text:'2000'])",
    );
    check(
        &format!("{crm}In(PropertyName='n',PropertyValues=['O''B',2,null])"),
        "(In PropertyName=text:'n' PropertyValues=[text:'O''B' int:2 null:null])",
    );
    check(
        &format!("{crm}In(PropertyName='n',PropertyValues=[\"a\\\"b\\u00e9\\ud83d\\ude00\\n'\"])"),
        "(In PropertyName=text:'n' PropertyValues=[text:'a\"bé😀\n'''])",
    );
    check(&format!("{crm}In(PropertyName='n',PropertyValues=[])"), "(In PropertyName=text:'n' PropertyValues=[])");
}

#[test]
fn a_condition_may_hold_a_query_function_beside_others_under_not() {
    check(
        "not (a eq 1 and Microsoft.Dynamics.CRM.Today(PropertyName='b'))",
        "(not (and (eq a int:1) (Today PropertyName=text:'b')))",
    );
}

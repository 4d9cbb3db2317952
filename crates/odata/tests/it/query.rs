//! Whole query strings.

use odata::{QueryOptions, parse_query};

fn check(input: &str, expected: &str) {
    assert_eq!(parse_query(input).unwrap_err().to_string(), expected, "{input}");
}

#[test]
fn everything_at_once() {
    let options = parse_query(
        "$select=name,revenue&$filter=name%20eq%20@p1&$orderby=name+desc&$top=3&$count=true&$expand=primarycontactid($select=fullname)\
         &$apply=aggregate(revenue+with+sum+as+s)&$skiptoken=%3Ccookie%20%2F%3E&$deltatoken=919042%2108&$id=accounts(1)\
         &@p1='A%26B'&fetchXml=%3Cfetch/%3E&tag=a+b&tag=c",
    )
    .unwrap();
    let text = |it: &str| it.to_owned();
    assert_eq!(
        options,
        QueryOptions {
            select: Some(odata::parse_select("name,revenue").unwrap()),
            filter: Some(odata::parse_filter("name eq @p1").unwrap()),
            orderby: odata::parse_orderby("name desc").unwrap(),
            top: Some(3),
            count: true,
            expand: odata::parse_expand("primarycontactid($select=fullname)").unwrap(),
            apply: odata::parse_apply("aggregate(revenue with sum as s)").unwrap(),
            skiptoken: Some(text("<cookie />")),
            deltatoken: Some(text("919042!08")),
            id: Some(text("accounts(1)")),
            aliases: vec![(text("p1"), text("'A&B'"))],
            custom: vec![(text("fetchXml"), text("<fetch/>")), (text("tag"), text("a b")), (text("tag"), text("c"))],
        }
    );
    assert_eq!(options.custom("tag"), Some("a b"));
    assert_eq!(options.custom("sql"), None);
}

#[test]
fn options_that_dataverse_does_not_have_are_named() {
    for option in ["$skip", "$search", "$format", "$levels", "$compute"] {
        check(&format!("{option}=1"), &format!("the query option '{option}' is not supported"));
    }
    check("%24skip=1", "the query option '$skip' is not supported");
    check("$nosuch=1", "the query option '$nosuch' is unknown");
    check("$Filter=a eq 1", "the query option '$Filter' is unknown");
    check("$nosuch", "the query option '$nosuch' is unknown");
}

#[test]
fn bad_values() {
    check("$top=-1", "the query option '$top' must be a whole number from 0");
    check("$top=1.5", "the query option '$top' must be a whole number from 0");
    check("$count=yes", "the query option '$count' must be true or false");
    check(
        "$filter=a+eq",
        "the query option '$filter': syntax error at position 4: expected a literal, a column or an alias, found the end",
    );
    check("$select=a&$select=b", "the query option '$select' is given twice");
    check("@p=1&@p=2", "the query option '@p' is given twice");
    check("$filter=a eq '%FF'", "the query option '$filter' is not UTF-8");
    check("%FF=1", "the query option '%FF' is not UTF-8");
}

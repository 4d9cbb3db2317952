//! Input that is made to hurt: it ends in an error, soon, and never in a crash. Each runs on a small stack.

use std::thread;

/// Less than the 2 MiB that a thread has by default. A debug build needs most of it, a release build a quarter.
const STACK: usize = 1536 * 1024;

/// Runs all parsers over a text; they may accept or refuse, but must come back.
fn survive(text: String) {
    let run = move || {
        let _ = odata::parse_filter(&text).map(|it| it.to_string());
        let _ = odata::parse_orderby(&text);
        let _ = odata::parse_select(&text);
        let _ = odata::parse_expand(&text).map(|it| it[0].to_string());
        let _ = odata::parse_literal(&text);
        let _ = odata::parse_resource_path(&text);
        let _ = odata::parse_apply(&text).map(|it| it[0].to_string());
        let _ = odata::parse_context(&format!("#{text}")).map(|it| it.to_string());
        let _ = odata::preferences(&text).count();
        let _ = odata::parse_query(&text);
        let _ = odata::parse_query(&format!("$filter={text}"));
    };
    thread::Builder::new().stack_size(STACK).spawn(run).unwrap().join().unwrap();
}

#[test]
fn a_hundred_thousand_of_anything() {
    let pieces = [
        "(",
        ")",
        "((a eq 1) and ",
        "not ",
        "not(",
        "a/any(a:",
        "a($expand=",
        "groupby((a),",
        "aggregate(a with sum as b)/",
        "a(b,",
        "x/",
        "[",
        "{",
        "'",
        "''",
        "\"",
        "\\",
        "%",
        "%2",
        "%27",
        "a/",
        "a,",
        "a=",
        "@",
        "@a=1&",
        "$",
        "-",
        "1",
        "1.",
        "e",
        "&",
        "&&$filter=",
        "a in (",
        "contains(",
        "a eq 1 or ",
        "a eq 1 or a eq 1 and a/any(a:",
        "a($filter=a eq 1 or a eq 1 and (",
        "Microsoft.Dynamics.CRM.A(a=[",
        "é",
        "東",
        "\u{0}",
        " ",
        ";",
        "F(a=[",
        "2020-01-01",
        "4026be43-6b69-e111-8f65-78e7d1620f5e",
    ];
    for piece in pieces {
        survive(piece.repeat(100_000));
        survive(piece.repeat(60_000 / piece.len()));
        survive(piece.repeat(99));
    }
}

#[test]
fn a_hundred_thousand_brackets_are_an_error() {
    let error = odata::parse_filter(&"(".repeat(100_000)).unwrap_err();
    assert_eq!(error.message, "the text is longer than 65536 bytes");
    let error = odata::parse_filter(&"(".repeat(60_000)).unwrap_err();
    assert_eq!(error.message, "nested deeper than 100 levels");
}

#[test]
fn the_deepest_legal_trees_print_on_a_small_stack() {
    let chain = vec!["a eq 1"; odata::MAX_CONDITIONS].join(" and ");
    let right = format!("{}a eq 1{}", "a eq 1 and (".repeat(100), ")".repeat(100));
    let mixed = format!("{}a eq 1 and {chain}{}", "not (".repeat(50), ")".repeat(50)).replacen("a eq 1 and ", "", 1);
    let lambdas = format!("{}a eq 1{}", "a/any(b:".repeat(100), ")".repeat(100));
    for text in [chain, right, mixed, lambdas] {
        let run = move || {
            let tree = odata::parse_filter(&text).unwrap();
            let printed = tree.to_string();
            assert_eq!(odata::parse_filter(&printed).unwrap(), tree.clone().resolve_aliases(&[]).unwrap());
        };
        thread::Builder::new().stack_size(STACK).spawn(run).unwrap().join().unwrap();
    }
}

#[test]
fn an_alias_used_often_does_not_multiply_its_value() {
    let text = format!("a in ({}@v)", "@v,".repeat(10_000));
    let aliases = [("v".to_owned(), format!("'{}'", "x".repeat(32_000)))];
    let error = odata::parse_filter(&text).unwrap().resolve_aliases(&aliases).unwrap_err();
    assert_eq!(error.message, "the values of the aliases are longer than 65536 bytes");
}

#[test]
fn many_aliases_are_an_error() {
    let text: String = (0..600).map(|it| format!("@p{it}=1&")).collect();
    let error = odata::parse_query(&text).unwrap_err();
    assert_eq!(error.to_string(), "the query option '@p500' is one alias too many, 500 are allowed");
}

#[test]
fn messages_do_not_repeat_long_names() {
    let name = "x".repeat(60_000);
    for text in [format!("{name}(a,'b')"), format!("a eq @{name}"), format!("{name}.y(z)"), name.clone()] {
        let length = |it: odata::ParseError| it.message.len();
        let lengths = [
            odata::parse_filter(&text).map_err(length).err(),
            odata::parse_expand(&format!("a(${text}=1)")).map_err(length).err(),
            odata::parse_apply(&text).map_err(length).err(),
            odata::parse_resource_path(&format!("{text}/$count/a")).map_err(length).err(),
        ];
        assert!(lengths.iter().flatten().all(|it| *it <= 310), "{lengths:?}");
    }
}

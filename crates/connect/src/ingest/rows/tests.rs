//! What the reader makes of well-formed and broken files.

use super::{Limits, Rows, Shape};

fn shape(separator: &str, row_end: &str) -> Shape {
    Shape { separator: separator.into(), row_end: row_end.into(), quote: Some(b'"') }
}

fn read(input: &[u8], shape: Shape, limits: Limits) -> String {
    let mut rows = Rows::shaped(input, shape, limits);
    let mut out = String::new();
    while let Some(row) = rows.next().unwrap() {
        let text = match row.fields {
            Ok(fields) => fields.join(" / "),
            Err(reason) => format!("! {reason}"),
        };
        out.push_str(&format!("{}: {}\n", row.line, text.replace('\n', "\\n")));
    }
    out
}

fn check(input: &str, separator: &str, row_end: &str, expect: &str) {
    assert_eq!(read(input.as_bytes(), shape(separator, row_end), Limits::default()), expect, "{input:?}");
}

#[test]
fn separators_of_one_and_more_characters() {
    check("a|b\nc|d\n", "|", "\n", "1: a / b\n2: c / d\n");
    check("a|b\r\nc|d", "|", "\n", "1: a / b\n2: c / d\n");
    check("a+|b+c&|\nc+|d&e&|\n", "+|", "&|\n", "1: a / b+c\n2: c / d&e\n");
    check("a+|b&|\nc+|d&|", "+|", "&|\n", "1: a / b\n2: c / d\n");
    check("a\tb\n\n\tc\n", "\t", "\n", "1: a / b\n3:  / c\n");
    check("\u{feff}a,b\n", ",", "\n", "1: a / b\n");
}

#[test]
fn quotes() {
    check("\"a,b\",\"say \"\"x\"\"\"\n", ",", "\n", "1: a,b / say \"x\"\n");
    check("\"a\nb\",c\nd,e\n", ",", "\n", "1: a\\nb / c\n3: d / e\n");
    check("5\" pipe,x\n", ",", "\n", "1: 5\" pipe / x\n");
    check(
        "\"a\"b,c\nd,e\n",
        ",",
        "\n",
        "1: ! has text behind a closing quote; double the quotes inside a field\n2: d / e\n",
    );
    check(
        "\"a,c\nd,e\n",
        ",",
        "\n",
        "1: ! opens a quote that is not closed; close it, or write quote = \"\" in the mapping\n2: d / e\n",
    );
}

#[test]
fn a_bad_row_is_refused_alone() {
    let limits = Limits { row_bytes: 20, columns: 3, ..Limits::default() };
    let long = format!("a,b\n{}\nc,d\n1,2,3,4\ne,f", "x".repeat(300_000));
    assert_eq!(
        read(long.as_bytes(), shape(",", "\n"), limits),
        "1: a / b\n2: ! is longer than 20 bytes; check row_end in the mapping\n3: c / d\n\
         4: ! has more than 3 columns; check separator and row_end\n5: e / f\n"
    );
    let mixed = b"a,b\n\xff\xfe,c\nd,e\n";
    assert_eq!(
        read(mixed, shape(",", "\n"), Limits::default()),
        "1: a / b\n2: ! is not UTF-8; save the file as UTF-8\n3: d / e\n"
    );
}

/// The library reads well-formed files of the usual kind; on those the two agree.
#[test]
fn agrees_with_the_csv_crate() {
    for input in ["a,b,c\n1,,3\n", "\"x\"\"y\",\"\n\",z\r\nq,\"\",r\r\n", "é,ü,\"ß,ß\"\n", "a,b,c", ",,\n,,\n"] {
        let mut theirs = String::new();
        let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(input.as_bytes());
        for record in reader.records() {
            theirs.push_str(&format!("{}\n", record.unwrap().iter().collect::<Vec<_>>().join(" / ")).replace('\r', ""));
        }
        let mut rows = Rows::shaped(input.as_bytes(), shape(",", "\n"), Limits::default());
        let mut ours = String::new();
        while let Some(row) = rows.next().unwrap() {
            ours.push_str(&format!("{}\n", row.fields.unwrap().join(" / ")));
        }
        assert_eq!(ours, theirs, "{input:?}");
    }
}

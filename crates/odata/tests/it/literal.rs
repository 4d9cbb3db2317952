//! Literals, one by one.

use crate::tree::literal;

fn check(input: &str, expected: &str) {
    let shown = match odata::parse_literal(input) {
        Ok(it) => literal(&it),
        Err(error) => error.to_string(),
    };
    assert_eq!(shown, expected, "{input}");
}

#[test]
fn text_keeps_everything_between_the_quotes() {
    check("''", "text:''");
    check("''''", "text:''''");
    check("'O''Bryan'", "text:'O''Bryan'");
    check("'a/b#c(d)[e] and @x'", "text:'a/b#c(d)[e] and @x'");
    check("'café 東京'", "text:'café 東京'");
    check("'+1 (425) 555-0100'", "text:'+1 (425) 555-0100'");
}

#[test]
fn numbers_stay_exact() {
    check("0", "int:0");
    check("-5", "int:-5");
    check("9223372036854775807", "int:9223372036854775807");
    check("9223372036854775808", "dec:9223372036854775808");
    check("100.50", "dec:100.50");
    check("-0.1", "dec:-0.1");
    check("5.0", "dec:5.0");
    check("1.5e3", "dbl:1.5e3");
    check("1E-7", "dbl:1e-7");
    check("1e999", "syntax error at position 0: this number has too many digits");
    check("0.12345678901234567890123456789", "syntax error at position 0: this number has too many digits");
    check("99999999999999999999999999999999", "syntax error at position 0: this number has too many digits");
    check("-", "syntax error at position 0: a number is missing after -");
    check("1.", "syntax error at position 1: a space is missing after the number");
    check("5x", "syntax error at position 1: a space is missing after the number");
}

#[test]
fn guids_in_any_case_and_in_braces() {
    check("4026be43-6b69-e111-8f65-78e7d1620f5e", "guid:4026be43-6b69-e111-8f65-78e7d1620f5e");
    check("A026BE43-6B69-E111-8F65-78E7D1620F5E", "guid:a026be43-6b69-e111-8f65-78e7d1620f5e");
    check("{4026BE43-6b69-e111-8f65-78e7d1620f5e}", "guid:4026be43-6b69-e111-8f65-78e7d1620f5e");
    check("{4026BE43-6b69-e111-8f65-78e7d1620f5e", "syntax error at position 0: unexpected character '{'");
    check("4026be43-6b69-e111-8f65", "syntax error at position 4: a space is missing after the number");
    check("4026be43-6b69-e111-8f65-78e7d1620f5e5", "syntax error at position 4: a space is missing after the number");
}

#[test]
fn dates_and_instants() {
    check("2020-01-31", "date:2020-01-31");
    check("2024-01-31T13:45:00Z", "time:2024-01-31T13:45:00Z");
    check("2024-01-31T13:45Z", "time:2024-01-31T13:45:00Z");
    check("2024-01-31T13:45:00.123Z", "time:2024-01-31T13:45:00.123Z");
    check("2024-01-31T13:45:00+02:00", "time:2024-01-31T11:45:00Z");
    check("2024-01-31T13:45:00-02:30", "time:2024-01-31T16:15:00Z");
    check("2020-02-30", "syntax error at position 0: this is not a date (YYYY-MM-DD)");
    let no_zone = "syntax error at position 0: this is not a date-time with Z or an offset (YYYY-MM-DDThh:mm:ssZ)";
    check("2024-01-31T13:45:00", no_zone);
    check("2024-01-31T25:45:00Z", no_zone);
}

#[test]
fn words_and_enums() {
    check("null", "null:null");
    check(" true ", "bool:true");
    check("false", "bool:false");
    check("Microsoft.Dynamics.CRM.OwnershipTypes'UserOwned'", "enum:Microsoft.Dynamics.CRM.OwnershipTypes'UserOwned'");
    check("True", "syntax error at position 0: expected a literal, found True");
    check("", "syntax error at position 0: expected a literal, found the end");
    check("1 2", "syntax error at position 2: expected the end, found 2");
}

//! The `Prefer` header and context URLs.

use odata::{Preference, parse_context, preferences};

#[test]
fn preferences_of_clients() {
    let check = |header: &str, expected: &[&str]| {
        let shown: Vec<String> =
            preferences(header).map(|it| it.map_or_else(|error| error.to_string(), |it| format!("{it:?}"))).collect();
        assert_eq!(shown, expected, "{header}");
    };
    check("return=representation, odata.maxpagesize=5", &["Return { representation: true }", "MaxPageSize(5)"]);
    check(
        "odata.include-annotations=\"OData.Community.Display.V1.FormattedValue,Microsoft.*\";odata.maxpagesize=2",
        &["IncludeAnnotations([\"OData.Community.Display.V1.FormattedValue\", \"Microsoft.*\"])", "MaxPageSize(2)"],
    );
    check("odata.include-annotations=*", &["IncludeAnnotations([\"*\"])"]);
    check("odata.track-changes,RESPOND-async, ,x=1", &["TrackChanges", "RespondAsync", "Other(\"x\", Some(\"1\"))"]);
    check("continue-on-error=false", &["ContinueOnError(false)"]);
    check(
        "maxpagesize=0,return=all,include-annotations=\"a.*,b\",continue-on-error=1",
        &[
            "syntax error at position 12: maxpagesize is a whole number from 1",
            "syntax error at position 21: return is representation or minimal",
            "syntax error at position 50: an annotation is *, Namespace.* or Namespace.Term",
            "syntax error at position 71: continue-on-error is true or false",
        ],
    );
    assert_eq!(preferences("").next(), None::<Result<Preference, _>>);
}

#[test]
fn contexts() {
    let check = |input: &str, expected: &str| {
        let shown = match parse_context(input) {
            Ok(context) => {
                let text = format!("#{context}");
                assert_eq!(parse_context(&text).unwrap(), context, "{input}");
                text
            }
            Err(error) => error.to_string(),
        };
        assert_eq!(shown, expected, "{input}");
    };
    let same = |text: &str| check(text, text);
    check("https://h/api/data/v9.2/$metadata#contacts", "#contacts");
    same("#contacts(fullname,parentcustomerid_account(name,createdby(fullname)))/$entity");
    same("#contacts(*,@a.b#c,manager+(x))");
    same("#accounts(00000000-0000-0000-0000-000000000001)/contact_customer_accounts(fullname)");
    same("#accounts/$delta");
    same("#Collection(Edm.String)");
    same("#Collection($ref)");
    same("#$ref");
    check("contacts", "syntax error at position 8: a context URL has a #");
    check("#contacts(a)/b", "syntax error at position 13: expected $entity or the end behind the columns, found b");
    check(
        "#contacts/$count",
        "syntax error at position 10: expected $entity, $delta, $link, $deletedEntity or $deletedLink, found $count",
    );
    check(&format!("#a{}", "(a".repeat(200)), "syntax error at position 203: nested deeper than 100 levels");
}

//! What is accepted although a strict reading would not: one test per leniency, named after it, with the client that
//! needs it. Removing one breaks that client.

use odata::{Key, Literal, parse_expand, parse_filter, parse_query, parse_resource_path};

use crate::tree::tree;

fn check(input: &str, expected: &str) {
    let parsed = parse_filter(input).unwrap_or_else(|error| panic!("{input}: {error}"));
    assert_eq!(tree(&parsed), expected, "{input}");
}

#[test]
fn a_quoted_guid_stays_text_for_odata_query() {
    check(
        "contactid eq '00000000-0000-0000-0000-000000000001'",
        "(eq contactid text:'00000000-0000-0000-0000-000000000001')",
    );
}

#[test]
fn a_quoted_guid_key_for_odata_client() {
    // @odata/client 2.21.10 quotes GUID keys unless given as EdmV4.Guid
    let path = parse_resource_path("contacts('00000000-0000-0000-0000-000000000001')").unwrap();
    assert_eq!(path[0].key, Some(Key::Single(Literal::Text("00000000-0000-0000-0000-000000000001".into()))));
}

#[test]
fn spaces_after_commas_for_python_odata() {
    check("(contains(name, 'x'))", "(contains name text:'x')");
    assert_eq!(parse_query("$select=a,+b&$orderby=c,%20d+desc").unwrap().orderby[1].to_string(), "d desc");
}

#[test]
fn a_lambda_variable_named_like_the_navigation_for_odata_query() {
    check(
        "contact_customer_accounts/any(contact_customer_accounts:contact_customer_accounts/lastname eq 'x')",
        "(any contact_customer_accounts contact_customer_accounts (eq contact_customer_accounts/lastname text:'x'))",
    );
}

#[test]
fn milliseconds_for_odata_query() {
    check(
        "not (startswith(name,'zz')) and createdon ge 1970-01-01T00:00:00.000Z",
        "(and (not (startswith name text:'zz')) (ge createdon time:1970-01-01T00:00:00Z))",
    );
}

#[test]
fn the_in_operator_for_odata_query() {
    check("telephone1 in ('1','2')", "(in telephone1 text:'1' text:'2')");
    check("telephone1 in('1', @p)", "(in telephone1 text:'1' @p)");
}

#[test]
fn not_with_and_without_brackets_for_odata_query_and_dynamics_web_api() {
    check("not(a eq 1)", "(not (eq a int:1))");
    check("not a eq 1", "(not (eq a int:1))");
}

#[test]
fn redundant_brackets_for_odata_client() {
    check(
        "((contains(name,'a')) and (((revenue ge 5) or (name eq 'O''x'))))",
        "(and (contains name text:'a') (or (ge revenue int:5) (eq name text:'O''x')))",
    );
}

#[test]
fn single_quotes_in_a_list_for_the_documented_examples() {
    check(
        "Microsoft.Dynamics.CRM.In(PropertyName='lastname',PropertyValues=['OBrian','OBryan'])",
        "(In PropertyName=text:'lastname' PropertyValues=[text:'OBrian' text:'OBryan'])",
    );
}

#[test]
fn encoded_option_names_and_plus_for_python_clients() {
    // PY and python-odata send %24select and + for a space; o.js sends %24 too
    let options = parse_query("%24select=LogicalName%2CEntitySetName&%24filter=LogicalName+eq+%27a%2Bb%27").unwrap();
    assert_eq!(options.select.unwrap().len(), 2);
    assert_eq!(options.filter.unwrap().to_string(), "LogicalName eq 'a+b'");
}

#[test]
fn encoded_alias_names_for_dataverse_gen() {
    let path = parse_resource_path("RetrieveMetadataChanges(Query=%40p0)").unwrap();
    assert_eq!(path[0].key, Some(Key::Arguments(vec![("Query".into(), "@p0".into())])));
    assert_eq!(parse_query("%40p0=%7B%7D").unwrap().aliases, [("p0".to_owned(), "{}".to_owned())]);
}

#[test]
fn encoded_option_names_inside_expand_for_o_js() {
    let options = parse_query("%24expand=a(%24select%3Db%3B%24top%3D1)").unwrap();
    assert_eq!(options.expand[0].to_string(), "a($select=b;$top=1)");
}

#[test]
fn empty_options_for_dataverse_ify() {
    // `WhoAmI?` and `?&$top=1&`
    assert_eq!(parse_query("").unwrap(), odata::QueryOptions::default());
    assert_eq!(parse_query("&$top=1&$select=&$filter=&").unwrap().top, Some(1));
    assert_eq!(parse_expand("a()").unwrap()[0].to_string(), "a");
}

#[test]
fn doubled_and_trailing_slashes_for_xrm_webapi() {
    let path = parse_resource_path("/contacts(1)//fullname/").unwrap();
    assert_eq!(path.iter().map(|it| it.name.as_str()).collect::<Vec<_>>(), ["contacts", "fullname"]);
}

#[test]
fn a_raw_slash_in_a_literal_for_the_documented_examples() {
    let path = parse_resource_path("accounts(name='a/b')/x").unwrap();
    assert_eq!(path.len(), 2);
    check("telephone1 eq 'a/b#c'", "(eq telephone1 text:'a/b#c')");
}

#[test]
fn encoded_quotes_for_dataverse_ify() {
    let path = parse_resource_path("EntityDefinitions(LogicalName=%27a/b%27)/Attributes").unwrap();
    assert_eq!(path[0].key, Some(Key::Named(vec![("LogicalName".into(), Literal::Text("a/b".into()))])));
}

#[test]
fn braces_around_a_guid_for_xrm_style_clients() {
    let guid = Key::Single(odata::parse_literal("4026be43-6b69-e111-8f65-78e7d1620f5e").unwrap());
    for path in
        ["contacts({4026BE43-6B69-E111-8F65-78E7D1620F5E})", "contacts(%7B4026be43-6b69-e111-8f65-78e7d1620f5e%7D)"]
    {
        assert_eq!(parse_resource_path(path).unwrap()[0].key, Some(guid.clone()), "{path}");
    }
}

//! `$select`, `$orderby` and `$expand`, as their printer writes them back.

fn select(input: &str, expected: &[&str]) {
    let shown: Vec<_> = odata::parse_select(input).unwrap().iter().map(ToString::to_string).collect();
    assert_eq!(shown, expected, "{input}");
}

fn orderby(input: &str, expected: &[&str]) {
    let shown: Vec<_> = odata::parse_orderby(input).unwrap().iter().map(ToString::to_string).collect();
    assert_eq!(shown, expected, "{input}");
}

fn expand(input: &str, expected: &[&str]) {
    let shown: Vec<_> = odata::parse_expand(input).unwrap().iter().map(ToString::to_string).collect();
    assert_eq!(shown, expected, "{input}");
}

#[test]
fn selects() {
    select("fullname", &["fullname"]);
    select("a, b/c,_parentcustomerid_value", &["a", "b/c", "_parentcustomerid_value"]);
    select("*", &["*"]);
    select("null_column,not,any", &["null_column", "not", "any"]);
}

#[test]
fn orderbys() {
    orderby("a", &["a"]);
    orderby("a asc,b desc", &["a", "b desc"]);
    orderby("primarycontactid/fullname desc,@p4 asc", &["primarycontactid/fullname desc", "@p4"]);
    orderby("desc desc", &["desc desc"]);
}

#[test]
fn expands() {
    expand("primarycontactid", &["primarycontactid"]);
    expand("a,b($select=c),d/$ref", &["a", "b($select=c)", "d/$ref"]);
    expand(
        "a($orderby=b desc,c;$top=3;$filter=contains(d,';)'))",
        &["a($filter=contains(d,';)');$orderby=b desc,c;$top=3)"],
    );
    expand("a($count=true;$select=*)", &["a($select=*;$count=true)"]);
    expand("a($count=false)", &["a"]);
    expand(
        "Attributes/Microsoft.Dynamics.CRM.PicklistAttributeMetadata($select=LogicalName;$expand=OptionSet($select=Options))",
        &[
            "Attributes/Microsoft.Dynamics.CRM.PicklistAttributeMetadata($select=LogicalName;$expand=OptionSet($select=Options))",
        ],
    );
    let deep = "regardingobjectid_contact_task($select=fullname;$expand=parentcustomerid_account($select=name;$expand=createdby($select=fullname)))";
    expand(deep, &[deep]);
}

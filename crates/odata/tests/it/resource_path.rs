//! Resource paths: segments, keys, arguments.

use odata::{Key, Segment, parse_resource_path};

use crate::tree::literal;

fn show(segment: &Segment) -> String {
    let named = |values: Vec<String>| values.join(" ");
    let key = match &segment.key {
        None => return segment.name.clone(),
        Some(Key::Single(it)) => format!("[{}]", literal(it)),
        Some(Key::Named(it)) => {
            format!("[{}]", named(it.iter().map(|(name, it)| format!("{name}={}", literal(it))).collect()))
        }
        Some(Key::Reference(it)) => format!("<{it}>"),
        Some(Key::Arguments(it)) => {
            format!("{{{}}}", named(it.iter().map(|(name, it)| format!("{name}={it}")).collect()))
        }
    };
    format!("{}{key}", segment.name)
}

fn check(input: &str, expected: &str) {
    let shown = match parse_resource_path(input) {
        Ok(path) => path.iter().map(show).collect::<Vec<_>>().join(" / "),
        Err(error) => error.to_string(),
    };
    assert_eq!(shown, expected, "{input}");
}

#[test]
fn segments() {
    check("", "");
    check("/", "");
    check("contacts", "contacts");
    check("contacts/$count", "contacts / $count");
    check("$metadata", "$metadata");
    check("$1/primarycontactid/$ref", "$1 / primarycontactid / $ref");
    check("accounts(1)/Account_Tasks(2)/$ref", "accounts[int:1] / Account_Tasks[int:2] / $ref");
    check("EntityDefinitions/caf%C3%A9", "EntityDefinitions / café");
}

#[test]
fn keys() {
    check(
        "contacts(00000000-0000-0000-0000-000000000001)/msdyn_gdproptout",
        "contacts[guid:00000000-0000-0000-0000-000000000001] / msdyn_gdproptout",
    );
    check(
        "contacts(contactid=00000000-0000-0000-0000-00000000000A)",
        "contacts[contactid=guid:00000000-0000-0000-0000-00000000000a]",
    );
    check("accounts(accountnumber='A''1')", "accounts[accountnumber=text:'A''1']");
    check("accounts(accountnumber=%27A%27%271%27)", "accounts[accountnumber=text:'A''1']");
    check("x(a='1,2',b=2, c=true)", "x[a=text:'1,2' b=int:2 c=bool:true]");
    check(
        "x(_parent_value=00000000-0000-0000-0000-000000000001)",
        "x[_parent_value=guid:00000000-0000-0000-0000-000000000001]",
    );
    check("x(a='p=q(r)/s')", "x[a=text:'p=q(r)/s']");
    check("x('a=b')", "x[text:'a=b']");
    check("x(a='+')", "x[a=text:'+']");
    check("x%281%29", "x[int:1]");
    check("contacts($1)", "contacts<$1>");
}

#[test]
fn functions() {
    check("WhoAmI()", "WhoAmI{}");
    check("WhoAmI( )", "WhoAmI{}");
    check("RetrieveTotalRecordCount(EntityNames=@p1)", "RetrieveTotalRecordCount{EntityNames=@p1}");
    check("F(a=1,b='x')", "F[a=int:1 b=text:'x']");
    check("F(a=1,b=@p,c=['a','b'])", "F{a=1 b=@p c=['a','b']}");
    check(
        "systemusers(1)/Microsoft.Dynamics.CRM.RetrievePrincipalAccess(Target=@t)",
        "systemusers[int:1] / Microsoft.Dynamics.CRM.RetrievePrincipalAccess{Target=@t}",
    );
    check("F(Target={\"@odata.id\":\"accounts(1)/O'B\"})/x", "F{Target={\"@odata.id\":\"accounts(1)/O'B\"}} / x");
    check("F(t={'@odata.id':'accounts(1)'})", "F{t={'@odata.id':'accounts(1)'}}");
    check("F(id={4026be43-6b69-e111-8f65-78e7d1620f5e})", "F[id=guid:4026be43-6b69-e111-8f65-78e7d1620f5e]");
    check(
        "InitializeFrom(EntityMoniker=@p1,TargetEntityName='contact',TargetFieldType=Microsoft.Dynamics.CRM.TargetFieldType'ValidForCreate')",
        "InitializeFrom{EntityMoniker=@p1 TargetEntityName='contact' TargetFieldType=Microsoft.Dynamics.CRM.TargetFieldType'ValidForCreate'}",
    );
    check("accounts/Microsoft.Dynamics.CRM.CreateMultiple", "accounts / Microsoft.Dynamics.CRM.CreateMultiple");
}

#[test]
fn arguments_are_one_text_form_for_both_kinds() {
    let path = parse_resource_path("F(a=1,b='x')/G(a=@p)/H()/I(5)/J").unwrap();
    let text = |a: &str, b: &str| (a.to_owned(), b.to_owned());
    assert_eq!(path[0].arguments(), Some(vec![text("a", "1"), text("b", "'x'")]));
    assert_eq!(path[1].arguments(), Some(vec![text("a", "@p")]));
    assert_eq!(path[2].arguments(), Some(vec![]));
    assert_eq!(path[3].arguments(), None);
    assert_eq!(path[4].arguments(), None);
}

#[test]
fn refused() {
    let name = "a name begins with a letter or _ and goes on with letters, digits, _ and single dots";
    check("caf%C3%A9%2Fx", &format!("syntax error at position 5: {name}"));
    check("contacts/1", &format!("syntax error at position 9: {name}"));
    check("contacts.(1)", &format!("syntax error at position 8: {name}"));
    check("contacts/$", &format!("syntax error at position 10: {name}"));
    check("contacts/$count/x", "syntax error at position 15: nothing may follow $count");
    check("a(1)/$ref/$count", "syntax error at position 9: nothing may follow $ref");
    check("accounts(name='O'Brien')", "syntax error at position 22: this quote or bracket is not closed");
    check("accounts(1", "syntax error at position 8: this quote or bracket is not closed");
    check("accounts1)", "syntax error at position 9: this bracket closes none");
    check("accounts(1)x", "syntax error at position 12: the segment must end with the closing bracket");
    check("accounts(1)(2)", "syntax error at position 10: this bracket closes none");
    check("a/(1)", "syntax error at position 2: a name is missing before (");
    check("a/accounts(x)", "syntax error at position 11: expected a literal, found x");
    check("accounts(1,2)", "syntax error at position 9: expected name=value");
    check("accounts(a=1,b=x)", "syntax error at position 15: expected a literal, found x");
    check("accounts(%FF)", "syntax error at position 0: this segment is not UTF-8");
}

//! Answers that are tables: `$apply` and FetchXML.

use serde_json::{Value as Json, json};

use crate::site::Site;

const ALL: &[&str] = &["Prefer: odata.include-annotations=\"*\""];

/// Two firms, and three people of whom one belongs to none.
async fn firms(site: &Site) -> (String, String) {
    let elm = site.make("accounts", r#"{"name":"Elm","revenue":1000.5,"numberofemployees":3}"#).await;
    let oak = site.make("accounts", r#"{"name":"Oak","revenue":2000,"numberofemployees":8}"#).await;
    site.make("accounts", r#"{"name":"Yew"}"#).await;
    for (last, job, firm) in [("Ito", "Nurse", Some(&elm)), ("Sato", "Nurse", Some(&oak)), ("Zhou", "Clerk", None)] {
        let firm =
            firm.map_or(String::new(), |it| format!(r#","parentcustomerid_account@odata.bind":"/accounts({it})""#));
        site.make("contacts", &format!(r#"{{"lastname":"{last}","jobtitle":"{job}"{firm}}}"#)).await;
    }
    (elm, oak)
}

async fn apply(site: &Site, path: &str) -> Json {
    site.get(path).await.is(200).json()["value"].clone()
}

async fn fetch(site: &Site, set: &str, headers: &[&str], xml: &str) -> crate::site::Reply {
    let text: String = xml
        .bytes()
        .map(|it| if it.is_ascii_alphanumeric() { char::from(it).to_string() } else { format!("%{it:02X}") })
        .collect();
    site.send("GET", &format!("{set}?fetchXml={text}"), headers, "").await
}

async fn rows(site: &Site, set: &str, xml: &str) -> Vec<Json> {
    fetch(site, set, &[], xml).await.is(200).json()["value"].as_array().unwrap().clone()
}

#[tokio::test]
async fn groups_and_sums() {
    let site = Site::new();
    firms(&site).await;
    let groups = apply(&site, "contacts?$apply=groupby((jobtitle),aggregate($count as n))").await;
    assert_eq!(groups, json!([{ "jobtitle": "Clerk", "n": 1 }, { "jobtitle": "Nurse", "n": 2 }]));
    let sums = "accounts?$apply=aggregate(revenue with sum as total,revenue with average as mean,revenue with min as low,numberofemployees with max as most,numberofemployees with sum as staff,statecode with countdistinct as states,$count as n)";
    let expected =
        json!([{ "total": 3000.5, "mean": 1500.25, "low": 1000.5, "most": 8, "staff": 11, "states": 1, "n": 3 }]);
    assert_eq!(apply(&site, sums).await, expected);
    // A way to another row gives its name; null keys are left out.
    let by_firm = apply(&site, "contacts?$apply=groupby((parentcustomerid_account/name),aggregate($count as n))").await;
    assert_eq!(
        by_firm,
        json!([{ "n": 1 }, { "parentcustomerid_account_name": "Elm", "n": 1 }, { "parentcustomerid_account_name": "Oak", "n": 1 }])
    );
    let filtered = "contacts?$apply=filter(jobtitle eq 'Nurse' and contains(lastname,'o'))/groupby((jobtitle),aggregate($count as n))&$filter=lastname ne 'Sato'";
    assert_eq!(apply(&site, filtered).await, json!([{ "jobtitle": "Nurse", "n": 1 }]));
    assert_eq!(
        apply(&site, "contacts?$apply=groupby((jobtitle))").await,
        json!([{ "jobtitle": "Clerk" }, { "jobtitle": "Nurse" }])
    );
    let labelled = site
        .send("GET", "accounts?$apply=groupby((statecode),aggregate(revenue with sum as total))", ALL, "")
        .await
        .is(200)
        .json();
    assert_eq!(labelled["value"][0]["statecode@OData.Community.Display.V1.FormattedValue"], "Active");
    assert_eq!(labelled["value"][0]["total@OData.Community.Display.V1.FormattedValue"], "3,000.50");
}

#[tokio::test]
async fn groups_below_a_row() {
    let site = Site::new();
    let (elm, _) = firms(&site).await;
    let path = format!("accounts({elm})/contact_customer_accounts?$apply=aggregate($count as n)");
    assert_eq!(apply(&site, &path).await, json!([{ "n": 1 }]));
}

#[tokio::test]
async fn mistakes_in_apply_are_named() {
    let site = Site::new();
    for (text, part) in [
        ("groupby((nosuch))", "nosuch"),
        ("groupby(statecode)", "as in groupby((statecode))"),
        ("aggregate(name with sum as n)", "not a number"),
        ("aggregate(revenue with median as n)", "average"),
        ("aggregate(revenue)", "as in 'revenue with sum as total'"),
        ("topcount(1,revenue)", "groupby"),
        ("groupby((statecode)", "found the end"),
        ("groupby((statecode))/filter(statecode eq 0)", "at its end"),
        ("aggregate(contact_customer_accounts/$count as n)", "$count as name"),
        ("filter(nosuch eq 1)/aggregate($count as n)", "nosuch"),
    ] {
        let error = site.get(&format!("accounts?$apply={text}")).await.is(400).error();
        assert!(error.contains(part), "{text}: {error}");
    }
    site.get("accounts?$apply=aggregate($count as n)&$orderby=n").await.is(400);
}

#[tokio::test]
async fn fetchxml_selects_filters_and_orders() {
    let site = Site::new();
    let (elm, _) = firms(&site).await;
    let found = rows(&site, "contacts", "<fetch><entity name='contact'><attribute name='lastname'/><attribute name='parentcustomerid'/><order attribute='lastname' descending='true'/><filter type='or'><condition attribute='lastname' operator='eq' value='ito'/><filter><condition attribute='jobtitle' operator='like' value='C%k'/><condition attribute='parentcustomerid' operator='null'/></filter></filter></entity></fetch>").await;
    assert_eq!(found.len(), 2);
    // Null values are left out; the primary key always comes.
    assert!(
        found[0]["lastname"] == "Zhou"
            && found[0].get("_parentcustomerid_value").is_none()
            && found[0]["contactid"].is_string()
    );
    assert_eq!(found[1]["_parentcustomerid_value"], elm.as_str());
    assert!(found[1]["@odata.etag"].as_str().unwrap().starts_with("W/\""));
    site.clock.advance(1_000);
    let count = async |condition: &str| {
        rows(&site, "accounts", &format!("<fetch>\n <entity name=\"account\"><attribute name=\"name\" alias=\"n\" /><filter>{condition}</filter></entity>\n</fetch>")).await.len()
    };
    for (condition, expected) in [
        ("<condition attribute='revenue' operator='gt' value='1000.5'/>", 1),
        ("<condition attribute='revenue' operator='between'><value>1000</value><value>2000</value></condition>", 2),
        ("<condition attribute='name' operator='in'><value>Elm</value><value>Oak</value></condition>", 2),
        ("<condition attribute='name' operator='not-like' value='%l%'/>", 2),
        ("<condition attribute='name' operator='begins-with' value='E'/>", 1),
        ("<condition attribute='revenue' operator='not-null'/>", 2),
        ("<condition attribute='statecode' operator='eq' value='0'/>", 3),
        ("<condition attribute='createdon' operator='today'/>", 3),
        ("<condition attribute='createdon' operator='last-x-days' value='2'/>", 3),
        ("<condition attribute='createdon' operator='olderthan-x-days' value='2'/>", 0),
        ("<condition attribute='createdon' operator='on-or-after' value='2026-03-02'/>", 3),
        ("<condition attribute='createdby' operator='eq-userid'/>", 3),
        ("<condition attribute='name' operator='eq' valueof='name'/>", 3),
    ] {
        assert_eq!(count(condition).await, expected, "{condition}");
    }
}

#[tokio::test]
async fn fetchxml_joins_inner_and_outer() {
    let site = Site::new();
    firms(&site).await;
    let query = |kind: &str| {
        format!(
            "<fetch><entity name='account'><attribute name='name'/><order attribute='name'/><link-entity name='contact' from='parentcustomerid' to='accountid' alias='c' link-type='{kind}'><attribute name='lastname'/><attribute name='jobtitle' alias='job'/></link-entity></entity></fetch>"
        )
    };
    let inner = rows(&site, "accounts", &query("inner")).await;
    assert_eq!(inner.len(), 2);
    assert_eq!(
        (inner[0]["name"].as_str(), inner[0]["c.lastname"].as_str(), inner[0]["job"].as_str()),
        (Some("Elm"), Some("Ito"), Some("Nurse"))
    );
    let outer = rows(&site, "accounts", &query("outer")).await;
    assert_eq!(outer.len(), 3);
    assert!(outer[2]["name"] == "Yew" && outer[2].get("c.lastname").is_none());
    // A condition in the outer filter on a joined entity, and the rows without a partner.
    let none = rows(&site, "accounts", "<fetch><entity name='account'><attribute name='name'/><filter><condition entityname='c' attribute='contactid' operator='null'/></filter><link-entity name='contact' from='parentcustomerid' to='accountid' alias='c' link-type='outer'/></entity></fetch>").await;
    assert_eq!((none.len(), none[0]["name"].as_str()), (1, Some("Yew")));
    let nested = rows(&site, "contacts", "<fetch><entity name='contact'><attribute name='lastname'/><link-entity name='account' from='accountid' to='parentcustomerid'><attribute name='ownerid'/><filter><condition attribute='name' operator='eq' value='Oak'/></filter><link-entity name='systemuser' from='systemuserid' to='createdby' alias='u'><attribute name='fullname'/></link-entity></link-entity></entity></fetch>").await;
    assert_eq!(nested.len(), 1, "{nested:?}");
    assert_eq!((nested[0]["lastname"].as_str(), nested[0]["u.fullname"].as_str()), (Some("Sato"), Some("Operations")));
    assert!(nested[0]["account1.ownerid"].is_string(), "{nested:?}");
}

#[tokio::test]
async fn fetchxml_aggregates() {
    let site = Site::new();
    firms(&site).await;
    let query = "<fetch aggregate='true'><entity name='account'><attribute name='revenue' aggregate='sum' alias='total'/><attribute name='revenue' aggregate='avg' alias='mean'/><attribute name='revenue' aggregate='min' alias='low'/><attribute name='numberofemployees' aggregate='max' alias='most'/><attribute name='accountid' aggregate='count' alias='rows'/><attribute name='revenue' aggregate='countcolumn' alias='filled'/><attribute name='statecode' aggregate='countcolumn' distinct='true' alias='states'/></entity></fetch>";
    let sums = rows(&site, "accounts", query).await;
    assert_eq!(
        json!(sums),
        json!([{ "total": 3000.5, "mean": 1500.25, "low": 1000.5, "most": 8, "rows": 3, "filled": 2, "states": 1 }])
    );
    let query = "<fetch aggregate='true'><entity name='contact'><attribute name='contactid' aggregate='count' alias='n'/><attribute name='jobtitle' groupby='true' alias='job'/><order alias='n' descending='true'/><link-entity name='account' from='accountid' to='parentcustomerid' alias='a' link-type='outer'><attribute name='revenue' aggregate='sum' alias='total'/></link-entity></entity></fetch>";
    let groups = rows(&site, "contacts", query).await;
    assert_eq!(json!(groups), json!([{ "n": 2, "job": "Nurse", "total": 3000.5 }, { "n": 1, "job": "Clerk" }]));
    let distinct = rows(&site, "contacts", "<fetch distinct='true'><entity name='contact'><attribute name='jobtitle'/><order attribute='jobtitle'/></entity></fetch>").await;
    assert_eq!(json!(distinct), json!([{ "jobtitle": "Clerk" }, { "jobtitle": "Nurse" }]));
}

#[tokio::test]
async fn fetchxml_pages_by_cookie_and_by_number() {
    let site = Site::new();
    for name in ["A", "B", "C"] {
        site.make("contacts", &format!(r#"{{"lastname":"{name}"}}"#)).await;
    }
    let query = |more: &str| {
        format!(
            "<fetch count='1' returntotalrecordcount='true' {more}><entity name='contact'><attribute name='lastname'/><order attribute='lastname'/></entity></fetch>"
        )
    };
    let first = fetch(&site, "contacts", ALL, &query("page='1'")).await.is(200).json();
    assert_eq!(
        (first["value"][0]["lastname"].as_str(), &first["@Microsoft.Dynamics.CRM.totalrecordcount"]),
        (Some("A"), &json!(3))
    );
    assert_eq!(first["@Microsoft.Dynamics.CRM.morerecords"], true);
    let cookie = first["@Microsoft.Dynamics.CRM.fetchxmlpagingcookie"].as_str().unwrap();
    assert!(
        cookie.starts_with("<cookie pagenumber=\"2\" pagingcookie=\"%253Ccookie%2520page%253D%25221%2522"),
        "{cookie}"
    );
    // What clients make of it: decoded twice, and escaped for XML.
    let inner = cookie.split("pagingcookie=\"").nth(1).unwrap().split('"').next().unwrap();
    let decode = |text: &str| percent_encoding::percent_decode_str(text).decode_utf8().unwrap().into_owned();
    let inner = decode(&decode(inner)).replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
    // A row before the end of the page does not shift the next one.
    site.make("contacts", r#"{"lastname":"0"}"#).await;
    let second =
        fetch(&site, "contacts", ALL, &query(&format!("page='2' paging-cookie='{inner}'"))).await.is(200).json();
    assert_eq!(second["value"][0]["lastname"], "B");
    let by_number = fetch(&site, "contacts", &[], &query("page='3'")).await.is(200).json();
    assert_eq!(by_number["value"][0]["lastname"], "B");
    assert!(by_number.get("@Microsoft.Dynamics.CRM.morerecords").is_none());
    let last = fetch(&site, "contacts", ALL, &query("page='4'")).await.is(200).json();
    assert!(
        last.get("@Microsoft.Dynamics.CRM.morerecords").is_none()
            && last.get("@Microsoft.Dynamics.CRM.fetchxmlpagingcookie").is_none()
    );
    let top = fetch(&site, "contacts", ALL, "<fetch top='1'><entity name='contact'/></fetch>").await.is(200).json();
    assert_eq!(top["value"].as_array().unwrap().len(), 1);
    assert!(top["value"][0]["statecode"] == 0 && top.get("@Microsoft.Dynamics.CRM.morerecords").is_none());
}

#[tokio::test]
async fn mistakes_in_fetchxml_are_named() {
    let site = Site::new();
    for (text, part) in [
        ("<fetch", "position"),
        ("<fetch/>", "one <entity>"),
        ("<fetch><entity name='account'/></fetch>", "asks for account"),
        ("<fetch><entity name='contact'><attribute name='nosuch'/></entity></fetch>", "nosuch"),
        (
            "<fetch><entity name='contact'><filter><condition attribute='nosuch' operator='null'/></filter></entity></fetch>",
            "nosuch",
        ),
        (
            "<fetch><entity name='contact'><filter><condition attribute='lastname' operator='sounds-like' value='x'/></filter></entity></fetch>",
            "SoundsLike",
        ),
        (
            "<fetch><entity name='contact'><filter><condition attribute='statecode' operator='eq' value='open'/></filter></entity></fetch>",
            "a number",
        ),
        (
            "<fetch><entity name='contact'><filter><condition entityname='x' attribute='lastname' operator='null'/></filter></entity></fetch>",
            "alias 'x'",
        ),
        (
            "<fetch><entity name='contact'><link-entity name='account' from='nosuch' to='contactid'/></entity></fetch>",
            "nosuch",
        ),
        ("<fetch><entity name='contact'><link-entity name='account'/></entity></fetch>", "'from'"),
        (
            "<fetch aggregate='true'><entity name='contact'><attribute name='lastname' aggregate='sum' alias='x'/></entity></fetch>",
            "not a number",
        ),
        (
            "<fetch aggregate='true'><entity name='contact'><attribute name='lastname' groupby='true'/></entity></fetch>",
            "alias",
        ),
        ("<!DOCTYPE x [<!ENTITY a 'b'>]><fetch/>", "document type"),
        ("<fetch page='x'><entity name='contact'/></fetch>", "whole number"),
        (
            "<fetch count='1' page='2' paging-cookie='&lt;cookie page=&quot;1&quot;&gt;&lt;row last=&quot;forged&quot; /&gt;'><entity name='contact'/></fetch>",
            "first page",
        ),
    ] {
        let error = fetch(&site, "contacts", &[], text).await.is(400).error();
        assert!(error.contains(part), "{text}: {error}");
    }
    let deep = format!("{}{}", "<a>".repeat(1500), "</a>".repeat(1500));
    assert!(fetch(&site, "contacts", &[], &deep).await.is(400).error().contains("too deeply"));
    // Secret columns are asked for by nobody.
    for query in [
        "<fetch><entity name='assent_token'><attribute name='assent_hash'/></entity></fetch>",
        "<fetch><entity name='assent_token'><filter><condition attribute='assent_hash' operator='not-null'/></filter></entity></fetch>",
        "<fetch aggregate='true'><entity name='assent_token'><attribute name='assent_hash' aggregate='max' alias='x'/></entity></fetch>",
        "<fetch><entity name='assent_token'><link-entity name='assent_token' from='assent_hash' to='assent_hash'/></entity></fetch>",
    ] {
        fetch(&site, "assent_tokens", &[], query).await.is(400);
    }
    site.get("assent_tokens?$apply=groupby((assent_hash))").await.is(400);
}

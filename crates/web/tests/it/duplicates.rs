//! Duplicate detection: rules, writes that ask for them, and the question by itself.

use serde_json::{Value as Json, json};

use crate::site::Site;

const ASK: &str = "MSCRM.SuppressDuplicateDetection: false";

/// A rule on contacts with these conditions: column, criterion, number of characters.
async fn rule(site: &Site, conditions: &[(&str, i64, Option<i64>)]) -> String {
    let conditions: Vec<Json> = conditions
        .iter()
        .map(|(column, operator, characters)| {
            json!({ "baseattributename": column, "matchingattributename": column, "operatorcode": operator,
                    "operatorparam": characters, "ignoreblankvalues": true })
        })
        .collect();
    let body = json!({ "name": "Same person", "baseentityname": "contact", "matchingentityname": "contact",
                       "DuplicateRule_DuplicateRuleConditions": conditions });
    site.make("duplicaterules", &body.to_string()).await
}

async fn publish(site: &Site, rule: &str) -> crate::site::Reply {
    site.post(&format!("duplicaterules({rule})/Microsoft.Dynamics.CRM.PublishDuplicateRule"), "{}").await
}

async fn create(site: &Site, body: &str) -> crate::site::Reply {
    site.send("POST", "contacts", &[ASK], body).await
}

#[tokio::test]
async fn writes_that_ask_are_refused() {
    let site = Site::new();
    let rule = rule(&site, &[("lastname", 0, None), ("firstname", 1, Some(2))]).await;
    site.make("contacts", r#"{"firstname":"Anna","lastname":"Ito"}"#).await;
    let anne = r#"{"firstname":"Anne","lastname":"ITO"}"#;
    // Nobody asks for a rule that is not published, and a write that does not ask is not asked.
    let first = create(&site, anne).await.is(204);
    site.send("DELETE", first.header("odata-entityid").split("v9.2/").nth(1).unwrap(), &[], "").await.is(204);
    publish(&site, &rule).await.is(200);
    let error = create(&site, anne).await.is(412).error();
    assert!(error.starts_with("412 0x80040333") && error.contains("'Same person'"), "{error}");
    assert_eq!(site.get("contacts/$count").await.text.trim_start_matches('\u{feff}'), "1");
    for headers in [&[][..], &["MSCRM.SuppressDuplicateDetection: true"]] {
        site.send("POST", "contacts", headers, r#"{"firstname":"Antje","lastname":"Ito"}"#).await.is(204);
    }
    // One condition that fails is enough to pass; so is a blank value.
    create(&site, r#"{"firstname":"Bea","lastname":"Ito"}"#).await.is(204);
    create(&site, r#"{"lastname":"Ito"}"#).await.is(204);
    // A name that is shorter than what is compared is compared as it is.
    create(&site, r#"{"firstname":"A","lastname":"Ito"}"#).await.is(204);
    // What looks like a pattern is text.
    create(&site, r#"{"firstname":"A%","lastname":"Ito"}"#).await.is(204);
}

#[tokio::test]
async fn updates_upserts_and_parts_of_batches_ask_too() {
    let site = Site::new();
    let rule = rule(&site, &[("emailaddress1", 0, None)]).await;
    publish(&site, &rule).await.is(200);
    let mail = |it: &str| format!(r#"{{"lastname":"X","emailaddress1":"{it}@example.com"}}"#);
    let one = site.make("contacts", &mail("one")).await;
    let other = site.make("contacts", &mail("two")).await;
    let path = format!("contacts({other})");
    // A row is no duplicate of itself.
    site.send("PATCH", &path, &[ASK], r#"{"jobtitle":"Nurse"}"#).await.is(204);
    site.send("PATCH", &path, &[ASK], r#"{"emailaddress1":"ONE@example.com"}"#).await.is(412);
    site.send("PUT", &format!("{path}/emailaddress1"), &[ASK], r#"{"value":"one@example.com"}"#).await.is(412);
    assert_eq!(site.get(&path).await.json()["emailaddress1"], "two@example.com");
    let new = "contacts(00000000-0000-0000-0000-0000000000aa)";
    site.send("PATCH", new, &[ASK], &mail("one")).await.is(412);
    site.get(new).await.is(404);
    let part = format!(
        "--b\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\nPOST contacts HTTP/1.1\r\nContent-Type: application/json\r\n{ASK}\r\n\r\n{}\r\n--b--\r\n",
        mail("one")
    );
    let reply = site.send("POST", "$batch", &["Content-Type: multipart/mixed; boundary=b"], &part).await.is(412);
    assert!(reply.text.contains("0x80040333"), "{}", reply.text);
    // An inactive row counts unless the rule says otherwise.
    site.patch(&format!("contacts({one})"), r#"{"statecode":1}"#).await.is(204);
    create(&site, &mail("one")).await.is(412);
    site.patch(&format!("duplicaterules({rule})"), r#"{"excludeinactiverecords":true}"#).await.is(204);
    create(&site, &mail("one")).await.is(204);
}

#[tokio::test]
async fn dates_and_last_characters() {
    let site = Site::new();
    let rule = rule(&site, &[("birthdate", 3, None), ("telephone1", 2, Some(4))]).await;
    publish(&site, &rule).await.is(200);
    site.make("contacts", r#"{"lastname":"X","birthdate":"1990-02-03","telephone1":"+49 30 1234"}"#).await;
    create(&site, r#"{"lastname":"Y","birthdate":"1990-02-03","telephone1":"0301234"}"#).await.is(412);
    create(&site, r#"{"lastname":"Y","birthdate":"1990-02-04","telephone1":"0301234"}"#).await.is(204);
}

#[tokio::test]
async fn a_rule_that_cannot_be_asked_is_not_published() {
    let site = Site::new();
    let none = rule(&site, &[]).await;
    assert!(publish(&site, &none).await.is(400).error().contains("without a condition"));
    let condition = |base: &str, operator: i64, matching: &str| {
        json!({ "regardingobjectid@odata.bind": format!("/duplicaterules({none})"), "baseattributename": base,
                "operatorcode": operator, "matchingattributename": matching })
        .to_string()
    };
    for (body, part) in [
        (condition("nosuch", 0, "lastname"), "nosuch"),
        (condition("lastname", 0, "birthdate"), "different types"),
        (condition("lastname", 1, "lastname"), "how many characters"),
        (condition("lastname", 3, "lastname"), "compares a date"),
        (condition("lastname", 9, "lastname"), "operatorcode"),
    ] {
        let error = site.post("duplicateruleconditions", &body).await.is(400).error();
        assert!(error.contains(part), "{body}: {error}");
    }
    let wrong = r#"{"name":"x","baseentityname":"nosuch","matchingentityname":"contact"}"#;
    assert!(site.post("duplicaterules", wrong).await.is(400).error().contains("baseentityname"));
    // What is in force does not change under those who rely on it.
    site.make("duplicateruleconditions", &condition("lastname", 0, "lastname")).await;
    publish(&site, &none).await.is(200);
    site.post("duplicateruleconditions", &condition("firstname", 0, "firstname")).await.is(409);
    site.patch(&format!("duplicaterules({none})"), r#"{"baseentityname":"lead"}"#).await.is(409);
    site.post("UnpublishDuplicateRule", &format!(r#"{{"DuplicateRuleId":"{none}"}}"#)).await.is(204);
    site.patch(&format!("duplicaterules({none})"), r#"{"description":"x"}"#).await.is(204);
    site.make("duplicateruleconditions", &condition("firstname", 0, "firstname")).await;
}

#[tokio::test]
async fn duplicates_are_retrieved() {
    let site = Site::new();
    let rule = rule(&site, &[("lastname", 0, None)]).await;
    publish(&site, &rule).await.is(200);
    let ito = site.make("contacts", r#"{"lastname":"Ito"}"#).await;
    site.make("contacts", r#"{"lastname":"ito"}"#).await;
    let ask = async |entity: &str, paging: &str| {
        let path = format!(
            "RetrieveDuplicates(BusinessEntity=@a,MatchingEntityName='contact',PagingInfo=@b)?@a={entity}&@b={paging}"
        );
        let path = path.replace('{', "%7B").replace('}', "%7D").replace('"', "%22");
        site.get(&path).await.is(200).json()["value"].as_array().unwrap().len()
    };
    let described = r#"{"@odata.type":"Microsoft.Dynamics.CRM.contact","lastname":"ITO"}"#;
    assert_eq!(ask(described, r#"{"PageNumber":1,"Count":50}"#).await, 2);
    assert_eq!(ask(described, r#"{"PageNumber":2,"Count":1}"#).await, 1);
    assert_eq!(ask(described, r#"{"PageNumber":3,"Count":1}"#).await, 0);
    assert_eq!(ask(&format!("{{'@odata.id':'contacts({ito})'}}"), "null").await, 1);
}

//! What a body may hold, and what is wrong with it in words that name the place.

use axum::{body::Body, http::Request};

use kernel::{Change, Error, Op, Registry, Rule, Tx};

use crate::site::{ONE, Site};

fn demand_a_reason(tx: &mut Tx<'_>, _: &mut Change) -> kernel::Result<()> {
    match tx.cx().justification.as_deref() {
        Some("asked for by phone") => Ok(()),
        _ => Err(Error::invalid("lastname@Assent.Justification", "is missing; give the reason of this change")),
    }
}

#[tokio::test]
async fn a_rule_sees_the_reason_that_a_body_gives() {
    let rule = Rule::before("contact", Op::Update, &["lastname"], demand_a_reason);
    let site = Site::with(Registry::default().with(&[rule], &[], &[]));
    let id = site.make("contacts", r#"{"lastname":"Ito"}"#).await;
    let path = format!("contacts({id})");
    assert_eq!(
        site.patch(&path, r#"{"lastname":"Sato"}"#).await.error(),
        "400 0x80048d19 lastname@Assent.Justification: is missing; give the reason of this change"
    );
    let reason = r#""lastname@Assent.Justification":"asked for by phone""#;
    site.patch(&path, &format!(r#"{{"lastname":"Sato",{reason}}}"#)).await.is(204);
    site.send("PUT", &format!("{path}/lastname"), &[], &format!(r#"{{"value":"Pike",{reason}}}"#)).await.is(204);
}

#[tokio::test]
async fn acting_as_somebody_who_is_not_there_is_refused_by_name() {
    let site = Site::new();
    let reply = site.send("GET", "WhoAmI", &[&format!("CallerObjectId: {ONE}")], "").await.is(403);
    assert!(reply.error().contains("callerobjectid"), "{}", reply.text);
}

#[tokio::test]
async fn mistakes_name_the_place_and_the_fix() {
    let site = Site::new();
    let error = async |body: &str| site.post("contacts", body).await.error();
    assert_eq!(
        error(r#"{"lastnme":"Ito"}"#).await,
        "400 0x80048d19 Error identified in Payload provided by the user for Entity :'contacts' ----> InnerException : An undeclared \
         property 'lastnme' which only has property annotations in the payload but no property value was found in the payload. Could \
         not find a property named 'lastnme' on type 'Microsoft.Dynamics.CRM.contact'. Did you mean 'lastname'?"
    );
    assert_eq!(error(r#"{"lastname":5}"#).await, "400 0x80048d19 lastname: takes text");
    assert_eq!(error(r#"{"birthdate":"soon"}"#).await, "400 0x80048d19 birthdate: takes a date, YYYY-MM-DD");
    assert_eq!(error(r#"{"firstname":"#).await, "400 0x80048d19 body: is malformed JSON at line 1, column 13");
    assert_eq!(error("").await, "400 0x80048d19 body: is empty; send a JSON object");
    assert_eq!(error("[]").await, "400 0x80048d19 body: must be a JSON object");
    assert_eq!(
        error(r#"{"emailaddress1":"nobody"}"#).await,
        "400 0x80048d19 emailaddress1: is not a mail address; write name@domain.example"
    );
    let long = format!(r#"{{"firstname":"{}"}}"#, "x".repeat(51));
    assert_eq!(error(&long).await, "400 0x80044331 firstname: has 51 characters; at most 50 fit");
    assert_eq!(
        error(r#"{"_parentcustomerid_value":"00000000-0000-0000-0000-000000000001"}"#).await,
        "400 0x80048d19 _parentcustomerid_value: is a lookup; write \"parentcustomerid_account@odata.bind\": \"/<set>(<GUID>)\" instead"
    );
    assert_eq!(
        site.post("accounts", "{}").await.error(),
        "400 0x80040203 name: 'Account name' is required; give it a value"
    );
}

#[tokio::test]
async fn a_body_may_be_lenient() {
    let site = Site::new();
    // dataverse-ify encodes a body twice.
    let twice = serde_json::to_string(r#"{"lastname":"Ito"}"#).unwrap();
    site.post("contacts", &twice).await.is(204);
    // python-odata sends null for what the server fills in.
    site.post("contacts", r#"{"lastname":"Ito","createdon":null,"statecode":null,"versionnumber":null}"#).await.is(204);
    // Annotations of the client's own are ignored.
    let noted = format!(
        r##"{{"@odata.type":"#Microsoft.Dynamics.CRM.contact","contactid":"{ONE}","lastname@x.y":"z","lastname":"Ito"}}"##
    );
    site.post("contacts", &noted).await.is(204);
    site.patch(
        &format!("contacts({ONE})"),
        r#"{"lastname":"Sato","lastname@Assent.Justification":"asked for by phone"}"#,
    )
    .await
    .is(204);
}

#[tokio::test]
async fn lookups_are_bound_in_four_ways_and_cleared_by_null() {
    let site = Site::new();
    let account = site.make("accounts", r#"{"name":"Rowan"}"#).await;
    for reference in [
        format!("/accounts({account})"),
        format!("accounts({account})"),
        format!("https://records.example/api/data/v9.1/accounts({account})"),
        format!("https:/records.example/api/data/v9.1//accounts({account})"),
    ] {
        let body = format!(r#"{{"lastname":"Ito","parentcustomerid_account@odata.bind":"{reference}"}}"#);
        let id = site.make("contacts", &body).await;
        let row = site.get(&format!("contacts({id})")).await.json();
        assert_eq!(row["_parentcustomerid_value"], account.as_str());
        site.patch(&format!("contacts({id})"), r#"{"parentcustomerid_account@odata.bind":null}"#).await.is(204);
        assert!(site.get(&format!("contacts({id})")).await.json()["_parentcustomerid_value"].is_null());
    }
    let contact = site.make("contacts", r#"{"lastname":"Ito","assent_externalid":"K1"}"#).await;
    let body = r#"{"name":"Hazel","primarycontactid@odata.bind":"/contacts(assent_externalid='K1')"}"#;
    let id = site.make("accounts", body).await;
    assert_eq!(site.get(&format!("accounts({id})")).await.json()["_primarycontactid_value"], contact.as_str());
    site.patch(&format!("accounts({id})"), r#"{"primarycontactid":null}"#).await.is(204);
    let wrong = format!(r#"{{"name":"x","primarycontactid@odata.bind":"/accounts({account})"}}"#);
    site.post("accounts", &wrong).await.is(400);
    let missing = format!(r#"{{"name":"x","primarycontactid@odata.bind":"/contacts({ONE})"}}"#);
    site.post("accounts", &missing).await.is(400);
}

#[tokio::test]
async fn a_deep_insert_makes_all_rows_or_none() {
    let site = Site::new();
    let body = r#"{"name":"Rowan","primarycontactid":{"lastname":"Ito"},
        "contact_customer_accounts":[{"lastname":"Okafor","Contact_Tasks":[{"subject":"Call"}]},{"lastname":"Sato"}]}"#;
    let id = site.make("accounts", body).await;
    let read = site.get(&format!("accounts({id})?$select=name&$expand=primarycontactid($select=lastname),contact_customer_accounts($select=lastname;$orderby=lastname;$expand=Contact_Tasks($select=subject))")).await.is(200).json();
    assert_eq!(read["primarycontactid"]["lastname"], "Ito");
    assert_eq!(read["contact_customer_accounts"][0]["Contact_Tasks"][0]["subject"], "Call");
    assert_eq!(read["contact_customer_accounts"][1]["Contact_Tasks"], serde_json::json!([]));
    site.post("accounts", r#"{"name":"Birch","contact_customer_accounts":[{"lastname":"A"},{"lastname":5}]}"#)
        .await
        .is(400);
    assert_eq!(site.get("accounts/$count").await.text, "\u{feff}1");
}

#[tokio::test]
async fn a_body_has_a_limit_that_the_answer_names() {
    let site = Site::new();
    let body = " ".repeat(10 * 1024 * 1024 + 1);
    assert_eq!(
        site.post("contacts", &body).await.error(),
        "413 0x80048d19 body: is larger than 10485760 bytes, the limit of a request"
    );
    site.post("contacts", &format!("{{\"lastname\":\"Ito\"}}{}", " ".repeat(10 * 1024 * 1024 - 20))).await.is(204);
    let long = format!("contacts?$filter=lastname eq '{}'", "x".repeat(33 * 1024));
    site.get(&long).await.is(414);
}

#[tokio::test]
async fn a_request_needs_a_token_in_force() {
    let site = Site::new();
    let send = async |token: Option<String>| {
        let mut request = Request::builder().uri("/api/data/v9.2/WhoAmI");
        if let Some(token) = token {
            request = request.header("Authorization", format!("Bearer {token}"));
        }
        site.raw(request.body(Body::empty()).unwrap()).await
    };
    for token in [None, Some("ast_wrong".to_owned()), Some(String::new())] {
        let refused = send(token).await.is(401);
        assert!(refused.header("www-authenticate").starts_with("Bearer authorization_uri=https://records.example/"));
        assert!(refused.json()["error"]["message"].is_string());
    }
    let me = send(Some(site.token.clone())).await.is(200).json();
    assert!(me["UserId"].is_string() && me["BusinessUnitId"].is_string() && me["OrganizationId"].is_string());
    // A role limits what can be done.
    let cx = site.app.cx.clone();
    let expires = Some("2026-03-03T00:00:00Z".parse().unwrap());
    let marketer = site.app.db.write(&cx, move |tx| web::token::create(tx, "Mailings", "marketer", expires)).unwrap();
    let as_marketer = async |method: &str, path: &str, body: &str| {
        let request = Request::builder().method(method).uri(format!("/api/data/v9.2/{path}"));
        let request = request.header("Authorization", format!("bearer {marketer}"));
        site.raw(request.body(Body::from(body.to_owned())).unwrap()).await
    };
    as_marketer("GET", "contacts", "").await.is(200);
    let refused = as_marketer("POST", "accounts", r#"{"name":"x"}"#).await.error();
    assert!(refused.starts_with("403 0x80040220 "), "{refused}");
    as_marketer(
        "POST",
        "EntityDefinitions(LogicalName='contact')/Attributes",
        r##"{"@odata.type":"#Microsoft.Dynamics.CRM.StringAttributeMetadata","SchemaName":"new_Size"}"##,
    )
    .await
    .is(403);
    // Revoking acts at once, and so does the end of its life.
    let rows = site.get("assent_tokens?$select=assent_name&$filter=assent_name eq 'Mailings'").await.json();
    let id = rows["value"][0]["assent_tokenid"].as_str().unwrap().to_owned();
    site.patch(&format!("assent_tokens({id})"), r#"{"assent_revokedon":"2026-03-02T10:30:00Z"}"#).await.is(204);
    as_marketer("GET", "contacts", "").await.is(401);
    site.patch(&format!("assent_tokens({id})"), r#"{"assent_revokedon":null}"#).await.is(204);
    as_marketer("GET", "contacts", "").await.is(200);
    site.clock.advance(24 * 3_600_000);
    as_marketer("GET", "contacts", "").await.is(401);
}

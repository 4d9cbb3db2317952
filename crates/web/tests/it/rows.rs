//! What a list does with all rows of a view; forms as rows; the application's way in.

use axum::{body::Body, http::Request};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::json;

use crate::{
    browser::Browser,
    site::{Reply, Site},
};

const ULM: &str = "<fetch><entity name='account'><attribute name='name'/><attribute name='address1_city'/><attribute name='primarycontactid'/><attribute name='statecode'/><filter><condition attribute='address1_city' operator='eq' value='Ulm'/></filter><order attribute='name'/></entity></fetch>";

async fn firms() -> Site {
    let site = Site::new();
    let ada = site.make("contacts", r#"{"firstname":"Ada","lastname":"Elm"}"#).await;
    for (name, city) in [("Elm", "Bonn"), ("=Oak", "Ulm"), ("Yew", "Ulm")] {
        let body =
            json!({ "name": name, "address1_city": city, "primarycontactid@odata.bind": format!("contacts({ada})") });
        site.make("accounts", &body.to_string()).await;
    }
    site
}

fn query(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

async fn count(site: &Site, text: &str) -> u64 {
    let text = query(&text.replace('\'', "''"));
    site.get(&format!("assent_CountRows(FetchXml=@q)?@q='{text}'")).await.is(200).json()["Count"].as_u64().unwrap()
}

async fn export(site: &Site, text: &str, format: &str, token: &str) -> Reply {
    let address = format!("/api/export/v9.2?fetchXml={}&format={format}", query(text));
    let request = Request::builder().uri(address).header("Authorization", format!("Bearer {token}"));
    site.raw(request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn rows_of_a_view_are_counted_and_exported() {
    let site = firms().await;
    assert_eq!(count(&site, ULM).await, 2);
    assert_eq!(count(&site, "<fetch><entity name='account'/></fetch>").await, 3);
    let file = export(&site, ULM, "csv", &site.token).await.is(200);
    let lines: Vec<&str> = file.text.lines().collect();
    // A name that a spreadsheet would take for a formula is marked.
    assert_eq!(
        lines,
        ["Account name,City,Primary contact,Status", "'=Oak,Ulm,Ada Elm,Active", "Yew,Ulm,Ada Elm,Active"]
    );
    assert!(file.header("content-disposition").contains("accounts.csv"));
    let grouped = "<fetch aggregate='true'><entity name='account'><attribute name='address1_city' groupby='true' alias='city'/><attribute name='accountid' aggregate='count' alias='many'/><order alias='city'/></entity></fetch>";
    let file = export(&site, grouped, "csv", &site.token).await.is(200);
    assert_eq!(file.text.lines().collect::<Vec<_>>(), ["city,many", "Bonn,1", "Ulm,2"]);
    export(&site, ULM, "pdf", &site.token).await.is(400);
    assert!(export(&site, "<fetch/>", "csv", &site.token).await.is(400).error().contains("<entity>"));
    let make = |tx: &mut kernel::Tx<'_>| web::token::create(tx, "Seller", "sales-person", None);
    let seller = site.app.db.write(&site.app.cx, make).unwrap();
    assert!(export(&site, ULM, "csv", &seller).await.is(403).error().contains("prvExportToExcel"));
}

#[tokio::test]
async fn more_rows_than_a_page_are_exported() {
    let site = Site::new();
    for _ in 0..3 {
        let all: Vec<_> = (0..700).map(|it| json!({ "name": format!("Firm {it}") })).collect();
        site.post("accounts/Microsoft.Dynamics.CRM.CreateMultiple", &json!({ "Targets": all }).to_string())
            .await
            .is(200);
    }
    let plain = "<fetch><entity name='account'><attribute name='name'/></entity></fetch>";
    let text = export(&site, plain, "csv", &site.token).await.is(200).text;
    assert_eq!(text.lines().count(), 2_101);
    let distinct = plain.replace("<fetch>", "<fetch distinct='true'>");
    let text = export(&site, &distinct, "csv", &site.token).await.is(200).text;
    assert_eq!(text.lines().count(), 701);
}

#[tokio::test]
async fn what_was_confirmed_is_what_happens() {
    let site = firms().await;
    let change = |expect: u64, values: &str| {
        json!({ "FetchXml": ULM, "Expect": expect, "Values": values, "Because": "moved" }).to_string()
    };
    let refused = site.post("assent_UpdateRows", &change(3, r#"{"address1_city":"Bonn"}"#)).await.is(409);
    assert!(refused.error().contains("3 rows were confirmed, the query has 2"), "{}", refused.error());
    for values in ["", "[]", r#"{"nothing":1}"#, r#"{"accountid":"00000000-0000-0000-0000-000000000009"}"#] {
        site.post("assent_UpdateRows", &change(2, values)).await.is(400);
    }
    let grouped = ULM.replace("<fetch>", "<fetch distinct='true'>");
    site.post("assent_DeleteRows", &json!({ "FetchXml": grouped, "Expect": 2 }).to_string()).await.is(400);
    assert_eq!(count(&site, ULM).await, 2);
    let done = site.post("assent_UpdateRows", &change(2, r#"{"address1_city":"Bonn"}"#)).await.is(200);
    assert_eq!(done.json()["Changed"], 2);
    let rows = site.get("accounts?$filter=name eq 'Yew'").await.json();
    let id = rows["value"][0]["accountid"].as_str().unwrap().to_owned();
    let history = site.get(&format!("assent_RecordHistory(Entity='account',Id={id})")).await.is(200).json();
    let last = history["Changes"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(
        (&last["Justification"], &last["Values"]),
        (&json!("moved"), &json!({ "address1_city": ["Ulm", "Bonn"] }))
    );
    let bonn = ULM.replace("Ulm", "Bonn");
    site.post("assent_DeleteRows", &json!({ "FetchXml": bonn, "Expect": 2 }).to_string()).await.is(409);
    let done = site.post("assent_DeleteRows", &json!({ "FetchXml": bonn, "Expect": 3 }).to_string()).await.is(200);
    assert_eq!(done.json()["Deleted"], 3);
    assert_eq!(count(&site, &bonn).await, 0);
}

#[tokio::test]
async fn a_form_is_what_the_file_says_until_somebody_changes_it() {
    let site = Site::new();
    let definition = site.get("EntityDefinitions(LogicalName='account')").await.is(200).json();
    let sections = definition["Assent.Layout"]["tabs"][0]["sections"].as_array().unwrap();
    assert!(sections[0]["columns"].as_array().unwrap().contains(&json!("name")));
    let form = |layout: &str| json!({ "name": "Account", "objecttypecode": "account", "formjson": layout }).to_string();
    for (layout, why) in [
        ("", "formjson"),
        ("{}", "tabs"),
        (r#"{"tabs":[{"sections":[{"columns":["nothing"]}]}]}"#, "nothing"),
        (r#"{"tabs":[{"sections":[{"columns":["name","name"]}]}]}"#, "twice"),
    ] {
        let refused = site.post("systemforms", &form(layout)).await.is(400);
        assert!(refused.error().contains(why), "{}", refused.error());
    }
    let layout = r#"{"tabs":[{"label":{"en":"All"},"sections":[{"columns":["name"],"roles":["marketer"]}]}]}"#;
    let id = site.make("systemforms", &form(layout)).await;
    // An entity has one main form.
    site.post("systemforms", &form(layout)).await.is(412);
    site.send("DELETE", &format!("systemforms({id})"), &[], "").await.is(204);
}

#[tokio::test]
async fn our_own_page_asks_with_its_session() {
    let site = Site::new();
    let path =
        site.app.db.write(&site.app.cx, |tx| web::signin::link::make(tx, None, web::signin::link::Purpose::SignIn));
    let mut browser = Browser::default();
    let path = path.unwrap();
    browser.get(&site, &path).await.is(200);
    browser.post(&site, &path, &[]).await.is(303);
    let ask = |method: &str, headers: &[(&str, &str)]| {
        let mut request = Request::builder().method(method.to_owned().as_str()).uri("/api/data/v9.2/accounts");
        for (name, value) in headers.iter().chain(&[("Cookie", browser.cookie.as_str()), ("Host", "records.example")]) {
            request = request.header(*name, *value);
        }
        request.body(Body::from(r#"{"name":"Elm"}"#)).unwrap()
    };
    let ours = ("x-assent-page", "1");
    site.raw(ask("GET", &[])).await.is(401);
    site.raw(ask("GET", &[ours])).await.is(200);
    site.raw(ask("POST", &[ours, ("Origin", "https://records.example")])).await.is(204);
    site.raw(ask("POST", &[ours, ("Origin", "https://other.example")])).await.is(403);
    site.raw(ask("GET", &[ours, ("Authorization", "Bearer ast_wrong")])).await.is(401);
    let me = Request::builder().uri("/api/data/v9.2/assent_WhoAmI()").header("x-assent-page", "1");
    let me = site.raw(me.header("Cookie", &browser.cookie).body(Body::empty()).unwrap()).await.is(200).json();
    assert_eq!(me["Roles"], json!(["system-administrator"]));
    assert!(me["Privileges"].as_array().unwrap().contains(&json!("prvDeletecontact")));
}

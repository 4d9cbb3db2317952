//! `Prefer: respond-async`.

use std::sync::Arc;

use axum::{body::Body, http::Request};
use kernel::Registry;
use serde_json::Value as Json;
use tempfile::TempDir;

use crate::site::{Reply, Site};

fn in_folder(folder: &TempDir) -> Site {
    Site::in_folder(folder.path(), Registry::default().with(web::RULES, &[], &[]))
}

async fn ask(site: &Site, method: &str, address: &str, token: &str) -> Reply {
    let path = address.trim_start_matches("https://records.example");
    let request = Request::builder().method(method).uri(path).header("Authorization", format!("Bearer {token}"));
    site.raw(request.body(Body::empty()).unwrap()).await
}

async fn ended(site: &Site, address: &str) -> Json {
    for _ in 0..100_000 {
        let state = ask(site, "GET", address, &site.token).await.is(200).json();
        if state["backgroundOperationStateCode"] == 3 {
            return state;
        }
        tokio::task::yield_now().await;
    }
    panic!("it does not end");
}

#[tokio::test]
async fn an_action_is_carried_out_after_the_answer() {
    let site = Site::new();
    let prefer = ["Prefer: respond-async"];
    let label = r#"{"LocalizedLabels":[{"Label":"Small","LanguageCode":1033}]}"#;
    let set = format!(r#"{{"Name":"new_sizes","Options":[{{"Value":1,"Label":{label}}}]}}"#);
    site.post("GlobalOptionSetDefinitions", &set).await.is(204);
    let body = format!(r#"{{"OptionSetName":"new_sizes","Label":{label}}}"#);
    let accepted = site.send("POST", "InsertOptionValue", &prefer, &body).await.is(202);
    let address = accepted.header("location").to_owned();
    assert!(address.ends_with(accepted.header("x-ms-dyn-backgroundoperationid")));
    assert_eq!(accepted.header("preference-applied"), "respond-async");
    let done = ended(&site, &address).await;
    assert_eq!((&done["backgroundOperationStatusCode"], &done["NewOptionValue"]), (&30.into(), &100_000_000.into()));
    // What fails says why.
    let accepted = site.send("POST", "InsertOptionValue", &prefer, r#"{"OptionSetName":"nosuch"}"#).await.is(202);
    let failed = ended(&site, accepted.header("location")).await;
    assert_eq!(failed["backgroundOperationStatusCode"], 31);
    assert!(failed["backgroundOperationErrorMessage"].as_str().unwrap().contains("Label"), "{failed}");
    // Nobody else sees it, and whoever asked may forget it.
    let other = site.app.db.write(&site.app.cx, |tx| web::token::create(tx, "Other", "auditor", None)).unwrap();
    ask(&site, "GET", &address, &other).await.is(404);
    ask(&site, "GET", &address, "ast_wrong").await.is(401);
    ask(&site, "DELETE", &address, &site.token).await.is(200);
    ask(&site, "GET", &address, &site.token).await.is(404);
    // What is no action is answered at once.
    site.send("POST", "contacts", &prefer, r#"{"lastname":"Ito"}"#).await.is(204);
    site.send("GET", "WhoAmI", &prefer, "").await.is(200);
}

/// What is under way counts against the limits of whoever asked, after the answer too.
#[tokio::test]
async fn what_goes_on_after_the_answer_counts() {
    let folder = tempfile::tempdir().unwrap();
    let limits = web::Limits { window_seconds: 60, requests: 0, execution_seconds: 10, concurrent: 1 };
    let site = in_folder(&folder).with_app(|app| app.protection = Arc::new(web::Protection::new(limits)));
    let held = site.hold();
    let accepted = site.send("POST", "InsertOptionValue", &["Prefer: respond-async"], "{}").await.is(202);
    let refused = site.get("WhoAmI").await.is(429).error();
    assert!(refused.contains("Number of concurrent requests exceeded the limit of 1"), "{refused}");
    site.clock.advance(4_000);
    drop(held);
    ended(&site, accepted.header("location")).await;
    let reply = site.get("WhoAmI").await.is(200);
    assert_eq!(reply.header("x-ms-ratelimit-time-remaining-xrm-requests"), "6.00");
}

#[tokio::test]
async fn one_user_does_not_take_every_place() {
    let folder = tempfile::tempdir().unwrap();
    let mut site = in_folder(&folder);
    let other = site.app.db.write(&site.app.cx, |tx| web::token::create(tx, "Other", "auditor", None)).unwrap();
    let held = site.hold();
    let ask = async |site: &Site| site.send("POST", "InsertOptionValue", &["Prefer: respond-async"], "{}").await;
    for _ in 0..50 {
        ask(&site).await.is(202);
    }
    let refused = ask(&site).await.is(429).error();
    assert!(refused.contains("so many operations are in the background"), "{refused}");
    site.token = other;
    ask(&site).await.is(202);
    drop(held);
}

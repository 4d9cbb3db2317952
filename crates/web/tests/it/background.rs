//! `Prefer: respond-async`.

use axum::{body::Body, http::Request};
use serde_json::Value as Json;

use crate::site::{Reply, Site};

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

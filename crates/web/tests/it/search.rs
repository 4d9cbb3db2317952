//! The search API: words in the rows that the caller may read.

use axum::{body::Body, http::Request};
use serde_json::{Value as Json, json};

use crate::site::{Reply, Site};

async fn ask(site: &Site, what: &str, body: Json) -> Reply {
    let request = Request::builder().method("POST").uri(format!("/api/search/v2.0/{what}"));
    let request = request.header("Authorization", format!("Bearer {}", site.token));
    site.raw(request.body(Body::from(body.to_string())).unwrap()).await
}

async fn search(site: &Site, what: &str, body: Json) -> Json {
    let reply = ask(site, what, body).await.is(200).json();
    serde_json::from_str(reply["response"].as_str().unwrap()).unwrap()
}

#[tokio::test]
async fn words_are_found_in_rows() {
    let site = Site::new();
    site.make("accounts", r#"{"name":"Elm & Söhne","address1_city":"Ulm"}"#).await;
    site.make("accounts", r#"{"name":"Oak 100%"}"#).await;
    let ito = site.make("contacts", r#"{"firstname":"Ken","lastname":"Ito","jobtitle":"Ulm office"}"#).await;
    let found = search(&site, "query", json!({ "search": "ulm", "count": true })).await;
    assert_eq!(found["Count"], 2);
    let of = |found: &Json| {
        let all = found["Value"].as_array().unwrap().iter();
        all.map(|it| it["EntityName"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let mut entities = of(&found);
    entities.sort();
    assert_eq!(entities, ["account", "contact"]);
    // Every word has to be there; a sign is no pattern.
    assert_eq!(search(&site, "query", json!({ "search": "ken ulm" })).await["Value"][0]["Id"], ito.as_str());
    assert_eq!(search(&site, "query", json!({ "search": "100%" })).await["Value"].as_array().unwrap().len(), 1);
    assert_eq!(search(&site, "query", json!({ "search": "%" })).await["Value"].as_array().unwrap().len(), 1);
    let only = json!([{ "name": "contact", "selectColumns": ["fullname"], "searchColumns": ["jobtitle"], "filter": "statecode eq 0" }]);
    let found = search(&site, "query", json!({ "search": "ulm", "entities": only.to_string() })).await;
    assert_eq!(
        (of(&found), &found["Value"][0]["Attributes"]),
        (vec!["contact".to_owned()], &json!({ "fullname": "Ken Ito" }))
    );
    assert_eq!(found["Value"][0]["Highlights"]["jobtitle"][0], "Ulm office");
    let suggested = search(&site, "suggest", json!({ "search": "it" })).await;
    assert_eq!(
        (&suggested["Value"][0]["Text"], &suggested["Value"][0]["Document"]["@search.objectid"]),
        (&json!("Ken Ito"), &json!(ito))
    );
    assert_eq!(search(&site, "autocomplete", json!({ "search": "ken it" })).await["Value"], "ken ito");
}

#[tokio::test]
async fn a_search_shows_no_more_than_a_list() {
    let mut site = Site::new();
    site.make("contacts", r#"{"lastname":"Ito"}"#).await;
    for (body, part) in [
        (json!({}), "search"),
        (json!({ "search": " " }), "search"),
        (json!({ "search": "x", "entities": "[{\"name\":\"nosuch\"}]" }), "nosuch"),
        (
            json!({ "search": "x", "entities": "[{\"name\":\"assent_token\",\"searchColumns\":[\"assent_hash\"]}]" }),
            "assent_hash",
        ),
    ] {
        let error = ask(&site, "query", body).await.is(400).error();
        assert!(error.contains(part), "{error}");
    }
    ask(&site, "nosuch", json!({ "search": "x" })).await.is(404);
    // Who may not read contacts finds none.
    site.token = site.app.db.write(&site.app.cx, |tx| web::token::create(tx, "Nobody", "public", None)).unwrap();
    assert_eq!(search(&site, "query", json!({ "search": "ito" })).await["Value"], json!([]));
    ask(&site, "query", json!({ "search": "ito", "entities": "[\"contact\"]" })).await.is(403);
}

/// Many conditions are a deep tree, which the stack has to hold; so a request names each place once, and few.
#[tokio::test]
async fn places_are_taken_once_and_are_few() {
    let site = Site::new();
    site.make("contacts", r#"{"lastname":"Ito","jobtitle":"Ulm office"}"#).await;
    let again = json!([{ "name": "contact", "searchColumns": vec!["jobtitle"; 300_000], "selectColumns": vec!["jobtitle"; 300_000] }]);
    let found = search(&site, "query", json!({ "search": "ulm", "entities": again })).await;
    assert_eq!(found["Value"].as_array().unwrap().len(), 1);
    assert_eq!(found["Value"][0]["Attributes"], json!({ "jobtitle": "Ulm office" }));
    let found = search(&site, "query", json!({ "search": "ulm", "entities": ["contact", "contact"] })).await;
    assert_eq!(found["Value"].as_array().unwrap().len(), 1);
    let model = site.app.db.model();
    let columns = model.entity("contact").unwrap().columns.values().filter(|it| !it.is_secret());
    let columns: Vec<&str> = columns.map(|it| it.name.as_str()).collect();
    assert!(columns.len() > 50);
    let entities: Vec<String> = (0..51).map(|it| format!("new_{it}")).collect();
    for (entities, part) in [
        (json!([{ "name": "contact", "searchColumns": columns }]), "searchColumns: takes at most 50"),
        (json!([{ "name": "contact", "selectColumns": columns }]), "selectColumns: takes at most 50"),
        (json!(entities), "entities: takes at most 50"),
        (json!(["contact", { "name": "contact", "filter": "statecode eq 0" }]), "contact twice"),
    ] {
        let error = ask(&site, "query", json!({ "search": "ulm", "entities": entities })).await.is(400).error();
        assert!(error.contains(part), "{error}");
    }
}

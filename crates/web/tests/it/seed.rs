//! The seed document's request, byte for byte.

use axum::{body::Body, http::Request};

use crate::site::{ONE, Site};

fn opt_out(site: &Site) -> Request<Body> {
    Request::builder()
        .method("PUT")
        .uri(format!("/api/data/v9.0/contacts({ONE})/msdyn_gdproptout"))
        .header("Content-Type", "application/json")
        .header("OData-MaxVersion", "4.0")
        .header("OData-Version", "4.0")
        .header("Authorization", format!("Bearer {}", site.token))
        .body(Body::from("{\"value\": true}"))
        .unwrap()
}

#[tokio::test]
async fn the_opt_out_is_there_once_embedded_intelligence_is_enabled() {
    let site = Site::new();
    site.make("contacts", &format!(r#"{{"contactid":"{ONE}","lastname":"Ito"}}"#)).await;
    let refused = site.raw(opt_out(&site)).await.is(404);
    assert!(refused.error().contains("embedded_intelligence, which is not enabled"), "{}", refused.text);
    let cx = site.app.cx.clone();
    site.app.db.write(&cx, |tx| kernel::solution::enable(tx, privacy::metadata::EMBEDDED_INTELLIGENCE)).unwrap();
    let done = site.raw(opt_out(&site)).await.is(204);
    assert_eq!(done.text, "");
    assert_eq!(done.header("odata-version"), "4.0");
    let read = site.get(&format!("contacts({ONE})/msdyn_gdproptout")).await.is(200);
    assert_eq!(read.json()["value"], true);
    assert_eq!(
        read.json()["@odata.context"],
        format!("https://records.example/api/data/v9.2/$metadata#contacts({ONE})/msdyn_gdproptout")
    );
    let found = site.get("contacts?$select=fullname&$filter=msdyn_gdproptout eq true").await.is(200);
    assert_eq!(found.json()["value"][0]["fullname"], "Ito");
    // A new row has the default No.
    let other = site.make("contacts", r#"{"lastname":"Okafor"}"#).await;
    assert_eq!(site.get(&format!("contacts({other})/msdyn_gdproptout")).await.json()["value"], false);
    site.send("DELETE", &format!("contacts({ONE})/msdyn_gdproptout"), &[], "").await.is(204);
    site.get(&format!("contacts({ONE})/msdyn_gdproptout")).await.is(204);
}

#[tokio::test]
async fn a_property_is_written_strictly() {
    let site = Site::new();
    site.make("contacts", &format!(r#"{{"contactid":"{ONE}","lastname":"Ito"}}"#)).await;
    let put = async |column: &str, headers: &[&str], body: &str| {
        site.send("PUT", &format!("contacts({ONE})/{column}"), headers, body).await
    };
    assert_eq!(
        put("donotemail", &[], r#"{"value": "yes"}"#).await.error(),
        "400 0x80048d19 donotemail: takes true or false"
    );
    put("parentcustomerid", &[], r#"{"value": "x"}"#).await.is(400);
    put("nosuch", &[], r#"{"value": 1}"#).await.is(404);
    put("donotemail", &[], r#"{"valeu": true}"#).await.is(400);
    assert_eq!(
        put("donotemail", &[r#"If-Match: W/"1""#], r#"{"value": true}"#).await.error(),
        "412 0x80060882 contact: The version of the existing record doesn't match the RowVersion property provided."
    );
    // Microsoft's own samples send the four letters null.
    put("donotemail", &["If-None-Match: null"], r#"{"value": true}"#).await.is(204);
    let missing = "contacts(00000000-0000-0000-0000-00000000dead)/donotemail";
    site.send("PUT", missing, &[], r#"{"value": true}"#).await.is(404);
}

//! One row: create, read, update, upsert, delete, and the table of conditions.

use crate::site::{ONE, Site};

#[tokio::test]
async fn a_row_is_made_read_changed_and_deleted() {
    let site = Site::new();
    let made = site
        .post("contacts", r#"{"firstname":"Ken","lastname":"Ito","annualincome":1234.5,"birthdate":"1990-05-01"}"#)
        .await
        .is(204);
    assert_eq!(made.text, "");
    let address = made.header("odata-entityid").to_owned();
    assert_eq!(address, made.header("location"));
    let path = address.strip_prefix("https://records.example/api/data/v9.2/").unwrap().to_owned();
    let read =
        site.get(&format!("{path}?$select=fullname,annualincome,birthdate,createdon,parentcustomerid")).await.is(200);
    let row = read.json();
    assert_eq!(
        row["@odata.context"],
        "https://records.example/api/data/v9.2/$metadata#contacts(fullname,annualincome,birthdate,createdon,_parentcustomerid_value)/$entity"
    );
    assert_eq!(row["fullname"], "Ken Ito");
    assert_eq!(row["annualincome"], 1234.5);
    assert_eq!(row["birthdate"], "1990-05-01");
    assert_eq!(row["createdon"], "2026-03-02T10:30:00Z");
    assert!(row["_parentcustomerid_value"].is_null());
    assert!(row["contactid"].is_string(), "the key is always there");
    assert_eq!(row["@odata.etag"], read.header("etag"));
    site.patch(&path, r#"{"lastname":"Okafor"}"#).await.is(204);
    assert_eq!(site.get(&format!("{path}/fullname")).await.json()["value"], "Ken Okafor");
    assert_eq!(site.get(&format!("{path}/fullname/$value")).await.text, "Ken Okafor");
    site.send("DELETE", &path, &[], "").await.is(204);
    let gone = site.get(&path).await.error();
    assert!(gone.starts_with("404 0x80040217 contact With Id = "), "{gone}");
}

#[tokio::test]
async fn the_representation_is_sent_when_preferred() {
    let site = Site::new();
    let prefer = &["Prefer: return=representation"];
    let made = site.send("POST", "contacts?$select=lastname", prefer, r#"{"lastname":"Ito"}"#).await.is(201);
    assert_eq!(made.header("preference-applied"), "return=representation");
    let row = made.json();
    assert_eq!(row["lastname"], "Ito");
    assert_eq!(row.as_object().unwrap().len(), 4, "{row}");
    let path = format!("contacts({})", row["contactid"].as_str().unwrap());
    let changed = site.send("PATCH", &path, prefer, r#"{"lastname":"Sato"}"#).await.is(200);
    assert_eq!(changed.json()["fullname"], "Sato");
}

#[tokio::test]
async fn patch_follows_the_table_of_conditions() {
    let site = Site::new();
    let path = format!("contacts({ONE})");
    let patch = async |headers: &[&str]| site.send("PATCH", &path, headers, r#"{"lastname":"Ito"}"#).await;
    assert_eq!(patch(&["If-Match: *"]).await.error(), format!("404 0x80040217 contact With Id = {ONE} Does Not Exist"));
    assert_eq!(patch(&[r#"If-Match: W/"5""#]).await.status, 404);
    let made = patch(&["If-None-Match: *"]).await.is(204);
    assert!(made.header("odata-entityid").ends_with(&path));
    assert!(patch(&["If-None-Match: *"]).await.error().starts_with("412 0x80040237 "));
    let etag = site.get(&path).await.header("etag").to_owned();
    patch(&["If-Match: *"]).await.is(204);
    patch(&[&format!("If-Match: {etag}")]).await.is(204);
    assert!(patch(&[r#"If-Match: W/"1""#]).await.error().starts_with("412 0x80060882 "));
    patch(&["If-Match: null"]).await.is(204);
    let again = site.post("contacts", &format!(r#"{{"contactid":"{ONE}","lastname":"Ito"}}"#)).await;
    assert_eq!(again.error(), "412 0x80040237 contact: A record with matching key values already exists.");
    let unchanged = site.send("GET", &path, &[&format!("If-None-Match: {etag}")], "").await.is(304);
    assert_eq!(unchanged.text, "");
    let stale = site.send("DELETE", &path, &[r#"If-Match: W/"1""#], "").await;
    assert_eq!(stale.status, 412);
    site.send("DELETE", &path, &[&format!("If-Match: {etag}")], "").await.is(204);
    site.send("DELETE", &path, &[], "").await.is(404);
}

#[tokio::test]
async fn a_row_is_named_by_an_alternate_key() {
    let site = Site::new();
    let path = "contacts(assent_externalid='A''1/x')";
    let made = site.patch(path, r#"{"lastname":"Ito"}"#).await.is(204);
    assert!(made.header("odata-entityid").ends_with(path), "{}", made.header("odata-entityid"));
    // For a row that is there the key columns of the body are ignored.
    site.patch(path, r#"{"lastname":"Sato","assent_externalid":"other"}"#).await.is(204);
    let row = site.get(&format!("{path}?$select=lastname,assent_externalid")).await.is(200).json();
    assert_eq!((row["lastname"].as_str(), row["assent_externalid"].as_str()), (Some("Sato"), Some("A'1/x")));
    site.get("contacts(assent_externalid='none')").await.is(404);
    let wrong = site.get("contacts(lastname='Ito')").await.error();
    assert!(
        wrong.contains("not valid for resource 'Microsoft.Dynamics.CRM.contact'")
            && wrong.contains("assent_externalid"),
        "{wrong}"
    );
    let id = row["contactid"].as_str().unwrap().to_uppercase();
    for key in [format!("contactid={id}"), format!("'{id}'"), format!("%7B{id}%7D")] {
        site.get(&format!("contacts({key})")).await.is(200);
    }
}

#[tokio::test]
async fn every_entity_answers_without_code_of_its_own() {
    let site = Site::new();
    let sets = site.get("").await.is(200).json();
    let sets: Vec<&str> = sets["value"].as_array().unwrap().iter().map(|it| it["url"].as_str().unwrap()).collect();
    assert!(sets.len() > 30);
    for set in sets {
        // What nobody may see, the administrator of this site may not see either.
        let status = if set == "assent_forwards" { 403 } else { 200 };
        site.get(set).await.is(status);
        site.get(&format!("{set}/$count")).await.is(status);
    }
}

#[tokio::test]
async fn a_secret_never_leaves() {
    let site = Site::new();
    assert!(!site.get("assent_tokens").await.is(200).text.contains("assent_hash"));
    site.get("assent_tokens?$select=assent_hash").await.is(400);
    site.get("assent_tokens?$filter=assent_hash ne null").await.is(400);
    site.get("assent_tokens?$orderby=assent_hash").await.is(400);
    site.get("assent_tokens(assent_hash='x')").await.is(400);
    let metadata = site.get("$metadata").await.text;
    let token =
        metadata.split("<EntityType Name=\"assent_token\"").nth(1).unwrap().split("</EntityType>").next().unwrap();
    assert!(token.contains("assent_expireson") && !token.contains("assent_hash"));
    site.post("assent_tokens", r#"{"assent_name":"x","assent_hash":"y"}"#).await.is(400);
}

//! Many rows in one action: all of them or none.

use serde_json::json;

use crate::site::{ONE, Site};

const NAMESPACE: &str = "Microsoft.Dynamics.CRM";

async fn names(site: &Site) -> Vec<String> {
    let rows = site.get("contacts?$select=lastname,jobtitle&$orderby=lastname").await.is(200).json();
    let text = |it: &serde_json::Value| {
        format!("{}/{}", it["lastname"].as_str().unwrap(), it["jobtitle"].as_str().unwrap_or("-"))
    };
    rows["value"].as_array().unwrap().iter().map(text).collect()
}

#[tokio::test]
async fn create_multiple_gives_identifiers_in_order() {
    let site = Site::new();
    let action = format!("contacts/{NAMESPACE}.CreateMultiple");
    let body = json!({ "Targets": [
        { "lastname": "Ito", "@odata.type": "Microsoft.Dynamics.CRM.contact" },
        { "lastname": "Sato", "contactid": ONE, "@odata.type": "#Microsoft.Dynamics.CRM.contact" },
    ] });
    let made = site.post(&action, &body.to_string()).await.is(200).json();
    assert_eq!(
        made["@odata.context"],
        "https://records.example/api/data/v9.2/$metadata#Microsoft.Dynamics.CRM.CreateMultipleResponse"
    );
    assert_eq!((made["Ids"].as_array().unwrap().len(), made["Ids"][1].as_str().unwrap()), (2, ONE));
    assert_eq!(names(&site).await, ["Ito/-", "Sato/-"]);
    // One that is wrong takes all with it, and is named.
    let body = json!({ "Targets": [{ "lastname": "Abe" }, { "nosuch": 1 }] });
    let refused = site.post(&action, &body.to_string()).await.is(400).error();
    assert!(refused.contains("Targets[1]") && refused.contains("'nosuch'"), "{refused}");
    let body = json!({ "Targets": [{ "lastname": "Abe", "@odata.type": "Microsoft.Dynamics.CRM.account" }] });
    site.post(&action, &body.to_string()).await.is(400);
    site.post(&action, "{}").await.is(400);
    assert_eq!(names(&site).await.len(), 2);
}

#[tokio::test]
async fn update_upsert_and_delete_name_rows_by_any_key() {
    let site = Site::new();
    site.make("contacts", &format!(r#"{{"contactid":"{ONE}","lastname":"Ito"}}"#)).await;
    site.make("contacts", r#"{"lastname":"Sato","assent_externalid":"A'1"}"#).await;
    let update = format!("contacts/{NAMESPACE}.UpdateMultiple");
    let body = json!({ "Targets": [
        { "contactid": ONE, "jobtitle": "Nurse", "@odata.type": "Microsoft.Dynamics.CRM.contact" },
        { "@odata.id": "contacts(assent_externalid='A''1')", "jobtitle": "Clerk" },
    ] });
    assert_eq!(site.post(&update, &body.to_string()).await.is(204).text, "");
    assert_eq!(names(&site).await, ["Ito/Nurse", "Sato/Clerk"]);
    let missing = json!({ "Targets": [{ "contactid": ONE, "jobtitle": "x" }, { "contactid": "00000000-0000-0000-0000-0000000000ff", "jobtitle": "y" }] });
    let refused = site.post(&update, &missing.to_string()).await.is(404).error();
    assert!(refused.contains("Targets[1]: contact With Id"), "{refused}");
    assert_eq!(names(&site).await, ["Ito/Nurse", "Sato/Clerk"]);
    let upsert = format!("contacts/{NAMESPACE}.UpsertMultiple");
    let body = json!({ "Targets": [
        { "@odata.type": "Microsoft.Dynamics.CRM.contact", "@odata.id": "contacts(assent_externalid='A''1')", "jobtitle": "Baker" },
        { "@odata.type": "Microsoft.Dynamics.CRM.contact", "@odata.id": "contacts(assent_externalid='B')", "lastname": "Zhou" },
        { "assent_externalid": "C", "lastname": "Zorn" },
    ] });
    site.post(&upsert, &body.to_string()).await.is(204);
    assert_eq!(names(&site).await, ["Ito/Nurse", "Sato/Baker", "Zhou/-", "Zorn/-"]);
    site.get("contacts(assent_externalid='B')").await.is(200);
    site.get("contacts(assent_externalid='C')").await.is(200);
    let body = json!({ "Targets": [{ "contactid": ONE }, { "@odata.id": "/contacts(assent_externalid='B')" }] });
    site.post(&format!("contacts/{NAMESPACE}.DeleteMultiple"), &body.to_string()).await.is(204);
    assert_eq!(names(&site).await, ["Sato/Baker", "Zorn/-"]);
    let unnamed = site.post(&update, r#"{"Targets":[{"jobtitle":"x"}]}"#).await.is(400).error();
    assert!(unnamed.contains("Targets[0]: contactid"), "{unnamed}");
}

#[tokio::test]
async fn totals_are_counted() {
    let site = Site::new();
    site.make("contacts", r#"{"lastname":"Ito"}"#).await;
    let path = "RetrieveTotalRecordCount(EntityNames=@p1)?@p1=['account','contact']";
    let reply = site.get(path).await.is(200).json();
    let expected = json!({ "Count": 2, "IsReadOnly": false, "Keys": ["account", "contact"], "Values": [0, 1] });
    assert_eq!(reply["EntityRecordCountCollection"], expected);
    site.get("RetrieveTotalRecordCount(EntityNames=@p1)?@p1=[%22nosuch%22]").await.is(404);
    site.get("RetrieveTotalRecordCount(EntityNames=@p1)").await.is(400);
}

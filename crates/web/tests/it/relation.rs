//! Navigation properties: reading along them, `$expand`, `$ref`, lambdas.

use crate::site::Site;

async fn family(site: &Site) -> (String, String, String) {
    let account = site.make("accounts", r#"{"name":"Rowan"}"#).await;
    let contact = |last: &str| {
        format!(
            r#"{{"lastname":"{last}","jobtitle":"Nurse","parentcustomerid_account@odata.bind":"/accounts({account})"}}"#
        )
    };
    let one = site.make("contacts", &contact("Ito")).await;
    let two = site.make("contacts", &contact("Sato")).await;
    (account, one, two)
}

#[tokio::test]
async fn rows_are_read_along_navigation_properties() {
    let site = Site::new();
    let (account, one, two) = family(&site).await;
    let up = site.get(&format!("contacts({one})/parentcustomerid_account?$select=name")).await.is(200).json();
    assert_eq!(up["name"], "Rowan");
    assert_eq!(site.get(&format!("contacts({one})/parentcustomerid_account/name/$value")).await.text, "Rowan");
    site.get(&format!("contacts({one})/parentcustomerid_contact")).await.is(204);
    let down = site
        .get(&format!(
            "accounts({account})/contact_customer_accounts?$select=lastname&$orderby=lastname&$filter=lastname gt 'J'"
        ))
        .await
        .is(200)
        .json();
    assert_eq!(down["value"].as_array().unwrap().len(), 1);
    assert_eq!(site.get(&format!("accounts({account})/contact_customer_accounts/$count")).await.text, "\u{feff}2");
    site.get(&format!("accounts({account})/contact_customer_accounts({two})")).await.is(200);
    let below = site.post(&format!("contacts({one})/Contact_Tasks"), r#"{"subject":"Call"}"#).await.is(204);
    assert!(below.header("odata-entityid").contains("/tasks("));
    assert_eq!(site.get(&format!("contacts({one})/Contact_Tasks/$count")).await.text, "\u{feff}1");
    assert_eq!(site.get(&format!("contacts({two})/Contact_Tasks/$count")).await.text, "\u{feff}0");
}

#[tokio::test]
async fn related_rows_are_expanded() {
    let site = Site::new();
    let (account, one, _) = family(&site).await;
    site.post(&format!("contacts({one})/Contact_Tasks"), r#"{"subject":"Call"}"#).await.is(204);
    let rows = site.get("tasks?$select=subject&$expand=regardingobjectid_contact_task($select=lastname;$expand=parentcustomerid_account($select=name;$expand=createdby($select=fullname)))").await.is(200).json();
    let task = &rows["value"][0];
    assert_eq!(
        task["regardingobjectid_contact_task"]["parentcustomerid_account"]["createdby"]["fullname"],
        "Operations"
    );
    assert!(task.get("_regardingobjectid_value").is_none(), "a lookup read for $expand is not shown");
    let rows = site.get("accounts?$select=name&$expand=contact_customer_accounts($select=lastname;$orderby=lastname desc;$top=1),primarycontactid($select=lastname)").await.is(200).json();
    assert_eq!(rows["value"][0]["contact_customer_accounts"][0]["lastname"], "Sato");
    assert_eq!(rows["value"][0]["contact_customer_accounts"].as_array().unwrap().len(), 1);
    assert!(rows["value"][0]["primarycontactid"].is_null());
    let reference = site
        .get(&format!("contacts({one})?$select=lastname&$expand=parentcustomerid_account/$ref"))
        .await
        .is(200)
        .json();
    assert_eq!(
        reference["parentcustomerid_account"]["@odata.id"],
        format!("https://records.example/api/data/v9.2/accounts({account})")
    );
    let found = site
        .get("accounts?$select=name&$filter=contact_customer_accounts/any(c:c/jobtitle eq @t)&@t='Nurse'")
        .await
        .is(200)
        .json();
    assert_eq!(found["value"].as_array().unwrap().len(), 1);
    let many = ["createdby"; 16].join(",");
    assert!(site.get(&format!("accounts?$expand={many}")).await.error().contains("at most 15"));
}

#[tokio::test]
async fn rows_are_linked_and_unlinked() {
    let site = Site::new();
    let account = site.make("accounts", r#"{"name":"Rowan"}"#).await;
    let contact = site.make("contacts", r#"{"lastname":"Ito"}"#).await;
    let parent = async || site.get(&format!("contacts({contact})")).await.json()["_parentcustomerid_value"].clone();
    let link = format!(r#"{{"@odata.id":"https://records.example/api/data/v9.2/accounts({account})"}}"#);
    let single = format!("contacts({contact})/parentcustomerid_account/$ref");
    site.send("PUT", &single, &[], &link).await.is(204);
    assert_eq!(parent().await, account.as_str());
    let address = site.get(&single).await.is(200).json();
    assert_eq!(address["@odata.id"], format!("https://records.example/api/data/v9.2/accounts({account})"));
    site.send("DELETE", &single, &[], "").await.is(204);
    assert!(parent().await.is_null());
    let many = format!("accounts({account})/contact_customer_accounts");
    let back = format!(r#"{{"@odata.id":"contacts({contact})"}}"#);
    site.post(&format!("{many}/$ref"), &back).await.is(204);
    assert_eq!(parent().await, account.as_str());
    let listed = site.get(&format!("{many}/$ref")).await.is(200).json();
    assert_eq!(listed["value"].as_array().unwrap().len(), 1);
    site.send("DELETE", &format!("{many}({contact})/$ref"), &[], "").await.is(204);
    assert!(parent().await.is_null());
    site.send("DELETE", &format!("{many}({contact})/$ref"), &[], "").await.is(404);
    site.post(&format!("{many}/$ref"), &back).await.is(204);
    site.send("DELETE", &format!("{many}/$ref?$id=https://records.example/api/data/v9.2/contacts({contact})"), &[], "")
        .await
        .is(204);
    assert!(parent().await.is_null());
    site.post(&format!("{many}/$ref"), r#"{"@odata.id":"tasks"}"#).await.is(400);
}

#[tokio::test]
async fn deleting_follows_the_relationship() {
    let site = Site::new();
    let (account, one, _) = family(&site).await;
    site.post(&format!("contacts({one})/Contact_Tasks"), r#"{"subject":"Call"}"#).await.is(204);
    let link = format!(r#"{{"@odata.id":"contacts({one})"}}"#);
    site.send("PUT", &format!("accounts({account})/primarycontactid/$ref"), &[], &link).await.is(204);
    site.send("DELETE", &format!("contacts({one})"), &[], "").await.is(204);
    assert_eq!(site.get("tasks/$count").await.text, "\u{feff}0");
    site.get(&format!("accounts({account})/primarycontactid")).await.is(204);
    let segment = site.make("msdyncrm_segments", r#"{"msdyncrm_segmentname":"Nurses"}"#).await;
    let body = format!(
        r#"{{"msdyncrm_name":"Welcome","msdyncrm_suppressionsegmentid@odata.bind":"/msdyncrm_segments({segment})"}}"#
    );
    site.make("msdyncrm_customerjourneys", &body).await;
    let refused = site.send("DELETE", &format!("msdyncrm_segments({segment})"), &[], "").await.error();
    assert!(refused.starts_with("400 0x80040227 "), "{refused}");
}

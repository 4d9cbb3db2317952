//! Segments and the dry run of a journey by the Web API: sizes, persons by name, members by hand.

use kernel::Registry;
use serde_json::json;

use crate::site::Site;

fn site() -> Site {
    Site::with(Registry::default().with(engagement::RULES, engagement::JOBS, engagement::CONSUMERS))
}

const LIVE: &str = r#"{"statuscode":192350006}"#;

#[tokio::test]
async fn a_segment_tells_its_sizes_and_its_members_follow_from_the_filter() {
    let site = site();
    let contact = site.make("contacts", r#"{"lastname":"One","address1_city":"Northfield"}"#).await;
    let body = r#"{"msdyncrm_segmentname":"North","msdyncrm_segmentquery":"address1_city eq 'Northfield'"}"#;
    let segment = site.make("msdyncrm_segments", body).await;
    let growth = format!("msdyncrm_segments({segment})/Microsoft.Dynamics.CRM.assent_SegmentGrowth()");
    assert_eq!(site.get(&growth).await.is(200).json()["Sizes"], json!([]));
    site.patch(&format!("msdyncrm_segments({segment})"), LIVE).await.is(204);
    let sizes = site.get(&growth).await.is(200).json();
    assert_eq!((sizes["Sizes"][0]["size"].as_i64(), sizes["Sizes"][1].is_null()), (Some(1), true), "{sizes}");
    let body = format!(
        r#"{{"assent_segmentid@odata.bind":"/msdyncrm_segments({segment})","assent_contactid@odata.bind":"/contacts({contact})"}}"#
    );
    let refused = site.post("assent_segmentmembers", &body).await.error();
    assert!(refused.contains("follow from its filter"), "{refused}");
}

#[tokio::test]
async fn a_dry_run_names_its_persons() {
    let site = site();
    let contact = site.make("contacts", r#"{"lastname":"One"}"#).await;
    let body = r#"{"msdyncrm_segmentname":"All","msdyncrm_segmentquery":"statecode eq 0"}"#;
    let segment = site.make("msdyncrm_segments", body).await;
    let tiles = json!([
        { "ActivityId": "who", "ActivityTypeId": "Segment", "Properties": { "Items": [{ "ItemId": segment }] } },
        { "ActivityId": "wait", "ActivityTypeId": "Scheduler", "ParentActivityId": "who", "Properties": { "Items": [{ "Duration": "P1D" }] } },
    ]);
    let body = json!({ "msdyncrm_name": "Tour", "msdyncrm_workflowdefinition": tiles.to_string() });
    let journey = site.make("msdyncrm_customerjourneys", &body.to_string()).await;
    let people = |arguments: &str| {
        format!("msdyncrm_customerjourneys({journey})/Microsoft.Dynamics.CRM.assent_DryRunPeople({arguments})")
    };
    let told = site.get(&people("Outcome='No%20mail%20on%20their%20way',Top=5")).await.is(200).json();
    assert_eq!(
        told["People"],
        json!([{ "contact": contact, "tile": null, "reason": "No mail on their way" }]),
        "{told}"
    );
    assert_eq!(site.get(&people("Outcome='elsewhere'")).await.is(200).json()["People"], json!([]));
    let refused = site.get(&people("Top=0")).await.error();
    assert!(refused.starts_with("400 ") && refused.contains("Top"), "{refused}");
}

#[tokio::test]
async fn insights_count_what_happened_with_a_person() {
    let site = site();
    let contact = site.make("contacts", r#"{"lastname":"One","assent_timezone":"europe/paris"}"#).await;
    let insights = format!("contacts({contact})/Microsoft.Dynamics.CRM.assent_Insights");
    let told = site.get(&format!("{insights}()")).await.is(200).json();
    assert_eq!((&told["zone"], &told["counts"]), (&json!("Europe/Paris"), &json!([])), "{told}");
    assert_eq!(told["behaviour"]["allowed"], true, "{told}");
    site.patch(&format!("contacts({contact})"), r#"{"msgdpr_donottrack":true}"#).await.is(204);
    let told = site.get(&format!("{insights}(Months=3)")).await.is(200).json();
    assert_eq!(told["behaviour"]["fact"], "msgdpr_donottrack", "{told}");
    let refused = site.get(&format!("{insights}(Months=37)")).await.is(400).error();
    assert!(refused.contains("from 1 to 36"), "{refused}");
    let nobody = "contacts(00000000-0000-0000-0000-00000000beef)/Microsoft.Dynamics.CRM.assent_Insights()";
    site.get(nobody).await.is(404);
    let refused =
        site.patch(&format!("contacts({contact})"), r#"{"assent_timezone":"Middle/Earth"}"#).await.is(400).error();
    assert!(refused.contains("Europe/Berlin"), "{refused}");
}

#[tokio::test]
async fn related_rows_are_counted_in_a_filter() {
    let site = site();
    let busy = site.make("contacts", r#"{"lastname":"Busy"}"#).await;
    site.make("contacts", r#"{"lastname":"Idle"}"#).await;
    for subject in ["Call", "Write", "Call again"] {
        let task =
            format!(r#"{{"subject":"{subject}","regardingobjectid_contact_task@odata.bind":"/contacts({busy})"}}"#);
        site.make("tasks", &task).await;
    }
    let check = async |filter: &str, wanted: &[&str]| {
        let address = format!("contacts?$select=lastname&$orderby=lastname&$filter={}", filter.replace(' ', "%20"));
        let found = site.get(&address).await.is(200).json();
        let names: Vec<&str> =
            found["value"].as_array().unwrap().iter().map(|it| it["lastname"].as_str().unwrap()).collect();
        assert_eq!(names, wanted, "{filter}");
    };
    check("Contact_Tasks/$count ge 3", &["Busy"]).await;
    check("Contact_Tasks/$count($filter=startswith(subject,'Call')) eq 2", &["Busy"]).await;
    check("0 eq Contact_Tasks/$count($filter=statecode eq 0)", &["Idle"]).await;
    let refused = site.get("contacts?$filter=Contact_Tasks/$count%20ge%20'x'").await.is(400).error();
    assert!(refused.contains("whole number"), "{refused}");
}

//! The desk of a privacy officer: who is found, what is taken out of a plan, the package, closing by hand,
//! personal data, consent over time.

use std::io::{Cursor, Read};

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value as Json, json};

use crate::{
    rights::{logged, person, with_role},
    site::Site,
};

const OF: &str = "Microsoft.Dynamics.CRM";

async fn request(site: &Site, kind: i64, email: &str) -> String {
    let body = format!(r#"{{"assent_type":{kind},"assent_channel":3,"assent_email":"{email}"}}"#);
    format!("assent_datasubjectrequests({})", site.make("assent_datasubjectrequests", &body).await)
}

async fn act(site: &Site, row: &str, name: &str, body: &str) -> crate::site::Reply {
    site.post(&format!("{row}/{OF}.{name}"), body).await
}

async fn look(site: &Site, row: &str, name: &str) -> Json {
    site.get(&format!("{row}/{OF}.{name}")).await.is(200).json()
}

/// The files of a package.
fn package(answer: &Json) -> zip::ZipArchive<Cursor<Vec<u8>>> {
    let bytes = STANDARD.decode(answer["Package"].as_str().unwrap()).unwrap();
    zip::ZipArchive::new(Cursor::new(bytes)).unwrap()
}

fn text(zip: &mut zip::ZipArchive<Cursor<Vec<u8>>>, name: &str) -> String {
    let mut text = String::new();
    zip.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

#[tokio::test]
async fn who_shares_an_address_is_told_apart() {
    let mut site = logged();
    let ann = person(&site, "ann").await;
    let bob = site.make("contacts", r#"{"lastname":"bob","emailaddress1":"ann@example.com"}"#).await;
    let row = request(&site, 1, "ann@example.com").await;
    let all = look(&site, &row, "assent_RequestCandidates()").await;
    let all = all["Candidates"].as_array().unwrap();
    assert_eq!(all.len(), 2, "{all:?}");
    let found = all.iter().find(|it| it["Id"] == ann).unwrap();
    assert_eq!((&found["Name"], &found["Rows"]["msgdpr_gdprconsentchangerecord"]), (&json!("ann"), &json!(1)));
    assert!(act(&site, &row, "assent_PlanRequest", "{}").await.is(409).error().contains("share this address"));
    let chosen = format!(r#"{{"Subjects":["contact:{ann}"]}}"#);
    act(&site, &row, "assent_PlanRequest", &chosen).await.is(200);
    let records = look(&site, &row, "assent_FoundRecords(Entity='contact')").await;
    assert_eq!(records["Total"], 2, "{records}");
    let other = records["Records"].as_array().unwrap().iter().find(|it| it["Id"] == bob).unwrap();
    assert_eq!((&other["Other"], &other["Name"]), (&json!(true), &Json::Null), "somebody else's name is not told");
    with_role(&mut site, "marketer");
    site.get(&format!("{row}/{OF}.assent_RequestCandidates()")).await.is(403);
}

#[tokio::test]
async fn what_is_taken_out_is_not_given_out_and_named() {
    let site = logged();
    let ann = person(&site, "ann").await;
    site.patch(&format!("contacts({ann})"), r#"{"jobtitle":"gardener"}"#).await.is(204);
    let task = format!(
        r#"{{"subject":"call about the neighbour","regardingobjectid_contact_task@odata.bind":"/contacts({ann})"}}"#
    );
    let task = site.make("tasks", &task).await;
    let row = request(&site, 1, "ann@example.com").await;
    let held = r#"{"Entity":"contact","Column":"jobtitle","Ground":"a secret"}"#;
    act(&site, &row, "assent_HoldBack", held).await.is(409);
    act(&site, &row, "assent_PlanRequest", "{}").await.is(200);
    let mut before = package(&look(&site, &row, "assent_PreviewPackage()").await);
    assert!(text(&mut before, "data.json").contains("gardener"));
    let plan = act(&site, &row, "assent_HoldBack", held).await.is(200).json();
    let line = plan["Items"].as_array().unwrap().iter().find(|it| it["Column"] == "jobtitle").unwrap().clone();
    assert_eq!((&line["Action"], &line["Held"]), (&json!("kept"), &json!(true)), "{line}");
    for (wrong, why) in [
        (r#"{"Entity":"contact","Column":"jobtitle","Ground":" "}"#, "Ground"),
        (r#"{"Entity":"contact","Column":"nothing","Ground":"x"}"#, "nothing"),
        (r#"{"Entity":"lead","Ground":"x"}"#, "no record of this kind"),
        (r#"{"Entity":"contact","Record":"x","Ground":"x"}"#, "GUID"),
    ] {
        assert!(act(&site, &row, "assent_HoldBack", wrong).await.is(400).error().contains(why), "{wrong}");
    }
    let one = format!(r#"{{"Entity":"task","Record":"{task}","Ground":"shows another person"}}"#);
    act(&site, &row, "assent_HoldBack", &one).await.is(200);
    assert!(act(&site, &row, "assent_ApproveRequest", "{}").await.is(400).error().contains("in part"));
    let partly = r#"{"Reason":"rights-of-others","Text":"One task shows another person."}"#;
    act(&site, &row, "assent_ApproveRequest", partly).await.is(204);
    let done = act(&site, &row, "assent_RunRequest", "").await.is(200).json();
    let mut zip = package(&done);
    let data = text(&mut zip, "data.json");
    assert!(!data.contains("gardener") && !data.contains("neighbour") && data.contains("ann@example.com"), "{data}");
    assert!(!text(&mut zip, "data/contacts.csv").contains("jobtitle"));
    assert!(text(&mut zip, "index.html").contains("shows another person"), "the person is told why");
    let closed = site.get(&row).await.is(200).json();
    assert_eq!((&closed["statuscode"], &closed["assent_decision"]), (&json!(7), &json!(2)), "{closed}");
    act(&site, &row, "assent_HoldBack", held).await.is(409);
}

#[tokio::test]
async fn what_a_law_keeps_outlives_an_erasure() {
    let site = logged();
    let ann = person(&site, "ann").await;
    let task = format!(r#"{{"subject":"invoice 7","regardingobjectid_contact_task@odata.bind":"/contacts({ann})"}}"#);
    let (task, other) = (site.make("tasks", &task).await, site.make("tasks", &task).await);
    let row = request(&site, 2, "ann@example.com").await;
    act(&site, &row, "assent_PlanRequest", "{}").await.is(200);
    let hold = async |body: &str| act(&site, &row, "assent_HoldBack", body).await;
    assert!(hold(r#"{"Entity":"contact","Ground":"x"}"#).await.is(400).error().contains("is the person"));
    let records = r#"{"Entity":"msgdpr_gdprconsentchangerecord","Ground":"x"}"#;
    assert!(hold(records).await.is(400).error().contains("go together"));
    assert!(hold(r#"{"Entity":"task","Column":"subject","Ground":"x"}"#).await.is(400).error().contains("as a whole"));
    hold(&format!(r#"{{"Entity":"task","Record":"{task}","Ground":"tax law"}}"#)).await.is(200);
    let partly = r#"{"Reason":"legal-duty","Text":"Tax law keeps one task."}"#;
    act(&site, &row, "assent_ApproveRequest", partly).await.is(204);
    // Changing the plan takes the approval back.
    hold(&format!(r#"{{"Entity":"task","Record":"{other}","Ground":"tax law"}}"#)).await.is(200);
    hold(&format!(r#"{{"Entity":"task","Record":"{other}"}}"#)).await.is(200);
    let planned = site.get(&row).await.is(200).json();
    assert_eq!((&planned["statuscode"], &planned["assent_decision"]), (&json!(4), &Json::Null), "{planned}");
    act(&site, &row, "assent_ApproveRequest", partly).await.is(204);
    let done = act(&site, &row, "assent_RunRequest", "").await.is(200).json();
    assert!(done["Proof"]["document"].as_str().unwrap().contains("tax law"), "{done}");
    site.get(&format!("contacts({ann})")).await.is(404);
    site.get(&format!("tasks({other})")).await.is(404);
    let kept = site.get(&format!("tasks({task})")).await.is(200).json();
    assert_eq!((&kept["subject"], &kept["_regardingobjectid_value"]), (&json!("invoice 7"), &Json::Null), "{kept}");
}

#[tokio::test]
async fn what_is_worked_on_by_hand_is_closed_by_hand() {
    let mut site = logged();
    let row = request(&site, 3, "ann@example.com").await;
    act(&site, &row, "assent_IdentifyRequest", r#"{"Method":"email","Result":"doubtful"}"#).await.is(204);
    assert_eq!(site.get(&row).await.is(200).json()["statuscode"], 2);
    act(&site, &row, "assent_IdentifyRequest", r#"{"Method":"document"}"#).await.is(204);
    let close = |outcome: &str, result: &str| format!(r#"{{"Outcome":"{outcome}","Result":"{result}"}}"#);
    assert!(act(&site, &row, "assent_CloseRequest", &close("gone", "x")).await.is(400).error().contains("withdrawn"));
    assert!(act(&site, &row, "assent_CloseRequest", &close("completed", " ")).await.is(400).error().contains("Result"));
    act(&site, &row, "assent_CloseRequest", &close("completed", "The date was corrected.")).await.is(204);
    let closed = site.get(&row).await.is(200).json();
    assert_eq!((&closed["statuscode"], &closed["assent_result"]), (&json!(7), &json!("The date was corrected.")));
    act(&site, &row, "assent_CloseRequest", &close("withdrawn", "x")).await.is(409);
    let access = request(&site, 1, "ann@example.com").await;
    act(&site, &access, "assent_CloseRequest", &close("completed", "x")).await.is(409);
    with_role(&mut site, "auditor");
    act(&site, &access, "assent_CloseRequest", &close("withdrawn", "x")).await.is(403);
}

#[tokio::test]
async fn every_personal_column_is_in_the_inventory() {
    let mut site = logged();
    person(&site, "ann").await;
    let column = r#"{"@odata.type":"Microsoft.Dynamics.CRM.StringAttributeMetadata","SchemaName":"new_hobby"}"#;
    site.post("EntityDefinitions(LogicalName='contact')/Attributes", column).await.is(204);
    let read = async |site: &Site| site.get("assent_PersonalData()").await.is(200).json();
    let line =
        |all: &Json| all["Columns"].as_array().unwrap().iter().find(|it| it["Column"] == "new_hobby").unwrap().clone();
    let all = read(&site).await;
    let hobby = line(&all);
    assert_eq!(
        (&hobby["Judged"], &hobby["Custom"], &hobby["Erasure"]),
        (&json!(false), &json!(true), &json!("deleted"))
    );
    let contact = all["Entities"].as_array().unwrap().iter().find(|it| it["Entity"] == "contact").unwrap();
    assert_eq!((&contact["Rows"], &contact["Paths"][1]), (&json!(1), &json!("self")), "{contact}");
    let judged = r#"{"Assent.Privacy":{"Sensitivity":"sensitive","Category":"user.preferences"}}"#;
    let address = "EntityDefinitions(LogicalName='contact')/Attributes(LogicalName='new_hobby')";
    site.send("PUT", address, &[], judged).await.is(204);
    let hobby = line(&read(&site).await);
    assert_eq!((&hobby["Judged"], &hobby["Sensitivity"]), (&json!(true), &json!("sensitive")), "{hobby}");
    with_role(&mut site, "marketer");
    site.get("assent_PersonalData()").await.is(403);
}

#[tokio::test]
async fn levels_are_counted_back_along_the_records() {
    let site = logged();
    let ann = person(&site, "ann").await;
    person(&site, "bob").await;
    site.clock.advance(48 * 3_600_000);
    let lower = r#"{"msgdpr_gdprconsent":587030002,"@Assent.Justification":"letter"}"#;
    site.patch(&format!("contacts({ann})"), lower).await.is(204);
    let trend = site.get("assent_ConsentTrend(From=2026-03-01,Step='day')").await.is(200).json();
    let points: Vec<String> = trend["points"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| format!("{} {} +{} -{}", it["from"].as_str().unwrap(), it["levels"], it["raised"], it["lowered"]))
        .collect();
    assert_eq!(
        points,
        [
            "2026-03-01 [0,0,0,0,0,0] +0 -0",
            "2026-03-02 [0,0,0,0,2,0] +2 -0",
            "2026-03-03 [0,0,0,0,2,0] +0 -0",
            "2026-03-04 [0,0,1,0,1,0] +0 -1",
        ]
    );
    assert_eq!((&trend["exact"], &trend["now"]), (&json!(true), &json!([0, 0, 1, 0, 1, 0])));
    assert_eq!(trend["sources"].as_array().unwrap().len(), 1, "{trend}");
    let weeks = site.get("assent_ConsentTrend(From=2026-03-01,Step='week')").await.is(200).json();
    assert_eq!(weeks["points"].as_array().unwrap().len(), 2, "{weeks}");
    for (wrong, why) in [
        ("From=2026-03-01,Step='hour'", "Step"),
        ("From=2020-01-01,Step='day'", "From"),
        ("From=2027-01-01,Step='day'", "future"),
    ] {
        assert!(site.get(&format!("assent_ConsentTrend({wrong})")).await.is(400).error().contains(why), "{wrong}");
    }
}

#[tokio::test]
async fn a_list_is_found_again_and_a_suppression_is_lifted_with_a_reason() {
    let site = logged();
    person(&site, "ann").await;
    let list = r#"{"List":"ann@example.com","Reason":"list","Source":"old system"}"#;
    let report = site.post("assent_ImportSuppressions", list).await.is(200).json();
    let batches = site.get("assent_Lowerings()").await.is(200).json();
    let batch = &batches["Batches"][0];
    assert_eq!((&batch["batch"], &batch["entries"]), (&report["batch"], &json!(1)), "{batches}");
    let lift = |because: &str| format!(r#"{{"Address":"ann@example.com","Because":"{because}"}}"#);
    assert!(site.post("assent_LiftSuppression", &lift(" ")).await.is(400).error().contains("say why"));
    let done = site.post("assent_LiftSuppression", &lift("wrong list")).await.is(200).json();
    assert_eq!(done["lifted"], 1, "{done}");
    site.post("assent_LiftSuppression", &lift("again")).await.is(404);
    site.post("assent_Object", r#"{"Address":"ann@example.com","Source":"letter"}"#).await.is(200);
    assert!(site.post("assent_LiftSuppression", &lift("x")).await.is(409).error().contains("only they can end that"));
}

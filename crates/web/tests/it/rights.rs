//! Objection, restriction, suppression, receipts and merging, by the Web API.

use serde_json::json;

use crate::site::Site;

const OF: &str = "Microsoft.Dynamics.CRM";

/// A contact at level marketing, with its change record.
pub async fn person(site: &Site, last: &str) -> String {
    let id = site.make("contacts", &format!(r#"{{"lastname":"{last}","emailaddress1":"{last}@example.com"}}"#)).await;
    let level = r#"{"msgdpr_gdprconsent":587030004,"@Assent.Justification":"form 17"}"#;
    site.patch(&format!("contacts({id})"), level).await.is(204);
    id
}

pub fn logged() -> Site {
    let site = Site::with(kernel::Registry::default().with(privacy::RULES, &[], &[]));
    let on = privacy::consent::configuration::Configuration { enforced: true, logging: true };
    site.app.db.write(&site.app.cx, move |tx| privacy::consent::configuration::save(tx, on)).unwrap();
    site
}

/// The site with the token of another role.
pub fn with_role(site: &mut Site, role: &str) {
    let name = role.to_owned();
    let made = site.app.db.write(&site.app.cx, move |tx| web::token::create(tx, &name, &name, None));
    site.token = made.unwrap();
}

#[tokio::test]
async fn an_objection_is_noted_and_explained() {
    let mut site = logged();
    let ann = person(&site, "ann").await;
    let done = site.post("assent_Object", r#"{"Address":"ann@example.com","Source":"letter"}"#).await.is(200).json();
    assert_eq!((&done["contacts"], &done["lowered"], &done["noted"]), (&json!(1), &json!(1), &json!(true)), "{done}");
    let row = site.get(&format!("contacts({ann})?$select=msgdpr_gdprconsent,assent_objectedon")).await.is(200).json();
    assert!(row["assent_objectedon"].is_string() && row["msgdpr_gdprconsent"] != 587_030_004, "{row}");
    let told = site.get("assent_ExplainSuppression(Address='ann@example.com')").await.is(200).json();
    assert_eq!((&told["suppressed"], &told["entries"][0]["reason"]), (&json!(true), &json!("objection")), "{told}");
    assert!(site.get("assent_ExplainSuppression(Address='ann')").await.is(400).error().contains("mail address"));
    assert!(site.post("assent_Object", r#"{"Address":"ann"}"#).await.is(400).error().contains("mail address"));
    assert_eq!(site.get("assent_Object()").await.status.as_u16(), 404, "a GET changes nothing");
    with_role(&mut site, "auditor");
    site.get("assent_ExplainSuppression(Address='ann@example.com')").await.is(200);
    with_role(&mut site, "marketer");
    site.post("assent_Object", r#"{"Address":"ann@example.com"}"#).await.is(403);
    site.get("assent_ExplainSuppression(Address='ann@example.com')").await.is(403);
}

#[tokio::test]
async fn processing_is_restricted_by_an_officer_with_a_reason() {
    let mut site = logged();
    let ann = person(&site, "ann").await;
    let act = format!("contacts({ann})/{OF}.assent_Restrict");
    assert!(site.post(&act, r#"{"On":true}"#).await.is(400).error().contains("Because"));
    assert!(site.post(&act, r#"{"On":"yes","Because":"x"}"#).await.is(400).error().contains("On"));
    let done = site.post(&act, r#"{"On":true,"Because":"accuracy contested"}"#).await.is(200).json();
    assert_eq!((&done["Restricted"], &done["Changed"]), (&json!(true), &json!(true)));
    let history = site.get(&format!("assent_RecordHistory(Entity='contact',Id={ann})")).await.is(200).text;
    assert!(history.contains("accuracy contested"), "{history}");
    assert_eq!(site.post(&act, r#"{"On":false,"Because":"checked"}"#).await.is(200).json()["Changed"], true);
    with_role(&mut site, "marketer");
    site.post(&act, r#"{"On":true,"Because":"x"}"#).await.is(403);
}

#[tokio::test]
async fn receipts_come_in_both_forms() {
    let site = logged();
    let ann = person(&site, "ann").await;
    let rows = site.get("msgdpr_gdprconsentchangerecords").await.is(200).json();
    let record = rows["value"][0]["msgdpr_gdprconsentchangerecordid"].as_str().unwrap();
    let read = format!("msgdpr_gdprconsentchangerecords({record})/{OF}.assent_ConsentReceipt");
    let iso = site.get(&format!("{read}()")).await.is(200).json();
    assert_eq!(iso["Receipt"]["@type"], "dpv:ConsentReceipt", "{iso}");
    let kantara = site.get(&format!("{read}(Format='kantara')")).await.is(200).json();
    assert_eq!(kantara["Receipt"]["consentReceiptID"], record, "{kantara}");
    let newest = site.get(&format!("contacts({ann})/{OF}.assent_ConsentReceipt()")).await.is(200).json();
    assert_eq!(newest["Receipt"]["dct:identifier"], iso["Receipt"]["dct:identifier"]);
    assert!(site.get(&format!("{read}(Format='pdf')")).await.is(400).error().contains("kantara"));
    let bob = site.make("contacts", r#"{"lastname":"bob"}"#).await;
    site.get(&format!("contacts({bob})/{OF}.assent_ConsentReceipt()")).await.is(404);
}

#[tokio::test]
async fn one_contact_goes_into_another() {
    let site = logged();
    let (ann, anne) = (person(&site, "ann").await, person(&site, "anne").await);
    let act = format!("contacts({ann})/{OF}.assent_MergeContact");
    site.post(&act, &format!(r#"{{"Lose":"{ann}"}}"#)).await.is(400);
    site.post(&act, &format!(r#"{{"Lose":"{anne}"}}"#)).await.is(204);
    let row = site.get(&format!("contacts({anne})?$select=statecode,_assent_mergedinto_value")).await.is(200).json();
    assert_eq!((&row["statecode"], &row["_assent_mergedinto_value"]), (&json!(1), &json!(ann)), "{row}");
    let back = format!("contacts({anne})/{OF}.assent_MergeContact");
    let back = site.post(&back, &format!(r#"{{"Lose":"{ann}"}}"#)).await;
    assert!(back.error().contains("merged itself"), "{}", back.text);
}

#[tokio::test]
async fn requests_of_objection_and_restriction_are_carried_out() {
    let site = logged();
    person(&site, "ann").await;
    for (kind, word) in [(6, "Objection noted"), (4, "Restricted and read back")] {
        let body = format!(r#"{{"assent_type":{kind},"assent_channel":1,"assent_email":"ann@example.com"}}"#);
        let id = site.make("assent_datasubjectrequests", &body).await;
        let row = format!("assent_datasubjectrequests({id})");
        site.post(&format!("{row}/{OF}.assent_RunRequest"), "").await.is(409);
        let plan = site.post(&format!("{row}/{OF}.assent_PlanRequest"), "{}").await.is(200).json();
        assert!(plan["Items"].as_array().unwrap().iter().any(|it| it["Action"] == "changed"), "{plan}");
        site.post(&format!("{row}/{OF}.assent_ApproveRequest"), "").await.is(204);
        let done = site.post(&format!("{row}/{OF}.assent_RunRequest"), "").await.is(200).json();
        assert!(done["Result"].as_str().unwrap().contains(word), "{done}");
        assert_eq!(site.get(&row).await.is(200).json()["statuscode"], 7);
    }
}

#[tokio::test]
async fn many_are_lowered_and_that_is_taken_back() {
    let mut site = logged();
    let ann = person(&site, "ann").await;
    person(&site, "bob").await;
    let act = |more: &str| format!(r#"{{"Filter":"emailaddress1 ne null","To":"consent"{more}}}"#);
    let tried = site.post("assent_LowerConsent", &act("")).await.is(200).json();
    assert_eq!((&tried["Contacts"], &tried["Lowered"], &tried["DryRun"]), (&json!(2), &json!(2), &json!(true)));
    let wrong = site.post("assent_LowerConsent", &act(r#","Expect":3"#)).await;
    assert!(wrong.is(409).error().contains("nothing was changed"));
    let done = site.post("assent_LowerConsent", &act(r#","Expect":2,"Because":"wish""#)).await.is(200).json();
    let level = async |site: &Site| {
        let row = site.get(&format!("contacts({ann})?$select=msgdpr_gdprconsent")).await.is(200).json();
        row["msgdpr_gdprconsent"].clone()
    };
    assert_eq!(level(&site).await, 587_030_001);
    let undo = format!(r#"{{"Batch":"{}","Because":"wrong filter"}}"#, done["Batch"].as_str().unwrap());
    assert_eq!(site.post("assent_UndoLowering", &undo).await.is(200).json()["restored"], 2);
    assert_eq!(level(&site).await, 587_030_004);
    let list = r#"{"List":"ann@example.com\nnonsense","Reason":"objection","Source":"old system"}"#;
    let report = site.post("assent_ImportSuppressions", list).await.is(200).json();
    assert_eq!((&report["added"], &report["lowered"], &report["malformed"]), (&json!(1), &json!(1), &json!([2])));
    assert!(
        site.post("assent_ImportSuppressions", r#"{"List":"x","Reason":"y"}"#).await.is(400).error().contains("Reason")
    );
    with_role(&mut site, "marketer");
    site.post("assent_UndoLowering", &undo).await.is(403);
    site.post("assent_ImportSuppressions", list).await.is(403);
}

#[tokio::test]
async fn an_officer_describes_a_level_and_asks_for_what_remains() {
    let mut site = logged();
    let given = r#"{"Level":"marketing","Language":"de","Label":"Angebote"}"#;
    assert_eq!(site.post("assent_DescribeConsentLevel", given).await.is(200).json()["Changed"], true);
    let levels = site.get("assent_ConsentLevels()").await.is(200).json();
    assert_eq!((&levels["value"][3]["Label"]["de"], &levels["value"][3]["Level"]), (&json!("Angebote"), &json!(4)));
    assert_eq!(levels["value"][4]["Iri"], "https://w3id.org/dpv#Personalisation");
    let none = r#"{"Level":"none","Label":"x"}"#;
    assert!(site.post("assent_DescribeConsentLevel", none).await.is(400).error().contains("level 0"));
    let proofs = site.get("assent_ConsentProof(Address='ann@example.com')").await.is(200).json();
    assert_eq!(proofs["Proofs"], json!([]));
    with_role(&mut site, "marketer");
    site.post("assent_DescribeConsentLevel", given).await.is(403);
    site.get("assent_ConsentProof(Address='ann@example.com')").await.is(403);
}

#[tokio::test]
async fn two_rows_become_one() {
    let site = Site::with(kernel::Registry::default().with(privacy::RULES, &[], &[]).with(web::RULES, &[], &[]));
    let keep = site.make("contacts", r#"{"lastname":"Ito","emailaddress1":"a@example.org"}"#).await;
    let lose = site.make("contacts", r#"{"lastname":"Ito","emailaddress1":"b@example.org","donotphone":true}"#).await;
    let task = site.post(&format!("contacts({lose})/Contact_Tasks"), r#"{"subject":"Call"}"#).await.is(204);
    let task = task.header("odata-entityid").split("/v9.2/").nth(1).unwrap().to_owned();
    let merge = |entity: &str, keep: &str, lose: &str| {
        let row = |id: &str| serde_json::json!({ "@odata.type": format!("Microsoft.Dynamics.CRM.{entity}"), format!("{entity}id"): id });
        let content =
            serde_json::json!({ "@odata.type": format!("Microsoft.Dynamics.CRM.{entity}"), "telephone1": "1" });
        serde_json::json!({ "Target": row(keep), "Subordinate": row(lose), "UpdateContent": content, "PerformParentingChecks": false }).to_string()
    };
    site.post("Merge", &merge("contact", &keep, &keep)).await.is(400);
    site.post("Merge", &merge("contact", &keep, &lose)).await.is(204);
    let row = site.get(&format!("contacts({keep})?$select=telephone1,donotphone")).await.json();
    assert_eq!((&row["telephone1"], &row["donotphone"]), (&serde_json::json!("1"), &serde_json::json!(true)));
    let moved = site.get(&format!("{task}?$select=_regardingobjectid_value")).await.json();
    assert_eq!(moved["_regardingobjectid_value"], keep.as_str());
    assert_eq!(site.get(&format!("contacts({lose})?$select=statecode")).await.json()["statecode"], 1);
    // Firms: what refers to the one that goes refers to the other.
    let elm = site.make("accounts", r#"{"name":"Elm"}"#).await;
    let elms = site.make("accounts", r#"{"name":"Elms"}"#).await;
    site.patch(
        &format!("contacts({keep})"),
        &format!(r#"{{"parentcustomerid_account@odata.bind":"accounts({elms})"}}"#),
    )
    .await
    .is(204);
    site.post("Merge", &merge("account", &elm, &elms)).await.is(204);
    let moved = site.get(&format!("contacts({keep})?$select=_parentcustomerid_value")).await.json();
    assert_eq!(moved["_parentcustomerid_value"], elm.as_str());
    // Leads keep each no.
    let one = site.make("leads", r#"{"lastname":"Sato"}"#).await;
    let two = site.make("leads", r#"{"lastname":"Sato","donotemail":true}"#).await;
    site.post("Merge", &merge("lead", &one, &two)).await.is(204);
    assert_eq!(site.get(&format!("leads({one})?$select=donotemail")).await.json()["donotemail"], true);
    assert!(site.post("Merge", &merge("task", &one, &two)).await.status.is_client_error());
    let mixed =
        format!(r#"{{"Target":{{"@odata.id":"contacts({keep})"}},"Subordinate":{{"@odata.id":"leads({one})"}}}}"#);
    assert!(site.post("Merge", &mixed).await.is(400).error().contains("row of lead"));
}

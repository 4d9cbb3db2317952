//! `BulkDelete`: a system job that deletes what meets a query, and says how it stands.

use kernel::{Registry, jobs};
use serde_json::{Value as Json, json};

use crate::site::Site;

fn site() -> Site {
    Site::with(Registry::default().with(privacy::RULES, &[], &[]).with(web::RULES, web::JOBS, &[]))
}

fn work(site: &Site) {
    while jobs::run_due(&site.app.db, &site.app.cx, 10).unwrap() > 0 {}
}

fn query(conditions: &[Json]) -> Json {
    json!({
        "@odata.type": "Microsoft.Dynamics.CRM.QueryExpression", "EntityName": "account",
        "ColumnSet": { "@odata.type": "Microsoft.Dynamics.CRM.ColumnSet", "AllColumns": false, "Columns": [] },
        "Criteria": { "FilterOperator": "And", "Conditions": conditions },
    })
}

fn condition(column: &str, operator: &str, values: &[&str]) -> Json {
    let values: Vec<Json> = values.iter().map(|it| json!({ "Value": it, "Type": "System.String" })).collect();
    json!({ "AttributeName": column, "Operator": operator, "Values": values })
}

fn body(queries: &[Json]) -> String {
    json!({
        "QuerySet": queries, "JobName": "Tidy", "SendEmailNotification": false, "ToRecipients": [], "CCRecipients": [],
        "RecurrencePattern": "", "StartDateTime": "2026-03-02T10:00:00Z", "RunNow": true,
    })
    .to_string()
}

async fn ask(site: &Site, queries: &[Json]) -> String {
    site.post("BulkDelete", &body(queries)).await.is(200).json()["JobId"].as_str().unwrap().to_owned()
}

async fn job(site: &Site, id: &str) -> Json {
    site.get(&format!("asyncoperations({id})")).await.is(200).json()
}

#[tokio::test]
async fn rows_that_meet_a_query_are_deleted_and_the_job_says_so() {
    let site = site();
    for at in 0..250 {
        site.make("accounts", &format!(r#"{{"name":"Old {at}"}}"#)).await;
    }
    site.make("accounts", r#"{"name":"New"}"#).await;
    let id =
        ask(&site, &[query(&[condition("name", "BeginsWith", &["Old"]), condition("statecode", "Equal", &["0"])])])
            .await;
    let waiting = job(&site, &id).await;
    assert_eq!((&waiting["statuscode"], &waiting["name"]), (&json!(0), &json!("Tidy")));
    assert!(waiting.get("data").is_none(), "the query never leaves");
    assert_eq!(site.get("accounts/$count").await.text, "\u{feff}251", "nothing happens before the job runs");
    jobs::run_due(&site.app.db, &site.app.cx, 1).unwrap();
    let running = job(&site, &id).await;
    assert_eq!((&running["statuscode"], &running["successcount"]), (&json!(20), &json!(100)));
    work(&site);
    let done = job(&site, &id).await;
    assert_eq!((&done["statuscode"], &done["statecode"], &done["successcount"]), (&json!(30), &json!(3), &json!(250)));
    assert_eq!(site.get("accounts?$select=name").await.json()["value"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn what_is_refused_is_counted_and_nothing_is_forced() {
    let site = site();
    let parent = json!({ "SchemaName": "new_item", "Attributes": [{ "@odata.type": "Microsoft.Dynamics.CRM.StringAttributeMetadata", "SchemaName": "new_name", "IsPrimaryName": true }] });
    site.post("EntityDefinitions", &parent.to_string()).await.is(204);
    let lookup = json!({
        "@odata.type": "Microsoft.Dynamics.CRM.OneToManyRelationshipMetadata", "SchemaName": "account_new_item",
        "ReferencedEntity": "account", "ReferencingEntity": "new_item", "CascadeConfiguration": { "Delete": "Restrict" },
        "Lookup": { "SchemaName": "new_AccountId" },
    });
    site.post("RelationshipDefinitions", &lookup.to_string()).await.is(204);
    let kept = site.make("accounts", r#"{"name":"Kept"}"#).await;
    site.make("accounts", r#"{"name":"Gone"}"#).await;
    site.make("new_items", &format!(r#"{{"new_name":"x","new_AccountId@odata.bind":"accounts({kept})"}}"#)).await;
    let id = ask(&site, &[query(&[condition("name", "In", &["Kept", "Gone"])])]).await;
    work(&site);
    let done = job(&site, &id).await;
    assert_eq!((&done["successcount"], &done["failurecount"], &done["statuscode"]), (&json!(1), &json!(1), &json!(30)));
    assert!(done["message"].as_str().unwrap().contains("new_item"), "{done}");
    site.get(&format!("accounts({kept})")).await.is(200);
}

#[tokio::test]
async fn a_job_can_be_cancelled_and_its_status_is_its_own() {
    let site = site();
    site.make("accounts", r#"{"name":"Old"}"#).await;
    let id = ask(&site, &[query(&[])]).await;
    let path = format!("asyncoperations({id})");
    assert!(site.patch(&path, r#"{"statuscode":30}"#).await.is(409).error().contains("follows from the work"));
    site.patch(&path, r#"{"successcount":5}"#).await.is(400);
    site.patch(&path, r#"{"statecode":3,"statuscode":32}"#).await.is(204);
    work(&site);
    assert_eq!(site.get("accounts/$count").await.text, "\u{feff}1");
    assert_eq!(job(&site, &id).await["statuscode"], 32);
}

#[tokio::test]
async fn mistakes_are_refused_before_anything_is_deleted() {
    let site = site();
    let contact = json!({ "EntityName": "msgdpr_gdprconsentchangerecord" });
    for (queries, status, part) in [
        (vec![], 400, "QuerySet"),
        (vec![json!({ "EntityName": "nosuch" })], 400, "QuerySet[0]"),
        (vec![query(&[condition("nosuch", "Equal", &["1"])])], 400, "nosuch"),
        (vec![query(&[condition("name", "Sounds", &["1"])])], 400, "Sounds"),
        (vec![contact], 403, "by the product only"),
    ] {
        let error = site.post("BulkDelete", &body(&queries)).await.is(status).error();
        assert!(error.contains(part), "{error}");
    }
    let mut daily: Json = serde_json::from_str(&body(&[query(&[])])).unwrap();
    daily["RecurrencePattern"] = json!("FREQ=DAILY");
    assert!(site.post("BulkDelete", &daily.to_string()).await.is(400).error().contains("runs once"));
    // Whoever may not delete may not have it done.
    let marketer = site.app.db.write(&site.app.cx, |tx| web::token::create(tx, "Ada", "auditor", None)).unwrap();
    let mut site = site;
    site.token = marketer;
    site.post("BulkDelete", &body(&[query(&[])])).await.is(403);
}

/// What a job may do is what whoever asked may do when it runs.
#[tokio::test]
async fn rights_that_are_gone_delete_nothing() {
    for (change, message) in
        [(r#"{"isdisabled":true}"#, "may not act any more"), (r#"{"assent_role":"auditor"}"#, "Delete on account")]
    {
        let mut site = site();
        site.make("accounts", r#"{"name":"Old"}"#).await;
        let admin = site.token.clone();
        let (token, user) = site
            .app
            .db
            .write(&site.app.cx, |tx| {
                let token = web::token::create(tx, "Ann", "sales-person", None)?;
                Ok((token, web::token::user(tx, "Ann", "sales-person")?))
            })
            .unwrap();
        site.token = token;
        let id = ask(&site, &[query(&[])]).await;
        site.token = admin;
        site.patch(&format!("systemusers({user})"), change).await.is(204);
        work(&site);
        let done = job(&site, &id).await;
        assert_eq!((&done["statuscode"], &done["statecode"]), (&json!(31), &json!(3)), "{done}");
        assert!(done["message"].as_str().unwrap().contains(message), "{done}");
        assert_eq!(site.get("accounts/$count").await.text, "\u{feff}1", "{change}");
    }
}

//! What the application's settings ask for: people who work here, privileges, the trail, jobs, imported files.

use axum::{body::Body, http::Request};
use kernel::{JobKind, Outcome, Registry, jobs};
use serde_json::json;

use crate::{
    browser::Browser,
    site::{Reply, Site},
};

const GOOD: &str = "nine quiet herons stand";

async fn with_role(site: &Site, role: &'static str) -> String {
    site.app.db.write(&site.app.cx, move |tx| web::token::create(tx, role, role, None)).unwrap()
}

#[tokio::test]
async fn somebody_is_invited_signs_in_and_is_signed_out() {
    let site = Site::with(Registry::default().with(privacy::RULES, &[], &[]).with(web::RULES, web::JOBS, &[]));
    let body = r#"{"FirstName":"Ada","LastName":"Example","Address":"ada@example.org","Role":"marketer"}"#;
    let made = site.post("assent_CreateUser", body).await.is(200).json();
    let link = made["Link"].as_str().unwrap();
    assert!(link.starts_with("https://records.example/signin/"), "{link}");
    assert_eq!(made["Minutes"], 72 * 60);
    let again = site.post("assent_CreateUser", body).await.is(409);
    assert!(again.error().contains("another user has this address"), "{}", again.text);
    for (wrong, word) in [("\"Role\":\"king\"", "king"), ("\"Role\":\"public\"", "public")] {
        let reply = site.post("assent_CreateUser", &format!(r#"{{"Address":"bo@example.org",{wrong}}}"#)).await.is(400);
        assert!(reply.error().contains(word), "{}", reply.text);
    }
    let mut browser = Browser::default();
    let path = link.trim_start_matches("https://records.example");
    browser.post(&site, path, &[("password", GOOD), ("again", GOOD)]).await.is(303);
    assert!(browser.is_signed_in());
    let user = format!("systemusers({})", made["UserId"].as_str().unwrap());
    let ended = site.post(&format!("{user}/Microsoft.Dynamics.CRM.assent_SignOutUser"), "{}").await.is(200).json();
    assert_eq!(ended["Ended"], 1);
    let invited = site.post(&format!("{user}/Microsoft.Dynamics.CRM.assent_InviteUser"), "{}").await.is(200).json();
    assert_ne!(invited["Link"], made["Link"]);
    site.patch(&user, r#"{"isdisabled":true}"#).await.is(204);
    site.post(&format!("{user}/Microsoft.Dynamics.CRM.assent_InviteUser"), "{}").await.is(404);
}

#[tokio::test]
async fn the_matrix_tells_what_the_product_gives_from_what_was_added() {
    let site = Site::new();
    let role = site.make("roles", r#"{"name":"Own"}"#).await;
    let give = r#"{"Privileges":[{"PrivilegeName":"prvReadcontact","Depth":"Local"}]}"#;
    site.post(&format!("roles({role})/Microsoft.Dynamics.CRM.AddPrivilegesRole"), give).await.is(204);
    let matrix = site.get("assent_PrivilegeMatrix()").await.is(200).json();
    assert_eq!(matrix["Privileges"][1], "Read");
    let line = |name: &str| {
        let roles = matrix["Roles"].as_array().unwrap();
        roles.iter().find(|it| it["Name"] == name).unwrap().clone()
    };
    assert_eq!(
        line("Own")["On"]["contact"],
        json!({ "Held": [0, 2, 0, 0, 0, 0, 0, 0], "Product": [0, 0, 0, 0, 0, 0, 0, 0] })
    );
    assert_eq!(line("marketer")["BuiltIn"], true);
    assert_eq!(line("marketer")["On"]["contact"]["Held"], line("marketer")["On"]["contact"]["Product"]);
}

#[tokio::test]
async fn the_trail_is_read_newest_first_page_by_page() {
    let mut site = Site::new();
    let ann = site.make("contacts", r#"{"lastname":"Ann"}"#).await;
    site.clock.advance(3 * 24 * 3_600_000);
    for at in 0..3 {
        site.patch(&format!("contacts({ann})"), &format!(r#"{{"jobtitle":"{at}"}}"#)).await.is(204);
    }
    let page = site.get("assent_AuditTrail(Entity='contact',Top=2)").await.is(200).json();
    let changes = page["Changes"].as_array().unwrap();
    assert_eq!(changes.len(), 2);
    assert_eq!(changes[0]["Values"]["jobtitle"], json!(["1", "2"]));
    assert_eq!((changes[0]["Id"].as_str(), changes[0]["Entity"].as_str()), (Some(ann.as_str()), Some("contact")));
    assert!(changes[0]["Subject"].as_str().unwrap().contains(&ann), "{}", changes[0]);
    let next = format!("assent_AuditTrail(Entity='contact',Top=2,Before={})", page["Next"]);
    let rest = site.get(&next).await.is(200).json();
    assert_eq!(rest["Changes"].as_array().unwrap().len(), 2, "{rest}");
    assert!(rest["Next"].is_null() || rest["Next"].as_i64() < page["Next"].as_i64());
    let old = site.get("assent_AuditTrail(Entity='contact',Until='2026-03-04')").await.is(200).json();
    assert_eq!(old["Changes"].as_array().unwrap().len(), 1);
    assert_eq!(old["Changes"][0]["Operation"], 1);
    let new = site.get("assent_AuditTrail(Entity='contact',From='2026-03-04')").await.is(200).json();
    assert_eq!(new["Changes"].as_array().unwrap().len(), 3);
    let nobody = site.get(&format!("assent_AuditTrail(Actor='user:{ann}')")).await.is(200).json();
    assert_eq!(nobody["Changes"], json!([]));
    site.get("assent_AuditTrail(From='yesterday')").await.is(400);
    site.get("assent_AuditTrail(Top=501)").await.is(400);
    // Who reads the trail and not the entity sees that something was changed, and not what.
    site.make("assent_settings", r#"{"assent_name":"x","assent_value":"y"}"#).await;
    site.token = with_role(&site, "privacy-officer").await;
    let seen = site.get("assent_AuditTrail(Entity='assent_setting')").await.is(200).json();
    assert_eq!((&seen["Changes"][0]["Withheld"], &seen["Changes"][0]["Values"]), (&json!(true), &json!({})));
    site.token = with_role(&site, "marketer").await;
    site.get("assent_AuditTrail()").await.is(403);
}

#[tokio::test]
async fn a_failed_job_is_tried_again_or_forgotten() {
    const FAILING: JobKind =
        JobKind { name: "test.fails", run: |_, _| Ok(Outcome::Fail("the neighbour has moved".into())) };
    let site = Site::with(Registry::default().with(web::RULES, &[FAILING], &[]));
    let (db, cx) = (&site.app.db, &site.app.cx);
    for at in ["one", "two"] {
        db.write(cx, move |tx| jobs::enqueue(tx, "test.fails", Some(at), &json!({}), tx.now())).unwrap();
    }
    let standing = async || site.get("assent_Jobs()").await.is(200).json()["Jobs"].clone();
    assert_eq!(standing().await[0]["Failed"], false);
    jobs::run_due(db, cx, 10).unwrap();
    let all = standing().await;
    assert_eq!((&all[0]["Failed"], &all[0]["Failure"]), (&json!(true), &json!("the neighbour has moved")));
    let id = |at: usize| json!({ "Id": all[at]["Id"] }).to_string();
    site.post("assent_RetryJob", &id(0)).await.is(204);
    site.post("assent_RetryJob", &id(0)).await.is(404);
    site.post("assent_ForgetJob", &id(1)).await.is(204);
    let left = standing().await;
    assert_eq!((left.as_array().unwrap().len(), &left[0]["Failed"]), (1, &json!(false)));
    db.read(cx, |rx| {
        let verdict = kernel::audit::verify::verify(rx)?;
        assert!(verdict.broken.is_none());
        Ok(())
    })
    .unwrap();
    let trail = site.get("assent_AuditTrail(Entity='assent_job')").await.is(200).json();
    assert_eq!(trail["Changes"].as_array().unwrap().len(), 2);
}

async fn import(site: &Site, query: &str, mapping: &str, file: &str) -> Reply {
    let body = format!(
        "--b\r\nContent-Disposition: form-data; name=\"mapping\"\r\n\r\n{mapping}\r\n--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"people.csv\"\r\n\r\n{file}\r\n--b--\r\n"
    );
    let request = Request::builder().method("POST").uri(format!("/api/import/v9.2{query}"));
    let request = request
        .header("Authorization", format!("Bearer {}", site.token))
        .header("Content-Type", "multipart/form-data; boundary=b");
    site.raw(request.body(Body::from(body)).unwrap()).await
}

#[tokio::test]
async fn a_file_is_tried_imported_and_taken_back() {
    let mut site = Site::new();
    let mapping = "entity = \"contact\"\nheader = true\nmatch = [\"emailaddress1\"]\n[column.lastname]\nfrom = \"Name\"\n[column.emailaddress1]\nfrom = \"Mail\"";
    let file = "Name,Mail\nAnn,ann@example.org\nBob,nowhere\n";
    let report = |reply: Reply| {
        let last = reply.text.lines().last().unwrap().to_owned();
        serde_json::from_str::<serde_json::Value>(&last).unwrap()["report"].clone()
    };
    let tried = report(import(&site, "?dryRun=true", mapping, file).await.is(200));
    assert_eq!((&tried["created"], &tried["refused"], &tried["batch"]), (&json!(1), &json!(1), &json!(null)));
    assert_eq!((&tried["refusals"][0]["line"], &tried["refusals"][0]["column"]), (&json!(3), &json!("emailaddress1")));
    let done = report(import(&site, "", mapping, file).await.is(200));
    let batch = format!("assent_importbatches({})", done["batch"].as_str().unwrap());
    let row = site.get(&batch).await.is(200).json();
    assert_eq!((&row["assent_filename"], &row["statuscode"]), (&json!("people.csv"), &json!(2)));
    let undo = format!("{batch}/Microsoft.Dynamics.CRM.assent_UndoImport");
    let undone = site.post(&undo, "{}").await.is(200).json();
    assert_eq!((&undone["deleted"], &undone["left"]), (&json!(1), &json!(0)));
    site.post(&undo, "{}").await.is(409);
    let wrong = import(&site, "", "sepparator = \"|\"", file).await.is(400);
    assert!(wrong.error().contains("sepparator"), "{}", wrong.text);
    let request = Request::post("/api/import/v9.2").header("Authorization", format!("Bearer {}", site.token));
    site.raw(request.body(Body::empty()).unwrap()).await.is(400);
    site.token = with_role(&site, "auditor").await;
    import(&site, "", mapping, file).await.is(403);
}

#[tokio::test]
async fn what_was_refused_is_counted_by_route() {
    let mut site = Site::new();
    site.get("nothing").await.is(404);
    let request = |token: &str| {
        let it = Request::get("/api/standing/v9.2").header("Authorization", format!("Bearer {token}"));
        it.body(Body::empty()).unwrap()
    };
    let standing = site.raw(request(&site.token)).await.is(200).json();
    assert_eq!((&standing["MailLeaves"], &standing["BaseUrl"]), (&json!(false), &json!("https://records.example")));
    assert_eq!(standing["Refused"][0]["Route"], "/api/data/{version}/{*path}");
    assert_eq!(standing["Refused"][0]["Times"], 1);
    site.token = with_role(&site, "marketer").await;
    site.raw(request(&site.token)).await.is(403);
}

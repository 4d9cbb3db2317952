//! The audit as Dataverse has it: its switches, its rows, its values, its end.

use kernel::{Query, Registry, audit::kept, audit::verify, jobs};
use serde_json::{Value as Json, json};

use crate::site::{ONE, Site};

async fn organization(site: &Site) -> String {
    let id = site.get("WhoAmI").await.is(200).json()["OrganizationId"].as_str().unwrap().to_owned();
    format!("organizations({id})")
}

/// A site whose contacts are audited.
async fn audited(switches: &str) -> Site {
    let site = Site::with(Registry::default().with(web::RULES, kept::JOBS, &[]));
    site.patch(&organization(&site).await, switches).await.is(204);
    site.post("assent_AuditEntity", r#"{"Entity":"contact","On":true}"#).await.is(200);
    site
}

const ON: &str = r#"{"isauditenabled":true}"#;

/// Event, entity and changed columns of each row, the oldest first.
async fn rows(site: &Site, filter: &str) -> Vec<String> {
    let path = format!("audits?$select=action,objecttypecode,assent_columns&$orderby=versionnumber&$filter={filter}");
    let answer = site.get(&path).await.is(200).json();
    let word = |row: &Json, name: &str| row[name].as_str().unwrap_or_default().to_owned();
    let line = |row: &Json| {
        let line = format!("{} {} {}", row["action"], word(row, "objecttypecode"), word(row, "assent_columns"));
        line.trim().to_owned()
    };
    answer["value"].as_array().unwrap().iter().map(line).collect()
}

#[tokio::test]
async fn nothing_is_audited_before_it_is_switched_on() {
    let site = Site::new();
    site.make("contacts", &format!(r#"{{"contactid":"{ONE}","lastname":"Ito"}}"#)).await;
    assert_eq!(rows(&site, "action ne 0").await, Vec::<String>::new());
    let switches = site.get(&organization(&site).await).await.is(200).json();
    assert_eq!(
        json!([switches["isauditenabled"], switches["auditretentionperiodv2"], switches["useraccessauditinginterval"]]),
        json!([false, 30, 4])
    );
    // On for the organisation, but not yet for an entity.
    site.patch(&organization(&site).await, ON).await.is(204);
    site.patch(&format!("contacts({ONE})"), r#"{"lastname":"Sato"}"#).await.is(204);
    assert_eq!(rows(&site, "action ne 0").await, ["107 organization"]);
}

#[tokio::test]
async fn a_row_names_who_did_what_and_which_columns() {
    let site = audited(ON).await;
    let path = format!("contacts({ONE})");
    site.make("contacts", &format!(r#"{{"contactid":"{ONE}","lastname":"Ito","jobtitle":"Clerk"}}"#)).await;
    site.patch(&path, r#"{"jobtitle":"Head"}"#).await.is(204);
    // What is sent again unchanged is no change (spec/marketing.md 4).
    site.patch(&path, r#"{"jobtitle":"Head"}"#).await.is(204);
    site.patch(&path, r#"{"statecode":1}"#).await.is(204);
    site.patch(&path, r#"{"statecode":0}"#).await.is(204);
    site.send("DELETE", &path, &[], "").await.is(204);
    let all = rows(&site, "objecttypecode eq 'contact' and operation ne 4 and action lt 100").await;
    let actions: Vec<&str> = all.iter().filter_map(|it| it.split(' ').next()).collect();
    assert_eq!(actions, ["1", "2", "5", "4", "3"]);
    assert_eq!(all[1], "2 contact jobtitle");
    let headers = ["Prefer: odata.include-annotations=\"*\""];
    let path = format!("audits?$filter=_objectid_value eq {ONE} and operation eq 3&$expand=userid($select=lastname)");
    let answer = site.send("GET", &path, &headers, "").await.is(200).json();
    let row = &answer["value"][0];
    assert_eq!(row["userid"]["lastname"], "Operations");
    assert_eq!(row["_objectid_value"], ONE, "the row outlives what it is about");
    assert_eq!(row["_objectid_value@Microsoft.Dynamics.CRM.lookuplogicalname"], "contact");
    assert_eq!(row["action@OData.Community.Display.V1.FormattedValue"], "Delete");
    assert_eq!(row["assent_keepuntil"], "2026-04-01T10:30:00Z");
    let user = row["_userid_value"].as_str().unwrap();
    let by = site.get(&format!("systemusers({user})/lk_audit_userid?$filter=operation eq 3")).await.is(200).json();
    assert_eq!(by["value"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn the_history_of_a_column_has_old_and_new_values() {
    let site = audited(ON).await;
    site.make("contacts", &format!(r#"{{"contactid":"{ONE}","lastname":"Ito"}}"#)).await;
    site.patch(&format!("contacts({ONE})"), r#"{"jobtitle":"Clerk"}"#).await.is(204);
    site.patch(&format!("contacts({ONE})"), r#"{"jobtitle":"Head","lastname":"Sato"}"#).await.is(204);
    let history = |column: &str| {
        format!(
            "RetrieveAttributeChangeHistory(Target=@t,AttributeLogicalName=@a,PagingInfo=@p)?@t=%7B'@odata.id':'contacts({ONE})'%7D&@a='{column}'&@p=%7B%22PageNumber%22:1,%22Count%22:1,%22ReturnTotalRecordCount%22:true%7D"
        )
    };
    let answer = site.get(&history("jobtitle")).await.is(200).json();
    let found = &answer["AuditDetailCollection"];
    assert_eq!(json!([found["MoreRecords"], found["TotalRecordCount"]]), json!([true, 2]));
    let newest = &found["AuditDetails"][0];
    assert_eq!(newest["@odata.type"], "#Microsoft.Dynamics.CRM.AttributeAuditDetail");
    assert_eq!(json!([newest["OldValue"]["jobtitle"], newest["NewValue"]["jobtitle"]]), json!(["Clerk", "Head"]));
    let id = newest["AuditRecord"]["auditid"].as_str().unwrap();
    let detail = site.get(&format!("audits({id})/Microsoft.Dynamics.CRM.RetrieveAuditDetails")).await.is(200).json();
    assert_eq!(detail["AuditDetail"]["NewValue"]["lastname"], "Sato");
    let error = site.get(&history("new_nothing")).await.is(400);
    assert!(error.error().contains("new_nothing"), "{}", error.text);
    let path = format!("RetrieveRecordChangeHistory(Target=@t)?@t=%7B'@odata.id':'contacts({ONE})'%7D");
    let all = site.get(&path).await.is(200).json();
    assert_eq!(all["AuditDetailCollection"]["TotalRecordCount"], 3);
}

#[tokio::test]
async fn a_column_can_be_left_out() {
    let site = audited(ON).await;
    site.make("contacts", &format!(r#"{{"contactid":"{ONE}","lastname":"Ito"}}"#)).await;
    let off = r#"{"Entity":"contact","Column":"jobtitle","On":false}"#;
    assert_eq!(site.post("assent_AuditEntity", off).await.is(200).json()["Changed"], true);
    assert_eq!(site.post("assent_AuditEntity", off).await.is(200).json()["Changed"], false);
    site.patch(&format!("contacts({ONE})"), r#"{"jobtitle":"Clerk"}"#).await.is(204);
    site.patch(&format!("contacts({ONE})"), r#"{"jobtitle":"Head","telephone1":"1"}"#).await.is(204);
    assert_eq!(rows(&site, "action eq 2").await, ["2 contact telephone1"]);
    let path = format!("RetrieveRecordChangeHistory(Target=@t)?@t=%7B'@odata.id':'contacts({ONE})'%7D");
    let newest = &site.get(&path).await.is(200).json()["AuditDetailCollection"]["AuditDetails"][0];
    assert_eq!(newest["NewValue"]["jobtitle"], Json::Null, "{newest}");
    let column = "EntityDefinitions(LogicalName='contact')/Attributes(LogicalName='jobtitle')";
    let switch = &site.get(&format!("{column}?$select=IsAuditEnabled")).await.is(200).json()["IsAuditEnabled"];
    assert_eq!(json!([switch["Value"], switch["CanBeChanged"]]), json!([false, true]));
    // As Dataverse scripts do it: the definition back with another value.
    site.send("PUT", column, &[], r#"{"IsAuditEnabled":{"Value":true}}"#).await.is(204);
    site.patch(&format!("contacts({ONE})"), r#"{"jobtitle":"Clerk"}"#).await.is(204);
    assert_eq!(rows(&site, "action eq 2").await, ["2 contact telephone1", "2 contact jobtitle"]);
    site.send("PUT", "EntityDefinitions(LogicalName='contact')", &[], r#"{"IsAuditEnabled":{"Value":false}}"#)
        .await
        .is(204);
    site.patch(&format!("contacts({ONE})"), r#"{"jobtitle":"Head"}"#).await.is(204);
    let switches = rows(&site, "action gt 100 and objecttypecode eq 'contact'").await;
    assert_eq!(switches, ["105 contact", "109 contact jobtitle", "106 contact jobtitle", "108 contact"]);
    assert_eq!(rows(&site, "action eq 2").await.len(), 2);
    let refused = site.post("assent_AuditEntity", r#"{"Entity":"audit","On":true}"#).await.is(400);
    assert!(refused.error().contains("the audit itself"), "{}", refused.text);
    let refused = site.post("assent_AuditEntity", r#"{"Entity":"lead","Column":"subject","On":false}"#).await.is(409);
    assert!(refused.error().contains("switch the entity on first"), "{}", refused.text);
}

#[tokio::test]
async fn roles_shares_and_links_have_actions_of_their_own() {
    let site = audited(ON).await;
    for entity in ["systemuser", "list", "account", "role"] {
        site.post("assent_AuditEntity", &format!(r#"{{"Entity":"{entity}","On":true}}"#)).await.is(200);
    }
    let user = site.make("systemusers", r#"{"lastname":"Sato","assent_role":"marketer"}"#).await;
    let roles = site.get("roles?$filter=name eq 'auditor'").await.is(200).json();
    let role = roles["value"][0]["roleid"].as_str().unwrap().to_owned();
    let link = format!("systemusers({user})/systemuserroles_association");
    site.post(&format!("{link}/$ref"), &format!(r#"{{"@odata.id":"roles({role})"}}"#)).await.is(204);
    site.send("DELETE", &format!("{link}({role})/$ref"), &[], "").await.is(204);
    assert_eq!(rows(&site, "action eq 55 or action eq 56").await, ["55 systemuser", "56 systemuser"]);
    site.make("contacts", &format!(r#"{{"contactid":"{ONE}","lastname":"Ito"}}"#)).await;
    let share = format!(
        r#"{{"Target":{{"@odata.id":"contacts({ONE})"}},"PrincipalAccess":{{"Principal":{{"@odata.id":"systemusers({user})"}},"AccessMask":"ReadAccess"}}}}"#
    );
    site.post("GrantAccess", &share).await.is(204);
    site.post("ModifyAccess", &share.replace("ReadAccess", "ReadAccess, WriteAccess")).await.is(204);
    let revoke =
        format!(r#"{{"Target":{{"@odata.id":"contacts({ONE})"}},"Revokee":{{"@odata.id":"systemusers({user})"}}}}"#);
    site.post("RevokeAccess", &revoke).await.is(204);
    let of_shares = format!("_objectid_value eq {ONE} and (action eq 14 or action eq 48 or action eq 49)");
    assert_eq!(rows(&site, &of_shares).await, ["14 contact", "48 contact", "49 contact"]);
    let list = site.make("lists", r#"{"listname":"News"}"#).await;
    let members = format!("lists({list})/listcontact_association");
    site.post(&format!("{members}/$ref"), &format!(r#"{{"@odata.id":"contacts({ONE})"}}"#)).await.is(204);
    assert_eq!(rows(&site, "action eq 31").await, ["31 list"]);
    let firm = site.make("accounts", r#"{"name":"Elm"}"#).await;
    let owner = format!(r#"{{"ownerid@odata.bind":"systemusers({user})"}}"#);
    site.patch(&format!("accounts({firm})"), &owner).await.is(204);
    let assigned = rows(&site, "action eq 13").await;
    assert!(assigned[0].starts_with("13 account ownerid"), "{assigned:?}");
}

#[tokio::test]
async fn who_came_is_noted_once_in_the_interval() {
    let site = audited(r#"{"isauditenabled":true,"isuseraccessauditenabled":true}"#).await;
    let access = async || rows(&site, "operation eq 4").await;
    // The request that switched it on came before it was on.
    assert_eq!(access().await, ["65 systemuser"]);
    site.get("WhoAmI").await.is(200);
    assert_eq!(access().await.len(), 1);
    site.clock.advance(4 * 3_600_000);
    site.get("WhoAmI").await.is(200);
    assert_eq!(access().await, ["65 systemuser", "65 systemuser"]);
    assert_eq!(rows(&site, "action eq 112").await, ["112 organization"]);
    site.patch(&organization(&site).await, r#"{"isauditenabled":false}"#).await.is(204);
    site.clock.advance(4 * 3_600_000);
    site.get("WhoAmI").await.is(200);
    assert_eq!(access().await.len(), 2);
    assert_eq!(rows(&site, "action eq 110").await, ["110 organization"]);
}

#[tokio::test]
async fn rows_go_when_their_own_period_is_over() {
    let site = audited(r#"{"isauditenabled":true,"auditretentionperiodv2":1}"#).await;
    site.make("contacts", r#"{"lastname":"Ito"}"#).await;
    // A later period does not touch what is written.
    site.patch(&organization(&site).await, r#"{"auditretentionperiodv2":-1}"#).await.is(204);
    site.make("contacts", r#"{"lastname":"Sato"}"#).await;
    let created = "action eq 1 and objecttypecode eq 'contact'";
    assert_eq!(rows(&site, created).await.len(), 2);
    site.clock.advance(25 * 3_600_000);
    site.app.db.write(&site.app.cx, kept::schedule).unwrap();
    while jobs::run_due(&site.app.db, &site.app.cx, 10).unwrap() > 0 {}
    assert_eq!(rows(&site, created).await.len(), 1, "that of Sato is kept for ever");
    assert_eq!(rows(&site, "action eq 111").await, ["111 organization"]);
    let refused = site.patch(&organization(&site).await, r#"{"auditretentionperiodv2":365001}"#).await.is(400);
    assert!(refused.error().contains("auditretentionperiodv2"), "{}", refused.text);
}

#[tokio::test]
async fn deleting_the_audit_is_audited_and_the_trail_stays() {
    let site = audited(ON).await;
    site.make("contacts", &format!(r#"{{"contactid":"{ONE}","lastname":"Ito"}}"#)).await;
    site.patch(&format!("contacts({ONE})"), r#"{"jobtitle":"Clerk"}"#).await.is(204);
    site.clock.advance(1_000);
    let target = format!(r#"{{"Target":{{"@odata.type":"Microsoft.Dynamics.CRM.contact","contactid":"{ONE}"}}}}"#);
    let gone = site.post("DeleteRecordChangeHistory", &target).await.is(200).json();
    assert_eq!(gone["DeletedEntriesCount"], 2);
    assert_eq!(rows(&site, &format!("_objectid_value eq {ONE}")).await, ["111 contact"]);
    site.clock.advance(1_000);
    let body = r#"{"EndDate":"2026-03-02T10:30:02Z"}"#;
    let gone = site.post("DeleteAuditData", body).await.is(200).json();
    assert_eq!(gone["PartitionsDeleted"], 1, "{gone}");
    assert_eq!(rows(&site, "action ne 0").await, ["111 organization"]);
    // The user who stands for the product has the same identifier, and a history of their own.
    let path = format!("assent_RecordHistory(Entity='contact',Id={ONE})");
    assert_eq!(site.get(&path).await.is(200).json()["Changes"].as_array().unwrap().len(), 2);
    let verdict = site.app.db.read(&site.app.cx, verify::verify).unwrap();
    assert!(verdict.broken.is_none());
    // Nobody deletes single rows, or writes any.
    let row = site.app.db.read(&site.app.cx, |rx| rx.ids(&Query::on(kept::ENTITY))).unwrap()[0];
    site.send("DELETE", &format!("audits({row})"), &[], "").await.is(403);
    site.post("audits", r#"{"action":1,"operation":1}"#).await.is(403);
    site.post("organizations", "{}").await.is(403);
    site.send("DELETE", &organization(&site).await, &[], "").await.is(403);
}

#[tokio::test]
async fn whoever_has_no_privilege_reads_and_deletes_nothing() {
    let mut site = audited(ON).await;
    site.make("contacts", &format!(r#"{{"contactid":"{ONE}","lastname":"Ito"}}"#)).await;
    let administrator = site.token.clone();
    let token =
        |role: &'static str| site.app.db.write(&site.app.cx, move |tx| web::token::create(tx, role, role, None));
    let (marketer, auditor) = (token("marketer").unwrap(), token("auditor").unwrap());
    let history = format!("RetrieveRecordChangeHistory(Target=@t)?@t=%7B'@odata.id':'contacts({ONE})'%7D");
    let target = format!(r#"{{"Target":{{"@odata.id":"contacts({ONE})"}}}}"#);
    site.token = marketer;
    site.get("audits").await.is(403);
    site.get(&history).await.is(403);
    site.get(&organization(&site).await).await.is(200);
    site.patch(&organization(&site).await, r#"{"isauditenabled":false}"#).await.is(403);
    site.token = auditor;
    site.get("audits").await.is(200);
    site.get(&history).await.is(200);
    site.post("DeleteRecordChangeHistory", &target).await.is(403);
    site.post("DeleteAuditData", r#"{"EndDate":"2026-03-02T10:30:02Z"}"#).await.is(403);
    site.post("assent_AuditEntity", r#"{"Entity":"contact","On":false}"#).await.is(403);
    // A role of one's own with the one privilege reads the rows, and nothing of what they are about.
    site.token = administrator;
    let role = site.make("roles", r#"{"name":"reviewer"}"#).await;
    let give = r#"{"Privileges":[{"PrivilegeName":"prvReadAuditSummary","Depth":"Global"}]}"#;
    site.post(&format!("roles({role})/Microsoft.Dynamics.CRM.AddPrivilegesRole"), give).await.is(204);
    let reviewer = site.app.db.write(&site.app.cx, |tx| web::token::create(tx, "Reviewer", "reviewer", None)).unwrap();
    site.token = reviewer;
    assert_eq!(rows(&site, "action eq 1 and objecttypecode eq 'contact'").await.len(), 1);
    let id = site.get("audits?$filter=action eq 1").await.json()["value"][0]["auditid"].as_str().unwrap().to_owned();
    site.get(&format!("audits({id})/Microsoft.Dynamics.CRM.RetrieveAuditDetails")).await.is(403);
}

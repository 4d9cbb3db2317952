//! Depth, owners and teams, end to end by the Web API.

use axum::{body::Body, http::Request};
use kernel::{Values, uuid::Uuid};
use serde_json::{Value as Json, json};

use crate::site::{Reply, Site};

async fn search(site: &Site, body: &Json) -> Reply {
    let request = Request::builder().method("POST").uri("/api/search/v2.0/query");
    let request = request.header("Authorization", format!("Bearer {}", site.token));
    site.raw(request.body(Body::from(body.to_string())).unwrap()).await
}

/// The site with the token of another user: a role made for the test, a business unit, a team or none.
struct Staff {
    token: String,
    id: String,
}

/// A user with a role, in a business unit.
fn staff(site: &Site, name: &str, role: &str, unit: Option<Uuid>) -> Staff {
    let (name, role) = (name.to_owned(), role.to_owned());
    let (token, id) = site
        .app
        .db
        .write(&site.app.cx, move |tx| {
            let token = web::token::create(tx, &name, &role, None)?;
            let id = web::token::user(tx, &name, &role)?;
            if let Some(unit) = unit {
                tx.update("systemuser", id, Values::new().with("businessunitid", ("businessunit", unit)))?;
            }
            Ok((token, id))
        })
        .unwrap();
    Staff { token, id: id.to_string() }
}

/// A site where sales persons reach what their depth says.
fn site(depth: &str) -> Site {
    const FILES: usize = privacy::metadata::SOURCES.entities.len();
    let texts: Vec<(&'static str, &'static str)> = privacy::metadata::SOURCES
        .entities
        .iter()
        .map(|(name, text)| {
            let text = match *name {
                "core/contact.toml" | "core/account.toml" | "core/task.toml" => {
                    let (head, roles) = text.split_once("[roles]").unwrap();
                    let roles: Vec<String> = roles
                        .lines()
                        .map(|it| {
                            if it.starts_with("sales-person") {
                                format!("sales-person = \"create,read,write,delete,append,appendto,assign:{depth}\"")
                            } else {
                                it.to_owned()
                            }
                        })
                        .collect();
                    Box::leak(format!("{head}[roles]{}", roles.join("\n")).into_boxed_str())
                }
                _ => *text,
            };
            (*name, text)
        })
        .collect();
    assert_eq!(texts.len(), FILES);
    Site::of(kernel::Sources { entities: Box::leak(texts.into_boxed_slice()), labels: &[], solutions: &[] })
}

fn names(list: &serde_json::Value) -> String {
    let rows = list["value"].as_array().unwrap();
    rows.iter().map(|it| it["lastname"].as_str().unwrap()).collect::<Vec<_>>().join(" ")
}

/// Who may not read a row does not learn that it is there, also not by asking whether it has a duplicate.
#[tokio::test]
async fn duplicates_among_rows_of_others_are_not_told_of() {
    let mut site = site("user");
    let rule = json!({ "name": "Same name", "baseentityname": "contact", "matchingentityname": "contact",
        "DuplicateRule_DuplicateRuleConditions": [
            { "baseattributename": "lastname", "matchingattributename": "lastname", "operatorcode": 0 }] });
    let rule = site.make("duplicaterules", &rule.to_string()).await;
    site.post(&format!("duplicaterules({rule})/Microsoft.Dynamics.CRM.PublishDuplicateRule"), "{}").await.is(200);
    let (ann, ben) = (staff(&site, "ann", "sales-person", None), staff(&site, "ben", "sales-person", None));
    let ask = ["MSCRM.SuppressDuplicateDetection: false"];
    let ito = r#"{"lastname":"Ito"}"#;
    let admin = std::mem::replace(&mut site.token, ann.token);
    site.send("POST", "contacts", &ask, ito).await.is(204);
    site.send("POST", "contacts", &ask, ito).await.is(412);
    site.token = ben.token;
    let path = "RetrieveDuplicates(BusinessEntity=@a,MatchingEntityName='contact')?@a=%7B'@odata.type':'Microsoft.Dynamics.CRM.contact','lastname':'Ito'%7D";
    assert_eq!(site.get(path).await.is(200).json()["value"], json!([]));
    site.send("POST", "contacts", &ask, ito).await.is(204);
    site.token = admin;
    site.send("POST", "contacts", &ask, ito).await.is(412);
}

#[tokio::test]
async fn the_depth_of_a_user_is_kept_on_every_way() {
    let mut site = site("user");
    let (ann, ben) = (staff(&site, "ann", "sales-person", None), staff(&site, "ben", "sales-person", None));
    let admin = std::mem::replace(&mut site.token, ann.token.clone());
    let mine = site.make("contacts", r#"{"lastname":"Mine"}"#).await;
    site.token = ben.token.clone();
    let theirs = site.make("contacts", r#"{"lastname":"Theirs","assent_externalid":"x-1"}"#).await;
    site.token = admin.clone();
    let shown =
        site.get(&format!("contacts({theirs})?$select=_ownerid_value,_owninguser_value,_owningteam_value")).await;
    let shown = shown.is(200).json();
    assert_eq!(
        (&shown["_ownerid_value"], &shown["_owninguser_value"]),
        (&ben.id.clone().into(), &ben.id.clone().into())
    );
    assert!(shown["_owningteam_value"].is_null());
    assert_eq!(names(&site.get("contacts?$orderby=lastname").await.is(200).json()), "Mine Theirs");

    site.token = ann.token.clone();
    assert_eq!(names(&site.get("contacts?$count=true").await.is(200).json()), "Mine");
    assert_eq!(site.get("contacts/$count").await.is(200).text, "\u{feff}1");
    assert_eq!(site.get("contacts?$apply=aggregate($count as n)").await.is(200).json()["value"][0]["n"], 1);
    let xml = "<fetch aggregate='true'><entity name='contact'><attribute name='contactid' aggregate='count' alias='n'/></entity></fetch>";
    let counted = site
        .get(&format!("contacts?fetchXml={}", xml.replace('\'', "%27").replace('<', "%3C").replace('>', "%3E")))
        .await;
    assert_eq!(counted.is(200).json()["value"][0]["n"], 1);
    let total = site.get("RetrieveTotalRecordCount(EntityNames=@p)?@p=['contact']").await.is(200).json();
    assert_eq!(total["EntityRecordCountCollection"]["Values"][0], 1);
    let refused = "403 0x80048306";
    let row = format!("contacts({theirs})");
    for reply in [
        site.get(&row).await,
        site.get(&format!("{row}/lastname")).await,
        site.patch(&row, r#"{"lastname":"X"}"#).await,
        site.send("PUT", &format!("{row}/lastname"), &[], r#"{"value":"X"}"#).await,
        site.send("DELETE", &row, &[], "").await,
        site.post("tasks", &format!(r#"{{"subject":"x","regardingobjectid_contact_task@odata.bind":"/{row}"}}"#)).await,
        site.get(&format!("{row}/Contact_Tasks")).await,
    ] {
        assert!(reply.error().starts_with(refused), "{}", reply.error());
    }
    // Nor by another key, nor by its name behind a lookup, nor is a row made in its place.
    site.get("contacts(assent_externalid='x-1')").await.is(404);
    site.send("PATCH", &row, &["If-None-Match: *"], r#"{"lastname":"X"}"#).await.is(403);
    site.get("contacts(00000000-0000-0000-0000-00000000dead)").await.is(404);
    site.send("GET", "contacts", &["Prefer: odata.track-changes"], "").await.is(200);

    // Given to the other, it is out of reach at once.
    let give = format!(r#"{{"ownerid@odata.bind":"/systemusers({})"}}"#, ben.id);
    site.patch(&format!("contacts({mine})"), &give).await.is(204);
    site.get(&format!("contacts({mine})")).await.is(403);
    assert_eq!(names(&site.get("contacts").await.is(200).json()), "");
    site.token = ben.token.clone();
    assert_eq!(names(&site.get("contacts?$orderby=lastname").await.is(200).json()), "Mine Theirs");
}

#[tokio::test]
async fn a_team_owns_rows_and_its_members_reach_them() {
    let mut site = site("user");
    let ann = staff(&site, "ann", "sales-person", None);
    let team = site.make("teams", r#"{"name":"Crew"}"#).await;
    let body = format!(r#"{{"lastname":"Ours","ownerid@odata.bind":"/teams({team})"}}"#);
    let row = site.make("contacts", &body).await;
    let shown = site.send("GET", &format!("contacts({row})"), &["Prefer: odata.include-annotations=\"*\""], "").await;
    let shown = shown.is(200).json();
    assert_eq!(shown["_ownerid_value@Microsoft.Dynamics.CRM.lookuplogicalname"], "team");
    assert_eq!(shown["_ownerid_value@OData.Community.Display.V1.FormattedValue"], "Crew");
    assert_eq!(shown["_owningteam_value"], team);
    let admin = std::mem::replace(&mut site.token, ann.token.clone());
    site.get(&format!("contacts({row})")).await.is(403);
    site.token = admin.clone();
    let member =
        format!(r#"{{"teamid@odata.bind":"/teams({team})","systemuserid@odata.bind":"/systemusers({})"}}"#, ann.id);
    let member = site.make("teammemberships", &member).await;
    site.token = ann.token.clone();
    site.get(&format!("contacts({row})")).await.is(200);
    site.patch(&format!("contacts({row})"), r#"{"firstname":"All"}"#).await.is(204);
    site.token = admin;
    site.send("DELETE", &format!("teammemberships({member})"), &[], "").await.is(204);
    let admin = std::mem::replace(&mut site.token, ann.token.clone());
    site.get(&format!("contacts({row})")).await.is(403);
    // A member may not make members, and the relationship works both ways.
    let link = format!("teams({team})/teammembership_association/$ref");
    let body = format!(r#"{{"@odata.id":"systemusers({})"}}"#, ann.id);
    site.post(&link, &body).await.is(403);
    site.token = admin;
    site.post(&link, &body).await.is(204);
    let mine =
        site.get(&format!("systemusers({})/teammembership_association?$select=name", ann.id)).await.is(200).json();
    assert_eq!(mine["value"][0]["name"], "Crew");
    let role = site.get("roles?$filter=name eq 'marketer'&$select=name").await.is(200).json();
    let role = role["value"][0]["roleid"].as_str().unwrap().to_owned();
    let held = format!("teams({team})/teamroles_association/$ref");
    site.post(&held, &format!(r#"{{"@odata.id":"roles({role})"}}"#)).await.is(204);
    site.token = ann.token;
    site.get(&format!("contacts({row})")).await.is(200);
    site.get("msdyncrm_segments").await.is(200);
}

#[tokio::test]
async fn business_units_form_a_tree() {
    for (depth, seen) in
        [("business-unit", "North"), ("parent-child", "Far North"), ("organization", "Far North South")]
    {
        let mut site = site(depth);
        let root = kernel::ROOT_UNIT;
        let below = |name: &str, above: &str| {
            format!(r#"{{"name":"{name}","parentbusinessunitid@odata.bind":"/businessunits({above})"}}"#)
        };
        let north = site.make("businessunits", &below("North", &root.to_string())).await;
        let far = site.make("businessunits", &below("Far", &north)).await;
        let south = site.make("businessunits", &below("South", &root.to_string())).await;
        let mut tokens = Vec::new();
        for (name, unit) in [("North", &north), ("Far", &far), ("South", &south)] {
            let staff = staff(&site, name, "sales-person", Some(unit.parse().unwrap()));
            let before = std::mem::replace(&mut site.token, staff.token.clone());
            site.make("contacts", &format!(r#"{{"lastname":"{name}"}}"#)).await;
            site.token = before;
            tokens.push(staff.token);
        }
        site.token = tokens.swap_remove(0);
        assert_eq!(names(&site.get("contacts?$orderby=lastname").await.is(200).json()), seen, "{depth}");
        assert_eq!(site.get("WhoAmI").await.is(200).json()["BusinessUnitId"], north);
    }
}

/// A secured column is as one that is not there, on every way, until a profile opens it.
#[tokio::test]
async fn a_secured_column_is_absent_until_a_profile_opens_it() {
    let mut site = Site::new();
    let ann = staff(&site, "ann", "sales-person", None);
    let secure = |column: &str, on: bool| format!(r#"{{"Entity":"contact","Column":"{column}","Secured":{on}}}"#);
    let row = r#"{"firstname":"Ida","lastname":"Ito","telephone1":"0100","description":"salary 7"}"#;
    let id = site.make("contacts", row).await;
    site.post("assent_SecureColumn", &secure("nosuch", true)).await.is(400);
    site.post("assent_SecureColumn", &secure("ownerid", true)).await.is(400);
    for column in ["description", "firstname"] {
        assert_eq!(site.post("assent_SecureColumn", &secure(column, true)).await.is(200).json()["Changed"], true);
    }
    assert_eq!(site.post("assent_SecureColumn", &secure("description", true)).await.is(200).json()["Changed"], false);
    let definition = "EntityDefinitions(LogicalName='contact')/Attributes(LogicalName='description')";
    assert_eq!(site.get(definition).await.is(200).json()["IsSecured"], true);
    assert_eq!(site.get(&format!("contacts({id})")).await.is(200).json()["description"], "salary 7");

    let admin = std::mem::replace(&mut site.token, ann.token.clone());
    site.post("assent_SecureColumn", &secure("description", false)).await.is(403);
    let shown = site.send("GET", &format!("contacts({id})"), &["Prefer: odata.include-annotations=\"*\""], "").await;
    let shown = shown.is(200);
    // The full name is made of the first name, so it is closed with it.
    for word in ["salary", "description", "Ida", "firstname", "fullname"] {
        assert!(!shown.text.contains(word), "{word} in {}", shown.text);
    }
    assert_eq!(shown.json()["lastname"], "Ito");
    let list = site.get("contacts").await.is(200).text;
    assert!(list.contains("Ito") && !list.contains("salary") && !list.contains("Ida"), "{list}");
    let encoded = |xml: &str| xml.replace('\'', "%27").replace('<', "%3C").replace('>', "%3E");
    let all = encoded("<fetch><entity name='contact'><all-attributes/></entity></fetch>");
    let all = site.get(&format!("contacts?fetchXml={all}")).await.is(200).text;
    assert!(all.contains("Ito") && !all.contains("salary"), "{all}");
    let one = encoded("<fetch><entity name='contact'><attribute name='description'/></entity></fetch>");
    let condition = encoded(
        "<fetch><entity name='contact'><attribute name='lastname'/><filter><condition attribute='description' operator='like' value='%'/></filter></entity></fetch>",
    );
    let task = r#"{"subject":"call","regardingobjectid_contact_task@odata.bind":"/contacts("#;
    let task = site.make("tasks", &format!("{task}{id})\"}}")).await;
    let behind = format!("tasks({task})?$expand=regardingobjectid_contact_task");
    assert!(!site.get(&behind).await.is(200).text.contains("salary"));
    for way in [
        "contacts?$select=description".to_owned(),
        "contacts?$filter=contains(description,'7')".to_owned(),
        "contacts?$filter=description ne null".to_owned(),
        "contacts?$orderby=description".to_owned(),
        "contacts?$apply=groupby((description))".to_owned(),
        "contacts?$apply=aggregate(description with max as m)".to_owned(),
        format!("contacts?fetchXml={one}"),
        format!("contacts?fetchXml={condition}"),
        format!("contacts({id})?$select=description"),
        format!("contacts({id})/description"),
        format!("contacts({id})/description/$value"),
        "tasks?$filter=regardingobjectid_contact_task/description eq 'x'".to_owned(),
        "tasks?$expand=regardingobjectid_contact_task($select=description)".to_owned(),
        "contacts?$filter=Contact_Tasks/any(t:t/regardingobjectid_contact_task/description eq 'x')".to_owned(),
    ] {
        let error = site.get(&way).await.is(403).error();
        assert!(error.contains("secured") && !error.contains("salary"), "{way}: {error}");
    }
    // A search leaves the closed columns out, and refuses whoever names one.
    for (word, count) in [("ito", 1), ("salary", 0), ("ida", 0)] {
        let found = search(&site, &json!({ "search": word, "count": true, "entities": ["contact"] })).await.is(200);
        assert!(found.text.contains(&format!(r#"\"Count\":{count}"#)), "{word}: {}", found.text);
        assert!(!found.text.contains("description") && !found.text.contains("firstname"), "{}", found.text);
    }
    for property in ["searchColumns", "selectColumns"] {
        let body = json!({ "search": "ito", "entities": [{ "name": "contact", property: ["description"] }] });
        let error = search(&site, &body).await.is(403).error();
        assert!(error.contains("secured"), "{error}");
    }
    for body in [r#"{"description":"x"}"#, r#"{"description":null}"#] {
        site.patch(&format!("contacts({id})"), body).await.is(403);
    }
    site.post("contacts", r#"{"lastname":"New","description":"x"}"#).await.is(403);
    site.send("PUT", &format!("contacts({id})/description"), &[], r#"{"value":"x"}"#).await.is(403);
    site.send("DELETE", &format!("contacts({id})/description"), &[], "").await.is(403);
    site.patch(&format!("contacts({id})"), r#"{"telephone1":"0200"}"#).await.is(204);

    // The history is the auditor's, and the column is closed there too.
    site.token = staff(&site, "eve", "auditor", None).token;
    let history = site.get(&format!("assent_RecordHistory(Entity='contact',Id={id})")).await.is(200).text;
    assert!(history.contains("0200") && !history.contains("salary") && !history.contains("description"), "{history}");

    // A profile, given to a team: read, not write.
    site.token = admin.clone();
    let profile = site.make("fieldsecurityprofiles", r#"{"name":"Salaries"}"#).await;
    let permission = format!(
        r#"{{"fieldsecurityprofileid@odata.bind":"/fieldsecurityprofiles({profile})","entityname":"contact","attributelogicalname":"description","canread":4}}"#
    );
    let permission = site.make("fieldpermissions", &permission).await;
    let team = site.make("teams", r#"{"name":"Pay"}"#).await;
    let link =
        async |path: String, body: String| site.post(&path, &format!(r#"{{"@odata.id":"{body}"}}"#)).await.is(204);
    link(format!("teams({team})/teamprofiles_association/$ref"), format!("fieldsecurityprofiles({profile})")).await;
    link(format!("teams({team})/teammembership_association/$ref"), format!("systemusers({})", ann.id)).await;
    site.token = ann.token.clone();
    assert_eq!(
        site.get("contacts?$filter=contains(description,'7')").await.is(200).json()["value"][0]["description"],
        "salary 7"
    );
    site.patch(&format!("contacts({id})"), r#"{"description":"x"}"#).await.is(403);
    site.token = admin.clone();
    site.patch(&format!("fieldpermissions({permission})"), r#"{"canupdate":4}"#).await.is(204);
    site.token = ann.token.clone();
    site.patch(&format!("contacts({id})"), r#"{"description":"x"}"#).await.is(204);

    // Opened again for everybody.
    site.token = admin;
    assert_eq!(site.post("assent_SecureColumn", &secure("firstname", false)).await.is(200).json()["Changed"], true);
    site.token = ann.token;
    assert_eq!(site.get(&format!("contacts({id})")).await.is(200).json()["fullname"], "Ida Ito");
}

const OF: &str = "Microsoft.Dynamics.CRM";

/// A role of one's own: made, given privileges, held, changed and taken away, each at once.
#[tokio::test]
async fn roles_are_records_whose_privileges_change_at_run_time() {
    let mut site = Site::new();
    let role = site.make("roles", r#"{"name":"Regional sales"}"#).await;
    let ann = staff(&site, "ann", "Regional sales", None);
    let ben = staff(&site, "ben", "marketer", None);
    let theirs = site.make("accounts", r#"{"name":"Theirs"}"#).await;
    let admin = std::mem::replace(&mut site.token, ann.token.clone());
    assert!(site.get("accounts").await.error().starts_with("403 0x80040220"));
    let add = format!("roles({role})/{OF}.AddPrivilegesRole");
    let body = r#"{"Privileges":[{"Depth":"Basic","PrivilegeName":"prvReadAccount"},{"Depth":"Basic","PrivilegeName":"prvCreateAccount"}]}"#;
    site.post(&add, body).await.is(403);
    site.token = admin.clone();
    site.post(&add, body).await.is(204);
    site.token = ann.token.clone();
    let mine = site.make("accounts", r#"{"name":"Mine"}"#).await;
    assert_eq!(site.get("accounts").await.is(200).json()["value"].as_array().unwrap().len(), 1);
    assert!(site.get(&format!("accounts({theirs})")).await.error().starts_with("403 0x80048306"));
    assert!(site.patch(&format!("accounts({mine})"), r#"{"name":"X"}"#).await.error().contains("0x80040220"));
    site.token = admin.clone();
    // By identifier, as Dataverse's clients send it, and deeper.
    let set = site.get("RetrievePrivilegeSet()").await.is(200).json();
    let read = set["value"].as_array().unwrap().iter().find(|it| it["name"] == "prvReadaccount").unwrap();
    let deeper = format!(r#"{{"Privileges":[{{"Depth":"Global","PrivilegeId":{}}}]}}"#, read["privilegeid"]);
    site.post(&add, &deeper).await.is(204);
    let shown = site.get(&format!("RetrieveRolePrivilegesRole(RoleId={role})")).await.is(200).json();
    let shown: Vec<String> = shown["RolePrivileges"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| format!("{} {}", it["PrivilegeName"].as_str().unwrap(), it["Depth"].as_str().unwrap()))
        .collect();
    assert_eq!(shown, ["prvCreateaccount Basic", "prvReadaccount Global"]);
    site.token = ann.token.clone();
    site.get(&format!("accounts({theirs})")).await.is(200);
    // Given to somebody else beside their own role, by the relationship.
    site.token = ben.token.clone();
    site.post("accounts", r#"{"name":"B"}"#).await.is(403);
    site.token = admin.clone();
    let held = format!("systemusers({})/systemuserroles_association/$ref", ben.id);
    site.post(&held, &format!(r#"{{"@odata.id":"roles({role})"}}"#)).await.is(204);
    site.token = ben.token.clone();
    site.make("accounts", r#"{"name":"B"}"#).await;
    site.token = admin.clone();
    let drop = |name: &str| format!(r#"{{"PrivilegeName":"{name}"}}"#);
    let remove = format!("roles({role})/{OF}.RemovePrivilegeRole");
    site.post(&remove, &drop("prvCreateAccount")).await.is(204);
    site.post(&remove, &drop("prvCreateAccount")).await.is(409);
    site.token = ben.token.clone();
    site.post("accounts", r#"{"name":"B"}"#).await.is(403);
    site.token = admin.clone();
    let replace = format!("roles({role})/{OF}.ReplacePrivilegesRole");
    site.post(&replace, r#"{"Privileges":[{"Depth":"Global","PrivilegeName":"prvReadAuditSummary"}]}"#).await.is(204);
    site.token = ann.token.clone();
    site.get("accounts").await.is(403);
    site.get("assent_VerifyAudit()").await.is(200);
    // A role that is gone lets nobody in.
    site.token = admin;
    site.send("DELETE", &format!("roles({role})"), &[], "").await.is(204);
    site.token = ann.token;
    site.get("WhoAmI").await.is(401);
}

#[tokio::test]
async fn what_a_role_of_the_product_keeps() {
    let site = Site::new();
    let of = |name: &str| format!("roles({})", kernel::access::role_id(name));
    let one = |name: &str, depth: &str| format!(r#"{{"Privileges":[{{"Depth":"{depth}","PrivilegeName":"{name}"}}]}}"#);
    let add = async |role: &str, body: String| site.post(&format!("{}/{OF}.AddPrivilegesRole", of(role)), &body).await;
    add("auditor", one("prvReadassent_token", "Global")).await.is(204);
    for (role, name, depth, text) in [
        ("auditor", "prvWriteContact", "Global", "reads and nothing else"),
        ("auditor", "prvActOnBehalfOfAnotherUser", "Global", "reads and nothing else"),
        ("public", "prvReadContact", "Global", "public pages"),
        ("system-administrator", "prvReadContact", "Global", "everything already"),
        ("marketer", "prvReadRole", "Basic", "Global only"),
        ("marketer", "prvReadNothing", "Global", "no privilege"),
        ("marketer", "prvReadContact", "Deepest", "Basic, Local"),
    ] {
        let error = add(role, one(name, depth)).await.error();
        assert!(error.contains(text), "{role} {name}: {error}");
    }
    let replaced = site.post(&format!("{}/{OF}.ReplacePrivilegesRole", of("marketer")), r#"{"Privileges":[]}"#).await;
    assert!(replaced.error().contains("make a role of your own"), "{}", replaced.text);
    site.patch(&of("marketer"), r#"{"name":"x"}"#).await.is(409);
    site.send("DELETE", &of("marketer"), &[], "").await.is(409);
    site.post("roleprivilegescollection", "{}").await.is(403);
}

/// One row opened to a colleague and to a team, no further than the sharer's own rights.
#[tokio::test]
async fn a_row_is_shared_with_a_user_and_a_team() {
    let mut site = site("user");
    let (ann, ben) = (staff(&site, "ann", "sales-person", None), staff(&site, "ben", "sales-person", None));
    let eve = staff(&site, "eve", "auditor", None);
    let team = site.make("teams", r#"{"name":"Crew"}"#).await;
    let link = format!("teams({team})/teammembership_association/$ref");
    site.post(&link, &format!(r#"{{"@odata.id":"systemusers({})"}}"#, ben.id)).await.is(204);
    let add = format!("roles({})/{OF}.AddPrivilegesRole", kernel::access::role_id("sales-person"));
    let share = r#"{"Privileges":[{"Depth":"Basic","PrivilegeName":"prvShareContact"}]}"#;
    let admin = std::mem::replace(&mut site.token, ann.token.clone());
    let row = site.make("contacts", r#"{"lastname":"Shared"}"#).await;
    let other = site.make("contacts", r#"{"lastname":"Kept"}"#).await;
    let grant = |who: &str, id: &str, mask: &str| {
        format!(
            r#"{{"Target":{{"@odata.type":"{OF}.contact","contactid":"{row}"}},"PrincipalAccess":{{"Principal":{{"@odata.type":"{OF}.{who}","{who}id":"{id}"}},"AccessMask":"{mask}"}}}}"#
        )
    };
    site.post("GrantAccess", &grant("systemuser", &ben.id, "ReadAccess")).await.is(403);
    site.token = admin.clone();
    site.post(&add, share).await.is(204);
    site.token = ann.token.clone();
    assert!(
        site.post("GrantAccess", &grant("systemuser", &ben.id, "Read")).await.is(400).error().contains("ReadAccess")
    );
    site.post("GrantAccess", &grant("contact", &row, "ReadAccess")).await.is(400);
    // Only users and teams are named by `ownerid`.
    let owned = json!({
        "Target": { "@odata.type": "Microsoft.Dynamics.CRM.contact", "ownerid": row },
        "Revokee": { "@odata.type": "Microsoft.Dynamics.CRM.systemuser", "ownerid": ben.id },
    });
    assert!(site.post("RevokeAccess", &owned.to_string()).await.is(400).error().contains("Target"));
    site.post("GrantAccess", &grant("systemuser", &ben.id, "ReadAccess")).await.is(204);

    site.token = ben.token.clone();
    assert_eq!(names(&site.get("contacts").await.is(200).json()), "Shared");
    site.get(&format!("contacts({row})")).await.is(200);
    site.get(&format!("contacts({other})")).await.is(403);
    assert!(site.patch(&format!("contacts({row})"), r#"{"lastname":"X"}"#).await.error().starts_with("403 0x80048306"));
    // What is read by a share is not shared on.
    site.post("GrantAccess", &grant("systemuser", &eve.id, "ReadAccess")).await.is(403);
    let rights =
        format!("systemusers({})/{OF}.RetrievePrincipalAccess(Target=@t)?@t={{'@odata.id':'contacts({row})'}}", ben.id);
    let rights = rights.replace('{', "%7B").replace('}', "%7D");
    assert_eq!(site.get(&rights).await.is(200).json()["AccessRights"], "ReadAccess");

    site.token = ann.token.clone();
    site.post("GrantAccess", &grant("team", &team, "WriteAccess,ReadAccess")).await.is(204);
    let with = format!("RetrieveSharedPrincipalsAndAccess(Target=@t)?@t=%7B'@odata.id':'contacts({row})'%7D");
    let with = site.get(&with).await.is(200).json();
    assert_eq!(with["PrincipalAccesses"].as_array().unwrap().len(), 2, "{with}");
    let of_team = with["PrincipalAccesses"].as_array().unwrap().iter().find(|it| it["Principal"]["teamid"] == team);
    assert_eq!(of_team.unwrap()["AccessMask"], "ReadAccess, WriteAccess");
    site.token = ben.token.clone();
    site.patch(&format!("contacts({row})"), r#"{"lastname":"Written"}"#).await.is(204);
    assert_eq!(site.get(&rights).await.is(200).json()["AccessRights"], "ReadAccess, WriteAccess");

    // Fewer rights, then none; and an auditor has no privilege that a share could carry.
    site.token = ann.token.clone();
    site.post("ModifyAccess", &grant("team", &team, "ReadAccess")).await.is(204);
    site.token = ben.token.clone();
    site.patch(&format!("contacts({row})"), r#"{"lastname":"Again"}"#).await.is(403);
    site.token = ann.token.clone();
    let revoke = |who: &str, id: &str| {
        format!(
            r#"{{"Target":{{"@odata.id":"contacts({row})"}},"Revokee":{{"@odata.type":"{OF}.{who}","{who}id":"{id}"}}}}"#
        )
    };
    site.post("RevokeAccess", &revoke("team", &team)).await.is(204);
    site.post("RevokeAccess", &revoke("systemuser", &ben.id)).await.is(204);
    site.token = ben.token.clone();
    site.get(&format!("contacts({row})")).await.is(403);
    // A share goes with its row.
    site.token = ann.token.clone();
    site.post("GrantAccess", &grant("systemuser", &ben.id, "ReadAccess")).await.is(204);
    site.send("DELETE", &format!("contacts({row})"), &[], "").await.is(204);
    site.token = admin;
    assert_eq!(site.get("principalobjectaccessset").await.is(200).json()["value"].as_array().unwrap().len(), 0);
}

/// Asking for another user: what only one of the two may do is refused, and both are noted.
#[tokio::test]
async fn one_user_asks_for_another() {
    let site = Site::new();
    let make = |name: &'static str, role: &'static str| {
        site.app.db.write(&site.app.cx, move |tx| web::token::create(tx, name, role, None)).unwrap()
    };
    make("Seller", "sales-person");
    let officer = make("Officer", "privacy-officer");
    let user = async |name: &str| {
        let rows = site.get(&format!("systemusers?$select=systemuserid&$filter=fullname eq '{name}'")).await.json();
        rows["value"][0]["systemuserid"].as_str().unwrap().to_owned()
    };
    let (seller, me) = (user("Seller").await, user("Operations").await);
    // CallerObjectId is the identifier in the directory, where the user has one.
    let listed = "11111111-2222-3333-4444-555555555555";
    let path = format!("systemusers({seller})");
    site.patch(&path, &format!(r#"{{"azureactivedirectoryobjectid":"{listed}"}}"#)).await.is(204);
    let by_directory = format!("CallerObjectId: {listed}");
    assert_eq!(site.send("GET", "WhoAmI", &[&by_directory], "").await.is(200).json()["UserId"], seller.as_str());
    let by_own = format!("MSCRMCallerID: {listed}");
    site.send("GET", "WhoAmI", &[&by_own], "").await.is(403);
    let header = format!("CallerObjectId: {seller}");
    let asked = [header.as_str()];
    let who = site.send("GET", "WhoAmI", &asked, "").await.is(200).json();
    assert_eq!(who["UserId"], seller.as_str());
    let body = r#"{"lastname":"Elm"}"#;
    let made = site.send("POST", "contacts", &asked, body).await.is(204);
    let id = made.header("odata-entityid").rsplit_once('(').unwrap().1.trim_end_matches(')').to_owned();
    let row =
        site.get(&format!("contacts({id})?$select=_createdby_value,_createdonbehalfby_value,_ownerid_value")).await;
    let row = row.is(200).json();
    assert_eq!(
        (&row["_createdby_value"], &row["_createdonbehalfby_value"], &row["_ownerid_value"]),
        (&serde_json::json!(seller), &serde_json::json!(me), &serde_json::json!(seller))
    );
    let history = site.get(&format!("assent_RecordHistory(Entity='contact',Id={id})")).await.is(200).json();
    assert_eq!(history["Changes"][0]["Caller"], format!("user:{me}"));
    // What the seller may not do, the administrator does not do for them.
    let other = site.make("contacts", r#"{"lastname":"Oak"}"#).await;
    site.send("DELETE", &format!("contacts({other})"), &asked, "").await.is(403);
    site.send("POST", "roles", &asked, r#"{"name":"x"}"#).await.is(403);
    site.send("GET", "assent_VerifyAudit()", &asked, "").await.is(403);
    // A change of one's own takes the note away again.
    site.send("PATCH", &format!("contacts({id})"), &asked, r#"{"jobtitle":"a"}"#).await.is(204);
    let note = async || {
        site.get(&format!("contacts({id})?$select=_modifiedonbehalfby_value")).await.json()["_modifiedonbehalfby_value"]
            .clone()
    };
    assert_eq!(note().await, me.as_str());
    site.patch(&format!("contacts({id})"), r#"{"jobtitle":"b"}"#).await.is(204);
    assert!(note().await.is_null());
    // Who there is not, what is no identifier, and who may not ask.
    site.send("GET", "WhoAmI", &["MSCRMCallerID: 00000000-0000-0000-0000-00000000dead"], "").await.is(403);
    site.send("GET", "WhoAmI", &["MSCRMCallerID: nobody"], "").await.is(400);
    let mut site = site;
    site.token = officer;
    let refused = site.send("GET", "WhoAmI", &asked, "").await.is(403);
    assert!(refused.error().contains("prvActOnBehalfOfAnotherUser"), "{}", refused.error());
}

//! Solutions and their components, and what Microsoft's `FunctionsAndActions` example does with rights.

use serde_json::{Value as Json, json};

use crate::{rights::with_role, site::Site};

const OF: &str = "Microsoft.Dynamics.CRM";
const INTO: &str = "MSCRM.SolutionUniqueName: new_shop";

async fn solution(site: &Site, name: &str) -> String {
    site.make("solutions", &json!({ "uniquename": name }).to_string()).await
}

/// Unique name of the solution and type of each component of a definition, sorted.
async fn belongs(site: &Site, object: &str) -> Vec<(String, i64)> {
    let path = format!(
        "solutioncomponents?$select=componenttype&$expand=solutionid($select=uniquename)&$filter=objectid eq {object}"
    );
    let rows = site.get(&path).await.is(200).json();
    let row = |it: &Json| {
        (it["solutionid"]["uniquename"].as_str().unwrap().to_owned(), it["componenttype"].as_i64().unwrap())
    };
    let mut all: Vec<_> = rows["value"].as_array().unwrap().iter().map(row).collect();
    all.sort();
    all
}

async fn components(site: &Site) -> usize {
    site.get("solutioncomponents").await.is(200).json()["value"].as_array().unwrap().len()
}

/// Adds a definition to the solution of the header; its identifier.
async fn add(site: &Site, path: &str, headers: &[&str], body: &Json) -> String {
    let made = site.send("POST", path, headers, &body.to_string()).await.is(204);
    made.header("odata-entityid").rsplit_once('(').unwrap().1.trim_end_matches(')').to_owned()
}

fn text(name: &str) -> Json {
    json!({ "@odata.type": format!("{OF}.StringAttributeMetadata"), "SchemaName": name, "MaxLength": 50, "IsPrimaryName": name.ends_with("_name") })
}

fn table(name: &str) -> Json {
    json!({ "@odata.type": format!("{OF}.EntityMetadata"), "SchemaName": name, "Attributes": [text(&format!("{name}_name"))] })
}

#[tokio::test]
async fn the_product_has_its_solutions() {
    let site = Site::new();
    let path = "solutions?$select=uniquename,version,ismanaged,installedon&$orderby=uniquename";
    let names = |rows: &Json| {
        let rows = rows["value"].as_array().unwrap().clone();
        rows.iter().map(|it| format!("{} {}", it["uniquename"].as_str().unwrap(), it["ismanaged"])).collect::<Vec<_>>()
    };
    let rows = site.get(path).await.is(200).json();
    assert_eq!(names(&rows), ["Default false", "IsSystemAdminFunction true"]);
    assert_eq!(rows["value"][1]["version"], "1.0.0.0");
    assert_eq!(rows["value"][0]["installedon"], "2026-03-02T10:30:00Z");
    assert_eq!(components(&site).await, 0);
    let enable = r#"{"Name":"embedded_intelligence","AcceptPrivacyStatement":true}"#;
    // Nobody takes the name before it is enabled.
    let taken = site.post("solutions", r#"{"uniquename":"Embedded_Intelligence"}"#).await.is(409);
    assert!(taken.error().contains("comes with the product"), "{}", taken.text);
    site.send("POST", "assent_EnableSolution", &[], enable).await.is(200);
    let rows = site.get(path).await.is(200).json();
    assert_eq!(names(&rows), ["Default false", "embedded_intelligence true", "IsSystemAdminFunction true"]);
    let read = "EntityDefinitions(LogicalName='contact')/Attributes(LogicalName='msdyn_gdproptout')?$select=MetadataId";
    let id = site.get(read).await.is(200).json()["MetadataId"].as_str().unwrap().to_owned();
    assert_eq!(belongs(&site, &id).await, [("embedded_intelligence".to_owned(), 2)]);
    // A second time changes nothing.
    site.app.db.write(&site.app.cx, web::solutions::ensure).unwrap();
    assert_eq!(names(&site.get(path).await.json()).len(), 3);
    // They stay, and nothing is added to one of the product.
    for name in ["Default", "IsSystemAdminFunction", "embedded_intelligence"] {
        let row = format!("solutions(uniquename='{name}')");
        site.patch(&row, r#"{"friendlyname":"Mine"}"#).await.is(409);
        assert!(site.send("DELETE", &row, &[], "").await.is(409).error().contains("comes with the product"));
    }
    let header = "MSCRM.SolutionUniqueName: embedded_intelligence";
    let refused = site.send("POST", "EntityDefinitions", &[header], &table("new_lamp").to_string()).await.is(400);
    assert!(refused.error().contains("MSCRM.SolutionUniqueName: embedded_intelligence comes with"), "{}", refused.text);
}

#[tokio::test]
async fn a_solution_of_ones_own_is_made_renamed_and_removed() {
    let mut site = Site::new();
    for (body, column) in [
        (r#"{"friendlyname":"x"}"#, "uniquename"),
        (r#"{"uniquename":"my shop"}"#, "uniquename"),
        (r#"{"uniquename":"1shop"}"#, "uniquename"),
        (r#"{"uniquename":"new_shop","version":"1.x"}"#, "version"),
        (r#"{"uniquename":"new_shop","version":"1.0.0.0.0"}"#, "version"),
    ] {
        let refused = site.post("solutions", body).await.is(400);
        assert!(refused.error().contains(column), "{body}: {}", refused.text);
    }
    let id = solution(&site, "new_shop").await;
    assert!(site.post("solutions", r#"{"uniquename":"new_shop"}"#).await.status.is_client_error());
    let row = format!("solutions({id})");
    let made = site.get(&row).await.is(200).json();
    assert_eq!((&made["friendlyname"], &made["version"]), (&json!("new_shop"), &json!("1.0.0.0")));
    assert_eq!((&made["ismanaged"], made["installedon"].is_string()), (&json!(false), true));
    site.patch(&row, r#"{"friendlyname":"Shop","version":"1.1"}"#).await.is(204);
    assert_eq!(site.get(&row).await.json()["friendlyname"], "Shop");
    assert!(site.patch(&row, r#"{"uniquename":"new_other"}"#).await.is(409).error().contains("friendlyname"));
    // Removed, what was added stays, and Default still has it.
    let lamp = add(&site, "EntityDefinitions", &[INTO], &table("new_lamp")).await;
    assert_eq!(belongs(&site, &lamp).await, [("Default".to_owned(), 1), ("new_shop".to_owned(), 1)]);
    let admin = site.token.clone();
    with_role(&mut site, "marketer");
    site.get(&row).await.is(200);
    site.patch(&row, r#"{"friendlyname":"x"}"#).await.is(403);
    site.post("solutions", r#"{"uniquename":"new_mine"}"#).await.is(403);
    site.send("DELETE", &row, &[], "").await.is(403);
    site.token = admin;
    site.send("DELETE", &row, &[], "").await.is(204);
    assert_eq!(belongs(&site, &lamp).await, [("Default".to_owned(), 1)]);
    site.get("new_lamps").await.is(200);
    // What belongs to a solution is said by the product alone.
    let body =
        json!({ "solutionid@odata.bind": "solutions(uniquename='Default')", "componenttype": 1, "objectid": lamp });
    site.post("solutioncomponents", &body.to_string()).await.is(403);
}

/// Each kind of definition becomes a component, in the transaction that makes it, and goes with it.
#[tokio::test]
async fn each_kind_of_definition_is_a_component() {
    let site = Site::new();
    solution(&site, "new_shop").await;
    let lamp = "EntityDefinitions(LogicalName='new_lamp')";
    let one = json!({ "@odata.type": format!("{OF}.OneToManyRelationshipMetadata"), "SchemaName": "new_account_lamp",
        "ReferencedEntity": "account", "ReferencingEntity": "new_lamp", "Lookup": { "SchemaName": "new_AccountId" } });
    let many = json!({ "@odata.type": format!("{OF}.ManyToManyRelationshipMetadata"), "SchemaName": "new_lamp_task",
        "Entity1LogicalName": "new_lamp", "Entity2LogicalName": "task", "IntersectEntityName": "new_lamp_task" });
    let key = json!({ "SchemaName": "new_bycode", "KeyAttributes": ["new_code"] });
    let choice = json!({ "Name": "new_colours", "Options": [{ "Value": 1 }] });
    let (attributes, keys) = (format!("{lamp}/Attributes"), format!("{lamp}/Keys"));
    let mut made = Vec::new();
    for (kind, path, body) in [
        (1, "EntityDefinitions", table("new_lamp")),
        (2, attributes.as_str(), text("new_code")),
        (14, keys.as_str(), key),
        (9, "GlobalOptionSetDefinitions", choice),
        (10, "RelationshipDefinitions", one),
        (10, "RelationshipDefinitions", many),
    ] {
        // Without the solution nothing is made.
        let wrong = site.send("POST", path, &["MSCRM.SolutionUniqueName: nosuch"], &body.to_string()).await.is(400);
        assert!(wrong.error().contains("MSCRM.SolutionUniqueName: there is no solution nosuch"), "{}", wrong.text);
        let id = add(&site, path, &[INTO], &body).await;
        assert_eq!(belongs(&site, &id).await, [("Default".to_owned(), kind), ("new_shop".to_owned(), kind)], "{path}");
        // The same identifier as the definition answers with.
        site.get(&format!("{path}({id})")).await.is(200);
        made.push((format!("{path}({id})"), id));
    }
    // The lookup of the relationship is a column too.
    let lookup = format!("{attributes}(LogicalName='new_accountid')?$select=MetadataId");
    let lookup = site.get(&lookup).await.json()["MetadataId"].as_str().unwrap().to_owned();
    assert_eq!(belongs(&site, &lookup).await, [("Default".to_owned(), 2), ("new_shop".to_owned(), 2)]);
    assert_eq!(components(&site).await, 14);
    // Without a header, Default alone; other changes add nothing.
    let plain = add(&site, &attributes, &[], &text("new_plain")).await;
    assert_eq!(belongs(&site, &plain).await, [("Default".to_owned(), 2)]);
    site.send("PUT", lamp, &[INTO], r#"{"DisplayName":{"LocalizedLabels":[{"Label":"x","LanguageCode":1033}]}}"#)
        .await
        .is(204);
    assert_eq!(components(&site).await, 15);
    // In the order in which nothing is in use.
    made.swap(0, 5);
    made.swap(1, 2);
    for (path, id) in made {
        site.send("DELETE", &path, &[], "").await.is(204);
        assert_eq!(belongs(&site, &id).await, [], "{path}");
    }
    assert_eq!(components(&site).await, 0);
}

#[tokio::test]
async fn create_entities_takes_a_solution() {
    let site = Site::new();
    solution(&site, "new_shop").await;
    let body = |name: &str, more: Json| {
        let mut body = json!({ "Entities": [{ "@odata.type": format!("{OF}.ComplexEntityMetadata"), "SchemaName": name,
            "Attributes": [{ "@odata.type": format!("{OF}.ComplexStringAttributeMetadata"), "SchemaName": "new_name", "IsPrimaryName": true }] }] });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body.to_string()
    };
    let wrong = body("new_a", json!({ "SolutionUniqueName": "nosuch" }));
    assert!(site.post("CreateEntities", &wrong).await.is(400).error().contains("SolutionUniqueName: there is no"));
    let wrong = site.post("CreateEntities?SolutionUniqueName=nosuch", &body("new_a", json!({}))).await.is(400);
    assert!(wrong.error().contains("SolutionUniqueName: there is no"), "{}", wrong.text);
    site.get("new_as").await.is(404);
    for (path, name, more) in [
        ("CreateEntities", "new_a", json!({ "SolutionUniqueName": "new_shop" })),
        ("CreateEntities?SolutionUniqueName=new_shop", "new_b", json!({})),
    ] {
        let made = site.post(path, &body(name, more)).await.is(200).json();
        let id = made["EntityIds"][0].as_str().unwrap().to_owned();
        assert_eq!(belongs(&site, &id).await, [("Default".to_owned(), 1), ("new_shop".to_owned(), 1)]);
    }
}

/// Microsoft's example, in its order: a user who may see nothing gets a right, a function says who is an
/// administrator, a role gets a privilege.
#[tokio::test]
async fn functions_and_actions_sample_gives_rights() {
    let mut site = Site::new();
    let admin = site.token.clone();
    let found =
        site.get("solutions?$select=solutionid,version,ismanaged&$filter=uniquename eq 'IsSystemAdminFunction'");
    assert_eq!(found.await.is(200).json()["value"][0]["ismanaged"], true);
    let role = site.make("roles", r#"{"name":"Sample"}"#).await;
    let (token, seller) = site
        .app
        .db
        .write(&site.app.cx, |tx| {
            Ok((web::token::create(tx, "Seller", "Sample", None)?, web::token::user(tx, "Seller", "Sample")?))
        })
        .unwrap();
    let firm = site.make("accounts", r#"{"name":"Account to share"}"#).await;
    let rights = format!(
        "systemusers({seller})/{OF}.RetrievePrincipalAccess(Target=@t)?@t=%7B'@odata.id':'accounts({firm})'%7D"
    );
    let told = async |site: &Site| site.get(&rights).await.is(200).json()["AccessRights"].clone();
    assert_eq!(told(&site).await, "None");
    let grant = json!({ "Target": { "accountid": firm, "@odata.type": format!("{OF}.account") }, "PrincipalAccess": {
        "AccessMask": "ReadAccess,WriteAccess", "Principal": { "systemuserid": seller, "@odata.type": format!("{OF}.systemuser") } } });
    // A share widens the reach of a privilege; whoever has none gets none.
    site.post("GrantAccess", &grant.to_string()).await.is(204);
    assert_eq!(told(&site).await, "None");
    let privileges = json!({ "Privileges": [
        { "Depth": "Basic", "PrivilegeName": "prvReadAccount" }, { "Depth": "Basic", "PrivilegeName": "prvWriteAccount" },
        { "Depth": "Basic", "PrivilegeName": "prvDeleteAccount" }, { "Depth": "Basic", "PrivilegeName": "prvCreateAccount" }] });
    site.post(&format!("roles({role})/{OF}.AddPrivilegesRole"), &privileges.to_string()).await.is(204);
    assert_eq!(told(&site).await, "ReadAccess, WriteAccess");
    // What is told is what is done.
    site.token = token;
    assert_eq!(site.get(&format!("accounts({firm})?$select=name")).await.is(200).json()["name"], "Account to share");
    site.patch(&format!("accounts({firm})"), r#"{"name":"Shared"}"#).await.is(204);
    site.send("DELETE", &format!("accounts({firm})"), &[], "").await.is(403);
    site.post("GrantAccess", &grant.to_string()).await.is(403);
    site.token = admin;
    let is_admin = async |site: &Site, id: &str| {
        site.get(&format!("systemusers({id})/{OF}.sample_IsSystemAdmin")).await.is(200).json()["HasRole"].clone()
    };
    let me = site.get("WhoAmI").await.json()["UserId"].as_str().unwrap().to_owned();
    assert_eq!(is_admin(&site, &me).await, true);
    let seller = seller.to_string();
    assert_eq!(is_admin(&site, &seller).await, false);
    let made = site.get("roles?$filter=name eq 'system-administrator'&$select=roleid").await.json();
    let top = made["value"][0]["roleid"].as_str().unwrap().to_owned();
    let link = format!("systemusers({seller})/systemuserroles_association/$ref");
    site.post(&link, &format!(r#"{{"@odata.id":"roles({top})"}}"#)).await.is(204);
    assert_eq!(is_admin(&site, &seller).await, true);
    site.get(&format!("systemusers(00000000-0000-0000-0000-00000000dead)/{OF}.sample_IsSystemAdmin()")).await.is(404);
}

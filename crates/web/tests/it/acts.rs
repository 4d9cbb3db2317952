//! Privileges about no entity: each opens its operations and no others, and nobody gives what they do not hold.

use std::{collections::BTreeSet, fmt::Write};

use kernel::{
    Query, Values,
    access::{
        Depth, Privilege,
        role::{self, Named},
    },
    uuid::Uuid,
};
use serde_json::json;

use crate::{
    rights::with_role,
    routes::{self, Rows},
    site::Site,
};

const OF: &str = "Microsoft.Dynamics.CRM";

fn all_acts(site: &Site) -> Vec<String> {
    site.app.db.model().acts().map(|(it, _)| it.to_owned()).collect()
}

/// A token of a user with a role, made at run time, that holds one privilege about no entity or none, and beside it a
/// role that reads everything.
fn token(site: &Site, name: &str, act: Option<&str>) -> String {
    let model = site.app.db.model();
    let reads = model.entities().map(|it| (Named::On(it.name.clone(), Privilege::Read), Depth::Organization));
    let reads: Vec<_> = reads.collect();
    let act: Vec<_> = act.iter().map(|it| (Named::parse(&model, it).unwrap(), Depth::Organization)).collect();
    let name = name.to_owned();
    site.app
        .db
        .write(&site.app.cx, move |tx| {
            let known = tx.first(&Query::on("role").eq("name", "Reader"))?.map(|it| it.id);
            let reader = match known {
                Some(it) => it,
                None => {
                    let reader = tx.create("role", Values::new().with("name", "Reader"))?;
                    role::give(tx, reader, &reads, false)?;
                    reader
                }
            };
            let own = tx.create("role", Values::new().with("name", name.as_str()))?;
            role::give(tx, own, &act, false)?;
            let token = web::token::create(tx, &name, &name, None)?;
            let user = web::token::user(tx, &name, &name)?;
            let held = Values::new().with("systemuserid", ("systemuser", user)).with("roleid", ("role", reader));
            tx.create("systemuserroles", held)?;
            Ok(token)
        })
        .unwrap()
}

/// What is asked beside the operations: a privilege decides about each.
const BESIDE: &[(&str, &str, &str)] = &[
    (
        "PUT",
        "EntityDefinitions(LogicalName='account')",
        r#"{"Description":{"LocalizedLabels":[{"Label":"x","LanguageCode":1033}]}}"#,
    ),
    ("DELETE", "EntityDefinitions(LogicalName='account')", ""),
    ("POST", "EntityDefinitions(LogicalName='account')/Keys", r#"{"SchemaName":"k_name","KeyAttributes":["nothing"]}"#),
    (
        "POST",
        "EntityDefinitions(LogicalName='account')/Attributes",
        r#"{"@odata.type":"Microsoft.Dynamics.CRM.StringAttributeMetadata","SchemaName":"name","MaxLength":10}"#,
    ),
    (
        "PUT",
        "EntityDefinitions(LogicalName='account')/Attributes(LogicalName='name')",
        r#"{"Description":{"LocalizedLabels":[]}}"#,
    ),
    ("DELETE", "EntityDefinitions(LogicalName='account')/Attributes(LogicalName='name')", ""),
    ("POST", "GlobalOptionSetDefinitions", r#"{"Name":"k_set","Options":[]}"#),
    ("DELETE", "GlobalOptionSetDefinitions(Name='own_set')", ""),
    ("POST", "assent_datasubjectrequests({erasure})/Microsoft.Dynamics.CRM.assent_RunRequest", "{}"),
    ("POST", "assent_datasubjectrequests({restriction})/Microsoft.Dynamics.CRM.assent_RunRequest", "{}"),
    ("POST", "assent_datasubjectrequests({objection})/Microsoft.Dynamics.CRM.assent_RunRequest", "{}"),
];

/// A golden table, and the other way round: what opens an operation is what it says that it demands.
#[tokio::test]
async fn each_privilege_opens_its_operations_and_no_other() {
    let site = Site::with(kernel::Registry::default().with(privacy::RULES, &[], &[]).with(web::RULES, web::JOBS, &[]));
    let metadata = site.get("$metadata?annotations=true").await.is(200).text;
    let documentation = include_str!("../../../../docs/web-api.md");
    let rows = Rows::make(&site).await;
    let own =
        r#"{"Name":"own_set","Options":[{"Value":1,"Label":{"LocalizedLabels":[{"Label":"x","LanguageCode":1033}]}}]}"#;
    let mut requests = Vec::new();
    for (kind, name) in [(2, "erasure"), (4, "restriction"), (6, "objection")] {
        let body = format!(r#"{{"assent_type":{kind},"assent_channel":1,"assent_email":"one@example.org"}}"#);
        requests.push((format!("{{{name}}}"), site.make("assent_datasubjectrequests", &body).await));
    }
    let asked: Vec<(String, &str, String, String)> = routes::operations(&metadata)
        .into_iter()
        .map(|(name, action)| {
            let (_, arguments) = routes::OPERATIONS.iter().find(|(it, _)| *it == name).unwrap();
            let (method, address, body) = routes::call(&site, &name, action, arguments);
            (name, method, rows.fill(&address), rows.fill(&body))
        })
        .chain(BESIDE.iter().map(|(method, address, body)| {
            let name = format!("{method} {address}").replace("Microsoft.Dynamics.CRM.", "");
            let address =
                requests.iter().fold(format!("/api/data/v9.2/{address}"), |it, (key, id)| it.replace(key, id));
            (name, *method, address, (*body).to_owned())
        }))
        .collect();
    let opened = async |role: &str, act: Option<&str>| {
        let token = token(&site, role, act);
        // Whoever may removes it; the next one finds it again.
        site.post("GlobalOptionSetDefinitions", own).await;
        let mut found = BTreeSet::new();
        for (name, method, address, body) in &asked {
            let status = routes::ask(&site, Some(&token), method, address, body).await;
            assert!(status < 500, "{name}: {status}");
            if status != 403 {
                found.insert(name.clone());
            }
        }
        found
    };
    let without = opened("Nothing beside", None).await;
    let mut text = String::new();
    for act in all_acts(&site) {
        let with = opened(&act, Some(&act)).await;
        assert!(without.is_subset(&with), "{act} takes something away");
        writeln!(text, "{act}").unwrap();
        for name in with.difference(&without) {
            writeln!(text, "    {name}").unwrap();
            let bare = name.split(' ').next().unwrap();
            let line = documentation.lines().find(|it| it.starts_with(&format!("| `{bare}` |")));
            if let Some(line) = line.filter(|_| bare.starts_with("assent_")) {
                assert!(line.contains(&act), "docs/web-api.md does not say that {bare} demands {act}");
                assert!(metadata.contains(&act), "$metadata does not say that {bare} demands {act}");
            }
        }
    }
    insta::assert_snapshot!(text);
}

#[tokio::test]
async fn documents_and_pages_have_words_for_each_privilege() {
    let site = Site::new();
    let documentation = include_str!("../../../../docs/access.md");
    let pages = [
        include_str!("../../../../ui/src/said/text/en.json"),
        include_str!("../../../../ui/src/said/text/de.json"),
        include_str!("../../../../ui/src/said/text/fr.json"),
    ];
    for act in all_acts(&site) {
        assert!(documentation.contains(&format!("`{act}`")), "{act} is not in docs/access.md");
        for page in pages {
            let words: serde_json::Value = serde_json::from_str(page).unwrap();
            assert!(words["named"]["privilege"][&act].is_string(), "{act} has no words in ui/src/said/text");
        }
    }
}

/// Whoever keeps users and roles is no administrator by it, however they go about it.
#[tokio::test]
async fn nobody_gives_what_they_do_not_hold() {
    let mut site = Site::new();
    let keeper = |name: &str| {
        let entities = ["role", "systemuser", "systemuserroles", "teamroles", "teammembership", "team"];
        let rights = ["Create", "Read", "Write", "Delete", "Append", "AppendTo"];
        let mut all: Vec<String> =
            entities.iter().flat_map(|it| rights.map(|right| format!("prv{right}{it}"))).collect();
        all.extend(["prvAssentManageSignIn".to_owned(), "prvReadAccount".to_owned()]);
        let given: Vec<_> = all.iter().map(|it| json!({ "PrivilegeName": it, "Depth": "Global" })).collect();
        (format!("roles({name})/{OF}.AddPrivilegesRole"), json!({ "Privileges": given }).to_string())
    };
    let role = site.make("roles", r#"{"name":"Keeper"}"#).await;
    let (address, body) = keeper(&role);
    site.post(&address, &body).await.is(204);
    let team = site.make("teams", r#"{"name":"Heads"}"#).await;
    let administrators = kernel::access::role_id("system-administrator");
    site.post(
        &format!("teams({team})/teamroles_association/$ref"),
        &format!(r#"{{"@odata.id":"roles({administrators})"}}"#),
    )
    .await
    .is(204);
    let chief = r#"{"lastname":"Chief","assent_role":"system-administrator","internalemailaddress":"c@example.org"}"#;
    let chief = site.make("systemusers", chief).await;
    with_role(&mut site, "Keeper");
    let me = site.get("WhoAmI").await.is(200).json()["UserId"].as_str().unwrap().to_owned();
    let refused = async |method: &str, address: &str, body: &str| {
        let error = site.send(method, address, &[], body).await.is(403).error();
        assert!(
            error.contains("nobody gives what they do not hold") || error.contains("only an administrator"),
            "{error}"
        );
    };
    refused("PATCH", &format!("systemusers({me})"), r#"{"assent_role":"system-administrator"}"#).await;
    refused("PATCH", &format!("systemusers({me})"), r#"{"assent_role":"privacy-officer"}"#).await;
    refused("POST", "systemusers", r#"{"lastname":"New","assent_role":"marketer"}"#).await;
    let own = format!(r#"{{"@odata.id":"roles({administrators})"}}"#);
    refused("POST", &format!("systemusers({me})/systemuserroles_association/$ref"), &own).await;
    refused(
        "POST",
        &format!("teams({team})/teammembership_association/$ref"),
        &format!(r#"{{"@odata.id":"systemusers({me})"}}"#),
    )
    .await;
    let wider = r#"{"Privileges":[{"PrivilegeName":"prvAssentEraseSubject","Depth":"Global"}]}"#;
    refused("POST", &address, wider).await;
    refused("POST", &address, r#"{"Privileges":[{"PrivilegeName":"prvReadContact","Depth":"Basic"}]}"#).await;
    refused("POST", &format!("systemusers({chief})/{OF}.assent_InviteUser"), "{}").await;
    let account = r#"{"LastName":"New","Address":"n@example.org","Role":"auditor"}"#;
    refused("POST", "assent_CreateUser", account).await;
    // What they hold they may give on: to a role, to a user, as an account.
    let other = site.make("roles", r#"{"name":"Second"}"#).await;
    let account = r#"{"Privileges":[{"PrivilegeName":"prvReadAccount","Depth":"Local"}]}"#;
    site.post(&format!("roles({other})/{OF}.AddPrivilegesRole"), account).await.is(204);
    let new = r#"{"LastName":"New","Address":"n@example.org","Role":"Second"}"#;
    let new = site.post("assent_CreateUser", new).await.is(200).json()["UserId"].as_str().unwrap().to_owned();
    site.post(&format!("systemusers({new})/{OF}.assent_InviteUser"), "{}").await.is(200);
    // Their own name they change, and a role that is taken away needs nothing.
    site.patch(&format!("systemusers({me})"), r#"{"lastname":"Same"}"#).await.is(204);
    assert!(new.parse::<Uuid>().is_ok());
}

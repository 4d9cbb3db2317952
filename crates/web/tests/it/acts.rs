//! Privileges about no entity: each opens its operations and no others, and nobody gives what they do not hold.

use std::{collections::BTreeSet, fmt::Write};

use kernel::{
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

/// A role made at run time that reads everything, and has these privileges beside.
fn make_role(site: &Site, name: &str, acts: &[&str]) {
    let model = site.app.db.model();
    let reads = model.entities().map(|it| (Named::On(it.name.clone(), Privilege::Read), Depth::Organization));
    let acts = acts.iter().map(|it| (Named::parse(&model, it).unwrap(), Depth::Organization));
    let given: Vec<_> = reads.chain(acts).collect();
    let name = name.to_owned();
    site.app
        .db
        .write(&site.app.cx, move |tx| {
            let id = tx.create("role", kernel::Values::new().with("name", name.as_str()))?;
            role::give(tx, id, &given, false)
        })
        .unwrap();
}

/// The operations that answer a role with anything but a refusal.
async fn opened(acts: &[&str]) -> BTreeSet<String> {
    let mut site =
        Site::with(kernel::Registry::default().with(privacy::RULES, &[], &[]).with(web::RULES, web::JOBS, &[]));
    let rows = Rows::make(&site).await;
    let metadata = site.get("$metadata").await.is(200).text;
    make_role(&site, "Asker", acts);
    with_role(&mut site, "Asker");
    let mut found = BTreeSet::new();
    for (name, action) in routes::operations(&metadata) {
        let (_, arguments) = routes::OPERATIONS.iter().find(|(it, _)| *it == name).unwrap();
        let (method, address, body) = routes::call(&site, &name, action, arguments);
        let status = routes::ask(&site, Some(&site.token), method, &rows.fill(&address), &rows.fill(&body)).await;
        if status != 403 {
            found.insert(name);
        }
    }
    found
}

/// A golden table, and the other way round: what an operation says it demands, it demands.
#[tokio::test]
async fn each_privilege_opens_its_operations_and_no_other() {
    let site = Site::new();
    let metadata = site.get("$metadata?annotations=true").await.is(200).text;
    let without = opened(&[]).await;
    let mut text = String::new();
    for act in all_acts(&site) {
        let with = opened(&[&act]).await;
        assert!(without.is_subset(&with), "{act} takes something away");
        let more: Vec<&str> = with.difference(&without).map(String::as_str).collect();
        for name in &more {
            let bare = name.split(' ').next().unwrap();
            assert!(metadata.contains(&act), "$metadata does not say that {bare} demands {act}");
        }
        writeln!(text, "{act:28} {}", more.join(", ")).unwrap();
    }
    insta::assert_snapshot!(text);
}

#[tokio::test]
async fn documents_and_pages_have_words_for_each_privilege() {
    let site = Site::new();
    let documentation = include_str!("../../../../docs/access.md");
    let pages = [
        include_str!("../../../../ui/src/places/settings/text/en.json"),
        include_str!("../../../../ui/src/places/settings/text/de.json"),
        include_str!("../../../../ui/src/places/settings/text/fr.json"),
    ];
    for act in all_acts(&site) {
        assert!(documentation.contains(&format!("`{act}`")), "{act} is not in docs/access.md");
        for page in pages {
            let words: serde_json::Value = serde_json::from_str(page).unwrap();
            assert!(words["act"][&act].is_string(), "{act} has no words in ui/src/places/settings/text");
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

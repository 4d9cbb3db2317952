//! Many-to-many relationships: made, read along, linked and removed.

use kernel::subject::{self, Subject};
use serde_json::{Value as Json, json};

use crate::site::Site;

const HOBBIES: &str = r#"{
    "@odata.type": "Microsoft.Dynamics.CRM.ManyToManyRelationshipMetadata", "SchemaName": "new_account_contact",
    "Entity1LogicalName": "account", "Entity1NavigationPropertyName": "new_Advisers",
    "Entity2LogicalName": "contact", "Entity2NavigationPropertyName": "new_Advised",
    "IntersectEntityName": "new_adviser"
}"#;

/// Two firms; Ito advises both, Sato one.
async fn advised() -> (Site, [String; 4]) {
    let site = Site::new();
    let made = site.post("RelationshipDefinitions", HOBBIES).await.is(204);
    assert!(made.header("odata-entityid").contains("/RelationshipDefinitions("));
    let elm = site.make("accounts", r#"{"name":"Elm"}"#).await;
    let oak = site.make("accounts", r#"{"name":"Oak"}"#).await;
    let ito = site.make("contacts", r#"{"lastname":"Ito"}"#).await;
    let sato = site.make("contacts", r#"{"lastname":"Sato"}"#).await;
    for (firm, person) in [(&elm, &ito), (&oak, &ito), (&elm, &sato)] {
        let body = format!(r#"{{"@odata.id":"/contacts({person})"}}"#);
        site.post(&format!("accounts({firm})/new_Advisers/$ref"), &body).await.is(204);
    }
    (site, [elm, oak, ito, sato])
}

fn column(rows: &Json, name: &str) -> Vec<String> {
    rows["value"].as_array().unwrap().iter().map(|it| it[name].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn links_are_read_from_both_sides() {
    let (site, [elm, oak, ito, sato]) = advised().await;
    let rows = site.get(&format!("accounts({elm})/new_Advisers?$select=lastname&$orderby=lastname desc")).await.is(200);
    assert_eq!(column(&rows.json(), "lastname"), ["Sato", "Ito"]);
    let rows = site.get(&format!("contacts({ito})/new_Advised?$select=name&$orderby=name")).await.is(200).json();
    assert_eq!(column(&rows, "name"), ["Elm", "Oak"]);
    assert_eq!(site.get(&format!("contacts({sato})/new_Advised/$count")).await.text, "\u{feff}1");
    let one = site.get(&format!("accounts({elm})/new_Advisers({sato})?$select=lastname")).await.is(200).json();
    assert_eq!(one["lastname"], "Sato");
    site.get(&format!("accounts({oak})/new_Advisers({sato})")).await.is(404);
    let references = site.get(&format!("contacts({sato})/new_Advised/$ref")).await.is(200).json();
    assert_eq!(
        references["value"],
        json!([{ "@odata.id": format!("https://records.example/api/data/v9.2/accounts({elm})") }])
    );
}

#[tokio::test]
async fn links_are_expanded_and_filtered_through() {
    let (site, _) = advised().await;
    let path = "accounts?$select=name&$orderby=name&$expand=new_Advisers($select=lastname;$orderby=lastname desc)";
    let rows = site.get(path).await.is(200).json();
    let names = |at: usize| {
        let all = rows["value"][at]["new_Advisers"].as_array().unwrap();
        all.iter().map(|it| it["lastname"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!((names(0), names(1)), (vec!["Sato".to_owned(), "Ito".to_owned()], vec!["Ito".to_owned()]));
    let first = "accounts?$select=name&$orderby=name&$expand=new_Advisers($select=lastname;$orderby=lastname;$top=1)";
    let rows = site.get(first).await.is(200).json();
    assert_eq!(rows["value"][0]["new_Advisers"].as_array().unwrap().len(), 1);
    for (filter, expected) in [
        ("new_Advisers/any(a:a/lastname eq 'Sato')", vec!["Elm"]),
        ("new_Advisers/any()", vec!["Elm", "Oak"]),
        ("new_Advisers/all(a:a/lastname eq 'Ito')", vec!["Oak"]),
        ("new_Advisers/any(a:a/new_Advised/any(b:b/name eq 'Oak'))", vec!["Elm", "Oak"]),
    ] {
        let rows = site.get(&format!("accounts?$select=name&$orderby=name&$filter={filter}")).await.is(200).json();
        assert_eq!(column(&rows, "name"), expected, "{filter}");
    }
    let fetch = "<fetch><entity name='account'><attribute name='name'/><order attribute='name'/><link-entity name='new_adviser' from='accountid' to='accountid' intersect='true'><link-entity name='contact' from='contactid' to='contactid' alias='c'><attribute name='lastname'/><filter><condition attribute='lastname' operator='eq' value='Ito'/></filter></link-entity></link-entity></entity></fetch>";
    let encoded: String = fetch.bytes().map(|it| format!("%{it:02X}")).collect();
    let rows = site.get(&format!("accounts?fetchXml={encoded}")).await.is(200).json();
    assert_eq!(
        (column(&rows, "name"), column(&rows, "c.lastname")),
        (vec!["Elm".into(), "Oak".into()], vec!["Ito".to_owned(), "Ito".to_owned()])
    );
}

#[tokio::test]
async fn links_are_made_with_rows_and_undone() {
    let (site, [elm, oak, ito, sato]) = advised().await;
    let count =
        async |path: String| site.get(&format!("{path}/$count")).await.text.trim_start_matches('\u{feff}').to_owned();
    let refused = site
        .post(&format!("accounts({elm})/new_Advisers/$ref"), &format!(r#"{{"@odata.id":"contacts({ito})"}}"#))
        .await;
    assert_eq!(
        refused.is(412).error(),
        "412 0x80040237 new_adviser.link: A record with matching key values already exists."
    );
    site.post(&format!("accounts({elm})/new_Advisers/$ref"), &format!(r#"{{"@odata.id":"accounts({oak})"}}"#))
        .await
        .is(400);
    // Deep insert, bind, and a row made below another one.
    let deep = site.make("accounts", &format!(r#"{{"name":"Yew","new_Advisers":[{{"lastname":"Zhou"}}],"new_Advisers@odata.bind":["contacts({ito})"]}}"#)).await;
    assert_eq!(count(format!("accounts({deep})/new_Advisers")).await, "2");
    site.post(&format!("contacts({sato})/new_Advised"), r#"{"name":"Fir"}"#).await.is(204);
    assert_eq!(count(format!("contacts({sato})/new_Advised")).await, "2");
    site.patch(&format!("accounts({oak})"), &format!(r#"{{"new_Advisers@odata.bind":["contacts({sato})"]}}"#))
        .await
        .is(204);
    assert_eq!(count(format!("accounts({oak})/new_Advisers")).await, "2");
    site.send("DELETE", &format!("accounts({oak})/new_Advisers({sato})/$ref"), &[], "").await.is(204);
    site.send("DELETE", &format!("accounts({oak})/new_Advisers({sato})/$ref"), &[], "").await.is(404);
    let by_id = format!("accounts({oak})/new_Advisers/$ref?$id=https://records.example/api/data/v9.2/contacts({ito})");
    site.send("DELETE", &by_id, &[], "").await.is(204);
    assert_eq!(count(format!("accounts({oak})/new_Advisers")).await, "0");
    // A side that goes takes its links along.
    site.send("DELETE", &format!("contacts({ito})"), &[], "").await.is(204);
    assert_eq!(count(format!("accounts({elm})/new_Advisers")).await, "1");
}

#[tokio::test]
async fn data_subject_requests_and_the_trail_see_links() {
    let (site, [elm, _, ito, _]) = advised().await;
    let person = Subject::new("contact", ito.parse().unwrap());
    let found = site.app.db.read(&site.app.cx.as_system("test"), move |rx| subject::rows_of(rx, &person)).unwrap();
    let links: Vec<_> = found.iter().filter(|it| it.entity == "new_adviser").collect();
    assert_eq!((links.len(), links[0].path.as_str()), (2, "contactid"));
    let history = format!("assent_RecordHistory(Entity='new_adviser',Id={})", links[0].id);
    let changes = site.get(&history).await.is(200).json();
    assert!(
        changes["Changes"][0].to_string().contains(&elm)
            || changes["Changes"][0]["Columns"].to_string().contains("accountid"),
        "{changes}"
    );
}

#[tokio::test]
async fn rows_of_one_entity_are_joined_in_two_directions() {
    let site = Site::new();
    let body = |second: &str| {
        format!(
            r#"{{"@odata.type":"Microsoft.Dynamics.CRM.ManyToManyRelationshipMetadata","SchemaName":"new_follows","Entity1LogicalName":"contact","Entity2LogicalName":"contact","Entity1NavigationPropertyName":"new_Follows","Entity2NavigationPropertyName":"{second}"}}"#
        )
    };
    site.post("RelationshipDefinitions", &body("new_Follows")).await.is(400);
    site.post("RelationshipDefinitions", &body("new_FollowedBy")).await.is(204);
    let ito = site.make("contacts", r#"{"lastname":"Ito"}"#).await;
    let sato =
        site.make("contacts", &format!(r#"{{"lastname":"Sato","new_Follows@odata.bind":["contacts({ito})"]}}"#)).await;
    assert_eq!(
        column(&site.get(&format!("contacts({ito})/new_FollowedBy?$select=lastname")).await.json(), "lastname"),
        ["Sato"]
    );
    assert_eq!(
        column(&site.get(&format!("contacts({ito})/new_Follows?$select=lastname")).await.json(), "lastname"),
        [""; 0]
    );
    let rows = site.get("contacts?$select=lastname&$filter=new_Follows/any(f:f/lastname eq 'Ito')").await.json();
    assert_eq!(column(&rows, "lastname"), ["Sato"]);
    // Both are data subjects of the link.
    for id in [ito, sato] {
        let person = Subject::new("contact", id.parse().unwrap());
        let found = site.app.db.read(&site.app.cx.as_system("test"), move |rx| subject::rows_of(rx, &person)).unwrap();
        assert_eq!(found.iter().filter(|it| it.entity == "new_follows").count(), 1);
    }
}

#[tokio::test]
async fn relationships_are_listed_and_removed() {
    let (site, [elm, ..]) = advised().await;
    let path = "RelationshipDefinitions/Microsoft.Dynamics.CRM.ManyToManyRelationshipMetadata";
    let rows = site
        .get(&format!("{path}?$select=SchemaName,IntersectEntityName,Entity1IntersectAttribute"))
        .await
        .is(200)
        .json();
    let named = |name: &str| rows["value"].as_array().unwrap().iter().any(|it| it["SchemaName"] == name);
    assert!(named("new_account_contact") && named("listcontact_association"), "{rows}");
    let own = site.get("RelationshipDefinitions(SchemaName='new_account_contact')").await.is(200).json();
    assert_eq!(
        (&own["Entity2IntersectAttribute"], &own["IntersectEntityName"]),
        (&json!("contactid"), &json!("new_adviser"))
    );
    let of_contact = site.get("EntityDefinitions(LogicalName='contact')/ManyToManyRelationships").await.is(200).json();
    assert_eq!(of_contact["value"].as_array().unwrap().len(), 2);
    let xml = site.get("$metadata").await.text;
    assert!(
        xml.contains(
            r#"<NavigationProperty Name="new_Advisers" Type="Collection(mscrm.contact)" Partner="new_Advised""#
        ),
        "in $metadata"
    );
    // A product's own stays; one's own goes with its links.
    let refused =
        site.send("DELETE", "RelationshipDefinitions(SchemaName='listcontact_association')", &[], "").await.is(409);
    assert!(refused.error().contains("comes with the product"), "{}", refused.error());
    site.send("DELETE", "RelationshipDefinitions(SchemaName='new_account_contact')", &[], "").await.is(204);
    site.get(&format!("accounts({elm})/new_Advisers")).await.is(404);
    site.get("new_adviserset").await.is(404);
    // The names are free again.
    site.post("RelationshipDefinitions", HOBBIES).await.is(204);
    assert_eq!(site.get(&format!("accounts({elm})/new_Advisers/$count")).await.text, "\u{feff}0");
}

#[tokio::test]
async fn members_of_a_list_are_its_contacts() {
    let site = Site::new();
    let contact = site.make("contacts", r#"{"lastname":"Ito"}"#).await;
    let list = site
        .make(
            "lists",
            &format!(r#"{{"listname":"News","listcontact_association@odata.bind":["contacts({contact})"]}}"#),
        )
        .await;
    let rows = site.get(&format!("lists({list})/listcontact_association?$select=lastname")).await.is(200).json();
    assert_eq!(column(&rows, "lastname"), ["Ito"]);
    let rows =
        site.get("contacts?$select=lastname&$expand=listcontact_association($select=listname)").await.is(200).json();
    assert_eq!(rows["value"][0]["listcontact_association"][0]["listname"], "News");
    assert_eq!(site.get("assent_listmembers/$count").await.text, "\u{feff}1");
}

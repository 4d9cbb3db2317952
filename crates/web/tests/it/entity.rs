//! Entities, relationships and alternate keys of the customer's own, live at once.

use serde_json::{Value as Json, json};

use crate::site::{Reply, Site};

fn label(text: &str) -> Json {
    json!({ "LocalizedLabels": [{ "Label": text, "LanguageCode": 1033 }] })
}

fn text_column(name: &str, more: Json) -> Json {
    let mut column = json!({ "@odata.type": "Microsoft.Dynamics.CRM.StringAttributeMetadata", "SchemaName": name, "DisplayName": label(name), "MaxLength": 100, "RequiredLevel": { "Value": "None" } });
    column.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    column
}

async fn table(site: &Site, name: &str, more: Json, columns: Vec<Json>) -> Reply {
    let mut body = json!({ "@odata.type": "Microsoft.Dynamics.CRM.EntityMetadata", "SchemaName": name, "DisplayName": label("Item"), "DisplayCollectionName": label("Items"), "OwnershipType": "UserOwned", "HasActivities": false, "Attributes": columns });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    site.post("EntityDefinitions", &body.to_string()).await
}

fn name_column(table: &str) -> Json {
    text_column(&format!("{table}_Name"), json!({ "IsPrimaryName": true }))
}

#[tokio::test]
async fn an_entity_is_made_at_run_time() {
    let site = Site::new();
    // One of Microsoft's tests lists the primary column twice.
    let columns = vec![
        name_column("new_Item"),
        name_column("new_Item"),
        json!({ "@odata.type": "Microsoft.Dynamics.CRM.IntegerAttributeMetadata", "SchemaName": "new_Qty", "MinValue": 0 }),
        json!({ "@odata.type": "Microsoft.Dynamics.CRM.PicklistAttributeMetadata", "SchemaName": "new_Size", "OptionSet": { "IsGlobal": false, "Options": [{ "Value": 1, "Label": label("Small") }, { "Label": label("Large") }] } }),
    ];
    let made = table(&site, "new_Item", json!({}), columns).await.is(204);
    let id = made.header("odata-entityid").rsplit_once('(').unwrap().1.trim_end_matches(')').to_owned();
    let row = site
        .get(&format!(
            "EntityDefinitions({id})?$select=EntitySetName,PrimaryIdAttribute,PrimaryNameAttribute,OwnershipType"
        ))
        .await
        .is(200)
        .json();
    assert_eq!(
        (row["EntitySetName"].as_str(), row["PrimaryIdAttribute"].as_str()),
        (Some("new_items"), Some("new_itemid"))
    );
    assert_eq!(row["PrimaryNameAttribute"], "new_item_name");
    let item = site.make("new_items", r#"{"new_item_name":"Lamp","new_qty":3,"new_size":100000001}"#).await;
    let read = site
        .send(
            "GET",
            &format!("new_items({item})?$select=new_size,new_qty"),
            &["Prefer: odata.include-annotations=\"*\""],
            "",
        )
        .await
        .is(200)
        .json();
    assert_eq!(read["new_size@OData.Community.Display.V1.FormattedValue"], "Large");
    assert!(site.get("$metadata").await.text.contains(r#"<EntityType Name="new_item""#));
    // Names are taken once; the product's names have no prefix.
    table(&site, "new_Item", json!({}), vec![name_column("new_Item")]).await.is(409);
    table(&site, "new_Thing", json!({ "EntitySetName": "contacts" }), vec![name_column("new_Thing")]).await.is(409);
    assert!(table(&site, "Thing", json!({}), vec![name_column("Thing")]).await.is(400).error().contains("prefix"));
    // Neither the product's names nor the tables below them can be taken over.
    for name in ["assent_audit", "assent_layer", "sqlite_master", "new_a\"b", "new_a b"] {
        table(&site, name, json!({}), vec![name_column("new_Own")]).await.is(400);
    }
    table(&site, "new_Odd", json!({ "EntitySetName": "a/b" }), vec![name_column("new_Odd")]).await.is(400);
    assert!(table(&site, "new_Bare", json!({}), vec![]).await.is(400).error().contains("IsPrimaryName"));
    table(&site, "new_Box", json!({}), vec![name_column("new_Box")]).await.is(204);
    site.get("new_boxes").await.is(200);
}

#[tokio::test]
async fn an_entity_with_personal_columns_names_its_data_subject() {
    let site = Site::new();
    let personal = json!({ "Assent.Privacy": { "Sensitivity": "personal", "Category": "user.content" } });
    let columns = || {
        vec![
            name_column("new_Visit"),
            text_column("new_Note", personal.clone()),
            json!({ "@odata.type": "Microsoft.Dynamics.CRM.LookupAttributeMetadata", "SchemaName": "new_ContactId", "Targets": ["contact"] }),
        ]
    };
    let refused = table(&site, "new_Visit", json!({}), columns()).await.is(400).error();
    assert!(refused.contains("new_note is personal, so the entity names the path to its data subject"), "{refused}");
    site.get("new_visits").await.is(404);
    let wrong = table(&site, "new_Visit", json!({ "Assent.Subject": "new_nosuch" }), columns()).await.is(400).error();
    assert!(wrong.contains("is not a lookup"), "{wrong}");
    table(
        &site,
        "new_Visit",
        json!({ "Assent.Subject": ["new_contactid"], "Assent.Roles": { "marketer": "read" } }),
        columns(),
    )
    .await
    .is(204);
    // What is about a person is found from the person.
    let contact = site.make("contacts", r#"{"lastname":"Ito"}"#).await;
    site.make(
        "new_visits",
        &format!(r#"{{"new_visit_name":"Spring","new_note":"Tea","new_contactid@odata.bind":"/contacts({contact})"}}"#),
    )
    .await;
    let subject = kernel::subject::Subject::new("contact", contact.parse().unwrap());
    let found = site.app.db.read(&site.app.cx, |rx| kernel::subject::rows_of(rx, &subject)).unwrap();
    assert!(found.iter().any(|it| it.entity == "new_visit"), "{found:?}");
    // A column that says nothing counts as personal there.
    let attributes = "EntityDefinitions(LogicalName='new_visit')/Attributes";
    site.post(attributes, &text_column("new_Mood", json!({})).to_string()).await.is(204);
    let mood = site.get(&format!("{attributes}(LogicalName='new_mood')")).await.is(200).json();
    assert_eq!(mood["Assent.Privacy"]["Sensitivity"], "personal");
}

#[tokio::test]
async fn a_relationship_is_a_lookup() {
    let site = Site::new();
    table(&site, "new_Item", json!({}), vec![name_column("new_Item")]).await.is(204);
    let body = |schema: &str, lookup: &str, delete: &str, more: Json| {
        let mut body = json!({
            "@odata.type": "Microsoft.Dynamics.CRM.OneToManyRelationshipMetadata", "SchemaName": schema,
            "ReferencedEntity": "account", "ReferencingEntity": "new_item", "CascadeConfiguration": { "Delete": delete, "Assign": "NoCascade" },
            "Lookup": { "@odata.type": "Microsoft.Dynamics.CRM.LookupAttributeMetadata", "SchemaName": lookup, "DisplayName": label("Account") },
        });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body.to_string()
    };
    let made = site
        .post(
            "RelationshipDefinitions",
            &body("account_new_item_new_AccountId", "new_AccountId", "Restrict", json!({})),
        )
        .await
        .is(204);
    let address = made.header("odata-entityid").to_owned();
    let row = site.get(address.strip_prefix("https://records.example/api/data/v9.2/").unwrap()).await.is(200).json();
    assert_eq!(
        (row["ReferencingAttribute"].as_str(), row["ReferencingEntityNavigationPropertyName"].as_str()),
        (Some("new_accountid"), Some("new_AccountId"))
    );
    assert_eq!(row["ReferencedEntityNavigationPropertyName"], "account_new_item_new_AccountId");
    let account = site.make("accounts", r#"{"name":"Elm"}"#).await;
    let item = site
        .make("new_items", &format!(r#"{{"new_item_name":"Lamp","new_AccountId@odata.bind":"/accounts({account})"}}"#))
        .await;
    let read = site
        .get(&format!("new_items({item})?$select=_new_accountid_value&$expand=new_AccountId($select=name)"))
        .await
        .is(200)
        .json();
    assert_eq!(
        (read["_new_accountid_value"].as_str(), read["new_AccountId"]["name"].as_str()),
        (Some(account.as_str()), Some("Elm"))
    );
    let back = site
        .get(&format!("accounts({account})/account_new_item_new_AccountId?$select=new_item_name"))
        .await
        .is(200)
        .json();
    assert_eq!(back["value"][0]["new_item_name"], "Lamp");
    // The cascade is the one that was asked for.
    site.send("DELETE", &format!("accounts({account})"), &[], "").await.is(400);
    site.post("RelationshipDefinitions", &body("account_new_item_new_AccountId", "new_Other", "Cascade", json!({})))
        .await
        .is(409);
    site.post("RelationshipDefinitions", &body("x_again", "new_AccountId", "Cascade", json!({}))).await.is(409);
    site.post("RelationshipDefinitions", &body("x_many", "new_Other", "Sometimes", json!({}))).await.is(400);
    site.post("RelationshipDefinitions", "{}").await.is(400);
    // A relationship to a person can be the path to the data subject.
    let subject = json!({ "ReferencedEntity": "contact", "Assent.Subject": true });
    site.post("RelationshipDefinitions", &body("contact_new_item", "new_ContactId", "Cascade", subject)).await.is(204);
    site.post(
        "EntityDefinitions(LogicalName='new_item')/Attributes",
        &text_column(
            "new_Wish",
            json!({ "Assent.Privacy": { "Sensitivity": "personal", "Category": "user.content" } }),
        )
        .to_string(),
    )
    .await
    .is(204);
    let listed = async |path: &str| site.get(path).await.is(200).json()["value"].as_array().unwrap().len();
    assert_eq!(
        listed(
            "EntityDefinitions(LogicalName='new_item')/ManyToOneRelationships?$filter=ReferencedEntity eq 'account'"
        )
        .await,
        1
    );
    assert!(listed("EntityDefinitions(LogicalName='account')/OneToManyRelationships").await > 1);
    assert_eq!(listed("EntityDefinitions(LogicalName='account')/ManyToManyRelationships").await, 0);
    assert_eq!(listed("RelationshipDefinitions/Microsoft.Dynamics.CRM.OneToManyRelationshipMetadata?$filter=SchemaName eq 'contact_new_item'").await, 1);
    site.get("RelationshipDefinitions(SchemaName='nosuch')").await.is(404);
}

#[tokio::test]
async fn alternate_keys_come_and_go() {
    let site = Site::new();
    table(&site, "new_Item", json!({}), vec![name_column("new_Item"), text_column("new_Code", json!({}))])
        .await
        .is(204);
    let keys = "EntityDefinitions(LogicalName='new_item')/Keys";
    let body =
        json!({ "SchemaName": "new_ByCode", "DisplayName": label("Code"), "KeyAttributes": ["new_code"] }).to_string();
    site.post(keys, &body).await.is(204);
    let listed = site.get(keys).await.is(200).json();
    assert_eq!(
        (listed["value"][0]["EntityKeyIndexStatus"].as_str(), &listed["value"][0]["KeyAttributes"]),
        (Some("Active"), &json!(["new_code"]))
    );
    // The worked example of the contract.
    let path = "new_items(new_code='A''1')";
    let made = site.patch(path, r#"{"new_item_name":"Lamp"}"#).await.is(204);
    assert!(made.header("odata-entityid").ends_with(path));
    assert_eq!(site.get(&format!("{path}?$select=new_item_name")).await.is(200).json()["new_item_name"], "Lamp");
    site.post("new_items", r#"{"new_item_name":"x","new_code":"A'1"}"#).await.is(412);
    site.post(keys, &body).await.is(409);
    site.post(keys, &body.replace("new_ByCode", "new_Two").replace("new_code", "nosuch")).await.is(400);
    // Rows that contradict a key refuse it.
    for _ in 0..2 {
        site.make("new_items", r#"{"new_item_name":"Twin"}"#).await;
    }
    let twin = json!({ "SchemaName": "new_ByName", "KeyAttributes": ["new_item_name"] }).to_string();
    site.post(keys, &twin).await.is(412);
    assert_eq!(site.get(keys).await.json()["value"].as_array().unwrap().len(), 1);
    let id = listed["value"][0]["MetadataId"].as_str().unwrap();
    site.send("DELETE", &format!("{keys}({id})"), &[], "").await.is(204);
    site.get(path).await.is(400);
    site.make("new_items", r#"{"new_item_name":"x","new_code":"A'1"}"#).await;
    site.send("DELETE", &format!("{keys}({id})"), &[], "").await.is(404);
    let contact = site.get("EntityDefinitions(LogicalName='contact')/Keys").await.json()["value"][0]["MetadataId"]
        .as_str()
        .unwrap()
        .to_owned();
    site.send("DELETE", &format!("EntityDefinitions(LogicalName='contact')/Keys({contact})"), &[], "").await.is(409);
}

#[tokio::test]
async fn metadata_is_changed_by_administrators_only() {
    let site = Site::new();
    table(&site, "new_Item", json!({}), vec![name_column("new_Item")]).await.is(204);
    let marketer = site.app.db.write(&site.app.cx, |tx| web::token::create(tx, "Mara", "marketer", None)).unwrap();
    let mut other = site;
    other.token = marketer;
    table(&other, "new_Other", json!({}), vec![name_column("new_Other")]).await.is(403);
    other
        .post(
            "EntityDefinitions(LogicalName='new_item')/Keys",
            r#"{"SchemaName":"new_k","KeyAttributes":["new_item_name"]}"#,
        )
        .await
        .is(403);
    other.get("new_items").await.is(403);
    for (method, path) in [
        ("DELETE", "EntityDefinitions(LogicalName='new_item')"),
        ("PUT", "EntityDefinitions(LogicalName='new_item')"),
        ("DELETE", "EntityDefinitions(LogicalName='new_item')/Attributes(LogicalName='new_item_name')"),
        ("PUT", "EntityDefinitions(LogicalName='contact')/Attributes(LogicalName='lastname')"),
        ("POST", "GlobalOptionSetDefinitions"),
    ] {
        let body = r#"{"Name":"new_colours","Options":[{"Value":1}],"DisplayName":{"LocalizedLabels":[{"Label":"x","LanguageCode":1033}]}}"#;
        other.send(method, path, &[], body).await.is(403);
    }
}

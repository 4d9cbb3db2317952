//! Metadata that is changed and removed at run time, and choices that columns share.

use serde_json::{Value as Json, json};

use crate::site::{Reply, Site};

const ITEM: &str = "EntityDefinitions(LogicalName='new_item')";
const MERGE: &[&str] = &["MSCRM.MergeLabels: true"];

fn label(all: &[(&str, i64)]) -> Json {
    json!({ "LocalizedLabels": all.iter().map(|(text, code)| json!({ "Label": text, "LanguageCode": code })).collect::<Vec<_>>() })
}

fn column(class: &str, name: &str, more: Json) -> Json {
    let mut column = json!({
        "@odata.type": format!("Microsoft.Dynamics.CRM.{class}AttributeMetadata"), "SchemaName": name,
        "DisplayName": label(&[(name, 1033)]),
    });
    column.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    column
}

/// An entity about people, with a text, a choice and a name.
async fn items() -> Site {
    let site = Site::new();
    let colours = json!({ "OptionSet": { "Options": [
        { "Value": 1, "Label": label(&[("Red", 1033)]) }, { "Value": 2, "Label": label(&[("Blue", 1033)]) },
    ] } });
    let body = json!({ "SchemaName": "new_Item", "DisplayName": label(&[("Item", 1033), ("Ding", 1031)]), "Attributes": [
        column("String", "new_Name", json!({ "IsPrimaryName": true, "MaxLength": 100 })),
        column("String", "new_Code", json!({ "MaxLength": 10 })),
        column("Picklist", "new_Colour", colours),
    ] });
    site.post("EntityDefinitions", &body.to_string()).await.is(204);
    site
}

async fn put(site: &Site, path: &str, headers: &[&str], body: Json) -> Reply {
    site.send("PUT", path, headers, &body.to_string()).await
}

async fn attribute(site: &Site, entity: &str, name: &str) -> Json {
    site.get(&format!("EntityDefinitions(LogicalName='{entity}')/Attributes(LogicalName='{name}')"))
        .await
        .is(200)
        .json()
}

#[tokio::test]
async fn a_column_of_ones_own_is_changed() {
    let site = items().await;
    let path = format!("{ITEM}/Attributes(LogicalName='new_code')");
    let mut whole = attribute(&site, "new_item", "new_code").await;
    whole["MaxLength"] = json!(20);
    whole["DisplayName"] = label(&[("Kennung", 1031)]);
    put(&site, &path, MERGE, whole.clone()).await.is(204);
    let now = attribute(&site, "new_item", "new_code").await;
    assert_eq!(
        (&now["MaxLength"], &now["DisplayName"]["UserLocalizedLabel"]["Label"]),
        (&json!(20), &json!("new_Code"))
    );
    assert_eq!(now["DisplayName"]["LocalizedLabels"].as_array().unwrap().len(), 2);
    // Without the header other languages go.
    put(&site, &path, &[], json!({ "DisplayName": label(&[("Code", 1033)]) })).await.is(204);
    let now = attribute(&site, "new_item", "new_code").await;
    assert_eq!((now["DisplayName"]["LocalizedLabels"].as_array().unwrap().len(), &now["MaxLength"]), (1, &json!(20)));
    let id = site.make("new_items", r#"{"new_name":"x","new_code":"12345678901234567890"}"#).await;
    site.make("new_items", r#"{"new_name":"y","new_colour":2}"#).await;
    for (change, part) in [
        (json!({ "MaxLength": 5 }), "longer ones"),
        (json!({ "@odata.type": "Microsoft.Dynamics.CRM.MemoAttributeMetadata" }), "keeps its type"),
        (json!({ "RequiredLevel": { "Value": "ApplicationRequired" } }), "1 rows have no value"),
        (json!({ "LogicalName": "new_other" }), "stays as it is"),
    ] {
        let error = put(&site, &path, &[], change).await.is(409).error();
        assert!(error.contains(part), "{error}");
    }
    let options = |values: &[i64]| json!({ "OptionSet": { "Options": values.iter().map(|it| json!({ "Value": it, "Label": label(&[("x", 1033)]) })).collect::<Vec<_>>() } });
    let colour = format!("{ITEM}/Attributes(LogicalName='new_colour')");
    assert!(put(&site, &colour, &[], options(&[1])).await.is(409).error().contains("value of 1 rows"));
    put(&site, &colour, &[], options(&[2, 3])).await.is(204);
    site.patch(&format!("new_items({id})"), r#"{"new_colour":1}"#).await.is(400);
    site.patch(&format!("new_items({id})"), r#"{"new_colour":3,"new_code":"a"}"#).await.is(204);
}

#[tokio::test]
async fn of_the_product_only_labels_change() {
    let site = Site::new();
    let path = "EntityDefinitions(LogicalName='contact')/Attributes(LogicalName='lastname')";
    put(&site, path, MERGE, json!({ "DisplayName": label(&[("Nachname", 1031)]) })).await.is(204);
    let mut whole = attribute(&site, "contact", "lastname").await;
    assert_eq!(whole["DisplayName"]["LocalizedLabels"][1]["Label"], "Nachname");
    // The whole definition as it came may go back.
    whole["Description"] = label(&[("The family name", 1033)]);
    put(&site, path, &[], whole).await.is(204);
    assert_eq!(
        attribute(&site, "contact", "lastname").await["Description"]["UserLocalizedLabel"]["Label"],
        "The family name"
    );
    for change in [json!({ "MaxLength": 500 }), json!({ "RequiredLevel": { "Value": "ApplicationRequired" } })] {
        let error = put(&site, path, &[], change).await.is(409).error();
        assert!(error.contains("only its labels"), "{error}");
    }
    let entity = "EntityDefinitions(LogicalName='contact')";
    put(&site, entity, &[], json!({ "DisplayName": label(&[("Person", 1033)]) })).await.is(204);
    assert_eq!(site.get(entity).await.json()["DisplayName"]["UserLocalizedLabel"]["Label"], "Person");
    put(&site, entity, &[], json!({ "EntitySetName": "people" })).await.is(409);
    put(&site, entity, &[], json!({ "Assent.Roles": { "marketer": "read" } })).await.is(409);
    site.send("DELETE", entity, &[], "").await.is(409);
    site.send("DELETE", path, &[], "").await.is(409);
    // What a customer adds gets roles of their own.
    let site = items().await;
    put(&site, ITEM, &[], json!({ "Assent.Roles": { "marketer": "read" }, "DisplayName": label(&[("Thing", 1033)]) }))
        .await
        .is(204);
    let marketer = site.app.db.write(&site.app.cx, |tx| web::token::create(tx, "Mara", "marketer", None)).unwrap();
    let mut other = site;
    other.token = marketer;
    other.get("new_items").await.is(200);
}

#[tokio::test]
async fn what_is_removed_is_gone_from_the_store() {
    let site = Site::new();
    let contact = "EntityDefinitions(LogicalName='contact')/Attributes";
    site.post(contact, &column("String", "new_Shoe", json!({})).to_string()).await.is(204);
    let id = site.make("contacts", r#"{"lastname":"Ito","new_shoe":"secret-42"}"#).await;
    let path = format!("{contact}(LogicalName='new_shoe')");
    // In use: by a key, and by a view of one's own.
    site.post(
        "EntityDefinitions(LogicalName='contact')/Keys",
        r#"{"SchemaName":"new_ByShoe","KeyAttributes":["new_shoe"]}"#,
    )
    .await
    .is(204);
    assert!(site.send("DELETE", &path, &[], "").await.is(409).error().contains("the key new_byshoe"));
    site.send("DELETE", "EntityDefinitions(LogicalName='contact')/Keys(LogicalName='new_byshoe')", &[], "")
        .await
        .is(204);
    let fetch = "<fetch><entity name='contact'><attribute name='new_shoe'/></entity></fetch>";
    let view = site
        .make("userqueries", &json!({ "name": "Shoes", "returnedtypecode": "contact", "fetchxml": fetch }).to_string())
        .await;
    assert!(site.send("DELETE", &path, &[], "").await.is(409).error().contains("userquery"));
    site.send("DELETE", &format!("userqueries({view})"), &[], "").await.is(204);
    site.send("DELETE", &path, &["If-Match: *"], "").await.is(204);
    site.send("DELETE", &path, &[], "").await.is(404);
    assert!(site.get("contacts?$select=new_shoe").await.is(400).error().contains("new_shoe"));
    // The trail says that the row lost it, not what it was.
    let history = site.get(&format!("assent_RecordHistory(Entity='contact',Id={id})")).await.is(200).json();
    let last = history["Changes"].as_array().unwrap().last().unwrap().clone();
    assert!(last["Columns"].to_string().contains("new_shoe") && !last.to_string().contains("secret-42"), "{last}");
    // The name is free, and old values do not come back.
    site.post(contact, &column("String", "new_Shoe", json!({})).to_string()).await.is(204);
    assert!(site.get(&format!("contacts({id})?$select=new_shoe")).await.json()["new_shoe"].is_null());
}

#[tokio::test]
async fn an_entity_goes_with_its_rows_unless_others_need_it() {
    let site = items().await;
    site.post(&format!("{ITEM}/Attributes"), &column("Integer", "new_Rank", json!({})).to_string()).await.is(204);
    site.make("new_items", r#"{"new_name":"x","new_rank":3}"#).await;
    let lookup = json!({
        "@odata.type": "Microsoft.Dynamics.CRM.OneToManyRelationshipMetadata", "SchemaName": "new_item_contact",
        "ReferencedEntity": "new_item", "ReferencingEntity": "contact", "Lookup": { "SchemaName": "new_ItemId" },
    });
    site.post("RelationshipDefinitions", &lookup.to_string()).await.is(204);
    assert!(site.send("DELETE", ITEM, &[], "").await.is(409).error().contains("contact.new_itemid"));
    let relationship = "RelationshipDefinitions(SchemaName='new_item_contact')";
    put(&site, relationship, &[], json!({ "CascadeConfiguration": { "Delete": "Restrict" } })).await.is(204);
    assert_eq!(site.get(relationship).await.json()["CascadeConfiguration"]["Delete"], "Restrict");
    put(&site, relationship, &[], json!({ "ReferencedEntity": "account" })).await.is(409);
    site.send("DELETE", relationship, &[], "").await.is(204);
    // A column that came with the entity goes too; the name of the rows stays.
    site.send("DELETE", &format!("{ITEM}/Attributes(LogicalName='new_code')"), &[], "").await.is(204);
    assert!(
        site.send("DELETE", &format!("{ITEM}/Attributes(LogicalName='new_name')"), &[], "")
            .await
            .is(409)
            .error()
            .contains("the name of its rows")
    );
    site.send("DELETE", ITEM, &[], "").await.is(204);
    site.get("new_items").await.is(404);
    site.get(ITEM).await.is(404);
    site.send("DELETE", ITEM, &[], "").await.is(404);
    // The same name starts empty.
    let body = json!({ "SchemaName": "new_Item", "Attributes": [column("Integer", "new_Name", json!({})), column("String", "new_Title", json!({ "IsPrimaryName": true }))] });
    site.post("EntityDefinitions", &body.to_string()).await.is(204);
    assert_eq!(site.get("new_items/$count").await.text, "\u{feff}0");
}

#[tokio::test]
async fn choices_that_columns_share() {
    let site = items().await;
    let set = json!({ "@odata.type": "Microsoft.Dynamics.CRM.OptionSetMetadata", "Name": "new_sizes", "IsGlobal": true, "OptionSetType": "Picklist",
        "DisplayName": label(&[("Sizes", 1033)]), "Options": [{ "Value": 1, "Label": label(&[("Small", 1033), ("Klein", 1031)]) }] });
    let made = site.post("GlobalOptionSetDefinitions", &set.to_string()).await.is(204);
    let address = made.header("odata-entityid").split("/v9.2/").nth(1).unwrap().to_owned();
    site.post("GlobalOptionSetDefinitions", &set.to_string()).await.is(409);
    assert_eq!(site.get(&address).await.is(200).json()["Options"][0]["Label"]["LocalizedLabels"][1]["Label"], "Klein");
    let bound = column("Picklist", "new_Size", json!({ "GlobalOptionSet@odata.bind": format!("/{address}") }));
    // A key by identifier names the set too.
    let by_name = json!({ "OptionSet": { "IsGlobal": true, "Name": "new_sizes" } });
    site.post(&format!("{ITEM}/Attributes"), &bound.to_string()).await.is(204);
    site.post(&format!("{ITEM}/Attributes"), &column("MultiSelectPicklist", "new_Sizes", by_name).to_string())
        .await
        .is(204);
    let size = attribute(&site, "new_item", "new_size").await;
    assert_eq!((&size["OptionSet"]["IsGlobal"], &size["OptionSet"]["Name"]), (&json!(true), &json!("new_sizes")));
    let row = site.make("new_items", r#"{"new_name":"x","new_size":1}"#).await;
    // Options one by one.
    let act = async |name: &str, body: Json| site.post(name, &body.to_string()).await;
    let inserted =
        act("InsertOptionValue", json!({ "OptionSetName": "new_sizes", "Label": label(&[("Large", 1033)]) })).await;
    assert_eq!(inserted.is(200).json()["NewOptionValue"], 100_000_000);
    site.patch(&format!("new_items({row})"), r#"{"new_size":100000000,"new_sizes":"1,100000000"}"#).await.is(204);
    act("InsertOptionValue", json!({ "OptionSetName": "new_sizes", "Value": 1, "Label": label(&[("x", 1033)]) }))
        .await
        .is(409);
    act(
        "UpdateOptionValue",
        json!({ "OptionSetName": "new_sizes", "Value": 1, "Label": label(&[("Tiny", 1033)]), "MergeLabels": true }),
    )
    .await
    .is(204);
    let labels = site.get(&address).await.json()["Options"][0]["Label"]["LocalizedLabels"].clone();
    assert_eq!((&labels[0]["Label"], &labels[1]["Label"]), (&json!("Tiny"), &json!("Klein")));
    assert!(
        act("DeleteOptionValue", json!({ "OptionSetName": "new_sizes", "Value": 1 }))
            .await
            .is(409)
            .error()
            .contains("1 rows")
    );
    site.patch(&format!("new_items({row})"), r#"{"new_sizes":null}"#).await.is(204);
    act("OrderOption", json!({ "OptionSetName": "new_sizes", "Values": [100_000_000, 1] })).await.is(204);
    act("OrderOption", json!({ "OptionSetName": "new_sizes", "Values": [1] })).await.is(400);
    act(
        "DeleteOptionValue",
        json!({ "EntityLogicalName": "new_item", "AttributeLogicalName": "new_size", "Value": 1 }),
    )
    .await
    .is(204);
    act("DeleteOptionValue", json!({ "OptionSetName": "new_sizes", "Value": 1 })).await.is(404);
    // The choice of one column.
    act("InsertOptionValue", json!({ "EntityLogicalName": "new_item", "AttributeLogicalName": "new_colour", "Value": 7, "Label": label(&[("Green", 1033)]) })).await.is(200);
    site.patch(&format!("new_items({row})"), r#"{"new_colour":7}"#).await.is(204);
    // The product's stay, and so does one in use.
    act(
        "InsertOptionValue",
        json!({ "OptionSetName": "msgdpr_gdpr_consent_option_set", "Label": label(&[("x", 1033)]) }),
    )
    .await
    .is(409);
    act(
        "InsertOptionValue",
        json!({ "EntityLogicalName": "contact", "AttributeLogicalName": "statecode", "Label": label(&[("x", 1033)]) }),
    )
    .await
    .is(409);
    assert!(site.send("DELETE", &address, &[], "").await.is(409).error().contains("new_item.new_size"));
    put(&site, &address, &[], json!({ "DisplayName": label(&[("How big", 1033)]) })).await.is(204);
    for name in ["new_size", "new_sizes"] {
        site.send("DELETE", &format!("{ITEM}/Attributes(LogicalName='{name}')"), &[], "").await.is(204);
    }
    site.send("DELETE", "GlobalOptionSetDefinitions(Name='new_sizes')", &[], "").await.is(204);
    site.get(&address).await.is(404);
    let all = site.get("GlobalOptionSetDefinitions?$select=Name").await.is(200).json();
    assert!(all["value"].as_array().unwrap().iter().any(|it| it["Name"] == "msgdpr_gdpr_consent_option_set"));
}

#[tokio::test]
async fn instants_say_how_they_are_understood() {
    let site = items().await;
    for (name, behavior, expected) in [
        ("new_One", None, "UserLocal"),
        ("new_Two", Some("TimeZoneIndependent"), "TimeZoneIndependent"),
        ("new_Day", Some("DateOnly"), "DateOnly"),
    ] {
        let more = behavior.map_or(json!({}), |it| json!({ "DateTimeBehavior": { "Value": it } }));
        site.post(&format!("{ITEM}/Attributes"), &column("DateTime", name, more).to_string()).await.is(204);
        assert_eq!(attribute(&site, "new_item", &name.to_lowercase()).await["DateTimeBehavior"]["Value"], expected);
    }
    let more = json!({ "DateTimeBehavior": { "Value": "Sometimes" } });
    site.post(&format!("{ITEM}/Attributes"), &column("DateTime", "new_Four", more).to_string()).await.is(400);
}

#[tokio::test]
async fn several_entities_at_once() {
    let site = Site::new();
    let definition = |name: &str, class: &str| {
        json!({
            "@odata.type": "Microsoft.Dynamics.CRM.ComplexEntityMetadata", "SchemaName": name,
            "Attributes": [column(class, &format!("{name}_name"), json!({ "IsPrimaryName": true }))],
        })
    };
    let wrong = json!({ "Entities": [definition("new_a", "ComplexString"), definition("new_b", "Nosuch")] });
    let error = site.post("CreateEntities", &wrong.to_string()).await.error();
    assert!(error.contains("Nosuch"), "{error}");
    site.get("new_as").await.is(404);
    let both = json!({ "Entities": [definition("new_a", "ComplexString"), definition("new_b", "ComplexString")] });
    site.make("solutions", r#"{"uniquename":"x"}"#).await;
    let made = site.post("CreateEntities?SolutionUniqueName=x", &both.to_string()).await.is(200).json();
    assert_eq!(made["EntityIds"].as_array().unwrap().len(), 2);
    site.make("new_bs", r#"{"new_b_name":"x"}"#).await;
    // They have views like every other entity.
    for name in ["new_a", "new_b"] {
        let views = site.get(&format!("savedqueries?$filter=returnedtypecode eq '{name}'")).await.is(200).json();
        assert_eq!(views["value"].as_array().unwrap().len(), 1, "{name}");
    }
}

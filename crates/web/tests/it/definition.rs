//! Metadata: `$metadata`, `EntityDefinitions`, columns of the customer's own.

use crate::site::Site;

#[tokio::test]
async fn the_metadata_document_has_two_of_each_kind() {
    let site = Site::new();
    let reply = site.send("GET", "$metadata", &["Accept: application/json"], "").await.is(200);
    assert_eq!(reply.header("content-type"), "application/xml");
    for element in ["EntityType", "ComplexType", "EnumType", "Function", "Action"] {
        assert!(reply.text.matches(&format!("<{element} Name=")).count() >= 2, "{element}");
    }
    assert!(reply.text.contains(r#"<EntityType Name="contact" BaseType="mscrm.crmbaseentity">"#));
    assert!(reply.text.contains(r#"<NavigationProperty Name="Contact_Tasks" Type="Collection(mscrm.task)" Partner="regardingobjectid_contact_task""#));
}

#[tokio::test]
async fn definitions_are_listed_and_found() {
    let site = Site::new();
    let all = site.get("EntityDefinitions?$select=EntitySetName,LogicalName").await.is(200).json();
    let contact = all["value"].as_array().unwrap().iter().find(|it| it["LogicalName"] == "contact").unwrap();
    assert_eq!(contact["EntitySetName"], "contacts");
    assert_eq!(contact.as_object().unwrap().len(), 3, "{contact}");
    let one = site
        .get("EntityDefinitions?%24select=LogicalName,EntitySetName,PrimaryIdAttribute&%24filter=LogicalName+eq+'task'")
        .await
        .is(200)
        .json();
    assert_eq!(one["value"][0]["PrimaryIdAttribute"], "activityid");
    let one = site.get("EntityDefinitions(LogicalName=%27lead%27)?$select=EntitySetName&$expand=Attributes($select=LogicalName;$filter=LogicalName eq 'lastname')").await.is(200).json();
    assert_eq!(
        (one["EntitySetName"].as_str(), one["Attributes"][0]["LogicalName"].as_str()),
        (Some("leads"), Some("lastname"))
    );
    let id = one["MetadataId"].as_str().unwrap().to_owned();
    site.get(&format!("EntityDefinitions({id})")).await.is(200);
    site.get("EntityDefinitions(LogicalName='nosuch')").await.is(404);
    let picks = site.get("EntityDefinitions(LogicalName='account')/Attributes/Microsoft.Dynamics.CRM.PicklistAttributeMetadata?$select=LogicalName&$expand=OptionSet($select=Options)").await.is(200).json();
    assert!(
        picks["value"]
            .as_array()
            .unwrap()
            .iter()
            .any(|it| it["OptionSet"]["Options"][0]["Label"]["UserLocalizedLabel"]["Label"] == "Preferred Customer")
    );
    let lookup = site
        .get("EntityDefinitions(LogicalName='contact')/Attributes(LogicalName='parentcustomerid')")
        .await
        .is(200)
        .json();
    assert_eq!(lookup["Targets"], serde_json::json!(["account", "contact"]));
}

#[tokio::test]
async fn definitions_speak_three_languages() {
    let site = Site::new();
    let said = |label: &serde_json::Value| {
        let all = label["LocalizedLabels"].as_array().unwrap().iter();
        all.map(|it| format!("{} {}", it["LanguageCode"], it["Label"].as_str().unwrap())).collect::<Vec<_>>().join("; ")
    };
    let address = "EntityDefinitions(LogicalName='contact')";
    let contact = site.get(address).await.is(200).json();
    assert_eq!(said(&contact["DisplayName"]), "1033 Contact; 1031 Kontakt; 1036 Contact");
    assert_eq!(contact["DisplayName"]["UserLocalizedLabel"]["LanguageCode"], 1033);
    assert_eq!(said(&contact["DisplayCollectionName"]), "1033 Contacts; 1031 Kontakte; 1036 Contacts");
    let section = &contact["Assent.Layout"]["tabs"][0]["sections"][1]["label"];
    assert_eq!(section, &serde_json::json!({ "en": "Address", "de": "Anschrift", "fr": "Adresse" }));
    for (column, label) in [
        ("firstname", "1033 First name; 1031 Vorname; 1036 Prénom"),
        ("createdon", "1033 Created on; 1031 Angelegt am; 1036 Créé le"),
        ("contactid", "1033 Identifier; 1031 Kennung; 1036 Identifiant"),
    ] {
        let column = site.get(&format!("{address}/Attributes(LogicalName='{column}')")).await.is(200).json();
        assert_eq!(said(&column["DisplayName"]), label);
    }
    for (column, option) in [
        ("gendercode", "1033 Male; 1031 Männlich; 1036 Masculin"),
        ("msgdpr_gdprconsent", "1033 (1) Consent; 1031 (1) Einwilligung; 1036 (1) Consentement"),
        ("statecode", "1033 Active; 1031 Aktiv; 1036 Actif"),
    ] {
        let column = site.get(&format!("{address}/Attributes(LogicalName='{column}')")).await.is(200).json();
        assert_eq!(said(&column["OptionSet"]["Options"][0]["Label"]), option);
    }
}

#[tokio::test]
async fn a_column_of_the_customers_own_is_live_at_once() {
    let site = Site::new();
    let attributes = "EntityDefinitions(LogicalName='contact')/Attributes";
    let label = r#""DisplayName":{"LocalizedLabels":[{"Label":"Shoe \"size\"","LanguageCode":1033}]}"#;
    let types = [
        ("String", r#""MaxLength":20"#, r#""a""#),
        ("Memo", r#""MaxLength":4000"#, r#""a""#),
        ("Integer", r#""MinValue":1,"MaxValue":60"#, "42"),
        ("BigInt", r#""x":1"#, "42"),
        ("Decimal", r#""Precision":3,"MinValue":0"#, "1.125"),
        ("Double", r#""x":1"#, "1.5"),
        ("Money", r#""x":1"#, "1.5"),
        ("Boolean", r#""DefaultValue":true"#, "false"),
        ("DateTime", r#""Format":"DateAndTime""#, r#""2026-01-02T03:04:05Z""#),
    ];
    for (kind, more, value) in types {
        let body = format!(
            r##"{{"@odata.type":"Microsoft.Dynamics.CRM.{kind}AttributeMetadata","SchemaName":"new_{kind}",{label},{more},
            "RequiredLevel":{{"Value":"None"}},"Assent.Privacy":{{"Sensitivity":"personal","Category":"user.demographic"}}}}"##
        );
        let made = site.post(attributes, &body).await.is(204);
        assert!(made.header("odata-entityid").contains("/Attributes("));
        let column = format!("new_{}", kind.to_lowercase());
        let id = site.make("contacts", &format!(r#"{{"lastname":"Ito","{column}":{value}}}"#)).await;
        let row = site.get(&format!("contacts({id})?$select={column}")).await.is(200).json();
        assert_eq!(row[&column], serde_json::from_str::<serde_json::Value>(value).unwrap());
        assert!(site.get("$metadata").await.text.contains(&format!("Name=\"{column}\"")));
    }
    site.post("contacts", r#"{"lastname":"Ito","new_integer":61}"#).await.is(400);
    let again = r##"{"@odata.type":"#Microsoft.Dynamics.CRM.StringAttributeMetadata","SchemaName":"new_String"}"##;
    site.post(attributes, again).await.is(409);
    // Where rows are about people, a column is personal unless the request says that it is not.
    let silent = r##"{"@odata.type":"#Microsoft.Dynamics.CRM.StringAttributeMetadata","SchemaName":"new_Hobby"}"##;
    site.post(attributes, silent).await.is(204);
    let hobby = site.get(&format!("{attributes}(LogicalName='new_hobby')")).await.is(200).json();
    assert_eq!(hobby["Assent.Privacy"]["Sensitivity"], "personal");
    let lookup = r##"{"@odata.type":"#Microsoft.Dynamics.CRM.LookupAttributeMetadata","SchemaName":"new_Friend"}"##;
    assert!(site.post(attributes, lookup).await.error().contains("a column of type Lookup"));
}

#[tokio::test]
async fn generators_get_definitions_with_their_columns() {
    let site = Site::new();
    let query = |operator: &str| {
        format!("{{\"Criteria\":{{\"FilterOperator\":\"And\",\"Conditions\":[{{\"PropertyName\":\"LogicalName\",\"ConditionOperator\":\"{operator}\",\"Value\":{{\"Value\":\"contact\",\"Type\":\"System.String\"}}}}]}}}}")
            .replace('"', "%22").replace('{', "%7B").replace('}', "%7D")
    };
    let found =
        site.get(&format!("RetrieveMetadataChanges(Query=%40p0)?%40p0={}", query("Equals"))).await.is(200).json();
    let all = found["EntityMetadata"].as_array().unwrap();
    assert_eq!((all.len(), all[0]["LogicalName"].as_str()), (1, Some("contact")));
    for row in all[0]["Attributes"].as_array().unwrap() {
        match row["AttributeType"].as_str().unwrap() {
            "DateTime" => assert!(row["Format"].is_string()),
            "Lookup" => assert!(row["Targets"].is_array()),
            _ => {}
        }
    }
    let rest = site.get(&format!("RetrieveMetadataChanges(Query=@p)?@p={}", query("NotEquals"))).await.is(200).json();
    assert!(rest["EntityMetadata"].as_array().unwrap().len() > 10);
    site.get(&format!("RetrieveMetadataChanges(Query=@p)?@p={}", query("GreaterThan"))).await.is(501);
    site.get("RetrieveMetadataChanges(Query=@p)?@p=x").await.is(400);
}

#[tokio::test]
async fn the_rights_of_a_user_on_a_row_are_reported() {
    let site = Site::new();
    let contact = site.make("contacts", r#"{"lastname":"Ito"}"#).await;
    let me = site.get("WhoAmI").await.json()["UserId"].as_str().unwrap().to_owned();
    let path = |user: &str| {
        format!(
            "systemusers({user})/Microsoft.Dynamics.CRM.RetrievePrincipalAccess(Target=@t)?@t=%7B'@odata.id':'contacts({contact})'%7D"
        )
    };
    let rights = site.get(&path(&me)).await.is(200).json()["AccessRights"].as_str().unwrap().to_owned();
    assert!(rights.contains("ReadAccess") && rights.contains("DeleteAccess"), "{rights}");
    let auditor = site.make("systemusers", r#"{"lastname":"Sato","assent_role":"public"}"#).await;
    assert_eq!(site.get(&path(&auditor)).await.is(200).json()["AccessRights"], "None");
}

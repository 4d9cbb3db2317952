//! Lines of the contract that no other file's subject is, each named after the client that reads them.

use serde_json::json;

use crate::site::Site;

const ALL: &[&str] = &["Prefer: odata.include-annotations=\"*\""];

/// Microsoft's query sample follows tasks to the account of the person they are about.
#[tokio::test]
async fn microsoft_query_sample_finds_tasks_by_the_account_of_their_contact() {
    let site = Site::with(kernel::Registry::default().with(privacy::RULES, &[], &[]));
    let firm = site.make("accounts", r#"{"name":"Elm"}"#).await;
    let bind = format!(r#""parentcustomerid_account@odata.bind":"/accounts({firm})""#);
    let person =
        site.make("contacts", &format!(r#"{{"lastname":"Ito",{bind},"Contact_Tasks":[{{"subject":"call"}}]}}"#)).await;
    let path = format!(
        "tasks?$select=subject&$expand=regardingobjectid_contact_task($select=fullname;$expand=parentcustomerid_account($select=name;$expand=createdby($select=fullname)))&$filter=regardingobjectid_contact_task/_accountid_value eq {firm}"
    );
    let found = site.get(&path).await.is(200).json();
    assert_eq!(found["value"][0]["regardingobjectid_contact_task"]["parentcustomerid_account"]["name"], "Elm");
    let context = found["@odata.context"].as_str().unwrap();
    assert!(context.ends_with("#tasks(subject,regardingobjectid_contact_task(fullname,parentcustomerid_account(name,createdby(fullname))))"), "{context}");
    // It goes with the customer, also to nobody, and to a person who is none of a firm.
    site.patch(&format!("contacts({person})"), r#"{"parentcustomerid_account":null}"#).await.is(204);
    assert_eq!(site.get(&path).await.json()["value"], json!([]));
    let other = site.make("contacts", &format!(r#"{{"lastname":"Sato",{bind}}}"#)).await;
    let shown = async || {
        site.get(&format!("contacts({other})?$select=_accountid_value")).await.json()["_accountid_value"].clone()
    };
    assert_eq!(shown().await, firm.as_str());
    site.patch(
        &format!("contacts({other})"),
        &format!(r#"{{"parentcustomerid_contact@odata.bind":"/contacts({person})"}}"#),
    )
    .await
    .is(204);
    assert!(shown().await.is_null());
}

/// dynamics365crm-python lists and makes opportunities; python-odata follows base types.
#[tokio::test]
async fn dynamics365crm_opportunities() {
    let site = Site::new();
    let firm = site.make("accounts", r#"{"name":"Elm"}"#).await;
    let body =
        format!(r#"{{"name":"Roof","estimatedvalue":1200.5,"customerid_account@odata.bind":"/accounts({firm})"}}"#);
    let id = site.make("opportunities", &body).await;
    let row = site.get(&format!("opportunities({id})?$expand=customerid_account($select=name)")).await.is(200).json();
    assert_eq!((&row["customerid_account"]["name"], &row["estimatedvalue"]), (&json!("Elm"), &json!(1200.5)));
    site.patch(&format!("opportunities({id})"), r#"{"statecode":1,"statuscode":3}"#).await.is(204);
    let metadata = site.get("$metadata").await.is(200).text;
    for part in [
        r#"<EntityType Name="activitypointer" BaseType="mscrm.crmbaseentity" Abstract="true"/>"#,
        r#"<EntityType Name="task" BaseType="mscrm.activitypointer">"#,
        r#"<EntityType Name="systemuser" BaseType="mscrm.principal">"#,
    ] {
        assert!(metadata.contains(part), "{part}");
    }
}

/// Microsoft's samples ask with every annotation.
#[tokio::test]
async fn microsoft_samples_annotations_of_lists_and_errors() {
    let site = Site::new();
    let version = async || {
        let list = site.send("GET", "contacts?$top=1", ALL, "").await.is(200).json();
        list["@Microsoft.Dynamics.CRM.globalmetadataversion"].as_str().unwrap().parse::<u64>().unwrap()
    };
    let before = version().await;
    assert_eq!(version().await, before);
    let column =
        r##"{"@odata.type":"#Microsoft.Dynamics.CRM.StringAttributeMetadata","SchemaName":"new_x","MaxLength":9}"##;
    site.post("EntityDefinitions(LogicalName='account')/Attributes", column).await.is(204);
    assert_ne!(version().await, before);
    let error = site.send("GET", "contacts?$select=nosuch", ALL, "").await.is(400).json()["error"].clone();
    assert_eq!(error["@Microsoft.PowerApps.CDS.InnerError.Message"], error["message"]);
    assert!(error["@Microsoft.PowerApps.CDS.HelpLink"].as_str().unwrap().starts_with("https://"));
    assert!(error["@Microsoft.PowerApps.CDS.TraceText"].is_string());
    let plain = site.get("contacts?$select=nosuch").await.is(400).json()["error"].clone();
    assert!(!plain.as_object().unwrap().keys().any(|it| it.starts_with("@Microsoft")), "{plain}");
    let part = "--b\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\nGET contacts?$select=nosuch HTTP/1.1\r\nPrefer: odata.include-annotations=\"*\"\r\n\r\n--b--\r\n";
    let reply = site.send("POST", "$batch", &["Content-Type: multipart/mixed; boundary=b"], part).await;
    assert!(reply.text.contains("InnerError.Message"), "{}", reply.text);
}

/// Generators ask which entities take columns.
#[tokio::test]
async fn definitions_are_filtered_by_managed_properties() {
    let site = Site::new();
    let path =
        "EntityDefinitions?$select=LogicalName&$filter=CanCreateAttributes/Value eq true and LogicalName eq 'contact'";
    assert_eq!(site.get(path).await.is(200).json()["value"].as_array().unwrap().len(), 1);
    let path =
        "EntityDefinitions?$select=LogicalName&$filter=CanCreateAttributes/Value eq false and IsIntersect eq false";
    assert_eq!(site.get(path).await.is(200).json()["value"], json!([]));
}

/// Microsoft's sample of functions copies an account to one that is its branch.
#[tokio::test]
async fn microsoft_functions_sample_initializes_an_account_from_another() {
    let site = Site::new();
    let body = r#"{"accountcategorycode":1,"address1_addresstypecode":3,"address1_city":"Redmond","address1_country":"USA","address1_line1":"123 Maple St.","address1_name":"Corporate Headquarters","address1_postalcode":"98000","address1_shippingmethodcode":4,"address1_stateorprovince":"WA","address1_telephone1":"555-1234","customertypecode":3,"description":"Advice","emailaddress1":"info@example.com","industrycode":7,"name":"Elm","numberofemployees":150,"ownershipcode":2,"preferredcontactmethodcode":2,"telephone1":"555-1234"}"#;
    let id = site.make("accounts", body).await;
    let path = format!(
        "InitializeFrom(EntityMoniker=@p1,TargetEntityName=@p2,TargetFieldType=@p3)?@p1=%7B%27@odata.id%27:%27accounts({id})%27%7D&@p2=%27account%27&@p3=Microsoft.Dynamics.CRM.TargetFieldType%27ValidForCreate%27"
    );
    let mut row = site.get(&path).await.is(200).json();
    assert_eq!((&row["address1_addresstypecode"], &row["customertypecode"]), (&json!(3), &json!(3)));
    row["name"] = json!("Elm, the branch");
    site.make("accounts", &row.to_string()).await;
}

/// Microsoft's sample of functions looks privileges up by name, and shows what a role has.
#[tokio::test]
async fn microsoft_functions_sample_gives_privileges_to_a_role() {
    let site = Site::new();
    let role = site.make("roles", r#"{"name":"Test Role"}"#).await;
    let held = format!("roles({role})/roleprivileges_association?$select=name");
    assert_eq!(site.get(&held).await.is(200).json()["value"], json!([]));
    let path = "privileges?$select=name&$filter=name eq 'prvCreateAccount' or name eq 'prvReadAccount'";
    let found = site.get(path).await.is(200).json()["value"].as_array().unwrap().clone();
    assert_eq!(found.len(), 2);
    let list: Vec<_> = found
        .iter()
        .map(|it| json!({ "PrivilegeId": it["privilegeid"], "PrivilegeName": it["name"], "Depth": "Basic" }))
        .collect();
    let action = format!("roles({role})/Microsoft.Dynamics.CRM.AddPrivilegesRole");
    site.post(&action, &json!({ "Privileges": list }).to_string()).await.is(204);
    assert_eq!(site.get(&held).await.json()["value"].as_array().unwrap().len(), 2);
    assert!(site.get("$metadata").await.text.contains(r#"<EntitySet Name="privileges""#));
    site.get("privileges?$select=nosuch").await.is(400);
    site.get("privileges?$filter=nosuch eq 1").await.is(400);
    site.post("privileges", "{}").await.is(404);
}

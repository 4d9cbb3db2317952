//! Lists: options, pages, counts, annotations, and what is refused by name.

use crate::site::Site;

async fn people(site: &Site) {
    for (first, last, day) in [
        ("Ken", "Ito", "1990-01-05"),
        ("Ada", "Okafor", "1980-01-05"),
        ("Eva", "Sato", "1970-01-05"),
        ("Lin", "Zhou", "1960-01-05"),
    ] {
        let body = format!(r#"{{"firstname":"{first}","lastname":"{last}","birthdate":"{day}","jobtitle":"Nurse"}}"#);
        site.make("contacts", &body).await;
    }
}

fn names(rows: &serde_json::Value) -> Vec<String> {
    rows["value"].as_array().unwrap().iter().map(|it| it["lastname"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn options_filter_order_and_cut() {
    let site = Site::new();
    people(&site).await;
    let rows = site
        .get("contacts?$select=lastname&$filter=birthdate lt 1985-01-01&$orderby=birthdate desc&$top=2&$count=true")
        .await
        .is(200)
        .json();
    assert_eq!(names(&rows), ["Okafor", "Sato"]);
    assert_eq!(rows["@odata.count"], 3);
    assert_eq!(rows["@odata.context"], "https://records.example/api/data/v9.2/$metadata#contacts(lastname)");
    assert!(rows.get("@odata.nextLink").is_none());
    // Names of options and the plus sign come encoded from several clients.
    let rows = site.get("contacts?%24select=lastname&%24filter=contains(%40p1,'TO')+and+statecode+eq+0&%40p1=lastname&$orderby=@p2 asc&@p2=lastname&").await.is(200).json();
    assert_eq!(names(&rows), ["Ito", "Sato"]);
    let count = site.get("contacts/$count?$filter=lastname ne 'Ito'").await.is(200);
    assert_eq!((count.text.as_str(), count.header("content-type")), ("\u{feff}3", "text/plain"));
    let rows = site.get("/contacts/?$select=lastname&$filter=Microsoft.Dynamics.CRM.In(PropertyName='lastname',PropertyValues=['Ito','Zhou'])&$orderby=lastname").await.is(200).json();
    assert_eq!(names(&rows), ["Ito", "Zhou"]);
    // Lookups are ordered by the name of what they lead to.
    site.get("contacts?$orderby=_ownerid_value desc,parentcustomerid").await.is(200);
}

#[tokio::test]
async fn pages_do_not_shift() {
    let site = Site::new();
    people(&site).await;
    let prefer = &["Prefer: odata.maxpagesize=2"];
    let first = site.send("GET", "contacts?$select=lastname&$orderby=lastname&$top=1", prefer, "").await.is(200);
    assert_eq!(first.header("preference-applied"), "odata.maxpagesize=2");
    assert_eq!(names(&first.json()), ["Ito", "Okafor"]);
    // One row before and one behind the end of the page.
    site.make("contacts", r#"{"lastname":"Abe"}"#).await;
    site.make("contacts", r#"{"lastname":"Pike"}"#).await;
    let link = first.json()["@odata.nextLink"].as_str().unwrap().to_owned();
    let below = link.strip_prefix("https://records.example/api/data/v9.2/").unwrap().to_owned();
    assert!(below.starts_with("contacts?$select=lastname&$orderby=lastname&"), "{below}");
    let second = site.send("GET", &below, prefer, "").await.is(200).json();
    assert_eq!(names(&second), ["Pike", "Sato"]);
    let link = second["@odata.nextLink"].as_str().unwrap().to_owned();
    let last = site
        .send("GET", link.strip_prefix("https://records.example/api/data/v9.2/").unwrap(), prefer, "")
        .await
        .is(200)
        .json();
    assert_eq!(names(&last), ["Zhou"]);
    assert!(last.get("@odata.nextLink").is_none());
    site.get("contacts?$skiptoken=nonsense").await.is(400);
}

#[tokio::test]
async fn annotations_come_when_preferred() {
    let site = Site::new();
    let account = site.make("accounts", r#"{"name":"Rowan","revenue":1234567.5,"accountcategorycode":2}"#).await;
    let body = format!(r#"{{"lastname":"Ito","parentcustomerid_account@odata.bind":"/accounts({account})"}}"#);
    site.make("contacts", &body).await;
    let prefer = &["Prefer: odata.include-annotations=\"*\""];
    let rows = site.send("GET", "contacts?$select=parentcustomerid,donotemail", prefer, "").await.is(200).json();
    let row = &rows["value"][0];
    assert_eq!(row["_parentcustomerid_value@Microsoft.Dynamics.CRM.lookuplogicalname"], "account");
    assert_eq!(
        row["_parentcustomerid_value@Microsoft.Dynamics.CRM.associatednavigationproperty"],
        "parentcustomerid_account"
    );
    assert_eq!(row["_parentcustomerid_value@OData.Community.Display.V1.FormattedValue"], "Rowan");
    assert_eq!(row["donotemail@OData.Community.Display.V1.FormattedValue"], "No");
    assert_eq!(rows["@Microsoft.Dynamics.CRM.totalrecordcount"], -1);
    let prefer = &["Prefer: odata.include-annotations=\"OData.Community.Display.V1.FormattedValue\""];
    let row = site.send("GET", &format!("accounts({account})"), prefer, "").await.is(200).json();
    assert_eq!(row["revenue@OData.Community.Display.V1.FormattedValue"], "1,234,567.50");
    assert_eq!(row["accountcategorycode@OData.Community.Display.V1.FormattedValue"], "Standard");
    assert!(row.get("_ownerid_value@Microsoft.Dynamics.CRM.lookuplogicalname").is_none());
    // An empty list is tolerated.
    site.send("GET", "accounts", &["Prefer: odata.include-annotations=\"\""], "").await.is(200);
}

#[tokio::test]
async fn mistakes_name_the_place_and_the_fix() {
    let site = Site::new();
    let error = async |path: &str| site.get(path).await.error();
    assert_eq!(
        error("contacts?$filter=lastnme eq 'Ito'").await,
        "400 0x0 Could not find a property named 'lastnme' on type 'Microsoft.Dynamics.CRM.contact'. Did you mean 'lastname'?"
    );
    assert_eq!(
        error("contacts?$filter=lastname eq").await,
        "400 0x80060888 the query option '$filter': syntax error at position 11: expected a literal, a column or an alias, found the end"
    );
    assert!(error("contacts?$select=Name").await.starts_with("400 0x0 "));
    assert!(error("contacts?$orderby=nosuch").await.starts_with("400 0x0 "));
    assert!(error("contacts?$expand=nosuch").await.starts_with("400 0x0 "));
    assert!(error("contacts?$filter=birthdate eq 'soon'").await.contains("birthdate: takes a date"));
    assert!(error("contacts?$skip=5").await.contains("'$skip' is not supported"));
    assert!(error("contacts?$selct=lastname").await.contains("'$selct' is unknown"));
    assert!(
        error("contacts?$filter=msdyn_gdproptout eq true")
            .await
            .contains("embedded_intelligence, which is not enabled")
    );
    assert_eq!(error("Account").await, "404 0x8006088a Resource not found for the segment 'Account'.");
    assert_eq!(
        error("contactscontacts?$top=1").await,
        "404 0x8006088a Resource not found for the segment 'contactscontacts'."
    );
    let many = (0..501).map(|it| format!("lastname eq '{it}'")).collect::<Vec<_>>().join(" or ");
    assert!(error(&format!("contacts?$filter={many}")).await.starts_with("400 0x8004430C "));
}

#[tokio::test]
async fn what_there_is_not_is_refused_by_name() {
    let site = Site::new();
    for path in ["contacts/Microsoft.Dynamics.CRM.Nosuch", "Nosuch", "Microsoft.Dynamics.CRM.PublishAllXml"] {
        let reply = site.post(path, "{}").await.is(404);
        assert!(reply.error().contains("Resource not found"), "{}", reply.text);
    }
    site.send("PUT", "contacts", &[], "{}").await.is(405);
    site.post("PublishAllXml", "").await.is(204);
    assert_eq!(site.get("RetrieveVersion()").await.is(200).json()["Version"], "9.2.0.0");
}

#[tokio::test]
async fn no_input_is_a_fault_of_ours() {
    let site = Site::new();
    people(&site).await;
    for path in [
        "contacts(",
        "contacts)",
        "contacts()",
        "contacts(1)",
        "contacts($1)",
        "contacts('x')",
        "contacts(a=@p)",
        "contacts(%FF)",
        "contacts/$ref",
        "contacts/$value",
        "contacts/Microsoft.Dynamics.CRM.",
        "$metadata/contacts",
        "WhoAmI/x/y",
        "contacts?$filter=%FF",
        "contacts?$filter=1 eq 1",
        "contacts?$filter=lastname",
        "contacts?$filter=@p",
        "contacts?$filter=createdby/any(c:c/fullname eq 'x')",
        "contacts?$filter=Contact_Tasks/any(c:c/nosuch eq 'x')",
        "contacts?$filter=annualincome gt 1e400",
        "contacts?$filter=numberofchildren gt 'x'",
        "contacts?$filter=contactid eq 'x'",
        "contacts?$filter=Microsoft.Dynamics.CRM.Nosuch(PropertyName='lastname')",
        "contacts?$orderby=Contact_Tasks/subject",
        "contacts?$select=lastname/x",
        "contacts?$expand=Contact_Tasks/$ref",
        "contacts?$expand=Contact_Tasks($filter=nosuch eq 1)",
        "contacts?$top=-1",
        "contacts?$skiptoken=WyJhIiwiYiJd",
        "EntityDefinitions(1)",
        "EntityDefinitions?$filter=LogicalName gt 'a'",
        "EntityDefinitions?$filter=Nosuch eq 'a'",
    ] {
        let reply = site.get(path).await;
        assert!(reply.status.is_client_error() || reply.status == 501, "{path}: {} {}", reply.status, reply.text);
        assert!(reply.json()["error"]["message"].as_str().unwrap().len() > 10, "{path}: {}", reply.text);
    }
    let deep = format!("contacts?$filter={}lastname eq 'x'{}", "(".repeat(5000), ")".repeat(5000));
    site.get(&deep).await.is(400);
    let nested = format!("{}{}", "[".repeat(5000), "]".repeat(5000));
    site.post("contacts", &nested).await.is(400);
    site.post("contacts", r#"{"annualincome":1e300}"#).await.is(400);
    site.post("contacts", r#"{"numberofchildren":1.5}"#).await.is(400);
    site.post("contacts", r#"{"Contact_Tasks":5}"#).await.is(400);
    site.post("contacts", r#"{"Contact_Tasks":[5]}"#).await.is(400);
    site.post("contacts", r#"{"Contact_Tasks@odata.bind":["x"]}"#).await.is(400);
}

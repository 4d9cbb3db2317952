//! Every operation is described in `$metadata` and in the documentation, and every described one answers.

use crate::site::Site;

/// Name, whether it is a function, and what it is bound to.
fn described(xml: &str) -> Vec<(String, bool, Option<String>)> {
    let attribute = |tag: &str, name: &str| {
        tag.split_once(&format!(" {name}=\"")).and_then(|(_, rest)| rest.split('"').next()).map(str::to_owned)
    };
    let mut all = Vec::new();
    let mut lines = xml.lines().map(str::trim).peekable();
    while let Some(line) = lines.next() {
        let function = line.starts_with("<Function ");
        if !function && !line.starts_with("<Action ") {
            continue;
        }
        let bound = line.contains("IsBound").then(|| attribute(lines.peek().unwrap(), "Type").unwrap());
        all.push((attribute(line, "Name").unwrap(), function, bound));
    }
    all
}

#[tokio::test]
async fn every_operation_is_described_and_answers() {
    let site = Site::new();
    let xml = site.get("$metadata").await.is(200).text;
    let all = described(&xml);
    assert!(all.len() > 150, "{}", all.len());
    let documentation = include_str!("../../../../docs/web-api.md");
    let sets = site.get("EntityDefinitions?$select=LogicalName,EntitySetName").await.json();
    let set = |entity: &str| {
        let all = sets["value"].as_array().unwrap();
        all.iter().find(|it| it["LogicalName"] == entity).unwrap()["EntitySetName"].as_str().unwrap().to_owned()
    };
    for (name, function, bound) in all {
        assert!(documentation.contains(&format!("`{name}`")), "{name} is not in docs/web-api.md");
        assert!(xml.contains(&format!(r#"Name="{name}""#)));
        let path = match bound.as_deref().map(|it| it.trim_start_matches("mscrm.")) {
            None => name.clone(),
            Some(rows) if rows.starts_with("Collection(") => {
                let entity = rows.trim_start_matches("Collection(mscrm.").trim_end_matches(')');
                format!("{}/Microsoft.Dynamics.CRM.{name}", set(entity))
            }
            Some(entity) => {
                format!("{}(00000000-0000-0000-0000-00000000abcd)/Microsoft.Dynamics.CRM.{name}", set(entity))
            }
        };
        // With nothing given it answers or says what it wants; it is never unknown.
        let (reply, other) = if function {
            (site.get(&path).await, site.post(&path, "{}").await)
        } else {
            (site.post(&path, "{}").await, site.get(&path).await)
        };
        assert!(reply.status.as_u16() < 500, "{path}: {}", reply.text);
        assert!(!reply.text.contains("0x8006088a"), "{path}: {}", reply.text);
        assert!(other.status.is_client_error(), "{path} with the other verb: {} {}", other.status, other.text);
    }
    // The other way round: what the documentation lists is described.
    for line in documentation.lines().filter(|it| it.starts_with("| `assent_")) {
        let name = line.trim_start_matches("| `").split('`').next().unwrap();
        assert!(xml.contains(&format!(r#" Name="{name}""#)), "{name} is not in $metadata");
    }
    assert!(!xml.contains("Org.OData.Core.V1.Description"));
    let annotated = site.get("$metadata?annotations=true").await.is(200).text;
    assert!(annotated.contains("Org.OData.Core.V1.Description") && annotated.contains("Refuses with 0x80040220"));
}

#[tokio::test]
async fn functions_of_dataverse() {
    let site = Site::new();
    let address = |country: &str| {
        format!(
            "FormatAddress(Line1=@p1,City=@p2,StateOrProvince=@p3,PostalCode=@p4,Country=@p5)?@p1='123 Maple St.'&@p2='Seattle'&@p3='WA'&@p4='98007'&@p5='{country}'"
        )
    };
    for (country, expected) in [
        ("USA", "123 Maple St.\r\nSeattle, WA 98007\r\nUSA"),
        ("JAPAN", "98007\r\nWA\r\nSeattle\r\n123 Maple St.\r\nJAPAN"),
        ("Germany", "123 Maple St.\r\n98007 Seattle\r\nWA\r\nGermany"),
    ] {
        assert_eq!(site.get(&address(country)).await.is(200).json()["Address"], expected);
    }
    let organization = site
        .get("RetrieveCurrentOrganization(AccessType=@p)?@p=Microsoft.Dynamics.CRM.EndpointAccessType'Default'")
        .await
        .is(200)
        .json();
    assert_eq!(organization["Detail"]["State"], "Enabled");
    assert_eq!(organization["Detail"]["Endpoints"]["Values"][2], "https://records.example/api/data/v9.2/");
    let account =
        site.make("accounts", r#"{"name":"Elm","telephone1":"555","address1_city":"Ulm","description":"x"}"#).await;
    let path = format!(
        "InitializeFrom(EntityMoniker=@p1,TargetEntityName='contact',TargetFieldType=Microsoft.Dynamics.CRM.TargetFieldType'ValidForCreate')?@p1={{'@odata.id':'accounts({account})'}}"
    );
    let made = site.get(&path.replace('{', "%7B").replace('}', "%7D")).await.is(200).json();
    assert_eq!((&made["telephone1"], &made["address1_city"]), (&"555".into(), &"Ulm".into()));
    assert_eq!(made["parentcustomerid_account@odata.bind"], format!("accounts({account})"));
    // What came is a row to post.
    let mut row = made.as_object().unwrap().clone();
    row.insert("lastname".to_owned(), "Ito".into());
    let contact = site.make("contacts", &serde_json::to_string(&row).unwrap()).await;
    // What a person allows is not copied to another record.
    site.patch(&format!("contacts({contact})"), r#"{"donotphone":true}"#).await.is(204);
    let path = format!(
        "InitializeFrom(EntityMoniker=@p1,TargetEntityName='lead',TargetFieldType=@p2)?@p1=%7B'@odata.id':'contacts({contact})'%7D&@p2=null"
    );
    let made = site.get(&path).await.is(200).json();
    assert_eq!(made["lastname"], "Ito");
    assert!(made.get("donotphone").is_none() && made.get("contactid").is_none(), "{made}");
}

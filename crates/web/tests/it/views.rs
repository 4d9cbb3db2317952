//! Views as rows, and run by `savedQuery`, `userQuery`; `sql`.

use serde_json::{Value as Json, json};

use crate::site::Site;

async fn firms() -> Site {
    let site = Site::new();
    for (name, city, staff) in [("Elm", "Bonn", 3), ("Oak", "Ulm", 8), ("Yew", "Ulm", 1)] {
        let body = format!(r#"{{"name":"{name}","address1_city":"{city}","numberofemployees":{staff}}}"#);
        let id = site.make("accounts", &body).await;
        let person = format!(r#"{{"lastname":"Of {name}","parentcustomerid_account@odata.bind":"accounts({id})"}}"#);
        site.make("contacts", &person).await;
        if name == "Yew" {
            site.patch(&format!("accounts({id})"), r#"{"statecode":1}"#).await.is(204);
        }
    }
    site
}

fn column(rows: &Json, name: &str) -> Vec<String> {
    rows["value"].as_array().unwrap().iter().map(|it| it[name].as_str().unwrap_or("-").to_owned()).collect()
}

#[tokio::test]
async fn views_of_entity_files_are_saved_queries() {
    let site = firms().await;
    let found =
        site.get("savedqueries?$select=name,savedqueryid&$filter=name eq 'Active Accounts'").await.is(200).json();
    let id = found["value"][0]["savedqueryid"].as_str().unwrap().to_owned();
    let rows = site.get(&format!("accounts?savedQuery={id}")).await.is(200).json();
    assert_eq!(column(&rows, "name"), ["Elm", "Oak"]);
    assert!(rows["value"][0].get("telephone1").is_none(), "nulls are left out");
    assert!(site.get(&format!("contacts?savedQuery={id}")).await.is(400).error().contains("is a view of account"));
    site.get("accounts?savedQuery=00000000-0000-0000-0000-000000000009").await.is(404);
    site.get("accounts?savedQuery=x").await.is(400);
    // The product's stay; every one of them can be run.
    let refused = site.patch(&format!("savedqueries({id})"), r#"{"name":"Mine"}"#).await.is(409);
    assert!(refused.error().contains("comes with the product"), "{}", refused.error());
    site.send("DELETE", &format!("savedqueries({id})"), &[], "").await.is(409);
    let all = site.get("savedqueries?$select=name,returnedtypecode,savedqueryid").await.is(200).json();
    let sets = site.get("EntityDefinitions?$select=LogicalName,EntitySetName").await.json();
    let set = |entity: &Json| {
        let all = sets["value"].as_array().unwrap();
        all.iter().find(|it| it["LogicalName"] == *entity).unwrap()["EntitySetName"].as_str().unwrap().to_owned()
    };
    let all = all["value"].as_array().unwrap();
    assert!(all.len() > 30);
    for view in all {
        let path = format!("{}?savedQuery={}", set(&view["returnedtypecode"]), view["savedqueryid"].as_str().unwrap());
        // What nobody may read has views too, and they show nothing.
        let reply = site.get(&path).await;
        assert!(reply.status == 200 || reply.error().starts_with("403 0x80040220"), "{path}: {}", reply.text);
    }
}

#[tokio::test]
async fn views_of_ones_own() {
    let site = firms().await;
    let fetch = "<fetch><entity name='account'><attribute name='name'/><filter><condition attribute='address1_city' operator='eq' value='Ulm'/></filter><order attribute='name' descending='true'/></entity></fetch>";
    let body = |entity: &str, fetch: &str| {
        json!({ "name": "In Ulm", "returnedtypecode": entity, "fetchxml": fetch }).to_string()
    };
    let id = site.make("userqueries", &body("account", fetch)).await;
    assert_eq!(column(&site.get(&format!("accounts?userQuery={id}")).await.is(200).json(), "name"), ["Yew", "Oak"]);
    let id = site.make("savedqueries", &body("account", fetch)).await;
    let filtered = site.get(&format!("accounts?savedQuery={id}&$filter=statecode eq 0")).await.is(200).json();
    assert_eq!(column(&filtered, "name"), ["Oak"]);
    site.send("DELETE", &format!("savedqueries({id})"), &[], "").await.is(204);
    for (entity, fetch, part) in [
        ("contact", fetch, "asks for account"),
        ("nosuch", fetch, "no entity"),
        ("account", "<fetch><entity name='account'><attribute name='nosuch'/></entity></fetch>", "nosuch"),
        ("account", "<fetch>", "fetchxml"),
    ] {
        let error = site.post("userqueries", &body(entity, fetch)).await.is(400).error();
        assert!(error.contains(part), "{error}");
    }
}

#[tokio::test]
async fn a_table_of_ones_own_has_a_view_while_it_is_there() {
    let site = Site::new();
    let name = json!({ "@odata.type": "Microsoft.Dynamics.CRM.StringAttributeMetadata", "SchemaName": "new_name", "IsPrimaryName": true });
    let body = json!({ "SchemaName": "new_lamp", "Attributes": [name] }).to_string();
    site.post("EntityDefinitions", &body).await.is(204);
    site.make("new_lamps", r#"{"new_name":"Desk"}"#).await;
    let of_lamp = "savedqueries?$filter=returnedtypecode eq 'new_lamp'";
    let view = site.get(of_lamp).await.json()["value"][0]["savedqueryid"].as_str().unwrap().to_owned();
    assert_eq!(column(&site.get(&format!("new_lamps?savedQuery={view}")).await.is(200).json(), "new_name"), ["Desk"]);
    // It follows the words of the table; those of other tables are not written again.
    let version = async |of: &str| {
        let path = format!("savedqueries?$select=name,versionnumber&$filter=returnedtypecode eq '{of}'");
        site.get(&path).await.is(200).json()["value"][0].clone()
    };
    let (lamp, account) = (version("new_lamp").await, version("account").await);
    let words = r#"{"DisplayCollectionName":{"LocalizedLabels":[{"Label":"Bulbs","LanguageCode":1033}]}}"#;
    site.send("PUT", "EntityDefinitions(LogicalName='new_lamp')", &["MSCRM.MergeLabels: true"], words).await.is(204);
    assert_eq!(version("new_lamp").await["name"], "Active Bulbs");
    assert_ne!(version("new_lamp").await["versionnumber"], lamp["versionnumber"]);
    assert_eq!(version("account").await, account);
    site.send("DELETE", "EntityDefinitions(LogicalName='new_lamp')", &[], "").await.is(204);
    assert_eq!(site.get(of_lamp).await.json()["value"], json!([]));
}

async fn sql(site: &Site, set: &str, text: &str) -> crate::site::Reply {
    let encoded: String = text.bytes().map(|it| format!("%{it:02X}")).collect();
    site.get(&format!("{set}?sql={encoded}")).await
}

#[tokio::test]
async fn sql_reads() {
    let site = firms().await;
    for (set, text, expected) in [
        (
            "accounts",
            "SELECT name FROM account ORDER BY name DESC",
            json!([{ "name": "Yew" }, { "name": "Oak" }, { "name": "Elm" }]),
        ),
        (
            "accounts",
            "select top 1 name as firm, address1_city from account a order by firm",
            json!([{ "firm": "Elm", "address1_city": "Bonn" }]),
        ),
        (
            "accounts",
            "SELECT DISTINCT address1_city FROM account ORDER BY address1_city",
            json!([{ "address1_city": "Bonn" }, { "address1_city": "Ulm" }]),
        ),
        (
            "contacts",
            "SELECT c.lastname AS person, a.name AS firm FROM contact c INNER JOIN account a ON c.parentcustomerid = a.accountid WHERE a.address1_city = 'Ulm' AND a.statecode = 0",
            json!([{ "person": "Of Oak", "firm": "Oak" }]),
        ),
        (
            "accounts",
            "SELECT a.name, p.lastname FROM account AS a LEFT OUTER JOIN contact AS p ON a.primarycontactid = p.contactid WHERE p.contactid IS NULL ORDER BY a.name OFFSET 1 ROWS FETCH NEXT 1 ROWS ONLY",
            json!([{ "name": "Oak" }]),
        ),
        (
            "accounts",
            "SELECT address1_city, COUNT(*) AS n, SUM(numberofemployees) AS staff, MAX(numberofemployees) most FROM account GROUP BY address1_city ORDER BY n DESC",
            json!([{ "address1_city": "Ulm", "n": 2, "staff": 9, "most": 8 }, { "address1_city": "Bonn", "n": 1, "staff": 3, "most": 3 }]),
        ),
        ("accounts", "SELECT COUNT(*) FROM account", json!([{ "count": 3 }])),
        ("accounts", "SELECT COUNT(DISTINCT address1_city) AS cities FROM account", json!([{ "cities": 2 }])),
        (
            "accounts",
            "SELECT name FROM account WHERE (name LIKE 'E%' OR name NOT LIKE '%e%') AND name <> 'x''y' ORDER BY name",
            json!([{ "name": "Elm" }, { "name": "Oak" }]),
        ),
        (
            "accounts",
            "SELECT [name] FROM account WHERE numberofemployees IN (1, 8) AND address1_city NOT IN ('Bonn') AND numberofemployees >= 8",
            json!([{ "name": "Oak" }]),
        ),
        ("accounts", "SELECT name FROM account WHERE telephone1 IS NOT NULL", json!([])),
    ] {
        let mut rows = sql(&site, set, text).await.is(200).json()["value"].clone();
        for row in rows.as_array_mut().unwrap() {
            row.as_object_mut().unwrap().remove("@odata.etag");
        }
        assert_eq!(rows, expected, "{text}");
    }
    let first = site
        .send("GET", "accounts?sql=SELECT%20name%20FROM%20account", &["Prefer: odata.maxpagesize=2"], "")
        .await
        .is(200)
        .json();
    let next = first["@odata.nextLink"].as_str().unwrap().split("/v9.2/").nth(1).unwrap().to_owned();
    let rest = site.send("GET", &next, &["Prefer: odata.maxpagesize=2"], "").await.is(200).json();
    assert_eq!(column(&rest, "name").len(), 1);
    assert!(rest.get("@odata.nextLink").is_none());
}

#[tokio::test]
async fn sql_that_is_more_than_reading_is_refused() {
    let site = firms().await;
    for (text, part) in [
        ("SELECT * FROM account", "name the columns"),
        ("SELECT a.* FROM account a", "name the columns"),
        ("DELETE FROM account", "SELECT"),
        ("UPDATE account SET name = 'x'", "SELECT"),
        ("SELECT name FROM account; DROP TABLE account", "';'"),
        ("SELECT name FROM account UNION SELECT name FROM account", "the end"),
        ("SELECT name FROM account WHERE accountid IN (SELECT contactid FROM contact)", "JOIN"),
        ("SELECT nosuch FROM account", "nosuch"),
        ("SELECT name FROM contact", "the address is that of accounts"),
        ("SELECT name FROM account WHERE numberofemployees = 'many'", "sql"),
        ("SELECT name, COUNT(*) AS n FROM account", "GROUP BY"),
        ("SELECT COUNT(*) AS n FROM account GROUP BY name", "selected too"),
        ("SELECT name FROM account WHERE UPPER(name) = 'X'", "comparison"),
        ("SELECT MEDIAN(revenue) FROM account", "median"),
        ("SELECT name FROM account a INNER JOIN contact a ON a.accountid = a.contactid", "two tables"),
        ("SELECT statecode FROM account a INNER JOIN contact c ON c.parentcustomerid = a.accountid", "two tables"),
        ("SELECT name, name FROM account", "two columns"),
        ("SELECT assent_hash FROM assent_token", "the address"),
        ("SELECT name FROM account WHERE name = 'x", "not closed"),
        ("SELECT name FROM account WHERE ((((", "a column"),
        ("SELECT name FROM account HAVING COUNT(*) > 1", "the end"),
        ("", "SELECT"),
    ] {
        let reply = sql(&site, "accounts", if text.is_empty() { " " } else { text }).await.is(400);
        assert!(reply.error().contains(part), "{text}: {}", reply.error());
    }
    assert!(
        sql(&site, "assent_tokens", "SELECT assent_hash FROM assent_token")
            .await
            .is(400)
            .error()
            .contains("assent_hash")
    );
    let deep = format!("SELECT name FROM account WHERE {}name = 'x'{}", "(".repeat(200), ")".repeat(200));
    assert!(sql(&site, "accounts", &deep).await.is(400).error().contains("nested"));
}

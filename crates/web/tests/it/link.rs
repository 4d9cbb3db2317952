//! FetchXML that asks for related rows without bringing them, and that groups by parts of dates.

use serde_json::Value as Json;

use crate::site::Site;

async fn fetch(site: &Site, set: &str, xml: &str) -> crate::site::Reply {
    let text: String = xml
        .bytes()
        .map(|it| if it.is_ascii_alphanumeric() { char::from(it).to_string() } else { format!("%{it:02X}") })
        .collect();
    let all = "Prefer: odata.include-annotations=\"*\"";
    site.send("GET", &format!("{set}?fetchXml={text}"), &[all], "").await
}

/// Elm has a nurse and a clerk, Oak two nurses, Fir a person without a profession, Yew nobody.
async fn firms(site: &Site) {
    for (name, people) in [
        (
            "Elm",
            r#"[{"lastname":"Ito","jobtitle":"Nurse","Contact_Tasks":[{"subject":"call"}]},{"lastname":"Zhou","jobtitle":"Clerk"}]"#,
        ),
        ("Oak", r#"[{"lastname":"Sato","jobtitle":"Nurse"},{"lastname":"Abe","jobtitle":"Nurse"}]"#),
        ("Fir", r#"[{"lastname":"Lin"}]"#),
        ("Yew", "[]"),
    ] {
        site.make("accounts", &format!(r#"{{"name":"{name}","contact_customer_accounts":{people}}}"#)).await;
    }
}

async fn names(site: &Site, inside: &str) -> Vec<String> {
    let xml = format!(
        "<fetch><entity name='account'><attribute name='name'/><order attribute='name'/>{inside}</entity></fetch>"
    );
    let rows = fetch(site, "accounts", &xml).await.is(200).json()["value"].clone();
    rows.as_array().unwrap().iter().map(|it| it["name"].as_str().unwrap().to_owned()).collect()
}

fn people(kind: &str, inside: &str) -> String {
    format!(
        "<link-entity name='contact' from='parentcustomerid' to='accountid' link-type='{kind}'>{inside}</link-entity>"
    )
}

const NURSES: &str = "<filter><condition attribute='jobtitle' operator='eq' value='nurse'/></filter>";

#[tokio::test]
async fn links_that_only_restrict() {
    let site = Site::new();
    firms(&site).await;
    for (kind, conditions, expected) in [
        ("any", NURSES, vec!["Elm", "Oak"]),
        ("any", "", vec!["Elm", "Fir", "Oak"]),
        ("not all", NURSES, vec!["Elm", "Oak"]),
        // A profession that is not known is none of a nurse: the row is not lost to a null.
        ("not any", NURSES, vec!["Fir", "Yew"]),
        // Those who have people, none of them a nurse.
        ("all", NURSES, vec!["Fir"]),
    ] {
        let inside = format!("<filter>{}</filter>", people(kind, conditions));
        assert_eq!(names(&site, &inside).await, expected, "{kind} {conditions}");
    }
    // Beside a filter, a row comes once however many partners it has.
    for kind in ["exists", "in"] {
        assert_eq!(names(&site, &people(kind, NURSES)).await, ["Elm", "Oak"]);
    }
    let either = format!(
        "<filter type='or'><condition attribute='name' operator='eq' value='Yew'/>{}</filter>",
        people("any", NURSES)
    );
    assert_eq!(names(&site, &either).await, ["Elm", "Oak", "Yew"]);
    // Through two links, and from the side that holds the lookup.
    let task = "<link-entity name='task' from='regardingobjectid' to='contactid'/>";
    assert_eq!(names(&site, &people("exists", task)).await, ["Elm"]);
    let xml = "<fetch><entity name='contact'><attribute name='lastname'/><filter><link-entity name='account' from='accountid' to='parentcustomerid' link-type='not any'><filter><condition attribute='name' operator='eq' value='Oak'/></filter></link-entity></filter></entity></fetch>";
    assert_eq!(fetch(&site, "contacts", xml).await.is(200).json()["value"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn a_link_inside_a_join_and_below_one() {
    let site = Site::new();
    firms(&site).await;
    // The join brings those who have a task; the filter of the outermost entity does not see into it.
    let tasks = "<filter><link-entity name='task' from='regardingobjectid' to='contactid' link-type='any'/></filter>";
    let joined = format!(
        "<link-entity name='contact' from='parentcustomerid' to='accountid' alias='p'><attribute name='lastname'/>{tasks}</link-entity>"
    );
    assert_eq!(names(&site, &joined).await, ["Elm"]);
    let exists =
        joined.replace(tasks, "<link-entity name='task' from='regardingobjectid' to='contactid' link-type='exists'/>");
    assert_eq!(names(&site, &exists).await, ["Elm"]);
}

#[tokio::test]
async fn the_first_partner_alone() {
    let site = Site::new();
    firms(&site).await;
    let first = people("matchfirstrowusingcrossapply", "<attribute name='lastname' alias='who'/>");
    assert_eq!(names(&site, &first).await, ["Elm", "Fir", "Oak"]);
    let xml = format!(
        "<fetch><entity name='account'><attribute name='name'/>{}</entity></fetch>",
        people("matchfirstrowusingcrossapply", &format!("<attribute name='lastname' alias='who'/>{NURSES}"))
    );
    let rows = fetch(&site, "accounts", &xml).await.is(200).json()["value"].clone();
    let mut who: Vec<&str> = rows.as_array().unwrap().iter().map(|it| it["who"].as_str().unwrap()).collect();
    who.sort_unstable();
    assert_eq!((who.len(), who[0] == "Ito" || who[1] == "Ito"), (2, true));
    let both: Vec<String> = names(&site, &people("inner", "")).await;
    assert_eq!(both, ["Elm", "Elm", "Fir", "Oak", "Oak"]);
}

#[tokio::test]
async fn mistakes_in_links_are_named() {
    let site = Site::new();
    for (inside, part) in [
        (people("any", ""), "inside a <filter>"),
        (format!("<filter>{}</filter>", people("exists", "")), "'exists'"),
        (format!("<filter>{}</filter>", people("", "")), "'inner'"),
        (people("natural", ""), "'natural' is no link-type"),
        (people("exists", "<attribute name='lastname'/>"), "takes no <attribute>"),
        (
            people("exists", "<link-entity name='task' from='regardingobjectid' to='contactid' link-type='outer'/>"),
            "inner, exists or in",
        ),
        (people("exists", "<filter><condition attribute='nosuch' operator='null'/></filter>"), "nosuch"),
        (people("in", "").replace("accountid", "name"), "different types"),
    ] {
        let xml = format!("<fetch><entity name='account'><attribute name='name'/>{inside}</entity></fetch>");
        let error = fetch(&site, "accounts", &xml).await.is(400).error();
        assert!(error.contains(part), "{inside}: {error}");
    }
}

/// The numbers are those of the example in Dataverse's documentation.
#[tokio::test]
async fn groups_by_parts_of_dates() {
    let site = Site::new();
    for (name, day, staff) in [("A", "2023-03-25T12:00:00Z", 35_200), ("B", "2023-08-27T00:00:00Z", 0)] {
        site.make("accounts", &format!(r#"{{"name":"{name}","lastonholdtime":"{day}","numberofemployees":{staff}}}"#))
            .await;
    }
    let parts: String = ["day", "week", "month", "quarter", "year", "fiscal-period", "fiscal-year"]
        .iter()
        .map(|it| {
            format!(
                "<attribute name='lastonholdtime' groupby='true' dategrouping='{it}' alias='{}'/>",
                it.replace('-', "_")
            )
        })
        .collect();
    let xml = format!(
        "<fetch aggregate='true'><entity name='account'><attribute name='numberofemployees' aggregate='sum' alias='total'/>{parts}<order alias='month'/></entity></fetch>"
    );
    let rows = fetch(&site, "accounts", &xml).await.is(200).json()["value"].clone();
    let numbers = |row: &Json| {
        ["total", "day", "week", "month", "quarter", "year", "fiscal_period", "fiscal_year"]
            .map(|it| row[it].as_i64().unwrap())
    };
    assert_eq!(rows.as_array().unwrap().len(), 2);
    assert_eq!(numbers(&rows[0]), [35_200, 25, 12, 3, 1, 2023, 20_231, 2023]);
    assert_eq!(numbers(&rows[1]), [0, 27, 35, 8, 3, 2023, 20_233, 2023]);
    let said = |name: &str| rows[0][format!("{name}@OData.Community.Display.V1.FormattedValue")].clone();
    assert_eq!(said("fiscal_period"), "Quarter 1 FY2023");
    assert_eq!(said("fiscal_year"), "FY2023");
    // A day without a time groups alike, also one before 1970 and at the end of a year that began on a Saturday.
    for day in ["1969-12-31", "2000-12-31", "2024-02-29"] {
        site.make("contacts", &format!(r#"{{"lastname":"X","birthdate":"{day}"}}"#)).await;
    }
    let xml = "<fetch aggregate='true'><entity name='contact'><attribute name='contactid' aggregate='count' alias='n'/><attribute name='birthdate' groupby='true' dategrouping='year' alias='y'/><attribute name='birthdate' groupby='true' dategrouping='week' alias='w'/><order alias='y'/></entity></fetch>";
    let rows = fetch(&site, "contacts", xml).await.is(200).json()["value"].clone();
    let of = |it: &Json| (it["y"].as_i64().unwrap(), it["w"].as_i64().unwrap());
    assert_eq!(rows.as_array().unwrap().iter().map(of).collect::<Vec<_>>(), [(1969, 53), (2000, 54), (2024, 9)]);
    for (wrong, part) in [
        ("<attribute name='createdon' groupby='true' dategrouping='hour' alias='h'/>", "'hour' is no dategrouping"),
        ("<attribute name='name' groupby='true' dategrouping='year' alias='h'/>", "neither a day nor an instant"),
        ("<attribute name='createdon' aggregate='max' dategrouping='year' alias='h'/>", "goes with groupby"),
    ] {
        let xml = format!("<fetch aggregate='true'><entity name='account'>{wrong}</entity></fetch>");
        let error = fetch(&site, "accounts", &xml).await.is(400).error();
        assert!(error.contains(part), "{error}");
    }
}

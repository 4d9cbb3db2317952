//! Change tracking: delta links give what changed and what is gone, page by page, for seven days.

use serde_json::Value as Json;

use crate::site::Site;

const TRACK: &str = "Prefer: odata.track-changes";

fn below(link: &Json) -> String {
    link.as_str().unwrap().strip_prefix("https://records.example/api/data/v9.2/").unwrap().to_owned()
}

fn named(rows: &Json) -> Vec<String> {
    let text =
        |it: &Json| it["name"].as_str().map_or_else(|| format!("-{}", it["id"].as_str().unwrap()), str::to_owned);
    rows["value"].as_array().unwrap().iter().map(text).collect()
}

#[tokio::test]
async fn a_delta_holds_what_changed_and_what_is_gone() {
    let site = Site::new();
    let mut ids = Vec::new();
    for name in ["Elm", "Oak", "Yew"] {
        ids.push(site.make("accounts", &format!(r#"{{"name":"{name}"}}"#)).await);
    }
    let first = site.send("GET", "accounts?$select=name", &[TRACK], "").await.is(200);
    assert_eq!(first.header("preference-applied"), "odata.track-changes");
    let link = below(&first.json()["@odata.deltaLink"]);
    assert!(link.starts_with("accounts?$select=name&$deltatoken="), "{link}");
    let empty = site.get(&link).await.is(200).json();
    assert_eq!(named(&empty), Vec::<String>::new());
    site.patch(&format!("accounts({})", ids[0]), r#"{"name":"Elm 2"}"#).await.is(204);
    site.send("DELETE", &format!("accounts({})", ids[1]), &[], "").await.is(204);
    let ash = site.make("accounts", r#"{"name":"Ash"}"#).await;
    // Other entities do not matter.
    site.make("contacts", r#"{"lastname":"Ito"}"#).await;
    let delta = site.get(&link).await.is(200).json();
    assert_eq!(delta["@odata.context"], "https://records.example/api/data/v9.2/$metadata#accounts(name)/$delta");
    let mut found = named(&delta);
    found.sort();
    assert_eq!(found, [format!("-{}", ids[1]), "Ash".to_owned(), "Elm 2".to_owned()]);
    let gone = delta["value"].as_array().unwrap().last().unwrap();
    assert_eq!(gone["@odata.context"], "https://records.example/api/data/v9.2/$metadata#accounts/$deletedEntity");
    assert_eq!(gone["reason"], "deleted");
    let count = site.get(&link.replace("accounts?", "accounts/$count?")).await.is(200);
    assert_eq!(count.text, "\u{feff}3");
    // The new link goes on from there; a row that came back under its identifier is no longer gone.
    let link = below(&delta["@odata.deltaLink"]);
    assert_eq!(named(&site.get(&link).await.json()), Vec::<String>::new());
    site.send("DELETE", &format!("accounts({ash})"), &[], "").await.is(204);
    site.make("accounts", &format!(r#"{{"accountid":"{ash}","name":"Ash again"}}"#)).await;
    assert_eq!(named(&site.get(&link).await.json()), ["Ash again"]);
}

#[tokio::test]
async fn what_changes_between_pages_comes_with_the_next_delta() {
    let site = Site::new();
    for name in ["Elm", "Oak", "Yew"] {
        site.make("accounts", &format!(r#"{{"name":"{name}"}}"#)).await;
    }
    let prefer = "Prefer: odata.track-changes,odata.maxpagesize=2";
    let first = site.send("GET", "accounts?$select=name", &[prefer], "").await.is(200).json();
    assert!(first.get("@odata.deltaLink").is_none());
    let ids: Vec<&str> =
        first["value"].as_array().unwrap().iter().map(|it| it["accountid"].as_str().unwrap()).collect();
    let last = ["Elm", "Oak", "Yew"].into_iter().find(|it| !named(&first).contains(&(*it).to_owned())).unwrap();
    site.patch(&format!("accounts({})", ids[0]), r#"{"name":"Elm 2"}"#).await.is(204);
    site.send("DELETE", &format!("accounts({})", ids[1]), &[], "").await.is(204);
    // The moment is in the link, so the preference need not be repeated.
    let second =
        site.send("GET", &below(&first["@odata.nextLink"]), &["Prefer: odata.maxpagesize=2"], "").await.is(200).json();
    assert_eq!(named(&second), [last]);
    let link = below(&second["@odata.deltaLink"]);
    for name in ["Ash", "Fir"] {
        site.make("accounts", &format!(r#"{{"name":"{name}"}}"#)).await;
    }
    let mut all = Vec::new();
    let mut next = link;
    let done = loop {
        let page = site.send("GET", &next, &["Prefer: odata.maxpagesize=2"], "").await.is(200).json();
        all.extend(named(&page));
        match page.get("@odata.nextLink") {
            Some(link) => next = below(link),
            None => break below(&page["@odata.deltaLink"]),
        }
    };
    all.sort();
    assert_eq!(all, [format!("-{}", ids[1]), "Ash".into(), "Elm 2".into(), "Fir".into()]);
    assert_eq!(named(&site.get(&done).await.json()), Vec::<String>::new());
}

#[tokio::test]
async fn what_is_gone_comes_page_by_page_too() {
    let site = Site::new();
    let link = below(&site.send("GET", "accounts?$select=name", &[TRACK], "").await.is(200).json()["@odata.deltaLink"]);
    let mut ids = Vec::new();
    for name in 0..5 {
        ids.push(site.make("accounts", &format!(r#"{{"name":"{name}"}}"#)).await);
    }
    for id in &ids {
        site.send("DELETE", &format!("accounts({id})"), &[], "").await.is(204);
    }
    site.make("accounts", r#"{"name":"Ash"}"#).await;
    for (size, sizes) in [(1, vec![1; 6]), (2, vec![2, 2, 2]), (3, vec![3, 3]), (4, vec![4, 2]), (6, vec![6])] {
        let (mut next, mut all, mut pages) = (link.clone(), Vec::new(), Vec::new());
        let done = loop {
            let page =
                site.send("GET", &next, &[&format!("Prefer: odata.maxpagesize={size}")], "").await.is(200).json();
            pages.push(named(&page).len());
            all.extend(named(&page));
            match page.get("@odata.nextLink") {
                Some(link) => next = below(link),
                None => break below(&page["@odata.deltaLink"]),
            }
        };
        let gone = ids.iter().map(|it| format!("-{it}"));
        assert_eq!(all, [vec!["Ash".to_owned()], gone.collect()].concat(), "{size}");
        assert_eq!(pages, sizes);
        assert_eq!(named(&site.get(&done).await.json()), Vec::<String>::new());
    }
    assert_eq!(site.get(&link.replace("accounts?", "accounts/$count?")).await.is(200).text, "\u{feff}6");
}

#[tokio::test]
async fn delta_links_end_after_seven_days_and_stand_alone() {
    let site = Site::new();
    let first = site.send("GET", "accounts", &[TRACK], "").await.is(200).json();
    let link = below(&first["@odata.deltaLink"]);
    site.clock.advance(7 * 24 * 3_600_000);
    site.get(&link).await.is(200);
    site.clock.advance(1_000);
    assert!(site.get(&link).await.is(410).error().contains("older than 7 days"));
    site.get("accounts?$deltatoken=x").await.is(400);
    site.get("accounts?$deltatoken=1!2").await.is(400);
    for option in ["$filter=name eq 'x'", "$orderby=name", "$expand=primarycontactid", "$top=1"] {
        let name = option.split('=').next().unwrap();
        let refused = site.send("GET", &format!("accounts?{option}"), &[TRACK], "").await.is(400).error();
        assert!(refused.contains(name), "{refused}");
    }
}

//! What the designers ask: a mail as somebody would get it, a form and a page as visitors see them.

use serde_json::json;

use crate::site::Site;

fn of(set: &str, id: &str, name: &str) -> String {
    format!("{set}({id})/Microsoft.Dynamics.CRM.{name}")
}

#[tokio::test]
async fn a_mail_is_seen_before_it_is_stored() {
    let site = Site::new();
    let mail = site.make("msdyncrm_marketingemails", r#"{"msdyncrm_name":"Mail","msdyncrm_subject":"Old"}"#).await;
    let contact = site.make("contacts", r#"{"firstname":"Ada","lastname":"Example"}"#).await;
    let design = json!({ "version": 1, "sections": [{ "columns": [{ "blocks": [
        { "id": "a", "kind": "heading", "text": "Hello {{contact.firstname}}", "level": 1 },
        { "id": "b", "kind": "button", "text": "Go", "link": "javascript:x" }
    ] }] }] });
    let draft = json!({ "assent_design": design.to_string(), "msdyncrm_subject": "For {{contact.firstname}}" });
    let body = json!({ "Draft": draft.to_string(), "ContactId": contact });
    let path = of("msdyncrm_marketingemails", &mail, "assent_PreviewEmail");
    let shown = site.post(&path, &body.to_string()).await.is(200).json();
    assert_eq!(shown["Subject"], "For Ada");
    assert!(shown["Html"].as_str().unwrap().contains("Hello Ada"));
    let places: Vec<&str> =
        shown["Problems"].as_array().unwrap().iter().map(|it| it["place"].as_str().unwrap()).collect();
    assert!(places.contains(&"assent_design#b") && places.contains(&"msdyncrm_emailbody"), "{places:?}");
    let row = site.get(&format!("msdyncrm_marketingemails({mail})")).await.json();
    assert_eq!((&row["msdyncrm_subject"], &row["assent_design"]), (&json!("Old"), &json!(null)));
    for draft in ["[", "[]", r#"{"statuscode":1}"#, r#"{"assent_design":7}"#] {
        let told = site.post(&path, &json!({ "Draft": draft }).to_string()).await.is(400);
        assert!(told.text.contains("Draft"), "{}", told.text);
    }
    site.post(&path, r#"{"ContactId":"x"}"#).await.is(400);
    site.post(&path, r#"{"ContactId":"00000000-0000-0000-0000-00000000dead"}"#).await.is(404);
}

#[tokio::test]
async fn a_form_and_a_page_are_seen_in_each_language_before_they_are_live() {
    let site = Site::new();
    let form =
        site.make("msdyncrm_marketingforms", r#"{"msdyncrm_name":"Questions","msdyncrm_validforpagetype":0}"#).await;
    let element = json!({
        "assent_formid@odata.bind": format!("/msdyncrm_marketingforms({form})"),
        "assent_kind": 9, "assent_label": "x", "assent_order": 0
    });
    site.make("assent_formelements", &element.to_string()).await;
    let page = json!({
        "msdyncrm_name": "Page", "msdyncrm_type": 0, "msdyncrm_content": "Words <b>",
        "assent_formid@odata.bind": format!("/msdyncrm_marketingforms({form})")
    });
    let page = site.make("msdyncrm_marketingpages", &page.to_string()).await;
    for (set, id, words) in
        [("msdyncrm_marketingforms", &form, "Questions"), ("msdyncrm_marketingpages", &page, "Words &lt;b&gt;")]
    {
        for (language, lang) in [("de", "lang=\"de\""), ("fr", "lang=\"fr\""), ("xx", "lang=\"en\"")] {
            let path = of(set, id, &format!("assent_Preview(Language='{language}')"));
            let html = site.get(&path).await.is(200).json()["Html"].as_str().unwrap().to_owned();
            assert!(html.contains(words) && html.contains(lang), "{html}");
        }
    }
}

//! What only the product writes cannot be written by anybody, whatever their role (law 12: a status says
//! only what is so).

use crate::site::Site;

fn site() -> Site {
    Site::with(kernel::Registry::default().with(privacy::RULES, &[], &[]))
}

#[tokio::test]
async fn the_state_of_a_request_follows_from_acts_only() {
    let site = site();
    let id = site.make("assent_datasubjectrequests", r#"{"assent_type":2,"assent_email":"a@example.org"}"#).await;
    let path = format!("assent_datasubjectrequests({id})");
    let refused = site.patch(&path, r#"{"statuscode":7}"#).await.is(400);
    assert!(refused.error().contains("statuscode"), "{}", refused.error());
    assert_eq!(site.get(&format!("{path}?$select=statuscode")).await.is(200).json()["statuscode"], 1);
    let due = site.get(&path).await.json();
    assert!(due["assent_dueon"].is_string() && due["assent_clockrule"].is_string(), "{due}");
}

#[tokio::test]
async fn rows_of_the_product_are_read_only() {
    let site = site();
    let contact = site.make("contacts", r#"{"lastname":"Elm","emailaddress1":"elm@example.org"}"#).await;
    let request =
        site.make("assent_datasubjectrequests", r#"{"assent_type":1,"assent_email":"elm@example.org"}"#).await;
    let bound = format!(r#""assent_requestid@odata.bind":"/assent_datasubjectrequests({request})""#);
    for (set, body) in [
        ("assent_planitems", format!(r#"{{{bound},"assent_entity":"contact","assent_action":3}}"#)),
        ("assent_requestsubjects", format!(r#"{{{bound},"assent_entity":"contact","assent_recordid":"{contact}"}}"#)),
        (
            "assent_outgoingmails",
            r#"{"assent_to":"a@example.org","assent_purpose":1,"assent_idempotencykey":"x"}"#.to_owned(),
        ),
        ("assent_erasureledgers", r#"{"assent_kind":"x","assent_hash":"y"}"#.to_owned()),
        (
            "msgdpr_gdprconsentchangerecords",
            format!(r#"{{"msgdpr_contactid@odata.bind":"/contacts({contact})","msgdpr_value":587030004}}"#),
        ),
    ] {
        let refused = site.post(set, &body).await.is(403);
        assert!(refused.error().contains("by the product only"), "{set}: {}", refused.error());
    }
    site.post(&format!("assent_datasubjectrequests({request})/Microsoft.Dynamics.CRM.assent_PlanRequest"), "")
        .await
        .is(200);
    let items = site.get(&format!("assent_planitems?$filter=_assent_requestid_value eq {request}&$top=1")).await.json();
    let item = items["value"][0]["assent_planitemid"].as_str().unwrap().to_owned();
    site.patch(&format!("assent_planitems({item})"), r#"{"assent_ground":"because"}"#).await.is(403);
    site.send("DELETE", &format!("assent_planitems({item})"), &[], "").await.is(403);
}

#[tokio::test]
async fn what_is_refused_is_counted_by_route_and_reason() {
    let site = site();
    site.get("contacts?$filter=lastnam eq 'x'").await.is(400);
    site.get("contacts?$filter=lastnam eq 'y'").await.is(400);
    let counts = site.app.refused.counts();
    let (reason, count) = counts.first().unwrap();
    assert_eq!((reason.status, reason.code, *count), (400, "unknown-column", 2), "{counts:?}");
    assert!(!reason.route.contains("lastnam"), "the route is a template: {}", reason.route);
}

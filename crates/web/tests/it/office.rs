//! What officers set and ask on pages, and what a person takes from theirs.

use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use engagement::link::Link;
use kernel::{Query, Values, setting};
use privacy::consent::{Commercial, Decision, Evidence, Level, Source, configuration, gate, set};

use crate::{
    public::{landing, visit},
    rights::logged,
    site::Site,
};

#[tokio::test]
async fn older_addresses_lead_to_the_settings() {
    let site = logged();
    for alias in [
        "/settings",
        "/settings/compliance-profiles",
        "/settings/compliance-profiles/outbound-consent",
        "/settings/email-marketing/data-protections",
        "/settings/marketing-settings/data-protection-tools",
    ] {
        let reply = visit(&site, "GET", alias, &[], "").await;
        let place = "/app/settings/consent";
        assert_eq!((reply.status, reply.header("location")), (StatusCode::PERMANENT_REDIRECT, place), "{alias}");
    }
}

#[tokio::test]
async fn what_is_saved_holds_at_the_next_gate_and_is_audited() {
    let site = Site::with(kernel::Registry::default().with(privacy::RULES, &[], &[]));
    let ann = site.make("contacts", r#"{"lastname":"Ann","emailaddress1":"ann@example.com"}"#).await;
    let ann: uuid::Uuid = ann.parse().unwrap();
    let granted = || {
        let asked = site.app.db.read(&site.app.cx, |rx| gate::ask::<Commercial>(rx, ann, Level::Marketing)).unwrap();
        matches!(asked, Decision::Granted(_))
    };
    assert!(granted(), "both switches are off in a new store");
    let on =
        r#"{"msgdpr_name":"Outbound consent","msgdpr_isenforced":true,"msgdpr_isconsentchangeloggingenabled":true}"#;
    let id = site.make("msgdpr_gdprconfigurations", on).await;
    site.post("msgdpr_gdprconfigurations", on).await.is(409);
    assert!(!granted(), "and it holds at once");
    let saved = site.app.db.read(&site.app.cx, configuration::read).unwrap();
    assert!(saved.enforced && saved.logging);
    let setting = "assent_settings(assent_name='consent.proof_years')";
    site.patch(setting, r#"{"assent_value":"3"}"#).await.is(204);
    let years = || site.app.db.read(&site.app.cx, |rx| setting::get(rx, "consent.proof_years")).unwrap();
    assert_eq!(years().as_deref(), Some("3"));
    site.patch(&format!("msgdpr_gdprconfigurations({id})"), r#"{"msgdpr_isenforced":false}"#).await.is(204);
    let trail = format!("assent_RecordHistory(Entity='msgdpr_gdprconfiguration',Id={id})");
    let trail = site.get(&trail).await.is(200).text;
    assert!(trail.contains("msgdpr_isenforced"), "{trail}");
    assert!(granted());
}

#[tokio::test]
async fn a_person_takes_their_receipts_and_nothing_of_others() {
    let (site, _) = landing();
    let token = site.app.db.write(&site.app.cx, |tx| {
        let on = configuration::Configuration { enforced: true, logging: true };
        configuration::save(tx, on)?;
        let person =
            |name: &str| Values::new().with("lastname", name).with("emailaddress1", format!("{name}@example.com"));
        let (ann, bob) = (tx.create("contact", person("ann"))?, tx.create("contact", person("bob"))?);
        for contact in [ann, bob] {
            let evidence = Evidence { source: Source::SubscriptionCenter, ..Evidence::default() };
            set(tx, contact, Level::Marketing, evidence)?;
        }
        Ok((Link::Center { contact: ann, mail: uuid::Uuid::nil() }.token(tx)?, ann))
    });
    let (token, ann) = token.unwrap();
    let page = visit(&site, "GET", &format!("/s/{token}"), &[], "").await.is(200).text;
    assert!(page.contains(&format!("/s/{token}/receipts\"")), "{page}");
    let iso = visit(&site, "GET", &format!("/s/{token}/receipts"), &[], "").await.is(200);
    assert_eq!(iso.header("content-type"), "application/ld+json");
    assert!(iso.header("content-disposition").contains("consent-receipts.jsonld"));
    let receipts = iso.json();
    assert_eq!(receipts.as_array().unwrap().len(), 1, "hers alone");
    let subject = &receipts[0]["dpv:hasRecordOfActivity"]["dpv:hasDataSubject"]["@id"];
    assert_eq!(*subject, format!("urn:uuid:{ann}"));
    let kantara = visit(&site, "GET", &format!("/s/{token}/receipts?format=kantara"), &[], "").await.is(200).json();
    assert_eq!(kantara[0]["version"], "KI-CR-v1.1.0");
    let mut forged = token.clone();
    forged.replace_range(0..1, "x");
    visit(&site, "GET", &format!("/s/{forged}/receipts"), &[], "").await.is(404);
}

#[tokio::test]
async fn no_public_page_sets_a_cookie() {
    let (site, form) = landing();
    let token = site
        .app
        .db
        .write(&site.app.cx, |tx| {
            let contact = tx.create("contact", Values::new().with("emailaddress1", "ann@example.com"))?;
            Link::Center { contact, mail: uuid::Uuid::nil() }.token(tx)
        })
        .unwrap();
    let answers = "emailaddress1=eve%40example.com&msgdpr_gdprconsent=587030004";
    visit(&site, "POST", &format!("/f/{form}"), &[], answers).await.is(200);
    let query = Query::on("assent_outgoingmail");
    let mail = site.app.db.read(&site.app.cx, |rx| rx.rows(&query)).unwrap();
    let confirm = mail[0].text("assent_text").split("/confirm/").nth(1).unwrap().split_whitespace().next().unwrap();
    for (method, path, body) in [
        ("GET", "/p/news".to_owned(), ""),
        ("POST", format!("/f/{form}"), answers),
        ("GET", format!("/s/{token}"), ""),
        ("POST", format!("/s/{token}"), "msgdpr_gdprconsent=587030001"),
        ("GET", format!("/confirm/{confirm}"), ""),
        ("POST", format!("/confirm/{confirm}"), ""),
        ("GET", format!("/u/{token}"), ""),
        ("GET", "/o/none".to_owned(), ""),
        ("GET", "/l/none".to_owned(), ""),
        ("GET", "/.well-known/gpc.json".to_owned(), ""),
        ("GET", "/nowhere".to_owned(), ""),
    ] {
        let request = Request::builder().method(method).uri(&path).header("Host", "records.example");
        let request = request.header("Content-Type", "application/x-www-form-urlencoded");
        let reply = site.raw(request.body(Body::from(body)).unwrap()).await;
        assert!(!reply.headers.contains_key("set-cookie"), "{method} {path} sets a cookie");
    }
}

//! Consent change records as files, and what is kept of where somebody acted.

use std::io::{Cursor, Read};

use axum::{body::Body, http::Request};
use kernel::{Query, Values};

use crate::{
    public::{between, landing, visit},
    rights::{logged, person, with_role},
    site::{Reply, Site},
};

async fn download(site: &Site, more: &str) -> Reply {
    let request = Request::builder().uri(format!("/consent/records?{more}"));
    let request = request.header("Authorization", format!("Bearer {}", site.token));
    site.raw(request.body(Body::empty()).unwrap()).await
}

fn lines(reply: &Reply) -> Vec<Vec<String>> {
    let mut reader = csv::Reader::from_reader(reply.text.as_bytes());
    assert_eq!(reader.headers().unwrap(), privacy::consent::export::COLUMNS.to_vec());
    reader.records().map(|it| it.unwrap().iter().map(str::to_owned).collect()).collect()
}

fn at(line: &[String], column: &str) -> String {
    line[privacy::consent::export::COLUMNS.iter().position(|it| *it == column).unwrap()].clone()
}

#[tokio::test]
async fn records_are_filtered_and_come_in_three_forms() {
    let mut site = logged();
    let ann = person(&site, "ann").await;
    site.patch(&format!("contacts({ann})"), r#"{"lastname":"=ann()"}"#).await.is(204);
    let bob = person(&site, "bob").await;
    site.clock.advance(86_400_000);
    let none = r#"{"msgdpr_gdprconsent":null,"@Assent.Justification":"=by phone"}"#;
    site.patch(&format!("contacts({ann})"), none).await.is(204);
    let all = download(&site, "format=csv").await.is(200);
    assert_eq!(all.header("content-type"), "text/csv; charset=utf-8; header=present");
    assert_eq!(all.header("content-disposition"), "attachment; filename=\"consent-change-records.csv\"");
    let all = lines(&all);
    assert_eq!(all.len(), 3);
    let last = all.last().unwrap();
    let told: Vec<String> =
        ["contact", "name", "previous_level", "previous_label", "level", "label", "occurred_on", "justification"]
            .iter()
            .map(|it| at(last, it))
            .collect();
    let expect = [ann.as_str(), "'=ann()", "4", "(4) Marketing", "0", "(0) None", "2026-03-03T10:30:00Z", "'=by phone"];
    assert_eq!(told, expect);
    for (filter, expect) in [
        (format!("contact={ann}"), 2),
        (format!("contact={bob}&format=csv"), 1),
        ("level=0".to_owned(), 1),
        ("level=marketing".to_owned(), 2),
        ("from=2026-03-03".to_owned(), 1),
        ("until=2026-03-03".to_owned(), 2),
        ("from=2026-03-02&until=2026-03-02T10:30:00Z".to_owned(), 0),
        (format!("form={ann}"), 0),
        ("contact=&from=&until=&form=&level=".to_owned(), 3),
    ] {
        assert_eq!(lines(&download(&site, &filter).await.is(200)).len(), expect, "{filter}");
    }
    let json = download(&site, &format!("format=json&contact={bob}")).await.is(200).json();
    assert_eq!((&json[0]["level"], &json[0]["wording"]), (&4.into(), &serde_json::Value::Null), "{json}");
    for (wrong, expect) in
        [("format=pdf", "csv, xlsx or json"), ("from=x", "from"), ("contact=ann", "GUID"), ("level=9", "level")]
    {
        assert!(download(&site, wrong).await.is(400).text.contains(expect), "{wrong}");
    }
    with_role(&mut site, "sales-person");
    download(&site, "format=csv").await.is(403);
    site.token = "ast_none".into();
    download(&site, "format=csv").await.is(401);
}

#[tokio::test]
async fn a_sheet_of_many_records_is_whole() {
    let site = logged();
    site.app
        .db
        .write(&site.app.cx, |tx| {
            for at in 0..2_500 {
                let values = Values::new().with("lastname", format!("p{at}")).with("msgdpr_gdprconsent", 587_030_001);
                tx.create("contact", values)?;
            }
            Ok(())
        })
        .unwrap();
    assert_eq!(lines(&download(&site, "format=csv").await.is(200)).len(), 2_500);
    let request = Request::builder().uri("/consent/records?format=xlsx");
    let request = request.header("Authorization", format!("Bearer {}", site.token));
    let bytes = site.bytes(request.body(Body::empty()).unwrap()).await;
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut sheet = String::new();
    archive.by_name("xl/worksheets/sheet1.xml").unwrap().read_to_string(&mut sheet).unwrap();
    assert_eq!(sheet.matches("<row ").count(), 2_501);
    assert!(sheet.contains(">p2499<"), "the last one is there");
}

#[tokio::test]
async fn both_steps_are_kept_and_where_from_only_by_the_setting() {
    for keep in [false, true] {
        let (site, form) = landing();
        site.app
            .db
            .write(&site.app.cx, move |tx| {
                kernel::setting::set(tx, privacy::consent::KEEP_ORIGIN, if keep { "on" } else { "off" })?;
                let on = privacy::consent::configuration::Configuration { enforced: true, logging: true };
                privacy::consent::configuration::save(tx, on)
            })
            .unwrap();
        let from = |agent: &'static str| [("User-Agent", agent), ("X-Forwarded-For", "203.0.113.9")];
        let answers = "emailaddress1=ann%40example.com&msgdpr_gdprconsent=587030004";
        visit(&site, "POST", &format!("/f/{form}"), &from("First/1"), answers).await.is(200);
        let mail = site.app.db.read(&site.app.cx, |rx| rx.rows(&Query::on("assent_outgoingmail"))).unwrap();
        let link = between(mail[0].text("assent_text"), "http://127.0.0.1:8080", "\n").trim().to_owned();
        site.clock.advance(3_600_000);
        visit(&site, "POST", &link, &from("Second/2"), "").await.is(200);
        let lines = lines(&download(&site, "format=csv").await.is(200));
        let line = lines.last().unwrap();
        assert_eq!(at(line, "source"), "DoubleOptIn");
        assert_eq!(
            (at(line, "requested_on"), at(line, "confirmed_on")),
            ("2026-03-02T10:30:00Z".into(), "2026-03-02T11:30:00Z".into())
        );
        assert_eq!(at(line, "wording"), "We use your data for what you choose.");
        assert_eq!((at(line, "wording_version"), at(line, "wording_sha256").len()), ("1".into(), 64));
        let kept = ["requested_with", "acted_with"].map(|it| at(line, it));
        assert_eq!(kept, if keep { ["First/1", "Second/2"] } else { ["", ""] });
    }
}

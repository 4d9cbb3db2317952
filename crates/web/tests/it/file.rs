//! File columns: small and in pieces, whole and in parts.

use axum::{body::Body, http::Request};
use serde_json::json;

use crate::site::{ONE, Reply, Site};

const FILE: &str = "contacts(00000000-0000-0000-0000-000000000001)/new_doc";
const JSON: &[&str] = &["Accept: application/json"];

async fn site() -> Site {
    let site = Site::new();
    column(&site, "new_Doc", 8).await.is(204);
    site.make("contacts", &format!(r#"{{"contactid":"{ONE}","lastname":"Elm"}}"#)).await;
    site
}

async fn column(site: &Site, name: &str, size: i64) -> Reply {
    let class = "Microsoft.Dynamics.CRM.FileAttributeMetadata";
    let body = json!({ "@odata.type": class, "SchemaName": name, "MaxSizeInKB": size });
    site.post("EntityDefinitions(LogicalName='contact')/Attributes", &body.to_string()).await
}

async fn small(site: &Site, name: &str, body: &str) -> Reply {
    site.send("PATCH", FILE, &[&format!("x-ms-file-name: {name}"), "Content-Type: application/octet-stream"], body)
        .await
}

async fn begin(site: &Site) -> Reply {
    site.send("PATCH", &format!("{FILE}?x-ms-file-name=a%20b.txt"), &["x-ms-transfer-mode: chunked"], "").await
}

/// The address of an upload, below the service root.
fn session(begun: &Reply) -> String {
    begun.header("location").split_once("/v9.2/").unwrap().1.to_owned()
}

async fn piece(site: &Site, session: &str, range: &str, body: &str) -> Reply {
    let range = format!("Content-Range: bytes {range}");
    site.send("PATCH", session, &[&range, "x-ms-transfer-mode: chunked"], body).await
}

async fn part(site: &Site, range: &str) -> Reply {
    site.send("GET", &format!("{FILE}?size=full"), &[&format!("Range: {range}")], "").await
}

#[tokio::test]
async fn a_small_file_comes_goes_and_is_replaced() {
    let site = site().await;
    let path = "EntityDefinitions(LogicalName='contact')/Attributes(LogicalName='new_doc')";
    assert_eq!(site.get(path).await.is(200).json()["MaxSizeInKB"], 8);
    site.get(FILE).await.is(204);
    // What stands in a file is nobody's justification.
    let sent = small(&site, "C:%5Cn%C3%B6tes.txt", "hello @Assent.Justification").await.is(204);
    assert!(sent.header("odata-entityid").ends_with(&format!("contacts({ONE})")));
    let read = site.get(FILE).await.is(200);
    assert_eq!(read.text, "hello @Assent.Justification");
    for (name, expected) in [
        ("content-type", "application/octet-stream"),
        ("content-disposition", "attachment; filename=\"n%C3%B6tes.txt\"; filename*=UTF-8''n%C3%B6tes%2Etxt"),
        ("x-ms-file-name", "n%C3%B6tes.txt"),
        ("x-ms-file-size", "27"),
        ("location", &format!("https://records.example/api/data/v9.2/{FILE}?size=full")),
    ] {
        assert_eq!(read.header(name), expected);
    }
    small(&site, "b.txt", "again").await.is(204);
    let json = site.send("GET", FILE, JSON, "").await.is(200);
    assert_eq!((json.json()["value"].as_str(), json.header("x-ms-file-name")), (Some("YWdhaW4="), "b.txt"));
    assert_eq!(site.send("GET", &format!("{FILE}/$value"), JSON, "").await.is(200).text, "again");
    site.get(&format!("{FILE}/$value/x")).await.is(400);
    site.send("DELETE", FILE, &[], "").await.is(204);
    site.get(FILE).await.is(204);
    assert!(site.get(&format!("contacts({ONE})")).await.is(200).json()["new_doc"].is_null());
}

#[tokio::test]
async fn parts_are_what_was_asked_for() {
    let site = site().await;
    small(&site, "a.txt", "0123456789").await.is(204);
    for (range, status, text, place) in [
        ("bytes=0-3", 206, "0123", "bytes 0-3/10"),
        ("bytes=8-100", 206, "89", "bytes 8-9/10"),
        ("bytes=7-", 206, "789", "bytes 7-9/10"),
        ("bytes=-2", 206, "89", "bytes 8-9/10"),
        ("bytes=0-100", 200, "0123456789", ""),
        ("bytes=10-20", 206, "", "bytes */10"),
        ("bytes=5-3", 200, "0123456789", ""),
        ("bytes=0-1,3-4", 200, "0123456789", ""),
        ("lines=1-2", 200, "0123456789", ""),
    ] {
        let reply = part(&site, range).await.is(status);
        assert_eq!((reply.text.as_str(), reply.header("content-range")), (text, place), "{range}");
        assert_eq!(reply.header("x-ms-file-size"), "10");
    }
    assert!(part(&site, "bytes=11-12").await.is(416).error().contains("10 bytes"));
}

#[tokio::test]
async fn a_file_comes_in_pieces() {
    let site = site().await;
    let begun = begin(&site).await.is(200);
    assert_eq!((begun.header("x-ms-chunk-size"), begun.text.as_str()), ("4194304", ""));
    assert_eq!(begun.header("odata-entityid"), "");
    let at = session(&begun);
    assert!(at.starts_with(&format!("{FILE}?sessiontoken=")));
    piece(&site, &at, "0-3/10", "0123").await.is(206);
    site.get(FILE).await.is(204);
    for (range, body, part) in [
        ("0-3/10", "0123", "go on with byte 4"),
        ("6-9/10", "6789", "go on with byte 4"),
        ("4-9/10", "456", "says 6 bytes"),
        ("4-12/10", "456789012", "<first>-<last>/<size>"),
        ("4-9", "456789", "<first>-<last>/<size>"),
        ("4-9/9999999", "456789", "at most 8192 bytes"),
    ] {
        let error = piece(&site, &at, range, body).await.is(400).error();
        assert!(error.contains(part), "{range}: {error}");
    }
    piece(&site, &at, "4-9/10", "456789").await.is(204);
    let read = site.get(FILE).await.is(200);
    assert_eq!((read.text.as_str(), read.header("x-ms-file-name")), ("0123456789", "a b.txt"));
    // One client sends an empty piece more.
    piece(&site, &at, "10-9/10", "").await.is(204);
    piece(&site, &at, "10-10/11", "x").await.is(400);
    let at = session(&begin(&site).await.is(200));
    piece(&site, &at, "0--1/0", "").await.is(204);
    assert_eq!(site.get(FILE).await.is(200).header("x-ms-file-size"), "0");
}

#[tokio::test]
async fn an_upload_is_ones_own_and_does_not_wait_for_ever() {
    let site = site().await;
    let two = "00000000-0000-0000-0000-000000000002";
    site.make("contacts", &format!(r#"{{"contactid":"{two}","lastname":"Oak"}}"#)).await;
    let at = session(&begin(&site).await.is(200));
    piece(&site, &at.replace(ONE, two), "0-0/1", "x").await.is(404);
    let other = site.app.db.write(&site.app.cx, |tx| web::token::create(tx, "Other", "system-administrator", None));
    let foreign = Request::builder()
        .method("PATCH")
        .uri(format!("/api/data/v9.2/{at}"))
        .header("Authorization", format!("Bearer {}", other.unwrap()))
        .header("Content-Range", "bytes 0-0/1");
    site.raw(foreign.body(Body::from("x")).unwrap()).await.is(404);
    site.clock.advance(600_001);
    piece(&site, &at, "0-0/1", "x").await.is(404);
    for _ in 0..8 {
        begin(&site).await.is(200);
    }
    begin(&site).await.is(429);
    site.clock.advance(600_001);
    // The condition of its beginning holds at its end.
    let headers = ["x-ms-transfer-mode: chunked", "x-ms-file-name: a", "If-Match: W/\"1\""];
    let at = session(&site.send("PATCH", FILE, &headers, "").await.is(200));
    piece(&site, &at, "0-0/1", "x").await.is(412);
    site.get(FILE).await.is(204);
}

#[tokio::test]
async fn a_token_that_only_reads_begins_no_upload() {
    let mut site = site().await;
    let begun = session(&begin(&site).await.is(200));
    let scope = web::token::Scope::Read;
    let make =
        move |tx: &mut kernel::Tx<'_>| web::token::create_scoped(tx, "Operations", "system-administrator", None, scope);
    site.token = site.app.db.write(&site.app.cx, make).unwrap();
    for _ in 0..10 {
        assert!(begin(&site).await.is(403).error().contains("reading only"));
    }
    piece(&site, &begun, "0-3/10", "0123").await.is(403);
}

#[tokio::test]
async fn mistakes_are_named() {
    let site = site().await;
    let large = small(&site, "a.txt", &"x".repeat(8193)).await.is(400).error();
    assert!(large.starts_with("400 0x80044a02") && large.contains("8192"), "{large}");
    assert!(site.send("PATCH", FILE, &[], "x").await.is(400).error().contains("x-ms-file-name"));
    let put = site.send("PUT", FILE, &[], r#"{"value":"x"}"#).await.is(400).error();
    assert!(put.contains("PATCH contacts"), "{put}");
    let named = ["x-ms-file-name: a"];
    site.send("PATCH", &FILE.replace("new_doc", "lastname"), &named, "x").await.is(501);
    site.send("PATCH", &FILE.replace("new_doc", "nosuch"), &named, "x").await.is(404);
    site.send("PATCH", &FILE.replace("0001)", "0009)"), &named, "x").await.is(404);
    small(&site, "a.txt", "mine").await.is(204);
    let file = site.get(&format!("contacts({ONE})")).await.is(200).json()["new_doc"].clone();
    let copied = site.post("contacts", &json!({ "lastname": "Oak", "new_doc": file }).to_string()).await.is(400);
    assert!(copied.error().contains("uploaded"), "{}", copied.text);
    for size in [0, 32769] {
        assert!(column(&site, "new_X", size).await.is(400).error().contains("MaxSizeInKB"));
    }
    small(&site, "a.txt", &"x".repeat(10 * 1024 * 1024 + 1)).await.is(413);
}

const PICTURE: &str = "GIF89a\u{1}\u{0}\u{1}\u{0}";

/// DynamicsWebApi and Microsoft's samples send and fetch images as they do files.
#[tokio::test]
async fn an_image_comes_and_goes_as_a_file_does() {
    let site = site().await;
    let class = "Microsoft.Dynamics.CRM.ImageAttributeMetadata";
    let body = json!({ "@odata.type": class, "SchemaName": "new_Pic", "MaxSizeInKB": 100, "CanStoreFullImage": true });
    site.post("EntityDefinitions(LogicalName='contact')/Attributes", &body.to_string()).await.is(204);
    let definition =
        site.get("EntityDefinitions(LogicalName='contact')/Attributes(LogicalName='new_pic')").await.is(200);
    let definition = definition.json();
    assert_eq!(definition["@odata.type"], "#Microsoft.Dynamics.CRM.ImageAttributeMetadata");
    assert_eq!(
        (&definition["AttributeType"], &definition["AttributeTypeName"]["Value"]),
        (&json!("Virtual"), &json!("ImageType"))
    );
    let metadata = site.get("$metadata").await.text;
    assert!(
        metadata.contains(r#"<Property Name="new_pic_timestamp" Type="Edm.Int64"/>"#)
            && !metadata.contains("\"new_pic\"")
    );
    let row = format!("contacts({ONE})");
    let column = format!("{row}/new_pic");
    let named = ["x-ms-file-name: a.gif", "Content-Type: application/octet-stream"];
    let error = site.send("PATCH", &column, &named, "<svg onload='x'/>").await.is(400).error();
    assert!(error.contains("new_pic: takes an image: PNG"), "{error}");
    assert!(site.get(&row).await.json()["new_pic_url"].is_null());
    site.send("PATCH", &column, &named, PICTURE).await.is(204);
    let shown = site.get(&format!("{row}?$select=new_pic_url")).await.is(200).json();
    assert!(shown["@odata.context"].as_str().unwrap().contains("(new_picid,new_pic_timestamp,new_pic_url)"));
    assert!(shown["new_picid"].is_string() && shown.get("new_pic").is_none());
    // 2 March 2026, 10:30, in ticks.
    assert_eq!(shown["new_pic_timestamp"], 639_080_442_000_000_000_u64);
    let address = shown["new_pic_url"].as_str().unwrap().split_once("/v9.2/").unwrap().1.to_owned();
    assert_eq!(site.get(&address).await.is(200).text, PICTURE);
    assert_eq!(site.get(&format!("{column}?size=full")).await.is(200).header("x-ms-file-name"), "a.gif");
    let found = "contacts?$select=lastname,new_pic&$filter=new_pic ne null";
    assert_eq!(site.get(found).await.is(200).json()["value"][0]["new_pic_url"], shown["new_pic_url"]);
    let fetch = "contacts?fetchXml=<fetch><entity name='contact'><attribute name='new_pic'/></entity></fetch>";
    let fetched = site.get(&fetch.replace('<', "%3C").replace('>', "%3E")).await.is(200).json();
    assert_eq!(fetched["value"][0]["new_picid"], shown["new_picid"]);
    let text = site.patch(&row, r#"{"new_pic":"R0lGODlh"}"#).await.is(400).error();
    assert!(text.contains("its octets by PATCH"), "{text}");
    site.send("DELETE", &column, &[], "").await.is(204);
    site.get(&column).await.is(204);
    assert!(site.get(&row).await.json()["new_picid"].is_null());
}

/// In pieces the picture is looked at when it is whole.
#[tokio::test]
async fn an_image_in_pieces_is_checked_as_a_whole() {
    let site = site().await;
    let body = json!({ "@odata.type": "Microsoft.Dynamics.CRM.ImageAttributeMetadata", "SchemaName": "new_Pic" });
    site.post("EntityDefinitions(LogicalName='contact')/Attributes", &body.to_string()).await.is(204);
    for (sent, status) in [("no picture", 400), (PICTURE, 204)] {
        let column = format!("contacts({ONE})/new_pic?x-ms-file-name=a.gif");
        let begun = site.send("PATCH", &column, &["x-ms-transfer-mode: chunked"], "").await.is(200);
        let range = format!("0-{}/{}", sent.len() - 1, sent.len());
        piece(&site, &session(&begun), &range, sent).await.is(status);
    }
}

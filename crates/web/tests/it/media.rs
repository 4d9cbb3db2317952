//! Pictures and the pages that they stand on, as browsers and mail programs fetch them.

use axum::{body::Body, http::Request};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value as Json, json};

use crate::site::{Reply, Site};

const GIF: &[u8] = b"GIF89a\x40\x01\xf0\0\0\0\0\x2c\0\0\0\0\x40\x01\xf0\0\0\x02\x02\x4c\x01\0\x3b";

fn site() -> Site {
    Site::with(kernel::Registry::default().with(engagement::RULES, &[], &[]).with(web::RULES, &[], &[]))
}

async fn add(site: &Site) -> Json {
    let body = json!({ "Name": "Rose", "AlternativeText": "A red rose", "Content": STANDARD.encode(GIF) });
    site.post("assent_AddPicture", &body.to_string()).await.is(200).json()
}

async fn open(site: &Site, path: &str, known: Option<&str>) -> Reply {
    let mut request = Request::builder().uri(path);
    if let Some(tag) = known {
        request = request.header("If-None-Match", tag);
    }
    site.raw(request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn a_picture_is_public_for_ever_and_nothing_but_a_picture() {
    let site = site();
    let rose = add(&site).await;
    assert_eq!(
        (&rose["Width"], &rose["Height"], &rose["ContentType"]),
        (&json!(320), &json!(240), &json!("image/gif"))
    );
    let path = rose["Path"].as_str().unwrap();
    let shown = open(&site, path, None).await.is(200);
    for (name, value) in [
        ("content-type", "image/gif"),
        ("cache-control", "public, max-age=31536000, immutable"),
        ("content-security-policy", "default-src 'none'; sandbox"),
        ("cross-origin-resource-policy", "cross-origin"),
        ("x-content-type-options", "nosniff"),
        ("set-cookie", ""),
    ] {
        assert_eq!(shown.header(name), value, "{name}");
    }
    let tag = shown.header("etag").to_owned();
    assert_eq!(open(&site, path, Some(&tag)).await.is(304).text, "");
    for other in ["/media/nothing.gif", &path.replace(".gif", ".png"), "/media/%2e%2e"] {
        open(&site, other, None).await.is(404);
    }
    let id = rose["Id"].as_str().unwrap();
    site.send("DELETE", &format!("msdyncrm_files({id})"), &[], "").await.is(204);
    open(&site, path, None).await.is(404);
}

#[tokio::test]
async fn a_file_that_is_put_into_a_row_is_a_picture_too_and_stays() {
    let site = site();
    let id = site.make("msdyncrm_files", r#"{"msdyncrm_name":"Rose"}"#).await;
    let put = |data: &'static [u8]| {
        Request::builder()
            .method("PATCH")
            .uri(format!("/api/data/v9.2/msdyncrm_files({id})/msdyncrm_filecontent"))
            .header("Authorization", format!("Bearer {}", site.token))
            .header("x-ms-file-name", "rose.png")
            .body(Body::from(data))
            .unwrap()
    };
    assert!(site.raw(put(b"<svg/>")).await.is(400).text.contains("SVG"));
    site.raw(put(GIF)).await.is(204);
    let row = site.get(&format!("msdyncrm_files({id})")).await.is(200).json();
    open(&site, row["assent_path"].as_str().unwrap(), None).await.is(200);
    // 0x80040265: another file would be shown in mails that were sent.
    assert!(site.raw(put(GIF)).await.error().contains("0x80040265"));
    site.send("DELETE", &format!("msdyncrm_files({id})/msdyncrm_filecontent"), &[], "").await.is(409);
}

#[tokio::test]
async fn what_is_refused_is_said_and_leaves_nothing() {
    let site = site();
    for (content, words) in
        [(STANDARD.encode("<svg/>"), "SVG"), ("?".to_owned(), "base64"), (STANDARD.encode("%PDF"), "PNG")]
    {
        let body = json!({ "Name": "x", "Content": content });
        let told = site.post("assent_AddPicture", &body.to_string()).await.is(400);
        assert!(told.text.contains(words), "{}", told.text);
    }
    assert_eq!(site.get("msdyncrm_files/$count").await.is(200).text.trim_start_matches('\u{feff}'), "0");
}

#[tokio::test]
async fn a_page_of_blocks_names_its_style_sheet_in_its_policy() {
    let site = site();
    let rose = add(&site).await;
    let blocks = json!([
        { "id": "a", "kind": "heading", "text": "Roses & more", "level": 1 },
        { "id": "b", "kind": "image", "source": rose["Path"], "alt": "A red rose" }
    ]);
    let design = json!({ "version": 1, "sections": [{ "columns": [{ "blocks": blocks }] }] });
    let page = json!({
        "msdyncrm_name": "Roses", "msdyncrm_type": 0, "msdyncrm_partialurl": "roses", "assent_design": design.to_string()
    });
    let id = site.make("msdyncrm_marketingpages", &page.to_string()).await;
    site.send("PATCH", &format!("msdyncrm_marketingpages({id})"), &[], r#"{"statuscode":192350006}"#).await.is(204);
    let shown = open(&site, "/p/roses", None).await.is(200);
    assert_eq!(shown.text.matches("<h1").count(), 1, "{}", shown.text);
    assert!(shown.text.contains("Roses &amp; more") && shown.text.contains("alt=\"A red rose\""), "{}", shown.text);
    let style = shown.text.split("<style>").nth(1).unwrap().split("</style>").next().unwrap();
    let digest = STANDARD.encode(ring::digest::digest(&ring::digest::SHA256, style.as_bytes()));
    let policy = shown.header("content-security-policy");
    assert!(policy.contains(&format!("style-src 'self' 'sha256-{digest}'")), "{policy}");
    // What is live shows no picture of another site, nor one that is gone.
    let broken = json!({ "assent_design": design.to_string().replace(rose["Path"].as_str().unwrap(), "https://elsewhere.example/x.png") });
    let told = site.send("PATCH", &format!("msdyncrm_marketingpages({id})"), &[], &broken.to_string()).await.is(400);
    assert!(told.text.contains("on another site"), "{}", told.text);
}

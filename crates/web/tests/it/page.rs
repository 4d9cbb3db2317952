//! Sign-in, sessions, administrators' pages, and what holds for every answer.

use axum::{body::Body, http::Request};
use web::signin::link::{self, Purpose};

use crate::site::{Reply, Site};

async fn visit(site: &Site, method: &str, path: &str, headers: &[(&str, &str)]) -> Reply {
    let mut request = Request::builder().method(method).uri(path).header("Host", "records.example");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    site.raw(request.body(Body::empty()).unwrap()).await
}

fn link(site: &Site) -> String {
    site.app.db.write(&site.app.cx, |tx| link::make(tx, None, Purpose::SignIn)).unwrap()
}

#[tokio::test]
async fn a_link_signs_in_once() {
    let site = Site::new();
    let path = link(&site);
    assert!(visit(&site, "GET", "/", &[]).await.is(200).text.contains("one-time link"));
    visit(&site, "GET", "/consent/records", &[]).await.is(401);
    // Looking at it uses nothing up.
    visit(&site, "GET", &path, &[]).await.is(200);
    assert!(visit(&site, "GET", &path, &[]).await.is(200).text.contains("<button"));
    let done = visit(&site, "POST", &path, &[("Origin", "https://records.example")]).await.is(303);
    let cookie = done.header("set-cookie").to_owned();
    assert!(cookie.contains("HttpOnly; SameSite=Lax; Secure"), "{cookie}");
    let cookie = cookie.split(';').next().unwrap().to_owned();
    visit(&site, "POST", &path, &[]).await.is(410);
    let home = visit(&site, "GET", "/", &[("Cookie", &cookie)]).await.is(303);
    assert_eq!(home.header("location"), "/app/");
    visit(&site, "POST", "/signout", &[("Cookie", &cookie), ("Origin", "https://elsewhere.example")]).await.is(403);
    site.clock.advance(7 * 3_600_000);
    visit(&site, "GET", "/consent/records", &[("Cookie", &cookie)]).await.is(200);
    site.clock.advance(8 * 3_600_000);
    visit(&site, "GET", "/consent/records", &[("Cookie", &cookie)]).await.is(401);
    let old = link(&site);
    site.clock.advance(15 * 60_000);
    visit(&site, "GET", &old, &[]).await.is(410);
}

#[tokio::test]
async fn every_answer_carries_what_holds_for_all() {
    let site = Site::new();
    let health = visit(&site, "GET", "/healthz", &[]).await.is(200);
    assert_eq!(health.text, "ok");
    let other = visit(&site, "GET", "/api/data/v9.2/contacts", &[]).await.is(401);
    for reply in [health, other] {
        assert!(!reply.header("x-ms-service-request-id").is_empty());
        assert_eq!(reply.header("x-content-type-options"), "nosniff");
        assert_eq!(reply.header("referrer-policy"), "same-origin");
        assert!(reply.header("content-security-policy").starts_with("default-src 'self'"));
    }
    assert!(
        visit(&site, "GET", "/nothing", &[])
            .await
            .is(404)
            .header("content-type")
            .starts_with("application/problem+json")
    );
    assert!(
        visit(&site, "GET", "/assets/assent.css", &[]).await.is(200).header("content-type").starts_with("text/css")
    );
}

//! Service protection: 429 with Retry-After, by user, with what is left in headers.

use std::sync::Arc;

use axum::{body::Body, http::Request};

use crate::site::Site;

fn site(limits: web::Limits) -> Site {
    Site::new().with_app(|app| app.protection = Arc::new(web::Protection::new(limits)))
}

const WINDOW: web::Limits = web::Limits { window_seconds: 60, requests: 5, execution_seconds: 10, concurrent: 0 };

#[tokio::test]
async fn requests_are_counted_in_a_sliding_window() {
    let site = site(WINDOW);
    for left in ["4", "3", "2", "1", "0"] {
        let reply = site.get("WhoAmI").await.is(200);
        assert_eq!(reply.header("x-ms-ratelimit-burst-remaining-xrm-requests"), left);
        assert_eq!(reply.header("x-ms-ratelimit-time-remaining-xrm-requests"), "10.00");
        site.clock.advance(4_000);
    }
    let refused = site.get("WhoAmI").await.is(429);
    assert_eq!(refused.header("retry-after"), "40", "when the first of them leaves the window");
    assert_eq!(
        refused.error(),
        "429 0x80072322 Number of requests exceeded the limit of 5 over time window of 60 seconds."
    );
    // Somebody else is not held up.
    let other = site.app.db.write(&site.app.cx, |tx| web::token::create(tx, "Other", "auditor", None)).unwrap();
    let mine = site.token.clone();
    let mut site = site;
    site.token = other;
    site.get("WhoAmI").await.is(200);
    site.token = mine;
    site.clock.advance(40_000);
    site.get("WhoAmI").await.is(200);
}

#[tokio::test]
async fn the_parts_of_a_batch_count_one_by_one() {
    let site = site(WINDOW);
    let part = "--b\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\nGET WhoAmI HTTP/1.1\r\n\r\n\r\n";
    let batch = |parts: usize| format!("{}--b--\r\n", part.repeat(parts));
    let headers = ["Content-Type: multipart/mixed; boundary=b"];
    site.send("POST", "$batch", &headers, &batch(6)).await.is(429);
    let reply = site.send("POST", "$batch", &headers, &batch(4)).await.is(200);
    assert_eq!(reply.header("x-ms-ratelimit-burst-remaining-xrm-requests"), "0");
    site.get("WhoAmI").await.is(429);
}

#[tokio::test]
async fn a_search_counts_as_a_request() {
    let site = site(WINDOW);
    let search = async || {
        let request = Request::builder().method("POST").uri("/api/search/v2.0/query");
        let request = request.header("Authorization", format!("Bearer {}", site.token));
        site.raw(request.body(Body::from(r#"{"search":"x"}"#)).unwrap()).await
    };
    for left in ["4", "3", "2", "1", "0"] {
        assert_eq!(search().await.is(200).header("x-ms-ratelimit-burst-remaining-xrm-requests"), left);
    }
    assert_eq!(search().await.is(429).header("retry-after"), "60");
    site.get("WhoAmI").await.is(429);
}

#[tokio::test]
async fn without_limits_nothing_is_counted() {
    let site = Site::new();
    let reply = site.get("WhoAmI").await.is(200);
    assert_eq!(reply.header("x-ms-ratelimit-burst-remaining-xrm-requests"), "");
}

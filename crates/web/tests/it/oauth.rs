//! Client credentials: an access token as a client, and what is handed out for it.

use axum::{body::Body, http::Request};

use crate::site::{Reply, Site};

async fn token(site: &Site, headers: &[(&str, &str)], form: &str) -> Reply {
    let mut request = Request::builder().method("POST").uri("/common/oauth2/v2.0/token");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.header("Content-Type", "application/x-www-form-urlencoded");
    site.raw(request.body(Body::from(form.to_owned())).unwrap()).await
}

async fn who(site: &Site, token: &str) -> Reply {
    let request = Request::builder().uri("/api/data/v9.2/WhoAmI").header("Authorization", format!("Bearer {token}"));
    site.raw(request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn a_client_gets_a_token_that_ends_with_its_own() {
    let site = Site::new();
    let found = site
        .raw(Request::get("/common/v2.0/.well-known/openid-configuration").body(Body::empty()).unwrap())
        .await
        .is(200)
        .json();
    assert_eq!(found["token_endpoint"], "https://records.example/common/oauth2/v2.0/token");
    assert_eq!(found["issuer"], "https://records.example/common/v2.0");
    assert!(found["authorization_endpoint"].is_string() && found["jwks_uri"].is_string());
    let scope = "scope=https%3A%2F%2Frecords.example%2F.default";
    let form = format!("grant_type=client_credentials&client_id=Operations&client_secret={}&{scope}", site.token);
    let reply = token(&site, &[], &form).await.is(200);
    assert_eq!(reply.header("cache-control"), "no-store");
    let body = reply.json();
    assert_eq!((body["token_type"].as_str(), body["expires_in"].as_i64()), (Some("Bearer"), Some(3_599)));
    let text = body["access_token"].as_str().unwrap();
    assert!(!text.contains(&site.token));
    assert_eq!(who(&site, text).await.is(200).json()["UserId"], who(&site, &site.token).await.json()["UserId"]);
    // @odata/client sends the secret as Basic.
    let basic =
        base64::Engine::encode(&base64::engine::general_purpose::STANDARD, format!("Operations:{}", site.token));
    token(&site, &[("Authorization", &format!("Basic {basic}"))], &format!("grant_type=client_credentials&{scope}"))
        .await
        .is(200);
    // Forged, or of another life.
    who(&site, &format!("{text}0")).await.is(401);
    let later = text.replacen('.', ".9", 1);
    who(&site, &later).await.is(401);
    who(&site, "aso_").await.is(401);
    site.clock.advance(3_600_000);
    who(&site, text).await.is(401);
    let again = token(&site, &[], &form).await.is(200).json()["access_token"].as_str().unwrap().to_owned();
    who(&site, &again).await.is(200);
    let id = site.get("assent_tokens").await.json()["value"][0]["assent_tokenid"].as_str().unwrap().to_owned();
    let now = kernel::Clock::now(&*site.clock).to_string();
    site.patch(&format!("assent_tokens({id})"), &format!(r#"{{"assent_revokedon":"{now}"}}"#)).await.is(204);
    who(&site, &again).await.is(401);
    token(&site, &[], &form).await.is(401);
}

#[tokio::test]
async fn a_wrong_client_is_told_so_as_oauth_has_it() {
    let site = Site::new();
    let form =
        |client: &str, secret: &str| format!("grant_type=client_credentials&client_id={client}&client_secret={secret}");
    for (client, secret) in [("Operations", "x"), ("Other", site.token.as_str()), ("", "")] {
        let reply = token(&site, &[], &form(client, secret)).await.is(401).json();
        assert_eq!(reply["error"], "invalid_client");
        assert!(reply["error_description"].is_string());
    }
    let reply = token(&site, &[], "grant_type=password&username=x").await.is(400).json();
    assert_eq!(reply["error"], "unsupported_grant_type");
}

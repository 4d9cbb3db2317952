//! The ID token of an identity provider: whether it is genuine, and what it says.
//!
//! *Not* a general reader of JSON Web Tokens. Invariant (OpenID Connect Core 3.1.3.7): a signature by one
//! of the provider's keys with an algorithm from a short list, this issuer, this client, this sign-in
//! (nonce), and not run out; `none` and keys that both sides know do not count.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::Timestamp;
use kernel::{Error, Kind, Result};
use ring::signature::{self, RsaPublicKeyComponents, UnparsedPublicKey};
use serde::Deserialize;
use serde_json::{Map, Value as Json};

/// Clocks may differ by so many seconds.
const SKEW: i64 = 60;

/// A public key of the provider.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Key {
    kid: Option<String>,
    kty: String,
    #[serde(rename = "use")]
    purpose: Option<String>,
    crv: String,
    n: String,
    e: String,
    x: String,
    y: String,
}

#[derive(Deserialize)]
struct Head {
    alg: String,
    kid: Option<String>,
}

/// What a token is held against.
pub(super) struct Expected<'a> {
    pub issuer: &'a str,
    pub client: &'a str,
    pub nonce: &'a str,
    pub now: Timestamp,
}

/// The claims of a genuine token. `None` when no key of the provider's fits, who may have new ones.
///
/// # Errors
/// `Forbidden` with what is wrong with it.
pub(super) fn claims(text: &str, keys: &[Key], expected: &Expected<'_>) -> Result<Option<Map<String, Json>>> {
    let (signed, signature) = text.rsplit_once('.').ok_or_else(|| wrong("is no token"))?;
    let (head, body) = signed.split_once('.').ok_or_else(|| wrong("is no token"))?;
    let head: Head = serde_json::from_slice(&decoded(head)?).map_err(|_| wrong("has no header"))?;
    if !["RS256", "PS256", "ES256", "EdDSA"].contains(&head.alg.as_str()) {
        return Err(wrong("is signed with an algorithm that is not taken"));
    }
    let fits =
        |it: &&Key| (head.kid.is_none() || it.kid == head.kid) && it.purpose.as_deref().unwrap_or("sig") == "sig";
    let candidates: Vec<&Key> = keys.iter().filter(fits).collect();
    if candidates.is_empty() {
        return Ok(None);
    }
    let signature = decoded(signature)?;
    if !candidates.iter().any(|it| is_signed(it, &head.alg, signed.as_bytes(), &signature)) {
        return Err(wrong("has a signature that is not the provider's"));
    }
    let claims: Map<String, Json> = serde_json::from_slice(&decoded(body)?).map_err(|_| wrong("has no claims"))?;
    let text = |name: &str| claims.get(name).and_then(Json::as_str).unwrap_or_default();
    let seconds = |name: &str| claims.get(name).and_then(Json::as_f64);
    #[expect(clippy::cast_precision_loss, reason = "seconds of our time are far below the bound")]
    let now = expected.now.as_second() as f64;
    let skew = f64::from(i32::try_from(SKEW).unwrap_or(0));
    let audience: Vec<&str> = match claims.get("aud") {
        Some(Json::String(it)) => vec![it],
        Some(Json::Array(all)) => all.iter().filter_map(Json::as_str).collect(),
        _ => Vec::new(),
    };
    if text("iss") != expected.issuer {
        return Err(wrong("is of another issuer"));
    }
    if !audience.contains(&expected.client) || (audience.len() > 1 && text("azp") != expected.client) {
        return Err(wrong("is for another client"));
    }
    if text("nonce") != expected.nonce || expected.nonce.is_empty() {
        return Err(wrong("is of another sign-in"));
    }
    if seconds("exp").is_none_or(|it| it + skew <= now) || seconds("iat").is_none_or(|it| it - skew > now) {
        return Err(wrong("has run out, or is of the future"));
    }
    if text("sub").is_empty() {
        return Err(wrong("names nobody"));
    }
    Ok(Some(claims))
}

fn is_signed(key: &Key, algorithm: &str, signed: &[u8], signature: &[u8]) -> bool {
    let part = |text: &str| URL_SAFE_NO_PAD.decode(text).unwrap_or_default();
    match (key.kty.as_str(), key.crv.as_str(), algorithm) {
        ("RSA", _, "RS256" | "PS256") => {
            let parameters = if algorithm == "RS256" {
                &signature::RSA_PKCS1_2048_8192_SHA256
            } else {
                &signature::RSA_PSS_2048_8192_SHA256
            };
            let components = RsaPublicKeyComponents { n: part(&key.n), e: part(&key.e) };
            components.verify(parameters, signed, signature).is_ok()
        }
        ("EC", "P-256", "ES256") => {
            let point = [vec![4], part(&key.x), part(&key.y)].concat();
            UnparsedPublicKey::new(&signature::ECDSA_P256_SHA256_FIXED, point).verify(signed, signature).is_ok()
        }
        ("OKP", "Ed25519", "EdDSA") => {
            UnparsedPublicKey::new(&signature::ED25519, part(&key.x)).verify(signed, signature).is_ok()
        }
        _ => false,
    }
}

fn decoded(text: &str) -> Result<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).map_err(|_| wrong("is no token"))
}

fn wrong(what: &str) -> Error {
    Error::new(Kind::Forbidden, "provider-token", "id_token", format!("the provider's token {what}"))
}

#[cfg(test)]
mod tests {
    use ring::{
        rand::SystemRandom,
        signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair},
    };
    use serde_json::json;

    use super::*;

    fn encoded(bytes: &[u8]) -> String {
        URL_SAFE_NO_PAD.encode(bytes)
    }

    #[test]
    fn only_the_genuine_one_counts() {
        let random = SystemRandom::new();
        let make = || {
            let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
            EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, document.as_ref(), &random).unwrap()
        };
        let (ours, other) = (make(), make());
        let point = ours.public_key().as_ref();
        let key = json!({ "kty": "EC", "crv": "P-256", "kid": "a", "use": "sig", "x": encoded(&point[1..33]), "y": encoded(&point[33..]) });
        let keys: Vec<Key> = vec![serde_json::from_value(key).unwrap()];
        let good = json!({ "iss": "https://id.example", "aud": "assent", "sub": "17", "nonce": "n", "exp": 1_000_300, "iat": 1_000_000 });
        let sign = |head: Json, claims: Json, by: &EcdsaKeyPair| {
            let signed = format!("{}.{}", encoded(head.to_string().as_bytes()), encoded(claims.to_string().as_bytes()));
            let signature = by.sign(&random, signed.as_bytes()).unwrap();
            format!("{signed}.{}", encoded(signature.as_ref()))
        };
        let check = |text: &str| {
            let now = Timestamp::from_second(1_000_100).unwrap();
            claims(text, &keys, &Expected { issuer: "https://id.example", client: "assent", nonce: "n", now })
        };
        let head = json!({ "alg": "ES256", "kid": "a" });
        let with = |name: &str, value: Json| {
            let mut claims = good.clone();
            claims[name] = value;
            check(&sign(head.clone(), claims, &ours))
        };
        assert_eq!(check(&sign(head.clone(), good.clone(), &ours)).unwrap().unwrap()["sub"], "17");
        assert!(with("aud", json!(["assent", "more"])).is_err());
        assert!(check(&sign(json!({ "alg": "ES256", "kid": "b" }), good.clone(), &ours)).unwrap().is_none());
        assert!(check(&sign(head.clone(), good.clone(), &other)).is_err());
        for algorithm in ["none", "HS256", "RS256"] {
            assert!(check(&sign(json!({ "alg": algorithm, "kid": "a" }), good.clone(), &ours)).is_err(), "{algorithm}");
        }
        for (name, value) in [
            ("iss", json!("https://evil.example")),
            ("aud", json!("other")),
            ("nonce", json!("m")),
            ("exp", json!(1_000_000)),
            ("iat", json!(1_001_000)),
            ("sub", json!("")),
        ] {
            assert!(with(name, value).is_err(), "{name}");
        }
        assert!(check("a.b").is_err() && check("").is_err());
    }
}

//! An identity provider: what it says of itself, and the exchange of a code for claims.
//!
//! *Not* whom the claims make of a visitor (`person.rs`). Invariant: whatever comes from the provider comes
//! over a connection of ours, and its issuer is the configured one.

use std::sync::{Arc, Mutex, PoisonError};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use connect::http::Client;
use jiff::{SignedDuration, Timestamp};
use kernel::{Error, Result, Rx, access};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Map, Value as Json};

use super::token::{self, Expected, Key};

/// What the provider says of itself is asked for again after so long.
const FRESH: SignedDuration = SignedDuration::from_hours(1);

/// The configured provider.
#[derive(Debug)]
pub struct Provider {
    /// Its issuer, as it stands in its tokens.
    pub issuer: String,
    /// Who we are to it.
    pub client: String,
    /// How we prove that.
    pub secret: String,
    /// What stands on the sign-in page.
    pub label: String,
    /// What is asked for.
    pub scopes: String,
    /// The claim that lists groups.
    pub groups: String,
    /// Groups and the roles they give: the first that fits is the one to sign in with.
    pub roles: Vec<(String, String)>,
    /// The way there.
    pub http: Client,
    /// What it said of itself, and when.
    pub known: Mutex<Option<(Timestamp, Arc<Known>)>>,
}

/// What a provider says of itself.
#[derive(Debug, Clone, Default)]
pub struct Known {
    pub(super) about: About,
    keys: Vec<Key>,
}

/// The discovery document.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct About {
    issuer: String,
    pub authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    userinfo_endpoint: Option<String>,
    #[serde(default)]
    token_endpoint_auth_methods_supported: Vec<String>,
}

#[derive(Deserialize)]
struct Keys {
    keys: Vec<Key>,
}

#[derive(Deserialize)]
struct Tokens {
    id_token: String,
    access_token: Option<String>,
}

/// One sign-in on its way.
pub(super) struct Way<'a> {
    pub code: &'a str,
    pub verifier: &'a str,
    pub nonce: &'a str,
    pub return_to: &'a str,
}

impl Provider {
    /// Names a role that is not here, before somebody signs in with less than they should.
    ///
    /// # Errors
    /// `Invalid` naming the key of the configuration and the role.
    pub fn check(&self, rx: &Rx<'_>) -> Result<()> {
        for (_, role) in &self.roles {
            if !access::role::exists(rx, role)? {
                let text = format!(
                    "'{role}' is no role here; make it under Settings › Roles and privileges, or write the name of one that is"
                );
                return Err(Error::invalid("oidc.roles", text));
            }
        }
        Ok(())
    }

    /// What it says of itself.
    ///
    /// # Errors
    /// `Unavailable` when it does not answer, or answers for another issuer.
    pub(super) async fn known(&self, now: Timestamp, anew: bool) -> Result<Arc<Known>> {
        let kept = self.known.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some((at, known)) = kept
            && !anew
            && at + FRESH > now
        {
            return Ok(known);
        }
        let place = format!("{}/.well-known/openid-configuration", self.issuer.trim_end_matches('/'));
        let about: About = self.read(&place, None).await?;
        if about.issuer != self.issuer {
            return Err(Error::unavailable("the identity provider names another issuer than signin's configuration"));
        }
        let keys: Keys = self.read(&about.jwks_uri, None).await?;
        let known = Arc::new(Known { about, keys: keys.keys });
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = Some((now, Arc::clone(&known)));
        Ok(known)
    }

    async fn read<T: DeserializeOwned>(&self, url: &str, authorization: Option<&str>) -> Result<T> {
        let answer = self.http.get(url, authorization).await?;
        parsed(answer.status, &answer.body)
    }

    /// The claims behind a code, with those of the provider's own page about the user.
    ///
    /// # Errors
    /// `Forbidden` for a code or a token that does not count, `Unavailable` without an answer.
    pub(super) async fn claims(&self, way: &Way<'_>, now: Timestamp) -> Result<Map<String, Json>> {
        let mut known = self.known(now, false).await?;
        let tokens = self.exchanged(way, &known.about).await?;
        let expected = Expected { issuer: &self.issuer, client: &self.client, nonce: way.nonce, now };
        let mut found = token::claims(&tokens.id_token, &known.keys, &expected)?;
        if found.is_none() {
            // The provider may have taken new keys since it was asked.
            known = self.known(now, true).await?;
            found = token::claims(&tokens.id_token, &known.keys, &expected)?;
        }
        let mut claims = found.ok_or_else(|| Error::forbidden("id_token", "is signed with a key that is not known"))?;
        if let (Some(place), Some(access)) = (&known.about.userinfo_endpoint, &tokens.access_token) {
            let more: Map<String, Json> = self.read(place, Some(&format!("Bearer {access}"))).await?;
            // Core 5.3.2: only when it is about the same person.
            if more.get("sub") == claims.get("sub") {
                for (name, value) in more {
                    claims.entry(name).or_insert(value);
                }
            }
        }
        Ok(claims)
    }

    async fn exchanged(&self, way: &Way<'_>, about: &About) -> Result<Tokens> {
        let mut fields = vec![
            ("grant_type", "authorization_code"),
            ("code", way.code),
            ("redirect_uri", way.return_to),
            ("code_verifier", way.verifier),
        ];
        let methods = &about.token_endpoint_auth_methods_supported;
        let by_form = !methods.is_empty() && !methods.iter().any(|it| it == "client_secret_basic");
        let authorization = if self.secret.is_empty() || by_form {
            fields.push(("client_id", self.client.as_str()));
            if !self.secret.is_empty() {
                fields.push(("client_secret", self.secret.as_str()));
            }
            None
        } else {
            let pair = format!("{}:{}", encoded(&self.client), encoded(&self.secret));
            Some(format!("Basic {}", STANDARD.encode(pair)))
        };
        let answer = self.http.post_form(&about.token_endpoint, authorization.as_deref(), form(&fields)).await?;
        if answer.status == 400 || answer.status == 401 {
            return Err(Error::forbidden("code", "the identity provider does not take it"));
        }
        parsed(answer.status, &answer.body)
    }
}

fn parsed<T: DeserializeOwned>(status: u16, body: &[u8]) -> Result<T> {
    let read = if status == 200 { serde_json::from_slice(body).ok() } else { None };
    read.ok_or_else(|| {
        Error::unavailable(format!("the identity provider answers with status {status}, or not in JSON"))
    })
}

/// Fields as a form or a query has them.
pub(in crate::signin) fn form(fields: &[(&str, &str)]) -> String {
    fields.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect::<Vec<_>>().join("&")
}

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

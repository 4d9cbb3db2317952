//! The connection: where the service is, who we are, sending, and waiting where the service asks for it.
//!
//! *Not* the meaning of requests (`rows.rs`, `query.rs`). Invariant: the token goes to the service's own address only,
//! also when an answer names another.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::{
    Certificate, Method, StatusCode, Url,
    header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER},
};
use serde_json::Value as Json;

use crate::{Error, Result};

/// What stays as it is in the value of a query option.
const QUERY: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b',')
    .remove(b'$')
    .remove(b'=')
    .remove(b'/')
    .remove(b':')
    .remove(b';')
    .remove(b'*');

/// Encodes the value of a query option.
pub(crate) fn encoded(text: &str) -> String {
    utf8_percent_encode(text, QUERY).to_string()
}

/// Makes a [`Client`].
pub struct Builder {
    address: String,
    credentials: Credentials,
    certificates: Vec<Vec<u8>>,
    patience: u32,
    timeout: Duration,
}

enum Credentials {
    Nobody,
    Token(String),
    Client { id: String, secret: String },
}

impl Builder {
    /// Acts with an access token.
    #[must_use]
    pub fn token(mut self, token: &str) -> Self {
        self.credentials = Credentials::Token(token.to_owned());
        self
    }

    /// Acts with client credentials (OAuth 2.0): the name and the text of an access token. What the service hands out
    /// for them is renewed when it expires.
    #[must_use]
    pub fn client_credentials(mut self, id: &str, secret: &str) -> Self {
        self.credentials = Credentials::Client { id: id.to_owned(), secret: secret.to_owned() };
        self
    }

    /// Trusts the authorities in a PEM file too, beside those of the operating system.
    #[must_use]
    pub fn certificates(mut self, pem: &[u8]) -> Self {
        self.certificates.push(pem.to_vec());
        self
    }

    /// How often a request is sent again when the service says that there were too many (429); 5 if this is not called.
    #[must_use]
    pub fn patience(mut self, times: u32) -> Self {
        self.patience = times;
        self
    }

    /// How long an answer may take; two minutes if this is not called.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// The client. Nothing is sent yet.
    ///
    /// # Errors
    /// [`Error::Usage`] for an address or certificate that is none.
    pub fn build(self) -> Result<Client> {
        // reqwest needs a provider of cryptography for the process; the first one stays.
        let _there_already = rustls::crypto::ring::default_provider().install_default();
        let origin = origin(&self.address)?;
        let mut http = reqwest::Client::builder().timeout(self.timeout).redirect(reqwest::redirect::Policy::none());
        for pem in &self.certificates {
            let all =
                Certificate::from_pem_bundle(pem).map_err(|error| Error::Usage(format!("certificates: {error}")))?;
            http = http.tls_certs_merge(all);
        }
        let token = match &self.credentials {
            Credentials::Token(it) => Some(it.clone()),
            _ => None,
        };
        Ok(Client {
            shared: Arc::new(Shared {
                http: http.build()?,
                origin,
                credentials: self.credentials,
                patience: self.patience,
                token: RwLock::new(token),
                names: RwLock::default(),
            }),
        })
    }
}

/// Scheme, host and port; a path below them is the service's and known.
fn origin(address: &str) -> Result<String> {
    let wrong = |why: &str| Error::Usage(format!("'{address}' is no address of a service: {why}"));
    let url = Url::parse(address.trim()).map_err(|error| wrong(&error.to_string()))?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
        return Err(wrong("write https://host"));
    }
    Ok(url.origin().ascii_serialization())
}

/// A connection to a service. Cloning gives another handle to the same connection.
#[derive(Clone)]
pub struct Client {
    pub(crate) shared: Arc<Shared>,
}

pub(crate) struct Shared {
    http: reqwest::Client,
    origin: String,
    credentials: Credentials,
    patience: u32,
    token: RwLock<Option<String>>,
    /// Set and key of each entity that was used.
    pub(crate) names: RwLock<HashMap<String, (String, String)>>,
}

/// One request, as it can be sent several times.
pub(crate) struct Request {
    pub method: Method,
    /// Below the service root, or from the root of the host where it begins with `/`.
    pub path: String,
    pub headers: Vec<(&'static str, String)>,
    pub body: Option<(&'static str, String)>,
}

impl Request {
    pub fn new(method: Method, path: impl Into<String>) -> Self {
        Self { method, path: path.into(), headers: Vec::new(), body: None }
    }
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
    pub fn json(mut self, body: &Json) -> Self {
        self.body = Some(("application/json", body.to_string()));
        self
    }
}

/// What came back.
pub(crate) struct Reply {
    pub headers: HeaderMap,
    pub text: String,
}

impl Reply {
    pub fn json(&self) -> Result<Json> {
        serde_json::from_str(self.text.trim_start_matches('\u{feff}')).map_err(|error| Error::Answer(error.to_string()))
    }
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|it| it.to_str().ok())
    }
}

impl Client {
    /// Begins a connection to the service at an address such as `https://records.example`.
    #[must_use]
    pub fn builder(address: &str) -> Builder {
        Builder {
            address: address.to_owned(),
            credentials: Credentials::Nobody,
            certificates: Vec::new(),
            patience: 5,
            timeout: Duration::from_secs(120),
        }
    }

    /// Sends a request; waits and sends it again where the service asks for that.
    pub(crate) async fn send(&self, request: &Request) -> Result<Reply> {
        let mut again = self.shared.patience;
        let mut renewed = false;
        loop {
            let token = self.token().await?;
            let (status, headers, text) = self.once(request, token.as_deref()).await?;
            if status.is_success() || status == StatusCode::NOT_MODIFIED {
                return Ok(Reply { headers, text });
            }
            if status == StatusCode::TOO_MANY_REQUESTS && again > 0 {
                again -= 1;
                tokio::time::sleep(pause(&headers)).await;
                continue;
            }
            // What was handed out lives an hour; a new one is asked for once.
            if status == StatusCode::UNAUTHORIZED && self.forget_token() && !renewed {
                renewed = true;
                continue;
            }
            return Err(Error::of(status.as_u16(), &text));
        }
    }

    async fn once(&self, request: &Request, token: Option<&str>) -> Result<(StatusCode, HeaderMap, String)> {
        let path = match request.path.strip_prefix('/') {
            Some(_) => format!("{}{}", self.shared.origin, request.path),
            None => format!("{}/api/data/v9.2/{}", self.shared.origin, request.path),
        };
        let mut headers = HeaderMap::new();
        let mut put = |name: &'static str, value: &str| match HeaderValue::from_str(value) {
            Ok(value) => {
                headers.insert(HeaderName::from_static(name), value);
                Ok(())
            }
            Err(_) => Err(Error::Usage(format!("the header {name} cannot hold this value"))),
        };
        put("accept", "application/json")?;
        put("odata-version", "4.0")?;
        put("odata-maxversion", "4.0")?;
        for (name, value) in &request.headers {
            put(name, value)?;
        }
        if let Some(token) = token {
            put("authorization", &format!("Bearer {token}"))?;
            headers.get_mut(AUTHORIZATION).into_iter().for_each(|it| it.set_sensitive(true));
        }
        let mut sending = self.shared.http.request(request.method.clone(), path).headers(headers);
        if let Some((kind, body)) = &request.body {
            sending = sending.header("content-type", *kind).body(body.clone());
        }
        let answer = sending.send().await?;
        let (status, headers) = (answer.status(), answer.headers().clone());
        Ok((status, headers, answer.text().await?))
    }

    async fn token(&self) -> Result<Option<String>> {
        let held = self.shared.token.read().unwrap_or_else(PoisonError::into_inner).clone();
        let Credentials::Client { id, secret } = &self.shared.credentials else { return Ok(held) };
        if held.is_some() {
            return Ok(held);
        }
        let mut request = Request::new(Method::POST, "/organization/oauth2/v2.0/token");
        let form = |it: &str| utf8_percent_encode(it, NON_ALPHANUMERIC).to_string();
        let body = format!("grant_type=client_credentials&client_id={}&client_secret={}", form(id), form(secret));
        request.body = Some(("application/x-www-form-urlencoded", body));
        let (status, _, text) = self.once(&request, None).await?;
        let json: Json = serde_json::from_str(&text).unwrap_or_default();
        let field = |name: &str| json.get(name).and_then(Json::as_str).unwrap_or_default().to_owned();
        if !status.is_success() {
            return Err(Error::Service {
                status: status.as_u16(),
                code: field("error"),
                message: field("error_description"),
            });
        }
        let token = field("access_token");
        *self.shared.token.write().unwrap_or_else(PoisonError::into_inner) = Some(token.clone());
        Ok(Some(token))
    }

    /// Forgets a token that was handed out; whether there was one.
    fn forget_token(&self) -> bool {
        matches!(self.shared.credentials, Credentials::Client { .. })
            && self.shared.token.write().unwrap_or_else(PoisonError::into_inner).take().is_some()
    }
}

/// How long the service wants us to wait; a minute at most.
fn pause(headers: &HeaderMap) -> Duration {
    let seconds = headers.get(RETRY_AFTER).and_then(|it| it.to_str().ok()?.trim().parse().ok());
    Duration::from_secs(seconds.unwrap_or(1_u64).clamp(1, 60))
}

//! One document of another service, fetched by GET.
//!
//! *Not* a client of anything: no retries, no redirects, no cookies. Invariant: what is read is bounded in size and time, and
//! the token goes to the address that was given and to no other.

use std::time::Duration;

use kernel::{Error, Result};
use reqwest::{Certificate, Client, Url, redirect::Policy};

/// The longest document, in bytes.
const LIMIT: usize = 64 * 1024 * 1024;

/// Reads the text at an address. `authorities` is a PEM text with certificates that are trusted beside those of the
/// operating system.
///
/// # Errors
/// `Invalid` for an address or certificate that is none, `Unavailable` when there is no such answer.
pub async fn text(url: &str, token: Option<&str>, authorities: Option<&[u8]>) -> Result<String> {
    let address: Url = url.parse().map_err(|_| Error::invalid("--url", "is no address; write https://host"))?;
    if !matches!(address.scheme(), "http" | "https") {
        return Err(Error::invalid("--url", "begins with http:// or https://"));
    }
    // The first provider of cryptography of the process stays.
    let _there_already = rustls::crypto::ring::default_provider().install_default();
    let mut client = Client::builder().timeout(Duration::from_secs(120)).redirect(Policy::none());
    if let Some(pem) = authorities {
        let wrong = |error: reqwest::Error| Error::invalid("--ca", format!("holds no certificates: {error}"));
        client = client.tls_certs_merge(Certificate::from_pem_bundle(pem).map_err(wrong)?);
    }
    let failed = |error: reqwest::Error| Error::unavailable(format!("{url} does not answer: {}", error.without_url()));
    let mut request = client.build().map_err(failed)?.get(address);
    if let Some(token) = token {
        request = request.bearer_auth(token);
    }
    let mut answer = request.send().await.map_err(failed)?;
    if !answer.status().is_success() {
        return Err(Error::unavailable(format!("{url} answers {}", answer.status())));
    }
    let mut bytes = Vec::new();
    while let Some(piece) = answer.chunk().await.map_err(failed)? {
        if bytes.len() + piece.len() > LIMIT {
            return Err(Error::unavailable(format!("{url} is longer than {LIMIT} bytes")));
        }
        bytes.extend_from_slice(&piece);
    }
    String::from_utf8(bytes).map_err(|_| Error::unavailable(format!("{url} is no text")))
}

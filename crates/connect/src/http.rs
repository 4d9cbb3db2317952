//! Outbound HTTP: one request, one answer, nothing remembered.
//!
//! *Not* a browser: no redirects, no cookies, no proxy. Invariant: an address that is not of this machine
//! is reached by https only, an answer that is too large or too late is none, and what authorizes goes to
//! the address that was given and to no other.

use std::{path::Path, time::Duration};

use kernel::{Error, Result};
use reqwest::{Certificate, Method, Url, header, redirect::Policy};

/// So long a whole exchange may take.
const PATIENCE: Duration = Duration::from_secs(15);
/// The largest answer, in bytes.
const LARGEST: usize = 16 * 1024 * 1024;

/// Sends requests; cloning gives another handle.
#[derive(Debug, Clone)]
pub struct Client(reqwest::Client);

/// An answer.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The body.
    pub body: Vec<u8>,
}

impl Client {
    /// A client that trusts the authorities of the operating system, and those of a PEM file.
    ///
    /// # Errors
    /// `Invalid` for a file that holds none.
    pub fn new(authorities: Option<&Path>) -> Result<Client> {
        // The first provider of cryptography of the process stays.
        let _there_already = rustls::crypto::ring::default_provider().install_default();
        let mut client = reqwest::Client::builder().timeout(PATIENCE).redirect(Policy::none()).no_proxy();
        if let Some(file) = authorities {
            let wrong = || Error::invalid(file.display().to_string(), "holds no certificate in PEM that can be read");
            let pem = std::fs::read(file).map_err(|_| wrong())?;
            let certificates = Certificate::from_pem_bundle(&pem).map_err(|_| wrong())?;
            if certificates.is_empty() {
                return Err(wrong());
            }
            client = client.tls_certs_merge(certificates);
        }
        client.build().map(Client).map_err(|_| Error::unavailable("no authority is trusted on this machine"))
    }

    /// Reads what is at an address, with an `Authorization` where one is given.
    ///
    /// # Errors
    /// `Invalid` for an address that is none, `Unavailable` when nobody answers as HTTP has it.
    pub async fn get(&self, url: &str, authorization: Option<&str>) -> Result<Answer> {
        self.send(Method::GET, url, authorization, None).await
    }

    /// Sends a form.
    ///
    /// # Errors
    /// As [`Client::get`].
    pub async fn post_form(&self, url: &str, authorization: Option<&str>, form: String) -> Result<Answer> {
        self.send(Method::POST, url, authorization, Some(form)).await
    }

    async fn send(
        &self,
        method: Method,
        url: &str,
        authorization: Option<&str>,
        form: Option<String>,
    ) -> Result<Answer> {
        let wrong = || Error::invalid(url, "is no address that can be asked; write https://host/path");
        let address: Url = url.parse().map_err(|_| wrong())?;
        let host = address.host_str().ok_or_else(wrong)?.to_owned();
        let is_local = matches!(host.as_str(), "127.0.0.1" | "[::1]" | "localhost");
        if address.scheme() != "https" && !(address.scheme() == "http" && is_local) {
            return Err(wrong());
        }
        let mut request = self.0.request(method, address).header(header::ACCEPT, "application/json, */*;q=0.1");
        if let Some(it) = authorization {
            request = request.header(header::AUTHORIZATION, it);
        }
        if let Some(form) = form {
            request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded").body(form);
        }
        let silent = |error: reqwest::Error| match error.is_connect() {
            true => format!("{host} cannot be reached, or shows no certificate of an authority that is trusted"),
            false => format!("{host} does not answer as it should"),
        };
        let mut answer = request.send().await.map_err(|it| Error::unavailable(silent(it)))?;
        let mut body = Vec::new();
        while let Some(piece) = answer.chunk().await.map_err(|it| Error::unavailable(silent(it)))? {
            if body.len() + piece.len() > LARGEST {
                return Err(Error::unavailable(format!("{host} answers with more than {LARGEST} bytes")));
            }
            body.extend_from_slice(&piece);
        }
        Ok(Answer { status: answer.status().as_u16(), body })
    }
}

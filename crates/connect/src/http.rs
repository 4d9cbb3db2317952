//! Outbound HTTP: one request, one answer, nothing remembered.
//!
//! *Not* a browser: no redirects, no cookies, no proxy. Invariant: an address that is not of this machine
//! is reached by https only, and an answer that is too large or too late is none.

use std::{path::Path, sync::Arc, time::Duration};

use http_body_util::{BodyExt, Full, Limited};
use hyper::{Method, Request, Uri, body::Bytes, header};
use hyper_util::rt::TokioIo;
use kernel::{Error, Result};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
};
use tokio_rustls::{
    TlsConnector,
    rustls::{
        ClientConfig, RootCertStore,
        crypto::ring::default_provider,
        pki_types::{CertificateDer, ServerName, pem::PemObject},
    },
};

/// So long a whole exchange may take.
const PATIENCE: Duration = Duration::from_secs(15);
/// The largest answer, in bytes.
const LARGEST: usize = 1024 * 1024;

/// Sends requests; cloning gives another handle.
#[derive(Clone)]
pub struct Client(Arc<ClientConfig>);

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Client")
    }
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The body.
    pub body: Vec<u8>,
}

impl Client {
    /// A client that trusts the public authorities, and those of a PEM file.
    ///
    /// # Errors
    /// `Invalid` for a file that holds none.
    pub fn new(authorities: Option<&Path>) -> Result<Client> {
        let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        if let Some(file) = authorities {
            let wrong = || Error::invalid(file.display().to_string(), "holds no certificate in PEM that can be read");
            let certificates = CertificateDer::pem_file_iter(file).map_err(|_| wrong())?;
            for certificate in certificates {
                roots.add(certificate.map_err(|_| wrong())?).map_err(|_| wrong())?;
            }
        }
        let config = ClientConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|_| Error::bug("no version of TLS is there"))?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Client(Arc::new(config)))
    }

    /// Reads what is at an address, with an `Authorization` where one is given.
    ///
    /// # Errors
    /// `Invalid` for an address that is none, `Unavailable` when nobody answers as HTTP has it.
    pub async fn get(&self, url: &str, authorization: Option<&str>) -> Result<Answer> {
        self.send(Method::GET, url, authorization, String::new()).await
    }

    /// Sends a form.
    ///
    /// # Errors
    /// As [`Client::get`].
    pub async fn post_form(&self, url: &str, authorization: Option<&str>, form: String) -> Result<Answer> {
        self.send(Method::POST, url, authorization, form).await
    }

    async fn send(&self, method: Method, url: &str, authorization: Option<&str>, body: String) -> Result<Answer> {
        let wrong = || Error::invalid(url, "is no address that can be asked; write https://host/path");
        let uri: Uri = url.parse().map_err(|_| wrong())?;
        let host = uri.host().ok_or_else(wrong)?.to_owned();
        let is_tls = uri.scheme_str() == Some("https");
        let is_local = matches!(host.as_str(), "127.0.0.1" | "[::1]" | "localhost");
        if !is_tls && !(uri.scheme_str() == Some("http") && is_local) {
            return Err(wrong());
        }
        let path = uri.path_and_query().map_or("/", |it| it.as_str());
        let mut request = Request::builder()
            .method(method.clone())
            .uri(path)
            .header(header::HOST, uri.authority().map_or(host.as_str(), |it| it.as_str()))
            .header(header::ACCEPT, "application/json");
        if let Some(it) = authorization {
            request = request.header(header::AUTHORIZATION, it);
        }
        if method == Method::POST {
            request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        }
        let request = request.body(Full::new(Bytes::from(body))).map_err(|_| wrong())?;
        let port = uri.port_u16().unwrap_or(if is_tls { 443 } else { 80 });
        let exchange = async {
            let bare = host.trim_start_matches('[').trim_end_matches(']').to_owned();
            let stream = TcpStream::connect((bare.as_str(), port)).await.map_err(|_| silent(&host))?;
            if !is_tls {
                return exchange(stream, request, &host).await;
            }
            let name = ServerName::try_from(bare).map_err(|_| wrong())?;
            let stream = TlsConnector::from(Arc::clone(&self.0)).connect(name, stream).await;
            exchange(stream.map_err(|_| untrusted(&host))?, request, &host).await
        };
        tokio::time::timeout(PATIENCE, exchange).await.unwrap_or_else(|_| Err(silent(&host)))
    }
}

async fn exchange<S>(stream: S, request: Request<Full<Bytes>>, host: &str) -> Result<Answer>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (mut sender, connection) =
        hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.map_err(|_| silent(host))?;
    let connection = tokio::spawn(connection);
    let response = sender.send_request(request).await.map_err(|_| silent(host))?;
    let status = response.status().as_u16();
    let body = Limited::new(response.into_body(), LARGEST).collect().await.map_err(|_| silent(host))?;
    connection.abort();
    Ok(Answer { status, body: body.to_bytes().to_vec() })
}

fn silent(host: &str) -> Error {
    Error::unavailable(format!("{host} does not answer as it should"))
}

fn untrusted(host: &str) -> Error {
    Error::unavailable(format!("{host} shows no certificate of an authority that is trusted"))
}

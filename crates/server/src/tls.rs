//! The server speaks https itself: a listener whose connections have shaken hands.
//!
//! *Not* a proxy's work done again: one certificate, HTTP/1.1. Invariant: a client that is slow or
//! wrong in its handshake holds up nobody else, and a certificate that cannot be used is refused by
//! name before it takes the place of one that can.

use std::{
    io,
    net::SocketAddr,
    path::Path,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use axum::serve::Listener;
use kernel::{Error, Result};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{Semaphore, mpsc},
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ServerConfig,
        crypto::ring::default_provider,
        pki_types::{CertificateDer, PrivateKeyDer, pem, pem::PemObject},
    },
    server::TlsStream,
};

use crate::config::Server;

/// So long a client may take for its handshake.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// So many handshakes are under way at once; further clients wait in the system's queue.
const AT_ONCE: usize = 1_024;

/// The certificate in use; cloning gives another handle to it.
#[derive(Clone)]
pub struct Certificate(Arc<RwLock<Arc<ServerConfig>>>);

impl Certificate {
    /// Reads what the configuration names; `None` where it names nothing.
    ///
    /// # Errors
    /// `Invalid` naming the key, the file and what is wrong with it.
    pub fn read(server: &Server) -> Result<Option<Certificate>> {
        if !server.is_tls() {
            return Ok(None);
        }
        Ok(Some(Certificate(Arc::new(RwLock::new(read(server)?)))))
    }
    /// Reads the files again; connections that stand keep what they have.
    ///
    /// # Errors
    /// As [`Certificate::read`]; then the one in use stays in use.
    pub fn renew(&self, server: &Server) -> Result<()> {
        let new = read(server)?;
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = new;
        Ok(())
    }
    fn acceptor(&self) -> TlsAcceptor {
        TlsAcceptor::from(Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner)))
    }
}

fn read(server: &Server) -> Result<Arc<ServerConfig>> {
    let (certificate, key) = ("server.tls_certificate", "server.tls_key");
    let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_file_iter(&server.tls_certificate)
        .and_then(Iterator::collect)
        .map_err(|error| wrong(certificate, &server.tls_certificate, &error))?;
    if chain.is_empty() {
        return Err(wrong(certificate, &server.tls_certificate, &pem::Error::NoItemsFound));
    }
    let secret = PrivateKeyDer::from_pem_file(&server.tls_key).map_err(|error| wrong(key, &server.tls_key, &error))?;
    let unusable = |error: tokio_rustls::rustls::Error| {
        let text = format!("{} does not fit {}: {error}", server.tls_key.display(), server.tls_certificate.display());
        Error::invalid(key, text)
    };
    let mut config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(unusable)?
        .with_no_client_auth()
        .with_single_cert(chain, secret)
        .map_err(unusable)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

fn wrong(key: &str, path: &Path, error: &pem::Error) -> Error {
    let text = match error {
        pem::Error::Io(error) => format!("cannot be read: {}", error.kind()),
        pem::Error::NoItemsFound if key.ends_with("key") => "holds no private key in PEM".to_owned(),
        pem::Error::NoItemsFound => "holds no certificate in PEM".to_owned(),
        _ => "is no PEM file".to_owned(),
    };
    Error::invalid(key, format!("{} {text}", path.display()))
}

/// A listener of connections that are encrypted already.
pub struct TlsListener {
    address: SocketAddr,
    ready: mpsc::Receiver<(TlsStream<TcpStream>, SocketAddr)>,
}

impl TlsListener {
    /// Takes the port over; the certificate is looked at for each connection.
    ///
    /// # Errors
    /// Those of the port.
    pub fn new(port: TcpListener, certificate: Certificate) -> io::Result<Self> {
        let address = port.local_addr()?;
        let (give, ready) = mpsc::channel(1);
        tokio::spawn(accepting(port, certificate, give));
        Ok(TlsListener { address, ready })
    }
}

async fn accepting(
    mut port: TcpListener,
    certificate: Certificate,
    give: mpsc::Sender<(TlsStream<TcpStream>, SocketAddr)>,
) {
    let room = Arc::new(Semaphore::new(AT_ONCE));
    loop {
        let Ok(place) = Arc::clone(&room).acquire_owned().await else { return };
        let (stream, peer) = tokio::select! {
            // Nobody takes connections any more: the server stops.
            () = give.closed() => return,
            accepted = Listener::accept(&mut port) => accepted,
        };
        let (acceptor, give) = (certificate.acceptor(), give.clone());
        tokio::spawn(async move {
            let _small_answers_at_once = stream.set_nodelay(true);
            match tokio::time::timeout(HANDSHAKE, acceptor.accept(stream)).await {
                Ok(Ok(stream)) => {
                    drop(place);
                    let _stopping = give.send((stream, peer)).await;
                }
                Ok(Err(error)) => tracing::debug!(%error, "a client did not get through its TLS handshake"),
                Err(_) => tracing::debug!("a client took too long for its TLS handshake"),
            }
        });
    }
}

impl Listener for TlsListener {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        match self.ready.recv().await {
            Some(it) => it,
            // The other end lives as long as the process serves.
            None => std::future::pending().await,
        }
    }
    fn local_addr(&self) -> io::Result<SocketAddr> {
        Ok(self.address)
    }
}

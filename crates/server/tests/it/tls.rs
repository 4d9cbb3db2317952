//! https, spoken by the server itself.

use std::{
    io::{Read, Write},
    net::TcpStream,
    path::Path,
    sync::Arc,
};

use tokio_rustls::rustls::{
    ClientConfig, ClientConnection, RootCertStore, StreamOwned,
    crypto::ring::default_provider,
    pki_types::{CertificateDer, pem::PemObject},
};

use crate::trial::Trial;

/// A trial whose server has a certificate in the folder `tls`.
fn with_certificate() -> Trial {
    let trial = Trial::new();
    trial.run("tls self-signed --name localhost --name 127.0.0.1 --out tls").ok();
    let text = "[server]\ntls_certificate = \"../tls/certificate.pem\"\ntls_key = \"../tls/key.pem\"\n";
    std::fs::write(trial.data().join("assent.toml"), text).unwrap();
    trial
}

type Secure = StreamOwned<ClientConnection, TcpStream>;

fn connect(address: &str, name: &str, authority: &Path) -> std::io::Result<Secure> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(authority).unwrap()).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let client = ClientConnection::new(Arc::new(config), name.to_owned().try_into().unwrap()).unwrap();
    let mut stream = StreamOwned::new(client, TcpStream::connect(address).unwrap());
    stream.conn.complete_io(&mut stream.sock).map(|_| stream)
}

/// One request on a connection that stays open.
fn get(stream: &mut Secure, host: &str, path: &str) -> String {
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n").unwrap();
    let mut answer = Vec::new();
    let mut byte = [0];
    while !answer.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte).unwrap();
        answer.push(byte[0]);
    }
    let head = String::from_utf8(answer).unwrap().to_lowercase();
    let length = head.split("content-length: ").nth(1).unwrap().split('\r').next().unwrap().parse().unwrap();
    let mut body = vec![0; length];
    stream.read_exact(&mut body).unwrap();
    head + &String::from_utf8(body).unwrap()
}

#[test]
fn https_with_a_certificate_that_is_renewed() {
    let trial = with_certificate();
    let authority = trial.file("tls/ca.pem");
    let mut server = trial.serve();
    // Somebody who connects and says nothing holds up nobody.
    let _silent = TcpStream::connect(&server.address).unwrap();
    let mut stream = connect(&server.address, "localhost", &authority).unwrap();
    let first = get(&mut stream, "localhost", "/healthz");
    assert!(first.starts_with("http/1.1 200") && first.ends_with("ok"), "{first}");
    assert!(!first.contains("strict-transport-security"));
    let second = get(&mut stream, "records.example", "/");
    assert!(second.contains("strict-transport-security: max-age=31536000"), "{second}");
    assert!(second.contains(&format!("https://{}/api/data/v9.2/", server.address)), "{second}");

    let wrong = connect(&server.address, "elsewhere.example", &authority).unwrap_err();
    assert!(wrong.to_string().contains("not valid for name"), "{wrong}");
    let mut plain = TcpStream::connect(&server.address).unwrap();
    write!(plain, "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
    let mut answer = Vec::new();
    let _ended_by_the_server = plain.read_to_end(&mut answer);
    assert!(!answer.starts_with(b"HTTP/"));

    // A certificate that cannot be used leaves the one in use.
    let old = std::fs::read(&authority).unwrap();
    std::fs::write(trial.file("old.pem"), old).unwrap();
    std::fs::write(trial.file("tls/certificate.pem"), "nothing").unwrap();
    server.signal("HUP");
    assert!(get(&mut stream, "localhost", "/healthz").contains(" 200 "));
    connect(&server.address, "127.0.0.1", &trial.file("old.pem")).unwrap();
    std::fs::remove_dir_all(trial.file("tls")).unwrap();
    trial.run("tls self-signed --name localhost --out tls").ok();
    server.signal("HUP");
    // The signal and the next connection race; a renewed one is there after a few.
    let renewed = (0..1_000).any(|_| connect(&server.address, "localhost", &authority).is_ok());
    assert!(renewed);
    assert!(get(&mut stream, "localhost", "/healthz").contains(" 200 "), "what stands stays");
    assert_eq!(server.terminate(), Some(0));
}

#[test]
fn wrong_files_are_named() {
    let trial = with_certificate();
    trial.run("tls self-signed --name localhost --out tls").fails(4, "is there already");
    trial.run("tls self-signed --name localhost --out other").ok();
    let serve = |trial: &Trial| trial.run("serve --listen 127.0.0.1:0");
    let key = trial.file("tls/key.pem");
    std::fs::copy(trial.file("other/key.pem"), &key).unwrap();
    serve(&trial).fails(2, "server.tls_key: ").fails(2, "does not fit");
    std::fs::copy(trial.file("tls/ca.pem"), &key).unwrap();
    serve(&trial).fails(2, "key.pem holds no private key in PEM");
    std::fs::remove_file(&key).unwrap();
    serve(&trial).fails(2, "key.pem cannot be read: entity not found");
    std::fs::write(trial.file("tls/certificate.pem"), "").unwrap();
    serve(&trial).fails(2, "server.tls_certificate: ").fails(2, "certificate.pem holds no certificate in PEM");
}

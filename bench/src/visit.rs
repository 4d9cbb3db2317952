//! A server on the loopback and a client that keeps its connection: what a program or a browser waits for.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

use anyhow::Context as _;
use web::App;

use crate::store;

/// Serves until the process ends.
pub fn serve(app: App) -> anyhow::Result<SocketAddr> {
    let (told, address) = std::sync::mpsc::channel();
    std::thread::Builder::new().name("bench-server".into()).spawn(move || -> anyhow::Result<()> {
        tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(async {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
            told.send(listener.local_addr()?)?;
            axum::serve(listener, web::router(app)).await?;
            Ok(())
        })
    })?;
    address.recv().context("the server did not start")
}

/// A connection that is kept.
pub struct Client {
    stream: BufReader<TcpStream>,
    head: String,
}

/// One answer.
pub struct Answer {
    pub status: u16,
    pub head: usize,
    pub body: Vec<u8>,
    pub first_byte: Duration,
    pub whole: Duration,
}

impl Client {
    pub fn new(address: SocketAddr, token: Option<&str>) -> anyhow::Result<Client> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        let token = token.map(|it| format!("Authorization: Bearer {it}\r\n")).unwrap_or_default();
        Ok(Client {
            stream: BufReader::new(stream),
            head: format!("Host: {address}\r\nAccept-Language: en\r\n{token}\r\n"),
        })
    }
    pub fn get(&mut self, path: &str) -> anyhow::Result<Answer> {
        let start = store::now();
        self.stream.get_mut().write_all(format!("GET {path} HTTP/1.1\r\n{}", self.head).as_bytes())?;
        anyhow::ensure!(!self.stream.fill_buf()?.is_empty(), "the server closed the connection");
        let first_byte = start.elapsed();
        let (mut status, mut length, mut head) = (0, 0, 0);
        loop {
            let mut line = String::new();
            head += self.stream.read_line(&mut line)?;
            let line = line.trim_end();
            if line.is_empty() {
                break;
            }
            match line.split_once(": ") {
                None => status = line.split(' ').nth(1).and_then(|it| it.parse().ok()).unwrap_or(0),
                Some((name, value)) if name.eq_ignore_ascii_case("content-length") => length = value.parse()?,
                Some(_) => {}
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body)?;
        Ok(Answer { status, head, body, first_byte, whole: start.elapsed() })
    }
}

/// The moment below which so many of a hundred are.
pub fn percentile(times: &mut [Duration], of_hundred: usize) -> Duration {
    times.sort_unstable();
    let at = (times.len() * of_hundred / 100).min(times.len().saturating_sub(1));
    times.get(at).copied().unwrap_or_default()
}

/// A duration as people read it.
pub fn told(time: Duration) -> String {
    match time.as_micros() {
        it if it < 1_000 => format!("{it} µs"),
        it => format!("{}.{} ms", it / 1_000, it % 1_000 / 100),
    }
}

//! A mail server on the loopback that takes everything down and hands nothing on.

use std::{
    io::{BufRead, BufReader, Write},
    net::{TcpListener, TcpStream},
    sync::mpsc,
    time::Duration,
};

/// A mail as it came over the wire, decoded as far as tests need it.
#[derive(Debug, Clone)]
pub struct Taken {
    pub to: String,
    pub raw: String,
}

impl Taken {
    /// The value of a header on one line.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.raw.lines().find_map(|it| it.strip_prefix(name)?.strip_prefix(": "))
    }
    /// The first address in the text part that begins so.
    pub fn link(&self, path: &str) -> String {
        let text = self.raw.replace("=\r\n", "").replace("=3D", "=");
        let at = text.find(path).unwrap_or_else(|| panic!("no {path} in {text}"));
        let start = text[..at].rfind("http://").unwrap();
        let end =
            text[at..].find(|it: char| it.is_whitespace() || matches!(it, '"' | ')' | '<')).unwrap_or(text.len() - at);
        text[start..at + end].to_owned()
    }
}

pub struct Sink {
    pub url: String,
    mails: mpsc::Receiver<Taken>,
}

impl Sink {
    pub fn start() -> Sink {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("smtp://{}", listener.local_addr().unwrap());
        let (give, mails) = mpsc::channel();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let give = give.clone();
                std::thread::spawn(move || talk(stream.unwrap(), &give));
            }
        });
        Sink { url, mails }
    }
    /// The next mail; waits for it.
    #[track_caller]
    pub fn next(&self) -> Taken {
        self.mails.recv_timeout(Duration::from_secs(30)).unwrap_or_else(|_| panic!("a mail was awaited"))
    }
    /// All mails that came until none came for a while.
    pub fn drain(&self, quiet: Duration) -> Vec<Taken> {
        let mut all = Vec::new();
        while let Ok(mail) = self.mails.recv_timeout(quiet) {
            all.push(mail);
        }
        all
    }
}

fn talk(mut stream: TcpStream, give: &mpsc::Sender<Taken>) -> Option<()> {
    let mut lines = BufReader::new(stream.try_clone().ok()?).lines();
    stream.write_all(b"220 sink\r\n").ok()?;
    let mut to = String::new();
    while let Some(Ok(line)) = lines.next() {
        let answer: &[u8] = match line.split([' ', ':']).next().unwrap_or("").to_uppercase().as_str() {
            "EHLO" => b"250-sink\r\n250 8BITMIME\r\n",
            "RCPT" => {
                to = line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
                b"250 ok\r\n"
            }
            "DATA" => {
                stream.write_all(b"354 go on\r\n").ok()?;
                let mut raw = String::new();
                for part in lines.by_ref() {
                    let part = part.ok()?;
                    if part == "." {
                        break;
                    }
                    raw.push_str(&part);
                    raw.push_str("\r\n");
                }
                // Told before the answer: what is counted here may be taken twice by a broken sender,
                // never missed.
                give.send(Taken { to: to.clone(), raw }).ok()?;
                b"250 taken\r\n"
            }
            "QUIT" => b"221 bye\r\n",
            _ => b"250 ok\r\n",
        };
        stream.write_all(answer).ok()?;
    }
    Some(())
}

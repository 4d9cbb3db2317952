//! A folder for one test, the binary on it, and a running server that ends with the test.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::PathBuf,
    process::{Child, Command, Stdio},
};

use serde_json::Value as Json;

pub struct Trial {
    pub folder: tempfile::TempDir,
}

/// How a command ended.
#[derive(Debug, PartialEq)]
pub struct Ended {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Ended {
    pub fn json(&self) -> Json {
        serde_json::from_str(&self.out).unwrap_or_else(|it| panic!("{it}: {self:?}"))
    }
    #[track_caller]
    pub fn ok(self) -> Self {
        assert_eq!(self.code, Some(0), "{self:?}");
        self
    }
    #[track_caller]
    pub fn fails(self, code: i32, text: &str) -> Self {
        assert_eq!(self.code, Some(code), "{self:?}");
        assert!(self.err.contains(text) || self.out.contains(text), "{self:?}");
        self
    }
}

impl Trial {
    pub fn empty() -> Trial {
        Trial { folder: tempfile::tempdir().unwrap() }
    }
    /// With a store in it.
    pub fn new() -> Trial {
        let trial = Trial::empty();
        trial.run("init").ok();
        trial
    }
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("store")
    }
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
    pub fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_assent"));
        command.args(words).arg("--data").arg(self.data()).current_dir(self.folder.path());
        for (name, _) in std::env::vars_os().filter(|(it, _)| it.to_string_lossy().starts_with("ASSENT__")) {
            command.env_remove(name);
        }
        command
    }
    /// Runs a command of words without spaces.
    pub fn run(&self, words: &str) -> Ended {
        self.words(&words.split_whitespace().collect::<Vec<_>>())
    }
    pub fn words(&self, words: &[&str]) -> Ended {
        let output = self.command(words).output().unwrap();
        Ended {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
    pub fn serve(&self) -> Server {
        let mut child = self
            .command(&["serve", "--listen", "127.0.0.1:0"])
            .stderr(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let mut said = String::new();
        let address = loop {
            let line = lines.next().unwrap_or_else(|| panic!("the server ended: {said}")).unwrap();
            if let Some(address) = line.strip_prefix("listening on ").and_then(|it| it.split("://").nth(1)) {
                break address.to_owned();
            }
            said.push_str(&line);
        };
        // Somebody has to read on, or the server would wait for room.
        std::thread::spawn(move || lines.for_each(drop));
        Server { child, address }
    }
}

/// A server that is killed when the test ends.
pub struct Server {
    pub child: Child,
    pub address: String,
}

impl Server {
    /// The status of a GET.
    pub fn get(&self, path: &str) -> u16 {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer.split(' ').nth(1).unwrap().parse().unwrap()
    }
    /// Ends it as `kill` does, and answers with its exit code.
    pub fn terminate(&mut self) -> Option<i32> {
        self.signal("TERM");
        self.child.wait().unwrap().code()
    }
    pub fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        assert!(Command::new("sh").args(["-c", "kill -s \"$0\" \"$1\"", name, &id]).status().unwrap().success());
    }
    /// Ends it as a power cut would.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ended_before = self.child.kill();
        let _ended_before = self.child.wait();
    }
}

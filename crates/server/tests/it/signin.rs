//! Users get in and out by commands, with and without a running server.

use std::{
    io::{Read, Write},
    net::TcpStream,
    process::Stdio,
};

use crate::{
    sink::Sink,
    trial::{Ended, Server, Trial},
};

const ADDRESS: &str = "ada@example.com";
const GOOD: &str = "correct horse battery";

fn password(trial: &Trial, text: &str) -> Ended {
    let mut command = trial.command(&["user", "password", ADDRESS]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let text = |it: Vec<u8>| String::from_utf8(it).unwrap();
    Ended { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}

fn sign_in(server: &Server, password: &str) -> String {
    post(server, "/signin", &format!("address=ada%40example.com&password={}", password.replace(' ', "+")))
}

fn post(server: &Server, path: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(&server.address).unwrap();
    write!(
        stream,
        "POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn a_user_gets_a_password_a_session_and_is_signed_out() {
    let trial = Trial::new();
    trial.run(&format!("user add {ADDRESS} --first-name Ada --last-name Example --role marketer")).ok();
    trial.run(&format!("user invite {ADDRESS}")).fails(5, "server.base_url");
    password(&trial, "short\n").fails(2, "password: is too short");
    password(&trial, "").fails(2, "standard input");
    password(&trial, &format!("{GOOD}\n")).ok();
    let server = trial.serve();
    assert!(sign_in(&server, "wrong wrong wrong").starts_with("HTTP/1.1 403"));
    let answer = sign_in(&server, GOOD);
    assert!(answer.starts_with("HTTP/1.1 303") && answer.to_lowercase().contains("set-cookie: assent="), "{answer}");
    let open = trial.run("user sessions --json").ok().json();
    assert_eq!(open[0]["fullname"], "Ada Example");
    trial.run(&format!("user sign-out {ADDRESS}")).ok();
    assert!(trial.run("user sessions").ok().out.contains("nobody is signed in"));
    // Inside the server that holds the store, the caller's input is still the caller's.
    password(&trial, "another staple entirely\n").ok();
    assert!(sign_in(&server, GOOD).starts_with("HTTP/1.1 403"));
    assert!(sign_in(&server, "another staple entirely").starts_with("HTTP/1.1 303"));
    trial.run("backup before.db").ok();
    let link = trial.run(&format!("user invite {ADDRESS}")).ok().out;
    let path = link.trim().strip_prefix(&format!("http://{}", server.address)).unwrap();
    assert_eq!(server.get(path), 200);
    trial.run(&format!("user disable {ADDRESS}")).ok();
    assert_eq!(server.get(path), 410);
    trial.run(&format!("user link {ADDRESS}")).fails(3, "");
    assert!(trial.run("user sessions").ok().out.contains("nobody is signed in"));
    drop(server);
    trial.run("restore before.db --replace").ok();
    assert!(trial.run("user sessions").ok().out.contains("nobody is signed in"), "a backup brings no session back");
}

#[test]
fn a_forgotten_password_is_set_by_the_mail_that_comes() {
    let trial = Trial::new();
    trial.run(&format!("user add {ADDRESS} --first-name Ada --last-name Example --role marketer")).ok();
    let sink = Sink::start();
    let config = format!("[mail]\nsmtp_url = \"{}\"\nfrom_address = \"desk@example.org\"\n", sink.url);
    std::fs::write(trial.data().join("assent.toml"), config).unwrap();
    let server = trial.serve();
    assert!(post(&server, "/signin/forgot", "address=ada%40example.com").starts_with("HTTP/1.1 200"));
    let mail = sink.next();
    assert_eq!((mail.to.as_str(), mail.header("Subject")), (ADDRESS, Some("A new password")));
    assert!(!mail.raw.contains("secret-link"), "{}", mail.raw);
    let link = mail.link("/signin/");
    let path = link.strip_prefix(&format!("http://{}", server.address)).unwrap();
    assert_eq!(server.get(path), 200);
    let answer = post(&server, path, "password=correct+horse+battery&again=correct+horse+battery");
    assert!(answer.starts_with("HTTP/1.1 303"), "{answer}");
    assert!(sign_in(&server, GOOD).starts_with("HTTP/1.1 303"));
    assert_eq!(server.get(path), 410);
    trial.run("audit verify").ok();
}

use std::{
    io::{BufRead, BufReader, Write},
    os::unix::{fs::PermissionsExt, net::UnixStream},
    process::Stdio,
};

use crate::trial::Trial;

#[test]
fn commands_answer_the_same_through_a_server() {
    let trial = Trial::new();
    trial.run("token create laptop --role marketer").ok();
    let commands = [
        "token list",
        "token list --json",
        "user list --json",
        "consent settings",
        "export --entity systemuser --select fullname,assent_role",
        "export --entity nosuch",
        "export --entity nosuch --json",
        "token revoke nosuch",
        "intelligence status",
    ];
    let alone: Vec<_> = commands.iter().map(|it| trial.run(it)).collect();
    let server = trial.serve();
    for (command, alone) in commands.iter().zip(alone) {
        assert_eq!(trial.run(command), alone, "{command}");
    }
    drop(server);
}

#[test]
fn what_a_server_did_is_there_without_it() {
    let trial = Trial::new();
    let mut server = trial.serve();
    trial.run("user create ada@example.com --role marketer").ok();
    assert_eq!(server.terminate(), Some(0));
    assert!(trial.run("user list").ok().out.contains("ada@example.com"));
}

#[test]
fn paths_are_those_of_the_command_not_of_the_server() {
    let trial = Trial::new();
    let _server = trial.serve();
    let elsewhere = tempfile::tempdir().unwrap();
    let output = trial
        .command(&["export", "--entity", "systemuser", "--out", "users.csv"])
        .current_dir(elsewhere.path())
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    assert!(elsewhere.path().join("users.csv").exists());
}

#[test]
fn the_socket_is_for_its_owner_only() {
    let trial = Trial::new();
    let mut server = trial.serve();
    let socket = trial.data().join("assent.sock");
    assert_eq!(std::fs::metadata(&socket).unwrap().permissions().mode() & 0o777, 0o600);
    server.terminate();
    assert!(!socket.exists());
}

#[test]
fn a_long_folder_name_does_not_matter() {
    let trial = Trial::empty();
    let data = trial.folder.path().join("x".repeat(120));
    let run = |words: &[&str]| {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_assent"))
            .args(words)
            .arg("--data")
            .arg(&data)
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
    };
    run(&["init"]);
    let link = trial.data();
    std::os::unix::fs::symlink(&data, link).unwrap();
    let _server = trial.serve();
    run(&["token", "list"]);
}

#[test]
fn many_commands_at_once_wait_for_each_other() {
    let trial = Trial::new();
    let children: Vec<_> = (0..6)
        .map(|at| {
            let name = format!("t{at}");
            trial.command(&["token", "create", &name, "--role", "auditor"]).stdout(Stdio::null()).spawn().unwrap()
        })
        .collect();
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    assert_eq!(trial.run("token list --json").ok().json().as_array().unwrap().len(), 6);
    trial.run("audit verify").ok();
}

#[test]
fn a_crashed_socket_is_replaced() {
    let trial = Trial::new();
    trial.serve().kill();
    assert!(trial.data().join("assent.sock").exists(), "the kill left it");
    trial.run("token list").ok();
    let server = trial.serve();
    assert_eq!(server.get("/healthz"), 200);
    trial.run("token list").ok();
}

/// A command that means another store is not carried out on the one that is open.
#[test]
fn a_server_answers_for_its_own_store_only() {
    let trial = Trial::new();
    let _server = trial.serve();
    let version = trial.run("--version").ok().out;
    let version = version.trim().rsplit(' ').next().unwrap().to_owned();
    for (store, code, text) in
        [(serde_json::Value::Null, 0, ""), (serde_json::json!("db.example.org/other"), 4, "has another store")]
    {
        let mut stream = UnixStream::connect(trial.data().join("assent.sock")).unwrap();
        let command = serde_json::json!({ "Token": "List" });
        let ask = serde_json::json!({ "version": version, "json": false, "store": store, "command": command });
        writeln!(stream, "{ask}").unwrap();
        let said: Vec<String> = BufReader::new(stream).lines().map(Result::unwrap).collect();
        assert_eq!(said.last().unwrap(), &format!("{{\"exit\":{code}}}"), "{said:?}");
        assert!(said.concat().contains(text), "{said:?}");
    }
}

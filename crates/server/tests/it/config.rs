use crate::trial::Trial;

#[test]
fn an_unknown_key_is_an_error_with_a_suggestion() {
    let trial = Trial::new();
    std::fs::write(trial.data().join("assent.toml"), "[server]\nlistn = \"127.0.0.1:1\"\n").unwrap();
    trial.run("token list").fails(2, "did you mean server.listen?");
    std::fs::remove_file(trial.data().join("assent.toml")).unwrap();
    let output = trial.command(&["token", "list"]).env("ASSENT__LOG__LEVL", "debug").output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("did you mean log.level?"));
}

#[test]
fn the_environment_names_the_folder() {
    let trial = Trial::new();
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_assent"))
        .args(["token", "list"])
        .env("ASSENT__DATA", trial.data())
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
}

#[test]
fn a_secret_comes_from_a_file() {
    let trial = Trial::new();
    std::fs::write(trial.file("secret"), "ftp://wrong\n").unwrap();
    let file = trial.file("secret");
    let text = format!("[mail]\nfrom_address = \"a@example.com\"\nsmtp_url_file = \"{}\"\n", file.display());
    std::fs::write(trial.data().join("assent.toml"), text).unwrap();
    trial.run("token list").fails(2, "mail.smtp_url: starts with smtps://");
}

#[test]
fn a_role_that_groups_should_give_and_that_is_not_here_is_named() {
    let trial = Trial::new();
    let text = "[oidc]\nissuer = \"https://id.example.org\"\nclient_id = \"assent\"\nroles = \"all=auditor, north=Branch north\"\n";
    std::fs::write(trial.data().join("assent.toml"), text).unwrap();
    trial.run("doctor").fails(1, "oidc.roles: 'Branch north' is no role here");
    // It is made while the server runs, so the server runs.
    assert_eq!(trial.serve().get("/healthz"), 200);
}

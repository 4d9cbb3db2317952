use std::os::unix::fs::PermissionsExt;

use crate::trial::Trial;

#[test]
fn init_makes_a_store_once() {
    let trial = Trial::empty();
    assert_eq!(trial.run("init --json").ok().json()["made"], true);
    let rows = trial.run("audit verify --json").ok().json()["rows"].clone();
    std::fs::write(trial.data().join("assent.toml"), "[log]\nlevel = \"warn\"\n").unwrap();
    assert_eq!(trial.run("init --json").ok().json()["made"], false);
    assert_eq!(trial.run("audit verify --json").ok().json()["rows"], rows);
    assert!(std::fs::read_to_string(trial.data().join("assent.toml")).unwrap().contains("warn"));
    assert_eq!(std::fs::metadata(trial.data()).unwrap().permissions().mode() & 0o777, 0o700);
}

#[test]
fn the_distributed_layout_is_printed_and_needs_a_server() {
    let trial = Trial::empty();
    let printed = trial.run("init --distributed citus --print").ok();
    for part in [
        "CREATE EXTENSION IF NOT EXISTS citus;",
        r#"create_distributed_table('"contact"', 'contactid', colocate_with => 'none');"#,
        r#"create_distributed_table('"lead"', 'leadid', colocate_with => '"contact"');"#,
        r#"create_distributed_table('"msgdpr_gdprconsentchangerecord"', 'assent_home', colocate_with => '"contact"');"#,
        r#"create_reference_table('"systemuser"');"#,
        "citus_add_local_table_to_metadata('assent_audit');",
    ] {
        assert!(printed.out.contains(part), "{part}");
    }
    trial.run("init --distributed citus").fails(2, "--database postgres://");
    trial.run("init --print").fails(2, "--distributed");
    assert!(!trial.data().exists(), "nothing was made");
}

#[test]
fn a_folder_without_a_store_says_what_to_do() {
    let trial = Trial::empty();
    for command in ["token list", "serve --listen 127.0.0.1:0"] {
        trial.run(command).fails(3, "assent init --data");
    }
    assert!(!trial.data().exists());
}

#[test]
fn a_token_is_alone_on_standard_output() {
    let trial = Trial::new();
    let made = trial.run("token create laptop --role marketer").ok();
    let token = made.out.strip_suffix('\n').unwrap();
    assert!(token.len() >= 32 && !token.contains(char::is_whitespace), "{made:?}");
    assert_eq!(made.err, "");
    assert_eq!(trial.run("token list --json").ok().json()[0]["state"], "valid");
    trial.run("token revoke laptop").ok();
    assert_eq!(trial.run("token list --json").ok().json()[0]["state"], "revoked");
    trial.run("token revoke laptop").fails(3, "laptop");
    trial.run("token create laptop --role emperor").fails(2, "privacy-officer");
    let database = std::fs::read(trial.data().join("assent.db")).unwrap();
    assert!(!database.windows(token.len()).any(|it| it == token.as_bytes()), "the token itself is not stored");
}

#[test]
fn users() {
    let trial = Trial::new();
    trial.run("user create ada@example.com --first-name Ada --last-name Example --role marketer").ok();
    trial.run("user create Ada@example.com --role marketer").fails(4, "another user has this address");
    trial.run("user create nobody --role marketer").fails(2, "internalemailaddress");
    assert_eq!(trial.run("user role ada@example.com auditor --json").ok().json()["role"], "auditor");
    assert_eq!(trial.run("user disable ada@example.com --json").ok().json()["disabled"], true);
    assert_eq!(trial.run("user enable ada@example.com --json").ok().json()["disabled"], false);
    trial.run("user role bob@example.com auditor").fails(3, "no user has this address");
    // Where two have an address, the command does not choose; addresses may meet by the Web API.
    let second = trial.run("user create eve@example.com --role marketer").ok().out;
    let both = "import people.csv --entity systemuser --mapping people.toml";
    std::fs::write(trial.file("people.csv"), "name,mail\nEva,eve@example.com\n").unwrap();
    let mapping = "entity = \"systemuser\"\nheader = true\nmatch = [\"lastname\"]\ncolumns = [\"lastname\", \"internalemailaddress\"]\n";
    std::fs::write(trial.file("people.toml"), mapping).unwrap();
    trial.run(both).ok();
    trial.run("user disable eve@example.com").fails(4, second.trim());
    assert_eq!(trial.words(&["user", "disable", second.trim(), "--json"]).ok().json()["disabled"], true);
    let list = trial.run("user list --json").ok().json();
    assert!(list.as_array().unwrap().iter().any(|it| it["fullname"] == "Ada Example"), "{list}");
}

#[test]
fn intelligence_needs_the_acceptance() {
    let trial = Trial::new();
    trial.run("intelligence enable").fails(2, "--accept-privacy-statement");
    assert_eq!(trial.run("intelligence status --json").ok().json()["enabled"], false);
    trial.run("intelligence enable --accept-privacy-statement").ok();
    assert_eq!(trial.run("intelligence status --json").ok().json()["enabled"], true);
    trial.run("export --entity contact --select msdyn_gdproptout").ok();
    let again = trial.run("intelligence enable --accept-privacy-statement --json").ok().json();
    assert_eq!(again["changed"], false);
}

#[test]
fn doctor() {
    let trial = Trial::new();
    let found = trial.run("doctor --json").ok().json();
    assert_eq!(found["ok"], true);
    for check in found["checks"].as_array().unwrap() {
        assert_ne!(check["state"], "failed", "{found}");
    }
}

#[test]
fn wrong_usage_ends_with_2_and_errors_are_json_where_wanted() {
    let trial = Trial::new();
    trial.run("tokens").fails(2, "token");
    let error = trial.run("export --entity contacts --json").fails(3, "contacts").err;
    let error: serde_json::Value = serde_json::from_str(&error).unwrap();
    assert!(error["error"]["message"].is_string(), "{error}");
}

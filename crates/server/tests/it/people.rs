//! Import, consent and data subject requests, from the command line.

use crate::trial::Trial;

const MAPPING: &str = r#"
entity = "contact"
header = true
match = ["emailaddress1"]

columns = ["firstname", "lastname", "emailaddress1"]
"#;

fn with_contacts() -> Trial {
    let trial = Trial::new();
    std::fs::write(trial.file("people.toml"), MAPPING).unwrap();
    let rows = "first,last,mail\nAda,Example,ada@example.com\nBob,Example,bob@example.com\nNobody,Example,nowhere\n";
    std::fs::write(trial.file("people.csv"), rows).unwrap();
    trial
}

const IMPORT: &str = "import people.csv --entity contact --mapping people.toml --json";

#[test]
fn import_and_back() {
    let trial = with_contacts();
    let tried = trial.run(&format!("{IMPORT} --dry-run")).ok().json();
    assert_eq!((&tried["created"], &tried["refused"]), (&2.into(), &1.into()), "{tried}");
    assert_eq!(trial.run("export --entity contact --json").ok().json(), serde_json::json!([]));
    let done = trial.run(IMPORT).ok().json();
    assert_eq!((&done["created"], &done["refused"]), (&2.into(), &1.into()), "{done}");
    assert_eq!(trial.run(IMPORT).ok().json()["unchanged"], 2);
    let undone = trial.run(&format!("import undo {} --json", done["batch"].as_str().unwrap())).ok().json();
    assert_eq!(undone["deleted"], 2, "{undone}");
    trial.run("import people.csv").fails(2, "--mapping");
    trial.run("import none.csv --entity contact --mapping people.toml").fails(3, "none.csv");
}

#[test]
fn consent_is_set_with_a_reason_and_shown() {
    let trial = with_contacts();
    trial.run(IMPORT).ok();
    assert_eq!(trial.run("consent settings --json").ok().json()["logging"], false);
    assert_eq!(trial.run("consent settings --log on --json").ok().json()["logging"], true);
    trial.words(&["consent", "set", "ada@example.com", "marketing", "--because", "signed form 17"]).ok();
    let shown = trial.run("consent show ada@example.com --json").ok().json();
    assert_eq!(shown["level"], "marketing");
    assert_eq!(shown["changes"][0]["justification"], "signed form 17", "{shown}");
    trial.run("consent show eve@example.com").fails(3, "contact");
    trial.run("consent set ada@example.com everything --because x").fails(2, "msgdpr_gdprconsent");
    trial.run("consent why ada@example.com nothing").fails(3, "msdyncrm_marketingemail");
}

#[test]
fn an_access_request_ends_with_a_package() {
    let trial = with_contacts();
    trial.run(IMPORT).ok();
    let request = trial.run("request open --email ada@example.com --type access --json").ok().json();
    let (id, number) = (request["id"].as_str().unwrap(), request["number"].as_str().unwrap());
    trial.run(&format!("request run {id} --out answers")).fails(4, "");
    assert!(std::fs::read_dir(trial.file("answers")).unwrap().next().is_none(), "no draft is left");
    let plan = trial.run(&format!("request plan {number} --json")).ok().json();
    assert_eq!(plan["state"], "planned");
    assert!(!plan["plan"]["items"].as_array().unwrap().is_empty());
    trial.run(&format!("request approve {id}")).ok();
    let done = trial.run(&format!("request run {id} --out answers --json")).ok().json();
    let file = done["file"].as_str().unwrap();
    assert!(std::fs::read(file).unwrap().starts_with(b"PK"));
    assert_eq!(trial.run(&format!("request show {id} --json")).ok().json()["state"], "completed");
}

#[test]
fn an_erasure_leaves_a_proof_and_survives_a_restore() {
    let trial = with_contacts();
    trial.run(IMPORT).ok();
    trial.run("backup copy.db").ok();
    let server = trial.serve();
    let shown = trial.run("erase ada@example.com --out answers").ok();
    assert!(shown.err.contains("nothing was erased"), "{shown:?}");
    let done = trial.run("erase ada@example.com --out answers --yes --json").ok().json();
    assert!(done["proof"].is_object(), "{done}");
    assert!(std::path::Path::new(done["file"].as_str().unwrap()).exists());
    drop(server);
    let left = "export --entity contact --select emailaddress1";
    assert_eq!(trial.run(left).ok().out, "emailaddress1\nbob@example.com\n");
    let restored = trial.run("restore copy.db --replace --json").ok().json();
    assert_eq!(restored["erasures_repeated"], 1);
    assert_eq!(trial.run(left).ok().out, "emailaddress1\nbob@example.com\n");
    trial.run("audit verify").ok();
    trial.run("doctor").ok();
    assert_eq!(trial.run(IMPORT).ok().json()["suppressed"], 1);
}

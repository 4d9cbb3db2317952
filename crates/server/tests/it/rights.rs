//! Objection, restriction, suppression, receipts and merging, from the command line.

use serde_json::{Value as Json, json};

use crate::trial::Trial;

const MAPPING: &str = r#"
entity = "contact"
header = true
match = ["emailaddress1"]

columns = ["firstname", "lastname", "emailaddress1"]
"#;

/// Ada and Bob at level marketing, with change records.
fn with_consent() -> Trial {
    let trial = Trial::new();
    std::fs::write(trial.file("people.toml"), MAPPING).unwrap();
    let rows = "first,last,mail\nAda,Example,ada@example.com\nBob,Example,bob@example.com\n";
    std::fs::write(trial.file("people.csv"), rows).unwrap();
    trial.run("import people.csv --mapping people.toml").ok();
    trial.run("consent settings --log on").ok();
    for who in ["ada", "bob"] {
        trial.run(&format!("consent set {who}@example.com marketing --because form-17")).ok();
    }
    trial
}

fn level(trial: &Trial, who: &str) -> Json {
    trial.run(&format!("consent show {who}@example.com --json")).ok().json()["level"].clone()
}

#[test]
fn an_objection_lowers_and_is_not_lifted() {
    let trial = with_consent();
    let done = trial.run("consent object ada@example.com --source letter --json").ok().json();
    assert_eq!(done, json!({ "contacts": 1, "lowered": 1, "leads": 0, "noted": true }));
    assert_eq!((level(&trial, "ada"), level(&trial, "bob")), (json!("transactional"), json!("marketing")));
    let told = trial.run("suppression explain ada@example.com --json").ok().json();
    assert_eq!((&told["suppressed"], &told["entries"][0]["reason"]), (&json!(true), &json!("objection")), "{told}");
    trial.run("suppression lift ada@example.com --because mistake").fails(4, "only they can end that");
    trial.run("suppression lift bob@example.com --because mistake").fails(3, "nothing in force");
    trial.run("consent object nobody").fails(2, "email");
    assert_eq!(trial.run("suppression explain bob@example.com --json").ok().json()["suppressed"], false);
}

#[test]
fn a_list_is_taken_over_and_lifted_with_a_reason() {
    let trial = with_consent();
    std::fs::write(trial.file("list.txt"), "email\nada@example.com\nnonsense\n").unwrap();
    let tried = trial.run("suppression import list.txt --reason objection --dry-run --json").ok().json();
    assert_eq!((&tried["added"], &tried["lowered"], &tried["malformed"]), (&json!(1), &json!(1), &json!([3])));
    assert_eq!(trial.run("suppression explain ada@example.com --json").ok().json()["suppressed"], false);
    assert_eq!(level(&trial, "ada"), "marketing");
    assert_eq!(trial.run("suppression import list.txt --json").ok().json()["added"], 1);
    assert_eq!(level(&trial, "ada"), "marketing", "a list alone lowers nobody");
    trial.run("suppression lift ada@example.com").fails(2, "--because");
    let done = trial.words(&["suppression", "lift", "ada@example.com", "--because", "old list", "--json"]).ok().json();
    assert_eq!(done, json!({ "lifted": 1, "kept": [] }));
    let told = trial.run("suppression explain ada@example.com --json").ok().json();
    assert_eq!((&told["suppressed"], told["entries"].as_array().unwrap().len()), (&json!(false), 1), "{told}");
    let entry = told["entries"][0]["id"].as_str().unwrap();
    let history = trial.run(&format!("audit show assent_suppression {entry}")).ok().out;
    assert!(history.contains("old list"), "{history}");
    trial.run("suppression import none.txt").fails(3, "none.txt");
    trial.run("suppression explain nobody").fails(2, "address");
}

#[test]
fn restriction_goes_on_and_off_with_a_reason() {
    let trial = with_consent();
    let on = ["consent", "restrict", "ada@example.com", "on", "--because", "accuracy contested", "--json"];
    let done = trial.words(&on).ok().json();
    assert_eq!((&done["restricted"], &done["changed"]), (&json!(true), &json!(true)), "{done}");
    assert_eq!(trial.words(&on).ok().json()["changed"], false);
    let history = trial.run(&format!("audit show contact {}", done["contact"].as_str().unwrap())).ok().out;
    assert!(history.contains("accuracy contested"), "{history}");
    trial.run("consent restrict ada@example.com off --because checked").ok();
    trial.run("consent restrict ada@example.com off").fails(2, "--because");
    trial.run("consent restrict eve@example.com on --because x").fails(3, "contact");
}

#[test]
fn receipts_of_a_record_and_of_a_person() {
    let trial = with_consent();
    let shown = trial.run("consent show ada@example.com --json").ok().json();
    let record = shown["changes"][0]["record"].as_str().unwrap();
    let of_person = trial.run("consent receipt ada@example.com").ok().json();
    assert_eq!(of_person["dct:identifier"], format!("{record}-receipt"), "{of_person}");
    let of_record = trial.run(&format!("consent receipt {record} --format kantara --json")).ok().json();
    assert_eq!((&of_record["version"], &of_record["consentReceiptID"]), (&json!("KI-CR-v1.1.0"), &json!(record)));
    let of_contact = trial.run(&format!("consent receipt {}", shown["contact"].as_str().unwrap())).ok().json();
    assert_eq!(of_contact["dct:identifier"], of_person["dct:identifier"]);
    trial.run("consent receipt 0190c6a8-0000-7000-8000-000000000001").fails(3, "no consent change record");
    trial.run("consent receipt ada@example.com --format pdf").fails(2, "kantara");
}

#[test]
fn the_evidence_is_written_to_a_file() {
    let trial = with_consent();
    trial.run("consent set ada@example.com none --because =letter").ok();
    let table = trial.run("consent export").ok().out;
    assert_eq!(table.lines().count(), 4, "{table}");
    assert!(table.starts_with("record,contact,name,email,previous_level,") && table.contains(",'=letter,"), "{table}");
    let one = trial.run("consent export --contact bob@example.com --level 4 --json").ok().json();
    assert_eq!((&one[0]["email"], &one[0]["justification"]), (&json!("bob@example.com"), &json!("form-17")), "{one}");
    assert_eq!(trial.run("consent export --until 2020-01-01 --json").ok().json(), json!([]));
    trial.run("consent export --format xlsx").fails(2, "--out");
    let done = trial.run("consent export --format xlsx --out all.xlsx --json").ok().json();
    assert_eq!(done["rows"], 3);
    assert!(std::fs::read(trial.file("all.xlsx")).unwrap().starts_with(b"PK"));
    trial.run("consent export --out all.xlsx").fails(4, "exists");
    trial.run("consent export --from yesterday").fails(2, "--from");
    trial.run("consent export --form nosuch").fails(3, "msdyncrm_marketingform");
}

#[test]
fn many_are_lowered_only_in_the_number_that_was_confirmed() {
    let trial = with_consent();
    let lower = |more: &[&str]| {
        let words = ["consent", "lower", "--filter", "lastname eq 'Example'", "--to", "subscriptions", "--json"];
        trial.words(&[&words[..], more].concat())
    };
    let tried = lower(&[]).ok().json();
    assert_eq!(tried, json!({ "contacts": 2, "lowered": 2, "to": "subscriptions", "dry_run": true, "batch": null }));
    assert_eq!(level(&trial, "ada"), "marketing");
    lower(&["--yes"]).fails(2, "--expect");
    lower(&["--expect", "3", "--yes"]).fails(4, "another-number");
    assert_eq!(level(&trial, "ada"), "marketing");
    let done = lower(&["--expect", "2", "--yes"]).ok().json();
    assert_eq!(done["lowered"], 2);
    assert_eq!((level(&trial, "ada"), level(&trial, "bob")), (json!("subscriptions"), json!("subscriptions")));
    let batch = done["batch"].as_str().unwrap();
    trial.run(&format!("consent undo {batch}")).fails(2, "--because");
    let tried = trial.run(&format!("consent undo {batch} --because mistake --dry-run --json")).ok().json();
    assert_eq!((&tried["restored"], level(&trial, "ada")), (&json!(2), json!("subscriptions")));
    trial.run(&format!("consent undo {batch} --because mistake")).ok();
    assert_eq!((level(&trial, "ada"), level(&trial, "bob")), (json!("marketing"), json!("marketing")));
    trial.run("consent undo 0190c6a8-0000-7000-8000-000000000001 --because x").fails(3, "no list");
}

#[test]
fn levels_are_shown_and_described() {
    let trial = Trial::new();
    let text = trial.run("consent levels").ok().out;
    assert!(text.contains("4 marketing  https://w3id.org/dpv#DirectMarketing"), "{text}");
    let words = ["consent", "levels", "marketing", "--language", "de", "--label", "Angebote", "--json"];
    assert_eq!(trial.words(&words).ok().json()[0]["label"]["de"], "Angebote");
    assert!(trial.run("consent levels 4").ok().out.contains("de  Angebote: "));
    trial.run("consent levels --label x").fails(2, "LEVEL");
    trial.run("consent levels none --label x").fails(2, "level 0");
    assert_eq!(trial.run("consent proof ada@example.com --json").ok().json(), json!([]));
}

#[test]
fn one_contact_goes_into_another() {
    let trial = with_consent();
    trial.run("consent object bob@example.com").ok();
    let done = trial.run("contact merge ada@example.com bob@example.com --json").ok().json();
    assert!(done["kept"].is_string() && done["kept"] != done["merged"], "{done}");
    assert_eq!(level(&trial, "ada"), "transactional", "an objection of either holds");
    trial.run("contact merge bob@example.com ada@example.com").fails(4, "merged itself");
    trial.run("contact merge ada@example.com ada@example.com").fails(2, "another one");
    trial.run("contact merge ada@example.com eve@example.com").fails(3, "contact");
}

/// Opens, plans, approves and runs; the plan and what came of it.
fn carried_out(trial: &Trial, kind: &str, email: &str) -> (Json, Json) {
    let id = trial.run(&format!("request open --email {email} --type {kind}")).ok().out;
    let id = id.trim();
    trial.run(&format!("request run {id}")).fails(4, "plan and approve it first");
    let plan = trial.run(&format!("request plan {id} --json")).ok().json();
    assert_eq!((&plan["state"], &plan["type"]), (&json!("planned"), &json!(kind)), "{plan}");
    trial.run(&format!("request approve {id}")).ok();
    let done = trial.run(&format!("request run {id} --json")).ok().json();
    let shown = trial.run(&format!("request show {id} --json")).ok().json();
    assert_eq!((&shown["state"], &shown["result"]), (&json!("completed"), &done["result"]), "{shown}");
    assert!(shown["plan"]["items"].as_array().unwrap().iter().all(|it| it["verified"] == true), "{shown}");
    (plan, done)
}

#[test]
fn requests_of_objection_and_restriction_are_carried_out() {
    let trial = with_consent();
    let (plan, done) = carried_out(&trial, "objection", "ada@example.com");
    assert!(plan["plan"]["items"].as_array().unwrap().iter().any(|it| it["action"] == "changed"), "{plan}");
    assert!(done["result"].as_str().unwrap().contains("of them lowered to level 2: 1"), "{done}");
    assert_eq!(level(&trial, "ada"), "transactional");
    assert_eq!(trial.run("suppression explain ada@example.com --json").ok().json()["suppressed"], true);
    let (_, done) = carried_out(&trial, "restriction", "bob@example.com");
    assert!(done["result"].as_str().unwrap().contains("Contacts marked: 1"), "{done}");
    let again = ["consent", "restrict", "bob@example.com", "on", "--because", "again", "--json"];
    assert_eq!(trial.words(&again).ok().json()["changed"], false);
    // An address that no record carries can be objected for, but there is nothing to restrict.
    carried_out(&trial, "objection", "eve@example.com");
    let id = trial.run("request open --email eve@example.com --type restriction").ok().out;
    trial.run(&format!("request plan {}", id.trim())).fails(3, "nothing to restrict");
    // Who takes the address after the approval was not in the plan.
    let late = trial.run("request open --email cara@example.com --type objection").ok().out;
    trial
        .run(&format!("request plan {} --subject contact:0190c6a8-0000-7000-8000-000000000001", late.trim()))
        .fails(2, "leave this out");
    trial.run(&format!("request plan {}", late.trim())).ok();
    trial.run(&format!("request approve {}", late.trim())).ok();
    std::fs::write(trial.file("people.csv"), "first,last,mail\nCara,Example,cara@example.com\n").unwrap();
    trial.run("import people.csv --mapping people.toml").ok();
    trial.run(&format!("request run {}", late.trim())).fails(4, "plan and approve again");
    let access = trial.run("request open --email bob@example.com --type access").ok().out;
    trial.run(&format!("request plan {}", access.trim())).ok();
    trial.run(&format!("request approve {}", access.trim())).ok();
    trial.run(&format!("request run {}", access.trim())).fails(2, "--out");
}

#[test]
fn a_plan_is_honoured_in_part_with_its_reason() {
    let trial = with_consent();
    let id = trial.run("request open --email ada@example.com --type access").ok().out;
    let id = id.trim();
    let hold = |more: &[&str]| trial.words(&[&["request", "hold", id, "--entity", "contact"], more].concat());
    hold(&["--column", "firstname", "--ground", "others"]).fails(4, "only a plan");
    trial.run(&format!("request plan {id}")).ok();
    hold(&["--column", "firstname"]).fails(2, "--ground");
    hold(&["--column", "nothing", "--ground", "others"]).fails(2, "nothing");
    let planned = hold(&["--column", "firstname", "--ground", "Another person's name", "--json"]).ok().json();
    let items = planned["plan"]["items"].as_array().unwrap();
    let held = items.iter().find(|it| it["entity"] == "contact" && it["column"] == "firstname").unwrap();
    assert!(held["ground"].as_str().unwrap().contains("Another person's name"), "{held}");
    trial.run(&format!("request approve {id}")).fails(2, "name the reason");
    trial.run(&format!("request approve {id} --reason rights-of-others")).fails(2, "--text");
    trial.words(&["request", "approve", id, "--reason", "because", "--text", "x"]).fails(2, "rights-of-others");
    let approved = trial.words(&[
        "request",
        "approve",
        id,
        "--reason",
        "rights-of-others",
        "--text",
        "It names another",
        "--json",
    ]);
    assert_eq!(approved.ok().json()["state"], "approved");
    // Put back, the plan waits again, and needs no reason.
    assert_eq!(hold(&["--column", "firstname", "--put-back", "--json"]).ok().json()["state"], "planned");
    trial.run(&format!("request approve {id}")).ok();
}

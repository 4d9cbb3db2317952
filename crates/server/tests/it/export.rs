use crate::trial::Trial;

#[test]
fn a_table_and_json() {
    let trial = Trial::new();
    for (first, mail) in [("Ada", "ada"), ("\"Bob\",", "bob")] {
        let mail = format!("{mail}@example.com");
        trial.words(&["user", "create", &mail, "--role", "marketer", "--first-name", first]).ok();
    }
    let base = "export --entity systemuser --select firstname,assent_role,isdisabled --order firstname";
    let table =
        trial.words(&[&base.split(' ').collect::<Vec<_>>()[..], &["--filter", "assent_role eq 'marketer'"]].concat());
    assert_eq!(
        table.ok().out,
        "firstname,assent_role,isdisabled\n\"\"\"Bob\"\",\",marketer,false\nAda,marketer,false\n"
    );
    let json = trial.run(&format!("{base} --json")).ok().json();
    assert!(json.as_array().unwrap().iter().any(|it| it["firstname"] == "Ada" && it["isdisabled"] == false));
    trial.run("export --entity systemuser --out users.csv").ok();
    assert!(std::fs::read_to_string(trial.file("users.csv")).unwrap().starts_with("systemuserid,"));
    trial.run("export --entity systemuser --out users.csv").fails(4, "exists");
    trial.run("export --entity systemuser --select nosuch").fails(2, "nosuch");
    trial.run("export --entity assent_token --select assent_hash").fails(2, "assent_hash");
    trial.run("export --entity systemuser --filter firstname").fails(2, "--filter");
}

#[test]
fn an_empty_entity_is_an_empty_table() {
    let trial = Trial::new();
    assert_eq!(trial.run("export --entity lead --select fullname").ok().out, "fullname\n");
    assert_eq!(trial.run("export --entity lead --json").ok().json(), serde_json::json!([]));
}

#[test]
fn submissions_are_a_table_like_others() {
    let trial = Trial::empty();
    trial.run("demo --prepare-only --contacts 5").ok();
    let export = |more: &[&str]| trial.words(&[&["form", "export", "Garden letter"], more].concat());
    assert!(export(&[]).ok().out.starts_with("submission,at,state,failure"));
    assert!(export(&["--json"]).ok().json().is_array());
    export(&["--format", "xlsx"]).fails(2, "--out");
    export(&["--format", "xlsx", "--out", "sent.xlsx"]).ok();
    assert!(std::fs::read(trial.file("sent.xlsx")).unwrap().starts_with(b"PK"));
    export(&["--out", "sent.xlsx"]).fails(4, "exists");
}

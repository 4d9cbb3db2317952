use rusqlite::Connection;

use crate::trial::Trial;

/// A store with a few rows in its trail.
fn audited() -> Trial {
    let trial = Trial::new();
    for name in ["one", "two", "three"] {
        trial.run(&format!("token create {name} --role auditor")).ok();
    }
    trial
}

fn database(trial: &Trial) -> Connection {
    Connection::open(trial.data().join("assent.db")).unwrap()
}

#[test]
fn a_whole_trail_verifies() {
    let trial = audited();
    let verdict = trial.run("audit verify --json").ok().json();
    assert_eq!(verdict["whole"], true);
    assert!(verdict["rows"].as_i64().unwrap() >= 3);
    assert_eq!(verdict["head"].as_str().unwrap().len(), 64);
}

#[test]
fn a_changed_byte_is_found_and_named() {
    for column in ["reason", "actor", "columns", "plain", "sealed", "record", "prev", "hash"] {
        let trial = audited();
        let change = format!("UPDATE assent_audit SET {column} = x'00' WHERE seq = 2");
        assert_eq!(database(&trial).execute(&change, []).unwrap(), 1);
        let verdict = trial.run("audit verify --json").fails(1, "").json();
        assert_eq!((&verdict["whole"], &verdict["broken"]["row"]), (&false.into(), &2.into()), "{column}");
    }
}

#[test]
fn a_row_that_is_gone_is_found_in_the_middle_and_by_its_head_at_the_end() {
    let trial = audited();
    let head = trial.run("audit verify --json").ok().json()["head"].as_str().unwrap().to_owned();
    trial.run(&format!("audit verify --head {head}")).ok();
    let delete = "DELETE FROM assent_audit WHERE seq = (SELECT MAX(seq) FROM assent_audit)";
    assert_eq!(database(&trial).execute(delete, []).unwrap(), 1);
    trial.run(&format!("audit verify --head {head}")).fails(1, "the end was cut off");
    assert_eq!(database(&trial).execute("DELETE FROM assent_audit WHERE seq = 2", []).unwrap(), 1);
    trial.run("audit verify").fails(1, "BROKEN at row 3");
    trial.run("doctor").fails(1, "broken at row 3");
}

#[test]
fn the_history_of_a_record() {
    let trial = audited();
    let user = trial.run("user create ada@example.com --role marketer").ok().out;
    trial.run("user role ada@example.com auditor").ok();
    let history = trial.words(&["audit", "show", "systemuser", user.trim(), "--json"]).ok().json();
    assert_eq!(history[0]["operation"], "create");
    assert_eq!(history[1]["values"]["assent_role"], serde_json::json!(["marketer", "auditor"]));
    assert_eq!(history[1]["reason"], "command line");
}

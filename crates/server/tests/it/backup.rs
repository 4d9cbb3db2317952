use crate::trial::Trial;

fn users(trial: &Trial) -> usize {
    trial.run("user list --json").ok().json().as_array().unwrap().len()
}

#[test]
fn a_backup_while_serving_comes_back() {
    let trial = Trial::new();
    trial.run("user create ada@example.com --role marketer").ok();
    let before = users(&trial);
    let mut server = trial.serve();
    let made = trial.run("backup copy.db --json").ok().json();
    assert_eq!(made["sha256"].as_str().unwrap().len(), 64);
    trial.run("backup copy.db").fails(4, "exists");
    trial.run("user create bob@example.com --role marketer").ok();
    trial.run("restore copy.db --replace").fails(5, "in use by process");
    server.terminate();
    trial.run("restore copy.db").fails(4, "--replace");
    trial.run("restore copy.db --replace").ok();
    assert_eq!(users(&trial), before);
    trial.run("audit verify").ok();
    let server = trial.serve();
    assert_eq!(server.get("/healthz"), 200);
}

#[test]
fn a_damaged_backup_is_refused_and_the_store_stays() {
    let trial = Trial::new();
    trial.run("backup copy.db").ok();
    trial.run("user create ada@example.com --role marketer").ok();
    let before = users(&trial);
    let mut bytes = std::fs::read(trial.file("copy.db")).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(trial.file("copy.db"), bytes).unwrap();
    trial.run("restore copy.db --replace").fails(2, "damaged");
    trial.run("restore none.db --replace").fails(3, "does not exist");
    assert_eq!(users(&trial), before);
}

#[test]
fn a_backup_makes_a_store_elsewhere() {
    let trial = Trial::new();
    trial.run("token create laptop --role marketer").ok();
    trial.run("backup copy.db").ok();
    let other = Trial::empty();
    let file = trial.file("copy.db");
    other.words(&["restore", file.to_str().unwrap()]).ok();
    assert_eq!(other.run("token list --json").ok().json()[0]["name"], "laptop");
}

/// What is in the folder of a node is not its store, and what is in the database would stay as it is.
#[test]
fn a_store_on_a_server_is_not_restored_beside_it() {
    let trial = Trial::new();
    trial.run("backup copy.db").ok();
    let before = std::fs::read(trial.data().join("vault.db")).unwrap();
    let url = "postgres://nobody@127.0.0.1:1/none";
    for words in
        [vec!["restore", "copy.db", "--replace", "--database", url], vec!["restore", "copy.db", "--database", url]]
    {
        trial.words(&words).fails(2, "assent copy --to-database");
    }
    assert_eq!(std::fs::read(trial.data().join("vault.db")).unwrap(), before);
}

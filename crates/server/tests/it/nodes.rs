//! Two servers on one database: one dies under load, and nothing is lost or done twice. And the way of a
//! store from a folder to a database server and back.
#![expect(clippy::print_stdout, reason = "a test says what it skips")]

use std::{
    collections::HashSet,
    fs,
    sync::{
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    time::Duration,
};

use serde_json::json;

use crate::{
    sink::Sink,
    story::{Desk, post, token},
    trial::Trial,
};

/// The URL of a database of this name on the server that tests have; none, said loudly, where they have none.
fn database(name: &str) -> Option<String> {
    let Some((_, url)) = std::env::vars().find(|(it, _)| it == "ASSENT_TEST_POSTGRES") else {
        println!("SKIPPED: no database server; run it with: scripts/postgres.sh cargo test");
        return None;
    };
    let (server, _) = url.rsplit_once('/').unwrap();
    Some(format!("{server}/{name}_{}", std::process::id()))
}

/// A folder whose store lies in that database.
fn node(url: &str, more: &str) -> Trial {
    let trial = Trial::empty();
    fs::create_dir_all(trial.data()).unwrap();
    fs::write(trial.data().join("assent.toml"), format!("[store]\ndatabase = \"{url}\"\n{more}")).unwrap();
    trial
}

/// Tells the callers to end when it is dropped.
struct Done<'o>(&'o AtomicBool);

impl Drop for Done<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

#[test]
fn a_server_that_cannot_spread_rows_is_refused_before_anything_is_made() {
    let Some(url) = database("spread") else { return };
    let trial = Trial::empty();
    trial.words(&["init", "--distributed", "citus", "--database", &url]).fails(5, "no extension citus");
    trial.words(&["serve", "--database", &url]).fails(5, "there is no such database");
    assert!(!trial.data().exists());
}

#[test]
fn a_store_moves_to_a_server_and_back() {
    let Some(url) = database("moving") else { return };
    let trial = Trial::new();
    fs::write(trial.file("people.csv"), "first,mail\nAda,ada@example.org\nBen,ben@example.org\n").unwrap();
    let mapping = "entity = \"contact\"\nheader = true\nmatch = [\"emailaddress1\"]\ncolumns = [\"firstname\", \"emailaddress1\"]\n";
    fs::write(trial.file("people.toml"), mapping).unwrap();
    trial.run("import people.csv --entity contact --mapping people.toml").ok();
    trial.words(&["copy", "--to-database", &url]).ok();
    trial.words(&["copy", "--to-database", &url]).fails(4, "there is a store already");
    let there = node(&url, "");
    there.run("audit verify").ok();
    there.run("doctor").ok();
    let count = there.words(&["segment", "count", "statecode eq 0", "--json"]).ok().json();
    assert_eq!(count["count"], 2);
    there.words(&["backup", there.file("x").to_str().unwrap()]).fails(2, "assent copy");
    let back = trial.file("back");
    there.words(&["copy", "--to-data", back.to_str().unwrap()]).ok();
    assert!(back.join("assent.db").exists() && back.join("vault.db").exists());
    there.words(&["copy", "--to-data", back.to_str().unwrap()]).fails(4, "there is a store already");
    let none = node(&format!("{url}_none"), "");
    none.run("doctor").fails(5, "there is no such database");
    trial.words(&["copy"]).fails(2, "--to-data");
}

#[test]
fn a_node_that_dies_under_load_loses_and_doubles_nothing() {
    let Some(url) = database("nodes") else { return };
    let sink = Sink::start();
    let more = format!(
        "[mail]\nsmtp_url = \"{}\"\npostal_address = \"1 Example Lane, Sampletown\"\nfrom_address = \"privacy@example.org\"\n",
        sink.url
    );
    let (a, b) = (node(&url, &more), node(&url, &more));
    a.run("init").ok();
    b.run("init").ok();
    let rows: String = (0..200).map(|n| format!("Person{n},p{n}@example.org\n")).collect();
    fs::write(a.file("people.csv"), format!("first,mail\n{rows}")).unwrap();
    let mapping = "entity = \"contact\"\nheader = true\nmatch = [\"emailaddress1\"]\ncolumns = [\"firstname\", \"emailaddress1\"]\n";
    fs::write(a.file("people.toml"), mapping).unwrap();
    a.run("import people.csv --entity contact --mapping people.toml").ok();
    let token = token(&a);
    let mut dying = Desk { trial: &b, server: b.serve(), token: token.clone() };
    let desk = Desk { trial: &a, server: a.serve(), token };
    desk.letter("Welcome");
    desk.letter("Tips");
    desk.trial
        .words(&["segment", "create", "Prospects who allow marketing", "--filter", "emailaddress1 ne null", "--live"])
        .ok();
    let tiles = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/journey.json");
    desk.trial.words(&["journey", "create", "Greeting", "--tiles", tiles, "--live"]).ok();

    // Callers write through both while mails leave; each notes what was acknowledged.
    let over = AtomicBool::new(false);
    let (note, noted) = mpsc::channel();
    let addresses = [desk.server.address.clone(), dying.server.address.clone()];
    let (acknowledged, taken) = std::thread::scope(|scope| {
        // Also where a wait below panics: the scope waits for the callers.
        let done = Done(&over);
        let callers: Vec<_> = addresses
            .iter()
            .enumerate()
            .map(|(at, address)| {
                let (over, token, note) = (&over, &desk.token, note.clone());
                scope.spawn(move || {
                    for n in 0.. {
                        let name = format!("caller{at}-{n}");
                        let body = json!({ "lastname": name }).to_string();
                        if post(address, token, "/api/data/v9.2/contacts", &body) != Some(204) {
                            break;
                        }
                        note.send((at, name)).unwrap();
                        if over.load(Ordering::SeqCst) {
                            break;
                        }
                    }
                })
            })
            .collect();
        let mut taken = Vec::new();
        while taken.len() < 60 {
            taken.push(sink.next().to);
        }
        dying.server.kill();
        // The other goes on serving.
        let mut acknowledged: Vec<(usize, String)> = noted.try_iter().collect();
        for _ in 0..50 {
            acknowledged.push(noted.recv_timeout(Duration::from_secs(30)).expect("the other node serves on"));
        }
        drop(done);
        callers.into_iter().for_each(|it| it.join().unwrap());
        acknowledged.extend(noted.try_iter());
        (acknowledged, taken)
    });
    assert!([0, 1].iter().all(|node| acknowledged.iter().any(|(at, _)| at == node)), "both were written through");

    // The other goes on with what the dead one had begun, once its leases ran out.
    let settled = || {
        let words = ["export", "--entity", "assent_outgoingmail", "--select", "statuscode", "--json"];
        let mails = desk.trial.words(&words).ok().json();
        let count = |status: i64| mails.as_array().unwrap().iter().filter(|it| it["statuscode"] == status).count();
        // 2: the dead node had taken it, so it may have left and is not sent again.
        (count(4) + count(7), count(2))
    };
    let mut all = settled();
    for _ in 0..300 {
        // The living node has one on its way now and then.
        if all.0 + all.1 == 200 && all.1 <= 10 {
            break;
        }
        std::thread::sleep(Duration::from_millis(500));
        all = settled();
    }
    assert_eq!(all.0 + all.1, 200, "{all:?}");
    assert!(all.1 <= 10, "a node takes ten mails at a time: {all:?}");
    let mut taken: Vec<String> =
        taken.into_iter().chain(sink.drain(Duration::from_secs(1)).into_iter().map(|it| it.to)).collect();
    let sent = taken.len();
    taken.sort();
    taken.dedup();
    assert_eq!(taken.len(), sent, "somebody got two mails");

    let names = desk.trial.words(&["export", "--entity", "contact", "--select", "lastname", "--json"]).ok().json();
    let names: Vec<&str> = names.as_array().unwrap().iter().filter_map(|it| it["lastname"].as_str()).collect();
    let known: HashSet<&str> = names.iter().copied().collect();
    assert_eq!(known.len(), names.len(), "nothing is there twice");
    for (_, name) in &acknowledged {
        assert!(known.contains(name.as_str()), "{name} was acknowledged and is lost");
    }
    desk.trial.run("audit verify").ok();
}

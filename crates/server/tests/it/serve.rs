use crate::trial::Trial;

#[test]
fn serves_and_stops_when_told() {
    let trial = Trial::new();
    let mut server = trial.serve();
    assert_eq!(server.get("/healthz"), 200);
    assert_eq!(server.terminate(), Some(0));
}

#[test]
fn only_one_holds_a_store() {
    let trial = Trial::new();
    let _server = trial.serve();
    trial.run("serve --listen 127.0.0.1:0").fails(5, "in use by process");
}

#[test]
fn a_port_that_is_taken_is_named() {
    let trial = Trial::new();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    trial.words(&["serve", "--listen", &address]).fails(5, &address);
}

#[test]
fn killed_it_starts_again_with_everything_that_was_acknowledged() {
    let trial = Trial::new();
    for round in 0..3 {
        let mut server = trial.serve();
        trial.run(&format!("user create u{round}@example.com --role auditor")).ok();
        server.kill();
        let list = trial.run("user list").ok().out;
        for earlier in 0..=round {
            assert!(list.contains(&format!("u{earlier}@example.com")), "{list}");
        }
        trial.run("audit verify").ok();
    }
}

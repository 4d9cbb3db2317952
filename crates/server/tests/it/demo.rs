//! The demo's store, and segments and journeys on it.

use crate::trial::Trial;

#[test]
fn a_demo_is_made_once_and_never_over_another_store() {
    let trial = Trial::empty();
    let prepare = "demo --prepare-only --contacts 80 --json";
    assert_eq!(trial.run(prepare).ok().json()["made"], true);
    assert_eq!(trial.run(prepare).ok().json()["made"], false);
    let people = trial.run("segment count contactid%20ne%20null").code;
    assert_eq!(people, Some(2), "a filter is not percent-encoded on the command line");
    assert_eq!(trial.words(&["segment", "count", "statecode eq 0", "--json"]).ok().json()["count"], 80);
    let journeys = trial.run("journey list --json").ok().json();
    let journey = journeys[0]["id"].as_str().unwrap();
    trial.run(&format!("journey check {journey}")).ok();
    let standing = trial.run(&format!("journey show {journey} --json")).ok().json();
    assert_eq!(standing["live"], true, "{standing}");
    trial.run(&format!("journey stop {journey}")).ok();
    assert_eq!(trial.run("journey list --json").ok().json()[0]["state"], "stopped");
    trial.run("audit verify").ok();

    let own = Trial::new();
    own.run("demo --prepare-only").fails(4, "not a demo's");
}

#[test]
fn a_segment_lives() {
    let trial = Trial::empty();
    trial.run("demo --prepare-only --contacts 40").ok();
    let made = trial.words(&["segment", "create", "Active", "--filter", "statecode eq 0", "--live"]).ok();
    let id = made.out.trim();
    assert_eq!(trial.run("segment evaluate Active").ok().out, "40\n");
    trial.run(&format!("segment stop {id}")).ok();
    trial.words(&["segment", "create", "Wrong", "--filter", "nosuch eq 0", "--live"]).fails(2, "nosuch");
    trial.run("segment evaluate nosuch").fails(3, "msdyncrm_segment");
}

#[test]
fn a_link_to_sign_in_needs_an_address() {
    let trial = Trial::new();
    trial.run("user link").fails(5, "assent serve");
    let server = trial.serve();
    let link = trial.run("user link").ok().out;
    let path = link.trim().strip_prefix(&format!("http://{}", server.address)).unwrap();
    assert_eq!(server.get(path), 200);
}

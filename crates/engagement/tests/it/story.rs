//! Runs a story: a setup in, and a timeline whose lines are acts with their observed outcomes.
//!
//! The expected text is the script: of each line, the time and the act are run, and what was observed
//! is put behind the arrow. *Not* lenient: one difference fails, and a worker must leave nothing due.

mod act;
mod setup;
mod watch;
mod world;

pub use act::token;
pub use setup::{build, letter};
pub use world::{START, World, registry};

/// Runs one act outside of a story.
pub fn act(world: &mut World, text: &str) -> Vec<String> {
    act::run(world, text)
}

/// Runs the acts of `expected` after `setup` and compares the outcomes.
#[track_caller]
pub fn check(setup: &str, expected: &str) {
    let mut world = World::new();
    build(&mut world, setup);
    let (wanted, told) = run(&mut world, expected);
    assert!(told == wanted, "\n--- expected\n{wanted}\n--- observed\n{told}\n");
}

/// Runs the acts; answers with the script in one form, and what was observed in the same form.
fn run(world: &mut World, script: &str) -> (String, String) {
    let (mut wanted, mut told) = (String::new(), String::new());
    let mut seen = watch::Seen::of(world);
    for line in script.lines().map(str::trim).filter(|it| !it.is_empty()) {
        let (head, outcome) = line.split_once("->").unwrap_or_else(|| panic!("no arrow in: {line}"));
        let (time, act) = head.trim().split_once(' ').unwrap_or_else(|| panic!("no time in: {line}"));
        world.go_to(time);
        let mut parts = act::run(world, act.trim());
        let now = watch::Seen::of(world);
        parts.extend(seen.until(&now, world));
        seen = now;
        let observed = if parts.is_empty() { "(nothing)".to_owned() } else { parts.join(" ; ") };
        let width = 40;
        wanted.push_str(&format!("  {time:<4} {:<width$} -> {}\n", act.trim(), outcome.trim()));
        told.push_str(&format!("  {time:<4} {:<width$} -> {observed}\n", act.trim()));
    }
    (wanted, told)
}

//! A seeded random driver and an independent model of what may be sent to whom.
//!
//! The driver lets persons, users, workers and the clock act at random on a store in memory; the model
//! knows only what was done, never what the store says. After each step both are compared. *Not* a
//! story: nobody wrote the order down. Invariant: a run is told by its seed and its number of steps
//! alone, so what failed fails again.
//!
//! `MODEL_STEPS` and `MODEL_SEED` choose another run; `make model STEPS=100000` is a long one. A long run
//! is cut into lives of a store of so many steps each, every one from its own seed: to see a failure
//! again, give the seed and the step that it printed.

mod act;
mod facts;
mod look;

use kernel::audit;

use crate::story::{World, build};
use facts::Facts;

/// Steps of an ordinary test run.
const STEPS: u64 = 6_000;
/// The first seed of an ordinary test run.
const SEED: u64 = 1;
/// So many of the last acts are told when a check fails.
const ACTS: usize = 60;
/// A store lives for so many steps; then another begins.
const LIFE: u64 = 5_000;

const SETUP: &str = "switches enforced logging ; email bill transactional ; email slip transactional ; form news firstname ;
     segment north: address1_city eq 'North' ; segment testers: jobtitle eq 'Tester' ; segment staff: address1_line1 eq 'Staff' ;
     journey tour segment=north suppression=staff minimum=3: email hello -> wait PT6H -> email tips -> if tips EmailOpened|EmailClicked P1D ? email more : task call ;
     journey care segment=testers minimum=2: email bill -> wait P1D -> email card ;
     journey deep segment=testers minimum=5: email deep -> wait PT1H -> email slip ;
     journey free segment=north: email gift -> wait PT2H -> email offer ;
     journey sign form=news minimum=3: email thanks -> wait PT2H -> email again";

/// Small, seeded, and good enough for picking (splitmix64).
pub struct Dice(u64);

impl Dice {
    pub fn of(seed: u64) -> Dice {
        Dice(seed)
    }
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut it = self.0;
        it = (it ^ (it >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        it = (it ^ (it >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        it ^ (it >> 31)
    }
    pub fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit.max(1) as u64).unwrap()
    }
    pub fn one_in(&mut self, many: usize) -> bool {
        self.below(many) == 0
    }
    pub fn pick<'t, T>(&mut self, of: &'t [T]) -> Option<&'t T> {
        of.get(self.below(of.len()))
    }
}

/// Tells which run this is when a check fails.
struct Told {
    seed: u64,
    step: u64,
    acts: Vec<String>,
}

impl Drop for Told {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!(
                "the model failed at step {} of seed {}, after:\n  {}\nsee it again: MODEL_SEED={} MODEL_STEPS={} cargo test -p engagement --test it model::",
                self.step,
                self.seed,
                self.acts[self.acts.len().saturating_sub(ACTS)..].join("\n  "),
                self.seed,
                self.step
            );
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the length of a run is chosen by whoever runs the test")]
fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |it| it.parse().unwrap_or_else(|_| panic!("{name} is a number, not {it}")))
}

/// One life of a store.
fn life(seed: u64, steps: u64) -> Facts {
    let mut world = World::new();
    build(&mut world, SETUP);
    let mut facts = Facts::of(&world);
    let mut dice = Dice(seed);
    let mut told = Told { seed, step: 0, acts: Vec::new() };
    for step in 1..=steps {
        told.step = step;
        told.acts.push(act::any(&world, &mut facts, &mut dice));
        look::after_step(&world, &facts);
    }
    act::rest(&world, &mut facts, &mut dice);
    look::at_rest(&world, &facts);
    let verdict = world.read(audit::verify::verify);
    assert!(verdict.broken.is_none(), "the audit trail: {verdict:?}");
    facts
}

#[test]
fn whatever_happens_nobody_gets_what_they_did_not_allow() {
    let (steps, seed) = (number("MODEL_STEPS", STEPS), number("MODEL_SEED", SEED));
    let (mut left, mut seed) = (steps, seed);
    let (mut sent, mut withheld, mut entered) = (0, 0, 0);
    while left > 0 {
        let now = left.min(LIFE);
        let facts = life(seed, now);
        sent += facts.sent;
        withheld += facts.withheld;
        entered += facts.entered.len();
        left -= now;
        seed += 1;
    }
    eprintln!("{steps} steps: {sent} mails sent, {withheld} withheld, {entered} taken in");
    assert!(
        steps < STEPS || (sent > 0 && withheld > 0 && entered > 0),
        "a run in which nothing happens checks nothing"
    );
}

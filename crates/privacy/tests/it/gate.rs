//! The gate's whole truth table: every combination of the deciding facts, for every purpose.
//!
//! All combinations are asked; what does not change the answer is left out of the text, so that it can be
//! read and reviewed: where a branch ends, the answer is this whatever the other facts are.

use std::fmt::Write;

use privacy::consent::{
    Facts, Level, PURPOSES, Terms,
    facts::{AddressStatus, Intelligence},
};

type Set = fn(&mut Facts);

/// A fact and the values it can have, in the order in which the gate looks.
const DIMENSIONS: &[(&str, &[(&str, Set)])] = &[
    ("active", &[("yes", |it| it.active = true), ("no", |it| it.active = false)]),
    ("restricted", &[("no", |it| it.restricted = false), ("yes", |it| it.restricted = true)]),
    (
        "address",
        &[
            ("good", |it| it.address_status = AddressStatus::Good),
            ("bounces", |it| it.address_status = AddressStatus::Bounces),
            ("missing", |it| it.address_status = AddressStatus::Missing),
        ],
    ),
    ("donotemail", &[("no", |it| it.do_not_email = false), ("yes", |it| it.do_not_email = true)]),
    ("donotbulkemail", &[("no", |it| it.do_not_bulk = false), ("yes", |it| it.do_not_bulk = true)]),
    ("objected", &[("no", |it| it.objected = false), ("yes", |it| it.objected = true)]),
    ("suppressed", &[("no", |it| it.suppressed = false), ("yes", |it| it.suppressed = true)]),
    ("donottrack", &[("no", |it| it.do_not_track = false), ("yes", |it| it.do_not_track = true)]),
    (
        "intelligence",
        &[
            ("on", |it| it.intelligence = Intelligence::On),
            ("off", |it| it.intelligence = Intelligence::Off),
            ("opted out", |it| it.intelligence = Intelligence::OptedOut),
        ],
    ),
    ("enforced", &[("yes", |it| it.enforced = true), ("no", |it| it.enforced = false)]),
    (
        "level",
        &[
            ("nothing needed or given", |it| (it.required, it.given) = (Level::None, Level::None)),
            ("consent needed and given", |it| (it.required, it.given) = (Level::Consent, Level::Consent)),
            ("marketing needed, more given", |it| (it.required, it.given) = (Level::Marketing, Level::Profiling)),
            ("marketing needed, less given", |it| (it.required, it.given) = (Level::Marketing, Level::Transactional)),
            ("profiling needed and given", |it| (it.required, it.given) = (Level::Profiling, Level::Profiling)),
        ],
    ),
    ("child", &[("no", |it| it.child = false), ("yes", |it| it.child = true)]),
    ("under 18", &[("no", |it| it.minor = false), ("yes", |it| it.minor = true)]),
    (
        "custodian",
        &[
            ("not needed", |it| it.custodian = None),
            ("confirmed nothing", |it| it.custodian = Some(Level::None)),
            ("confirmed all", |it| it.custodian = Some(Level::Profiling)),
        ],
    ),
];

fn nobody() -> Facts {
    Facts {
        active: true,
        restricted: false,
        address: "ann@example.org".into(),
        address_status: AddressStatus::Good,
        do_not_email: false,
        do_not_bulk: false,
        objected: false,
        suppressed: false,
        do_not_track: false,
        intelligence: Intelligence::On,
        child: false,
        minor: false,
        custodian: None,
        enforced: true,
        given: Level::None,
        required: Level::None,
    }
}

#[derive(Clone, PartialEq)]
enum Tree {
    Answer(&'static str, &'static str, bool),
    Split(&'static str, Vec<(Vec<&'static str>, Tree)>),
}

fn tree(facts: &mut Facts, terms: &Terms, at: usize, asked: &mut usize) -> Tree {
    let Some((fact, values)) = DIMENSIONS.get(at) else {
        *asked += 1;
        return match facts.refusal(terms) {
            None => Tree::Answer("granted", "", false),
            Some(it) => {
                assert!(facts.in_words(terms).iter().any(|(fact, _)| *fact == it.fact), "{} is shown", it.fact);
                Tree::Answer(if it.stops { "stopped" } else { "blocked" }, it.fact, true)
            }
        };
    };
    let mut branches: Vec<(Vec<&'static str>, Tree)> = Vec::new();
    for (name, set) in *values {
        set(facts);
        let below = tree(facts, terms, at + 1, asked);
        match branches.iter_mut().find(|(_, it)| *it == below) {
            Some((names, _)) => names.push(name),
            None => branches.push((vec![name], below)),
        }
    }
    match branches.as_slice() {
        [(_, only)] => only.clone(),
        _ => Tree::Split(fact, branches),
    }
}

fn print(tree: &Tree, indent: usize, text: &mut String) {
    match tree {
        Tree::Answer(answer, fact, refused) => {
            let by = if *refused { format!(" by {fact}") } else { String::new() };
            writeln!(text, " -> {answer}{by}").unwrap();
        }
        Tree::Split(fact, branches) => {
            text.push('\n');
            // What ends here comes first, so that the eye follows the gate.
            let (ends, goes_on): (Vec<_>, Vec<_>) = branches.iter().partition(|(_, it)| matches!(it, Tree::Answer(..)));
            for (names, below) in ends.into_iter().chain(goes_on) {
                write!(text, "{:indent$}{fact}: {}", "", names.join(" | ")).unwrap();
                print(below, indent + 2, text);
            }
        }
    }
}

#[test]
fn the_whole_truth_table() {
    let combinations: usize = DIMENSIONS.iter().map(|(_, values)| values.len()).product();
    let mut text = format!("{combinations} combinations of {} facts for each purpose\n", DIMENSIONS.len());
    for (name, terms) in PURPOSES {
        let mut asked = 0;
        let tree = tree(&mut nobody(), terms, 0, &mut asked);
        assert_eq!(asked, combinations);
        write!(text, "\n{name}").unwrap();
        print(&tree, 2, &mut text);
    }
    insta::assert_snapshot!(text);
}

#[test]
fn the_levels_of_each_purpose() {
    let mut text = String::new();
    for (name, terms) in PURPOSES {
        writeln!(text, "{name}: given (across) against what the journey or model needs (down)").unwrap();
        for required in Level::ALL {
            let cells: String = Level::ALL
                .iter()
                .map(|given| {
                    let facts = Facts { given: *given, required, ..nobody() };
                    if facts.refusal(terms).is_none() { " yes" } else { "  - " }
                })
                .collect();
            writeln!(text, "  {:14}{}", required.to_string(), cells.trim_end()).unwrap();
        }
    }
    insta::assert_snapshot!(text);
}

//! The OASIS test cases of the OData ABNF, where they are at hand, and the page that says how we fare.

pub mod cases;
mod entry;
mod profile;

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::Path;

use cases::Case;

/// What became of the cases of one rule.
#[derive(Debug, Default, PartialEq, Eq)]
struct Tally {
    /// Positive cases within the profile; all of them must be accepted.
    within: usize,
    /// Positive cases outside of the profile that are accepted nevertheless.
    beyond: usize,
    /// Positive cases outside of the profile, refused with an error.
    outside: usize,
    /// Negative cases that are refused no later than the case says.
    refused: usize,
    /// Negative cases in the list of differences.
    differ: usize,
}

#[derive(Default)]
struct Report {
    rules: BTreeMap<String, Tally>,
    /// Cases of rules for which there is no parser.
    unmapped: BTreeMap<String, usize>,
    /// Refused cases by what they need.
    features: BTreeMap<&'static str, usize>,
    /// Differences by reason.
    differences: BTreeMap<&'static str, Vec<String>>,
    wrong: Vec<String>,
}

impl Report {
    fn add(&mut self, case: &Case) {
        let Some(outcome) = entry::run(&case.rule, &case.input) else {
            *self.unmapped.entry(case.rule.clone()).or_default() += 1;
            return;
        };
        let tally = self.rules.entry(case.rule.clone()).or_default();
        let feature = profile::outside(case);
        match (case.fail_at, outcome, feature) {
            (None, Ok(()), None) => tally.within += 1,
            (None, Ok(()), Some(_)) => tally.beyond += 1,
            (None, Err(_), Some(feature)) => {
                tally.outside += 1;
                *self.features.entry(feature).or_default() += 1;
            }
            (None, Err((at, message)), None) => {
                self.wrong.push(format!("{} {:?} is refused at {at:?}: {message}", case.place, case.input));
            }
            (Some(fail_at), Err((at, _)), _) if at.is_none_or(|it| it <= fail_at) => tally.refused += 1,
            (Some(fail_at), outcome, _) => match profile::difference(&case.place) {
                Some(reason) => {
                    tally.differ += 1;
                    self.differences.entry(reason).or_default().push(format!("`{}`", case.place));
                }
                None => self.wrong.push(format!("{} {:?} must fail at {fail_at}: {outcome:?}", case.place, case.input)),
            },
        }
    }

    fn page(&self) -> String {
        let mut page = INTRODUCTION.to_owned();
        let sum = |of: fn(&Tally) -> usize| self.rules.values().map(of).sum::<usize>();
        let unmapped: usize = self.unmapped.values().sum();
        let row = |name: &str, it: &Tally| {
            let Tally { within, beyond, outside, refused, differ } = it;
            format!("| {name} | {within} / {within} | {beyond} | {outside} | {refused} | {differ} |\n")
        };
        page.push_str("| rule | accepted / in profile | accepted beyond it | outside: refused with an error | must fail: refused | must fail: differs |\n");
        page.push_str("| --- | ---: | ---: | ---: | ---: | ---: |\n");
        for (rule, tally) in &self.rules {
            page.push_str(&row(&format!("`{rule}`"), tally));
        }
        let all = Tally {
            within: sum(|it| it.within),
            beyond: sum(|it| it.beyond),
            outside: sum(|it| it.outside),
            refused: sum(|it| it.refused),
            differ: sum(|it| it.differ),
        };
        page.push_str(&row("**all**", &all));
        let names: Vec<String> = self.unmapped.iter().map(|(rule, count)| format!("`{rule}` {count}")).collect();
        let _ = write!(page, "\nOut of profile as a whole, {unmapped} cases: {}.\n", names.join(", "));
        page.push_str("\n## What is outside\n\nEach is refused with an error that says where, and what was expected or is not supported.\n\n| what | refused cases |\n| --- | ---: |\n");
        for (feature, count) in &self.features {
            let _ = writeln!(page, "| {feature} | {count} |");
        }
        page.push_str("\n## Where we differ\n\n| why | cases (file and line) |\n| --- | --- |\n");
        for (reason, places) in &self.differences {
            let _ = writeln!(page, "| {reason} | {} |", places.join(", "));
        }
        page
    }
}

const INTRODUCTION: &str = "# OData conformance

The test cases of the OASIS committee for the OData ABNF (protocol, aggregation, temporal; 1,054 cases), run against the parsers of `crates/odata`. The profile is Dataverse's: what its Web API documents. This page is written by a test (`cargo test -p odata --test it abnf`, with `ODATA_CONFORMANCE=write`) and compared by it, wherever the cases are at hand in `../shared/data/odata/`.

A positive case counts as accepted when our parser reads all of it; a negative one as refused when our error stands no later than the case says.

";

#[test]
fn the_cases_of_the_abnf() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let folder = root.join("../shared/data/odata");
    let Some(all) = cases::read(&folder) else {
        eprintln!("SKIPPED: {} is not there, the cases of the OData ABNF were not tried", folder.display());
        return;
    };
    assert_eq!((all.len(), all.iter().filter(|it| it.fail_at.is_some()).count()), (1_054, 102));
    let mut report = Report::default();
    all.iter().for_each(|case| report.add(case));
    assert!(report.wrong.is_empty(), "{:#?}", report.wrong);
    let used: Vec<&String> = report.differences.values().flatten().collect();
    let stale: Vec<_> = profile::differences().filter(|it| !used.contains(&&format!("`{it}`"))).collect();
    assert!(stale.is_empty(), "these no longer differ: {stale:?}");
    let file = root.join("docs/odata-conformance.md");
    if std::env::var_os("ODATA_CONFORMANCE").is_some_and(|it| it == "write") {
        fs::write(&file, report.page()).unwrap();
    }
    let page = fs::read_to_string(&file).unwrap_or_default();
    assert!(page == report.page(), "docs/odata-conformance.md is not what the cases give; ODATA_CONFORMANCE=write");
}

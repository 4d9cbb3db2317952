//! The properties of `fuzz/`, over texts made from texts: bounded, seeded, without a nightly compiler. The cases of the
//! ABNF join the seeds where they are at hand.

use std::path::Path;

use crate::abnf::cases;

#[path = "../../../../fuzz/properties/mutate.rs"]
mod mutate;
#[path = "../../../../fuzz/properties/query.rs"]
mod query;

/// Texts made for each property.
const ROUNDS: usize = 30_000;

const WORDS: &[&str] = &[
    "(",
    ")",
    "[",
    "]",
    "'",
    "''",
    "\"",
    ",",
    ";",
    ":",
    "/",
    "=",
    "@p",
    "$",
    "$ref",
    "$count",
    "$select=",
    "$expand=",
    "$filter=",
    "$top=1",
    " and ",
    " or ",
    "not ",
    " eq ",
    " in (",
    "null",
    "true",
    "any(",
    "all(x:",
    "contains(",
    "Microsoft.Dynamics.CRM.In(",
    "groupby((",
    "aggregate(",
    " with sum as ",
    "filter(",
    "-",
    "+",
    ".",
    "1",
    "1.5",
    "1e9",
    "2020-02-30",
    "2020-01-01T10:00Z",
    "4026be43-6b69-e111-8f65-78e7d1620f5e",
    "%27",
    "%2F",
    "%",
    "é",
    "\u{0}",
    " ",
    "*",
    "#",
    "a.b",
    "{",
    "}",
    "\\u00e9",
    "99999999999999999999999999999999",
];

const SEEDS: &[&str] = &[
    "statecode eq 0 or (revenue gt 5000.50 and not contains(name,'O''Bryan'))",
    "contact_customer_accounts/any(c:c/jobtitle eq @p and c/tasks/all(t:t/statecode ne 1)) and createdon ge 2020-01-31T13:45:00.123+02:00",
    "telephone1 in ('1','2',@a) and x in [\"a\",\"b\"] and contactid eq 4026be43-6b69-e111-8f65-78e7d1620f5e",
    "Microsoft.Dynamics.CRM.Between(PropertyName='x',PropertyValues=[\"1\",'2',3]) and kind eq Microsoft.Dynamics.CRM.Kind'A,B'",
    "accounts(name='a/b',part=2)/contact_customer_accounts(4026be43-6b69-e111-8f65-78e7d1620f5e)/$ref",
    "F(Target={\"@odata.id\":\"accounts(1)/O'B\"},b=@p,c=['x'])/G()/$count",
    "contacts(%7B4026be43-6b69-e111-8f65-78e7d1620f5e%7D)/Microsoft.Dynamics.CRM.Thing(a=%27x%2Fy%27)",
    "a($select=b,c;$filter=d eq 1e3;$orderby=e desc;$top=3;$count=true;$expand=f/$ref),g/$ref",
    "filter(statecode eq 0)/groupby((a,b/c),aggregate(d with sum as e,$count as n))",
    "#accounts(1)/contacts(fullname,parent(name,owner+(a)))/$entity",
    "odata.include-annotations=\"*\",odata.maxpagesize=50;return=representation",
    "$select=a,b&$filter=c eq @p&@p='x'&$apply=groupby((a))&fetchXml=%3Cfetch/%3E&$count=true",
];

fn run(property: fn(&str), seed: u64) {
    let mut seeds: Vec<String> = SEEDS.iter().map(|it| (*it).to_owned()).collect();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/odata");
    seeds.extend(cases::read(&folder).unwrap_or_default().into_iter().map(|it| it.input));
    mutate::run(&seeds, WORDS, ROUNDS, seed, property);
}

#[test]
fn filters_survive() {
    run(query::filter, 1);
}

#[test]
fn paths_survive() {
    run(query::path, 2);
}

#[test]
fn options_survive() {
    run(query::options, 3);
}

#[test]
fn apply_survives() {
    run(query::apply, 4);
}

//! The list of filters that published clients send, where it is at hand.

use std::fs;
use std::path::Path;

#[test]
fn filters_of_published_clients() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/clients/cases/filters.json");
    let Ok(text) = fs::read_to_string(&path) else {
        eprintln!("SKIPPED: {} is not there, the filters of published clients were not tried", path.display());
        return;
    };
    let cases: Vec<(String, String)> = serde_json::from_str(&text).unwrap();
    assert!(cases.len() >= 60, "{} cases", cases.len());
    let mut wrong = Vec::new();
    for (expected, filter) in &cases {
        match (expected.as_str(), odata::parse_filter(filter)) {
            ("+", Ok(tree)) => {
                assert_eq!(odata::parse_filter(&tree.to_string()), Ok(tree), "{filter}");
            }
            ("-", Err(_)) => {}
            (_, result) => wrong.push(format!("{expected} {filter}: {result:?}")),
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

//! Each sentence that carries a word has a text in every language of the application, and each reason too.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value as Json;

use crate::site::Site;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The sources of the product, without its tests.
fn sources(folders: &[&str]) -> Vec<String> {
    fn within(folder: &Path, found: &mut Vec<String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                within(&path, found);
            } else if path.extension().is_some_and(|it| it == "rs") && !path.ends_with("phrase.rs") {
                found.push(fs::read_to_string(&path).unwrap());
            }
        }
    }
    let mut found = Vec::new();
    for folder in folders {
        within(&root().join("crates").join(folder), &mut found);
    }
    found
}

/// The literal with which the text begins, without its quotes.
fn literal(text: &str) -> Option<&str> {
    let inside = text.trim_start().strip_prefix('"')?;
    let end = inside.match_indices('"').find(|(at, _)| !inside[..*at].ends_with('\\'))?;
    Some(&inside[..end.0])
}

/// What is in double or single braces.
fn filled(text: &str, open: &str, close: &str) -> BTreeSet<String> {
    text.split(open).skip(1).filter_map(|it| it.split_once(close)).map(|(name, _)| name.to_owned()).collect()
}

fn texts(language: &str) -> Json {
    let path = root().join("ui/src/said/text").join(language).with_extension("json");
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

#[test]
fn each_word_has_a_text_in_three_languages() {
    let mut phrases: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for source in sources(&["connect/src", "engagement/src", "kernel/src", "privacy/src", "web/src"]) {
        for (at, _) in source.match_indices("Phrase::new(") {
            let after = &source[at + "Phrase::new(".len()..];
            let word = literal(after).unwrap_or_else(|| panic!("a word is a literal: {}", &after[..60]));
            let rest = after.split_once(&format!("\"{word}\"")).unwrap().1.trim_start().trim_start_matches(',');
            // A long sentence stands in a `let text` above.
            let template = literal(rest).or_else(|| {
                source[..at].rmatch_indices("let text =").find_map(|(at, it)| literal(&source[at + it.len()..]))
            });
            let template = template.unwrap_or_else(|| panic!("the sentence of {word} is a literal"));
            phrases.entry(word.to_owned()).or_default().insert(template.to_owned());
        }
    }
    assert!(phrases.len() > 200, "{}", phrases.len());
    for (word, templates) in &phrases {
        assert_eq!(templates.len(), 1, "{word} is the word of several sentences: {templates:?}");
    }
    for language in ["en", "de", "fr"] {
        let texts = texts(language);
        let texts = texts.as_object().unwrap();
        for (word, templates) in &phrases {
            let text = texts.get(word).and_then(Json::as_str);
            let text = text.unwrap_or_else(|| panic!("{word} has no text in ui/src/said/text/{language}.json"));
            let given = filled(templates.first().unwrap(), "{", "}");
            // The one argument that is filled in without standing in the English sentence.
            let more = if word == "privilege-on-all" { Some("entity".to_owned()) } else { None };
            let given: BTreeSet<String> = given.into_iter().chain(more).collect();
            let wanted = filled(text, "{{", "}}");
            assert!(wanted.is_subset(&given), "{language}, {word}: {wanted:?} of {given:?}");
        }
        for word in texts.keys().filter(|it| *it != "named") {
            assert!(phrases.contains_key(word), "{language}: no sentence has the word {word} any more");
        }
    }
}

/// Reasons are kept in rows, in English; the sentence itself is what they are known by.
#[test]
fn each_reason_has_a_text_in_three_languages() {
    let mut reasons = BTreeSet::new();
    for source in sources(&["connect/src/mail", "engagement/src/journey", "privacy/src/consent"]) {
        for call in ["blocked(", "stopped(", "refused("] {
            for after in source.split(call).skip(1) {
                let Some(fact) = literal(after) else { continue };
                let rest = after.split_once(&format!("\"{fact}\"")).unwrap().1.trim_start();
                if let Some(reason) = rest.strip_prefix(',').and_then(literal) {
                    reasons.insert(reason.to_owned());
                }
            }
        }
        for begin in
            ["reason: \"", "LOWERED: &str = \"", "SERVED: &str = \"", "Err(\"This", "Err(\"The ", "Err(\"No mail"]
        {
            for after in source.split(begin).skip(1) {
                let begin = begin.rsplit_once('"').unwrap().1;
                reasons.insert(format!("{begin}{}", after.split_once('"').unwrap().0));
            }
        }
    }
    for expected in ["Contact is inactive", "Children are never profiled", "The address is on the suppression ledger"] {
        assert!(reasons.contains(expected), "{expected} is not found in the sources: {reasons:?}");
    }
    for language in ["en", "de", "fr"] {
        let texts = texts(language);
        for reason in &reasons {
            let key = reason.replace(['.', ':'], "");
            assert!(texts["named"]["reason"][&key].is_string(), "{language}: '{reason}' has no text");
        }
    }
}

/// Beside Dataverse's number and the English message an error says what another language needs.
#[tokio::test]
async fn an_error_says_what_another_language_needs() {
    let site = Site::new();
    let error = site.post("contacts", r#"{"lastname":"One","emailaddress1":"nowhere"}"#).await.is(400).json();
    let error = &error["error"];
    assert_eq!(error["@Assent.Code"], "not-an-address");
    assert_eq!(error["@Assent.Target"], "emailaddress1");
    assert_eq!(error["code"], "0x80048d19");
    assert_eq!(error["message"], "emailaddress1: is not a mail address; write name@domain.example");
    let long = format!(r#"{{"lastname":"{}"}}"#, "x".repeat(60));
    let error = site.post("contacts", &long).await.is(400).json();
    let given = &error["error"]["@Assent.Arguments"];
    assert_eq!((&given["length"], &given["most"]), (&Json::from("60"), &Json::from("50")), "{error}");
    let missing = "contacts(00000000-0000-0000-0000-00000000dead)";
    let error = site.get(missing).await.is(404).json();
    assert_eq!(error["error"]["@Assent.Code"], "not-found");
    assert_eq!(error["error"]["@Assent.Arguments"]["entity"], "contact");
}

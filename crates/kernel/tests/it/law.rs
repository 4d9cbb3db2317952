//! The laws that no compiler keeps: no business word in the kernel, no I/O under the language.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// Words of the crates above (law 1).
const BUSINESS: &[&str] = &[
    "contact",
    "lead",
    "opportunity",
    "consent",
    "journey",
    "marketing",
    "campaign",
    "subscription",
    "newsletter",
    "segment",
    "participant",
    "interaction",
    "gdpr",
    "msgdpr",
    "msdyncrm",
    "msdyn",
    "optin",
];

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|it| it == "rs" || it == "sql") {
            found.push(path);
        }
    }
}

/// The words of a line: identifiers are split at `_` and at inner capitals.
fn words(line: &str) -> Vec<String> {
    let mut spaced = String::new();
    for it in line.chars() {
        if it.is_uppercase() && spaced.ends_with(char::is_lowercase) {
            spaced.push(' ');
        }
        spaced.push(if it.is_alphanumeric() { it } else { ' ' });
    }
    spaced.split_whitespace().map(str::to_lowercase).collect()
}

#[test]
fn the_kernel_knows_no_business_word() {
    let mut files = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut files);
    assert!(files.len() > 30);
    let mut found = Vec::new();
    for file in files {
        for (number, line) in fs::read_to_string(&file).unwrap().lines().enumerate() {
            // A comment may cite the law behind a mechanism.
            let line = if line.contains("Art. ") { line.replace("GDPR", "") } else { line.to_owned() };
            for word in words(&line) {
                let single = word.strip_suffix('s').filter(|it| *it != "lead").unwrap_or(&word);
                if BUSINESS.contains(&single) {
                    found.push(format!("{}:{}: {word}", file.display(), number + 1));
                }
            }
        }
    }
    assert!(found.is_empty(), "law 1: business words in the kernel\n{}", found.join("\n"));
}

#[test]
fn the_language_does_no_io() {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../odata/Cargo.toml")).unwrap();
    let manifest: toml::Table = text.parse().unwrap();
    let names: Vec<&str> = manifest["dependencies"].as_table().unwrap().keys().map(String::as_str).collect();
    // Types, formats and errors: nothing that opens a file or a socket, and nothing of ours.
    let pure = [
        "uuid",
        "jiff",
        "rust_decimal",
        "percent-encoding",
        "quick-xml",
        "thiserror",
        "indexmap",
        "serde",
        "serde_json",
    ];
    for name in &names {
        assert!(pure.contains(name), "odata depends on {name}; is that pure?");
    }
    let mut files = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../odata/src"), &mut files);
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        for word in
            ["std::fs", "std::net", "std::io::Read", "std::env", "std::process", "std::thread", "SystemTime", "::now()"]
        {
            assert!(!text.contains(word), "{}: {word}", file.display());
        }
    }
}

#[test]
fn the_kernel_depends_on_nothing_above_it() {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml")).unwrap();
    let manifest: toml::Table = text.parse().unwrap();
    for name in manifest["dependencies"].as_table().unwrap().keys() {
        assert!(
            !["privacy", "connect", "engagement", "insights", "business", "web", "server", "axum"]
                .contains(&name.as_str()),
            "{name}"
        );
    }
    // Law 4: the core is synchronous. One module drives the sessions of a database server and waits for them.
    let mut files = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut files);
    for file in
        files.iter().filter(|it| !it.ends_with("store/postgres.rs") && !it.ends_with("store/postgres/session.rs"))
    {
        let text = fs::read_to_string(file).unwrap();
        assert!(!text.contains("tokio::") && !text.contains(".await"), "{}", file.display());
    }
}

#[test]
fn sql_is_written_in_the_kernel_only() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    for entry in fs::read_dir(crates).unwrap() {
        let path = entry.unwrap().path();
        if path.ends_with("kernel") || !path.join("Cargo.toml").exists() {
            continue;
        }
        let manifest: toml::Table = fs::read_to_string(path.join("Cargo.toml")).unwrap().parse().unwrap();
        for name in ["rusqlite", "sea-query"] {
            let uses = manifest["dependencies"].as_table().is_some_and(|it| it.contains_key(name));
            assert!(!uses, "{}: {name}", path.display());
        }
    }
}

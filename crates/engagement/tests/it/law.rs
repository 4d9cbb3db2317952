//! Laws of the code base that no compiler keeps.

use std::{collections::BTreeSet, path::Path};

/// Left may not import right (`ARCHITECTURE.md`).
const ORDER: &[&str] = &["odata", "kernel", "privacy", "connect", "engagement", "web", "server"];

fn crates() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// Every source file of a crate, without its tests.
pub fn sources(krate: &str, f: &mut dyn FnMut(&str, &str)) {
    files(&crates().join(krate).join("src"), f);
}

fn files(folder: &Path, f: &mut dyn FnMut(&str, &str)) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, f);
        } else if path.extension().is_some_and(|it| it == "rs") {
            f(
                &path.strip_prefix(crates()).unwrap_or(&path).display().to_string(),
                &std::fs::read_to_string(&path).unwrap(),
            );
        }
    }
}

#[test]
fn crates_import_from_the_left_only() {
    let known: BTreeSet<String> =
        std::fs::read_dir(crates()).unwrap().map(|it| it.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(known, ORDER.iter().map(|it| (*it).to_owned()).collect(), "a new crate has its place in the order");
    for (at, krate) in ORDER.iter().enumerate() {
        let text = std::fs::read_to_string(crates().join(krate).join("Cargo.toml")).unwrap();
        let file: toml::Table = text.parse().unwrap();
        for (name, _) in file["dependencies"].as_table().unwrap() {
            if let Some(other) = ORDER.iter().position(|it| it == name) {
                assert!(other < at, "{krate} imports {name}, which stands to its right");
            }
        }
    }
}

#[test]
fn sql_is_in_the_kernel_only() {
    const WORDS: &[&str] =
        &["SELECT ", "INSERT INTO", "INSERT OR", "DELETE FROM", "CREATE TABLE", "ALTER TABLE", "DROP TABLE", "PRAGMA "];
    for krate in ORDER.iter().filter(|it| **it != "kernel") {
        sources(krate, &mut |file, text| {
            for (number, line) in text.lines().enumerate().filter(|(_, it)| !it.trim_start().starts_with("//")) {
                for word in WORDS {
                    assert!(!line.contains(word), "{file}:{}: SQL outside of the kernel: {}", number + 1, line.trim());
                }
            }
        });
    }
}

#[test]
fn only_the_edge_knows_http_servers_and_only_connect_sends() {
    let depends = |krate: &str, name: &str| {
        let text = std::fs::read_to_string(crates().join(krate).join("Cargo.toml")).unwrap();
        let file: toml::Table = text.parse().unwrap();
        file["dependencies"].as_table().unwrap().contains_key(name)
    };
    for krate in ORDER {
        assert!(!depends(krate, "axum") || matches!(*krate, "web" | "server"), "{krate} knows axum");
        assert!(!depends(krate, "lettre") || *krate == "connect", "{krate} can send");
        assert!(!depends(krate, "reqwest") || *krate == "connect", "{krate} opens connections");
        assert!(!depends(krate, "assent-client"), "{krate} uses the client of its own service");
        assert!(!depends(krate, "rusqlite") || *krate == "kernel", "{krate} knows the database");
    }
}

#[test]
fn no_file_is_longer_than_800_lines() {
    for krate in ORDER {
        files(&crates().join(krate), &mut |file, text| {
            let lines = text.lines().count();
            assert!(lines <= 800, "{file} has {lines} lines; split it by its nouns");
        });
    }
}

//! The lists of this crate against what they stand for.

use std::{collections::BTreeSet, path::Path};

use kernel::{Op, metadata::Model};
use privacy::{RULES, metadata::SOURCES};

fn files(folder: &Path, root: &Path, found: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, root, found);
        } else if path.extension().is_some_and(|it| it == "toml") {
            found.insert(path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/"));
        }
    }
}

#[test]
fn every_file_below_metadata_is_in_a_list() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../metadata");
    let mut found = BTreeSet::new();
    files(&root, &root, &mut found);
    let mut listed: BTreeSet<String> = SOURCES.entities.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(listed.len(), SOURCES.entities.len(), "no file twice");
    for (name, text) in SOURCES.solutions {
        let file = found.iter().find(|it| it.ends_with(&format!("/{name}.toml"))).cloned();
        let file = file.unwrap_or_else(|| panic!("there is no file of the solution {name}"));
        assert_eq!(std::fs::read_to_string(root.join(&file)).unwrap(), *text);
        listed.insert(file);
    }
    assert_eq!(found, listed);
}

/// Persons whom an administrator makes one by one; no file or program brings them.
const MADE_BY_HAND: &[&str] = &["systemuser"];

#[test]
fn the_ledger_guards_every_identifier_of_every_person() {
    let model = Model::build(SOURCES.entities, &[], &[]).unwrap();
    for entity in model.entities().filter(|it| it.is_subject() && !MADE_BY_HAND.contains(&it.name.as_str())) {
        let guards = |op: Op, column: &str| {
            RULES.iter().any(|it| {
                it.entity == entity.name && it.op == op && (it.columns.is_empty() || it.columns.contains(&column))
            })
        };
        for column in &entity.identifiers {
            assert!(guards(Op::Create, column) && guards(Op::Update, column), "{}.{column}", entity.name);
        }
    }
}

#[test]
fn every_rule_names_columns_that_exist() {
    let model = Model::build(SOURCES.entities, &[], &[]).unwrap();
    for rule in RULES {
        let entity = model.entity(rule.entity).unwrap();
        for column in rule.columns {
            assert!(entity.columns.contains_key(*column), "{}.{column}", rule.entity);
        }
    }
}

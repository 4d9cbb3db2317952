//! The lists of this crate against what they stand for.

use std::{collections::BTreeSet, path::Path};

use kernel::{
    Op,
    metadata::{Choice, Model, file::Label},
};
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
    let mut listed: BTreeSet<String> =
        SOURCES.entities.iter().chain(SOURCES.labels).map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(listed.len(), SOURCES.entities.len() + SOURCES.labels.len(), "no file twice");
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
    let model = Model::build(SOURCES.entities, SOURCES.labels, &[], &[]).unwrap();
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
    let model = Model::build(SOURCES.entities, SOURCES.labels, &[], &[]).unwrap();
    for rule in RULES {
        let entity = model.entity(rule.entity).unwrap();
        for column in rule.columns {
            assert!(entity.columns.contains_key(*column), "{}.{column}", rule.entity);
        }
    }
}

/// Every text of the product's metadata that people read, with its place.
fn labels(model: &Model) -> Vec<(String, &Label)> {
    fn options<'m>(place: &str, options: &'m [Choice], found: &mut Vec<(String, &'m Label)>) {
        for it in options {
            found.push((format!("{place}.{}", it.value), &it.label));
            found.push((format!("{place}.{}.description", it.value), &it.description));
        }
    }
    let mut found = Vec::new();
    for (name, set) in model.all_choices() {
        found.push((format!("choices.{name}.label"), &set.label));
        options(&format!("choices.{name}"), &set.options, &mut found);
    }
    for entity in model.entities() {
        let name = &entity.name;
        found.push((format!("{name}.label"), &entity.label));
        found.push((format!("{name}.plural"), &entity.plural));
        found.push((format!("{name}.description"), &entity.description));
        for (column, it) in &entity.columns {
            found.push((format!("{name}.columns.{column}"), &it.label));
            found.push((format!("{name}.descriptions.{column}"), &it.description));
            options(&format!("{name}.options.{column}"), &it.options, &mut found);
        }
        found.extend(entity.views.iter().map(|(view, it)| (format!("{name}.views.{view}"), &it.label)));
        let sections = entity.form.sections.iter().enumerate();
        found.extend(sections.map(|(at, it)| (format!("{name}.sections.{at}"), &it.label)));
    }
    found
}

/// The languages that the product speaks beside English.
const LANGUAGES: &[&str] = &["de", "fr"];

#[test]
fn every_label_is_in_every_language() {
    let solutions: Vec<String> = SOURCES.solutions.iter().map(|(_, text)| (*text).to_owned()).collect();
    let model = Model::build(SOURCES.entities, SOURCES.labels, &solutions, &[]).unwrap();
    let labels = labels(&model);
    assert!(labels.len() > 3_000, "{}", labels.len());
    let mut missing = Vec::new();
    for (place, label) in labels.iter().filter(|(_, it)| !it.is_empty()) {
        let said = |tag: &str| label.get(tag).is_some_and(|it| !it.trim().is_empty());
        missing.extend(LANGUAGES.iter().filter(|it| !said(it)).map(|tag| format!("labels/{tag}.toml: {place}")));
    }
    assert!(missing.is_empty(), "no words for\n{}", missing.join("\n"));
}

//! The product's entity files pass the metadata check.

use std::{fs, path::Path};

use kernel::metadata::Model;

fn files() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../metadata");
    let mut found = Vec::new();
    let mut folders = vec![root];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push((path.display().to_string(), fs::read_to_string(&path).unwrap()));
            }
        }
    }
    found.sort();
    found
}

/// The product's entity files, and the texts of its layers.
pub fn product() -> (Vec<(String, String)>, Vec<String>) {
    let (layers, entities): (Vec<_>, Vec<_>) =
        files().into_iter().partition(|(name, _)| name.contains("/intelligence/"));
    (entities, layers.into_iter().map(|(_, text)| text).collect())
}

#[test]
fn every_entity_file_passes_the_check() {
    let (entities, layers) = product();
    let entities: Vec<(&str, &str)> = entities.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    if let Err(error) = Model::build(&entities, &layers, &[]) {
        panic!("{error}");
    }
}

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

/// What the product's files make, with its layers on top.
pub fn product() -> kernel::Result<Model> {
    let (layers, files): (Vec<_>, Vec<_>) = files().into_iter().partition(|(name, _)| name.contains("/intelligence/"));
    let (labels, entities): (Vec<_>, Vec<_>) = files
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_str()))
        .partition(|(name, _)| name.contains("/metadata/labels/"));
    let layers: Vec<String> = layers.into_iter().map(|(_, text)| text).collect();
    Model::build(&entities, &labels, &layers, &[])
}

#[test]
fn every_entity_file_passes_the_check() {
    if let Err(error) = product() {
        panic!("{error}");
    }
}

const THING: &str = r#"
logical_name = "thing"
entity_set = "things"
label = { en = "Thing" }
[columns.name]
type = "text"
label = { en = "Name", de = "Name" }
[columns.size]
type = "choice"
label = { en = "Size" }
options = [{ value = 1, label = { en = "Small" } }]
[columns.colour]
type = "choice"
label = { en = "Colour" }
choice = "colours"
[views.all]
label = { en = "All" }
columns = ["name"]
[form]
sections = [{ label = { en = "The thing" }, columns = ["name"] }]
"#;
const COLOURS: &str = r#"
[choices.colours]
label = { en = "Colours" }
options = [{ value = 7, label = { en = "Red" }, description = { en = "As blood." } }]
"#;
const LAYER: &str = r#"
solution = "own"
[extend.thing.columns.note]
type = "text"
label = { en = "Note" }
[[entities]]
logical_name = "other"
entity_set = "others"
label = { en = "Other" }
[entities.columns.colour]
type = "choice"
label = { en = "Colour" }
choice = "colours"
[relabel.thing.columns.size]
label = { en = "Width" }
"#;

fn labelled(labels: &[(&str, &str)]) -> kernel::Result<Model> {
    const SYSTEMUSER: &str = include_str!("../../../../metadata/core/systemuser.toml");
    const BUSINESSUNIT: &str = include_str!("../../../../metadata/core/businessunit.toml");
    let files = [
        ("choices.toml", COLOURS),
        ("thing.toml", THING),
        ("systemuser.toml", SYSTEMUSER),
        ("businessunit.toml", BUSINESSUNIT),
    ];
    Model::build(&files, labels, &[LAYER.to_owned()], &[])
}

#[test]
fn a_language_says_what_entity_files_say() {
    let german = r#"
[system.columns]
id = "Kennung"
createdon = "Angelegt am"
[system.states]
0 = "Aktiv"
[choices.colours]
label = "Farben"
7 = "Rot"
[choices.colours.descriptions]
7 = "Wie Blut."
[thing]
label = "Ding"
plural = "Dinge"
[thing.columns]
size = "Größe"
createdon = "Gefunden am"
[thing.options.size]
1 = "Klein"
[thing.statuses]
2 = "Fort"
[thing.views]
all = "Alle"
[thing.sections]
"The thing" = "Das Ding"
"#;
    let model = labelled(&[("labels/de.toml", german)]).unwrap();
    let (thing, other) = (model.entity("thing").unwrap(), model.entity("other").unwrap());
    let de = |label: &kernel::metadata::file::Label| label.get("de").cloned().unwrap_or_default();
    assert_eq!((de(&thing.label), de(&thing.plural)), ("Ding".into(), "Dinge".into()));
    assert_eq!(de(&thing.columns["thingid"].label), "Kennung");
    assert_eq!(de(&thing.columns["createdon"].label), "Gefunden am", "its own word wins");
    assert_eq!(de(&thing.columns["size"].option(1).unwrap().label), "Klein");
    assert_eq!(de(&thing.columns["statecode"].option(0).unwrap().label), "Aktiv");
    assert_eq!(de(&thing.columns["statuscode"].option(2).unwrap().label), "Fort");
    assert_eq!(de(&thing.views["all"].label), "Alle");
    assert_eq!(de(&thing.form.sections[0].label), "Das Ding");
    let red = thing.columns["colour"].option(7).unwrap();
    assert_eq!((de(&red.label), de(&red.description)), ("Rot".into(), "Wie Blut.".into()));
    assert_eq!(de(&model.choices("colours").unwrap().label), "Farben");
    // What a layer brings says what the layer says; what the kernel or the product puts there is translated.
    assert_eq!((de(&other.label), de(&thing.columns["note"].label)), (String::new(), String::new()));
    assert_eq!((thing.columns["size"].text(), de(&thing.columns["size"].label)), ("Width", String::new()));
    assert_eq!(de(&other.columns["createdon"].label), "Angelegt am");
    assert_eq!(de(&other.columns["colour"].option(7).unwrap().label), "Rot");
}

#[test]
fn a_word_for_nothing_is_an_error_with_its_place() {
    let wrong = r#"
[system.columns]
cretedon = "?"
[choices.colors]
7 = "?"
[choices.colours]
8 = "?"
[thng]
label = "?"
[thing]
name = "?"
description = "?"
plural = 7
[thing.columns]
naem = "?"
name = "Name"
note = "?"
[thing.options.size]
2 = "?"
[thing.options.colour]
7 = "?"
[thing.states]
9 = "?"
[thing.views]
some = "?"
[thing.sections]
"The thin" = "?"
"#;
    let error = labelled(&[("labels/de.toml", wrong), ("labels/fr.toml", "[thing")]).unwrap_err();
    insta::assert_snapshot!(error.text);
}

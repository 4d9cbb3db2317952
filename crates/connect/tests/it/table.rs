//! Tables as files, opened again.

use std::{
    collections::BTreeMap,
    io::{Cursor, Read, Write},
    sync::{Arc, Mutex},
};

use connect::table::{Format, Guard, Table};
use kernel::Value;

#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn written(format: Format, guard: Guard, rows: &[Vec<Value>]) -> Vec<u8> {
    let kept = Kept::default();
    let mut table = Table::begin(format, guard, &["name", "level", "on"], kept.clone()).unwrap();
    for row in rows {
        table.row(row).unwrap();
    }
    assert_eq!(table.end().unwrap(), rows.len() as u64);
    kept.0.lock().unwrap().clone()
}

fn rows() -> Vec<Vec<Value>> {
    let on = Value::Time("2026-05-03T10:00:00Z".parse().unwrap());
    vec![
        vec!["Ada \"the first\",\nMüller".into(), 4.into(), on],
        vec!["=HYPERLINK(\"http://x\")".into(), 0.into(), Value::Null],
        vec!["https://example.com".into(), Value::Int(-3), Value::Bool(true)],
    ]
}

/// The cells of the first sheet: their type and their text.
fn sheet(bytes: &[u8]) -> BTreeMap<String, (String, String)> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut text = String::new();
    archive.by_name("xl/worksheets/sheet1.xml").unwrap().read_to_string(&mut text).unwrap();
    assert!(!text.contains("<f>") && !text.contains("<hyperlink"), "{text}");
    let mut cells = BTreeMap::new();
    let mut reader = quick_xml::Reader::from_str(&text);
    let (mut at, mut kind) = (String::new(), String::new());
    loop {
        match reader.read_event().unwrap() {
            quick_xml::events::Event::Start(it) if it.name().as_ref() == "c" => {
                let attribute = |name: &str| {
                    let found = it.try_get_attribute(name).unwrap();
                    found.map(|it| it.value.to_string()).unwrap_or_default()
                };
                (at, kind) = (attribute("r"), attribute("t"));
            }
            quick_xml::events::Event::Text(it) => {
                cells.entry(at.clone()).or_insert((kind.clone(), String::new())).1.push_str(&it);
            }
            quick_xml::events::Event::Eof => return cells,
            _ => {}
        }
    }
}

#[test]
fn a_csv_is_read_again_as_it_was() {
    let bytes = written(Format::Csv, Guard::Plain, &rows());
    let mut reader = csv::Reader::from_reader(bytes.as_slice());
    assert_eq!(reader.headers().unwrap(), vec!["name", "level", "on"]);
    let read: Vec<Vec<String>> = reader.records().map(|it| it.unwrap().iter().map(str::to_owned).collect()).collect();
    assert_eq!(read[0], ["Ada \"the first\",\nMüller", "4", "2026-05-03T10:00:00Z"]);
    assert_eq!(read[1], ["=HYPERLINK(\"http://x\")", "0", ""]);
    let marked = String::from_utf8(written(Format::Csv, Guard::Marked, &rows())).unwrap();
    assert!(marked.contains("\"'=HYPERLINK("), "{marked}");
}

#[test]
fn json_is_one_array() {
    let read: serde_json::Value = serde_json::from_slice(&written(Format::Json, Guard::Marked, &rows())).unwrap();
    assert_eq!(read[1], serde_json::json!({ "name": "=HYPERLINK(\"http://x\")", "level": 0, "on": null }));
    let none: serde_json::Value = serde_json::from_slice(&written(Format::Json, Guard::Plain, &[])).unwrap();
    assert_eq!(none, serde_json::json!([]));
}

#[test]
fn a_sheet_holds_text_and_numbers_and_no_formula() {
    let cells = sheet(&written(Format::Xlsx, Guard::Marked, &rows()));
    let text = |at: &str| cells.get(at).map_or("", |it| it.1.as_str());
    assert_eq!((text("A1"), text("C1")), ("name", "on"));
    assert!(text("A2").contains("Müller"), "{cells:?}");
    assert_eq!((text("B2"), text("C2")), ("4", "2026-05-03T10:00:00Z"));
    assert!(text("A3").starts_with("=HYPERLINK("), "{cells:?}");
    let kind = |at: &str| cells[at].0.as_str();
    assert_eq!((kind("A3"), kind("A4"), kind("B2")), ("inlineStr", "inlineStr", ""));
    assert!(!cells.contains_key("C3"), "no value, no cell");
}

//! Files of a person: in the package when they ask for their data, nowhere once they are erased.

use std::io::{Cursor, Read};

use kernel::{Actor, Context, Db, FixedClock, Registry, SeededRandom, Values, blob, solution, uuid::Uuid};
use serde_json::Value as Json;

use crate::request::{self, Answer, Channel, Intake, Type};

const COLUMN: &str = "type = \"file\"\nprivacy = { sensitivity = \"personal\", category = \"user.content\" }";

struct Desk {
    db: Db,
    cx: Context,
    contact: Uuid,
    file: Uuid,
}

/// A contact with a file whose name would lead out of the package.
fn desk() -> Desk {
    let clock = FixedClock::at("2026-03-02T10:30:00Z".parse().unwrap());
    let cx = Context::new(Actor::System, clock, SeededRandom::new(7));
    let registry = Registry::default().with(crate::RULES, &[], &[]);
    let db = Db::for_test(crate::metadata::SOURCES, registry, &cx).unwrap();
    let (contact, file) = db
        .write(&cx, |tx| {
            solution::add_column(tx, "contact", "new_letter", COLUMN)?;
            let file = blob::put(tx, "../a:b.txt", b"dear all")?;
            let values = Values::new().with("lastname", "Elm").with("emailaddress1", "elm@example.org");
            Ok((tx.create("contact", values.with("new_letter", file))?, file))
        })
        .unwrap();
    Desk { db, cx, contact, file }
}

impl Desk {
    fn answer(&self, kind: Type, out: &mut Vec<u8>) -> Answer {
        let intake = move || Intake {
            kind,
            email: "elm@example.org".into(),
            received_on: None,
            channel: Channel::Email,
            name: None,
            text: None,
        };
        let id = self.db.write(&self.cx, move |tx| request::open(tx, &intake())).unwrap();
        self.db.write(&self.cx, move |tx| request::plan(tx, id, &[])).unwrap();
        self.db.write(&self.cx, move |tx| request::approve(tx, id, None)).unwrap();
        request::run(&self.db, &self.cx, id, out).unwrap()
    }
}

#[test]
fn a_file_is_in_the_package_with_its_hash() {
    let desk = desk();
    let mut out = Vec::new();
    desk.answer(Type::Access, &mut out);
    let mut zip = zip::ZipArchive::new(Cursor::new(&out)).unwrap();
    let mut text = |name: &str| {
        let mut text = String::new();
        zip.by_name(name).unwrap().read_to_string(&mut text).unwrap();
        text
    };
    let path = format!("files/contacts/{}/new_letter/_a_b.txt", desk.contact);
    assert_eq!(text(&path), "dear all");
    let manifest: Json = serde_json::from_str(&text("manifest.json")).unwrap();
    let listed = manifest["files"].as_array().unwrap().iter().find(|it| it["name"] == path.as_str()).unwrap();
    assert_eq!((listed["sha256"].as_str(), &listed["bytes"]), (Some(blob::sha256(b"dear all").as_str()), &8.into()));
    // Each form of the data says where the file is.
    for name in ["data.json", "data/contacts.csv", "index.html"] {
        assert!(text(name).contains(&path), "{name}");
    }
}

#[test]
fn no_byte_of_it_stays_when_the_person_is_erased() {
    let desk = desk();
    desk.answer(Type::Erasure, &mut Vec::new());
    assert!(desk.db.read(&desk.cx, |rx| blob::about(rx, desk.file)).is_err());
}

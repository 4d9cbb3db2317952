//! Access: what a person gets, whole and verifiable, and nothing of anybody else.

use std::{
    collections::BTreeMap,
    io::{Cursor, Read},
};

use kernel::{Kind, Query, Values, blob::sha256, subject::Subject, uuid::Uuid};
use privacy::request::{self, Answer, Type};
use serde_json::Value as Json;

use crate::{
    office,
    story::{World, act, build},
};

/// Ann and Bob share a mailbox; both have taken part in a journey.
fn household() -> World {
    let mut world = World::new();
    build(
        &mut world,
        "switches logging ; list garden ; contact ann consent=4 description=ann-alone ;
         contact bob email=ann@example.org description=bob-alone ; form news consent list=garden ;
         segment s: msgdpr_gdprconsent ge 587030003 ; journey tour segment=s: email hello -> task call ;
         segment b: description eq 'bob-alone' ; journey other segment=b: email extra",
    );
    act(&mut world, "worker");
    act(&mut world, "ann opens mail hello");
    let ann = world.id("contact", "ann");
    world.write(move |tx| {
        let values = Values::new()
            .with("subject", "Greenhouse")
            .with("lastname", "Example")
            .with("emailaddress1", "ann.work@example.org")
            .with("description", "=1+1")
            .with("parentcontactid", ann);
        tx.create("lead", values)
    });
    world
}

fn plan(world: &World, id: Uuid, chosen: Vec<Subject>) -> kernel::Result<request::plan::Plan> {
    world.db.write(&world.role("privacy-officer"), move |tx| request::plan(tx, id, &chosen))
}

#[test]
fn an_address_of_several_persons_needs_an_officer_to_tell_them_apart() {
    let world = household();
    let id = office::open(&world, Type::Access, "ann@example.org");
    let (ann, bob) = (world.id("contact", "ann"), world.id("contact", "bob"));
    let several = plan(&world, id, Vec::new()).unwrap_err();
    assert_eq!((several.kind, several.code), (Kind::Conflict, "several-persons"));
    assert!(several.text.contains(&ann.to_string()) && several.text.contains(&bob.to_string()), "{}", several.text);
    let stranger = plan(&world, id, vec![Subject::new("contact", world.user)]).unwrap_err();
    assert_eq!(stranger.kind, Kind::NotFound);
    let made = plan(&world, id, vec![Subject::new("contact", ann)]).unwrap();
    assert!(made.discovery.rows.iter().all(|it| it.id != bob));
    assert!(made.discovery.others.iter().any(|it| it.id == bob));
}

#[test]
fn records_of_one_name_are_one_person() {
    let mut world = World::new();
    build(&mut world, "contact ann ; contact ann2 firstname=Ann email=ANN@example.org");
    let id = office::open(&world, Type::Access, "Ann@Example.org");
    assert_eq!(plan(&world, id, Vec::new()).unwrap().discovery.subjects.len(), 2);
}

#[test]
fn the_package_is_whole_and_holds_nothing_of_others() {
    let world = household();
    let (ann, bob) = (world.id("contact", "ann"), world.id("contact", "bob"));
    let id = office::open(&world, Type::Access, "ann@example.org");
    plan(&world, id, vec![Subject::new("contact", ann)]).unwrap();
    let officer = world.role("privacy-officer");
    let mut out = Vec::new();
    let early = request::run(&world.db, &officer, id, &mut out).unwrap_err();
    assert_eq!(early.kind, Kind::Conflict, "a plan is approved first");
    world.db.write(&officer, move |tx| request::approve(tx, id, None)).unwrap();
    let Answer::Package { sha256: whole, rows } = request::run(&world.db, &officer, id, &mut out).unwrap() else {
        panic!("an access request ends with a package")
    };
    assert_eq!(whole, sha256(&out));

    let mut files: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    let mut zip = zip::ZipArchive::new(Cursor::new(&out)).unwrap();
    for at in 0..zip.len() {
        let mut file = zip.by_index(at).unwrap();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        let name = file.name().unwrap().into_owned();
        files.insert(name, bytes);
    }
    let manifest: Json = serde_json::from_slice(&files.remove("manifest.json").unwrap()).unwrap();
    let listed = manifest["files"].as_array().unwrap();
    assert_eq!(listed.len(), files.len());
    for entry in listed {
        let bytes = &files[entry["name"].as_str().unwrap()];
        assert_eq!(entry["sha256"], sha256(bytes));
        assert_eq!(entry["bytes"], bytes.len());
    }

    let data: Json = serde_json::from_slice(&files["data.json"]).unwrap();
    let mut counted = 0;
    for (set, objects) in data["data"].as_object().unwrap() {
        let mut table = csv::Reader::from_reader(files[&format!("data/{set}.csv")].as_slice());
        let lines = table.records().count();
        assert_eq!(lines, objects.as_array().unwrap().len(), "{set}");
        counted += lines;
    }
    assert_eq!(counted, rows);
    for set in ["contacts", "leads", "assent_outgoingmails", "assent_interactions", "assent_participants", "tasks"] {
        assert!(data["data"][set].as_array().is_some_and(|it| !it.is_empty()), "{set} is missing");
    }
    assert!(data["data"]["msgdpr_gdprconsentchangerecords"].as_array().is_some());
    let csv = String::from_utf8(files["data/leads.csv"].clone()).unwrap();
    assert!(csv.contains("'=1+1"), "a formula is shown as text");

    let model = world.db.model();
    for (name, bytes) in &files {
        let text = String::from_utf8_lossy(bytes);
        assert!(!text.contains("bob-alone") && !text.contains(&bob.to_string()), "{name} discloses somebody else");
        for secret in
            model.entities().flat_map(|it| it.columns.values()).filter(|it| it.is_secret() && it.name.contains('_'))
        {
            assert!(!text.contains(&secret.name), "{name} holds {}", secret.name);
        }
    }
    let page = String::from_utf8_lossy(&files["index.html"]).into_owned();
    assert!(page.contains("ann-alone") && page.contains("belong to somebody else"), "{page}");
    let row = world.read(|rx| rx.get(request::ENTITY, id));
    assert_eq!(row.text("assent_packagehash"), whole);
    assert_eq!(row.get("statuscode").as_int(), Some(7));
    let unproven = Query::on("assent_planitem").eq("assent_requestid", id).eq("assent_verified", false);
    assert_eq!(world.read(|rx| rx.count(&unproven)), 0);
}

//! Erasure: planned, carried out, read back, proven, and kept (`spec/data-subject-requests.md` 22, 23 and
//! 24).

use jiff::Timestamp;
use kernel::{
    Actor, Context, Db, Error, FixedClock, Kind, Query, SeededRandom, Values, audit, metadata::OnErasure, solution,
    store::backup, subject, uuid::Uuid,
};
use privacy::{
    consent::proof,
    erasure,
    request::{self, Action, Answer, Type, plan::Plan},
};
use serde_json::Value as Json;

use crate::{
    office,
    story::{World, act, build, registry},
};

/// Annabel is known in every way that the product knows; Bob is somebody else.
const SETUP: &str = "switches logging enforced ; list garden ;
     contact ann firstname=Annabel lastname=Quillfeather email=annabel@example.org consent=4 description=likes-ferns assent_externalid=crm-4711 ;
     contact bob consent=4 ; form news consent firstname list=garden ;
     segment s: msgdpr_gdprconsent ge 587030003 ; journey tour segment=s: email hello -> task call -> wait P9D -> email tips ;
     journey signup form=news: email more";

/// What must be nowhere afterwards, in small letters.
const VALUES: &[&str] = &["annabel", "quillfeather", "likes-ferns", "crm-4711"];

fn fill(world: &mut World) {
    build(world, SETUP);
    act(world, "worker");
    for it in
        ["ann opens mail hello", "ann clicks mail hello", "ann asks consent=5 list-garden firstname=Annabel", "worker"]
    {
        act(world, it);
    }
    act(world, "ann presses confirm list=garden");
    act(world, "worker");
    let ann = world.id("contact", "ann");
    world.write(move |tx| {
        let values = Values::new()
            .with("subject", "Ferns for Annabel")
            .with("lastname", "Quillfeather")
            .with("emailaddress1", "annabel@example.org")
            .with("parentcontactid", ann);
        tx.create("lead", values)
    });
}

fn world() -> World {
    let mut world = World::new();
    fill(&mut world);
    world
}

fn planned(world: &World, email: &str) -> (Uuid, Plan) {
    let id = office::open(world, Type::Erasure, email);
    let plan = world.db.write(&world.role("privacy-officer"), move |tx| request::plan(tx, id, &[])).unwrap();
    (id, plan)
}

fn approve(world: &World, id: Uuid) {
    world.db.write(&world.role("privacy-officer"), move |tx| request::approve(tx, id, None)).unwrap();
}

fn run(world: &World, id: Uuid) -> Result<Json, Error> {
    let mut out = Vec::new();
    let answer = request::run(&world.db, &world.role("privacy-officer"), id, &mut out)?;
    assert!(out.is_empty());
    let Answer::Erased(proof) = answer else { panic!("an erasure ends with a proof") };
    Ok(proof)
}

fn erase(world: &World, email: &str) -> Json {
    let (id, _) = planned(world, email);
    approve(world, id);
    run(world, id).unwrap()
}

/// Every cell of every entity that holds one of the values.
fn remains(world: &World) -> Vec<String> {
    let model = world.db.model();
    let mut found = Vec::new();
    for entity in model.entities() {
        for row in world.read(|rx| rx.rows(&Query::on(&entity.name))) {
            for (column, value) in row.iter() {
                let text = value.to_json().to_string().to_lowercase();
                if VALUES.iter().any(|it| text.contains(it)) {
                    found.push(format!("{}.{column}", entity.name));
                }
            }
        }
    }
    found
}

#[test]
fn the_plan_names_every_column_in_which_something_is_known() {
    let world = world();
    world.write(|tx| {
        let definition = "type = \"text\"\nlabel = { en = \"Hobby\" }\nmax_length = 50\nprivacy = { sensitivity = \"sensitive\", category = \"user.content\" }";
        solution::add_column(tx, "contact", "new_hobby", definition)
    });
    let ann = world.id("contact", "ann");
    world.write(move |tx| tx.update("contact", ann, Values::new().with("new_hobby", "ferns")));
    let (id, plan) = planned(&world, "annabel@example.org");
    let stored = world.read(|rx| request::plan::stored_items(rx, id));
    assert_eq!(stored.len(), plan.items.len());
    let model = world.db.model();
    for entity in model.entities() {
        for row in world.read(|rx| rx.rows(&Query::on(&entity.name))) {
            let of_ann = world.read(|rx| subject::of_row(rx, &entity.name, row.id)).is_some_and(|it| it.id == ann);
            let holds = row.iter().any(|(_, it)| {
                let text = it.to_json().to_string().to_lowercase();
                VALUES.iter().any(|it| text.contains(it))
            });
            if !(of_ann || holds) || matches!(entity.name.as_str(), "assent_planitem" | "assent_requestsubject") {
                continue;
            }
            for column in entity.columns.values().filter(|it| !it.system && !row.get(&it.name).is_null()) {
                let item =
                    stored.iter().find(|it| it.entity == entity.name && it.column.as_deref() == Some(&column.name));
                let item = item.unwrap_or_else(|| panic!("the plan does not name {}.{}", entity.name, column.name));
                if item.action == Action::Kept as i64 {
                    assert!(item.ground.is_some(), "{}.{} is kept without a ground", entity.name, column.name);
                } else {
                    assert_ne!(entity.on_erasure, OnErasure::Keep);
                }
            }
        }
    }
    for entity in [
        "contact",
        "lead",
        "assent_outgoingmail",
        "assent_interaction",
        "assent_optinrequest",
        "task",
        "assent_listmember",
    ] {
        assert!(stored.iter().any(|it| it.entity == entity), "{entity}: the person is known there");
    }
    assert!(stored.iter().any(|it| it.column.as_deref() == Some("new_hobby")));
    let nowhere = world.db.write(&world.cx, |tx| {
        let definition = "type = \"text\"\nlabel = { en = \"Who\" }\nmax_length = 50\nprivacy = { sensitivity = \"personal\", category = \"user.name\" }";
        solution::add_column(tx, "msdyncrm_segment", "new_who", definition)
    });
    assert_eq!(nowhere.unwrap_err().kind, Kind::Invalid, "a personal column without a path to its person");
}

#[test]
fn nothing_is_left_but_what_is_kept_with_its_ground() {
    let mut world = world();
    assert!(remains(&world).len() > 10, "the person is known in many places before");
    let bob = world.id("contact", "bob");
    let before = world.read(|rx| rx.count(&Query::on("assent_outgoingmail").eq("assent_contactid", bob)));
    let (id, _) = planned(&world, "annabel@example.org");
    approve(&world, id);
    let proof = run(&world, id).unwrap();
    assert_eq!(remains(&world), Vec::<String>::new());
    assert_eq!(world.read(|rx| rx.count(&Query::on("assent_outgoingmail").eq("assent_contactid", bob))), before);
    let row = world.read(|rx| rx.get(request::ENTITY, id));
    assert_eq!(row.get("statuscode").as_int(), Some(7));
    for item in world.read(|rx| request::plan::stored_items(rx, id)) {
        assert!(item.verified && item.result.is_some(), "{}.{:?}", item.entity, item.column);
        assert!(item.action != Action::Kept as i64 || item.ground.is_some());
    }

    // The proof is signed, and says nothing of the person.
    let text = proof["document"].as_str().unwrap();
    let bytes = |name: &str| -> Vec<u8> {
        let hex = proof[name].as_str().unwrap();
        (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
    };
    let key = ring::signature::UnparsedPublicKey::new(&ring::signature::ED25519, bytes("public_key"));
    key.verify(text.as_bytes(), &bytes("signature")).unwrap();
    assert!(key.verify(text.replace("deleted", "blanked").as_bytes(), &bytes("signature")).is_err());
    assert_eq!(proof["sha256"], kernel::blob::sha256(text.as_bytes()));
    for value in VALUES {
        assert!(!proof.to_string().to_lowercase().contains(value), "{value}");
    }

    // Its jobs and events find nobody and fail nothing; the others go on.
    world.go_to("10d");
    act(&mut world, "worker");
    assert_eq!(remains(&world), Vec::<String>::new());
    // A second request finds nobody.
    let (_, again) = planned(&world, "annabel@example.org");
    assert!(again.discovery.subjects.is_empty());
}

#[test]
fn the_trail_stays_whole_and_its_values_are_unreadable() {
    let world = world();
    let ann = world.id("contact", "ann");
    let readable = world.read(|rx| audit::history::of_record(rx, "contact", ann));
    assert!(readable.iter().any(|it| it.values.contains_key("lastname")) && readable.iter().all(|it| !it.unreadable));
    erase(&world, "annabel@example.org");
    let verdict = world.read(audit::verify::verify);
    assert_eq!(verdict.broken, None);
    let history = world.read(|rx| audit::history::of_record(rx, "contact", ann));
    assert!(history.len() > readable.len(), "the erasure itself is in the trail");
    assert!(history.iter().filter(|it| it.operation == 1).all(|it| it.unreadable));
    let entities: Vec<String> = world.db.model().entities().map(|it| it.name.clone()).collect();
    for entity in entities {
        let ids = world.read(|rx| rx.ids(&Query::on(&entity)));
        for id in ids.into_iter().chain([ann]) {
            for entry in world.read(|rx| audit::history::of_record(rx, &entity, id)) {
                let text = serde_json::to_string(&entry.values).unwrap().to_lowercase()
                    + entry.reason.as_deref().unwrap_or("");
                assert!(VALUES.iter().all(|it| !text.contains(it)), "{entity}: {text}");
            }
        }
    }
}

#[test]
fn who_was_erased_comes_back_by_themselves_only() {
    let world = world();
    erase(&world, "annabel@example.org");
    let form = world.id("form", "news");
    let again = |column: &'static str, value: &'static str| Values::new().with("lastname", "New").with(column, value);
    for (column, value) in [
        ("emailaddress1", "annabel@example.org"),
        ("emailaddress1", " Annabel@Example.ORG"),
        ("assent_externalid", "crm-4711"),
    ] {
        for cx in [world.role("system-administrator"), world.role("integrator"), world.cx.clone()] {
            let values = again(column, value.trim());
            let refused = world.db.write(&cx, move |tx| tx.create("contact", values.clone())).unwrap_err();
            assert_eq!((refused.code, refused.target.as_str()), ("erased", column));
            assert!(!refused.to_string().to_lowercase().contains(value), "an error holds no personal data");
        }
    }
    let lead = world
        .db
        .write(&world.cx, move |tx| tx.create("lead", again("emailaddress1", "annabel@example.org")))
        .unwrap_err();
    assert_eq!(lead.code, "erased");
    let bob = world.id("contact", "bob");
    let renamed = world.db.write(&world.cx, move |tx| {
        tx.update("contact", bob, Values::new().with("emailaddress1", "annabel@example.org"))
    });
    assert_eq!(renamed.unwrap_err().code, "erased", "nor by changing another record into them");
    let sent = vec![("emailaddress1".to_owned(), "annabel@example.org".to_owned())];
    world
        .db
        .write(&world.public(), move |tx| {
            engagement::form::submit(tx, form, &sent, &engagement::form::Origin::default())
        })
        .unwrap();
    let back = world.read(|rx| rx.count(&Query::on("contact").eq("emailaddress1", "annabel@example.org")));
    assert_eq!(back, 1);
    // Somebody else is not affected, and a stored hash is not a plain one.
    world.write(|tx| {
        tx.create("contact", Values::new().with("lastname", "New").with("emailaddress1", "anna@example.org"))
    });
    for row in world.read(|rx| rx.rows(&Query::on("assent_erasureledger"))) {
        assert_ne!(row.text("assent_hash"), kernel::blob::sha256(b"annabel@example.org"));
    }
}

#[test]
fn a_plan_that_no_longer_covers_what_is_there_is_not_carried_out() {
    let mut world = World::new();
    build(&mut world, "contact ann email=annabel@example.org");
    let (id, _) = planned(&world, "annabel@example.org");
    let early = run(&world, id).unwrap_err();
    assert_eq!(early.kind, Kind::Conflict);
    approve(&world, id);
    let ann = world.id("contact", "ann");
    // More in the columns that the plan names is no news; a record of another kind is.
    world.write(move |tx| tx.update("contact", ann, Values::new().with("jobtitle", "Gardener")));
    let task = world.write(move |tx| {
        tx.create("task", Values::new().with("subject", "Call").with("regardingobjectid", ("contact", ann)))
    });
    let outdated = run(&world, id).unwrap_err();
    assert_eq!((outdated.kind, outdated.code), (Kind::Conflict, "plan-outdated"));
    assert!(world.read(|rx| rx.find("contact", ann)).is_some(), "nothing was touched");
    world.db.write(&world.role("privacy-officer"), move |tx| request::plan(tx, id, &[]).map(|_| ())).unwrap();
    assert_eq!(run(&world, id).unwrap_err().kind, Kind::Conflict, "a new plan needs a new approval");
    approve(&world, id);
    // So is a column that was added meanwhile.
    world.write(|tx| {
        let definition = "type = \"text\"\nlabel = { en = \"Hobby\" }\nmax_length = 50\nprivacy = { sensitivity = \"personal\", category = \"user.content\" }";
        solution::add_column(tx, "contact", "new_hobby", definition)
    });
    assert_eq!(run(&world, id).unwrap_err().code, "plan-outdated");
    world.db.write(&world.role("privacy-officer"), move |tx| request::plan(tx, id, &[]).map(|_| ())).unwrap();
    approve(&world, id);
    run(&world, id).unwrap();
    assert!(world.read(|rx| rx.find("task", task)).is_none());
    assert_eq!(run(&world, id).unwrap_err().kind, Kind::Conflict, "once");
}

#[test]
fn a_hard_delete_takes_the_interactions_along() {
    let mut world = world();
    let ann = world.id("contact", "ann");
    let of_ann =
        |world: &World, entity: &str| world.read(|rx| rx.count(&Query::on(entity).eq("assent_contactid", ann)));
    assert!(of_ann(&world, "assent_interaction") > 3);
    world.db.write(&world.role("system-administrator"), move |tx| tx.delete("contact", ann)).unwrap();
    for entity in [
        "assent_interaction",
        "assent_participant",
        "assent_outgoingmail",
        "assent_segmentmember",
        "assent_listmember",
        "assent_optinrequest",
    ] {
        assert_eq!(of_ann(&world, entity), 0, "{entity}");
    }
    assert_eq!(world.read(|rx| rx.count(&Query::on("msgdpr_gdprconsentchangerecord").eq("msgdpr_contactid", ann))), 0);
    assert_eq!(world.read(audit::verify::verify).broken, None, "the audit is kept");
    act(&mut world, "worker");
}

#[test]
fn a_restored_backup_is_erased_again_before_it_is_used() {
    let folder = tempfile::tempdir().unwrap();
    let (store, file) = (folder.path().join("store"), folder.path().join("monday.db"));
    let clock = FixedClock::at("2026-03-02T08:00:00Z".parse::<Timestamp>().unwrap());
    let cx = Context::new(Actor::System, clock.clone(), SeededRandom::new(11));
    let open = || Db::open(&store, privacy::metadata::SOURCES, registry(), &cx).unwrap();
    let mut world = World::on(open(), cx.clone(), clock.clone());
    fill(&mut world);
    let ann = world.id("contact", "ann");
    world.db.backup(&cx, &file, |_, _| {}).unwrap();
    erase(&world, "annabel@example.org");
    let names = world.names.clone();
    drop(world);

    assert_eq!(backup::restore(&cx, &file, &store, false).unwrap_err().kind, Kind::Conflict, "never by accident");
    let outstanding = backup::restore(&cx, &file, &store, true).unwrap();
    assert!(outstanding >= 1);
    let mut world = World { names, ..World::on(open(), cx.clone(), clock) };
    assert!(world.read(|rx| rx.find("contact", ann)).is_some(), "the backup is older than the erasure");
    let history = world.read(|rx| audit::history::of_record(rx, "contact", ann));
    assert!(history.iter().all(|it| it.unreadable), "but its trail is unreadable at once");
    assert_eq!(erasure::replay(&world.db, &cx).unwrap(), outstanding);
    assert_eq!(remains(&world), Vec::<String>::new());
    assert_eq!(erasure::replay(&world.db, &cx).unwrap(), 0, "again changes nothing");
    assert_eq!(world.read(audit::verify::verify).broken, None);
    act(&mut world, "worker");
    assert_eq!(remains(&world), Vec::<String>::new());
    let back = world.db.write(&world.cx, |tx| {
        tx.create("contact", Values::new().with("lastname", "New").with("emailaddress1", "annabel@example.org"))
    });
    assert_eq!(back.unwrap_err().code, "erased");
}

#[test]
fn a_household_loses_one_of_its_persons_only() {
    let mut world = World::new();
    build(
        &mut world,
        "contact ann firstname=Annabel consent=4 ; contact bob email=ann@example.org consent=4 ;
         segment a: firstname eq 'Annabel' ; segment b: firstname eq 'bob' ;
         journey one segment=a: email hello ; journey two segment=b: email other",
    );
    act(&mut world, "worker");
    let (ann, bob) = (world.id("contact", "ann"), world.id("contact", "bob"));
    let id = office::open(&world, Type::Erasure, "ann@example.org");
    let officer = world.role("privacy-officer");
    let chosen = [subject::Subject::new("contact", ann)];
    world.db.write(&officer, move |tx| request::plan(tx, id, &chosen).map(|_| ())).unwrap();
    approve(&world, id);
    run(&world, id).unwrap();
    assert!(world.read(|rx| rx.find("contact", ann)).is_none());
    assert!(world.read(|rx| rx.find("contact", bob)).is_some());
    let mails = Query::on("assent_outgoingmail");
    let left = world.read(|rx| rx.rows(&mails));
    assert!(left.len() == 1 && left[0].get("assent_contactid").as_guid() == Some(bob));
    world
        .db
        .write(&officer.as_system("x"), move |tx| tx.update("contact", bob, Values::new().with("jobtitle", "x")))
        .unwrap();
}

#[test]
fn who_is_known_by_an_address_only_is_erased_and_stays_so_after_a_restore() {
    let folder = tempfile::tempdir().unwrap();
    let (store, file) = (folder.path().join("store"), folder.path().join("monday.db"));
    let clock = FixedClock::at("2026-03-02T08:00:00Z".parse::<Timestamp>().unwrap());
    let cx = Context::new(Actor::System, clock.clone(), SeededRandom::new(11));
    let open = || Db::open(&store, privacy::metadata::SOURCES, registry(), &cx).unwrap();
    let world = World::on(open(), cx.clone(), clock.clone());
    world.write(|tx| {
        let values = Values::new().with("msdyncrm_formname", "f").with("assent_email", "annabel@example.org");
        tx.create("msdyncrm_marketingformsubmission", values)?;
        let values = Values::new().with("msdyncrm_formname", "f").with("assent_email", "bob@example.org");
        tx.create("msdyncrm_marketingformsubmission", values)
    });
    world.db.backup(&cx, &file, |_, _| {}).unwrap();
    erase(&world, "annabel@example.org");
    assert_eq!(remains(&world), Vec::<String>::new());
    drop(world);
    backup::restore(&cx, &file, &store, true).unwrap();
    let world = World::on(open(), cx.clone(), clock);
    assert_eq!(remains(&world).len(), 1);
    erasure::replay(&world.db, &cx).unwrap();
    assert_eq!(remains(&world), Vec::<String>::new());
    assert_eq!(world.read(|rx| rx.count(&Query::on("msdyncrm_marketingformsubmission"))), 1, "others are not touched");
    assert_eq!(erasure::replay(&world.db, &cx).unwrap(), 0);
    let back = world.db.write(&world.cx, |tx| {
        tx.create("contact", Values::new().with("lastname", "New").with("emailaddress1", "annabel@example.org"))
    });
    assert_eq!(back.unwrap_err().code, "erased");
}

#[test]
fn a_keyed_proof_of_consent_stays_for_its_time_where_the_setting_says_so() {
    let mut world = world();
    // One of the two is about the list, and was confirmed before.
    act(&mut world, "ann presses confirm");
    act(&mut world, "ann presses confirm older");
    let proofs = |address: &'static str| world.read(|rx| proof::of_address(rx, address));
    let kept = |plan: &Plan| plan.items.iter().any(|it| it.entity == proof::ENTITY && it.action == Action::Kept);
    let (_, without) = planned(&world, "annabel@example.org");
    assert!(!kept(&without), "nothing is kept unless the setting says so");
    world.write(|tx| kernel::setting::set(tx, proof::YEARS, "3"));
    let (id, plan) = planned(&world, "annabel@example.org");
    assert!(kept(&plan), "the plan names what stays, and why");
    approve(&world, id);
    run(&world, id).unwrap();
    assert_eq!(remains(&world), Vec::<String>::new(), "it holds neither the address nor a name");
    let left = proofs("Annabel@Example.org");
    let last = left.iter().find(|it| it.to == 5).unwrap();
    assert_eq!((last.from, last.to, last.source.as_str()), (4, 5, "DoubleOptIn"));
    assert!(last.wording_sha256.is_some() && last.requested_on.is_some());
    assert_eq!(last.until.unwrap().to_string()[..4].parse::<i32>().unwrap(), 2026 + 3);
    assert!(proofs("bob@example.org").is_empty());
    assert_eq!(
        world.db.read(&world.role("marketer"), |rx| proof::of_address(rx, "x@example.org")).unwrap_err().kind,
        Kind::Forbidden
    );
    let before = world.write(proof::purge);
    world.clock.advance(3 * 366 * 86_400_000);
    assert_eq!((before, world.write(proof::purge)), (0, left.len()));
    assert!(proofs("annabel@example.org").is_empty());
}

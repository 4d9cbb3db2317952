//! The distributed layout, over stand-ins for the functions of Citus that refuse what Citus refuses.

use kernel::{
    Db, Kind, Query, Registry, Sources,
    audit::verify::verify,
    solution,
    store::{
        copy::{Place, copy},
        distributed,
        postgres::Server,
        testing,
    },
    subject::{Subject, rows_of},
    uuid::Uuid,
};

use crate::world::{SOURCES, World, context, thing, v};

/// Rows whose way to their person leads over another row.
const REMARK: &str = r#"
logical_name = "new_remark"
entity_set = "new_remarks"
label = { en = "Remark" }
subject = ["new_note/person"]

[columns.new_note]
type = "lookup"
target = ["new_letter"]

[columns.new_text]
type = "text"
privacy = { sensitivity = "personal", category = "user.content" }
"#;

const LETTER: &str = r#"
logical_name = "new_letter"
entity_set = "new_letters"
label = { en = "Letter" }
subject = ["person"]

[columns.person]
type = "lookup"
target = ["person"]

[columns.new_number]
type = "integer"

[columns.new_text]
type = "text"
privacy = { sensitivity = "personal", category = "user.content" }

[keys.number]
columns = ["new_number"]

[keys.one]
columns = ["person", "new_text"]
"#;

fn empty() -> Option<[Server; 2]> {
    let places = testing::places().unwrap();
    if places.is_none() {
        eprintln!("SKIPPED: no database server; run it with: scripts/postgres.sh cargo test");
    }
    places
}

fn open(places: &[Server; 2], sources: Sources, seed: u64) -> World {
    let (clock, cx) = context(seed);
    let db = Db::open_server(&places[0], &places[1], 2, sources, Registry::default(), &cx).unwrap();
    World { db, clock, cx }
}

fn made() -> Option<(World, [Server; 2])> {
    let places = empty()?;
    testing::stand_in(&places[0]).unwrap();
    assert!(distributed::begin(&places[0]).unwrap());
    let world = open(&places, SOURCES, 1);
    Some((world, places))
}

fn sound(records: &Server) {
    assert_eq!(testing::ask(records, "SELECT standin_problems()").unwrap(), [""; 0]);
    let homeless = "SELECT t.tablename FROM pg_tables t WHERE t.schemaname = current_schema() \
                    AND t.tablename <> 'standin_place' \
                    AND NOT EXISTS (SELECT 1 FROM standin_place p WHERE p.relation = t.tablename::regclass)";
    assert_eq!(testing::ask(records, homeless).unwrap(), [""; 0], "tables without a place");
}

fn home(records: &Server, entity: &str, id: Uuid) -> Uuid {
    let sql = format!("SELECT assent_home FROM {entity} WHERE {entity}id = '{id}'");
    testing::ask(records, &sql).unwrap()[0].parse().unwrap()
}

#[test]
fn every_table_has_its_place() {
    let Some((world, [records, _])) = made() else { return };
    sound(&records);
    let places = testing::ask(&records, "SELECT spread || ' ' || name FROM assent_distributed ORDER BY 1").unwrap();
    insta::assert_snapshot!(places.join("\n"));
    world.write(|tx| solution::add_entity(tx, LETTER)).unwrap();
    world.write(|tx| solution::add_entity(tx, REMARK)).unwrap();
    sound(&records);
    let added = "SELECT spread FROM assent_distributed WHERE name LIKE 'new%' ORDER BY name";
    assert_eq!(testing::ask(&records, added).unwrap(), ["subject", "subject"]);
    world.write(|tx| solution::remove::entity(tx, "new_remark")).unwrap();
    assert_eq!(testing::ask(&records, added).unwrap(), ["subject"]);
    drop(world);
    // Another node finds what is there, and changes nothing.
    assert!(!distributed::begin(&records).unwrap());
}

#[test]
fn a_row_lies_with_its_person_and_moves_with_it() {
    let Some((world, places)) = made() else { return };
    let records = &places[0];
    world.write(|tx| solution::add_entity(tx, LETTER)).unwrap();
    world.write(|tx| solution::add_entity(tx, REMARK)).unwrap();
    let robin = world.create("person", v().with("name", "Robin")).unwrap();
    let kim = world.create("person", v().with("name", "Kim")).unwrap();
    let letter = world.create("new_letter", v().with("person", robin).with("new_text", "a")).unwrap();
    let remark = world.create("new_remark", v().with("new_note", letter).with("new_text", "b")).unwrap();
    let alone = world.create("new_letter", v().with("new_text", "of nobody")).unwrap();
    assert_eq!(home(records, "new_letter", letter), robin);
    assert_eq!(home(records, "new_remark", remark), robin);
    assert_eq!(home(records, "new_letter", alone), alone);
    // What does not say whose it is stays where it is.
    world.update("new_letter", letter, v().with("new_text", "c")).unwrap();
    assert_eq!(home(records, "new_letter", letter), robin);
    let before = world.get("new_remark", remark);
    world.update("new_letter", letter, v().with("person", kim)).unwrap();
    assert_eq!(home(records, "new_letter", letter), kim);
    assert_eq!(home(records, "new_remark", remark), kim, "it follows the row over which its path leads");
    assert_eq!(world.get("new_remark", remark), before, "and is no other row for that");
    assert_eq!(world.get("new_letter", letter).text("new_text"), "c");
    let found = |whose| {
        let mut all: Vec<String> = world
            .read(|rx| rows_of(rx, &Subject::new("person", whose)))
            .unwrap()
            .into_iter()
            .map(|it| it.entity)
            .collect();
        all.sort();
        all
    };
    assert_eq!(found(kim), ["new_letter", "new_remark", "person"]);
    assert_eq!(found(robin), ["person"]);
    let of = |whose: Uuid| world.read(|rx| rx.ids(&Query::on("new_letter").eq("person", whose))).unwrap();
    assert_eq!((of(kim), of(robin)), (vec![letter], vec![]));
    // Whoever loses their person is at home with themselves.
    world.delete("person", kim).unwrap();
    assert_eq!(home(records, "new_letter", letter), letter);
    assert_eq!(home(records, "new_remark", remark), remark);
    assert_eq!(world.read(verify).unwrap().broken, None);
    sound(records);
}

#[test]
fn alternate_keys_hold_where_no_index_can() {
    let Some((world, [records, _])) = made() else { return };
    world.write(|tx| solution::add_entity(tx, LETTER)).unwrap();
    let robin = world.create("person", v().with("name", "Robin").with("group", "x")).unwrap();
    let kim = world.create("person", v().with("name", "Kim").with("group", "x")).unwrap();
    world.create("new_letter", v().with("person", robin).with("new_number", 1).with("new_text", "a")).unwrap();
    let duplicate = |values| world.create("new_letter", values).unwrap_err().code;
    assert_eq!(duplicate(v().with("person", kim).with("new_number", 1)), "duplicate", "on another shard");
    assert_eq!(duplicate(v().with("person", robin).with("new_text", "A")), "duplicate", "on the same");
    world.create("new_letter", v().with("person", kim).with("new_text", "a")).unwrap();
    let unique = "SELECT indexname FROM pg_indexes WHERE tablename = 'new_letter' AND indexdef LIKE 'CREATE UNIQUE%' \
                  AND schemaname = current_schema() ORDER BY 1";
    assert_eq!(testing::ask(&records, unique).unwrap(), ["new_letter_one_key", "new_letter_pkey"]);
    let key = |columns: &[&str]| {
        let columns: Vec<String> = columns.iter().map(|it| (*it).to_owned()).collect();
        world.write(move |tx| solution::add_key(tx, "person", "new_key", &columns))
    };
    assert_eq!(key(&["group"]).unwrap_err().kind, Kind::Conflict, "rows contradict it");
    key(&["name"]).unwrap();
    assert_eq!(world.create("person", v().with("name", "kim")).unwrap_err().code, "duplicate");
    sound(&records);
}

#[test]
fn a_copy_leaves_the_layout_behind() {
    let Some((world, [records, vault])) = made() else { return };
    let robin = world.create("person", v().with("name", "Robin")).unwrap();
    let note = world.create("note", v().with("person", robin).with("text", "a")).unwrap();
    let before = world.get("note", note);
    drop(world);
    let root = tempfile::tempdir().unwrap();
    let (_, cx) = context(9);
    let from = Place::Server { records, vault };
    copy(&cx, &from, &Place::Folder(root.path().join("a")), SOURCES, |_, _, _| Ok(())).unwrap();
    let world = World::open_as(&root.path().join("a"), Registry::default(), 2);
    assert_eq!(world.get("note", note), before);
    drop(world);
    let Some([records, vault]) = empty() else { return };
    testing::stand_in(&records).unwrap();
    distributed::begin(&records).unwrap();
    let to = Place::Server { records, vault };
    let error = copy(&cx, &Place::Folder(root.path().join("a")), &to, SOURCES, |_, _, _| Ok(())).unwrap_err();
    assert_eq!(error.kind, Kind::Conflict);
}

#[test]
fn a_server_without_the_extension_is_refused_and_stays_as_it_is() {
    let Some(places) = empty() else { return };
    let tables = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()";
    for refused in [distributed::require(&places[0]), distributed::begin(&places[0]).map(|_| ())] {
        let error = refused.unwrap_err();
        assert_eq!(error.kind, Kind::Unavailable);
        assert!(error.text.contains("postgresql-1") && error.text.contains("-citus"), "{error}");
    }
    assert_eq!(testing::ask(&places[0], tables).unwrap(), [""; 0]);
    // Nor does a store change its layout.
    drop(open(&places, SOURCES, 1));
    testing::stand_in(&places[0]).unwrap();
    let error = distributed::begin(&places[0]).unwrap_err();
    assert_eq!(error.kind, Kind::Conflict);
    assert_eq!(testing::ask(&places[0], "SELECT name FROM standin_place").unwrap_or_default(), [""; 0]);
}

#[test]
fn the_stand_ins_refuse_what_cannot_be_spread() {
    let Some((world, [records, _])) = made() else { return };
    let person = world.create("person", v().with("name", "Robin")).unwrap();
    world.create("note", v().with("person", person)).unwrap();
    world.create("thing", thing("a")).unwrap();
    drop(world);
    let refused = |sql: &str| {
        let text = format!("DO $do$ BEGIN {sql}; END $do$");
        assert!(testing::run(&records, &text).is_err(), "{sql}");
    };
    refused("UPDATE note SET assent_home = gen_random_uuid()");
    refused("UPDATE person SET personid = gen_random_uuid()");
    refused("PERFORM create_distributed_table('note', 'assent_home')");
    refused(
        "CREATE TABLE x (a uuid PRIMARY KEY, b uuid NOT NULL); PERFORM create_distributed_table('x', 'b', colocate_with => 'none')",
    );
    refused("CREATE TABLE x (a uuid); PERFORM create_distributed_table('x', 'a', colocate_with => 'none')");
    refused(
        "CREATE TABLE x (a int PRIMARY KEY); PERFORM create_distributed_table('x', 'a', colocate_with => 'person')",
    );
    refused(
        "CREATE TABLE x (a uuid PRIMARY KEY, b uuid REFERENCES person); \
         PERFORM create_distributed_table('x', 'a', colocate_with => 'person')",
    );
    refused("CREATE UNIQUE INDEX x ON note (text); PERFORM standin_check()");
}

#[test]
fn the_statements_are_for_people_to_read_first() {
    let all = distributed::statements(SOURCES).unwrap();
    let find = |part: &str| all.iter().position(|it| it.contains(part)).unwrap_or_else(|| panic!("no {part}"));
    assert_eq!(find("CREATE EXTENSION IF NOT EXISTS citus"), 0);
    assert!(
        find(r#"PRIMARY KEY ("noteid", "assent_home")"#)
            < find(r#"create_distributed_table('"person"', 'personid', colocate_with => 'none')"#)
    );
    assert!(
        find("'personid'") < find(r#"create_distributed_table('"note"', 'assent_home', colocate_with => '"person"')"#)
    );
    assert!(
        find(r#"create_reference_table('"systemuser"')"#) < find("citus_add_local_table_to_metadata('assent_audit')")
    );
}

#[test]
fn what_is_printed_makes_the_store() {
    let Some(places) = empty() else { return };
    testing::stand_in(&places[0]).unwrap();
    for statement in distributed::statements(SOURCES).unwrap().iter().skip(1) {
        testing::run(&places[0], statement).unwrap_or_else(|error| panic!("{error}: {statement}"));
    }
    let form = "SELECT table_name || ' ' || column_name || ' ' || is_nullable FROM information_schema.columns \
                WHERE table_schema = current_schema() UNION ALL \
                SELECT tablename || ' ' || indexname FROM pg_indexes WHERE schemaname = current_schema() ORDER BY 1";
    let before = testing::ask(&places[0], form).unwrap();
    let world = open(&places, SOURCES, 1);
    world.create("note", v().with("text", "a")).unwrap();
    assert_eq!(testing::ask(&places[0], form).unwrap(), before);
    sound(&places[0]);
}

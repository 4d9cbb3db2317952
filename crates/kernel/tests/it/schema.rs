//! The database's own form: tables from metadata, migrations, and stores of other versions.

use std::collections::BTreeSet;

use kernel::{
    Db, Kind, Registry,
    store::{ddl, dialect::Dialect},
};
use rusqlite::Connection;

use crate::world::{SOURCES, World, context, thing};

#[test]
fn the_table_of_an_entity() {
    let world = World::new();
    let model = world.db.model();
    let all = ddl::statements(Dialect::Sqlite, model.entity("thing").unwrap(), &BTreeSet::new());
    insta::assert_snapshot!(all.join(";\n").replace(", \"", ",\n  \""));
    // From a table that lacks some columns only those are added.
    let present: BTreeSet<String> =
        model.entity("part").unwrap().columns.keys().filter(|it| *it != "rank" && *it != "rival").cloned().collect();
    insta::assert_snapshot!(ddl::statements(Dialect::Sqlite, model.entity("part").unwrap(), &present).join(";\n"));
}

#[test]
fn each_order_of_the_views_has_its_index() {
    let world = World::new();
    let model = world.db.model();
    let of = |dialect| {
        let all = ddl::statements(dialect, model.entity("part").unwrap(), &BTreeSet::new());
        let orders = all.into_iter().filter(|it| it.contains("_order\""));
        orders.map(|it| it.replace("CREATE INDEX IF NOT EXISTS ", "")).collect::<Vec<_>>().join("\n")
    };
    insta::assert_snapshot!(of(Dialect::Sqlite), @r#"
    "part_name_order" ON "part" ("name", "partid", "statecode", "rank", "statuscode")
    "part_createdon_desc_rank_order" ON "part" ("createdon" DESC, "rank", "partid")
    "#);
    insta::assert_snapshot!(of(Dialect::Postgres), @r#"
    "part_name_order" ON "part" ("name" ASC NULLS FIRST, "partid", "statecode", "rank", "statuscode")
    "part_createdon_desc_rank_order" ON "part" ("createdon" DESC NULLS LAST, "rank" ASC NULLS FIRST, "partid")
    "#);
}

fn form(folder: &std::path::Path) -> Vec<String> {
    let connection = Connection::open(folder.join("assent.db")).unwrap();
    let mut statement =
        connection.prepare("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name").unwrap();
    statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}

#[test]
fn opening_again_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let world = World::open(folder.path(), Registry::default());
    let id = world.create("thing", thing("a")).unwrap();
    let record = world.get("thing", id);
    drop(world);
    let before = form(folder.path());
    for seed in 2..4 {
        let world = World::open_as(folder.path(), Registry::default(), seed);
        assert_eq!(world.get("thing", id), record);
        drop(world);
        assert_eq!(form(folder.path()), before);
    }
}

#[test]
fn a_store_of_a_newer_product_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    drop(World::open(folder.path(), Registry::default()));
    let connection = Connection::open(folder.path().join("assent.db")).unwrap();
    let present: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
    connection.pragma_update(None, "user_version", present + 1).unwrap();
    drop(connection);
    let (_, cx) = context(2);
    let error = Db::open(folder.path(), SOURCES, Registry::default(), &cx).err().unwrap();
    assert_eq!(error.kind, Kind::Unavailable);
    assert!(error.text.contains("use the newer program"), "{error}");
    let connection = Connection::open(folder.path().join("assent.db")).unwrap();
    assert_eq!(connection.pragma_query_value(None, "user_version", |row| row.get::<_, i64>(0)).unwrap(), present + 1);
}

#[test]
fn a_store_from_before_a_column_gets_it() {
    let folder = tempfile::tempdir().unwrap();
    let (_, cx) = context(1);
    let id = {
        const OLD: &str = "logical_name = \"part\"\nentity_set = \"parts\"\nlabel = { en = \"Part\" }\n[columns.name]\ntype = \"text\"\n";
        const USER: &str = "logical_name = \"systemuser\"\nentity_set = \"systemusers\"\nlabel = { en = \"User\" }\nsubject = [\"self\"]\nidentifiers = [\"lastname\"]\n[columns.firstname]\ntype = \"text\"\n[columns.lastname]\ntype = \"text\"\n";
        static ENTITIES: [(&str, &str); 2] = [("systemuser.toml", USER), ("part.toml", OLD)];
        let old = kernel::Sources { entities: &ENTITIES, labels: &[], solutions: &[] };
        let db = Db::open(folder.path(), old, Registry::default(), &cx).unwrap();
        db.write(&cx, |tx| tx.create("part", kernel::Values::new().with("name", "old"))).unwrap()
    };
    let world = World::open_as(folder.path(), Registry::default(), 2);
    assert!(world.get("part", id).get("rank").is_null());
    world.update("part", id, kernel::Values::new().with("rank", 3)).unwrap();
    assert_eq!(world.get("part", id).text("name"), "old");
}

#[test]
fn rows_from_before_there_were_teams_belong_to_their_user() {
    let folder = tempfile::tempdir().unwrap();
    let world = World::open(folder.path(), Registry::default());
    let id = world.create("thing", thing("a")).unwrap();
    let now = world.get("thing", id);
    drop(world);
    let connection = Connection::open(folder.path().join("assent.db")).unwrap();
    connection.create_collation("ASSENT_TEXT", |a, b| a.cmp(b)).unwrap();
    connection.execute_batch("DROP INDEX thing_owningbusinessunit_ix").unwrap();
    for column in ["owninguser", "owningteam", "owningbusinessunit", "ownerid_entity"] {
        connection.execute_batch(&format!("ALTER TABLE thing DROP COLUMN {column}")).unwrap();
    }
    drop(connection);
    let world = World::open_as(folder.path(), Registry::default(), 2);
    assert_eq!(world.get("thing", id), now);
    assert_eq!(now.get("owningbusinessunit").as_guid(), Some(kernel::ROOT_UNIT));
    let query = kernel::Query::on("thing").filter("owninguser/lastname eq 'System' and ownerid/lastname eq 'System'");
    assert_eq!(world.read(|rx| rx.ids(&query.unwrap())).unwrap(), [id]);
}

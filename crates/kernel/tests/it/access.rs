//! Who may do what: the whole matrix of the product's entity files, and that the matrix is kept.

use std::{collections::BTreeSet, fmt::Write};

use kernel::{
    Actor, Kind, Query,
    access::{self, Depth, Privilege},
};

use crate::{
    metadata::product,
    world::{World, thing, v},
};

/// The depth of each privilege: u of the user, b of the business unit, p of parent and child units, o of the
/// organization.
fn depths(entity: &kernel::metadata::Entity, role: &str) -> String {
    let letter = |it: Privilege| match access::of_role(entity, role).depth(it) {
        Depth::None => '-',
        Depth::User => 'u',
        Depth::BusinessUnit => 'b',
        Depth::ParentChild => 'p',
        Depth::Organization => 'o',
    };
    Privilege::ALL.into_iter().map(letter).collect()
}

/// Create, read, write, delete, append-to, append, assign and share of each role on each entity of the product.
#[test]
fn the_matrix_of_the_product() {
    let model = product().unwrap();
    let roles: Vec<&str> = access::ROLES.to_vec();
    let named: BTreeSet<&str> = model.entities().flat_map(|it| it.roles.keys().map(String::as_str)).collect();
    for role in named {
        assert!(roles.contains(&role), "an entity file names the role {role}, which the product does not have");
    }
    let mut text = String::new();
    writeln!(text, "{:42} {}", "", roles.iter().map(|it| format!("{it:22}")).collect::<String>().trim_end()).unwrap();
    for entity in model.entities() {
        let cells: String = roles.iter().map(|role| format!("{:22}", depths(entity, role))).collect();
        writeln!(text, "{:42} {}", entity.name, cells.trim_end()).unwrap();
    }
    insta::assert_snapshot!(text);
}

#[test]
fn each_act_asks_for_its_privilege() {
    let world = World::new();
    let id = world.create("thing", thing("a")).unwrap();
    let (reader, stranger, public) = (world.user("reader"), world.user("nobody"), world.cx.for_actor(Actor::Public));
    assert!(world.db.read(&reader, |rx| rx.get("thing", id)).is_ok());
    for cx in [&stranger, &public] {
        for error in [
            world.db.read(cx, |rx| rx.get("thing", id).map(|_| ())).unwrap_err(),
            world.db.read(cx, |rx| rx.find("thing", id).map(|_| ())).unwrap_err(),
            world.db.read(cx, |rx| rx.count(&Query::on("thing")).map(|_| ())).unwrap_err(),
            world.db.read(cx, |rx| kernel::audit::history::of_record(rx, "thing", id).map(|_| ())).unwrap_err(),
        ] {
            assert_eq!((error.kind, error.target.as_str()), (Kind::Forbidden, "thing"));
        }
    }
    for cx in [&reader, &stranger, &public] {
        for error in [
            world.db.write(cx, |tx| tx.create("thing", thing("b")).map(|_| ())).unwrap_err(),
            world.db.write(cx, move |tx| tx.update("thing", id, thing("b")).map(|_| ())).unwrap_err(),
            world.db.write(cx, move |tx| tx.delete("thing", id)).unwrap_err(),
        ] {
            assert_eq!(error.kind, Kind::Forbidden);
        }
    }
    // A path or a collection leads to no entity that the reader may not read.
    for filter in ["parts/any(p:p/rank eq 1)", "about_person/group eq 'x'"] {
        let query = Query::on("thing").filter(filter).unwrap();
        let error = world.db.read(&reader, |rx| rx.rows(&query)).unwrap_err();
        assert_eq!(error.kind, Kind::Forbidden, "{filter}");
    }
    assert!(world.db.read(&stranger, |rx| rx.elevated("test").get("thing", id)).is_ok());
    let administrator = world.user(access::ADMINISTRATOR);
    world.db.write(&administrator, |tx| tx.create("part", v().with("name", "x"))).unwrap();
}

#[test]
fn a_privilege_that_is_none_is_refused() {
    for (text, target) in [("create,reed", "reed"), ("read:owner", "owner"), ("read:user; write:none", "none")] {
        assert_eq!(access::Privileges::parse(text).unwrap_err().target, target);
    }
    let rights = access::Privileges::parse("create, read; read,write:user ; write:parent-child").unwrap();
    let depths = [Privilege::Create, Privilege::Read, Privilege::Write, Privilege::Delete].map(|it| rights.depth(it));
    assert_eq!(depths, [Depth::Organization, Depth::Organization, Depth::ParentChild, Depth::None]);
}

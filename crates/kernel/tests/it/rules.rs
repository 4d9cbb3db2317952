//! Rules: their order, what wakes them, how deep they go, and what an error undoes.

use std::sync::Mutex;

use kernel::{Change, Error, Kind, Op, Query, Registry, Result, Rule, Tx, Value, audit::history, uuid::Uuid};

use crate::world::{World, thing, v};

fn registry(rules: &[Rule]) -> Registry {
    Registry::default().with(rules, &[], &[])
}

#[test]
fn before_after_and_the_order_of_the_list() {
    static SEEN: Mutex<Vec<String>> = Mutex::new(Vec::new());
    fn say(word: &str, tx: &Tx<'_>, change: &Change) -> Result<()> {
        let stored = tx.find("thing", change.id)?.map(|it| it.text("name").to_owned());
        SEEN.lock().unwrap().push(format!("{word} {:?} stored={}", change.op, stored.unwrap_or_else(|| "-".into())));
        Ok(())
    }
    let world = World::with(registry(&[
        Rule::after("thing", Op::Create, &[], |tx, change| say("after one", tx, change)),
        Rule::before("thing", Op::Create, &[], |tx, change| say("before one", tx, change)),
        Rule::after("*", Op::Create, &[], |tx, change| say("after every", tx, change)),
        Rule::before("thing", Op::Create, &[], |tx, change| say("before two", tx, change)),
        Rule::before("thing", Op::Update, &["small"], |tx, change| say("small", tx, change)),
        Rule::after("thing", Op::Update, &[], |tx, change| say("after update", tx, change)),
        Rule::before("thing", Op::Delete, &[], |tx, change| say("before", tx, change)),
        Rule::after("thing", Op::Delete, &[], |tx, change| say("after", tx, change)),
    ]));
    SEEN.lock().unwrap().clear();
    let id = world.create("thing", thing("a").with("small", 1)).unwrap();
    world.update("thing", id, thing("b").with("small", 1)).unwrap();
    world.update("thing", id, v().with("small", 2)).unwrap();
    world.update("thing", id, v().with("small", 2)).unwrap();
    world.delete("thing", id).unwrap();
    insta::assert_snapshot!(SEEN.lock().unwrap().join("\n"), @r"
    before one Create stored=-
    before two Create stored=-
    after one Create stored=a
    after every Create stored=a
    after update Update stored=b
    small Update stored=b
    after update Update stored=b
    before Delete stored=b
    after Delete stored=-
    ");
}

#[test]
fn what_a_rule_changes_wakes_the_rules_behind_it() {
    let world = World::with(registry(&[
        Rule::before("thing", Op::Update, &["front"], |_, change| {
            change.values.set("small", 3);
            Ok(())
        }),
        Rule::before("thing", Op::Update, &["small"], |_, change| {
            let text = format!("small is {:?}", change.new_value("small").as_int());
            change.values.set("memo", text);
            Ok(())
        }),
    ]));
    let id = world.create("thing", thing("a")).unwrap();
    world.update("thing", id, v().with("front", "x")).unwrap();
    assert_eq!(world.get("thing", id).text("memo"), "small is Some(3)");
    // A rule that takes the change back leaves nothing to write.
    let world = World::with(registry(&[Rule::before("thing", Op::Update, &["small"], |_, change| {
        change.values.remove("small");
        Ok(())
    })]));
    let id = world.create("thing", thing("a")).unwrap();
    assert!(!world.update("thing", id, v().with("small", 1)).unwrap());
}

#[test]
fn an_error_undoes_all_of_the_closure() {
    let world = World::with(registry(&[Rule::after("part", Op::Create, &[], |tx, change| {
        let thing = change.new_value("thing").as_guid().unwrap();
        tx.update("thing", thing, v().with("small", 1))?;
        Err(Error::conflict("rank", "no more parts"))
    })]));
    let id = world.create("thing", thing("a")).unwrap();
    let before = world.get("thing", id);
    let error = world.create("part", v().with("thing", id)).unwrap_err();
    assert_eq!((error.kind, error.target.as_str()), (Kind::Conflict, "rank"));
    assert_eq!(world.get("thing", id), before);
    assert_eq!(world.read(|rx| rx.count(&Query::on("part"))).unwrap(), 0);
    assert_eq!(world.read(|rx| history::of_record(rx, "thing", id)).unwrap().len(), 1);
}

#[test]
fn rules_that_wake_each_other_end() {
    fn again(tx: &mut Tx<'_>, change: &mut Change) -> Result<()> {
        let next = change.new_value("whole").as_int().unwrap_or(0) + 1;
        tx.update("thing", change.id, v().with("whole", next)).map(|_| ())
    }
    let world = World::with(registry(&[Rule::after("thing", Op::Update, &["whole"], again)]));
    let id = world.create("thing", thing("a")).unwrap();
    let error = world.update("thing", id, v().with("whole", 1)).unwrap_err();
    assert_eq!(error.kind, Kind::Bug);
    assert!(error.text.contains("thing"), "{error}");
    assert!(world.get("thing", id).get("whole").is_null());
}

#[test]
fn rules_have_the_products_rights_and_the_trail_says_who_began() {
    fn follow(tx: &mut Tx<'_>, change: &mut Change) -> Result<()> {
        tx.create("person", v().with("group", change.new_value("name").clone())).map(|_| ())
    }
    let world = World::with(registry(&[Rule::after("thing", Op::Create, &[], follow)]));
    let cx = world.cx.for_actor(kernel::Actor::User {
        id: Uuid::from_u128(7),
        roles: ["maker".to_owned(), "keeper-of-things".to_owned()].into(),
    });
    let error = world.db.write(&cx, |tx| tx.create("thing", thing("a"))).unwrap_err();
    assert_eq!(error.kind, Kind::Forbidden);
    let keeper = world.user("keeper");
    world.db.write(&keeper, |tx| tx.create("thing", thing("a"))).unwrap();
    let made = world.read(|rx| rx.first(&Query::on("person").eq("group", "a"))).unwrap().unwrap();
    let history = world.read(|rx| history::of_record(rx, "person", made.id)).unwrap();
    assert_eq!(history[0].actor, format!("user:{}", Uuid::from_u128(7)));
    assert_eq!(history[0].reason.as_deref(), Some("rule"));
    assert_eq!(made.get("createdby"), &Value::from(("systemuser", Uuid::from_u128(7))));
    // The rights end with the rule.
    let error = world.db.write(&world.user("reader"), |tx| tx.create("thing", thing("b"))).unwrap_err();
    assert_eq!((error.kind, error.target.as_str()), (Kind::Forbidden, "thing"));
}

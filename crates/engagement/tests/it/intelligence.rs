//! Embedded intelligence: the column that is not there until the solution is enabled
//! (`spec/marketing.md` 14 and 18, 15).

use kernel::{Kind, Query, Value, Values, solution};
use privacy::metadata::EMBEDDED_INTELLIGENCE;

use crate::story::{World, build};

const COLUMN: &str = "msdyn_gdproptout";

#[test]
fn the_opt_out_is_absent_before_and_no_for_everybody_after() {
    let mut world = World::new();
    build(&mut world, "contact ann ; contact bob");
    let ann = world.id("contact", "ann");
    let lead = world.write(|tx| tx.create("lead", Values::new().with("subject", "x").with("lastname", "Example")));
    let yes = || Values::new().with(COLUMN, true);
    let absent = world.db.write(&world.cx, move |tx| tx.update("contact", ann, yes())).unwrap_err();
    assert_eq!(absent.kind, Kind::Invalid);
    assert!(absent.text.contains(COLUMN) && absent.text.contains("not enabled"), "{}", absent.text);
    let absent = world.db.read(&world.cx, |rx| rx.rows(&Query::on("contact").select(&[COLUMN]))).unwrap_err();
    assert!(absent.text.contains("not enabled"), "{}", absent.text);

    let refused = world.db.write(&world.role("marketer"), |tx| solution::enable(tx, EMBEDDED_INTELLIGENCE));
    assert_eq!(refused.unwrap_err().kind, Kind::Forbidden);
    assert!(world.write(|tx| solution::enable(tx, EMBEDDED_INTELLIGENCE)));
    assert!(!world.write(|tx| solution::enable(tx, EMBEDDED_INTELLIGENCE)), "a second time changes nothing");

    for entity in ["contact", "lead", "systemuser"] {
        for row in world.read(|rx| rx.rows(&Query::on(entity))) {
            assert_eq!(row.get(COLUMN), &Value::Bool(false), "{entity} {} was there before", row.id);
        }
    }
    assert_eq!(world.read(|rx| rx.count(&Query::on("contact").eq(COLUMN, false))), 2);
    assert_eq!(world.read(|rx| rx.count(&Query::on("contact").filter("msdyn_gdproptout eq null")?)), 0);
    world.write(move |tx| tx.update("contact", ann, yes()));
    world.write(move |tx| tx.update("lead", lead, yes()));
    assert_eq!(world.read(|rx| rx.count(&Query::on("contact").eq(COLUMN, true))), 1);
    // An explicit null stays one, in rows that are new and in rows that were there.
    let none = world.write(|tx| tx.create("contact", Values::new().with("lastname", "New").with(COLUMN, Value::Null)));
    assert!(world.read(|rx| rx.get("contact", none)).get(COLUMN).is_null());
    world.write(move |tx| tx.update("contact", ann, Values::new().with(COLUMN, Value::Null)));
    assert!(world.read(|rx| rx.get("contact", ann)).get(COLUMN).is_null());
}

#[test]
fn whoever_opts_out_is_out_of_the_figures_at_once() {
    let mut world = World::new();
    build(&mut world, "contact ann ; contact bob");
    let (ann, bob) = (world.id("contact", "ann"), world.id("contact", "bob"));
    let figures = |world: &World, contact| {
        kernel::events::pump(&world.db, &world.cx).unwrap();
        world.read(|rx| rx.first(&Query::on("msdyn_contactkpiitem").eq("msdyn_contactid", contact)))
    };
    let happened = |world: &World, contact, kind: &'static str| {
        world.write(move |tx| {
            let values = Values::new().with("assent_type", kind).with("assent_contactid", contact);
            tx.create("assent_interaction", values.with("assent_occurredon", tx.now()))
        });
    };
    happened(&world, ann, "EmailSent");
    assert!(figures(&world, ann).is_none(), "nothing is worked out before the solution is enabled");
    world.write(|tx| solution::enable(tx, EMBEDDED_INTELLIGENCE));
    for contact in [ann, bob] {
        happened(&world, contact, "EmailSent");
        happened(&world, contact, "EmailOpened");
        assert_eq!(figures(&world, contact).unwrap().get("msdyn_openedemails"), &Value::Int(1));
    }
    world.write(move |tx| tx.update("contact", ann, Values::new().with(COLUMN, true)));
    let at_once = world.read(|rx| rx.first(&Query::on("msdyn_contactkpiitem").eq("msdyn_contactid", ann)));
    assert!(at_once.is_none(), "gone in the transaction of the opt-out");
    happened(&world, ann, "EmailClicked");
    assert!(figures(&world, ann).is_none(), "and none come back");
    assert!(figures(&world, bob).is_some(), "others keep theirs");
    world.write(move |tx| tx.update("contact", ann, Values::new().with(COLUMN, false)));
    assert_eq!(figures(&world, ann).unwrap().get("msdyn_emaillinksclicked"), &Value::Int(1));
}

#[test]
fn columns_of_every_kind_are_added_with_their_default() {
    let mut world = World::new();
    build(&mut world, "contact ann");
    let ann = world.id("contact", "ann");
    let privacy = "privacy = { sensitivity = \"personal\", category = \"user.content\" }";
    let cases = [
        (
            "new_a",
            "type = \"text\"\nlabel = { en = \"A\" }\nmax_length = 20\ndefault = \"it's\"",
            Value::Text("it's".into()),
        ),
        ("new_b", "type = \"integer\"\nlabel = { en = \"B\" }\ndefault = 7", Value::Int(7)),
        ("new_c", "type = \"boolean\"\nlabel = { en = \"C\" }\ndefault = true", Value::Bool(true)),
        ("new_d", "type = \"text\"\nlabel = { en = \"D\" }\nmax_length = 20", Value::Null),
    ];
    for (column, definition, expected) in cases {
        let text = format!("{definition}\n{privacy}\n");
        world.write(move |tx| solution::add_column(tx, "contact", column, &text));
        assert_eq!(world.read(|rx| rx.get("contact", ann)).get(column), &expected, "{column}");
    }
}

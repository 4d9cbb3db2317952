//! Segments: they follow what their filter asks for, and keep who left and why.

use engagement::segment;
use kernel::{Query, Values, uuid::Uuid};

use crate::story::{World, act, build};

const MEMBERSHIPS: &str = "assent_segmentmember_assent_contactid_contact";

fn make(world: &World, name: &'static str, query: String) -> Uuid {
    world.write(move |tx| {
        let values = Values::new()
            .with("msdyncrm_segmentname", name)
            .with("msdyncrm_segmentquery", query.as_str())
            .with("statuscode", 192_350_006);
        tx.create(segment::ENTITY, values)
    })
}

fn size(world: &World, id: Uuid) -> u64 {
    world.read(|rx| rx.count(&Query::on(segment::MEMBER).eq("assent_segmentid", id)))
}

#[test]
fn a_segment_follows_the_segments_it_asks_for_and_keeps_who_left() {
    let mut world = World::new();
    build(
        &mut world,
        "contact ann jobtitle=Staff ; contact bob jobtitle=Staff ; contact cid ; segment staff: jobtitle eq 'Staff'",
    );
    let staff = world.id("segment", "staff");
    let others = make(&world, "others", format!("not {MEMBERSHIPS}/any(m:m/assent_segmentid eq {staff})"));
    act(&mut world, "worker");
    assert_eq!((size(&world, staff), size(&world, others)), (2, 1));

    let ann = world.id("contact", "ann");
    world.write(move |tx| tx.update("contact", ann, Values::new().with("jobtitle", "Guest")));
    act(&mut world, "worker");
    assert_eq!((size(&world, staff), size(&world, others)), (1, 2));
    let left = Query::on("assent_interaction").eq("assent_type", "SegmentLeft").eq("assent_segmentid", staff);
    let left = world.read(|rx| rx.rows(&left));
    assert_eq!(left.iter().map(|it| it.text("assent_detail")).collect::<Vec<_>>(), ["changed: jobtitle"]);
    let sizes = world.read(|rx| segment::growth(rx, staff));
    assert_eq!(sizes.iter().map(|it| it.size).collect::<Vec<_>>(), [2, 1]);
}

#[test]
fn a_segment_asks_for_live_segments_only_and_not_for_itself() {
    let mut world = World::new();
    build(&mut world, "contact ann ; segment a: lastname ne null");
    let a = world.id("segment", "a");
    let b = make(&world, "b", format!("{MEMBERSHIPS}/any(m:m/assent_segmentid eq {a})"));
    world.write(move |tx| tx.update(segment::ENTITY, a, Values::new().with("statuscode", 192_350_003)));
    let refused = |of: Uuid| {
        let query = format!("{MEMBERSHIPS}/any(m:m/assent_segmentid eq {of})");
        let values = Values::new().with("msdyncrm_segmentquery", query);
        world.db.write(&world.cx, move |tx| tx.update(segment::ENTITY, a, values.clone())).unwrap_err().to_string()
    };
    let (itself, round) = (refused(a), refused(b));
    assert!(itself.contains("asks for the segment's own members"), "{itself}");
    assert!(round.contains("asks for the segment b, which asks for this one in turn"), "{round}");
}

#[test]
fn a_segment_follows_what_people_do() {
    let mut world = World::new();
    build(
        &mut world,
        "switches enforced ; contact ann consent=4 ; segment s: statecode eq 0 ; journey tour segment=s minimum=3: email hello",
    );
    let sent =
        make(&world, "sent", "assent_interaction_assent_contactid_contact/any(i:i/assent_type eq 'EmailSent')".into());
    assert_eq!(size(&world, sent), 0);
    act(&mut world, "worker");
    assert_eq!(size(&world, sent), 1);
}

#[test]
fn members_are_picked_in_static_segments_only() {
    let mut world = World::new();
    build(&mut world, "contact ann ; segment s: lastname eq 'Nobody'");
    let (ann, dynamic) = (world.id("contact", "ann"), world.id("segment", "s"));
    let marketer = world.role("marketer");
    let pick = move |segment| Values::new().with("assent_segmentid", segment).with("assent_contactid", ann);
    let error = world.db.write(&marketer, move |tx| tx.create(segment::MEMBER, pick(dynamic))).unwrap_err();
    assert!(error.to_string().contains("follow from its filter"), "{error}");
    let picked = world.write(|tx| {
        tx.create(
            segment::ENTITY,
            Values::new().with("msdyncrm_segmentname", "picked").with("msdyncrm_segmenttype", 192_350_001),
        )
    });
    let member = world.db.write(&marketer, move |tx| tx.create(segment::MEMBER, pick(picked))).unwrap();
    act(&mut world, "worker");
    assert_eq!(world.read(|rx| rx.get(segment::ENTITY, picked)).get("msdyncrm_segmentsize").as_int(), Some(1));
    world.db.write(&marketer, move |tx| tx.delete(segment::MEMBER, member)).unwrap();
    act(&mut world, "worker");
    assert_eq!(world.read(|rx| rx.get(segment::ENTITY, picked)).get("msdyncrm_segmentsize").as_int(), Some(0));
}

//! The dry run of a journey: it says what then happens.

use std::collections::BTreeMap;

use connect::mail;
use engagement::journey::{self, Rehearsal};
use kernel::{Query, Values};

use crate::story::{World, act, build};

const SETUP: &str = "switches enforced ; contact ann consent=4 ; contact bob consent=4 email=ann@example.org ; contact cid consent=1 ;
     contact dan consent=4 donotbulkemail ; contact eve consent=4 jobtitle=Staff ; contact fay consent=4 donotemail ; contact gus consent=5 ;
     segment s: statecode eq 0 ; segment staff: jobtitle eq 'Staff' ;
     journey tour segment=s suppression=staff minimum=3 draft: wait PT0H -> email hello -> email tips";

fn dry(world: &World) -> Rehearsal {
    world.read(|rx| journey::rehearse(rx, world.id("journey", "tour")))
}

fn reasons(of: &[(&str, usize)]) -> BTreeMap<String, usize> {
    of.iter().map(|(reason, count)| ((*reason).to_owned(), *count)).collect()
}

#[test]
fn the_dry_run_counts_by_reason_and_writes_nothing() {
    let mut world = World::new();
    build(&mut world, SETUP);
    let told = dry(&world);
    assert_eq!((told.live, told.audience, told.would_get, told.forms), (false, 7, 2, 0), "{told:?}");
    assert_eq!(
        told.would_not,
        reasons(&[
            ("Contact does not allow bulk e-mail", 1),
            ("Contact does not allow e-mail", 1),
            ("Contact is in the suppression segment", 1),
            ("Contact lowered consent below threshold", 1),
            ("This address was served by this tile already", 1),
        ])
    );
    assert_eq!(told.by_tile, reasons(&[("hello", 2)]));
    assert_eq!(dry(&world), told);
    assert_eq!(world.read(|rx| rx.count(&Query::on(journey::PARTICIPANT))), 0);
    // What then happens is what was told.
    let id = world.id("journey", "tour");
    world.write(move |tx| tx.update(journey::ENTITY, id, Values::new().with("statuscode", 192_350_006)));
    act(&mut world, "worker");
    let sent = Query::on(mail::ENTITY).eq("assent_tile", "hello").eq("statuscode", 4);
    assert_eq!(world.read(|rx| rx.count(&sent)), 2);
    let after = dry(&world);
    assert_eq!(
        (after.live, after.would_get, after.would_not.get("Contact took part already")),
        (true, 0, Some(&5)),
        "{after:?}"
    );
}

#[test]
fn a_segment_that_is_not_live_yet_is_counted_by_its_filter() {
    let mut world = World::new();
    build(&mut world, SETUP);
    let id = world.id("segment", "s");
    world.write(move |tx| tx.update(engagement::segment::ENTITY, id, Values::new().with("statuscode", 192_350_007)));
    let told = dry(&world);
    assert_eq!((told.audience, told.would_get), (7, 2), "{told:?}");
}

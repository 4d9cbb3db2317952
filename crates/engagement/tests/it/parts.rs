//! What a day, or going live, asks for at once is done in parts: others write in between, and nothing is left.

use engagement::{confirmation, form::submission};
use jiff::{Timestamp, ToSpan};
use kernel::{Query, Tx, Value, Values, jobs, uuid::Uuid};
use privacy::optin::OptInRequest;

use crate::story::{World, act, build};

const MANY: usize = 450;

fn days_ago(tx: &Tx<'_>, days: i64) -> Timestamp {
    tx.now().checked_sub((days * 24).hours()).unwrap()
}

/// Makes many rows alike.
fn many(world: &World, entity: &'static str, values: impl Fn(&Tx<'_>, usize) -> Values + Send + Sync + 'static) {
    world.write(move |tx| {
        for at in 0..MANY {
            let values = values(tx, at);
            tx.create(entity, values)?;
        }
        Ok(())
    });
}

/// How many rows of these are left after each turn of the jobs, until none is.
fn left(world: &World, query: impl Fn() -> Query) -> Vec<u64> {
    let mut all = Vec::new();
    while all.last() != Some(&0) && all.len() < 10 {
        jobs::run_due(&world.db, &world.cx, 100).unwrap();
        all.push(world.read(|rx| rx.count(&query())));
    }
    all
}

fn wish(sent: Timestamp, expires: Timestamp, contact: Option<Uuid>) -> Values {
    Values::new()
        .with("assent_kind", 1)
        .with("assent_value", 587_030_004)
        .with("assent_contactid", contact)
        .with("assent_senton", sent)
        .with("assent_expireson", expires)
}

#[test]
fn wishes_end_and_are_forgotten_in_parts() {
    let world = World::new();
    many(&world, OptInRequest::ENTITY, |tx, _| wish(days_ago(tx, 10), days_ago(tx, 1), None));
    assert_eq!(left(&world, || Query::on(OptInRequest::ENTITY).eq("statuscode", 1)), [250, 50, 0]);
    world.go_to("25d");
    assert_eq!(left(&world, || Query::on(OptInRequest::ENTITY)), [250, 50, 0]);
}

#[test]
fn who_cannot_be_reminded_holds_up_nobody() {
    let mut world = World::new();
    build(&mut world, "contact ann donotemail ; contact bob");
    let (ann, bob) = (world.id("contact", "ann"), world.id("contact", "bob"));
    many(&world, OptInRequest::ENTITY, move |tx, at| {
        let whose = if at + 1 == MANY { bob } else { ann };
        wish(days_ago(tx, 5), tx.now().checked_add(480.hours()).unwrap(), Some(whose))
    });
    act(&mut world, "worker");
    let mails = world.read(|rx| rx.rows(&Query::on("assent_outgoingmail")));
    assert_eq!(mails.iter().map(|it| it.get("assent_contactid").as_guid()).collect::<Vec<_>>(), [Some(bob)]);
    assert_eq!(world.read(jobs::standing).waiting, 4, "the daily ones, and nothing more");
    world.go_to("24h");
    act(&mut world, "worker");
    let again = confirmation::DAILY;
    assert_eq!(world.read(|rx| rx.count(&Query::on("assent_outgoingmail"))), 1, "{again} reminds once");
}

#[test]
fn submissions_and_friends_are_forgotten_in_parts() {
    let world = World::new();
    many(&world, "msdyncrm_marketingformsubmission", |_, _| Values::new().with("statuscode", 192_350_001));
    world.write(|tx| tx.as_system("test", |tx| kernel::setting::set(tx, submission::FAILED_DAYS, "5")));
    world.go_to("6d");
    assert_eq!(left(&world, || Query::on("msdyncrm_marketingformsubmission")), [250, 50, 0]);
    let mail = world.write(|tx| {
        tx.create(
            "assent_outgoingmail",
            Values::new().with("assent_purpose", 9).with("assent_idempotencykey", "forward"),
        )
    });
    many(&world, "assent_forward", move |tx, at| {
        Values::new()
            .with("assent_mailid", mail)
            .with("assent_hash", format!("{at:064}"))
            .with("assent_email", format!("friend{at}@example.org"))
            .with("assent_expireson", days_ago(tx, 1))
    });
    world.go_to("8d");
    assert_eq!(left(&world, || Query::on("assent_forward")), [250, 50, 0]);
}

#[test]
fn whoever_is_below_a_minimum_that_rose_leaves_in_parts_and_before_it_begins() {
    let mut world = World::new();
    build(
        &mut world,
        "switches enforced ; contact ann consent=3 ; segment s: msgdpr_gdprconsent ge 587030003 ; journey tour segment=s minimum=3: wait P9D -> email hello",
    );
    act(&mut world, "worker");
    act(&mut world, "user sets journey tour stop");
    let (journey, ann) = (world.id("journey", "tour"), world.id("contact", "ann"));
    let row = world.read(|rx| rx.first(&Query::on("assent_participant"))).unwrap();
    let iteration = row.get("assent_iterationid").as_guid().unwrap();
    many(&world, "contact", |_, at| {
        Values::new()
            .with("lastname", "Example")
            .with("emailaddress1", format!("c{at}@example.org"))
            .with("msgdpr_gdprconsent", 587_030_003)
    });
    world.write(move |tx| {
        for contact in tx.ids(&Query::on("contact"))?.into_iter().filter(|it| *it != ann) {
            let values = Values::new()
                .with("assent_journeyid", journey)
                .with("assent_iterationid", iteration)
                .with("assent_contactid", contact)
                .with("assent_tile", "wait1")
                .with("statuscode", 2);
            tx.create("assent_participant", values)?;
        }
        let begins = tx.now().checked_add(240.hours()).unwrap();
        let values = Values::new().with("msgdpr_requiredconsent", 587_030_004).with("msdyncrm_startdatetime", begins);
        tx.update("msdyncrm_customerjourney", journey, values)
    });
    world
        .write(move |tx| tx.update("msdyncrm_customerjourney", journey, Values::new().with("statuscode", 192_350_006)));
    let there = || Query::on("assent_participant").eq("statecode", 0);
    assert_eq!(world.read(|rx| rx.count(&there())), MANY as u64 + 1 - 200, "those who are first leave with it");
    assert_eq!(left(&world, there), [51, 0]);
    let reasons = Query::on("assent_participant").eq("assent_stopreason", Value::Null);
    assert_eq!(world.read(|rx| rx.count(&reasons)), 0);
}

#[test]
fn a_segment_is_evaluated_in_parts() {
    let mut world = World::new();
    let member = || Query::on("assent_segmentmember");
    many(&world, "contact", |_, at| {
        Values::new().with("lastname", "Example").with("address1_city", if at % 10 == 0 { "South" } else { "North" })
    });
    build(&mut world, "segment s: address1_city eq 'North'");
    let segment = world.id("segment", "s");
    let size =
        |world: &World| world.read(|rx| rx.get("msdyncrm_segment", segment)).get("msdyncrm_segmentsize").as_int();
    let count = |world: &World| world.read(|rx| rx.count(&member()));
    assert_eq!((count(&world), size(&world)), (200, None), "the size is told when it is exact");
    jobs::run_due(&world.db, &world.cx, 100).unwrap();
    assert_eq!((count(&world), size(&world)), (400, None));
    jobs::run_due(&world.db, &world.cx, 100).unwrap();
    assert_eq!((count(&world), size(&world)), (405, Some(405)));
    // Every one of them moves; nobody follows but the hourly evaluation.
    world.write(|tx| {
        for contact in tx.ids(&Query::on("contact"))? {
            let north = tx.get("contact", contact)?.text("address1_city") == "North";
            let city = if north { "South" } else { "North" };
            tx.update("contact", contact, Values::new().with("address1_city", city))?;
        }
        Ok(())
    });
    world.go_to("1h");
    let mut counts = Vec::new();
    while size(&world) != Some(45) && counts.len() < 10 {
        jobs::run_due(&world.db, &world.cx, 100).unwrap();
        counts.push(count(&world));
    }
    assert!(counts.windows(2).all(|it| it[0].abs_diff(it[1]) <= 400), "{counts:?}");
    assert!(counts.len() > 2 && count(&world) == 45, "{counts:?}");
    let found = world.read(|rx| {
        rx.rows(&member())?
            .iter()
            .map(|it| it.get("assent_contactid").as_guid())
            .map(|it| rx.get("contact", it.unwrap()))
            .collect::<kernel::Result<Vec<_>>>()
    });
    assert!(found.iter().all(|it| it.text("address1_city") == "North"));
}

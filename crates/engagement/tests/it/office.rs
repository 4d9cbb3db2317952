//! The desk of the privacy officer: clocks, decisions, refusals (`spec/data-subject-requests.md` 22,
//! `spec/beyond.md` 2).

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use kernel::{Error, Kind, Query, Values, setting, uuid::Uuid};
use privacy::request::{self, Channel, DataSubjectRequest, Intake, Type, clock};

use crate::story::World;

const HOLIDAYS: &[(i8, i8)] = &[(1, 1), (12, 25), (12, 26)];

#[test]
fn the_clock_counts_as_regulation_1182_71_does() {
    let cases = [
        ("2026-01-31", "2026-03-02", "2026-04-30"),
        ("2026-03-31", "2026-04-30", "2026-06-30"),
        ("2026-11-22", "2026-12-22", "2027-02-22"),
        ("2027-01-29", "2027-03-01", "2027-04-29"),
        ("2027-01-31", "2027-03-01", "2027-04-30"),
        ("2028-01-31", "2028-02-29", "2028-05-01"),
    ];
    for (received, statutory, extended) in cases {
        let at: Timestamp = format!("{received}T10:00:00Z").parse().unwrap();
        let dates = clock::dates(at, &TimeZone::UTC, HOLIDAYS).unwrap();
        assert_eq!(
            (dates.statutory.to_string(), dates.extended.to_string()),
            (statutory.into(), extended.into()),
            "{received}"
        );
        assert_eq!(dates.due, dates.statutory.min(dates.thirty_days));
        assert!(dates.rule.contains("1182/71"), "{}", dates.rule);
    }
    // The last day is a holiday, and then a weekend.
    let at: Timestamp = "2026-11-25T10:00:00Z".parse().unwrap();
    assert_eq!(clock::dates(at, &TimeZone::UTC, HOLIDAYS).unwrap().statutory.to_string(), "2026-12-28");
}

pub fn intake(kind: Type, email: &str) -> Intake {
    Intake { kind, email: email.into(), received_on: None, channel: Channel::Email, name: None, text: None }
}

/// A request that was opened by an officer now.
pub fn open(world: &World, kind: Type, email: &str) -> Uuid {
    let intake = intake(kind, email);
    world.db.write(&world.role("privacy-officer"), move |tx| request::open(tx, &intake)).unwrap()
}

fn extend(world: &World, id: Uuid, until: &str, reason: &str) -> Result<(), Error> {
    let (until, reason) = (until.parse::<Date>().unwrap(), reason.to_owned());
    world.db.write(&world.role("privacy-officer"), move |tx| request::extend(tx, id, until, &reason))
}

#[test]
fn the_day_is_that_of_the_organisation_and_a_late_extension_is_refused() {
    let world = World::new();
    world.write(|tx| setting::set(tx, clock::ZONE, "Europe/Berlin"));
    // 23:50 in Berlin, the 31st there and in UTC.
    world.clock.set("2018-01-31T22:50:00Z".parse().unwrap());
    let id = open(&world, Type::Access, "ann@example.org");
    let request = world.read(|rx| DataSubjectRequest::get(rx, id));
    assert_eq!(request.due_on.unwrap().to_string(), "2018-02-28");
    // 00:50 in Berlin on the first of February, though in UTC it is January still.
    world.clock.set("2018-01-31T23:50:00Z".parse().unwrap());
    let later = open(&world, Type::Access, "ann@example.org");
    assert_eq!(world.read(|rx| DataSubjectRequest::get(rx, later)).statutory_on.unwrap().to_string(), "2018-03-01");

    world.clock.set("2018-02-28T22:30:00Z".parse().unwrap());
    assert_eq!(extend(&world, id, "2018-04-30", "").unwrap_err().target, "assent_extensionreason");
    assert_eq!(extend(&world, id, "2018-05-02", "Many records").unwrap_err().target, "assent_extendedon");
    world.clock.set("2018-03-01T08:00:00Z".parse().unwrap());
    let late = extend(&world, id, "2018-04-30", "Many records").unwrap_err();
    assert_eq!((late.kind, late.target.as_str()), (Kind::Invalid, "assent_extensionnoticedon"));
    assert!(late.text.contains("late"), "{}", late.text);
    // On the last day itself it is in time.
    extend(&world, later, "2018-04-30", "Many records").unwrap();
    assert_eq!(world.read(|rx| DataSubjectRequest::get(rx, later)).due_on.unwrap().to_string(), "2018-04-30");
}

#[test]
fn the_interface_keeps_the_same_clock() {
    let world = World::new();
    let values = Values::new().with("assent_type", 1).with("assent_email", "ann@example.org");
    let id =
        world.db.write(&world.role("privacy-officer"), move |tx| tx.create(request::ENTITY, values.clone())).unwrap();
    let row = world.read(|rx| rx.get(request::ENTITY, id));
    assert_eq!(row.get("assent_dueon").as_date().unwrap().to_string(), "2026-04-01");
    assert!(row.text("assent_clockrule").contains("thirty days"));
    let future = Values::new().with("assent_type", 1).with("assent_receivedon", "2027-01-01T00:00:00Z");
    let refused = world.db.write(&world.cx, move |tx| tx.create(request::ENTITY, future.clone())).unwrap_err();
    assert_eq!(refused.target, "assent_receivedon");
    let by_hand = Values::new().with("assent_dueon", "2030-01-01");
    let refused =
        world.db.write(&world.role("privacy-officer"), move |tx| tx.update(request::ENTITY, id, by_hand.clone()));
    assert_eq!(refused.unwrap_err().target, "assent_dueon");
}

#[test]
fn a_refusal_after_discovery_gives_reasons_and_the_complaint_notice() {
    let mut world = World::new();
    crate::story::build(&mut world, "contact ann");
    let id = open(&world, Type::Access, "ann@example.org");
    let officer = world.role("privacy-officer");
    world.db.write(&officer, move |tx| request::plan(tx, id, &[]).map(|_| ())).unwrap();
    let empty = world.db.write(&officer, move |tx| request::decline(tx, id, "rights-of-others", " ")).unwrap_err();
    assert!(empty.text.contains("12(4)"));
    let answer = world
        .db
        .write(&officer, move |tx| request::decline(tx, id, "rights-of-others", "The letters are those of another."))
        .unwrap();
    for part in
        ["The letters are those of another.", "complaint with a supervisory authority", "judicial remedy", "12(4)"]
    {
        assert!(answer.contains(part), "{answer}");
    }
    let mut out = Vec::new();
    assert_eq!(request::run(&world.db, &officer, id, &mut out).unwrap_err().kind, Kind::Conflict);
    assert!(out.is_empty(), "no data leaves");
    let closed = world.db.write(&officer, move |tx| request::plan(tx, id, &[]).map(|_| ())).unwrap_err();
    assert_eq!(closed.kind, Kind::Conflict);
}

#[test]
fn only_officers_work_on_requests() {
    let world = World::new();
    for role in ["marketer", "sales-person", "integrator", "auditor", "public"] {
        let it = intake(Type::Erasure, "ann@example.org");
        let refused = world.db.write(&world.role(role), move |tx| request::open(tx, &it)).unwrap_err();
        assert_eq!(refused.kind, Kind::Forbidden, "{role}");
    }
    assert_eq!(world.read(|rx| rx.count(&Query::on(request::ENTITY))), 0);
    let bad = intake(Type::Erasure, "nowhere");
    let refused = world.db.write(&world.role("privacy-officer"), move |tx| request::open(tx, &bad)).unwrap_err();
    assert_eq!(refused.target, "email");
}

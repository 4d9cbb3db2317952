//! What is known of one person's behaviour: page visits, insights, the person's time zone, and what is forgotten.

use engagement::{
    insights, interaction,
    interaction::{Visit, visited},
    link::Link,
    zone,
};
use kernel::{Query, Values, setting, uuid::Uuid};

use crate::story::{World, act, build};

fn page(world: &World) {
    world.write(|tx| {
        let values = Values::new()
            .with("msdyncrm_name", "Spring")
            .with("msdyncrm_type", 0)
            .with("msdyncrm_partialurl", "spring")
            .with("msdyncrm_content", "What to sow")
            .with("statuscode", 192_350_006);
        tx.create("msdyncrm_marketingpage", values)
    });
}

fn visits(world: &World) -> u64 {
    world.read(|rx| rx.count(&Query::on(interaction::ENTITY).eq("assent_type", interaction::PAGE_VISITED)))
}

fn comes(world: &World, contact: Uuid, visit: Visit) -> bool {
    let token = world.read(|rx| Link::Visit { contact }.token(rx));
    world.db.write(&world.public(), move |tx| visited(tx, &token, "spring", visit)).unwrap()
}

fn set(world: &World, contact: Uuid, column: &'static str, to: bool) {
    world.write(move |tx| tx.update("contact", contact, Values::new().with(column, to)));
}

#[test]
fn a_visit_is_recorded_of_whoever_allows_it_once_in_half_an_hour() {
    let mut world = World::new();
    build(&mut world, "contact ann");
    page(&world);
    let ann = world.id("contact", "ann");
    let person = Visit::default();
    assert!(!comes(&world, ann, Visit { machine: true, ..person }), "a program");
    assert!(!comes(&world, ann, Visit { declines: true, ..person }), "DNT: 1");
    assert!(comes(&world, ann, person));
    assert!(!comes(&world, ann, person), "a reload");
    world.go_to("1h");
    assert!(comes(&world, ann, person));
    let row = world.read(|rx| rx.first(&Query::on(interaction::ENTITY).eq("assent_type", "WebsiteVisited"))).unwrap();
    assert!(row.get("assent_pageid").as_guid().is_some());
    assert!(row.text("assent_linkurl").ends_with("/p/spring"), "and nothing of the personal link");

    set(&world, ann, "msgdpr_donottrack", true);
    world.go_to("3h");
    assert!(!comes(&world, ann, person));
    set(&world, ann, "msgdpr_donottrack", false);
    assert!(!comes(&world, ann, Visit { objects: true, ..person }), "Sec-GPC: 1");
    assert!(world.read(|rx| rx.get("contact", ann)).get("msgdpr_donottrack").is_true(), "is an objection");
    assert_eq!(visits(&world), 2);

    let center = world.read(|rx| Link::Center { contact: ann, mail: ann }.token(rx));
    let other = world.db.write(&world.public(), move |tx| visited(tx, &center, "spring", person));
    assert!(other.is_err(), "a link for something else makes nobody known");
    world.write(move |tx| tx.delete("contact", ann));
    assert_eq!(visits(&world), 0, "they go with the person");
    assert!(!comes(&world, ann, person), "whom nobody knows any more");
}

#[test]
fn a_link_to_a_page_of_ours_makes_known_whoever_allows_tracking() {
    let mut world = World::new();
    build(&mut world, "contact ann");
    page(&world);
    let ann = world.id("contact", "ann");
    let follow = |world: &World, visit: Visit| {
        let key = world.cx.new_id().to_string();
        let token = world.write(move |tx| {
            let values = Values::new()
                .with("assent_contactid", ann)
                .with("assent_to", "ann@example.org")
                .with("assent_purpose", 1)
                .with("assent_tracked", true)
                .with("assent_links", "http://127.0.0.1:8080/p/spring")
                .with("assent_idempotencykey", key.as_str());
            let mail = tx.create("assent_outgoingmail", values)?;
            Link::Click { mail, number: 0 }.token(tx)
        });
        world.db.write(&world.public(), move |tx| interaction::clicked(tx, &token, visit)).unwrap()
    };
    let marked = follow(&world, Visit::default());
    let token = marked.split_once("/p/spring?v=").unwrap().1.to_owned();
    assert!(world.db.write(&world.public(), move |tx| visited(tx, &token, "spring", Visit::default())).unwrap());
    let plain = "http://127.0.0.1:8080/p/spring";
    assert_eq!(follow(&world, Visit { declines: true, ..Visit::default() }), plain);
    assert_eq!(follow(&world, Visit { machine: true, ..Visit::default() }), plain);
    set(&world, ann, "msgdpr_donottrack", true);
    assert_eq!(follow(&world, Visit::default()), plain);
}

fn happened(world: &World, contact: Uuid, kind: &'static str, at: &str, detail: Option<&'static str>) {
    let at: jiff::Timestamp = at.parse().unwrap();
    world.write(move |tx| {
        let values = Values::new()
            .with("assent_type", kind)
            .with("assent_contactid", contact)
            .with("assent_occurredon", at)
            .with("assent_detail", detail);
        tx.create(interaction::ENTITY, values)
    });
}

#[test]
fn insights_count_what_may_be_counted_and_say_what_they_hold_back() {
    let mut world = World::new();
    build(&mut world, "switches enforced ; contact ann consent=5");
    let ann = world.id("contact", "ann");
    world.write(move |tx| tx.update("contact", ann, Values::new().with(zone::COLUMN, "pacific/auckland")));
    // The clock stands at 2026-03-02T08:00Z; in Auckland it is 21:00.
    happened(&world, ann, "EmailSent", "2026-02-27T10:00:00Z", None);
    happened(&world, ann, "EmailOpened", "2026-02-28T12:30:00Z", None);
    happened(&world, ann, "EmailOpened", "2026-02-28T12:31:00Z", Some("machine"));
    happened(&world, ann, "WebsiteVisited", "2026-03-01T12:00:00Z", None);
    happened(&world, ann, "EmailSent", "2024-01-01T00:00:00Z", None);
    let told = |world: &World| world.read(|rx| insights::of(rx, ann, 12));
    let short = |it: &insights::Insights| {
        it.counts.iter().map(|it| format!("{} {} {}", it.month, it.kind, it.count)).collect::<Vec<_>>().join(", ")
    };
    let all = told(&world);
    assert_eq!((all.zone.as_str(), all.since.to_string().as_str()), ("Pacific/Auckland", "2025-04-01"));
    assert_eq!(short(&all), "2026-02-01 EmailSent 1, 2026-03-01 EmailOpened 1, 2026-03-01 WebsiteVisited 1");
    assert_eq!((all.hours.len(), all.hours[1]), (24, 1), "half past one in the night, there");

    world.write(move |tx| tx.update("contact", ann, Values::new().with("msgdpr_gdprconsent", 587_030_004)));
    let marketing = told(&world);
    assert!(marketing.behaviour.allowed && marketing.hours.is_empty());
    assert_eq!((marketing.conclusions.allowed, marketing.conclusions.fact), (false, "msgdpr_gdprconsent"));

    set(&world, ann, "msgdpr_donottrack", true);
    let less = told(&world);
    assert_eq!(short(&less), "2026-02-01 EmailSent 1");
    assert_eq!((less.behaviour.fact, less.withheld), ("msgdpr_donottrack", 2));

    let sales = world.role("sales-person");
    assert!(world.db.read(&sales, |rx| insights::of(rx, ann, 12)).is_err(), "who may not read interactions");
    assert!(world.db.read(&world.role("marketer"), |rx| insights::of(rx, ann, 12)).is_ok());
}

#[test]
fn a_time_zone_is_one_that_is_known() {
    let mut world = World::new();
    build(&mut world, "contact ann");
    let ann = world.id("contact", "ann");
    let write = |text: &'static str| {
        world.db.write(&world.cx, move |tx| tx.update("contact", ann, Values::new().with(zone::COLUMN, text)))
    };
    let of = || {
        let row = world.read(|rx| rx.get("contact", ann));
        world.read(|rx| zone::of(rx, &row)).iana_name().unwrap().to_owned()
    };
    assert_eq!(of(), "UTC", "nothing is known");
    world.write(|tx| tx.as_system("test", |tx| setting::set(tx, "organisation.time_zone", "Europe/Berlin")));
    assert_eq!(of(), "Europe/Berlin", "the organisation's");
    for (text, stored) in [("america/new_york", "America/New_York"), (" Asia/Tokyo ", "Asia/Tokyo")] {
        assert!(write(text).is_ok());
        assert_eq!(world.read(|rx| rx.get("contact", ann)).text(zone::COLUMN), stored);
        assert_eq!(of(), stored);
    }
    for text in ["Middle/Earth", "GMT+25", "CEST in summer"] {
        let refused = write(text).unwrap_err();
        assert_eq!(refused.target.as_str(), zone::COLUMN);
        assert!(refused.text.contains("Europe/Berlin"), "{refused}");
    }
    assert!(write("").is_ok());
    assert_eq!(of(), "Europe/Berlin");
}

#[test]
fn what_was_only_for_a_moment_is_forgotten() {
    let mut world = World::new();
    build(&mut world, "contact ann");
    page(&world);
    let ann = world.id("contact", "ann");
    assert!(comes(&world, ann, Visit::default()));
    let mail = |world: &World, key: &'static str, purpose: i64, status: i64| {
        world.write(move |tx| {
            let values = Values::new()
                .with("assent_purpose", purpose)
                .with("assent_idempotencykey", key)
                .with("assent_html", "<p>Hello</p>")
                .with("assent_failure", (status == 5).then_some("Contact does not allow e-mail"))
                .with("statuscode", status);
            tx.create("assent_outgoingmail", values)
        })
    };
    let (sent, waiting) = (mail(&world, "test one", 10, 4), mail(&world, "test two", 10, 8));
    let (told, blocked) = (mail(&world, "letter one", 1, 4), mail(&world, "letter two", 1, 5));
    let find = |world: &World, id: Uuid| world.read(|rx| rx.find("assent_outgoingmail", id));
    let day = |world: &mut World, day: &str| {
        world.go_to(day);
        act(world, "worker");
    };
    day(&mut world, "6d");
    assert!(find(&world, sent).is_some() && find(&world, waiting).is_some());
    day(&mut world, "8d");
    assert!(find(&world, sent).is_none() && find(&world, waiting).is_none());
    day(&mut world, "91d");
    let held = find(&world, blocked).unwrap();
    assert_eq!((held.text("assent_html"), held.text("assent_failure")), ("", "Contact does not allow e-mail"));
    assert_eq!(find(&world, told).unwrap().text("assent_html"), "<p>Hello</p>", "what was said is kept");
    assert_eq!(visits(&world), 1);
    day(&mut world, "397d");
    assert_eq!(visits(&world), 0);
}

#[test]
fn zero_days_keep_what_they_are_for() {
    let mut world = World::new();
    build(&mut world, "contact ann");
    page(&world);
    assert!(comes(&world, world.id("contact", "ann"), Visit::default()));
    world.write(|tx| {
        tx.as_system("test", |tx| {
            setting::set(tx, interaction::KEPT_DAYS, "0")?;
            setting::set(tx, connect::mail::TRIAL_DAYS, "0")
        })?;
        let values = Values::new().with("assent_purpose", 10).with("assent_idempotencykey", "test");
        tx.create("assent_outgoingmail", values.with("statuscode", 4))
    });
    world.go_to("900d");
    act(&mut world, "worker");
    assert_eq!((visits(&world), world.read(|rx| rx.count(&Query::on("assent_outgoingmail")))), (1, 1));
}

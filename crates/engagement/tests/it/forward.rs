//! Forward to a friend (`spec/marketing.md` 10, check 12).

use connect::mail;
use kernel::Query;
use privacy::suppression;

use crate::story::{World, act, build, check};

const SETUP: &str = "form pass forward ; contact ann consent=4 firstname=Annabel ; email hello ;
     segment s: msgdpr_gdprconsent ge 587030003 ; journey tour segment=s: email hello";

#[test]
fn a_friend_gets_a_copy_and_becomes_nobody() {
    check(
        SETUP,
        "
        0h   worker                          -> tour: ann entered, finished at hello ; mail hello to ann (basis: consent)
        1h   ann forwards hello to gil=Gil eve -> page taken ; copy of hello (basis: forwarded by another person) ; copy of hello (basis: forwarded by another person) ; EmailForwarded by ann (2)
        1h   worker                          -> copy of hello sent ; copy of hello sent
        2h   gil opens copy                  -> opens 1, clicks null
        2h   gil clicks copy                 -> opens 1, clicks 1
        2h   worker                          -> (nothing)
        3h   ann forwards hello to gil       -> page taken ; EmailForwarded by ann (1)
        3h   ann forwards hello to nowhere@  -> page form-again (friend-1-email: This is not a mail address; write name@domain.example.)
        720h worker                          -> (nothing)
        721h worker                          -> (nothing)
        721h ann forwards hello to gil       -> page taken ; copy of hello (basis: forwarded by another person) ; EmailForwarded by ann (1)",
    );
}

#[test]
fn whoever_said_no_gets_no_copy_and_nobody_is_told() {
    check(
        "form pass forward ; contact ann consent=4 ; contact bob donotbulkemail ; contact cara donotemail ;
         contact dan child ; contact finn consent=4 ; email hello ; segment s: msgdpr_gdprconsent ge 587030003 ;
         journey tour segment=s: email hello",
        "
        0h worker                         -> tour: ann entered, finished at hello ; tour: finn entered, finished at hello ; mail hello to ann (basis: consent) ; mail hello to finn (basis: consent)
        1h ann forwards hello to bob cara -> page taken ; EmailForwarded by ann (2)
        1h ann forwards hello to dan      -> page taken ; EmailForwarded by ann (1)
        1h ann forwards hello to gil eve  -> page taken ; copy of hello (basis: forwarded by another person) ; copy of hello (basis: forwarded by another person) ; EmailForwarded by ann (2)
        1h gil refuses copies             -> (nothing)
        1h worker                         -> copy of hello blocked (The address is on the suppression ledger) ; copy of hello sent
        1h gil refuses copies             -> (nothing)
        2h finn forwards hello to gil     -> page taken ; EmailForwarded by finn (1)",
    );
}

#[test]
fn from_one_mail_there_are_twenty_copies_and_of_transactional_ones_none() {
    let mut world = World::new();
    build(
        &mut world,
        "form pass forward ; contact ann consent=4 ; email hello ; email bill transactional ;
         segment s: msgdpr_gdprconsent ge 587030003 ; journey tour segment=s: email hello -> email bill",
    );
    act(&mut world, "worker");
    for number in 0..10 {
        let told = act(&mut world, &format!("ann forwards hello to f{number} g{number}"));
        assert_eq!(told, ["page taken"]);
    }
    assert_eq!(act(&mut world, "ann forwards hello to late"), ["page too-many"]);
    assert_eq!(act(&mut world, "ann forwards bill to gil"), ["no such link"]);
}

#[test]
fn the_copy_holds_nothing_of_the_reader_and_the_address_is_gone_after_thirty_days() {
    let mut world = World::new();
    build(&mut world, SETUP);
    act(&mut world, "worker");
    act(&mut world, "ann forwards hello to gil=Gilbert");
    let ann = world.id("contact", "ann");
    let original = world.read(|rx| rx.first(&Query::on(mail::ENTITY).eq("assent_contactid", ann))).unwrap();
    let copies = Query::on(mail::ENTITY).eq("assent_purpose", 9);
    let copy = world.read(|rx| rx.first(&copies)).unwrap();
    let all = copy.iter().map(|(_, it)| it.to_json().to_string()).collect::<String>();
    for personal in ["Annabel", "ann@example.org", &ann.to_string(), &original.id.to_string(), "gil@", "Gilbert"] {
        assert!(!all.contains(personal), "{personal} is in the copy: {all}");
    }
    let token = |html: &str, mark: &str| crate::story::token(html, mark);
    let (ours, theirs) = (original.text("assent_html"), copy.text("assent_html"));
    for mark in ["/o/", "/l/"] {
        assert!(token(theirs, mark).is_some() && token(ours, mark) != token(theirs, mark), "its own {mark}");
    }
    for mark in ["/s/", "/u/", "/w/"] {
        assert_eq!(token(theirs, mark), None, "{mark} is the reader's");
    }
    assert!(theirs.contains("deleted after 30 days") && copy.text("assent_text").contains("deleted after 30 days"));

    // Nobody sees the address, not even an administrator; the audit trail holds none.
    for role in ["system-administrator", "privacy-officer", "marketer", "auditor"] {
        assert!(world.db.read(&world.role(role), |rx| rx.rows(&Query::on("assent_forward"))).is_err(), "{role}");
    }
    let friend = world.read(|rx| rx.first(&Query::on("assent_forward"))).unwrap();
    assert_eq!(friend.text("assent_email"), "gil@example.org");
    let history = world.read(|rx| kernel::audit::history::of_record(rx, "assent_forward", friend.id));
    assert!(!format!("{history:?}").contains("gil@"), "{history:?}");

    // What is handed to the mail server has the name, and nothing else has.
    let claimed = world.write(|tx| mail::claim(tx, 10));
    let to: Vec<_> = claimed.mails.iter().filter_map(|it| it.to.clone()).collect();
    assert!(to.contains(&"Gilbert <gil@example.org>".to_owned()), "{to:?}");
    world.write(|tx| mail::recover(tx, tx.now()));

    let refuse = token(theirs, "/n/").unwrap();
    world.go_to("719h");
    act(&mut world, "worker");
    assert_eq!(world.read(|rx| rx.count(&Query::on("assent_forward"))), 1);
    world.go_to("720h");
    act(&mut world, "worker");
    assert_eq!(world.read(|rx| rx.count(&Query::on("assent_forward"))), 0);
    let kept = world.read(|rx| rx.get(mail::ENTITY, copy.id));
    assert!(kept.get("assent_html").is_null() && kept.get("assent_text").is_null());
    assert!(kept.get("assent_unsubscribeurl").is_null() && !kept.text("assent_links").is_empty());
    assert_eq!(world.read(|rx| rx.count(&Query::on("contact"))), 1, "no contact was made");
    assert_eq!(world.read(|rx| rx.count(&Query::on("lead"))), 0, "and no lead");

    // The friend's no works when the address is known here no longer.
    world.db.write(&world.public(), move |tx| engagement::form::forward::refuse(tx, &refuse)).unwrap();
    assert_eq!(world.read(|rx| suppression::in_force(rx, "Gil@Example.org")).len(), 1);
    assert_eq!(act(&mut world, "ann forwards hello to gil"), ["page taken"]);
    assert_eq!(world.read(|rx| rx.count(&copies)), 1);
}

#[test]
fn a_form_for_forwarding_has_its_element_and_nothing_else() {
    let mut world = World::new();
    build(&mut world, "form pass forward ; form news consent");
    let problems = |form: &str| {
        let form = world.id("form", form);
        world.read(|rx| engagement::form::problems(rx, form)).into_iter().map(|it| it.text).collect::<Vec<_>>()
    };
    assert_eq!(problems("pass"), Vec::<String>::new());
    let (pass, news) = (world.id("form", "pass"), world.id("form", "news"));
    let place = |form, kind: i64| {
        world.write(move |tx| {
            tx.update("msdyncrm_marketingform", form, kernel::Values::new().with("statuscode", 2))?;
            let values = kernel::Values::new().with("assent_formid", form).with("assent_kind", kind);
            tx.create("assent_formelement", values)
        });
    };
    place(pass, 3);
    place(pass, 7);
    place(news, 7);
    insta::assert_debug_snapshot!((problems("pass"), problems("news")), @r#"
    (
        [
            "this type of form has no do-not-bulk-email box; take it away",
            "a form for forwarding has exactly one element that asks for friends",
            "is on the form twice",
            "is on the form twice",
        ],
        [
            "this type of form has no element that asks for friends; take it away",
        ],
    )
    "#);
}

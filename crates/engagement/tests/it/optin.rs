//! A form's own double opt-in, reminders, and forgetting those who never confirm.

use engagement::{confirmation, form};
use kernel::{Query, Values};

use crate::story::{World, build};

const SETUP: &str = "switches logging ; list garden ; list tools ; contact ann consent=5 ; contact cara donotemail ;
     form news consent firstname list=garden list=tools ; email hello ;
     journey tour form=news: email hello";

fn own(world: &World) {
    let form = world.id("form", "news");
    world.write(move |tx| {
        tx.update(form::ENTITY, form, Values::new().with("statuscode", 2))?;
        for field in tx.ids(&Query::on("assent_formelement").eq("assent_formid", form).eq("assent_order", 0))? {
            tx.update("assent_formelement", field, Values::new().with("assent_required", true))?;
        }
        tx.update(form::ENTITY, form, Values::new().with("msdyncrm_enabledoubleoptin", true))?;
        tx.update(form::ENTITY, form, Values::new().with("statuscode", 192_350_006))
    });
}

fn count(world: &World, entity: &str) -> u64 {
    world.read(|rx| rx.count(&Query::on(entity)))
}

fn mails(world: &World, name: &str) -> u64 {
    let to = format!("{name}@example.org");
    world.read(|rx| rx.count(&Query::on("assent_outgoingmail").eq("assent_to", to).eq("assent_purpose", 3)))
}

#[test]
fn nobody_is_stored_before_the_button() {
    let mut world = World::new();
    build(&mut world, SETUP);
    own(&world);
    let people = count(&world, "contact");
    let said = crate::story::act(&mut world, "eve asks consent=4 firstname=Eve list-garden list-tools");
    assert_eq!(said, ["page check-your-inbox"]);
    assert_eq!(crate::story::act(&mut world, "cara asks consent=4"), ["page check-your-inbox"], "the same page");
    assert_eq!(count(&world, "contact"), people, "no contact");
    assert_eq!(count(&world, "assent_listmember"), 0, "what waits is no membership");
    assert_eq!(
        (mails(&world, "eve"), mails(&world, "cara")),
        (1, 0),
        "one mail for all lists; none against donotemail"
    );
    crate::story::act(&mut world, "worker");
    assert_eq!(count(&world, "assent_participant"), 0, "journeys wait");
    let mail = world.read(|rx| rx.first(&Query::on("assent_outgoingmail").eq("assent_to", "eve@example.org"))).unwrap();
    assert_eq!(mail.get("statuscode").as_int(), Some(4), "it was sent to an address without a contact");
    assert!(mail.get("assent_contactid").is_null());
    let text = mail.text("assent_text");
    assert!(["garden", "tools", "Marketing", "news"].iter().all(|it| text.contains(it)), "{text}");
    assert_eq!(crate::story::act(&mut world, "eve presses confirm"), Vec::<String>::new());
    let eve = world.read(|rx| rx.first(&Query::on("contact").eq("emailaddress1", "eve@example.org"))).unwrap();
    assert_eq!((eve.text("firstname"), eve.get("msgdpr_gdprconsent").as_int()), ("Eve", Some(587_030_004)));
    assert_eq!(count(&world, "assent_listmember"), 2);
    let record = world.read(|rx| rx.first(&Query::on("msgdpr_gdprconsentchangerecord").eq("msgdpr_contactid", eve.id)));
    let record = record.unwrap();
    assert_eq!(record.text("msgdpr_consentchangesource"), "DoubleOptIn");
    assert!(!record.get("assent_wordingid").is_null() && !record.get("assent_optinrequestid").is_null());
    let fields = world.read(|rx| {
        rx.count(&Query::on("msdyncrm_marketingfieldsubmission").eq("msdyncrm_fieldvalue", "eve@example.org"))
    });
    assert_eq!(fields, 0, "the form keeps no fields");
    crate::story::act(&mut world, "worker");
    assert_eq!(count(&world, "assent_participant"), 1, "the journey took her in");
    assert_eq!(crate::story::act(&mut world, "eve presses confirm"), ["gone"]);
}

#[test]
fn who_is_known_keeps_what_is_there_until_the_button() {
    let mut world = World::new();
    build(&mut world, SETUP);
    own(&world);
    let ann = world.id("contact", "ann");
    crate::story::act(&mut world, "ann asks firstname=Other list-garden consent=2 ");
    let row = world.read(|rx| rx.get("contact", ann));
    assert_eq!(row.text("firstname"), "ann");
    assert_eq!(row.get("msgdpr_gdprconsent").as_int(), Some(587_030_002), "less needs no confirmation");
    crate::story::act(&mut world, "worker");
    crate::story::act(&mut world, "ann presses confirm");
    let row = world.read(|rx| rx.get("contact", ann));
    assert_eq!((row.text("firstname"), count(&world, "assent_listmember")), ("Other", 1));
}

#[test]
fn a_repeat_sends_again_and_not_too_often() {
    let mut world = World::new();
    build(&mut world, SETUP);
    own(&world);
    for _ in 0..5 {
        assert_eq!(crate::story::act(&mut world, "eve asks consent=4"), ["page check-your-inbox"]);
    }
    assert_eq!((mails(&world, "eve"), count(&world, "assent_optinrequest")), (1, 1));
    // Something else is asked for: its mail waits until the hour is over, and the older link is of no use.
    crate::story::act(&mut world, "eve asks consent=4 list-garden");
    crate::story::act(&mut world, "worker");
    let sent = |world: &World| {
        world.read(|rx| {
            rx.count(&Query::on("assent_outgoingmail").eq("assent_to", "eve@example.org").eq("statuscode", 4))
        })
    };
    assert_eq!(sent(&world), 0, "the first was overtaken before it left, the second is not due");
    assert_eq!(count(&world, "msdyncrm_marketingformsubmission"), 1, "what was replaced is gone");
    world.go_to("1h");
    crate::story::act(&mut world, "worker");
    assert_eq!(sent(&world), 1);
    world.go_to("2h");
    crate::story::act(&mut world, "eve asks consent=4 list-garden");
    crate::story::act(&mut world, "worker");
    assert_eq!((sent(&world), count(&world, "assent_optinrequest")), (2, 2), "the same wish, mailed again");
    assert_eq!(crate::story::act(&mut world, "eve presses confirm older"), ["gone"]);
    assert_eq!(crate::story::act(&mut world, "eve presses confirm"), Vec::<String>::new());
}

#[test]
fn two_reminders_then_nothing_is_left() {
    let mut world = World::new();
    build(&mut world, SETUP);
    own(&world);
    let people = count(&world, "contact");
    crate::story::act(&mut world, "eve asks consent=4 list-garden");
    crate::story::act(&mut world, "worker");
    let mut told = Vec::new();
    for day in 1..=40 {
        world.go_to(&format!("{day}d"));
        let before = mails(&world, "eve");
        crate::story::act(&mut world, "worker");
        if mails(&world, "eve") > before {
            told.push(day);
        }
        if day == 11 {
            let text = "Reminder, please confirm: Our organisation";
            let reminders = world.read(|rx| rx.count(&Query::on("assent_outgoingmail").eq("assent_subject", text)));
            assert_eq!(reminders, 2);
        }
    }
    assert_eq!(told, [3, 10], "at most two reminders");
    for entity in ["assent_optinrequest", "msdyncrm_marketingformsubmission", "msdyncrm_marketingfieldsubmission"] {
        assert_eq!(count(&world, entity), 0, "{entity}");
    }
    assert_eq!((mails(&world, "eve"), count(&world, "contact")), (0, people));
}

#[test]
fn a_user_sends_it_again() {
    let mut world = World::new();
    build(&mut world, "contact ann ; contact bob ; form news consent");
    crate::story::act(&mut world, "ann asks consent=4");
    crate::story::act(&mut world, "bob asks consent=4");
    let again = |world: &World, who: Option<&'static str>| {
        world.write(move |tx| {
            let all = confirmation::waiting(tx, who, 0)?;
            confirmation::resend(tx, &all)
        })
    };
    assert_eq!(again(&world, None).too_soon, 2);
    world.go_to("2h");
    assert_eq!(again(&world, Some("ann@example.org")).written, 1);
    assert_eq!((again(&world, None).written, mails(&world, "ann"), mails(&world, "bob")), (1, 2, 2));
    // The link of the first mail still works.
    assert_eq!(crate::story::act(&mut world, "ann presses confirm older"), Vec::<String>::new());
}

#[test]
fn a_center_with_its_own_double_opt_in_waits_with_more_and_takes_less_at_once() {
    let mut world = World::new();
    build(
        &mut world,
        "switches logging ; list garden ; list tools ; contact ann consent=3 ; form prefs center firstname consent list=garden list=tools ;
         form news ; segment s: msgdpr_gdprconsent ge 587030003 ; journey tour segment=s: email hello",
    );
    let form = world.id("form", "prefs");
    world.write(move |tx| tx.update(form::ENTITY, form, Values::new().with("msdyncrm_enabledoubleoptin", true)));
    crate::story::act(&mut world, "worker");
    let said = crate::story::act(
        &mut world,
        "ann saves center consent=5 list-garden list-tools donotbulkemail firstname=Anna",
    );
    assert_eq!(said, ["page saved, check-your-inbox"]);
    let ann = world.id("contact", "ann");
    let row = world.read(|rx| rx.get("contact", ann));
    assert!(row.get("donotbulkemail").is_true(), "a no acts at once");
    assert_eq!((row.text("firstname"), mails(&world, "ann")), ("ann", 1), "one mail for all");
    crate::story::act(&mut world, "worker");
    assert_eq!(crate::story::act(&mut world, "ann presses confirm"), Vec::<String>::new());
    let row = world.read(|rx| rx.get("contact", ann));
    assert_eq!((row.text("firstname"), row.get("msgdpr_gdprconsent").as_int()), ("Anna", Some(587_030_005)));
    assert_eq!(count(&world, "assent_listmember"), 2);
}

#[test]
fn the_mail_is_in_the_language_of_the_wish() {
    let mut world = World::new();
    build(&mut world, "contact ann ; form news consent");
    let form = world.id("form", "news");
    world.write(move |tx| tx.update(form::ENTITY, form, Values::new().with("assent_language", "de-AT")));
    crate::story::act(&mut world, "ann asks consent=4");
    let mail = world.read(|rx| rx.first(&Query::on("assent_outgoingmail"))).unwrap();
    assert!(mail.text("assent_subject").starts_with("Bitte bestätigen"), "{}", mail.text("assent_subject"));
    assert!(mail.text("assent_text").contains("Der Link gilt 30 Tage"));
    assert_eq!(
        crate::story::act(&mut world, "ann asks email=nowhere"),
        ["page form-again (emailaddress1: Das ist keine E-Mail-Adresse; schreiben Sie name@domain.example.)"]
    );
}

#[test]
fn a_click_right_after_sending_is_a_machines_where_an_administrator_says_so() {
    let story = "contact ann consent=4 ; segment s: msgdpr_gdprconsent ge 587030003 ;
         journey tour segment=s: email hello -> if hello EmailClicked P3D ? email tips : email call";
    let counts_at_once = |setting: Option<&'static str>| {
        let mut world = World::new();
        build(&mut world, story);
        if let Some(seconds) = setting {
            world.write(move |tx| kernel::setting::set(tx, engagement::interaction::INSTANT, seconds));
        }
        crate::story::act(&mut world, "worker");
        crate::story::act(&mut world, "ann clicks mail hello");
        crate::story::act(&mut world, "worker");
        let at_once = count(&world, "assent_outgoingmail");
        world.clock.advance(3_600_000);
        crate::story::act(&mut world, "ann clicks mail hello");
        crate::story::act(&mut world, "worker");
        (at_once, count(&world, "assent_outgoingmail"))
    };
    assert_eq!(counts_at_once(None), (2, 2), "the first click counts, a second tells nothing new");
    assert_eq!(counts_at_once(Some("2")), (1, 2), "the person who comes later counts");
}

#[test]
fn an_objection_of_the_browser_is_noted_once() {
    let mut world = World::new();
    build(&mut world, "contact ann consent=4");
    let ann = world.id("contact", "ann");
    let objects = |world: &World| world.write(move |tx| engagement::privacy_control::object(tx, ann));
    assert!(objects(&world));
    assert!(world.read(|rx| rx.get("contact", ann)).get("msgdpr_donottrack").is_true());
    let query = Query::on("assent_interaction").eq("assent_type", engagement::privacy_control::OBJECTED);
    assert_eq!(world.read(|rx| rx.first(&query)).unwrap().text("assent_detail"), "Global Privacy Control (Sec-GPC: 1)");
    // What the person chooses afterwards stands.
    world.write(move |tx| tx.update("contact", ann, Values::new().with("msgdpr_donottrack", false)));
    assert!(!objects(&world));
    assert!(!world.read(|rx| rx.get("contact", ann)).get("msgdpr_donottrack").is_true());
}

#[test]
fn a_consent_that_is_none_does_not_go_live() {
    let mut world = World::new();
    build(&mut world, "list garden ; form news consent firstname list=garden");
    let form = world.id("form", "news");
    world.write(move |tx| tx.update(form::ENTITY, form, Values::new().with("statuscode", 2)));
    let element = |world: &World, order: i64| {
        let query = Query::on("assent_formelement").eq("assent_formid", form).eq("assent_order", order);
        world.read(|rx| rx.first(&query)).unwrap()
    };
    let refused = |world: &World, entity: &'static str, id, column: &'static str, value: &'static str| {
        world.write(move |tx| tx.update(entity, id, Values::new().with(column, value)));
        let live = Values::new().with("statuscode", 192_350_006);
        let error = world.db.write(&world.cx, move |tx| tx.update(form::ENTITY, form, live.clone())).unwrap_err();
        world.write(move |tx| tx.update(entity, id, Values::new().with(column, kernel::Value::Null)));
        error.text
    };
    let consent = element(&world, 1);
    let said = refused(&world, "assent_formelement", consent.id, "assent_default", "587030004");
    assert!(said.contains("chosen beforehand"), "{said}");
    let said = refused(&world, "assent_formelement", element(&world, 3).id, "assent_default", "on");
    assert!(said.contains("chosen beforehand"), "{said}");
    let said = refused(&world, "assent_formelement", consent.id, "assent_label", "I accept the terms and the letters");
    assert!(said.contains("agreement to terms"), "{said}");
    let field = consent.get("assent_fieldid").as_guid().unwrap();
    let said = refused(&world, "msdyncrm_marketingformfield", field, "msdyncrm_leadmapping", "jobtitle");
    assert!(said.contains("writes consent and jobtitle"), "{said}");
    // What a field was copied from is not looked at; a field without a purpose only warns.
    let prototype =
        Values::new().with("msdyncrm_prototype_entity", "lead").with("msdyncrm_prototype_attribute", "jobtitle");
    world.write(move |tx| {
        tx.update("msdyncrm_marketingformfield", field, prototype.clone())?;
        tx.update(form::ENTITY, form, Values::new().with("statuscode", 192_350_006))
    });
    let problems = world.read(|rx| form::problems(rx, form));
    assert!(problems.iter().all(|it| it.warning));
    assert_eq!(problems.iter().map(|it| it.place.as_str()).collect::<Vec<_>>(), ["firstname"]);
}

//! Going live, and templates that were written to do harm.

use engagement::email::{self, MarketingEmail};
use kernel::{Kind, Query, Value, Values, uuid::Uuid};
use serde_json::Map;

use crate::story::{World, build, letter};

/// The answer to going live with these changes of a good e-mail.
fn live(changes: &[(&str, Value)]) -> Result<Uuid, String> {
    let world = World::new();
    let mut values = letter("hello").with("statuscode", 192_350_006);
    for (column, value) in changes {
        values.set(column, value.clone());
    }
    world.db.write(&world.cx, move |tx| tx.create(email::ENTITY, values.clone())).map_err(|it| it.to_string())
}

#[track_caller]
fn refused(changes: &[(&str, Value)], expected: &str) {
    let told = live(changes).unwrap_err();
    assert!(told.contains(expected), "{told}");
}

const CENTER: &str = "<a href=\"{{msdyncrm_contentsettings.msdyncrm_subscriptioncenter}}\">x</a>";
const ADDRESS: &str = "{{msdyncrm_contentsettings.msdyncrm_addressmain}}";

#[test]
fn an_email_goes_live_when_it_holds_what_it_must() {
    live(&[]).unwrap();
    live(&[("msdyncrm_emailbody", format!("{CENTER}{{{{ msdyncrm_contentsettings.msdyncrm_addressmain }}}}").into())])
        .unwrap();
    refused(&[("msdyncrm_emailbody", ADDRESS.into())], "msdyncrm_emailbody: a commercial e-mail holds the link");
    refused(&[("msdyncrm_emailbody", CENTER.into())], "msdyncrm_emailbody: every e-mail holds the postal address");
    // A transactional one needs no link, but the address all the same.
    live(&[("msdyncrm_emailbody", ADDRESS.into()), ("msdyncrm_messagedesignation", 1.into())]).unwrap();
    refused(
        &[("msdyncrm_emailbody", "Hello".into()), ("msdyncrm_messagedesignation", 1.into())],
        "every e-mail holds the postal address",
    );
    refused(&[("msdyncrm_automaticallygeneratetextpart", false.into())], "msdyncrm_textpart: is empty");
    refused(
        &[("msdyncrm_automaticallygeneratetextpart", false.into()), ("msdyncrm_textpart", ADDRESS.into())],
        "msdyncrm_textpart: a commercial e-mail holds the link",
    );
    refused(&[("msdyncrm_subject", Value::Null)], "msdyncrm_subject");
    refused(&[("msdyncrm_subject", "Hello {{contact.frstname}}".into())], "contact.frstname, which does not exist");
    refused(&[("msdyncrm_to", "ann@example.org".into())], "msdyncrm_to: is a fixed address");
    refused(&[("msdyncrm_to", "{{contact.emailaddress2}}".into())], "msdyncrm_to: names another address");
    live(&[("msdyncrm_to", "{{ contact.emailaddress1 }}".into())]).unwrap();
    live(&[("msdyncrm_to", Value::Null)]).unwrap();
    refused(&[("msdyncrm_fromemail", "nobody".into())], "msdyncrm_fromemail: is not a mail address");
    refused(&[("msdyncrm_email_contenttype", 1.into())], "a confirmation request holds its link");
}

#[test]
fn an_expression_that_cannot_be_read_is_named_with_its_place() {
    for bad in ["{{contact.firstname", "{{#if contact.firstname}}x", "{{/if}}", "{{#each contact}}{{/if}}"] {
        let told = live(&[("msdyncrm_subject", bad.into())]).unwrap_err();
        assert!(told.contains("msdyncrm_subject: has an expression that cannot be read"), "{bad}: {told}");
    }
}

#[test]
fn templates_cannot_do_harm() {
    let nested = |n: usize| format!("{}{}", "{{#if contact.firstname}}".repeat(n), "{{/if}}".repeat(n));
    let cases = [
        nested(33),
        nested(20_000),
        "{{#each contact}}{{#each ../contact}}{{/each}}{{/each}}".to_owned(),
        "{{~#each contact}}{{~# each ../contact}}{{~/each}}{{/each}}".to_owned(),
        "{{#each contact}}{{else}}{{#each contact}}{{#each contact}}{{/each}}{{/each}}{{/each}}".to_owned(),
        "{{#if contact.firstname}}x{{/if}}".repeat(1_001),
        "{{> other}}".to_owned(),
        "{{~> other}}".to_owned(),
        "{{ > other}}".to_owned(),
        "{{#> other}}x{{/other}}".to_owned(),
        "{{#*inline \"a\"}}{{> a}}{{/inline}}{{> a}}".to_owned(),
        "{{~#*inline \"a\"}}{{~> a}}{{/inline}}{{~> a}}".to_owned(),
        "{{* decorate}}".to_owned(),
        "{{log contact.emailaddress1}}".to_owned(),
        "{{#if (log contact.emailaddress1)}}{{/if}}".to_owned(),
        "(".repeat(30_000),
        format!("{{{{#if {}1{}}}}}{{{{/if}}}}", "(not ".repeat(40), ")".repeat(40)),
        format!("{{{{#if {}1{}}}}}{{{{/if}}}}", "(not ".repeat(20_000), ")".repeat(20_000)),
        format!("{}x{}", "{{{{raw}}}}".repeat(200), "{{{{/raw}}}}".repeat(200)),
        format!("{{{{#if contact.firstname}}}}{}{{{{/if}}}}", "{{else if contact.lastname}}".repeat(20_000)),
    ];
    let body = format!("{CENTER}{ADDRESS}");
    for (n, bomb) in cases.iter().enumerate().filter(|(_, it)| **it != "(".repeat(30_000)) {
        let told = live(&[("msdyncrm_emailbody", format!("{body}{bomb}").into())]);
        assert!(told.is_err(), "case {n} went live: {}", &bomb[..bomb.len().min(80)]);
    }
    live(&[("msdyncrm_emailbody", format!("{body}{}", nested(8)).into())]).unwrap();
    live(&[("msdyncrm_emailbody", format!("{body}{}", "(".repeat(30_000)).into())]).unwrap();
    live(&[("msdyncrm_emailbody", format!("{body}{{{{#if (eq contact.firstname 'x')}}}}1{{{{else if (gt contact.numberofchildren 2)}}}}2{{{{else}}}}3{{{{/if}}}}").into())]).unwrap();
}

/// Fills the body in for a contact.
fn filled(body: &str, text: &str) -> kernel::Result<connect::mail::Message> {
    let mut world = World::new();
    build(&mut world, "contact ann lastname=<b>Ito&Co</b>");
    let ann = world.id("contact", "ann");
    let values = letter("hello")
        .with("msdyncrm_emailbody", body)
        .with("msdyncrm_automaticallygeneratetextpart", false)
        .with("msdyncrm_textpart", text)
        .with("msdyncrm_subject", "Hi {{contact.lastname}}")
        .with("msdyncrm_fromname", "{{contact.lastname}}\" <evil@example.org>, \"x");
    world.db.write(&world.cx, move |tx| {
        let id = tx.create(email::ENTITY, values.clone())?;
        let settings = tx.first(&Query::on(email::SETTINGS))?.unwrap();
        let contact = tx.get("contact", ann)?;
        email::render(tx, &MarketingEmail::get(tx, id)?, &contact, &settings, Map::new())
    })
}

#[test]
fn values_are_escaped_where_they_stand() {
    let mail = filled("<p>{{contact.lastname}}</p>", "{{contact.lastname}}").unwrap();
    assert!(mail.html.contains("<p>&lt;b&gt;Ito&amp;Co&lt;/b&gt;</p>"), "{}", mail.html);
    assert_eq!(mail.text, "<b>Ito&Co</b>");
    assert_eq!(mail.subject, "Hi <b>Ito&Co</b>");
    // No name of a sender can bring a second address.
    assert_eq!(mail.from.matches('<').count(), 1, "{}", mail.from);
    assert!(mail.from.ends_with("<letters@example.org>"), "{}", mail.from);
}

#[test]
fn an_unknown_name_and_too_large_a_part_are_refused() {
    for body in ["{{contact.nosuch}}", "{{contact.firstname.more}}", "{{secret}}", "{{systemuser.fullname}}"] {
        assert_eq!(filled(body, "x").err().map(|it| it.kind), Some(Kind::Invalid), "{body}");
    }
    let large = format!("{{{{#each contact}}}}{}{{{{/each}}}}", "x".repeat(100_000));
    assert_eq!(filled(&large, "x").err().map(|it| it.kind), Some(Kind::Invalid));
}

#[test]
fn the_sender_may_be_an_expression() {
    let mut world = World::new();
    build(&mut world, "contact ann");
    let ann = world.id("contact", "ann");
    let mail = world.write(move |tx| {
        let values =
            letter("hello").with("msdyncrm_fromemail", "{{contact.emailaddress1}}").with("statuscode", 192_350_006);
        let id = tx.create(email::ENTITY, values)?;
        let settings = tx.first(&Query::on(email::SETTINGS))?.unwrap();
        let contact = tx.get("contact", ann)?;
        email::render(tx, &MarketingEmail::get(tx, id)?, &contact, &settings, Map::new())
    });
    assert_eq!(mail.from, "\"Sample Gardens\" <ann@example.org>");
}

#[test]
fn a_live_email_is_locked_until_it_is_stopped() {
    let world = World::new();
    let id = world.write(|tx| tx.create(email::ENTITY, letter("hello").with("statuscode", 192_350_006)));
    let subject = |it: &str| Values::new().with("msdyncrm_subject", it);
    let locked = world.db.write(&world.cx, move |tx| tx.update(email::ENTITY, id, subject("x"))).unwrap_err();
    assert_eq!((locked.kind, locked.target.as_str()), (Kind::Conflict, "msdyncrm_subject"));
    let back = Values::new().with("statuscode", 192_350_000);
    let around = world.db.write(&world.cx, move |tx| tx.update(email::ENTITY, id, back.clone())).unwrap_err();
    assert_eq!(around.kind, Kind::Conflict, "what is live goes back to draft by stopping only");
    let inactive = Values::new().with("statecode", 1);
    let around = world.db.write(&world.cx, move |tx| tx.update(email::ENTITY, id, inactive.clone()));
    assert!(around.is_err(), "what is live is not switched inactive");
    world.write(move |tx| tx.update(email::ENTITY, id, Values::new().with("statuscode", 192_350_007)));
    world.write(move |tx| tx.update(email::ENTITY, id, subject("x")));
}

#[test]
fn a_designed_confirmation_request_carries_its_link() {
    let mut world = World::new();
    build(&mut world, "switches logging ; contact ann ; form news consent");
    world.write(|tx| {
        let body = "<p>{{Message.ConfirmationRequestType}}: {{Message.ConfirmationObjectValue}} \
                    <a href=\"{{Message.ConfirmationRedirectURL}}\">yes</a></p>\
                    <p>{{msdyncrm_contentsettings.msdyncrm_addressmain}}</p>";
        let values = letter("please")
            .with("msdyncrm_emailbody", body)
            .with("msdyncrm_subject", "Please confirm")
            .with("msdyncrm_email_contenttype", 1)
            .with("msdyncrm_messagedesignation", 1)
            .with("statuscode", 192_350_006);
        let email = tx.create(email::ENTITY, values)?;
        let setting = tx.first(&Query::on("msdyncrm_defaultmarketingsetting"))?.unwrap();
        tx.update(&setting.entity, setting.id, Values::new().with("msdyncrm_consentconfirmationmessage", email))
    });
    assert_eq!(crate::story::act(&mut world, "ann asks consent=4"), ["page check-your-inbox"]);
    let mail = world.read(|rx| rx.first(&Query::on("assent_outgoingmail"))).unwrap();
    assert!(mail.text("assent_html").contains("Raise consent: marketing"), "{}", mail.text("assent_html"));
    assert!(!mail.get("assent_tracked").is_true() && mail.get("assent_unsubscribeurl").is_null());
    assert_eq!(crate::story::act(&mut world, "ann presses confirm"), Vec::<String>::new());
    assert_eq!(world.read(|rx| rx.count(&Query::on("contact").filter("msgdpr_gdprconsent eq 587030004")?)), 1);
}

const DESIGN: &str = r#"{"version":1,"sections":[{"columns":[{"blocks":[
  {"id":"a","kind":"heading","text":"Hello {{contact.lastname}}","level":1},
  {"id":"b","kind":"footer","center":"Your choices"}]}]}]}"#;

#[test]
fn the_html_is_what_the_design_says_until_somebody_writes_it() {
    let world = World::new();
    let body = |id: Uuid| {
        world
            .db
            .read(&world.cx, |rx| rx.get(email::ENTITY, id))
            .map(|it| (it.text("msdyncrm_emailbody").to_owned(), it.get("assent_design").is_null()))
    };
    let set = |id: Uuid, column: &str, value: Value| {
        let values = Values::new().with(column, value);
        world.db.write(&world.cx, move |tx| tx.update(email::ENTITY, id, values.clone()))
    };
    let values = letter("hello").with("assent_design", DESIGN).with("statuscode", 192_350_006);
    let id = world.db.write(&world.cx, move |tx| tx.create(email::ENTITY, values.clone())).unwrap();
    let (html, _) = body(id).unwrap();
    assert!(html.contains("Hello {{contact.lastname}}") && html.contains("msdyncrm_subscriptioncenter"), "{html}");
    // A live one is locked, its design too.
    assert_eq!(set(id, "assent_design", Value::Null).unwrap_err().code, "live");
    set(id, "statuscode", 192_350_007.into()).unwrap();
    set(id, "msdyncrm_previewtext", "What to sow".into()).unwrap();
    assert!(body(id).unwrap().0.contains("What to sow"));
    // A design that is none is refused, and nothing is changed.
    let told = set(id, "assent_design", "{}".into()).unwrap_err();
    assert_eq!((told.kind, told.target.as_str()), (Kind::Invalid, "assent_design"));
    assert!(!body(id).unwrap().1);
    set(id, "msdyncrm_emailbody", "<p>By hand</p>".into()).unwrap();
    assert_eq!(body(id).unwrap(), ("<p>By hand</p>".to_owned(), true));
    // Without the footer it does not go live, and the block is named.
    let bad =
        DESIGN.replace("\"text\":\"Hello", "\"text\":\"{{contact.nosuch}} Hello").replace("\"footer\"", "\"divider\"");
    set(id, "assent_design", bad.into()).unwrap();
    let told = set(id, "statuscode", 192_350_006.into()).unwrap_err().text;
    assert!(told.contains("assent_design#a: names contact.nosuch"), "{told}");
    assert!(told.contains("msdyncrm_emailbody: a commercial e-mail holds the link"), "{told}");
}

#[test]
fn a_preview_stores_nothing_and_its_links_lead_nowhere() {
    let world = World::new();
    let id = world.db.write(&world.cx, |tx| tx.create(email::ENTITY, letter("hello"))).unwrap();
    let contact = Values::new().with("lastname", "O'Hara & Co").with("emailaddress1", "ann@example.org");
    let contact = world.db.write(&world.cx, move |tx| tx.create("contact", contact.clone())).unwrap();
    let marketer = world.cx.for_actor(kernel::Actor::user(Uuid::from_u128(7), "marketer"));
    let draft: Map<String, serde_json::Value> = serde_json::from_value(
        serde_json::json!({ "assent_design": DESIGN, "msdyncrm_subject": "To {{contact.lastname}}" }),
    )
    .unwrap();
    let shown = world.db.read(&marketer, |rx| email::preview(rx, id, &draft, Some(contact))).unwrap();
    assert_eq!(shown.subject, "To O'Hara & Co");
    assert!(shown.html.contains("Hello O&#x27;Hara &amp; Co"), "{}", shown.html);
    assert!(shown.html.contains("/s/example") && !shown.html.contains("{{"), "{}", shown.html);
    assert_eq!(shown.problems, []);
    let plain = world.db.read(&marketer, |rx| email::preview(rx, id, &draft, None)).unwrap();
    assert!(plain.html.contains("{{contact.lastname}}"));
    let other = |draft: serde_json::Value| {
        let serde_json::Value::Object(draft) = draft else { unreachable!() };
        world.db.read(&marketer, |rx| email::preview(rx, id, &draft, None)).unwrap_err()
    };
    for (draft, word) in [
        (serde_json::json!({ "statuscode": 1 }), "holds statuscode"),
        (serde_json::json!({ "msdyncrm_subject": 1 }), "another type"),
        (serde_json::json!({ "msdyncrm_subject": "x".repeat(300) }), "longer than 256"),
        (serde_json::json!({ "assent_design": "[]" }), "no design"),
    ] {
        assert!(other(draft).text.contains(word), "{word}");
    }
    let auditor = world.cx.for_actor(kernel::Actor::user(Uuid::from_u128(8), "auditor"));
    let told = world.db.read(&auditor, |rx| email::preview(rx, id, &draft, None)).unwrap_err();
    assert_eq!(told.kind, Kind::Forbidden);
}

#[test]
fn a_test_mail_goes_to_who_asks_and_is_asked_about_again() {
    let world = World::new();
    let id = world
        .db
        .write(&world.cx, |tx| tx.create(email::ENTITY, letter("hello").with("assent_design", DESIGN)))
        .unwrap();
    let user = |address: Option<&str>| {
        let values = Values::new().with("firstname", "Uma").with("lastname", "User");
        let values = address.map_or(values.clone(), |it| values.with("internalemailaddress", it));
        world.db.write(&world.cx, move |tx| tx.create("systemuser", values.clone())).unwrap()
    };
    let send = |user: Uuid, role: &str| {
        let cx = world.cx.for_actor(kernel::Actor::user(user, role));
        world.db.write(&cx, move |tx| email::send_trial(tx, id))
    };
    let nobody = send(user(None), "marketer").unwrap_err();
    assert_eq!((nobody.kind, nobody.target.as_str()), (Kind::Conflict, "internalemailaddress"));
    let uma = user(Some("uma@example.org"));
    assert_eq!(send(uma, "auditor").unwrap_err().kind, Kind::Forbidden);
    assert_eq!(send(uma, "marketer").unwrap(), "uma@example.org");
    let mails =
        || world.db.read(&world.cx, |rx| rx.rows(&Query::on("assent_outgoingmail").eq("assent_purpose", 10))).unwrap();
    let mail = mails().remove(0);
    assert!(mail.text("assent_subject").starts_with("[Test] "), "{}", mail.text("assent_subject"));
    assert!(mail.text("assent_html").contains("User") && mail.text("assent_html").contains("/s/example"));
    assert!(mail.get("assent_contactid").is_null() && mail.text("assent_unsubscribeurl").is_empty());
    // Who left meanwhile gets nothing.
    world.db.write(&world.cx, move |tx| tx.update("systemuser", uma, Values::new().with("isdisabled", true))).unwrap();
    let claimed = world.db.write(&world.cx, |tx| connect::mail::claim(tx, 10)).unwrap();
    assert_eq!((claimed.mails.len(), claimed.blocked), (0, 1));
    assert!(mails().remove(0).text("assent_failure").contains("may sign in"));
}

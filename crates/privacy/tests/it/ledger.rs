//! Suppression, objections, children, withdrawals, receipts and merging.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use kernel::{Context, Kind, Query, Values, setting, uuid::Uuid};
use privacy::{
    consent::{
        self, Commercial, Confirmation, ConsentChangeRecord, Decision, Evidence, Level, Marketing, Profiling, Purpose,
        RelationshipAnalytics, Requested, Source, child, gate,
        meaning::{self, Words},
    },
    merge, optin,
    suppression::{self, Intake, Reason},
};

use crate::evidence::Desk;

fn person(desk: &Desk, name: &str, level: Level, more: Values) -> Uuid {
    let name = name.to_owned();
    desk.write(move |tx| {
        let values = Values::new()
            .with("firstname", name.as_str())
            .with("emailaddress1", format!("{name}@example.org"))
            .with("msgdpr_gdprconsent", level.option());
        let values = more.iter().fold(values, |all, (column, value)| all.with(column, value.clone()));
        tx.create("contact", values)
    })
}

fn asks<P: Purpose>(desk: &Desk, contact: Uuid, required: Level) -> &'static str {
    match desk.read(|rx| gate::ask::<P>(rx, contact, required)) {
        Decision::Granted(_) => "granted",
        Decision::Refused(it) => it.fact,
    }
}

fn user(desk: &Desk, because: Option<&str>) -> Context {
    let user = desk.write(|tx| tx.create("systemuser", Values::new().with("lastname", "Desk")));
    let mut cx = desk.cx.for_actor(kernel::Actor::user(user, "marketer"));
    cx.justification = because.map(Arc::from);
    cx
}

fn set(desk: &Desk, cx: &Context, contact: Uuid, values: Values) -> Result<bool, kernel::Error> {
    desk.db.write(cx, move |tx| tx.update("contact", contact, values.clone()))
}

fn to(level: Level) -> Values {
    Values::new().with("msgdpr_gdprconsent", level.option())
}

#[test]
fn an_entry_ends_now_also_while_the_clock_goes_on_and_never_earlier() {
    let desk = Desk::new();
    desk.write(|tx| suppression::add(tx, "ann@example.org", Reason::List, "list", None));
    let entry = desk.read(|rx| suppression::in_force(rx, "ann@example.org")).remove(0).id;
    let ends = |back: i64| {
        let clock = Arc::clone(&desk.clock);
        desk.db.write(&desk.cx, move |tx| {
            let until = tx.now() - SignedDuration::from_secs(back);
            clock.advance(3);
            tx.update(suppression::ENTITY, entry, Values::new().with("assent_until", until))
        })
    };
    assert_eq!(ends(60).unwrap_err().target, "assent_until");
    assert!(ends(0).unwrap());
    assert!(desk.read(|rx| suppression::in_force(rx, "ann@example.org")).is_empty());
}

#[test]
fn an_objection_holds_for_the_address_and_only_the_person_lifts_it() {
    let desk = Desk::new();
    let ann = person(&desk, "ann", Level::Profiling, Values::new());
    let shares = Values::new().with("emailaddress1", "Ann@Example.org");
    let bob = person(&desk, "bob", Level::Marketing, shares);
    let done = desk.write(|tx| suppression::object(tx, "ann@example.org", "letter"));
    assert_eq!((done.contacts, done.lowered, done.noted), (2, 2, true));
    assert_eq!((desk.level(ann), desk.level(bob)), (Level::Transactional, Level::Transactional));
    assert_eq!(asks::<Commercial>(&desk, bob, Level::None), "assent_objectedon");
    assert_eq!(asks::<Confirmation>(&desk, bob, Level::None), "granted");
    assert!(!desk.write(|tx| suppression::object(tx, "ann@example.org", "again")).noted);

    // A user cannot, a file cannot, a new record cannot.
    let refused = set(&desk, &user(&desk, Some("phone")), ann, to(Level::Marketing)).unwrap_err();
    assert_eq!(refused.target, "msgdpr_gdprconsent");
    let again = person(&desk, "ann", Level::Profiling, Values::new());
    assert_eq!(desk.level(again), Level::Transactional);

    let file = Evidence {
        detail: Some("fair".into()),
        wording: Some("Yes.".into()),
        occurred_on: Some(desk.cx.now()),
        ..Evidence::default()
    };
    desk.clock.advance(1_000);
    let imported = desk.write(move |tx| consent::import(tx, bob, Level::Marketing, Some(file.clone())));
    assert_eq!(imported, consent::Imported::KeptNoEvidence);

    // Single opt-in is not enough; pressing the button in one's own mailbox is.
    let evidence = Evidence { source: Source::LandingPage, ..Evidence::default() };
    let Requested::Pending(pending) = desk.write(move |tx| consent::request(tx, ann, Level::Marketing, &evidence))
    else {
        panic!("it waits")
    };
    assert_eq!(desk.level(ann), Level::Transactional);
    desk.write(move |tx| optin::confirm(tx, &pending.token).map(|_| ()));
    assert_eq!(desk.level(ann), Level::Marketing);
    assert_eq!(asks::<Marketing>(&desk, ann, Level::None), "granted");
    assert_eq!(desk.level(bob), Level::Transactional, "each for themselves");
}

#[test]
fn the_ledger_outlives_the_person_and_is_asked_by_typing() {
    let desk = Desk::new();
    let ann = person(&desk, "ann", Level::Marketing, Values::new());
    desk.write(|tx| suppression::object(tx, "ann@example.org", "letter").map(|_| ()));
    desk.write(move |tx| tx.erasing(|tx| tx.delete("contact", ann)));
    let found = desk.read(|rx| suppression::explain(rx, " ANN@example.org "));
    assert!(found.suppressed && found.contacts == Some(0), "{found:?}");
    assert!(found.words.iter().any(|it| it.contains("objected")), "{:?}", found.words);
    let by_hash = desk.read(|rx| suppression::explain(rx, &suppression::digest("ann@example.org")));
    assert!(by_hash.suppressed);
    assert!(!desk.read(|rx| suppression::explain(rx, "bob@example.org")).suppressed);
    let rows = desk.read(|rx| rx.rows(&Query::on(suppression::ENTITY)));
    assert!(rows.iter().all(|it| !it.iter().any(|(_, value)| value.to_json().to_string().contains("ann@"))));
    let stranger = user(&desk, None);
    assert_eq!(
        desk.db.read(&stranger, |rx| suppression::explain(rx, "a@example.org")).unwrap_err().kind,
        Kind::Forbidden
    );
}

#[test]
fn a_list_is_rehearsed_then_taken() {
    let desk = Desk::new();
    let ann = person(&desk, "ann", Level::Marketing, Values::new());
    let bob = person(&desk, "bob", Level::Marketing, Values::new());
    let text = format!("email\nann@example.org\n{}\nrubbish\n", suppression::digest("Bob@example.org"));
    let take = |dry_run: bool| {
        let (text, intake) = (
            text.clone(),
            Intake { reason: Reason::Objection, source: "list of 2026".into(), lower_to: None, dry_run },
        );
        desk.write(move |tx| suppression::import_list(tx, &text, &intake))
    };
    let rehearsed = take(true);
    assert_eq!(
        (rehearsed.lines, rehearsed.added, rehearsed.contacts, rehearsed.lowered, rehearsed.malformed.clone()),
        (2, 2, 2, 2, vec![4])
    );
    assert_eq!(desk.level(ann), Level::Marketing, "nothing was kept");
    let taken = take(false);
    assert_eq!((taken.added, taken.lowered), (2, 2));
    assert_eq!((desk.level(ann), desk.level(bob)), (Level::Transactional, Level::Transactional));
    assert_eq!((take(false).added, take(false).known), (0, 2));
    let many = desk.db.write(&desk.cx, move |tx| suppression::lower_all(tx, &[ann, bob], 3, Level::None, "wish"));
    assert_eq!(many.unwrap_err().code, "another-number");
    assert_eq!(desk.write(move |tx| suppression::lower_all(tx, &[ann, bob], 2, Level::None, "wish")).lowered, 2);
}

#[test]
fn bounces_end_and_complaints_do_not() {
    let desk = Desk::new();
    let ann = person(&desk, "ann", Level::Marketing, Values::new());
    let week = desk.cx.now().checked_add(SignedDuration::from_hours(24 * 7)).unwrap();
    desk.write(move |tx| suppression::add(tx, "ann@example.org", Reason::Bounce, "DSN", Some(week)).map(|_| ()));
    assert_eq!(asks::<Commercial>(&desk, ann, Level::None), "assent_suppression");
    assert_eq!(asks::<consent::Transactional>(&desk, ann, Level::None), "assent_suppression");
    desk.clock.advance(86_400_000 * 8);
    assert_eq!(asks::<Commercial>(&desk, ann, Level::None), "granted");
    desk.write(|tx| suppression::add(tx, "ann@example.org", Reason::Complaint, "ARF", None).map(|_| ()));
    assert_eq!(asks::<Commercial>(&desk, ann, Level::None), "assent_suppression");
    assert_eq!(asks::<consent::Transactional>(&desk, ann, Level::None), "granted");
    assert_eq!(asks::<RelationshipAnalytics>(&desk, ann, Level::None), "embedded_intelligence");
}

#[test]
fn a_child_needs_the_custodians_own_confirmation() {
    let desk = Desk::new();
    desk.write(|tx| setting::set(tx, child::COUNTRY, "DE"));
    let born = "2011-06-01".parse::<jiff::civil::Date>().unwrap();
    let kim = person(&desk, "kim", Level::None, Values::new().with("birthdate", born));
    let own = || Evidence { source: Source::LandingPage, wording: Some("Yes.".into()), ..Evidence::default() };
    let ask = |level: Level| desk.write(move |tx| consent::request(tx, kim, level, &own()));
    assert_eq!(ask(Level::Marketing), Requested::NoCustodian);
    let refused = set(&desk, &user(&desk, Some("parent called")), kim, to(Level::Marketing)).unwrap_err();
    assert_eq!(refused.code, "custodian");
    assert!(set(&desk, &user(&desk, None), kim, to(Level::Consent)).unwrap(), "level 1 needs nobody");

    let lee = person(&desk, "lee", Level::None, Values::new().with("msgdpr_gdprischild", true));
    let pat = person(&desk, "pat", Level::None, Values::new());
    set(&desk, &desk.cx, kim, Values::new().with("msgdpr_gdprparentid", lee)).unwrap();
    assert_eq!(ask(Level::Marketing), Requested::NoCustodian, "a child is no custodian");
    set(&desk, &desk.cx, kim, Values::new().with("msgdpr_gdprparentid", pat)).unwrap();
    let Requested::Pending(pending) = ask(Level::Marketing) else { panic!("it waits") };
    assert_eq!((pending.contact, pending.custodian), (Some(kim), Some(pat)));
    assert_eq!(desk.level(kim), Level::Consent);
    desk.write(move |tx| optin::confirm(tx, &pending.token).map(|_| ()));
    assert_eq!(desk.level(kim), Level::Marketing);
    assert_eq!(asks::<Marketing>(&desk, kim, Level::None), "granted");
    assert_eq!(asks::<Profiling>(&desk, kim, Level::None), "birthdate", "never under 18");
    assert!(desk.records(kim).iter().any(|it| it.source == "Custodian" && it.optin.is_some()));

    // Another custodian confirms anew; from the age of digital consent on nobody is asked.
    set(&desk, &desk.cx, kim, Values::new().with("msgdpr_gdprparentid", kernel::Value::Null)).unwrap();
    assert_eq!(asks::<Marketing>(&desk, kim, Level::None), "assent_custodianlevel");
    desk.clock.set("2027-06-01T12:00:00Z".parse().unwrap());
    assert_eq!(asks::<Marketing>(&desk, kim, Level::None), "granted");
    assert_eq!(asks::<Profiling>(&desk, kim, Level::None), "birthdate");
    desk.clock.set("2029-06-01T12:00:00Z".parse().unwrap());
    assert_eq!(asks::<Profiling>(&desk, kim, Level::None), "msgdpr_gdprconsent");
}

#[test]
fn the_table_of_ages_is_dated() {
    let age = |country: Option<&str>, on: &str| child::digital_consent(country, on.parse().unwrap()).unwrap();
    assert_eq!((age(Some("DK"), "2023-12-31"), age(Some("denmark"), "2024-01-01")), (13, 15));
    assert_eq!((age(Some("Deutschland"), "2026-01-01"), age(Some("at"), "2026-01-01")), (16, 14));
    assert_eq!((age(None, "2026-01-01"), age(Some("nowhere"), "2026-01-01")), (16, 16));
    let born = "2012-02-29".parse().unwrap();
    assert_eq!(child::age(born, "2026-02-28".parse().unwrap()), 13);
    assert_eq!(child::age(born, "2026-03-01".parse().unwrap()), 14);
}

#[test]
fn staff_raise_above_a_withdrawal_with_newer_evidence_only() {
    let desk = Desk::new();
    let ann = person(&desk, "ann", Level::Profiling, Values::new());
    let own = Evidence { source: Source::SubscriptionCenter, ..Evidence::default() };
    desk.write(move |tx| consent::lower(tx, ann, Level::Transactional, own.clone()).map(|_| ()));
    let withdrawn = desk.cx.now();
    desk.clock.advance(86_400_000);
    let at = |it: Timestamp| to(Level::Marketing).with("assent_consentgivenon", it);
    let later = withdrawn.checked_add(SignedDuration::from_hours(2)).unwrap();
    for (because, values) in [
        (None, to(Level::Marketing)),
        (Some("phone"), to(Level::Marketing)),
        (None, at(later)),
        (Some(" "), at(later)),
        (Some("phone"), at(withdrawn)),
        (Some("phone"), at("2027-01-01T00:00:00Z".parse().unwrap())),
    ] {
        assert_eq!(set(&desk, &user(&desk, because), ann, values).unwrap_err().code, "withdrawn");
    }
    // Less is always possible, and going back up to what the person left is no raise above it.
    assert!(set(&desk, &user(&desk, None), ann, to(Level::None)).unwrap());
    assert!(set(&desk, &user(&desk, None), ann, to(Level::Transactional)).unwrap());
    assert!(set(&desk, &user(&desk, Some("signed at the desk")), ann, at(later)).unwrap());
    let raised = desk.records(ann).into_iter().find(|it| it.value == Level::Marketing.option()).unwrap();
    assert_eq!((raised.occurred_on, raised.justification.as_deref()), (Some(later), Some("signed at the desk")));
}

#[test]
fn a_justification_is_required_where_the_organisation_says_so() {
    let desk = Desk::new();
    let ann = person(&desk, "ann", Level::None, Values::new());
    assert!(set(&desk, &user(&desk, None), ann, to(Level::Consent)).unwrap());
    desk.write(|tx| setting::set(tx, consent::JUSTIFICATION_REQUIRED, "on"));
    let refused = set(&desk, &user(&desk, None), ann, to(Level::None)).unwrap_err();
    assert_eq!(refused.target, "assent_justification");
    assert!(set(&desk, &user(&desk, Some("called")), ann, to(Level::None)).unwrap());
}

#[test]
fn a_merge_keeps_all_and_the_newest_act_of_the_person() {
    let desk = Desk::new();
    let keep = person(&desk, "ann", Level::Profiling, Values::new());
    let lose = person(&desk, "ann2", Level::Marketing, Values::new().with("msgdpr_donottrack", true));
    let own = Evidence { source: Source::SubscriptionCenter, ..Evidence::default() };
    desk.clock.advance(1_000);
    desk.write(move |tx| consent::lower(tx, lose, Level::Subscriptions, own.clone()).map(|_| ()));
    let histories = desk.records(keep).len() + desk.records(lose).len();
    desk.write(move |tx| merge::merge(tx, keep, lose));
    assert_eq!(desk.level(keep), Level::Subscriptions);
    let row = desk.read(|rx| rx.get("contact", keep));
    assert!(row.get("msgdpr_donottrack").is_true());
    assert_eq!(desk.records(keep).len(), histories + 1, "and the merge itself");
    assert_eq!(desk.records(lose).len(), 0);
    assert_eq!(desk.read(|rx| merge::survivor(rx, lose)), Some(keep));
    assert_eq!(asks::<Commercial>(&desk, lose, Level::None), "statecode");
    let back = set(&desk, &desk.cx, lose, Values::new().with("assent_mergedinto", kernel::Value::Null));
    assert_eq!(back.unwrap_err().kind, Kind::Conflict);
    // Ties go to the stricter; a third record follows the second.
    let third = person(&desk, "ann3", Level::None, Values::new());
    desk.write(move |tx| merge::merge(tx, third, keep));
    assert_eq!(desk.level(third), Level::Subscriptions, "an act beats no act");
    assert_eq!(desk.read(|rx| merge::survivor(rx, lose)), Some(third));
    let (a, b) =
        (person(&desk, "b1", Level::Marketing, Values::new()), person(&desk, "b2", Level::Consent, Values::new()));
    desk.write(move |tx| merge::merge(tx, a, b));
    assert_eq!(desk.level(a), Level::Consent);
    // The data of all belongs to the one.
    let whose = desk.read(|rx| kernel::subject::of_row(rx, "contact", lose)).unwrap();
    assert_eq!(whose.id, third);
}

#[test]
fn what_one_custodian_confirmed_is_not_taken_for_another_in_a_merge() {
    let desk = Desk::new();
    let child = |name: &str, parent: Uuid, confirmed: Level| {
        let values = Values::new().with("msgdpr_gdprischild", true).with("msgdpr_gdprparentid", parent);
        person(&desk, name, Level::Consent, values.with("assent_custodianlevel", confirmed.option()))
    };
    let parents = ["pa", "pb"].map(|it| person(&desk, it, Level::None, Values::new()));
    let (keep, lose) = (child("ann", parents[0], Level::None), child("ann2", parents[1], Level::Marketing));
    let own = Evidence { source: Source::SubscriptionCenter, ..Evidence::default() };
    desk.clock.advance(1_000);
    // The losing record is the one with the newer act of the person.
    desk.write(move |tx| consent::lower(tx, lose, Level::None, own.clone()).map(|_| ()));
    desk.write(move |tx| merge::merge(tx, keep, lose));
    let row = desk.read(|rx| rx.get("contact", keep));
    assert_eq!(row.get("msgdpr_gdprparentid").as_guid(), Some(parents[0]));
    assert!(row.get("assent_custodianlevel").is_null());
}

#[test]
fn a_receipt_says_what_the_record_says() {
    let desk = Desk::new();
    desk.write(|tx| {
        setting::set(tx, "organisation.name", "Example Ltd")?;
        setting::set(tx, child::COUNTRY, "DE")
    });
    let ann = person(&desk, "ann", Level::None, Values::new());
    let evidence = Evidence {
        source: Source::LandingPage,
        wording: Some("You may write to me.".into()),
        language: Some("en".into()),
        ..Evidence::default()
    };
    desk.write(move |tx| consent::set(tx, ann, Level::Marketing, evidence.clone()));
    let record = desk.records(ann).into_iter().find(|it: &ConsentChangeRecord| it.value.is_some()).unwrap();
    let receipt = desk.read(|rx| consent::receipt(rx, record.id));
    let inner = &receipt["dpv:hasRecordOfActivity"];
    assert_eq!(inner["dct:identifier"], record.id.to_string());
    assert_eq!(inner["dpv:hasDataController"]["dpv:hasName"], "Example Ltd");
    assert_eq!(inner["dpv:hasProcess"].as_array().unwrap().len(), 4);
    assert_eq!(inner["dpv:hasProcess"][3]["dpv:hasPurpose"], "dpv:DirectMarketing");
    assert_eq!(inner["dpv:hasConsentStatus"][0]["@type"], "dpv:ConsentGiven");
    assert_eq!(inner["dpv:hasNotice"]["dct:description"], "You may write to me.");
    assert_eq!(inner["dpv:hasJurisdiction"][0], "loc:DE");
    let kantara = desk.read(|rx| consent::kantara_receipt(rx, record.id));
    assert_eq!((kantara["version"].as_str(), kantara["sensitive"].as_bool()), (Some("KI-CR-v1.1.0"), Some(false)));
    assert_eq!(kantara["services"][0]["purposes"].as_array().unwrap().len(), 4);
    for text in [receipt.to_string(), kantara.to_string()] {
        assert!(!text.contains("ann@example.org"), "a receipt names nobody by address");
    }
}

#[test]
fn levels_have_the_words_of_the_organisation_and_records_keep_those_of_their_time() {
    let desk = Desk::new();
    let ann = person(&desk, "ann", Level::None, Values::new());
    let german = Evidence { source: Source::LandingPage, language: Some("de".into()), ..Evidence::default() };
    let (first, second) = (german.clone(), german);
    desk.write(move |tx| consent::set(tx, ann, Level::Marketing, first.clone()));
    let words = |language: &str, label: Option<&str>, description: Option<&str>, iri: Option<&str>| Words {
        language: language.into(),
        label: label.map(str::to_owned),
        description: description.map(str::to_owned),
        iri: iri.map(str::to_owned),
    };
    let describe =
        |level: Level, words: Words| desk.db.write(&desk.cx, move |tx| meaning::describe(tx, level, &words.clone()));
    let term = "https://w3id.org/dpv#Marketing";
    assert!(describe(Level::Marketing, words("de", Some("Angebote"), Some("Nur Gutes."), Some(term))).unwrap());
    assert!(!describe(Level::Marketing, words("de", Some("Angebote"), None, None)).unwrap(), "it says so already");
    for (level, given, target) in [
        (Level::None, words("de", Some("x"), None, None), "level"),
        (Level::Consent, words("deutsch", Some("x"), None, None), "language"),
        (Level::Consent, words("de", Some(" "), None, None), "label"),
        (Level::Consent, words("de", None, Some(&"x".repeat(2_001)), None), "description"),
        (Level::Consent, words("de", None, None, Some("dpv:Marketing")), "iri"),
    ] {
        assert_eq!(describe(level, given).unwrap_err().target, target);
    }
    let marketer = user(&desk, None);
    let other = words("de", Some("x"), None, None);
    let refused = desk.db.write(&marketer, move |tx| meaning::describe(tx, Level::Consent, &other));
    assert_eq!(refused.unwrap_err().kind, Kind::Forbidden);
    desk.clock.advance(1_000);
    desk.write(move |tx| consent::set(tx, ann, Level::Consent, second.clone()));
    let third = Evidence { source: Source::LandingPage, language: Some("de".into()), ..Evidence::default() };
    desk.write(move |tx| consent::set(tx, ann, Level::Marketing, third.clone()));
    // In the store it stays German too where a language has no words of its own.
    let all = desk.read(meaning::all);
    assert_eq!((all[3].1.label["en"].as_str(), all[3].1.label["de"].as_str()), ("(4) Marketing", "Angebote"));
    let shown = |record: &ConsentChangeRecord| {
        let id = record.meaning.unwrap();
        desk.read(|rx| rx.get("assent_wording", id)).text("assent_text").to_owned()
    };
    let mut raised: Vec<_> = desk.records(ann).into_iter().filter(|it| it.value == Level::Marketing.option()).collect();
    raised.sort_by_key(|it| it.id);
    assert!(shown(&raised[0]).starts_with("(4) Werbung: Wir dürfen"), "{}", shown(&raised[0]));
    assert_eq!(shown(&raised[1]), "Angebote: Nur Gutes.");
    let receipt = |at: usize| desk.read(|rx| consent::receipt(rx, raised[at].id));
    let of = |receipt: &serde_json::Value| receipt["dpv:hasRecordOfActivity"]["dpv:hasProcess"][3].clone();
    assert!(of(&receipt(0))["dct:title"].as_str().unwrap().starts_with("(4) Werbung: Wir"));
    assert_eq!(of(&receipt(1))["dct:title"], "Angebote: Nur Gutes.");
    assert_eq!(of(&receipt(1))["dpv:hasPurpose"], "dpv:Marketing");
}

#[test]
fn a_lowering_of_many_is_taken_back_where_nobody_said_more() {
    let desk = Desk::new();
    let people: Vec<Uuid> =
        ["ann", "bob", "cara", "dan"].iter().map(|it| person(&desk, it, Level::Marketing, Values::new())).collect();
    let all = people.clone();
    let done = desk.write(move |tx| suppression::lower_all(tx, &all, 4, Level::Consent, "wish"));
    assert_eq!(done.lowered, 4);
    // Bob says himself that he wants nothing; Cara is set by a user; Dan is gone.
    let (bob, cara, dan) = (people[1], people[2], people[3]);
    desk.clock.advance(1_000);
    let own = Evidence { source: Source::SubscriptionCenter, ..Evidence::default() };
    desk.write(move |tx| consent::lower(tx, bob, Level::None, own.clone()).map(|_| ()));
    set(&desk, &user(&desk, Some("letter")), cara, to(Level::Transactional)).unwrap();
    desk.write(move |tx| tx.delete("contact", dan));
    let undo = |dry: bool, because: &'static str| {
        desk.db.write(&desk.cx, move |tx| suppression::undo(tx, done.batch, because, dry))
    };
    assert_eq!(undo(false, " ").unwrap_err().target, "because");
    let tried = undo(true, "wrong filter").unwrap();
    assert_eq!((tried.restored, tried.left, desk.level(people[0])), (1, 3, Level::Consent));
    let undone = undo(false, "wrong filter").unwrap();
    let reasons: Vec<&str> = undone.leftovers.iter().map(|it| it.reason).collect();
    assert_eq!(reasons, ["it was changed since", "it was changed since", "the contact is gone"]);
    let levels: Vec<Level> = people[..3].iter().map(|it| desk.level(*it)).collect();
    assert_eq!(levels, [Level::Marketing, Level::None, Level::Transactional]);
    let last = desk.records(people[0]).into_iter().max_by_key(|it| it.id).unwrap();
    assert_eq!((last.source.as_str(), last.justification.as_deref()), ("Undo", Some("wrong filter")));
    assert_eq!(undo(false, "again").unwrap().restored, 0);
    let marketer = user(&desk, None);
    let refused = desk.db.write(&marketer, move |tx| suppression::undo(tx, done.batch, "x", false));
    assert_eq!(refused.unwrap_err().kind, Kind::Forbidden);
    let unknown = desk.db.write(&desk.cx, |tx| suppression::undo(tx, Uuid::from_u128(5), "x", false));
    assert_eq!(unknown.unwrap_err().kind, Kind::NotFound);
}

#[test]
fn a_list_of_objections_that_was_the_wrong_file_is_taken_back() {
    let desk = Desk::new();
    let ann = person(&desk, "ann", Level::Marketing, Values::new());
    let bob = person(&desk, "bob", Level::Marketing, Values::new());
    desk.write(|tx| suppression::object(tx, "bob@example.org", "letter").map(|_| ()));
    let intake = Intake { reason: Reason::Objection, source: "file".into(), lower_to: None, dry_run: false };
    let list = "ann@example.org\nbob@example.org";
    let report = desk.write(move |tx| suppression::import_list(tx, list, &intake));
    assert_eq!((report.added, report.known, desk.level(ann)), (1, 1, Level::Transactional));
    let batch = report.batch.unwrap();
    let undone = desk.write(move |tx| suppression::undo(tx, batch, "wrong file", false));
    assert_eq!((undone.ended, undone.restored, undone.left), (1, 1, 0), "{undone:?}");
    assert_eq!((desk.level(ann), desk.level(bob)), (Level::Marketing, Level::Transactional));
    assert_eq!(asks::<Commercial>(&desk, ann, Level::Marketing), "granted");
    assert_eq!(asks::<Commercial>(&desk, bob, Level::Transactional), "assent_objectedon", "his own letter stands");
    let row = desk.read(|rx| rx.get("contact", ann));
    assert!(row.get("assent_objectedon").is_null() && row.get("assent_withdrawnon").is_null());
}

#[test]
fn what_an_imported_list_made_longer_ends_when_it_did_before() {
    let desk = Desk::new();
    let days = |desk: &Desk, days: i64| desk.cx.now() + SignedDuration::from_hours(days * 24);
    let add = |desk: &Desk, address: &'static str, until: Timestamp| {
        desk.write(move |tx| suppression::add(tx, address, Reason::List, "old", Some(until)));
    };
    let (soon, later) = (days(&desk, 10), days(&desk, 40));
    add(&desk, "ann@example.org", later);
    add(&desk, "bob@example.org", soon);
    add(&desk, "cara@example.org", later);
    let intake = Intake { reason: Reason::List, source: "file".into(), lower_to: None, dry_run: false };
    let list = "ann@example.org\nbob@example.org\ncara@example.org\ndan@example.org";
    let report = desk.write(move |tx| suppression::import_list(tx, list, &intake));
    assert_eq!((report.added, report.known), (4, 0));
    desk.clock.advance(20 * 24 * 3_600_000);
    let ends = |desk: &Desk, address: &'static str| {
        desk.read(move |rx| suppression::explain(rx, address)).entries.iter().map(|it| it.until).collect::<Vec<_>>()
    };
    assert_eq!(ends(&desk, "ann@example.org"), [None]);
    // Somebody decided about Cara since.
    let much = days(&desk, 400);
    let cara = desk.read(|rx| suppression::in_force(rx, "cara@example.org")).remove(0).id;
    desk.write(move |tx| tx.update(suppression::ENTITY, cara, Values::new().with("assent_until", much)));
    let batch = report.batch.unwrap();
    let now = desk.cx.now();
    let undo = |dry: bool| desk.write(move |tx| suppression::undo(tx, batch, "wrong file", dry));
    assert_eq!((undo(true).ended, ends(&desk, "ann@example.org")), (1, vec![None]));
    let undone = undo(false);
    assert_eq!((undone.ended, undone.shortened, undone.left), (1, 2, 0), "{undone:?}");
    assert_eq!(ends(&desk, "ann@example.org"), [Some(later)]);
    assert_eq!(ends(&desk, "bob@example.org"), [Some(now)], "its time was over meanwhile");
    assert_eq!(ends(&desk, "cara@example.org"), [Some(much)]);
    assert_eq!(ends(&desk, "dan@example.org"), [Some(now)]);
    assert_eq!(undo(false).shortened, 0);
}

#[test]
fn what_a_person_confirms_from_their_own_mailbox_ends_each_no_of_theirs_and_no_other() {
    for (reason, stays) in
        [(Reason::Objection, 0), (Reason::OneClick, 0), (Reason::List, 0), (Reason::Complaint, 1), (Reason::Bounce, 1)]
    {
        let desk = Desk::new();
        let ann = person(&desk, "ann", Level::Consent, Values::new());
        desk.write(move |tx| suppression::add(tx, "ann@example.org", reason, "test", None));
        let evidence = || Evidence { source: Source::LandingPage, ..Evidence::default() };
        let token = desk.write(move |tx| match consent::request(tx, ann, Level::Marketing, &evidence())? {
            Requested::Pending(pending) => Ok(pending.token),
            other => panic!("{other:?}"),
        });
        let held = |desk: &Desk| desk.read(|rx| suppression::in_force(rx, "ann@example.org")).len();
        assert_eq!(held(&desk), 1, "asking ends nothing");
        desk.write(move |tx| optin::confirm(tx, &token).map(|_| ()));
        assert_eq!((held(&desk), desk.level(ann)), (stays, Level::Marketing), "{reason:?}");
    }
}

//! One random act, carried out on the store and in the model.

use connect::mail::{self, Outcome, OutgoingMail};
use engagement::{form, interaction, journey, segment};
use kernel::{Query, Values, events, jobs, uuid::Uuid};
use privacy::{
    consent::{Evidence, Level, Requested, Source, request},
    optin,
    request::{self as desk, Type},
};

use super::{
    Dice,
    facts::{Facts, Flying, Person},
    look,
};
use crate::{
    office,
    story::{World, token},
};

const PEOPLE: usize = 10;
const STOPPING: i64 = 192_350_007;
const GOING_LIVE: i64 = 192_350_006;

/// One act; tells what it was.
pub fn any(world: &World, facts: &mut Facts, dice: &mut Dice) -> String {
    if facts.people.len() < 3 {
        return appears(world, facts, dice);
    }
    match dice.below(100) {
        0..=7 if facts.people.len() < PEOPLE => appears(world, facts, dice),
        0..=9 => disappears(world, facts, dice),
        10 => erased(world, facts, dice),
        11..=21 => sets_consent(world, facts, dice),
        22..=29 => flips(world, facts, dice),
        30..=32 => moves(world, facts, dice),
        33..=38 => belongs(world, facts, dice),
        39..=44 => wishes(world, facts, dice),
        45..=47 => confirms(world, facts, dice),
        48..=51 => submits(world, facts, dice),
        52..=55 => answers(world, facts, dice),
        56..=65 => steers(world, facts, dice),
        66..=71 => {
            let hours = [1, 1, 2, 6, 7, 24, 30][dice.below(7)];
            world.clock.advance(hours * 3_600_000);
            format!("{hours} hours pass")
        }
        72..=78 => {
            events::pump(&world.db, &world.cx).unwrap();
            "the events are followed".into()
        }
        79..=87 => {
            let limit = 1 + dice.below(8);
            jobs::run_due(&world.db, &world.cx, limit).unwrap();
            format!("{limit} jobs run")
        }
        88..=92 => claims(world, facts, dice),
        93..=96 => settles(world, facts, dice),
        97 => dies(world, facts),
        _ => {
            rest(world, facts, dice);
            look::at_rest(world, facts);
            "everything that is due is done".into()
        }
    }
}

/// Everything that is due, until nothing is.
pub fn rest(world: &World, facts: &mut Facts, dice: &mut Dice) {
    for _ in 0..200 {
        let events = events::pump(&world.db, &world.cx).unwrap();
        let jobs = jobs::run_due(&world.db, &world.cx, 100).unwrap();
        let mails = claim(world, facts, 10);
        while !facts.flying.is_empty() {
            settles(world, facts, dice);
        }
        if events + jobs + mails == 0 {
            return;
        }
    }
    panic!("the workers never came to rest");
}

fn somebody(facts: &Facts, dice: &mut Dice) -> Uuid {
    let all: Vec<Uuid> = facts.people.keys().copied().collect();
    *dice.pick(&all).unwrap()
}

fn fresh(facts: &mut Facts) -> String {
    facts.numbered += 1;
    format!("person{}@example.org", facts.numbered)
}

fn set(world: &World, contact: Uuid, values: Values) {
    world.write(move |tx| tx.update("contact", contact, values.clone()));
}

fn option(level: i64) -> Option<i64> {
    Level::of_number(level).unwrap().option()
}

fn appears(world: &World, facts: &mut Facts, dice: &mut Dice) -> String {
    let address = fresh(facts);
    let person = Person {
        address: address.clone(),
        level: i64::try_from(dice.below(6)).unwrap(),
        north: dice.one_in(2),
        tester: dice.one_in(2),
        ..Person::default()
    };
    let values = Values::new()
        .with("firstname", "Somebody")
        .with("lastname", "Example")
        .with("emailaddress1", address)
        .with("msgdpr_gdprconsent", option(person.level))
        .with("address1_city", if person.north { "North" } else { "South" })
        .with("jobtitle", if person.tester { "Tester" } else { "Other" });
    let id = world.write(move |tx| tx.create("contact", values.clone()));
    facts.people.insert(id, person);
    format!("{id} appears")
}

fn disappears(world: &World, facts: &mut Facts, dice: &mut Dice) -> String {
    let contact = somebody(facts, dice);
    world.write(move |tx| tx.delete("contact", contact));
    facts.forget(contact);
    format!("{contact} is deleted")
}

/// Everybody with the address is that person.
fn erased(world: &World, facts: &mut Facts, dice: &mut Dice) -> String {
    let address = facts.people[&somebody(facts, dice)].address.clone();
    let request = office::open(world, Type::Erasure, &address);
    let officer = world.role("privacy-officer");
    world.db.write(&officer, move |tx| desk::plan(tx, request, &[])).unwrap();
    world.db.write(&officer, move |tx| desk::approve(tx, request, None)).unwrap();
    desk::run(&world.db, &officer, request, &mut Vec::new()).unwrap();
    let gone: Vec<Uuid> = facts.people.iter().filter(|(_, it)| it.address == address).map(|(id, _)| *id).collect();
    for contact in &gone {
        facts.forget(*contact);
    }
    format!("{gone:?} are erased")
}

fn sets_consent(world: &World, facts: &mut Facts, dice: &mut Dice) -> String {
    let (contact, level) = (somebody(facts, dice), i64::try_from(dice.below(6)).unwrap());
    let person = facts.people.get_mut(&contact).unwrap();
    match world.db.write(&world.cx, move |tx| {
        tx.update("contact", contact, Values::new().with("msgdpr_gdprconsent", option(level)))
    }) {
        Ok(_) => {
            // Where a custodian or an objection keeps it lower, a raise ends below; a lowering never fails.
            let row = world.read(|rx| rx.get("contact", contact));
            let stored = Level::of_value(row.get("msgdpr_gdprconsent")).unwrap().number();
            assert!(stored == level || (stored < level && level > person.level), "{stored} for {level}: {person:?}");
            person.level = stored;
        }
        // Who said less themselves is not raised by a program.
        Err(error) => assert!(error.code == "withdrawn" && level > person.level, "{error}; {level} for {person:?}"),
    }
    format!("the consent of {contact} is {}", person.level)
}

fn flips(world: &World, facts: &mut Facts, dice: &mut Dice) -> String {
    let contact = somebody(facts, dice);
    let person = facts.people.get_mut(&contact).unwrap();
    let (column, flag) = match dice.below(5) {
        0 => ("donotemail", &mut person.no_mail),
        1 => ("donotbulkemail", &mut person.no_bulk),
        2 => ("msgdpr_donottrack", &mut person.no_track),
        3 => ("msgdpr_gdprischild", &mut person.child),
        _ => ("statecode", &mut person.inactive),
    };
    // A no is said less often than it is taken back, or soon nobody gets anything.
    *flag = !*flag && dice.one_in(2);
    let values = if column == "statecode" {
        Values::new().with(column, i64::from(*flag))
    } else {
        Values::new().with(column, *flag)
    };
    let told = format!("{column} of {contact} is {flag}");
    set(world, contact, values);
    told
}

/// To an address of their own, or to that of somebody else.
fn moves(world: &World, facts: &mut Facts, dice: &mut Dice) -> String {
    let contact = somebody(facts, dice);
    let other = somebody(facts, dice);
    let to = if dice.one_in(3) { fresh(facts) } else { facts.people[&other].address.clone() };
    set(world, contact, Values::new().with("emailaddress1", to.as_str()));
    facts.people.get_mut(&contact).unwrap().address.clone_from(&to);
    format!("{contact} moves to {to}")
}

fn belongs(world: &World, facts: &mut Facts, dice: &mut Dice) -> String {
    if dice.one_in(6) {
        let name = ["north", "testers", "staff"][dice.below(3)];
        let id = world.id("segment", name);
        world.write(move |tx| segment::evaluate(tx, id));
        return format!("{name} is evaluated");
    }
    let contact = somebody(facts, dice);
    let person = facts.people.get_mut(&contact).unwrap();
    let values = Values::new();
    let values = match dice.below(7) {
        0..=2 => {
            person.north = !person.north;
            values.with("address1_city", if person.north { "North" } else { "South" })
        }
        3..=5 => {
            person.tester = !person.tester;
            values.with("jobtitle", if person.tester { "Tester" } else { "Other" })
        }
        _ => {
            person.staff = !person.staff;
            person.was_staff |= person.staff;
            values.with("address1_line1", person.staff.then_some("Staff"))
        }
    };
    set(world, contact, values);
    format!("{contact} belongs elsewhere")
}

/// The person asks: less holds at once, more waits for the confirmation.
fn wishes(world: &World, facts: &mut Facts, dice: &mut Dice) -> String {
    let (contact, wish) = (somebody(facts, dice), i64::try_from(dice.below(6)).unwrap());
    let evidence = Evidence { source: Source::SubscriptionCenter, ..Evidence::default() };
    let asked = world.write(move |tx| {
        let requested = request(tx, contact, Level::of_number(wish)?, &evidence)?;
        if let Requested::Pending(pending) = &requested {
            engagement::confirmation::send(tx, pending, None)?;
        }
        Ok(requested)
    });
    let person = facts.people.get_mut(&contact).unwrap();
    match asked {
        Requested::Pending(pending) => {
            assert!(wish > person.level, "only more waits");
            person.confirmations.push((wish, pending.token));
        }
        // Nobody said yes for the child, so nothing changed.
        _ if wish > person.level => assert!(person.child, "more waits"),
        _ => person.level = wish,
    }
    format!("{contact} wishes {wish}")
}

fn confirms(world: &World, facts: &mut Facts, dice: &mut Dice) -> String {
    let contact = somebody(facts, dice);
    let person = facts.people.get_mut(&contact).unwrap();
    let Some((wish, token)) = person.confirmations.pop() else { return "nobody confirms".into() };
    // An older link may be dead; then nothing changes.
    match world.db.write(&world.public(), move |tx| optin::confirm(tx, &token)) {
        Ok(_) => {
            // A confirmation takes nothing away, and a child's waits for the custodian whom nobody here has.
            if !person.child || wish <= 1 {
                person.level = person.level.max(wish);
            }
            format!("{contact} confirms {wish}")
        }
        Err(error) => format!("{contact} cannot confirm: {error}"),
    }
}

fn submits(world: &World, facts: &mut Facts, dice: &mut Dice) -> String {
    let contact = somebody(facts, dice);
    let address = facts.people[&contact].address.clone();
    if facts.people[&contact].inactive || facts.people.values().filter(|it| it.address == address).count() > 1 {
        return "nobody submits".into();
    }
    let (form, sent) = (facts.form, vec![("emailaddress1".to_owned(), address)]);
    world.db.write(&world.public(), move |tx| form::submit(tx, form, &sent, &form::Origin::default())).unwrap();
    format!("{contact} submits the form")
}

/// What a person does with a mail that they got.
fn answers(world: &World, facts: &mut Facts, dice: &mut Dice) -> String {
    let contact = somebody(facts, dice);
    let query = Query::on(mail::ENTITY).eq("assent_contactid", contact).filter("assent_journeyid ne null").unwrap();
    let mails = world.read(|rx| rx.rows(&query));
    let Some(mail) = dice.pick(&mails) else { return "nobody answers".into() };
    let cx = world.public();
    if dice.one_in(3) {
        let Some(link) = token(mail.text("assent_unsubscribeurl"), "/u/") else { return "no link".into() };
        world.db.write(&cx, move |tx| form::one_click(tx, &link)).unwrap();
        let address = facts.people[&contact].address.clone();
        for person in facts.people.values_mut().filter(|it| it.address == address) {
            person.no_bulk = true;
        }
        return format!("{contact} unsubscribes with one click");
    }
    let Some(open) = token(mail.text("assent_html"), "/o/") else { return "no link".into() };
    let recorded =
        world.db.write(&cx, move |tx| interaction::opened(tx, &open, interaction::Visit::default())).unwrap();
    let person = &facts.people[&contact];
    assert!(!recorded || (!person.no_track && !person.inactive), "an opening of {contact} was recorded: {person:?}");
    format!("{contact} opens a mail")
}

/// Somebody stops a journey, changes its minimum, lets it go live, edits it live.
fn steers(world: &World, facts: &mut Facts, dice: &mut Dice) -> String {
    let at = dice.below(facts.tours.len());
    let tour = &mut facts.tours[at];
    let id = tour.id;
    let (values, told) = match (tour.live, dice.below(4)) {
        (true, 0 | 1) => {
            (tour.live, tour.edited) = (false, false);
            (Values::new().with("statuscode", STOPPING), "stops".to_owned())
        }
        (true, 2) => {
            tour.edited = !tour.edited;
            (Values::new().with("statuscode", if tour.edited { 192_350_003 } else { 192_350_001 }), "edits".to_owned())
        }
        (true, _) => {
            let refused = Values::new().with("msgdpr_requiredconsent", option((tour.minimum + 1) % 6));
            let done = world.db.write(&world.cx, move |tx| tx.update(journey::ENTITY, id, refused.clone()));
            assert!(done.is_err(), "the minimum of {} changed while it is live", tour.name);
            return format!("the minimum of {} stays", tour.name);
        }
        (false, 0) => {
            tour.minimum = i64::try_from(dice.below(6)).unwrap();
            (Values::new().with("msgdpr_requiredconsent", option(tour.minimum)), format!("minimum {}", tour.minimum))
        }
        (false, _) => {
            tour.live = true;
            (Values::new().with("statuscode", GOING_LIVE), "goes live".to_owned())
        }
    };
    let told = format!("{}: {told}", tour.name);
    world.write(move |tx| tx.update(journey::ENTITY, id, values.clone()));
    told
}

/// Takes what is due and holds each mail against the model at that very moment.
fn claim(world: &World, facts: &mut Facts, limit: u64) -> usize {
    let claimed = world.write(move |tx| mail::claim(tx, limit));
    facts.withheld += claimed.blocked;
    let count = claimed.mails.len() + claimed.blocked;
    for mail in claimed.mails {
        take(world, facts, &mail);
    }
    count
}

fn take(world: &World, facts: &mut Facts, mail: &OutgoingMail) {
    let (contact, to) = (mail.contact.unwrap(), mail.to.clone().unwrap().to_lowercase());
    let refusal = facts.refuses(contact, &to, mail.email, mail.journey);
    let tour = mail.journey.map(|it| facts.tour(it).name);
    assert_eq!(refusal, None, "a mail of {tour:?} at {:?} leaves for {:?}", mail.tile, facts.people.get(&contact));
    let row = world.read(|rx| rx.get(mail::ENTITY, mail.id));
    let participant = row.get("assent_participantid").as_guid();
    let tile = mail.tile.clone().unwrap_or_default();
    let key = participant.map(|it| (it, tile.clone()));
    let place = mail.journey.map(|it| (it, tile, to));
    if let Some(key) = &key {
        assert!(facts.served.insert(key.clone()), "a second mail for participant and tile {key:?}");
    }
    if let Some(place) = &place {
        let before = facts.addresses.insert(place.clone(), contact);
        assert_eq!(before, None, "a second mail to an address by one tile {place:?}");
    }
    if let Some((journey, contact)) = mail.journey.zip(mail.contact) {
        facts.entered.insert((journey, contact));
    }
    facts.flying.push(Flying { id: mail.id, participant, key, place, contact });
}

fn claims(world: &World, facts: &mut Facts, dice: &mut Dice) -> String {
    let taken = claim(world, facts, 1 + dice.below(4) as u64);
    format!("{taken} mails are taken")
}

fn settles(world: &World, facts: &mut Facts, dice: &mut Dice) -> String {
    if facts.flying.is_empty() {
        return "no mail is on its way".into();
    }
    let mail = facts.flying.swap_remove(dice.below(facts.flying.len()));
    let outcome = match dice.below(12) {
        0..=8 => Outcome::Sent(format!("<{}@example.org>", mail.id.simple())),
        9 => Outcome::Later("later".into()),
        10 => Outcome::Refused("refused".into()),
        _ => Outcome::Unknown("unknown".into()),
    };
    match outcome {
        Outcome::Sent(_) => facts.sent += 1,
        // The server surely did not take it, so nobody was served.
        Outcome::Later(_) | Outcome::Refused(_) => {
            if let Some(key) = &mail.key {
                facts.served.remove(key);
            }
            if let Some(place) = mail.place.as_ref().filter(|it| facts.addresses.get(*it) == Some(&mail.contact)) {
                facts.addresses.remove(place);
            }
        }
        _ => {}
    }
    let told = format!("{} of {:?}: {outcome:?}", mail.id, mail.participant);
    world.write(move |tx| mail::settle(tx, mail.id, &outcome));
    told
}

/// The process ends with mails on their way, and starts again.
fn dies(world: &World, facts: &mut Facts) -> String {
    let lost = facts.flying.len();
    facts.flying.clear();
    world.write(|tx| mail::recover(tx, tx.now()));
    format!("the process ends with {lost} mails on their way")
}

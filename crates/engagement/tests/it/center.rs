//! The subscription center and one-click unsubscribing.

use engagement::{form, link::Link};
use kernel::{Kind, Query};

use crate::story::{World, check};

const SETUP: &str = "switches logging ; list garden ; list tools ; contact ann consent=4 ;
     form prefs center firstname consent donottrack list=garden list=tools ; form news list=garden list=tools ;
     segment s: msgdpr_gdprconsent ge 587030003 ; journey tour segment=s: email hello";

#[test]
fn the_center_shows_what_is_so() {
    check(
        SETUP,
        "
        0h worker                                -> tour: ann entered, finished at hello ; mail hello to ann (basis: consent)
        0h ann opens center                      -> page center: firstname=ann, msgdpr_gdprconsent=587030004
        1h ann saves center donotbulkemail donottrack -> page saved ; ann: donotbulkemail true, msgdpr_donottrack true
        1h ann opens center                      -> page center: donotbulkemail=on, firstname=ann, msgdpr_gdprconsent=587030004, msgdpr_donottrack=on
        2h ann saves center donotbulkemail=off   -> page saved ; ann: donotbulkemail false
        2h ann saves center                      -> page saved
        3h ann saves center consent=2            -> page saved ; record 4 -> 2 (SubscriptionCenter)
        3h ann opens center                      -> page center: firstname=ann, msgdpr_gdprconsent=587030002, msgdpr_donottrack=on
        4h ann saves center consent=5            -> page saved, check-your-inbox ; mail confirm to ann (basis: request)
        4h ann opens center                      -> page center: firstname=ann, msgdpr_gdprconsent=587030002, msgdpr_donottrack=on, waiting for consent \"profiling\"
        4h ann presses confirm                   -> record 2 -> 5 (DoubleOptIn)
        4h ann opens center                      -> page center: firstname=ann, msgdpr_gdprconsent=587030005, msgdpr_donottrack=on
        5h ann saves center consent=9            -> page center-again (msgdpr_gdprconsent)
        5h ann saves center surname=x            -> page center-again (surname)
        5h worker                                -> mail confirm to ann blocked (The wish that it asks to confirm waits no longer)",
    );
}

#[test]
fn lists_are_joined_by_confirming_and_left_at_once() {
    check(
        SETUP,
        "
        0h worker                            -> tour: ann entered, finished at hello ; mail hello to ann (basis: consent)
        1h ann saves center list-garden      -> page saved, check-your-inbox ; mail confirm to ann (basis: request)
        1h ann opens center                  -> page center: firstname=ann, msgdpr_gdprconsent=587030004, waiting for the list \"garden\"
        1h ann presses confirm               -> ann joined garden
        2h ann asks list-tools               -> page check-your-inbox ; mail confirm to ann (basis: request)
        2h ann presses confirm               -> ann joined tools
        3h ann saves center list-tools=off   -> page saved ; ann left tools
        3h ann opens center                  -> page center: firstname=ann, msgdpr_gdprconsent=587030004, garden=on
        4h worker                            -> mail confirm to ann blocked (The wish that it asks to confirm waits no longer) ; mail confirm to ann blocked (The wish that it asks to confirm waits no longer)",
    );
}

#[test]
fn one_click_holds_for_everybody_with_the_address() {
    check(
        "contact ann consent=4 ; contact bob email=ann@example.org ; contact cara consent=4 ;
         email bill transactional ; segment s: msgdpr_gdprconsent ge 587030003 ;
         journey tour segment=s: email hello -> wait P1D -> email tips -> email bill",
        "
        0h  worker                      -> tour: ann entered, waits at wait2 ; tour: cara entered, waits at wait2 ; mail hello to ann (basis: consent) ; mail hello to cara (basis: consent)
        0h  user sets bob consent=4     -> bob: consent 4, unrecorded
        0h  worker                      -> tour: bob entered, waits at wait2 ; EmailBlocked for bob (This address was served by this tile already)
        1h  ann unsubscribes mail hello -> ann: donotbulkemail true ; bob: donotbulkemail true
        1h  ann unsubscribes mail hello -> (nothing)
        24h worker                      -> tour: ann, finished at bill ; tour: bob, finished at bill ; tour: cara, finished at bill ; mail bill to ann (basis: transactional) ; mail bill to cara (basis: transactional) ; mail tips to cara (basis: consent) ; EmailBlocked for ann (Contact does not allow bulk e-mail) ; EmailBlocked for bob (Contact does not allow bulk e-mail) ; EmailBlocked for bob (This address was served by this tile already)",
    );
}

#[test]
fn a_personal_link_cannot_be_forged() {
    let mut world = World::new();
    crate::story::build(&mut world, "contact ann");
    let contact = world.id("contact", "ann");
    let mail = world.cx.new_id();
    let token = world.read(|rx| Link::Center { contact, mail }.token(rx));
    assert!(world.db.read(&world.public(), |rx| form::center(rx, &token)).is_ok());
    for at in 0..token.len() {
        let mut bytes = token.clone().into_bytes();
        bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
        let forged = String::from_utf8(bytes).unwrap();
        let refused = world.db.read(&world.public(), |rx| Link::read(rx, &forged)).unwrap_err();
        assert_eq!(refused.kind, Kind::NotFound, "character {at}");
    }
    for forged in ["", ".", "x", &token[..token.len() - 1], &format!("{token}0"), &token.replace('.', "")] {
        assert!(world.db.read(&world.public(), |rx| Link::read(rx, forged)).is_err(), "{forged:?}");
    }
    // A link for one thing does nothing else.
    let open = world.read(|rx| Link::Open { mail }.token(rx));
    assert_eq!(world.db.read(&world.public(), |rx| form::center(rx, &open)).unwrap_err().kind, Kind::NotFound);
    let click = open.clone();
    let refused = world
        .db
        .write(&world.public(), move |tx| {
            engagement::interaction::clicked(tx, &click, engagement::interaction::Visit::default())
        })
        .unwrap_err();
    assert_eq!(refused.kind, Kind::NotFound);
    assert_eq!(world.db.write(&world.public(), move |tx| form::one_click(tx, &open)).unwrap_err().kind, Kind::NotFound);
    let unchanged = world.read(|rx| rx.count(&Query::on("contact").eq("donotbulkemail", true)));
    assert_eq!(unchanged, 0);
}

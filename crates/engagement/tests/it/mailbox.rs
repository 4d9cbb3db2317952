//! Pressing the button proves one mailbox, the one that got the mail: nobody with another one is given anything.

use engagement::{form, link::Link, privacy_control};
use kernel::{Query, Values};
use privacy::{
    optin::OptInRequest,
    suppression::{self, Reason},
};

use crate::story::{World, act, build, check};

#[test]
fn an_address_that_was_changed_meanwhile_confirms_nothing() {
    check(
        "switches logging ; list garden ; contact ann email=old@example.org ; form news consent list=garden",
        "
        0h old asks consent=4 list-garden        -> page check-your-inbox ; mail confirm to ann (basis: request) ; mail confirm to ann (basis: request)
        1h user sets ann email=new@example.org   -> (nothing)
        2h old opens confirm link                -> gone
        2h old presses confirm                   -> gone
        2h old presses confirm list=garden       -> gone
        3h new asks consent=4                    -> page check-your-inbox ; mail confirm to ann (basis: request)
        4h old presses confirm older             -> gone
        4h new presses confirm                   -> record 0 -> 4 (DoubleOptIn)",
    );
}

#[test]
fn nobody_is_reminded_at_an_address_that_did_not_ask() {
    check(
        "contact ann email=old@example.org ; form news consent",
        "
        0h old asks consent=4                  -> page check-your-inbox ; mail confirm to ann (basis: request)
        0h worker                              -> mail confirm to ann sent
        1h user sets ann email=new@example.org -> (nothing)
        4d worker                              -> (nothing)
        5d user sets ann email=OLD@example.org -> (nothing)
        5d worker                              -> mail confirm to ann (basis: request)
        6d old presses confirm                 -> ann: consent 4, unrecorded",
    );
}

#[test]
fn a_submission_that_waits_is_for_the_mailbox_that_confirms_it() {
    check(
        "switches logging ; contact ann email=old@example.org consent=3 ;
         form prefs center firstname email consent own ; form news ;
         segment s: msgdpr_gdprconsent ge 587030003 ; journey tour segment=s: email hello",
        "
        0h worker                              -> tour: ann entered, finished at hello ; mail hello to ann (basis: consent)
        1h ann saves center consent=5          -> page saved, check-your-inbox ; mail confirm to ann (basis: request)
        2h user sets ann email=new@example.org -> (nothing)
        3h old presses confirm                 -> gone
        4h user sets ann email=Old@example.org -> (nothing)
        5h old presses confirm                 -> record 3 -> 5 (DoubleOptIn)",
    );
    // The mailbox that confirms has its wish, and the new one is written to from then on.
    check(
        "switches logging ; list garden ; contact ann consent=3 ;
         form prefs center firstname email consent list=garden own ; form news ;
         segment s: msgdpr_gdprconsent ge 587030003 ; journey tour segment=s: email hello",
        "
        0h worker                              -> tour: ann entered, finished at hello ; mail hello to ann (basis: consent)
        1h ann saves center consent=5 email=ben@example.org list-garden firstname=Anna -> page saved, check-your-inbox ; mail confirm to ann (basis: request)
        2h ann presses confirm                 -> ann: firstname \"Anna\" ; record 3 -> 5 (DoubleOptIn) ; ann joined garden",
    );
}

#[test]
fn who_knows_a_name_confirms_nothing_for_its_bearer() {
    let setup = "switches logging ; list garden ; contact ann lastname=Anders consent=1 donotphone ;
         form news lastname! firstname consent donotphone list=garden own";
    let mut world = World::new();
    build(&mut world, setup);
    crate::matching::match_by(&world, "lastname").unwrap();
    let asked = act(&mut world, "thief asks lastname=anders firstname=Mallory consent=5 list-garden");
    assert_eq!(asked, ["page check-your-inbox"]);
    assert_eq!(act(&mut world, "thief presses confirm"), ["gone"]);
    let rows = world.read(|rx| rx.rows(&Query::on("contact")));
    let row = &rows[0];
    assert_eq!((rows.len(), row.text("firstname"), row.text("emailaddress1")), (1, "ann", "ann@example.org"));
    assert_eq!(row.get("msgdpr_gdprconsent").as_int(), Some(587_030_001));
    assert!(row.get("donotphone").is_true());
    assert_eq!(world.read(|rx| rx.count(&Query::on("assent_listmember"))), 0);
    // The bearer confirms it, and so does whoever is known by the name alone.
    world.go_to("2h");
    act(&mut world, "ann asks lastname=Anders consent=5");
    assert_eq!(act(&mut world, "ann presses confirm"), Vec::<String>::new());
    let ann = world.id("contact", "ann");
    let level = |world: &World| world.read(|rx| rx.get("contact", ann)).get("msgdpr_gdprconsent").as_int();
    assert_eq!(level(&world), Some(587_030_005));
    world.write(move |tx| tx.update("contact", ann, Values::new().with("emailaddress1", kernel::Value::Null)));
    world.go_to("4h");
    act(&mut world, "nan asks lastname=Anders firstname=Ann");
    assert_eq!(act(&mut world, "nan presses confirm"), Vec::<String>::new());
    assert_eq!(world.read(|rx| rx.get("contact", ann)).text("emailaddress1"), "nan@example.org");
}

#[test]
fn another_mailbox_of_the_custodian_confirms_nothing() {
    check(
        "switches logging ; contact pat email=old@example.org ; contact kim child parent=pat ; form news consent",
        "
        1h kim asks consent=3                    -> page check-your-inbox ; mail confirm to pat (basis: request)
        2h user sets pat email=new@example.org   -> (nothing)
        3h old presses confirm                   -> gone
        4h kim asks consent=3                    -> page check-your-inbox ; mail confirm to pat (basis: request)
        5h old presses confirm older             -> gone
        5h new presses confirm                   -> record 0 -> 3 (Custodian)",
    );
}

#[test]
fn a_custodian_gets_one_round_of_mails_an_hour() {
    check(
        "contact pat ; contact kim child parent=pat ; contact lou child parent=pat ; form news consent",
        "
        1h kim asks consent=3                    -> page check-your-inbox ; mail confirm to pat (basis: request)
        1h lou asks consent=3                    -> page check-your-inbox ; mail confirm to pat (basis: request)
        1h kim asks consent=4                    -> page check-your-inbox ; mail confirm to pat (basis: request)
        1h mailer                                -> mail confirm to pat blocked (The wish that it asks to confirm waits no longer)
        2h mailer                                -> mail confirm to pat sent
        3h mailer                                -> mail confirm to pat sent
        4h mailer                                -> (nothing)",
    );
}

#[test]
fn a_mailbox_that_was_only_typed_in_keeps_its_no() {
    let mut world = World::new();
    build(
        &mut world,
        "contact ann consent=3 donotbulkemail ; email bill transactional ;
         form prefs center email consent ; segment s: firstname eq 'ann' ; journey tour segment=s: email bill",
    );
    act(&mut world, "worker");
    world.write(|tx| {
        for address in ["ann@example.org", "ben@example.org"] {
            suppression::add(tx, address, Reason::OneClick, "test", None)?;
        }
        Ok(())
    });
    assert_eq!(act(&mut world, "ann saves center email=ben@example.org donotbulkemail=off"), ["page saved"]);
    let held = |address: &str| world.read(|rx| suppression::in_force(rx, address)).len();
    assert_eq!((held("ann@example.org"), held("ben@example.org")), (0, 1));
    assert!(world.read(|rx| rx.find(form::ENTITY, world.id("form", "prefs"))).is_some());
}

#[test]
fn people_who_share_a_mailbox_do_not_end_each_others_wishes() {
    check(
        "switches logging ; contact ann consent=3 ; contact bob email=ann@example.org consent=3 ;
         form prefs center firstname consent own ; form news ;
         segment a: firstname eq 'ann' ; journey one segment=a: email hello ;
         segment b: firstname eq 'bob' ; journey two segment=b: email tips",
        "
        0h worker                              -> one: ann entered, finished at hello ; two: bob entered, finished at tips ; mail hello to ann (basis: consent) ; mail tips to bob (basis: consent)
        1h ann saves center consent=5          -> page saved, check-your-inbox ; mail confirm to ann (basis: request)
        2h bob saves center consent=5          -> page saved, check-your-inbox ; mail confirm to bob (basis: request)
        3h ann presses confirm older           -> record 3 -> 5 (DoubleOptIn)
        3h bob presses confirm                 -> record 3 -> 5 (DoubleOptIn)",
    );
}

#[test]
fn the_objection_of_a_browser_is_that_of_whoever_reads_the_mail() {
    let mut world = World::new();
    build(
        &mut world,
        "contact pat ; contact kim child parent=pat ; contact old email=pat@example.org ; form news consent",
    );
    act(&mut world, "kim asks consent=3");
    let wish = world.read(|rx| OptInRequest::first(rx, &Query::on(OptInRequest::ENTITY))).unwrap();
    let (pat, kim, old) = (world.id("contact", "pat"), world.id("contact", "kim"), world.id("contact", "old"));
    assert!(world.write(move |tx| privacy_control::object_by_wish(tx, &wish)));
    let objects = |world: &World, id| world.read(|rx| rx.get("contact", id)).get("msgdpr_donottrack").is_true();
    assert_eq!((objects(&world, pat), objects(&world, kim)), (true, false));
    // A link in a mail to a record that was merged is that of the one that stayed.
    world.write(move |tx| privacy::merge::merge(tx, kim, old));
    let link = world.read(|rx| Link::Center { contact: old, mail: rx.cx().new_id() }.token(rx));
    assert!(world.write(move |tx| privacy_control::object_by_link(tx, &link)));
    assert_eq!((objects(&world, kim), objects(&world, old)), (true, false));
}

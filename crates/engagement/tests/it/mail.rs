//! The outbox: asked again at the claim, sent at most once.

use connect::mail::{self, Message};
use kernel::{Query, Result, Tx, uuid::Uuid};
use privacy::consent::{Commercial, Decision, Level, gate};

use crate::story::{World, build, check};

const SETUP: &str = "switches enforced ; contact ann consent=4 ; email bill transactional ;
     segment s: msgdpr_gdprconsent ge 587030002 ; journey tour segment=s minimum=2: email hello -> email bill";

#[test]
fn what_is_withdrawn_between_writing_and_claiming_is_not_sent() {
    check(
        SETUP,
        "
        0h worker without mail          -> tour: ann entered, finished at bill ; mail bill to ann (basis: transactional) ; mail hello to ann (basis: consent)
        1h user sets ann donotbulkemail -> ann: donotbulkemail true
        1h worker                       -> mail bill to ann sent ; mail hello to ann blocked (Contact does not allow bulk e-mail)",
    );
    check(
        SETUP,
        "
        0h worker without mail      -> tour: ann entered, finished at bill ; mail bill to ann (basis: transactional) ; mail hello to ann (basis: consent)
        1h user sets ann consent=1  -> ann: consent 1, unrecorded
        1h worker                   -> mail bill to ann blocked (Contact lowered consent below threshold) ; mail hello to ann blocked (Contact lowered consent below threshold)",
    );
    check(
        SETUP,
        "
        0h worker without mail                      -> tour: ann entered, finished at bill ; mail bill to ann (basis: transactional) ; mail hello to ann (basis: consent)
        1h user sets ann email=elsewhere@example.org -> (nothing)
        1h worker                                   -> mail bill to ann blocked (Contact has another mail address now) ; mail hello to ann blocked (Contact has another mail address now)",
    );
}

#[test]
fn what_may_have_left_is_never_sent_again() {
    check(
        SETUP,
        "
        0h worker without mail -> tour: ann entered, finished at bill ; mail bill to ann (basis: transactional) ; mail hello to ann (basis: consent)
        0h mailer dies         -> mail bill to ann sending ; mail hello to ann sending
        1h mailer              -> (nothing)
        1h restart             -> 2 recovered ; mail bill to ann interrupted ; mail hello to ann interrupted
        1h restart             -> 0 recovered
        2h worker              -> (nothing)
        72h worker             -> (nothing)",
    );
}

fn write(tx: &mut Tx<'_>, contact: Uuid, key: &str) -> Result<Uuid> {
    let Decision::Granted(permit) = gate::ask::<Commercial>(tx, contact, Level::None)? else { panic!("refused") };
    let message = Message {
        from: "letters@example.org".into(),
        subject: "Hello".into(),
        text: "Hello".into(),
        html: "<p>Hello</p>".into(),
        idempotency_key: key.into(),
        ..Message::default()
    };
    mail::enqueue(tx, message, permit)
}

#[test]
fn two_mails_with_one_key_are_one_mail() {
    let mut world = World::new();
    build(&mut world, "contact ann");
    let ann = world.id("contact", "ann");
    let ids = world.write(move |tx| Ok([write(tx, ann, "a")?, write(tx, ann, "a")?, write(tx, ann, "b")?]));
    assert_eq!(ids[0], ids[1]);
    assert_ne!(ids[0], ids[2]);
    assert_eq!(world.write(move |tx| write(tx, ann, "a")), ids[0]);
    assert_eq!(world.read(|rx| rx.count(&Query::on(mail::ENTITY))), 2);
}

#[test]
fn a_mail_without_its_person_does_not_hold_up_the_others() {
    let mut world = World::new();
    build(&mut world, "contact ann ; contact bob");
    let (ann, bob) = (world.id("contact", "ann"), world.id("contact", "bob"));
    world.write(move |tx| {
        write(tx, ann, "a")?;
        write(tx, bob, "b")?;
        tx.delete("contact", ann)
    });
    let claimed = world.write(|tx| mail::claim(tx, 10));
    assert_eq!(claimed.mails.len(), 1);
    assert_eq!(claimed.mails[0].contact, Some(bob));
}

//! A child's wish goes to the custodian; links of a merged contact lead on; one click is by address.

use engagement::{confirmation, form, link::Link};
use kernel::{Query, Values, uuid::Uuid};
use privacy::{
    consent::{self, Evidence, Level, Requested, Source},
    merge,
    suppression::{self, Reason},
};

use crate::story::World;

fn contact(world: &World, name: &str, more: Values) -> Uuid {
    let name = name.to_owned();
    world
        .db
        .write(&world.cx, move |tx| {
            let values =
                Values::new().with("firstname", name.as_str()).with("emailaddress1", format!("{name}@example.org"));
            tx.create("contact", more.iter().fold(values, |all, (column, value)| all.with(column, value.clone())))
        })
        .unwrap()
}

#[test]
fn the_mail_goes_to_the_custodian_and_says_for_whom() {
    let world = World::new();
    let pat = contact(&world, "pat", Values::new());
    let kim = contact(&world, "kim", Values::new().with("msgdpr_gdprischild", true).with("msgdpr_gdprparentid", pat));
    let token = world
        .db
        .write(&world.cx, move |tx| {
            let evidence = Evidence { source: Source::LandingPage, ..Evidence::default() };
            let Requested::Pending(pending) = consent::request(tx, kim, Level::Marketing, &evidence)? else {
                panic!("it waits")
            };
            confirmation::send(tx, &pending, None)?;
            Ok(pending.token)
        })
        .unwrap();
    let mails = world.read(|rx| rx.rows(&Query::on("assent_outgoingmail")));
    let mail = mails.first().unwrap();
    assert_eq!((mails.len(), mail.text("assent_to")), (1, "pat@example.org"));
    assert_eq!(mail.get("assent_contactid").as_guid(), Some(pat));
    assert!(mail.text("assent_text").contains("parent or custodian of kim"), "{}", mail.text("assent_text"));
    world.db.write(&world.public(), move |tx| confirmation::confirm(tx, &token).map(|_| ())).unwrap();
    let row = world.read(|rx| rx.get("contact", kim));
    assert_eq!(Level::of_value(row.get("msgdpr_gdprconsent")).unwrap(), Level::Marketing);
}

#[test]
fn links_of_a_merged_contact_act_on_the_one_that_stayed() {
    let mut world = World::new();
    crate::story::build(&mut world, "contact ann consent=4 ; form prefs center consent");
    let ann = world.id("contact", "ann");
    let old = contact(&world, "old", Values::new());
    let mail = world.cx.new_id();
    let token = world.read(|rx| Link::Center { contact: old, mail }.token(rx));
    world.db.write(&world.cx, move |tx| merge::merge(tx, ann, old)).unwrap();
    assert_eq!(world.read(|rx| form::center(rx, &token)).contact, ann);
    world.db.write(&world.public(), move |tx| form::one_click(tx, &token)).unwrap();
    assert!(world.read(|rx| rx.get("contact", ann)).get("donotbulkemail").is_true());
    let entries = world.read(|rx| suppression::in_force(rx, "ann@example.org"));
    assert_eq!(entries.iter().map(|it| it.reason).collect::<Vec<_>>(), [Reason::OneClick]);
}

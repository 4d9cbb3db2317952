//! Landing pages: neutral for everybody, strict with what is sent.

use engagement::form::{self, Input};
use kernel::{Query, Values};

use crate::story::{World, build, check};

#[test]
fn the_page_is_the_same_for_known_and_unknown_addresses() {
    // Ann has what she asks for, Bob has more, Cara allows no mail at all, nobody knows Eve.
    check(
        "switches logging ; contact ann consent=4 ; contact bob consent=5 ; contact cara donotemail ; form news consent firstname",
        "
        0h ann asks consent=4  -> page check-your-inbox
        0h bob asks consent=4  -> page check-your-inbox ; record 5 -> 4 (LandingPage)
        0h cara asks consent=4 -> page check-your-inbox
        0h eve asks consent=4  -> page check-your-inbox ; contact eve made, consent 0 ; mail confirm to eve (basis: request)
        1h ann asks            -> page thank-you
        1h eve asks            -> page thank-you
        1h gil asks            -> page thank-you ; contact gil made, consent 0
        1h gil asks consent=0  -> page thank-you
        2h eve presses confirm -> record 0 -> 4 (DoubleOptIn)
        2h worker              -> mail confirm to eve blocked (The wish that it asks to confirm waits no longer)",
    );
}

#[test]
fn a_landing_page_adds_to_lists_and_never_removes() {
    check(
        "list garden ; contact ann ; form news list=garden",
        "
        0h ann asks list-garden  -> page check-your-inbox ; mail confirm to ann (basis: request)
        0h ann presses confirm   -> ann joined garden
        1h ann asks list-garden  -> page check-your-inbox
        2h ann asks              -> page thank-you
        2h worker                -> mail confirm to ann blocked (The wish that it asks to confirm waits no longer)",
    );
}

#[test]
fn whoever_knows_an_address_cannot_take_its_no_back() {
    check(
        "contact ann donottrack ; contact bob ; form news donottrack firstname",
        r#"
        0h ann asks donottrack=off firstname=Ann -> page thank-you ; ann: firstname "Ann"
        1h bob asks donottrack                   -> page thank-you ; bob: msgdpr_donottrack true
        2h bob asks donottrack=off               -> page thank-you"#,
    );
}

#[test]
fn what_is_wrong_is_named_and_nothing_is_kept() {
    let setup = "switches logging ; contact ann ; form news consent firstname! birthdate";
    check(
        setup,
        "
        0h ann asks firstname=A role=admin         -> page form-again (role: This field is not on the form.)
        0h ann asks firstname=A donotbulkemail=off -> page form-again (donotbulkemail: This field is not on the form.)
        0h ann asks                                -> page form-again (firstname: Please fill this in.)
        0h ann asks firstname=A email=nowhere      -> page form-again (emailaddress1: This is not a mail address; write name@domain.example.)
        0h ann asks firstname=A email=             -> page form-again (emailaddress1: Please fill this in.)
        0h ann asks firstname=A consent=9          -> page form-again (msgdpr_gdprconsent: This is none of the levels that the form offers.)
        0h ann asks firstname=A consent=-1         -> page form-again (msgdpr_gdprconsent: This is none of the levels that the form offers.)
        0h ann asks firstname=A firstname=B        -> page form-again (firstname: This field was sent twice.)
        0h ann asks firstname=A birthdate=soon     -> page form-again (birthdate: This takes a date, YYYY-MM-DD.)
        0h worker                                  -> (nothing)",
    );
    let mut world = World::new();
    build(&mut world, setup);
    let form = world.id("form", "news");
    let sent = vec![("emailaddress1".into(), "eve@example.org".into()), ("firstname".into(), "x".repeat(51))];
    world.db.write(&world.public(), move |tx| form::submit(tx, form, &sent, &form::Origin::default())).unwrap();
    for entity in ["msdyncrm_marketingformsubmission", "assent_optinrequest", "assent_outgoingmail"] {
        assert_eq!(world.read(|rx| rx.count(&Query::on(entity))), 0, "{entity}");
    }
    assert_eq!(world.read(|rx| rx.count(&Query::on("contact"))), 1);
}

#[test]
fn a_form_that_is_not_live_is_not_open() {
    check(
        "contact ann ; form news consent",
        "
        0h user sets form news stop -> (nothing)
        0h ann asks consent=3       -> gone",
    );
}

#[test]
fn a_confirmation_link_cannot_be_guessed() {
    let mut world = World::new();
    build(&mut world, "contact ann ; form news consent");
    crate::story::act(&mut world, "ann asks consent=4");
    let mail = world.read(|rx| rx.first(&Query::on("assent_outgoingmail"))).unwrap();
    let text = mail.text("assent_text");
    let start = text.find("/confirm/").unwrap() + "/confirm/".len();
    let token: String = text[start..].split_whitespace().next().unwrap().to_owned();
    assert!(token.len() >= 43, "256 bits: {token}");
    let stored = world.read(|rx| rx.first(&Query::on("assent_optinrequest"))).unwrap();
    assert!(stored.iter().all(|(_, it)| !it.to_json().to_string().contains(&token)), "the token is not stored");
    let lower = token.to_lowercase();
    for forged in ["", "x", &token[1..], &format!("{token}="), &lower, stored.text("assent_tokenhash")] {
        let forged = forged.to_owned();
        let refused =
            world.db.write(&world.public(), move |tx| engagement::confirmation::confirm(tx, &forged)).unwrap_err();
        assert_eq!(refused.kind, kernel::Kind::NotFound);
    }
    world.db.write(&world.public(), move |tx| engagement::confirmation::confirm(tx, &token)).unwrap();
}

#[test]
fn the_text_that_is_kept_as_evidence_is_read_above_the_question() {
    let mut world = World::new();
    build(&mut world, "form news firstname consent");
    let id = world.id("form", "news");
    let texts = |world: &World| {
        let shown = world.read(|rx| form::elements(rx, id));
        let read = |it: &form::Shown| match it.input {
            Input::Text => it.element.text.clone(),
            _ => it.column.clone().unwrap_or_default(),
        };
        shown.iter().map(read).filter(|it| !it.is_empty()).collect::<Vec<_>>()
    };
    let wording = |text: &'static str| {
        world.write(move |tx| tx.update(form::ENTITY, id, Values::new().with("assent_wording", text)));
    };
    wording("We write once a month.");
    let all = texts(&world);
    let question = all.iter().position(|it| it == "msgdpr_gdprconsent").unwrap();
    assert_eq!(all[question - 1], "We write once a month.", "{all:?}");
    // Where a text of the form holds it, it is not said twice.
    let own = Values::new().with("assent_formid", id).with("assent_kind", 5).with("assent_label", "x");
    let own = own.with("assent_order", 99).with("assent_text", "Please read: We write once a month. Thank you.");
    world.write(move |tx| {
        tx.update(form::ENTITY, id, Values::new().with("statuscode", 2))?;
        tx.create("assent_formelement", own.clone())
    });
    let all = texts(&world);
    assert_eq!(all.iter().filter(|it| it.contains("once a month")).count(), 1, "{all:?}");
}

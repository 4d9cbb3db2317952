//! "Why (not)?" for a person and a journey or an e-mail (`spec/marketing.md` 5; `spec/beyond.md` 4, no. 24).

use engagement::why::why;
use kernel::Values;
use privacy::consent::{Target, Why};

use crate::story::{World, act, build};

fn asked(world: &World, who: &str, target: Target) -> Why {
    let contact = world.id("contact", who);
    let answer = world.read(|rx| why(rx, contact, target));
    let deciding = answer.facts.iter().filter(|it| it.decides).count();
    assert_eq!(deciding, usize::from(!answer.allowed), "one fact decides, where one does: {answer:?}");
    answer
}

fn fact<'w>(answer: &'w Why, name: &str) -> &'w str {
    answer.facts.iter().find(|it| it.fact.starts_with(name)).map_or("", |it| &it.value)
}

#[test]
fn every_hindrance_has_its_answer() {
    let mut world = World::new();
    build(
        &mut world,
        "switches enforced logging ; contact ann consent=4 ; contact bob consent=2 ; contact cara consent=3 ;
         contact dan consent=4 donotbulkemail ; contact eve consent=4 jobtitle=Staff ;
         segment s: msgdpr_gdprconsent ge 587030003 ; segment staff: jobtitle eq 'Staff' ;
         journey welcome segment=s suppression=staff minimum=4: email hello -> wait P2D -> email tips ;
         journey later segment=s draft: email card",
    );
    let tour = Target::Journey(world.id("journey", "welcome"));
    let check = |world: &World, who: &str, outcome: &str, reason: &str| {
        let answer = asked(world, who, tour);
        assert_eq!((answer.outcome, answer.reason.as_str()), (outcome, reason), "{who}: {answer:?}");
    };
    check(&world, "ann", "allowed", "Nothing speaks against it");
    check(&world, "bob", "not-in-audience", "Contact is in no segment that begins the journey");
    check(&world, "cara", "stopped", "Contact lowered consent below threshold");
    check(&world, "dan", "blocked", "Contact does not allow bulk e-mail");
    check(&world, "eve", "stopped", "Contact is in the suppression segment");
    let answer = asked(&world, "ann", Target::Journey(world.id("journey", "later")));
    assert_eq!((answer.outcome, answer.allowed), ("not-running", false), "{answer:?}");
    act(&mut world, "worker");
    let answer = asked(&world, "ann", tour);
    assert!(answer.allowed && fact(&answer, "participation").starts_with("waiting, at tile"), "{answer:?}");
    assert_eq!(fact(&answer, "mail of"), "sent");
    assert_eq!(fact(&asked(&world, "dan", tour), "mail of"), "blocked: Contact does not allow bulk e-mail");
    let letter = Target::Email(world.id("email", "hello"));
    assert_eq!(fact(&asked(&world, "ann", letter), "mail of"), "sent");
    let ann = world.id("contact", "ann");
    world.write(move |tx| tx.update("contact", ann, Values::new().with("msgdpr_gdprconsent", 587_030_001)));
    check(&world, "ann", "stopped", "Contact was stopped: Contact lowered consent below threshold");
}

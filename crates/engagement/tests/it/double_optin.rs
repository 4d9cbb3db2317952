//! The table of double opt-in, cell by cell (`spec/marketing.md` 9): what the document says, and a story in
//! which it is so.

use engagement::confirmation;
use kernel::{Query, Values};
use privacy::optin::OptInRequest;

use crate::story::{World, act, build, check};

/// One cell of the table: its row, the column (global, or per form), its text, and how it shows.
const TABLE: &[(&str, &str, &str, &str, &str)] = &[
    (
        "switch",
        "global",
        "msdyncrm_defaultmarketingsetting.msdyncrm_enabledoubleoptin",
        "switches logging ; contact ann ; form news consent ; no double opt-in",
        "0h ann asks consent=3 -> page thank-you ; record 0 -> 3 (LandingPage)
         1h worker             -> (nothing)",
    ),
    (
        "switch",
        "per form",
        "msdyncrm_marketingform.msdyncrm_enabledoubleoptin",
        "switches logging ; contact ann ; form news consent own ; no double opt-in",
        "0h ann asks consent=3  -> page check-your-inbox ; mail confirm to nobody (basis: request)
         1h ann presses confirm -> record 0 -> 3 (DoubleOptIn)",
    ),
    (
        "covers",
        "global",
        "new list subscriptions and increases of consent, from landing pages",
        "switches logging ; list garden ; contact ann ; form news consent list=garden",
        "0h ann asks consent=3 list-garden -> page check-your-inbox ; mail confirm to ann (basis: request) ; mail confirm to ann (basis: request)
         1h ann presses confirm list=garden -> ann joined garden
         1h ann presses confirm older       -> record 0 -> 3 (DoubleOptIn)",
    ),
    (
        "covers",
        "global",
        "and from subscription centers; lowering and leaving need no confirmation and act at once",
        "switches logging ; list garden ; contact ann consent=2 ; form news center consent list=garden ; form other consent ;
         segment s: lastname eq 'Example' ; journey hello segment=s: email hello",
        "0h worker                              -> hello: ann entered, finished at hello ; mail hello to ann (basis: consent)
         1h ann saves center consent=4 list-garden -> page saved, check-your-inbox ; mail confirm to ann (basis: request) ; mail confirm to ann (basis: request)
         2h ann presses confirm list=garden     -> ann joined garden
         3h ann saves center consent=1 list-garden=off -> page saved ; record 2 -> 1 (SubscriptionCenter) ; ann left garden",
    ),
    (
        "covers",
        "per form",
        "all of the form's submission",
        "switches logging ; contact ann consent=1 ; list garden ; form news consent firstname list=garden own",
        "0h ann asks consent=3 firstname=Annabel list-garden -> page check-your-inbox ; mail confirm to nobody (basis: request)
         1h ann presses confirm -> ann: firstname \"Annabel\" ; record 1 -> 3 (DoubleOptIn) ; ann joined garden",
    ),
    (
        "mails",
        "global",
        "one per list + one for consent; never merged",
        "list garden ; list tools ; contact ann ; form news consent list=garden list=tools",
        "0h ann asks consent=3 list-garden list-tools -> page check-your-inbox ; mail confirm to ann (basis: request) ; mail confirm to ann (basis: request) ; mail confirm to ann (basis: request)",
    ),
    (
        "mails",
        "per form",
        "one mail for all lists",
        "list garden ; list tools ; contact ann ; form news consent list=garden list=tools own",
        "0h ann asks consent=3 list-garden list-tools -> page check-your-inbox ; mail confirm to nobody (basis: request)",
    ),
    (
        "before confirmation",
        "global",
        "contact exists/gets updated, but list and consent stay unchanged",
        "list garden ; form news consent firstname list=garden",
        "0h eve asks consent=3 firstname=Eve list-garden -> page check-your-inbox ; contact eve made, consent 0 ; mail confirm to eve (basis: request) ; mail confirm to eve (basis: request)",
    ),
    (
        "before confirmation",
        "per form",
        "no contact or lead is stored at all; journeys wait",
        "list garden ; form news consent firstname list=garden own ; journey tour form=news: email hello",
        "0h eve asks consent=3 firstname=Eve list-garden -> page check-your-inbox ; mail confirm to nobody (basis: request)
         1h worker                                       -> mail confirm to nobody sent",
    ),
    (
        "link life",
        "global",
        "30 days",
        "contact ann ; form news consent",
        "0h  ann asks consent=3         -> page check-your-inbox ; mail confirm to ann (basis: request)
         29d ann opens confirm link    -> page confirm-button
         30d ann presses confirm       -> gone",
    ),
    (
        "link life",
        "per form",
        "30 days",
        "contact ann ; form news consent own",
        "0h  ann asks consent=3         -> page check-your-inbox ; mail confirm to nobody (basis: request)
         29d ann opens confirm link    -> page confirm-button
         30d ann presses confirm       -> gone",
    ),
    (
        "both on",
        "form wins",
        "one mail, and nobody is changed before it",
        "list garden ; contact ann ; form news consent list=garden own",
        "0h ann asks consent=3 list-garden -> page check-your-inbox ; mail confirm to nobody (basis: request)",
    ),
    (
        "flow",
        "both",
        "second click is harmless; a newer request for the same target supersedes the older",
        "switches logging ; contact ann ; form news consent",
        "0h ann asks consent=3        -> page check-your-inbox ; mail confirm to ann (basis: request)
         1h ann asks consent=4        -> page check-your-inbox ; mail confirm to ann (basis: request)
         2h ann presses confirm older -> gone
         2h ann presses confirm       -> record 0 -> 4 (DoubleOptIn)
         3h ann presses confirm       -> gone",
    ),
    (
        "flow",
        "both",
        "donotbulkemail does not stop the mail, donotemail does",
        "contact ann donotbulkemail ; contact bob donotemail ; form news consent",
        "0h ann asks consent=3 -> page check-your-inbox ; mail confirm to ann (basis: request)
         0h bob asks consent=3 -> page check-your-inbox",
    ),
    (
        "flow",
        "both",
        "the page is the same whether the address is known or not",
        "contact ann consent=5 ; form news consent",
        "0h ann asks consent=3 -> page check-your-inbox ; ann: consent 3, unrecorded
         0h eve asks consent=3 -> page check-your-inbox ; contact eve made, consent 0 ; mail confirm to eve (basis: request)",
    ),
];

#[test]
fn each_cell_of_the_table() {
    let wrong = TABLE.iter().filter(|(row, column, says, setup, story)| {
        // Every cell is tried, so that a change shows all that it touches.
        let failed = std::panic::catch_unwind(|| check(setup, story)).is_err();
        if failed {
            eprintln!("so it is not: {row}, {column}: {says}");
        }
        failed
    });
    assert_eq!(wrong.count(), 0);
}

fn default_setting(world: &World, values: Values) {
    world.write(move |tx| {
        let row = tx.first(&Query::on("msdyncrm_defaultmarketingsetting"))?.unwrap();
        tx.update(&row.entity, row.id, values.clone()).map(|_| ())
    });
}

/// Where the newest wish leads once it is confirmed.
fn thanks(world: &World) -> Option<String> {
    let query = Query::on(OptInRequest::ENTITY).order("createdon desc,versionnumber desc").unwrap();
    world.read(|rx| confirmation::thanks(rx, &OptInRequest::first(rx, &query)?.unwrap()))
}

#[test]
fn thank_you_is_a_page_or_an_address_separately_for_lists_and_consent() {
    let mut world = World::new();
    build(&mut world, "list garden ; contact ann ; form news consent list=garden ; form own consent list=garden own");
    act(&mut world, "ann asks consent=3");
    assert_eq!(thanks(&world), None, "ours, until another is named");
    let page =
        world.read(|rx| rx.first(&Query::on("msdyncrm_marketingpage").eq("msdyncrm_partialurl", "news"))).unwrap();
    let by_address = Values::new()
        .with("msdyncrm_thankyoupagesource", 100_000_001)
        .with("msdyncrm_defaultmarketingthankyouurl", "https://www.example.org/consent")
        .with("msdyncrm_defaultmarketingthankyouurldoi", "https://www.example.org/list")
        .with("msdyncrm_defaultmarketingthankyoupage", page.id);
    default_setting(&world, by_address);
    assert_eq!(thanks(&world).as_deref(), Some("https://www.example.org/consent"));
    default_setting(&world, Values::new().with("msdyncrm_thankyoupagesource", 100_000_000));
    assert!(thanks(&world).unwrap().ends_with("/p/news"));
    let id = page.id;
    world.write(move |tx| tx.update("msdyncrm_marketingpage", id, Values::new().with("statuscode", 192_350_007)));
    assert_eq!(thanks(&world), None, "a page that is not live is passed over");
    default_setting(&world, Values::new().with("msdyncrm_thankyoupagesource", 100_000_001));
    world.go_to("2h");
    act(&mut world, "ann asks list-garden");
    assert_eq!(thanks(&world).as_deref(), Some("https://www.example.org/list"));
}

#[test]
fn the_mail_says_what_the_level_means() {
    let mut world = World::new();
    build(&mut world, "contact ann ; form news consent");
    act(&mut world, "ann asks consent=4");
    let mail = world.read(|rx| rx.first(&Query::on("assent_outgoingmail"))).unwrap();
    for part in ["assent_text", "assent_html"] {
        assert!(mail.text(part).contains("offers and other promotional messages"), "{}", mail.text(part));
    }
}

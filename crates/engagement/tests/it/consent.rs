//! Consent, minimum consent and double opt-in (`spec/marketing.md` 18, 1 to 5).

use kernel::{Query, audit::history};
use serde_json::Value;

use crate::story::{World, act, build, check};

#[test]
fn consent_is_raised_by_confirming_and_lowered_at_once() {
    check(
        "switches enforced logging ; contact ann consent=3 ; form news consent ;
         segment s: msgdpr_gdprconsent ge 587030003 ;
         journey welcome segment=s minimum=4: email hello -> wait P2D -> email tips",
        "
        0h  worker                      -> (nothing)
        0h  ann asks consent=4          -> page check-your-inbox ; mail confirm to ann (basis: request)
        1h  worker                      -> mail confirm to ann sent
        1h  ann opens confirm link      -> page confirm-button
        1h  ann presses confirm         -> record 3 -> 4 (DoubleOptIn)
        1h  worker                      -> welcome: ann entered, waits at wait2 ; mail hello to ann (basis: consent)
        2h  ann opens confirm link      -> gone
        2h  ann presses confirm         -> gone
        3h  ann saves center consent=2  -> page saved ; record 4 -> 2 (SubscriptionCenter) ; welcome: ann, stopped at wait2 (Contact lowered consent below threshold)
        49h worker                      -> (nothing)",
    );
}

#[test]
fn with_the_switch_off_the_same_journey_lets_the_contact_in() {
    check(
        "switches logging ; contact ann consent=3 ; segment s: msgdpr_gdprconsent ge 587030003 ;
         journey welcome segment=s minimum=4: email hello -> wait P2D -> email tips",
        "
        0h  worker -> welcome: ann entered, waits at wait2 ; mail hello to ann (basis: consent)
        48h worker -> welcome: ann, finished at tips ; mail tips to ann (basis: consent)",
    );
}

#[test]
fn each_change_writes_one_record_with_its_source() {
    check(
        "switches logging ; contact ann ; form news consent ; segment s: lastname eq 'Example' ;
         journey welcome segment=s: email hello",
        "
        0h worker                                    -> welcome: ann entered, finished at hello ; mail hello to ann (basis: consent)
        1h user sets ann consent=2 because phone call -> record 0 -> 2 (User, because phone call)
        1h user sets ann consent=2                   -> (nothing)
        2h ann asks consent=5                        -> page check-your-inbox ; mail confirm to ann (basis: request)
        2h ann presses confirm                       -> record 2 -> 5 (DoubleOptIn)
        3h ann saves center consent=1                -> page saved ; record 5 -> 1 (SubscriptionCenter)
        4h ann saves center consent=                 -> page saved ; record 1 -> 0 (SubscriptionCenter)
        5h worker                                    -> mail confirm to ann blocked (The wish that it asks to confirm waits no longer)",
    );
}

#[test]
fn the_audit_history_of_consent_given_agrees_with_the_records() {
    let mut world = World::new();
    build(
        &mut world,
        "switches logging ; contact ann ; form news consent ; segment s: lastname eq 'Example' ; journey welcome segment=s: email hello",
    );
    for it in [
        "worker",
        "user sets ann consent=2 because phone call",
        "user sets ann consent=2",
        "ann asks consent=5",
        "ann presses confirm",
        "ann saves center consent=1",
    ] {
        act(&mut world, it);
    }
    let ann = world.id("contact", "ann");
    let audited: Vec<(Value, Value)> = world
        .read(|rx| history::of_record(rx, "contact", ann))
        .iter()
        .filter_map(|it| it.values.get("msgdpr_gdprconsent")?.as_array().map(|it| (it[0].clone(), it[1].clone())))
        .filter(|(old, new)| old != new)
        .collect();
    let query = Query::on("msgdpr_gdprconsentchangerecord").eq("msgdpr_contactid", ann).order("versionnumber asc");
    let recorded: Vec<(Value, Value)> = world
        .read(|rx| rx.rows(&query?))
        .iter()
        .map(|it| (it.get("assent_previousvalue").to_json(), it.get("msgdpr_value").to_json()))
        .collect();
    assert_eq!(recorded.len(), 3, "{recorded:?}");
    assert_eq!(audited, recorded);
}

#[test]
fn without_logging_there_is_no_record() {
    check(
        "contact ann ; form news consent ; no double opt-in",
        "
        0h user sets ann consent=2 -> ann: consent 2, unrecorded
        1h ann asks consent=4      -> page thank-you ; ann: consent 4, unrecorded
        1h worker                  -> (nothing)",
    );
}

#[test]
fn each_wish_has_a_mail_of_its_own_that_works_for_thirty_days() {
    check(
        "switches logging ; list garden ; list tools ; contact ann ; form news consent list=garden list=tools",
        "
        0h  ann asks consent=3 list-garden list-tools -> page check-your-inbox ; mail confirm to ann (basis: request) ; mail confirm to ann (basis: request) ; mail confirm to ann (basis: request)
        1h  worker                                -> mail confirm to ann sent ; mail confirm to ann sent ; mail confirm to ann sent
        1h  ann presses confirm list=garden       -> ann joined garden
        29d ann opens confirm link older          -> page confirm-button
        31d ann opens confirm link older          -> gone
        31d ann presses confirm older             -> gone
        31d ann presses confirm list=tools        -> gone
        31d worker                                -> (nothing)",
    );
}

#[test]
fn a_newer_wish_ends_the_older_and_less_ends_more() {
    check(
        "switches logging ; contact ann consent=2 ; form news consent",
        "
        0h ann asks consent=3             -> page check-your-inbox ; mail confirm to ann (basis: request)
        1h ann asks consent=4             -> page check-your-inbox ; mail confirm to ann (basis: request)
        1h ann presses confirm older      -> gone
        2h ann asks consent=1             -> page check-your-inbox ; record 2 -> 1 (LandingPage)
        2h ann presses confirm            -> gone
        2h worker                         -> mail confirm to ann blocked (The wish that it asks to confirm waits no longer) ; mail confirm to ann blocked (The wish that it asks to confirm waits no longer)",
    );
}

#[test]
fn an_old_confirmation_never_takes_away_what_was_given_since() {
    check(
        "switches logging ; contact ann consent=1 ; form news consent",
        "
        0h ann asks consent=3          -> page check-your-inbox ; mail confirm to ann (basis: request)
        1h user sets ann consent=5     -> record 1 -> 5 (User)
        2h ann presses confirm         -> (nothing)
        2h worker                      -> mail confirm to ann blocked (The wish that it asks to confirm waits no longer)",
    );
}

#[test]
fn a_child_is_never_profiled() {
    check(
        "switches enforced ; contact ann consent=5 child ; contact bob consent=5 ; segment s: msgdpr_gdprconsent eq 587030005 ;
         journey deep segment=s minimum=5: email hello -> wait P1D -> email tips",
        "
        0h  worker                   -> deep: bob entered, waits at wait2 ; mail hello to bob (basis: consent)
        1h  user sets bob child=on   -> deep: bob, stopped at wait2 (Children are never profiled)
        30h worker                   -> (nothing)",
    );
}

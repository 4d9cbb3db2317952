//! Customer journeys: branches, minimum consent over the life of a journey, the check for errors.

use engagement::journey::{self, CustomerJourney};
use kernel::Values;
use privacy::consent::Level;
use serde_json::json;

use crate::story::{World, check};

const BRANCH: &str = "contact ann consent=4 ; contact bob consent=4 ; segment s: msgdpr_gdprconsent ge 587030003 ;
     journey tour segment=s: email hello -> if hello EmailOpened|EmailClicked P3D ? email tips : task call";

#[test]
fn the_yes_branch_is_taken_at_once_and_the_no_branch_when_time_is_up() {
    check(
        BRANCH,
        "
        0h  worker                -> tour: ann entered, waits at if2 ; tour: bob entered, waits at if2 ; mail hello to ann (basis: consent) ; mail hello to bob (basis: consent)
        5h  ann opens mail hello  -> EmailOpened by ann
        5h  ann opens mail hello  -> (nothing)
        5h  worker                -> tour: ann, finished at tips ; mail tips to ann (basis: consent)
        71h worker                -> (nothing)
        72h worker                -> tour: bob, finished at call ; task call about bob
        80h bob opens mail hello  -> EmailOpened by bob
        80h worker                -> (nothing)",
    );
}

#[test]
fn a_click_leads_on_and_takes_the_yes_branch() {
    check(
        BRANCH,
        "
        0h  worker                -> tour: ann entered, waits at if2 ; tour: bob entered, waits at if2 ; mail hello to ann (basis: consent) ; mail hello to bob (basis: consent)
        5h  bob clicks mail hello -> to https://www.example.org/spring ; EmailClicked by bob
        5h  worker                -> tour: bob, finished at tips ; mail tips to bob (basis: consent)
        72h worker                -> tour: ann, finished at call ; task call about ann",
    );
}

#[test]
fn who_does_not_allow_tracking_takes_the_no_branch() {
    check(
        "contact ann consent=4 donottrack ; contact bob consent=4 ; segment s: msgdpr_gdprconsent ge 587030003 ;
         journey tour segment=s: email hello -> if hello EmailOpened P3D ? email tips : task call",
        "
        0h  worker                   -> tour: ann entered, waits at if2 ; tour: bob entered, waits at if2 ; mail hello to ann (basis: consent) ; mail hello to bob (basis: consent)
        1h  ann opens mail hello     -> no such link
        1h  ann clicks mail hello    -> no such link
        2h  user sets bob donottrack -> bob: msgdpr_donottrack true
        3h  bob opens mail hello     -> (nothing)
        3h  bob clicks mail hello    -> to https://www.example.org/spring
        72h worker                   -> tour: ann, finished at call ; tour: bob, finished at call ; task call about ann ; task call about bob",
    );
}

#[test]
fn the_minimum_is_locked_while_live_and_holds_for_all_after_a_relaunch() {
    check(
        "switches enforced ; contact ann consent=3 ; contact bob consent=5 ; segment s: msgdpr_gdprconsent ge 587030003 ;
         journey tour segment=s minimum=3: email hello -> wait P2D -> email tips",
        "
        0h  worker                                -> tour: ann entered, waits at wait2 ; tour: bob entered, waits at wait2 ; mail hello to ann (basis: consent) ; mail hello to bob (basis: consent)
        1h  user sets journey tour minimum=4      -> Conflict: msgdpr_requiredconsent: cannot be changed while this is live; stop it first
        1h  user sets journey tour stop minimum=4 -> Conflict: msgdpr_requiredconsent: cannot be changed while this is live; stop it first
        2h  user sets journey tour stop           -> (nothing)
        2h  user sets journey tour minimum=4      -> (nothing)
        49h worker                                -> (nothing)
        50h user sets journey tour go-live        -> tour: ann, stopped at wait2 (Contact lowered consent below threshold)
        50h worker                                -> tour: bob, finished at tips ; mail tips to bob (basis: consent)",
    );
}

#[test]
fn a_form_begins_a_journey_and_each_contact_enters_once() {
    check(
        "contact ann consent=4 ; form news firstname ; journey tour form=news: email hello",
        "
        0h worker              -> (nothing)
        1h ann asks            -> page thank-you
        1h worker              -> tour: ann entered, finished at hello ; mail hello to ann (basis: consent)
        2h ann asks            -> page thank-you
        2h eve asks            -> page thank-you ; contact eve made, consent 0
        2h worker              -> tour: eve entered, finished at hello ; mail hello to eve (basis: consent)",
    );
}

#[test]
fn who_joins_the_suppression_segment_is_stopped_half_way() {
    check(
        "contact ann consent=4 ; contact bob consent=4 jobtitle=Staff ; segment s: msgdpr_gdprconsent ge 587030003 ;
         segment staff: jobtitle eq 'Staff' ;
         journey tour segment=s suppression=staff: email hello -> wait P2D -> email tips",
        "
        0h  worker                       -> tour: ann entered, waits at wait2 ; mail hello to ann (basis: consent)
        1h  user sets ann jobtitle=Staff -> (nothing)
        49h worker                       -> tour: ann, stopped at wait2 (Contact joined the suppression segment)",
    );
}

#[test]
fn an_address_is_served_once_by_a_tile() {
    check(
        "contact ann consent=4 ; contact bob email=ann@example.org ; segment s: msgdpr_gdprconsent ge 587030003 ;
         journey tour segment=s: email hello",
        "
        0h worker                  -> tour: ann entered, finished at hello ; mail hello to ann (basis: consent)
        1h user sets bob consent=4 -> bob: consent 4, unrecorded
        1h worker                  -> tour: bob entered, finished at hello ; EmailBlocked for bob (This address was served by this tile already)",
    );
}

#[test]
fn the_check_for_errors_names_each_problem_once() {
    let world = World::new();
    let nowhere = "00000000-0000-0000-0000-00000000dead";
    let tile = |id: &str, kind: &str, parent: &str, settings: serde_json::Value| {
        let parent = if parent.is_empty() { json!(null) } else { json!(parent) };
        json!({ "ActivityId": id, "ActivityTypeId": kind, "ParentActivityId": parent, "Properties": { "Items": [settings] } })
    };
    let cases = [
        (json!([]), "msdyncrm_workflowdefinition: has no audience"),
        (
            json!([tile("a", "Segment", "", json!({ "ItemId": nowhere }))]),
            "tile a: the segment does not exist | tile a: nothing follows it",
        ),
        (
            json!([tile("a", "Segment", "", json!({ "ItemId": "x" })), tile("b", "Email", "a", json!({}))]),
            "tile a: the setting ItemId is not an identifier (GUID) | tile b: the setting ItemId is missing",
        ),
        (
            json!([
                tile("a", "Segment", "", json!({})),
                tile("b", "Scheduler", "a", json!({ "Duration": "soon" })),
                tile("c", "Dance", "b", json!({}))
            ]),
            "tile a: the setting ItemId is missing | tile b: the Duration is not one | tile c: there is no tile 'Dance'",
        ),
        (
            json!([
                tile("a", "Segment", "", json!({ "ItemId": nowhere })),
                tile(
                    "b",
                    "Trigger",
                    "a",
                    json!({ "Operator": "Xor", "Rules": [{ "Source": "z", "Event": "EmailOpened" }] })
                )
            ]),
            "tile a: the segment does not exist | tile b: the Timeout is missing | tile b: the Operator is Or or And | tile b: the Source z is not a tile upstream",
        ),
        (
            json!([
                tile("a", "Segment", "", json!({ "ItemId": nowhere })),
                tile("b", "CreateCrmActivity", "a", json!({ "Type": "letter", "DueIn": "x", "Owner": nowhere }))
            ]),
            "tile a: the segment does not exist | tile b: only tasks can be made here | tile b: the Subject is missing | tile b: DueIn is not a duration | tile b: the Owner is not a user",
        ),
        (
            json!([
                tile("a", "Segment", "", json!({ "ItemId": nowhere })),
                tile("b", "Email", "a", json!({ "ItemId": nowhere })),
                tile("c", "Email", "a", json!({}))
            ]),
            "tile c: another tile hangs on the outlet default of a already",
        ),
    ];
    for (definition, expected) in cases {
        let text = definition.to_string();
        let problems = world.write(move |tx| {
            let id = tx.create(
                journey::ENTITY,
                Values::new().with("msdyncrm_name", "j").with("msdyncrm_workflowdefinition", text.as_str()),
            )?;
            journey::check(tx, &CustomerJourney::get(tx, id)?)
        });
        let told: Vec<String> = problems.iter().map(|it| format!("{}: {}", it.place, it.text)).collect();
        let short: Vec<&str> = expected.split(" | ").collect();
        assert_eq!(told.len(), short.len(), "{told:#?}");
        for (told, short) in told.iter().zip(short) {
            assert!(told.starts_with(short), "{told} should begin with {short}");
        }
    }
}

#[test]
fn a_journey_with_problems_does_not_go_live() {
    let world = World::new();
    let refused = world
        .db
        .write(&world.cx, |tx| {
            let values = Values::new()
                .with("msdyncrm_name", "j")
                .with("msgdpr_requiredconsent", Level::Marketing.option())
                .with("statuscode", 192_350_006);
            tx.create(journey::ENTITY, values)
        })
        .unwrap_err();
    assert_eq!(refused.code, "not-ready");
    let shortcut = world
        .db
        .write(&world.cx, |tx| {
            tx.create(journey::ENTITY, Values::new().with("msdyncrm_name", "j").with("statuscode", 192_350_001))
        })
        .unwrap_err();
    assert_eq!(shortcut.kind, kernel::Kind::Conflict);
}

#[test]
fn what_runs_cannot_be_broken_while_it_runs() {
    let mut world = World::new();
    crate::story::build(
        &mut world,
        "contact ann consent=4 ; form news consent ; segment s: msgdpr_gdprconsent ge 587030003 ; journey tour segment=s: email hello",
    );
    let tries = [
        ("journey", "tour", journey::ENTITY, "msdyncrm_workflowdefinition", "broken"),
        ("segment", "s", engagement::segment::ENTITY, "msdyncrm_segmentquery", "nosuch eq 1"),
        ("form", "news", engagement::form::ENTITY, "assent_wording", ""),
        ("email", "hello", engagement::email::ENTITY, "msdyncrm_emailbody", "no link"),
    ];
    for (kind, name, entity, column, value) in tries {
        let id = world.id(kind, name);
        let set = |column: &str, value: kernel::Value| {
            let values = Values::new().with(column, value);
            world.db.write(&world.cx, move |tx| tx.update(entity, id, values.clone()))
        };
        assert!(set(column, value.into()).is_err(), "{entity} while live");
        set("statuscode", 192_350_003.into()).unwrap();
        let edited = set(column, value.into());
        let live = if entity == engagement::form::ENTITY { 1 } else { 192_350_001 };
        let back = set("statuscode", live.into());
        assert!(edited.is_err() || back.is_err(), "{entity} while edited live");
        let gone = world.db.write(&world.cx, move |tx| tx.delete(entity, id)).unwrap_err();
        assert_eq!(gone.kind, kernel::Kind::Conflict, "{entity} is not deleted while live");
    }
    let form = world.id("form", "news");
    let element = world.read(|rx| rx.ids(&kernel::Query::on("assent_formelement").eq("assent_formid", form)))[0];
    let refused = world.db.write(&world.cx, move |tx| tx.delete("assent_formelement", element)).unwrap_err();
    assert_eq!(refused.code, "live");
}

#[test]
fn switching_the_feature_on_holds_from_the_next_step() {
    let mut world = World::new();
    crate::story::build(
        &mut world,
        "contact ann consent=3 ; segment s: msgdpr_gdprconsent ge 587030003 ; journey tour segment=s minimum=4: email hello -> wait P1D -> email tips",
    );
    crate::story::act(&mut world, "worker");
    crate::story::build(&mut world, "switches enforced");
    world.go_to("25h");
    crate::story::act(&mut world, "worker");
    let standing = world.read(|rx| journey::standing(rx, world.id("journey", "tour")));
    assert_eq!(standing.tiles[2].stopped.get("Contact lowered consent below threshold"), Some(&1), "{standing:?}");
}

#[test]
fn the_demo_runs_for_a_week_and_leaves_nothing_undone() {
    let mut world = World::new();
    let demo = world.write(|tx| engagement::demo::load(tx, 120, 1));
    for time in ["0h", "24h", "25h", "97h", "168h"] {
        world.go_to(time);
        crate::story::act(&mut world, "worker");
    }
    let standing = world.read(|rx| journey::standing(rx, demo.journey));
    assert!(standing.participants > 3, "{standing:?}");
    let counted: usize = standing
        .tiles
        .iter()
        .map(|it| it.in_progress + it.waiting + it.finished + it.stopped.values().sum::<usize>())
        .sum();
    assert_eq!(counted, standing.participants);
}

#[test]
fn what_happened_before_the_condition_counts_and_sending_is_an_event() {
    check(
        "contact ann consent=4 ; segment s: msgdpr_gdprconsent ge 587030003 ;
         journey tour segment=s: email hello -> wait P1D -> if hello EmailOpened P3D ? task opened : task closed ;
         journey post segment=s: email card -> if card EmailSent P1D ? task sent : task lost",
        "
        0h  worker without mail  -> post: ann entered, waits at if2 ; tour: ann entered, waits at wait2 ; mail card to ann (basis: consent) ; mail hello to ann (basis: consent)
        1h  worker               -> post: ann, finished at sent ; mail card to ann sent ; mail hello to ann sent ; task sent about ann
        2h  ann opens mail hello -> EmailOpened by ann
        2h  worker               -> (nothing)
        24h worker               -> tour: ann, finished at opened ; task opened about ann",
    );
}

#[test]
fn a_mail_in_the_outbox_obeys_the_minimum_of_a_relaunched_journey() {
    check(
        "switches enforced ; contact ann consent=3 ; contact bob consent=4 ; segment s: msgdpr_gdprconsent ge 587030003 ;
         journey tour segment=s minimum=3: email hello",
        "
        0h worker without mail           -> tour: ann entered, finished at hello ; tour: bob entered, finished at hello ; mail hello to ann (basis: consent) ; mail hello to bob (basis: consent)
        1h user sets journey tour stop   -> (nothing)
        1h user sets journey tour minimum=4 -> (nothing)
        1h user sets journey tour go-live -> (nothing)
        1h worker                        -> mail hello to ann blocked (Contact lowered consent below threshold) ; mail hello to bob sent",
    );
}

//! Segments by how often people did something, against a model that counts by hand.

use engagement::segment;
use jiff::{Timestamp, ToSpan, tz::TimeZone};
use kernel::{Query, Values, uuid::Uuid};

use crate::{model::Dice, story::World};

const DONE: &str = "assent_interaction_assent_contactid_contact";
const KINDS: &[&str] = &["EmailOpened", "EmailClicked", "EmailSendingFailed", "FormSubmitted", "WebsiteVisited"];
const PEOPLE: usize = 8;
const EVENTS: usize = 160;
const QUESTIONS: usize = 120;

/// What the model knows of an interaction.
struct Event {
    who: usize,
    kind: &'static str,
    at: Timestamp,
    machine: bool,
}

/// A question, in the language of filters and as the model counts.
struct Question {
    kind: &'static str,
    days: Option<i64>,
    op: &'static str,
    times: usize,
    /// Whether the text itself leaves programs out, as the builder writes it.
    said: bool,
}

impl Question {
    fn thrown(dice: &mut Dice) -> Question {
        Question {
            kind: dice.pick(KINDS).unwrap(),
            days: (!dice.one_in(4)).then(|| i64::try_from(1 + dice.below(40)).unwrap()),
            op: dice.pick(&["ge", "le", "eq", "ne", "gt", "lt"]).unwrap(),
            times: dice.below(6),
            said: dice.one_in(2),
        }
    }
    fn text(&self) -> String {
        let mut filter = format!("assent_type eq '{}'", self.kind);
        if let Some(days) = self.days {
            filter += &format!(
                " and Microsoft.Dynamics.CRM.LastXDays(PropertyName='assent_occurredon',PropertyValue={days})"
            );
        }
        if self.said {
            filter += " and (assent_detail eq null or assent_detail ne 'machine')";
        }
        format!("lastname eq 'Model' and {DONE}/$count($filter={filter}) {} {}", self.op, self.times)
    }
    fn holds(&self, who: usize, events: &[Event], now: Timestamp) -> bool {
        let since = self.days.map(|days| {
            let today = now.to_zoned(TimeZone::UTC).date();
            today.checked_sub(days.days()).unwrap().to_zoned(TimeZone::UTC).unwrap().timestamp()
        });
        let within = |at: Timestamp| at < now && since.is_none_or(|it| at >= it);
        let times = events.iter().filter(|it| it.who == who && it.kind == self.kind && !it.machine && within(it.at));
        let times = times.count();
        match self.op {
            "ge" => times >= self.times,
            "le" => times <= self.times,
            "eq" => times == self.times,
            "ne" => times != self.times,
            "gt" => times > self.times,
            _ => times < self.times,
        }
    }
}

#[test]
fn how_often_somebody_did_something_is_what_a_model_counts() {
    let world = World::new();
    let mut dice = Dice::of(11);
    world.go_to("60d");
    let now = world.cx.now();
    let people: Vec<Uuid> =
        (0..PEOPLE).map(|_| world.write(|tx| tx.create("contact", Values::new().with("lastname", "Model")))).collect();
    let events: Vec<Event> = (0..EVENTS)
        .map(|_| Event {
            who: dice.below(PEOPLE),
            kind: dice.pick(KINDS).unwrap(),
            at: now.checked_sub(i64::try_from(dice.below(50 * 24)).unwrap().hours()).unwrap(),
            machine: dice.one_in(3),
        })
        .collect();
    for it in &events {
        let values = Values::new()
            .with("assent_type", it.kind)
            .with("assent_contactid", people[it.who])
            .with("assent_occurredon", it.at)
            .with("assent_detail", it.machine.then_some("machine"));
        world.write(move |tx| tx.create("assent_interaction", values.clone()));
    }
    for _ in 0..QUESTIONS {
        let question = Question::thrown(&mut dice);
        let wanted = (0..PEOPLE).filter(|it| question.holds(*it, &events, now)).count() as u64;
        let text = question.text();
        assert_eq!(world.read(|rx| segment::count(rx, &text)), wanted, "{text}");
    }
}

#[test]
fn membership_follows_the_count_up_and_down_and_with_time() {
    let mut world = World::new();
    let query = format!(
        "{DONE}/$count($filter=assent_type eq 'EmailOpened' and Microsoft.Dynamics.CRM.LastXDays(PropertyName='assent_occurredon',PropertyValue=7)) "
    );
    let ann = world.write(|tx| tx.create("contact", Values::new().with("lastname", "Ann")));
    let make = |world: &World, name: &'static str, test: &str| {
        let values = Values::new()
            .with("msdyncrm_segmentname", name)
            .with("msdyncrm_segmentquery", format!("lastname eq 'Ann' and {query}{test}"))
            .with("statuscode", 192_350_006);
        world.write(move |tx| tx.create(segment::ENTITY, values.clone()))
    };
    let (often, rarely) = (make(&world, "often", "ge 2"), make(&world, "rarely", "lt 2"));
    let standing = |world: &World| {
        [often, rarely].map(|it| world.read(|rx| rx.count(&Query::on(segment::MEMBER).eq("assent_segmentid", it))))
    };
    let opens = |world: &mut World, detail: Option<&'static str>| {
        world.write(move |tx| {
            let values = Values::new()
                .with("assent_type", "EmailOpened")
                .with("assent_contactid", ann)
                .with("assent_occurredon", tx.now())
                .with("assent_detail", detail);
            tx.create("assent_interaction", values)
        });
        // A span ends before now, and a worker is always a little later.
        world.clock.advance(1_000);
        crate::story::act(world, "worker");
        standing(world)
    };
    assert_eq!(opens(&mut world, None), [0, 1]);
    assert_eq!(opens(&mut world, Some("machine")), [0, 1], "a program opens nothing");
    assert_eq!(opens(&mut world, None), [1, 0]);
    world.go_to("9d");
    crate::story::act(&mut world, "worker");
    assert_eq!(standing(&world), [0, 1], "the window moved on");
}

#[test]
fn a_count_that_means_nothing_is_refused_where_it_stands() {
    let world = World::new();
    let refused = |filter: &str| world.db.read(&world.cx, |rx| segment::count(rx, filter)).unwrap_err().to_string();
    let check = |filter: &str, wanted: &str| {
        let told = refused(filter);
        assert!(told.contains(wanted), "{told}");
    };
    check(&format!("{DONE}/$count ge 'three'"), "compared with a whole number");
    check(&format!("{DONE}/$count ge null"), "compared with a whole number");
    check(&format!("{DONE}/$count($filter=nosuch eq 1) ge 1"), "nosuch");
    check(&format!("{DONE}/$count"), "expected a comparison operator");
    check("nosuch/$count ge 1", "nosuch");
}

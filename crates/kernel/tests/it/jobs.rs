//! Jobs: asked for once, run when due, tried again later and later, and kept when they fail.

use std::sync::Mutex;

use kernel::{Error, JobKind, Outcome, Query, Registry, Result, Tx, jobs, jobs::Job};
use serde_json::json;

use crate::world::{World, thing};

fn work(tx: &mut Tx<'_>, job: &Job) -> Result<Outcome> {
    let word = job.payload["do"].as_str().unwrap().to_owned();
    tx.create("thing", thing(&format!("{word} {}", job.attempts)))?;
    match word.as_str() {
        "done" => Ok(Outcome::Done),
        "again" if job.attempts == 1 && tx.count(&Query::on("thing"))? < 3 => {
            Ok(Outcome::Again(tx.now().checked_add(jiff::SignedDuration::from_secs(5)).unwrap()))
        }
        "again" => Ok(Outcome::Done),
        "retry" => Ok(Outcome::Retry("the neighbour is away".into())),
        "fail" => Ok(Outcome::Fail("this cannot work".into())),
        "error" => Err(Error::unavailable("broken pipe")),
        "gone" => Err(Error::not_found("thing", "x")),
        _ => panic!("a job that stops in the middle"),
    }
}

const JOBS: &[JobKind] = &[JobKind { name: "test.work", run: work }];

fn world() -> World {
    World::with(Registry::default().with(&[], JOBS, &[]))
}

fn ask(world: &World, word: &'static str, dedupe: Option<&'static str>, seconds: i64) {
    let due = world.cx.now().checked_add(jiff::SignedDuration::from_secs(seconds)).unwrap();
    world.write(move |tx| jobs::enqueue(tx, "test.work", dedupe, &json!({ "do": word }), due)).unwrap();
}
fn run(world: &World) -> usize {
    jobs::run_due(&world.db, &world.cx, 100).unwrap()
}
fn standing(world: &World) -> jobs::Standing {
    world.read(jobs::standing).unwrap()
}
fn things(world: &World) -> Vec<String> {
    let query = Query::on("thing").order("thingid").unwrap();
    world.read(|rx| rx.rows(&query)).unwrap().iter().map(|it| it.text("name").to_owned()).collect()
}

#[test]
fn asked_twice_run_once_at_the_earlier_time() {
    for times in [[60, 30], [30, 60]] {
        let world = world();
        ask(&world, "done", Some("one"), times[0]);
        ask(&world, "done", Some("one"), times[1]);
        assert_eq!(standing(&world).waiting, 1);
        assert_eq!(standing(&world).next_due, Some(world.cx.now().as_millisecond() + 30_000));
        assert_eq!(run(&world), 0);
        world.clock.advance(30_000);
        assert_eq!(run(&world), 1);
        assert_eq!((run(&world), standing(&world).waiting), (0, 0));
        assert_eq!(things(&world), ["done 1"]);
        // Done is forgotten: it can be asked for anew.
        ask(&world, "done", Some("one"), 0);
        assert_eq!(run(&world), 1);
    }
    let world = world();
    ask(&world, "done", None, 0);
    ask(&world, "done", None, 0);
    ask(&world, "done", Some("other"), 0);
    world.write(|tx| jobs::cancel(tx, "other")).unwrap();
    assert_eq!(run(&world), 2);
    let error = world.write(|tx| jobs::enqueue(tx, "test.unknown", None, &json!({}), tx.now())).unwrap_err();
    assert!(error.text.contains("test.unknown"));
}

#[test]
fn what_waits_for_its_time_is_not_hurried() {
    let ensure = |world: &World| world.write(|tx| jobs::ensure(tx, "test.work", "one")).unwrap();
    let world = world();
    let due = |world: &World| standing(world).next_due.map(|it| it - world.cx.now().as_millisecond());
    ensure(&world);
    assert_eq!((due(&world), standing(&world).waiting), (Some(0), 1));
    world.write(|tx| jobs::cancel(tx, "one")).unwrap();
    ask(&world, "fail", Some("one"), 60);
    ensure(&world);
    assert_eq!((due(&world), standing(&world).waiting), (Some(60_000), 1));
    world.clock.advance(60_000);
    run(&world);
    assert_eq!(standing(&world).failed.len(), 1);
    world.clock.advance(60_000);
    // What failed for good has no time of its own any more.
    ensure(&world);
    assert_eq!((due(&world), standing(&world).failed.len()), (Some(0), 0));
    let error = world.write(|tx| jobs::ensure(tx, "test.unknown", "one")).unwrap_err();
    assert!(error.text.contains("test.unknown"));
}

#[test]
fn a_job_is_asked_for_together_with_its_reason() {
    let world = world();
    world
        .write(|tx| -> Result<()> {
            jobs::enqueue(tx, "test.work", None, &json!({ "do": "done" }), tx.now())?;
            Err(Error::conflict("", "no"))
        })
        .unwrap_err();
    assert_eq!(standing(&world), jobs::Standing::default());
}

#[test]
fn again_comes_at_its_time() {
    let world = world();
    ask(&world, "again", None, 0);
    assert_eq!((run(&world), run(&world)), (1, 0));
    world.clock.advance(5_000);
    assert_eq!((run(&world), run(&world)), (1, 0));
    world.clock.advance(5_000);
    run(&world);
    assert_eq!(standing(&world).waiting, 0);
    // Each turn was a first one.
    assert!(things(&world).iter().all(|it| it == "again 1"));
}

#[test]
fn retries_wait_longer_each_time_and_end_as_a_failure_with_its_reason() {
    for (word, reason, stays) in [
        ("retry", "the neighbour is away", 10),
        ("error", "broken pipe", 0),
        ("panic", "an operation stopped in the middle; nothing of it was kept", 0),
    ] {
        let world = world();
        ask(&world, word, Some("x"), 0);
        for attempt in 1..10_u32 {
            assert_eq!(run(&world), 1, "{word} {attempt}");
            let wait = 1_000 * 2_i64.pow(attempt);
            assert_eq!(standing(&world).next_due, Some(world.cx.now().as_millisecond() + wait));
            world.clock.advance(wait - 1);
            assert_eq!(run(&world), 0);
            world.clock.advance(1);
        }
        assert_eq!(run(&world), 1);
        assert_eq!(standing(&world).failed, [("test.work".to_owned(), reason.to_owned())]);
        assert_eq!(standing(&world).waiting, 0);
        assert_eq!(things(&world).len(), stays, "an error leaves nothing, an outcome leaves what was written");
        // Asked for anew it begins anew.
        ask(&world, word, Some("x"), 0);
        assert_eq!(run(&world), 1);
        assert_eq!((standing(&world).waiting, standing(&world).failed.len()), (1, 0));
    }
    for (word, reason) in [("fail", "this cannot work"), ("gone", "thing With Id = x Does Not Exist")] {
        let world = world();
        ask(&world, word, None, 0);
        assert_eq!((run(&world), run(&world)), (1, 0));
        assert_eq!(standing(&world).failed, [("test.work".to_owned(), reason.to_owned())]);
    }
}

#[test]
fn a_lease_that_ran_out_is_taken_again() {
    static DIED: Mutex<bool> = Mutex::new(true);
    // A worker that dies: the job was claimed and never finished.
    let folder = tempfile::tempdir().unwrap();
    let world = World::open(folder.path(), Registry::default().with(&[], JOBS, &[]));
    ask(&world, "done", None, 0);
    if std::mem::take(&mut *DIED.lock().unwrap()) {
        let connection = rusqlite::Connection::open(folder.path().join("assent.db")).unwrap();
        let lease = world.cx.now().as_millisecond() + 60_000;
        connection.execute("UPDATE assent_job SET lease = ?1, attempts = 1", [lease]).unwrap();
    }
    assert_eq!(run(&world), 0);
    world.clock.advance(59_999);
    assert_eq!(run(&world), 0);
    world.clock.advance(1);
    assert_eq!(run(&world), 1);
    assert_eq!(things(&world), ["done 2"]);
}

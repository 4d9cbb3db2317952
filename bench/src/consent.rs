//! Consent: forms that are submitted, decisions of the gate, and what a visitor waits for.
//!
//! A submission is counted when its caller has the answer: the contact, the submission, the wish and the
//! confirmation mail in the outbox are then on the disk.

use std::{
    collections::BTreeSet,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
    time::Duration,
};

use engagement::{defaults, form, journey, page};
use kernel::{Actor, Context, Db, Query, Result, Tx, Values, store as stores, uuid::Uuid};
use privacy::consent::{Commercial, Level, configuration, gate};
use rusqlite::types::Value as Cell;

use crate::{
    people, store,
    table::{Table, rate, thousands, times},
    visit::{Client, percentile, serve, told},
};

const GOING_LIVE: i64 = 192_350_006;
const PEOPLE: usize = 5_000;
/// What one submission writes.
const WRITTEN: [&str; 4] =
    ["contact", "msdyncrm_marketingformsubmission", "assent_optinrequest", "assent_outgoingmail"];

pub fn run(folder: &Path, seconds: u64) -> anyhow::Result<()> {
    let place = store::temporary(folder)?;
    let (db, cx) = store::working(&place.path().join("store"))?;
    let form = db.write(&cx, prepare)?;
    forms(place.path(), &db, &cx, form, seconds)?;
    decisions(&db, &cx, seconds)?;
    pages(&db, &cx)
}

/// A live landing page that asks for an address, a name and a level, and a journey to ask about.
fn prepare(tx: &mut Tx<'_>) -> Result<Uuid> {
    defaults::ensure(tx, "Sample Gardens", "1 Example Lane, 00000 Sampletown")?;
    configuration::save(tx, configuration::Configuration { enforced: true, logging: true })?;
    let values = Values::new()
        .with("msdyncrm_name", "Letters")
        .with("msdyncrm_validforpagetype", 0)
        .with("msdyncrm_entityupdatebehavioronsubmit", 1)
        .with("assent_wording", "We use your data for what you choose, until you change your mind.")
        .with("assent_language", "en");
    let form = tx.create(form::ENTITY, values)?;
    for (order, column) in (0..).zip(["emailaddress1", "lastname", "msgdpr_gdprconsent"]) {
        let known = Query::on("msdyncrm_marketingformfield").eq("msdyncrm_contactmapping", column);
        let field = match tx.first(&known)? {
            Some(row) => row.id,
            None => {
                let values = Values::new().with("msdyncrm_name", column).with("msdyncrm_contactmapping", column);
                tx.create("msdyncrm_marketingformfield", values.with("msdyncrm_marketingformfieldtype", 1))?
            }
        };
        let element = Values::new().with("assent_formid", form).with("assent_kind", 1).with("assent_order", order);
        let element = element.with("assent_fieldid", field).with("assent_required", order == 0);
        tx.create("assent_formelement", element)?;
    }
    tx.create("assent_formelement", Values::new().with("assent_formid", form).with("assent_kind", 4))?;
    tx.update(form::ENTITY, form, Values::new().with("statuscode", GOING_LIVE))?;
    let values = Values::new()
        .with("msdyncrm_name", "Letters")
        .with("msdyncrm_type", 0)
        .with("msdyncrm_partialurl", "letters")
        .with("assent_formid", form)
        .with("statuscode", GOING_LIVE);
    tx.create(page::ENTITY, values)?;
    Ok(form)
}

fn forms(folder: &Path, db: &Db, cx: &Context, form: Uuid, seconds: u64) -> anyhow::Result<()> {
    let plain = plain(folder, db, seconds)?;
    let mut table = Table::new(&["callers", "submissions/s", "p99", "this : plain SQLite"]);
    for callers in [1, 16, 256] {
        let (rate, p99) = submissions(db, cx, form, callers, seconds)?;
        table.row(&[callers.to_string(), thousands(rate), told(p99), times(rate, plain)]);
    }
    table.row(&["plain SQLite, the same four rows, 1 caller".into(), thousands(plain)]);
    let mails = db.read(cx, |rx| rx.count(&Query::on("assent_outgoingmail").top(1)))?;
    anyhow::ensure!(mails > 0, "nothing was asked to confirm");
    table.print("consent: forms submitted, durable, with the confirmation mail in the outbox");
    Ok(())
}

fn submissions(db: &Db, cx: &Context, form: Uuid, callers: usize, seconds: u64) -> anyhow::Result<(f64, Duration)> {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let stop = Arc::new(AtomicBool::new(false));
    let start = store::now();
    let mut threads = Vec::new();
    for _ in 0..callers {
        let (db, cx, stop) = (db.clone(), cx.for_actor(Actor::Public), Arc::clone(&stop));
        let work = move || -> Result<Vec<Duration>> {
            let mut times = Vec::new();
            while !stop.load(Ordering::Relaxed) {
                let number = NUMBER.fetch_add(1, Ordering::Relaxed);
                let sent = [
                    ("emailaddress1".to_owned(), format!("visitor{number}@example.org")),
                    ("lastname".to_owned(), "Sample".to_owned()),
                    ("msgdpr_gdprconsent".to_owned(), "587030004".to_owned()),
                ];
                let began = store::now();
                db.write(&cx, move |tx| form::submit(tx, form, &sent, &form::Origin::default()))?;
                times.push(began.elapsed());
            }
            Ok(times)
        };
        threads.push(thread::Builder::new().stack_size(512 * 1024).spawn(work)?);
    }
    thread::sleep(Duration::from_secs(seconds));
    stop.store(true, Ordering::Relaxed);
    let mut times = Vec::new();
    for thread in threads {
        times.extend(thread.join().map_err(|_| anyhow::anyhow!("a caller stopped in the middle"))??);
    }
    let seconds = start.elapsed().as_secs_f64();
    Ok((rate(times.len() as u64, seconds), percentile(&mut times, 99)))
}

/// The rows of a submission by SQLite alone, one transaction each.
fn plain(folder: &Path, db: &Db, seconds: u64) -> anyhow::Result<f64> {
    let mut connection = store::plain(folder, db, WRITTEN[0])?;
    for entity in WRITTEN.iter().skip(1) {
        for statement in
            stores::ddl::statements(stores::dialect::Dialect::Sqlite, db.model().entity(entity)?, &BTreeSet::new())
        {
            connection.execute_batch(&statement)?;
        }
    }
    let html = "<p>Somebody, we think you, told Sample Gardens. To confirm, open this page.</p>".repeat(3);
    let (start, mut done) = (store::now(), 0u64);
    while start.elapsed() < Duration::from_secs(seconds) {
        let id = |kind: u128| Cell::Blob(Uuid::from_u128(u128::from(done) << 8 | kind).as_bytes().to_vec());
        let address = format!("visitor{done}@example.org");
        let act = connection.transaction()?;
        act.prepare_cached("INSERT INTO contact (contactid, lastname, emailaddress1) VALUES (?1, 'Sample', ?2)")?
            .execute(rusqlite::params![id(1), address])?;
        act.prepare_cached(
            "INSERT INTO msdyncrm_marketingformsubmission (msdyncrm_marketingformsubmissionid, assent_email) VALUES (?1, ?2)",
        )?
        .execute(rusqlite::params![id(2), address])?;
        act.prepare_cached(
            "INSERT INTO assent_optinrequest (assent_optinrequestid, assent_contactid, assent_kind, assent_tokenhash) VALUES (?1, ?2, 1, ?3)",
        )?
        .execute(rusqlite::params![id(3), id(1), format!("{done:064x}")])?;
        act.prepare_cached(
            "INSERT INTO assent_outgoingmail (assent_outgoingmailid, assent_contactid, assent_to, assent_html, assent_text, assent_idempotencykey) VALUES (?1, ?2, ?3, ?4, ?4, ?5)",
        )?
        .execute(rusqlite::params![id(4), id(1), address, html, format!("optin:{done}")])?;
        act.commit()?;
        done += 1;
    }
    Ok(rate(done, start.elapsed().as_secs_f64()))
}

/// Decisions a second: many from one snapshot, each from a snapshot of its own, and by the Web API.
fn decisions(db: &Db, cx: &Context, seconds: u64) -> anyhow::Result<()> {
    let ids = people::fill(db, cx, PEOPLE)?;
    let tour = db.write(cx, |tx| {
        let values = Values::new().with("msdyncrm_name", "tour").with("msdyncrm_workflowdefinition", "[]");
        tx.create(journey::ENTITY, values.with("msgdpr_requiredconsent", Level::Marketing.option()))
    })?;
    let mut table = Table::new(&["", "decisions/s", "p50", "p99"]);
    let mut line = |name: &str, times: &mut Vec<Duration>| {
        let whole: f64 = times.iter().map(Duration::as_secs_f64).sum();
        let (p50, p99) = (percentile(times, 50), percentile(times, 99));
        table.row(&[name.to_owned(), thousands(rate(times.len() as u64, whole)), told(p50), told(p99)]);
    };
    let round = |ask: &mut dyn FnMut(Uuid) -> anyhow::Result<()>| -> anyhow::Result<Vec<Duration>> {
        let (start, mut times) = (store::now(), Vec::new());
        while start.elapsed() < Duration::from_secs(seconds) {
            for id in ids.iter().take(200) {
                let began = store::now();
                ask(*id)?;
                times.push(began.elapsed());
            }
        }
        Ok(times)
    };
    let mut times = db.read(cx, |rx| {
        let asked = round(&mut |id| Ok(gate::ask::<Commercial>(rx, id, Level::Marketing).map(drop)?));
        asked.map_err(|error| kernel::Error::bug(error.to_string()))
    })?;
    line("one snapshot for all", &mut times);
    let mut times =
        round(&mut |id| Ok(db.read(cx, |rx| gate::ask::<Commercial>(rx, id, Level::Marketing).map(drop))?))?;
    line("a snapshot each", &mut times);
    let token = db.write(cx, |tx| web::token::create(tx, "bench", "marketer", None))?;
    let address = serve(web::App::new(db.clone(), cx.clone(), "http://127.0.0.1"))?;
    let mut client = Client::new(address, Some(&token))?;
    let mut times = round(&mut |id| {
        let path = format!("/api/data/v9.2/contacts({id})/Microsoft.Dynamics.CRM.assent_ConsentWhy(TargetId={tour})");
        let answer = client.get(&path)?;
        anyhow::ensure!(answer.status == 200, "{}", String::from_utf8_lossy(&answer.body));
        Ok(())
    })?;
    line("by the Web API, with every fact, one connection", &mut times);
    table.print("consent: decisions of the gate");
    Ok(())
}

/// What a visitor waits for, and how much comes.
fn pages(db: &Db, cx: &Context) -> anyhow::Result<()> {
    let center = db.write(cx, |tx| {
        let contact = tx.create("contact", people::values(1_000_000))?;
        engagement::link::Link::Center { contact, mail: Uuid::nil() }.token(tx)
    })?;
    let address = serve(web::App::new(db.clone(), cx.clone(), "http://127.0.0.1"))?;
    let mut client = Client::new(address, None)?;
    let mut table = Table::new(&["page", "bytes", "with heads", "first byte p50", "p99", "whole p99"]);
    for (name, path) in [
        ("landing page", "/p/letters".to_owned()),
        ("subscription center", format!("/s/{center}")),
        ("style sheet", "/assets/assent.css".to_owned()),
    ] {
        let (mut first, mut whole, mut sizes) = (Vec::new(), Vec::new(), (0, 0));
        for _ in 0..1_000 {
            let answer = client.get(&path)?;
            anyhow::ensure!(answer.status == 200, "{path}: {}", answer.status);
            first.push(answer.first_byte);
            whole.push(answer.whole);
            sizes = (answer.body.len(), answer.body.len() + answer.head);
        }
        table.row(&[
            name.to_owned(),
            sizes.0.to_string(),
            sizes.1.to_string(),
            told(percentile(&mut first, 50)),
            told(percentile(&mut first, 99)),
            told(percentile(&mut whole, 99)),
        ]);
    }
    table.print("consent: pages, uncompressed, over the loopback");
    Ok(())
}

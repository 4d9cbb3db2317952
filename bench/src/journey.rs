//! Participants a second: taken into a journey, and moved to their mail, against the bare rows.

use std::{collections::BTreeSet, path::Path};

use connect::mail;
use engagement::{defaults, email, journey, segment};
use kernel::{Context, Db, Query, Result, Values, events, jobs, store as stores, uuid::Uuid};
use rusqlite::types::Value as Cell;
use serde_json::json;

use crate::{
    people, store,
    table::{Table, rate, thousands, times},
};

const GOING_LIVE: i64 = 192_350_006;
/// Updates measured of each kind.
const CHANGES: usize = 1_000;

pub fn run(folder: &Path, contacts: usize) -> anyhow::Result<()> {
    let place = store::temporary(folder)?;
    let (db, cx) = store::working(&place.path().join("store"))?;
    let everybody = people::fill(&db, &cx, contacts)?;
    work(&db, &cx)?;
    let mut table = Table::new(&["", "people", "people/s", "plain SQLite : this"]);
    let changed = everybody.get(..CHANGES.min(everybody.len())).unwrap_or_default();
    let mut line = |told: &str, count: usize, seconds: f64, plain: Option<f64>| {
        let rate = rate(count as u64, seconds);
        let times = plain.map_or_else(String::new, |it| times(it, rate));
        table.row(&[told.to_owned(), count.to_string(), thousands(rate), times]);
    };

    line("consent changed, no journey is live", changed.len(), raise(&db, &cx, changed, 1)?, None);
    let id = prepare(&db, &cx)?;
    work(&db, &cx)?;
    let start = store::now();
    db.write(&cx, move |tx| tx.update(journey::ENTITY, id, Values::new().with("statuscode", GOING_LIVE)))?;
    while jobs::run_due(&db, &cx, 1_000)? > 0 {}
    let moved = start.elapsed().as_secs_f64();
    let inside = usize::try_from(db.read(&cx, |rx| rx.count(&Query::on(journey::PARTICIPANT)))?)?;
    let plain = plain(place.path(), &db, inside)?;
    line("enter, gate, e-mail tile, outbox, wait tile", inside, moved, Some(plain));
    line("consent changed, everybody in a live journey", changed.len(), raise(&db, &cx, changed, 2)?, None);
    table.print("journey");
    Ok(())
}

/// Everything that is due now.
fn work(db: &Db, cx: &Context) -> Result<()> {
    while events::pump(db, cx)? + jobs::run_due(db, cx, 1_000)? > 0 {}
    Ok(())
}

/// Durable updates of consent, one after the other, and what follows them; how long it took.
fn raise(db: &Db, cx: &Context, people: &[Uuid], level: i64) -> Result<f64> {
    let start = store::now();
    for id in people.iter().copied() {
        let values = Values::new().with("msgdpr_gdprconsent", 587_030_000 + level);
        db.write(cx, move |tx| tx.update("contact", id, values.clone()))?;
    }
    events::pump(db, cx)?;
    Ok(start.elapsed().as_secs_f64())
}

/// A live segment of everybody, a live e-mail, and a journey that waits to go live.
fn prepare(db: &Db, cx: &Context) -> Result<Uuid> {
    db.write(cx, |tx| {
        defaults::ensure(tx, "Sample Gardens", "1 Example Lane, 00000 Sampletown")?;
        let values = Values::new()
            .with("msdyncrm_segmentname", "everybody")
            .with("msdyncrm_segmenttype", 192_350_000)
            .with("msdyncrm_segmentquery", "statecode eq 0")
            .with("statuscode", GOING_LIVE);
        let segment = tx.create(segment::ENTITY, values)?;
        let body = "<p>Hello {{contact.firstname}}, <a href=\"https://www.example.org/spring\">read</a>.</p>\
                    <p><a href=\"{{msdyncrm_contentsettings.msdyncrm_subscriptioncenter}}\">Choices</a></p>\
                    <p>{{msdyncrm_contentsettings.msdyncrm_addressmain}}</p>";
        let values = Values::new()
            .with("msdyncrm_name", "hello")
            .with("msdyncrm_subject", "Hello {{contact.firstname}}")
            .with("msdyncrm_emailbody", body)
            .with("msdyncrm_automaticallygeneratetextpart", true)
            .with("msdyncrm_fromname", "Sample Gardens")
            .with("msdyncrm_fromemail", "letters@example.org")
            .with("msdyncrm_to", "{{contact.emailaddress1}}")
            .with("statuscode", GOING_LIVE);
        let email = tx.create(email::ENTITY, values)?;
        let tile = |id: &str, kind: &str, parent: Option<&str>, settings: serde_json::Value| {
            json!({ "ActivityId": id, "ActivityTypeId": kind, "ParentActivityId": parent, "Properties": { "Items": [settings] } })
        };
        let tiles = json!([
            tile("who", "Segment", None, json!({ "ItemId": segment })),
            tile("hello", "Email", Some("who"), json!({ "ItemId": email })),
            tile("wait", "Scheduler", Some("hello"), json!({ "Duration": "P2D" })),
        ]);
        let values = Values::new()
            .with("msdyncrm_name", "bench")
            .with("msdyncrm_workflowdefinition", tiles.to_string());
        tx.create(journey::ENTITY, values)
    })
}

/// The same rows by SQLite alone, in one transaction each: participants; mails with the participants'
/// new place.
fn plain(folder: &Path, db: &Db, count: usize) -> anyhow::Result<f64> {
    let mut connection = store::plain(folder, db, journey::PARTICIPANT)?;
    for statement in
        stores::ddl::statements(stores::dialect::Dialect::Sqlite, db.model().entity(mail::ENTITY)?, &BTreeSet::new())
    {
        connection.execute_batch(&statement)?;
    }
    let id = |number: usize| Cell::Blob(Uuid::from_u128(number as u128).as_bytes().to_vec());
    let text = |it: &str| Cell::Text(it.to_owned());
    let start = store::now();
    let act = connection.transaction()?;
    for number in 0..count {
        act.prepare_cached(
            "INSERT INTO assent_participant (assent_participantid, assent_journeyid, assent_iterationid, assent_contactid, \
             assent_tile, assent_enteredon, assent_tileenteredon, statecode, statuscode) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0, 1)",
        )?
        .execute(rusqlite::params![id(number), id(1), id(2), id(number), "hello", 1_700_000_000, 1_700_000_000])?;
    }
    act.commit()?;
    let html = "<p>Hello, read, choices, an address in a town.</p>".repeat(20);
    let act = connection.transaction()?;
    for number in 0..count {
        let address = format!("person{number}@example.org");
        act.prepare_cached(
            "INSERT INTO assent_outgoingmail (assent_outgoingmailid, assent_contactid, assent_to, assent_from, assent_subject, \
             assent_html, assent_text, assent_journeyid, assent_participantid, assent_tile, assent_idempotencykey, statecode, \
             statuscode) VALUES (?1, ?1, ?2, ?3, ?4, ?5, ?5, ?6, ?1, ?7, ?8, 0, 1)",
        )?
        .execute(rusqlite::params![
            id(number),
            address,
            text("Sample Gardens <letters@example.org>"),
            text("Hello"),
            text(&html),
            id(1),
            "hello",
            format!("journey:{number}:hello"),
        ])?;
        act.prepare_cached(
            "UPDATE assent_participant SET assent_tile = 'wait', assent_dueon = 1, statuscode = 2 WHERE assent_participantid = ?1",
        )?
        .execute([id(number)])?;
    }
    act.commit()?;
    Ok(rate(count as u64, start.elapsed().as_secs_f64()))
}

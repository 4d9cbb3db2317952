//! Consent in a file: it lowers, and raises with evidence only (`spec/beyond.md` 4, no. 3).

use std::sync::Arc;

use jiff::Timestamp;
use kernel::{Actor, Context, Db, FixedClock, Query, Registry, Rx, SeededRandom, Tx, Values, uuid::Uuid};
use privacy::consent::{
    self, ConsentChangeRecord, Evidence, Imported, Level, Source, configuration, configuration::Configuration,
};

pub struct Desk {
    pub db: Db,
    pub cx: Context,
    pub clock: Arc<FixedClock>,
}

impl Desk {
    pub fn new() -> Desk {
        let clock = FixedClock::at("2026-03-02T08:00:00Z".parse::<Timestamp>().unwrap());
        let cx = Context::new(Actor::System, clock.clone(), SeededRandom::new(3));
        let registry = Registry::default().with(privacy::RULES, &[], &[]);
        let db = Db::for_test(privacy::metadata::SOURCES, registry, &cx).unwrap();
        db.write(&cx, |tx| configuration::save(tx, Configuration { enforced: true, logging: true })).unwrap();
        Desk { db, cx, clock }
    }
    fn contact(&self, level: Level) -> Uuid {
        self.db
            .write(&self.cx, move |tx| {
                tx.create("contact", Values::new().with("lastname", "Ito").with("msgdpr_gdprconsent", level.option()))
            })
            .unwrap()
    }
    fn import(&self, contact: Uuid, level: Level, evidence: Option<Evidence>) -> Imported {
        let batch = self.cx.in_batch(self.cx.new_id());
        self.db.write(&batch, move |tx| consent::import(tx, contact, level, evidence.clone())).unwrap()
    }
    pub fn write<T: Send + 'static>(&self, f: impl Fn(&mut Tx<'_>) -> kernel::Result<T> + Send + 'static) -> T {
        self.db.write(&self.cx, f).unwrap()
    }
    pub fn read<T>(&self, f: impl FnOnce(&Rx<'_>) -> kernel::Result<T>) -> T {
        self.db.read(&self.cx, f).unwrap()
    }
    pub fn level(&self, contact: Uuid) -> Level {
        let row = self.db.read(&self.cx, |rx| rx.get("contact", contact)).unwrap();
        Level::of_value(row.get("msgdpr_gdprconsent")).unwrap()
    }
    pub fn records(&self, contact: Uuid) -> Vec<ConsentChangeRecord> {
        let query = Query::on(ConsentChangeRecord::ENTITY).eq("msgdpr_contactid", contact);
        self.db.read(&self.cx, |rx| ConsentChangeRecord::rows(rx, &query)).unwrap()
    }
}

fn proof(day: &str) -> Evidence {
    Evidence {
        detail: Some("fair stand".into()),
        wording: Some("You may write to me.".into()),
        language: Some("en".into()),
        occurred_on: Some(format!("{day}T12:00:00Z").parse().unwrap()),
        ..Evidence::default()
    }
}

#[test]
fn less_is_taken_over_and_more_needs_evidence() {
    let desk = Desk::new();
    let ito = desk.contact(Level::Marketing);
    assert_eq!(desk.import(ito, Level::Marketing, None), Imported::Unchanged);
    assert_eq!(desk.import(ito, Level::Consent, None), Imported::Lowered);
    assert_eq!(desk.level(ito), Level::Consent);
    assert_eq!(desk.import(ito, Level::Marketing, None), Imported::KeptNoEvidence);
    for lacking in [
        Evidence { detail: None, ..proof("2026-01-01") },
        Evidence { wording: None, ..proof("2026-01-01") },
        Evidence { occurred_on: None, ..proof("2026-01-01") },
    ] {
        assert_eq!(desk.import(ito, Level::Marketing, Some(lacking)), Imported::KeptNoEvidence);
    }
    assert_eq!(desk.level(ito), Level::Consent);
    assert_eq!(desk.import(ito, Level::Marketing, Some(proof("2026-01-01"))), Imported::Raised);
    let records = desk.records(ito);
    assert_eq!(records.len(), 3, "made, lowered, raised");
    let raised = records.iter().find(|it| it.previous == Level::Consent.option()).unwrap();
    assert_eq!(raised.source, "Import: fair stand");
    assert_eq!(raised.occurred_on.unwrap().to_string(), "2026-01-01T12:00:00Z");
    assert!(raised.wording.is_some());
}

#[test]
fn older_evidence_never_beats_the_persons_own_no() {
    let desk = Desk::new();
    let ito = desk.contact(Level::Marketing);
    let own = Evidence { source: Source::SubscriptionCenter, ..Evidence::default() };
    assert!(desk.db.write(&desk.cx, move |tx| consent::lower(tx, ito, Level::None, own.clone())).unwrap());
    assert_eq!(desk.import(ito, Level::Marketing, Some(proof("2026-03-01"))), Imported::KeptNoEvidence);
    assert_eq!(desk.level(ito), Level::None);
    desk.clock.advance(86_400_000 * 3);
    assert_eq!(desk.import(ito, Level::Marketing, Some(proof("2026-03-04"))), Imported::Raised);
}

#[test]
fn a_file_never_lifts_a_no() {
    let desk = Desk::new();
    let ito = desk.contact(Level::None);
    let set = |cx: &Context, on: bool| {
        let values = Values::new().with("donotbulkemail", on).with("donotemail", on).with("msgdpr_donottrack", on);
        desk.db.write(cx, move |tx| tx.update("contact", ito, values.clone())).unwrap()
    };
    let file = desk.cx.in_batch(desk.cx.new_id());
    assert!(set(&file, true), "a file may say no");
    assert!(!set(&file, false), "and never yes");
    let row = desk.db.read(&desk.cx, |rx| rx.get("contact", ito)).unwrap();
    assert!(row.get("donotbulkemail").is_true() && row.get("donotemail").is_true());
    assert!(set(&desk.cx, false), "a user, one by one, does");
}

#[test]
fn there_is_one_configuration_and_a_parent_is_another_contact() {
    let desk = Desk::new();
    let second = desk
        .db
        .write(&desk.cx, |tx| tx.create("msgdpr_gdprconfiguration", Values::new().with("msgdpr_name", "second")));
    assert_eq!(second.unwrap_err().kind, kernel::Kind::Conflict);
    let ito = desk.contact(Level::None);
    let own =
        desk.db.write(&desk.cx, move |tx| tx.update("contact", ito, Values::new().with("msgdpr_gdprparentid", ito)));
    assert_eq!(own.unwrap_err().target, "msgdpr_gdprparentid");
}

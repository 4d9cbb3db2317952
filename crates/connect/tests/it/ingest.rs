//! Imports end to end on a store in memory.

use std::{path::Path, sync::Arc};

use connect::ingest::{self, Limits, Mapping, Options, Report};
use jiff::Timestamp;
use kernel::{
    Actor, Context, Db, FixedClock, Machine, Query, Registry, Result, SeededRandom, Value, Values,
    store::vault::Erasure, subject,
};
use privacy::consent::configuration::Configuration;

const PROSPECTS: &str = include_str!("../../../../examples/prospects.csv");
const PROSPECTS_MAPPING: &str = include_str!("../../../../examples/prospects.toml");
const CONSENT: &str = include_str!("../../../../examples/consent.csv");
const CONSENT_MAPPING: &str = include_str!("../../../../examples/consent.toml");

/// Consent logging is off in a new store; an import of evidence wants it on.
fn log_consent(db: &Db, cx: &Context) {
    let to = Configuration { enforced: true, logging: true };
    db.write(cx, move |tx| privacy::consent::configuration::save(tx, to)).unwrap();
}

fn store() -> (Db, Context) {
    let clock = FixedClock::at("2024-07-01T12:00:00Z".parse::<Timestamp>().unwrap());
    let cx = Context::new(Actor::System, clock, SeededRandom::new(1));
    let registry = Registry::default().with(privacy::RULES, &[], &[]);
    (Db::for_test(privacy::metadata::SOURCES, registry, &cx).unwrap(), cx)
}

fn user(cx: &Context, role: &str) -> Context {
    cx.for_actor(Actor::User { id: kernel::SYSTEM_USER, roles: Arc::from([role.to_owned()]) })
}

fn run(db: &Db, cx: &Context, file: &str, mapping: &str, dry_run: bool) -> Result<Report> {
    let options = Options { dry_run, file_name: "test.csv".into(), ..Options::default() };
    let report = ingest::run(db, cx, file.as_bytes(), &Mapping::parse(mapping)?, options, |_| {})?;
    let sum = report.created + report.updated + report.unchanged + report.refused + report.suppressed;
    assert_eq!(sum, report.rows, "every row is counted once");
    Ok(report)
}

/// The numbers of a report in one line, and the refused rows below.
fn told(report: &Report) -> String {
    let mut out = format!(
        "rows {} created {} updated {} unchanged {} refused {} suppressed {} raised {} lowered {} kept {} repeated {}\n",
        report.rows,
        report.created,
        report.updated,
        report.unchanged,
        report.refused,
        report.suppressed,
        report.consent_raised,
        report.consent_lowered,
        report.consent_kept,
        report.repeated
    );
    for it in &report.refusals {
        out.push_str(&format!("  line {}: {}: {}\n", it.line, it.column.as_deref().unwrap_or("-"), it.reason));
    }
    out
}

fn contacts(db: &Db, cx: &Context, filter: &str) -> Vec<kernel::Record> {
    db.read(cx, |rx| rx.rows(&Query::on("contact").filter(filter)?.order("assent_externalid asc")?)).unwrap()
}

fn by_key(db: &Db, cx: &Context, key: &str) -> kernel::Record {
    contacts(db, cx, &format!("assent_externalid eq '{key}'")).pop().unwrap()
}

/// Everything that a dry run could leave behind.
fn state(db: &Db, cx: &Context) -> String {
    let mut out = String::new();
    for entity in db.model().entities() {
        let rows = db.read(cx, |rx| rx.rows(&Query::on(&entity.name))).unwrap();
        out.push_str(&format!("{rows:?}\n"));
    }
    out
}

/// Imports files one after the other, each as a dry run first, and compares the reports; a file
/// named `prospects` or `consent` is the example.
fn check(mapping: &str, files: &[&str], expect: &str) -> (Db, Context) {
    let (db, cx) = store();
    log_consent(&db, &cx);
    let mut out = String::new();
    for file in files {
        let before = state(&db, &cx);
        let dry = run(&db, &cx, file, mapping, true).unwrap();
        assert_eq!(state(&db, &cx), before, "a dry run changes nothing");
        let real = run(&db, &cx, file, mapping, false).unwrap();
        assert_eq!(told(&dry), told(&real), "a dry run says what the import does");
        assert_eq!(dry.warnings, real.warnings);
        out.push_str(&told(&real));
    }
    let plain = |text: &str| text.trim().lines().map(|it| it.trim().to_owned()).collect::<Vec<_>>().join("\n");
    assert_eq!(plain(&out), plain(expect));
    (db, cx)
}

fn refused(mapping: &str, expect: &str) {
    let (db, cx) = store();
    let error = run(&db, &cx, "a,b\n", mapping, false).unwrap_err();
    assert!(error.to_string().contains(expect), "{error}\ndoes not say\n{expect}");
    assert_eq!(db.read(&cx, |rx| rx.count(&Query::on("assent_importbatch"))).unwrap(), 0, "nothing was begun");
}

#[test]
fn the_example_end_to_end() {
    let (db, cx) = check(
        PROSPECTS_MAPPING,
        &[PROSPECTS, PROSPECTS],
        r#"
        rows 40 created 35 updated 0 unchanged 1 refused 4 suppressed 0 raised 0 lowered 0 kept 0 repeated 1
          line 8: emailaddress1: is not a mail address; write name@domain.example
          line 13: -: the row has 22 columns where 24 are expected
          line 20: birthdate: takes a date that exists, written YYYY-MM-DD, also with a time behind it
          line 28: gendercode: is not among the values of its map; add it there, or "*" for all others
        rows 40 created 0 updated 0 unchanged 36 refused 4 suppressed 0 raised 0 lowered 0 kept 0 repeated 1
          line 8: emailaddress1: is not a mail address; write name@domain.example
          line 13: -: the row has 22 columns where 24 are expected
          line 20: birthdate: takes a date that exists, written YYYY-MM-DD, also with a time behind it
          line 28: gendercode: is not among the values of its map; add it there, or "*" for all others"#,
    );
    let zoe = by_key(&db, &cx, "P-5037");
    assert_eq!(zoe.text("fullname"), "Zoë D'Example-Ørsted");
    assert_eq!(by_key(&db, &cx, "P-5001").text("address1_line1"), "24 Sample Lane");
    assert_eq!(by_key(&db, &cx, "P-5001").get("birthdate"), &Value::Date(jiff::civil::date(1951, 2, 8)));
    assert_eq!(by_key(&db, &cx, "P-5000").get("gendercode"), &Value::Int(1));
    assert!(by_key(&db, &cx, "P-5000").get("msgdpr_gdprconsent").is_null());
    let batches = db.read(&cx, |rx| rx.rows(&Query::on("assent_importbatch"))).unwrap();
    assert_eq!(batches.len(), 2);
    assert!(batches.iter().all(|it| it.get("statuscode") == &Value::Int(2) && it.text("assent_filehash").len() == 64));
    let kept = batches.iter().map(|it| it.text("assent_report")).collect::<String>();
    assert!(!kept.contains("@example") && !kept.contains("Tansy"), "the report names rows, not people");
}

const SHORT: &str = r#"
    entity = "contact"
    match = [["assent_externalid"], ["emailaddress1", "lastname"]]
    columns = ["assent_externalid", "lastname", "emailaddress1", "telephone1"]
"#;

#[test]
fn rows_are_found_by_the_first_list_that_finds_one() {
    let (db, cx) = check(
        SHORT,
        &[
            "K1,Sample,house@example.com,\nK2,Sample,house@example.com,2\n,Trial,t@example.com,3\n",
            "K1,Sample,,1\nK3,Trial,T@EXAMPLE.COM,9\n,Sample,house@example.com,4\n,,,\nK2,Other,,5\n",
        ],
        "
        rows 3 created 3 updated 0 unchanged 0 refused 0 suppressed 0 raised 0 lowered 0 kept 0 repeated 0
        rows 5 created 0 updated 2 unchanged 1 refused 2 suppressed 0 raised 0 lowered 0 kept 0 repeated 0
          line 3: emailaddress1, lastname: several records match the row; match by more columns, or merge the records first
          line 4: -: the row has no value in any mapped column",
    );
    assert_eq!(by_key(&db, &cx, "K1").text("telephone1"), "1");
    assert_eq!(by_key(&db, &cx, "K3").text("telephone1"), "3", "filling replaces nothing");
    assert_eq!(by_key(&db, &cx, "K2").text("lastname"), "Sample");
}

#[test]
fn matches_can_be_overwritten_or_skipped() {
    let first = "K1,Sample,a@example.com,1\n";
    let second = "K1,Trial,,2\n";
    let (db, cx) = check(
        &format!("on_match = \"overwrite\"\n{SHORT}"),
        &[first, second, second],
        "
        rows 1 created 1 updated 0 unchanged 0 refused 0 suppressed 0 raised 0 lowered 0 kept 0 repeated 0
        rows 1 created 0 updated 1 unchanged 0 refused 0 suppressed 0 raised 0 lowered 0 kept 0 repeated 0
        rows 1 created 0 updated 0 unchanged 1 refused 0 suppressed 0 raised 0 lowered 0 kept 0 repeated 0",
    );
    let row = by_key(&db, &cx, "K1");
    assert_eq!((row.text("lastname"), row.text("emailaddress1")), ("Trial", "a@example.com"), "empty replaces nothing");
    check(
        &format!("on_match = \"skip\"\n{SHORT}"),
        &[first, second],
        "
        rows 1 created 1 updated 0 unchanged 0 refused 0 suppressed 0 raised 0 lowered 0 kept 0 repeated 0
        rows 1 created 0 updated 0 unchanged 1 refused 0 suppressed 0 raised 0 lowered 0 kept 0 repeated 0",
    );
}

/// Rows that meet over the border of a chunk: the dry run has to remember what the earlier did.
#[test]
fn a_dry_run_knows_what_earlier_rows_would_have_done() {
    let mut file = String::from("K1,First,a@example.com,\nK2,Second,b@example.com,\n");
    for n in 0..1_200 {
        file.push_str(&format!("F{n},Filler,f{n}@example.com,\n"));
    }
    // K1 gets a number, is found by address, then clashes with nothing; K2 changes its address.
    file.push_str("K1,First,,7\nK2,Second,new@example.com,\n,Second,new@example.com,8\n,Second,b@example.com,9\n");
    let mapping = format!("on_match = \"overwrite\"\n{SHORT}");
    check(
        &mapping,
        &[&file],
        "rows 1206 created 1203 updated 3 unchanged 0 refused 0 suppressed 0 raised 0 lowered 0 kept 0 repeated 2",
    );
}

/// Keys of persons who will not exist must not stay in the vault either.
#[test]
fn a_dry_run_leaves_the_vault_alone() {
    let folder = tempfile::tempdir().unwrap();
    let cx = Context::machine(Actor::System);
    let registry = Registry::default().with(privacy::RULES, &[], &[]);
    let db = Db::open(folder.path(), privacy::metadata::SOURCES, registry, &cx).unwrap();
    let vault = || std::fs::read(folder.path().join("vault.db")).unwrap();
    let before = vault();
    let dry = run(&db, &cx, PROSPECTS, PROSPECTS_MAPPING, true).unwrap();
    assert_eq!((dry.created, dry.would.get("lastname").copied(), dry.batch), (35, Some(35), None));
    assert_eq!(vault(), before);
    run(&db, &cx, PROSPECTS, PROSPECTS_MAPPING, false).unwrap();
    assert_ne!(vault(), before);
}

/// Few keys and many rows, so that nearly every row meets others, also by what they changed.
#[test]
fn a_dry_run_equals_the_import_for_entangled_rows() {
    for (seed, mode) in [(1, "fill"), (2, "overwrite"), (3, "overwrite")] {
        let cx = Context::new(Actor::System, Arc::new(Machine), SeededRandom::new(seed));
        let mut file = String::new();
        for _ in 0..1_100 {
            let [key, name, mail, phone] = cx.random_bytes::<4>();
            let key = if key % 4 == 0 { String::new() } else { format!("K{}", key % 150) };
            let mail = if mail % 5 == 0 { String::new() } else { format!("m{}@example.com", mail % 120) };
            file.push_str(&format!("{key},{},{mail},{}\n", ["Sample", "Trial", ""][usize::from(name) % 3], phone % 3));
        }
        let mapping = format!("on_match = \"{mode}\"\n{SHORT}");
        let (db, cx) = store();
        let dry = run(&db, &cx, &file, &mapping, true).unwrap();
        let real = run(&db, &cx, &file, &mapping, false).unwrap();
        assert_eq!(told(&dry), told(&real), "seed {seed}, {mode}");
        assert!(real.created > 100 && real.unchanged > 10);
    }
}

#[test]
fn cells_become_values() {
    let mapping = r#"
        entity = "contact"
        separator = "+|"
        row_end = "&|\n"
        match = ["assent_externalid"]
        columns = ["assent_externalid", "birthdate", "annualincome", "donotemail", "gendercode", "description", "emailaddress1"]
        [column.birthdate]
        format = "%d.%m.%Y"
        [column.annualincome]
        format = "comma"
        [column.description]
        collapse = false
        [column.emailaddress1]
        unfit = "empty"
        [column.salutation]
        constant = "Dear"
        [column.numberofchildren]
        from = 1
        map = { A = 3, "*" = "" }
        [column.address1_country]
        constant = "Nowhere"
    "#;
    let (db, cx) = check(
        mapping,
        &[
            "A+|31.01.1980+|1.234,5+|yes+|female+| a  b +|nobody@nowhere&|\nB+|1980-01-31+|+|+|+|+|&|\nC+|+|+|maybe+|+|+|&|\nD+|+|+|+|7+|+|&|",
        ],
        "
        rows 4 created 1 updated 0 unchanged 0 refused 3 suppressed 0 raised 0 lowered 0 kept 0 repeated 0
          line 2: birthdate: takes a date that exists, written %d.%m.%Y
          line 3: donotemail: takes yes or no, true or false, 1 or 0
          line 4: gendercode: takes one of 1, 2",
    );
    let row = by_key(&db, &cx, "A");
    assert_eq!(row.get("birthdate"), &Value::Date(jiff::civil::date(1980, 1, 31)));
    assert_eq!(row.get("annualincome").to_json(), "1234.5");
    assert!(row.get("donotemail").is_true() && row.get("emailaddress1").is_null());
    assert_eq!(row.get("gendercode"), &Value::Int(2));
    assert_eq!((row.text("description"), row.text("salutation")), ("a  b", "Dear"));
    assert_eq!(row.get("numberofchildren"), &Value::Int(3));
}

#[test]
fn consent_needs_evidence() {
    let (db, cx) = check(
        CONSENT_MAPPING,
        &[CONSENT, CONSENT, "Key,E-mail,Level,Source,Date,Wording,Language\nP-5001,,none,,,,\nP-5000,,587030002,,,,\nP-5005,,Profiling,Form,2999-01-01,Yes,\n"],
        "
        rows 6 created 5 updated 0 unchanged 0 refused 1 suppressed 0 raised 2 lowered 0 kept 1 repeated 0
          line 6: consent.level: takes 0 to 5, 587030001 to 587030005, or none, consent, transactional, subscriptions, marketing or profiling
        rows 6 created 0 updated 0 unchanged 5 refused 1 suppressed 0 raised 0 lowered 0 kept 1 repeated 0
          line 6: consent.level: takes 0 to 5, 587030001 to 587030005, or none, consent, transactional, subscriptions, marketing or profiling
        rows 3 created 0 updated 2 unchanged 0 refused 1 suppressed 0 raised 0 lowered 2 kept 0 repeated 0
          line 4: consent.date: lies in the future; nobody has consented then",
    );
    assert_eq!(by_key(&db, &cx, "P-5000").get("msgdpr_gdprconsent"), &Value::Int(587_030_002));
    assert!(by_key(&db, &cx, "P-5001").get("msgdpr_gdprconsent").is_null());
    assert!(by_key(&db, &cx, "P-5002").get("msgdpr_gdprconsent").is_null(), "no date, no raise");
    let changes = db.read(&cx, |rx| rx.count(&Query::on("msgdpr_gdprconsentchangerecord"))).unwrap();
    assert_eq!(changes, 4, "each change has its record");
}

#[test]
fn erased_persons_stay_away() {
    let (db, cx) = store();
    run(&db, &cx, "K1,Sample,house@example.com,1\nK2,Trial,house@example.com,2\n", SHORT, false).unwrap();
    let id = by_key(&db, &cx, "K1").id;
    db.write(&cx, move |tx| {
        let hashes = [("emailaddress1", "house@example.com"), ("assent_externalid", "K1")]
            .map(|(kind, text)| (kind.to_owned(), subject::hash(tx, kind, text).unwrap()));
        let subject = format!("contact:{id}");
        tx.note_erasure(Erasure { subject, request: "r".into(), at: 0, hashes: hashes.into() });
        tx.erasing(|tx| tx.delete("contact", id))
    })
    .unwrap();
    let file = "K1,Sample,house@example.com,1\nK9,Someone,House@Example.com,1\nK2,Trial,house@example.com,3\nK3,New,new@example.com,\n";
    for dry_run in [true, false] {
        let report = run(&db, &cx, file, SHORT, dry_run).unwrap();
        assert_eq!(
            told(&report).trim(),
            "rows 4 created 1 updated 0 unchanged 1 refused 0 suppressed 2 raised 0 lowered 0 kept 0 repeated 0"
        );
    }
    assert!(contacts(&db, &cx, "assent_externalid eq 'K1' or assent_externalid eq 'K9'").is_empty());
}

#[test]
fn an_import_can_be_undone() {
    let (db, cx) = store();
    db.write(&cx, |tx| {
        tx.create("contact", Values::new().with("assent_externalid", "P-5000").with("lastname", "Before"))
    })
    .unwrap();
    let shown = |db: &Db| {
        let rows = contacts(db, &cx, "statecode eq 0");
        rows.iter()
            .map(|it| {
                (
                    it.id,
                    it.values
                        .iter()
                        .filter(|(name, _)| !matches!(*name, "versionnumber"))
                        .map(|(n, v)| format!("{n}={v:?}"))
                        .collect::<Vec<_>>(),
                )
            })
            .collect::<Vec<_>>()
    };
    let before = shown(&db);
    let mapping = PROSPECTS_MAPPING.replace("\"fill\"", "\"overwrite\"");
    let batch = run(&db, &cx, PROSPECTS, &mapping, false).unwrap().batch.unwrap();
    assert_eq!(by_key(&db, &cx, "P-5000").text("lastname"), "Sample");
    let undone = ingest::undo(&db, &cx, batch).unwrap();
    assert_eq!((undone.deleted, undone.restored, undone.left, undone.erased), (34, 1, 0, 0), "{undone:?}");
    assert_eq!(shown(&db), before);
    let again = ingest::undo(&db, &cx, batch).unwrap_err();
    assert_eq!(again.to_string(), "batch: this import was undone already");
    let status = db.read(&cx, |rx| rx.get("assent_importbatch", batch)).unwrap();
    assert_eq!(status.get("statuscode"), &Value::Int(3));
}

#[test]
fn an_undo_keeps_what_people_did_since() {
    let (db, cx) = store();
    for (key, level) in [("P-5000", None), ("P-5001", Some(587_030_005)), ("P-5005", None)] {
        let values = Values::new().with("assent_externalid", key).with("msgdpr_gdprconsent", level);
        db.write(&cx, move |tx| tx.create("contact", values.clone())).unwrap();
    }
    let batch = run(&db, &cx, CONSENT, CONSENT_MAPPING, false).unwrap().batch.unwrap();
    let (made, changed) = (by_key(&db, &cx, "P-5003").id, by_key(&db, &cx, "P-5005").id);
    db.write(&cx, move |tx| {
        tx.update("contact", made, Values::new().with("nickname", "D"))?;
        tx.update("contact", changed, Values::new().with("emailaddress1", "own@example.com"))
    })
    .unwrap();
    let batch_row = db.read(&cx, |rx| rx.get("assent_importbatch", batch)).unwrap();
    assert!(batch_row.text("assent_report").contains("switch logging on before importing consent"));
    let undone = ingest::undo(&db, &cx, batch).unwrap();
    let left: Vec<String> = undone
        .leftovers
        .iter()
        .map(|it| {
            let row = db.read(&cx, |rx| rx.get("contact", it.record)).unwrap();
            format!("{} {}: {}", row.text("assent_externalid"), it.column.as_deref().unwrap_or("-"), it.reason)
        })
        .collect();
    assert_eq!(
        left,
        [
            "P-5005 emailaddress1: it was changed since",
            "P-5003 -: the record was changed since",
            "P-5001 msgdpr_gdprconsent: consent is never raised by an undo; ask the person",
        ]
    );
    assert_eq!((undone.deleted, undone.restored, undone.left), (1, 2, 3));
    assert!(by_key(&db, &cx, "P-5000").get("msgdpr_gdprconsent").is_null(), "a raise is taken back");
    assert_eq!(by_key(&db, &cx, "P-5001").get("msgdpr_gdprconsent"), &Value::Int(587_030_004));
}

#[test]
fn a_mapping_that_cannot_work_is_refused() {
    let with = |text: &str| format!("entity = \"contact\"\nmatch = []\n{text}");
    refused("entity = \"contact\"\ncolumns = [\"lastname\"]", "match = [] makes every row a new record");
    refused(&with("colums = []"), "mapping line 3: unknown field `colums`");
    refused(&with("columns = []"), "the mapping names no column");
    refused(&with("columns = [\"surname\"]"), "Could not find a property named 'surname'");
    refused(&with("columns = [\"fullname\"]"), "made of firstname, middlename, lastname");
    refused(&with("columns = [\"assent_withdrawnon\"]"), "written by the product only");
    refused(&with("columns = [\"msgdpr_gdprconsent\"]"), "add [consent] with level, source, date and wording");
    refused(&with("columns = [\"lastname\", \"lastname\"]"), "stands there twice");
    refused(&with("columns = [\"lastname\"]\n[column.birthdate]"), "column.birthdate: says not where");
    refused(&with("columns = [\"lastname\"]\n[column.birthdate]\nfrom = \"B\""), "set header = true");
    refused(&with("columns = [\"lastname\"]\n[column.birthdate]\nfrom = 9"), "a row has 1 columns");
    refused(
        &with("columns = [\"gendercode\"]\n[column.gendercode]\nmap = { F = 9 }"),
        "column.gendercode.map: takes one of 1, 2",
    );
    refused(&with("separator = \"\""), "separator: is empty");
    refused(&with("quote = \"''\"\ncolumns = [\"lastname\"]"), "quote: is one character");
    refused(&with("header = true\n[column.lastname]"), "the header has no column 'lastname'");
    refused(
        "entity = \"account\"\nmatch = []\ncolumns = [\"name\"]\n[consent]\nlevel = 1",
        "account has no consent level",
    );
    refused(
        "entity = \"contact\"\nmatch = [\"emailaddress1\"]\ncolumns = [\"lastname\"]",
        "not among the mapped columns",
    );
    refused("entity = \"msgdpr_gdprconsentchangerecord\"\nmatch = []\ncolumns = [\"msgdpr_name\"]", "is append-only");
}

#[test]
fn limits_and_privileges_hold() {
    let (db, cx) = store();
    let mapping = Mapping::parse(SHORT).unwrap();
    let limits = Limits { rows: 2, ..Limits::default() };
    let options = Options { limits, ..Options::default() };
    let file = "A,A,,\nB,B,,\nC,C,,\n";
    let error = ingest::run(&db, &cx, file.as_bytes(), &mapping, options, |_| {}).unwrap_err();
    assert!(error.to_string().contains("a file has at most 2 rows"), "{error}");
    assert_eq!(contacts(&db, &cx, "statecode eq 0").len(), 2, "what was written before stays, in its batch");
    let batch = db.read(&cx, |rx| rx.first(&Query::on("assent_importbatch"))).unwrap().unwrap();
    assert_eq!(batch.get("statuscode"), &Value::Int(4));
    assert_eq!(ingest::undo(&db, &cx, batch.id).unwrap().deleted, 2);

    let options = || Options { entity: Some("lead".into()), ..Options::default() };
    let error = ingest::run(&db, &cx, file.as_bytes(), &mapping, options(), |_| {}).unwrap_err();
    assert!(error.to_string().contains("the mapping is for contact and the import is into lead"), "{error}");
    let error = run(&db, &user(&cx, "auditor"), file, SHORT, true).unwrap_err();
    assert_eq!(error.kind, kernel::Kind::Forbidden);
    let report = run(&db, &user(&cx, "integrator"), file, SHORT, false).unwrap();
    assert_eq!(report.created, 3);
    let error = ingest::undo(
        &db,
        &cx.for_actor(Actor::User { id: report.batch.unwrap(), roles: Arc::from(["marketer".to_owned()]) }),
        report.batch.unwrap(),
    )
    .unwrap_err();
    assert_eq!(error.kind, kernel::Kind::Forbidden, "somebody else's import");
    assert_eq!(ingest::undo(&db, &user(&cx, "integrator"), report.batch.unwrap()).unwrap().deleted, 3);
}

/// The real file lies outside the project; it is read where it is.
#[test]
#[expect(clippy::print_stdout, reason = "whoever runs it wants to see that it was skipped, or how fast it was")]
fn the_real_file() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/adventureworks");
    let Ok(file) = std::fs::read_to_string(folder.join("ProspectiveBuyer.csv")) else {
        println!("SKIPPED: there is no real file at {}", folder.display());
        return;
    };
    let (db, cx) = store();
    let dry = run(&db, &cx, &file, PROSPECTS_MAPPING, true).unwrap();
    let cx = Context::new(Actor::System, Arc::new(Machine), SeededRandom::new(2));
    let started = cx.now();
    let real = run(&db, &cx, &file, PROSPECTS_MAPPING, false).unwrap();
    let millis = u64::try_from(cx.now().as_millisecond() - started.as_millisecond()).unwrap().max(1);
    let summary = told(&real).lines().next().unwrap_or_default().to_owned();
    println!("{summary}\n{:?}\n{} rows per second", real.warnings, real.rows * 1_000 / millis);
    assert_eq!(told(&dry), told(&real));
    assert_eq!(real.rows, 2_059);
    let again = run(&db, &cx, &file, PROSPECTS_MAPPING, false).unwrap();
    assert_eq!((again.created, again.updated, again.refused), (0, 0, real.refused));

    let mapping = r#"
        entity = "contact"
        separator = "+|"
        row_end = "&|\n"
        match = ["assent_externalid"]
        columns = ["assent_externalid", "", "emailaddress1", "", ""]
    "#;
    let file = std::fs::read_to_string(folder.join("EmailAddress.csv")).unwrap();
    let started = cx.now();
    let (db, _) = store();
    let real = run(&db, &cx, &file, mapping, false).unwrap();
    let millis = u64::try_from(cx.now().as_millisecond() - started.as_millisecond()).unwrap().max(1);
    println!(
        "{} rows of addresses, {} created, {} rows per second",
        real.rows,
        real.created,
        real.rows * 1_000 / millis
    );
    assert_eq!((real.rows, real.created), (19_972, 19_972));
}

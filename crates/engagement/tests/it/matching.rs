//! Whom a submission is about, what becomes of one that fails, and who may mend it (`spec/marketing.md` 8.2, 8.3).

use engagement::form::{self, Origin, Submitted, submission};
use kernel::{Kind, Query, Record, Result, Value, Values, uuid::Uuid};

use crate::story::{World, act, build, check};

const SUBMISSION: &str = "msdyncrm_marketingformsubmission";
const FIELDS: &str = "msdyncrm_marketingfieldsubmission";

fn send(world: &World, page: Option<Uuid>, fields: &[(&str, &str)]) -> Submitted {
    let form = world.id("form", "news");
    let sent: Vec<(String, String)> = fields.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
    let origin = Origin { page, url: None };
    world.db.write(&world.public(), move |tx| form::submit(tx, form, &sent, &origin)).unwrap()
}

fn rows(world: &World, entity: &str) -> Vec<Record> {
    world.read(|rx| rx.rows(&Query::on(entity).order("createdon asc,versionnumber asc")?))
}

fn page(world: &World) -> Uuid {
    world.read(|rx| rx.first(&Query::on("msdyncrm_marketingpage").eq("msdyncrm_partialurl", "news"))).unwrap().id
}

/// Lets the form match contacts by other columns than the address.
pub fn match_by(world: &World, columns: &'static str) -> Result<()> {
    let form = world.id("form", "news");
    world.db.write(&world.cx, move |tx| {
        let values = Values::new()
            .with("msdyncrm_name", columns)
            .with("msdyncrm_targetentity", 192_350_000)
            .with("msdyncrm_matchingstrategyfields", columns);
        let strategy = tx.create("msdyncrm_matchingstrategy", values)?;
        let go = |tx: &mut kernel::Tx<'_>, to: i64| tx.update(form::ENTITY, form, Values::new().with("statuscode", to));
        go(tx, 2)?;
        tx.update(form::ENTITY, form, Values::new().with("msdyncrm_contactmatchingstrategy", strategy))?;
        go(tx, 192_350_006).map(|_| ())
    })
}

#[test]
fn a_form_for_both_makes_a_contact_and_a_lead_of_theirs_once() {
    let mut world = World::new();
    build(&mut world, "no double opt-in ; form news both firstname consent");
    let page = Some(page(&world));
    assert_eq!(send(&world, page, &[("emailaddress1", "eve@example.org"), ("firstname", "Eve")]), Submitted::Accepted);
    assert_eq!(send(&world, page, &[("emailaddress1", "EVE@example.org"), ("firstname", "Eva")]), Submitted::Accepted);
    let (contacts, leads) = (rows(&world, "contact"), rows(&world, "lead"));
    assert_eq!((contacts.len(), leads.len()), (1, 1));
    assert_eq!((contacts[0].text("firstname"), leads[0].text("firstname")), ("Eva", "Eva"));
    assert_eq!(leads[0].get("parentcontactid").as_guid(), Some(contacts[0].id));
    let told: Vec<_> = rows(&world, SUBMISSION)
        .iter()
        .map(|it| {
            (it.text("msdyncrm_contactmatchingresult").to_owned(), it.text("msdyncrm_leadmatchingresult").to_owned())
        })
        .collect();
    let pair = |a: &str| (a.to_owned(), a.to_owned());
    assert_eq!(told, [pair("Created"), pair("Updated")]);
    // From elsewhere it is another lead of the same contact; a form may also make one each time.
    send(&world, None, &[("emailaddress1", "eve@example.org")]);
    assert_eq!((rows(&world, "contact").len(), rows(&world, "lead").len()), (1, 2));
    let form = world.id("form", "news");
    world.write(move |tx| tx.update(form::ENTITY, form, Values::new().with("msdyncrm_alwaysgenerateleads", true)));
    send(&world, page, &[("emailaddress1", "eve@example.org")]);
    assert_eq!((rows(&world, "contact").len(), rows(&world, "lead").len()), (1, 3));
}

#[test]
fn leads_hold_no_consent_and_a_form_for_nobody_keeps_the_submission() {
    let mut world = World::new();
    build(&mut world, "form news lead firstname");
    assert_eq!(send(&world, None, &[("emailaddress1", "eve@example.org")]), Submitted::Accepted);
    assert_eq!((rows(&world, "contact").len(), rows(&world, "lead").len()), (0, 1));
    assert!(rows(&world, "lead")[0].get("parentcontactid").is_null());
    let form = world.id("form", "news");
    let change = |values: Values| world.db.write(&world.cx, move |tx| tx.update(form::ENTITY, form, values.clone()));
    let refused = change(Values::new().with("msdyncrm_entityupdatebehavioronsubmit", 3)).unwrap_err();
    assert!(refused.text.contains("allow them in the landing page settings"), "{refused}");
    let refused = change(Values::new().with("msdyncrm_enabledoubleoptin", true)).unwrap_err();
    assert!(refused.text.contains("leads hold no consent"), "{refused}");
    world.write(|tx| {
        let settings = tx.first(&Query::on("msdyncrm_marketingpageconfiguration"))?.unwrap();
        tx.update(&settings.entity, settings.id, Values::new().with("msdyncrm_allowsubmissionswithoutupdate", true))
    });
    change(Values::new().with("msdyncrm_entityupdatebehavioronsubmit", 3)).unwrap();
    assert_eq!(send(&world, None, &[("emailaddress1", "gil@example.org")]), Submitted::Accepted);
    assert_eq!((rows(&world, "contact").len(), rows(&world, "lead").len()), (0, 1));
    assert_eq!(rows(&world, SUBMISSION)[1].get("statuscode").as_int(), Some(192_350_003));
}

#[test]
fn a_double_opt_in_holds_the_lead_back_too() {
    check(
        "form news both own firstname consent",
        "
        0h eve asks consent=4 firstname=Eve -> page check-your-inbox ; mail confirm to nobody (basis: request)
        1h eve presses confirm              -> contact eve made, consent 4",
    );
    let mut world = World::new();
    build(&mut world, "form news both own firstname consent");
    act(&mut world, "eve asks consent=4 firstname=Eve");
    assert_eq!(rows(&world, "lead").len(), 0);
    act(&mut world, "eve presses confirm");
    let leads = rows(&world, "lead");
    assert_eq!(leads.len(), 1);
    assert_eq!(leads[0].get("parentcontactid").as_guid(), Some(rows(&world, "contact")[0].id));
}

#[test]
fn whoever_knows_a_name_cannot_turn_the_mail_to_another_mailbox() {
    let mut world = World::new();
    build(&mut world, "contact ann lastname=Anders consent=3 ; form news lastname! firstname consent");
    match_by(&world, "lastname").unwrap();
    assert_eq!(
        send(
            &world,
            None,
            &[("emailaddress1", "thief@example.org"), ("lastname", "anders"), ("msgdpr_gdprconsent", "587030004")]
        ),
        Submitted::ConfirmByEmail
    );
    let contacts = rows(&world, "contact");
    assert_eq!((contacts.len(), contacts[0].text("emailaddress1")), (1, "ann@example.org"));
    let to: Vec<String> =
        rows(&world, "assent_outgoingmail").iter().map(|it| it.text("assent_to").to_owned()).collect();
    assert_eq!(to, ["ann@example.org"], "the person is asked, not who typed the name");
    let refused = match_by(&world, "jobtitle").unwrap_err();
    assert!(refused.text.contains("asks for no jobtitle"), "{refused}");
    assert!(match_by(&world, "assent_restrictedonx").unwrap_err().text.contains("no column"));
}

#[test]
fn what_fails_is_kept_mended_and_tried_again() {
    let mut world = World::new();
    build(&mut world, "contact ann ; list garden ; form news lastname firstname consent list=garden");
    match_by(&world, "lastname").unwrap();
    let fields = [("emailaddress1", "eve@exmaple.org"), ("firstname", "Eve"), ("msgdpr_gdprconsent", "587030004")];
    assert_eq!(send(&world, None, &fields), Submitted::Failed);
    assert_eq!(rows(&world, "contact").len(), 1);
    let kept = &rows(&world, SUBMISSION)[0];
    assert_eq!(kept.get("statuscode").as_int(), Some(192_350_001));
    assert_eq!(kept.text("msdyncrm_failuredescription"), "lastname: is empty, and by it a contact is matched");
    let id = kept.id;
    let marketer = world.role("marketer");
    let field =
        |name: &str| rows(&world, FIELDS).into_iter().find(|it| it.text("msdyncrm_fieldname") == name).unwrap().id;
    let edit = |id: Uuid, text: &'static str| {
        world.db.write(&marketer, move |tx| tx.update(FIELDS, id, Values::new().with("msdyncrm_fieldvalue", text)))
    };
    let refused = edit(field("msgdpr_gdprconsent"), "587030005").unwrap_err();
    assert!(refused.kind == Kind::Conflict && refused.text.contains("the person decided"), "{refused}");
    // With a decision gone, trying again would apply the rest without it.
    for (entity, row) in [(FIELDS, field("msgdpr_gdprconsent")), (FIELDS, field("emailaddress1")), (SUBMISSION, id)] {
        let error = world.db.write(&marketer, move |tx| tx.delete(entity, row)).unwrap_err();
        assert!(error.kind == Kind::Conflict && error.text.contains("not applied yet"), "{entity}: {error}");
    }
    edit(field("emailaddress1"), "eve@example.org").unwrap();
    let retry = |world: &World| world.db.write(&world.role("marketer"), move |tx| submission::retry(tx, id));
    let again = retry(&world).unwrap();
    assert!(!again.applied && again.note.unwrap().contains("lastname"));
    world.write(move |tx| {
        let values = Values::new()
            .with("msdyncrm_marketingformsubmissionid", Value::Lookup(SUBMISSION.into(), id))
            .with("msdyncrm_fieldname", "lastname")
            .with("msdyncrm_fieldvalue", "Evans");
        tx.create(FIELDS, values)
    });
    let done = retry(&world).unwrap();
    assert!(done.applied && done.note.unwrap().contains("address was edited"));
    let eve = &rows(&world, "contact")[1];
    assert_eq!((eve.text("lastname"), eve.text("emailaddress1")), ("Evans", "eve@example.org"));
    assert!(eve.get("msgdpr_gdprconsent").is_null());
    assert_eq!(rows(&world, "assent_optinrequest").len(), 0, "nobody of ours asks in a person's place");
    assert_eq!(rows(&world, FIELDS).len(), 0, "the form keeps no answers");
    assert_eq!(retry(&world).unwrap_err().kind, Kind::Conflict);
    assert_eq!(
        world.db.write(&world.role("auditor"), move |tx| submission::retry(tx, id)).unwrap_err().kind,
        Kind::Forbidden
    );
}

#[test]
fn submissions_are_put_in_one_table_and_forgotten() {
    let mut world = World::new();
    build(&mut world, "no double opt-in ; form news firstname consent");
    let form = world.id("form", "news");
    world
        .write(move |tx| tx.update(form::ENTITY, form, Values::new().with("msdyncrm_keepsuccessfulsubmissions", true)));
    send(&world, None, &[("emailaddress1", "eve@example.org"), ("firstname", "Eve")]);
    send(&world, None, &[("emailaddress1", "gil@example.org")]);
    let (head, lines) = world.read(|rx| {
        let head = submission::columns(rx, form)?;
        let lines = submission::lines(rx, &head, &rx.rows(&submission::query(form)?)?)?;
        Ok((head, lines))
    });
    assert_eq!(head, ["submission", "at", "state", "failure", "emailaddress1", "firstname"]);
    assert_eq!(
        lines.iter().map(|it| it[2..].join("|")).collect::<Vec<_>>(),
        ["Success||eve@example.org|Eve", "Success||gil@example.org|"]
    );
    world.write(|tx| tx.as_system("test", |tx| kernel::setting::set(tx, submission::KEPT_DAYS, "30")));
    act(&mut world, "worker");
    world.go_to("29d");
    act(&mut world, "worker");
    assert_eq!(rows(&world, SUBMISSION).len(), 2);
    world.go_to("31d");
    act(&mut world, "worker");
    assert_eq!((rows(&world, SUBMISSION).len(), rows(&world, FIELDS).len()), (0, 0));
}

#[test]
fn three_must_say_yes_before_a_form_is_filled_in() {
    let mut world = World::new();
    build(&mut world, "contact ann firstname=Annabel msdyncrm_rememberme ; form news firstname consent");
    let (ann, form) = (world.id("contact", "ann"), world.id("form", "news"));
    let token = world.read(|rx| engagement::link::Link::Visit { contact: ann }.token(rx));
    let shown = |world: &World| {
        let mut elements = world.read(|rx| form::elements(rx, form));
        let form = world.read(|rx| form::MarketingForm::get(rx, form));
        world.read(|rx| form::prefill(rx, &form, &mut elements, &token));
        elements.iter().map(|it| it.value.as_str()).collect::<String>()
    };
    let set = |entity: &'static str, id: Uuid, column: &'static str, to: bool| {
        world.write(move |tx| tx.update(entity, id, Values::new().with(column, to)));
    };
    let elements = world.read(|rx| rx.ids(&Query::on("assent_formelement").eq("assent_formid", form)));
    assert_eq!(shown(&world), "");
    world.write(move |tx| {
        tx.update(form::ENTITY, form, Values::new().with("statuscode", 2))?;
        for element in &elements {
            tx.update("assent_formelement", *element, Values::new().with("assent_prefill", true))?;
        }
        let place =
            Values::new().with("assent_formid", form).with("assent_kind", 6).with("assent_label", "Remember me");
        tx.create("assent_formelement", place).map(|_| ())
    });
    assert_eq!(shown(&world), "", "the form has not said yes");
    set(form::ENTITY, form, "msdyncrm_allowprefill", true);
    assert_eq!(shown(&world), "ann@example.orgAnnabel", "and never the consent");
    set("contact", ann, "msdyncrm_rememberme", false);
    assert_eq!(shown(&world), "", "the person has not");
}

#[test]
fn a_field_maps_to_one_column_that_people_can_fill_in() {
    let mut world = World::new();
    build(&mut world, "form news firstname");
    let make = |contact: &'static str| {
        world.db.write(&world.cx, move |tx| {
            let values = Values::new()
                .with("msdyncrm_name", "x")
                .with("msdyncrm_contactmapping", contact)
                .with("msdyncrm_marketingformfieldtype", 1);
            tx.create("msdyncrm_marketingformfield", values)
        })
    };
    assert!(make("ownerid").unwrap_err().text.contains("people can fill in"));
    assert!(make("nothing").unwrap_err().text.contains("people can fill in"));
    assert!(make("").unwrap_err().text.contains("name a column"));
    assert!(make("jobtitle").is_ok());
}

/// Fails one submission of ann's at 0h, lets something happen, and tries it again.
fn stale(meanwhile: &[&str]) -> (Vec<i64>, usize, Option<String>) {
    let mut world = World::new();
    let setup = "switches logging ; list garden ; contact ann consent=3 lastname=Anders ;
         form prefs center firstname consent list=garden ; form news firstname lastname consent list=garden ;
         segment s: lastname eq 'Anders' ; journey tour segment=s: email hello ; no double opt-in";
    build(&mut world, setup);
    act(&mut world, "worker");
    match_by(&world, "lastname").unwrap();
    let list = format!("list-{}", world.id("list", "garden"));
    let asks = [("emailaddress1", "ann@example.org"), ("msgdpr_gdprconsent", "587030005"), (list.as_str(), "on")];
    assert_eq!(send(&world, None, &asks), Submitted::Failed);
    for line in meanwhile {
        let (time, what) = line.split_once(' ').unwrap();
        world.go_to(time);
        act(&mut world, what);
    }
    // What was missing is there now, without anybody of ours having changed it.
    let id = rows(&world, SUBMISSION)[0].id;
    world.write(move |tx| {
        let values = Values::new()
            .with("msdyncrm_marketingformsubmissionid", Value::Lookup(SUBMISSION.into(), id))
            .with("msdyncrm_fieldname", "lastname")
            .with("msdyncrm_fieldvalue", "Anders");
        tx.create(FIELDS, values)
    });
    world.go_to("9h");
    let done = world.db.write(&world.role("marketer"), move |tx| submission::retry(tx, id)).unwrap();
    assert!(done.applied);
    let ann = world.id("contact", "ann");
    let level = world.read(|rx| rx.get("contact", ann)).get("msgdpr_gdprconsent").as_int().unwrap_or(587_030_000);
    let acted = rows(&world, "msgdpr_gdprconsentchangerecord");
    let acted = acted.last().and_then(|it| it.get("assent_occurredon").as_time()).unwrap();
    let hours = (acted.as_second() - crate::story::START.parse::<jiff::Timestamp>().unwrap().as_second()) / 3_600;
    (vec![level - 587_030_000, hours], rows(&world, "assent_listmember").len(), done.note)
}

#[test]
fn an_old_submission_takes_back_nothing_that_the_person_decided_since() {
    let (level, lists, note) = stale(&[]);
    assert_eq!((level, lists, note), (vec![5, 0], 1, None), "the person acted when they sent it");
    let (level, lists, note) = stale(&["1h ann saves center consent=1"]);
    assert_eq!((level, lists), (vec![1, 1], 0));
    assert!(note.unwrap().contains("chose anew"));
    let (level, lists, note) = stale(&["1h ann saves center consent=1", "2h ann saves center consent=4"]);
    assert_eq!((level, lists), (vec![4, 2], 1), "the newest act decides");
    assert!(note.unwrap().contains("chose anew"));
    let (level, lists, note) = stale(&["1h ann saves center list-garden=on", "2h ann saves center list-garden=off"]);
    assert_eq!((level, lists), (vec![5, 0], 0), "a list that was left stays left");
    assert!(note.unwrap().contains("chose anew"));
}

#[test]
fn a_submission_asks_for_nothing_where_we_changed_whom_it_is_about() {
    let mut world = World::new();
    build(
        &mut world,
        "no double opt-in ; contact ann consent=1 lastname=Anders ; form news lastname firstname consent",
    );
    match_by(&world, "lastname").unwrap();
    let form = world.id("form", "news");
    let fields = [("emailaddress1", "eve@example.org"), ("lastname", "x"), ("msgdpr_gdprconsent", "587030005")];
    // One that failed, for whatever reason.
    world.write(move |tx| {
        let values = Values::new()
            .with("msdyncrm_marketingformid", Value::Lookup(form::ENTITY.into(), form))
            .with("statuscode", 192_350_001);
        let id = tx.create(SUBMISSION, values)?;
        for (name, text) in fields {
            let values = Values::new()
                .with("msdyncrm_marketingformsubmissionid", Value::Lookup(SUBMISSION.into(), id))
                .with("msdyncrm_fieldname", name)
                .with("msdyncrm_fieldvalue", text);
            tx.create(FIELDS, values)?;
        }
        Ok(())
    });
    let id = rows(&world, SUBMISSION)[0].id;
    let name = rows(&world, FIELDS).into_iter().find(|it| it.text("msdyncrm_fieldname") == "lastname").unwrap().id;
    let marketer = world.role("marketer");
    let edit = |values: Values| world.db.write(&marketer, move |tx| tx.update(FIELDS, name, values.clone()));
    edit(Values::new().with("msdyncrm_fieldvalue", "Anders")).unwrap();
    let other = world.write(move |tx| {
        tx.create(SUBMISSION, Values::new().with("msdyncrm_marketingformid", Value::Lookup(form::ENTITY.into(), form)))
    });
    let elsewhere = Values::new().with("msdyncrm_marketingformsubmissionid", Value::Lookup(SUBMISSION.into(), other));
    assert!(edit(elsewhere).unwrap_err().text.contains("stays with what it was sent with"));
    let done = world.db.write(&marketer, move |tx| submission::retry(tx, id)).unwrap();
    assert!(done.applied && done.note.unwrap().contains("was edited"));
    let ann = world.read(|rx| rx.get("contact", world.id("contact", "ann")));
    assert_eq!(ann.get("msgdpr_gdprconsent").as_int(), Some(587_030_001));
}

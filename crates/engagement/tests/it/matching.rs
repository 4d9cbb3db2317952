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
fn match_by(world: &World, columns: &'static str) -> Result<()> {
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

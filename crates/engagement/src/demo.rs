//! The synthetic organisation of the demo: made from a seed, about nobody.
//!
//! *Not* a fixture of tests. Invariant: the same seed gives the same organisation, and every address in
//! it ends in a domain that is reserved for examples (RFC 2606).

mod past;
mod requests;

use jiff::{ToSpan, tz::TimeZone};
use kernel::{Context, Random, Result, SeededRandom, Tx, Values, uuid::Uuid};
use privacy::consent::{self, Evidence, Level, Source, configuration, configuration::Configuration};
use serde_json::json;

use crate::{
    defaults::{self, Element, place},
    email, form, journey,
    lifecycle::GOING_LIVE,
    page, segment,
};

/// The name of the demo organisation.
pub const ORGANISATION: &str = "Rowan & Reed Gardens";
/// Its postal address, printed in its mails.
pub const ADDRESS: &str = "1 Example Lane, 00000 Sampletown";

const FIRST: &[&str] = &[
    "Ada", "Bela", "Cleo", "Dara", "Eino", "Faye", "Goro", "Hana", "Ivo", "Juna", "Kian", "Lena", "Milo", "Nora",
    "Odin", "Pia",
];
const LAST: &[&str] = &[
    "Alder", "Birch", "Cedar", "Dogwood", "Elm", "Fir", "Ginkgo", "Hazel", "Ivy", "Juniper", "Linden", "Maple", "Oak",
    "Pine", "Rowan", "Willow",
];
/// Of most people no time zone is known.
const ZONE: &[&str] = &["Europe/Berlin", "America/New_York", "Pacific/Auckland"];
const CITY: &[&str] = &["Northfield", "Eastbrook", "Southmere", "Westhaven"];

/// What was made, for the pages that show where to begin.
#[derive(Debug, Clone)]
pub struct Demo {
    /// Contacts made.
    pub contacts: usize,
    /// The newsletter list.
    pub list: Uuid,
    /// The journey that welcomes.
    pub journey: Uuid,
    /// The address of the landing page.
    pub landing: String,
}

/// Makes the organisation in an empty store.
///
/// # Errors
/// Those of the write path.
pub fn load(tx: &mut Tx<'_>, contacts: usize, seed: u64) -> Result<Demo> {
    let cx: Context = tx.cx().as_system("demo organisation");
    tx.under(cx, |tx| {
        configuration::save(tx, Configuration { enforced: true, logging: true })?;
        defaults::ensure(tx, ORGANISATION, ADDRESS)?;
        let list =
            tx.create("list", Values::new().with("listname", "Garden letter").with("msdyncrm_issubscription", true))?;
        let landing = landing(tx, list)?;
        forwarding(tx)?;
        let mail = welcome(tx)?;
        let seeds = tips(tx)?;
        people(tx, contacts, seed)?;
        past::make(tx, mail)?;
        let everybody = segment(tx)?;
        let journey = journey(tx, everybody, mail, seeds)?;
        requests::make(tx, contacts)?;
        Ok(Demo { contacts, list, journey, landing })
    })
}

fn people(tx: &mut Tx<'_>, count: usize, seed: u64) -> Result<()> {
    let random = SeededRandom::new(seed);
    let pick = |below: usize| -> usize {
        let mut bytes = [0u8; 8];
        random.fill(&mut bytes);
        usize::try_from(u64::from_le_bytes(bytes) % u64::try_from(below.max(1)).unwrap_or(1)).unwrap_or(0)
    };
    let today = tx.now().to_zoned(TimeZone::UTC).date();
    for number in 0..count {
        let (first, last) =
            (FIRST.get(pick(FIRST.len())).unwrap_or(&"Ada"), LAST.get(pick(LAST.len())).unwrap_or(&"Alder"));
        let age = i64::try_from(8 + pick(70)).unwrap_or(30);
        let born = today.checked_sub(age.years()).unwrap_or(today);
        // Every fortieth shares the mailbox of the one before: households do.
        let box_of = if number % 40 == 39 { number - 1 } else { number };
        let values = Values::new()
            .with("firstname", *first)
            .with("lastname", *last)
            .with("emailaddress1", format!("person{box_of}@example.org"))
            .with("birthdate", born)
            .with("msgdpr_gdprischild", age < 16)
            .with("address1_city", *CITY.get(pick(CITY.len())).unwrap_or(&"Northfield"))
            .with("donotbulkemail", number % 23 == 0)
            .with("msgdpr_donottrack", number % 7 == 0)
            .with("assent_timezone", ZONE.get(number % 7).copied())
            .with("assent_externalid", format!("demo-{number}"))
            // Known for longer than they allow anything.
            .with("createdon", tx.now() - (365 * 24).hours());
        let contact = tx.create("contact", values)?;
        let level = Level::of_number(i64::try_from(pick(6)).unwrap_or(0))?;
        if level > Level::None && !(age < 16 && level == Level::Profiling) {
            let evidence = Evidence {
                source: Source::LandingPage,
                detail: Some("synthetic".into()),
                wording: Some("Synthetic consent of the demo organisation.".into()),
                language: Some("en".into()),
                // Spread over a year, so that there is a past to look at.
                occurred_on: Some(tx.now() - (i64::try_from(number * 37 % 340).unwrap_or(0) * 24).hours()),
                ..Evidence::default()
            };
            consent::set(tx, contact, level, evidence)?;
        }
    }
    Ok(())
}

fn landing(tx: &mut Tx<'_>, list: Uuid) -> Result<String> {
    let wording = "If you choose a level, we use your data for it and for what comes before it, until you change your mind. You can change it at any time by the link in every mail.";
    let values = Values::new()
        .with("msdyncrm_name", "Garden letter")
        .with("msdyncrm_validforpagetype", 0)
        .with("msdyncrm_entityupdatebehavioronsubmit", 1)
        .with(
            "msdyncrm_confirmationmessage",
            "Thank you. Please look into your mailbox: what you asked for begins when you confirm it there.",
        )
        .with("assent_wording", wording)
        .with("assent_language", "en");
    let form = tx.create(form::ENTITY, values)?;
    place(tx, form, Element::Field { name: "First name", column: "firstname", kind: 1, required: false })?;
    place(tx, form, Element::Field { name: "Last name", column: "lastname", kind: 1, required: false })?;
    place(tx, form, Element::Field { name: "E-mail", column: "emailaddress1", kind: 1, required: true })?;
    place(tx, form, Element::Text(wording))?;
    place(
        tx,
        form,
        Element::Field {
            name: "What we may use your data for",
            column: "msgdpr_gdprconsent",
            kind: 3,
            required: false,
        },
    )?;
    place(tx, form, Element::List(list))?;
    place(tx, form, Element::Submit("Send"))?;
    tx.update(form::ENTITY, form, Values::new().with("statuscode", GOING_LIVE))?;
    let values = Values::new()
        .with("msdyncrm_name", "Garden letter")
        .with("msdyncrm_type", 0)
        .with("msdyncrm_partialurl", "garden-letter")
        .with("msdyncrm_content", "Letters from the garden: what to sow, what to prune, and when to leave it alone.")
        .with("assent_formid", form)
        .with("statuscode", GOING_LIVE);
    tx.create(page::ENTITY, values)?;
    Ok("/p/garden-letter".into())
}

/// The page by which readers send a letter to friends, and the content settings that lead to it.
fn forwarding(tx: &mut Tx<'_>) -> Result<()> {
    let values = Values::new()
        .with("msdyncrm_name", "Send it to a friend")
        .with("msdyncrm_validforpagetype", 2)
        .with("msdyncrm_confirmationmessage", "Thank you for passing it on.")
        .with("assent_language", "en");
    let form = tx.create(form::ENTITY, values)?;
    place(tx, form, Element::Friends { pairs: 2 })?;
    place(tx, form, Element::Submit("Send the copies"))?;
    tx.update(form::ENTITY, form, Values::new().with("statuscode", GOING_LIVE))?;
    let values = Values::new()
        .with("msdyncrm_name", "Send it to a friend")
        .with("msdyncrm_type", 2)
        .with("msdyncrm_partialurl", "to-a-friend")
        .with("assent_formid", form)
        .with("statuscode", GOING_LIVE);
    tx.create(page::ENTITY, values)?;
    for settings in tx.ids(&kernel::Query::on(email::SETTINGS))? {
        tx.update(email::SETTINGS, settings, Values::new().with("msdyncrm_forwardtoafriend", "to-a-friend"))?;
    }
    Ok(())
}

fn letter(tx: &mut Tx<'_>, name: &str, subject: &str, lines: &str) -> Result<Uuid> {
    let body = format!(
        "<html><body><p>Hello {{{{contact.firstname}}}},</p>{lines}<p><a href=\"{{{{msdyncrm_contentsettings.msdyncrm_subscriptioncenter}}}}\">What we may do with your data</a> <a href=\"{{{{msdyncrm_contentsettings.msdyncrm_forwardtoafriend}}}}\">Send it to a friend</a></p><p>{{{{msdyncrm_contentsettings.msdyncrm_addressmain}}}}</p></body></html>"
    );
    let values = Values::new()
        .with("msdyncrm_name", name)
        .with("msdyncrm_subject", subject)
        .with("msdyncrm_emailbody", body)
        .with("msdyncrm_automaticallygeneratetextpart", true)
        .with("msdyncrm_fromname", ORGANISATION)
        .with("msdyncrm_fromemail", "letters@example.org")
        .with("msdyncrm_to", "{{contact.emailaddress1}}")
        .with("msdyncrm_messagedesignation", 0)
        .with("statuscode", GOING_LIVE);
    tx.create(email::ENTITY, values)
}

fn welcome(tx: &mut Tx<'_>) -> Result<Uuid> {
    letter(
        tx,
        "Welcome",
        "Welcome, {{contact.firstname}}",
        "<p>Nice to have you here. <a href=\"https://www.example.org/spring\">Read what to sow in spring</a>.</p>",
    )
}

fn tips(tx: &mut Tx<'_>) -> Result<Uuid> {
    letter(
        tx,
        "Tips",
        "What to prune in {{contact.address1_city}}",
        "<p>Less than you think. <a href=\"https://www.example.org/pruning\">Here is why</a>.</p>",
    )
}

fn segment(tx: &mut Tx<'_>) -> Result<Uuid> {
    let values = Values::new()
        .with("msdyncrm_segmentname", "Marketing allowed in Northfield")
        .with("msdyncrm_segmenttype", 192_350_000)
        .with("msdyncrm_querytype", 192_350_001)
        .with("msdyncrm_segmentquery", "address1_city eq 'Northfield' and msgdpr_gdprconsent ge 587030003")
        .with("statuscode", GOING_LIVE);
    tx.create(segment::ENTITY, values)
}

fn journey(tx: &mut Tx<'_>, audience: Uuid, first: Uuid, second: Uuid) -> Result<Uuid> {
    let tile = |id: &str, kind: &str, parent: Option<&str>, outlet: &str, settings: serde_json::Value| {
        json!({
            "ActivityId": id, "ActivityTypeId": kind, "ParentActivityId": parent, "ParentRelationshipType": outlet,
            "EntityTarget": "contact", "Properties": { "Items": [settings] }
        })
    };
    let definition = json!([
        tile("audience", "Segment", None, "default", json!({ "ItemId": audience })),
        tile("welcome", "Email", Some("audience"), "default", json!({ "ItemId": first })),
        tile("day", "Scheduler", Some("welcome"), "default", json!({ "Duration": "PT24H" })),
        tile(
            "opened",
            "Trigger",
            Some("day"),
            "default",
            json!({
                "Timeout": "P3D", "Operator": "Or",
                "Rules": [{ "Source": "welcome", "Event": "EmailOpened" }, { "Source": "welcome", "Event": "EmailClicked" }]
            })
        ),
        tile("tips", "Email", Some("opened"), "yesBranch", json!({ "ItemId": second })),
        tile(
            "call",
            "CreateCrmActivity",
            Some("opened"),
            "noBranch",
            json!({
                "Type": "task", "Subject": "Has not opened the welcome letter", "DueIn": "P7D"
            })
        ),
    ]);
    let values = Values::new()
        .with("msdyncrm_name", "Welcome to the garden")
        .with("msdyncrm_workflowdefinition", definition.to_string())
        .with("msgdpr_requiredconsent", Level::Marketing.option())
        .with("statuscode", GOING_LIVE);
    tx.create(journey::ENTITY, values)
}

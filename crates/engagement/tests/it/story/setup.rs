//! Reads a setup, items separated by `;`:
//!
//! ```text
//! switches enforced logging        no double opt-in           list garden
//! contact ann consent=3 donotbulkemail address1_city=Northfield      contact kim child parent=ann
//! segment s: msgdpr_gdprconsent ge 587030003
//! email hello transactional draft  form news consent list=garden firstname!
//! journey welcome segment=s minimum=4: email hello -> wait P2D -> if hello EmailOpened P3D ? email tips : task call
//! ```

use engagement::{email, form, journey, page, segment};
use kernel::{Query, Result, Tx, Value, Values, uuid::Uuid};
use privacy::consent::{Level, configuration, configuration::Configuration};
use serde_json::{Value as Json, json};

use super::World;

pub const GOING_LIVE: i64 = 192_350_006;

pub fn build(world: &mut World, text: &str) {
    let items = text.split(';').map(str::trim).filter(|it| !it.is_empty());
    for item in items {
        let words: Vec<&str> = item.split_whitespace().collect();
        match words[0] {
            "switches" => {
                let to = Configuration { enforced: words.contains(&"enforced"), logging: words.contains(&"logging") };
                world.write(move |tx| configuration::save(tx, to));
            }
            "no" => world.write(|tx| {
                let row = tx.first(&Query::on("msdyncrm_defaultmarketingsetting"))?.unwrap();
                tx.update(&row.entity, row.id, Values::new().with("msdyncrm_enabledoubleoptin", false)).map(|_| ())
            }),
            "contact" => contact(world, words[1], &words[2..]),
            "list" => {
                let name = words[1].to_owned();
                let values = Values::new().with("listname", name.as_str()).with("msdyncrm_issubscription", true);
                let id = world.write(move |tx| tx.create("list", values.clone()));
                world.name("list", &name, id);
            }
            "segment" => {
                let (name, filter) = item["segment".len()..].split_once(':').unwrap();
                let values = Values::new()
                    .with("msdyncrm_segmentname", name.trim())
                    .with("msdyncrm_segmenttype", 192_350_000)
                    .with("msdyncrm_segmentquery", filter.trim())
                    .with("statuscode", GOING_LIVE);
                let id = world.write(move |tx| tx.create(segment::ENTITY, values.clone()));
                world.name("segment", name.trim(), id);
            }
            "email" => mail(world, words[1], words.contains(&"transactional"), words.contains(&"draft")),
            "form" => landing(world, words[1], &words[2..]),
            "journey" => tour(world, item),
            other => panic!("a setup has no {other}"),
        }
    }
}

/// A value as a story writes it, in the type of its column.
pub fn value(column: &str, text: &str) -> Value {
    match (column, text) {
        ("msgdpr_gdprconsent", it) => Level::of_word(it).unwrap().option().into(),
        (_, "on") => true.into(),
        (_, "off") => false.into(),
        (_, "none") => Value::Null,
        (_, it) => it.into(),
    }
}

/// The column behind the short name of a story.
pub fn column(name: &str) -> &str {
    match name {
        "consent" => "msgdpr_gdprconsent",
        "child" => "msgdpr_gdprischild",
        "donottrack" => "msgdpr_donottrack",
        "email" => "emailaddress1",
        it => it,
    }
}

fn contact(world: &mut World, name: &str, words: &[&str]) {
    let mut values = Values::new()
        .with("firstname", name)
        .with("lastname", "Example")
        .with("emailaddress1", format!("{name}@example.org"));
    for word in words {
        let (key, text) = word.split_once('=').unwrap_or((word, "on"));
        match key {
            "parent" => values.set("msgdpr_gdprparentid", world.id("contact", text)),
            _ => values.set(column(key), value(column(key), text)),
        }
    }
    let id = world.write(move |tx| tx.create("contact", values.clone()));
    world.name("contact", name, id);
}

/// The values of an e-mail that passes the check.
pub fn letter(name: &str) -> Values {
    let body = "<p>Hello {{contact.firstname}}, <a href=\"https://www.example.org/spring\">read</a>.</p>\
                <p><a href=\"{{msdyncrm_contentsettings.msdyncrm_subscriptioncenter}}\">Choices</a>\
                {{#if msdyncrm_contentsettings.msdyncrm_forwardtoafriend}}<a href=\"{{msdyncrm_contentsettings.msdyncrm_forwardtoafriend}}\">Send it on</a>{{/if}}</p>\
                <p>{{msdyncrm_contentsettings.msdyncrm_addressmain}}</p>";
    Values::new()
        .with("msdyncrm_name", name)
        .with("msdyncrm_subject", format!("{name} for {{{{contact.firstname}}}}"))
        .with("msdyncrm_emailbody", body)
        .with("msdyncrm_automaticallygeneratetextpart", true)
        .with("msdyncrm_fromname", "Sample Gardens")
        .with("msdyncrm_fromemail", "letters@example.org")
        .with("msdyncrm_to", "{{contact.emailaddress1}}")
}

fn mail(world: &mut World, name: &str, transactional: bool, draft: bool) {
    let mut values = letter(name).with("msdyncrm_messagedesignation", i64::from(transactional));
    if !draft {
        values.set("statuscode", GOING_LIVE);
    }
    let id = world.write(move |tx| tx.create(email::ENTITY, values.clone()));
    world.name("email", name, id);
}

fn element(tx: &mut Tx<'_>, form: Uuid, order: i64, kind: i64, more: Values) -> Result<()> {
    let mut values = more;
    values.set("assent_formid", form);
    values.set("assent_order", order);
    values.set("assent_kind", kind);
    tx.create("assent_formelement", values).map(|_| ())
}

/// A field for a column of the contact; fields are shared by forms.
fn field(tx: &mut Tx<'_>, column: &str) -> Result<Uuid> {
    // What a lead has too is written to both.
    let both = tx.model().entity("lead")?.columns.get(column).is_some_and(|it| !it.system);
    let lead = both.then_some(column);
    match tx.first(&Query::on("msdyncrm_marketingformfield").eq("msdyncrm_contactmapping", column))? {
        Some(row) => {
            tx.update(&row.entity, row.id, Values::new().with("msdyncrm_leadmapping", lead))?;
            Ok(row.id)
        }
        None => tx.create(
            "msdyncrm_marketingformfield",
            Values::new()
                .with("msdyncrm_name", column)
                .with("msdyncrm_contactmapping", column)
                .with("msdyncrm_leadmapping", lead)
                .with("msdyncrm_marketingformfieldtype", 1),
        ),
    }
}

/// A live landing page: the address, what the words name, a button. `center` makes a subscription
/// center in place of the default one, `own` gives the form its own double opt-in.
fn landing(world: &mut World, name: &str, words: &[&str]) {
    if words.contains(&"forward") {
        return forwarding(world, name);
    }
    let (center, own) = (words.contains(&"center"), words.contains(&"own"));
    let mut parts: Vec<(i64, Values, String)> = Vec::new();
    // `both`, `lead` and `nobody` say whom it updates, `own` that it has its own double opt-in.
    let updates =
        [("both", 0), ("lead", 2), ("nobody", 3)].iter().find(|it| words.contains(&it.0)).map_or(1, |it| it.1);
    for word in words.iter().filter(|it| !["center", "both", "lead", "nobody", "own"].contains(*it)) {
        if let Some(list) = word.strip_prefix("list=") {
            parts.push((2, Values::new().with("assent_listid", world.id("list", list)), String::new()));
        } else {
            let bare = word.trim_end_matches('!');
            parts.push((1, Values::new().with("assent_required", bare != *word), column(bare).to_owned()));
        }
    }
    let title = name.to_owned();
    let id = world.write(move |tx| {
        if center {
            for old in tx.ids(&Query::on(page::ENTITY).eq("msdyncrm_type", 1))? {
                tx.update(page::ENTITY, old, Values::new().with("statuscode", 192_350_007))?;
            }
        }
        let values = Values::new()
            .with("msdyncrm_name", title.as_str())
            .with("msdyncrm_validforpagetype", i64::from(center))
            .with("msdyncrm_entityupdatebehavioronsubmit", updates)
            .with("msdyncrm_enabledoubleoptin", own)
            .with("assent_wording", "We use your data for what you choose.")
            .with("assent_language", "en");
        let id = tx.create(form::ENTITY, values)?;
        if center {
            element(tx, id, 0, 3, Values::new())?;
        } else {
            let address = field(tx, "emailaddress1")?;
            element(tx, id, 0, 1, Values::new().with("assent_fieldid", address).with("assent_required", true))?;
        }
        for (at, (kind, values, column)) in (1..).zip(&parts) {
            let mut values = values.clone();
            if *kind == 1 {
                values.set("assent_fieldid", field(tx, column)?);
            }
            element(tx, id, at, *kind, values)?;
        }
        element(tx, id, 99, 4, Values::new())?;
        tx.update(form::ENTITY, id, Values::new().with("statuscode", GOING_LIVE))?;
        let values = Values::new()
            .with("msdyncrm_name", title.as_str())
            .with("msdyncrm_type", i64::from(center))
            .with("msdyncrm_partialurl", title.as_str())
            .with("assent_formid", id)
            .with("statuscode", GOING_LIVE);
        tx.create(page::ENTITY, values)?;
        Ok(id)
    });
    world.name("form", name, id);
}

/// A live page for forwarding with two friends and their names, and content settings that link to it.
fn forwarding(world: &mut World, name: &str) {
    let title = name.to_owned();
    let id = world.write(move |tx| {
        let values = Values::new()
            .with("msdyncrm_name", title.as_str())
            .with("msdyncrm_validforpagetype", 2)
            .with("assent_language", "en");
        let id = tx.create(form::ENTITY, values)?;
        element(tx, id, 0, 7, Values::new().with("assent_asksname", true).with("assent_pairs", 2))?;
        element(tx, id, 1, 4, Values::new())?;
        tx.update(form::ENTITY, id, Values::new().with("statuscode", GOING_LIVE))?;
        let values = Values::new()
            .with("msdyncrm_name", title.as_str())
            .with("msdyncrm_type", 2)
            .with("msdyncrm_partialurl", title.as_str())
            .with("assent_formid", id)
            .with("statuscode", GOING_LIVE);
        tx.create(page::ENTITY, values)?;
        for settings in tx.ids(&Query::on(email::SETTINGS))? {
            tx.update(email::SETTINGS, settings, Values::new().with("msdyncrm_forwardtoafriend", title.as_str()))?;
        }
        Ok(id)
    });
    world.name("form", name, id);
}

fn tour(world: &mut World, item: &str) {
    let (head, body) = item.split_once(": ").unwrap_or_else(|| panic!("no tiles in: {item}"));
    let words: Vec<&str> = head.split_whitespace().collect();
    let name = words[1];
    let mut values = Values::new().with("msdyncrm_name", name).with("statuscode", GOING_LIVE);
    let mut tiles = Vec::new();
    for word in &words[2..] {
        match word.split_once('=') {
            Some(("segment", it)) => {
                let settings = json!({ "ItemId": world.id("segment", it) });
                tiles.push(tile("audience", "Segment", None, "default", settings));
            }
            Some(("form", it)) => {
                let settings = json!({ "ItemId": world.id("form", it) });
                tiles.push(tile("audience", "MarketingForm", None, "default", settings));
            }
            Some(("minimum", it)) => {
                values.set("msgdpr_requiredconsent", Level::of_word(it).unwrap().option());
            }
            Some(("suppression", it)) => values.set("msdyncrm_suppressionsegmentid", world.id("segment", it)),
            None if *word == "draft" => drop(values.remove("statuscode")),
            _ => panic!("a journey has no {word}"),
        }
    }
    chain(world, &mut tiles, "audience", "default", body);
    values.set("msdyncrm_workflowdefinition", Json::Array(tiles).to_string());
    let id = world.write(move |tx| tx.create(journey::ENTITY, values.clone()));
    world.name("journey", name, id);
}

fn tile(id: &str, kind: &str, parent: Option<&str>, outlet: &str, settings: Json) -> Json {
    json!({
        "ActivityId": id, "ActivityTypeId": kind, "ParentActivityId": parent, "ParentRelationshipType": outlet,
        "Properties": { "Items": [settings] }
    })
}

/// The tiles of a chain; the last may be an `if` with a chain on each outlet.
fn chain(world: &mut World, tiles: &mut Vec<Json>, parent: &str, outlet: &str, text: &str) {
    let (first, rest) = match text.split_once("->") {
        Some((first, rest)) if !first.contains(" ? ") => (first.trim(), Some(rest)),
        _ => (text.trim(), None),
    };
    let (head, branches) = first.split_once(" ? ").map_or((first, None), |(head, rest)| (head, rest.split_once(" : ")));
    let words: Vec<&str> = head.split_whitespace().collect();
    let (id, kind, settings) = match words[0] {
        "email" => {
            if !world.names.contains_key(&format!("email {}", words[1])) {
                mail(world, words[1], false, false);
            }
            (words[1].to_owned(), "Email", json!({ "ItemId": world.id("email", words[1]) }))
        }
        "wait" => (format!("wait{}", tiles.len()), "Scheduler", json!({ "Duration": words[1] })),
        "task" => (words[1].to_owned(), "CreateCrmActivity", json!({ "Subject": words[1], "DueIn": "P7D" })),
        "if" => {
            let rules: Vec<Json> = words[2].split('|').map(|it| json!({ "Source": words[1], "Event": it })).collect();
            let settings = json!({ "Timeout": words[3], "Operator": "Or", "Rules": rules });
            (format!("if{}", tiles.len()), "Trigger", settings)
        }
        other => panic!("a journey has no tile {other}"),
    };
    tiles.push(tile(&id, kind, Some(parent), outlet, settings));
    if let Some((yes, no)) = branches {
        chain(world, tiles, &id, "yesBranch", yes);
        chain(world, tiles, &id, "noBranch", no);
    } else if let Some(rest) = rest {
        chain(world, tiles, &id, "default", rest);
    }
}

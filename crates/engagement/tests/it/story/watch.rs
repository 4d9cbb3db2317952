//! What became different between two acts, in the words of a story.

use std::collections::BTreeMap;

use connect::mail;
use kernel::{Query, Record, uuid::Uuid};
use privacy::consent::Level;

use super::World;

/// The entities that are watched; their order is that of the outcome.
const WATCHED: &[&str] = &[
    "contact",
    "msgdpr_gdprconsentchangerecord",
    "assent_listmember",
    "assent_participant",
    mail::ENTITY,
    "task",
    "assent_interaction",
];

/// Every watched row at one moment.
pub struct Seen(Vec<BTreeMap<Uuid, Record>>);

impl Seen {
    pub fn of(world: &World) -> Seen {
        Seen(world.read(|rx| {
            WATCHED
                .iter()
                .map(|it| Ok(rx.rows(&Query::on(it))?.into_iter().map(|row| (row.id, row)).collect()))
                .collect()
        }))
    }
    /// The differences up to a later moment.
    pub fn until(&self, later: &Seen, world: &World) -> Vec<String> {
        let mut told = Vec::new();
        for (entity, (before, after)) in WATCHED.iter().zip(self.0.iter().zip(&later.0)) {
            let mut rows: Vec<String> = Vec::new();
            for (id, row) in after {
                match before.get(id) {
                    None => rows.extend(made(world, row, later)),
                    Some(old) if old != row => rows.extend(changed(world, old, row, later, self)),
                    Some(_) => {}
                }
            }
            for (_, row) in before.iter().filter(|(id, _)| !after.contains_key(id)) {
                rows.extend(gone(entity, world, row));
            }
            // Within one instant there is no other order that a reader could know.
            rows.sort();
            told.extend(rows);
        }
        told
    }
    fn records_of(&self, contact: Uuid) -> usize {
        self.0[1].values().filter(|it| it.get("msgdpr_contactid").as_guid() == Some(contact)).count()
    }
}

fn person(world: &World, row: &Record, column: &str) -> String {
    row.get(column).as_guid().map_or("nobody".into(), |it| contact_name(world, it))
}

pub fn contact_name(world: &World, id: Uuid) -> String {
    world.called("contact", id).unwrap_or_else(|| {
        let row = world.read(|rx| rx.find("contact", id));
        row.map_or("nobody".into(), |it| it.text("emailaddress1").split('@').next().unwrap_or("?").to_owned())
    })
}

fn level(row: &Record, column: &str) -> i64 {
    Level::of_value(row.get(column)).unwrap().number()
}

fn which_mail(world: &World, row: &Record) -> String {
    if row.get("assent_purpose").as_int() == Some(9) {
        let name = row.get("assent_emailid").as_guid().and_then(|it| world.called("email", it));
        return format!("copy of {}", name.unwrap_or("mail".into()));
    }
    let name = match (row.get("assent_emailid").as_guid(), row.get("assent_optinrequestid").as_guid()) {
        (Some(email), _) => world.called("email", email).unwrap_or("mail".into()),
        (None, Some(_)) => "confirm".into(),
        _ => "mail".into(),
    };
    format!("mail {name} to {}", person(world, row, "assent_contactid"))
}

fn made(world: &World, row: &Record, later: &Seen) -> Option<String> {
    Some(match row.entity.as_str() {
        "contact" => {
            format!("contact {} made, consent {}", contact_name(world, row.id), level(row, "msgdpr_gdprconsent"))
        }
        "msgdpr_gdprconsentchangerecord" => {
            let why = row.text("assent_justification");
            let why = if why.is_empty() { String::new() } else { format!(", because {why}") };
            let (from, to) = (level(row, "assent_previousvalue"), level(row, "msgdpr_value"));
            format!("record {from} -> {to} ({}{why})", row.text("msgdpr_consentchangesource"))
        }
        "assent_listmember" => {
            let list = row.get("assent_listid").as_guid().and_then(|it| world.called("list", it)).unwrap_or_default();
            format!("{} joined {list}", person(world, row, "assent_contactid"))
        }
        "assent_participant" => format!("{} entered, {}", whose_journey(world, row), stands(row)),
        mail::ENTITY => {
            let end = status(row).map_or(String::new(), |it| format!(" {it}"));
            format!("{} (basis: {}){end}", which_mail(world, row), row.text("assent_basis"))
        }
        "task" => {
            let about = row.get("regardingobjectid").as_guid().map_or("nobody".into(), |it| contact_name(world, it));
            format!("task {} about {about}", row.text("subject"))
        }
        _ => {
            let kind = row.text("assent_type");
            let of_mail = later.0[4].get(&row.get("assent_mailid").as_guid().unwrap_or_default());
            match kind {
                "EmailForwarded" => {
                    let (whose, copies) = (person(world, row, "assent_contactid"), row.text("assent_detail"));
                    format!("{kind} by {whose} ({copies})")
                }
                "EmailOpened" | "EmailClicked" => format!("{kind} by {}", person(world, row, "assent_contactid")),
                // What became of a mail is told with the mail; here is what was withheld before there was one.
                "EmailBlocked" if of_mail.is_none() => {
                    format!("{kind} for {} ({})", person(world, row, "assent_contactid"), row.text("assent_detail"))
                }
                _ => return None,
            }
        }
    })
}

fn whose_journey(world: &World, row: &Record) -> String {
    let journey = row.get("assent_journeyid").as_guid().and_then(|it| world.called("journey", it)).unwrap_or_default();
    format!("{journey}: {}", person(world, row, "assent_contactid"))
}

fn stands(row: &Record) -> String {
    let tile = row.text("assent_tile");
    match row.get("statuscode").as_int() {
        Some(1) => format!("at {tile}"),
        Some(2) => format!("waits at {tile}"),
        Some(3) => format!("finished at {tile}"),
        Some(4) => format!("stopped at {tile} ({})", row.text("assent_stopreason")),
        _ => format!("failed at {tile} ({})", row.text("assent_stopreason")),
    }
}

fn status(row: &Record) -> Option<String> {
    Some(match row.get("statuscode").as_int() {
        Some(1 | 4) => return None,
        Some(2) => "sending".into(),
        Some(3) => "retry".into(),
        Some(5) => format!("blocked ({})", row.text("assent_failure")),
        Some(6) => format!("failed ({})", row.text("assent_failure")),
        _ => "interrupted".into(),
    })
}

fn changed(world: &World, old: &Record, row: &Record, later: &Seen, before: &Seen) -> Option<String> {
    match row.entity.as_str() {
        "contact" => {
            let mut told = Vec::new();
            for name in ["firstname", "donotemail", "donotbulkemail", "msgdpr_donottrack"] {
                if old.get(name) != row.get(name) {
                    told.push(format!("{name} {}", row.get(name).to_json()));
                }
            }
            let recorded = later.records_of(row.id) > before.records_of(row.id);
            if old.get("msgdpr_gdprconsent") != row.get("msgdpr_gdprconsent") && !recorded {
                told.push(format!("consent {}, unrecorded", level(row, "msgdpr_gdprconsent")));
            }
            (!told.is_empty()).then(|| format!("{}: {}", contact_name(world, row.id), told.join(", ")))
        }
        "assent_participant" => {
            let same =
                old.get("statuscode") == row.get("statuscode") && old.get("assent_tile") == row.get("assent_tile");
            (!same).then(|| format!("{}, {}", whose_journey(world, row), stands(row)))
        }
        mail::ENTITY if old.get("statuscode") != row.get("statuscode") => {
            Some(format!("{} {}", which_mail(world, row), status(row).unwrap_or("sent".into())))
        }
        _ => None,
    }
}

fn gone(entity: &str, world: &World, row: &Record) -> Option<String> {
    (entity == "assent_listmember").then(|| {
        let list = row.get("assent_listid").as_guid().and_then(|it| world.called("list", it)).unwrap_or_default();
        format!("{} left {list}", person(world, row, "assent_contactid"))
    })
}

//! The plan: what happens with each column of each entity in which the person was found.
//!
//! *Not* the carrying out. Invariant: nothing is touched that the approved plan does not name; the
//! plan's digest is over subjects, columns, actions and grounds, so what an officer approved is what
//! is carried out, or nothing is.

use std::collections::BTreeMap;

use kernel::{
    Error, Phrase, Query, Result, Rx, Tx, Values, access, blob,
    metadata::{OnErasure, column::ColumnErasure},
    subject::Subject,
    uuid::Uuid,
};

use crate::consent::proof;

use super::{
    DataSubjectRequest, ENTITY, PlanItem, Status, Type, discover,
    discover::Discovery,
    held::{self, Holds},
    mark,
};

/// How a record that carries the address is marked among those of a plan.
const BY_ADDRESS: &str = "address";

/// What happens with a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(i64)]
pub enum Action {
    /// It goes with its row.
    Deleted = 1,
    /// Its value goes, the row stays.
    Blanked = 2,
    /// It stays, on a ground.
    Kept = 3,
    /// A copy is handed out.
    GivenOut = 4,
    /// It gets another value: a mark, a lower level.
    Changed = 5,
}

impl Action {
    /// The word for people and scripts.
    pub fn word(option: i64) -> &'static str {
        match option {
            1 => "deleted",
            2 => "blanked",
            3 => "kept",
            5 => "changed",
            _ => "given out",
        }
    }
}

/// One line of a plan before it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// The entity.
    pub entity: String,
    /// The column.
    pub column: String,
    /// Rows that have a value there.
    pub rows: i64,
    /// What happens.
    pub action: Action,
    /// Why, where something is kept.
    pub ground: Option<String>,
    /// The record that the line stands for; none where it stands for a column.
    pub record: Option<Uuid>,
    /// Whether an officer took it out of the plan.
    pub held: bool,
}

impl Item {
    pub(super) fn new(entity: &str, column: &str, rows: i64, action: Action, ground: Option<String>) -> Self {
        Item { entity: entity.into(), column: column.into(), rows, action, ground, record: None, held: false }
    }
}

/// A plan with what it was made from.
#[derive(Debug, Clone)]
pub struct Plan {
    /// What was found.
    pub discovery: Discovery,
    /// What happens.
    pub items: Vec<Item>,
    /// What an officer took out.
    pub holds: Holds,
    /// The digest that is approved.
    pub digest: String,
}

/// Makes the plan of a request anew, stores it, and waits for approval.
///
/// # Errors
/// `Conflict` when the request is closed or the address is shared by several persons.
pub fn plan(tx: &mut Tx<'_>, id: Uuid, chosen: &[Subject]) -> Result<Plan> {
    access::require(tx, "prvAssentPlanRequest", "data subject requests")?;
    let request = DataSubjectRequest::get(tx, id)?;
    if Status::is_closed(request.status) {
        return Err(Error::conflict(
            request.name,
            Phrase::new("no-plan-needed", "the request is {status}; it needs no plan")
                .with("status", Status::word(request.status)),
        ));
    }
    if !chosen.is_empty() && request.kind == Type::Objection as i64 {
        let text =
            Phrase::new("objection-address", "an objection holds for the address, whoever carries it; leave this out");
        return Err(Error::invalid("subject", text));
    }
    let plan = make(tx, &request, chosen, &Holds::of(tx, id)?)?;
    let stored = plan.clone();
    tx.as_system("data subject request", |tx| store(tx, id, &stored))?;
    Ok(plan)
}

/// Works out the plan from what is in the store now.
pub(crate) fn make(rx: &Rx<'_>, request: &DataSubjectRequest, chosen: &[Subject], holds: &Holds) -> Result<Plan> {
    let email = request.email.as_deref().ok_or_else(|| {
        Error::invalid("assent_email", Phrase::new("no-address", "the request names no address to search for"))
    })?;
    let (discovery, items) = match Type::of_option(request.kind)? {
        kind @ (Type::Objection | Type::Restriction) => mark::plan_of(rx, email, chosen, kind)?,
        kind => {
            let discovery = discover(rx, email, chosen)?;
            let items = items(rx, &discovery, kind, holds)?;
            (discovery, items)
        }
    };
    let digest = digest(&discovery, &items);
    Ok(Plan { discovery, items, holds: holds.clone(), digest })
}

fn items(rx: &Rx<'_>, discovery: &Discovery, kind: Type, holds: &Holds) -> Result<Vec<Item>> {
    let rx = rx.elevated("data subject request");
    let model = rx.model();
    let mut counts: BTreeMap<(&str, &str), i64> = BTreeMap::new();
    let open = |it: &&kernel::subject::Found| holds.record(&it.entity, it.id).is_none();
    for found in discovery.rows.iter().filter(open) {
        let entity = model.entity(&found.entity)?;
        let row = rx.get(&found.entity, found.id)?;
        // Every column is named, also one that is empty today: what is decided is decided for the
        // kind of value, and holds when one appears between plan and execution.
        for column in entity.columns.values().filter(|it| !it.system) {
            *counts.entry((&entity.name, &column.name)).or_default() += i64::from(!row.get(&column.name).is_null());
        }
    }
    let mut items = Vec::new();
    for ((entity, column), rows) in counts {
        let entity = model.entity(entity)?;
        let column = entity.column(column)?;
        let (action, ground) = match (kind, entity.on_erasure) {
            (Type::Access | Type::Erasure, _) if holds.column(entity, &column.name, kind).is_some() => {
                let ground = holds.column(entity, &column.name, kind).map(str::to_owned);
                items.push(Item { held: true, ..Item::new(&entity.name, &column.name, rows, Action::Kept, ground) });
                continue;
            }
            (Type::Access, _) if column.is_secret() => {
                (Action::Kept, Some("A secret of the system; it says nothing about the person".to_owned()))
            }
            (Type::Access, _) => (Action::GivenOut, None),
            // These have a plan of their own (`mark`).
            (Type::Objection | Type::Restriction, _) => continue,
            (Type::Erasure, OnErasure::Delete) => (Action::Deleted, None),
            (Type::Erasure, OnErasure::Anonymise) if column.is_personal() && column.erasure == ColumnErasure::Blank => {
                (Action::Blanked, None)
            }
            (Type::Erasure, OnErasure::Anonymise) if column.is_personal() => (Action::Kept, column.ground.clone()),
            (Type::Erasure, OnErasure::Anonymise) => (
                Action::Kept,
                Some(format!("Not personal once the rest is blanked; {}", entity.ground.clone().unwrap_or_default())),
            ),
            (Type::Erasure, OnErasure::Keep) => (Action::Kept, entity.ground.clone()),
        };
        items.push(Item::new(&entity.name, &column.name, rows, action, ground));
    }
    let found = |entity: &str, id| discovery.rows.iter().any(|it| it.entity == entity && it.id == id);
    items.extend(
        holds.records().filter(|(entity, id, _)| found(entity, *id)).map(|(it, id, ground)| held::line(it, id, ground)),
    );
    if kind == Type::Erasure && !discovery.subjects.is_empty() {
        items.push(Item::new(
            "assent_audit",
            "sealed",
            i64::try_from(discovery.subjects.len()).unwrap_or(i64::MAX),
            Action::Deleted,
            Some("The key that seals the person's values in the audit trail is destroyed; the chain of hashes stays (Art. 5(2) GDPR)".into()),
        ));
    }
    // Named whenever the setting is on, so that a consent of tomorrow is covered by today's approval.
    if kind == Type::Erasure && proof::years(&rx)?.is_some() {
        items.push(Item::new(
            proof::ENTITY,
            "assent_hash",
            i64::try_from(proof::due(&rx, discovery)?).unwrap_or(i64::MAX),
            Action::Kept,
            Some(proof::GROUND.into()),
        ));
    }
    if !discovery.others.is_empty() {
        items.push(Item::new(
            "(other data subjects)",
            "(shared address)",
            i64::try_from(discovery.others.len()).unwrap_or(i64::MAX),
            Action::Kept,
            Some("These rows hold the address but belong to somebody else (Art. 15(4) GDPR)".into()),
        ));
    }
    Ok(items)
}

fn digest(discovery: &Discovery, items: &[Item]) -> String {
    let mut text = format!("others {}\n", discovery.others.len());
    for subject in &discovery.subjects {
        text.push_str(&format!("{subject}\n"));
    }
    for item in items {
        text.push_str(&format!(
            "{}.{}{} {} {}\n",
            item.entity,
            item.column,
            item.record.map(|it| format!(" {it}")).unwrap_or_default(),
            Action::word(item.action as i64),
            item.ground.as_deref().unwrap_or("")
        ));
    }
    blob::sha256(text.as_bytes())
}

pub(super) fn store(tx: &mut Tx<'_>, id: Uuid, plan: &Plan) -> Result<()> {
    for entity in ["assent_planitem", "assent_requestsubject"] {
        for old in tx.ids(&Query::on(entity).eq("assent_requestid", id))? {
            tx.delete(entity, old)?;
        }
    }
    for (n, subject) in plan.discovery.subjects.iter().enumerate() {
        let values = Values::new()
            .with("assent_requestid", id)
            .with("assent_entity", subject.entity.as_str())
            .with("assent_recordid", subject.id)
            .with("assent_matchedon", if n < plan.discovery.by_address { BY_ADDRESS } else { "path" })
            .with("assent_included", true);
        tx.create("assent_requestsubject", values)?;
    }
    for item in &plan.items {
        let values = Values::new()
            .with("assent_requestid", id)
            .with("assent_entity", item.entity.as_str())
            .with("assent_column", item.column.as_str())
            .with("assent_rows", item.rows)
            .with("assent_action", item.action as i64)
            .with("assent_ground", item.ground.clone())
            .with("assent_recordid", item.record)
            .with("assent_held", item.held)
            .with("assent_verified", false);
        tx.create("assent_planitem", values)?;
    }
    let values = Values::new()
        .with("statuscode", Status::Planned as i64)
        .with("assent_plandigest", plan.digest.as_str())
        .with("assent_approvedon", kernel::Value::Null)
        .with("assent_approvedby", kernel::Value::Null)
        // What was decided was decided on another plan.
        .with("assent_decision", kernel::Value::Null)
        .with("assent_decisioncode", kernel::Value::Null)
        .with("assent_decisionreason", kernel::Value::Null)
        .with("assent_decidedby", kernel::Value::Null)
        .with("assent_decidedon", kernel::Value::Null);
    tx.update(ENTITY, id, values)?;
    Ok(())
}

/// The records that the stored plan started from: those that carry the address.
pub(super) fn roots(rx: &Rx<'_>, id: Uuid) -> Result<Vec<Subject>> {
    let query = Query::on("assent_requestsubject").eq("assent_requestid", id).eq("assent_matchedon", BY_ADDRESS);
    let rows = rx.elevated("data subject request").rows(&query)?;
    let subject =
        |it: &kernel::Record| Some(Subject::new(it.text("assent_entity"), it.get("assent_recordid").as_guid()?));
    let mut roots = Vec::new();
    for root in rows.iter().filter_map(subject) {
        // One that has gone since needs nothing more.
        if rx.elevated("data subject request").find(&root.entity, root.id)?.is_some() {
            roots.push(root);
        }
    }
    Ok(roots)
}

/// The lines of the stored plan.
///
/// # Errors
/// Those of reading.
pub fn stored_items(rx: &Rx<'_>, id: Uuid) -> Result<Vec<PlanItem>> {
    let query = Query::on("assent_planitem").eq("assent_requestid", id).order("assent_entity asc,assent_column asc")?;
    PlanItem::rows(rx, &query)
}

/// Notes on each line of the stored plan what a read after the work found, by its action, and closes the
/// request with `result` (law 12).
pub(crate) fn close(tx: &mut Tx<'_>, id: Uuid, found: impl Fn(i64) -> &'static str, result: Values) -> Result<()> {
    for item in stored_items(tx, id)? {
        let values = Values::new().with("assent_verified", true).with("assent_result", found(item.action));
        tx.update(PlanItem::ENTITY, item.id, values)?;
    }
    let values = result.with("statuscode", Status::Completed as i64).with("assent_answeredon", tx.now());
    tx.update(ENTITY, id, values)?;
    Ok(())
}

/// Refuses to close what is no longer as it was approved when the work began.
pub(crate) fn same_approval(began: &DataSubjectRequest, now: &DataSubjectRequest) -> Result<()> {
    let same = |it: &DataSubjectRequest| (it.status, it.approved_on, it.plan_digest.clone());
    if same(began) == same(now) {
        return Ok(());
    }
    let text = Phrase::new(
        "decided-anew",
        "the request was decided on anew while its answer was written; the answer does not count",
    );
    Err(Error::conflict(now.name.as_str(), text).with_code("plan-outdated"))
}

/// Refuses to carry out what was not approved.
pub(crate) fn still_approved(rx: &Rx<'_>, request: &DataSubjectRequest) -> Result<Plan> {
    if request.status != Status::Approved as i64 {
        return Err(Error::conflict(
            request.name.as_str(),
            Phrase::new("not-approved", "the request is {status}; plan and approve it first")
                .with("status", Status::word(request.status)),
        ));
    }
    still_planned(rx, request)
}

/// The plan of what is in the store now, from the records that the stored one started from.
pub(super) fn now(rx: &Rx<'_>, request: &DataSubjectRequest) -> Result<Plan> {
    make(rx, request, &roots(rx, request.id)?, &Holds::of(rx, request.id)?)
}

/// The plan of what is in the store now, where the stored one covers it.
pub(crate) fn still_planned(rx: &Rx<'_>, request: &DataSubjectRequest) -> Result<Plan> {
    let plan = now(rx, request)?;
    if Some(&plan.digest) == request.plan_digest.as_ref() || is_covered(rx, request.id, &plan)? {
        return Ok(Plan { digest: request.plan_digest.clone().unwrap_or_default(), ..plan });
    }
    Err(Error::conflict(
        request.name.as_str(),
        Phrase::new("plan-outdated", "what is in the store is no longer what the plan covers; plan and approve again"),
    )
    .with_code("plan-outdated"))
}

/// Whether everything that would be done now was approved. Less than was approved is covered: a row
/// may have gone meanwhile. Another person, another kind of value or another action is not.
fn is_covered(rx: &Rx<'_>, id: Uuid, plan: &Plan) -> Result<bool> {
    let approved = stored_items(&rx.elevated("data subject request"), id)?;
    let persons =
        rx.elevated("data subject request").rows(&Query::on("assent_requestsubject").eq("assent_requestid", id))?;
    let known = |it: &Item| {
        approved.iter().any(|old| {
            old.entity == it.entity
                && old.column.as_deref() == Some(it.column.as_str())
                && old.record == it.record
                && old.action == it.action as i64
                && old.ground == it.ground
        })
    };
    let meant = |it: &Subject| persons.iter().any(|row| row.get("assent_recordid").as_guid() == Some(it.id));
    Ok(plan.items.iter().all(known) && plan.discovery.subjects.iter().all(meant))
}

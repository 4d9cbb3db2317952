//! What an officer takes out of a plan: a column, a kind of record, or one record, each on a ground
//! (`spec/data-subject-requests.md` 2.1: include and exclude, redaction; Art. 15(4) and 17(3) GDPR).
//!
//! *Not* a way to remove more than the metadata says: it only ever leaves more as it is. Invariant: it
//! is a line of the stored plan, so it is in the digest that is approved, and in the proof.

use kernel::{
    Error, Phrase, Query, Result, Rx, Tx, access,
    metadata::{Entity, Model, OnDelete, OnErasure, file::english},
    uuid::Uuid,
};

use super::{Action, DataSubjectRequest, Discovery, PlanItem, Status, Type, plan};

/// The column of a line that stands for one record.
pub const RECORD: &str = "(record)";

/// One thing that is taken out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// The entity.
    pub entity: String,
    /// The column; none means every one.
    pub column: Option<String>,
    /// The record; none means every one.
    pub record: Option<Uuid>,
    /// Why.
    pub ground: String,
}

/// Everything that is taken out of one plan.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Holds(Vec<Held>);

impl Holds {
    /// What the stored plan of a request holds.
    pub(super) fn of(rx: &Rx<'_>, request: Uuid) -> Result<Self> {
        let query = Query::on(PlanItem::ENTITY).eq("assent_requestid", request).eq("assent_held", true);
        let rows = PlanItem::rows(&rx.elevated("data subject request"), &query)?;
        let held = rows.into_iter().map(|it| Held {
            entity: it.entity,
            column: if it.record.is_some() { None } else { it.column },
            record: it.record,
            ground: it.ground.unwrap_or_default(),
        });
        Ok(Holds(held.collect()))
    }
    /// Whether nothing is taken out.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
    /// The ground on which a column is taken out, for all records.
    pub fn column(&self, entity: &Entity, column: &str, kind: Type) -> Option<&str> {
        let of = |it: &&Held| it.entity == entity.name && it.record.is_none();
        // Rows that would go as a whole stay as a whole, also with a column that was added meanwhile.
        let whole = kind == Type::Erasure && entity.on_erasure == OnErasure::Delete;
        let found = self.0.iter().filter(of).find(|it| whole || it.column.as_deref().is_none_or(|it| it == column));
        found.map(|it| it.ground.as_str())
    }
    /// The ground on which one record is taken out.
    pub fn record(&self, entity: &str, id: Uuid) -> Option<&str> {
        self.0.iter().find(|it| it.entity == entity && it.record == Some(id)).map(|it| it.ground.as_str())
    }
    /// Whether a row stays whole when the person is erased.
    pub(crate) fn keeps(&self, entity: &Entity, id: Uuid) -> bool {
        self.record(&entity.name, id).is_some()
            || (entity.on_erasure == OnErasure::Delete && self.column(entity, "", Type::Erasure).is_some())
    }
    /// The records that are taken out one by one.
    pub(super) fn records(&self) -> impl Iterator<Item = (&str, Uuid, &str)> {
        self.0.iter().filter_map(|it| Some((it.entity.as_str(), it.record?, it.ground.as_str())))
    }
    fn with(&self, held: Held) -> Self {
        let mut all = self.without(&held.entity, held.column.as_deref(), held.record).0;
        all.push(held);
        Holds(all)
    }
    fn without(&self, entity: &str, column: Option<&str>, record: Option<Uuid>) -> Self {
        let meant = |it: &Held| {
            it.entity == entity && it.record == record && (column.is_none() || it.column.as_deref() == column)
        };
        Holds(self.0.iter().filter(|it| !meant(it)).cloned().collect())
    }
}

/// Takes something out of a plan, or puts it back where `ground` is none. The plan waits for approval
/// again.
///
/// # Errors
/// `Conflict` when there is no plan, `Invalid` for what cannot be taken out, and why.
pub fn hold(
    tx: &mut Tx<'_>,
    id: Uuid,
    entity: &str,
    column: Option<&str>,
    record: Option<Uuid>,
    ground: Option<&str>,
) -> Result<()> {
    access::require(tx, "prvAssentPlanRequest", "data subject requests")?;
    let request = DataSubjectRequest::get(tx, id)?;
    if ![Status::Planned as i64, Status::Approved as i64].contains(&request.status) {
        let text = Phrase::new("plan-over", "the request is {status}; only a plan that is not carried out yet changes")
            .with("status", Status::word(request.status));
        return Err(Error::conflict(request.name, text));
    }
    if column.is_some() && record.is_some() {
        return Err(Error::invalid(
            "Column",
            Phrase::new("held-one-way", "take out a column of all records, or one record with all columns"),
        ));
    }
    let holds = Holds::of(tx, id)?;
    let roots = plan::roots(tx, id)?;
    let holds = match ground.map(str::trim) {
        None => holds.without(entity, column, record),
        Some("") => {
            return Err(Error::invalid(
                "Ground",
                Phrase::new("held-ground", "name the ground; the person is told it (Art. 12(4) GDPR)"),
            ));
        }
        Some(ground) => {
            let found = plan::make(tx, &request, &roots, &Holds::default())?.discovery;
            check(&tx.model(), &request, &found, entity, column, record)?;
            if request.kind == Type::Erasure as i64 {
                stands_alone(&tx.model(), &found, &holds, entity)?;
            }
            let column = column.map(str::to_owned);
            holds.with(Held { entity: entity.into(), column, record, ground: ground.into() })
        }
    };
    let made = plan::make(tx, &request, &roots, &holds)?;
    tx.as_system("data subject request", |tx| plan::store(tx, id, &made))
}

/// Whether it can be taken out.
fn check(
    model: &Model,
    request: &DataSubjectRequest,
    found: &Discovery,
    entity: &str,
    column: Option<&str>,
    record: Option<Uuid>,
) -> Result<()> {
    let kind = Type::of_option(request.kind)?;
    if !matches!(kind, Type::Access | Type::Erasure) {
        return Err(Error::invalid(
            "Entity",
            Phrase::new("held-all", "an objection or a restriction holds for all records of the person"),
        ));
    }
    if !found.rows.iter().any(|it| it.entity == entity) {
        return Err(Error::invalid("Entity", Phrase::new("held-no-record", "no record of this kind is in the plan")));
    }
    if record.is_some_and(|record| !found.rows.iter().any(|it| it.entity == entity && it.id == record)) {
        return Err(Error::invalid("Record", Phrase::new("held-not-planned", "is not in the plan")));
    }
    let definition = model.entity(entity)?;
    if let Some(column) = column {
        definition.column(column).map_err(|error| error.at("Column"))?;
    }
    if kind == Type::Access {
        return Ok(());
    }
    let own = found.subjects.iter().any(|it| it.entity == entity && record.is_none_or(|record| it.id == record));
    match (definition.on_erasure, column) {
        (OnErasure::Keep, _) => {
            Err(Error::invalid("Entity", Phrase::new("held-kept", "records of this kind are kept in any case")))
        }
        (OnErasure::Delete, _) if own => Err(Error::invalid(
            "Entity",
            Phrase::new(
                "held-person",
                "this record is the person; without it nobody is erased. Decline the request instead, with the reason",
            ),
        )),
        (OnErasure::Delete, Some(_)) => Err(Error::invalid(
            "Column",
            Phrase::new("held-whole", "records of this kind go as a whole; keep one record, or all of the kind"),
        )),
        _ => Ok(()),
    }
}

/// Refuses to keep records that cannot be without one that is removed. Others lose their link to it.
fn stands_alone(model: &Model, found: &Discovery, holds: &Holds, entity: &str) -> Result<()> {
    let goes = |it: &Entity| it.on_erasure == OnErasure::Delete && holds.column(it, "", Type::Erasure).is_none();
    let definition = model.entity(entity)?;
    for column in definition.columns.values().filter(|it| it.required && it.on_delete != OnDelete::RemoveLink) {
        for target in &column.targets {
            let above = model.entity(&target.entity)?;
            if above.name != entity && goes(above) && found.rows.iter().any(|it| it.entity == above.name) {
                let text = Phrase::new(
                    "held-together",
                    "records of this kind go together with those of {entity}, which are erased; export them first if a law obliges you to keep them",
                )
                .with("entity", english(&above.plural));
                return Err(Error::invalid("Entity", text));
            }
        }
    }
    Ok(())
}

/// The words of a line that stands for one record.
pub(super) fn line(entity: &str, record: Uuid, ground: &str) -> plan::Item {
    plan::Item {
        record: Some(record),
        held: true,
        ..plan::Item::new(entity, RECORD, 1, Action::Kept, Some(ground.to_owned()))
    }
}

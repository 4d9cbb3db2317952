//! The records behind a plan, each with its name, for the officer who looks them through.
//!
//! *Not* their values (`package::preview`). Invariant: it shows what would be acted on now, and changes
//! nothing.

use kernel::{Result, Rx, access, uuid::Uuid};

use super::{DataSubjectRequest, plan};

/// A record behind a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// The entity.
    pub entity: String,
    /// The record.
    pub id: Uuid,
    /// Its name; none where rows have none.
    pub name: Option<String>,
    /// The path that led to it.
    pub path: String,
    /// On which ground it was taken out of the plan, if it was.
    pub ground: Option<String>,
    /// Whether it belongs to somebody else and is left alone.
    pub other: bool,
}

/// The records of one entity, or of all, that the plan of a request stands for; at most so many, and
/// how many there are.
///
/// # Errors
/// `Forbidden`, and those of working out the plan.
pub fn found(rx: &Rx<'_>, id: Uuid, entity: Option<&str>, most: usize) -> Result<(Vec<Shown>, usize)> {
    access::require(rx, "prvAssentReadFindings", "data subject requests")?;
    let rx = rx.elevated("data subject request");
    let request = DataSubjectRequest::get(&rx, id)?;
    let plan = plan::now(&rx, &request)?;
    let wanted = |it: &&kernel::subject::Found| entity.is_none_or(|entity| it.entity == entity);
    let own = plan.discovery.rows.iter().filter(wanted).map(|it| (it, false));
    let all: Vec<_> = own.chain(plan.discovery.others.iter().filter(wanted).map(|it| (it, true))).collect();
    let mut shown = Vec::new();
    for (it, other) in all.iter().take(most) {
        let name = match &rx.model().entity(&it.entity)?.primary_name {
            // Of somebody else's row the kind is told, and no more.
            Some(name) if !other => Some(rx.get(&it.entity, it.id)?.text(name).to_owned()),
            _ => None,
        };
        shown.push(Shown {
            entity: it.entity.clone(),
            id: it.id,
            name: name.filter(|it| !it.is_empty()),
            path: it.path.clone(),
            ground: plan.holds.record(&it.entity, it.id).map(str::to_owned),
            other: *other,
        });
    }
    Ok((shown, all.len()))
}

//! Which columns hold personal data, whose it is, and what an erasure does with it (Art. 30 GDPR).
//!
//! *Not* a register that somebody keeps: it is read from the metadata that everything else obeys, so it
//! cannot differ from what happens. Invariant: every personal column of every entity is in it, also one
//! that a customer added a moment ago.

use kernel::{
    Query, Result, Rx, access,
    metadata::{Column, Entity, OnErasure, Sensitivity, column::ColumnErasure, file::english},
};
use serde::Serialize;

/// The category of a personal column that nobody judged: the one that it gets by itself.
pub const UNJUDGED: &str = "user.content";

/// A column that holds personal data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Line {
    /// The entity.
    pub entity: String,
    /// The column.
    pub column: String,
    /// `personal` or `sensitive`.
    pub sensitivity: &'static str,
    /// What kind of data, as a dotted key.
    pub category: String,
    /// Whether a customer added it.
    pub custom: bool,
    /// Whether somebody said what it holds; else it counts as personal until they do.
    pub judged: bool,
    /// `deleted`, `blanked` or `kept`.
    pub erasure: &'static str,
    /// On which ground, where it is kept.
    pub ground: Option<String>,
}

/// An entity with personal columns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Kept {
    /// The entity.
    pub entity: String,
    /// Its label in English.
    pub label: String,
    /// The paths to the data subject; `self` where a row is a person.
    pub paths: Vec<String>,
    /// How many rows there are now.
    pub rows: u64,
    /// `deleted`, `anonymised` or `kept`.
    pub erasure: &'static str,
    /// On which ground, where rows stay.
    pub ground: Option<String>,
}

/// Every entity with personal columns, and these columns.
///
/// # Errors
/// `Forbidden` without the privilege.
pub fn inventory(rx: &Rx<'_>) -> Result<(Vec<Kept>, Vec<Line>)> {
    access::require(rx, "prvAssentReadInventory", "the inventory of personal data")?;
    let rx = rx.elevated("inventory of personal data");
    let (mut entities, mut lines) = (Vec::new(), Vec::new());
    let model = rx.model();
    for entity in model.entities() {
        let personal: Vec<&Column> = entity.columns.values().filter(|it| it.is_personal()).collect();
        if personal.is_empty() && entity.subject.is_empty() {
            continue;
        }
        entities.push(Kept {
            entity: entity.name.clone(),
            label: english(&entity.plural).to_owned(),
            paths: entity.subject.clone(),
            rows: rx.count(&Query::on(&entity.name))?,
            erasure: match entity.on_erasure {
                OnErasure::Delete => "deleted",
                OnErasure::Anonymise => "anonymised",
                OnErasure::Keep => "kept",
            },
            ground: entity.ground.clone(),
        });
        lines.extend(personal.into_iter().map(|it| line(entity, it)));
    }
    Ok((entities, lines))
}

fn line(entity: &Entity, column: &Column) -> Line {
    let custom = column.solution.is_some() || entity.solution.is_some();
    let kept = column.erasure == ColumnErasure::Keep;
    let (erasure, ground) = match entity.on_erasure {
        OnErasure::Delete => ("deleted", None),
        OnErasure::Anonymise if kept => ("kept", column.ground.clone()),
        OnErasure::Anonymise => ("blanked", None),
        OnErasure::Keep => ("kept", entity.ground.clone()),
    };
    Line {
        entity: entity.name.clone(),
        column: column.name.clone(),
        sensitivity: if column.privacy.sensitivity == Sensitivity::Sensitive { "sensitive" } else { "personal" },
        category: column.privacy.category.clone(),
        custom,
        judged: !custom || column.privacy.category != UNJUDGED,
        erasure,
        ground,
    }
}

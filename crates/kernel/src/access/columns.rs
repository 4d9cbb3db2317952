//! Column security: who may read and write a secured column.
//!
//! A column is secured by its entity file or at run time; a profile opens it to users and teams. *Not* a
//! classification of data (`metadata::Privacy`). Invariant: whoever may not read a secured column gets
//! no value of it and can ask no question whose answer depends on one.

use std::collections::HashMap;

use uuid::Uuid;

use super::grants::linked;
use crate::{
    Error, Kind, Phrase, Query, Result, Rx,
    metadata::{Column, Entity},
};

/// The value of a permission that is given; 0 is one that is not.
const ALLOWED: i64 = 4;

/// What can be done to a secured column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// See its value.
    Read,
    /// Give it a value in a new row.
    Create,
    /// Change its value.
    Update,
}

impl Act {
    fn column(self) -> &'static str {
        match self {
            Act::Read => "canread",
            Act::Create => "cancreate",
            Act::Update => "canupdate",
        }
    }
}

/// What the profiles of somebody allow, by entity and column.
pub(crate) type Opened = HashMap<(String, String), Vec<Act>>;

/// Reads the profiles of the owners that somebody stands for.
pub(super) fn read(rx: &Rx<'_>, owners: &[Uuid]) -> Result<Opened> {
    let rx = rx.elevated("access");
    let mut opened = Opened::new();
    for (at, owner) in owners.iter().enumerate() {
        // The first is the user, the others are teams.
        let (link, side) = if at == 0 { ("systemuserprofiles", "systemuserid") } else { ("teamprofiles", "teamid") };
        for profile in linked(&rx, link, side, *owner, "fieldsecurityprofileid")? {
            for row in rx.rows(&Query::on("fieldpermission").eq("fieldsecurityprofileid", profile))? {
                let place = (row.text("entityname").to_owned(), row.text("attributelogicalname").to_owned());
                let acts = [Act::Read, Act::Create, Act::Update];
                let given = acts.into_iter().filter(|it| row.get(it.column()).as_int() == Some(ALLOWED));
                opened.entry(place).or_default().extend(given);
            }
        }
    }
    Ok(opened)
}

/// Whether the actor may do this to the column.
///
/// # Errors
/// Those of reading profiles.
pub fn may(rx: &Rx<'_>, entity: &Entity, column: &Column, act: Act) -> Result<bool> {
    if !column.secured || rx.cx.elevated {
        return Ok(true);
    }
    if let Some([user, caller]) = super::parties(rx) {
        return Ok(may(&user, entity, column, act)? && may(&caller, entity, column, act)?);
    }
    let grants = rx.grants()?;
    if grants.is_administrator() {
        return Ok(true);
    }
    let place = (entity.name.clone(), column.name.clone());
    Ok(grants.opened(rx)?.get(&place).is_some_and(|it| it.contains(&act)))
}

/// Refuses what the actor may not do to the column.
///
/// # Errors
/// `Forbidden` naming the column.
pub fn check(rx: &Rx<'_>, entity: &Entity, column: &Column, act: Act) -> Result<()> {
    if may(rx, entity, column, act)? {
        return Ok(());
    }
    let text = Phrase::new("column-access", "is secured; no column security profile in force allows to {act} it")
        .with("act", format!("{act:?}").to_lowercase());
    Err(Error::new(Kind::Forbidden, "column-access", column.name.as_str(), text))
}

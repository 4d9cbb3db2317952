//! Where a picture is used.
//!
//! *Not* mails that were sent: they show nothing in its place once it is gone, as they do where pictures are off.
//! Invariant: a picture that a mail or a page of ours shows cannot be deleted, and who tries learns where it is.

use kernel::{Change, Error, Phrase, Query, Result, Rx, Tx, uuid::Uuid};
use serde::Serialize;

use super::{ENTITY, Picture};
use crate::{email, form, page};

/// What shows pictures in its blocks, with the columns that hold their addresses.
const PLACES: &[(&str, &[&str])] =
    &[(email::ENTITY, &["assent_design", "msdyncrm_emailbody"]), (page::ENTITY, &["assent_design"])];
const ELEMENT: &str = "assent_formelement";
/// So many places are named in a refusal.
const NAMED: usize = 5;

/// An e-mail, a page or a form that shows a picture.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Use {
    /// `msdyncrm_marketingemail`, `msdyncrm_marketingpage` or `msdyncrm_marketingform`.
    pub entity: &'static str,
    /// The record.
    pub id: Uuid,
    /// Its name.
    pub name: String,
}

/// The e-mails, pages and forms that show the picture and that the asker may read.
///
/// # Errors
/// `NotFound`, `Forbidden`.
pub fn uses(rx: &Rx<'_>, id: Uuid) -> Result<Vec<Use>> {
    let picture = Picture::get(rx, id)?;
    let mut found = Vec::new();
    // A picture whose file never came has no address.
    if picture.path.is_empty() {
        return Ok(found);
    }
    for (entity, columns) in PLACES {
        for row in rx.rows(&showing(entity, columns, &picture.path)?.select(&["msdyncrm_name"]))? {
            found.push(Use { entity, id: row.id, name: row.text("msdyncrm_name").to_owned() });
        }
    }
    for element in rx.rows(&showing(ELEMENT, &["assent_text"], &picture.path)?.select(&["assent_formid"]))? {
        let Some(id) = element.get("assent_formid").as_guid() else { continue };
        if let Some(form) = rx.find(form::ENTITY, id)?.filter(|it| !found.iter().any(|one| one.id == it.id)) {
            found.push(Use { entity: form::ENTITY, id, name: form.text("msdyncrm_name").to_owned() });
        }
    }
    Ok(found)
}

fn showing(entity: &str, columns: &[&str], path: &str) -> Result<Query> {
    let any: Vec<String> = columns.iter().map(|it| format!("contains({it},'{path}')")).collect();
    Query::on(entity).filter(&any.join(" or "))?.order("createdon asc")
}

/// Rule before a picture is deleted.
pub(crate) fn before_delete(tx: &mut Tx<'_>, change: &mut Change) -> Result<()> {
    // Whoever may delete it learns where it is, also where they may not read more than the name.
    let found = uses(&tx.elevated("use of a picture"), change.id)?;
    if found.is_empty() {
        return Ok(());
    }
    let mut names: Vec<String> = found.iter().take(NAMED).map(|it| format!("“{}”", it.name)).collect();
    if found.len() > NAMED {
        names.push(format!("{} more", found.len() - NAMED));
    }
    let text = Phrase::new("picture-in-use", "is used in {places}; take it out there first");
    Err(Error::conflict(ENTITY, text.with("places", names.join(", "))))
}

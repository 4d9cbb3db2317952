//! Which record a submission is about: the one whose columns are all equal to the answers
//! (`spec/marketing.md` 8.3).
//!
//! *Not* making or changing it (`submit`). Invariant: a value that is missing matches nobody, and the submission
//! is kept as failed rather than applied to somebody.

use kernel::{Change, Error, Phrase, Query, Record, Result, Rx, Tx, Values};

use super::MarketingForm;
use crate::page::configuration;

/// The entity's logical name.
pub const ENTITY: &str = "msdyncrm_matchingstrategy";
/// `msdyncrm_targetentity`: contacts.
pub(crate) const CONTACT: i64 = 192_350_000;
/// `msdyncrm_targetentity`: leads.
pub(crate) const LEAD: i64 = 192_350_001;
/// The column of leads that a submission fills in by where it was made, not by an answer.
pub(super) const PAGE: &str = "msdyncrm_marketingpageid";

/// The columns by which the form matches contacts, or leads: its own, else those of the settings, else the
/// usual ones.
pub(super) fn columns(rx: &Rx<'_>, form: &MarketingForm, entity: &str) -> Result<Vec<String>> {
    let rx = rx.elevated("form submission");
    let usual = configuration::read(&rx)?;
    let (own, given, otherwise) = if entity == "contact" {
        (form.contact_strategy, usual.contact_strategy, "emailaddress1")
    } else {
        (form.lead_strategy, usual.lead_strategy, "emailaddress1,msdyncrm_marketingpageid")
    };
    Ok(match own.or(given) {
        Some(id) => split(rx.get(ENTITY, id)?.text("msdyncrm_matchingstrategyfields")),
        None => split(otherwise),
    })
}

fn split(text: &str) -> Vec<String> {
    text.split(',').map(|it| it.trim().to_owned()).filter(|it| !it.is_empty()).collect()
}

/// The record that these values match; where several do, the one that was changed last.
///
/// # Errors
/// `Invalid` naming the column that has no value.
pub(super) fn find(rx: &Rx<'_>, entity: &str, columns: &[String], values: &Values) -> Result<Option<Record>> {
    let mut query = Query::on(entity).eq("statecode", 0);
    for column in columns {
        let value = values.get(column);
        // Where the form stands by itself there is no page, for no lead.
        if value.is_null() && column != PAGE {
            return Err(Error::invalid(
                column.as_str(),
                Phrase::new("matching-empty", "is empty, and by it a {entity} is matched").with("entity", entity),
            ));
        }
        query = query.eq(column, value.clone());
    }
    rx.elevated("form submission").first(&query.order("modifiedon desc")?)
}

/// Rule before a strategy is stored: its columns exist, can be asked for, and are at least one.
pub(crate) fn before(tx: &mut Tx<'_>, change: &mut Change) -> Result<()> {
    const FIELDS: &str = "msdyncrm_matchingstrategyfields";
    let entity = match change.new_value("msdyncrm_targetentity").as_int() {
        Some(LEAD) => "lead",
        _ => "contact",
    };
    let columns = split(change.new_value(FIELDS).as_text().unwrap_or_default());
    if columns.is_empty() {
        return Err(Error::invalid(
            FIELDS,
            Phrase::new("matching-columns", "is empty; name the columns by which records are matched"),
        ));
    }
    let model = tx.model();
    for column in &columns {
        let known = model.entity(entity)?.columns.get(column);
        if known.is_none_or(|it| it.is_secret() || (it.system && column != PAGE)) {
            return Err(Error::invalid(
                FIELDS,
                Phrase::new("matching-unknown", "{entity} has no column {column} to match by")
                    .with("entity", entity)
                    .with("column", column),
            ));
        }
    }
    Ok(())
}

//! Settings that an administrator changes at run time: records, so they are audited.
//!
//! *Not* configuration of the process (the binary's file). Invariant: a setting that was never
//! written has the default that its reader names.

use crate::{Query, Result, Rx, Tx, Values};

const ENTITY: &str = "assent_setting";

/// The value of a setting.
///
/// # Errors
/// Those of reading.
pub fn get(rx: &Rx<'_>, name: &str) -> Result<Option<String>> {
    let row = rx.elevated("setting").first(&Query::on(ENTITY).eq("assent_name", name))?;
    Ok(row.map(|it| it.text("assent_value").to_owned()))
}

/// Writes a setting.
///
/// # Errors
/// `Forbidden` for whoever may not write settings.
pub fn set(tx: &mut Tx<'_>, name: &str, value: &str) -> Result<()> {
    let values = Values::new().with("assent_value", value);
    match tx.elevated("setting").first(&Query::on(ENTITY).eq("assent_name", name))? {
        Some(row) => tx.update(ENTITY, row.id, values).map(|_| ()),
        None => tx.create(ENTITY, values.with("assent_name", name)).map(|_| ()),
    }
}

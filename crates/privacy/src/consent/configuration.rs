//! The outbound consent settings: two switches, both off at first (`spec/marketing.md` 2).
//!
//! *Not* cached: the gate reads them with the other facts, so a change holds at the next gate.
//! Invariant: there is at most one configuration.

use kernel::{Change, Error, Phrase, Query, Result, Rx, Tx, Values};

const ENTITY: &str = "msgdpr_gdprconfiguration";

/// The two switches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Configuration {
    /// Whether the minimum consent of journeys and models is respected.
    pub enforced: bool,
    /// Whether each change of consent writes a change record.
    pub logging: bool,
}

/// The switches in force; both off when nobody saved them.
///
/// # Errors
/// Those of reading.
pub fn read(rx: &Rx<'_>) -> Result<Configuration> {
    let row = rx.elevated("outbound consent").first(&Query::on(ENTITY).eq("statecode", 0))?;
    Ok(row.map_or_else(Configuration::default, |it| Configuration {
        enforced: it.get("msgdpr_isenforced").is_true(),
        logging: it.get("msgdpr_isconsentchangeloggingenabled").is_true(),
    }))
}

/// Saves the switches.
///
/// # Errors
/// `Forbidden` for whoever may not write the configuration.
pub fn save(tx: &mut Tx<'_>, to: Configuration) -> Result<()> {
    let values = Values::new()
        .with("msgdpr_isenforced", to.enforced)
        .with("msgdpr_isconsentchangeloggingenabled", to.logging)
        .with("msgdpr_isdefault", true);
    match tx.first(&Query::on(ENTITY))? {
        Some(row) => tx.update(ENTITY, row.id, values).map(|_| ()),
        None => tx.create(ENTITY, values.with("msgdpr_name", "Outbound consent")).map(|_| ()),
    }
}

pub(crate) fn only_one(tx: &mut Tx<'_>, _change: &mut Change) -> Result<()> {
    if tx.first(&Query::on(ENTITY))?.is_some() {
        return Err(Error::conflict(
            ENTITY,
            Phrase::new("one-configuration", "there is a data protection configuration already; change that one"),
        ));
    }
    Ok(())
}

//! How consent changes: asked for by the person, set by a user, lowered at once.
//!
//! *Not* the double opt-in itself (`optin`). Invariant: lowering never waits for anything; raising by
//! the person waits for the confirmation where double opt-in is on (`spec/marketing.md` 9).

use kernel::{Change, Error, Result, Tx, Value, Values, uuid::Uuid};

use super::{Evidence, Level, Source, configuration};
use crate::{optin, wording};

/// What became of a person's wish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Requested {
    /// The level was what the person asked for already.
    Unchanged,
    /// It was changed at once.
    Applied,
    /// It waits for the person to press the button behind the link in a mail.
    Pending(optin::Pending),
}

/// A person asks for a level. Lowering acts at once; raising waits for confirmation where double
/// opt-in is on.
///
/// # Errors
/// `NotFound` when there is no such contact.
pub fn request(tx: &mut Tx<'_>, contact: Uuid, wish: Level, evidence: &Evidence) -> Result<Requested> {
    let present = Level::of_value(tx.get("contact", contact)?.get("msgdpr_gdprconsent"))?;
    if wish == present {
        // A wish that waits for its confirmation goes on waiting: saving other choices does not end it.
        return Ok(Requested::Unchanged);
    }
    if wish > present && optin::is_on(tx, evidence.form)? {
        return Ok(Requested::Pending(optin::ask(tx, contact, optin::Wish::Consent(wish), evidence)?));
    }
    // A wish for less also ends a pending wish for more.
    optin::supersede(tx, contact, None)?;
    set(tx, contact, wish, evidence.clone())?;
    Ok(Requested::Applied)
}

/// Sets a level with its evidence, whichever way it goes.
///
/// # Errors
/// `NotFound` when there is no such contact.
pub fn set(tx: &mut Tx<'_>, contact: Uuid, level: Level, evidence: Evidence) -> Result<()> {
    let mut values = Values::new().with("msgdpr_gdprconsent", level.option());
    if let Some(form) = evidence.form {
        values.set("msgdpr_consentchangesourceformid", form);
    }
    let cx = tx.cx().as_system("consent").with_fact(evidence);
    tx.under(cx, |tx| tx.update("contact", contact, values))?;
    Ok(())
}

/// Lowers the level to at most `to`; `false` when it was not higher.
///
/// # Errors
/// `NotFound` when there is no such contact.
pub fn lower(tx: &mut Tx<'_>, contact: Uuid, to: Level, evidence: Evidence) -> Result<bool> {
    let present = Level::of_value(tx.get("contact", contact)?.get("msgdpr_gdprconsent"))?;
    optin::supersede(tx, contact, None)?;
    if present <= to {
        return Ok(false);
    }
    set(tx, contact, to, evidence)?;
    Ok(true)
}

/// Rule before a contact is stored: the custodian is another contact (`spec/marketing.md` 1.3), and
/// the time of the person's own lowering is noted.
pub(crate) fn guard(tx: &mut Tx<'_>, change: &mut Change) -> Result<()> {
    if change.new_value("msgdpr_gdprparentid").as_guid() == Some(change.id) {
        return Err(Error::invalid("msgdpr_gdprparentid", "the parent or custodian is another contact than the child"));
    }
    // What a file says never lifts a no: only the person, or a user one by one, does.
    if tx.cx().batch.is_some() && change.before.is_some() {
        for column in ["donotemail", "donotbulkemail", "msgdpr_donottrack"] {
            if change.touches(column) && change.old(column).is_true() {
                change.values.remove(column);
            }
        }
    }
    let by_person = tx.cx().fact::<Evidence>().is_some_and(|it| it.source.is_person());
    if by_person && change.touches("msgdpr_gdprconsent") {
        let old = Level::of_value(change.old("msgdpr_gdprconsent"))?;
        let new = Level::of_value(change.new_value("msgdpr_gdprconsent"))?;
        let now = tx.now();
        change.values.set("assent_withdrawnon", if new < old { Value::Time(now) } else { Value::Null });
    }
    Ok(())
}

/// Rule after a contact is stored: one change record for each change of consent, while logging is on.
pub(crate) fn write_record(tx: &mut Tx<'_>, change: &mut Change) -> Result<()> {
    if !change.touches("msgdpr_gdprconsent") || !configuration::read(tx)?.logging {
        return Ok(());
    }
    let evidence = tx.cx().fact::<Evidence>().cloned().unwrap_or_else(|| Evidence {
        source: if tx.cx().user().is_some() { Source::User } else { Source::Workflow },
        ..Evidence::default()
    });
    let old = Level::of_value(change.old("msgdpr_gdprconsent"))?;
    let new = Level::of_value(change.new_value("msgdpr_gdprconsent"))?;
    let wording = match &evidence.wording {
        Some(text) => Some(wording::keep(tx, text, evidence.language.as_deref())?),
        None => None,
    };
    let source = match &evidence.detail {
        Some(detail) => format!("{}: {detail}", evidence.source.word()).chars().take(50).collect(),
        None => evidence.source.word().to_owned(),
    };
    let values = Values::new()
        .with("msgdpr_name", format!("{old} to {new}"))
        .with("msgdpr_contactid", change.id)
        .with("msgdpr_value", new.option())
        .with("assent_previousvalue", old.option())
        .with("msgdpr_changedby", tx.cx().user())
        .with("msgdpr_consentchangesource", source)
        .with("msgdpr_consentchangesourceform", evidence.form)
        .with("assent_justification", tx.cx().justification.as_deref())
        .with("assent_wordingid", wording)
        .with("assent_optinrequestid", evidence.optin)
        .with("assent_language", evidence.language)
        .with("assent_occurredon", evidence.occurred_on.unwrap_or_else(|| tx.now()));
    tx.create("msgdpr_gdprconsentchangerecord", values)?;
    Ok(())
}

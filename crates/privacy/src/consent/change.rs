//! How consent changes: asked for by the person, set by a user, lowered at once.
//!
//! *Not* the double opt-in itself (`optin`). Invariant: lowering never waits for anything; raising by
//! the person waits for the confirmation where double opt-in is on (`spec/marketing.md` 9).

use jiff::Timestamp;
use kernel::{Change, Error, Phrase, Record, Result, Rx, Tx, Value, Values, uuid::Uuid};

use super::{Evidence, Facts, Level, Source, child, configuration, meaning, origin, raise};
use crate::{
    optin::{self, OptInRequest},
    suppression, wording,
};

/// What became of a person's wish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Requested {
    /// The level was what the person asked for already.
    Unchanged,
    /// It was changed at once.
    Applied,
    /// It waits for the person to press the button behind the link in a mail.
    Pending(optin::Pending),
    /// It is a child's, and nobody can confirm it for them (Art. 8 GDPR); nothing was changed.
    NoCustodian,
}

/// A person asks for a level. Lowering acts at once; raising waits for confirmation where double
/// opt-in is on.
///
/// # Errors
/// `NotFound` when there is no such contact.
pub fn request(tx: &mut Tx<'_>, contact: Uuid, wish: Level, evidence: &Evidence) -> Result<Requested> {
    let row = tx.get("contact", contact)?;
    let present = Level::of_value(row.get("msgdpr_gdprconsent"))?;
    if wish == present {
        // A wish that waits for its confirmation goes on waiting: saving other choices does not end it.
        return Ok(Requested::Unchanged);
    }
    if wish > present && needs_custodian(tx, &row, wish)? {
        return Ok(match ask_custodian(tx, &row, wish, evidence)? {
            Some(pending) => Requested::Pending(pending),
            None => Requested::NoCustodian,
        });
    }
    // Who objected takes it back from their own mailbox only, whatever the switch says.
    let objected = wish > Level::Transactional && Facts::of(&tx.elevated("consent"), &row, wish)?.objected;
    if wish > present && (objected || optin::is_on(tx, evidence.form)?) {
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

/// Whether a level waits for the custodian of a child.
pub(crate) fn needs_custodian(rx: &Rx<'_>, contact: &Record, wish: Level) -> Result<bool> {
    Ok(wish > Level::Consent && child::custodian(rx, contact)?.is_some_and(|confirmed| confirmed < wish))
}

/// Notes a child's wish so that the custodian is asked to confirm it; `None` when nobody can be asked.
pub(crate) fn ask_custodian(
    tx: &mut Tx<'_>,
    child: &Record,
    wish: Level,
    evidence: &Evidence,
) -> Result<Option<optin::Pending>> {
    match child::custodian_of(tx, child) {
        Ok(_) => optin::ask(tx, child.id, optin::Wish::Consent(wish), evidence).map(Some),
        Err(error) if error.kind == kernel::Kind::Invalid => Ok(None),
        Err(error) => Err(error),
    }
}

/// Rule before a contact is stored: the custodian is another contact (`spec/marketing.md` 1.3), and
/// the time of the person's own lowering is noted. What may raise a level is in `raise`.
pub(crate) fn guard(tx: &mut Tx<'_>, change: &mut Change) -> Result<()> {
    if change.new_value("msgdpr_gdprparentid").as_guid() == Some(change.id) {
        return Err(Error::invalid(
            "msgdpr_gdprparentid",
            Phrase::new("custodian-other", "the parent or custodian is another contact than the child"),
        ));
    }
    let merging = tx.cx().fact::<Evidence>().is_some_and(|it| it.source == Source::Merge);
    if change.before.is_some() && change.touches("msgdpr_gdprparentid") && !merging {
        // Another custodian confirms anew.
        change.values.set("assent_custodianlevel", Value::Null);
    }
    // What a file says never lifts a no: only the person, or a user one by one, does.
    if tx.cx().batch.is_some() && change.before.is_some() {
        for column in ["donotemail", "donotbulkemail", "msgdpr_donottrack"] {
            if change.touches(column) && change.old(column).is_true() {
                change.values.remove(column);
            }
        }
    }
    if change.before.is_some() && change.touches("msgdpr_gdprconsent") {
        raise::check(tx, change)?;
    }
    suppression::cap(tx, change)?;
    let by_person = tx.cx().fact::<Evidence>().is_some_and(|it| it.source.is_person());
    if by_person && change.touches("msgdpr_gdprconsent") {
        let old = Level::of_value(change.old("msgdpr_gdprconsent"))?;
        let new = Level::of_value(change.new_value("msgdpr_gdprconsent"))?;
        let (on, to) = if new < old { (Value::Time(tx.now()), new.option()) } else { (Value::Null, None) };
        change.values.set("assent_withdrawnon", on);
        change.values.set("assent_withdrawnto", to);
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
    // What the level meant then, in the words and the language in which it was offered.
    let language = evidence.language.as_deref();
    let meaning = match new {
        Level::None => None,
        level => {
            let shown = meaning::shown(&meaning::of(tx, level)?, language.unwrap_or("en"));
            Some(wording::keep(tx, &shown, language)?)
        }
    };
    let source = match &evidence.detail {
        Some(detail) => format!("{}: {detail}", evidence.source.word()).chars().take(50).collect(),
        None => evidence.source.word().to_owned(),
    };
    let (from, with) = origin(tx)?;
    let request = match evidence.optin {
        Some(id) => tx.elevated("double opt-in").find(OptInRequest::ENTITY, id)?,
        None => None,
    };
    let asked = request.as_ref().map(OptInRequest::read).transpose()?;
    let values = Values::new()
        .with("assent_actedfrom", from)
        .with("assent_actedwith", with)
        .with("assent_requestedon", asked.as_ref().and_then(|it| it.created_on))
        .with("assent_requestedfrom", asked.as_ref().and_then(|it| it.requested_from.clone()))
        .with("assent_requestedwith", asked.as_ref().and_then(|it| it.requested_with.clone()))
        .with("msgdpr_name", format!("{old} to {new}"))
        .with("msgdpr_contactid", change.id)
        .with("msgdpr_value", new.option())
        .with("assent_previousvalue", old.option())
        .with("msgdpr_changedby", tx.cx().user())
        .with("msgdpr_consentchangesource", source)
        .with("msgdpr_consentchangesourceform", evidence.form)
        .with("assent_justification", tx.cx().justification.as_deref())
        .with("assent_wordingid", wording)
        .with("assent_levelwordingid", meaning)
        .with("assent_optinrequestid", evidence.optin)
        .with("assent_language", evidence.language.clone())
        .with("assent_occurredon", occurred_on(&evidence, change).unwrap_or_else(|| tx.now()));
    tx.create("msgdpr_gdprconsentchangerecord", values)?;
    Ok(())
}

/// When the person acted, as the evidence or the very same change says.
pub(super) fn occurred_on(evidence: &Evidence, change: &Change) -> Option<Timestamp> {
    let noted = change.touches("assent_consentgivenon").then(|| change.new_value("assent_consentgivenon").as_time());
    evidence.occurred_on.or(noted.flatten())
}

//! What may raise a level, part of the rule before a contact is stored.
//!
//! *Not* asked when a contact is made: what a migration brings is kept as it was, and the gate does not
//! act on it. Invariant: nobody but the person raises consent above their own withdrawal without newer
//! evidence, and nobody but the custodian raises a child's above level 1.

use kernel::{Change, Error, Phrase, Result, Tx, setting, uuid::Uuid};

use super::{Evidence, Level, Source, change, child, configuration};

/// The setting, `on` or `off`, by which a user's change of consent needs a justification while changes
/// are logged. Off at first: programs that write the column as they did before know of no
/// justification, and every one of their calls would be refused.
pub const JUSTIFICATION_REQUIRED: &str = "consent.justification_required";

pub(super) fn check(tx: &mut Tx<'_>, change: &mut Change) -> Result<()> {
    let evidence = tx.cx().fact::<Evidence>().cloned();
    let source = evidence.as_ref().map(|it| it.source);
    let justified = tx.cx().justification.as_deref().is_some_and(|it| !it.trim().is_empty());
    let (old, new) =
        (Level::of_value(change.old("msgdpr_gdprconsent"))?, Level::of_value(change.new_value("msgdpr_gdprconsent"))?);
    let by_hand = source.is_none() && tx.cx().user().is_some() && tx.cx().batch.is_none();
    if by_hand && !justified && is_required(tx)? {
        return Err(Error::invalid(
            "assent_justification",
            Phrase::new(
                "justification",
                "a change of consent needs its justification here (setting consent.justification_required)",
            ),
        )
        .with_code("justification"));
    }
    // A merge decides by both histories; an undo puts back what its own batch took away.
    if new <= old || matches!(source, Some(Source::Merge | Source::Undo)) {
        return Ok(());
    }
    if !source.is_some_and(Source::is_person) {
        above_withdrawal(tx, change, &evidence.unwrap_or_default(), new, justified)?;
    }
    if source != Some(Source::Custodian) {
        above_custodian(tx, change, by_hand, old, new)?;
    }
    Ok(())
}

fn is_required(tx: &Tx<'_>) -> Result<bool> {
    Ok(configuration::read(tx)?.logging && setting::get(tx, JUSTIFICATION_REQUIRED)?.as_deref() == Some("on"))
}

/// Art. 7(3) GDPR: who withdrew is not raised again by somebody else's word alone.
fn above_withdrawal(tx: &Tx<'_>, change: &Change, evidence: &Evidence, new: Level, justified: bool) -> Result<()> {
    let Some(withdrawn) = change.old("assent_withdrawnon").as_time() else { return Ok(()) };
    if new <= Level::of_value(change.old("assent_withdrawnto"))? {
        return Ok(());
    }
    // A file brings the text that was shown where a user brings a reason.
    let explained = justified || (evidence.source == Source::Import && evidence.wording.is_some());
    let given = change::occurred_on(evidence, change);
    if explained && given.is_some_and(|it| it > withdrawn && it <= tx.now()) {
        return Ok(());
    }
    Err(Error::invalid(
        "msgdpr_gdprconsent",
        Phrase::new(
            "withdrawn",
            "the person lowered their consent themselves on {day}; raising it again needs a justification and, in assent_consentgivenon, when they gave it anew after that",
        )
        .with("day", withdrawn.strftime("%Y-%m-%d")),
    )
    .with_code("withdrawn"))
}

/// Art. 8(1) GDPR: what a custodian has not confirmed stays as it was.
fn above_custodian(tx: &Tx<'_>, change: &mut Change, by_hand: bool, old: Level, new: Level) -> Result<()> {
    let Some(confirmed) = child::custodian(tx, &change.after())? else { return Ok(()) };
    let allowed = confirmed.max(Level::Consent);
    if new <= allowed {
        return Ok(());
    }
    if by_hand {
        return Err(Error::invalid(
            "msgdpr_gdprconsent",
            Phrase::new("custodian", "this is a child below the age of digital consent: a level above 1 is confirmed by their custodian, who is asked by mail (Art. 8 GDPR)"),
        )
        .with_code("custodian"));
    }
    change.values.set("msgdpr_gdprconsent", old.max(allowed.min(new)).option());
    Ok(())
}

/// The custodian pressed the button: the child's level is raised, and who confirmed how much is noted.
///
/// # Errors
/// `Gone` when the child has another custodian now.
pub(crate) fn by_custodian(
    tx: &mut Tx<'_>,
    contact: Uuid,
    custodian: Uuid,
    level: Level,
    evidence: Evidence,
) -> Result<()> {
    let row = tx.elevated("custodian").get("contact", contact)?;
    if row.get("msgdpr_gdprparentid").as_guid() != Some(custodian) {
        return Err(Error::gone("link", "Somebody else is the custodian now."));
    }
    let confirmed = Level::of_value(row.get("assent_custodianlevel"))?.max(level);
    let present = Level::of_value(row.get("msgdpr_gdprconsent"))?;
    let evidence = Evidence { source: Source::Custodian, ..evidence };
    let cx = tx.cx().as_system("custodian").with_fact(evidence);
    let values = kernel::Values::new()
        .with("assent_custodianlevel", confirmed.option())
        .with("msgdpr_gdprconsent", present.max(level).option());
    tx.under(cx, |tx| tx.update("contact", contact, values)).map(|_| ())
}

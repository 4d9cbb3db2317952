//! Objection and restriction: what a request marks on the person's records (Art. 18, 21 GDPR).
//!
//! *Not* able to remove or hand out anything. Invariant: it ends with a read that found each mark, or
//! nothing of it happened (law 12).

use kernel::{Error, Kind, Phrase, Query, Result, Rx, Tx, Values, subject::Subject, uuid::Uuid};

use super::{Action, DataSubjectRequest, Discovery, Type, discover::discover, plan};
use crate::{
    consent::{self, Level},
    suppression::{self, Reason},
};

const CONTACT: &str = "contact";
const LEAD: &str = "lead";
const LEDGER: &str = "assent_suppression";

/// What was found and what is marked.
pub(super) fn plan_of(
    rx: &Rx<'_>,
    email: &str,
    chosen: &[Subject],
    kind: Type,
) -> Result<(Discovery, Vec<plan::Item>)> {
    let rx = rx.elevated("data subject request");
    if kind == Type::Objection { objection(&rx, email) } else { restriction(&rx, email, chosen) }
}

/// An objection holds for the address, so everybody who carries it is in the plan.
fn objection(rx: &Rx<'_>, email: &str) -> Result<(Discovery, Vec<plan::Item>)> {
    let mut subjects = Vec::new();
    for entity in [CONTACT, LEAD] {
        subjects.extend(holders(rx, entity, email)?.into_iter().map(|id| Subject::new(entity, id)));
    }
    let changed = |entity: &str, column: &str, rows: i64, why: &str| {
        plan::Item::new(entity, column, rows, Action::Changed, Some(why.into()))
    };
    let items = vec![
        changed(LEDGER, "assent_hash", 1, "The address goes on the suppression ledger, as a keyed hash"),
        changed(CONTACT, "assent_objectedon", of(&subjects, CONTACT), "The day of the objection"),
        changed(CONTACT, "msgdpr_gdprconsent", of(&subjects, CONTACT), "Level 2 (transactional) at most"),
        changed(LEAD, "donotbulkemail", of(&subjects, LEAD), "No bulk mail"),
    ];
    Ok((Discovery { by_address: subjects.len(), subjects, ..Discovery::default() }, items))
}

fn restriction(rx: &Rx<'_>, email: &str, chosen: &[Subject]) -> Result<(Discovery, Vec<plan::Item>)> {
    let discovery = discover(rx, email, chosen)?;
    let contacts = of(&discovery.subjects, CONTACT);
    if contacts == 0 {
        let text = "no contact is found by this address, so there is nothing to restrict; check the address";
        let text = Phrase::new("nothing-to-restrict", text);
        return Err(Error::new(Kind::NotFound, "nothing-to-restrict", "assent_email", text));
    }
    let marked = "Marked as restricted: no profiling, and only mail that the person asked for";
    let mut items =
        vec![plan::Item::new(CONTACT, "assent_restrictedon", contacts, Action::Changed, Some(marked.into()))];
    let mut others: Vec<&str> = discovery.subjects.iter().map(|it| it.entity.as_str()).collect();
    others.retain(|it| *it != CONTACT);
    others.sort_unstable();
    others.dedup();
    for entity in others {
        let by_hand = "Only contacts carry the mark of a restriction; see to these records by hand";
        let rows = of(&discovery.subjects, entity);
        items.push(plan::Item::new(entity, "(restriction)", rows, Action::Kept, Some(by_hand.into())));
    }
    Ok((discovery, items))
}

fn of(subjects: &[Subject], entity: &str) -> i64 {
    i64::try_from(subjects.iter().filter(|it| it.entity == entity).count()).unwrap_or(i64::MAX)
}

fn holders(rx: &Rx<'_>, entity: &str, email: &str) -> Result<Vec<Uuid>> {
    rx.ids(&Query::on(entity).eq("emailaddress1", email.trim()))
}

/// Carries an approved plan out, reads it back and closes the request; what came of it, in words
/// without personal data.
pub(super) fn carry_out(
    tx: &mut Tx<'_>,
    request: &DataSubjectRequest,
    plan: &plan::Plan,
    kind: Type,
) -> Result<String> {
    let result = if kind == Type::Objection { object(tx, request)? } else { restrict(tx, plan)? };
    let found = |action| {
        if action == Action::Changed as i64 {
            "a read after the write found it"
        } else {
            "left as it was, on the ground named"
        }
    };
    let values = Values::new().with("assent_result", result.as_str());
    tx.as_system("data subject request", |tx| plan::close(tx, request.id, found, values))?;
    Ok(result)
}

fn object(tx: &mut Tx<'_>, request: &DataSubjectRequest) -> Result<String> {
    let email = request.email.as_deref().unwrap_or_default();
    let done = suppression::object(tx, email, &format!("request {}", request.name))?;
    let rx = tx.elevated("data subject request");
    if !suppression::in_force(&rx, email)?.iter().any(|it| it.reason == Reason::Objection) {
        return Err(unproven(LEDGER));
    }
    for id in holders(&rx, CONTACT, email)? {
        let row = rx.get(CONTACT, id)?;
        let level = Level::of_value(row.get("msgdpr_gdprconsent"))?;
        if row.get("assent_objectedon").is_null() || level > Level::Transactional {
            return Err(unproven(CONTACT));
        }
    }
    for id in holders(&rx, LEAD, email)? {
        if !rx.get(LEAD, id)?.get("donotbulkemail").is_true() {
            return Err(unproven(LEAD));
        }
    }
    Ok(format!(
        "Objection noted and read back. Contacts with the address: {}, of them lowered to level 2: {}; leads without bulk mail: {}. The address is on the suppression ledger; only the person ends that, from their own mailbox (Art. 21(3) GDPR).",
        done.contacts, done.lowered, done.leads
    ))
}

fn restrict(tx: &mut Tx<'_>, plan: &plan::Plan) -> Result<String> {
    let contacts: Vec<Uuid> =
        plan.discovery.subjects.iter().filter(|it| it.entity == CONTACT).map(|it| it.id).collect();
    let mut marked = 0;
    for contact in &contacts {
        marked += usize::from(consent::restrict(tx, *contact, true)?);
    }
    let rx = tx.elevated("data subject request");
    for contact in &contacts {
        if rx.get(CONTACT, *contact)?.get("assent_restrictedon").is_null() {
            return Err(unproven(CONTACT));
        }
    }
    let before = contacts.len() - marked;
    let by_hand = plan.discovery.subjects.len() - contacts.len();
    let hand = if by_hand > 0 { format!(" Other records to see to by hand: {by_hand}.") } else { String::new() };
    Ok(format!(
        "Restricted and read back. Contacts marked: {marked}; restricted before: {before}.{hand} Tell the person before the restriction is lifted (Art. 18(3) GDPR)."
    ))
}

fn unproven(entity: &str) -> Error {
    Error::bug(format!("the read after the write did not find the mark in {entity}; nothing was changed"))
}

//! Nobody gives what they do not hold: neither as privileges of a role, nor by giving a role to somebody.
//!
//! Roles, teams and accounts are rows, and whoever may write them could make themself anything. So what such a
//! write gives is compared with what the writer holds. *Not* who may write those rows. Invariant: whoever is no
//! administrator cannot, by however many writes, reach a privilege or a depth that nobody who holds it gave.

use uuid::Uuid;

use super::{
    ADMINISTRATOR, Depth,
    grants::linked,
    parties,
    role::{self, Named},
};
use crate::{Actor, Change, Error, Kind, Op, Phrase, Result, Rx, Tx};

/// Refuses whoever gives one of these privileges without holding it, at that depth.
///
/// # Errors
/// `Forbidden` naming the privilege.
pub fn privileges(rx: &Rx<'_>, given: &[(Named, Depth)]) -> Result<()> {
    if given.is_empty() || rx.cx.elevated || rx.cx.actor == Actor::System {
        return Ok(());
    }
    if let Some(parties) = parties(rx) {
        return parties.iter().try_for_each(|it| privileges(it, given));
    }
    if rx.grants()?.is_administrator() {
        return Ok(());
    }
    let held = role::held(rx)?;
    let beyond = given.iter().find(|(named, depth)| !held.iter().any(|(it, to)| it == named && to >= depth));
    match beyond {
        None => Ok(()),
        Some((named, _)) => {
            let text = "this would give {privilege}, which you do not hold as far; nobody gives what they do not hold";
            let text = Phrase::new("gift", text).with("privilege", named.text());
            Err(Error::new(Kind::Forbidden, "gift", named.text(), text))
        }
    }
}

/// Refuses whoever gives one of these roles, or stands in for somebody who has it, without holding all that it
/// gives.
///
/// # Errors
/// `Forbidden` naming the privilege, or the role of the administrator.
pub fn roles(rx: &Rx<'_>, given: &[String]) -> Result<()> {
    if given.is_empty() || rx.cx.elevated || rx.cx.actor == Actor::System {
        return Ok(());
    }
    if let Some(parties) = parties(rx) {
        return parties.iter().try_for_each(|it| roles(it, given));
    }
    if rx.grants()?.is_administrator() {
        return Ok(());
    }
    if given.iter().any(|it| it == ADMINISTRATOR) {
        let text = "only an administrator makes somebody an administrator, or acts for one";
        let text = Phrase::new("gift-of-administrator", text);
        return Err(Error::new(Kind::Forbidden, "gift", ADMINISTRATOR, text));
    }
    privileges(rx, &role::together(rx, given)?)
}

/// As [`roles`], for all roles of a user, their teams' among them.
///
/// # Errors
/// As [`roles`].
pub fn standing_in(rx: &Rx<'_>, user: &Actor) -> Result<()> {
    let theirs = rx.under(rx.cx.for_actor(user.clone()));
    roles(rx, &role::roles_held(&theirs)?)
}

/// What a row that gives roles gives, held against what the writer holds.
pub(crate) fn guard(tx: &Tx<'_>, change: &Change) -> Result<()> {
    if change.op == Op::Delete || tx.cx.elevated || tx.cx.actor == Actor::System {
        return Ok(());
    }
    let named = |ids: Vec<Uuid>| -> Result<Vec<String>> {
        let rx = tx.elevated("access");
        ids.into_iter()
            .map(|it| Ok(rx.find("role", it)?.map_or_else(String::new, |it| it.text("name").to_owned())))
            .collect()
    };
    let of = |column: &str| change.new_value(column).as_guid();
    let given = match change.entity.as_str() {
        "systemuserroles" | "teamroles" => named(of("roleid").into_iter().collect())?,
        "teammembership" => match of("teamid") {
            Some(team) => named(linked(&tx.elevated("access"), "teamroles", "teamid", team, "roleid")?)?,
            None => Vec::new(),
        },
        "systemuser" if change.op == Op::Create || change.touches(SIGN_IN) => {
            vec![change.new_value(SIGN_IN).as_text().unwrap_or_default().to_owned()]
        }
        _ => Vec::new(),
    };
    let given: Vec<String> = given.into_iter().filter(|it| !it.is_empty()).collect();
    roles(tx, &given)
}

/// The column with the role that a user signs in with.
const SIGN_IN: &str = "assent_role";

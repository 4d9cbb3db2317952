//! Whom the claims of an identity provider make of a visitor.
//!
//! *Not* whether the claims are genuine. Invariant: an account is known by issuer and subject, never by a
//! name; an address counts only where the provider has verified it; and who was closed here stays out. Of
//! the roles of a user those that groups gave follow the groups; one that was given by hand is not touched.

use kernel::{Query, Result, Rx, Tx, Values, access, uuid::Uuid};
use serde_json::{Map, Value as Json};

use super::provider::Provider;
use crate::signin::{
    credential,
    event::{self, Event, Method},
    user,
};

/// The roles that a user has beside the one they sign in with.
const FURTHER: &str = "systemuserroles";
/// Why roles change here, as the trail says it.
const REASON: &str = "groups of the identity provider";

/// What counts of the claims.
#[derive(Debug, Clone)]
pub(super) struct Person {
    identifier: String,
    address: Option<String>,
    first: String,
    last: String,
    /// The roles that the groups give, in the order of the configuration.
    roles: Vec<String>,
    /// Whether groups decide about roles at all.
    mapped: bool,
}

impl Person {
    /// Reads the claims.
    pub(super) fn of(claims: &Map<String, Json>, provider: &Provider) -> Person {
        let text = |name: &str| claims.get(name).and_then(Json::as_str).unwrap_or_default().trim().to_owned();
        let groups: Vec<&str> = match claims.get(&provider.groups) {
            Some(Json::Array(all)) => all.iter().filter_map(Json::as_str).collect(),
            Some(Json::String(one)) => vec![one],
            _ => Vec::new(),
        };
        let mut roles: Vec<String> = Vec::new();
        for (_, role) in provider.roles.iter().filter(|(group, _)| groups.contains(&group.as_str())) {
            if !roles.contains(role) {
                roles.push(role.clone());
            }
        }
        let verified = claims.get("email_verified") == Some(&Json::Bool(true));
        let (first, last) = match (text("given_name"), text("family_name")) {
            (first, last) if first.is_empty() && last.is_empty() => (String::new(), text("name")),
            both => both,
        };
        Person {
            identifier: format!("provider {}\n{}", provider.issuer, text("sub")),
            address: Some(text("email")).filter(|it| verified && it.contains('@')),
            first,
            last,
            roles,
            mapped: !provider.roles.is_empty(),
        }
    }

    /// The user behind the claims, made or given other roles where the groups say so: by the first they sign in, the
    /// others they have beside it. `None` for whoever has no place here.
    ///
    /// # Errors
    /// Those of the store.
    pub(super) fn settle(&self, tx: &mut Tx<'_>) -> Result<Option<Uuid>> {
        let mut roles = Vec::new();
        for role in &self.roles {
            if access::role::exists(tx, role)? {
                roles.push(role.as_str());
            } else {
                tracing::warn!(%role, "oidc.roles names a role that is not here any more; its group gives nothing");
            }
        }
        if self.mapped && roles.is_empty() {
            return Ok(None);
        }
        let known = credential::find(tx, &self.identifier)?;
        let id = match known.as_ref().and_then(|it| it.get("assent_systemuserid").as_guid()) {
            Some(id) => id,
            None => match self.first_time(tx, roles.first().copied())? {
                Some(id) => id,
                None => return Ok(None),
            },
        };
        if let Some(known) = known {
            credential::used(tx, known.id, None)?;
        }
        let Some(row) = tx.elevated("sign-in").find(user::ENTITY, id)? else { return Ok(None) };
        if let Some((first, further)) = roles.split_first() {
            if *first != row.text("assent_role") {
                let values = Values::new().with("assent_role", *first);
                tx.as_system(REASON, |tx| tx.update(user::ENTITY, id, values))?;
            }
            follow(tx, id, further)?;
        }
        Ok(user::open(tx, id)?.map(|_| id))
    }

    fn first_time(&self, tx: &mut Tx<'_>, role: Option<&str>) -> Result<Option<Uuid>> {
        let there = match &self.address {
            Some(address) => user::by_address(tx, address)?.map(|it| it.0),
            None => None,
        };
        let id = match (there, role) {
            (Some(id), _) => id,
            // Nobody is taken in by being known elsewhere; a group has to say so.
            (None, None) => return Ok(None),
            (None, Some(role)) => {
                if self.is_taken(tx)? {
                    return Ok(None);
                }
                let last = if self.first.is_empty() && self.last.is_empty() { "User" } else { self.last.as_str() };
                let values = Values::new()
                    .with("firstname", self.first.as_str())
                    .with("lastname", last)
                    .with("internalemailaddress", self.address.clone())
                    .with("assent_role", role);
                tx.as_system(REASON, |tx| tx.create(user::ENTITY, values))?
            }
        };
        credential::add(tx, id, Method::Provider, &self.identifier, "", "")?;
        event::note(tx, Event::CredentialAdded, Some(Method::Provider), Some(id))?;
        Ok(Some(id))
    }

    /// Whether an account that may not be used has the address: a closed one is not made again.
    fn is_taken(&self, tx: &Tx<'_>) -> Result<bool> {
        let Some(address) = &self.address else { return Ok(false) };
        let query = Query::on(user::ENTITY).eq("internalemailaddress", address.as_str());
        Ok(tx.elevated("sign-in").first(&query)?.is_some())
    }
}

/// Makes the further roles that groups gave those of today. A role that was given by hand stays, also where a group
/// gives it too.
fn follow(tx: &mut Tx<'_>, user: Uuid, roles: &[&str]) -> Result<()> {
    let mut wanted = Vec::new();
    for name in roles {
        wanted.extend(role(tx, name)?);
    }
    let held = tx.elevated("sign-in").rows(&Query::on(FURTHER).eq("systemuserid", user))?;
    let of = |row: &kernel::Record| row.get("roleid").as_guid();
    tx.as_system(REASON, |tx| {
        for row in held.iter().filter(|it| it.get("assent_fromprovider").is_true()) {
            if of(row).is_none_or(|it| !wanted.contains(&it)) {
                tx.delete(FURTHER, row.id)?;
            }
        }
        for role in wanted.iter().filter(|it| !held.iter().any(|row| of(row) == Some(**it))) {
            let values = Values::new()
                .with("systemuserid", (user::ENTITY, user))
                .with("roleid", ("role", *role))
                .with("assent_fromprovider", true);
            tx.create(FURTHER, values)?;
        }
        Ok(())
    })
}

fn role(rx: &Rx<'_>, name: &str) -> Result<Option<Uuid>> {
    Ok(rx.elevated("sign-in").first(&Query::on("role").eq("name", name))?.map(|it| it.id))
}

#[cfg(test)]
mod tests;

//! Whom the claims of an identity provider make of a visitor.
//!
//! *Not* whether the claims are genuine. Invariant: an account is known by issuer and subject, never by a
//! name; an address counts only where the provider has verified it; and who was closed here stays out.

use kernel::{Query, Result, Tx, Values, uuid::Uuid};
use serde_json::{Map, Value as Json};

use super::provider::Provider;
use crate::signin::{
    credential,
    event::{self, Event, Method},
    user,
};

/// What counts of the claims.
#[derive(Debug, Clone)]
pub(super) struct Person {
    identifier: String,
    address: Option<String>,
    first: String,
    last: String,
    /// The role that the groups give; none where no group does.
    role: Option<String>,
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
        let role = provider.roles.iter().find(|(group, _)| groups.contains(&group.as_str()));
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
            role: role.map(|(_, role)| role.clone()),
            mapped: !provider.roles.is_empty(),
        }
    }

    /// The user behind the claims, made or given another role where the groups say so; `None` for
    /// whoever has no place here.
    ///
    /// # Errors
    /// Those of the store.
    pub(super) fn settle(&self, tx: &mut Tx<'_>) -> Result<Option<Uuid>> {
        if self.mapped && self.role.is_none() {
            return Ok(None);
        }
        let known = credential::find(tx, &self.identifier)?;
        let id = match known.as_ref().and_then(|it| it.get("assent_systemuserid").as_guid()) {
            Some(id) => id,
            None => match self.first_time(tx)? {
                Some(id) => id,
                None => return Ok(None),
            },
        };
        if let Some(known) = known {
            credential::used(tx, known.id, None)?;
        }
        let Some(row) = tx.elevated("sign-in").find(user::ENTITY, id)? else { return Ok(None) };
        if let Some(role) = self.role.as_deref().filter(|it| *it != row.text("assent_role")) {
            let values = Values::new().with("assent_role", role);
            tx.as_system("groups of the identity provider", |tx| tx.update(user::ENTITY, id, values))?;
        }
        Ok(user::open(tx, id)?.map(|_| id))
    }

    fn first_time(&self, tx: &mut Tx<'_>) -> Result<Option<Uuid>> {
        let there = match &self.address {
            Some(address) => user::by_address(tx, address)?.map(|it| it.0),
            None => None,
        };
        let id = match (there, &self.role) {
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
                    .with("assent_role", role.as_str());
                tx.as_system("groups of the identity provider", |tx| tx.create(user::ENTITY, values))?
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

//! What a user may do to a row, in Dataverse's words.
//!
//! *Not* a decision (`kernel::access`); it only reports. Invariant: the answer is what the pipeline
//! would say to that user.

use kernel::{
    Actor, Error, Result, Rx,
    access::{self, Privilege},
};
use serde_json::{Value as Json, json};

use super::{Given, Operation, Run};
use crate::api::key;

/// See the module.
pub const OPERATIONS: &[Operation] = &[Operation {
    name: "RetrievePrincipalAccess",
    bound_to: Some("systemuser"),
    parameters: &[("Target", "mscrm.crmbaseentity")],
    run: Run::Function(principal),
}];

/// `systemusers(id)/…RetrievePrincipalAccess(Target=@p)?@p={'@odata.id':'accounts(id)'}`.
fn principal(rx: &Rx<'_>, given: &Given) -> Result<Json> {
    let wrong = || Error::invalid("Target", "takes {\"@odata.id\": \"<set>(<GUID>)\"}");
    let target = given.parameters.get("Target").and_then(Json::as_object).ok_or_else(wrong)?;
    let (entity, id) = match target.get("@odata.id").and_then(Json::as_str) {
        Some(address) => key::reference(rx, "Target", address)?,
        None => {
            let name = target.get("@odata.type").and_then(Json::as_str).ok_or_else(wrong)?;
            let name = name.trim_start_matches('#').trim_start_matches("Microsoft.Dynamics.CRM.");
            let key = &rx.model().entity(name)?.key.clone();
            let id = target.get(key).and_then(Json::as_str).and_then(|it| it.parse().ok()).ok_or_else(wrong)?;
            (name.to_owned(), id)
        }
    };
    rx.get(&entity, id)?;
    let user = rx.get("systemuser", given.id)?;
    let cx = rx.cx().for_actor(Actor::user(given.id, user.text("assent_role")));
    let model = rx.model();
    let entity = model.entity(&entity)?;
    let all = [
        ("ReadAccess", Privilege::Read),
        ("WriteAccess", Privilege::Write),
        ("AppendAccess", Privilege::Append),
        ("AppendToAccess", Privilege::AppendTo),
        ("CreateAccess", Privilege::Create),
        ("DeleteAccess", Privilege::Delete),
    ];
    let held: Vec<&str> = if user.get("isdisabled").is_true() {
        Vec::new()
    } else {
        all.into_iter().filter(|(_, it)| access::allows(&cx, entity, *it)).map(|(name, _)| name).collect()
    };
    let rights = if held.is_empty() { "None".to_owned() } else { held.join(", ") };
    Ok(json!({ "AccessRights": rights }))
}

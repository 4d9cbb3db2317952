//! The unbound functions and actions of the service: who am I, which version, publish.
//!
//! *Not* bound ones. Those that Dataverse has and we have not answer 501 by name. Invariant: what is listed here is in
//! `$metadata`.

use kernel::{
    Error, Kind, Query, Result, Rx,
    uuid::{Builder, Uuid},
};
use odata::Segment;
use serde_json::{Value as Json, json};

use super::{answer::Answer, call::Call, key, metadata_changes};

/// The version that clients are told.
const VERSION: &str = "9.2.0.0";

/// Names that Dataverse has and this service has not yet.
const LATER: &[&str] = &[
    "BulkDelete",
    "CreateEntities",
    "FormatAddress",
    "GlobalOptionSetDefinitions",
    "InitializeFrom",
    "Merge",
    "RetrieveCurrentOrganization",
];

/// `GET WhoAmI` and its like.
///
/// # Errors
/// `unknown-segment`; `not-built` for what comes later.
pub fn read(rx: &Rx<'_>, call: &Call, segment: &Segment) -> Result<Answer> {
    match segment.name.as_str() {
        "WhoAmI" => Ok(Answer::json(&who_am_i(rx, call)?)),
        "RetrieveVersion" => {
            let context = format!("{}$metadata#Microsoft.Dynamics.CRM.RetrieveVersionResponse", call.root);
            Ok(Answer::json(&json!({ "@odata.context": context, "Version": VERSION })))
        }
        "RetrieveMetadataChanges" => metadata_changes::read(rx, call, segment),
        "RetrieveTotalRecordCount" => total(rx, call, segment),
        name => Err(unknown(name)),
    }
}

/// `RetrieveTotalRecordCount(EntityNames=@p1)?@p1=['account','contact']`. The counts are exact, where
/// Dataverse gives those of the last 24 hours.
fn total(rx: &Rx<'_>, call: &Call, segment: &Segment) -> Result<Answer> {
    let names = super::call::list(&argument(call, segment, "EntityNames")?)
        .ok_or_else(|| Error::invalid("EntityNames", "takes a list of logical names, such as ['account','contact']"))?;
    let mut counts = Vec::new();
    for name in &names {
        counts.push(rx.count(&Query::on(name))?);
    }
    let context = format!("{}$metadata#Microsoft.Dynamics.CRM.RetrieveTotalRecordCountResponse", call.root);
    Ok(Answer::json(&json!({
        "@odata.context": context,
        "EntityRecordCountCollection": { "Count": names.len(), "IsReadOnly": false, "Keys": names, "Values": counts },
    })))
}

/// The text of a function's argument, with its alias resolved; `null` when it is missing.
///
/// # Errors
/// `Invalid` naming an argument that is not there.
pub fn argument(call: &Call, segment: &Segment, name: &str) -> Result<String> {
    let found = segment.arguments().unwrap_or_default().into_iter().find(|(it, _)| it == name);
    let (_, text) = found.ok_or_else(|| Error::invalid(name, "this parameter is missing"))?;
    Ok(match text.strip_prefix('@') {
        Some(alias) => {
            call.options.aliases.iter().find(|(it, _)| it == alias).map_or("null", |(_, it)| it.as_str()).to_owned()
        }
        None => text,
    })
}

/// `POST PublishAllXml` and `POST PublishXml`: nothing to do, since changes of metadata are live at once.
///
/// # Errors
/// `unknown-segment`; `not-built` for what comes later.
pub fn act(call: &Call, segment: &Segment) -> Result<Answer> {
    match (call.method.as_str(), segment.name.as_str()) {
        ("POST", "PublishAllXml" | "PublishXml") => Ok(Answer::nothing()),
        (_, name) => Err(unknown(name)),
    }
}

/// The error for a first segment that is nothing here.
pub fn unknown(name: &str) -> Error {
    let bare = name.strip_prefix("Microsoft.Dynamics.CRM.").unwrap_or(name);
    if LATER.contains(&bare) { key::not_built(name) } else { key::unknown(name) }
}

fn who_am_i(rx: &Rx<'_>, call: &Call) -> Result<Json> {
    let user =
        rx.cx().user().ok_or_else(|| Error::new(Kind::Forbidden, "unauthenticated", "", "nobody is signed in"))?;
    Ok(json!({
        "@odata.context": format!("{}$metadata#Microsoft.Dynamics.CRM.WhoAmIResponse", call.root),
        "BusinessUnitId": rx.elevated("who am I").get("systemuser", user)?.get("businessunitid").as_guid(),
        "UserId": user,
        "OrganizationId": fixed("organization"),
    }))
}

/// An identifier that is the same in each store, for things that have no row.
pub fn fixed(name: &str) -> Uuid {
    let digest = ring::digest::digest(&ring::digest::SHA256, name.as_bytes());
    let mut bytes = [0u8; 16];
    for (to, from) in bytes.iter_mut().zip(digest.as_ref()) {
        *to = *from;
    }
    Builder::from_custom_bytes(bytes).into_uuid()
}

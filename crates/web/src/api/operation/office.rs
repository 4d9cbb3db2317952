//! What administrators do about people who work here, jobs in the background and imported files.
//!
//! *Not* the doing (`signin`, `kernel::jobs`, `connect::ingest`). Invariant: a link that signs somebody in is
//! answered once and kept nowhere.

use connect::ingest;
use kernel::{
    Context, Db, Error, Result, Rx, Tx,
    access::{Privilege, matrix, require},
    events,
    jobs::desk,
};
use serde_json::{Map, Value as Json, json, to_value};

use super::{Given, Operation, Run};
use crate::signin::{
    self,
    link::{self, Purpose},
    user::{self, Newcomer},
};

/// Jobs of one answer.
const JOBS: i64 = 500;

/// Whoever holds a link, or an account, may what its user may.
const SIGN_IN: (&str, &str) =
    ("0x80040220", "without the privilege prvAssentManageSignIn, or for a user who may more than oneself");
const JOBS_KEEPER: (&str, &str) = ("0x80040220", "without the privilege prvAssentManageJobs");
const READER: (&str, &str) = ("0x80040220", "without the privilege prvReadAuditSummary");

/// See the module.
pub const OPERATIONS: &[Operation] = &[
    Operation {
        name: "assent_CreateUser",
        bound_to: None,
        parameters: &[
            ("FirstName", "Edm.String"),
            ("LastName", "Edm.String"),
            ("Address", "Edm.String"),
            ("Role", "Edm.String"),
        ],
        returns: &[("UserId", "Edm.Guid"), ("Link", "Edm.String"), ("Minutes", "Edm.Int64")],
        about: "Makes an account, and a link by which its holder sets a password, once, within Minutes.",
        errors: &[SIGN_IN, ("0x80040265", "another user has the address"), ("0x80048d19", "Role is no role")],
        source: "docs/signin.md",
        run: Run::Action(create_user),
    },
    Operation {
        name: "assent_InviteUser",
        bound_to: Some("systemuser"),
        parameters: &[],
        returns: &[("Link", "Edm.String"), ("Minutes", "Edm.Int64")],
        about: "Makes a link by which the user sets a password, once, within Minutes; an earlier one ends.",
        errors: &[SIGN_IN, ("0x80040217", "the account is closed or has no role")],
        source: "docs/signin.md",
        run: Run::Action(invite),
    },
    Operation {
        name: "assent_SignOutUser",
        bound_to: Some("systemuser"),
        parameters: &[],
        returns: &[("Ended", "Edm.Int64")],
        about: "Ends all sessions of a user.",
        errors: &[SIGN_IN],
        source: "docs/signin.md",
        run: Run::Action(sign_out),
    },
    Operation {
        name: "assent_RemovePasskeys",
        bound_to: Some("systemuser"),
        parameters: &[("Id", "Edm.Guid")],
        returns: &[("Removed", "Edm.Int64"), ("Ended", "Edm.Int64")],
        about: "Removes a passkey of a user, or without Id all of them, and ends the user's sessions.",
        errors: &[
            ("0x80040220", "without the privilege prvAssentManageSignIn"),
            ("0x80040217", "the user has no passkey of this identifier"),
        ],
        source: "docs/signin.md",
        run: Run::Action(remove_passkeys),
    },
    Operation {
        name: "assent_PrivilegeMatrix",
        bound_to: None,
        parameters: &[],
        returns: &[
            ("Privileges", "Collection(Edm.String)"),
            ("Acts", "Collection(Edm.String)"),
            ("Roles", "Collection(Edm.String)"),
        ],
        about: "Each role by entity: the depths of its privileges, 0 for none to 4 for the organization, in the order of Privileges; Held is what it may, Product what of that the entity files give. Acts are the privileges about no entity, in all and by role.",
        errors: &[("0x80040220", "the role may not read roles")],
        source: "docs/access.md",
        run: Run::Function(privilege_matrix),
    },
    Operation {
        name: "assent_Jobs",
        bound_to: None,
        parameters: &[],
        returns: &[
            ("Jobs", "Collection(Edm.String)"),
            ("Ran", "Collection(Edm.String)"),
            ("Consumers", "Collection(Edm.String)"),
        ],
        about: "Background jobs that are not done, those that failed first with their reason; what ran lately; how far the followers of events are behind.",
        errors: &[READER],
        source: "docs/administration.md",
        run: Run::Function(jobs),
    },
    Operation {
        name: "assent_RetryJob",
        bound_to: None,
        parameters: &[("Id", "Edm.Guid")],
        returns: &[],
        about: "Lets a background job that failed for good run again.",
        errors: &[JOBS_KEEPER, ("0x80040217", "no job of this identifier failed")],
        source: "docs/administration.md",
        run: Run::Action(|tx, given| desk::retry(tx, given.guid("Id")?).map(|()| Json::Null)),
    },
    Operation {
        name: "assent_ForgetJob",
        bound_to: None,
        parameters: &[("Id", "Edm.Guid")],
        returns: &[],
        about: "Forgets a background job that failed for good; what it was to do stays undone.",
        errors: &[JOBS_KEEPER, ("0x80040217", "no job of this identifier failed")],
        source: "docs/administration.md",
        run: Run::Action(|tx, given| desk::forget(tx, given.guid("Id")?).map(|()| Json::Null)),
    },
    Operation {
        name: "assent_UndoImport",
        bound_to: Some("assent_importbatch"),
        parameters: &[],
        returns: &[
            ("deleted", "Edm.Int64"),
            ("restored", "Edm.Int64"),
            ("erased", "Edm.Int64"),
            ("left", "Edm.Int64"),
            ("leftovers", "Collection(Edm.String)"),
        ],
        about: "Takes an import back, as far as nobody changed its records since.",
        errors: &[
            ("0x80040265", "it runs, or was undone already"),
            ("0x80040220", "somebody else imported it, and the role may not delete rows of the entity"),
        ],
        source: "docs/import.md",
        run: Run::Errand(undo_import),
    },
];

/// The address of a path, beside the Web API.
fn address(given: &Given, path: &str) -> String {
    format!("{}{path}", given.root.split("/api/").next().unwrap_or_default())
}

/// `assent_CreateUser {FirstName, LastName, Address, Role}`.
fn create_user(tx: &mut Tx<'_>, given: &Given) -> Result<Json> {
    let text = |name: &str| -> Result<String> { Ok(given.optional(name)?.unwrap_or_default().to_owned()) };
    let newcomer = Newcomer {
        first_name: text("FirstName")?,
        last_name: text("LastName")?,
        address: given.text("Address")?.to_owned(),
        role: given.text("Role")?.to_owned(),
    };
    let id = user::create(tx, &newcomer)?;
    let path = link::make(tx, Some(id), Purpose::SetPassword)?;
    Ok(json!({ "UserId": id, "Link": address(given, &path), "Minutes": Purpose::SetPassword.life().as_mins() }))
}

/// `systemusers(id)/…assent_InviteUser`.
fn invite(tx: &mut Tx<'_>, given: &Given) -> Result<Json> {
    let path = link::make(tx, Some(given.id), Purpose::SetPassword)?;
    Ok(json!({ "Link": address(given, &path), "Minutes": Purpose::SetPassword.life().as_mins() }))
}

/// `systemusers(id)/…assent_SignOutUser`.
fn sign_out(tx: &mut Tx<'_>, given: &Given) -> Result<Json> {
    Ok(json!({ "Ended": signin::end_sessions(tx, given.id)? }))
}

/// `systemusers(id)/…assent_RemovePasskeys {Id}`.
fn remove_passkeys(tx: &mut Tx<'_>, given: &Given) -> Result<Json> {
    let one = match given.optional("Id")? {
        Some(_) => Some(given.guid("Id")?),
        None => None,
    };
    let (removed, ended) = signin::remove_passkeys(tx, given.id, one)?;
    Ok(json!({ "Removed": removed, "Ended": ended }))
}

/// `assent_PrivilegeMatrix()`.
fn privilege_matrix(rx: &Rx<'_>, _: &Given) -> Result<Json> {
    let depths = |held: kernel::access::Privileges| -> Json {
        Privilege::ALL.iter().map(|it| Json::from(held.depth(*it) as u8)).collect()
    };
    let roles = matrix::all(rx)?.into_iter().map(|line| {
        let on: Map<String, Json> = line
            .on
            .into_iter()
            .map(|(entity, held, given)| (entity, json!({ "Held": depths(held), "Product": depths(given) })))
            .collect();
        let acts: Vec<Json> =
            line.acts.into_iter().map(|(name, product)| json!({ "Name": name, "Product": product })).collect();
        json!({ "Id": line.id, "Name": line.name, "BuiltIn": line.built_in, "On": on, "Acts": acts })
    });
    let names: Vec<String> = Privilege::ALL.iter().map(|it| format!("{it:?}")).collect();
    let model = rx.model();
    let acts: Vec<&str> = model.acts().map(|(it, _)| it).collect();
    Ok(json!({ "Privileges": names, "Acts": acts, "Roles": roles.collect::<Vec<_>>() }))
}

/// `assent_Jobs()`.
fn jobs(rx: &Rx<'_>, _: &Given) -> Result<Json> {
    require(rx, "prvReadAuditSummary", "jobs")?;
    let held = desk::held(rx, JOBS)?.into_iter().map(|it| {
        json!({
            "Id": it.id, "Kind": it.kind, "Due": it.due.to_string(), "Attempts": it.attempts,
            "Running": it.running, "Failed": it.failed, "Failure": it.failure,
        })
    });
    let ran = desk::lately(rx)?
        .into_iter()
        .map(|it| json!({ "Kind": it.kind, "At": it.at.to_string(), "Changes": it.changes }));
    let consumers = events::lags(rx)?.into_iter().map(|it| {
        let oldest = it.oldest.and_then(|at| jiff::Timestamp::from_millisecond(at).ok()).map(|it| it.to_string());
        json!({ "Name": it.consumer, "Behind": it.behind, "Oldest": oldest })
    });
    Ok(json!({
        "Jobs": held.collect::<Vec<_>>(), "Ran": ran.collect::<Vec<_>>(), "Consumers": consumers.collect::<Vec<_>>(),
    }))
}

/// `assent_importbatches(id)/…assent_UndoImport`.
fn undo_import(db: &Db, cx: &Context, given: &Given) -> Result<Json> {
    let undone = to_value(ingest::undo(db, cx, given.id)?)?;
    match undone {
        Json::Object(mut it) => {
            it.remove("batch");
            Ok(Json::Object(it))
        }
        _ => Err(Error::bug("an undone import is no object")),
    }
}

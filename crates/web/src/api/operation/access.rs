//! Sharing, roles and what somebody may do to a row, in Dataverse's words.
//!
//! *Not* a decision: `kernel::access` has the rules. Invariant: an answer about somebody's rights is what
//! the write path would say to them.

use kernel::{
    Actor, Error, Kind, Result, Rx, Tx,
    access::{
        self, Depth, Privilege,
        role::{self, Named},
        share::{self, Meeting, Shared},
    },
    uuid::Uuid,
};
use serde_json::{Map, Value as Json, json};

use super::{Given, Operation, Run};
use crate::{
    api::{key, privilege::identifier},
    token,
};

/// See the module.
pub const OPERATIONS: &[Operation] = &[
    Operation {
        name: "RetrievePrincipalAccess",
        bound_to: Some("systemuser"),
        parameters: &[("Target", "crmbaseentity")],
        returns: &[("AccessRights", "Edm.String")],
        about: "What a user may do to a row, sharing included.",
        errors: &[("0x80040217", "user or row do not exist")],
        source: "spec/web-api.md 4.5",
        run: Run::Function(principal),
    },
    Operation {
        name: "sample_IsSystemAdmin",
        bound_to: Some("systemuser"),
        parameters: &[],
        returns: &[("HasRole", "Edm.Boolean")],
        about: "Whether a user is a system administrator, by a role of their own or of a team. Microsoft's examples bring it as a solution of their own, IsSystemAdminFunction.",
        errors: &[("0x80040217", "there is no such user"), ("0x80040220", "the role may not read users")],
        source: "spec/web-api.md 4.5",
        run: Run::Function(is_administrator),
    },
    Operation {
        name: "RetrieveSharedPrincipalsAndAccess",
        bound_to: None,
        parameters: &[("Target", "crmbaseentity")],
        returns: &[("PrincipalAccesses", "Collection(Edm.String)")],
        about: "With whom a row is shared, and what for.",
        errors: &[("0x80040217", "the row, the user or the team does not exist")],
        source: "spec/web-api.md 4.5",
        run: Run::Function(shared_with),
    },
    Operation {
        name: "GrantAccess",
        bound_to: None,
        parameters: &[("Target", "crmbaseentity"), ("PrincipalAccess", "Edm.String")],
        returns: &[],
        about: "Shares a row with a user or a team; what was shared before stays.",
        errors: &[
            ("0x80048306", "the privilege share does not reach the row"),
            ("0x80040217", "the row, the user or the team does not exist"),
        ],
        source: "spec/web-api.md 4.5",
        run: Run::Action(|tx, given| open(tx, given, Meeting::Add)),
    },
    Operation {
        name: "ModifyAccess",
        bound_to: None,
        parameters: &[("Target", "crmbaseentity"), ("PrincipalAccess", "Edm.String")],
        returns: &[],
        about: "Shares a row with a user or a team for this and nothing else.",
        errors: &[
            ("0x80048306", "the privilege share does not reach the row"),
            ("0x80040217", "the row, the user or the team does not exist"),
        ],
        source: "spec/web-api.md 4.5",
        run: Run::Action(|tx, given| open(tx, given, Meeting::Replace)),
    },
    Operation {
        name: "RevokeAccess",
        bound_to: None,
        parameters: &[("Target", "crmbaseentity"), ("Revokee", "crmbaseentity")],
        returns: &[],
        about: "Ends the sharing of a row with a user or a team.",
        errors: &[
            ("0x80048306", "the privilege share does not reach the row"),
            ("0x80040217", "the row, the user or the team does not exist"),
        ],
        source: "spec/web-api.md 4.5",
        run: Run::Action(revoke),
    },
    Operation {
        name: "AddPrivilegesRole",
        bound_to: Some("role"),
        parameters: &[("Privileges", "Edm.String")],
        returns: &[],
        about: "Gives a role further privileges, each with its depth.",
        errors: &[("0x80040220", "the role may not write roles, or does not hold what it gives")],
        source: "spec/web-api.md 4.5",
        run: Run::Action(|tx, given| give(tx, given, false)),
    },
    Operation {
        name: "ReplacePrivilegesRole",
        bound_to: Some("role"),
        parameters: &[("Privileges", "Edm.String")],
        returns: &[],
        about: "Gives a role these privileges in place of those that were added before.",
        errors: &[("0x80040220", "the role may not write roles, or does not hold what it gives")],
        source: "spec/web-api.md 4.5",
        run: Run::Action(|tx, given| give(tx, given, true)),
    },
    Operation {
        name: "RemovePrivilegeRole",
        bound_to: Some("role"),
        parameters: &[("PrivilegeId", "Edm.Guid"), ("PrivilegeName", "Edm.String")],
        returns: &[],
        about: "Takes a privilege that was added back from a role.",
        errors: &[("0x80040220", "the role may not write roles")],
        source: "spec/web-api.md 4.5",
        run: Run::Action(take),
    },
    Operation {
        name: "RetrieveRolePrivilegesRole",
        bound_to: None,
        parameters: &[("RoleId", "Edm.Guid")],
        returns: &[("RolePrivileges", "Collection(Edm.String)")],
        about: "The privileges of a role: those of the entity files and those that were added.",
        errors: &[("0x80040217", "there is no such role")],
        source: "spec/web-api.md 4.5",
        run: Run::Function(of_role),
    },
    Operation {
        name: "assent_WhoAmI",
        bound_to: None,
        parameters: &[],
        returns: &[
            ("UserId", "Edm.Guid"),
            ("Name", "Edm.String"),
            ("Roles", "Collection(Edm.String)"),
            ("Privileges", "Collection(Edm.String)"),
        ],
        about: "Who acts, with the roles in force and every privilege that they give, be it on one's own rows only.",
        errors: &[("0x80072560", "nobody is signed in")],
        source: "docs/access.md",
        run: Run::Function(oneself),
    },
    Operation {
        name: "RetrievePrivilegeSet",
        bound_to: None,
        parameters: &[],
        returns: &[("", "Collection(Edm.String)")],
        about: "Every privilege that a role can have.",
        errors: &[],
        source: "spec/web-api.md 4.5",
        run: Run::Function(all),
    },
];

/// The words of access rights, as Dataverse has them.
const RIGHTS: [(&str, Privilege); 8] = [
    ("ReadAccess", Privilege::Read),
    ("WriteAccess", Privilege::Write),
    ("AppendAccess", Privilege::Append),
    ("AppendToAccess", Privilege::AppendTo),
    ("CreateAccess", Privilege::Create),
    ("DeleteAccess", Privilege::Delete),
    ("ShareAccess", Privilege::Share),
    ("AssignAccess", Privilege::Assign),
];

/// The words of depths, as Dataverse has them.
const DEPTHS: [(&str, Depth); 4] = [
    ("Basic", Depth::User),
    ("Local", Depth::BusinessUnit),
    ("Deep", Depth::ParentChild),
    ("Global", Depth::Organization),
];

fn words(rights: &[Privilege]) -> String {
    let words: Vec<&str> = RIGHTS.iter().filter(|(_, it)| rights.contains(it)).map(|(word, _)| *word).collect();
    if words.is_empty() { "None".to_owned() } else { words.join(", ") }
}

fn target(rx: &Rx<'_>, given: &Given) -> Result<(String, Uuid)> {
    key::row(rx, "Target", given.parameters.get("Target"))
}

/// `systemusers(id)/…RetrievePrincipalAccess(Target=@p)?@p={'@odata.id':'accounts(id)'}`.
fn principal(rx: &Rx<'_>, given: &Given) -> Result<Json> {
    let (entity, id) = target(rx, given)?;
    rx.get(&entity, id)?;
    let user = rx.get("systemuser", given.id)?;
    let theirs = rx.under(rx.cx().for_actor(Actor::user(given.id, user.text("assent_role"))));
    let model = rx.model();
    let entity = model.entity(&entity)?;
    let mut held = Vec::new();
    for (_, privilege) in RIGHTS.into_iter().filter(|_| !user.get("isdisabled").is_true()) {
        match access::check_row(&theirs, entity, id, privilege) {
            Ok(()) => held.push(privilege),
            Err(error) if error.kind == Kind::Forbidden => {}
            Err(error) => return Err(error),
        }
    }
    Ok(json!({ "AccessRights": words(&held) }))
}

/// `systemusers(id)/…sample_IsSystemAdmin`.
fn is_administrator(rx: &Rx<'_>, given: &Given) -> Result<Json> {
    let user = rx.get("systemuser", given.id)?;
    let theirs = rx.under(rx.cx().for_actor(Actor::user(given.id, user.text("assent_role"))));
    Ok(json!({ "HasRole": role::roles_held(&theirs)?.iter().any(|it| it == access::ADMINISTRATOR) }))
}

/// `RetrieveSharedPrincipalsAndAccess(Target=@p)`: with whom a row is shared.
fn shared_with(rx: &Rx<'_>, given: &Given) -> Result<Json> {
    let (entity, id) = target(rx, given)?;
    let all: Vec<Json> = share::of_row(rx, &entity, id)?
        .into_iter()
        .map(|it| {
            let mut principal = Map::new();
            principal.insert("@odata.type".to_owned(), json!(format!("#Microsoft.Dynamics.CRM.{}", it.kind)));
            principal.insert(format!("{}id", it.kind), json!(it.principal));
            json!({ "AccessMask": words(&it.rights), "Principal": principal })
        })
        .collect();
    Ok(json!({ "PrincipalAccesses": all }))
}

/// `GrantAccess` and `ModifyAccess {Target, PrincipalAccess: {Principal, AccessMask: "ReadAccess,WriteAccess"}}`.
fn open(tx: &mut Tx<'_>, given: &Given, meeting: Meeting) -> Result<Json> {
    let (entity, id) = target(tx, given)?;
    let wrong = || Error::invalid("PrincipalAccess", "takes {\"Principal\": {…}, \"AccessMask\": \"ReadAccess\"}");
    let access = given.parameters.get("PrincipalAccess").and_then(Json::as_object).ok_or_else(wrong)?;
    let (kind, principal) = key::row(tx, "PrincipalAccess.Principal", access.get("Principal"))?;
    if !matches!(kind.as_str(), "systemuser" | "team") {
        return Err(Error::invalid("PrincipalAccess.Principal", "is a systemuser or a team"));
    }
    let mut rights = Vec::new();
    let mask = access.get("AccessMask").and_then(Json::as_str).ok_or_else(wrong)?;
    for word in mask.split(',').map(str::trim).filter(|it| !it.is_empty() && *it != "None") {
        let known = RIGHTS.iter().find(|(it, _)| *it == word);
        let (_, privilege) = known.ok_or_else(|| {
            let known = RIGHTS.map(|(it, _)| it).join(", ");
            Error::invalid("PrincipalAccess.AccessMask", format!("'{word}' is none of {known}"))
        })?;
        rights.push(*privilege);
    }
    share::open(tx, &entity, id, &Shared { kind, principal, rights }, meeting)?;
    Ok(Json::Null)
}

/// `RevokeAccess {Target, Revokee}`.
fn revoke(tx: &mut Tx<'_>, given: &Given) -> Result<Json> {
    let (entity, id) = target(tx, given)?;
    let (_, principal) = key::row(tx, "Revokee", given.parameters.get("Revokee"))?;
    share::close(tx, &entity, id, principal)?;
    Ok(Json::Null)
}

/// The privilege that a parameter names, by its name or by its identifier.
fn named(rx: &Rx<'_>, name: Option<&str>, id: Option<&str>) -> Result<Named> {
    if let Some(name) = name {
        return Named::parse(&rx.model(), name);
    }
    let wanted: Option<Uuid> = id.and_then(|it| it.parse().ok());
    let found = wanted.and_then(|id| role::all(&rx.model()).into_iter().find(|it| identifier(it) == id));
    found.ok_or_else(|| Error::invalid("PrivilegeId", "names no privilege; RetrievePrivilegeSet() lists them"))
}

/// `roles(id)/…AddPrivilegesRole {Privileges: [{PrivilegeName or PrivilegeId, Depth}]}`.
fn give(tx: &mut Tx<'_>, given: &Given, replace: bool) -> Result<Json> {
    let list = given.parameters.get("Privileges").and_then(Json::as_array);
    let list = list.ok_or_else(|| Error::invalid("Privileges", "takes a list of {PrivilegeName, Depth}"))?;
    let mut all = Vec::new();
    for it in list {
        let text = |name: &str| it.get(name).and_then(Json::as_str);
        let depth = text("Depth").and_then(|word| DEPTHS.iter().find(|(it, _)| *it == word));
        let (_, depth) = depth.ok_or_else(|| Error::invalid("Depth", "is Basic, Local, Deep or Global"))?;
        all.push((named(tx, text("PrivilegeName"), text("PrivilegeId"))?, *depth));
    }
    role::give(tx, given.id, &all, replace)?;
    Ok(Json::Null)
}

/// `roles(id)/…RemovePrivilegeRole {PrivilegeId}`, or `PrivilegeName`.
fn take(tx: &mut Tx<'_>, given: &Given) -> Result<Json> {
    let named = named(tx, given.optional("PrivilegeName")?, given.optional("PrivilegeId")?)?;
    role::take(tx, given.id, &named)?;
    Ok(Json::Null)
}

/// `RetrieveRolePrivilegesRole(RoleId=…)`: those of the entity files, and those that were added.
fn of_role(rx: &Rx<'_>, given: &Given) -> Result<Json> {
    let all: Vec<Json> = role::privileges(rx, given.guid("RoleId")?)?
        .iter()
        .map(|(named, depth)| {
            let word = DEPTHS.iter().find(|(_, it)| it == depth).map_or("", |(word, _)| word);
            json!({ "PrivilegeId": identifier(named), "PrivilegeName": named.text(), "Depth": word })
        })
        .collect();
    Ok(json!({ "RolePrivileges": all }))
}

/// `assent_WhoAmI()`: oneself, for a page that offers only what one may do.
fn oneself(rx: &Rx<'_>, _: &Given) -> Result<Json> {
    let user = rx.cx().user().ok_or_else(token::refused)?;
    let name = rx.elevated("who am I").get("systemuser", user)?.text("fullname").to_owned();
    let roles = role::roles_held(rx)?;
    let model = rx.model();
    let used = |named: &Named| match named {
        Named::On(entity, privilege) => model.entity(entity).is_ok_and(|it| access::has_use(it, *privilege)),
        Named::Act(_) => true,
    };
    let held = role::held(rx)?;
    let privileges: Vec<String> = held.iter().map(|(it, _)| it).filter(|it| used(it)).map(Named::text).collect();
    Ok(json!({ "UserId": user, "Name": name, "Roles": roles, "Privileges": privileges }))
}

/// `RetrievePrivilegeSet()`: every privilege that a role can have.
fn all(rx: &Rx<'_>, _: &Given) -> Result<Json> {
    let all: Vec<Json> =
        role::all(&rx.model()).iter().map(|it| json!({ "privilegeid": identifier(it), "name": it.text() })).collect();
    Ok(Json::Array(all))
}

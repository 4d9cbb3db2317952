//! Who may do what: privileges by role and entity.
//!
//! *Not* sign-in (`web`) and not what a person agreed to (`privacy`). Today every privilege has the depth of the
//! whole organisation; the parsed form keeps the depth word, so owner and business-unit depth add
//! a case here and a condition in `query`, nothing else. Invariant: the pipeline asks before it
//! reads or writes, so there is no path around this file.

use crate::{
    Actor, Context, Error, Kind, Result,
    metadata::{Entity, file::Writer},
};

/// What can be done to rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Privilege {
    /// Make a row.
    Create = 1,
    /// See rows.
    Read = 2,
    /// Change a row.
    Write = 4,
    /// Delete a row.
    Delete = 8,
    /// Attach rows to a row.
    AppendTo = 16,
    /// Attach a row to others.
    Append = 32,
}

/// The role that may do everything.
pub const ADMINISTRATOR: &str = "system-administrator";

/// The roles that come with the product.
pub const ROLES: &[&str] =
    &[ADMINISTRATOR, "privacy-officer", "marketer", "sales-person", "auditor", "integrator", "public"];

/// The privileges of one role on one entity.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Privileges(u8);

impl Privileges {
    /// Reads `create,read:organization`.
    ///
    /// # Errors
    /// `Invalid` naming the unknown word.
    pub fn parse(text: &str) -> Result<Self> {
        let (words, depth) = text.split_once(':').unwrap_or((text, "organization"));
        if depth != "organization" {
            return Err(Error::invalid(depth, "the depth of a privilege is organization"));
        }
        words.split(',').map(str::trim).filter(|it| !it.is_empty()).try_fold(Privileges(0), |all, word| {
            let privilege = match word {
                "create" => Privilege::Create,
                "read" => Privilege::Read,
                "write" => Privilege::Write,
                "delete" => Privilege::Delete,
                "append" => Privilege::Append,
                "appendto" => Privilege::AppendTo,
                _ => {
                    return Err(Error::invalid(word, "a privilege is create, read, write, delete, append or appendto"));
                }
            };
            Ok(Privileges(all.0 | privilege as u8))
        })
    }
    /// Whether the privilege is among them.
    pub fn has(self, privilege: Privilege) -> bool {
        self.0 & privilege as u8 != 0
    }
}

/// Whether the actor may do this to rows of the entity.
pub fn allows(cx: &Context, entity: &Entity, privilege: Privilege) -> bool {
    if cx.elevated {
        return true;
    }
    match &cx.actor {
        Actor::System => true,
        Actor::Public => false,
        // What nobody may see, the administrator may not see either.
        Actor::User { .. } if privilege == Privilege::Read && entity.reader == Writer::System => false,
        Actor::User { roles, .. } => {
            roles.iter().any(|role| role == ADMINISTRATOR || entity.roles.get(role).is_some_and(|it| it.has(privilege)))
        }
    }
}

/// Refuses what the actor may not do.
///
/// # Errors
/// `Forbidden` naming the entity and the privilege.
pub fn check(cx: &Context, entity: &Entity, privilege: Privilege) -> Result<()> {
    if allows(cx, entity, privilege) {
        return Ok(());
    }
    Err(Error::new(
        Kind::Forbidden,
        "privilege",
        entity.name.as_str(),
        format!("the role in force has no privilege {privilege:?} on {}", entity.name),
    ))
}

/// Refuses everybody but the product itself, where only the product writes rows.
///
/// # Errors
/// `Forbidden` naming the entity.
pub fn check_writer(cx: &Context, entity: &Entity) -> Result<()> {
    if entity.writer == Writer::Anyone || cx.elevated || cx.actor == Actor::System {
        return Ok(());
    }
    let text = format!("rows of {} are written by the product only; use the act that they record", entity.name);
    Err(Error::new(Kind::Forbidden, "privilege", entity.name.as_str(), text))
}

/// Refuses whoever does not hold one of the roles; for acts that are not about one entity.
///
/// # Errors
/// `Forbidden` naming the act.
pub fn require_role(cx: &Context, wanted: &[&str], act: &str) -> Result<()> {
    let held = match &cx.actor {
        Actor::System => true,
        Actor::Public => cx.elevated,
        Actor::User { roles, .. } => {
            cx.elevated || roles.iter().any(|it| it == ADMINISTRATOR || wanted.contains(&it.as_str()))
        }
    };
    if held {
        return Ok(());
    }
    let roles: Vec<&str> = wanted.iter().copied().chain([ADMINISTRATOR]).collect();
    Err(Error::forbidden(act, format!("this needs the role {}", roles.join(" or "))))
}

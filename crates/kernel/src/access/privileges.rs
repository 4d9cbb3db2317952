//! What a role may do to rows of an entity, and to which rows: the depth.
//!
//! *Not* who holds the role (`grants`). Invariant: two sets of privileges joined give each privilege the
//! deeper of its two depths, so a further role never takes anything away.

use crate::{Error, Result};

/// What can be done to rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Privilege {
    /// Make a row.
    Create,
    /// See rows.
    Read,
    /// Change a row.
    Write,
    /// Delete a row.
    Delete,
    /// Attach rows to a row.
    AppendTo,
    /// Attach a row to others.
    Append,
    /// Give a row to another owner.
    Assign,
    /// Open a row to others.
    Share,
}

impl Privilege {
    /// All of them, in the order of the golden matrix.
    pub const ALL: [Privilege; 8] = [
        Privilege::Create,
        Privilege::Read,
        Privilege::Write,
        Privilege::Delete,
        Privilege::AppendTo,
        Privilege::Append,
        Privilege::Assign,
        Privilege::Share,
    ];
    /// The word in an entity file.
    pub fn word(self) -> &'static str {
        match self {
            Privilege::Create => "create",
            Privilege::Read => "read",
            Privilege::Write => "write",
            Privilege::Delete => "delete",
            Privilege::AppendTo => "appendto",
            Privilege::Append => "append",
            Privilege::Assign => "assign",
            Privilege::Share => "share",
        }
    }
    /// The privilege of a word.
    pub fn of_word(word: &str) -> Option<Privilege> {
        Self::ALL.into_iter().find(|it| it.word() == word)
    }
}

/// To which rows a privilege reaches, by their owner.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Depth {
    /// To none.
    #[default]
    None,
    /// To those of the user and of the user's teams (Dataverse: Basic).
    User,
    /// To those of the business unit (Local).
    BusinessUnit,
    /// To those of the business unit and of the units below it (Deep).
    ParentChild,
    /// To all (Global).
    Organization,
}

impl Depth {
    /// All of them, from none to all.
    pub const ALL: [Depth; 5] =
        [Depth::None, Depth::User, Depth::BusinessUnit, Depth::ParentChild, Depth::Organization];
    /// The word in an entity file.
    pub fn word(self) -> &'static str {
        match self {
            Depth::None => "none",
            Depth::User => "user",
            Depth::BusinessUnit => "business-unit",
            Depth::ParentChild => "parent-child",
            Depth::Organization => "organization",
        }
    }
    /// The depth of a word.
    pub fn of_word(word: &str) -> Option<Depth> {
        Self::ALL.into_iter().find(|it| it.word() == word)
    }
}

/// The privileges of one role on one entity, each with its depth.
///
/// ```
/// use kernel::access::{Depth, Privilege, Privileges};
/// let rights = Privileges::parse("read:organization; create,write:user")?;
/// assert_eq!(rights.depth(Privilege::Write), Depth::User);
/// assert!(!rights.has(Privilege::Delete));
/// # Ok::<(), kernel::Error>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Privileges([Depth; 8]);

impl Privileges {
    /// Every privilege to all rows.
    pub const EVERYTHING: Privileges = Privileges([Depth::Organization; 8]);

    /// Reads `create,read:organization; write:user`; without a word behind a colon the depth is the
    /// organization.
    ///
    /// # Errors
    /// `Invalid` naming the unknown word.
    pub fn parse(text: &str) -> Result<Self> {
        let mut all = Privileges::default();
        for part in text.split(';') {
            let (words, depth) = part.split_once(':').unwrap_or((part, "organization"));
            let depth = Depth::of_word(depth.trim()).filter(|it| *it != Depth::None).ok_or_else(|| {
                let text = "the depth of a privilege is user, business-unit, parent-child or organization";
                Error::invalid(depth.trim(), text)
            })?;
            for word in words.split(',').map(str::trim).filter(|it| !it.is_empty()) {
                let privilege = Privilege::of_word(word).ok_or_else(|| {
                    let known = Privilege::ALL.map(Privilege::word).join(", ");
                    Error::invalid(word, format!("a privilege is one of {known}"))
                })?;
                all = all.with(privilege, depth);
            }
        }
        Ok(all)
    }
    /// These and one more, at the deeper of the two depths.
    #[must_use]
    pub fn with(mut self, privilege: Privilege, depth: Depth) -> Self {
        if let Some(held) = self.0.get_mut(privilege as usize) {
            *held = depth.max(*held);
        }
        self
    }
    /// These but one.
    #[must_use]
    pub fn without(mut self, privilege: Privilege) -> Self {
        if let Some(held) = self.0.get_mut(privilege as usize) {
            *held = Depth::None;
        }
        self
    }
    /// These and others, each at the deeper of the two depths.
    #[must_use]
    pub fn join(self, other: Privileges) -> Self {
        Privilege::ALL.into_iter().fold(self, |all, it| all.with(it, other.depth(it)))
    }
    /// To which rows the privilege reaches.
    pub fn depth(self, privilege: Privilege) -> Depth {
        self.0.get(privilege as usize).copied().unwrap_or_default()
    }
    /// Whether the privilege is among them, at any depth.
    pub fn has(self, privilege: Privilege) -> bool {
        self.depth(privilege) != Depth::None
    }
}

//! The kinds of processing that need a permit, and what each of them asks for.
//!
//! *Not* the answer (`gate`). Invariant: numbers are frozen, for they are kept with outgoing mails.

use super::Level;

mod sealed {
    pub trait Sealed {}
}

/// What one kind of processing asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    /// The word kept with what was done under the permit.
    pub basis: &'static str,
    /// The number kept with an outgoing mail, so that the same question can be asked again.
    pub number: i64,
    /// The level it needs, whatever a journey or model says.
    pub minimum: Level,
    /// Whether it is a mail.
    pub mail: bool,
    /// Whether it is direct marketing: bulk preferences, objections and the suppression ledger speak
    /// against it.
    pub commercial: bool,
    /// Whether the person has just asked for it.
    pub asked: bool,
    /// Whether opens, clicks and visits are recorded by it.
    pub tracking: bool,
    /// Whether it draws conclusions about the person automatically.
    pub profiling: bool,
    /// Whether it is analytics that Embedded Intelligence covers.
    pub analytics: bool,
    /// Whether it goes to a bare address that somebody else gave, and never to a contact.
    pub address_only: bool,
}

const PLAIN: Terms = Terms {
    basis: "",
    number: 0,
    minimum: Level::None,
    mail: false,
    commercial: false,
    asked: false,
    tracking: false,
    profiling: false,
    analytics: false,
    address_only: false,
};

/// A kind of processing that needs a permit.
pub trait Purpose: sealed::Sealed {
    /// What it asks for.
    const TERMS: Terms;
    /// The word kept with what was done under the permit.
    const BASIS: &'static str = Self::TERMS.basis;
    /// The number kept with an outgoing mail.
    const NUMBER: i64 = Self::TERMS.number;
    /// Whether it is a mail at all.
    const MAIL: bool = Self::TERMS.mail;
}

macro_rules! purposes {
    ($($(#[$doc:meta])* $name:ident = $number:literal, $basis:literal, { $($field:ident: $value:expr),* };)*) => {
        $(
            $(#[$doc])*
            #[derive(Debug, Clone, Copy, PartialEq, Eq)]
            pub struct $name;
            impl sealed::Sealed for $name {}
            impl Purpose for $name {
                const TERMS: Terms = Terms { number: $number, basis: $basis, $($field: $value,)* ..PLAIN };
            }
        )*
        /// Every kind of processing, with its name.
        pub const PURPOSES: &[(&str, Terms)] = &[$((stringify!($name), $name::TERMS)),*];
    };
}
purposes! {
    /// Asking the person to confirm what they just asked for.
    Confirmation = 3, "request", { mail: true, asked: true };
    /// A message about existing business.
    Transactional = 2, "transactional", { mail: true };
    /// A marketing message that needs what its journey says.
    Commercial = 1, "consent", { mail: true, commercial: true };
    /// Subscribed content, and offers to join mailing lists.
    Subscriptions = 5, "consent", { mail: true, commercial: true, minimum: Level::Subscriptions };
    /// A marketing message that needs the level for it, whatever its journey says.
    Marketing = 6, "consent", { mail: true, commercial: true, minimum: Level::Marketing };
    /// Recording opens, clicks and visits.
    Tracking = 4, "tracking", { tracking: true };
    /// Automated decisions from demographic and behaviour data, lead scores among them.
    Profiling = 7, "consent", { profiling: true, minimum: Level::Profiling };
    /// Figures about the relation with a contact (`spec/marketing.md` 14).
    RelationshipAnalytics = 8, "relationship analytics", { analytics: true };
    /// One copy of a mail for a friend of its reader, who typed the address in (`spec/marketing.md` 10).
    Forwarded = 9, "forwarded by another person", { mail: true, commercial: true, address_only: true };
    /// A test mail to the user who asks for it.
    Internal = 10, "asked for by a user", { mail: true, asked: true, address_only: true };
    /// A mail about the account that somebody signs in with, as a new password.
    Account = 11, "account of a user", { mail: true, asked: true, address_only: true };
}

//! What is remembered of signing in: rows of `assent_useraccess`, append-only.
//!
//! *Not* the log of the process. Invariant: no network address, no mail address and no secret is in a
//! row; it names the account and the way.

use kernel::{Result, Tx, Values, uuid::Uuid};

/// What happened; the numbers are those of the entity file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(i64)]
pub(crate) enum Event {
    /// A session began.
    SignedIn = 1,
    /// A wrong password, an unknown account, a closed one.
    Refused = 2,
    /// So many wrong ones that the next try waits.
    LockedOut = 3,
    /// The user ended a session.
    SignedOut = 4,
    /// The user ended all sessions.
    SignedOutEverywhere = 5,
    /// An administrator ended the user's sessions.
    EndedByAdministrator = 6,
    /// The account was closed, got another role or another address.
    EndedByChange = 7,
    /// A password, a passkey, an account at a provider or a token was added.
    CredentialAdded = 8,
    /// A password was changed, a passkey got another name.
    CredentialChanged = 9,
    /// A passkey or a token was removed.
    CredentialRemoved = 10,
    /// A link for the account was made.
    LinkMade = 11,
    /// A passkey's counter did not go up: somebody may hold a copy of its key. It was refused.
    PasskeyCopied = 12,
    /// Somebody asked for a mail to set a new password.
    ResetAsked = 13,
}

/// How a user signs in; the numbers are those of the choice `assent_signin_method`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(i64)]
pub enum Method {
    /// A password.
    Password = 1,
    /// A passkey.
    Passkey = 2,
    /// An account at an identity provider.
    Provider = 3,
    /// A link that works once.
    Link = 4,
}

/// Notes it.
///
/// # Errors
/// Those of the store.
pub(crate) fn note(tx: &mut Tx<'_>, event: Event, method: Option<Method>, user: Option<Uuid>) -> Result<()> {
    let values = Values::new()
        .with("assent_event", event as i64)
        .with("assent_method", method.map(|it| it as i64))
        .with("assent_systemuserid", user.map(|it| ("systemuser", it)));
    tx.as_system("sign-in", |tx| tx.create("assent_useraccess", values.clone())).map(drop)
}

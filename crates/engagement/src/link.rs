//! Personal links in mails: signed, not guessable, and good for years.
//!
//! *Not* secrets that are stored; the link itself says whom and what it is for, and a keyed code says
//! that we made it. Invariant: a link with one changed character is refused.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use kernel::{Error, Kind, Result, Rx, subject, uuid::Uuid};

use crate::site;

/// The error for a link that we did not make, or not for this.
pub(crate) fn unknown() -> Error {
    Error::new(Kind::NotFound, "unknown-link", "link", "This link is not valid. Use the link in the mail as it is.")
}

/// What a personal link is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Link {
    /// The subscription center of a contact, reached from a mail.
    Center {
        /// The person.
        contact: Uuid,
        /// The mail that the link is in.
        mail: Uuid,
    },
    /// One-click unsubscribing (RFC 8058).
    Unsubscribe {
        /// The person.
        contact: Uuid,
        /// The mail that the link is in.
        mail: Uuid,
    },
    /// The page by which the reader of a mail sends a copy to friends.
    Forward {
        /// The mail.
        mail: Uuid,
    },
    /// No more copies to this address, for a friend of whom nothing else is known.
    Refuse {
        /// The key under which the suppression ledger knows the address.
        key: [u8; 32],
    },
    /// A landing page that knows who visits, for filling it in.
    Visit {
        /// The person.
        contact: Uuid,
    },
    /// The picture that tells that a mail was opened.
    Open {
        /// The mail.
        mail: Uuid,
    },
    /// A link of a mail.
    Click {
        /// The mail.
        mail: Uuid,
        /// The number of the link in it.
        number: u16,
    },
}

impl Link {
    fn payload(self) -> Vec<u8> {
        let (kind, a, b, number) = match self {
            Link::Refuse { key } => return [b"r", key.as_slice()].concat(),
            Link::Center { contact, mail } => (b'c', contact, mail, 0),
            Link::Unsubscribe { contact, mail } => (b'u', contact, mail, 0),
            Link::Forward { mail } => (b'f', mail, Uuid::nil(), 0),
            Link::Visit { contact } => (b'v', contact, Uuid::nil(), 0),
            Link::Open { mail } => (b'o', mail, Uuid::nil(), 0),
            Link::Click { mail, number } => (b'l', mail, Uuid::nil(), number),
        };
        let mut bytes = vec![kind];
        bytes.extend_from_slice(a.as_bytes());
        if matches!(self, Link::Center { .. } | Link::Unsubscribe { .. }) {
            bytes.extend_from_slice(b.as_bytes());
        }
        if matches!(self, Link::Click { .. }) {
            bytes.extend_from_slice(&number.to_be_bytes());
        }
        bytes
    }

    /// The token of the link.
    ///
    /// # Errors
    /// Those of the vault.
    pub fn token(self, rx: &Rx<'_>) -> Result<String> {
        let payload = URL_SAFE_NO_PAD.encode(self.payload());
        let code = subject::link_code(rx, &payload)?;
        Ok(format!("{payload}.{}", code.get(..32).unwrap_or(&code)))
    }

    /// The whole address.
    ///
    /// # Errors
    /// Those of the vault.
    pub fn url(self, rx: &Rx<'_>) -> Result<String> {
        let path = match self {
            Link::Center { .. } => "s",
            Link::Unsubscribe { .. } => "u",
            Link::Forward { .. } => "w",
            Link::Refuse { .. } => "n",
            Link::Visit { .. } => "p",
            Link::Open { .. } => "o",
            Link::Click { .. } => "l",
        };
        Ok(format!("{}/{path}/{}", site::base_url(rx)?, self.token(rx)?))
    }

    /// Reads a token.
    ///
    /// # Errors
    /// `NotFound` for one that we did not make.
    pub fn read(rx: &Rx<'_>, token: &str) -> Result<Link> {
        let (payload, code) = token.split_once('.').ok_or_else(unknown)?;
        let expected = subject::link_code(rx, payload)?;
        let expected = expected.get(..32).unwrap_or_default();
        // Every character is compared, so the time taken tells nothing.
        let differs = code.len() != expected.len()
            || code.bytes().zip(expected.bytes()).fold(0, |all, (a, b)| all | (a ^ b)) != 0;
        if differs {
            return Err(unknown());
        }
        let bytes = URL_SAFE_NO_PAD.decode(payload).map_err(|_| unknown())?;
        let id = |from: usize| bytes.get(from..from + 16).and_then(|it| Uuid::from_slice(it).ok());
        let link = match bytes.first() {
            Some(b'c') => id(1).zip(id(17)).map(|(contact, mail)| Link::Center { contact, mail }),
            Some(b'u') => id(1).zip(id(17)).map(|(contact, mail)| Link::Unsubscribe { contact, mail }),
            Some(b'f') => id(1).map(|mail| Link::Forward { mail }),
            Some(b'r') => bytes.get(1..33).and_then(|it| Some(Link::Refuse { key: it.try_into().ok()? })),
            Some(b'v') => id(1).map(|contact| Link::Visit { contact }),
            Some(b'o') => id(1).map(|mail| Link::Open { mail }),
            Some(b'l') => id(1).zip(bytes.get(17..19)).and_then(|(mail, number)| {
                Some(Link::Click { mail, number: u16::from_be_bytes(number.try_into().ok()?) })
            }),
            _ => None,
        };
        link.ok_or_else(unknown)
    }
}

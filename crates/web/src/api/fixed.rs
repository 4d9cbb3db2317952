//! Identifiers of things that have no row: definitions, the organisation, the views of entity files.
//!
//! Invariant: the same name gives the same identifier in each store, so that scripts may keep it.

use kernel::uuid::{Builder, Uuid};

/// The identifier of that name.
pub fn fixed(name: &str) -> Uuid {
    let digest = ring::digest::digest(&ring::digest::SHA256, name.as_bytes());
    let mut bytes = [0u8; 16];
    for (to, from) in bytes.iter_mut().zip(digest.as_ref()) {
        *to = *from;
    }
    Builder::from_custom_bytes(bytes).into_uuid()
}

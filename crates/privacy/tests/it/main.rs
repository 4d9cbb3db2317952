//! What this crate promises without the crates above it.
#![expect(clippy::unwrap_used, reason = "a test ends where it fails")]

mod evidence;
mod gate;
mod ledger;
mod source;

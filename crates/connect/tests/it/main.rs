//! The one integration binary of the crate, one module per capability.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod ingest;
mod mail;
mod table;

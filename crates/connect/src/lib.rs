//! Acts: brings data in and sends it out. The only crate that opens outbound connections.
//!
//! It decides nothing about people; `privacy` does.

pub mod fetch;
pub mod ingest;
pub mod mail;

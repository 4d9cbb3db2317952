//! Acts: brings data in and sends it out. The only crate that opens outbound connections.
//!
//! It decides nothing about people; `privacy` does.

pub mod http;
pub mod ingest;
pub mod mail;
pub mod table;

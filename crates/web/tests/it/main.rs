//! The edge's integration tests: one binary.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that meets the unexpected stops; clippy exempts test functions, not what they share"
)]

mod access;
mod batch;
mod body;
mod browser;
mod bulk;
mod changes;
mod definition;
mod entity;
mod file;
mod list;
mod many;
mod mutation;
mod oauth;
mod openapi;
mod page;
mod public;
mod relation;
mod rights;
mod row;
mod seed;
mod signin;
mod site;
mod table;
mod writer;

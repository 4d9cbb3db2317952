//! The edge's integration tests: one binary.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that meets the unexpected stops; clippy exempts test functions, not what they share"
)]

mod access;
mod acts;
mod audit;
mod authenticator;
mod background;
mod batch;
mod body;
mod browser;
mod bulk;
mod bulk_delete;
mod change;
mod changes;
mod contract;
mod definition;
mod designer;
mod desk;
mod duplicates;
mod entity;
mod evidence;
mod file;
mod link;
mod list;
mod many;
mod media;
mod mutation;
mod oauth;
mod office;
mod openapi;
mod operation;
mod page;
mod passkey;
mod protection;
mod public;
mod relation;
mod reset;
mod rights;
mod routes;
mod row;
mod rows;
mod said;
mod search;
mod seed;
mod segment;
mod settings;
mod signin;
mod site;
mod solutions;
mod table;
mod views;
mod writer;

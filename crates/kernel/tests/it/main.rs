//! The kernel's integration tests: one binary.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod access;
mod backup;
mod columns;
mod commit;
mod depth;
mod distributed;
mod events;
mod files;
mod filter;
mod jobs;
mod law;
mod metadata;
mod model;
mod moving;
mod nodes;
mod page;
mod rules;
mod schema;
mod solutions;
mod trail;
mod vault;
mod world;
mod write;

//! The real binary, driven as people and scripts drive it.
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test ends where it fails")]

mod audit;
mod backup;
mod client;
mod config;
mod demo;
mod export;
mod local;
mod nodes;
mod people;
mod rights;
mod serve;
mod signin;
mod sink;
mod store;
mod story;
mod tls;
mod trial;

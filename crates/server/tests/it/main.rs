//! The real binary, driven as people and scripts drive it.

mod audit;
mod backup;
mod config;
mod export;
mod local;
mod people;
mod serve;
mod store;
mod trial;

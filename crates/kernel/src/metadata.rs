//! What entities, columns and relationships there are.
//!
//! Read from one TOML file per entity ([`file`]), said in further languages (`labels`), checked ([`check`]), and held as a [`Model`] that
//! everything else asks. *Not* a place for behaviour: what needs more than data is a rule in Rust.
//! Invariant: a `Model` that exists has passed the check, so every lookup target, view column and
//! path to a data subject in it resolves.

pub mod check;
pub mod column;
pub mod entity;
pub mod file;
pub mod intersect;
mod labels;
pub mod model;

pub use column::{Choice, Column, ColumnType, OnDelete, Privacy, Sensitivity};
pub use entity::{Entity, Kind, OnErasure, lookup_column};
pub use intersect::{Intersect, ManyToMany};
pub use model::{Model, Reference};

//! What the product consists of: the model's texts, and the rules, jobs and consumers of every
//! crate, in the order they run.
//!
//! The only place that knows all of them (law 10). *Not* what they do. Invariant: the command line
//! and the server open a store with the same lists.

use kernel::{Registry, Sources};

/// The entity files and solutions.
pub const SOURCES: Sources = privacy::metadata::SOURCES;

/// The rules, jobs and consumers.
pub fn registry() -> Registry {
    Registry::default()
        .with(&[], kernel::audit::kept::JOBS, &[])
        .with(privacy::RULES, &[], &[])
        .with(engagement::RULES, engagement::JOBS, engagement::CONSUMERS)
        .with(web::signin::RULES, &[], &[])
        .with(web::RULES, web::JOBS, &[])
}

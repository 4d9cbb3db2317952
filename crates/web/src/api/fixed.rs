//! Identifiers of things that have no row: definitions, the organisation, the views of entity files.
//!
//! Invariant: the same name gives the same identifier in each store, so that scripts may keep it.

pub use kernel::access::fixed_id as fixed;

//! The kernel's integration tests: one binary.

mod metadata;

//! Decides what may be done with people's data: consent, permits, double opt-in, data subject
//! requests, erasure. It sends nothing and shows nothing.

pub mod metadata;

//! Erasure: carrying it out, proving it, and keeping the person from coming back (Art. 17 GDPR).
//!
//! *Not* the decision (`request`). Invariant: the vault knows of an erasure before the first row is
//! gone from the disk, so a crash or a restored backup leads to the same end.

mod carry_out;
pub mod ledger;
mod replay;

pub(crate) use carry_out::carry_out;
pub use replay::replay;

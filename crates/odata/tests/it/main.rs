//! The one integration binary of the crate. Tables of text in, text out.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod abnf;
mod alias;
mod apply;
mod csdl;
mod error;
mod filter;
mod header;
mod hostile;
mod leniency;
mod limit;
mod literal;
mod mutation;
mod options;
mod query;
mod resource_path;
mod round_trip;
mod shared_cases;
mod tree;

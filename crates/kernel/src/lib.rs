//! The kernel: metadata, records, the one write pipeline, access, audit, events, jobs, the store.
//!
//! It knows entities, columns and relationships and nothing about business; capabilities sit on top
//! and reach it through [`Db::read`] and [`Db::write`]. The only crate with SQL.

pub mod access;
pub mod audit;
pub mod blob;
mod context;
mod error;
pub mod events;
pub mod jobs;
pub mod metadata;
mod phrase;
pub mod pipeline;
mod query;
mod rule;
pub mod setting;
pub mod solution;
pub mod store;
pub mod subject;
mod tx;
mod typed;
mod value;

pub use context::{Actor, Clock, Context, FixedClock, Machine, Origin, Random, SeededRandom};
pub use error::{Error, Kind, Result};
pub use phrase::Phrase;
pub use query::{Page, Query, Watermark, report};
pub use rule::{Change, Consumer, JobKind, Op, Outcome, Phase, Registry, Rule, RuleFn};
pub use store::{Db, Sources};
pub use tx::{ROOT_UNIT, Rx, SYSTEM_USER, Tx};
pub use typed::View;
pub use uuid;
pub use value::{FromValue, Record, Value, Values};

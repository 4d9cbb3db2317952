//! A client of Assent's Web API, and of any service that speaks Dataverse's OData v4.
//!
//! Rows are *late-bound* ([`Entity`]: columns by name, of any entity) or *early-bound* (structs that
//! `assent codegen rust` makes from `$metadata`, see [`EarlyBound`]).
//!
//! *Not* part of the server: nothing in the server depends on this crate. Invariant: an update sends what was changed and
//! nothing else, so that a row that somebody else works on keeps their changes.
//!
//! ```no_run
//! use assent_client::{Client, Columns, Entity, Query};
//!
//! # async fn example(token: &str) -> assent_client::Result<()> {
//! let client = Client::builder("https://records.example").token(token).build()?;
//!
//! let mut contact = Entity::new("contact");
//! contact.set("lastname", "Ito");
//! let id = client.create(&contact).await?;
//!
//! let mut contact = client.retrieve("contact", id, &Columns::of(["lastname", "donotemail"])).await?;
//! contact.set("donotemail", true);
//! client.update(&mut contact).await?;
//!
//! let query = Query::of("contact").select(["fullname"]).equals("donotemail", true).order_by("fullname");
//! for contact in client.all(&query).await? {
//!     assert!(contact.text("fullname").is_some());
//! }
//! client.delete("contact", id).await
//! # }
//! ```

mod bound;
mod change_set;
mod connection;
mod entity;
mod error;
mod query;
mod rows;

pub use bound::{Bound, EarlyBound};
pub use change_set::Change;
pub use connection::{Builder, Client};
pub use entity::{Columns, Entity, Reference, Value};
pub use error::{Error, Result};
pub use odata::Literal;
pub use query::{Page, Query};
pub use uuid::Uuid;

//! The query language of the Web API: text in, typed tree out, and back again.
//!
//! What it is: lexer, parser and printer for `$filter`, `$orderby`, `$select`, `$expand`, `$apply`, resource
//! paths, whole query strings, context URLs and the `Prefer` header, and a writer for the CSDL document (`$metadata`).
//!
//! What it is not: it knows no entity, no column type and no user. A quoted GUID stays text and an unknown
//! column stays a name; whoever owns the metadata decides what they mean. It does no I/O.
//!
//! Invariants: printing a parsed tree and parsing it again gives the same tree; no input of any length or
//! depth overflows the stack ([`MAX_TEXT`], [`MAX_NESTING`], [`MAX_CONDITIONS`]).
//!
//! ```
//! use odata::{Expr, parse_filter};
//!
//! let filter = parse_filter("statecode eq 0 or (revenue gt 5000 and not contains(name,'test'))")?;
//! assert!(matches!(filter, Expr::Or(..)));
//! assert_eq!(filter.to_string(), "statecode eq 0 or revenue gt 5000 and not contains(name,'test')");
//! # Ok::<(), odata::ParseError>(())
//! ```

mod apply;
mod context;
mod csdl;
mod error;
mod expand;
mod expr;
mod lexer;
mod limit;
mod literal;
mod orderby;
mod parser;
mod path;
mod prefer;
mod query;
mod resource_path;

pub use apply::{Aggregate, AggregateMethod, Transformation};
pub use context::{Context, Selected};
pub use csdl::{ComplexType, Csdl, EntitySet, EntityType, EnumType, Navigation, Operation, Property};
pub use error::ParseError;
pub use expand::{ExpandItem, ExpandOptions};
pub use expr::{Argument, CompareOp, Expr, Quantifier, TextFunction};
pub use limit::{MAX_ALIASES, MAX_CONDITIONS, MAX_NESTING, MAX_TEXT, NOT_BEFORE_QUERY_FUNCTION, TOO_MANY_CONDITIONS};
pub use literal::{Literal, parse_literal};
pub use orderby::{OrderItem, OrderTarget};
pub use parser::{parse_apply, parse_context, parse_expand, parse_filter, parse_orderby, parse_select};
pub use path::Path;
pub use prefer::{Preference, preferences};
pub use query::{QueryError, QueryOptions, parse_query};
pub use resource_path::{Key, Segment, parse_resource_path};

//! The one macro of the code base: a Rust struct as a typed view of an entity.
//!
//! *Not* an object-relational mapper: it reads columns into fields and names the entity, nothing
//! more. Invariant: a test compares every view with the metadata ([`View`]).

/// What a typed view says of itself, for the test that compares it with the metadata.
#[derive(Debug, Clone, Copy)]
pub struct View {
    /// The entity.
    pub entity: &'static str,
    /// Its columns.
    pub columns: &'static [&'static str],
}

/// Maps a Rust struct to an entity.
///
/// ```
/// kernel::typed! {
///     /// A thing that was counted.
///     pub struct Counted as "new_counted" {
///         /// How many.
///         pub amount: i64 = "new_amount",
///     }
/// }
/// assert_eq!(Counted::ENTITY, "new_counted");
/// ```
#[macro_export]
macro_rules! typed {
    ($(#[$meta:meta])* pub struct $name:ident as $entity:literal {
        $($(#[$field_meta:meta])* pub $field:ident: $type:ty = $column:literal,)*
    }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq)]
        pub struct $name {
            /// The record.
            pub id: $crate::uuid::Uuid,
            /// Its version.
            pub version: i64,
            $($(#[$field_meta])* pub $field: $type,)*
        }
        impl $name {
            /// The entity's logical name.
            pub const ENTITY: &'static str = $entity;
            /// The view, for the test that compares it with the metadata.
            pub const VIEW: $crate::View = $crate::View { entity: $entity, columns: &[$($column),*] };
            /// Reads the view from a record.
            ///
            /// # Errors
            /// `Bug` when a column has another type than its field.
            pub fn read(record: &$crate::Record) -> $crate::Result<Self> {
                Ok(Self { id: record.id, version: record.version, $($field: record.read($column)?,)* })
            }
            /// The record of that identifier.
            ///
            /// # Errors
            /// `NotFound`, `Forbidden`.
            pub fn get(rx: &$crate::Rx<'_>, id: $crate::uuid::Uuid) -> $crate::Result<Self> {
                Self::read(&rx.get($entity, id)?)
            }
            /// The records that a query finds.
            ///
            /// # Errors
            /// Those of reading.
            pub fn rows(rx: &$crate::Rx<'_>, query: &$crate::Query) -> $crate::Result<Vec<Self>> {
                rx.rows(query)?.iter().map(Self::read).collect()
            }
            /// The first record that a query finds.
            ///
            /// # Errors
            /// Those of reading.
            pub fn first(rx: &$crate::Rx<'_>, query: &$crate::Query) -> $crate::Result<Option<Self>> {
                rx.first(query)?.as_ref().map(Self::read).transpose()
            }
        }
    };
}

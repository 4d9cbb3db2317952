//! The model that `$metadata` shows, and its XML. Not the metadata of the product: whoever owns that fills this in,
//! with names as they are in the database; the writer adds the namespace.
//!
//! Invariant: the document has one `Schema`, the prefix is literally `edmx:` (generators look for it as text),
//! and a type without a dot is one of the document's own.

mod read;
mod write;

/// A whole CSDL document.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Csdl {
    /// Entity types; a base type may stand anywhere.
    pub entity_types: Vec<EntityType>,
    /// Complex types.
    pub complex_types: Vec<ComplexType>,
    /// Enum types.
    pub enum_types: Vec<EnumType>,
    /// Functions; those that are not bound get a function import.
    pub functions: Vec<Operation>,
    /// Actions; those that are not bound get an action import.
    pub actions: Vec<Operation>,
    /// Entity sets of the one container.
    pub entity_sets: Vec<EntitySet>,
}

/// An entity type.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EntityType {
    /// `contact`
    pub name: String,
    /// Name of the base type.
    pub base: Option<String>,
    /// There are no rows of just this type.
    pub is_abstract: bool,
    /// Names of the key properties; none if the base type has the key.
    pub key: Vec<String>,
    /// Columns.
    pub properties: Vec<Property>,
    /// Relationships.
    pub navigations: Vec<Navigation>,
}

/// A property, or a parameter of an operation.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Property {
    /// `fullname`
    pub name: String,
    /// `Edm.String`, a type of this document (`BooleanManagedProperty`), or `Collection(…)` of either.
    pub edm_type: String,
    /// Whether it may be null; `Nullable="false"` is written if not.
    pub nullable: bool,
}

/// A navigation property.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Navigation {
    /// `parentcustomerid_account`
    pub name: String,
    /// Name of the entity type it leads to.
    pub target: String,
    /// Whether it leads to many rows.
    pub collection: bool,
    /// Name of the navigation property that leads back.
    pub partner: Option<String>,
    /// The lookup's value property here, and the key property there.
    pub constraint: Option<(String, String)>,
}

/// An entity set.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EntitySet {
    /// `contacts`
    pub name: String,
    /// `contact`
    pub entity_type: String,
    /// Navigation property and the entity set it leads to.
    pub bindings: Vec<(String, String)>,
}

/// A complex type.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ComplexType {
    /// `WhoAmIResponse`
    pub name: String,
    /// Its properties.
    pub properties: Vec<Property>,
}

/// An enum type.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EnumType {
    /// `OwnershipTypes`
    pub name: String,
    /// Member and value.
    pub members: Vec<(String, i64)>,
}

/// A function or an action.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Operation {
    /// `WhoAmI`
    pub name: String,
    /// The entity type it is bound to (`contact`), or `Collection(contact)` for the set.
    pub bound_to: Option<String>,
    /// Parameters without the binding one.
    pub parameters: Vec<Property>,
    /// The type it returns, as in [`Property::edm_type`].
    pub returns: Option<String>,
}

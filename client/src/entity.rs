//! Late-bound rows: an entity by its logical name, columns by theirs.
//!
//! *Not* checked against the metadata; the service does that. Invariant: what [`Entity::set`] was called for is what an
//! update sends.

use std::collections::BTreeSet;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value as Json};
use uuid::Uuid;

use crate::{Error, Result};

/// A row of any entity.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Entity {
    /// The logical name, such as `contact`.
    pub logical_name: String,
    /// The row's identifier; none before it is created.
    pub id: Option<Uuid>,
    /// The version of the row when it was read.
    pub etag: Option<String>,
    pub(crate) values: Map<String, Json>,
    pub(crate) references: Vec<(String, Option<Reference>)>,
    pub(crate) changed: BTreeSet<String>,
}

/// Another row, as the value of a lookup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// The logical name of its entity.
    pub logical_name: String,
    /// Its identifier.
    pub id: Uuid,
}

impl Reference {
    /// A reference to a row.
    #[must_use]
    pub fn new(logical_name: &str, id: Uuid) -> Self {
        Self { logical_name: logical_name.to_owned(), id }
    }
}

/// A value to write.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Anything that JSON can hold; null empties the column.
    Json(Json),
    /// A row that a lookup leads to.
    Reference(Reference),
}

macro_rules! from_json {
    ($($kind:ty),*) => {
        $(impl From<$kind> for Value {
            fn from(it: $kind) -> Self {
                Self::Json(Json::from(it))
            }
        })*
    };
}
from_json!(bool, &str, String, i32, i64, f64, Json);

impl From<Uuid> for Value {
    fn from(it: Uuid) -> Self {
        Self::Json(Json::from(it.to_string()))
    }
}

impl From<Reference> for Value {
    fn from(it: Reference) -> Self {
        Self::Reference(it)
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(it: Option<T>) -> Self {
        it.map_or(Self::Json(Json::Null), Into::into)
    }
}

impl Entity {
    /// A row that is not there yet.
    #[must_use]
    pub fn new(logical_name: &str) -> Self {
        Self { logical_name: logical_name.to_owned(), ..Self::default() }
    }

    /// A row that is there, of which only the identifier is known.
    #[must_use]
    pub fn with_id(logical_name: &str, id: Uuid) -> Self {
        Self { id: Some(id), ..Self::new(logical_name) }
    }

    /// Sets a column, or a lookup by its navigation property (`parentcustomerid_account`).
    ///
    /// ```
    /// let mut contact = assent_client::Entity::new("contact");
    /// contact.set("donotemail", true).set("nickname", None::<String>);
    /// assert_eq!(contact.get::<bool>("donotemail").unwrap(), Some(true));
    /// ```
    pub fn set(&mut self, name: &str, value: impl Into<Value>) -> &mut Self {
        match value.into() {
            Value::Json(it) => {
                self.values.insert(name.to_owned(), it);
                self.changed.insert(name.to_owned());
            }
            Value::Reference(it) => {
                self.references.retain(|(known, _)| known != name);
                self.references.push((name.to_owned(), Some(it)));
            }
        }
        self
    }

    /// Empties a lookup, by its navigation property.
    pub fn clear_reference(&mut self, name: &str) -> &mut Self {
        self.references.retain(|(known, _)| known != name);
        self.references.push((name.to_owned(), None));
        self
    }

    /// The value of a column; none where it is empty or was not read.
    ///
    /// # Errors
    /// [`Error::Answer`] when the value is of another type.
    pub fn get<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>> {
        match self.values.get(name) {
            None | Some(Json::Null) => Ok(None),
            Some(it) => serde_json::from_value(it.clone())
                .map(Some)
                .map_err(|error| Error::Answer(format!("column {name}: {error}"))),
        }
    }

    /// The text of a column; none where it is empty, was not read or is no text.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.values.get(name).and_then(Json::as_str)
    }

    /// What people read for a column, where the query asked for annotations.
    #[must_use]
    pub fn formatted(&self, name: &str) -> Option<&str> {
        self.text(&format!("{name}@OData.Community.Display.V1.FormattedValue"))
    }

    /// Everything that was read or set, related rows included.
    #[must_use]
    pub fn values(&self) -> &Map<String, Json> {
        &self.values
    }

    /// A row as the service sends it.
    pub(crate) fn read(logical_name: &str, key: &str, mut fields: Map<String, Json>) -> Self {
        fields.remove("@odata.context");
        let etag = fields.remove("@odata.etag").and_then(|it| it.as_str().map(str::to_owned));
        let id = fields.get(key).and_then(Json::as_str).and_then(|it| it.parse().ok());
        Self { id, etag, values: fields, ..Self::new(logical_name) }
    }
}

/// The columns that a row is read with.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Columns(pub(crate) Option<Vec<String>>);

impl Columns {
    /// These columns, and the identifier.
    pub fn of<N: Into<String>>(names: impl IntoIterator<Item = N>) -> Self {
        Self(Some(names.into_iter().map(Into::into).collect()))
    }

    /// All columns.
    #[must_use]
    pub fn all() -> Self {
        Self(None)
    }
}

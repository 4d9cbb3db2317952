//! One value of one column, and the ordered bag of them that travels through the pipeline.
//!
//! *Not* a wire type: JSON for clients is made in `web`. Invariant: a value that has passed
//! `pipeline::check` has exactly the variant that its column's type names.

use indexmap::IndexMap;
use jiff::{Timestamp, civil::Date};
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::{Error, Result};

/// A value of a column.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// No value.
    Null,
    /// Text and memo columns, and JSON documents (their text).
    Text(String),
    /// Whole numbers, choices, states and versions.
    Int(i64),
    /// Decimal and money columns.
    Decimal(Decimal),
    /// Floating-point columns.
    Double(f64),
    /// Yes or no.
    Bool(bool),
    /// The chosen options of a multi-choice, ascending.
    Choices(Vec<i64>),
    /// A calendar date without a zone.
    Date(Date),
    /// An instant, to the millisecond.
    Time(Timestamp),
    /// Identifiers, and the target of a lookup with one possible entity.
    Guid(Uuid),
    /// The target of a lookup: entity and record.
    Lookup(String, Uuid),
}

impl Value {
    /// Whether there is no value.
    pub fn is_null(&self) -> bool {
        matches!(self, Value::Null)
    }
    /// The text, if this is text.
    pub fn as_text(&self) -> Option<&str> {
        if let Value::Text(it) = self { Some(it) } else { None }
    }
    /// The whole number, if this is one.
    pub fn as_int(&self) -> Option<i64> {
        if let Value::Int(it) = self { Some(*it) } else { None }
    }
    /// Whether this is yes; null is no.
    pub fn is_true(&self) -> bool {
        matches!(self, Value::Bool(true))
    }
    /// The identifier, also that of a lookup's target.
    pub fn as_guid(&self) -> Option<Uuid> {
        match self {
            Value::Guid(it) | Value::Lookup(_, it) => Some(*it),
            _ => None,
        }
    }
    /// The instant, if this is one.
    pub fn as_time(&self) -> Option<Timestamp> {
        if let Value::Time(it) = self { Some(*it) } else { None }
    }
    /// The date, if this is one.
    pub fn as_date(&self) -> Option<Date> {
        if let Value::Date(it) = self { Some(*it) } else { None }
    }
    /// A plain JSON form, used inside the store (audit) and in packages; the same value always
    /// gives the same JSON.
    pub fn to_json(&self) -> serde_json::Value {
        use serde_json::Value as Json;
        match self {
            Value::Null => Json::Null,
            Value::Text(it) => Json::from(it.as_str()),
            Value::Int(it) => Json::from(*it),
            Value::Decimal(it) => Json::from(it.normalize().to_string()),
            Value::Double(it) => Json::from(*it),
            Value::Bool(it) => Json::from(*it),
            Value::Choices(it) => Json::from(it.clone()),
            Value::Date(it) => Json::from(it.to_string()),
            Value::Time(it) => Json::from(it.to_string()),
            Value::Guid(it) => Json::from(it.to_string()),
            Value::Lookup(entity, id) => Json::from(format!("{entity}:{id}")),
        }
    }
}

impl From<&str> for Value {
    fn from(it: &str) -> Self {
        Value::Text(it.to_owned())
    }
}
impl From<String> for Value {
    fn from(it: String) -> Self {
        Value::Text(it)
    }
}
impl From<i64> for Value {
    fn from(it: i64) -> Self {
        Value::Int(it)
    }
}
impl From<bool> for Value {
    fn from(it: bool) -> Self {
        Value::Bool(it)
    }
}
impl From<Uuid> for Value {
    fn from(it: Uuid) -> Self {
        Value::Guid(it)
    }
}
impl From<Timestamp> for Value {
    fn from(it: Timestamp) -> Self {
        Value::Time(it)
    }
}
impl From<Date> for Value {
    fn from(it: Date) -> Self {
        Value::Date(it)
    }
}
impl From<(&str, Uuid)> for Value {
    fn from((entity, id): (&str, Uuid)) -> Self {
        Value::Lookup(entity.to_owned(), id)
    }
}
impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(it: Option<T>) -> Self {
        it.map_or(Value::Null, Into::into)
    }
}

/// What a typed view can read a column as. See [`crate::typed!`].
pub trait FromValue: Sized {
    /// Reads the value; `None` when it has another type.
    fn from_value(value: &Value) -> Option<Self>;
}
macro_rules! from_value {
    ($($type:ty: $read:expr;)*) => { $(
        impl FromValue for $type {
            fn from_value(value: &Value) -> Option<Self> { let read: fn(&Value) -> Option<$type> = $read; read(value) }
        }
        impl FromValue for Option<$type> {
            fn from_value(value: &Value) -> Option<Self> {
                if value.is_null() { Some(None) } else { <$type>::from_value(value).map(Some) }
            }
        }
    )* };
}
from_value! {
    Uuid: Value::as_guid;
    i64: Value::as_int;
    bool: |it| match it { Value::Bool(yes) => Some(*yes), Value::Null => Some(false), _ => None };
    Timestamp: Value::as_time;
    Date: Value::as_date;
    Decimal: |it| match it { Value::Decimal(number) => Some(*number), _ => None };
}
impl FromValue for String {
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Text(it) => Some(it.clone()),
            Value::Null => Some(String::new()),
            _ => None,
        }
    }
}
impl FromValue for Option<String> {
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Text(it) => Some(Some(it.clone())),
            Value::Null => Some(None),
            _ => None,
        }
    }
}

/// Column values by logical name, in the order they were set.
///
/// ```
/// use kernel::{Value, Values};
/// let values = Values::new().with("name", "Rowan").with("revenue", 5);
/// assert_eq!(values.get("name").as_text(), Some("Rowan"));
/// assert!(values.get("missing").is_null());
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Values(IndexMap<String, Value>);

impl Values {
    /// An empty bag.
    pub fn new() -> Self {
        Self::default()
    }
    pub(crate) fn with_capacity(columns: usize) -> Self {
        Values(IndexMap::with_capacity(columns))
    }
    /// Sets a value that is most likely not there yet.
    pub(crate) fn insert(&mut self, column: &str, value: Value) {
        self.0.insert(column.to_owned(), value);
    }
    /// The bag with one more value.
    #[must_use]
    pub fn with(mut self, column: &str, value: impl Into<Value>) -> Self {
        self.set(column, value);
        self
    }
    /// Sets one value.
    pub fn set(&mut self, column: &str, value: impl Into<Value>) {
        let value = value.into();
        match self.0.get_mut(column) {
            Some(place) => *place = value,
            None => {
                self.0.insert(column.to_owned(), value);
            }
        }
    }
    /// The value; null when it is not there.
    pub fn get(&self, column: &str) -> &Value {
        self.0.get(column).unwrap_or(&Value::Null)
    }
    /// The value as `T`.
    ///
    /// # Errors
    /// `Bug` when the column holds another type.
    pub fn read<T: FromValue>(&self, column: &str) -> Result<T> {
        T::from_value(self.get(column))
            .ok_or_else(|| Error::bug(format!("column {column} has another type than its view")))
    }
    /// The text of a column, empty when there is none.
    pub fn text(&self, column: &str) -> &str {
        self.get(column).as_text().unwrap_or_default()
    }
    /// Whether the bag holds the column, also as null.
    pub fn has(&self, column: &str) -> bool {
        self.0.contains_key(column)
    }
    /// Takes a value out.
    pub fn remove(&mut self, column: &str) -> Option<Value> {
        self.0.shift_remove(column)
    }
    /// All values in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }
    /// How many values there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromIterator<(String, Value)> for Values {
    fn from_iter<I: IntoIterator<Item = (String, Value)>>(iter: I) -> Self {
        Values(iter.into_iter().collect())
    }
}
impl IntoIterator for Values {
    type Item = (String, Value);
    type IntoIter = indexmap::map::IntoIter<String, Value>;
    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

/// A stored record.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// The entity's logical name.
    pub entity: String,
    /// The primary key.
    pub id: Uuid,
    /// The version number; the ETag on the Web API.
    pub version: i64,
    /// The columns that were asked for.
    pub values: Values,
}

impl std::ops::Deref for Record {
    type Target = Values;
    fn deref(&self) -> &Values {
        &self.values
    }
}

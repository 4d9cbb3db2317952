//! Early-bound rows: structs with the columns of one entity, made by `assent codegen rust`.
//!
//! *Not* written by hand. Invariant: of a row that was read, an update sends the columns that are different now.

use std::ops::{Deref, DerefMut};

use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value as Json};
use uuid::Uuid;

use crate::{Client, Columns, Entity, Error, Query, Result};

/// The columns of one entity as a struct.
pub trait EarlyBound: Serialize + DeserializeOwned {
    /// The logical name.
    const LOGICAL_NAME: &'static str;
    /// The column of the identifier.
    const KEY: &'static str;
    /// Every column that can be read.
    const COLUMNS: &'static [&'static str];
}

/// A row that was read, and how it was.
#[derive(Debug, Clone)]
pub struct Bound<T> {
    /// The row's identifier.
    pub id: Uuid,
    row: T,
    as_read: Map<String, Json>,
}

impl<T> Deref for Bound<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.row
    }
}

impl<T> DerefMut for Bound<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.row
    }
}

impl<T: EarlyBound> Bound<T> {
    fn read(entity: Entity) -> Result<Self> {
        let id = entity.id.ok_or_else(|| Error::Answer("a row without identifier".to_owned()))?;
        let wrong = |error: serde_json::Error| Error::Answer(format!("{}: {error}", T::LOGICAL_NAME));
        let row: T = serde_json::from_value(Json::Object(entity.values)).map_err(wrong)?;
        let as_read = fields(&row)?;
        Ok(Self { id, row, as_read })
    }

    /// The row as it is.
    #[must_use]
    pub fn into_inner(self) -> T {
        self.row
    }
}

fn fields<T: EarlyBound>(row: &T) -> Result<Map<String, Json>> {
    match serde_json::to_value(row) {
        Ok(Json::Object(fields)) => Ok(fields),
        Ok(_) => Err(Error::Usage(format!("{} is no struct of columns", T::LOGICAL_NAME))),
        Err(error) => Err(Error::Usage(format!("{}: {error}", T::LOGICAL_NAME))),
    }
}

impl Client {
    /// Makes a row of the columns that have a value.
    ///
    /// # Errors
    /// Those of the service.
    pub async fn create_bound<T: EarlyBound>(&self, row: &T) -> Result<Uuid> {
        let mut entity = Entity::new(T::LOGICAL_NAME);
        for (name, value) in fields(row)? {
            entity.set(&name, value);
        }
        self.create(&entity).await
    }

    /// Reads a row with some or all of its columns.
    ///
    /// # Errors
    /// Those of the service; see [`Error::is_not_found`].
    pub async fn retrieve_bound<T: EarlyBound>(&self, id: Uuid, columns: &Columns) -> Result<Bound<T>> {
        Bound::read(self.retrieve(T::LOGICAL_NAME, id, columns).await?)
    }

    /// Sends what is different from when the row was read; a column that has no value now is emptied.
    ///
    /// # Errors
    /// Those of the service.
    pub async fn update_bound<T: EarlyBound>(&self, row: &mut Bound<T>) -> Result<()> {
        let now = fields(&row.row)?;
        let mut entity = Entity::with_id(T::LOGICAL_NAME, row.id);
        for (name, value) in now.iter().filter(|(name, value)| row.as_read.get(*name) != Some(*value)) {
            entity.set(name, value.clone());
        }
        for name in row.as_read.keys().filter(|it| !now.contains_key(*it)) {
            entity.set(name, Json::Null);
        }
        self.update(&mut entity).await?;
        row.as_read = now;
        Ok(())
    }

    /// All rows of a query, page by page.
    ///
    /// # Errors
    /// [`Error::Usage`] for a query of another entity; those of the service.
    pub async fn all_bound<T: EarlyBound>(&self, query: &Query) -> Result<Vec<Bound<T>>> {
        if query.logical_name() != T::LOGICAL_NAME {
            return Err(Error::Usage(format!("a query of {} gives no {}", query.logical_name(), T::LOGICAL_NAME)));
        }
        self.all(query).await?.into_iter().map(Bound::read).collect()
    }
}

//! Single rows: create, retrieve, update, upsert, delete, one column.
//!
//! *Not* queries (`query.rs`). Invariant: names of sets and keys come from the service's metadata, once per entity.

use std::sync::PoisonError;

use reqwest::Method;
use serde_json::{Map, Value as Json, json};
use uuid::Uuid;

use crate::{
    Client, Columns, Entity, Error, Result, Value,
    connection::{Request, encoded},
};

impl Client {
    /// Who we are: the identifier of the user.
    ///
    /// # Errors
    /// Those of the service.
    pub async fn who_am_i(&self) -> Result<Uuid> {
        let body = self.send(&Request::new(Method::GET, "WhoAmI")).await?.json()?;
        let id = body.get("UserId").and_then(Json::as_str).and_then(|it| it.parse().ok());
        id.ok_or_else(|| Error::Answer("WhoAmI names no user".to_owned()))
    }

    /// Makes a row of what was set.
    ///
    /// # Errors
    /// Those of the service.
    pub async fn create(&self, entity: &Entity) -> Result<Uuid> {
        let (set, key) = self.names(&entity.logical_name).await?;
        let mut body = self.body(entity).await?;
        if let Some(id) = entity.id {
            body.insert(key, Json::from(id.to_string()));
        }
        let reply = self.send(&Request::new(Method::POST, set).json(&Json::Object(body))).await?;
        let address = reply.header("odata-entityid").unwrap_or_default();
        let id = address.rsplit_once('(').and_then(|(_, it)| it.trim_end_matches(')').parse().ok());
        id.ok_or_else(|| Error::Answer(format!("the new row's address is '{address}'")))
    }

    /// Reads a row with some or all of its columns.
    ///
    /// # Errors
    /// Those of the service; see [`Error::is_not_found`].
    pub async fn retrieve(&self, logical_name: &str, id: Uuid, columns: &Columns) -> Result<Entity> {
        let (set, key) = self.names(logical_name).await?;
        let select = columns.0.as_ref().map(|it| format!("?$select={}", encoded(&it.join(",")))).unwrap_or_default();
        let reply = self.send(&Request::new(Method::GET, format!("{set}({id}){select}"))).await?;
        let Json::Object(fields) = reply.json()? else { return Err(Error::Answer("a row is expected".to_owned())) };
        let mut entity = Entity::read(logical_name, &key, fields);
        entity.id = Some(id);
        Ok(entity)
    }

    /// Changes a row: sends what was set since it was read. Does nothing where nothing was.
    ///
    /// # Errors
    /// [`Error::Usage`] for a row without identifier; those of the service, also when the row is not there.
    pub async fn update(&self, entity: &mut Entity) -> Result<()> {
        self.change(entity, "*").await
    }

    /// As [`Client::update`], but refused where somebody else changed the row since it was read
    /// ([`Error::is_stale`]).
    ///
    /// # Errors
    /// As [`Client::update`]; [`Error::Usage`] for a row that was not read.
    pub async fn update_unchanged(&self, entity: &mut Entity) -> Result<()> {
        let tag = entity
            .etag
            .clone()
            .ok_or_else(|| Error::Usage("this row was not read, so it has no version".to_owned()))?;
        self.change(entity, &tag).await
    }

    async fn change(&self, entity: &mut Entity, only_if: &str) -> Result<()> {
        if entity.changed.is_empty() && entity.references.is_empty() {
            return Ok(());
        }
        let request = self.patch(entity).await?.header("if-match", only_if);
        self.send(&request).await?;
        entity.changed.clear();
        entity.references.clear();
        // The version is another now; only reading gives it.
        entity.etag = None;
        Ok(())
    }

    /// Changes a row with what was set, or makes it where there is none.
    ///
    /// # Errors
    /// [`Error::Usage`] for a row without identifier; those of the service.
    pub async fn upsert(&self, entity: &Entity) -> Result<()> {
        let request = self.patch(entity).await?;
        self.send(&request).await.map(|_| ())
    }

    /// Deletes a row.
    ///
    /// # Errors
    /// Those of the service; see [`Error::is_not_found`].
    pub async fn delete(&self, logical_name: &str, id: Uuid) -> Result<()> {
        let (set, _) = self.names(logical_name).await?;
        self.send(&Request::new(Method::DELETE, format!("{set}({id})"))).await.map(|_| ())
    }

    /// Sets one column by `PUT`, without reading the row.
    ///
    /// # Errors
    /// [`Error::Usage`] for a lookup; those of the service.
    pub async fn set_column(&self, logical_name: &str, id: Uuid, column: &str, value: impl Into<Value>) -> Result<()> {
        let Value::Json(value) = value.into() else {
            return Err(Error::Usage(format!("{column}: set a lookup with Entity::set and update")));
        };
        let (set, _) = self.names(logical_name).await?;
        let request = Request::new(Method::PUT, format!("{set}({id})/{column}")).json(&json!({ "value": value }));
        self.send(&request).await.map(|_| ())
    }

    async fn patch(&self, entity: &Entity) -> Result<Request> {
        let address = self.address(entity).await?;
        Ok(Request::new(Method::PATCH, address).json(&Json::Object(self.body(entity).await?)))
    }

    /// `contacts(…)`
    pub(crate) async fn address(&self, entity: &Entity) -> Result<String> {
        let (set, _) = self.names(&entity.logical_name).await?;
        let id = entity.id.ok_or_else(|| Error::Usage(format!("this {} has no identifier", entity.logical_name)))?;
        Ok(format!("{set}({id})"))
    }

    /// What was set.
    pub(crate) async fn body(&self, entity: &Entity) -> Result<Map<String, Json>> {
        let set = entity.values.iter().filter(|(name, _)| entity.changed.contains(*name));
        let mut body: Map<String, Json> = set.map(|(name, value)| (name.clone(), value.clone())).collect();
        for (name, reference) in &entity.references {
            let value = match reference {
                Some(it) => Json::from(format!("/{}({})", self.names(&it.logical_name).await?.0, it.id)),
                None => Json::Null,
            };
            body.insert(format!("{name}@odata.bind"), value);
        }
        Ok(body)
    }

    /// The set and the key of an entity.
    pub(crate) async fn names(&self, logical_name: &str) -> Result<(String, String)> {
        if let Some(found) = self.shared.names.read().unwrap_or_else(PoisonError::into_inner).get(logical_name) {
            return Ok(found.clone());
        }
        let name = encoded(&logical_name.replace('\'', "''"));
        let path = format!("EntityDefinitions(LogicalName='{name}')?$select=EntitySetName,PrimaryIdAttribute");
        let body = self.send(&Request::new(Method::GET, path)).await?.json()?;
        let field = |name: &str| body.get(name).and_then(Json::as_str).map(str::to_owned);
        let found = field("EntitySetName").zip(field("PrimaryIdAttribute"));
        let found = found.ok_or_else(|| Error::Answer(format!("the definition of {logical_name} names no set")))?;
        self.shared
            .names
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(logical_name.to_owned(), found.clone());
        Ok(found)
    }
}

//! Queries over the rows of one entity, and their pages.
//!
//! *Not* a query language: conditions are `$filter` texts. Invariant: a value given to [`Query::equals`] is quoted here, so no
//! value becomes part of the language.

use reqwest::Method;
use serde_json::Value as Json;

use crate::{
    Client, Entity, Error, Literal, Result,
    connection::{Request, encoded},
};

/// What to ask for.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Query {
    logical_name: String,
    select: Vec<String>,
    conditions: Vec<String>,
    order: Vec<String>,
    expand: Option<String>,
    top: Option<u64>,
    page_size: Option<u64>,
    count: bool,
    annotations: bool,
}

/// A value of a condition.
pub trait Operand {
    /// As the language writes it.
    fn literal(self) -> Literal;
}

macro_rules! operands {
    ($($kind:ty => $make:expr),*) => {
        $(impl Operand for $kind {
            fn literal(self) -> Literal {
                $make(self)
            }
        })*
    };
}
operands!(
    bool => Literal::Bool,
    i64 => Literal::Integer,
    i32 => |it| Literal::Integer(i64::from(it)),
    &str => |it: &str| Literal::Text(it.to_owned()),
    String => Literal::Text,
    uuid::Uuid => Literal::Guid,
    Literal => |it| it
);

impl Query {
    /// All rows of an entity.
    #[must_use]
    pub fn of(logical_name: &str) -> Self {
        Self { logical_name: logical_name.to_owned(), ..Self::default() }
    }

    /// Only these columns.
    #[must_use]
    pub fn select<N: Into<String>>(mut self, columns: impl IntoIterator<Item = N>) -> Self {
        self.select.extend(columns.into_iter().map(Into::into));
        self
    }

    /// Only rows for which the condition holds, in the words of `$filter`; several must hold together.
    #[must_use]
    pub fn filter(mut self, condition: &str) -> Self {
        self.conditions.push(condition.to_owned());
        self
    }

    /// Only rows whose column has the value.
    ///
    /// ```
    /// let query = assent_client::Query::of("contact").equals("lastname", "O'Bryan");
    /// assert_eq!(query.to_string(), "$filter=lastname%20eq%20'O''Bryan'");
    /// ```
    #[must_use]
    pub fn equals(self, column: &str, value: impl Operand) -> Self {
        let condition = format!("{column} eq {}", value.literal());
        self.filter(&condition)
    }

    /// Sorted by `column` or `column desc`; several one after the other.
    #[must_use]
    pub fn order_by(mut self, item: &str) -> Self {
        self.order.push(item.to_owned());
        self
    }

    /// With related rows, in the words of `$expand`.
    #[must_use]
    pub fn expand(mut self, items: &str) -> Self {
        self.expand = Some(items.to_owned());
        self
    }

    /// At most so many rows; pages are not asked for then.
    #[must_use]
    pub fn top(mut self, rows: u64) -> Self {
        self.top = Some(rows);
        self
    }

    /// So many rows a page, where `top` is not called.
    #[must_use]
    pub fn page_size(mut self, rows: u64) -> Self {
        self.page_size = Some(rows);
        self
    }

    /// With the number of rows.
    #[must_use]
    pub fn count(mut self) -> Self {
        self.count = true;
        self
    }

    /// With what people read for choices, lookups, dates and amounts ([`Entity::formatted`]).
    #[must_use]
    pub fn annotations(mut self) -> Self {
        self.annotations = true;
        self
    }

    pub(crate) fn logical_name(&self) -> &str {
        &self.logical_name
    }

    fn preferences(&self) -> String {
        let mut wishes = Vec::new();
        if let Some(size) = self.page_size.filter(|_| self.top.is_none()) {
            wishes.push(format!("odata.maxpagesize={size}"));
        }
        if self.annotations {
            wishes.push("odata.include-annotations=\"*\"".to_owned());
        }
        wishes.join(",")
    }
}

/// Prints the options as they stand in an address.
impl std::fmt::Display for Query {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut options = Vec::new();
        let mut put = |name: &str, value: String| {
            if !value.is_empty() {
                options.push(format!("{name}={}", encoded(&value)));
            }
        };
        put("$select", self.select.join(","));
        put(
            "$filter",
            match self.conditions.as_slice() {
                [only] => only.clone(),
                all => all.iter().map(|it| format!("({it})")).collect::<Vec<_>>().join(" and "),
            },
        );
        put("$orderby", self.order.join(","));
        put("$expand", self.expand.clone().unwrap_or_default());
        put("$top", self.top.map(|it| it.to_string()).unwrap_or_default());
        put("$count", if self.count { "true".to_owned() } else { String::new() });
        f.write_str(&options.join("&"))
    }
}

/// Some rows of a query.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// The rows.
    pub entities: Vec<Entity>,
    /// How many there are, where the query asked for it; at most 5,000.
    pub count: Option<u64>,
    logical_name: String,
    preferences: String,
    next: Option<String>,
}

impl Page {
    /// Whether there is another page.
    #[must_use]
    pub fn has_next(&self) -> bool {
        self.next.is_some()
    }
}

impl Client {
    /// The first page of a query.
    ///
    /// # Errors
    /// Those of the service.
    pub async fn query(&self, query: &Query) -> Result<Page> {
        let (set, _) = self.names(&query.logical_name).await?;
        let options = query.to_string();
        let path = if options.is_empty() { set } else { format!("{set}?{options}") };
        self.page(&query.logical_name, path, query.preferences()).await
    }

    /// The page after this one; none where it is the last.
    ///
    /// # Errors
    /// Those of the service.
    pub async fn next(&self, page: &Page) -> Result<Option<Page>> {
        let Some(link) = &page.next else { return Ok(None) };
        // Of the link only what stands behind the host is used: the token goes nowhere else.
        let behind =
            link.split_once("://").and_then(|(_, rest)| rest.split_once('/')).map(|(_, path)| format!("/{path}"));
        let path = behind.ok_or_else(|| Error::Answer(format!("the next page is at '{link}'")))?;
        self.page(&page.logical_name, path, page.preferences.clone()).await.map(Some)
    }

    /// All rows of a query, page by page.
    ///
    /// # Errors
    /// Those of the service.
    pub async fn all(&self, query: &Query) -> Result<Vec<Entity>> {
        let mut page = self.query(query).await?;
        let mut rows = std::mem::take(&mut page.entities);
        while let Some(mut following) = self.next(&page).await? {
            rows.append(&mut following.entities);
            page = following;
        }
        Ok(rows)
    }

    async fn page(&self, logical_name: &str, path: String, preferences: String) -> Result<Page> {
        let (_, key) = self.names(logical_name).await?;
        let mut request = Request::new(Method::GET, path);
        if !preferences.is_empty() {
            request = request.header("prefer", preferences.clone());
        }
        let mut body = self.send(&request).await?.json()?;
        let Some(Json::Array(rows)) = body.get_mut("value").map(Json::take) else {
            return Err(Error::Answer("a list of rows is expected".to_owned()));
        };
        let entity = |row: Json| match row {
            Json::Object(fields) => Ok(Entity::read(logical_name, &key, fields)),
            _ => Err(Error::Answer("a row is expected".to_owned())),
        };
        Ok(Page {
            entities: rows.into_iter().map(entity).collect::<Result<_>>()?,
            count: body.get("@odata.count").and_then(Json::as_u64),
            logical_name: logical_name.to_owned(),
            preferences,
            next: body.get("@odata.nextLink").and_then(Json::as_str).map(str::to_owned),
        })
    }
}
